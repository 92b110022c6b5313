"""The docx package of a printed form: parts, properties, and the places of the stamp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from forms import stamp
from forms.wordform.paper import Page, control
from templates.measures import MM, SkinOptions
from templates.ooxml import Element, Look, e, field, paragraph, run, val, xml
from templates.package import pack
from templates.word_styles import fonts_part, styles_part

CUSTOM: Final = "docProps/custom.xml"
SIGNED: Final = "{{ stamp }}"
_HIDDEN: Final = "Hidden"
_REL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CORE_REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_TYPES: Final = "application/vnd.openxmlformats-officedocument."
_WORD: Final = "http://schemas.microsoft.com/office/word"


def document(
    body: Sequence[Element], page: Page, title: str, footer: str | None = None, signed: bool = True
) -> bytes:
    """A docx. `footer` stands left of the page number; `signed` leaves a place for the stamp."""
    contents = list(body)
    if signed:
        hidden = [control(stamp.PROPERTY, SIGNED, 900001, None)]
        contents.append(paragraph(_HIDDEN, hidden, Look("left", line=1)))
    root = e("w:document", None, e("w:body", None, *contents, page.section(footer is not None)))
    kinds = {"document": "document.main", "styles": "styles", "fontTable": "fontTable", "footer1": "footer"}
    kinds["settings"] = "settings"
    parts = {f"word/{part}.xml": f"wordprocessingml.{kind}" for part, kind in kinds.items()}
    parts[CUSTOM] = "custom-properties"
    settings = e(
        "w:settings",
        None,
        val("w:defaultTabStop", 420),
        val("w:characterSpacingControl", "doNotCompress"),
        e(
            "w:compat",
            None,
            e(
                "w:compatSetting",
                {
                    "w:name": "compatibilityMode",
                    "w:uri": _WORD,
                    "w:val": 15,
                },
            ),
        ),
    )
    members = {
        "[Content_Types].xml": _types(parts),
        "_rels/.rels": _relations(
            (_REL + "officeDocument", "word/document.xml"),
            (_CORE_REL, "docProps/core.xml"),
            (_REL + "custom-properties", CUSTOM),
        ),
        "word/document.xml": xml(root),
        "word/_rels/document.xml.rels": _relations(
            (_REL + "styles", "styles.xml"),
            (_REL + "settings", "settings.xml"),
            (_REL + "fontTable", "fontTable.xml"),
            (_REL + "footer", "footer1.xml"),
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": xml(settings),
        "word/fontTable.xml": fonts_part(),
        "word/footer1.xml": xml(e("w:ftr", None, _foot(footer or "", page))),
        "docProps/core.xml": _core(title),
        CUSTOM: custom({}),
    }
    return pack(members)


def custom(named: Mapping[str, str]) -> bytes:
    """docProps/custom.xml with these texts."""
    items = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{at}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for at, (name, value) in enumerate(named.items(), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{items}</Properties>"
    ).encode()


def _styles() -> bytes:
    """The skin's styles, and one to hide by: LibreOffice heeds the style of a control, not its runs."""
    face = e("w:rPr", None, e("w:vanish"), val("w:color", "FFFFFF"), val("w:sz", 2), val("w:szCs", 2))
    hidden = e(
        "w:style",
        {"w:type": "paragraph", "w:styleId": _HIDDEN},
        val("w:name", _HIDDEN),
        val("w:basedOn", "Normal"),
        face,
    )
    root = etree.fromstring(styles_part(SkinOptions()))
    root.append(hidden)
    return xml(root)


def _foot(text: str, page: Page) -> Element:
    number = field("PAGE")
    for each in number:
        each.insert(0, e("w:rPr", None, val("w:sz", 18), val("w:szCs", 18)))
    contents = [run(f"{text}\t", size=9), run("第 ", size=9), *number, run(" 页", size=9)]
    return paragraph("PageNumber", contents, Look("left", tab=page.width * MM, auto_height=True))


def _core(title: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>"
    ).encode()


def _types(parts: Mapping[str, str]) -> bytes:
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPES}{kind}+xml"/>' for name, kind in parts.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    ).encode()


def _relations(*targets: tuple[str, str]) -> bytes:
    items = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'
    ).encode()
