"""One letter wrong anywhere in a campaign folder: `huizong lint` names the file, the line and the word."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from forms.campaign import shipped
from templates import TEXT
from tests.steps.played import run

CERTIFICATES = "materials/04-certificates.yaml"


@dataclass(frozen=True)
class Slip:
    """`word` written as `slip` in the first line of `file` that holds `where`."""

    file: str
    where: str
    word: str
    slip: str


SLIPS = {
    "field in of": Slip(CERTIFICATES, "number:     {", "of: kind", "of: kinnd"),
    "field in issued": Slip(CERTIFICATES, "number:     {", "issued: issued_on", "issued: isued_on"),
    "field in key": Slip(CERTIFICATES, "key: [", "number", "numbr"),
    "kind of a field": Slip(CERTIFICATES, "issued_on:  {", "kind: date", "kind: dat"),
    "code list": Slip(CERTIFICATES, "kind:       {", "codes: certificate_kind", "codes: certificate_kinds"),
    "prefill view": Slip(CERTIFICATES, "issuer:     {", "known_certificates", "known_certificate"),
    "prefill column": Slip(CERTIFICATES, "issuer:     {", "certificates.issuer", "certificates.isuer"),
    "key of a definition": Slip(CERTIFICATES, "issuer:     {", "max_length", "max_lenght"),
    "column in a figure": Slip("figures/annex2.sql", "from unapproved_trips;", "approval", "aproval"),
    "table in a figure": Slip("figures/annex2.sql", "from unapproved_trips;", "from unapproved_trips",
                              "from unaproved_trips"),
    "column in a rule": Slip("rules/surrendered.sql", "where h.state = '在库'", "p.authority", "p.autority"),
    "literal outside its code list": Slip("rules/surrendered.sql", "where h.state = ", "'在库'", "'在厍'"),
    "place of a rule": Slip("rules/surrendered.sql", "at: certificates.", "custody_state", "custody_stat"),
    "placeholder in a text": Slip("text/circular.md", 'number: "', "document.number", "document.nubmer"),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_a_misspelt_name_is_named_with_file_and_line(tmp_path: Path, slip: Slip) -> None:
    campaign = Path(shutil.copytree(shipped(), tmp_path / "campaign"))
    (campaign / "text").mkdir(exist_ok=True)
    shutil.copy(TEXT / "circular.md", campaign / "text" / "circular.md")
    line = written(campaign / slip.file, slip)
    said = run("lint", campaign).must(1).out
    (wrong,) = set(re.findall(r"\w+", slip.slip)) - set(re.findall(r"\w+", slip.word))
    told = [each for each in said.splitlines() if each.startswith(f"{slip.file}:")]
    assert any(wrong in each and _line(each) == line for each in told), (line, said)


def test_a_sound_campaign_has_nothing_to_tell() -> None:
    assert run("lint", shipped()).must(0).out == "定义、规则、指标和文稿都没有问题。\n"


def test_all_faults_of_definitions_are_told_at_once(tmp_path: Path) -> None:
    campaign = Path(shutil.copytree(shipped(), tmp_path / "campaign"))
    lines = [written(campaign / CERTIFICATES, SLIPS[name])
             for name in ("field in key", "code list", "field in issued")]
    said = run("lint", campaign).must(1).out
    assert {_line(each) for each in said.splitlines() if each.startswith(CERTIFICATES)} >= set(lines)


def written(file: Path, slip: Slip) -> int:
    """Makes the slip in the first line that holds `where`; gives the line's number."""
    lines = file.read_text("utf-8").split("\n")
    number = next(n for n, line in enumerate(lines) if slip.where in line and slip.word in line)
    lines[number] = lines[number].replace(slip.word, slip.slip, 1)
    file.write_text("\n".join(lines), "utf-8")
    return number + 1


def _line(said: str) -> int:
    found = re.match(r"[^:]+:(\d+):", said)
    return int(found[1]) if found else 0
