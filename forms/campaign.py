"""A campaign folder in, a Campaign out; or every fault of the folder at once."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from forms import assemble, declared
from forms.faults import CampaignError, Fault, did_you_mean
from forms.spec import Campaign, Form
from forms.units import read_units
from forms.yamlfile import YamlFile, read

SHIPPED: Final = "ruian2019"
STATE: Final = ".state"
FOLDERS: Final = ("materials", "annexes")

Shape = TypeVar("Shape", bound=BaseModel)


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
    top = _shaped(declared.CampaignShape, top_file, faults)
    codes = assemble.code_lists(_each(declared.CodeListShape, codes_file, faults), codes_file, faults)
    registers = _each(declared.RegisterShape, registers_file, faults)
    certificates = _shaped(declared.CertificatesShape, certificates_file, faults)
    units = read_units(folder / "units.csv", faults)
    forms: list[tuple[declared.FormShape, YamlFile]] = []
    for file in sorted(each for name in FOLDERS for each in (folder / name).glob("*.yaml")):
        source = read(file, file.relative_to(folder).as_posix())
        shape = _shaped(declared.FormShape, source, faults)
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
        documents=top.documents,
        certificates=builder.patterns,
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


def form_of(campaign: Campaign, number: str) -> Form | None:
    """The form by its printed number: "2", "附件2"."""
    return next((form for form in campaign.forms.values() if form.number == number), None)


def _shaped(model: type[Shape], source: YamlFile, faults: list[Fault]) -> Shape | None:
    faults += source.faults
    if source.faults and source.data is None:
        return None
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        faults += _plain_faults(error, model, source, ())
        return None


def _each(model: type[Shape], source: YamlFile, faults: list[Fault]) -> Mapping[str, Shape]:
    """A file that is a mapping of equal shapes; a faulty one does not hide its neighbours."""
    faults += source.faults
    if not isinstance(source.data, dict):
        if not source.faults:
            faults.append(Fault(source.name, 1, "文件应为“名称: 内容”的列表。"))
        return {}
    found = {}
    for name, value in source.data.items():
        try:
            found[str(name)] = model.model_validate(value)
        except ValidationError as error:
            faults += _plain_faults(error, model, source, (str(name),))
    return found


_SAYS: Final = {
    "string_type": "应为文字（数字请加引号）",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "float_type": "应为数字",
    "date_type": "应为日期，例如 2019-08-07",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为“键: 值”",
    "model_type": "应为“键: 值”",
    "model_attributes_type": "应为“键: 值”",
}


def _plain_faults(
    error: ValidationError, model: type[BaseModel], source: YamlFile, above: tuple[str, ...]
) -> list[Fault]:
    found = []
    for each in error.errors():
        path = tuple(str(step) for step in each["loc"] if step not in ("[key]",))
        line = source.line(*above, *path)
        name = path[-1] if path else source.name
        if each["type"] == "extra_forbidden":
            message = f"不认识的键“{name}”" + did_you_mean(name, _known_keys(model, path[:-1]))
        elif each["type"] == "missing":
            message = f"缺少“{name}”。"
        elif each["type"] == "literal_error":
            allowed = each["ctx"]["expected"].replace(" or ", ", ")
            message = f"“{each['input']}”不是“{name}”可用的值，可写：{allowed}。"
        else:
            message = f"“{name}”{_SAYS.get(each['type'], each['msg'])}，现为“{each['input']}”。"
        found.append(Fault(source.name, line, message))
    return list(dict.fromkeys(found))


def _known_keys(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    """The keys a model knows at a place in the file: walk its annotations down the path."""
    at: type[BaseModel] | None = model
    for step in path:
        if at is None:
            return []
        named = next((info for key, info in at.model_fields.items() if (info.alias or key) == step), None)
        if named is not None:
            at = declared.model_inside(named.annotation)
    return [info.alias or key for key, info in at.model_fields.items()] if at else []
