"""The signed stamp of an issued file: what it is, for whom, in which version; and whether we made it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final
from urllib.parse import parse_qsl, urlencode

PROPERTY: Final = "huizong"
"""The custom document property, and the alias of the content control in Word, that hold `Stamp.text`."""

_PURPOSE: Final = "huizong stamp 1"
_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """`part` is "" for the file that comes back as data, else which printed copy it is ("print", "personal").

    `issued_at` is an ISO date; `fingerprint` the digest of what was pre-filled (`""` where nothing was).
    """

    campaign: str
    unit: str
    form: str
    version: str
    part: str = ""
    issued_at: str = ""
    fingerprint: str = ""
    key_id: str = ""
    signature: str = ""

    def fields(self) -> dict[str, str]:
        """Name → text in a fixed order: the rows of the hidden sheet `_meta`."""
        return asdict(self)

    @property
    def text(self) -> str:
        """The stamp on one line of ASCII; `read` is the opposite."""
        return urlencode(self.fields())


_NAMES: Final = tuple(each.name for each in fields(Stamp))
_SIGNED: Final = _NAMES[:-1]


def sign(
    key: bytes,
    campaign: str,
    unit: str,
    form: str,
    version: str,
    *,
    part: str = "",
    issued_at: str = "",
    fingerprint: str = "",
) -> Stamp:
    """A stamp signed with HMAC-SHA256 (160 bits kept). Raises ValueError for a key shorter than 16 bytes."""
    if len(key) < 16:
        raise ValueError("the key of stamps must be at least 16 bytes long")
    named = {
        "campaign": campaign,
        "unit": unit,
        "form": form,
        "version": version,
        "part": part,
        "issued_at": issued_at,
        "fingerprint": fingerprint,
        "key_id": key_id(key),
    }
    return Stamp(**named, signature=_signature(key, named))


def verify(key: bytes, named: Mapping[str, object]) -> Stamp | None:
    """The stamp in these fields when this key signed exactly them, else None; unknown fields are ignored."""
    given = {name: str(named.get(name) or "").strip() for name in _NAMES}
    signature = given["signature"].upper()
    if not signature or not hmac.compare_digest(
        signature.encode("utf-8", "replace"), _signature(key, given).encode()
    ):
        return None
    return Stamp(**(given | {"signature": signature}))


def read(text: str) -> dict[str, str]:
    """The fields of `Stamp.text`; empty for anything else. Says nothing about the signature."""
    found = dict(parse_qsl(text.strip(), keep_blank_values=True))
    return {name: found[name] for name in _NAMES if name in found}


def key_id(key: bytes) -> str:
    """Names a key without telling it."""
    return hmac.new(key, b"huizong key id", hashlib.sha256).hexdigest()[:8]


def _signature(key: bytes, named: Mapping[str, str]) -> str:
    said = json.dumps(
        [_PURPOSE, *(named[name] for name in _SIGNED)], ensure_ascii=True, separators=(",", ":")
    )
    return base64.b32encode(hmac.new(key, said.encode(), hashlib.sha256).digest()[:_BYTES]).decode()
