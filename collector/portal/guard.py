"""Before every view: whose session this is and whether the page is theirs; the session's cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from collector.accounts import Session, User
from collector.names import disposition
from collector.portal.access import Access, decision
from collector.portal.desk import Desk
from collector.rows import Actor


def desk() -> Desk:
    return cast(Desk, current_app.extensions["desk"])


def user() -> User:
    """The signed-in person; only in views that are not public."""
    return cast(Session, g.session).user


def actor() -> Actor:
    """Who acts, for the ledger and its audit rows."""
    return Actor(user().login, user().role or "", address())


def address() -> str:
    return request.remote_addr or ""


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host, but only exists over HTTPS."""
    return "__Host-huizong" if request.is_secure else "huizong"


def token() -> str:
    return request.cookies.get(cookie_name(), "")


def give_cookie(response: AnyResponse, value: str) -> None:
    response.set_cookie(
        cookie_name(), value, secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )


def take_cookie(response: AnyResponse) -> None:
    response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax", path="/")


def still_missing(session: Session | None, demo: bool) -> tuple[str, ...]:
    """What must come before any page.  A demonstration with made-up people does not ask for a second
    factor."""
    missing = session.missing if session else ()
    return tuple(each for each in missing if not (demo and each == "enrol"))


def recognised() -> None:
    """Whose session the cookie opens, and what that person still has to do before any page."""
    here = desk()
    g.session = here.accounts.session(token()) if token() else None
    g.missing = still_missing(g.session, here.demo)


def asked_for() -> str | None:
    """The page that somebody wanted to open, to lead them there once they have signed in."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None


def install(app: Flask, accesses: Mapping[str, Access]) -> None:
    app.extensions["accesses"] = accesses

    @app.before_request
    def check() -> Any:
        g.session, g.missing = None, ()
        if request.endpoint is None or request.endpoint in ("static", "bootstrap.static"):
            return None
        here = desk()
        recognised()
        answer = decision(
            accesses[request.endpoint],
            g.session.user if g.session else None,
            g.missing,
            request.view_args or {},
            here.campaign.units_by_code,
        )
        if answer == 401 and request.method == "GET" and not wants_json():
            return redirect(url_for("signin.sign_in", after=asked_for()))
        if answer == 303:
            return redirect(url_for(STEP[g.missing[0]], after=asked_for()))
        if answer in (403, 404) and g.session:
            with here.accounts.ledger.writing(actor()) as tx:
                tx.audit(
                    "page_refused",
                    f"{request.endpoint} {(request.view_args or {}).get('unit', '')}",
                    str(answer),
                )
        if answer != 200:
            abort(answer)
        return None


STEP = {
    "role": "signin.waiting",
    "password": "signin.change_password",
    "enrol": "signin.enrol",
    "totp": "signin.second_factor",
}


def wants_json() -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def attachment(data: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """A download under its Chinese name; never shown inside a page."""
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = disposition(name)
    return response
