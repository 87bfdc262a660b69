"""One message, however often it is asked for: identity, durable keep, handlers, retries.

What may live here: the ladder of identities, the tables of messages, the running of handlers, and what
happens to a message after its request was answered. What may not: HTTP, Flask, signatures (a request
comes in proved), and the words of an answer beyond status and code.
"""

from .answer import Answer as Answer
from .answering import unavailable as unavailable
from .arrival import Arrival as Arrival
from .endpoint import Endpoint as Endpoint
from .endpoint import Handler as Handler
from .endpoint import Mode as Mode
from .handlers import takes_tx as takes_tx
from .inbox import Inbox as Inbox
from .message import Message as Message
from .message import NotYet as NotYet
from .message import Rejected as Rejected
from .message import Verbatim as Verbatim
from .ran import Ran as Ran
from .records import DeliveryRecord as DeliveryRecord
from .records import MessageRecord as MessageRecord
from .schedule import DEFAULT as DEFAULT
from .schedule import Schedule as Schedule
