"""The police's exits and entries become trips (domain brief §3.7), and trips find their rows in
material 5 and 6."""

from __future__ import annotations

from typing import Any

import pytest

from tests.forms.small import ANN, BEN, HKMO, PASSPORT, UNIT, document, registers, rows

P, H = "EZ9900001", "CZ9900001"
ROSTER = [
    {"id_number": ANN, "name": "陈小一", "category": "在编事业", "status": "在岗", "joined_on": "2010-01-01"}
]


def move(text: str, **more: Any) -> dict[str, Any]:
    """`出 2018-05-01 P 0800 日本` as a record; P and H name the two certificates."""
    direction, day, certificate, *rest = text.split()
    number = {"P": P, "H": H}.get(certificate, certificate)
    return {
        "movement": f"{direction}境",
        "moved_on": day,
        "kind": HKMO if number.startswith("C") else PASSPORT,
        "number": number,
        "id_number": ANN,
        "moved_at": rest[0] if rest else None,
        "destination": rest[1] if len(rest) > 1 else None,
    } | more


def trips(*texts: str) -> list[tuple[str | None, str | None, str, str]]:
    """(exit, entry, certificates, outcome) of every trip, in order."""
    found = rows(
        "police_pairs", (), registers(roster=ROSTER, police_movements=[move(text) for text in texts])
    )
    name = {P: "P", H: "H"}
    listed = [
        (
            str(row["exit_on"]) if row["exit_on"] else None,
            str(row["entry_on"]) if row["entry_on"] else None,
            name[row["number"]] + name.get(row["entry_number"], "-"),
            row["outcome"],
        )
        for row in found
    ]
    return sorted(listed, key=lambda trip: (trip[0] or trip[1] or "", trip[1] or ""))


def test_an_exit_followed_by_an_entry_is_a_trip() -> None:
    assert trips("出 2018-05-01 P 0800", "入 2018-05-06 P 2100") == [
        ("2018-05-01", "2018-05-06", "PP", "完整")
    ]


def test_records_need_not_come_in_order() -> None:
    assert trips("入 2018-05-06 P", "出 2019-01-01 P", "出 2018-05-01 P", "入 2019-01-03 P") == [
        ("2018-05-01", "2018-05-06", "PP", "完整"),
        ("2019-01-01", "2019-01-03", "PP", "完整"),
    ]


def test_out_by_permit_and_in_by_passport_keeps_both_numbers() -> None:
    assert trips("出 2018-05-01 H", "入 2018-05-06 P") == [("2018-05-01", "2018-05-06", "HP", "完整")]


def test_an_exit_followed_by_an_exit_lacks_its_entry() -> None:
    assert trips("出 2018-05-01 P", "出 2018-07-01 P", "入 2018-07-05 P") == [
        ("2018-05-01", None, "P-", "缺入境"),
        ("2018-07-01", "2018-07-05", "PP", "完整"),
    ]


def test_a_last_exit_lacks_its_entry_and_a_lone_entry_its_exit() -> None:
    assert trips("入 2018-03-01 P", "出 2018-05-01 P") == [
        (None, "2018-03-01", "PP", "缺出境"),
        ("2018-05-01", None, "P-", "缺入境"),
    ]


def test_the_same_certificate_out_and_in_is_preferred() -> None:
    assert trips("出 2018-05-01 P", "入 2018-05-03 H", "入 2018-05-06 P") == [
        ("2018-05-01", "2018-05-06", "PP", "完整"),
        (None, "2018-05-03", "HH", "缺出境"),
    ]


def test_every_exit_of_a_day_is_a_trip() -> None:
    assert (
        trips("出 2018-05-01 H 0800", "入 2018-05-01 H 1200", "出 2018-05-01 H 1400", "入 2018-05-01 H 2200")
        == [("2018-05-01", "2018-05-01", "HH", "完整")] * 2
    )


def test_day_trips_without_times_still_alternate() -> None:
    assert trips("出 2018-05-01 H", "入 2018-05-01 H", "出 2018-05-02 H", "入 2018-05-02 H") == [
        ("2018-05-01", "2018-05-01", "HH", "完整"),
        ("2018-05-02", "2018-05-02", "HH", "完整"),
    ]
    assert trips("出 2018-05-01 H", "出 2018-05-01 P", "入 2018-05-01 P", "入 2018-05-01 H") == [
        ("2018-05-01", "2018-05-01", "HH", "完整"),
        ("2018-05-01", "2018-05-01", "PP", "完整"),
    ]


def test_back_and_out_again_on_one_day_without_times_is_entry_first() -> None:
    assert trips("出 2018-05-01 H", "入 2018-05-03 H", "出 2018-05-03 P", "入 2018-05-09 P") == [
        ("2018-05-01", "2018-05-03", "HH", "完整"),
        ("2018-05-03", "2018-05-09", "PP", "完整"),
    ]


def test_a_record_given_twice_counts_once() -> None:
    assert trips("出 2018-05-01 P 0800", "出 2018-05-01 P 0800", "入 2018-05-06 P 2100") == [
        ("2018-05-01", "2018-05-06", "PP", "完整")
    ]


def test_destinations_of_both_records_without_home() -> None:
    given = registers(
        roster=ROSTER,
        police_movements=[move("出 2018-05-01 P 0800 中国香港"), move("入 2018-05-06 P 2100 泰国、中国")],
    )
    assert sorted(rows("police_pairs", (), given)[0]["destinations"]) == ["泰国", "香港"]


@pytest.mark.parametrize(
    ("more", "certificates", "whose"),
    [
        ({}, [], ANN),
        ({"id_number": None}, [{"id_number": ANN, "kind": PASSPORT, "number": P}], ANN),
        ({"id_number": None, "name": "陈小一", "born_on": "1980-01-01"}, [], ANN),
        ({"id_number": None, "name": "陈小一", "born_on": "1981-01-01"}, [], None),
        ({"id_number": None, "name": "林小二"}, [], None),
    ],
)
def test_a_record_finds_its_person_by_number_certificate_or_name_and_birth(
    more: dict[str, Any], certificates: list[dict[str, Any]], whose: str | None
) -> None:
    given = registers(
        roster=ROSTER,
        police_movements=[move("出 2018-05-01 P", **more)],
        **({"police_certificates": certificates} if certificates else {}),
    )
    assert [row["id_number"] for row in rows("police_moves", (), given)] == [whose]


def test_two_people_of_one_name_and_birth_date_are_nobody() -> None:
    twins = [*ROSTER, ROSTER[0] | {"id_number": "330399198001010034"}]
    given = registers(
        roster=twins,
        police_movements=[move("出 2018-05-01 P", id_number=None, name="陈小一", born_on="1980-01-01")],
    )
    assert [row["id_number"] for row in rows("police_moves", (), given)] == [None]


def test_trips_belong_to_the_unit_that_has_the_person() -> None:
    moves = [
        move("出 2018-05-01 P"),
        move("入 2018-05-06 P"),
        move("出 2015-05-01 P", id_number=ANN),
        move("入 2015-05-06 P"),
    ]
    roster = [
        ROSTER[0],
        ROSTER[0] | {"unit": "003", "status": "调出", "status_on": "2018-01-01", "joined_on": "2012-01-01"},
    ]
    found = rows("police_trips", (), registers(roster=roster, police_movements=moves))
    assert sorted((row["unit"], str(row["exit_on"]), row["in_service"]) for row in found) == [
        ("002", "2018-05-01", True),
        ("003", "2018-05-01", False),
    ]
    unlisted = [document("staff", staff=[{"id_number": ANN}])]
    assert [row["unit"] for row in rows("police_trips", unlisted, registers(police_movements=moves))] == [
        UNIT
    ]


def matched(*declared: dict[str, Any], moves: tuple[str, ...]) -> list[tuple[str, int, bool]]:
    """(police exit, sheet row of material 5, dates close) of every match."""
    given = registers(roster=ROSTER, police_movements=[move(text) for text in moves])
    found = rows("trip_matches", [document("trips", trips=declared)], given)
    return sorted((row["trip"].split("|")[1], row["row"], row["close"]) for row in found)


MAY, JUNE = ("出 2018-05-01 P", "入 2018-05-06 P"), ("出 2018-06-01 P", "入 2018-06-06 P")


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ({"exit_on": "2018-05-01", "entry_on": "2018-05-06"}, [("2018-05-01", 6, True)]),
        ({"exit_on": "2018-05-02", "entry_on": "2018-05-07"}, [("2018-05-01", 6, True)]),  # a day either way
        (
            {"exit_on": "2018-05-01", "entry_on": "2018-05-10"},
            [("2018-05-01", 6, False)],
        ),  # the same trip, dates differ
        ({"exit_on": "2018-05-01", "entry_on": "2018-05-06", "id_number": BEN}, []),
        ({"exit_on": "2018-09-01", "entry_on": "2018-09-06"}, []),
    ],
)
def test_a_police_trip_meets_its_row_of_material_5(
    declared: dict[str, Any], found: list[tuple[str, int, bool]]
) -> None:
    assert matched(declared, moves=MAY) == found


def test_each_trip_and_each_row_is_matched_once_and_best_first() -> None:
    later = {"exit_on": "2018-06-02", "entry_on": "2018-06-06"}
    earlier = {"exit_on": "2018-05-01", "entry_on": "2018-05-06"}
    assert matched(later, earlier, moves=MAY + JUNE) == [("2018-05-01", 7, True), ("2018-06-01", 6, True)]
    assert matched(earlier, earlier, moves=MAY) == [("2018-05-01", 6, True)]


def test_of_two_trips_of_one_day_the_certificate_decides() -> None:
    moves = ("出 2018-05-01 P 0100", "入 2018-05-01 P 0200", "出 2018-05-01 H 0800", "入 2018-05-01 H 0900")
    day = {"exit_on": "2018-05-01", "entry_on": "2018-05-01"}
    given = registers(roster=ROSTER, police_movements=[move(text) for text in moves])
    declared = [document("trips", trips=[day | {"number": H, "kind": HKMO}, day])]
    assert {(row["trip"].split("|")[3], row["row"]) for row in rows("trip_matches", declared, given)} == {
        (H, 6),
        (P, 7),
    }


def test_the_trip_without_entry_meets_a_row_whatever_its_return() -> None:
    assert matched({"exit_on": "2018-05-01", "entry_on": "2018-05-06"}, moves=MAY[:1]) == [
        ("2018-05-01", 6, True)
    ]
