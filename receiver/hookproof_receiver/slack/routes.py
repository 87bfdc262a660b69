"""Incoming webhooks over HTTP: a status and a word, as Slack answers."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from hookproof_runtime.database import Busy

from .payload import PayloadRefused, read_payload
from .service import SlackService

MAX_BODY = 256 * 1024
"""Bytes; a larger message is answered 413. Ours: six times the longest text that Slack keeps."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def blueprint(service: SlackService) -> Blueprint:
    """The routes under `/services`."""
    routes = Blueprint("slack", __name__, url_prefix="/services")

    @routes.route("/", defaults={"address": ""}, methods=_METHODS, strict_slashes=False)
    @routes.route("/<path:address>", methods=_METHODS)
    def incoming(address: str) -> Response:
        """Take a message."""
        if request.method != "POST":
            answer = _word("method_not_allowed", 405)
            answer.headers["Allow"] = "POST"
            return answer
        parts = address.split("/")
        channel = service.channel_at(*parts) if len(parts) == 3 else None
        if channel is None:
            return _word("no_service", 404)
        service.post(channel, read_payload(_posted()))
        return _word("ok")

    @routes.errorhandler(PayloadRefused)
    def refused(refusal: PayloadRefused) -> Response:
        return _word(refusal.word, 400)

    @routes.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> Response:
        return _word("invalid_payload", 413)

    @routes.errorhandler(Busy)
    def busy(_error: Busy) -> Response:
        answer = _word("service_unavailable", 503)
        answer.headers["Retry-After"] = "1"
        return answer

    return routes


def _posted() -> bytes | None:
    """The body; of a form its field `payload`, None where it has none."""
    request.max_content_length = MAX_BODY
    if request.mimetype not in _FORMS:
        return request.get_data()
    payload = request.form.get("payload")
    return None if payload is None else payload.encode()


def _word(word: str, status: int = 200) -> Response:
    return Response(word, status, content_type="text/plain; charset=utf-8")
