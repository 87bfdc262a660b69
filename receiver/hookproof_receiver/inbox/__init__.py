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
from .kept import ALL as ALL
from .kept import FLAGS as FLAGS
from .kept import STANDINGS as STANDINGS
from .kept import VERDICTS as VERDICTS
from .kept import DeliveryFilters as DeliveryFilters
from .kept import Filters as Filters
from .kept import Flag as Flag
from .kept import Standing as Standing
from .ledger import Ledger as Ledger
from .message import Message as Message
from .message import NotYet as NotYet
from .message import Rejected as Rejected
from .message import Verbatim as Verbatim
from .pruner import Pruned as Pruned
from .pruner import Pruner as Pruner
from .pruner import Removed as Removed
from .ran import Ran as Ran
from .records import Content as Content
from .records import DeliveryRecord as DeliveryRecord
from .records import MessageRecord as MessageRecord
from .records import MessageWhole as MessageWhole
from .retention import REMOVABLE as REMOVABLE
from .retention import Retention as Retention
from .retention import retention_of as retention_of
from .retention import why_not_removed as why_not_removed
from .schedule import DEFAULT as DEFAULT
from .schedule import Schedule as Schedule
