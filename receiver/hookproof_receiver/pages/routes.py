"""The pages under Flask, each behind the gate."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from hookproof.clock import Clock, system_clock
from hookproof_runtime.database import Busy

from . import origins, policy, words
from .answers import Answered, Download, Page, Refused, SeeOther
from .asked import Asked
from .assets import BELOW, Assets
from .gate import Entered, Gate, NotLetIn
from .hosts import is_loopback, name_of
from .site import Section, Site, View
from .templating import environment

MOST_FORM = 64 * 1024
"""Bytes of a form; a larger one is answered 413."""
SESSION = "hookproof_session"
"""The cookie of somebody who logged in."""
FORMS = "hookproof_forms"
"""The cookie that forms are bound to where nobody has: it opens nothing."""
FORM_FIELD = "form_token"
"""What a form must carry."""
SHOWN = "Hookproof-Shown"
"""The header by which a page that asks for itself says what it shows."""


def blueprint(
    site: Site, gate: Gate, *, taken: Collection[str] = (), clock: Clock = system_clock
) -> Blueprint:
    """The routes: the front page, the login, the files, and all that the sections have.

    Args:
        site: the pages.
        gate: who may see them.
        taken: paths that are somebody else's: an endpoint's.
        clock: the time, for what is shown as `3 s ago`.
    """
    routes = Blueprint("pages", __name__)
    desk = _Desk(site, gate, clock)
    views: list[tuple[Section | None, View]] = [(None, view) for view in desk.own_views()]
    views += [(section, view) for section in site.sections for view in section.views]
    for number, (section, view) in enumerate(views):
        if view.pattern not in taken:
            routes.add_url_rule(
                view.pattern,
                endpoint=f"page_{number}",
                view_func=desk.seen_by_flask(view, section),
                methods=[view.method],
                provide_automatic_options=False,
            )
    routes.add_url_rule(f"{BELOW}<name>", endpoint="asset", view_func=desk.asset, methods=["GET"])
    routes.register_error_handler(Refused, desk.refused)
    routes.register_error_handler(
        Busy, lambda _error: desk.refused(Refused(503, "The database is busy; try again."))
    )
    routes.register_error_handler(
        RequestEntityTooLarge, lambda _error: desk.refused(Refused(413, "The form is too large."))
    )
    routes.after_request(_dress)
    return routes


class _Desk:
    """What stands between Flask and the views."""

    def __init__(self, site: Site, gate: Gate, clock: Clock) -> None:
        self._site = site
        self._gate = gate
        self._clock = clock
        self._assets = Assets()
        self._environment = environment(site.sections, self._assets)

    def own_views(self) -> list[View]:
        """The front page and the login."""
        return [
            View("/", self._front),
            View("/login", self._login_page),
            View("/login", self._login, "POST"),
            View("/logout", self._logout, "POST"),
        ]

    def seen_by_flask(self, view: View, section: Section | None) -> Callable[..., Response]:
        """A view function: the gate, the view, its answer."""

        def answer(**path: str) -> Response:
            g.section = section
            self._pass_the_gate(view)
            form: dict[str, str] = {}
            if view.method == "POST":
                form = request.form.to_dict()
                if not self._gate.door.is_form_token(form.pop(FORM_FIELD, ""), self._form_holder()):
                    raise Refused(
                        403,
                        "The form was not of a page that was made for you, or it is too old. "
                        "Open the page again, and try once more.",
                    )
            return self._respond(view.answer(Asked(path, request.args.to_dict(), form)))

        return answer

    def asset(self, name: str) -> Response:
        """A file. It is the same for everybody: no login."""
        self._refuse_strangers()
        found = self._assets.at(BELOW + name)
        if found is None:
            raise Refused(404, "There is no such file.")
        return Response(
            found.body,
            content_type=found.content_type,
            headers={"Cache-Control": policy.FOR_EVER},
        )

    def refused(self, refused: Refused) -> Response:
        """A page that says why there is none."""
        page = Page("pages/refused.html", refused.sentence, {"refused": refused}, refused.status)
        return self._respond(page)

    def _refuse_strangers(self) -> None:
        host = request.headers.get("Host")
        if not self._gate.hosts.has(host):
            raise Refused(
                421,
                f"These pages do not answer to the name {name_of(host) or 'in this request'}. If it is "
                "this receiver's, start it with --host NAME, or add the name to `hosts` under "
                "[receiver] in hookproof.toml.",
            )
        if not origins.may_look(request.headers):
            raise Refused(403, "The page of another site asked for this.")

    def _pass_the_gate(self, view: View) -> None:
        self._refuse_strangers()
        if view.method == "POST":
            request.max_content_length = MOST_FORM
            if not origins.may_change(request.headers, request.host_url.rstrip("/")):
                raise Refused(403, "The page of another site sent this form.")
        g.entered = None
        g.wants_login = self._gate.wants_login(request.headers.keys())
        if not g.wants_login:
            return
        g.entered = self._gate.door.entered(request.cookies.get(SESSION))
        if g.entered is None and view.pattern != "/login":
            raise Refused(401, "Log in first.")

    def _form_holder(self) -> str:
        """Whom a form is bound to: who logged in, else a random number that this browser was given."""
        entered: Entered | None = g.get("entered")
        if entered is not None:
            return entered.session_id
        held = request.cookies.get(FORMS, "")
        if not (len(held) == 43 and held.isascii()):
            if request.method != "GET":
                return secrets.token_urlsafe(32)  # which no form is bound to
            held = g.get("new_forms") or secrets.token_urlsafe(32)
            g.new_forms = held
        return held

    def _respond(self, answered: Answered) -> Response:
        match answered:
            case SeeOther(path=path):
                return Response(status=303, headers={"Location": path})
            case Download(body=body, name=name):
                return Response(
                    body,
                    content_type="text/plain; charset=utf-8",
                    headers={
                        "Content-Disposition": f'attachment; filename="{name}"',
                        "Content-Security-Policy": policy.FILE_POLICY,
                    },
                )
        if answered.status == 401:
            return _to_login()
        shown = None
        if answered.watched is not None:
            shown = hashlib.sha256(answered.watched.encode()).hexdigest()[:16]
            if shown == request.headers.get(SHOWN):
                return Response(status=204)
        return Response(self._rendered(answered, shown), answered.status, mimetype="text/html")

    def _rendered(self, page: Page, shown: str | None) -> str:
        now_ns = self._clock()
        # Who may not see the pages is told nothing of them, not even which there are.
        known = g.get("wants_login") is False or g.get("entered") is not None
        return self._environment.get_template(page.template).render(
            page=page,
            sections=self._site.sections if known else (),
            current=g.get("section"),
            here=_here(),
            logged_in=g.get("entered") is not None,
            form_token=lambda: self._gate.door.form_token(self._form_holder()),
            now_ns=now_ns,
            ago=lambda time_ns: words.ago(time_ns, now_ns),
            shown=shown,
            **page.context,
        )

    def _front(self, _asked: Asked) -> Page:
        """The front page."""
        return Page("pages/front.html", "hookproof", {"facts": self._site.facts})

    def _login_page(self, asked: Asked) -> Answered:
        if not g.wants_login or g.entered is not None:
            return SeeOther(_on_this_site(asked.query.get("next")))
        return Page("pages/login.html", "Log in", {"next": asked.query.get("next", ""), "why": None})

    def _login(self, asked: Asked) -> Answered:
        following = _on_this_site(asked.form.get("next"))
        if not g.wants_login:
            return SeeOther(following)
        try:
            g.session = self._gate.door.enter(asked.form.get("token", "").strip())
        except NotLetIn as refused:
            context = {"next": following, "why": str(refused)}
            return Page("pages/login.html", "Log in", context, 403)
        return SeeOther(following)

    def _logout(self, _asked: Asked) -> Answered:
        if (cookie := request.cookies.get(SESSION)) is not None:
            self._gate.door.leave(cookie)
        g.session = ""
        return SeeOther("/login")


def _dress(response: Response) -> Response:
    """Add what each answer of ours has, whichever way it came about."""
    secure = request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"
    trustworthy = secure or is_loopback(name_of(request.headers.get("Host")) or "")
    for name, value in policy.headers(trustworthy=trustworthy).items():
        response.headers.setdefault(name, value)
    cookie: dict[str, Any] = {"httponly": True, "samesite": "Strict", "secure": secure, "path": "/"}
    if (session := g.get("session")) is not None:
        if session:
            response.set_cookie(SESSION, session, **cookie)
        else:
            response.delete_cookie(SESSION, **cookie)
    if (forms := g.get("new_forms")) is not None:
        response.set_cookie(FORMS, forms, **cookie)
    return response


def _to_login() -> Response:
    if request.headers.get("HX-Request"):  # a part of a page that was open: have all of it asked for
        return Response(status=401, headers={"HX-Refresh": "true"})
    following = f"?next={quote(_here(), safe='')}" if request.method == "GET" else ""
    return Response(status=303, headers={"Location": f"/login{following}"})


def _here() -> str:
    """What was asked for: the path, and the query where there is one."""
    return request.full_path.rstrip("?")


def _on_this_site(path: str | None) -> str:
    """A path to go on to, or the front page: never another site, however it is written."""
    if not path or not path.startswith("/") or not path.isprintable() or not path.isascii():
        return "/"
    if path.startswith("//") or "\\" in path or urlsplit(path).netloc:
        return "/"
    return path
