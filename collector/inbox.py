"""What was handed in, file by file: folders and packs opened up, each file with the unit its place names."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

from collector import gate
from collector.gate import Limits
from collector.names import is_junk
from collector.refusal import Refusal, in_megabytes, refusal
from collector.sandbox import Sandbox, run_limited

ZIP: Final = b"PK\x03\x04"
# What a pack tells its reader comes back with it and is no form.  The names are those of `forms.pack`, which
# would bring every template with it; a test holds the two together.
OURS: Final = frozenset(("00-填报必读.txt", "填报说明.docx"))
_CODE: Final = re.compile(r"[0-9A-Za-z]+(?=[-_ 　.])")      # "001-卫健局" is a folder of unit 001 too


@dataclass(frozen=True)
class Item:
    """One file.  `path` is shown to people and printed in `--json`; `unit` is the code of a folder above it.

    `data` of what could not be taken out of a pack is the whole pack: that is the original to keep.
    It is empty for a file that cannot be read at all.
    """

    path: str
    name: str
    data: bytes
    unit: str | None = None
    refused: Refusal | None = None      # a pack that cannot be opened, or a member of one


def files(paths: Iterable[Path]) -> list[Path]:
    """Every file at and below `paths`, once, by path inside each; no hidden ones, no leftovers."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = (each for each in path.rglob("*") if each.is_file() and _wanted(each.relative_to(path)))
            for each in sorted(inside, key=lambda each: each.relative_to(path).parts):
                found.setdefault(each.resolve(), each)
        elif path.name not in OURS:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def items(paths: Iterable[Path], units: Container[str], sandbox: Sandbox | None = None) -> Iterator[Item]:
    """The files at these paths, packs opened; a file that cannot be read costs only itself."""
    for path in paths:
        hint = folder_unit(path.absolute(), units)
        try:
            big = path.stat().st_size > Limits().pack_size
            refused = _too_big(path) if big else None if path.is_file() else refusal("unreadable", path.name)
            data = b"" if refused else path.read_bytes()
        except OSError:
            refused, data = refusal("unreadable", path.name), b""
        if refused is not None:
            yield Item(str(path), path.name, b"", hint, refused)
        else:
            yield from opened(str(path), path.name, data, units, hint, sandbox)


def opened(path: str, name: str, data: bytes, units: Container[str], hint: str | None = None,
           sandbox: Sandbox | None = None) -> Iterator[Item]:
    """The file itself, or the members of the pack it is; the gate refuses a pack within a pack."""
    if not (name.casefold().endswith(".zip") and data.startswith(ZIP)):
        yield Item(path, name, data, hint)
        return
    inspect = sandbox.run if sandbox is not None else run_limited
    answer = inspect("collector.gate:inspect_job", data, name=name, args={"name": name})
    verdict = gate.from_json(answer.value) if answer.refused is None else None
    refused = answer.refused or (verdict.refused if verdict else None)
    if refused is not None or verdict is None or verdict.pack is None:
        yield Item(path, name, data, hint, refused)
        return
    for member in sorted(verdict.pack.members, key=lambda each: PurePosixPath(each.path).parts):
        inside = PurePosixPath(member.path)
        if inside.name in OURS:
            continue
        content = gate.member_bytes(data, member)
        unit = folder_unit(inside, units) or hint
        if isinstance(content, Refusal):
            yield Item(f"{path}!{member.path}", inside.name, data, unit, content)
        else:
            yield Item(f"{path}!{member.path}", inside.name, content, unit)


def folder_unit(file: PurePath, units: Container[str]) -> str | None:
    """The nearest folder above (or a pack's own name) that is, or begins with, a unit's code."""
    names = [*reversed(file.parent.parts)]
    if file.suffix.casefold() == ".zip":
        names.insert(0, file.stem)
    for name in names:
        code = _CODE.match(name)
        if name in units:
            return name
        if code is not None and code[0] in units:
            return code[0]
    return None


def _wanted(inside: Path) -> bool:
    hidden = any(part.startswith(".") for part in inside.parts)
    return not (hidden or is_junk(inside.as_posix()) or inside.name in OURS)


def _too_big(path: Path) -> Refusal:
    limits = Limits()
    size = in_megabytes(path.stat().st_size)
    return refusal("too_big", path.name, size=size, limit=in_megabytes(limits.pack_size))
