"""Asking the platform's API about jobs, with patience for what passes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from hookproof.errors import HookproofError
from hookproof_runtime.secret_places import SecretPlace

from ...wire import Attempt, Outgoing
from ...wire.profiles import pause_asked
from ..ending import of_jobs
from .refusals import refusal_of

FIRST_PAUSE = 0.2
"""Seconds between the first two looks at a job."""

LONGEST_PAUSE = 5.0
"""Seconds between two looks at the most."""

PATIENCE = 300.0
"""Seconds that the platform may fail to answer before a job is given up for unknown."""

_BEARER = "Bearer "
_GROWS = 1.5
_PAGE = 25  # job groups of one list: of an answer no more than 64 KiB are kept
_LISTED = 1000  # of all lists
_PASSES = frozenset({408, 425, 429, 500, 502, 503, 504})


class Unanswered(Exception):
    """The platform does not say what became of a job. Its text is a sentence."""


class Interrupted(Exception):
    """The waiting was cut short."""


class Jobs:
    """The run-job API, as far as a plan asks it.

    Args:
        fetch: makes one request.
        wait: waits that many seconds; True where it was cut short.
        url: where the platform is.
        token: where its Bearer token is; fetched for each request, so that a new one counts at once.
        patience: seconds that it may fail to answer.
    """

    def __init__(
        self,
        fetch: Callable[[Outgoing], Attempt],
        wait: Callable[[float], bool],
        url: str,
        token: SecretPlace,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._fetch = fetch
        self._wait = wait
        self._url = url.rstrip("/")
        self._token = token
        self._patience = patience

    def follow(self, job: int) -> Iterator[str]:
        """The status of a job group, each time that it is another one; the last one is its end.

        Raises:
            Unanswered: the platform does not say.
            Interrupted: the waiting was cut short.
        """
        seen = ""
        pause = FIRST_PAUSE
        while True:
            status = self._ask(f"/v4/jobGroups/{job}/status")
            if not isinstance(status, str):
                raise Unanswered(f"the platform's answer is no status of job {job}")
            if status != seen:
                seen = status
                yield status
            if of_jobs([status]) != "running":
                return
            self._pause(pause)
            pause = min(LONGEST_PAUSE, pause * _GROWS)

    def find(self, execution_id: str, *, once: bool = False) -> tuple[int, ...]:
        """The job groups that a request with this `x-execution-id` started, as their records say.

        Args:
            execution_id: the header's value.
            once: without patience.

        Raises:
            Unanswered: the platform does not say.
            Interrupted: the waiting was cut short.
        """
        path = f"/v4/jobGroups?executionId={quote(execution_id, safe='')}&limit={_PAGE}"
        seen: set[int] = set()
        own: set[int] = set()
        for offset in range(0, _LISTED, _PAGE):
            found = self._ask(f"{path}&offset={offset}", 0.0 if once else None)
            rows = found.get("data") if isinstance(found, dict) else None
            page = {
                one["id"]: one.get("executionId")
                for one in (rows if isinstance(rows, list) else [])
                if isinstance(one, dict) and isinstance(one.get("id"), int)
            }
            # A platform that does not know this filter lists the jobs of everybody.
            own |= {job for job, whose in page.items() if whose == execution_id}
            if len(page) < _PAGE or page.keys() <= seen:
                break
            seen |= page.keys()
        return tuple(sorted(own))

    def record(self, job: int) -> Any:
        """A job group's record, as the platform has it."""
        return self._ask(f"/v4/jobGroups/{job}")

    def outputs(self, job: int) -> Any:
        """What a job group wrote, as the platform has it; None where it does not say."""
        try:
            return self._ask(f"/v4/jobGroups/{job}/outputs")
        except Unanswered:
            return None

    def refusal_of(self, attempt: Attempt) -> str:
        """What an answer of the API adds to its status, without the token; nothing where it is good."""
        if attempt.succeeded:
            return ""
        try:
            token = bearer(self._token)
        except HookproofError:  # it is gone meanwhile, and the answer may repeat it
            return ""
        return refusal_of(attempt, token.removeprefix(_BEARER))

    def _ask(self, path: str, patience: float | None = None) -> Any:
        pause = FIRST_PAUSE
        until = time.monotonic() + (self._patience if patience is None else patience)
        while True:
            attempt = self._fetch(self._request(path))
            if attempt.cause == "interrupted":
                raise Interrupted
            if attempt.succeeded:
                return _json(attempt)
            passes = attempt.status in _PASSES if attempt.cause is None else _may_pass(attempt)
            if not passes or time.monotonic() >= until:
                raise Unanswered(
                    f"the platform does not say: {attempt.sentence}{self.refusal_of(attempt)}"
                )
            self._pause(max(pause, pause_asked("considerate", attempt)))
            pause = min(LONGEST_PAUSE, pause * _GROWS)

    def _pause(self, seconds: float) -> None:
        if self._wait(seconds):
            raise Interrupted

    def _request(self, path: str) -> Outgoing:
        return Outgoing(
            name="run job",
            method="GET",
            url=self._url + path,
            headers=(("Accept", "application/json"), ("Authorization", bearer(self._token))),
        )


def bearer(token: SecretPlace) -> str:
    """The header's value.

    Raises:
        BadConfiguration: the token is not where it should be.
    """
    return f"{_BEARER}{token.fetch().reveal().decode('utf-8', 'replace').strip()}"


def _may_pass(attempt: Attempt) -> bool:
    return attempt.cause != "target_refused" and not str(attempt.cause).startswith("tls_")


def _json(attempt: Attempt) -> Any:
    try:
        return json.loads(attempt.answer)
    except (ValueError, RecursionError):
        raise Unanswered("the platform's answer is no JSON") from None
