"""A campaign folder in, a Campaign out; or every fault of the folder at once."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from forms import assemble, declared
from forms.faults import CampaignError, Fault
from forms.shapes import each_shaped, shaped
from forms.spec import Campaign
from forms.units import read_units
from forms.yamlfile import YamlFile, read

SHIPPED: Final = "ruian2019"
STATE: Final = ".state"
FOLDERS: Final = ("materials", "annexes")


def load(folder: Path) -> Campaign:
    """The campaign of a folder. Raises CampaignError with every fault: `file:line: what, did you mean …`.

    SQL (views, rules, figures) is not read here: `forms.engine.lint` does that against the loaded campaign.
    """
    folder = Path(folder)
    if not (folder / "campaign.yaml").is_file():
        raise CampaignError(
            [Fault("campaign.yaml", 0, f"“{folder}”不是汇总活动的文件夹（没有 campaign.yaml）。")]
        )
    faults: list[Fault] = []
    top_file, codes_file, registers_file, certificates_file = (
        read(folder / f"{name}.yaml", f"{name}.yaml")
        for name in ("campaign", "codes", "registers", "certificates")
    )
    top = shaped(declared.CampaignShape, top_file, faults)
    codes = assemble.code_lists(each_shaped(declared.CodeListShape, codes_file, faults), codes_file, faults)
    registers = each_shaped(declared.RegisterShape, registers_file, faults)
    certificates = shaped(declared.CertificatesShape, certificates_file, faults)
    units = read_units(folder / "units.csv", faults)
    forms: list[tuple[declared.FormShape, YamlFile]] = []
    for file in (each for name in FOLDERS for each in (folder / name).glob("*.yml")):
        faults.append(Fault(file.relative_to(folder).as_posix(), 0, "文件名应以 .yaml 结尾，否则不会读入。"))
    for file in sorted(each for name in FOLDERS for each in (folder / name).glob("*.yaml")):
        source = read(file, file.relative_to(folder).as_posix())
        shape = shaped(declared.FormShape, source, faults)
        if shape is not None:
            forms.append((shape, source))
    if top is None:
        raise CampaignError(faults)
    builder = assemble.Builder(top, top_file, codes, certificates, certificates_file, faults)
    built = builder.forms(forms)
    listed = builder.registers(registers, registers_file)
    builder.whole_campaign(units)
    if faults:
        raise CampaignError(faults)
    return Campaign(
        id=top.campaign.id,
        title=top.campaign.title,
        folder=folder,
        settings=top.campaign,
        dates=top.dates,
        config=builder.config,
        decisions=builder.decisions,
        units=units,
        codes=codes,
        forms=built,
        registers=listed,
        facts=top.facts,
        levels=top.levels,
        choices=builder.choices,
        documents=top.documents,
        certificates=builder.patterns,
        labels=top.labels,
        places=builder.places,
    )


def new(folder: Path) -> Path:
    """A copy of the shipped campaign to edit, without anybody's state.

    Raises FileExistsError for a folder in use.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"“{folder}”已存在且不是空文件夹，请换一个名字。")
    with as_file(files("forms") / SHIPPED) as shipped:
        shutil.copytree(
            shipped,
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns(STATE, "__pycache__", "*.pyc", ".DS_Store"),
        )
    return folder


def shipped() -> Path:
    """The folder of the campaign that comes with the program."""
    return Path(__file__).parent / SHIPPED
