"""The endpoints of a receiver: each path once, and all of them before it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hookproof import BadConfiguration, Verifier
from hookproof.clock import Clock

from ..inbox import Handler
from .route import Route


class RouteTable:
    """Endpoints by their paths, in the order in which they were declared."""

    def __init__(self) -> None:
        self._routes: dict[str, Route] = {}
        self._places: dict[str, str] = {}
        self._closed = False

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes.values())

    def __len__(self) -> int:
        return len(self._routes)

    @property
    def paths(self) -> tuple[str, ...]:
        """Their paths."""
        return tuple(self._routes)

    @property
    def handled(self) -> tuple[str, ...]:
        """The paths of those that have a handler."""
        return tuple(path for path, route in self._routes.items() if route.endpoint.handler is not None)

    @property
    def signature_headers(self) -> frozenset[str]:
        """The headers that their schemes read; a server is to refuse one that comes twice."""
        return frozenset(name for route in self for name in route.headers)

    def add(self, route: Route, place: str) -> None:
        """Declare an endpoint.

        Args:
            route: which.
            place: where that is said: a line of code, or of the settings.

        Raises:
            BadConfiguration: its path is declared already, or it comes too late.
        """
        path = route.endpoint.path
        if self._closed:
            raise BadConfiguration(
                f"the endpoint {path} comes too late: declare it before create_app() or blueprint()"
            )
        if path in self._routes:
            raise BadConfiguration(
                f"{path} is defined twice, by {self._places[path]} and {place}: leave one out"
            )
        self._routes[path] = route
        self._places[path] = place

    def close(self) -> None:
        """Take no more: whoever serves has got them."""
        self._closed = True

    def handle(self, path: str, handler: Handler, **how: Any) -> None:
        """Give an endpoint its handler, and further fields of `Endpoint`.

        Raises:
            BadConfiguration: the handler takes something else, or is async.
        """
        self._routes[path] = self._routes[path].handled_by(handler, **how)

    def handle_all(self, handler: Handler, **how: Any) -> None:
        """As `handle`, for every endpoint, whatever was said of it."""
        for path in self._routes:
            self.handle(path, handler, **how)

    def at(self, path: str) -> Route | None:
        """The endpoint that has a path; None where none has it."""
        return self._routes.get(path)

    def verifier_at(self, path: str, clock: Clock) -> Verifier | None:
        """What an endpoint verifies with, under another clock; None where that is nothing."""
        route = self._routes.get(path)
        if route is None or (own := route.verifier) is None:
            return None
        return Verifier(own.scheme, secrets=route.secrets, tolerance=own.tolerance, clock=clock)
