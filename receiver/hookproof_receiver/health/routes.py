"""`/healthz` and `/readyz` under Flask."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, Response, request

from .service import PATHS, Health

_ALL = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # a 405 is ours to word


def blueprint(health: Health, taken: Collection[str] = ()) -> Blueprint:
    """The routes.

    Args:
        health: what answers.
        taken: paths that are somebody else's: an endpoint's.
    """
    routes = Blueprint("health", __name__)

    def answer() -> Response:
        reply = health.answer(request.method, request.path)
        response = Response(reply.body, reply.status)
        del response.headers["Content-Type"]
        response.headers.extend(reply.headers)
        return response

    for path in PATHS:
        if path not in taken:
            routes.add_url_rule(path, view_func=answer, methods=_ALL, provide_automatic_options=False)
    return routes
