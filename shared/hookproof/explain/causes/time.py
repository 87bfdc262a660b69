"""The request is authentic, and its time lies outside the tolerance."""

from __future__ import annotations

from typing import Final

from .cause import Cause

TIME: Final[dict[str, Cause]] = {
    "signed_long_ago": Cause(
        "signed {}, and good",
        ("send at once, or sign again; for judging an old message: hookproof verify --at TIME"),
    ),
    "signed_ahead": Cause("signed {}, and good", "set the clocks by NTP"),
    "time_zone": Cause(
        "the times are {} apart, as zones are", "take Unix time, not local time made into a number"
    ),
    "clock_not_set": Cause(
        "the sender's clock stands {}",
        "set the sender's clock before it signs; check the unit of the time",
    ),
    "retry_not_signed_anew": Cause("the request has {}", "sign every attempt anew"),
    "clock_wrong": Cause(
        "the two clocks may stand {}", "compare both with `date -u`, and set them by NTP"
    ),
}
