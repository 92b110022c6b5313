"""A mistake in a text is told with file and line before anything is printed, and in words a clerk knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms import Campaign, load
from forms.campaign import shipped
from huizong.steps.lint_prose import lint_prose
from templates import TEXT

# What is replaced in the first line that holds it, by what, and what the sentence must say.
SLIPS: dict[str, tuple[str, str, str, str]] = {
    "one sign of equality": ("circular.md", "fig.units_missing == 0", "fig.units_missing = 0", "=="),
    "a condition not closed": ("report.md", "特此报告。", "{% if cases %}特此报告。", "endif"),
    "a condition never opened": ("report.md", "特此报告。", "特此报告。{% endif %}", "之前没有"),
    "an unknown tag": ("report.md", "特此报告。", "特此报告。{% iff cases %}", "iff"),
    "an unknown filter in a condition": ("circular.md", 'listed("name", 6)', 'lsited("name", 6)', "listed"),
    "an unknown column": ("circular.md", 'listed("name", 6)', 'listed("nmae", 6)', "units[].name"),
    "an unknown name in the head": ("report.md", "fig.problems_total > 0}", "fig.problems_totl > 0}", "tal"),
    "a text held against a number": ("report.md", 'document.stage == "first"', "document.stage > 0", "文字"),
    "a number held against a text": ("notice.md", "fig.annex3_d6 > 0", 'fig.annex3_d6 > "0"', "不加引号"),
    "a text that never occurs": ("report.md", 'stage == "first"', 'stage == "frist"', "first、final"),
    "a table nobody hands in": ("report.md", "table annex2", "table annexx", "annex2"),
    "a picture nobody hands in": ("report.md", "figure trips_by_year", "figure trips", "trips_by_year"),
    "an insert nobody knows": ("report.md", "```remark", "```remrak", "remark"),
    "a title without its table": ("report.md", "```caption", "```caption\n甲\n```\n```caption", "caption"),
    "the number of an annex nobody lists": ("report.md", "annex.charts", "annex.chart", "annex.charts"),
    "an annex without text": ("report.md", "=== submissions ===", "=== submission ===", "submission"),
    "a heading of the fifth level": ("report.md", "## 材料报送情况", "##### 材料报送情况", "四级"),
    "an unknown element of the head": ("notice.md", "kind: 通知", "kidn: 通知", "kidn"),
    "a format nobody knows": ("notice.md", "format: letter", "format: lettre", "letter"),
    "a name in the short message": ("reminder_chat.txt", "unit.short_name", "unit.shrt_name", "short_name"),
    "a name in the receipt": ("receipt.md", "receipt.number", "receipt.numbr", "receipt.number"),
    "a name in the record of a visit": ("inspection.md", "inspection.team", "inspection.teem", ".team"),
    "a name in the comparison": ("comparison.md", "final.cutoff", "final.cutof", "final.cutoff"),
}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = Path(shutil.copytree(shipped(), tmp_path_factory.mktemp("lint") / "campaign"))
    shutil.copytree(TEXT, folder / "text", dirs_exist_ok=True)
    return load(folder)


@pytest.fixture
def text(campaign: Campaign, request: pytest.FixtureRequest) -> Iterator[tuple[int, str, str]]:
    """(line, file, what the sentence must say), with the slip made for as long as the test runs."""
    name, old, new, said = SLIPS[request.param]
    file = campaign.folder / "text" / name
    whole = file.read_text("utf-8")
    lines = whole.split("\n")
    at = next(number for number, line in enumerate(lines) if old in line)
    lines[at] = lines[at].replace(old, new, 1)
    file.write_text("\n".join(lines), "utf-8")
    yield at + 1, f"text/{name}", said
    file.write_text(whole, "utf-8")


def test_sound_texts_have_nothing_to_tell(campaign: Campaign) -> None:
    assert list(lint_prose(campaign)) == []


@pytest.mark.parametrize("text", SLIPS, indirect=True)
def test_a_slip_is_told_with_its_line_and_what_to_write(
    campaign: Campaign, text: tuple[int, str, str]
) -> None:
    line, file, said = text
    told = list(lint_prose(campaign))
    assert any(each.file == file and said in each.message and each.line == line for each in told), told
    assert {each.file for each in told} == {file}
