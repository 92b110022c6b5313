"""Blobs named by the SHA-256 of their content, each encrypted; a local folder or anything fsspec reaches.

Order on a local disk: encrypt into `tmp/` (own name, O_EXCL, 0600) → fsync → rename to `blobs/aa/<sha256>` →
fsync the folder.  Whatever kills the process leaves an orphan at most, never half a blob under its name.
Nothing is ever deleted here: what no row knows is listed, and a person decides.
"""
from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import fsspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.keys import KeyMissing, Keys

_MAGIC: Final = b"HZB1"
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class BlobMissing(Exception):
    """No blob of that name: an alarm when a row knows it."""


class BlobDamaged(Exception):
    """The bytes under a name are not what the name promises (bit rot, tampering, another key)."""


class StoreFull(Exception):
    """Less free space than the reserve; nothing was written."""


@dataclass(frozen=True)
class StoreSettings:
    """`purpose` is bound into every blob: a blob moved to another campaign's store does not open."""

    purpose: str = "blob"
    reserve: int = 256 << 20            # bytes that stay free, so that people can still log in and clean up
    young_seconds: float = 24 * 3600    # an orphan younger than this may be an upload on its way


@dataclass(frozen=True)
class Reconciliation:
    missing: tuple[str, ...]            # known to rows, not in the store: alarm
    orphans: tuple[str, ...]            # in the store, unknown to rows, old enough: for a person to look at
    young: tuple[str, ...]              # unknown, but perhaps on their way
    unfinished: tuple[str, ...]         # old files in tmp/


class Store:
    """`put` gives the SHA-256, `get` verifies it.  Safe from any number of threads and processes."""

    def __init__(self, url: str | Path, keys: Keys, settings: StoreSettings | None = None,
                 **options: Any) -> None:
        self.keys, self.settings = keys, settings or StoreSettings()
        self.fs, root = fsspec.core.url_to_fs(str(url), **options)
        self.root = root.rstrip("/")
        self.local = Path(self.root) if "file" in _protocols(self.fs) else None
        if self.local:
            for folder in (self.local / "tmp", self.local / "blobs"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, data: bytes | BinaryIO) -> str:
        """The SHA-256 (hex) under which `data` now lies, durably.  The same content is kept once.

        Content is held in memory once (the gate caps it at the pack size).  Raises StoreFull, OSError.
        """
        content = data if isinstance(data, bytes) else data.read()
        name = hashlib.sha256(content).hexdigest()
        if self._holds(name):
            return name
        key_id, key = self.keys.current("store")
        nonce = os.urandom(12)
        body = AESGCM(key).encrypt(nonce, content, self._aad(name, key_id))
        head = _MAGIC + bytes([len(key_id)]) + key_id.encode() + nonce
        if self.local:
            self._durable(self.local, name, head, body)
        else:
            self.fs.pipe_file(self._path(name), head + body)
        return name

    def get(self, name: str) -> bytes:
        """The content; raises BlobMissing, BlobDamaged, KeyMissing."""
        try:
            raw: bytes = self.fs.cat_file(self._path(name))
        except FileNotFoundError as error:
            raise BlobMissing(name) from error
        if raw[:4] != _MAGIC or len(raw) < 5 + raw[4] + 28:
            raise BlobDamaged(name)
        key_id, at = raw[5:5 + raw[4]].decode("ascii", "replace"), 5 + raw[4]
        try:
            content = AESGCM(self.keys.by_id(key_id)).decrypt(raw[at:at + 12], raw[at + 12:],
                                                              self._aad(name, key_id))
        except InvalidTag as error:
            raise BlobDamaged(name) from error
        if hashlib.sha256(content).hexdigest() != name:
            raise BlobDamaged(name)
        return content

    def has(self, name: str) -> bool:
        return bool(self.fs.exists(self._path(name)))

    def names(self) -> Iterator[str]:
        """Every blob's name, in order."""
        for path, _ in self._files():
            yield path

    def scrub(self, pause: float = 0.0) -> Iterator[str]:
        """Names of blobs that no longer are what they promise; `pause` seconds after each spare the disk."""
        for name in self.names():
            try:
                self.get(name)
            except (BlobDamaged, BlobMissing, KeyMissing):
                yield name
            time.sleep(pause)

    def reconcile(self, known: Set[str], now: float | None = None) -> Reconciliation:
        """Store against rows.  Moves and deletes nothing; raises OSError when the store cannot be listed."""
        now = time.time() if now is None else now
        here = dict(self._files())
        unknown = {n: now - at for n, at in here.items() if n not in known}
        old = sorted(n for n, age in unknown.items() if age >= self.settings.young_seconds)
        left = []
        if self.local:
            left = sorted(f.name for f in (self.local / "tmp").iterdir()
                          if now - f.stat().st_mtime >= self.settings.young_seconds)
        young = sorted(unknown.keys() - set(old))
        return Reconciliation(tuple(sorted(known - here.keys())), tuple(old), tuple(young), tuple(left))

    def _holds(self, name: str) -> bool:
        """Whether the blob is there *and* whole: a damaged one is written again."""
        if not self.has(name):
            return False
        with contextlib.suppress(BlobDamaged, BlobMissing, KeyMissing):
            self.get(name)
            return True
        return False

    def _aad(self, name: str, key_id: str) -> bytes:
        return f"{name}/{self.settings.purpose}/{key_id}".encode()

    def _path(self, name: str) -> str:
        if not _SHA256.match(name):
            raise BlobMissing(name[:80])
        return f"{self.root}/blobs/{name[:2]}/{name}"

    def _files(self) -> Iterator[tuple[str, float]]:
        self.fs.invalidate_cache()
        found = self.fs.find(f"{self.root}/blobs", detail=True)
        for path, facts in sorted(found.items()):
            name = path.rpartition("/")[2]
            if _SHA256.match(name):
                changed = facts.get("mtime", facts.get("LastModified", 0))
                yield name, changed.timestamp() if hasattr(changed, "timestamp") else float(changed)

    def _durable(self, root: Path, name: str, head: bytes, body: bytes) -> None:
        if shutil.disk_usage(root).free < self.settings.reserve + len(body):
            raise StoreFull(f"less than {self.settings.reserve} bytes would stay free")
        temporary, target = root / "tmp" / secrets.token_hex(16), root / "blobs" / name[:2] / name
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            _sync_folder(target.parent.parent)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                for piece in (head, body):
                    view = memoryview(piece)
                    while view:
                        view = view[os.write(fd, view):]
                os.fsync(fd)        # never tried again: after a failed fsync the pages are lost
            finally:
                os.close(fd)
            os.rename(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)
