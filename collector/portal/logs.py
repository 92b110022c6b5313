"""One JSON line per request: what, how long, which role; never a name, number or file of anybody."""

from __future__ import annotations

import sys
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("portal")


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def install(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began, g.request_id = time.perf_counter(), uuid.uuid4().hex[:12]

    @app.after_request
    def done(response: Response) -> Response:
        # The address of a page may name a unit and a form; queries and bodies are never logged.
        if request.endpoint not in ("static", "bootstrap.static", "public.health"):
            log.info(
                "request",
                id=g.request_id,
                method=request.method,
                page=request.endpoint,
                status=response.status_code,
                unit=(request.view_args or {}).get("unit"),
                role=role(),
                ms=round((time.perf_counter() - g.began) * 1000, 1),
            )
        response.headers["X-Request-Id"] = g.request_id
        return response


def role() -> str:
    session: Any = g.get("session")
    return (session.user.role or "none") if session else ""
