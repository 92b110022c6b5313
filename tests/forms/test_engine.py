"""Rules become findings with their cell; what cannot be judged is held; explanations, waivers and
levels are honoured."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from forms.campaign import load, shipped
from forms.engine import Engine, Submission, Waiver, figure_names
from forms.faults import CampaignError
from tests.forms.small import (
    ANN,
    AS_OF,
    BEN,
    OTHER,
    PASSPORT,
    UNIT,
    Lists,
    campaign,
    checked,
    document,
    documents,
    engine,
    registers,
)

# A folder of one's own with rules of one's own: the machinery is tested apart from the shipped rules.
RULES = """
/* X901
level: error            # a comment
at: custody.number
needs: [custody, certificates]
says: 保管台账有、登记表无：{kind}{number}。
fix: 补登材料4（{name}）。
*/
select unit, document, row, name, kind, number
from custody anti join certificates using (unit, kind, number);

/* X902
level: notice
at: staff.position
says: {name}于{joined_on}进入，{n}本。
*/
select s.unit, s.document, s.row, s.id_number, s.name, s.joined_on, count(c.number) as n,
       case when n > 1 then 'warning' end as level
from staff s join certificates c using (unit, id_number) group by all;

/* U901
level: warning
at: unit
city: true
says: {number}同时在{units}登记。
*/
select cast(null as varchar) as unit, number as key, number, list(unit order by unit) as units
from certificates group by number having count(distinct unit) > 1;

/* P901
level: warning
at: staff.name
needs: [staff, police_registrations]
says: 公安名单中没有{name}。
*/
select unit, document, row, id_number, name from staff
where id_number not in (select p.id_number from police_registrations p);

/* X903
level: error
at: annex2.newly_collected
needs: [annex2]
says: 应为{n}。
*/
select a.unit, a.document, a.row, 'lax_approvals' as field, f.n from annex2 a
join figures f on f.unit = a.unit and f.figure = 'annex2.c12' where a.lax_approvals <> f.n;

/* X904
level: error
at: self_report.R1_trips
needs: [self_report]
says: 自查报告写{n}。
*/
select unit, document, R1_trips as n, R1_trips as value from self_report_facts where R1_trips > 5;
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("own") / "campaign"
    shutil.copytree(shipped(), folder, ignore=shutil.ignore_patterns("rules"))
    (folder / "rules").mkdir()
    (folder / "rules" / "own.sql").write_text(RULES, encoding="utf-8")
    return Engine(load(folder))


def found(
    engine: Engine, given: list[Any], *rules: str, unit: str | None = UNIT, lists: Any = None, **more: Any
) -> Any:
    with engine.data(lists, given, as_of=AS_OF, **more) as data:
        return data.check(unit=unit, rules=rules)


def test_a_finding_points_to_the_cell_where_this_file_keeps_the_field(own: Engine) -> None:
    file = document("custody", custody=[{"number": "EZ9900001"}, {"number": "EZ9900009"}])
    table = file.tables["custody"]
    moved = replace(file, tables={"custody": replace(table, letters={**table.letters, "number": "M"})})
    [finding] = found(own, [moved, document("certificates", certificates=[{}])], "X901").findings
    assert (finding.rule, finding.level, finding.unit, finding.form) == ("X901", "error", UNIT, "custody")
    assert (finding.sheet, finding.cell, finding.row, finding.field) == ("7-保管台账", "M7", 7, "number")
    assert (finding.key, finding.value) == (f"{PASSPORT} EZ9900009", "EZ9900009")
    assert finding.message == "保管台账有、登记表无：普通护照EZ9900009。"
    assert finding.fix == "补登材料4（陈小一）。"


def test_no_finding_where_the_certificate_is_listed(own: Engine) -> None:
    given = [document("custody", custody=[{}]), document("certificates", certificates=[{}])]
    assert found(own, given, "X901") == type(found(own, given, "X901"))((), ())


def test_a_rule_is_held_until_its_forms_are_in_and_their_keys_readable(own: Engine) -> None:
    custody, certificates = document("custody", custody=[{}]), document("certificates")
    assert [(each.rule, each.unit, each.needs) for each in found(own, [custody], "X901").held] == [
        ("X901", UNIT, ("certificates",))
    ]
    assert found(own, [custody], "X901").findings == ()
    refused = replace(certificates, rows_refused=1)
    assert found(own, [custody, refused], "X901").held[0].needs == ("certificates",)
    assert len(found(own, [custody, certificates], "X901").findings) == 1


def test_absence_in_one_unit_does_not_hold_the_rule_for_another(own: Engine) -> None:
    given = [
        document("custody", UNIT, custody=[{}]),
        *[
            document(form, OTHER, **rows)
            for form, rows in (("custody", {"custody": [{}]}), ("certificates", {}))
        ],
    ]
    result = found(own, given, "X901", unit=None)
    assert ([each.unit for each in result.findings], [each.unit for each in result.held]) == ([OTHER], [UNIT])


def test_only_the_units_asked_for_are_judged(own: Engine) -> None:
    given = [*documents(UNIT, custody=[{}]), *documents(OTHER, custody=[{}])]
    assert {each.unit for each in found(own, given, "X901", unit=None).findings} == {UNIT, OTHER}
    assert {each.unit for each in found(own, given, "X901", unit=None, units=[OTHER]).findings} == {OTHER}
    assert {each.unit for each in found(own, given, "X901").findings} == {UNIT}


def test_a_rule_may_say_its_own_level_and_print_dates_and_numbers(own: Engine) -> None:
    given = [
        document("staff", staff=[{}, {"id_number": BEN, "name": "林小二"}]),
        document(
            "certificates",
            certificates=[{}, {"number": "EZ9900002"}, {"id_number": BEN, "number": "EZ9900003"}],
        ),
    ]
    assert [(each.level, each.message, each.key) for each in found(own, given, "X902").findings] == [
        ("warning", "陈小一于2010-01-01进入，2本。", ANN),
        ("notice", "林小二于2010-01-01进入，1本。", BEN),
    ]


def test_a_city_rule_runs_over_all_units_and_never_on_one(own: Engine) -> None:
    given = [
        document("certificates", UNIT, certificates=[{}]),
        document("certificates", OTHER, certificates=[{}]),
    ]
    assert found(own, given, "U901").findings == ()
    [finding] = found(own, given, "U901", unit=None).findings
    assert (finding.unit, finding.form, finding.message) == (None, None, "EZ9900001同时在002、003登记。")


def test_a_rule_that_needs_the_police_is_held_while_no_list_has_come(own: Engine) -> None:
    given = [document("staff", staff=[{}])]
    assert found(own, given, "P901").held[0].needs == ("police_registrations",)
    assert found(own, given, "P901", lists=registers(police_registrations=[])).held[0].needs == (
        "police_registrations",
    )
    assert (
        len(found(own, given, "P901", lists=registers(police_registrations=[{"id_number": BEN}])).findings)
        == 1
    )


def test_a_rule_reads_figures_and_names_the_field_it_means(own: Engine) -> None:
    given = [document("annex2", annex2=[{"lax_approvals": 1}])]
    [finding] = found(own, given, "X903").findings
    assert (finding.field, finding.cell, finding.message, finding.value) == (
        "lax_approvals",
        "L6",
        "应为0。",
        "1",
    )


def test_a_finding_in_labelled_cells_points_to_them(own: Engine) -> None:
    given = [document("self_report", facts={"R1_trips": 6})]
    [finding] = found(own, given, "X904").findings
    assert (finding.form, finding.field, finding.sheet, finding.value) == (
        "self_report",
        "R1_trips",
        "数据",
        "6",
    )
    assert finding.cell is not None and finding.row is None


def test_an_explanation_holds_while_rule_key_and_value_stay(own: Engine) -> None:
    given = [document("custody", custody=[{}]), document("certificates")]
    key, value = f"{PASSPORT} EZ9900001", "EZ9900001"
    told = [(UNIT, "X901", key, value, "正在补登")]
    milder = Engine(replace(own.campaign, levels={"X901": "warning"}))
    assert found(milder, given, "X901", explanations=told).findings[0].explained == "正在补登"
    other = [(UNIT, "X901", key, "EZ9900002", "正在补登"), (OTHER, "X901", key, value, "正在补登")]
    assert found(milder, given, "X901", explanations=other).findings[0].explained is None
    assert found(own, given, "X901", explanations=told).findings[0].open  # an error is corrected or waived


def test_a_waiver_holds_until_its_day_for_one_key_or_the_whole_unit(own: Engine) -> None:
    given = [document("custody", custody=[{}]), document("certificates")]

    def explained(**more: Any) -> str | None:
        waiver = Waiver(**{"unit": UNIT, "rule": "X901", "key": None, "reason": "局同意"} | more)
        return found(own, given, "X901", waivers=[waiver]).findings[0].explained

    assert explained() == "豁免：局同意"
    assert explained(until=AS_OF) == "豁免：局同意"
    assert explained(until=date(2019, 8, 11)) is None
    assert explained(key="别的") is None
    assert explained(rule="X902") is None


def test_levels_of_the_campaign_win_and_off_is_silence(own: Engine) -> None:
    given = [document("custody", custody=[{}]), document("certificates")]
    softened = Engine(replace(own.campaign, levels={"X901": "notice"}))
    assert found(softened, given, "X901").findings[0].level == "notice"
    silent = Engine(replace(own.campaign, levels={"X901": "off"}))
    assert found(silent, given, "X901").findings == ()


def test_only_rules_that_touch_the_uploaded_form_run(own: Engine) -> None:
    given = documents(custody=[{}], staff=[{}])
    with own.data(None, given, as_of=AS_OF) as data:
        assert {
            each.rule for each in data.check(UNIT, forms=["certificates"]).findings if each.rule != "F01"
        } == {"X901"}
        assert {each.rule for each in data.check(UNIT, forms=["loans"]).findings} == set()


def test_a_field_required_when_others_say_so_is_missed_only_then() -> None:
    rows = [
        {"status": "退休"},
        {"id_number": BEN},
        {"id_number": "33039919901231013X", "status": "调出", "status_on": "2019-01-01"},
    ]
    assert [
        (each.rule, each.level, each.cell, each.field, each.message)
        for each in checked([document("staff", staff=rows)], "F01").findings
    ] == [
        ("F01", "error", "P6", "status_on", "“状态变动日期”为必填项，不能为空。"),
        ("F01", "error", "Q8", "counterpart", "“去向/来源单位”为必填项，不能为空。"),
    ]


def test_an_unreadable_cell_is_not_called_missing_and_a_named_word_fills_a_cell() -> None:
    unread = document("staff", staff=[{"status": "退休"}], unreadable=[("staff", 6, "status_on")])
    assert checked([unread], "F01").findings == ()


def test_submissions_are_told_in_beijing_time(own: Engine) -> None:
    late = Submission(
        UNIT, "staff", "submitted", datetime(2019, 8, 11, 16, 30, tzinfo=UTC)
    )  # half past midnight, the 12th
    with own.data(None, [], as_of=AS_OF, submissions=[late]) as data:
        found = data.figures()
    assert (found[None, "report.units_submitted"], found[None, "report.units_late"]) == (1, 1)
    assert found[None, "report.units_missing"] == found[None, "report.units_required"] - 1


def test_data_sets_do_not_leak_into_each_other_even_in_threads(own: Engine) -> None:
    def held(n: int) -> int:
        given = documents(staff=[{"id_number": f"33039919800101{i:04d}"} for i in range(n)])
        with own.data(None, given, as_of=AS_OF) as data:
            return data.figures()[UNIT, "annex3.d3"]

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(held, [3, 1, 5, 0, 2, 4])) == [3, 1, 5, 0, 2, 4]


def test_registers_of_another_batch_replace_the_former(own: Engine) -> None:
    person = {"id_number": ANN, "name": "陈小一", "status": "在岗", "category": "在编事业"}
    first, second = registers(roster=[person]), registers(roster=[person, person | {"id_number": BEN}])
    for lists, n in ((first, 1), (second, 2), (first, 1), (None, 0)):
        with own.data(lists, [], as_of=AS_OF) as data:
            assert data.view("known_staff", UNIT).num_rows == n


def test_a_data_set_that_cannot_be_loaded_leaves_nothing_behind(own: Engine) -> None:
    broken = Lists({"roster": registers(roster=[{"id_number": ANN}]).tables["roster"].select(["unit"])})
    with (
        pytest.raises(Exception, match="id_number"),
        own.data(broken, documents(staff=[{}]), as_of=AS_OF) as data,
    ):
        data.view("known_staff")
    for _ in range(2):
        with own.data(None, [], as_of=AS_OF) as data:
            assert data.view("staff").num_rows == data.view("known_staff").num_rows == 0


def test_queries_read_no_files(own: Engine) -> None:
    with own.data(None, [], as_of=AS_OF) as data, pytest.raises(Exception, match="disabled"):
        data._slot.rows(f"select * from read_text('{Path(__file__)}')")


def test_a_query_that_does_not_parse_stops_the_engine_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(shipped(), folder)
    (folder / "rules" / "zz.sql").write_text(
        "/* X999\nlevel: error\nat: unit\nsays: x\n*/\nselect from where", encoding="utf-8"
    )
    with pytest.raises(CampaignError, match=r"rules/zz\.sql:6"):
        Engine(load(folder))


def test_figure_names_include_aliases_and_what_the_texts_call_them() -> None:
    names = figure_names(campaign())
    assert {
        "annex2.c5",
        "annex2.unapproved_since_2016",
        "fig.annex2_c5",
        "fig.travellers",
        "by.trips_year",
    } <= names


def test_an_unknown_view_or_figure_is_a_key_error() -> None:
    with engine().data(None, [], as_of=AS_OF) as data:
        with pytest.raises(KeyError):
            data.view("known_nothing")
        with pytest.raises(KeyError):
            data.figure("annex2.c99")


# --- the shipped totals ---------------------------------------------------------------------------

ZEROS = {
    field.name: 0
    for form in ("annex2", "annex3")
    for field in campaign().forms[form].tables[form].fields
    if field.figure
}
ANNEX2 = {name: 0 for name in ZEROS if name in campaign().forms["annex2"].tables["annex2"].by_name}
ANNEX3 = {name: 0 for name in ZEROS if name in campaign().forms["annex3"].tables["annex3"].by_name}


def totals(
    rule: str, annex2: dict[str, int] | None = None, annex3: dict[str, int] | None = None, **more: Any
) -> list[tuple[str | None, str]]:
    given = documents(staff=[{}], annex2=[ANNEX2 | (annex2 or {})], annex3=[ANNEX3 | (annex3 or {})])
    result = checked(given, rule, **more)
    assert result.held == ()
    return [(each.field, each.message) for each in result.findings]


def test_x23_and_x24_compare_what_was_typed_with_what_the_rows_say() -> None:
    assert totals("X23") == []
    assert totals("X23", {"removed": 2}) == [("removed", "附件2“免职”应为0，填报为2。")]
    assert totals("X24", annex3={"staff_total": 1, "due_registration": 1}) == []
    assert totals("X24", annex3={"due_registration": 1}) == [
        ("staff_total", "附件3“国家工作人员总数”应为1，填报为0。")
    ]


def test_x23_is_silent_where_the_bureau_set_the_number() -> None:
    assert totals("X23", {"removed": 2}, overrides=[(UNIT, "annex2.c18", 2, "另有文件", "审核")]) == []
    assert totals("X23", {"removed": 2}, overrides=[(UNIT, "annex2.c18", 3, "另有文件", "审核")]) != []


@pytest.mark.parametrize(
    ("rule", "annex2", "annex3", "field"),
    [
        ("X25", {"persons_handled": 2, "criticised": 1}, {}, "persons_handled"),
        ("X25", {"persons_handled": 0, "criticised": 1}, {}, "persons_handled"),
        ("X25", {"persons_handled": 1, "criticised": 2}, {}, None),
        ("X26", {"unapproved_open": 1}, {}, "unapproved_open"),
        ("X26", {"unapproved_open": 1, "unapproved_since_2016": 1}, {}, None),
        ("X27", {}, {"registered": 2, "due_registration": 1, "staff_total": 1}, "registered"),
        ("X27", {}, {"due_registration": 2, "staff_total": 1}, "due_registration"),
        ("X27", {}, {"registered": 1, "due_registration": 1, "staff_total": 1}, None),
        (
            "X28",
            {},
            {"held_certificates": 2, "held_passports": 1, "due_certificates": 2},
            "held_certificates",
        ),
        (
            "X28",
            {},
            {"held_certificates": 1, "held_passports": 1, "due_certificates": 0},
            "held_certificates",
        ),
        ("X28", {}, {"held_certificates": 1, "held_tw_permits": 1, "due_certificates": 1}, None),
        ("X29", {"new_registrations": 2}, {"registered": 1}, "new_registrations"),
        ("X29", {"newly_collected": 1}, {}, "newly_collected"),
        ("X29", {"new_registrations": 1}, {"registered": 1}, None),
    ],
)
def test_the_annexes_agree_with_themselves(
    rule: str, annex2: dict[str, int], annex3: dict[str, int], field: str | None
) -> None:
    assert [each for each, _ in totals(rule, annex2, annex3)] == ([field] if field else [])


def test_a_plan_made_over_other_rows_gives_what_a_new_plan_gives(own: Engine) -> None:
    """A slot plans a query once; what the first rows looked like must not colour the next (duckdb#24696)."""
    few = {"name": "陈小一", "id_number": ANN, "status": "在岗", "category": "在编事业", "due": "是"}
    other = few | {"status": None}
    many = [other | {"id_number": f"{n:018}", "due": None if n % 3 else "否"} for n in range(300)]
    for rows in ([few], many, [], [few, *many]):
        given = documents(staff=rows)
        with own.data(None, given, as_of=AS_OF) as data:
            planned = [data.check(UNIT, rules=[rule.id]).findings for rule in own.rules]
        with Engine(own.campaign).data(None, given, as_of=AS_OF) as data:
            assert planned == [data.check(UNIT, rules=[rule.id]).findings for rule in own.rules]


def test_a_slot_keeps_what_did_not_change_and_forgets_what_did(own: Engine) -> None:
    person = {"name": "陈小一", "id_number": ANN, "status": "在岗", "category": "在编事业", "due": "是"}
    for rows in ([person], [person], [person, person | {"id_number": BEN}], [person | {"due": "否"}], []):
        with own.data(None, documents(staff=rows), as_of=AS_OF) as data:
            assert data.view("on_register", UNIT)["due"].to_pylist() == [row["due"] for row in rows]
            assert data.figure("annex3.d4", UNIT).n == sum(row["due"] == "是" for row in rows)


def test_what_is_kept_from_one_check_to_the_next_never_colours_it() -> None:
    """Whatever changes between two checks, and whoever is asked for: the findings, what is held and the
    figures are those of an engine that has kept nothing."""
    kept, other = engine(), Engine(campaign())
    trip = {"exit_on": "2018-05-01", "entry_on": "2018-05-09", "conclusion": "属实"}
    sheets: dict[str, list[list[dict[str, Any]]]] = {
        "staff": [[{}], [{"due": "否"}], [{}, {"id_number": BEN, "name": "林乙"}]],
        "trips": [[], [trip], [trip | {"approval": "未经审批"}], [trip, trip]],
        "custody": [[], [{"number": PASSPORT}], [{"number": PASSPORT, "first_handed_in_on": "2019-07-05"}]],
        "annex3": [[ANNEX3], [ANNEX3 | {"staff_total": 1}], [ANNEX3 | {"staff_total": 2}]],
    }
    now = {name: 0 for name in sheets}
    later = date(2020, 3, 1)
    for changed, n, asked, day in [
        ("staff", 0, [UNIT], AS_OF),
        ("trips", 2, [UNIT], AS_OF),
        ("staff", 2, [UNIT], AS_OF),
        ("annex3", 1, [OTHER], AS_OF),
        ("annex3", 2, [UNIT, OTHER], AS_OF),
        ("custody", 2, [UNIT], later),
        ("trips", 0, [UNIT], later),
        ("staff", 1, [UNIT], AS_OF),
    ]:
        now[changed] = n
        given = [
            *documents(**{name: sheets[name][n] for name, n in now.items()}),
            *documents(OTHER, staff=[{"status": None}], trips=[trip]),
        ]
        other.forget()
        results = []
        for each in (kept, other):
            with each.data(None, given, as_of=day) as data:
                results.append((data.check(asked), data.figures(), data.check(asked, forms=[changed])))
        assert results[0] == results[1]
