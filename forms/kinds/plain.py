"""Plain kinds: text, names of persons, phone numbers, counts and serial numbers."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from forms.kinds.base import Kind, Parse, Raw, Reading, digits_lost, fault, shown, wrong

if TYPE_CHECKING:
    from forms.kinds.given import Given
    from forms.spec import Campaign, Field

_LARGEST: Final = 2**31 - 1
_NAME: Final = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U000323af]+"
    r"(·[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U000323af]+)*"
)
_DOTS: Final = re.compile(r"[•‧∙・･．.]")
_PHONE: Final = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
LOST: Final = "该单元格为数值格式，后几位可能已被Excel改为0，请用下发模板（文本格式）重新录入。"


class Text(Kind):
    """Free text: outer blanks go, full-width digits and letters become half-width, line breaks stay."""

    name = "text"
    compact = False

    def parser(self, field: Field, given: Given) -> Parse:
        limit = field.max_length

        def parse(raw: Raw) -> Reading:
            if digits_lost(raw):
                return wrong("F07", LOST, raw)
            text = raw if isinstance(raw, str) else shown(raw)
            if limit is not None and len(text) > limit:
                message = f"“{field.label}”不超过{limit}个字，现为{len(text)}个字。"
                return Reading(text, (fault("F25", message, text),))
            return Reading(text)

        return parse


class PersonName(Kind):
    """A Chinese name: CJK and the separating dot `·` (U+00B7) of minority names, 2 to 30 characters (F10)."""

    name = "person_name"
    default_width = 9

    def parser(self, field: Field, given: Given) -> Parse:
        def parse(raw: Raw) -> Reading:
            before = shown(raw)
            text = _DOTS.sub("·", before)
            if 2 <= len(text) <= 30 and _NAME.fullmatch(text):
                return Reading(text, became=text if text != before else None)
            message = f"姓名“{before}”含有空格、数字或其他符号，请按身份证填写。"
            if _NAME.fullmatch(text):
                message = f"姓名“{before}”应为2至30个字，请按身份证填写。"
            return Reading(before, (fault("F10", message, before),))

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        return "阿依古丽·买买提"

    def says(self, field: Field, campaign: Campaign) -> str:
        return "身份证上的姓名，不加空格，间隔号用“·”"


class Phone(Kind):
    """A mobile number, or a land line with its area code (F20).

    `+86`, blanks and dashes in mobiles are repaired.
    """

    name = "phone"
    default_width = 14
    signs = "+"

    def parser(self, field: Field, given: Given) -> Parse:
        def parse(raw: Raw) -> Reading:
            before = shown(raw)
            text = re.sub(r"^(\+|00)?86[-]?(?=1\d{2}|0\d)", "", before)
            if text.startswith("1"):
                text = text.replace("-", "")
            if not _PHONE.fullmatch(text):
                return Reading(before, (fault("F20", f"联系电话“{before}”格式有误。", before),))
            return Reading(text, became=text if text != before else None)

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        return "0577-65800000"

    def says(self, field: Field, campaign: Campaign) -> str:
        return "手机号码，或区号加固定电话号码"


class Count(Kind):
    """A whole number from 0 (F23)."""

    name = "count"
    number_format = "0"
    default_width = 8
    signs = "+-"

    def parser(self, field: Field, given: Given) -> Parse:
        def parse(raw: Raw) -> Reading:
            number = _whole(raw)
            if number is None or not 0 <= number <= _LARGEST:
                return wrong("F23", f"“{shown(raw)}”应为不小于0的整数。", raw)
            if isinstance(raw, str) and "," in raw:
                return Reading(number, became=str(number))
            return Reading(number)

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        return "9"

    def says(self, field: Field, campaign: Campaign) -> str:
        return "不小于0的整数，不带单位"


class Serial(Kind):
    """The row's number. The system numbers rows itself, so nothing written here can be an error (S05)."""

    name = "serial"
    number_format = "0"
    default_width = 5
    signs = "=+-@"

    def parser(self, field: Field, given: Given) -> Parse:
        def parse(raw: Raw) -> Reading:
            number = _whole(raw)
            if number is None or not 0 <= number <= _LARGEST:
                return Reading(None, (fault("S05", "序号已自动重排。", raw),))
            return Reading(number)

        return parse

    def says(self, field: Field, campaign: Campaign) -> str:
        return "自动编号"


def _whole(raw: Any) -> int | None:
    if isinstance(raw, bool | date | datetime):
        return None
    if isinstance(raw, str):
        plain = re.sub(r",(?=\d{3}(\D|$))", "", raw)
        return int(float(plain)) if re.fullmatch(r"\d{1,12}(\.0+)?", plain, re.ASCII) else None
    if isinstance(raw, int):
        return raw
    return int(raw) if isinstance(raw, float) and raw.is_integer() else None
