# ruff: noqa: E501
"""lint names what is wrong with a campaign's queries: file, line, and what was probably meant."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forms.campaign import load, shipped
from forms.faults import CampaignError
from forms.lint import lint
from tests.forms.small import campaign

Change = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of the shipped campaign without its rules: faster, and the tests write their own."""
    copy = tmp_path / "campaign"
    shutil.copytree(shipped(), copy, ignore=shutil.ignore_patterns("rules"))
    (copy / "rules").mkdir()
    edit(copy / "campaign.yaml", "U09: off", "F17: notice")     # its rule is left out here
    yield copy


def faults(folder: Path) -> list[str]:
    return [str(each) for each in lint(load(folder))]


def rule(folder: Path, sql: str, **header: str) -> list[str]:
    """Lint with one rule; the query begins on line 6."""
    told = {"level": "error", "at": "custody.number", "says": "证件{number}。", "needs": "[custody]"} | header
    lines = [f"{key}: {value}" for key, value in told.items()]
    text = "\n".join(["/* X950", *lines, "*/", sql, ""])
    (folder / "rules" / "own.sql").write_text(text, encoding="utf-8")
    return faults(folder)


def each_of(folder: Path, *conditions: str) -> list[str]:
    """What lint says of custody rows under each condition, '' where it has nothing to say; one lint."""
    head = "level: error\nat: custody.number\nneeds: [custody]\nsays: x\n*/\n"
    texts = [
        f"/* X{950 + n}\n{head}select unit, row, number from custody k where {each};\n"
        for n, each in enumerate(conditions)
    ]
    (folder / "rules" / "own.sql").write_text("\n".join(texts), encoding="utf-8")
    found = faults(folder)
    return [
        " ".join(said.partition("”：")[2] for said in found if f"“X{950 + n}”" in said)
        for n in range(len(conditions))
    ]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_campaign_is_without_fault() -> None:
    assert lint(campaign()) == []


def test_a_misspelt_column_is_named_with_its_line(folder: Path) -> None:
    [said] = rule(folder, "select unit, row,\n       nummber as number\nfrom custody")
    assert said.startswith("rules/own.sql:8: “X950”：没有列“nummber”") and "number" in said


def test_a_misspelt_table_is_named_with_what_was_meant(folder: Path) -> None:
    assert rule(folder, "select unit, row, number\nfrom custdy") == [
        "rules/own.sql:8: “X950”：没有表或视图“custdy”，是否想写“custody”？"
    ]


def test_a_text_that_is_no_label_of_the_code_list_is_refused(folder: Path) -> None:
    [said] = rule(folder, "select unit, row, number from custody\nwhere state = '在库存'")
    assert said == "rules/own.sql:8: “X950”：“在库存”不是列“state”可选的值，是否想写“在库”？"


def test_labels_are_known_by_column_through_views_and_in_lists(folder: Path) -> None:
    refused = "不是列“{}”可选的值"
    found = each_of(
        folder,
        "k.state in ('在库', '借了')",
        "state <> '有效'",
        "state in ('在库', '未上交')",
        "exists (select 1 from violation_items v where v.conclusion = '是实')",
        "exists (select 1 from trips t where list_contains(t.violation, 'V4a'))",
        "exists (select 1 from trips t where list_contains(t.violation, 'V4b 以请假代替审批'))",
        "exists (select 1 from codes c where c.list = 'trip_violatoin')",
    )
    columns = ["state", "state", None, "conclusion", "violation", None, "list"]
    for said, column in zip(found, columns, strict=True):
        assert said == "" if column is None else refused.format(column) in said, found


def test_comparisons_of_mixed_types_are_refused(folder: Path) -> None:
    found = each_of(
        folder,
        "days_late > '3'",
        "cabinet = 3",
        "k.days_late = k.cabinet",
        "due_on > '2019年'",
        "due_on > '2019-08-07' and days_late > 3",
    )
    assert found == [
        "列“days_late”是数，不能与“3”比较。",
        "列“cabinet”是文字，不能与“3”比较。",
        "列“k.days_late”是数，“k.cabinet”是文字，不能比较。",
        "列“due_on”是日期，不能与“2019年”比较。",
        "",
    ]


def test_a_placeholder_that_the_query_does_not_give_is_named(folder: Path) -> None:
    assert rule(folder, "select unit, row, number from custody", says="证件{numbr}。") == [
        "rules/own.sql:4: says 中的“{numbr}”不在查询结果中，是否想写“number”？"
    ]
    assert rule(folder, "select unit, row, number from custody", fix="找{keeper}。")[0].startswith(
        "rules/own.sql:6: fix 中的“{keeper}”"
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"level": "fatal"}, "rules/own.sql:2: 级别“fatal”不存在"),
        ({"at": "custody.numbr"}, "rules/own.sql:3: at“custody.numbr”没有这一列，是否想写“number”？"),
        ({"at": "custdy.number"}, "rules/own.sql:3: at“custdy.number”没有这张表或材料，是否想写“custody”？"),
        ({"needs": "[custdy]"}, "rules/own.sql:5: needs 中的“custdy”不是材料或台账，是否想写“custody”？"),
        ({"lvel": "error"}, "rules/own.sql:6: 不认识的键“lvel”，是否想写“level”？"),
    ],
)
def test_a_wrong_header_is_named(folder: Path, header: dict[str, str], said: str) -> None:
    found = rule(folder, "select unit, row, number from custody", **header)
    assert any(each.startswith(said) for each in found), found


def test_a_rule_must_say_unit_and_row(folder: Path) -> None:
    assert {each.split("须有列")[1] for each in rule(folder, "select number from custody")} == {
        "“unit”。",
        "“row”。",
    }


def test_what_is_no_select_is_refused(folder: Path) -> None:
    assert "不是一条查询" in rule(folder, "drop table custody")[0]
    assert "不是一条查询" in rule(folder, "select unit, row, number from custody; select 1")[0]


def test_an_id_twice_is_named_with_both_places(folder: Path) -> None:
    (folder / "rules" / "another.sql").write_text(
        "/* X950\nlevel: error\nat: unit\nsays: 另一条。\n*/\nselect unit from units where false",
        encoding="utf-8",
    )
    found = rule(folder, "select unit, row, number from custody")
    assert "rules/own.sql:1: “X950”与 rules/another.sql:1 重复。" in found


def test_a_broken_view_is_named_once_and_not_for_all_who_read_it(folder: Path) -> None:
    edit(folder / "views" / "people.sql", "r.secrecy, r.reason,", "r.secresy, r.reason,")
    found = faults(folder)
    assert (
        len(found) == 1
        and found[0].startswith("views/people.sql:")
        and "secresy" in found[0]
        and "secrecy" in found[0]
    )


def test_a_view_keeps_the_columns_its_header_promises(folder: Path) -> None:
    edit(folder / "views" / "prefill.sql", "columns: unit, unit_name", "columns: unit, name")
    assert faults(folder)[0].endswith("“known_units”的列与 columns 所写不符：少了name，多了unit_name。")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "materials/02-staff.yaml",
            "known_staff.household",
            "known_staff.houshold",
            "视图“known_staff”没有列“houshold”，是否想写“household”？",
        ),
        (
            "materials/02-staff.yaml",
            "known_staff.household",
            "known_staf.household",
            "没有预填视图“known_staf”，是否想写“known_staff”？",
        ),
        (
            "materials/02-staff.yaml",
            "known_staff.household",
            "known_staff.born_on",
            "是 DATE，这一列是 VARCHAR。",
        ),
        ("annexes/2-campaign.yaml", "figure: annex2.c17", "figure: annex2.c99", "没有指标“annex2.c99”"),
        ("materials/02-staff.yaml", "status <> '在岗'", "statuss <> '在岗'", "没有列“statuss”"),
        (
            "materials/02-staff.yaml",
            "status <> '在岗'",
            "status <> '在职'",
            "“在职”不是列“status”可选的值，可写：在岗、借出/挂职",
        ),
    ],
)
def test_a_yaml_that_names_what_no_query_gives_is_named_at_its_line(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    line = next(
        n
        for n, text in enumerate((folder / file).read_text(encoding="utf-8").split("\n"), start=1)
        if old in text
    )
    edit(folder / file, old, new)
    found = faults(folder)
    assert len(found) == 1 and found[0].startswith(f"{file}:{line}: ") and said in found[0], found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "count: distinct id_number",
            "count: distinct id_numbr",
            "count 的列“id_numbr”不在查询结果中，是否想写“id_number”？",
        ),
        ("count: distinct id_number", "count: persons", "count 应写成 rows 或“distinct 列名”。"),
        ("ratio: annex3.d5 / annex3.d4", "ratio: annex3.d5 / annex3.d44", "没有指标“annex3.d44”"),
        ("by: in_year", "by: year", "by 的列“year”不在查询结果中"),
    ],
)
def test_a_faulty_figure_is_named(folder: Path, old: str, new: str, said: str) -> None:
    edit(folder / "figures" / "report.sql", old, new)
    found = faults(folder)
    assert len(found) == 1 and found[0].startswith("figures/report.sql:") and said in found[0], found


def test_views_that_read_each_other_in_a_circle_are_named(folder: Path) -> None:
    (folder / "views" / "zz.sql").write_text(
        "/* one\n*/\nselect * from two\n;\n/* two\n*/\nselect * from one;\n", encoding="utf-8"
    )
    assert any("视图互相引用" in each for each in faults(folder))


LITERALS = [
    ("nature <> '常态上交了'", "“常态上交了”不是列“nature”可选的值"),
    ("coalesce(nature, '常态上交了') <> '常态上交'", "“常态上交了”不是列“nature”可选的值"),
    ("'在库' = case when kind = '普通护照' then nature else place end", "“在库”不是列“case”可选的值"),
    ("exists (select 1 from (select nature as how from custody) c where c.how in ('常态上交', '收'))", "“收”不是列“how”可选的值"),
    ("exists (select 1 from sanction_methods m where m.class = '党纪')", "“党纪”不是列“class”可选的值"),
    ("in_service(issued_on, issued_on, nature, issued_on)", "“在岗”不是列“state_of_service”可选的值"),
    ("exists (select 1 from violation_items v where v.code = 'V9')", "“V9”不是列“code”可选的值"),
    ("exists (select 1 from sanctions s where len(list_filter(s.violation, lambda v: code_of(v) = 'V9')) > 0)", "“V9”不是列“v”可选的值"),
    ("exists (select 1 from (select row as n from loans) l where l.n = k.number)", "是数，“k.number”是文字，不能比较"),
    ("number in (select row from loans)", "文字与数不能比较"),
]


def test_what_can_never_be_is_found_behind_subqueries_cases_and_macros(folder: Path) -> None:
    said = each_of(folder, *(condition for condition, _ in LITERALS))
    for (condition, wanted), told in zip(LITERALS, said, strict=True):
        assert wanted in told or wanted in " ".join(faults(folder)), (condition, told)


def test_what_may_be_is_not_faulted(folder: Path) -> None:
    sound = ("coalesce(nature, '常态上交') <> '常态上交'", "exists (select 1 from violation_items v where v.code[1:2] = 'V7')",
             "nullif(place, '证照柜(智能)') is null", "k.issued_on > '2016-01-01'", "code_of(nature) = '常态上交'")
    assert each_of(folder, *sound) == [""] * len(sound)


def test_a_prefill_view_may_only_give_what_the_field_can_hold(folder: Path) -> None:
    edit(folder / "views" / "prefill.sql", "else '已审批' end as standing", "else '批了' end as standing")
    found = [each for each in faults(folder) if "批了" in each]
    assert any(each.startswith("views/prefill.sql:") and "不是“审批情况”可选的值" in each for each in found)


def test_a_macros_fault_is_told_as_the_macros(folder: Path) -> None:
    edit(folder / "views" / "calendar.sql", "from codes c where c.list", "from codes c where c.lst")
    assert any(each.startswith("views/calendar.sql:") and "没有列“lst”" in each for each in faults(folder))


def line_of(file: Path, text: str) -> int:
    return file.read_text("utf-8").partition(text)[0].count("\n") + 1


@pytest.mark.parametrize(("old", "new", "told"), [
    ("('V4a', '一般', 1, 5)", "('V4x', '一般', 1, 5)", "“V4x”不是列“code”可选的值"),
    ("('V1', '一般', 1, 4)", "('V1', '一股', 1, 4)", "“一股”不与所比的任何值相同"),
    ("('H02', 2)", "('H2', 2)", "“H2”不是列“code”可选的值，是否想写“H02”？"),
    ("('H02', 2)", "('V4a', 2)", "“V4a”不是列“code”可选的值"),     # a code, but of another list
    ("(6, '开除')", "(6, 7)", "文字、数、日期混用"),
])
def test_a_row_of_a_table_in_a_view_that_can_never_match_is_named_at_its_line(folder: Path, old: str, new: str, told: str) -> None:
    file = folder / "views" / "severity.sql"
    line = line_of(file, old)
    edit(file, old, new)
    assert any(said.startswith(f"views/severity.sql:{line}: ") and told in said for said in faults(folder)), faults(folder)


def test_a_table_in_a_view_may_leave_things_out(folder: Path) -> None:
    edit(folder / "views" / "severity.sql", "('V5e', '一般', 1, 4), ('V5e', '多次', 2, 5),", "")
    assert faults(folder) == []


def test_a_finding_without_a_cell_is_told_before_it_is_made(folder: Path) -> None:
    """What a result says of table, column and level by words of its own."""
    found = rule(folder, "select unit, row, number,\n  'nummer' as field,\n  'custdy' as origin,\n  'eror' as level\nfrom custody")
    assert [said.partition(" “X950”：")[::2] for said in sorted(found)] == [
        ("rules/own.sql:10:", "没有级别“eror”，是否想写“error”？"),
        ("rules/own.sql:8:", "没有列“nummer”，是否想写“number”？"),
        ("rules/own.sql:9:", "没有表“custdy”，是否想写“custody”？"),
    ]
    assert rule(folder, "select unit, row, number, 'expires_on' as field, 'notice' as level from custody") == []
    assert rule(folder, "select unit, 'loans' as origin, row, number, 'lent_on' as field from loans") == []


def test_parts_of_words_lists_and_what_a_macro_is_given_are_held_against_the_lists(folder: Path) -> None:
    found = each_of(
        folder,
        "exists (select 1 from violation_items v where starts_with(v.code, 'W4'))",
        "exists (select 1 from violation_items v where v.code[1:2] in ('Z1', 'V1'))",
        "exists (select 1 from trips t where list_has_any(t.destinations, ['香港', '澳们']))",
        "exists (select 1 from trips t where answered(t.conclusion, t.violation, 'V5z'))",
        "exists (select 1 from trip_checks t where list_contains(t.suspected, 'V9a'))",
        "exists (select 1 from violation_items v where starts_with(v.code, 'V4') and v.code[1:2] = 'V7')",
        "exists (select 1 from trips t where list_has_any(t.destinations, ['香港', '澳门']) and answered(t.conclusion, t.violation, 'V5a'))",
    )
    for said, word in zip(found, ("W4", "Z1", "澳们", "V5z", "V9a", None, None), strict=True):
        assert (f"“{word}”不是列" in said) if word else said == "", found


def test_every_way_to_ask_for_a_text_is_held_against_its_list(folder: Path) -> None:
    """`in` a list, one of a list, pairs, patterns, and what is cut out of the text."""
    wrong = (
        "exists (select 1 from trips t where '香刚' in t.destinations)",
        "k.state in ['在库', '借出']",
        "k.state = any(['在库', '借出'])",
        "exists (select 1 from trips t where t.violation[1] = 'V4z')",
        "(k.state, k.number) = ('借出', 'E1')",
        "(k.kind, k.number) in (select l.state, l.number from loans l)",
        "k.state like '借岀%'",
        "k.state not like '%借岀%'",
        "regexp_matches(k.state, '借岀')",
        "left(k.state, 2) = '借岀'",
        "upper(trim(k.state)) = '借岀'",
        "exists (select 1 from (select '借出' as state) q join loans l using (state))",
        "exists (select 1 from submissions s where s.state = '已报送')",
        "exists (select 1 from documents d where d.form = 'custdy')",
        "exists (select 1 from config c where c.due_certificate_holders = '全员')",
        "exists (select 1 from (select case k.state when '在库' then 1 else 2 end as n) q where q.n = 3)",
    )
    sound = (
        "exists (select 1 from trips t where '香港' in t.destinations)",
        "k.state in ['在库', '遗失']",
        "k.state = any(['在库', '遗失'])",
        "exists (select 1 from trips t where t.violation[1] = 'V4a 未经批准（无任何手续）')",
        "(k.state, k.number) = ('在库', 'E1')",
        "(k.kind, k.number) in (select l.kind, l.number from loans l)",
        "k.state like '借出%'",
        "k.state not like '%借出%'",
        "regexp_matches(k.state, '^借出.经')",
        "left(k.state, 2) = '借出'",
        "upper(trim(k.state)) = '在库'",
        "exists (select 1 from (select '已领用' as state) q join loans l using (state))",
        "exists (select 1 from submissions s where s.state = 'submitted')",
        "exists (select 1 from documents d where d.form = 'custody')",
        "exists (select 1 from config c where c.due_certificate_holders = '全体在册人员')",
        "exists (select 1 from (select case k.state when '在库' then 1 else 2 end as n) q where q.n = 2)",
    )
    said = each_of(folder, *wrong, *sound)
    assert all(said[: len(wrong)]) and not any(said[len(wrong) :]), said


def test_what_is_reckoned_has_a_kind_and_a_text_is_no_condition(folder: Path) -> None:
    wrong = (
        "k.due_on - k.issued_on > '三'", "k.due_on + 1 > k.days_late", "abs(k.days_late) = '3'", "month(k.due_on) = '三'",
        "k.number and k.days_late > 3", "not k.number", "case when k.due_on then true end",
        "exists (select 1 from (values (1, '一'), ('2', '二')) v(n, word) where v.n > k.days_late)",
    )
    sound = (
        "k.due_on - k.issued_on > 3", "k.due_on + 1 > k.issued_on", "abs(k.days_late) = 3", "month(k.due_on) = 3",
        "k.number is not null and k.days_late > 3", "not (k.number = 'E1')", "case when k.due_on > k.issued_on then true end",
        "exists (select 1 from (values (1, '一'), (2, '二')) v(n, word) where v.n > k.days_late)",
    )
    said = each_of(folder, *wrong, *sound)
    assert all(said[: len(wrong)]) and not any(said[len(wrong) :]), said


@pytest.mark.parametrize(("key", "text"), [
    ("says", "证件{ number }"), ("says", "证件{number"), ("fix", "找{证件号码}。"), ("why", "因为{number}。"),
])
def test_braces_that_nothing_fills_are_named(folder: Path, key: str, text: str) -> None:
    [said] = rule(folder, "select unit, row, number from custody", **{key: text})
    assert said.startswith("rules/own.sql:") and "填不上内容" in said


def test_a_placeholder_inside_a_text_of_the_query_is_named_at_its_line(folder: Path) -> None:
    [said] = rule(folder, "select unit, row, number,\n  '没有{number}' as problem from custody", says="{problem}")
    assert said == "rules/own.sql:8: “X950”：文字中的“{number}”填不上内容，请用 || 接上这一列。"


def test_a_level_for_a_rule_that_there_is_not_is_named(folder: Path) -> None:
    edit(folder / "campaign.yaml", "\n  F17: notice", "\n  F71: notice")
    line = line_of(folder / "campaign.yaml", "F71: notice")
    assert faults(folder) == [f"campaign.yaml:{line}: 没有规则“F71”，是否想写“F21”？"]


def test_a_column_that_only_holds_labels_says_which(folder: Path) -> None:
    """Texts that are shown and never compared: a slip in them would be silent."""
    line = line_of(folder / "views" / "trips.sql", "then '事由不符'")
    edit(folder / "views" / "trips.sql", "then '事由不符'", "then '事由不付'")
    assert faults(folder) == [
        f"views/trips.sql:{line}: “trip_checks”：“事由不付”不是代码表“approval_match”中的，是否想写“事由不符”？"
    ]


def test_a_step_that_is_only_compared_by_less_and_more_must_be_one(folder: Path) -> None:
    line = line_of(folder / "views" / "severity.sql", "('H02', 2)")
    edit(folder / "views" / "severity.sql", "('H02', 2)", "('H02', 9)")
    assert [said.partition(": ")[0] for said in faults(folder)] == [f"views/severity.sql:{line}"]


@pytest.mark.parametrize(("old", "new", "told"), [
    ("cert_handin_workdays: {value: 5", "cert_handin_workdays: {value: 五", "“五”是文字，应为数字"),
    ("discipline_opinion_required: {value: true", "discipline_opinion_required: {value: 是", "true 或 false"),
    ("{value: 应备, choices", "{value: 全员, choices", "不在可选值内"),
    ('{value: true, choices: {"true": 一律遮盖}', '{value: false, choices: {"true": 一律遮盖}', "可写：true"),
])
def test_a_parameter_of_the_wrong_kind_is_named_at_its_own_line(folder: Path, old: str, new: str, told: str) -> None:
    file = folder / "campaign.yaml"
    line = line_of(file, old)
    edit(file, old, new)
    with pytest.raises(CampaignError) as wrong:
        load(folder)
    assert str(wrong.value).startswith(f"campaign.yaml:{line}: ") and told in str(wrong.value)
