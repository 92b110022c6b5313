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
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import forms
from collector.keys import KeyMissing, Keys, Sealer, Tampered
from forms.engine import Held
from forms.findings import Finding
from huizong import __version__
from huizong.steps.judge import Judged

FIELDS: Final = tuple(each.name for each in dataclasses.fields(Finding))
Make = Callable[[Sequence[str]], Mapping[str, Judged]]
OWN: Final = (".state", "registers")  # what changes without a start; the mark of a check covers it


def definitions_at(folder: Path) -> str:
    """Changes with the program and with every file of the campaign's definitions."""
    files = (each for each in sorted(folder.rglob("*")) if each.relative_to(folder).parts[0] not in OWN)
    facts = [(str(each), (at := each.stat()).st_mtime_ns, at.st_size) for each in files if each.is_file()]
    program = max(each.stat().st_mtime_ns for each in Path(forms.__file__).parent.rglob("*.py"))
    return hashlib.sha256(repr((__version__, program, facts)).encode()).hexdigest()


def _name(unit: str) -> str:
    """The unit's file: a code may hold what a file name may not."""
    return hashlib.sha256(unit.encode()).hexdigest()[:16]


class Kept:
    """The last findings of every unit, for all processes of this machine."""

    def __init__(self, state: Path, keys: Keys, definitions: str) -> None:
        self.folder, self.sealer, self.definitions = state / "checked", Sealer(keys, "checked"), definitions
        self.folder.mkdir(mode=0o700, exist_ok=True)

    def get_or_make(self, marks: Mapping[str, Hashable], make: Make) -> dict[str, Judged]:
        """Findings of units at these marks: another process's, or those of `make`, which then are there for
        the others.

        Two processes never make the same at the same time: what another is at comes last, when it is
        done.  Raises what `make` raises.
        """
        with ExitStack() as locks:
            free = {unit: mark for unit, mark in marks.items() if self._locked(unit, locks)}
            found = self._under_lock(free, make)
        for unit in [each for each in marks if each not in free]:
            with ExitStack() as lock:
                self._locked(unit, lock, wait=True)
                found |= self._under_lock({unit: marks[unit]}, make)
        return found

    def _locked(self, unit: str, stack: ExitStack, *, wait: bool = False) -> bool:
        """Whether the unit is ours until the stack is left; on a full disk it is everybody for himself."""
        try:
            lock = stack.enter_context((self.folder / f"{_name(unit)}.lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _under_lock(self, marks: Mapping[str, Hashable], make: Make) -> dict[str, Judged]:
        digests = {unit: self._digest(mark) for unit, mark in marks.items()}
        found = {unit: here for unit in marks if (here := self._read(_name(unit), digests[unit])) is not None}
        if missing := [unit for unit in marks if unit not in found]:
            made = make(missing)
            for unit in missing:
                found[unit] = made[unit]
                with suppress(OSError):
                    self._write(_name(unit), digests[unit], made[unit])
        return found

    def _digest(self, mark: Hashable) -> str:
        return hashlib.sha256(repr((self.definitions, mark)).encode()).hexdigest()

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
