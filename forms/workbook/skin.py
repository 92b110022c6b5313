"""The look of issued workbooks, read once from `templates/xlsx/skin.yaml`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints
from ruamel.yaml import YAML

Colour = Annotated[str, StringConstraints(pattern="^[0-9A-F]{6}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Face(_Frozen):
    name: str
    size: float
    bold: bool = False


class Faces(_Frozen):
    normal: Face
    title: Face
    unit: Face
    header: Face
    header_optional: Face
    body: Face
    foot: Face


class Fills(_Frozen):
    header: Colour
    prefilled: Colour
    computed: Colour
    input: Colour


class Line(_Frozen):
    style: str
    colour: Colour


class Borders(Line):
    entry: Line


class Heights(_Frozen):
    title: float
    unit: float
    header_line: float
    header_padding: float
    group: float
    row: float
    row_line: float
    printed_row: float
    foot: float


class Widths(_Frozen):
    default: float
    label: float
    entry: float


class Margins(_Frozen):
    top: float
    bottom: float
    left: float
    right: float
    header: float
    footer: float


class Page(_Frozen):
    paper: str
    orientation: str
    margins_mm: Margins
    footer_size: int


class Spare(_Frozen):
    least: int
    percent: float


class Skin(_Frozen):
    """Points, millimetres and characters; see the file for what each is."""

    fonts: Faces
    fills: Fills
    borders: Borders
    heights: Heights
    widths: Widths
    page: Page
    formats: dict[str, str]
    spare_rows: Spare


@lru_cache(maxsize=1)
def skin() -> Skin:
    """The skin that comes with the program."""
    text = (files("templates") / "xlsx" / "skin.yaml").read_text("utf-8")
    raw: Any = YAML(typ="safe").load(text)
    return Skin.model_validate(raw)
