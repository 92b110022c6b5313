"""What leaves the bureau carries no full name and no number of a person or certificate (D-02, D-03, PI04,
PI06)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
CERTIFICATE = re.compile(r"(?<![A-Za-z0-9])[EGCWTL][A-Z0-9]\d{7}(?!\d)")
PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


def masked_name(name: str, style: str, compound: Collection[str] = ()) -> str:
    """`张三` as 张某 or 张×× (decision D20); a compound family name stays whole."""
    surname = name[:2] if name[:2] in compound and len(name) > 2 else name[:1]
    return surname + ("某" if style.endswith("某") else "××")


def masked_id(number: str) -> str:
    """First six and last four characters (PI04)."""
    return (
        f"{number[:6]}{'*' * max(0, len(number) - 10)}{number[-4:]}"
        if len(number) >= 14
        else "*" * len(number)
    )


def tail(number: str) -> str:
    """The last four characters of a certificate number (尾号)."""
    return number[-4:]


def masked_text(text: str) -> str:
    """Free text of a unit with numbers hidden, before it is copied into a paper (D-07)."""
    text = ID_NUMBER.sub(lambda found: masked_id(found.group()), text)
    text = CERTIFICATE.sub(lambda found: "尾号" + tail(found.group()), text)
    return PHONE.sub(lambda found: found.group()[:3] + "****" + found.group()[-4:], text)


@dataclass(frozen=True)
class Leak:
    """A number or full name found in a paper that leaves the bureau."""

    paper: str
    what: str  # id_number | certificate | name
    excerpt: str  # masked, never the thing itself


def leaks(paper: str, text: str, names: Iterable[str] = ()) -> list[Leak]:
    """Every ID number, certificate number and full name of three or more characters in `text`."""
    found = [Leak(paper, "id_number", masked_id(hit.group())) for hit in ID_NUMBER.finditer(text)]
    found += [Leak(paper, "certificate", "…" + tail(hit.group())) for hit in CERTIFICATE.finditer(text)]
    found += [Leak(paper, "name", name[:1] + "某") for name in names if len(name) >= 3 and name in text]
    return found
