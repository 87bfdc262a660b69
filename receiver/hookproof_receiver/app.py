"""The receiver put together: the one file that knows which parts there are."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from hookproof import BadConfiguration, Tolerance
from hookproof.clock import Clock, system_clock
from hookproof.keys import Secrets
from hookproof.schemes import Scheme
from hookproof_runtime.database import Engine, open_engine
from hookproof_runtime.logs import get_logger
from hookproof_runtime.settings import ReceiverSettings, SenderSettings

from .ends import Ends, wants_ends
from .health import Health, Readiness
from .health.store import try_to_keep
from .inbox import DEFAULT, Answer, Arrival, Endpoint, Handler, Inbox, Mode, retention_of
from .ingest import Ingest, Listener
from .ingest.configured import route_of, warn_of
from .ingest.route import declare
from .ingest.route_table import RouteTable
from .ingest.wsgi import Front
from .places import refuse_clashes
from .platform.modules import declare_recipes
from .refusals import Keeper

if TYPE_CHECKING:
    from flask import Blueprint, Flask

_H = TypeVar("_H", bound=Handler)
_log = get_logger(__name__)


class Fronts(NamedTuple):
    """A receiver for a server that has a front of its own."""

    ingest: Ingest
    """Answers what is for an endpoint (`ingest.routes`)."""
    application: Flask
    """Answers everything."""


class Receiver:
    """Endpoints, and the inbox behind them.

    Declare the endpoints first, then serve: by `hookproof receive --app module:name`, as an application
    of its own (`create_app`), or within another one (`blueprint`).

    What is left out here is taken from the settings, where `hookproof receive` has any, else it is the
    settings' default.

    Args:
        database: a URL or an SQLAlchemy engine; with the application's own, a handler's `tx` is the
            transaction that also marks the message as done.
        clock: the wall clock, as Unix time in nanoseconds.
        max_body: bytes of body; a larger one is answered 413.
        answer_within: seconds from the request; a handler that takes longer is promised.
        running: handlers that run, and requests that wait for one, at the most.
        workers: messages that were acknowledged and are run at once; 0 leaves them to other processes
            (`hookproof inbox work`).
        platform: serve the platform's run-job API at `/v4`.
        slack: serve Slack's incoming webhooks at `/services`, and `/api/chat.postMessage`.
        pages: show what came, to a browser, from `/` on. Not unless it is asked for here, or by the
            settings of `hookproof receive`.
        hosts: further host names that the pages answer to, beside this machine's own.
    """

    def __init__(
        self,
        database: str | Engine | None = None,
        *,
        clock: Clock = system_clock,
        max_body: int | None = None,
        answer_within: float | None = None,
        running: int | None = None,
        workers: int | None = None,
        platform: bool | None = None,
        slack: bool | None = None,
        pages: bool | None = None,
        hosts: Sequence[str] | None = None,
    ) -> None:
        own = {
            "database": database,
            "max_body": max_body,
            "answer_within": answer_within,
            "running": running,
            "workers": workers,
            "platform": platform,
            "slack": slack,
            "pages": pages,
            "hosts": None if hosts is None else tuple(hosts),
        }
        self._own = {name: value for name, value in own.items() if value is not None}
        self._clock = clock
        self.settings = ReceiverSettings(pages=False).model_copy(update=self._own)
        """What holds, but for the endpoints; `database` may be an engine."""
        self.sender = SenderSettings()
        """Where the platform's webhooks and plans may send to, and how; set it before it is opened."""
        self.routes = RouteTable()
        """The endpoints, as they are declared."""
        self._listeners: list[Listener] = []
        self._opening = threading.Lock()
        self._engine: Engine | None = None
        self._inbox: Inbox | None = None
        self._keeper: Keeper | None = None
        self._ends: Ends | None = None
        self._readiness = Readiness(
            lambda: try_to_keep(self._opened_engine()), lambda: self.open().has_room
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """The endpoints' paths, as they were declared."""
        return self.routes.paths

    def on(
        self,
        path: str,
        *,
        secrets: Secrets | None = None,
        scheme: str | Scheme = "http-task",
        tolerance: float | Tolerance = 300,
        methods: Sequence[str] = ("POST", "PUT", "PATCH"),
        identity: str | None = None,
        identity_required: bool = False,
        on_body_change: Literal["run", "refuse"] = "run",
        link: Literal["any", "failed", "off"] = "any",
        link_window: float = 600.0,
        mode: Mode = "synchronous",
        running: int | None = None,
        retries: int = DEFAULT.retries,
        retry_base: float = DEFAULT.base_s,
        retry_cap: float = DEFAULT.cap_s,
    ) -> Callable[[_H], _H]:
        """Declare an endpoint, and decorate its handler; without a handler it keeps and shows.

        Args:
            path: from the first slash on, taken literally.
            secrets: one or several, newest first; any of them is good.
            scheme: how messages are signed: a name, or a scheme of your own; `"none"` for an endpoint
                that is unsigned on purpose.
            tolerance: seconds that a signature's time may lie from now.
            methods: what is taken; anything else is answered 405.
            identity: `"json:/run"` names the (signed) field of the body that tells messages apart;
                without one, a scheme that signs an id tells them apart by that.
            identity_required: answer 422 where that field holds nothing usable.
            on_body_change: what a known message with another body is: the newer body runs, or 422.
            link: which messages a new GUID may be bound to.
            link_window: how far back that looks, in seconds.
            mode: `"synchronous"`: the handler's outcome is the answer; `"inbox"`: 200 once the message
                is kept, and the handler runs after that.
            running: how many of its handlers, and requests that wait for one, there may be at once in
                each process; more requests are answered 503. With 1 and mode `"inbox"`, messages are
                handled one after the other.
            retries: how often a message that was acknowledged and failed is run again before it is
                parked.
            retry_base: the longest that the first of these waits, in seconds; each further one twice as
                long.
            retry_cap: the longest that any of them waits, in seconds.

        Raises:
            BadConfiguration: something in it cannot be right, or the path is declared already.
        """
        caller = sys._getframe(1)
        try:
            route = declare(
                path,
                secrets=secrets,
                scheme=scheme,
                tolerance=tolerance,
                methods=methods,
                identity=identity,
                identity_required=identity_required,
                on_body_change=on_body_change,
                link=link,
                link_window=link_window,
                mode=mode,
                running=running,
                retries=retries,
                retry_base=retry_base,
                retry_cap=retry_cap,
                clock=self._clock,
            )
        finally:
            del secrets  # a traceback may show locals
        self.routes.add(route, f"{caller.f_code.co_filename}:{caller.f_lineno}")

        def decorate(handler: _H) -> _H:
            self.routes.handle(path, handler)
            return handler

        return decorate

    def include(self, settings: ReceiverSettings) -> None:
        """Take the settings for what was left out here, and add their endpoints.

        Raises:
            BadConfiguration: a secret, a handler or recipes are not where the settings say, or
                something is defined here and there: whatever is wrong with them, at once.
        """
        if "database" in self._own and "database" in settings.model_fields_set:
            raise BadConfiguration(
                "the database is defined twice: by Receiver(database=…) and by the settings or "
                "a flag; leave one of them out"
            )
        self.settings = settings.model_copy(update=self._own)
        problems = declare_recipes(settings.recipes)
        for number, endpoint in enumerate(settings.endpoint):
            place = f"receiver.endpoint[{number}] of the settings"
            try:
                self.routes.add(route_of(endpoint, self._clock), place)
            except BadConfiguration as wrong:
                problems += [f"{place}: {line}" for line in str(wrong).splitlines()]
        if problems:
            raise BadConfiguration("\n".join(problems))

    def listen_to(self, listener: Listener) -> None:
        """Tell a listener of each request from now on; before the application is made."""
        self._listeners.append(listener)

    def create_app(self) -> Flask:
        """A Flask application with the endpoints, and with whatever else was asked for.

        It answers `/healthz` and `/readyz` too, where no endpoint has these paths. The database is
        opened with the first request; with the platform's or Slack's end, now.
        """
        return self.create_fronts().application

    def create_wsgi_app(self) -> Front:
        """The same for a server: Flask is not in the way of what is for an endpoint."""
        return Front(*self.create_fronts())

    def create_fronts(self, listen: str | None = None) -> Fronts:
        """The endpoints by themselves, and the Flask application that has them and all the rest.

        Args:
            listen: the address of this machine that the server listens at. Where only this machine can
                reach it, the pages need no login; they do where None says that it is not known.
        """
        # Flask where something is served: a command that reads the inbox need not wait for it.
        from .health.routes import blueprint as health_blueprint
        from .ingest.routes import application_of

        refuse_clashes(self.paths, self.settings)
        service = self._service()
        application = application_of(service)
        application.register_blueprint(health_blueprint(Health(self._readiness), self.paths))
        if wants_ends(self.settings):
            self.open()
        if self._ends is not None:
            self._ends.start()
            for blueprint in self._ends.blueprints(self.paths, listen):
                application.register_blueprint(blueprint)
        return Fronts(service, application)

    def blueprint(self) -> Blueprint:
        """The endpoints, for another application: `app.register_blueprint(receiver.blueprint())`."""
        from .ingest.routes import blueprint

        return blueprint(self._service())

    def open(self) -> Inbox:
        """Open the database, bring its schema up to date, and start the worker, once a process.

        The first request does it where nothing did before.

        Raises:
            BadConfiguration: the database is none that is supported.
            CannotRun: it cannot be opened or written.
        """
        with self._opening:
            if self._inbox is None:
                engine = self._open_engine()
                inbox = Inbox(
                    engine,
                    [route.endpoint for route in self.routes],
                    clock=self._clock,
                    answer_within=self.settings.answer_within,
                    running=self.settings.running,
                    workers=self.settings.workers,
                    listeners=self._listeners,
                    retention=retention_of(self.settings),
                )
                inbox.start()
                self._ends = Ends(self.settings, self.sender, engine, self._clock)
                self._inbox = inbox
            return self._inbox

    def begin_to_stop(self) -> None:
        """Say at `/readyz` that no message is to be sent here any more. May be called by a signal."""
        self._readiness.stop()

    def close(self, timeout: float = 10.0) -> None:
        """Stop the worker, and wait up to `timeout` seconds for handlers that run.

        Refusals that are not written yet are written first, which may take as long again.
        """
        if self._keeper is not None and not self._keeper.close(timeout):
            _log.warning("some refusals were not kept")
        with self._opening:
            inbox = self._inbox
        # Not within the lock: a handler that is waited for may want the inbox, too.
        if inbox is not None and not inbox.close(timeout):
            _log.warning("a handler still runs; its message is handled again at the next start")
        with self._opening:
            self._inbox = None
            if self._ends is not None:
                self._ends.close()
            self._ends = None
            engine, self._engine = self._engine, None
            if engine is not None and engine is not self._own.get("database"):
                engine.dispose()

    def _open_engine(self) -> Engine:
        database: str | Engine = self.settings.database
        if isinstance(database, Engine):
            self._engine = database
        else:
            self._engine = open_engine(database)
        return self._engine

    def _service(self) -> Ingest:
        self.routes.close()
        warn_of(self.routes)
        return Ingest(
            self.routes,
            self._accept,
            self._submit,
            clock=self._clock,
            max_body=self.settings.max_body,
            listeners=self._listeners,
            keep_refusal=self._refusals().keep,
        )

    def _refusals(self) -> Keeper:
        if self._keeper is None:
            self._keeper = Keeper(
                self._opened_engine,
                most=self.settings.refusals_kept,
                most_bytes=self.settings.refusals_bytes,
            )
        return self._keeper

    def _opened_engine(self) -> Engine:
        self.open()
        assert self._engine is not None
        return self._engine

    def _accept(self, endpoint: Endpoint, arrival: Arrival) -> Answer:
        return (self._inbox or self.open()).accept(endpoint, arrival)

    def _submit(self, endpoint: Endpoint, arrival: Arrival, done: Callable[[Answer], None]) -> None:
        (self._inbox or self.open()).submit(endpoint, arrival, done)
