"""The register of bans (不予审批期): who may not be given an approval, until when, by which sanction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from stdnum.cn import ric

from collector.rows import Actor
from forms.kinds.identity import eighteen
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.gather import inputs
from huizong.steps.second_phase import actor, checklist
from merger.lists import listing

VIEW, PERSON = "ban_register", "id_number"
_ID: Final = re.compile(r"\d{17}[\dX]")
_WIDE: Final = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX", " 　")


@dataclass(frozen=True)
class Ban:
    """One ban; `ban_until` is its last day, still banned.  `accepted`: so is the document it stands in."""

    unit: str
    name: str
    id_number: str
    category: str | None
    violation: tuple[str, ...]
    method: str
    authority: str | None
    paper: str | None
    decided_on: date | None
    ban_from: date | None
    ban_until: date | None
    accepted: bool
    source: str  # document#row of the sanction

    def current(self, on: date) -> bool:
        """Both days inclusive."""
        return (
            self.ban_from is not None and self.ban_until is not None and self.ban_from <= on <= self.ban_until
        )

    def as_dict(self, on: date) -> dict[str, Any]:
        return {
            **vars(self),
            "violation": list(self.violation),
            "current": self.current(on),
            **{
                name: str(day) if (day := getattr(self, name)) else None
                for name in ("decided_on", "ban_from", "ban_until")
            },
        }


def bans(bureau: Bureau, on: date | None = None, *, unit: str | None = None) -> tuple[Ban, ...]:
    """Every ban that the sanctions listed impose, soonest end first; with `on`, those in force that day.

    Also of documents still under review: an approval must not slip through while a set waits.
    """
    if unit is not None:
        bureau.known_unit(unit)
    given = inputs(bureau, accepted_only=False)
    accepted = {each.id for each in inputs(bureau).sources}
    documents = {each.id: each.document for each in given.sources}
    with bureau.engine.data(
        given.registers,
        documents,
        as_of=on or bureau.as_of,
        cutoff=given.cutoff,
        submissions=given.submissions,
    ) as data:
        rows = data.view(VIEW).to_pylist()
    found = (
        Ban(
            row["unit"],
            row["name"] or "",
            row["id_number"] or "",
            row["category"],
            tuple(row["violation"] or ()),
            row["method"] or "",
            row["authority"],
            row["paper"],
            row["decided_on"],
            row["ban_from"],
            row["ban_until"],
            row["document"] in accepted,
            f"{row['document']}#{row['row']}",
        )
        for row in rows
    )
    return tuple(each for each in found if (on is None or each.current(on)) and unit in (None, each.unit))


def banned(
    bureau: Bureau, id_number: str, on: date | None = None, *, by: str | Actor = "bureau"
) -> Ban | None:
    """The ban in force for this person on that day (the longest, where several are), whatever unit listed it.

    The question is put into the audit log, without the number.  Raises UseError for what is no ID number.
    """
    wanted = normal(id_number)
    day = on or bureau.as_of
    found = [each for each in bans(bureau, day) if _same(each.id_number, wanted)]
    ban = max(found, key=lambda each: each.ban_until or date.min, default=None)
    if bureau.has_state:
        with bureau.ledger.writing(actor(by)) as tx:
            tx.audit("ban_looked_up", ban.unit if ban else "-", "banned" if ban else "free", str(day))
    return ban


def known(bureau: Bureau, id_number: str) -> bool:
    """Whether any roster or police file names this person: a number mistyped may still be a valid one."""
    wanted = normal(id_number)
    columns = (
        table.column(PERSON).to_pylist()
        for table in bureau.registers.tables.values()
        if PERSON in table.column_names
    )
    return any(_same(each, wanted) for column in columns for each in column if each)


def normal(id_number: str) -> str:
    """Eighteen characters; full-width digits and blanks are repaired, a number of fifteen is lengthened."""
    text = id_number.translate(_WIDE).strip().upper()
    if re.fullmatch(r"\d{15}", text):
        text = eighteen(text)
    if not _ID.fullmatch(text) or ric.calc_check_digit(text) != text[17]:
        raise UseError(
            "身份证号不对：应为18位，末位可为X，校验位须相符，例如 330399198001019012。请核对后再查。"
        )
    return text


def ban_workbook(bureau: Bureau, found: Sequence[Ban], on: date, taken: str = "") -> bytes:
    """The register as xlsx, full names: for the bureau's own use."""
    shape = checklist(bureau).shape
    rows = (
        {
            **vars(each),
            "unit": bureau.unit_name(each.unit),
            "violation": list(each.violation),
            "current": each.current(on),
        }
        for each in found
    )
    told = f"内部资料，请勿外传。{on}的情况。{taken}"
    return listing(shape.ban_title, shape.ban_columns, rows, told, shape.ban_title[:31])


def _same(listed: str, wanted: str) -> bool:
    try:
        return normal(listed) == wanted
    except UseError:
        return False
