"""Takes out of a text the characters no XML file may hold, and says which (security.md 2b)."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """The text in NFC without control characters, lone surrogates and non-characters; what went, as U+XXXX.

    Tab and newline stay; a carriage return becomes a newline and is not reported.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    removed = _FORBIDDEN.findall(text)
    if not removed:
        return text, ()
    marks = sorted({f"U+{ord(character):04X}" for character in removed})
    return _FORBIDDEN.sub("", text), tuple(marks)
