"""Rules D-01…D-11 (domain §3.9) over a paper as it was written: the files are read back, not trusted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from merger.masking import ID_NUMBER, PHONE, leaks, tail
from merger.words import NUMBER, numbers, printed_words, stretches, texts
from templates import Document
from templates.readback import Said

COUNTED = re.compile(r"\d+(?:\.\d+)?(?:人次|人|本|件|家|项|条|份|次|%)")
PERCENT = re.compile(r"\d+(?:\.\d+)?%")
ISSUED = re.compile(r"^[\u4e00-\u9fa5]{2,8}〔20\d{2}〕[1-9]\d*号$")  # T4
DAY = re.compile(r"^\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日$")  # T5
ODD_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年0\d月|月0\d日")
ODD_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,8}[\[(【（]20\d{2}[\])】）]第?\d+号")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
REQUEST = re.compile(r"请示|请(?:予)?(?:批准|批复|批示|审批)|妥否|当否")
REGION = re.compile(r"国家(?!（地区）|工作人员|机关)[^。；（）]{0,30}(?<!往来)(香港|澳门|台湾)(?!通行证)")
PLACEHOLDER = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a paper.  `leak`: something that must not leave the bureau; the paper is not
    written."""

    rule: str
    paper: str
    excerpt: str  # masked where the thing itself may not be shown
    message: str  # what to do

    @property
    def leak(self) -> bool:
        return self.rule in ("D-02", "D-03")

    def __str__(self) -> str:
        return f"[{self.rule}] {self.paper}：“{self.excerpt}”{self.message}"


@dataclass(frozen=True)
class Annex:
    """An annex as the snapshot has it: unit → the texts of its row behind the name, and those of the total
    row."""

    title: str
    rows: Mapping[str, tuple[str, ...]]
    total: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a paper is held against: all of it from the snapshot and the campaign, none from the paper."""

    units: tuple[str, ...]
    percentages: frozenset[str]
    annexes: tuple[Annex, ...] = ()
    total: str = "合计"
    draft: str = ""  # the mark an unsigned paper must carry; empty for a signed one
    marks: tuple[str, ...] = ("征求意见稿", "讨论稿")
    phones: frozenset[str] = frozenset()  # the bureau's own
    secrets: frozenset[str] = frozenset()  # every ID and certificate number the bureau holds
    names: frozenset[str] = frozenset()  # every full name


@dataclass(frozen=True)
class Written:
    """A paper: what it was composed of, what its files say, and the words of its text file."""

    path: str
    document: Document
    docx: Said
    pdf: str
    prose: str = ""
    unit: str | None = None  # the official name of the one unit it goes to
    lists_units: bool = False  # a paper of the city: its annexes name every unit


def vet(paper: Written, facts: Facts) -> list[Flaw]:
    """Every flaw, in the order of the rules."""
    return [
        Flaw(rule, paper.path, excerpt, message)
        for rule, check in RULES
        for excerpt, message in dict.fromkeys(check(paper, facts))
    ]


Found = Iterator[tuple[str, str]]


def _numbers_bound(paper: Written, facts: Facts) -> Found:
    """D-01: no number typed by hand, none lost on the way into the files, every annex row as the snapshot
    has it."""
    for hit in COUNTED.finditer(PLACEHOLDER.sub("", paper.prose)):
        yield hit.group(), "是写在文本里的数，不随数据变化，请改用占位符。"
    composed, found = Counter(numbers(texts(paper.document))), Counter(numbers([paper.docx.text]))
    for number in (composed - found) + (found - composed):
        yield number, "在 Word 文件中与数据快照不一致，请重新生成。"
    printed, at = printed_words(paper.pdf, {facts.draft, *facts.marks}), 0
    for text in stretches(paper.document):
        place = printed.find(text, at)  # in its turn: the same words may stand elsewhere too
        if place >= 0:
            at = place + len(text)
        else:
            for number in NUMBER.findall(text)[:1]:
                yield number, "这一处在 PDF 中与数据快照不一致，请重新生成。"
    bound = {item.title for item in paper.document.attachments if item.blocks}
    rows = {row[1:] for table in paper.docx.tables for row in table}
    for annex in facts.annexes:
        if annex.title in bound:
            for unit, cells in annex.rows.items():
                if (unit, *cells) not in rows:
                    yield unit, f"一行在《{annex.title}》中与数据快照不一致，请重新生成。"
            if annex.total not in rows:
                yield facts.total, f"一行在《{annex.title}》中与数据快照不一致，请重新生成。"


def _no_numbers_of_people(paper: Written, facts: Facts) -> Found:
    text = f"{paper.docx.text}\n{paper.pdf}"
    for leak in leaks(paper.path, text):
        yield leak.excerpt, "是公民身份号码或证件号码，不得写入对外文稿，请删去。"
    for token in set(re.findall(r"[A-Z0-9]{7,18}", text.upper())) & facts.secrets:
        if not ID_NUMBER.search(token):
            yield "…" + tail(token), "是登记在册的证件号码，不得写入对外文稿，请删去。"


def _no_full_names(paper: Written, facts: Facts) -> Found:
    text = paper.docx.text + "\n" + "".join(paper.pdf.split())
    for name in full_names_in(text, facts.names):
        yield name[:1] + "某", "一人的姓名没有遮盖，请改为“姓+某”。"


def full_names_in(text: str, names: frozenset[str]) -> set[str]:
    """Names of three characters or more anywhere; shorter ones, which may be parts of words, where they
    stand alone."""
    longest = max(map(len, names), default=0)
    words = {text[at : at + size] for size in range(3, longest + 1) for at in range(len(text) - size + 1)}
    found = names & words
    alone = set(re.findall(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2}(?![\u4e00-\u9fff])", text))
    beside = set(re.findall(r"([\u4e00-\u9fff]{2})(?:（[^）]{0,12}）|同志|医师|护士)", text))
    return set(found | (names & (alone | beside)))


def _official_unit_names(paper: Written, facts: Facts) -> Found:
    for table in paper.docx.tables:
        column = _names_of(table, facts)
        if column is None:
            continue
        place, names = column
        for name in sorted(set(names) - set(facts.units)):
            yield name, f"不是名册中的单位名称（第{place + 1}列），请用全称。"
    if paper.unit is not None and (paper.document.to or "").rstrip("：") != paper.unit:
        yield paper.document.to or "", "主送与单位名册不一致，请用全称。"


def _percentages(paper: Written, facts: Facts) -> Found:
    for text in texts(paper.document):
        for hit in PERCENT.findall(text):
            if hit not in facts.percentages:
                yield hit, "不是由本次统计数算得的比率（一位小数），请改用占位符。"


def _gb_forms(paper: Written, facts: Facts) -> Found:
    document = paper.document
    if document.number is not None and not ISSUED.match(document.number):
        yield document.number, "不是规范的发文字号，应写成 瑞卫发〔2019〕12号 的样子。"
    if document.signature is not None and not DAY.match(document.signature.date):
        yield document.signature.date, "不是规范的成文日期，应写成 2019年8月12日 的样子。"
    for text in texts(document):
        for hit in ODD_DATE.findall(text):
            yield hit, "不是公文的日期写法，应写成 2019年8月12日 的样子。"
        for found in ODD_NUMBER.finditer(text):
            yield found.group(), "发文字号应用六角括号〔〕，不加“第”。"


def _no_phones(paper: Written, facts: Facts) -> Found:
    for text in texts(paper.document):
        for hit in (*PHONE.findall(text), *LANDLINE.findall(text)):
            if hit not in facts.phones:
                yield hit[:3] + "****" + hit[-4:], "是个人的电话号码，请从所引的文字中删去。"


def _no_request(paper: Written, facts: Facts) -> Found:
    if paper.document.upward:
        for text in texts(paper.document):
            for hit in REQUEST.findall(text):
                yield hit, "报告不得夹带请示事项，请另文请示。"


def _every_unit_once(paper: Written, facts: Facts) -> Found:
    if not paper.lists_units:
        return
    whole = [table for table in paper.docx.tables if any(facts.total in row[:2] for row in table)]
    for table in whole:
        named = _names_of(table, facts)
        if named is None:
            continue
        counted = Counter(named[1])
        for unit in facts.units:
            if counted[unit] != 1:
                yield unit, f"在附件的表中出现{counted[unit]}次，应当恰好一次。"


def _draft_mark(paper: Written, facts: Facts) -> Found:
    printed = re.sub(r"\s", "", paper.pdf)
    shown = {
        mark for mark in facts.marks if mark in printed or any(mark in each for each in paper.docx.margins)
    }
    if facts.draft and not (
        facts.draft in printed and any(facts.draft in each for each in paper.docx.margins)
    ):
        yield facts.draft, "的水印缺失：签发前的文稿都应标明。"
    for mark in shown - {facts.draft}:
        yield mark, "的水印还在，签发的文稿不应有。"


def _regions(paper: Written, facts: Facts) -> Found:
    for text in texts(paper.document):
        for found in REGION.finditer(text):
            yield found.group(), "港澳台不得列在“国家”之下，请写“国家（地区）”。"


RULES: tuple[tuple[str, Callable[[Written, Facts], Found]], ...] = (
    ("D-01", _numbers_bound),
    ("D-02", _no_numbers_of_people),
    ("D-03", _no_full_names),
    ("D-04", _official_unit_names),
    ("D-05", _percentages),
    ("D-06", _gb_forms),
    ("D-07", _no_phones),
    ("D-08", _no_request),
    ("D-09", _every_unit_once),
    ("D-10", _draft_mark),
    ("D-11", _regions),
)


def _names_of(table: Iterable[tuple[str, ...]], facts: Facts) -> tuple[int, list[str]] | None:
    """The column in which a table names units, and what stands in it from the first name on; totals left
    out."""
    known = set(facts.units)
    rows = [row for row in table if facts.total not in row[:2]]
    for place in range(3):
        cells = [row[place] for row in rows if len(row) > place]
        first = next((at for at, cell in enumerate(cells) if cell in known), None)
        if first is not None:
            return place, cells[first:]
    return None
