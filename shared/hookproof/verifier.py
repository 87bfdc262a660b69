"""Proving that a request comes from a holder of the secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from .clock import NANOSECONDS, Clock, system_clock, to_text
from .delivery import Delivery
from .errors import BadConfiguration, StaleDelivery, VerificationError
from .headers import Headers, listed
from .keys import Secret, Secrets, as_secrets
from .schemes import Scheme, by_name, decide

if TYPE_CHECKING:
    from .explain import Explanation

_RAW_BODY = (
    "the body must be the raw bytes as they came: request.get_data() in Flask, request.body in "
    "Django, await request.body() in Starlette and FastAPI"
)


_NO_BOUND = 1 << 80  # nanoseconds: more than any two times there are can lie apart


class Tolerance:
    """How far a signature's time may lie from now, in either direction.

    Args:
        seconds: a nanosecond or more, and finite. No value switches the check off by accident.

    Raises:
        BadConfiguration: zero, negative, not finite, not a number.
    """

    __slots__ = ("nanoseconds",)

    def __init__(self, seconds: float) -> None:
        if not _is_number(seconds) or not 1e-9 <= seconds < float("inf"):
            raise BadConfiguration(
                f"a tolerance is a number of seconds above 0, not {seconds!r}; "
                "to judge an old message, ask for it by name: Tolerance.unlimited()"
            )
        self.nanoseconds: int | None = round(seconds * NANOSECONDS)
        """The bound in nanoseconds; None without a bound."""

    @classmethod
    def unlimited(cls) -> Tolerance:
        """No bound: for judging a message that was kept. Never for an endpoint: it lets in replays."""
        tolerance = cls(1)
        tolerance.nanoseconds = None
        return tolerance

    def __repr__(self) -> str:
        if self.nanoseconds is None:
            return "Tolerance.unlimited()"
        return f"Tolerance({self.nanoseconds / NANOSECONDS:g})"


class Verifier:
    """Verifies requests of one scheme. Make one at the start; it serves any number of threads.

    Args:
        scheme: a scheme, or the name of one.
        secrets: one secret or several, newest first; any of them is good.
        tolerance: seconds, two-sided; 300 by default.
        clock: the wall clock, as Unix time in nanoseconds.

    Raises:
        BadConfiguration: a scheme, secret or tolerance that cannot be right.
    """

    __slots__ = ("_clock", "_ring", "_secrets", "_tolerance", "scheme", "tolerance")

    def __init__(
        self,
        scheme: str | Scheme = "http-task",
        *,
        secrets: Secrets,
        tolerance: float | Tolerance = 300,
        clock: Clock = system_clock,
    ) -> None:
        try:
            self._secrets = as_secrets(secrets)
        finally:
            del secrets
        self.scheme: Scheme = by_name(scheme)
        """The scheme that is verified."""
        self.tolerance: Tolerance = (
            tolerance if isinstance(tolerance, Tolerance) else Tolerance(tolerance)
        )
        """How far a time may lie from now."""
        self._ring = tuple((self.scheme.mac(one), one.label) for one in self._secrets)
        bound_ns = self.tolerance.nanoseconds
        self._tolerance = _NO_BOUND if bound_ns is None else bound_ns
        self._clock = clock

    def verify(self, body: bytes, headers: Headers) -> Delivery:
        """Prove a request.

        Args:
            body: the raw bytes, exactly as they came.
            headers: any mapping or pairs, names in any case. Where a plain dict has the exact name, no
                other spelling in it is looked at.

        Raises:
            MalformedSignature: no signature, or none that the scheme's grammar can read.
            SignatureMismatch: none of the secrets made it.
            StaleDelivery: authentic, but outside the tolerance; it carries the delivery.
            TypeError: the arguments stand the wrong way round, or the body was parsed already.
        """
        if type(body) is not bytes:
            body = _raw(body)
        scheme = self.scheme
        decision = decide(scheme, self._ring, body, headers)
        now_ns = self._clock()
        delivery = Delivery(body, headers, scheme, decision, now_ns)
        signed_ns = decision[1]
        bound_ns = self._tolerance
        if signed_ns is not None and not -bound_ns <= now_ns - signed_ns <= bound_ns:
            _refuse_stale(delivery, bound_ns, now_ns)
        return delivery

    def explain(self, body: bytes, headers: Headers, *, also: Secrets = ()) -> Explanation:
        """Say why a request is valid or refused: the verdict of `verify`, and the cause behind it.

        For the operator, not for the network. Bounded: some 50 ms at 64 KiB of body, a second at 4 MiB.

        Args:
            body: as for `verify`.
            headers: as for `verify`.
            also: other secrets that the sender may have used; they prove nothing but a mistake.

        Raises:
            TypeError: as `verify` does, for a programmer's mistake. Nothing in a request raises.
        """
        from .explain import Question, explain  # here, since verifying never needs it

        try:
            others = _others(also)
        finally:
            del also
        body = _raw(body)
        outcome: Delivery | VerificationError
        try:
            outcome = self.verify(body, headers)
        except VerificationError as refused:
            outcome = refused
        bound_ns = self.tolerance.nanoseconds
        return explain(
            Question(
                outcome=outcome,
                body=body,
                headers=listed(headers),
                scheme=self.scheme,
                secrets=self._secrets,
                also=others,
                tolerance_s=None if bound_ns is None else bound_ns / NANOSECONDS,
            )
        )

    def __repr__(self) -> str:
        labels = [label for _, label in self._ring]
        return f"Verifier({self.scheme.name!r}, secrets={labels!r}, tolerance={self.tolerance!r})"


def _others(also: Secrets) -> tuple[Secret, ...]:
    try:
        also = (also,) if isinstance(also, (str, bytes, Secret)) else tuple(also)
        return as_secrets(also) if also else ()
    finally:
        del also


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _raw(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if isinstance(body, Mapping):
        if any(isinstance(name, str) and "-" in name for name in body):
            raise TypeError("the arguments stand the wrong way round: verify(body, headers)")
        raise TypeError(f"this body was parsed already; {_RAW_BODY}")
    if isinstance(body, str):
        raise TypeError(f"this body was decoded to str; {_RAW_BODY}")
    raise TypeError(f"this is {type(body).__name__}; {_RAW_BODY}")


def _refuse_stale(delivery: Delivery, tolerance_ns: int, now_ns: int) -> NoReturn:
    age = delivery.age or 0.0
    bound = (
        f"the tolerance is {tolerance_ns / NANOSECONDS:g} s, and the clock here shows {to_text(now_ns)}"
    )
    if age > 0:
        raise StaleDelivery("too_old", f"signed {age:.3f} s ago; {bound}", delivery)
    raise StaleDelivery("too_new", f"signed {-age:.3f} s from now; {bound}", delivery)
