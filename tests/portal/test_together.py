"""Several people, one thing, one moment, two server processes: one wins, the others hear a clear sentence."""

from __future__ import annotations

import html
import io
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from collector.portal.desk import Desk
from collector.rows import Actor
from tests.portal.live import SCRIPT, Answer, Live, Visitor, served
from tests.portal.portals import DAY, Prepared

pytestmark = pytest.mark.slow


@dataclass
class Place:
    live: Live
    desk: Desk
    prepared: Prepared

    def person(self, login: str) -> Visitor:
        return Visitor(self.live).sign_in(login, self.prepared.passwords[login])

    def again(self, visitor: Visitor, count: int) -> list[Visitor]:
        """The same person in so many windows."""
        return [Visitor(self.live, dict(visitor.cookies), visitor.token) for _ in range(count)]


@pytest.fixture(scope="module")
def place(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("together") / "campaign"
    shutil.copytree(prepared.campaign, folder)
    with served(folder, str(DAY)) as live:
        desk = Desk(folder, DAY)
        yield Place(live, desk, prepared)
        desk.close()


@pytest.fixture(scope="module")
def clean(prepared: Prepared) -> str:
    """A unit whose first set has no fault at all."""
    lines = (prepared.out / "planted.csv").read_text("utf-8-sig").splitlines()[1:]
    faulty = {line.split(",")[1] for line in lines if line.startswith("1,")}
    return next(unit for unit in sorted(prepared.passwords) if unit[0] == "u" and unit[1:] not in faulty)[1:]


def at_once(work: list[Callable[[], Answer]]) -> list[Answer]:
    answers: list[Answer] = []
    begin = threading.Barrier(len(work))

    def one(ask: Callable[[], Answer]) -> None:
        begin.wait()
        answers.append(ask())

    threads = [threading.Thread(target=one, args=(ask,)) for ask in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == len(work)
    return answers


def posting(visitor: Visitor, path: str, fields: dict[str, str] | None = None) -> Callable[[], Answer]:
    return lambda: visitor.post(path, fields, **SCRIPT)


def pack(files: list[Path]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for file in files:
            bundle.write(file, file.name)
    return out.getvalue()


@pytest.fixture(scope="module")
def submitted(place: Place, clean: str) -> list[Answer]:
    """Twenty windows hand the same set in."""
    clerk = place.person(f"u{clean}")
    assert clerk.upload(clean, ("全部.zip", pack(place.prepared.files(1, clean)))).status == 200
    assert clerk.post(f"/units/{clean}/ready").status == 302
    reviewer = place.person(f"s{clean}")
    return at_once([posting(window, f"/units/{clean}/submit") for window in place.again(reviewer, 20)])


def test_twenty_identical_submissions_are_one_with_one_receipt(
    place: Place, clean: str, submitted: list[Answer]
) -> None:
    assert {answer.status for answer in submitted} == {302}
    assert len({answer.headers["Location"] for answer in submitted}) == 1
    with place.desk.ledger.reading() as view:
        assert len([each for each in view.receipts(clean) if each.kind == "submission"]) == 1
        handed_in = [each.form for each in view.events(clean) if each.kind == "submitted"]
    assert sorted(handed_in) == sorted(place.desk.campaign.forms)


def test_accepted_here_and_returned_there_is_one_of_both(
    place: Place, clean: str, submitted: list[Answer]
) -> None:
    reviewer = place.person("shenhe")
    for number, form in enumerate(place.desk.campaign.forms):
        first, second = place.again(reviewer, 2)
        asked = {"target": f"{clean}/{form}", "version": "1", "reason": "理由"}
        kinds = ("accept", "return") if number % 2 else ("return", "return")
        answers = at_once([posting(visitor, "/bureau/decisions", {**asked, "kind": kind})
                           for visitor, kind in zip((first, second), kinds, strict=True)])
        assert sorted(answer.status for answer in answers) == [302, 409]
        (lost,) = [answer for answer in answers if answer.status == 409]
        assert lost.json["sentence"].endswith("。") and "现在是" in lost.json["sentence"]
        with place.desk.ledger.reading() as view:
            decided = [each for each in view.events(clean, form) if each.kind in ("accepted", "returned")]
        assert len(decided) == 1


def test_a_decision_on_a_version_that_was_replaced_meanwhile_is_not_taken(
    place: Place, clean: str, submitted: list[Answer]
) -> None:
    unit = next(unit.code for unit in place.desk.campaign.units if unit.code != clean)
    with place.desk.ledger.writing(Actor("test")) as tx:
        for version in (1, 2):
            tx.event("uploaded", unit, "staff", version=version)
        tx.event("submitted", unit, "staff", version=2)
    reviewer = place.person("shenhe")
    asked = {"target": f"{unit}/staff", "version": "1", "kind": "accept"}
    late = reviewer.post("/bureau/decisions", asked, **SCRIPT)
    assert late.status == 409 and "新的版本" in late.json["sentence"]
    assert reviewer.post("/bureau/decisions", {**asked, "version": "2"}, **SCRIPT).status == 302


def test_an_explanation_written_in_two_windows_keeps_the_first_and_tells_the_second(place: Place) -> None:
    unit, clerk, page = warned(place)
    (handle, *_) = re.findall(r'name="handle" value="(\w+)">\s*<input[^>]* name="before" value=""', page)
    first, second = place.again(clerk, 2)
    path = f"/units/{unit}/explanations"
    said = {"handle": handle, "before": ""}
    assert first.post(path, {**said, "reason": "第一种说法"}, **SCRIPT).status == 302
    late = second.post(path, {**said, "reason": "第二种说法"}, **SCRIPT)
    assert late.status == 409 and "改动" in late.json["title"]
    again = first.post(path, {**said, "reason": "第一种说法"}, **SCRIPT)      # a double click is no quarrel
    assert again.status == 302
    said = {"handle": handle, "before": "第一种说法", "reason": "第二种说法"}
    assert second.post(path, said, **SCRIPT).status == 302
    with place.desk.ledger.reading() as view:
        assert [each.reason for each in view.explanations(unit)] == ["第二种说法"]


def test_two_people_at_the_same_explanation_at_the_same_moment(place: Place) -> None:
    """Clerk and reviewer of one unit, in two processes: one stands, the other reads why and has the words."""
    unit, clerk, page = warned(place)
    handle = re.findall(r'name="handle" value="(\w+)">\s*<input[^>]* name="before" value=""', page)[-1]
    words = ["出差，证件由单位保管", "病假期间，已补办手续"]
    windows = place.again(clerk, 2)
    said = [{"handle": handle, "before": "", "reason": each} for each in words]
    answers = at_once([lambda window=window, form=form: window.post(f"/units/{unit}/explanations", form)
                       for window, form in zip(windows, said, strict=True)])
    assert sorted(answer.status for answer in answers) == [302, 409]
    (late,) = [html.unescape(answer.text) for answer in answers if answer.status == 409]
    with place.desk.ledger.reading() as view:
        (stands,) = [each.reason for each in view.explanations(unit) if each.reason in words]
    (lost,) = set(words) - {stands}
    assert "内容已被别人改动" in late and "没有保存" in late and lost in late and stands not in late


def test_explaining_all_of_a_rule_leaves_alone_what_somebody_explains_at_that_moment(place: Place) -> None:
    unit, clerk, page = warned(place, "情况都一样时")
    rule = next(part for part in page.split('<section class="group') if "情况都一样时" in part)
    group, single = re.findall(r'name="handle" value="(\w+)">\s*<input[^>]* name="before" value=""', rule)[:2]
    windows = place.again(clerk, 2)
    said = [{"handle": group, "before": "", "reason": "一并说明"},
            {"handle": single, "before": "", "reason": "单独说明"}]
    answers = at_once([lambda window=window, form=form: window.post(f"/units/{unit}/explanations", form)
                       for window, form in zip(windows, said, strict=True)])
    assert answers and {answer.status for answer in answers} <= {302, 409}
    refused = any(answer.status == 409 for answer in answers)
    with place.desk.ledger.reading() as view:
        alone = [each.reason for each in view.explanations(unit) if each.reason == "单独说明"]
    assert len(alone) == (0 if refused else 1)      # taken and still there, or refused and told so


def warned(place: Place, words: str = "") -> tuple[str, Visitor, str]:
    """A unit with a warning to explain, its clerk, and the page that shows it with these words."""
    for unit in (each.code for each in place.desk.campaign.units):
        clerk = place.person(f"u{unit}")
        for file in place.prepared.files(1, unit):
            if file.suffix == ".xlsx":
                clerk.upload(unit, (file.name, file.read_bytes()))
        while "data-poll" in clerk.get(f"/units/{unit}").text:
            time.sleep(0.5)
        for form in place.desk.campaign.forms:
            page = html.unescape(clerk.get(f"/units/{unit}/forms/{form}").text)
            if 'name="before" value=""' in page and words in page:
                return unit, clerk, page
    raise AssertionError("no unit has a warning")


def test_a_waiver_withdrawn_twice_is_withdrawn_once(place: Place) -> None:
    unit = place.desk.campaign.units[0].code
    with place.desk.ledger.writing(Actor("test")) as tx:
        waiver = tx.waived(unit, "X01", "", "理由")
    windows = place.again(place.person("shenhe"), 2)
    answers = at_once([posting(each, f"/bureau/waivers/{waiver.id}/withdraw") for each in windows])
    assert sorted(answer.status for answer in answers) == [302, 409]
    (lost,) = [answer for answer in answers if answer.status == 409]
    assert "已经撤销" in lost.json["sentence"]
