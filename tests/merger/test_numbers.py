"""Every number that report and circular print is the one in the city workbook, in every state of a campaign.

The workbook is opened as a reader opens it; the papers are read from the docx and the PDF as produced.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pdfplumber
import pytest

from forms import Campaign, load
from forms.engine import Engine
from merger.binding import facts
from merger.city import City, Override, consolidate
from merger.inserts import inserts
from merger.papers import Head, context
from merger.vetting import Written, vet
from templates import Document, compose, find, pdf, render_docx, render_pdf
from templates.measures import SkinOptions
from templates.package import pack
from templates.rawzip import read
from templates.readback import Said, docx_said, pdf_said
from tests.merger import cities
from tests.merger.cities import AS_OF, CLEAN, FIRST, SECOND, SMALL, THIRD, TROUBLED, Tables, lines, opened

FINAL = date(2019, 8, 31)
CORRECTED: Tables = {
    **TROUBLED,
    "registrations": [*TROUBLED["registrations"], cities.registration(cities.BEN)],
}
# What a sentence calls a number, the annex and the column in which the workbook has it.
NAMED: Mapping[str, tuple[str, int]] = {
    r"国家工作人员(\d+)人": ("附件3", 0),
    r"应登记备案(\d+)人": ("附件3", 1),
    r"实际登记备案(\d+)人": ("附件3", 2),
    r"应收因私出入境证件(\d+)本": ("附件3", 3),
    r"实收(\d+)本": ("附件3", 4),
    r"因私护照(\d+)本": ("附件3", 5),
    r"往来港澳通行证(\d+)本": ("附件3", 6),
    r"往来台湾通行证(\d+)本": ("附件3", 7),
    r"新增登记备案(\d+)人": ("附件2", 0),
    r"新收缴(?:证件)?(\d+)本": ("附件2", 1),
    r"2016年以来未经审批出国（境）(\d+)人": ("附件2", 2),
    r"违规办理证件(\d+)人": ("附件2", 3),
    r"违规持有证件(\d+)人": ("附件2", 4),
    r"瞒报持有证件(\d+)人": ("附件2", 5),
    r"未按审批要求出国（境）(\d+)人": ("附件2", 7),
    r"瞒报出国（境）情况(\d+)人": ("附件2", 8),
    r"把关不严(\d+)件": ("附件2", 9),
    r"(?:共|已)处理(\d+)人": ("附件2", 10),
    r"批评教育(\d+)人次": ("附件2", 11),
}
# What else must be said where the workbook's number is not nought, by paper.
TOLD = {"report": set(NAMED), "circular": {r"应登记备案(\d+)人", r"(?:共|已)处理(\d+)人"}}
CIRCULAR_COLUMNS = (("附件3", 1), ("附件3", 2), ("附件3", 3), ("附件3", 4), ("附件2", 0), ("附件2", 1),
                    None, ("附件2", 9), ("附件2", 10))  # fmt: skip


@dataclass(frozen=True)
class State:
    """One state of a campaign: what has come in, and which report is written."""

    filled: Mapping[str, Tables]
    handed_in: tuple[str, ...] = ()
    stage: str = "first"
    cutoff: date = cities.CUTOFF
    overrides: tuple[Override, ...] = ()
    many: int = 0  # so many further units


SANCTIONED: Tables = {
    **TROUBLED,
    "sanctions": [
        {
            "name": "陈小一",
            "id_number": cities.ANN,
            "violation": ["V5a 逾期滞留"],
            "method": ["批评教育"],
            "decided_on": date(2019, 8, 9),
            "in_campaign": "是",
            "role": "当事人",
        }
    ],
    "violations": [cities.violation("陈小一", cities.ANN, handled="是")],
}
STATES: Mapping[str, State] = {
    "no unit in": State({}),
    "one unit in": State({FIRST: TROUBLED}),
    "one clean unit in": State({SECOND: CLEAN}),
    "all clean": State({FIRST: CLEAN, SECOND: {}, THIRD: {}}),
    "under review": State(SMALL, handed_in=tuple(SMALL)),
    "mid-campaign, first report": State({**SMALL, THIRD: TROUBLED}, handed_in=(THIRD,)),
    "final report": State({FIRST: SANCTIONED, SECOND: CLEAN, THIRD: CLEAN}, stage="final", cutoff=FINAL),
    "after a correction": State({FIRST: CORRECTED, SECOND: CLEAN}),
    "after a number set by hand": State(
        SMALL, overrides=(Override(FIRST, "annex3.d5", 2, "公安已入库", "王某"),)
    ),
    "forty units, half of them in": State({FIRST: SANCTIONED, SECOND: CLEAN, THIRD: TROUBLED}, many=37),
}


def campaign_of(many: int) -> Campaign:
    small = cities.campaign()
    shipped = load(small.folder)
    further = [unit for unit in shipped.units if unit not in small.units]
    named = [
        dataclasses.replace(further[at % len(further)], code=f"9{at:02d}", order=100 + at,
                            name=f"瑞安市演示街道{'甲乙丙丁'[at % 4]}区第{at}社区卫生服务中心")
        for at in range(many)
    ]  # fmt: skip
    return dataclasses.replace(small, units=(*small.units, *named))


@cache
def city(name: str) -> City:
    state = STATES[name]
    if not state.many:
        return cities.city(
            state.filled, handed_in=state.handed_in, cutoff=state.cutoff, overrides=state.overrides
        )
    campaign = campaign_of(state.many)
    given = cities.inputs(state.filled, handed_in=state.handed_in, cutoff=state.cutoff)
    half = {unit.code: CLEAN for unit in campaign.units if unit.code.startswith("9") and int(unit.code) % 2}
    others = cities.inputs(half, cutoff=state.cutoff)
    whole = dataclasses.replace(given, campaign=campaign, sources=(*given.sources, *others.sources),
                                submissions=(*given.submissions, *others.submissions))  # fmt: skip
    return consolidate(whole, Engine(campaign))


@cache
def composed(paper: str, state: str) -> Document:
    head = Head("瑞卫发〔2019〕88号", AS_OF, stage=STATES[state].stage)
    return compose(f"{paper}.md", context(city(state), head), inserts=inserts(city(state)))


@cache
def files(paper: str, state: str) -> tuple[bytes, bytes]:
    return render_docx(composed(paper, state)), render_pdf(composed(paper, state))


@cache
def workbook(state: str) -> Mapping[str, Mapping[str, list[object]]]:
    book = opened(city(state))
    return {annex: lines(book[annex]) for annex in ("附件2", "附件3")}


def differences(said: Said, words: str, paper: str, state: str) -> list[str]:
    """Where a paper does not say what the workbook says: sentences, the table of problems, annexes."""
    book, found = workbook(state), []
    total = {annex: rows["合计"] for annex, rows in book.items()}
    for pattern, (annex, column) in NAMED.items():
        wanted, told = total[annex][column], re.findall(pattern, words)
        found += [f"{pattern}: {each}, not {wanted}" for each in told if each != str(wanted)]
        if pattern in TOLD[paper] and not told and wanted not in (0, "—"):
            found.append(f"{pattern}: {wanted} is not told")
    for part, whole, pattern in ((2, 1, r"登记备案率([\d.]+)%"), (4, 3, r"证件收缴率([\d.]+)%")):
        for rate in re.findall(pattern, words):
            numbers = total["附件3"]
            if rate != f"{100 * int(str(numbers[part])) / int(str(numbers[whole])):.1f}":
                found.append(f"{pattern}: {rate}")
    rows = {row for table in said.tables for row in table}
    problems = {row for row in rows if row[-1:] in (("人",), ("件",))}
    found += [f"table of problems: {row}" for row in problems - _problems(book)]
    if paper == "report":
        wanted_rows = [_as_printed(name, row) for annex in book.values() for name, row in annex.items()]
        shown = [tuple(cell for cell in row if cell) for row in rows]
        missing = [row for row in wanted_rows if row and not any(_ends(each, row) for each in shown)]
        return found + [f"annex: {row}" for row in missing]
    absent = [row for row in _circular_rows(book) if not any(_agrees(each, row) for each in rows)]
    return found + [f"annex: {row}" for row in absent]


def _problems(book: Mapping[str, Mapping[str, list[object]]]) -> set[tuple[str, ...]]:
    names = (
        "2016年1月1日以来未经审批出国（境）",
        "违规办理因私证照",
        "违规持有因私证照",
        "瞒报持有因私证照",
        "未经批准擅自出国（境）",
        "未按审批要求出国（境）",
        "瞒报出国（境）情况",
        "出国（境）审批事项把关不严",
    )
    total = book["附件2"]["合计"]
    return {(name, str(total[2 + at]), "件" if at == 7 else "人") for at, name in enumerate(names)}


def _as_printed(name: str, row: list[object]) -> tuple[str, ...]:
    """A row of the workbook as an annex prints it: one cell for a unit that is not counted."""
    cells = [str(cell) for cell in row if cell is not None]
    if not cells or name.startswith(("※", "注")):
        return ()
    return (name, cells[0]) if cells[0] in ("未报送", "审核中") else (name, *cells)


def _ends(shown: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a printed row says what is wanted, a mark of a number set by hand and the serial aside."""
    return tuple(cell.rstrip("※") for cell in shown)[-len(wanted) :] == wanted


def _circular_rows(book: Mapping[str, Mapping[str, list[object]]]) -> list[tuple[str | None, ...]]:
    found: list[tuple[str | None, ...]] = []
    for name in book["附件3"]:
        if _as_printed(name, book["附件3"][name]):
            cells = [None if at is None else str(book[at[0]][name][at[1]]) for at in CIRCULAR_COLUMNS]
            out = cells[0] in ("未报送", "审核中")
            found.append((name, cells[0], *["—"] * 8) if out else (name, *cells))
    return found


def _agrees(shown: tuple[str, ...], wanted: tuple[str | None, ...]) -> bool:
    mine = shown[-len(wanted) :]
    return len(mine) == len(wanted) and all(b is None or a == b for a, b in zip(mine, wanted, strict=True))


def printed(data: bytes) -> str:
    """The words of a PDF, without page numbers."""
    said = pdf_said(data).split("\n")
    return re.sub(r"\s", "", "".join(line for line in said if not re.fullmatch(r"—\s*\d+\s*—", line.strip())))


def printed_rows(data: bytes) -> Said:
    """The tables of a PDF, cell by cell; a cell that spans others stands once."""
    with pdfplumber.open(io.BytesIO(data)) as opened_pdf:
        tables = [table for page in opened_pdf.pages for table in page.extract_tables()]
    cells = [[cell for cell in row if cell is not None] for table in tables for row in table]
    return Said((), (tuple(tuple(re.sub(r"\s", "", cell) for cell in row) for row in cells),), ())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("paper", ["report", "circular"])
def test_word_file_and_pdf_say_what_the_workbook_says(paper: str, state: str) -> None:
    docx, data = files(paper, state)
    said = docx_said(docx)
    assert differences(said, said.text, paper, state) == []
    assert differences(printed_rows(data), printed(data), paper, state) == []


def test_the_states_differ_where_they_should() -> None:
    registered = {name: workbook(name)["附件3"]["合计"][2] for name in STATES}
    assert registered["one unit in"] == 1
    assert registered["no unit in"] == registered["under review"] == "—"
    assert registered["after a correction"] == registered["after a number set by hand"] == 3
    assert registered["forty units, half of them in"] == 3 + 18
    assert workbook("final report")["附件2"]["合计"][10] == 1


STATE = "final report"
FORGED: Mapping[str, tuple[str, str, str]] = {
    "a sentence": ("report", "应登记备案4人", "应登记备案5人"),
    "a rate": ("report", "登记备案率75.0%", "登记备案率70.0%"),
    "the table of problems": ("report", "<1>", "<8>"),
    "a sentence of the circular": ("circular", "实际登记备案3人", "实际登记备案4人"),
}


def flaws(paper: str, docx: bytes, data: bytes) -> set[str]:
    """What the program's own check finds in files as they are."""
    whole, head = city(STATE), Head("瑞卫发〔2019〕88号", AS_OF, stage="final")
    written = Written(paper, composed(paper, STATE), docx_said(docx), pdf_said(data),
                      find(f"{paper}.md").read_text("utf-8"), None, True)  # fmt: skip
    return {flaw.rule for flaw in vet(written, facts(whole, context(whole, head), None, ""))}


@pytest.mark.parametrize("what", FORGED)
def test_a_number_altered_in_the_bytes_of_a_word_file_is_found(what: str) -> None:
    paper, old, new = FORGED[what]
    docx, data = files(paper, STATE)
    assert flaws(paper, docx, data) == set()
    members = read(docx)
    text = members["word/document.xml"].decode()
    old, new = (re.sub(r"[<>]", lambda mark: {"<": ">", ">": "</w:t>"}[mark[0]], each) for each in (old, new))
    assert old in text
    members["word/document.xml"] = text.replace(old, new, 1).encode()
    forged = pack(members)
    said = docx_said(forged)
    assert differences(said, said.text, paper, STATE) != []
    assert flaws(paper, forged, data) == {"D-01"}


@pytest.mark.parametrize("what", FORGED)
def test_a_number_altered_in_a_pdf_is_found(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paper, old, new = FORGED[what]
    html: Callable[..., tuple[str, dict[str, bytes]]] = pdf.html
    old, new = (re.sub(r"[<>]", lambda mark: {"<": ">", ">": "</td>"}[mark[0]], each) for each in (old, new))

    def forging(*given: object) -> tuple[str, dict[str, bytes]]:
        page, pictures = html(*given)
        found = re.search("((?:<[^>]*>)*)".join(map(re.escape, old)), page)  # a line may end within
        assert found
        put = "".join(map("".join, zip(new, (*found.groups(), ""), strict=True)))
        return page[: found.start()] + put + page[found.end() :], pictures

    options = SkinOptions()
    place = pdf.placement(composed(paper, STATE), options)
    monkeypatch.setattr(pdf, "html", forging)
    forged = pdf.pdf(composed(paper, STATE), options, place)
    assert differences(printed_rows(forged), printed(forged), paper, STATE) != []
    assert flaws(paper, files(paper, STATE)[0], forged) == {"D-01"}
