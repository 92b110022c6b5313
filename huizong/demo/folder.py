"""The demo's campaign folder: the shipped definitions, the chosen units, fictitious contacts,
made-up divisions.
"""

import csv
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from forms.campaign import load, new
from forms.spec import Campaign, Unit
from huizong.demo.identity import DIVISION
from huizong.demo.model import World
from huizong.demo.words import words
from huizong.demo.world import Site


def chosen(units: tuple[Unit, ...], count: int) -> list[Unit]:
    """`count` units spread evenly over the official list,
    so that a small demo has hospitals and township units too.
    """
    if count >= len(units):
        return list(units)
    return [units[n * (len(units) - 1) // max(1, count - 1)] for n in range(count)]


def sites(units: list[Unit]) -> list[Site]:
    return [Site(unit.code, unit.name, unit.type, unit.staff) for unit in units]


def write(folder: Path, units: list[Unit], world: World) -> Campaign:
    """A copy of the shipped campaign made into the demo's. Raises FileExistsError for a folder in use."""
    new(folder)
    _units(folder / "units.csv", units, world)
    _settings(folder / "campaign.yaml")
    return load(folder)


def _units(file: Path, units: list[Unit], world: World) -> None:
    """The list as it was, with the world's heads. A spreadsheet keeps the codes' zeros only as text:
    UTF-8, no BOM.
    """
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = {row["code"]: row for row in csv.DictReader(source)}
    made = {unit.code: unit for unit in world.units}
    with file.open("w", encoding="utf-8", newline="") as target:
        lines = csv.DictWriter(target, list(next(iter(rows.values()))), lineterminator="\n")
        lines.writeheader()
        for unit in units:
            people = made[unit.code].people
            lines.writerow(rows[unit.code] | {"staff": sum(each.due for each in people),
                                              "all_staff": len(people)})


def _settings(file: Path) -> None:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    top: Any = yaml.load(file.read_text(encoding="utf-8"))
    top["campaign"]["contact"].update(words().raw["contact"])
    top["campaign"]["signer"] = words().raw["signer"]
    top["campaign"]["demo_divisions"] = [DIVISION]
    top["facts"].update(words().raw["campaign_facts"])
    with file.open("w", encoding="utf-8", newline="\n") as target:
        yaml.dump(top, target)
