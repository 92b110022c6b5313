"""Bar charts as PNG for papers: few bars, their numbers above them, nothing else.

Drawn with Pillow, a dependency already: some rectangles and words do not need a plotting library of 30 MB
with a font cache of its own. The same values give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from templates.columns import middle_of
from templates.measures import measures


def bars(values: Sequence[tuple[str, int]], unit: str = "") -> bytes | None:
    """Upright bars in the order given, `unit` behind every number.

    None where there is nothing to draw, or where no font of `chart.faces` is installed: better no picture
    than boxes.
    """
    c = measures().chart
    font = _font(round(c.size_pt * c.dpi / 72))
    if font is None or not any(n for _, n in values):
        return None
    width, height = (round(mm * c.dpi / 25.4) for mm in (c.width_mm, c.height_mm))
    line = round(c.size_pt * c.line * c.dpi / 72)
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    most, slot = max(n for _, n in values), width / len(values)
    labels = [_fitting(label, font, slot) for label, _ in values]
    below = line * max(label.count("\n") + 1 for label in labels)
    floor, top = height - below - line // 4, line + line // 4
    thick = min(slot * c.bar_share, width * c.widest_share)
    for at, (label, (_, n)) in enumerate(zip(labels, values, strict=True)):
        middle = (at + 0.5) * slot
        rise = round((floor - top) * n / most)
        if rise:
            draw.rectangle((middle - thick / 2, floor - rise, middle + thick / 2, floor), fill=c.ink)
        draw.text((middle, floor - rise - line // 8), f"{n}{unit}", fill=0, font=font, anchor="ms")
        for row, words in enumerate(label.split("\n")):
            draw.text((middle, floor + line // 8 + row * line), words, fill=0, font=font, anchor="ma")
    draw.line((0, floor, width, floor), fill=0, width=max(1, c.dpi // 100))
    # Black, and nothing behind it: a draft's mark stays readable across the chart (D-10).
    clear = Image.merge("LA", (Image.new("L", picture.size, 0), ImageChops.invert(picture)))
    out = io.BytesIO()
    clear.save(out, "PNG", dpi=(c.dpi, c.dpi), optimize=True)
    return out.getvalue()


def _fitting(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """The text, in two lines where a bar's place is too narrow; the second one cut where it must be."""
    if font.getlength(text) <= room:
        return text
    middle = middle_of(text)
    first, second = text[:middle], text[middle:]
    while first and font.getlength(first) > room:
        first, second = first[:-1], first[-1] + second
    while second and font.getlength(second) > room:
        second = second.rstrip("…")[:-1] + "…"
    return f"{first}\n{second}"


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    """The first installed of the faces the skin names: Pillow looks a file name up in the system's font
    folders."""
    for file, family in measures().chart.faces:
        for index in range(12):  # a collection holds one face per language
            try:
                font = ImageFont.truetype(file, size, index=index)
            except OSError:
                break
            if font.getname()[0] == family:
                return font
    return None
