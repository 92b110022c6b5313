"""The portal: units hand in, the bureau reviews; a thin shell over huizong.steps, served by gunicorn.

Flask is imported when a portal is made, not before: the limited children import modules of this package
without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app", "serve"]


def create_app(
    folder: Path, as_of: date | None = None, *, settings: Mapping[str, Any] | None = None
) -> Flask:
    """The WSGI application of a campaign folder; see `collector.portal.app`."""
    from collector.portal.app import create_app as create

    return create(folder, as_of, settings=settings)


def serve(campaign: Path, host: str, port: int, workers: int, as_of: date | None = None) -> None:
    """Serves until interrupted; see `collector.portal.server`."""
    from collector.portal.server import serve as run

    run(campaign, host, port, workers, as_of)
