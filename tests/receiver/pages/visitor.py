"""A browser without a screen: it keeps cookies, follows nothing, and says what it is told to say."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.receiver.wire import Response, exchange, head

from hookproof.clock import Clock, system_clock
from hookproof_receiver import Receiver
from hookproof_receiver.ingest import Front
from hookproof_receiver.serving import Server
from hookproof_receiver.tokens import Scope, Token, Tokens, signing_key

ELSEWHERE = "0.0.0.0"
"""A listening address that others reach."""
_SHOWN = re.compile(r'hx-headers=\'\{"Hookproof-Shown": "([0-9a-f]+)"\}\'')
_FIELD = re.compile(r'name="form_token" value="([^"]*)"')


class Visitor:
    """Somebody with a browser.

    Args:
        port: of the receiver, at 127.0.0.1.
        host: what the browser takes it for.
    """

    def __init__(self, port: int, host: str | None = None) -> None:
        self.port = port
        self.host = host or f"127.0.0.1:{port}"
        self.cookies: dict[str, str] = {}

    def get(self, target: str, **more: str) -> Response:
        """Ask for a page."""
        return self._ask("GET", target, {}, b"", more)

    def post(
        self, target: str, fields: Mapping[str, str], *, of: str | None = None, **more: str
    ) -> Response:
        """Send a form.

        Args:
            of: the page that it stands on, whose token it carries; None sends the fields alone.
        """
        if of is not None:
            fields = {**fields, "form_token": self.form_token(of)}
        body = urlencode(fields).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        return self._ask("POST", target, form, body, more)

    def again(self, target: str) -> Response:
        """Ask for a page, and then once more, as its live part does that shows what it showed."""
        source = self.get(target).body.decode()
        shown = _SHOWN.search(source)
        assert shown is not None, source
        return self.get(target, Hookproof_Shown=shown[1])

    def form_token(self, page: str) -> str:
        """The token that a page's forms carry."""
        found = _FIELD.search(self.get(page).body.decode())
        assert found is not None, page
        return html.unescape(found[1])

    def _ask(
        self, method: str, target: str, fields: Mapping[str, str], body: bytes, more: Mapping[str, str]
    ) -> Response:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        given = {"Host": self.host, "Connection": "close", **fields, **named}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        asked = head(given.items(), target=target, method=method) + body
        response = exchange(self.port, asked, expect=1).only
        cookie = response.headers.get("set-cookie", "")
        if cookie:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response


@contextmanager
def served(receiver: Receiver, listen: str | None) -> Iterator[int]:
    """Serve a receiver at a free port of 127.0.0.1, as if it listened at some other address.

    Args:
        listen: what it is told that it listens at; None: it is not told.
    """
    receiver.open()
    front = Front(*receiver.create_fronts(listen))
    most = receiver.settings.max_body
    server = Server(front, listen="127.0.0.1:0", threads=8, max_body=most)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield int(server.url.rpartition(":")[2])
    finally:
        server.stop()
        thread.join()
        receiver.close()


def new_token(
    folder: Path, scope: Scope = "pages", *, seconds: float = 600, clock: Clock = system_clock
) -> Token:
    """A token of the receiver whose database lies in a folder."""
    return Tokens(signing_key(folder), clock).new(scope, seconds)
