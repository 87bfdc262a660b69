"""What is worth mending in a task before it is sent.

What may live here: the rules, each a pure function from what a record says to findings, and how a
record is read that may be wrong in places. What may not: the network, secrets, and how it is shown.
"""

from .findings import CODES as CODES
from .findings import LEVELS as LEVELS
from .findings import Code as Code
from .findings import Finding as Finding
from .findings import Level as Level
from .linting import lint_file as lint_file
from .linting import lint_record as lint_record
