"""The API over HTTP: every answer the platform's, also to a path that is not there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request
from pydantic_core import to_json
from werkzeug.exceptions import RequestEntityTooLarge

from hookproof_runtime.database import Busy

from ..tokens import TokenRefused
from .flow_operations import flow_operations
from .job_operations import job_operations
from .operation import Asked, Operation, Operations
from .own_document import document_operation
from .reading import read_body, read_headers, read_query
from .refusal import Refusal
from .service import PlatformService

MAX_BODY = 256 * 1024
"""Bytes; a larger request is answered 413."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def blueprint(service: PlatformService, more: Sequence[Operation] = ()) -> Blueprint:
    """The routes under `/v4`.

    Args:
        service: does the work.
        more: operations beside its own.
    """
    declared = [*job_operations(service), *flow_operations(service), *more]
    operations = Operations([*declared, document_operation(declared)])
    routes = Blueprint("platform", __name__, url_prefix="/v4")

    @routes.route("/", defaults={"rest": ""}, methods=_METHODS, strict_slashes=False)
    @routes.route("/<path:rest>", methods=_METHODS, merge_slashes=False)
    def answer(rest: str) -> Response:
        """Every path: which of them are there, the operations say."""
        found = operations.find(request.method, f"/{rest}")
        if found is None:
            # Any other path, and any other method: to the platform they are the same.
            raise Refusal(
                404,
                "RouteNotFoundException",
                "This route does not exist",
                f"Cannot {request.method} {request.path}",
            )
        given = found[0].handle(_asked(service, *found))
        return _json(given.content, given.status, given.headers)

    @routes.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return _json(refusal.document(), refusal.status, refusal.headers)

    @routes.errorhandler(TokenRefused)
    def not_allowed(refusal: TokenRefused) -> Response:
        if refusal.status == 403:
            return refused(Refusal(403, "AccessControlException", "The token does not allow this."))
        return Response("Unauthorized", 401, {"WWW-Authenticate": "Bearer"}, content_type="text/plain")

    @routes.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> Response:
        return refused(
            Refusal(413, "PayloadTooLarge", "The request is too large.", f"at most {MAX_BODY} bytes")
        )

    @routes.errorhandler(Busy)
    def busy(_error: Busy) -> Response:
        return refused(
            Refusal(503, "ServiceUnavailable", "The database is busy.", headers={"Retry-After": "1"})
        )

    @routes.after_request
    def name_request(response: Response) -> Response:
        response.headers["x-trifacta-request-id"] = str(uuid.uuid4())
        return response

    return routes


def _asked(service: PlatformService, operation: Operation, ids: dict[str, str]) -> Asked:
    """Check the token first, then the form of the request."""
    user = ""
    if operation.scope is not None:
        given = request.authorization
        token = given.token if given and given.type == "bearer" else None
        user = service.tokens.check(token, operation.scope).id
    request.max_content_length = MAX_BODY
    body = request.get_data() if operation.body is not None else b""
    return Asked(
        ids=ids,
        query=read_query(operation, request.args.to_dict(flat=False)),
        body=read_body(operation, request.mimetype, body),
        headers=read_headers(operation, {name.lower(): value for name, value in request.headers}),
        user=user,
    )


def _json(content: object, status: int, headers: Mapping[str, str]) -> Response:
    if content is None:
        return Response(status=status, headers=dict(headers))
    return Response(to_json(content), status, dict(headers), content_type="application/json")
