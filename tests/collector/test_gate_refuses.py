"""The gate names every hostile or wrong file, with the code that goes with it, and survives all of them."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from collector.gate import Limits, inspect
from tests.collector import hostile as h

OK = h.zipped(h.workbook_parts())
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + h.sheet()


def book(rows: str | None = None, **options: str) -> bytes:
    return h.zipped(h.workbook_parts(rows, **options))


def book_with(extra: dict[str, str | bytes], **options: str) -> bytes:
    return h.zipped({**h.workbook_parts(**options), **extra})


def doc(body: str, **options: object) -> bytes:
    return h.zipped(h.document_parts(body, **options))  # type: ignore[arg-type]


def linked(kind: str, target: str, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return h.rels(f'<Relationship Id="x" Type="{h.OR}/{kind}" Target="{target}"{mode}/>')


def doc_with_relation(kind: str, target: str, external: bool = True) -> bytes:
    return doc("<w:p/>", more={"word/_rels/document.xml.rels": linked(kind, target, external)})


ALL = "A1:XFD1048576"
CASES: list[tuple[str, str, Callable[[], bytes], str]] = [
    # type and size
    ("empty", "a.xlsx", lambda: b"", "empty"),
    ("random bytes", "a.xlsx", lambda: bytes(range(1, 256)) * 9, "damaged"),
    ("unknown type", "a.dat", lambda: b"\x01\x02\x03 nothing", "type_unknown"),
    ("csv as xlsx", "a.xlsx", lambda: "姓名,身份证号\n张三,1\n".encode("gb18030"), "type_csv"),
    ("csv", "a.csv", lambda: "姓名\n张三\n".encode(), "type_csv"),
    ("html as xls", "a.xls", lambda: b"<html><table><tr><td>1</td></tr></table>", "type_html"),
    (
        "2003 xml",
        "a.xls",
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "type_xml2003",
    ),
    ("et", "a.et", lambda: h.compound({"Workbook": h.biff()}), "type_et"),
    ("wps", "a.wps", lambda: h.compound({"WordDocument": b"x"}), "type_wps"),
    ("doc", "a.doc", lambda: h.compound({"WordDocument": b"x"}), "type_doc"),
    ("rar", "a.zip", lambda: b"Rar!\x1a\x07\x00" + bytes(50), "type_rar"),
    (
        "xlsb",
        "a.xlsb",
        lambda: book(type_="application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        "type_xlsb",
    ),
    # encrypted
    (
        "encrypted ooxml",
        "a.xlsx",
        lambda: h.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
        "encrypted",
    ),
    ("encrypted xls", "a.xls", lambda: h.compound({"Workbook": h.biff((0x2F, bytes(6)))}), "encrypted"),
    ("xls with vba", "a.xls", lambda: h.compound({"Workbook": h.biff(), "_VBA_PROJECT": b"x"}), "macro"),
    (
        "xls with xlm sheet",
        "a.xls",
        lambda: h.compound({"Workbook": h.biff((0x85, struct.pack("<IBB", 0, 0, 1) + b"\1\0M"))}),
        "macro",
    ),
    (
        "encrypted pack",
        "a.zip",
        lambda: h.raw_zip([("名册.xlsx".encode(), b"x")], flags=0x801),
        "zip_encrypted",
    ),
    # zip
    ("truncated", "a.xlsx", lambda: OK[:-30], "damaged"),
    ("half", "a.xlsx", lambda: OK[: len(OK) // 2], "damaged"),
    ("trailing data", "a.xlsx", lambda: OK + b"more", "zip_structure"),
    ("prefixed", "a.xlsx", lambda: b"PK\x03\x04junk" + OK, "zip_structure"),
    ("archive in comment", "a.xlsx", lambda: h.zipped(h.workbook_parts(), comment=OK), "zip_structure"),
    ("crc corrupt", "a.xlsx", lambda: _flip_crc(OK), "zip_structure"),
    ("bit flip in data", "a.xlsx", lambda: OK[:45] + bytes([OK[45] ^ 255]) + OK[46:], "zip_structure"),
    ("lying size", "a.zip", lambda: h.raw_zip([(b"a.xlsx", b"x" * 1000)], lie=1 << 30), "bomb"),
    (
        "shared offset",
        "a.zip",
        lambda: h.raw_zip([(b"a.xlsx", b"x" * 99), (b"b.xlsx", b"x" * 99)], share_offset=True),
        "zip_structure",
    ),
    (
        "local name differs",
        "a.zip",
        lambda: h.raw_zip([(b"a.xlsx", b"x")], local_name=b"b.xlsx"),
        "zip_structure",
    ),
    ("zip slip", "a.zip", lambda: h.raw_zip([(b"../../etc/x.xlsx", b"x")]), "zip_path"),
    ("absolute path", "a.zip", lambda: h.raw_zip([(b"/etc/x.xlsx", b"x")]), "zip_path"),
    ("drive", "a.zip", lambda: h.raw_zip([(b"C:\\x.xlsx", b"x")]), "zip_path"),
    ("nul in name", "a.zip", lambda: h.raw_zip([(b"a\0.xlsx", b"x")]), "zip_path"),
    ("symlink", "a.zip", lambda: h.raw_zip([(b"a.xlsx", b"/etc/passwd")], mode=0xA1FF << 16), "zip_path"),
    ("bzip2", "a.xlsx", lambda: h.zipped(h.workbook_parts(), zipfile.ZIP_BZIP2), "zip_method"),
    ("case duplicate", "a.xlsx", lambda: book_with({"xl/worksheets/Sheet1.xml": h.sheet()}), "zip_duplicate"),
    ("duplicate", "a.zip", lambda: h.raw_zip([(b"a.xlsx", b"x"), (b"a.xlsx", b"y")]), "zip_duplicate"),
    ("bomb member", "a.xlsx", lambda: book_with({"xl/media/a.png": bytes(60 << 20)}), "bomb"),
    ("nested pack", "a.zip", lambda: h.zipped({"a.xlsx": OK, "更多.zip": OK}), "nested_pack"),
    ("pack of junk", "a.zip", lambda: h.zipped({"__MACOSX/._a": b"", "Thumbs.db": b""}), "pack_empty"),
    # XML
    ("billion laughs", "a.xlsx", lambda: book_with({"xl/worksheets/sheet1.xml": LAUGHS}), "xml_dtd"),
    (
        "external dtd in styles",
        "a.xlsx",
        lambda: book_with({"xl/styles.xml": '<!DOCTYPE s SYSTEM "file:///etc/passwd"><s/>'}),
        "xml_dtd",
    ),
    (
        "dtd in content types",
        "a.xlsx",
        lambda: h.zipped({**h.workbook_parts(), "[Content_Types].xml": "<!DOCTYPE t []><Types/>"}),
        "xml_dtd",
    ),
    (
        "dtd in utf-16",
        "a.xlsx",
        lambda: book_with({"xl/worksheets/sheet1.xml": LAUGHS.encode("utf-16")}),
        "xml_encoding",
    ),
    (
        "other encoding",
        "a.xlsx",
        lambda: book_with({"xl/styles.xml": '<?xml version="1.0" encoding="utf-7"?><s/>'}),
        "xml_encoding",
    ),
    ("malformed", "a.xlsx", lambda: book_with({"xl/worksheets/sheet1.xml": h.sheet()[:-5]}), "xml_bad"),
    ("control byte", "a.xlsx", lambda: book('<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>'), "xml_bad"),
    ("deep", "a.docx", lambda: doc("<w:p>" * 5000 + "</w:p>" * 5000), "xml_limits"),
    (
        "attribute flood",
        "a.xlsx",
        lambda: book_with({"xl/styles.xml": "<s " + " ".join(f'a{i}="1"' for i in range(300)) + "/>"}),
        "xml_limits",
    ),
    # active content
    (
        "xlsm renamed",
        "a.xlsx",
        lambda: book(type_="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "macro",
    ),
    ("hidden vba", "a.xlsx", lambda: book_with({"xl/vbaProject.bin": b"x"}), "macro"),
    (
        "vba relation",
        "a.xlsx",
        lambda: book(more_rels=f'<Relationship Id="v" Type="{h.OR}/vbaProject" Target="media/x.bin"/>'),
        "macro",
    ),
    (
        "xlm sheet",
        "a.xlsx",
        lambda: book(more_rels=f'<Relationship Id="v" Type="{h.OR}/xlMacrosheet" Target="m.xml"/>'),
        "macro",
    ),
    ("activex", "a.xlsx", lambda: book_with({"xl/activeX/activeX1.bin": b"x"}), "active"),
    ("ole inside", "a.xlsx", lambda: book_with({"xl/embeddings/o.bin": h.compound({"x": b""})}), "active"),
    (
        "dde formula",
        "a.xlsx",
        lambda: book("<row r='1'><c r='A1'><f>cmd|'/c calc'!A0</f><v>1</v></c></row>"),
        "dde",
    ),
    (
        "dde link",
        "a.xlsx",
        lambda: book_with(
            {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{h.SM}"><ddeLink/></externalLink>'}
        ),
        "dde",
    ),
    (
        "dde field split over runs",
        "a.docx",
        lambda: doc(
            "<w:p><w:r><w:instrText>DDE</w:instrText></w:r>"
            "<w:r><w:instrText>AUTO c:\\x</w:instrText></w:r></w:p>"
        ),
        "dde",
    ),
    ("altChunk", "a.docx", lambda: doc('<w:altChunk r:id="x"/>'), "active"),
    (
        "remote template",
        "a.docx",
        lambda: doc_with_relation("attachedTemplate", "https://x.example/a.dotm"),
        "remote",
    ),
    (
        "unc template",
        "a.docx",
        lambda: doc_with_relation("attachedTemplate", "\\\\10.0.0.1\\a.dotm"),
        "remote",
    ),
    ("remote image", "a.docx", lambda: doc_with_relation("image", "http://x.example/a.png"), "remote"),
    ("relation escapes", "a.docx", lambda: doc_with_relation("image", "../../../etc/passwd", False), "links"),
    # workbooks that hurt libraries
    (
        "sparse corner row",
        "a.xlsx",
        lambda: book(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "too_many_columns",
    ),
    (
        "sparse corner in rows",
        "a.xlsx",
        lambda: book('<row r="1048576"><c r="Z1048576"><v>1</v></c></row>'),
        "too_many_cells",
    ),
    ("cell outside", "a.xlsx", lambda: book('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "cell_outside"),
    ("row outside", "a.xlsx", lambda: book('<row r="1"><c r="A9999999"><v>1</v></c></row>'), "cell_outside"),
    (
        "merge whole sheet",
        "a.xlsx",
        lambda: book(after=f'<mergeCells><mergeCell ref="{ALL}"/></mergeCells>'),
        "too_many_merges",
    ),
    (
        "link whole sheet",
        "a.xlsx",
        lambda: book(after=f'<hyperlinks><hyperlink ref="{ALL}"/></hyperlinks>'),
        "too_many_merges",
    ),
    (
        "array whole sheet",
        "a.xlsx",
        lambda: book(f'<row r="1"><c r="A1"><f t="array" ref="{ALL}">1</f><v>1</v></c></row>'),
        "too_many_merges",
    ),
    (
        "lying string count",
        "a.xlsx",
        lambda: book_with(
            {"xl/sharedStrings.xml": f'<sst xmlns="{h.SM}" uniqueCount="4294967295"/>'},
            more_rels=f'<Relationship Id="s" Type="{h.OR}/sharedStrings" Target="sharedStrings.xml"/>',
        ),
        "xml_limits",
    ),
    (
        "string out of range",
        "a.xlsx",
        lambda: book('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
        "string_missing",
    ),
    (
        "cell of 32,768",
        "a.xlsx",
        lambda: book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"长" * 32768}</t></is></c></row>'),
        "cell_too_long",
    ),
    (
        "sheet missing",
        "a.xlsx",
        lambda: h.zipped({k: v for k, v in h.workbook_parts().items() if "sheet1" not in k}),
        "sheet_missing",
    ),
    # PDF and pictures
    ("truncated pdf", "a.pdf", lambda: _pdf()[:200], "damaged"),
    ("pdf with script", "a.pdf", lambda: _pdf(js=True), "pdf_active"),
    ("pdf with attachment", "a.pdf", lambda: _pdf(attachment=True), "pdf_active"),
    ("encrypted pdf", "a.pdf", lambda: _pdf(password="x"), "encrypted"),
    ("pdf of 501 pages", "a.pdf", lambda: _pdf(pages=501), "pdf_pages"),
    ("huge page", "a.pdf", lambda: _pdf(side=99999), "picture_size"),
    ("pixel flood", "a.png", lambda: h.png(60000, 60000), "picture_size"),
    ("truncated png", "a.png", lambda: h.png(10, 10)[:-14], "damaged"),
    ("truncated jpg", "a.jpg", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF", "damaged"),
]


def _flip_crc(data: bytes) -> bytes:
    return data[:14] + bytes([data[14] ^ 255]) + data[15:]


def _pdf(
    pages: int = 1, js: bool = False, attachment: bool = False, password: str = "", side: int = 595
) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(side, side)
    if js:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
    if attachment:
        writer.add_attachment("a.txt", b"x")
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(("name", "make", "code"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_hostile_or_wrong_file_is_refused_with_its_code(
    name: str, make: Callable[[], bytes], code: str
) -> None:
    verdict = inspect(make(), name)
    assert verdict.refused is not None
    assert (verdict.refused.code, "{" in verdict.refused.message) == (code, False)
    assert verdict.refused.message.endswith("。")
    assert name in verdict.refused.message


def test_too_many_rows_sheets_and_paragraphs_are_refused_by_their_limits() -> None:
    few = Limits(rows=3, sheets=0, paragraphs=3, cells=2, office_size=1 << 20)
    rows = "".join(f'<row r="{i}"/>' for i in range(1, 6))
    assert inspect(book(rows), "a.xlsx", Limits(rows=3)).refused.code == "too_many_rows"  # type: ignore[union-attr]
    assert inspect(OK, "a.xlsx", few).refused.code == "too_many_sheets"  # type: ignore[union-attr]
    assert inspect(doc("<w:p/>" * 5), "a.docx", few).refused.code == "too_many_paragraphs"  # type: ignore[union-attr]
    assert inspect(OK, "a.xlsx", Limits(office_size=100)).refused.code == "too_big"  # type: ignore[union-attr]


def test_overlapping_members_are_refused_from_the_directory_alone() -> None:
    """The quoted overlap: each local header lies inside the one before (2 GB from a few kB)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = kernel.compress(bytes(1 << 20)) + kernel.flush()
    one = (
        struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(bytes(1 << 20)), len(body), 1 << 20, 1, 0
        )
        + b"a"
        + body
    )
    central = b"".join(
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            33,
            zlib.crc32(bytes(1 << 20)),
            len(body),
            1 << 20,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"a"
        for _ in range(2)
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(central), len(one), 0)
    verdict = inspect(one + central + end, "a.zip")
    assert verdict.refused is not None and verdict.refused.code in ("bomb", "zip_structure")


GOOD_FILES: list[tuple[str, Callable[[], bytes]]] = [
    ("a.xlsx", lambda: OK),
    ("stored.xlsx", lambda: h.zipped(h.workbook_parts(), zipfile.ZIP_STORED)),
    ("a.docx", lambda: doc("<w:p><w:r><w:t>x</w:t></w:r></w:p>")),
    ("a.xls", lambda: h.compound({"Workbook": h.biff((0x85, bytes(10)))})),
    ("a.pdf", lambda: _pdf(pages=3)),
    ("a.png", lambda: h.png(9, 9)),
    ("a.zip", lambda: h.zipped({"名册.xlsx": OK, "a/b.docx": b"x"})),
]


@pytest.mark.parametrize(("name", "make"), GOOD_FILES, ids=[g[0] for g in GOOD_FILES])
def test_damaged_copies_of_a_good_file_never_raise(name: str, make: Callable[[], bytes]) -> None:
    good, rng = make(), random.Random(2019)
    assert inspect(good, name).refused is None
    for _ in range(150):
        data = bytearray(good)
        for _ in range(rng.randint(1, 16)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        inspect(bytes(data), name)
        inspect(good[: rng.randrange(len(good))], name)
