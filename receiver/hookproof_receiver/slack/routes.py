"""Slack's end over HTTP: a status and a word at a webhook, JSON at the Web API."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from hookproof_runtime.database import Busy
from hookproof_runtime.logs import get_logger

from .channel import Channel, Message
from .payload import read_payload
from .post_message import PostMessage, read_form, read_json
from .refusals import ApiRefused, Refused
from .service import SlackService

MAX_BODY = 256 * 1024
"""Bytes; a larger message is answered 413. Ours: six times the longest text that Slack keeps."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_log = get_logger(__name__)


def blueprint(service: SlackService) -> Blueprint:
    """The routes under `/services`, and `/api/chat.postMessage`."""
    routes = Blueprint("slack", __name__)
    routes.register_blueprint(_webhooks(service))
    routes.register_blueprint(_web_api(service))
    return routes


def _webhooks(service: SlackService) -> Blueprint:
    routes = Blueprint("webhooks", __name__, url_prefix="/services")

    @routes.route("/", defaults={"address": ""}, methods=_METHODS, strict_slashes=False)
    @routes.route("/<path:address>", methods=_METHODS)
    def incoming(address: str) -> Response:
        """Take a message."""
        if request.method != "POST":
            return _post_only(_word("method_not_allowed", 405))
        channel = service.webhook_at(address)
        service.post(channel, read_payload(_posted()))
        return _word("ok")

    @routes.errorhandler(Refused)
    def refused(refusal: Refused) -> Response:
        return _told_to_wait(_word(refusal.word, refusal.status), refusal.wait_s)

    _whatever_fails(routes, _word, unread="invalid_payload", failed="rollup_error")
    return routes


def _web_api(service: SlackService) -> Blueprint:
    routes = Blueprint("web_api", __name__, url_prefix="/api")

    @routes.route("/chat.postMessage", methods=_METHODS)
    def post_message() -> Response:
        """Take a message for a channel."""
        if request.method != "POST":
            return _post_only(_error("method_not_allowed", 405))
        request.max_content_length = MAX_BODY
        app = service.app_of(_bot_token())
        return jsonify(_said(app, service.post_as(app, _asked())))

    @routes.errorhandler(ApiRefused)
    def refused(refusal: ApiRefused) -> Response:
        too_fast = refusal.error == "ratelimited"
        return _told_to_wait(_error(refusal.error, 429 if too_fast else 200), refusal.wait_s)

    _whatever_fails(routes, _error, unread="invalid_form_data", failed="internal_error")
    return routes


def _whatever_fails(
    routes: Blueprint, answer: Callable[[str, int], Response], unread: str, failed: str
) -> None:
    """What is answered, in the words of either end, where a body cannot be read or kept."""

    @routes.errorhandler(HTTPException)  # 413, or a body that ends too early
    def unreadable(error: HTTPException) -> Response:
        return answer(unread, error.code or 400)

    @routes.errorhandler(Busy)
    def busy(_error: Busy) -> Response:
        return _told_to_wait(answer("service_unavailable", 503), 1)

    @routes.errorhandler(Exception)
    def failing(_error: Exception) -> Response:
        _log.exception("a message for Slack was not kept")
        return answer(failed, 500)


def _posted() -> bytes | None:
    """The body; of a form its field `payload`, None where it has none."""
    request.max_content_length = MAX_BODY
    if request.mimetype not in _FORMS:
        return request.get_data()
    payload = request.form.get("payload")
    return None if payload is None else payload.encode()


def _asked() -> PostMessage:
    return read_form(request.form) if request.mimetype in _FORMS else read_json(request.get_data())


def _bot_token() -> str | None:
    """From the header; of a form from its field `token` too."""
    given = request.authorization
    if given is not None and given.type == "bearer":
        return given.token
    return request.form.get("token") if request.mimetype in _FORMS else None


def _said(app: Channel, message: Message) -> dict[str, object]:
    return {
        "ok": True,
        "channel": app.channel_id,
        "ts": message.ts,
        "message": {
            "type": "message",
            "subtype": "bot_message",
            "text": message.text,
            "ts": message.ts,
            "bot_id": app.service_id,
            "team": app.team_id,
        },
    }


def _word(word: str, status: int = 200) -> Response:
    return Response(word, status, content_type="text/plain; charset=utf-8")


def _error(error: str, status: int = 200) -> Response:
    answer = jsonify({"ok": False, "error": error})
    answer.status_code = status
    return answer


def _post_only(answer: Response) -> Response:
    answer.headers["Allow"] = "POST"
    return answer


def _told_to_wait(answer: Response, wait_s: int | None) -> Response:
    if wait_s is not None:
        answer.headers["Retry-After"] = str(wait_s)
    return answer
