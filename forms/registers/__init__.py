"""What the bureau already holds and the police's lists: files become the tables the rules see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any, Final

import pyarrow as pa

from forms.findings import Finding, Level, levelled
from forms.kinds import Context
from forms.kinds.identity import birth_date
from forms.registers.blocks import is_block, read_blocks
from forms.registers.files import ENDINGS, sheets
from forms.registers.flat import Stated, lacking, read_flat, recognised
from forms.registers.model import INCOMPLETE, Batch, Registers, Rows, Unmatched
from forms.registers.rows import RegisterReader
from forms.spec import Campaign, Register
from forms.typed import register_schema
from forms.workbook.cells import RawSheet, UnreadableWorkbook

__all__ = ["Batch", "Registers", "Unmatched", "read", "read_files"]

_AGAIN: Final = "请重新取得完整的文件。"
_MANY: Final = 10  # every tenth row refused: no longer slips of single persons


def read(campaign: Campaign, folder: Path) -> Registers:
    """Every list in the folder and below it. A folder that is not there holds none. Raises OSError."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return read_files(
        campaign,
        (
            (path.relative_to(folder).as_posix(), path.read_bytes())
            for path in paths
            if not path.name.startswith((".", "~$")) and path.suffix.lower() in ENDINGS
        ),
    )


def read_files(campaign: Campaign, files: Iterable[tuple[str, bytes]]) -> Registers:
    """(name, bytes) of each list, in the order that decides which of two equal rows is the duplicate."""
    gathering = _Gathering(campaign)
    for name, data in files:
        gathering.file(name, data)
    return gathering.done()


class _Gathering:
    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        # A fixed day: the same files give the same tables whenever they are read.
        self.context = Context(campaign, max(campaign.dates.values()))
        self.kept: dict[str, list[tuple[str, int, str | None, dict[str, Any]]]] = {
            name: [] for name in campaign.registers
        }
        self.seen: dict[str, set[tuple[Any, ...]]] = {name: set() for name in campaign.registers}
        self.batches: list[Batch] = []
        self.findings: list[Finding] = []

    def file(self, name: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        batch = Batch(digest[:12], name, digest)
        candidates = self._candidates(name)
        police = any(each.police for each in candidates)
        try:
            found = [sheet for sheet in sheets(data, name) if any(any(row) for row in sheet.rows)]
        except UnreadableWorkbook as error:
            self._say(police, name, None, "error", f"{name}：{error}")
            self.batches.append(batch)
            return
        if not found:
            self._say(police, name, None, "error", f"{name}：文件是空的。")
        for sheet in found:
            batch = self._sheet(batch, candidates, police, sheet, len(found) > 1)
        if found and batch.shape == "unknown":
            self._say(
                police,
                name,
                None,
                "error",
                f"{name}：表头无法识别，没有读取。"
                f"可识别的有：{'、'.join(each.title for each in candidates)}。",
            )
        self.batches.append(batch)

    def _candidates(self, name: str) -> tuple[Register, ...]:
        stem = PurePath(name).stem
        every = tuple(self.campaign.registers.values())
        named = tuple(
            each for each in every if any(fnmatch(stem, PurePath(pattern).stem) for pattern in each.files)
        )
        return named or every

    def _sheet(
        self, batch: Batch, candidates: Sequence[Register], police: bool, sheet: RawSheet, several: bool
    ) -> Batch:
        where = f"{batch.file}/{sheet.name}" if several else batch.file
        tagged = [each for each in candidates if each.block]
        if is_block(tagged, sheet):
            return self._blocks(batch, tagged, sheet, where)
        found = recognised(candidates, sheet)
        if found is None:
            return batch
        register, block = found
        lost = lacking(register, block)
        if lost:
            self._say(
                police,
                where,
                register.name,
                "error",
                f"{where}：“{register.title}”缺少列“{'”“'.join(lost)}”，没有读取。",
                block.top,
            )
            return replace(batch, shape="flat")
        reader = RegisterReader(self.campaign, register, self.context, where)
        stated = read_flat(reader, sheet, block)
        persons = {
            values.get("id_number") or (values.get("name"), values.get("born_on"))
            for _, _, values in reader.rows.rows
        }
        self._totals(where, register, stated, len(persons), len(reader.rows.rows) + reader.rows.refused)
        return self._keep(
            replace(batch, shape="flat", stated=(*batch.stated, *(one.number for one in stated))),
            reader.rows,
            register,
        )

    def _blocks(self, batch: Batch, registers: Sequence[Register], sheet: RawSheet, where: str) -> Batch:
        readers = {each.name: RegisterReader(self.campaign, each, self.context, where) for each in registers}
        blocks = read_blocks(readers, registers, sheet, self.context)
        asked = len(blocks.asked)
        first = registers[0]
        rows = sum(len(each.rows.rows) + each.rows.refused for each in readers.values())
        self._totals(where, first, blocks.stated, asked, rows)
        if blocks.serials and max(blocks.serials) != asked:
            self._short(where, first, max(blocks.serials), asked)
        batch = replace(
            batch,
            shape="block",
            asked=(batch.asked or 0) + asked,
            answered=(batch.answered or 0) + blocks.answered,
            stated=(*batch.stated, *(one.number for one in blocks.stated)),
        )
        for each in registers:
            batch = self._keep(batch, readers[each.name].rows, each)
        return batch

    def _totals(
        self, where: str, register: Register, stated: Sequence[Stated], persons: int, rows: int
    ) -> None:
        for one in stated:
            counted = persons if one.persons else rows
            if one.number != counted:
                self._short(where, register, one.number, counted, "人" if one.persons else "条")

    def _short(self, where: str, register: Register, due: int, there: int, unit: str = "人") -> None:
        what = "公安数据文件" if register.police else "文件"
        self._say(
            register.police,
            where,
            register.name,
            "error",
            f"{where}：{what}不完整（应{due}{unit}，实{there}{unit}）。",
        )

    def _keep(self, batch: Batch, rows: Rows, register: Register) -> Batch:
        kept, twice, seen = self.kept[register.name], 0, self.seen[register.name]
        before = len(kept)
        for number, unit, values in rows.rows:
            key = (unit, *(values.get(name) for name in register.key))
            if key in seen:
                twice += 1
                continue
            seen.add(key)
            kept.append((batch.file, number, unit, values))
        self.findings += rows.findings
        if rows.refused * _MANY >= rows.refused + len(rows.rows) > 0 and register.police:
            told = f"{batch.file}：“{register.title}”有{rows.refused}行无法读取，公安数据文件不完整。"
            self._say(True, batch.file, register.name, "error", told)
        if twice:
            self._say(
                register.police,
                batch.file,
                register.name,
                "notice",
                f"{batch.file}：“{register.title}”有{twice}行重复，已跳过。",
            )
        counted = {**batch.rows, register.name: batch.rows.get(register.name, 0) + len(kept) - before}
        return replace(
            batch, rows=counted, duplicates=batch.duplicates + twice, refused=batch.refused + rows.refused
        )

    def _say(
        self,
        police: bool,
        where: str,
        register: str | None,
        level: Level,
        message: str,
        row: int | None = None,
    ) -> None:
        rule = (INCOMPLETE if police else "S03") if level == "error" else "S04"
        fix = _AGAIN if level == "error" else "无需处理。"
        self.findings.append(
            Finding(rule, level, None, register, where, None, row, None, None, None, message, fix)
        )

    def done(self) -> Registers:
        tables = {name: self._table(register) for name, register in self.campaign.registers.items()}
        batches = tuple(replace(each, unmatched=tuple(self._unmatched(each))) for each in self.batches)
        police = frozenset(each.name for each in self.campaign.registers.values() if each.police)
        return Registers(tables, batches, levelled(self.findings, self.campaign.levels), police)

    def _table(self, register: Register) -> pa.Table:
        rows = self.kept[register.name]
        columns: dict[str, list[Any]] = {
            "unit": [each[2] for each in rows],
            "document": [each[0] for each in rows],
            "row": [each[1] for each in rows],
        }
        schema = register_schema(register)
        for each in schema:
            if each.name not in columns:
                columns[each.name] = [values.get(each.name) for *_, values in rows]
        return pa.Table.from_arrays(
            [pa.array(columns[each.name], each.type) for each in schema], schema=schema
        )

    def _unmatched(self, batch: Batch) -> Iterable[Unmatched]:
        """Persons of the police's lists who are on no roster, once per list.

        None while there is no roster.
        """
        roster = [
            values
            for name, register in self.campaign.registers.items()
            if not register.police and self._is_roster(register)
            for *_, values in self.kept[name]
        ]
        numbers = {values["id_number"] for values in roster}
        if not numbers:
            return
        people = {(values.get("name"), birth_date(values["id_number"])) for values in roster}
        holders = {
            (values["kind"], values["number"]): values.get("id_number")
            for name, register in self.campaign.registers.items()
            if register.police
            for *_, values in self.kept[name]
            if values.get("number") and values.get("id_number")
        }
        for name, register in self.campaign.registers.items():
            told: set[Any] = set()
            for file, row, _, values in self.kept[name] if register.police else ():
                if file != batch.file:
                    continue
                number = values.get("id_number") or holders.get((values.get("kind"), values.get("number")))
                who = number or (values.get("name"), values.get("born_on"))
                if who in numbers or who in people or who in told:
                    continue
                told.add(who)
                shown = (
                    values.get("name")
                    or "".join(values.get(part) or "" for part in ("surname", "given_name"))
                    or None
                )
                yield Unmatched(name, row, shown, number)

    @staticmethod
    def _is_roster(register: Register) -> bool:
        """Who the bureau's people are: keyed by person alone, with the person's name required."""
        return register.key == ("id_number",) and any(
            each.kind == "person_name" and each.required for each in register.fields
        )
