"""What was handed in, file by file: paths, folders and packs opened up, each with the unit its place names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from collector import gate
from collector.names import is_junk
from collector.refusal import Refusal
from collector.sandbox import run_limited
from forms.pack import FIRST, GUIDE

ZIP = b"PK\x03\x04"
OURS = frozenset((FIRST, f"{GUIDE}.docx"))      # what a pack tells its reader comes back with it and is no form


@dataclass(frozen=True)
class Item:
    """One file.  `path` is shown to people and printed in `--json`; `unit` is the code of a folder above it."""

    path: str
    name: str
    data: bytes
    unit: str | None = None
    refused: Refusal | None = None      # a pack that cannot be opened, or a member of one


def items(paths: Iterable[Path], units: Container[str]) -> Iterator[Item]:
    """Every file below `paths` in a stable order; packs are opened once, packs in packs are refused."""
    for path in paths:
        found = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for file in found:
            inside = file.relative_to(path) if path.is_dir() else Path(file.name)
            if any(part.startswith(".") for part in inside.parts) or is_junk(inside.as_posix()) or file.name in OURS:
                continue
            yield from opened(str(file), file.name, file.read_bytes(), units, hint=folder_unit(file, units))


def opened(path: str, name: str, data: bytes, units: Container[str], hint: str | None = None) -> Iterator[Item]:
    """The file itself, or the members of the pack it is."""
    if not (name.casefold().endswith(".zip") and data.startswith(ZIP)):
        yield Item(path, name, data, hint)
        return
    answer = run_limited("collector.gate:inspect_job", data, name=name, args={"name": name})
    verdict = gate.from_json(answer.value) if answer.refused is None else None
    refused = answer.refused or (verdict.refused if verdict else None)
    if refused is not None or verdict is None or verdict.pack is None:
        yield Item(path, name, data, hint, refused)
        return
    for member in verdict.pack.members:
        inside = PurePosixPath(member.path)
        if inside.name in OURS:
            continue
        content = gate.member_bytes(data, member)
        unit = folder_unit(inside, units) or hint
        if isinstance(content, Refusal):
            yield Item(f"{path}!{member.path}", inside.name, b"", unit, content)
        else:
            yield Item(f"{path}!{member.path}", inside.name, content, unit)


def folder_unit(file: Path | PurePosixPath, units: Container[str]) -> str | None:
    """The nearest folder above (or a pack's own name) that is a unit's code."""
    names = [*reversed(file.parent.parts)]
    if file.suffix.casefold() == ".zip":
        names.insert(0, file.stem)
    return next((part for part in names if part in units), None)
