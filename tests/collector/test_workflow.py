"""Status is a replay; late begins at 24:00 in Beijing, wherever the server stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from collector.receipts import number
from collector.workflow import MOVES, NotAllowed, State, closes, late, moved, overdue, replay

NOON = datetime(2019, 9, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class E:
    kind: str
    unit: str = "U1"
    form: str = "staff"
    version: int | None = None
    reason: str = ""
    at: datetime = NOON
    actor: str = "clerk"


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ("assigned", "assigned"),
        ("assigned uploaded uploaded", "uploaded"),
        ("assigned uploaded submitted", "submitted"),
        ("assigned uploaded submitted returned", "returned"),
        ("assigned uploaded submitted returned uploaded submitted accepted", "accepted"),
        ("assigned uploaded submitted accepted reopened", "reopened"),
        ("assigned refused explained uploaded waived", "uploaded"),
    ],
)
def test_a_history_gives_a_status(kinds: str, status: str) -> None:
    assert replay([E(k) for k in kinds.split()])[("U1", "staff")].status == status


@pytest.mark.parametrize(
    "kinds",
    [
        "uploaded",
        "assigned submitted",
        "assigned uploaded accepted",
        "assigned uploaded submitted uploaded",
        "assigned uploaded submitted accepted returned",
        "assigned uploaded submitted returned submitted",
    ],
)
def test_what_the_table_does_not_know_is_not_allowed_and_says_what_to_do(kinds: str) -> None:
    with pytest.raises(NotAllowed, match=r"。$"):
        replay([E(k) for k in kinds.split()])


def test_every_status_can_be_reached_and_every_move_starts_from_one_that_can() -> None:
    reached = {"none"}
    for _ in MOVES:
        reached |= {after for (before, _), after in MOVES.items() if before in reached}
    assert reached == {s for pair in MOVES.items() for s in (pair[0][0], pair[1])}
    assert all(moved(before, kind) == after for (before, kind), after in MOVES.items())


def test_units_and_forms_do_not_mix_and_the_version_and_reason_are_kept() -> None:
    states = replay(
        [
            E("assigned"),
            E("assigned", unit="U2"),
            E("uploaded", version=3),
            E("submitted"),
            E("returned", reason="缺盖章"),
        ]
    )
    assert states[("U2", "staff")].status == "assigned"
    state = states[("U1", "staff")]
    assert (state.version, state.reason, state.submitted_at) == (3, "缺盖章", NOON)


@pytest.fixture(params=["UTC", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("received", "is_late"),
    [
        (datetime(2019, 9, 30, 15, 59, 59, 999999, tzinfo=UTC), False),
        (datetime(2019, 9, 30, 16, 0, 0, tzinfo=UTC), True),
    ],
)
def test_late_begins_at_midnight_in_beijing(received: datetime, is_late: bool) -> None:
    assert late(received, date(2019, 9, 30)) is is_late


def test_overdue_names_what_is_owed_form_by_form() -> None:
    states = {
        ("U1", "a"): State("uploaded"),
        ("U1", "b"): State("submitted"),
        ("U2", "a"): State("returned"),
        ("U2", "c"): State("assigned"),
    }
    day = date(2019, 9, 30)
    assert overdue(states, day, closes(day)) == (("U1", "a"), ("U2", "a"), ("U2", "c"))
    assert overdue(states, {"a": day}, closes(day)) == (("U1", "a"), ("U2", "a"))
    assert overdue(states, day, NOON) == ()


def test_a_receipt_number_has_check_digits() -> None:
    assert number(123) == "R000123-20"
    assert all(int(f"{n}{number(n)[-2:]}") % 97 == 1 for n in range(1, 500))
