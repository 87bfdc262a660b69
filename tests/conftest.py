"""What holds for every test."""

import signal

from hypothesis import HealthCheck, settings

# The same examples for everybody, and no time limits: figures belong to the benches, and exploring to
# the long runs.
settings.register_profile(
    "hookproof", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hookproof")

# A shell starts what is to run in the background with Ctrl-C ignored, and so all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
