"""Numbers of persons and organisations.

GB 11643 identity numbers, GB 32100 and GB 11714 organisation codes.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stdnum import numdb
from stdnum.cn import ric, uscc

from forms.kinds.base import FieldFault, Kind, Parse, Raw, Reading, digits_lost, fault, shown, wrong
from forms.kinds.plain import LOST

if TYPE_CHECKING:
    from forms.kinds.given import Given
    from forms.spec import Campaign, Field

_SHAPE: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_OLD: Final = re.compile(r"\d{15}", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_ORGANISATION: Final = re.compile(r"([0-9A-Z]{8})-?([0-9X])")
# GB/T 2260: the first two digits name a province.
_PROVINCES: Final = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
YOUNGEST, OLDEST = 16, 75


class IdNumber(Kind):
    """The 18-character citizen identity number of GB 11643-1999 (F02–F07)."""

    name = "id_number"
    default_width = 20

    def parser(self, field: Field, given: Given) -> Parse:
        allowed, today, on = given.divisions, given.today, given.statistic_date

        def parse(raw: Raw) -> Reading:
            if not isinstance(raw, str):
                return wrong("F07", LOST, raw)
            text = raw.upper()
            if not _SHAPE.fullmatch(text):
                return _misshapen(text)
            check = ric.calc_check_digit(text)
            if text[17] != check:
                if text.endswith("000"):
                    return wrong("F07", LOST, raw)
                return wrong(
                    "F03", f"身份证号校验码不正确（按国家标准末位应为{check}），请核对是否输错。", raw
                )
            born = birth_date(text)
            written = text[6:14]
            if born is None or born > today:
                return wrong("F04", f"身份证号中的出生日期“{written}”不合法。", raw)
            age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
            if age < YOUNGEST:
                return wrong("F04", f"身份证号中的出生日期“{written}”不合法（未满{YOUNGEST}周岁）。", raw)
            if text[:2] not in _PROVINCES:
                return wrong(
                    "F05",
                    f"身份证号前6位“{text[:6]}”不在行政区划代码库中，请核对。",
                    raw,
                    fix="请对照身份证原件更正。",
                )
            findings: tuple[FieldFault, ...] = ()
            if text[:6] not in allowed and not known_division(text[:6]):
                findings = (
                    fault(
                        "F05",
                        f"身份证号前6位“{text[:6]}”不在行政区划代码库中，请核对（历史区划可说明后通过）。",
                        raw,
                    ),
                )
            if age > OLDEST:
                findings += (
                    fault(
                        "F04",
                        f"身份证号中的出生日期“{written}”表明已满{age}周岁，请核对。",
                        raw,
                        level="warning",
                    ),
                )
            return Reading(text, findings, became=text if text != raw else None)

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        return "11010519491231002X"  # the standard's own example

    def says(self, field: Field, campaign: Campaign) -> str:
        return "18位公民身份号码，末位可为X"


class OrganisationCode(Kind):
    """A unified social credit code (GB 32100) or an organisation code (GB 11714): F21.

    They have 18 and 9 characters.
    """

    name = "organisation_code"
    default_width = 20

    def parser(self, field: Field, given: Given) -> Parse:
        def parse(raw: Raw) -> Reading:
            if digits_lost(raw):
                return wrong("F07", LOST, raw)
            text = shown(raw).upper()
            if len(text) == 18 and uscc.is_valid(text):
                return Reading(text)
            match = _ORGANISATION.fullmatch(text)
            if match and organisation_check(match[1]) == match[2]:
                return Reading(match[1] + match[2])
            return wrong("F21", f"组织机构代码（统一社会信用代码）“{text}”校验不通过。", raw)

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        body = "1233039990000001" + organisation_check("90000001")
        return body + uscc.calc_check_digit(body)

    def says(self, field: Field, campaign: Campaign) -> str:
        return "18位统一社会信用代码，或9位组织机构代码"


def organisation_check(body: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714 §5)."""
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


@lru_cache(maxsize=32_768)
def _real_date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def birth_date(id_number: str) -> date | None:
    """The birth date written in an 18-character number; None when it is no date or before 1850."""
    born = _real_date(id_number[6:14])
    return born if born is not None and born.year >= 1850 else None


def is_male(id_number: str) -> bool:
    """Digit 17 is odd for men, even for women."""
    return id_number[16] in "13579"


@lru_cache(maxsize=8192)
def known_division(code: str) -> bool:
    """Was the six-digit code ever a county or district (GB/T 2260)?

    Abolished codes stay in people's numbers for life.
    """
    return any("county" in properties for _, properties in numdb.get("cn/loc").info(code))


def eighteen(old: str) -> str:
    """The 18-character number proposed for one of 15 digits.

    The century put in, the check character added.
    """
    body = f"{old[:6]}19{old[6:]}"
    return body + ric.calc_check_digit(body + "0")


def _misshapen(text: str) -> Reading:
    if _SCIENTIFIC.fullmatch(text):
        return wrong("F07", LOST, text)
    if _OLD.fullmatch(text):
        proposal = f"（系统推算为{eighteen(text)}，请以证件为准）" if birth_date(eighteen(text)) else ""
        return wrong("F06", f"请填写18位公民身份号码{proposal}。", text)
    if len(text) != 18:
        return wrong("F02", f"身份证号应为18位（末位可为X），现为{len(text)}位。", text)
    return wrong("F02", f"身份证号“{text}”应为17位数字加末位数字或X，含有其他字符。", text)
