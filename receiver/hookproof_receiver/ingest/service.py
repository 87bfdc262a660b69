"""One request, step by step. The order is the contract's: what fails first is the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

from hookproof import Delivery
from hookproof.clock import Clock
from hookproof.errors import StaleDelivery, VerificationError
from hookproof.explain import Explanation
from hookproof.headers import GUID_HEADER, every
from hookproof_runtime.ids import new_id
from hookproof_runtime.logs import get_logger, tagged

from ..inbox import Answer, Arrival, Endpoint, unavailable
from ..refusals import Refusal, cause_of
from .events import Answered, Event, Explained, Listener, Received
from .incoming import Incoming, read_body
from .refused import Refused, incomplete
from .reply import Reply, dress
from .route import Route

Accept: TypeAlias = Callable[[Endpoint, Arrival], Answer]
"""What keeps and handles a request that was judged: the inbox's `accept`."""

KeepRefusal: TypeAlias = Callable[[Refusal, Callable[[Explanation], None]], None]
"""What keeps a refused request, and calls back where it was explained: the keeper's `keep`."""

_log = get_logger(__name__)


class Ingest:
    """Takes requests for a set of endpoints; serves any number of threads.

    Args:
        routes: the endpoints.
        accept: what keeps and handles a request that was proved.
        clock: the wall clock.
        max_body: bytes of body; more is answered 413.
        listeners: who is told of each request.
        keep_refusal: what is handed the requests whose signature is refused; it does not wait.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        accept: Accept,
        *,
        clock: Clock,
        max_body: int,
        listeners: Iterable[Listener] = (),
        keep_refusal: KeepRefusal | None = None,
    ) -> None:
        self.routes = {route.endpoint.path: route for route in routes}
        """The endpoints by path."""
        self.max_body = max_body
        """Bytes."""
        self._accept = accept
        self._clock = clock
        self._listeners = tuple(listeners)
        self._keep_refusal = keep_refusal

    def receive(self, incoming: Incoming) -> Reply:
        """Answer one request."""
        route = self.routes.get(incoming.path)
        if route is None:
            return self.refuse(incoming, Refused(404, "no_endpoint", "no endpoint has this path"))
        if incoming.method not in route.methods:
            refused = Refused(405, "method_not_allowed", "the endpoint takes other methods")
            return self.refuse(incoming, refused, allow=route.methods)
        return self._answer(
            incoming, route.scheme, None, lambda delivery_id: self._judge(route, incoming, delivery_id)
        )

    def refuse(
        self, incoming: Incoming, refused: Refused, *, allow: tuple[str, ...] | None = None
    ) -> Reply:
        """Answer a request that is for no endpoint.

        Args:
            incoming: the request.
            refused: why.
            allow: what a 405 would take.
        """

        def refuse(_delivery_id: str) -> Answer:
            raise refused

        return self._answer(incoming, "", allow, refuse)

    def _answer(
        self,
        incoming: Incoming,
        scheme: str,
        allow: tuple[str, ...] | None,
        judge: Callable[[str], Answer],
    ) -> Reply:
        started = time.monotonic()
        delivery_id = new_id("dlv", self._clock())
        with tagged(delivery=delivery_id, guid=incoming.guid):
            try:
                answer = judge(delivery_id)
            except Refused as refused:
                answer = Answer(refused.status, code=refused.code)
                self._received(incoming, delivery_id, refused.sentence, code=refused.code)
            with tagged(message=answer.message_id):
                self._answered(answer, delivery_id, time.monotonic() - started)
        return dress(answer, delivery_id=delivery_id, scheme=scheme, allow=allow)

    def _judge(self, route: Route, incoming: Incoming, delivery_id: str) -> Answer:
        body = read_body(incoming, self.max_body)
        if route.verifier is None and not body and incoming.method not in ("GET", "DELETE"):
            raise incomplete("the body is empty, and nothing here proves that it was sent so")
        stale: Literal["too_old", "too_new"] | None = None
        sentence = "unsigned on purpose"
        delivery = None
        try:
            if route.verifier is not None:
                delivery = route.verifier.verify(body, incoming.headers)
                sentence = _verified(delivery)
        except StaleDelivery as refused:
            delivery, sentence = refused.delivery, refused.sentence
            stale = "too_new" if refused.code == "too_new" else "too_old"
        except VerificationError as refused:
            self._received(incoming, delivery_id, refused.sentence, code=refused.code, size=len(body))
            self._keep(route, incoming, delivery_id, body, refused.code, refused.sentence)
            return Answer(401, code=refused.code)
        self._received(incoming, delivery_id, sentence, code=stale, size=len(body), delivery=delivery)
        ignored = incoming.guid is None and bool(every(incoming.headers, GUID_HEADER))
        arrival = Arrival(
            id=delivery_id,
            method=incoming.method,
            target=incoming.target,
            headers=incoming.headers,
            body=body,
            received_ns=self._clock(),
            guid=incoming.guid,
            delivery=delivery,
            stale=stale,
            flags=("guid_ignored",) if ignored else (),
        )
        try:
            answer = self._accept(route.endpoint, arrival)
        except Exception:
            _log.exception("could not keep the message")
            return unavailable("not_kept")
        if stale is not None and answer.status == 401:
            self._keep(route, incoming, delivery_id, body, stale, sentence)
        return answer

    def _keep(
        self, route: Route, incoming: Incoming, delivery_id: str, body: bytes, code: str, sentence: str
    ) -> None:
        if self._keep_refusal is None or route.verifier is None:
            return
        refusal = Refusal(
            id=delivery_id,
            endpoint=route.endpoint.path,
            method=incoming.method,
            target=incoming.target,
            headers=incoming.headers,
            body=body,
            received_ns=self._clock(),
            code=code,
            sentence=sentence,
            verifier=route.verifier,
        )
        self._keep_refusal(refusal, lambda explanation: self._explained(delivery_id, explanation))

    def _explained(self, delivery_id: str, explanation: Explanation) -> None:
        cause = cause_of(explanation)
        with tagged(delivery=delivery_id):
            _log.info("explained", cause=cause, causes=[one.code for one in explanation.findings])
        self._tell(Explained(at_ns=self._clock(), delivery_id=delivery_id, cause=cause))

    def _received(
        self,
        incoming: Incoming,
        delivery_id: str,
        sentence: str,
        *,
        code: str | None = None,
        size: int | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        _log.info("received", method=incoming.method, path=incoming.path, size=size, code=code)
        self._tell(
            Received(
                at_ns=self._clock(),
                delivery_id=delivery_id,
                method=incoming.method,
                path=incoming.path,
                size=size,
                guid=incoming.guid,
                code=code,
                sentence=sentence,
                delivery=delivery,
            )
        )

    def _answered(self, answer: Answer, delivery_id: str, duration_s: float) -> None:
        _log.info("answered", status=answer.status, code=answer.code, duration_s=round(duration_s, 6))
        self._tell(
            Answered(
                at_ns=self._clock(),
                delivery_id=delivery_id,
                answer=answer,
                duration_s=duration_s,
            )
        )

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception as error:  # whoever looks on changes no answer
                _log.error("a listener failed", error=type(error).__name__)


def _verified(delivery: Delivery) -> str:
    label = f', secret "{delivery.secret_label}"' if delivery.secret_label else ""
    age = f", {delivery.age:.1f} s old" if delivery.age is not None else ""
    return f"verified{label}{age}"
