"""One request, from its bytes to its answer.

What may live here: what is refused before a signature is looked at, the proof, how an answer is
dressed for HTTP, and what is told to whoever watches. What may not: identity, keeping and handlers
(the inbox's), and sockets. Flask is in `routes` alone.
"""

from .events import Answered as Answered
from .events import Event as Event
from .events import Explained as Explained
from .events import Listener as Listener
from .events import Received as Received
from .incoming import Incoming as Incoming
from .incoming import target_of as target_of
from .lines import line as line
from .refused import Refused as Refused
from .reply import Reply as Reply
from .route import Route as Route
from .service import Ingest as Ingest
from .wsgi import Front as Front
