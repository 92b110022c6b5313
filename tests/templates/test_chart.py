"""Charts are black on nothing: what lies under them, a draft's mark, shows through."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from templates import bars, measures


def test_a_chart_hides_nothing_of_the_draft_mark() -> None:
    png = bars([("2016年", 4), ("2017年", 2)], "人次")
    if png is None:
        pytest.skip("no font for charts is installed")
    with Image.open(io.BytesIO(png)) as picture:
        ink, cover = picture.split()
        assert picture.mode == "LA" and ink.getextrema() == (0, 0)
        assert cover.getpixel((0, 0)) == 0
        # A bar is the measures' grey on white, and lets the mark through too.
        assert cover.getpixel((picture.width // 4, picture.height * 2 // 3)) == 255 - measures().chart.ink
