"""What would become of a URL: its name is resolved, its addresses are judged, nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass

from ..targets import Policy, Verdict
from .causes import Failure, failure_of
from .connecting import judge, look_up
from .deadline import Deadline
from .outgoing import Outgoing
from .request import Prepared

_SECONDS = 30.0  # for resolving the name


@dataclass(frozen=True, slots=True)
class Check:
    """What would happen to a request."""

    host: str
    """The name or address that would be connected to."""
    port: int
    """The port there."""
    verdicts: tuple[Verdict, ...]
    """One for each address, or one for the URL as a whole; none where there is a failure."""
    failure: Failure | None = None
    """Why the name has no addresses."""

    @property
    def permitted(self) -> bool:
        """Whether the request would go out."""
        return bool(self.verdicts) and all(verdict.permitted for verdict in self.verdicts)


def check(url: str, policy: Policy) -> Check:
    """Judge a URL as an attempt would, up to the connection.

    Args:
        url: one that a task may have.
        policy: where requests may go.
    """
    sent = Prepared(Outgoing("check", "GET", url), keep_alive=False)
    verdicts: tuple[Verdict, ...] = ()
    failure: Failure | None = None
    with Deadline(_SECONDS) as deadline:
        try:
            _, verdicts = judge(sent.host, sent.port, deadline, policy, sent.url, look_up)
        except Exception as error:
            failure = failure_of(error, deadline)
    return Check(*policy.place(sent.host, sent.port), verdicts, failure)
