"""Endpoints as the settings declare them: secrets and handlers fetched from where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hookproof import BadConfiguration
from hookproof.clock import Clock
from hookproof_runtime.logs import get_logger
from hookproof_runtime.named_objects import named_object
from hookproof_runtime.settings import EndpointSettings, secret_of

from .route import Route, declare, shared_secrets

_log = get_logger(__name__)
_T = TypeVar("_T")


def route_of(endpoint: EndpointSettings, clock: Clock) -> Route:
    """Make an endpoint of its settings.

    Raises:
        BadConfiguration: a secret or the handler is not where they say, or something in them cannot be
            right: a line for each.
    """
    problems: list[str] = []
    secrets = [_try(problems, secret_of, reference) for reference in endpoint.secrets]
    handler = _try(problems, named_object, endpoint.handler) if endpoint.handler else None
    if problems:
        raise BadConfiguration("\n".join(problems))
    route = declare(
        endpoint.path,
        secrets=tuple(one for one in secrets if one is not None) or None,
        **endpoint.model_dump(exclude={"path", "secrets", "handler"}),
        clock=clock,
    )
    return route if handler is None else route.handled_by(handler)


def warn_of(routes: Iterable[Route]) -> None:
    """Say in the log what of these endpoints may not be meant so."""
    for one, other in shared_secrets(routes):
        _log.warning(
            "two endpoints share a secret: what was captured at one is authentic at the other",
            endpoints=[one, other],
        )
    for route in routes:
        if route.is_replayable:
            _log.warning(
                "nothing stops a replay: the scheme signs neither time nor id; give the endpoint "
                'an identity, such as identity="json:/run"',
                endpoint=route.endpoint.path,
                scheme=route.scheme,
            )


def _try(problems: list[str], fetch: Callable[[Any], _T], what: object) -> _T | None:
    try:
        return fetch(what)
    except BadConfiguration as wrong:
        problems.append(str(wrong))
        return None
