"""What holds for every test."""

from hypothesis import HealthCheck, settings

# The same examples for everybody, and no time limits: figures belong to the benches, and exploring to
# the long runs.
settings.register_profile(
    "hookproof", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hookproof")
