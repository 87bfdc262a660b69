"""The server: waitress, with a guard before its parser.

What may live here: sockets, what of HTTP's framing is taken and what is refused, threads, stopping.
What may not: what is under a path; the server is given an application and knows nothing of it.
"""

from .descriptors import allow_connections as allow_connections
from .server import Server as Server
