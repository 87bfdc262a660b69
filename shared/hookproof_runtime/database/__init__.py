"""The database under both programs: SQLite by default, opened so that a commit is a promise.

What may live here: how an engine is opened, how writers of one process take turns, how a schema is
brought up to date. What may not: a table or a statement of either program.
"""

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine

from .engine import WAIT as WAIT
from .engine import Busy as Busy
from .engine import CommittedByBorrower as CommittedByBorrower
from .engine import Driver as Driver
from .engine import StorageError as StorageError
from .engine import connections as connections
from .engine import driver_of as driver_of
from .engine import empty_log as empty_log
from .engine import file_of as file_of
from .engine import folder_beside as folder_beside
from .engine import folder_of as folder_of
from .engine import lending as lending
from .engine import open_engine as open_engine
from .engine import prepare as prepare
from .engine import reading as reading
from .engine import writing as writing
from .failures import cannot_use as cannot_use
from .failures import is_lasting as is_lasting
from .fair_lock import FairLock as FairLock
from .migrating import MIGRATION_WAIT as MIGRATION_WAIT
from .migrating import migration_environment as migration_environment
from .migrating import upgrade as upgrade
from .migrating import versions as versions
from .one_file import Replaced as Replaced
