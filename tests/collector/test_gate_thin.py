"""The gate passes over runs of plain cells and learns of the sheet what it would have learnt cell by cell."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collector.gate import sheets
from collector.gate.limits import Limits
from collector.gate.sheets import Sheet
from collector.gate.verdict import SheetProbe
from collector.gate.xml import Budget
from collector.refusal import Refused

LIMITS = Limits(columns=800, cell_text=50)
COLUMNS = st.sampled_from(["A", "B", "Z", "AA", "ZZ", "ABC", "XFD", "XFE", "ZZZ"])
ROWS = st.sampled_from(["1", "2", "7", "300", "999999", "1048576", "1048577", "0", "07"])
STYLES = st.sampled_from(["", ' s="3"', '  s="3"'])
PLAIN = st.sampled_from([
    "/>", " />", "></c>", "><v>12</v></c>", ' t="n"><v>-1.5E3</v></c>', ' t="s"><v>3</v></c>',
    ' t="inlineStr"><is><t>张三</t></is></c>', ' t="inlineStr"><is><t></t></is></c>',
    ' t="inlineStr"><is><t xml:space="preserve"> 李 </t></is></c>',
])
OTHER = st.sampled_from([
    "><f>A1+1</f><v>2</v></c>", "><f>A1+1</f></c>", ' t="str"><f>B1</f></c>', "><f>WEBSERVICE(A1)</f></c>",
    ' t="e"><v>#REF!</v></c>', ' t="b"><v>1</v></c>', ' t="s"><v>99</v></c>', ' t="s"><v>x</v></c>',
    "><v></v></c>", "><v><![CDATA[7]]></v></c>", "><v>1</v>", "><c/></c>",
    '><!-- <c r="A9"/><c r="B9"/> --></c>', '><?x <c r="A1"/><c r="B1"/>?></c>',
    ' t="inlineStr"><is><t>&lt;c r="A1"/&gt;</t></is></c>',
    ' t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh></is></c>',
    ' t="inlineStr"><is><t>' + "长" * 60 + "</t></is></c>",
])


@st.composite
def cell(draw: st.DrawFn) -> str:
    where = f' r="{draw(COLUMNS)}{draw(ROWS)}"' if draw(st.integers(0, 9)) else ""
    return f"<c{where}{draw(STYLES)}{draw(st.one_of(PLAIN, PLAIN, OTHER))}"


@st.composite
def tame(draw: st.DrawFn) -> str:
    """A cell every sheet may hold: most sheets must pass, or nothing would be compared but refusals."""
    where = draw(st.sampled_from(["A1", "B1", "C2", "Z7", "AA300", "ZZ3"]))
    return f'<c r="{where}"{draw(STYLES)}{draw(PLAIN)}'


def rows(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    head = st.sampled_from(["", ' r="2"', ' r="5" hidden="1"'])
    row = st.builds(lambda head, cells: f"<row{head}>{''.join(cells)}</row>", head, st.lists(cells))
    return st.lists(row, max_size=6)


def sheet(rows: list[str]) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>"


SHEET = st.builds(sheet, st.one_of(rows(tame()), rows(st.one_of(tame(), tame(), cell()))))


def learnt(content: bytes, size: int) -> tuple[SheetProbe, int, list[str]] | None:
    """The probe, the elements counted and the notes; None for a refusal (which one, order may decide)."""
    budget = Budget(LIMITS)
    sheet = Sheet("名册", "visible", "sheet1.xml", 5, budget)
    try:
        sheet.read(content[start:start + size] for start in range(0, len(content), size))
    except Refused:
        return None
    return sheet.probe(), budget.elements, [each.code for each in sheet.notes]


@settings(max_examples=400, deadline=None)
@given(SHEET, st.integers(20, 3000))
@example(sheet(['<row r="1"><c r="B1"><v>1</v></c><c r="A1"/><c><v>2</v></c></row>']), 3000)
@example('<worksheet><sheetDa<c r="A1"/><c r="B1"/>ta></sheetData></worksheet>', 3000)
@example('<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', 3000)
def test_what_is_learnt_of_a_sheet_is_what_reading_every_cell_tells(content: str, size: int) -> None:
    thinned = learnt(content.encode(), size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "thin", lambda pieces, *_: pieces)
        assert thinned == learnt(content.encode(), size)


def test_most_cells_of_a_form_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    row = "".join(f'<c r="{letter}7" s="9" t="inlineStr"><is><t>无</t></is></c>' for letter in "ABCDEFGH")
    content = f'<worksheet><sheetData><row r="7">{row}</row></sheetData></worksheet>'.encode()
    handled: list[str] = []
    start = Sheet._start
    monkeypatch.setattr(Sheet, "_start", lambda self, name, attributes: (handled.append(name),
                                                                         start(self, name, attributes))[1])
    found = learnt(content, 4000)
    assert found is not None and (found[0].cells, found[0].last_row, found[0].last_column) == (8, 7, 8)
    assert handled.count("c") == 1
