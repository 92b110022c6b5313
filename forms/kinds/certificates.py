"""Certificate numbers.

Judged by the campaign's table of series (certificates.yaml), which alone knows how they look.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from forms.kinds.base import FieldFault, Kind, Parse, Raw, Reading, digits_lost, fault, shown, wrong
from forms.kinds.plain import LOST

if TYPE_CHECKING:
    from forms.kinds.given import Given
    from forms.spec import Campaign, CertificatePattern, Field

NONE: Final = ("无", "没有")
# Letters the series avoid because they look like digits.
_LOOKALIKE: Final = str.maketrans({"O": "0", "I": "1"})


class CertificateNumber(Kind):
    """The number of a private certificate (F15, F16).

    With `of`, its kind stands in the row: see `rows.py`.
    """

    name = "certificate_number"
    default_width = 13

    def parser(self, field: Field, given: Given) -> Parse:
        patterns = given.certificates

        def parse(raw: Raw) -> Reading:
            if digits_lost(raw):
                return wrong("F07", LOST, raw)
            if raw in NONE:
                return wrong(
                    "F15", f"“{raw}”不是证件号码。", raw, fix="没有这种证件的不填这一行，请删去整行。"
                )
            before = shown(raw)
            text = before.upper()
            found = judge(text, field.of_kind, patterns, before)
            if any(each.level == "error" for each in found):
                return Reading(None, found)
            return Reading(text, found, became=text if text != before else None)

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        examples = _examples(campaign.certificates, field.of_kind)
        return examples[-1] if examples else ""

    def says(self, field: Field, campaign: Campaign) -> str:
        return (field.of_kind or "证件") + "号码，字母大写，不加空格"


def judge(
    number: str, kind: str | None, patterns: Iterable[CertificatePattern], written: str
) -> tuple[FieldFault, ...]:
    """F15 and F16 of a tidied number; `kind` None means any private kind will do. At most one fault."""
    patterns = tuple(patterns)
    private = [each for each in patterns if each.section == "private" and kind in (None, each.kind)]
    hits = [each for each in private if each.regex.fullmatch(number)]
    if any(not each.doubtful for each in hits):
        return ()
    if hits:
        message = f"证件号码“{written}”为旧式编号（{hits[0].says}），请核对。"
        return (fault("F15", message, written, level="warning"),)
    for each in patterns:
        if each.section == "official" and each.regex.fullmatch(number):
            return (fault("F16", f"“{written}”为{each.says}，不属于因私证件，请勿填入本表。", written),)
    kind_says = kind or "因私证件"
    examples = "、".join(_examples(private, None)[-2:] if kind else _one_of_each(private))
    message = f"证件号码“{written}”不符合{kind_says}的编号规则（如{examples}）"
    other = next(
        (each for each in patterns if each.section == "foreign" and each.regex.fullmatch(number)), None
    )
    if other is not None:
        return (fault("F15", f"{message}，像是{other.says}的号码。", written),)
    meant = _meant(number, private)
    message += f"，是否为“{meant}”（字母O与数字0、字母I与数字1易混）？" if meant else "。"
    return (fault("F15", message, written),)


def series(
    number: str, kind: str | None, patterns: Iterable[CertificatePattern]
) -> CertificatePattern | None:
    """The series a number belongs to; of several, the one that is not doubtful."""
    hits = [
        each
        for each in patterns
        if each.section == "private" and kind in (None, each.kind) and each.regex.fullmatch(number)
    ]
    return min(hits, key=lambda each: each.doubtful, default=None)


def _meant(number: str, private: Iterable[CertificatePattern]) -> str | None:
    """The number with look-alike letters behind the first taken for digits, when that makes it fit."""
    guess = number[:1] + number[1:].translate(_LOOKALIKE)
    return guess if guess != number and any(each.regex.fullmatch(guess) for each in private) else None


def _one_of_each(patterns: Iterable[CertificatePattern]) -> list[str]:
    last = {each.kind: each.example for each in patterns if each.example and not each.doubtful}
    return [str(example) for example in last.values()]


def _examples(patterns: Iterable[CertificatePattern], kind: str | None) -> list[str]:
    return [
        each.example
        for each in patterns
        if each.section == "private" and each.example and not each.doubtful and kind in (None, each.kind)
    ]
