"""The requests of a replay, made by what forwards messages."""

from __future__ import annotations

from ...forwarding import NotForwarded, Target, onward, send
from ...replay import Outgoing
from ...replay.sending import Post

TIMEOUT_S = 30.0
"""Seconds that one request may take, its answer included."""


def post_to(target: Target) -> Post:
    """What makes the requests of a replay: their bytes and fields as they came, to one place."""

    def post(outgoing: Outgoing) -> int:
        headers = onward(outgoing.headers, message_id=outgoing.message_id or "", delivery_id=None)
        if outgoing.message_id is None:
            headers = [pair for pair in headers if pair[0] != "Hookproof-Message"]
        query = outgoing.target.partition("?")[2]  # the path is the endpoint's, as it is written there
        url = target.url_for(f"{outgoing.endpoint}?{query}")
        try:
            return send(url, outgoing.method, headers, outgoing.body, TIMEOUT_S).status
        except ValueError as error:  # of what somebody changed
            raise NotForwarded("local_failure", f"nothing was sent: {error}", sent=False) from error

    return post
