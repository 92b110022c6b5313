"""The list of all rules is the brief's, no more and no less; each has a test that fires it and a near miss."""
# ruff: noqa: E501 — rows of a table

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from forms.kinds.base import RULES as FIELD_RULES
from merger.vetting import RULES as OUTPUT_RULES
from tests.forms.test_kinds import CASES as CELLS
from tests.forms.test_kinds import FIELDS
from tests.forms.test_kinds import ROWS as COMPARED
from tests.rules.tables import engine
from tests.rules.test_structure import CASES

ROOT = Path(__file__).parents[2]
# Domain brief §3.3–§3.9: how many rules each letter has. F25 (a text too long) is ours.
LAST = {"F": 24, "R": 30, "S": 16, "X": 35, "P": 20, "U": 9}
OURS = {"F25"}
IDENTIFY, READ, VETTING = "forms/test_identify.py", "forms/test_read.py", "merger/test_vetting.py"
TOTALS, REGISTERS, REPORT = "forms/test_engine.py", "forms/test_registers.py", "rules/test_self_report.py"

# What no query of the campaign asks, or what is tried with the figures: who asks it, a test that fires it, one that
# does not. `file::test`; a test may show both sides.
PROOF: dict[str, tuple[str, str, str]] = {
    "S01": ("forms/identify.py", f"{IDENTIFY}::test_an_old_version_is_named_with_the_current_one",
            f"{IDENTIFY}::test_the_stamp_tells_form_unit_and_version"),
    "S02": ("forms/identify.py", f"{IDENTIFY}::test_another_units_file_is_named",
            f"{IDENTIFY}::test_the_stamp_tells_form_unit_and_version"),
    "S03": ("forms/workbook/checks.py", f"{READ}::test_a_renamed_header_is_named_and_still_read",
            f"{READ}::test_a_faultless_form_is_read_without_a_word"),
    "S04": ("forms/workbook/checks.py", f"{READ}::test_duplicates_are_named_with_both_rows",
            f"{READ}::test_a_faultless_form_is_read_without_a_word"),
    "S05": ("forms/workbook/checks.py", f"{READ}::test_serials_are_renumbered_once",
            f"{READ}::test_spare_serial_numbers_alone_are_no_ink"),
    "S06": ("forms/workbook/checks.py", f"{READ}::test_a_wrong_total_is_named", f"{READ}::test_a_wrong_total_is_named"),
    "S07": ("forms/workbook/checks.py", f"{READ}::test_an_empty_sheet_must_say_none",
            f"{READ}::test_none_in_the_first_cell_is_the_nil_return"),
    "S10": ("forms/workbook/facts.py", f"{READ}::test_labelled_cells_must_be_filled_by_two_people",
            f"{READ}::test_labelled_cells_may_share_one_cell_with_their_values"),
    "S11": ("forms/workbook/checks.py", f"{READ}::test_hidden_rows_and_columns_with_data_are_read_and_named",
            f"{READ}::test_a_faultless_form_is_read_without_a_word"),
    "S13": ("forms/workbook/changes.py", f"{READ}::test_changed_prefilled_values_ask_for_a_reason",
            f"{READ}::test_changed_prefilled_values_ask_for_a_reason"),
    "S14": ("forms/ruian2019/rules/totals.sql", f"{REPORT}::test_a_number_of_the_report_that_the_tables_do_not_give_is_named_with_both",
            f"{REPORT}::test_a_report_whose_numbers_are_the_tables_is_silent"),
    "S16": ("huizong/steps/tell.py", "steps/test_tell.py::test_a_set_with_open_errors_or_unexplained_warnings_is_not_handed_in",
            "steps/test_tell.py::test_a_set_handed_in_is_told_with_its_receipt"),
    "R22": ("forms/kinds/choices.py", "forms/test_kinds.py::test_two_choices_in_one_cell_are_read_and_asked_to_be_split",
            "forms/test_kinds.py::test_one_choice_in_a_cell_is_not_asked_to_be_split"),
    "X23": ("forms/ruian2019/rules/totals.sql", f"{TOTALS}::test_x23_and_x24_compare_what_was_typed_with_what_the_rows_say",
            f"{TOTALS}::test_x23_is_silent_where_the_bureau_set_the_number"),
    "X24": ("forms/ruian2019/rules/totals.sql", f"{TOTALS}::test_x23_and_x24_compare_what_was_typed_with_what_the_rows_say",
            f"{TOTALS}::test_x23_and_x24_compare_what_was_typed_with_what_the_rows_say"),
    **{f"X{n}": ("forms/ruian2019/rules/totals.sql", f"{TOTALS}::test_the_annexes_agree_with_themselves",
                 f"{TOTALS}::test_the_annexes_agree_with_themselves") for n in range(25, 30)},
    # A document's number that is not the snapshot's: asked of the paper as written (D-01).
    "X30": ("merger/vetting.py", f"{VETTING}::test_an_annex_row_that_is_not_the_snapshots_is_found",
            f"{VETTING}::test_a_paper_as_it_is_composed_breaks_none"),
    "P18": ("forms/registers/model.py", f"{REGISTERS}::test_incomplete_police_files_are_sent_back",
            f"{REGISTERS}::test_flat_police_lists_are_told_apart_by_their_headers"),
}


def brief() -> set[str]:
    return {f"{letter}{n:02}" for letter, last in LAST.items() for n in range(1, last + 1)}


@cache
def functions_of(file: str) -> dict[str, str]:
    """Test function → its source with its decorators, of a file below tests/."""
    text = (ROOT / "tests" / file).read_text("utf-8")
    lines = text.splitlines()
    return {each.name: "\n".join(lines[min([each.lineno, *(mark.lineno for mark in each.decorator_list)]) - 1:each.end_lineno])
            for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)}


def test_there_are_134_rules_and_eleven_for_what_is_published() -> None:
    assert len(brief()) == 134
    assert [rule for rule, _ in OUTPUT_RULES] == [f"D-{n:02}" for n in range(1, 12)]


def test_every_rule_of_the_brief_is_asked_somewhere_and_no_other() -> None:
    queries = {rule.id for rule in engine().rules} - {"F01"}      # F01 where a field is required by others
    assert queries | set(FIELD_RULES) - {"S05"} | set(PROOF) == brief() | OURS
    assert not queries & set(FIELD_RULES)


@pytest.mark.parametrize("rule", sorted(each for each in brief() if each[0] == "F"))
def test_a_field_rule_has_a_cell_that_fires_it_and_one_of_the_same_kind_that_does_not(rule: str) -> None:
    firing = {FIELDS[name].kind for name, _, fired, _ in CELLS if rule in fired}
    silent = {FIELDS[name].kind for name, _, fired, _ in CELLS if rule not in fired}
    compared = {id(fields) for fields, _, fired in COMPARED if rule in fired}
    alike = {id(fields) for fields, _, fired in COMPARED if rule not in fired}
    assert firing or compared
    assert firing <= silent and compared <= alike


@pytest.mark.parametrize("rule", sorted(brief() - set(PROOF) - {each for each in brief() if each[0] == "F"}))
def test_a_query_has_a_case_that_fires_it_and_one_that_does_not(rule: str) -> None:
    own = [case for case in CASES if case.rule == rule]
    assert any(case.findings for case in own) and any(not case.findings for case in own)


@pytest.mark.parametrize("rule", PROOF)
def test_what_no_query_asks_is_asked_by_the_program_and_tried_on_both_sides(rule: str) -> None:
    asked, *proofs = PROOF[rule]
    assert re.search(rf"\b{'D-01' if rule == 'X30' else rule}\b", (ROOT / asked).read_text("utf-8"))
    for each in proofs:
        file, name = each.split("::")
        assert name in functions_of(file), each
    file, name = proofs[0].split("::")
    assert re.search(rf"\b{'D-01' if rule == 'X30' else rule}\b", functions_of(file)[name]), proofs[0]


@pytest.mark.parametrize("rule", [rule for rule, _ in OUTPUT_RULES])
def test_a_rule_for_papers_has_a_paper_that_breaks_it(rule: str) -> None:
    """The other side is one test for all: a paper as it is composed breaks none."""
    assert any(f'"{rule}"' in source for name, source in functions_of(VETTING).items() if name != "test_the_rules_are_those_of_the_brief")
    assert "test_a_paper_as_it_is_composed_breaks_none" in functions_of(VETTING)
