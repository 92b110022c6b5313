"""A template compiled once gives what docxtpl gives, faster, and lets no value do harm."""

from __future__ import annotations

import io
from typing import Any

import docx
import jinja2
import pytest
from docxtpl import DocxTemplate, InlineImage, RichText
from jinja2.sandbox import SecurityError

from templates.compiled import CompiledDocx, _environment, _Notes, _notes
from templates.rawzip import read

HARD = "A<B & C>D \"q\" 's' {{7*7}} {% x %}"


def template(body: str = "前{{ a }}后") -> bytes:
    document = docx.Document()
    document.add_paragraph(body)
    document.core_properties.title = "{{ title }}"
    document.sections[0].header.paragraphs[0].text = "页眉{{ a }}"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    table = document.add_table(rows=4, cols=2)
    texts = ("名", "数", "{%tr for row in rows %}", "", "{{ row.name }}", "{{ row.n }}", "{%tr endfor %}", "")
    for at, text in enumerate(texts):
        table.cell(at // 2, at % 2).text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def context(**more: Any) -> dict[str, Any]:
    rows = [{"name": f"单位{n}", "n": n} for n in range(20)]
    return {"a": "甲", "title": "标题", "rows": rows} | more


def library_render(source: bytes, values: dict[str, Any]) -> dict[str, bytes]:
    token = _notes.set(_Notes())
    try:
        tool = DocxTemplate(io.BytesIO(source))
        tool.render(values, _environment())
    finally:
        _notes.reset(token)
    target = io.BytesIO()
    tool.save(target)
    return read(target.getvalue())


@pytest.mark.parametrize(
    "value", ["甲", "", HARD, "第一行\n第二行", "甲\t乙", "𠮷喆①㎡", 0, 12.5, None, "“引号”"]
)
def test_every_member_equals_one_docxtpl_render(value: object) -> None:
    source, values = template(), context(a=value)
    compiled, library = read(CompiledDocx(source).render(values)), library_render(source, values)
    assert compiled.keys() == library.keys()
    # docxtpl also writes the empty core properties it looks at; the title is compared by the next test.
    assert {name for name in compiled if compiled[name] != library[name]} <= {"docProps/core.xml"}


def test_a_value_survives_in_body_header_and_title() -> None:
    result = docx.Document(io.BytesIO(CompiledDocx(template()).render(context(a=HARD, title=HARD))))
    assert result.paragraphs[0].text == f"前{HARD}后"
    assert result.sections[0].header.paragraphs[0].text == f"页眉{HARD}"
    assert result.core_properties.title == HARD


def test_equal_values_give_equal_bytes_and_the_template_is_not_used_up() -> None:
    compiled = CompiledDocx(template())
    first = compiled.render(context())
    compiled.render(context(a="乙"))
    assert compiled.render(context()) == first


def test_control_characters_are_taken_out_and_reported() -> None:
    rendered = CompiledDocx(template()).rendered(context(a="甲\x00乙\x1f\ufffe"))
    assert docx.Document(io.BytesIO(rendered.content)).paragraphs[0].text == "前甲乙后"
    assert rendered.removed == ("U+0000", "U+001F", "U+FFFE")
    assert CompiledDocx(template()).rendered(context()).removed == ()


def test_a_template_cannot_run_code() -> None:
    with pytest.raises(SecurityError):
        CompiledDocx(template("{{ a.__class__.__mro__ }}")).render(context())


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        CompiledDocx(template("{{ nothing }}")).render(context())


def test_rich_text_and_pictures_go_through_the_library(sample: Any) -> None:
    tool = DocxTemplate(io.BytesIO(template()))
    picture = InlineImage(tool, io.BytesIO(sample.picture()))
    members = read(CompiledDocx(template()).render(context(a=picture)))
    assert any(name.startswith("word/media/") for name in members)
    bold = CompiledDocx(template("{{r a }}")).render(context(a=RichText("粗", bold=True)))
    assert docx.Document(io.BytesIO(bold)).paragraphs[0].text == "粗"
