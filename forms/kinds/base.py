"""What every kind shares.

Readings, faults with the wording of the field rules, and tidying of what clerks type.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from forms.findings import Level
from forms.kinds.types import arrow_type, sql_type

if TYPE_CHECKING:
    import pyarrow as pa

    from forms.kinds.given import Given
    from forms.spec import Campaign, Field

Raw = str | float | int | bool | date | datetime | time | timedelta | None

# Level and remedy of each field rule (domain brief §3.3); messages stand where they arise.
RULES: Final[dict[str, tuple[Level, str]]] = {
    "F01": ("error", "请补填；确无此项的填“无”。"),
    "F02": ("error", "请对照身份证原件更正。"),
    "F03": ("error", "请对照身份证原件更正，不得自行改末位凑数。"),
    "F04": ("error", "请核对第7至14位。"),
    "F05": ("warning", "请核对，或填写说明。"),
    "F06": ("error", "请改填18位公民身份号码。"),
    "F07": ("error", "请把单元格设为文本格式后重新录入。"),
    "F08": ("error", "请更正其中之一。"),
    "F09": ("error", "请更正其中之一。"),
    "F10": ("warning", "请去掉空格和其他符号；间隔号用“·”。"),
    "F11": ("error", "请按 2019-08-07 的格式填写。"),
    "F12": ("error", "请更正。"),
    "F13": ("warning", "请更正，或填写说明。"),
    "F14": ("error", "请从下拉框选择。"),
    "F15": ("error", "请核对证件种类和号码。"),
    "F16": ("error", "请移出本表；因公出国（境）的把性质改为因公。"),
    "F17": ("warning", "请核对签发日期或号码。"),
    "F18": ("error", "请对照证件更正。"),
    "F19": ("warning", "请用“、”分隔，逐一列明国家（地区）。"),
    "F20": ("warning", "请更正，例如 0577-65800000 或 19900000000。"),
    "F21": ("error", "请对照证书更正。"),
    "F22": ("error", "请改为文字（粘贴时选“粘贴为数值”）。"),
    "F23": ("error", "请只填数字，不带单位，例如 9。"),
    "F24": ("notice", "无需处理。"),
    "F25": ("warning", "请精简；写不下的另附材料。"),
    "R22": ("notice", "请拆成多行，一行一项。"),
    "S05": ("notice", "无需处理。"),
}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one cell, before it has a place. `value` is the cell as the clerk wrote it."""

    rule: str
    level: Level
    message: str
    fix: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell read: its value, or None; what is wrong; the flag column a named word sets (`also`).

    `became`: the cell as it would be tidily written, where the clerk's spelling was repaired (F24).
    """

    value: Any = None
    findings: tuple[FieldFault, ...] = ()
    flag: str | None = None
    became: str | None = None

    @property
    def unreadable(self) -> bool:
        """There was ink, and no value could be made of it.

        (A missing mandatory value is empty, not unreadable.)
        """
        return self.value is None and any(f.level == "error" and f.rule != "F01" for f in self.findings)


@dataclass(frozen=True, slots=True)
class Excel:
    """How a column looks in a workbook.

    `choices`: the drop-down's items; `prompt` ≤ 255 characters; `width` in characters.
    """

    number_format: str
    choices: tuple[str, ...] | None
    prompt: str
    example: str
    width: float


Parse = Callable[[Raw], Reading]


class Kind(ABC):
    """One kind of cell content.

    Stateless: what a parser needs to know it takes from field and context once.
    """

    name: ClassVar[str]
    number_format: ClassVar[str] = "@"
    default_width: ClassVar[float] = 14
    compact: ClassVar[bool] = True  # blanks inside carry no meaning
    signs: ClassVar[str] = (
        ""  # leading signs the parser judges itself; the rest is refused as a formula (F22)
    )

    @property
    def sql_type(self) -> str:
        return sql_type(self.name)

    @property
    def arrow_type(self) -> pa.DataType:
        return arrow_type(self.name)

    @abstractmethod
    def parser(self, field: Field, given: Given) -> Parse:
        """A function from tidied ink (never blank) to a reading."""

    def write(self, value: Any) -> str | int | date | None:
        """What goes into the cell, so that reading it gives the value again."""
        return value  # type: ignore[no-any-return]

    def example(self, field: Field, campaign: Campaign) -> str:
        """An example a clerk may imitate; empty where none would help."""
        return ""

    def says(self, field: Field, campaign: Campaign) -> str:
        """What may be entered, in one sentence."""
        return "文字" + (f"，不超过{field.max_length}个字" if field.max_length else "")

    def choices(self, field: Field, campaign: Campaign) -> tuple[str, ...] | None:
        """The items of the drop-down, or None for no drop-down."""
        return None

    def excel(self, field: Field, campaign: Campaign) -> Excel:
        example = self.example(field, campaign)
        parts = [self.says(field, campaign) + "。", field.note or "", f"例如：{example}" if example else ""]
        return Excel(
            self.number_format,
            self.choices(field, campaign),
            "".join(parts)[:255],
            example,
            field.width or self.default_width,
        )


def fault(
    rule: str, message: str, value: object = None, *, level: Level | None = None, fix: str | None = None
) -> FieldFault:
    """A fault with its rule's own level and remedy unless told otherwise."""
    usual, remedy = RULES[rule]
    return FieldFault(rule, level or usual, message, fix or remedy, None if value is None else shown(value))


def wrong(rule: str, message: str, value: object, *, fix: str | None = None) -> Reading:
    """No value, and one fault that says why."""
    return Reading(None, (fault(rule, message, value, level="error", fix=fix),))


def noted(reading: Reading, raw: object) -> Reading:
    """The reading with its F24, when it was repaired and nothing worse is to be said of the cell."""
    if reading.became is None or any(each.level == "error" for each in reading.findings):
        return reading
    note = fault("F24", f"已自动规范：“{shown(raw)}”→“{reading.became or '（空白）'}”。", raw)
    return replace(reading, findings=(*reading.findings, note))


_BLANKS: Final = re.compile(r"[\s\u00a0\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]+")
_EDGES: Final = re.compile(rf"^{_BLANKS.pattern}|{_BLANKS.pattern}$")
_WIDE: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_DASHED: Final = _WIDE | dict.fromkeys(map(ord, "‐‑‒–—―−"), ord("-"))
_WIDE_WORDS: Final = {wide: narrow for wide, narrow in _WIDE.items() if chr(narrow).isalnum()}


def tidy(text: str, compact: bool) -> str:
    """Without outer blanks and with half-width digits and letters.

    `compact`: without any blanks, signs half-width too.
    """
    if compact:
        # A leading apostrophe is how spreadsheets mark text; copied cells carry it along.
        return _BLANKS.sub("", text).translate(_DASHED).lstrip("'‘’")
    return _EDGES.sub("", text).translate(_WIDE_WORDS)


def shown(raw: object) -> str:
    """A raw cell as text, whole numbers without a decimal point."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d") if raw.time() == time() else raw.isoformat(" ", "seconds")
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    return str(raw)


def digits_lost(raw: object) -> bool:
    """A number too long for a spreadsheet: its last digits are no longer the clerk's."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= 1e15
