"""Keys beside the database, never in it (mode 0600 in `CAMPAIGN/.state/keys`), and what is done with them.

`Keys` finds or makes the secrets; `Sealer` encrypts single columns (AES-256-GCM) bound to their place, and
gives the blind index (HMAC-SHA256) by which a sealed value can still be found.  Back the folder up apart.
"""
from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NAME = re.compile(r"^([a-z]+)-(\d+)\.key$")


class KeyMissing(Exception):
    """A key that something was encrypted with is not in the folder."""


class Tampered(Exception):
    """An encrypted value was changed, moved to another place, or belongs to another key."""


class Keys:
    """The key folder; a purpose (`store`, `ledger`, `audit` …) gets its first key when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._known: dict[str, bytes] = {}

    def current(self, purpose: str) -> tuple[str, bytes]:
        """(key id, 32 bytes) of the newest key."""
        numbers = [int(m[2]) for f in self.folder.iterdir() if (m := _NAME.match(f.name)) and m[1] == purpose]
        key_id = f"{purpose}-{max(numbers, default=0) or self._make(purpose, 1)}"
        return key_id, self.by_id(key_id)

    def by_id(self, key_id: str) -> bytes:
        """The key; raises KeyMissing."""
        if key_id in self._known:
            return self._known[key_id]
        if not _NAME.match(f"{key_id}.key"):
            raise KeyMissing(key_id)
        try:
            key = base64.b64decode((self.folder / f"{key_id}.key").read_text("ascii").strip(), validate=True)
        except (FileNotFoundError, ValueError) as error:
            raise KeyMissing(key_id) from error
        if len(key) != 32:
            raise KeyMissing(key_id)
        self._known[key_id] = key
        return key

    def rotate(self, purpose: str) -> str:
        """A new current key; old ones stay, for what they encrypted.  Gives the new key id."""
        number = int(self.current(purpose)[0].rpartition("-")[2])
        return f"{purpose}-{self._make(purpose, number + 1)}"

    def _make(self, purpose: str, number: int) -> int:
        """Writes the key unless another process was first; a link appears whole or not at all."""
        temporary = self.folder / f".{purpose}-{secrets.token_hex(8)}"
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(fd, base64.b64encode(secrets.token_bytes(32)) + b"\n")
            os.fsync(fd)
        finally:
            os.close(fd)
        with contextlib.suppress(FileExistsError):
            os.link(temporary, self.folder / f"{purpose}-{number}.key")
        temporary.unlink()
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return number


@dataclass(frozen=True)
class Sealer:
    """Encrypts single columns.  `place` is table/column/row: a ciphertext moved elsewhere does not open."""

    keys: Keys
    purpose: str = "ledger"

    def seal(self, text: str, place: str) -> str:
        key_id, key = self.keys.current(self.purpose)
        nonce = os.urandom(12)
        body = AESGCM(key).encrypt(nonce, text.encode("utf-8", "surrogatepass"), f"{key_id}|{place}".encode())
        return f"{key_id}:{base64.b64encode(nonce + body).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """The text again; raises Tampered or KeyMissing."""
        key_id, _, body = sealed.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
            return AESGCM(self.keys.by_id(key_id)).decrypt(
                raw[:12], raw[12:], f"{key_id}|{place}".encode()).decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError) as error:
            raise Tampered(place) from error

    def blind(self, *parts: str) -> str:
        """The same for the same parts, and nothing can be read from it.  Always the first key."""
        text = "".join(f"{len(p)}:{p}" for p in parts).encode("utf-8", "surrogatepass")
        self.keys.current("index")
        return hmac.new(self.keys.by_id("index-1"), text, hashlib.sha256).hexdigest()


