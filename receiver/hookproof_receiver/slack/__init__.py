"""Slack's end: channels, their secret URLs, their bots, and the messages that came.

What may live here: what Slack answers to a POST at a channel's URL and at `chat.postMessage`, what is
kept of it, and how it reads. What may not: signatures and the inbox, which Slack's URLs do not use.

The root calls::

    from .slack.routes import blueprint

    service = SlackService(engine, clock)
    app.register_blueprint(blueprint(service))   # /services/T…/B…/…, /api/…

There is nothing to start and nothing to close. That one is not offered here: the commands that read
channels need no Flask.
"""

from .blocks import reading_of as reading_of
from .channel import Channel as Channel
from .channel import Message as Message
from .service import SlackService as SlackService
