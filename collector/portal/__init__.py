"""The portal: units hand in, the bureau reviews; a thin shell over huizong.steps, served by gunicorn."""
from __future__ import annotations

from collector.portal.app import create_app
from collector.portal.server import serve

__all__ = ["create_app", "serve"]
