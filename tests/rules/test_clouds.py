# ruff: noqa: E501
"""A cell that cannot be read raises one finding and feeds no rule: nothing follows from it, a number waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from forms.document import Document
from forms.engine import Checked
from forms.findings import Finding
from tests.forms.small import Lists, campaign
from tests.rules.tables import AS_OF, UNIT, _document, engine, world

GIVEN = """
    staff 陈甲
    staff 林乙
    registrations 陈甲
    registrations 林乙
    custody 陈甲 state=未上交 first_handed_in_on= missing_reason=
    custody 林乙 number=EZ9900002 state=未上交 first_handed_in_on= missing_reason=
    annex3 unit_name=瑞安市人民医院 registered=2
    """


def documents() -> list[Document]:
    rows, *_ = world(GIVEN)
    return [_document(campaign().forms[form], UNIT, rows)
            for form in ("staff", "registrations", "certificates", "custody", "annex3")]


def blurred(found: Iterable[Document], form: str, table: str, field: str, row: int, note: Finding | None = None) -> list[Document]:
    """The documents with one cell that could not be read (or, with a note, that was left empty)."""
    changed = []
    for each in found:
        if each.form == form:
            data = each.tables[table]
            column = list(data.values[field])
            column[data.rows.index(row)] = None
            unreadable = data.unreadable if note else (*data.unreadable, (row, field))
            data = replace(data, values={**data.values, field: column}, unreadable=unreadable)
            each = replace(each, tables={**each.tables, table: data}, findings=(note,) if note else ())
        changed.append(each)
    return changed


def asked(rule: str, found: list[Document]) -> Checked:
    with engine().data(Lists({}), found, as_of=AS_OF) as data:
        return data.check(rules=[rule])


def test_without_a_cloud_both_reasons_are_missed() -> None:
    assert [each.row for each in asked("R16", documents()).findings] == [6, 7]


def test_of_an_unreadable_cell_nothing_else_is_said_and_others_are_judged() -> None:
    found = asked("R16", blurred(documents(), "custody", "custody", "missing_reason", 6))
    assert [each.row for each in found.findings] == [7]


def test_an_unreadable_state_in_one_form_silences_the_same_person_in_another() -> None:
    unread = blurred(documents(), "registrations", "registrations", "state", 6)
    assert asked("X01", unread).findings == ()
    gone = [replace(each, tables={**each.tables, "registrations": replace(
        each.tables["registrations"], rows=(7,), values={key: value[1:] for key, value in each.tables["registrations"].values.items()})})
        if each.form == "registrations" else each for each in documents()]
    assert [each.row for each in asked("X01", gone).findings] == [6]


def test_a_mandatory_cell_left_empty_is_one_finding_too() -> None:
    note = Finding("F01", "error", UNIT, "registrations", campaign().forms["registrations"].tables["registrations"].sheet, "T6", 6,
                   "state", None, None, "", None)
    assert asked("X01", blurred(documents(), "registrations", "registrations", "state", 6, note)).findings == ()


def test_a_number_counted_from_it_waits_and_is_told_as_held() -> None:
    def typed(found: Checked) -> list[tuple[str | None, str | None]]:
        return [(each.field, each.value) for each in found.findings]

    assert typed(asked("X24", documents())) == []
    unread = asked("X24", blurred(documents(), "registrations", "registrations", "state", 6))
    assert typed(unread) == []
    assert [(each.rule, each.unit, each.needs) for each in unread.held] == [("X24", UNIT, ("registrations",))]
    elsewhere = asked("X24", blurred(documents(), "registrations", "registrations", "contact", 6))
    assert not elsewhere.held


def test_a_number_does_not_wait_for_a_cell_that_its_views_only_mention() -> None:
    """The post stands in the view of who is on the register; no number of Annex 3 asks for it."""
    wrong = [replace(each, tables={**each.tables, "annex3": replace(each.tables["annex3"], values={
        **each.tables["annex3"].values, "registered": [3]})}) if each.form == "annex3" else each for each in documents()]
    found = asked("X24", blurred(wrong, "staff", "staff", "position", 6))
    assert not found.held and [(each.field, each.value) for each in found.findings] == [("registered", "3")]
    waits = asked("X24", blurred(wrong, "staff", "staff", "status", 6))
    assert [each.needs for each in waits.held] == [("staff",)] and waits.findings == ()


def test_a_rule_is_not_silenced_by_a_cell_that_its_views_only_mention() -> None:
    gone = [replace(each, tables={**each.tables, "registrations": replace(
        each.tables["registrations"], rows=(7,), values={key: value[1:] for key, value in each.tables["registrations"].values.items()})})
        if each.form == "registrations" else each for each in documents()]
    assert [each.row for each in asked("X01", blurred(gone, "staff", "staff", "position", 6)).findings] == [6]
    assert asked("X01", blurred(gone, "staff", "staff", "due", 6)).findings == ()
