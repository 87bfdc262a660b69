"""Verification of a Flask view.

@app.post("/hooks/orders")
@verified(verifier)
def orders(delivery):
    ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Response, request

from ..delivery import Delivery
from ..errors import VerificationError
from ..verifier import Verifier
from .refusal import CONTENT_TYPE, challenge, unauthorized

_P = ParamSpec("_P")
_R = TypeVar("_R")


def verified(
    verifier: Verifier,
) -> Callable[[Callable[Concatenate[Delivery, _P], _R]], Callable[_P, _R | Response]]:
    """Let a view run for proved requests only, and give it the delivery as its first argument.

    Anything else is answered 401 as `application/problem+json`, with the code alone. The raw body is
    read, and kept for Flask's own use of it, before anything can parse it; a `before_request` that
    reads `request.form` comes earlier still and leaves nothing to verify: read `get_data()` there.
    """

    def decorate(view: Callable[Concatenate[Delivery, _P], _R]) -> Callable[_P, _R | Response]:
        @wraps(view)
        def prove(*args: _P.args, **kwargs: _P.kwargs) -> _R | Response:
            body = request.get_data(cache=True)
            try:
                delivery = verifier.verify(body, request.headers)
            except VerificationError as refused:
                response = Response(unauthorized(refused), 401, content_type=CONTENT_TYPE)
                response.headers["WWW-Authenticate"] = challenge(verifier.scheme.name)
                return response
            return view(delivery, *args, **kwargs)

        return prove

    return decorate
