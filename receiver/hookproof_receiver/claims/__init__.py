"""The ladder in an application's own database: one effect a message, in the caller's transaction.

What may live here: `claim`, its one table, and how each kind of connection is spoken to. What may not:
a commit or a rollback (both are the caller's), a thread, HTTP, and an import of any database library: a
connection is known by its type's module, and used as it is.
"""

from .claiming import ClaimRefused as ClaimRefused
from .claiming import claim as claim
from .store import CLAIMS_TABLE as CLAIMS_TABLE
from .table import create_claims_table as create_claims_table
from .table import prune_claims as prune_claims
