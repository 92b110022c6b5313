"""The whole run, small: what `huizong demo` leaves, through the real use cases."""

import csv
import json
from pathlib import Path

import pytest

from huizong.demo import play


@pytest.mark.slow
def test_the_whole_run_leaves_what_it_promises(tmp_path: Path) -> None:
    said: list[str] = []
    assert play(tmp_path / "out", units=3, staff=60, seed=4, say=said.append) == 0
    out = tmp_path / "out"
    assert {each.name for each in out.iterdir()} == {
        "campaign", "packs", "returns", "planted.csv", "expected.json", "merged", "published"}
    units = {each.stem for each in (out / "packs").glob("*.zip")}
    assert {each.name for each in (out / "returns" / "round1").iterdir()} == units
    assert {each.name for each in (out / "returns" / "round2").iterdir()} < units
    expected = json.loads((out / "expected.json").read_text(encoding="utf-8"))
    city = json.loads((out / "merged" / "snapshot.json").read_text(encoding="utf-8"))["city"]
    for annex in ("annex2", "annex3"):
        assert {column: city[f"{annex}.{column}"] for column in expected["city"][annex]
                if f"{annex}.{column}" in city} == expected["city"][annex]
    with (out / "planted.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ["round", "unit", "form", "sheet", "cell", "key", "rule", "case"]
    assert {line["round"] for line in lines} <= {"1", "2"}
    assert any((out / "published").rglob("*.pdf"))
    with pytest.raises(FileExistsError):
        play(out, units=3, staff=60, seed=4)
