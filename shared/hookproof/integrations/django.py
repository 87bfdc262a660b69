"""Verification of a Django view.

@csrf_exempt
@verified(verifier)
def orders(request, delivery):
    ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException

from ..delivery import Delivery
from ..errors import VerificationError
from ..verifier import Verifier
from .refusal import CONTENT_TYPE, challenge, unauthorized

_P = ParamSpec("_P")
_View = Callable[Concatenate[HttpRequest, Delivery, _P], HttpResponseBase]
_Django = Callable[Concatenate[HttpRequest, _P], HttpResponseBase]


def verified(verifier: Verifier) -> Callable[[_View[_P]], _Django[_P]]:
    """Let a view run for proved requests only, and give it the delivery after the request.

    Anything else is answered 401 as `application/problem+json`, with the code alone. The view needs
    Django's `csrf_exempt`, outermost: the signature is what proves the request here. `request.body` is
    read before the view can read `request.POST`, and both work afterwards.

    Raises:
        RuntimeError: a middleware read the body as a stream first (multipart `request.POST`), so that
            the raw bytes are gone; the sentence says what to do.
    """

    def decorate(view: _View[_P]) -> _Django[_P]:
        @wraps(view)
        def prove(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponseBase:
            try:
                body = request.body
            except RawPostDataException as gone:
                raise RuntimeError(
                    "the raw body was read before it could be proved: a middleware that uses "
                    "request.POST must read request.body first"
                ) from gone
            try:
                delivery = verifier.verify(body, request.headers)
            except VerificationError as refused:
                response = HttpResponse(unauthorized(refused), status=401, content_type=CONTENT_TYPE)
                response.headers["WWW-Authenticate"] = challenge(verifier.scheme.name)
                return response
            return view(request, delivery, *args, **kwargs)

        return prove

    return decorate
