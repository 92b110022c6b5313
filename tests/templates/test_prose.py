"""A text file is words with placeholders: filled in a sandbox, values inert, faults named by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates import (
    Heading,
    Inserts,
    Paragraph,
    Prose,
    ProseError,
    Table,
    compose,
    fill_text,
    placeholder_lines,
    placeholders,
)
from templates.prose import take_apart

HEAD = "---\nkind: 通知\nformat: plain\ntitle: 题目\n---\n"


def prose(body: str) -> Prose:
    return take_apart(HEAD + body, "sample.md")


def blocks(body: str, **values: object) -> tuple[object, ...]:
    return compose(prose(body), values).blocks


def words(block: object) -> str:
    assert isinstance(block, Paragraph)
    return "".join(run.text for run in block.runs)


def test_headings_are_numbered_and_restart_below_each_other() -> None:
    found = blocks("# 甲\n## 乙\n## 丙\n### 丁\n#### 戊\n# 己\n## 庚\n")
    assert [block.number for block in found if isinstance(block, Heading)] == [
        "一、", "（一）", "（二）", "1.", "（1）", "二、", "（一）",
    ]  # fmt: skip


def test_a_heading_that_ends_in_a_full_stop_runs_into_its_paragraph() -> None:
    (found,) = blocks("## 加强领导。\n成立小组。\n")
    assert isinstance(found, Heading)
    assert found.text + "".join(run.text for run in found.run_in) == "加强领导。成立小组。"


@pytest.mark.parametrize(
    "value",
    [
        "# 不是标题",
        "1. 不是列表",
        "a|b",
        "**粗**",
        "`x`",
        "[a](b)",
        "<b>x</b>",
        "{{ 7*7 }}",
        "    缩进",
        "A<B & C>D",
        "---",
    ],
)
def test_a_value_stays_words(value: str) -> None:
    assert words(blocks("{{ x }}", x=value)[0]) == value.strip()
    (table,) = blocks("| 甲 | 乙 |\n|---|---|\n| {{ x }} | 1 |\n", x=value)
    assert isinstance(table, Table)
    assert table.rows[0][0].text == value.strip()


def test_a_line_break_in_a_value_does_not_break_the_paragraph() -> None:
    assert words(blocks("甲{{ x }}乙", x="一\n\n# 二")[0]) == "甲一 # 二乙"


def test_a_line_of_words_that_ends_in_a_condition_keeps_its_end() -> None:
    found = blocks("甲{% if x %}乙{% endif %}\n\n丙\n", x=1)
    assert [words(block) for block in found] == ["甲乙", "丙"]


def test_control_characters_are_taken_out_and_reported() -> None:
    document = compose(prose("甲{{ x }}"), {"x": "乙\x0b丙\ud800"})
    assert words(document.blocks[0]) == "甲乙丙"
    assert document.removed == ("U+000B", "U+D800")


@pytest.mark.parametrize(
    "body",
    [
        "{{ cycler.__init__.__globals__.os.popen('true').read() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ x.append(1) }}",
    ],
)
def test_a_text_cannot_reach_beyond_its_values(body: str) -> None:
    with pytest.raises(ProseError):
        compose(prose(body), {"x": []})


def test_an_unknown_name_is_named_with_its_line() -> None:
    with pytest.raises(ProseError, match=r"sample\.md:8: .*“nothing”"):
        compose(prose("第一段\n\n第二段{{ fig.nothing }}\n"), {"fig": {}})


@pytest.mark.parametrize(
    ("body", "line"),
    [("甲\n\n- 项目符号\n", 8), ("甲\n\n```figure c\n```\n", 8), ("##### 五级\n", 6), ("{% if %}", 6)],
)
def test_what_a_document_cannot_hold_is_named_with_its_line(body: str, line: int) -> None:
    with pytest.raises(ProseError, match=f"^sample.md:{line}: "):
        compose(prose(body), {})


def test_a_wrong_head_names_the_element_and_its_line() -> None:
    wrong = take_apart("---\nkind: 通知\nformat: plain\ntitle: 题目\nsigned: 甲\n---\n", "sample.md")
    with pytest.raises(ProseError, match=r"sample\.md:5: .*signed"):
        compose(wrong, {})


def test_a_listed_annex_without_body_is_an_error() -> None:
    text = "---\nkind: 通知\nformat: plain\ntitle: 题目\nattachments: [{key: a, title: 附表}]\n---\n正文\n"
    with pytest.raises(ProseError, match="=== a ==="):
        compose(take_apart(text, "sample.md"), {})


LISTED = (
    "---\nkind: 通知\nformat: plain\ntitle: 题目\n"
    "attachments: [{key: a, title: 甲, when: many}, {title: 只列出}, {key: b, title: 乙}]\n---\n"
)


@pytest.mark.parametrize(("many", "number"), [(True, "3"), (False, "2")])
def test_a_text_asks_for_the_number_of_an_annex_by_its_key(many: bool, number: str) -> None:
    text = LISTED + "见附件{{ annex.b }}\n=== a ===\n甲\n=== b ===\n乙\n"
    assert words(compose(take_apart(text, "sample.md"), {"many": many}).blocks[0]) == f"见附件{number}"


def test_an_annex_that_is_left_out_has_no_number() -> None:
    text = take_apart(LISTED + "见附件{{ annex.a }}\n=== a ===\n甲\n=== b ===\n乙\n", "sample.md")
    with pytest.raises(ProseError, match=r"sample\.md:7: .*“a”"):
        compose(text, {"many": False})


def test_a_table_has_the_title_that_stands_before_it() -> None:
    first, second = blocks("```caption\n表的*标题*\n```\n\n| 甲 |\n|---|\n| 乙 |\n\n| 丙 |\n|---|\n")
    assert isinstance(first, Table) and isinstance(second, Table)
    assert (first.caption, second.caption) == ("表的标题", "")


@pytest.mark.parametrize("behind", ["", "正文\n", "# 标题\n"])
def test_a_title_without_a_table_is_an_error(behind: str) -> None:
    with pytest.raises(ProseError, match="caption"):
        blocks("```caption\n表的标题\n```\n" + behind)


def test_placeholders_are_dotted_and_loops_name_their_rows() -> None:
    text = "{{ fig.a - fig.b }}{% for u in units %}{{ u.name }}{{ loop.index }}{% endfor %}"
    text += "{{ units | having('late') }}"
    assert placeholders(text) == {"fig.a", "fig.b", "units", "units[].name", "units[].late"}


def test_placeholders_know_their_lines_and_the_conditions_of_the_head() -> None:
    text = (
        HEAD.replace("---\n", "---\nattachments: [{title: 表, when: fig.c > 0}]\n", 1)
        + "{{ fig.a }}\n{{ fig.a }}\n"
    )
    assert placeholder_lines(text) == {"fig.a": (7, 8), "fig.c": (2,)}


def test_what_one_part_sets_another_does_not_know() -> None:
    body = "{% set short = fig.a > 0 %}{% if short %}短{% endif %}\n"
    annex = "\n=== list ===\n{{ short }}{% if short %}短{% endif %}\n"
    assert placeholders(HEAD + body) == {"fig.a"}
    assert placeholder_lines(HEAD + body + annex)["short"] == (HEAD.count("\n") + 4,)
    assert "short" not in placeholders(HEAD + body + annex.replace("{{ short }}", "{% set short = 1 %}"))


def test_a_campaign_may_bring_its_own_text(tmp_path: Path) -> None:
    (tmp_path / "receipt.md").write_text(HEAD + "自己的回执\n", "utf-8")
    assert words(compose("receipt.md", {}, folders=[tmp_path]).blocks[0]) == "自己的回执"


def test_a_missing_text_says_where_to_put_it() -> None:
    with pytest.raises(FileNotFoundError, match="text/"):
        compose("nothing.md", {})


def test_a_chat_text_is_filled_in_the_same_sandbox() -> None:
    assert fill_text("{{ a }}（{{ b | listed }}）", {"a": "*甲*", "b": ["乙", "丙"]}) == "*甲*（乙、丙）"
    with pytest.raises(ProseError):
        fill_text("{{ a.__class__ }}", {"a": 1})


def test_inserts_are_available_to_conditions() -> None:
    inserts = Inserts(pictures={"chart": b"\x89PNG"})
    body = '{% if "chart" in pictures %}有图{% else %}无图{% endif %}'
    assert words(compose(prose(body), {}, inserts=inserts).blocks[0]) == "有图"
