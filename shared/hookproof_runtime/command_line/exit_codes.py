"""What the exit code of a command says."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    """Yes; done."""
    NO = 1
    """The answer is no: refused, failed after all retries, a check does not hold."""
    WRONG = 2
    """The command or a file is wrong."""
    CANNOT = 3
    """hookproof itself could not run: a port, the storage, a missing extra."""
    UNDECIDED = 4
    """Undecided: the outcome is not known."""
    INTERRUPTED = 130
    """Ctrl-C."""
