"""The servers: waitress, with a guard before its parser, and granian, with one behind it.

What may live here: sockets, what of HTTP's framing is taken and what is refused, threads, stopping.
What may not: what is under a path; the server is given an application and knows nothing of it.
"""

from .descriptors import CONNECTIONS as CONNECTIONS
from .descriptors import allow_connections as allow_connections
from .descriptors import connections_at_most as connections_at_most
from .server import AnyServer as AnyServer
from .server import Server as Server
