"""A small vocabulary for WordprocessingML: elements, paragraphs, runs; lengths in points in, twips out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from templates.blocks import Run
from templates.measures import measures

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
Element = etree._Element


def name(tag: str) -> str:
    """`w:p` as lxml writes it."""
    if tag.startswith("{") or ":" not in tag:
        return tag
    prefix, _, local = tag.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def e(tag: str, attributes: Mapping[str, object] | None = None, *children: Element | None) -> Element:
    """An element; attribute names carry their prefix; None children are left out."""
    element = etree.Element(name(tag), nsmap=NAMESPACES)
    for key, value in (attributes or {}).items():
        element.set(name(key), str(value))
    element.extend(child for child in children if child is not None)
    return element


def val(tag: str, value: object) -> Element:
    """`<w:tag w:val="value"/>`."""
    return e(tag, {"w:val": value})


def twips(points: float) -> int:
    """Twentieths of a point."""
    return round(points * 20)


def xml(root: Element) -> bytes:
    """The part as bytes, always the same for the same tree."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


@dataclass(frozen=True)
class Look:
    """A paragraph's geometry in points, on top of its style. `tab` is a right tab stop,
    `stops` are others: (left or center, points)."""

    align: str | None = None
    first: float = 0
    hanging: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float | None = None
    keep_next: bool = False
    keep_lines: bool = False
    new_page: bool = False
    tab: float | None = None
    stops: tuple[tuple[str, float], ...] = ()
    auto_height: bool = False


def fonts(role: str) -> Element:
    """rFonts of a face: the standard's name for every script, ambiguous marks as East Asian (G39)."""
    font = measures().fonts[role].word
    return e(
        "w:rFonts",
        {"w:ascii": font, "w:hAnsi": font, "w:eastAsia": font, "w:cs": font, "w:hint": "eastAsia"},
    )


def run(
    text: str,
    role: str | None = None,
    bold: bool = False,
    size: float | None = None,
    spacing: float | None = None,
) -> Element:
    """A run of text; a newline is a line break, a tab a tab; `spacing` points behind every character."""
    properties = e("w:rPr", None, fonts(role) if role else e("w:rFonts", {"w:hint": "eastAsia"}))
    if bold:
        properties.append(e("w:b"))
    if spacing is not None:
        properties.append(val("w:spacing", twips(spacing)))
    if size is not None:
        properties.extend([val("w:sz", round(size * 2)), val("w:szCs", round(size * 2))])
    result = e("w:r", None, properties)
    for at, line in enumerate(text.split("\n")):
        if at:
            result.append(e("w:br"))
        for column, piece in enumerate(line.split("\t")):
            if column:
                result.append(e("w:tab"))
            if piece:
                node = e("w:t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
                node.text = piece
                result.append(node)
    return result


def runs(parts: Iterable[Run], spacing: float | None = None) -> list[Element]:
    """The runs of a block."""
    return [run(part.text, bold=part.bold, spacing=spacing) for part in parts]


def paragraph(
    style: str, contents: Sequence[Element], look: Look | None = None, extra: Sequence[Element] = ()
) -> Element:
    """A paragraph. `extra` are further properties: `w:pBdr` and the like, put where the schema wants them."""
    look = look or Look()
    given = {element.tag: element for element in extra}
    spacing: dict[str, object] = {}
    if look.before:
        spacing["w:before"] = twips(look.before)
    if look.after:
        spacing["w:after"] = twips(look.after)
    if look.auto_height:
        spacing |= {"w:line": 240, "w:lineRule": "auto"}
    elif look.line is not None:
        spacing |= {"w:line": twips(look.line), "w:lineRule": "exact"}
    indent: dict[str, object] = {}
    for key, points in (("left", look.left), ("right", look.right), ("hanging", look.hanging)):
        if points:
            indent[f"w:{key}"] = twips(points)
    if look.first:
        size = measures().text.size_pt
        indent["w:firstLineChars"] = round(look.first / size * 100)
        indent["w:firstLine"] = twips(look.first)
    stops = [*look.stops, *([("right", look.tab)] if look.tab else [])]
    properties = e(
        "w:pPr",
        None,
        val("w:pStyle", style),
        e("w:keepNext") if look.keep_next else None,
        e("w:keepLines") if look.keep_lines else None,
        e("w:pageBreakBefore") if look.new_page else None,
        given.get(name("w:pBdr")),
        e("w:tabs", None, *(e("w:tab", {"w:val": kind, "w:pos": twips(at)}) for kind, at in stops))
        if stops
        else None,
        given.get(name("w:overflowPunct")),
        e("w:spacing", spacing) if spacing else None,
        e("w:ind", indent) if indent else None,
        val("w:jc", look.align) if look.align else None,
        given.get(name("w:sectPr")),
    )
    return e("w:p", None, properties, *contents)


def field(instruction: str, role: str | None = None) -> list[Element]:
    """A simple field such as PAGE, as the five runs Word writes."""

    def part(child: Element) -> Element:
        return e("w:r", None, e("w:rPr", None, fonts(role)) if role else None, child)

    text = e("w:instrText", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = f" {instruction} "
    shown = e("w:t")
    shown.text = "1"
    return [
        part(e("w:fldChar", {"w:fldCharType": "begin"})),
        part(text),
        part(e("w:fldChar", {"w:fldCharType": "separate"})),
        part(shown),
        part(e("w:fldChar", {"w:fldCharType": "end"})),
    ]


def red_rule(line: float, thickness: float, wider: tuple[float, float] = (0.0, 0.0)) -> Element:
    """An empty line of that height with a red rule under it, so far beyond the type area (G16, G35)."""
    rule = {"w:val": "single", "w:sz": round(thickness * 8), "w:space": 0, "w:color": measures().red}
    border = e("w:pBdr", None, e("w:bottom", rule))
    left, right = wider
    return paragraph("PageNumber", [], Look("left", left=-left, right=-right, line=max(line, 1)), [border])
