"""Slack's end of an incoming webhook: channels, their secret URLs, and the messages that came.

What may live here: what Slack answers to a POST at a channel's URL, and what is kept of it. What may
not: signatures and the inbox, which Slack's URLs do not use.

The root calls::

    service = SlackService(engine, clock)
    app.register_blueprint(blueprint(service))   # /services/T…/B…/…

There is nothing to start and nothing to close.
"""

from .channel import Channel as Channel
from .channel import Message as Message
from .routes import blueprint as blueprint
from .service import SlackService as SlackService
