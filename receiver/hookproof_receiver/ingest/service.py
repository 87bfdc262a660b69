"""One request, step by step. The order is the contract's: what fails first is the answer."""

from __future__ import annotations

import logging
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
from hookproof_runtime.masking import masked_url

from ..inbox import Answer, Arrival, Endpoint, unavailable
from ..refusals import Refusal, cause_of
from .events import Answered, Event, Explained, Listener, Received
from .incoming import Incoming, read_body
from .refused import Refused, incomplete
from .reply import Reply, dress
from .route import Route

Accept: TypeAlias = Callable[[Endpoint, Arrival], Answer]
"""What keeps and handles a request that was judged: the inbox's `accept`."""

Submit: TypeAlias = Callable[[Endpoint, Arrival, Callable[[Answer], None]], None]
"""The same for an endpoint that acknowledges, without waiting: the inbox's `submit`."""

KeepRefusal: TypeAlias = Callable[[Refusal, Callable[[Explanation], None]], None]
"""What keeps a refused request, and calls back where it was explained: the keeper's `keep`."""

_log = get_logger(__name__)
_lines = logging.getLogger(__name__)  # asked first: most receivers write no line for each request


class _Request:
    """One request on its way, with the id that it is told by."""

    __slots__ = ("id", "incoming", "started")

    def __init__(self, incoming: Incoming, delivery_id: str) -> None:
        self.incoming = incoming
        self.id = delivery_id
        self.started = time.monotonic()


class Ingest:
    """Takes requests for a set of endpoints; serves any number of threads.

    Args:
        routes: the endpoints.
        accept: what keeps and handles a request that was proved.
        submit: the same for an endpoint that acknowledges, without waiting.
        clock: the wall clock.
        max_body: bytes of body; more is answered 413.
        listeners: who is told of each request.
        keep_refusal: what is handed the requests whose signature is refused; it does not wait.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        accept: Accept,
        submit: Submit,
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
        self._no_endpoint = f"no endpoint has this path; there is {_some(self.routes)}"
        self._accept = accept
        self._submit = submit
        self._clock = clock
        self._listeners = tuple(listeners)
        self._keep_refusal = keep_refusal

    def receive(self, incoming: Incoming) -> Reply:
        """Answer one request; waits for its handler, where the endpoint is synchronous."""
        route = self.routes.get(incoming.path)
        if route is None:
            return self.refuse(incoming, Refused(404, "no_endpoint", self._no_endpoint))
        if incoming.method not in route.methods:
            refused = Refused(405, "method_not_allowed", "the endpoint takes other methods")
            return self.refuse(incoming, refused, allow=route.methods)
        request = _Request(incoming, new_id("dlv", self._clock()))
        answer = self._prove(route, request)
        if isinstance(answer, Arrival):
            with tagged(delivery=request.id, guid=incoming.guid):
                answer = self._accepted(route, request, answer)
        return self._reply(request, answer, route.scheme)

    def submit(self, incoming: Incoming, done: Callable[[Reply], None]) -> bool:
        """Answer one request without waiting, where its endpoint acknowledges.

        Args:
            incoming: the request; its body can be read at once.
            done: called once with the reply, in this thread or another; it must be quick.

        Returns:
            False where a thread has to wait for the answer, and nothing was done: `receive` does that.
        """
        route = self.routes.get(incoming.path)
        if route is None or incoming.method not in route.methods or not route.endpoint.acknowledges:
            return False
        request = _Request(incoming, new_id("dlv", self._clock()))

        def answered(answer: Answer) -> None:
            if isinstance(proved, Arrival):
                self._keep_stale(route, request, proved, answer)
            done(self._reply(request, answer, route.scheme))

        proved = self._prove(route, request)
        if isinstance(proved, Answer):
            answered(proved)
            return True
        try:
            self._submit(route.endpoint, proved, answered)
        except Exception:
            _log.exception("could not keep the message", delivery=request.id)
            answered(unavailable("not_kept"))
        return True

    def refuse(
        self, incoming: Incoming, refused: Refused, *, allow: tuple[str, ...] | None = None
    ) -> Reply:
        """Answer a request that is for no endpoint.

        Args:
            incoming: the request.
            refused: why.
            allow: what a 405 would take.
        """
        request = _Request(incoming, new_id("dlv", self._clock()))
        return self._reply(request, self._refused(request, refused), "", allow)

    def _reply(
        self, request: _Request, answer: Answer, scheme: str, allow: tuple[str, ...] | None = None
    ) -> Reply:
        self._answered(request, answer)
        return dress(answer, delivery_id=request.id, scheme=scheme, allow=allow)

    def _refused(self, request: _Request, refused: Refused) -> Answer:
        self._received(request, refused.sentence, code=refused.code)
        return Answer(refused.status, code=refused.code)

    def _prove(self, route: Route, request: _Request) -> Arrival | Answer:
        """What came, proved; or the answer to what is refused."""
        incoming = request.incoming
        try:
            body = read_body(incoming, self.max_body)
            if route.verifier is None and not body and incoming.method not in ("GET", "DELETE"):
                raise incomplete("the body is empty, and nothing here proves that it was sent so")
        except Refused as refused:
            return self._refused(request, refused)
        stale: Literal["too_old", "too_new"] | None = None
        sentence: str | None = "unsigned on purpose"
        delivery = None
        try:
            if route.verifier is not None:
                delivery = route.verifier.verify(body, incoming.headers)
                sentence = None
        except StaleDelivery as refused:
            delivery, sentence = refused.delivery, refused.sentence
            stale = "too_new" if refused.code == "too_new" else "too_old"
        except VerificationError as refused:
            self._received(request, refused.sentence, code=refused.code, size=len(body))
            self._keep(route, request, body, refused.code, refused.sentence)
            return Answer(401, code=refused.code)
        except Exception:  # a scheme of somebody's own: it proved nothing, and costs no other request
            _log.exception("the scheme failed", delivery=request.id)
            self._received(request, "the scheme failed", code="handler_failed", size=len(body))
            return Answer(500, code="handler_failed")
        self._received(request, sentence, code=stale, size=len(body), delivery=delivery)
        ignored = incoming.guid is None and bool(every(incoming.headers, GUID_HEADER))
        return Arrival(
            id=request.id,
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

    def _accepted(self, route: Route, request: _Request, arrival: Arrival) -> Answer:
        try:
            answer = self._accept(route.endpoint, arrival)
        except Exception:
            _log.exception("could not keep the message")
            return unavailable("not_kept")
        self._keep_stale(route, request, arrival, answer)
        return answer

    def _keep_stale(self, route: Route, request: _Request, arrival: Arrival, answer: Answer) -> None:
        if arrival.stale is not None and answer.status == 401:
            sentence = "authentic, and outside the tolerance"
            self._keep(route, request, arrival.body, arrival.stale, sentence)

    def _keep(self, route: Route, request: _Request, body: bytes, code: str, sentence: str) -> None:
        if self._keep_refusal is None or route.verifier is None:
            return
        refusal = Refusal(
            id=request.id,
            endpoint=route.endpoint.path,
            method=request.incoming.method,
            target=request.incoming.target,
            headers=request.incoming.headers,
            body=body,
            received_ns=self._clock(),
            code=code,
            sentence=sentence,
            verifier=route.verifier,
        )
        self._keep_refusal(refusal, lambda explanation: self._explained(request.id, explanation))

    def _explained(self, delivery_id: str, explanation: Explanation) -> None:
        cause = cause_of(explanation)
        with tagged(delivery=delivery_id):
            _log.info("explained", cause=cause, causes=[one.code for one in explanation.findings])
        self._tell(Explained(at_ns=self._clock(), delivery_id=delivery_id, cause=cause))

    def _received(
        self,
        request: _Request,
        sentence: str | None,
        *,
        code: str | None = None,
        size: int | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        incoming = request.incoming
        path = incoming.path
        if path not in self.routes:  # a stranger's, which may be a secret: that of a Slack webhook
            path = masked_url(path)
        if _lines.isEnabledFor(logging.INFO):
            with tagged(delivery=request.id, guid=incoming.guid):
                _log.info("received", method=incoming.method, path=path, size=size, code=code)
        if not self._listeners:
            return
        if sentence is None:
            sentence = "" if delivery is None else _verified(delivery)
        self._tell(
            Received(
                at_ns=self._clock(),
                delivery_id=request.id,
                method=incoming.method,
                path=path,
                size=size,
                guid=incoming.guid,
                code=code,
                sentence=sentence,
                delivery=delivery,
            )
        )

    def _answered(self, request: _Request, answer: Answer) -> None:
        duration_s = time.monotonic() - request.started
        if _lines.isEnabledFor(logging.INFO):
            took = round(duration_s, 6)
            with tagged(delivery=request.id, guid=request.incoming.guid, message=answer.message_id):
                _log.info("answered", status=answer.status, code=answer.code, duration_s=took)
        if not self._listeners:
            return
        self._tell(
            Answered(
                at_ns=self._clock(),
                delivery_id=request.id,
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


def _some(paths: Iterable[str]) -> str:
    """The first paths, for a line that is read by people."""
    first = list(paths)
    more = f" and {len(first) - 4} more" if len(first) > 4 else ""
    return (", ".join(first[:4]) or "none") + more
