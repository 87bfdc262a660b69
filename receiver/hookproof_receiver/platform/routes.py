"""The API over HTTP: every answer the platform's, also to a path that is not there."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from hookproof_runtime.database import Busy

from ..tokens import TokenRefused
from .job_group import record, started
from .refusal import Refusal
from .run_job import read_run_job
from .service import PlatformService

MAX_BODY = 256 * 1024
"""Bytes; a larger request is answered 413."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def blueprint(service: PlatformService) -> Blueprint:
    """The routes under `/v4`."""
    routes = Blueprint("platform", __name__, url_prefix="/v4")

    @routes.post("/jobGroups", provide_automatic_options=False)
    def run_job() -> Response:
        """Run a recipe."""
        _check_token(service)
        request.max_content_length = MAX_BODY
        asked = read_run_job(
            request.mimetype, request.get_data(), request.headers.get("x-execution-id")
        )
        group = service.run_job(asked)
        if group is None:
            return Response(status=304)
        return _json(started(group), 201)

    @routes.get("/jobGroups/<group_id>", provide_automatic_options=False)
    def job_group(group_id: str) -> Response:
        """How a run is, as a record."""
        _check_token(service)
        return _json(record(service.job_group(group_id)))

    @routes.get("/jobGroups/<group_id>/status", provide_automatic_options=False)
    def job_group_status(group_id: str) -> Response:
        """How a run is, in a word."""
        _check_token(service)
        return _json(service.job_group(group_id).status)

    @routes.route("/", defaults={"rest": ""}, methods=_METHODS, strict_slashes=False)
    @routes.route("/<path:rest>", methods=_METHODS)
    def no_route(rest: str) -> Response:
        """Any other path, and any other method: to the platform they are the same."""
        raise Refusal(
            404,
            "RouteNotFoundException",
            "This route does not exist",
            f"Cannot {request.method} {request.path}",
        )

    @routes.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return _json(refusal.document(), refusal.status)

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
        answer = refused(Refusal(503, "ServiceUnavailable", "The database is busy."))
        answer.headers["Retry-After"] = "1"
        return answer

    @routes.after_request
    def name_request(response: Response) -> Response:
        response.headers["x-trifacta-request-id"] = str(uuid.uuid4())
        return response

    return routes


def _check_token(service: PlatformService) -> None:
    given = request.authorization
    service.tokens.check(given.token if given and given.type == "bearer" else None, "run-job")


def _json(content: object, status: int = 200) -> Response:
    response = jsonify(content)
    response.status_code = status
    return response
