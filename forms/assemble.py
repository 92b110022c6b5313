"""From the shapes of the YAML to the values of spec.py, checking what one file says against the others."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from forms import declared
from forms.columns import Columns, Leaf
from forms.faults import Fault, did_you_mean
from forms.settings import settings
from forms.spec import CertificatePattern, Code, CodeList, Decision, Field, Form, Register, Table, Unit, Value
from forms.version import version
from forms.yamlfile import YamlFile

RULE: Final = re.compile(r"[A-Z]\d{2,3}")
DATE_ORDER: Final = (
    "trip_lookback_start",
    "campaign_start",
    "self_check_end",
    "deadline",
    "inspection_start",
    "inspection_end",
)


def code_lists(
    shapes: Mapping[str, declared.CodeListShape], source: YamlFile, faults: list[Fault]
) -> dict[str, CodeList]:
    """Code lists by name; a label twice, or an alias of no label, is a fault."""
    found = {}
    for name, shape in shapes.items():
        labels: dict[str, str] = {}
        aliases: dict[str, list[str]] = {}
        for code, each in shape.codes.items():
            line = source.line(name, "codes", code)
            if each.label in labels:
                faults.append(Fault(source.name, line, f"“{each.label}”与代码{labels[each.label]}重复。"))
            labels[each.label] = code
            aliases[each.label] = list(each.aliases)
        for alias, label in shape.aliases.items():
            line = source.line(name, "aliases", alias)
            if label not in labels:
                faults.append(
                    Fault(
                        source.name,
                        line,
                        f"别名“{alias}”指向的“{label}”不在代码表内" + did_you_mean(label, labels),
                    )
                )
            elif alias in labels:
                faults.append(Fault(source.name, line, f"别名“{alias}”本身就是可选值。"))
            else:
                aliases[label].append(alias)
        codes = tuple(
            Code(code, each.label, tuple(aliases[each.label]), each.column, each.class_, each.months)
            for code, each in shape.codes.items()
        )
        found[name] = CodeList(name, shape.label, codes, shape.source)
    return found


class Builder:
    """Gathers the values of one campaign and the faults found between its files."""

    def __init__(
        self,
        top: declared.CampaignShape,
        top_file: YamlFile,
        codes: Mapping[str, CodeList],
        certificates: declared.CertificatesShape | None,
        certificates_file: YamlFile,
        faults: list[Fault],
    ) -> None:
        self.top, self.top_file, self.codes, self.faults = top, top_file, codes, faults
        self.decisions = {
            id_: Decision(id_, each.key, each.value, each.choices, each.question, each.reason)
            for id_, each in top.decisions.items()
        }
        self.config: dict[str, Value] = dict(top.dates)
        self.choices: dict[str, tuple[str, ...]] = {}
        for each in settings(top):
            if each.key in self.config:
                self.fault(top_file, each.at, f"“{each.key}”已在别处定义，config 的列不能重名。")
            self.config[each.key] = each.value
            if each.choices and isinstance(each.value, str):
                self.choices[each.key] = tuple(each.choices)
        self.patterns = self._patterns(certificates, certificates_file) if certificates else ()
        kinds = tuple(dict.fromkeys(each.kind for each in self.patterns if each.kind))
        self.columns = Columns(codes, self.config, kinds, faults)
        self.sheet_facts = self.columns.read(top.sheet_facts, top_file, ("sheet_facts",))
        self.columns.relate(self.sheet_facts, top_file, ("sheet_facts",), ())

    @property
    def places(self) -> dict[tuple[str, ...], str]:
        return self.columns.places

    def fault(self, source: YamlFile, path: Iterable[object], message: str) -> None:
        self.faults.append(Fault(source.name, source.line(*path), message))

    def _patterns(
        self, shape: declared.CertificatesShape, source: YamlFile
    ) -> tuple[CertificatePattern, ...]:
        known = self.codes[shape.codes].labels if shape.codes in self.codes else ()
        if shape.codes not in self.codes:
            self.fault(
                source, ("codes",), f"没有代码表“{shape.codes}”" + did_you_mean(shape.codes, self.codes)
            )
        found = []
        for section in ("private", "official", "foreign"):
            for n, each in enumerate(getattr(shape, section)):
                at = (section, str(n))
                if section == "private" and each.kind not in known:
                    self.fault(
                        source,
                        (*at, "kind"),
                        f"没有证件种类“{each.kind}”" + did_you_mean(str(each.kind), known),
                    )
                try:
                    regex = re.compile(each.pattern)
                except re.error as error:
                    self.fault(source, (*at, "pattern"), f"号码规则“{each.pattern}”写错了：{error}。")
                    continue
                if each.example and not regex.fullmatch(each.example):
                    self.fault(
                        source, (*at, "example"), f"示例“{each.example}”不符合它自己的规则“{each.pattern}”。"
                    )
                if each.since and each.until and each.since > each.until:
                    self.fault(source, (*at, "until"), "停用日期早于启用日期。")
                found.append(
                    CertificatePattern(
                        each.kind,
                        each.pattern,
                        each.example,
                        each.since,
                        each.until,
                        tuple(each.terms),
                        each.says,
                        section,
                        each.doubtful,
                    )
                )
        return tuple(found)

    def forms(self, shapes: Iterable[tuple[declared.FormShape, YamlFile]]) -> dict[str, Form]:
        """Forms by name: the materials by number, then the annexes."""
        found: dict[str, Form] = {}
        tables: dict[str, str] = {}
        numbers: dict[tuple[int | None, int | None], str] = {}
        for shape, source in sorted(shapes, key=lambda each: (each[0].annex or 0, each[0].material or 0)):
            number = (shape.material, shape.annex)
            if (shape.material is None) == (shape.annex is None):
                self.fault(source, ("form",), "须写 material（材料几）或 annex（附件几）之一。")
            elif number in numbers:
                self.fault(
                    source,
                    ("material" if shape.material is not None else "annex",),
                    f"编号与 {numbers[number]} 重复。",
                )
            numbers[number] = source.name
            if shape.form in found:
                self.fault(source, ("form",), f"表名“{shape.form}”与别的表重复。")
            for table in (*shape.tables, f"{shape.form}_facts"):
                if table in tables:
                    self.fault(source, ("tables", table), f"数据表“{table}”已在 {tables[table]} 中定义。")
                tables[table] = source.name
            self.places[(shape.form,)] = f"{source.name}:{source.line('form')}"
            found[shape.form] = self._form(shape, source)
        return found

    def _form(self, shape: declared.FormShape, source: YamlFile) -> Form:
        facts = self.columns.read(shape.facts, source, ("facts",))
        self.columns.remember(shape.form, f"{shape.form}_facts", facts, source)
        if shape.file == "xlsx":
            self.columns.remember(shape.form, f"{shape.form}_facts", self.sheet_facts, self.top_file)
            facts += self.sheet_facts
        self.columns.relate(facts, source, ("facts",), ())
        if not shape.tables and not shape.facts:
            self.fault(source, ("form",), "既没有数据表，也没有单项内容。")
        sheets: dict[str, str] = {}
        tables = {}
        for name, each in shape.tables.items():
            at = ("tables", name)
            if each.sheet in sheets:
                self.fault(
                    source, (*at, "sheet"), f"工作表“{each.sheet}”与数据表“{sheets[each.sheet]}”重复。"
                )
            if len(each.sheet) > 31 or re.search(r"[\[\]:*?/\\]", each.sheet):
                self.fault(
                    source, (*at, "sheet"), f"“{each.sheet}”不能作工作表名（不超过31个字，不含 []:*?/\\）。"
                )
            sheets[each.sheet] = name
            leaves = self.columns.read(each.fields, source, (*at, "fields"))
            if not leaves:
                self.fault(source, at, f"数据表“{name}”没有列。")
                continue
            self.columns.relate(leaves, source, at, each.key)
            self.columns.remember(shape.form, name, leaves, source)
            self.places[shape.form, name] = f"{source.name}:{source.line(*at)}"
            tables[name] = Table(
                name,
                each.sheet,
                _fields(leaves),
                tuple(each.key),
                each.title,
                each.one_row_per,
                each.nil,
                each.rows,
                each.blank_rows,
                each.total,
            )
        if shape.personal_sheet is not None and shape.personal_sheet.rows not in shape.tables:
            rows = shape.personal_sheet.rows
            self.fault(
                source, ("personal_sheet", "rows"), f"没有数据表“{rows}”" + did_you_mean(rows, shape.tables)
            )
        form = Form(
            form=shape.form,
            title=shape.title,
            file=shape.file,
            tables=tables,
            facts={each.field.name: each.field for each in facts},
            material=shape.material,
            annex=shape.annex,
            print=shape.print,
            personal_sheet=shape.personal_sheet,
            attachments=tuple(shape.attachments),
            bundle=shape.bundle,
            seal=shape.seal,
            signer=shape.signer,
            prose=shape.prose,
            head_line=shape.head_line,
            footnote=shape.footnote,
        )
        return replace(form, version=version(form, self.codes))

    def registers(
        self, shapes: Mapping[str, declared.RegisterShape], source: YamlFile
    ) -> dict[str, Register]:
        found = {}
        for name, shape in shapes.items():
            if shape.police == (shape.unit is not None):
                self.fault(source, (name, "unit"), "公安名单没有单位列，其他名册必须用 unit 指明单位列。")
            leaves = self.columns.read(shape.fields, source, (name, "fields"))
            self.columns.relate(leaves, source, (name,), shape.key)
            self.columns.remember(name, name, leaves, source)
            self.places[(name,)] = f"{source.name}:{source.line(name)}"
            found[name] = Register(
                name,
                shape.title,
                tuple(shape.files),
                _fields(leaves),
                tuple(shape.key),
                shape.unit,
                shape.police,
                shape.block,
            )
        return found

    def whole_campaign(self, units: Iterable[Unit]) -> None:
        """What campaign.yaml says of itself and of the other files."""
        dates, file = self.top.dates, self.top_file
        for before, after in itertools.pairwise(DATE_ORDER):
            if before in dates and after in dates and dates[before] > dates[after]:
                self.fault(
                    file, ("dates", after), f"“{after}”（{dates[after]}）早于“{before}”（{dates[before]}）。"
                )
        for key in ("campaign_start", "deadline", "statistic_date"):
            if key not in dates:
                self.fault(file, ("dates",), f"缺少日期“{key}”。")
        for each in settings(self.top):
            if (wrong := each.wrong()) is not None:
                self.fault(file, (*each.at[:2], "value"), wrong)
        for rule in self.top.levels:
            self.places["", "levels", rule] = f"{file.name}:{file.line('levels', rule)}"
            if not RULE.fullmatch(rule):
                self.fault(file, ("levels", rule), f"“{rule}”不是规则编号（例如 F17）。")
        bureau = self.top.campaign.bureau.unit
        codes = [unit.code for unit in units]
        if codes and bureau not in codes:
            self.fault(
                file,
                ("campaign", "bureau", "unit"),
                f"units.csv 中没有单位“{bureau}”" + did_you_mean(bureau, codes),
            )


def _fields(leaves: list[Leaf]) -> tuple[Field, ...]:
    return tuple(leaf.field for leaf in leaves)
