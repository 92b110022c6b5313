"""Material 8 as people fill it themselves: what they hold and where they went, as far as they admit it."""

from datetime import date
from functools import partial

from huizong.demo.desk import Desk, Row
from huizong.demo.draft import LOOKBACK
from huizong.demo.model import Certificate
from huizong.demo.words import words

SIGNED_ON = date(2019, 8, 8)


def declarations(desk: Desk) -> dict[str, list[Row]]:
    """Everybody in service declares: certificates since 2016 and trips since then,
    as far as they admit them.
    """
    passports: list[Row] = []
    permits: list[Row] = []
    abroad: list[Row] = []
    near: list[Row] = []
    sheets = []
    near_places = frozenset(place for each in words().places if each.kind != "1" for place in each.to)
    for page, person in enumerate((each for each in desk.unit.people if each.enrolled), 1):
        held = [each for each in desk.held.get(person.id_number, ()) if each.declared]
        trips = [each for each in desk.trips.get(person.id_number,
                                                 ()) if each.declared and each.exit_on >= LOOKBACK]
        at_sea = [each for each in trips if near_places.issuperset(each.destinations)]
        has = partial(_holds, desk, held)
        sheets.append({
            "id_number": person.id_number, "name": person.name, "has_passport": has("1"),
            "has_hkmo_permit": has("2"),
            "has_tw_permit": has("4"), "went_abroad": desk.lexicon.have(len(trips) > len(at_sea)),
            "went_hkmotw": desk.lexicon.have(bool(at_sea)), "signed_on": SIGNED_ON, "scan_page": page})
        for each in held:
            own = {"id_number": person.id_number, "number": each.number, "issued_on": each.issued_on,
                   "expires_on": each.expires_on,
                   "keeper": desk.unit.name if each.handed_in_on else desk.text["keeper_self"]}
            if each.kind == "1":
                passports.append(own)
            else:
                permits.append(own | {"kind": desk.say("certificate_kind", each.kind)})
        for trip in trips:
            table, name = (near, "declared_trips_hkmotw") if trip in at_sea else (abroad,
                                                                                  "declared_trips_abroad")
            table.append({
                "id_number": person.id_number, "exit_on": trip.exit_on,
                "entry_on": trip.entry_on or desk.lexicon.word("declarations", name, "entry_on"),
                "destinations": list(trip.destinations), "reason": desk.say("trip_reason", trip.reason),
                "approved_by": desk.unit.name if trip.approval_state == "1" else desk.text["none"],
                "number": trip.number})
    return {"declarations": sheets, "declared_passports": passports, "declared_trips_abroad": abroad,
            "declared_permits": permits, "declared_trips_hkmotw": near}


def _holds(desk: Desk, held: list[Certificate], kind: str) -> str:
    return desk.lexicon.have(any(each.kind == kind for each in held))
