"""Where lines break: as word processors break them (measured with LibreOffice)."""

from __future__ import annotations

import pytest

from templates.lines import Measure, Stretch, broken, may_break

LINE = 442.25
"""The type area in points; 28 characters of 16 points, drawn together by a quarter."""


def said(text: str, first: float = 0.0, *, hanging: bool = True, spacing: float = -0.25) -> list[str]:
    room = Measure(LINE, 16, spacing, first, justified=True, hanging=hanging)
    return ["".join(piece.text for piece in line.pieces) for line in broken([Stretch(text, "")], room, width)]


def width(character: str, _: str) -> float:
    return 0.5 if character.isascii() else 1.0


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("国" * 30, "国" * 28),
        ("国" * 28 + "，国", "国" * 28 + "，"),  # hangs
        ("国" * 28 + "，”国", "国" * 27),  # but not with another mark behind it
        ("国" * 28 + "）国", "国" * 27),  # a bracket does not hang
        ("国" * 27 + "（国", "国" * 27),  # nor does one stand last
        ("国" * 25 + "2019年", "国" * 25 + "2019"),  # the gap just fits
        ("国" * 26 + "2019年", "国" * 26),
        ("国" * 25 + "99.9%。国", "国" * 25),  # nothing hangs behind a digit: the number goes along
        ("国" * 24 + "（境）2864人", "国" * 24),  # a bracket keeps the number behind it
        ("国" * 24 + "A/BBBBBBBBBB", "国" * 24 + "A/"),
        ("国" * 24 + "25，3333", "国" * 24),  # a comma behind a number keeps the next one
        ("国" * 24 + "99%、3333", "国" * 24),
        ("国" * 26 + "，3333", "国" * 26 + "，"),  # behind Han it does not
        ("国" * 25 + "99%（境）", "国" * 25),  # a percentage keeps a bracket
        ("国\n国国", "国"),
    ],
)
def test_a_line_ends_where_word_processors_end_it(text: str, first: str) -> None:
    assert said(text)[0] == first
    assert "".join(said(text)) == text.replace("\n", "")


def test_gaps_between_han_and_digits_cost_room() -> None:
    close, apart = "国" * 18 + "，1，2，3，4，5，6", "国" * 18 + "1国2国3国4国5国6国"
    assert len(said(close)) == 1 and len(said(apart)) == 2


def test_in_a_table_no_mark_hangs() -> None:
    text = "国" * 28 + "，国"
    assert said(text)[0] == "国" * 28 + "，"
    assert said(text, hanging=False)[0] == "国" * 27


def test_a_line_with_a_hanging_mark_is_drawn_in_to_its_measure() -> None:
    room = Measure(LINE, 16, -0.25, justified=True)
    line, rest = broken([Stretch("国" * 28 + "，国", "")], room, width)
    assert line.spread is not None and line.spread < 0
    assert 29 * 16 + 28 * (room.spacing + line.spread) == pytest.approx(LINE)
    assert rest.spread is None  # the last line stays as it is


def test_a_word_wider_than_its_column_breaks_anywhere() -> None:
    found = said("a" * 120)
    assert "".join(found) == "a" * 120 and len(found) == 3
    assert not may_break("国，", 1) and may_break("国国", 1)
