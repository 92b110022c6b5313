"""The police's block workbook: per person a query row, then tagged rows (domain brief §3.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forms.kinds import Context
from forms.registers.flat import Stated, bare, stated_in
from forms.registers.rows import RegisterReader, any_ink
from forms.spec import Field, Register
from forms.workbook.cells import Raw, RawSheet
from forms.workbook.locate import plain, text_of

_TAG, _FIRST = 2, 3  # columns: B holds the tag, the content begins in C


@dataclass
class Blocks:
    """`asked`: (sheet row, id number, name) per block.

    `answered`: how many had a certificate (or any row).
    """

    asked: list[tuple[int, str | None, str | None]] = field(default_factory=list)
    answered: int = 0
    serials: list[int] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)


def is_block(registers: Sequence[Register], sheet: RawSheet) -> bool:
    """Whether column B carries one of the registers' tags."""
    tags = {plain(each.block) for each in registers if each.block}
    return any(len(row) > _TAG and text_of(row[_TAG - 1]) in tags for row in sheet.rows)


def read_blocks(
    readers: Mapping[str, RegisterReader], registers: Sequence[Register], sheet: RawSheet, context: Context
) -> Blocks:
    """Every tagged row into the reader of its register (`readers` by register name)."""
    by_tag = {plain(each.block): each for each in registers if each.block}
    found = Blocks()
    person: dict[str, Raw] = {}
    tag: Register | None = None
    places: dict[str, dict[str, int]] = {}
    answered = False
    for number, row in enumerate(sheet.rows, 1):
        said = text_of(row[_TAG - 1]) if len(row) >= _TAG else ""
        query = None if said in by_tag else _query(row, said, registers, context)
        if query is not None:
            found.answered += answered
            person, tag, answered = query, None, False
            found.asked.append((number, _text(query.get("id_number")), _text(query.get("name"))))
            if (serial := text_of(row[0])).isdecimal():
                found.serials.append(int(serial))
            continue
        if said in by_tag:
            tag = by_tag[said]
        elif said:
            tag = None
        if tag is None or not any_ink(row[_FIRST - 1 :]):
            found.stated += stated_in(row)
            continue
        header = _header(tag, row)
        if header:
            places[tag.name] = header
            continue
        if sum(any_ink((raw,)) for raw in row[_FIRST - 1 :]) < 2:
            continue  # 「无记录」 and the like
        columns = places.get(tag.name) or _usual(tag, row)
        cells = {name: row[column - 1] if column <= len(row) else None for name, column in columns.items()}
        for name, raw in person.items():
            if not any_ink((cells.get(name),)):
                cells[name] = raw
        readers[tag.name].read(number, cells, columns)
        answered = True
    found.answered += answered
    return found


def _query(
    row: Sequence[Raw], said: str, registers: Sequence[Register], context: Context
) -> dict[str, Raw] | None:
    """The person asked for, when this row begins a block: a tag of its own, then an identity number,
    then a name.
    """
    if not said or len(row) < _FIRST:
        return None
    identity = next(
        (each for register in registers for each in register.fields if each.kind == "id_number"), None
    )
    name = next(
        (each for register in registers for each in register.fields if each.kind == "person_name"), None
    )
    raw = row[_FIRST - 1]
    # A number that fails its check still begins a block: the person was asked for.
    like = isinstance(raw, str) and len(plain(raw)) in (15, 18) and plain(raw)[:-1].isdecimal()
    if not like and (identity is None or context.reader(identity)(raw).value is None):
        return None
    found: dict[str, Raw] = {identity.name if identity else "id_number": raw}
    if name is not None and len(row) > _FIRST:
        found[name.name] = row[_FIRST]
    return found


def _header(register: Register, row: Sequence[Raw]) -> dict[str, int]:
    """Field → column when the row repeats the register's labels."""
    labels = {plain(each.label): each for each in register.fields}
    found: dict[str, int] = {}
    for column, raw in enumerate(row, 1):
        each: Field | None = labels.get(text_of(bare(raw, labels))) if column >= _FIRST else None
        if each is not None:
            found[each.name] = column
    return found if len(found) * 2 >= len(labels) else {}


def _usual(register: Register, row: Sequence[Raw]) -> dict[str, int]:
    """Without a header of its own the block holds the register's columns in their order."""
    return {each.name: _FIRST + n for n, each in enumerate(register.fields)}


def _text(raw: Raw) -> str | None:
    return None if raw is None else text_of(raw)
