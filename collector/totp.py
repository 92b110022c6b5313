"""The second factor: which step of a secret a typed code belongs to, and the secret offered for enrolment."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp

from collector.keys import Sealer


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The step of the code, one before or after now, later than the `last` one used (RFC 6238 §5.2)."""
    totp, step = pyotp.TOTP(secret), int(now.timestamp()) // 30
    for near in (step, step - 1, step + 1):
        if near > last and hmac.compare_digest(totp.generate_otp(near).encode(), code.strip()[:12].encode()):
            return near
    return None


def offered_secret(sealer: Sealer, token: str) -> str:
    """The secret shown to this session until a code of it was entered.

    It follows from the session, so that looking at the page stores nothing and a mistyped code asks for no
    second scan; another session is shown another one.
    """
    return base64.b32encode(bytes.fromhex(sealer.blind("totp", token))[:20]).decode()


def enrolment_address(secret: str, login: str) -> str:
    """What the picture for the telephone says (`otpauth://`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="汇总")
