"""Sessions, tokens and rights against two real server processes: what one of them ends, has ended in both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from collector.portal.desk import Desk
from collector.portal.headers import HEADERS
from collector.rows import Actor
from tests.portal.live import SCRIPT, TOKEN, Answer, Live, Visitor, served
from tests.portal.portals import DAY, Prepared

pytestmark = pytest.mark.slow
ADMIN, SECURITY = Actor("xitong", "admin"), Actor("anquan", "security")
SEEN = "/units/{unit}"


@dataclass
class Place:
    live: Live
    desk: Desk
    passwords: dict[str, str]

    @property
    def units(self) -> list[str]:
        return [unit.code for unit in self.desk.campaign.units]

    def person(self, login: str) -> Visitor:
        return Visitor(self.live).sign_in(login, self.passwords[login])


@pytest.fixture(scope="module")
def place(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("sessions") / "campaign"
    shutil.copytree(prepared.campaign, folder)
    with served(folder, str(DAY)) as live:
        desk = Desk(folder, DAY)
        yield Place(live, desk, dict(prepared.passwords))
        desk.close()


def everywhere(visitor: Visitor, path: str, times: int = 8) -> set[int]:
    """The statuses over fresh connections, so that every server process answers some."""
    found = set()
    for _ in range(times):
        visitor.close()
        found.add(visitor.get(path).status)
    return found


ENDS: dict[str, tuple[str, int, Callable[[Place, Visitor, str], object]]] = {
    "signing out": ("u", 0, lambda place, clerk, login: clerk.post("/sign-out")),
    "signing in elsewhere": ("u", 1, lambda place, clerk, login: place.person(login)),
    "a reset": ("s", 0, lambda place, clerk, login: place.desk.accounts.reset(ADMIN, login)),
    "being switched off": ("s", 2, lambda place, clerk, login: place.desk.accounts.disabled(ADMIN, login)),
    "another role": (
        "u", 2, lambda place, clerk, login: place.desk.accounts.granted(SECURITY, login, "unit_reviewer")),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_session_that_ended_has_ended_in_every_process_at_the_next_request(place: Place, end: str) -> None:
    letter, number, ends = ENDS[end]
    login = letter + place.units[number]
    clerk = place.person(login)
    page = SEEN.format(unit=login[1:])
    assert everywhere(clerk, page) == {200}
    kept = dict(clerk.cookies)          # what somebody may have copied
    ends(place, clerk, login)
    thief = Visitor(place.live, kept, clerk.token)
    assert everywhere(thief, page) == {302}
    answer = thief.ask("POST", f"/units/{login[1:]}/uploads", b"", {"X-CSRFToken": clerk.token, **SCRIPT})
    assert answer.status in (400, 401)


def test_a_session_planted_before_signing_in_is_worth_nothing_afterwards(place: Place) -> None:
    unit = place.units[1]
    planted = "planted-by-somebody-else"
    victim = Visitor(place.live, {"huizong": planted}).sign_in("shenhe", place.passwords["shenhe"])
    assert victim.cookies["huizong"] != planted
    assert everywhere(Visitor(place.live, {"huizong": planted}), SEEN.format(unit=unit)) == {302}
    assert everywhere(victim, SEEN.format(unit=unit)) == {200}


def test_a_form_token_of_somebody_else_opens_nothing(place: Place) -> None:
    reviewer, leader = place.person("shenhe"), place.person("lingdao")
    unit = place.units[1]
    asked = {"kind": "accept", "target": f"{unit}/staff", "csrf_token": leader.token}
    refused = reviewer.post("/bureau/decisions", asked, **SCRIPT)
    assert refused.status == 400 and refused.json["title"] == "页面已过期"
    before = reviewer.token
    reviewer.sign_in("shenhe", place.passwords["shenhe"])
    stale = reviewer.post("/bureau/decisions", {**asked, "csrf_token": before}, **SCRIPT)
    assert stale.status == 400      # not even the own one of the session before


def test_five_wrong_tries_lock_in_every_process_and_a_whole_town_is_not_locked_out(place: Place) -> None:
    login, right = "zhidao", place.passwords["zhidao"]

    def tried(password: str) -> Answer:
        visitor = Visitor(place.live)
        visitor.read_token("/sign-in")
        visitor.close()
        return visitor.post("/sign-in", {"login": login, "password": password})

    wrong = [tried(f"wrong-{n}") for n in range(5)]
    locked = [tried(right) for _ in range(4)]
    assert {answer.status for answer in wrong} == {answer.status for answer in locked} == {403}
    said = {TOKEN.sub("", re.sub(r'value="[^"]*"', "", answer.text)) for answer in (*wrong, *locked)}
    assert len(said) == 1           # nobody learns from the sentence that it was right, or locked
    place.person("lingdao")         # the same address, another account
    place.desk.accounts.unlocked(SECURITY, login)
    assert tried(right).status == 302


def test_what_is_sent_besides_the_fields_changes_nothing(place: Place) -> None:
    first, second = place.units[0], place.units[1]
    reviewer = place.person("shenhe")
    reviewer.post("/sign-in", {"login": "x", "password": "y", "role": "admin", "unit": first})
    clerk = place.person(f"u{second}")
    body, kind = clerk_form(clerk, {"unit": first, "actor": "shenhe", "status": "accepted", "form": "staff",
                                    "received_at": "2000-01-01", "version": "99"}, b"extras")
    answer = clerk.ask("POST", f"/units/{second}/uploads?unit={first}&actor=shenhe", body,
                       {"Content-Type": kind, "X-CSRFToken": clerk.token, **SCRIPT})
    assert answer.status == 200
    with place.desk.ledger.reading() as view:
        (held,) = [each for each in view.documents(second) if each.file_name == "extras.xlsx"]
        assert [each for each in view.documents(first) if each.file_name == "extras.xlsx"] == []
    assert (held.status, held.actor, held.version) == ("refused", f"u{second}", 1)
    assert held.received_at.year == DAY.year


def clerk_form(clerk: Visitor, extras: dict[str, str], data: bytes) -> tuple[bytes, str]:
    parts = [("csrf_token", clerk.token), *extras.items()]
    fields = "".join(f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts)
    file = '--x\r\nContent-Disposition: form-data; name="files"; filename="extras.xlsx"\r\n\r\n'
    return fields.encode() + file.encode() + data + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def test_every_answer_of_the_server_carries_the_headers(place: Place) -> None:
    """Pages, downloads, errors of every kind, what gunicorn itself refuses not among them."""
    unit, clerk, nobody = place.units[1], place.person(f"u{place.units[1]}"), Visitor(place.live)
    answers = [
        *(nobody.get(path) for path in ("/sign-in", "/nothing", "/health", SEEN.format(unit=unit))),
        nobody.post("/sign-in", {}),
        *(nobody.ask(method, "/sign-in") for method in ("PUT", "OPTIONS", "TRACE", "HEAD")),
        clerk.upload(unit),
        clerk.upload(unit, ("x.xlsx", b"y")),
        clerk.post("/bureau/decisions", {}),
        *(clerk.get(f"/units/{unit}{path}") for path in ("", "/pack", "/forms/staff/blank", "/files/0")),
        clerk.get("/bureau"),
    ]
    assert {answer.status for answer in answers} >= {200, 302, 400, 403, 404, 405}
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.status
        assert answer.headers["Cache-Control"] == "no-store" and answer.status < 500
        assert "Server" not in answer.headers or "ython" not in answer.headers["Server"]
    downloads = [each for each in answers if "attachment" in (each.headers.get("Content-Disposition") or "")]
    assert len(downloads) == 3


def test_the_log_of_the_server_names_nobody(place: Place) -> None:
    """Whatever happened above, and a roster handed in: no number, name or file of a person in it."""
    unit, clerk = place.units[1], place.person(f"u{place.units[1]}")
    roster = place.desk.bureau_with_registers().registers.tables["roster"]
    people = [each for each in roster.to_pylist() if each["unit"] == unit]
    clerk.upload(unit, (f"{people[0]['name']}{people[0]['id_number']}.xlsx", b"no workbook"))
    clerk.get(f"/units/{unit}/forms/{people[0]['id_number']}")
    clerk.get(f"/units/{unit}?{urlencode({'search': people[0]['id_number'], 'name': people[0]['name']})}")
    log = place.live.log.read_text("utf-8")
    assert '"page": "uploads.upload"' in log
    with place.desk.ledger.reading() as view:
        log += "".join(str(vars(entry)) for entry, _ in view.audit_rows())
    numbers = {value for each in roster.to_pylist() for value in (each["id_number"],) if value}
    assert numbers and [value for value in numbers if value in log] == []
    assert [each["name"] for each in people if f"{each['name']}" in log] == []
    assert re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", log) is None
