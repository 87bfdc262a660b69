"""What people look at: the frame of a page, its style, and the gate before each.

What may live here: the frame, the style sheet, vendored htmx, and what a request must pass before a
page sees it (its host, its origin, its login, its form's token). What may not: what a page shows, which
is its own room's: a room declares a `Section` of `View`s, without Flask, and the root mounts them all::

    from .pages import Site, gate_of
    from .pages.routes import blueprint

    app.register_blueprint(blueprint(Site([section, …]), gate_of(…), taken=receiver.paths))

That one is not offered here: whoever declares a section needs no Flask.
"""

from .answers import Answered as Answered
from .answers import Download as Download
from .answers import Page as Page
from .answers import Refused as Refused
from .answers import SeeOther as SeeOther
from .asked import Asked as Asked
from .gate import Door as Door
from .gate import Entered as Entered
from .gate import Gate as Gate
from .gate import NotLetIn as NotLetIn
from .gate import gate_of as gate_of
from .site import Section as Section
from .site import Site as Site
from .site import View as View
