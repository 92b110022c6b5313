"""The command line as a contract: exit codes, one line of Chinese, the JSON's keys."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from forms.findings import Finding
from tests.steps.played import DAY, Played, findings, rules, run, shell

CHINESE = re.compile(r"[一-龥]")
FILE_KEYS = ["path", "unit", "form", "version", "status", "rows_read", "rows_refused", "findings"]
FINDING_KEYS = ["rule", "level", "unit", "form", "sheet", "cell", "row", "field", "key", "value", "message",
                "fix", "explained"]


@pytest.mark.parametrize("words", [
    ["bogus"], [], ["check"], ["check", "{nowhere}", "x"], ["check", "{campaign}", "{nowhere}"],
    ["check", "{odd}", "{text}"], ["check", "{campaign}", "{empty}"], ["check", "{text}", "{text}"],
    ["check", "{campaign}", "{text}", "--as-of", "nonsense"],
    ["check", "{campaign}", "{text}", "--unit", "999"],
    ["check", "{campaign}", "--unit", "{unit}"], ["check", "{campaign}", "--nonsense"],
    ["take", "{campaign}"], ["take", "{campaign}", "{empty}"],
    ["take", "{campaign}", "{text}", "--unit", "999"],
    ["submit", "{campaign}", "999"], ["submit", "{campaign}"], ["submit", "{campaign}", "1", "2", "3"],
    ["explain", "{campaign}", "{unit}", "X01"], ["explain", "{campaign}", "{unit}", "NO1", "--reason", "有"],
    ["explain", "{campaign}", "{unit}", "S08", "--reason", "  "],
    ["review", "{campaign}"], ["review", "{campaign}", "--accept", "{unit}"],
    ["review", "{campaign}", "--accept", "{unit}/nothing"],
    ["review", "{campaign}", "--accept", "{unit}/staff"],
    ["review", "{campaign}", "--return", "{unit}/staff"], ["issue", "{campaign}"],
    ["issue", "{campaign}", "--out", "{text}"], ["issue", "{campaign}", "--out", "{empty}", "--unit", "999"],
    ["figure", "{campaign}", "annex2.nothing"],
    ["publish", "{campaign}", "--out", "{empty}", "--report", "third"],
    ["serve", "{campaign}", "--port", "99999999"], ["new", "{campaign}"], ["demo", "{empty}", "--units", "0"],
])
def test_wrong_use_ends_with_2_and_one_chinese_line(small: Played, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "note.txt").write_text("随便写写", "utf-8")
    places = {"nowhere": tmp_path / "nowhere", "campaign": small.campaign, "odd": tmp_path,
              "text": tmp_path / "note.txt", "empty": tmp_path / "empty", "unit": small.units[0]}
    said = run(*(word.format(**places) for word in words)).must(2)
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert CHINESE.search(said.err) and "程序出错" not in said.err and "Traceback" not in said.err


@pytest.mark.parametrize(("name", "content", "says"), [
    ("说明.txt", "你好".encode(), "无法识别文件“说明.txt”的类型"),
    ("坏.zip", b"PK\x03\x04garbage", "已损坏或不完整"),
    ("空.xlsx", b"", "是空的（0 字节）"),
    ("表.csv", b"a,b\n1,2\n", "另存为 .xlsx"),
])
def test_a_file_that_cannot_be_taken_costs_only_itself(small: Played, tmp_path: Path, name: str,
                                                       content: bytes, says: str) -> None:
    good = small.file(small.units[0], "03-")
    (tmp_path / name).write_bytes(content)
    shutil.copy(good, tmp_path / good.name)
    report = run("check", small.campaign, tmp_path, "--json", "--as-of", DAY).must(1).json
    by_name = {Path(file["path"]).name: file for file in report["files"]}
    assert by_name[name]["status"] == "refused" and says in by_name[name]["findings"][0]["message"]
    assert by_name[good.name]["status"] == "read" and by_name[good.name]["rows_read"] > 0


def test_json_has_the_promised_keys_in_a_stable_order(small: Played) -> None:
    folder = small.returned(small.units[-1])
    said = run("check", small.campaign, folder, "--json", "--as-of", DAY)
    report = said.json
    assert list(report) == ["files", "findings", "held"]
    assert [list(file) for file in report["files"]] == [FILE_KEYS] * len(report["files"])
    assert all(list(each) == FINDING_KEYS for each in findings(report))
    assert [file["path"] for file in report["files"]] == sorted(
        (file["path"] for file in report["files"]), key=lambda path: Path(path).parts)
    assert run("check", small.campaign, folder, "--json", "--as-of", DAY).out == said.out


def test_a_pack_says_the_same_as_its_files(small: Played, tmp_path: Path) -> None:
    unit = small.units[0]
    pack = tmp_path / f"{unit}.zip"
    with zipfile.ZipFile(pack, "w") as bundle:
        for file in sorted(small.returned(unit).rglob("*")):
            if file.is_file():
                bundle.write(file, file.relative_to(small.returned(unit)).as_posix())
    loose = run("check", small.campaign, small.returned(unit), "--json", "--as-of", DAY).json
    packed = run("check", small.campaign, pack, "--json", "--as-of", DAY).json
    assert [file["form"] for file in packed["files"]] == [file["form"] for file in loose["files"]]
    assert findings(packed) == findings(loose)


def test_a_file_of_another_unit_is_named_as_such(small: Played) -> None:
    mine, other = small.units[:2]
    report = run("check", small.campaign, small.file(mine, "03-"), "--unit", other, "--json", "--as-of", DAY)
    assert "S02" in rules(findings(report.must(1).json), "error")


def test_a_list_of_the_police_that_is_not_whole_is_told_beside_what_was_held_against_it(
    small: Played, tmp_path: Path
) -> None:
    """P18: and nothing of the kind where the lists are whole."""
    file = small.file(small.units[0], "03-")
    whole = run("check", small.campaign, file, "--json", "--as-of", DAY).json
    assert "P18" not in rules(findings(whole), "error")
    campaign = small.copy(tmp_path)
    (campaign / "registers" / "police_reply.xlsx").write_bytes(b"PK half a file")
    report = run("check", campaign, file, "--json", "--as-of", DAY).must(1).json
    told = [(each["rule"], each["unit"]) for each in report["findings"] if each["rule"] == "P18"]
    assert told == [("P18", None)]
    held, before = ({each["rule"] for each in one["held"]} for one in (report, whole))
    assert "P01" in held - before       # nobody is called missing from a list that is not whole


def test_of_two_files_for_one_form_the_last_by_path_counts(small: Played, tmp_path: Path) -> None:
    file = small.file(small.units[0], "03-")
    for name in ("a.xlsx", "b.xlsx"):
        shutil.copy(file, tmp_path / name)
    first, last = run("check", small.campaign, tmp_path / "b.xlsx", tmp_path / "a.xlsx", "--json", "--as-of",
                      DAY).json["files"][::-1]
    assert Path(first["path"]).name == "a.xlsx"
    assert [each["rule"] for each in first["findings"] if each["rule"] == "S04"] == ["S04"]
    assert "b.xlsx" in first["findings"][-1]["message"]
    assert "S04" not in {each["rule"] for each in last["findings"]}


def test_check_leaves_no_trace(small: Played, tmp_path: Path) -> None:
    campaign = small.copy(tmp_path)
    run("check", campaign, small.returned(small.units[0]), "--as-of", DAY)
    before = _times(campaign)
    run("check", campaign, small.returned(small.units[0]), "--as-of", DAY)
    assert _times(campaign) == before


def _times(folder: Path) -> dict[Path, int]:
    return {each: each.stat().st_mtime_ns for each in folder.rglob("*")}


def test_marks_are_ignored_when_the_file_comes_back(small: Played, tmp_path: Path) -> None:
    pack = small.out / "packs" / f"{small.units[0]}.zip"        # as issued: much is still to be filled in
    first = run("check", small.campaign, pack, "--annotate", tmp_path, "--json", "--as-of", DAY).must(1).json
    marked = run("check", small.campaign, tmp_path / small.units[0], "--json", "--as-of", DAY).json
    told = {file["form"]: file["findings"] for file in first["files"] if file["findings"] and file["form"]}
    again = {file["form"]: file["findings"] for file in marked["files"]}
    assert again and {form: _of_reading(found) for form, found in again.items()} == {
        form: _of_reading(told[form]) for form in again}


def _of_reading(found: list[dict[str, object]]) -> list[Finding]:
    return [Finding(**each) for each in found if str(each["rule"]).startswith("F")]  # type: ignore[arg-type]


def test_explaining_an_error_and_handing_in_too_early_are_told(small: Played, tmp_path: Path) -> None:
    campaign, unit = small.copy(tmp_path), small.units[0]
    early = run("submit", campaign, unit, "--as-of", DAY).must(1)
    assert "还不能报送" in early.out and "待上传：材料1" in early.out
    assert "是错误" in run("explain", campaign, unit, "S08", "--reason", "有", "--as-of", DAY).must(2).err


def test_a_broken_definition_is_one_line_and_lint_tells_the_rest(small: Played, tmp_path: Path) -> None:
    campaign = small.copy(tmp_path)
    file = campaign / "materials" / "04-certificates.yaml"
    file.write_text(file.read_text("utf-8").replace("kind: date", "kind: dat"), "utf-8")
    said = run("status", campaign).must(2)
    assert len(said.err.splitlines()) == 1 and "huizong lint" in said.err
    assert len(run("lint", campaign).must(1).out.splitlines()) > 1


def test_json_is_utf8_in_any_locale_and_no_bar_is_drawn_in_a_pipe(
        small: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    said = shell("check", small.campaign, small.file(small.units[0], "03-"), "--json", "--as-of", DAY)
    assert said.code in (0, 1) and said.json["files"][0]["status"] == "read" and said.err == ""
