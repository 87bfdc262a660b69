"""`python -m hookproof_runtime` is the command `hookproof`."""

from .command_line import main

main()
