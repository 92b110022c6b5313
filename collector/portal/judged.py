"""What a check found, kept for the other processes and for the next start: encrypted, one file a unit.

A file counts only for exactly the state, the definitions and the program it was made from; else it is as if
it were not there, and so is one that cannot be read.  Nothing is decided on it: handing in judges for itself.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import Final

import forms
from collector.keys import KeyMissing, Keys, Sealer, Tampered
from forms.engine import Held
from forms.findings import Finding
from huizong import __version__
from huizong.steps.judge import Judged

FIELDS: Final = tuple(each.name for each in dataclasses.fields(Finding))
OWN: Final = (".state", "registers")  # what changes without a start; the mark of a check covers it


def definitions_at(folder: Path) -> str:
    """Changes with the program and with every file of the campaign's definitions."""
    files = (each for each in sorted(folder.rglob("*")) if each.relative_to(folder).parts[0] not in OWN)
    facts = [(str(each), (at := each.stat()).st_mtime_ns, at.st_size) for each in files if each.is_file()]
    program = max(each.stat().st_mtime_ns for each in Path(forms.__file__).parent.rglob("*.py"))
    return hashlib.sha256(repr((__version__, program, facts)).encode()).hexdigest()


class Kept:
    """The last findings of every unit, for all processes of this machine."""

    def __init__(self, state: Path, keys: Keys, definitions: str) -> None:
        self.folder, self.sealer, self.definitions = state / "checked", Sealer(keys, "checked"), definitions
        self.folder.mkdir(mode=0o700, exist_ok=True)

    def get_or_make(self, unit: str, mark: Hashable, make: Callable[[], Judged]) -> Judged:
        """Findings of `mark`: another process's, or those of `make`, which then are there for the others.

        Two processes never make the same at the same time.  Raises what `make` raises.
        """
        name = hashlib.sha256(unit.encode()).hexdigest()[:16]
        digest = hashlib.sha256(repr((self.definitions, mark)).encode()).hexdigest()
        try:
            lock = (self.folder / f"{name}.lock").open("w")
        except OSError:  # a full disk: everybody for himself
            return make()
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = self._read(name, digest)
            if found is not None:
                return found
            made = make()
            with suppress(OSError):
                self._write(name, digest, made)
            return made

    def _read(self, name: str, digest: str) -> Judged | None:
        try:
            of, _, sealed = (self.folder / name).read_text("ascii").partition("\n")
            if of != digest:
                return None
            plain = json.loads(self.sealer.open(sealed, f"checked/{name}/{digest}"))
            return Judged(
                tuple(Finding(*each) for each in plain["findings"]),
                tuple(Held(rule, unit, tuple(needs)) for rule, unit, needs in plain["held"]),
            )
        except (OSError, ValueError, TypeError, KeyError, Tampered, KeyMissing):
            return None

    def _write(self, name: str, digest: str, judged: Judged) -> None:
        plain = {
            "findings": [[getattr(each, name) for name in FIELDS] for each in judged.findings],
            "held": [[each.rule, each.unit, each.needs] for each in judged.held],
        }
        sealed = self.sealer.seal(json.dumps(plain, ensure_ascii=False), f"checked/{name}/{digest}")
        temporary = self.folder / f".{name}-{secrets.token_hex(4)}"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{digest}\n{sealed}")
        temporary.rename(self.folder / name)
