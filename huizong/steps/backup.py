"""Backup and restore of a campaign's state, encrypted, with the check that a backup is worth something.

One file holds the ledger, every blob (as encrypted as in the store), the registers and a manifest of
SHA-256.  It is written in pieces of 1 MB, each AES-256-GCM bound to its place and to being the last one, so
that a cut-off file never passes.  The keys stay out of it: without the key folder, kept elsewhere, a backup
opens nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import struct
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.audit import Link
from collector.keys import KeyMissing, Keys
from collector.ledger import Ledger
from collector.store import BlobDamaged, BlobMissing, Store, StoreSettings
from huizong.steps.bureau import BEIJING, STATE, Bureau
from huizong.steps.errors import UseError

MAGIC: Final = b"HZBACKUP1"
PIECE: Final = 1 << 20
_SIZE: Final = struct.Struct("<IB")
_MANIFEST: Final = "manifest.json"
_LEDGER: Final = "ledger.db"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: SHA-256 by member, and the audit chain's last row, which nothing inside
    could prove."""

    campaign: str
    made_at: str
    files: dict[str, str]
    audit_seq: int
    audit_mac: str


@dataclass(frozen=True)
class Backup:
    path: Path
    size: int
    blobs: int
    made_at: datetime


@dataclass(frozen=True)
class Restored:
    folder: Path
    blobs: int
    events: int


def backup(bureau: Bureau, out: Path) -> Backup:
    """Writes `OUT/<campaign>-<time>.hzb` whole or not at all.  Raises UseError, OSError."""
    if bureau.ledger_url or bureau.store_url:
        raise UseError("台账或文件库在外部（PostgreSQL、S3），请用它们自己的备份工具；本命令只备份本机的。")
    if not bureau.has_state:
        raise UseError("还没有任何记录，无需备份。")
    now = datetime.now(UTC)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{bureau.campaign.id}-{now.astimezone(BEIJING):%Y%m%d-%H%M%S}.hzb"
    partial = target.with_suffix(".part")
    key_id, key = bureau.keys.current("backup")
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=bureau.state) as temporary, partial.open("xb") as raw:
        os.chmod(partial, 0o600)
        copy = Path(temporary) / _LEDGER
        with sqlite3.connect(bureau.state / _LEDGER) as old, sqlite3.connect(copy) as new:
            old.backup(new)
        head = _audit_head(copy)
        # The ledger is copied first: every blob that a row of the copy knows was stored before it.
        sealed = _Sealing(raw, key_id, key)
        with tarfile.open(fileobj=sealed, mode="w|") as bundle:
            _put(bundle, files, _LEDGER, copy.read_bytes())
            for folder in ("store/blobs", "../registers"):
                base = (bureau.state / folder).resolve()
                for file in sorted(base.rglob("*")) if base.is_dir() else []:
                    if file.is_file():
                        name = f"{base.name}/{file.relative_to(base).as_posix()}"
                        _put(bundle, files, name, file.read_bytes())
            manifest = Manifest(bureau.campaign.id, now.isoformat(), files, *head)
            _put(bundle, {}, _MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False).encode())
        sealed.finish()
        raw.flush()
        os.fsync(raw.fileno())
    partial.rename(target)
    return Backup(target, target.stat().st_size, sum(name.startswith("blobs/") for name in files), now)


def restore(file: Path, campaign: Path, keys: Path) -> Restored:
    """Restores into a campaign folder without state, then checks everything.  Raises UseError and
    leaves nothing."""
    state = campaign / STATE
    if (state / _LEDGER).exists():
        raise UseError("这个文件夹里已有记录；请恢复到没有 .state 的文件夹，核对后再换过去。")
    state.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=state) as temporary:
        unpacked = Path(temporary)
        manifest = _unpacked(file, keys, unpacked)
        restored = check(unpacked, manifest, keys, campaign)
        (state / "store").mkdir(mode=0o700, exist_ok=True)
        if (unpacked / "blobs").exists():
            (unpacked / "blobs").rename(state / "store" / "blobs")
        if (unpacked / "registers").is_dir() and not (campaign / "registers").exists():
            (unpacked / "registers").rename(campaign / "registers")
        if keys.resolve() != (state / "keys").resolve():
            (state / "keys").mkdir(mode=0o700, exist_ok=True)
            for each in keys.glob("*.key"):
                (state / "keys" / each.name).write_bytes(each.read_bytes())
                (state / "keys" / each.name).chmod(0o600)
        (unpacked / _LEDGER).rename(state / _LEDGER)
    return restored


def check(unpacked: Path, manifest: Manifest, keys: Path, campaign: Path) -> Restored:
    """The restore drill: hashes, database integrity, audit chain to its kept end, every blob a row
    knows opens."""
    for name, digest in manifest.files.items():
        path = unpacked / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise UseError(f"备份中的 {name.partition('/')[0]} 与清单不符，不能恢复。")
    with sqlite3.connect(unpacked / _LEDGER) as database:
        if database.execute("pragma integrity_check").fetchone()[0] != "ok":
            raise UseError("备份中的台账已损坏，不能恢复。")
        if database.execute("pragma foreign_key_check").fetchone():
            raise UseError("备份中的台账前后不一致，不能恢复。")
        events = int(database.execute("select count(*) from events").fetchone()[0])
    ledger = Ledger(f"sqlite:///{unpacked / _LEDGER}", manifest.campaign, Keys(keys))
    try:
        wrong = ledger.broken(Link(manifest.audit_seq, manifest.audit_mac) if manifest.audit_seq else None)
        with ledger.reading() as view:
            known = view.blobs()
    finally:
        ledger.close()
    if wrong:
        raise UseError(f"备份中的审计记录不完整：{wrong}")
    with tempfile.TemporaryDirectory(dir=unpacked) as empty:
        root = Path(empty) / "store"
        root.mkdir()
        if (unpacked / "blobs").is_dir():
            (root / "blobs").symlink_to(unpacked / "blobs")
        store = Store(root, Keys(keys), StoreSettings(purpose=manifest.campaign))
        for name in sorted(known):
            try:
                store.get(name)
            except (BlobMissing, BlobDamaged, KeyMissing):
                raise UseError(f"备份缺少台账中的文件 {name[:12]}…，或密钥不对，不能恢复。") from None
    return Restored(campaign, len(known), events)


def _unpacked(file: Path, keys: Path, into: Path) -> Manifest:
    manifest: dict[str, Any] | None = None
    try:
        with file.open("rb") as raw, tarfile.open(fileobj=_Opening(raw, keys), mode="r|") as bundle:
            for member in bundle:
                data = bundle.extractfile(member)
                if data is None:
                    continue
                if member.name == _MANIFEST:
                    manifest = json.loads(data.read())
                    continue
                target = (into / member.name).resolve()
                if not target.is_relative_to(into.resolve()):
                    raise UseError("备份里有越界的路径，不能恢复。")
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                target.write_bytes(data.read())
    except (tarfile.TarError, EOFError, struct.error, ValueError):
        raise UseError("备份文件不完整或不是备份文件，不能恢复。") from None
    if manifest is None:
        raise UseError("备份文件不完整（没有清单），不能恢复。")
    return Manifest(**manifest)


def _put(bundle: tarfile.TarFile, files: dict[str, str], name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    bundle.addfile(info, io.BytesIO(data))
    files[name] = hashlib.sha256(data).hexdigest()


def _audit_head(ledger: Path) -> tuple[int, str]:
    with sqlite3.connect(ledger) as database:
        found = database.execute("select seq, mac from audit order by seq desc limit 1").fetchone()
    return (int(found[0]), str(found[1])) if found else (0, "")


class _Sealing(io.RawIOBase):
    """Takes the tar stream, writes sealed pieces: size, last?, nonce, ciphertext."""

    def __init__(self, raw: IO[bytes], key_id: str, key: bytes) -> None:
        self.raw, self.aes, self.held, self.at = raw, AESGCM(key), bytearray(), 0
        self.head = MAGIC + bytes([len(key_id)]) + key_id.encode()
        raw.write(self.head)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held += data
        while len(self.held) > PIECE:
            self._piece(bytes(self.held[:PIECE]), last=False)
            del self.held[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._piece(bytes(self.held), last=True)

    def _piece(self, data: bytes, last: bool) -> None:
        nonce = os.urandom(12)
        body = self.aes.encrypt(nonce, data, self.head + struct.pack("<QB", self.at, last))
        self.raw.write(_SIZE.pack(len(body), last) + nonce + body)
        self.at += 1


class _Opening(io.RawIOBase):
    """The tar stream again; raises UseError for a cut, changed or foreign file."""

    def __init__(self, raw: IO[bytes], keys: Path) -> None:
        magic = raw.read(len(MAGIC))
        length = raw.read(1)
        if magic != MAGIC or not length:
            raise UseError("这不是本系统的备份文件。")
        key_id = raw.read(length[0]).decode("ascii", "replace")
        try:
            key = Keys(keys).by_id(key_id)
        except KeyMissing:
            raise UseError(f"密钥文件夹里没有这份备份的密钥（{key_id}）。") from None
        self.pieces, self.held = _pieces(raw, AESGCM(key), MAGIC + length + key_id.encode()), b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.held) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.held += piece
        given, self.held = (self.held, b"") if size < 0 else (self.held[:size], self.held[size:])
        return given


def _pieces(raw: IO[bytes], aes: AESGCM, head: bytes) -> Iterator[bytes]:
    at, last = 0, 0
    while not last:
        size, last = _SIZE.unpack(raw.read(_SIZE.size))
        nonce, body = raw.read(12), raw.read(size)
        try:
            yield aes.decrypt(nonce, body, head + struct.pack("<QB", at, last))
        except (InvalidTag, ValueError):
            raise UseError("备份文件被改动、截断，或密钥不对，不能恢复。") from None
        at += 1
