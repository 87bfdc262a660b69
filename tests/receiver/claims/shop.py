"""An application that claims each delivery and ships in the same transaction."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.synchronize import Event
from typing import Any

from tests.receiver.claims.databases import PATIENCE, Opens, run

from hookproof import GUID_HEADER, Delivery, Tolerance, Verifier
from hookproof.testing import SECRET, FixedClock, signed_headers
from hookproof_receiver import claim, create_claims_table

BODY = b'{"order": 4}'
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER_GUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


Request = tuple[bytes, dict[str, str], str]
"""Body, headers, and the scheme that they are signed by."""


class Away(Exception):
    """What the application's own work may raise."""


class Shop:
    """Deliveries that are really signed and verified, and effects that are rows of a real table.

    The clock moves by a millisecond with every attempt: what is signed twice in one is one message.
    """

    def __init__(self, opens: Opens, place: str, **options: Any) -> None:
        self._opens = opens
        self.place = place
        self._options = options
        self.clock = FixedClock()
        with self.transaction() as connection:
            create_claims_table(connection)
            run(connection, "CREATE TABLE IF NOT EXISTS effects (body TEXT)")
            for table in ("hookproof_claims", "effects"):
                run(connection, f"DELETE FROM {table}")

    def transaction(self) -> Any:
        """One, on a connection of its own."""
        return self._opens(self.place)

    def attempt(
        self,
        body: bytes = BODY,
        guid: str | None = None,
        *,
        scheme: str = "http-task",
        message_id: str | None = None,
    ) -> Delivery:
        """A request that is signed now."""
        self.clock.advance(0.001)
        headers = signed_headers(
            body, guid=guid, scheme=scheme, message_id=message_id, clock=self.clock
        )
        self.last: Request = body, headers, scheme
        return Verifier(scheme, secrets=SECRET, clock=self.clock).verify(body, headers)

    def again(self, guid: str | None = None, request: Request | None = None) -> Delivery:
        """Signed bytes once more, of the last attempt by default, under another GUID or none."""
        body, headers, scheme = request or self.last
        others = {name: value for name, value in headers.items() if name != GUID_HEADER}
        if guid is not None:
            others[GUID_HEADER] = guid
        tolerance = Tolerance.unlimited() if request else 300
        verifier = Verifier(scheme, secrets=SECRET, clock=self.clock, tolerance=tolerance)
        return verifier.verify(body, others)

    def claim(self, delivery: Delivery, connection: Any, **options: Any) -> bool:
        """Claim, and have the effect where it is to be had."""
        given: dict[str, Any] = {"endpoint": "orders", "clock": self.clock} | self._options | options
        claimed = claim(delivery, connection=connection, **given)
        if claimed:
            run(connection, f"INSERT INTO effects VALUES ('{delivery.body.decode()}')")
        return claimed

    def take(self, delivery: Delivery, *, fails: bool = False, **options: Any) -> bool:
        """Claim in a transaction of its own, which is committed, or rolled back where it fails."""
        claimed = False
        try:
            with self.transaction() as connection:
                claimed = self.claim(delivery, connection, **options)
                if fails:
                    raise Away
        except Away:
            pass
        return claimed

    def killed_while_it_claims(self) -> None:
        """The last attempt comes to another process, which claims and ships, and dies uncommitted."""
        context = multiprocessing.get_context("fork")
        claimed = context.Event()
        process = context.Process(target=self._claim_and_wait, args=(claimed,))
        process.start()
        assert claimed.wait(PATIENCE)
        process.kill()
        process.join(PATIENCE)

    def _claim_and_wait(self, claimed: Event) -> None:
        with self.transaction() as connection:
            if self.claim(self.again(), connection):
                claimed.set()
            time.sleep(PATIENCE)

    def effects(self) -> list[bytes]:
        """The bodies that were shipped, as another connection sees them."""
        with self.transaction() as connection:
            return [body.encode() for (body,) in run(connection, "SELECT body FROM effects")]
