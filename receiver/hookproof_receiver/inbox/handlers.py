"""What a function must look like to be a handler."""

from __future__ import annotations

import inspect

from hookproof.errors import BadConfiguration

from .endpoint import Handler

_FORMS = "a handler is def handler(message), or def handler(message, tx)"


def takes_tx(handler: Handler) -> bool:
    """Whether a handler wants the transaction: whether its second parameter is named `tx`.

    Raises:
        BadConfiguration: it is `async def`, a generator, not callable, or wants other arguments; the
            sentence says which.
    """
    if not callable(handler):
        raise BadConfiguration(f"{handler!r} cannot be called; {_FORMS}")
    name = getattr(handler, "__qualname__", type(handler).__name__)
    _refuse_other_kinds(handler, name)
    try:
        parameters = list(inspect.signature(handler).parameters.values())
    except ValueError:
        raise BadConfiguration(f"{name} does not say what it takes; {_FORMS}") from None
    positional = [
        one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    wants = len(positional) > 1 and positional[1].name == "tx"
    if not positional and not any(one.kind is one.VAR_POSITIONAL for one in parameters):
        raise BadConfiguration(f"{name} takes no message; {_FORMS}")
    for one in [*positional[2 if wants else 1 :], *(p for p in parameters if p.kind is p.KEYWORD_ONLY)]:
        if one.default is one.empty:
            raise BadConfiguration(f"{name} wants {one.name!r}, which nobody gives it; {_FORMS}")
    return wants


def _refuse_other_kinds(handler: Handler, name: str) -> None:
    code = handler if inspect.isroutine(handler) else getattr(handler, "__call__", handler)  # noqa: B004
    code = inspect.unwrap(getattr(handler, "func", code))
    if inspect.iscoroutinefunction(code) or inspect.isasyncgenfunction(code):
        raise BadConfiguration(
            f"{name} is async def: a handler runs in a thread of its own and may simply block; {_FORMS}"
        )
    if inspect.isgeneratorfunction(code):
        raise BadConfiguration(f"{name} is a generator, whose body would never run; {_FORMS}")
