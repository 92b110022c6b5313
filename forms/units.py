"""units.csv: the units of a campaign in their official order."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Final

from forms.faults import Fault, did_you_mean
from forms.spec import Unit

COLUMNS: Final = ("code", "name", "short_name", "type", "group", "staff", "all_staff")


def read_units(file: Path, faults: list[Fault]) -> tuple[Unit, ...]:
    """The units in file order.

    Faults (a code twice, an empty name, a number that is none) go into `faults`.
    """
    name = file.name
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(Fault(name, 0, "缺少这个文件。"))
        return ()
    except UnicodeDecodeError:
        faults.append(Fault(name, 0, "不是 UTF-8 编码，请另存为“CSV UTF-8”。"))
        return ()
    rows = csv.DictReader(StringIO(text, newline=""))
    header = rows.fieldnames or []
    faults += [Fault(name, 1, f"缺少列“{each}”。") for each in COLUMNS if each not in header]
    faults += [
        Fault(name, 1, f"不认识的列“{each}”" + did_you_mean(each, COLUMNS))
        for each in header
        if each not in COLUMNS
    ]
    if not set(COLUMNS) <= set(header):
        return ()
    units: list[Unit] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        line = rows.line_num
        plain = {key: (row.get(key) or "").strip() for key in COLUMNS}
        for key in ("code", "name", "short_name"):
            if not plain[key]:
                faults.append(Fault(name, line, f"“{key}”不能为空。"))
            elif (key, plain[key]) in seen:
                faults.append(Fault(name, line, f"{key}“{plain[key]}”与第{seen[key, plain[key]]}行重复。"))
            seen.setdefault((key, plain[key]), line)
        numbers = {}
        for key in ("staff", "all_staff"):
            if not (plain[key].isascii() and plain[key].isdigit()):
                faults.append(Fault(name, line, f"“{key}”应为不小于0的整数，现为“{plain[key]}”。"))
            numbers[key] = int(plain[key]) if plain[key].isascii() and plain[key].isdigit() else 0
        units.append(
            Unit(
                plain["code"],
                plain["name"],
                plain["short_name"],
                plain["type"],
                plain["group"],
                len(units) + 1,
                numbers["staff"],
                numbers["all_staff"],
            )
        )
    if not units:
        faults.append(Fault(name, 0, "没有一个单位。"))
    return tuple(units)
