"""What is measured on: the demo's people, as registers and as documents in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forms.campaign import load, shipped
from forms.document import Document, TableData
from forms.registers import Registers, read
from forms.spec import Campaign
from forms.workbook.cells import letters
from huizong.demo import clerks, folder, registers, tally
from huizong.demo.desk import Return
from huizong.demo.draft import FILLED
from huizong.demo.lexicon import Lexicon
from huizong.demo.world import synthesise


@dataclass(frozen=True)
class Made:
    """A campaign with its registers, and what its clerks hand in."""

    campaign: Campaign
    registers: Registers
    returns: Mapping[str, Return]

    def documents(self) -> dict[str, Document]:
        """Every unit's forms as the reader would have them, by the id their rows carry."""
        return {f"{each.unit}/{each.form}@1": each for handed in self.returns.values()
                for each in documents(self.campaign, handed)}


def made(at: Path, units: int, people: int, seed: int = 2019) -> Made:
    """`people` over `units` units; the registers are written below `at` and read back."""
    some = folder.chosen(load(shipped()).units, units)
    world, _ = synthesise(folder.sites(some), people, seed)
    campaign = folder.write(at, some, world)
    lexicon = Lexicon.of(campaign)
    registers.write(at / "registers", lexicon, world)
    returns = {unit.code: clerks.fill(lexicon, unit, FILLED) for unit in world.units}
    for handed in returns.values():
        clerks.number(lexicon, handed.tables)
        tally.type_numbers(lexicon, handed, handed.unit.certificates)
    return Made(campaign, read(campaign, at / "registers"), returns)


def documents(campaign: Campaign, handed: Return) -> Iterator[Document]:
    """A unit's return as typed tables, without a file in between."""
    for name, form in campaign.forms.items():
        tables = {}
        for table in form.tables.values():
            rows = handed.tables[name][table.name]
            values: dict[str, list[Any]] = {}
            for each in table.fields:
                column = [row.get(each.name) for row in rows]
                for word, flag in each.also.items():
                    values[flag] = [value == word for value in column]
                    column = [None if value == word else value for value in column]
                if each.kind == "date":
                    column = [value if isinstance(value, date) else None for value in column]
                values[each.name] = [None if isinstance(value, float) else value for value in column]
            tables[table.name] = TableData(
                table.name, table.sheet, tuple(range(4, 4 + len(rows))), values,
                {each.name: letters(n) for n, each in enumerate(table.fields, 1)}, nil=not rows)
        yield Document(campaign.id, handed.unit.code, name, form.version, tables, handed.facts[name], {}, (),
                       0, 0, "valid", f"{handed.unit.code}/{form.file_stem}")
