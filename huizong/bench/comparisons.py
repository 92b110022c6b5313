"""What is compared, in the order of the table: a line each, saying what both sides do."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from collector import gate
from collector.keys import Keys
from collector.ledger import Ledger
from collector.rows import NewDocument
from collector.store import Store, StoreSettings
from forms import Finding
from forms.annotate import annotate
from forms.engine import Engine, Submission
from forms.pack import Packer
from forms.reading import read_file
from forms.stamp import sign
from forms.wordform import blank as letters_blank
from forms.wordform.compiled import PersonalSheets
from forms.wordform.words import PersonalWords, words
from forms.workbook import blank
from forms.workbook.compiled import CompiledWorkbook
from forms.workbook.content import Content, Filled
from huizong.bench import naive
from huizong.bench.city import Made, made
from huizong.bench.race import Race
from huizong.demo.draft import FILLED
from merger.city import Inputs, Source, consolidate
from merger.workbook import city_workbook

KEY = bytes(32)
LARGE_FORM, LARGE_UNIT, CITY_UNITS, CITY = 1_000, 2_000, 36, 5_460
MARKS, FEW = 20, 9
Plan = list[tuple[str, Callable[[Path], Iterator[Race]]]]


def plan(rows: int) -> Plan:
    """(what is being prepared, the races it gives when prepared in a folder), for units of `rows` people."""
    return [("下发与读入", lambda at: papers(at, rows)),
            ("校验", lambda at: checks(at, rows)),
            ("汇总", lambda at: merging(at)),
            ("台账与存储", keeping)]


class Workshop:
    """A unit of so many people with its compiled forms: the widest pre-filled form stands for all."""

    def __init__(self, at: Path, people: int) -> None:
        self.city = made(at / "unit", 1, people)
        campaign = self.city.campaign
        self.unit = campaign.units[0]
        self.packer = Packer(campaign, KEY, FILLED)
        with Engine(campaign).data(self.city.registers, {}, as_of=FILLED) as data:
            self._views = {view: data.view(view, self.unit.code)
                           for view in {field.prefill.view for form in campaign.forms.values()
                                        for table in form.tables.values() for field in table.fields
                                        if field.prefill}}
        self.forms = [form for form in campaign.forms.values() if form.file == "xlsx"]
        self.contents = {}
        self.compiled = {}
        for form in self.forms:
            compiled = self.compiled[form.form] = CompiledWorkbook(campaign, form)
            signed = sign(KEY, campaign.id, self.unit.code, form.form, form.version)
            content = compiled.content(self.unit.code, self.unit.name, self.rows, None)
            self.contents[form.form] = replace(content, stamp=signed.fields())
        self.form = max(self.forms, key=lambda form: sum(
            each.count * len(each.columns) for each in self.contents[form.form].tables.values()))
        self.sheets = next(PersonalSheets(campaign, form) for form in campaign.forms.values()
                           if form.personal_sheet)
        wanted = words(PersonalWords, campaign, self.sheets.form.form)
        self.letter = letters_blank.personal_sheet(campaign, self.sheets.form, self.sheets.sheet, wanted)

    def rows(self, view: str, _unit: str) -> Any:
        if view not in self._views:
            self._views[view] = self._asked(view)
        return self._views[view]

    def _asked(self, view: str) -> Any:
        with Engine(self.city.campaign).data(self.city.registers, {}, as_of=FILLED) as data:
            return data.view(view, self.unit.code)

    def content(self, form: str, rows: int | None = None) -> Content:
        """What is issued; with `rows`, every table that has any is repeated to that length."""
        content = self.contents[form]
        if rows is None:
            return content
        tables = {name: Filled(rows, {field: [column[n % each.count] for n in range(rows)]
                                      for field, column in each.columns.items()}) if each.count else each
                  for name, each in content.tables.items()}
        return replace(content, tables=tables)

    def issued(self, form: str, content: Content) -> bytes:
        compiled = self.compiled[form]
        return compiled.render(content, compiled.remembered(content))

    def template(self, form: str, content: Content) -> bytes:
        """The same workbook, its rows styled and empty: openpyxl cannot make room above a footer."""
        compiled = self.compiled[form]
        empty = {name: Filled(each.count, {}) for name, each in content.tables.items()}
        return blank.save(blank.build(compiled.form, compiled.layouts, self.city.campaign, compiled.skin,
                                      replace(content, tables=empty)))

    def cells(self, form: str, content: Content) -> list[tuple[str, int, list[list[Any]]]]:
        """(sheet, first row, rows) of the same content, for a library that fills cells."""
        found = []
        for layout in self.compiled[form].layouts:
            filled = content.tables.get(layout.table.name, Filled())
            columns = [filled.columns.get(each.name) for each in layout.table.fields]
            found.append((layout.table.sheet, layout.first_row,
                          [[column[n] if column else None for column in columns]
                           for n in range(filled.count)]))
        return found

    def people(self) -> list[dict[str, str]]:
        return [head for _, head in self.sheets.people(self.unit, self.rows)]


def papers(at: Path, rows: int) -> Iterator[Race]:
    shop = Workshop(at, rows)
    form = shop.form.form
    blanks = {each.form: shop.template(each.form, shop.contents[each.form]) for each in shop.forms}
    personal = shop.sheets.form
    signed = sign(KEY, shop.city.campaign.id, shop.unit.code, personal.form, personal.version)

    def sheet(head: dict[str, str]) -> bytes:
        return naive.rendered(shop.letter, {"head": head, "unit": shop.unit.name, "stamp": signed.text})

    def pack() -> bytes:
        files = [(f"{each.form}.xlsx", naive.filled_workbook(
            blanks[each.form], shop.cells(each.form, shop.contents[each.form]))) for each in shop.forms]
        return naive.zipped([*files, *((f"{n}.docx", sheet(head)) for n, head in enumerate(people))])

    sizes = [(rows, 5), (LARGE_FORM, 3)]
    for size, rounds in sizes:
        content = shop.content(form, size)
        yield Race(f"下发：一本 {size} 行的工作簿", ("编译一次，只写行", partial(shop.issued, form, content)),
                   ("openpyxl 打开已有空行的模板、填、存",
                    partial(naive.filled_workbook, shop.template(form, content), shop.cells(form, content))),
                   rounds)
    people = shop.people()
    if people:
        yield Race("下发：一份 Word 个人表",
                   ("编译一次，只填值", lambda: shop.sheets.render(shop.unit, people[0], signed)),
                   ("docxtpl 打开模板、填、存", lambda: sheet(people[0])), 9)
    yield Race(f"下发：{rows} 人单位的材料包（另含打印件和说明）",
               ("全部材料，一个 zip", lambda: shop.packer.zip(shop.unit, shop.rows)),
               ("openpyxl 与 docxtpl，只做工作簿和个人表", pack), 2)
    for size, rounds in sizes:
        data = shop.issued(form, shop.content(form, size))
        name = f"{shop.form.file_stem}.xlsx"

        yield Race(f"读入：一本 {size} 行的工作簿",
                   ("闸门、识别、逐格校验", partial(taken, shop, data, name)),
                   ("openpyxl 只取值", partial(naive.read_workbook, data)), rounds)
        findings = faults(shop, size)
        marks = [(each.sheet or "", each.cell or "", each.message) for each in findings]
        yield Race(f"标注：{size} 行、{len(marks)} 处",
                   ("原文件上打补丁，另加问题清单", partial(annotate, data, findings)),
                   ("openpyxl 打开、批注、填色、存", partial(naive.marked_workbook, data, marks)), rounds)


def taken(shop: Workshop, data: bytes, name: str) -> object:
    """One file as the limited child reads it, without the child."""
    verdict = gate.inspect(data, name)
    return read_file(shop.city.campaign, data, name, key=KEY, unit=shop.unit.code, probe=verdict.probe,
                     today=FILLED)


def faults(shop: Workshop, size: int) -> list[Finding]:
    """Some twenty findings spread over the rows of the form's first sheet."""
    layout = shop.compiled[shop.form.form].layouts[0]
    step = max(1, size // MARKS)
    return [Finding("F01", "error", shop.unit.code, shop.form.form, layout.table.sheet, f"B{row}", row, None,
                    None, None, f"第{row}行有误。", "请更正。")
            for row in range(layout.first_row, layout.first_row + size, step)]


def checks(at: Path, rows: int) -> Iterator[Race]:
    small, large, ten = made(at / "small", 1, rows), made(at / "large", 1, LARGE_UNIT), CITY // 10
    tenth, whole = made(at / "tenth", CITY_UNITS, ten), made(at / "whole", CITY_UNITS, CITY)
    for city, people, rounds in ((small, rows, 9), (large, LARGE_UNIT, 5)):
        form = widest(city)
        title = city.campaign.forms[form].title
        yield Race(f"规则：{people} 人的单位又交一份“{title}”",
                   ("涉及这份的规则，其余各份已在", judged(city, form=form)),
                   ("同上，每次新开数据集、重新计划", judged(city, form=form, anew=True)), rounds)
    yield Race(f"规则：{LARGE_UNIT} 人的单位，对 {rows} 人的",
               (f"{rows} 人，各份都新，全部规则", judged(small)),
               (f"{LARGE_UNIT} 人，各份都新，全部规则", judged(large)), 3)
    yield Race(f"规则：全市 {CITY} 人，对 {ten} 人", (f"{ten} 人，{CITY_UNITS} 个单位", judged(tenth)),
               (f"{CITY} 人，{CITY_UNITS} 个单位", judged(whole)), 2)
    engine, some = Engine(tenth.campaign), list(tenth.returns)[:FEW]
    apart = [judged(tenth, (code,), engine) for code in some]
    yield Race(f"规则：{FEW} 个单位一次判完，对逐个判", ("一次", judged(tenth, some, engine)),
               ("逐个", lambda: [each() for each in apart]), 1)


def widest(city: Made) -> str:
    """The form with the most cells among those handed in."""
    sizes = {each.form: sum(len(data.rows) * len(data.values) for data in each.tables.values())
             for each in city.documents().values()}
    return max(sizes, key=sizes.__getitem__)


def judged(city: Made, units: Sequence[str] = (), engine: Engine | None = None, *, form: str | None = None,
           anew: bool = False) -> Callable[[], object]:
    """Loading these units' documents (default: all) into the engine and asking every rule, or those that
    touch `form`.

    The documents, or that of `form`, are new each time: their rows move in. `anew`: so do all others, and
    every query is planned, as in a process that has checked nothing yet.
    """
    shared = engine or Engine(city.campaign)
    handed = {name: each for name, each in city.documents().items() if not units or each.unit in units}
    inside = sorted({each.unit or "" for each in handed.values()})
    versions = iter(range(2, 1_000_000))

    def check() -> object:
        n = next(versions)
        documents = {f"{name}.{n}" if form in (None, each.form) else name: each
                     for name, each in handed.items()}
        if anew:
            shared.forget()
        with shared.data(city.registers, documents, as_of=FILLED) as data:
            return data.check(inside[0] if len(inside) == 1 else None, forms=[form] if form else None)

    return check


def merging(at: Path) -> Iterator[Race]:
    city = made(at / "merge", CITY_UNITS, CITY // 10)
    documents = city.documents()
    sources = tuple(Source(each.unit or "", each.form, 1, each.name, "0" * 64, "2019-08-09 17:00:00", each)
                    for each in documents.values())
    at_noon = datetime.combine(FILLED, time(12), UTC)
    accepted = tuple(Submission(each.unit, each.form, "accepted", at_noon) for each in sources)
    given = Inputs(city.campaign, FILLED, FILLED, city.registers, sources, accepted)
    joined = consolidate(given, Engine(city.campaign))
    bare = []
    for form in city.campaign.forms.values():
        for table in form.tables.values():
            tables = [each.tables[table.name] for each in documents.values() if table.name in each.tables]
            columns = [field.name for field in table.fields]
            bare.append((f"{form.form}-{table.name}"[:31], 1, [
                [data.values[name][n] for name in columns]
                for data in tables for n in range(len(data.rows))]))
    yield Race(f"汇总：{CITY // 10} 人的全市工作簿",
               ("带格式、依据链接、图表", lambda: city_workbook(joined)),
               ("openpyxl 只写行，无格式", lambda: naive.table_workbook(bare)), 3)


def keeping(at: Path) -> Iterator[Race]:
    keys = Keys(at / "keys")
    ledger = Ledger(f"sqlite:///{at / 'ledger.db'}", "bench", keys)
    numbers = iter(range(1_000_000))
    with ledger.engine.connect() as connection:
        pragmas = {name: str(connection.exec_driver_sql(f"pragma {name}").scalar())
                   for name in ("journal_mode", "synchronous")}
    bare = naive.BareDatabase(at / "bare.db", pragmas)

    def recorded() -> None:
        n = next(numbers)
        sha256 = hashlib.sha256(str(n).encode()).hexdigest()
        with ledger.writing() as tx:
            tx.received("001", sha256, "a.pdf", 1)
            tx.recorded(NewDocument("001", f"@{n}", sha256, "a.pdf", 1, "attachment", datetime.now(UTC)))

    yield Race("台账：收下一个文件", ("回执、版本、事件、三行审计链，一次提交", recorded),
               ("SQLite 一行，同样的落盘级别", bare.commit), 15)
    store = Store(at / "store", keys, StoreSettings(purpose="bench"))
    yield Race("存储：一个 100 kB 的原件", ("加密、校验名、落盘", lambda: store.put(os.urandom(100_000))),
               ("写文件并落盘，不加密",
                lambda: naive.durable(at, os.urandom(100_000), f"{next(numbers)}.bin")), 15)
    ledger.close()
