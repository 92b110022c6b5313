"""A picture in the text as WordprocessingML."""

from __future__ import annotations

from templates.ooxml import Element, e

EMU = 12700
"""English Metric Units in a point."""


def picture(number: int, width: float, height: float, caption: str) -> Element:
    """An inline picture, `width` by `height` points; its relation is rIdPicture<number>."""
    size = {"cx": round(width * EMU), "cy": round(height * EMU)}
    shape = e(
        "pic:pic",
        None,
        e("pic:nvPicPr", None, e("pic:cNvPr", {"id": number, "name": f"picture{number}"}), e("pic:cNvPicPr")),
        e(
            "pic:blipFill",
            None,
            e("a:blip", {"r:embed": f"rIdPicture{number}"}),
            e("a:stretch", None, e("a:fillRect")),
        ),
        e(
            "pic:spPr",
            None,
            e("a:xfrm", None, e("a:off", {"x": 0, "y": 0}), e("a:ext", size)),
            e("a:prstGeom", {"prst": "rect"}, e("a:avLst")),
        ),
    )
    graphic = e(
        "a:graphic",
        None,
        e("a:graphicData", {"uri": "http://schemas.openxmlformats.org/drawingml/2006/picture"}, shape),
    )
    inline = e(
        "wp:inline",
        {"distT": 0, "distB": 0, "distL": 0, "distR": 0},
        e("wp:extent", size),
        e("wp:docPr", {"id": number, "name": f"picture{number}", "descr": caption}),
        graphic,
    )
    return e("w:r", None, e("w:drawing", None, inline))
