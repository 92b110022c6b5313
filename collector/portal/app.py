"""The Flask application of one campaign: settings, guards and the areas, put together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from collector.portal import (
    access,
    audit,
    bans,
    bureau,
    decisions,
    errors,
    explain,
    findings,
    frame,
    guard,
    headers,
    inspection,
    logs,
    officers,
    police,
    public,
    register,
    results,
    rights,
    signin,
    snapshots,
    submission,
    unit,
    uploads,
    versions,
)
from collector.portal.desk import Desk

AREAS = (
    public,
    signin,
    unit,
    uploads,
    explain,
    submission,
    versions,
    bureau,
    decisions,
    findings,
    police,
    results,
    snapshots,
    inspection,
    register,
    bans,
    officers,
    rights,
    audit,
)
MB = 1 << 20


def create_app(
    folder: Path, as_of: date | None = None, *, settings: Mapping[str, Any] | None = None
) -> Flask:
    """Raises CampaignError for a faulty folder and LookupError when a route does not say who may open it."""
    app = Flask(__name__, static_url_path="/static")
    desk = Desk(Path(folder), as_of)
    app.config.update(
        SECRET_KEY=desk.secret(),
        MAX_CONTENT_LENGTH=220 * MB,
        MAX_FORM_PARTS=1000,
        MAX_FORM_MEMORY_SIZE=4 * MB,
        SESSION_COOKIE_NAME="huizong_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=86400,
        JSON_AS_ASCII=False,
    )
    app.config.update(settings or {})
    app.extensions["desk"] = desk
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    logs.configure()
    for installed in (logs, headers):
        installed.install(app)
    CSRFProtect(app)
    Bootstrap5(app)
    frame.install(app)
    errors.install(app)
    for area in AREAS:
        app.register_blueprint(area.area)
    guard.install(app, access.declared(app))
    proxies = int(os.environ.get("HUIZONG_PROXIES", "0") or 0)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    return app
