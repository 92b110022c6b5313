"""SQL files of a campaign: statements, each under a `/* id … */` header whose body is YAML, with their
lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from forms.faults import Fault, did_you_mean
from forms.yamlfile import parse

# Prose is taken as it stands, to the next key: `says: {name}应…` would be a mapping to YAML.
PROSE: Final = ("says", "fix", "holds", "label", "shows", "columns")
_HEADER: Final = re.compile(r"^/\*[ \t]+(\S+)[ \t]*\n(.*?)\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
_KEY: Final = re.compile(r"^([a-z_]+):[ \t]*(.*)$")


@dataclass(frozen=True)
class Statement:
    """One query and what its header says. `line` is the header's, `sql_line` that of the query's first
    line (1-based)."""

    id: str
    file: str
    line: int
    sql: str
    sql_line: int
    header: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def fault(self, message: str, key: str | None = None) -> Fault:
        return Fault(self.file, self.line_of(key) if key else self.line, message)


def read_folder(folder: Path, kind: str, keys: tuple[str, ...], faults: list[Fault]) -> tuple[Statement, ...]:
    """Every statement of `folder/kind/*.sql`, in the order of file names and lines; `keys` are those a
    header may have.

    Faults: unreadable headers, unknown keys, an id twice, a header without a query.
    """
    found: list[Statement] = []
    seen: dict[str, Statement] = {}
    for file in sorted((folder / kind).glob("*.sql")):
        name = f"{kind}/{file.name}"
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            faults.append(Fault(name, 0, "不是 UTF-8 编码，请另存为 UTF-8。"))
            continue
        for each in statements(text, name, faults):
            for key in each.header:
                if key not in keys:
                    faults.append(each.fault(f"不认识的键“{key}”" + did_you_mean(key, keys), key))
            if each.id in seen:
                first = seen[each.id]
                faults.append(each.fault(f"“{each.id}”与 {first.file}:{first.line} 重复。"))
                continue
            seen[each.id] = each
            found.append(each)
    return tuple(found)


def statements(text: str, name: str, faults: list[Fault]) -> tuple[Statement, ...]:
    """The statements of one file's text; `name` is the file's for faults."""
    text = text.replace("\r\n", "\n")
    headers = list(_HEADER.finditer(text))
    before = _bare(text[: headers[0].start()] if headers else text)
    if before:
        faults.append(Fault(name, 1, "语句前面应有“/* 编号 … */”。"))
    found = []
    for n, match in enumerate(headers):
        line = text.count("\n", 0, match.start()) + 1
        raw = text[match.end() : headers[n + 1].start() if n + 1 < len(headers) else len(text)]
        sql = _bare(raw)
        lead = len(raw) - len(raw.lstrip("\n"))
        header, lines = _header(match.group(2), line, name, faults)
        statement = Statement(
            match.group(1), name, line, sql, text.count("\n", 0, match.end()) + 1 + lead, header, lines
        )
        if not sql and "ratio" not in header:
            faults.append(statement.fault(f"“{statement.id}”没有语句。"))
            continue
        found.append(statement)
    return tuple(found)


def _header(body: str, line: int, name: str, faults: list[Fault]) -> tuple[dict[str, Any], dict[str, int]]:
    prose: dict[str, str] = {}
    lines: dict[str, int] = {}
    plain: list[str] = []
    current: str | None = None
    for n, text in enumerate(body.split("\n"), start=1):
        key = _KEY.match(text)
        if key:
            current = key.group(1) if key.group(1) in PROSE else None
            lines[key.group(1)] = line + n
            if current is not None:
                prose[current] = key.group(2).strip()
                plain.append("")
                continue
        elif current is not None and text.strip():
            prose[current] = f"{prose[current]} {text.strip()}".strip()
            plain.append("")
            continue
        plain.append(text)
    read = parse("\n".join(plain), name)
    faults += [Fault(fault.file, fault.line + line, fault.message) for fault in read.faults]
    data = read.data if isinstance(read.data, dict) else {}
    if read.data is not None and not isinstance(read.data, dict):
        faults.append(Fault(name, line, "“/* 编号”下面应为“键: 值”。"))
    return {**{str(key): value for key, value in data.items()}, **prose}, lines


def _bare(raw: str) -> str:
    """The query without the comment lines and the semicolon that end it."""
    kept = raw.strip("\n").split("\n")
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith("--")):
        kept.pop()
    text = "\n".join(kept).rstrip()
    text = text.removesuffix(";").rstrip()
    return (
        "" if all(not line.strip() or line.lstrip().startswith("--") for line in text.split("\n")) else text
    )
