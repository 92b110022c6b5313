"""What the bureau and the police already hold of the demo's world,
written as the lists those offices would send.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from huizong.demo import clerk_papers, clerks
from huizong.demo.desk import Desk, Row
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Certificate, Person, Trip, UnitWorld, World
from huizong.demo.sheets import Cell, workbook
from huizong.demo.words import words

LAST_YEAR = date(2018, 12, 31)
UNKNOWN = "unknown_to_police"  # the slip whose person the police do not have


def write(folder: Path, lexicon: Lexicon, world: World) -> None:
    """Fills `CAMPAIGN/registers`: rosters and the bureau's books in one file each,
    the police's lists in two shapes.

    By lot some units' certificates and movements come as flat lists, the others' as a workbook of
    blocks per person.
    """
    folder.mkdir(parents=True, exist_ok=True)
    desks = [Desk(lexicon, unit) for unit in world.units]
    for name, rows in (("roster", _roster), ("past_registrations", _past_registrations),
                       ("past_custody", _past_custody),
                       ("approval_register", _approvals), ("consent_register", _consents)):
        _flat(folder, lexicon, name, ((desk.unit, row) for desk in desks for row in rows(desk)))
    _flat(folder, lexicon, "police_registrations", ((None, row) for desk in desks for row in _police(desk)))
    lot = random.Random(f"{world.seed}/police")
    blocks = [desk for desk in desks if lot.random() < 0.5]
    flat = [desk for desk in desks if desk not in blocks]
    for name, records in (("police_certificates", police_certificates),
                          ("police_movements", police_movements)):
        _flat(folder, lexicon, name,
              ((None, row) for desk in flat for person in desk.unit.people for row in records(desk, person)))
    if blocks:
        (folder / "police_reply.xlsx").write_bytes(_blocks(lexicon, blocks))


def _flat(folder: Path, lexicon: Lexicon, name: str, rows: Iterable[tuple[UnitWorld | None, Row]]) -> None:
    """One list: title, the total that lets a lost row be noticed, header, rows."""
    register = lexicon.campaign.registers[name]
    head = [*([register.unit] if register.unit else []), *(each.label for each in register.fields)]
    day = "%Y%m%d" if register.police else "%Y-%m-%d"
    body: list[list[Cell]] = []
    for unit, row in rows:
        body.append([*([unit.name] if unit else []),
                     *(_cell(row.get(each.name), day) for each in register.fields)])
    total = str(words().text["total_rows"]).format(n=len(body))
    stem = register.files[0].split("*")[0] + (name.removeprefix("police") if register.police else "")
    (folder / f"{stem}.xlsx").write_bytes(workbook([[register.title], [total], head, *body]))


def _cell(value: Any, day: str) -> Cell:
    if isinstance(value, date):
        return value.strftime(day)
    if isinstance(value, list):
        return "、".join(value)
    return value if value is None or isinstance(value, int) else str(value)


def _roster(desk: Desk) -> Iterator[Row]:
    say = desk.say
    for each in desk.unit.people:
        yield desk.identity(each) | {
            "department": each.department, "category": say("staff_category", each.category),
            "post_type": say("post_type", each.post_type), "position": each.position, "title": each.title,
            "title_level": say("title_level", each.title_level),
            "authority": say("authority", each.authority),
            "joined_on": each.joined_on, "status": say("staff_status", each.status),
            "status_on": each.status_on,
            "counterpart": each.counterpart, "household": each.household,
            "secrecy": say("secrecy_level", each.secrecy),
            "reason": say("registration_reason", each.reason)}


def _past_registrations(desk: Desk) -> Iterator[Row]:
    for each in desk.unit.registrations:
        if each.before:
            yield {"id_number": each.id_number, "name": desk.people[each.id_number].name,
                   "action": desk.say("registration_action", each.action), "filed_on": each.before,
                   "batch": f"{desk.unit.organisation}{each.before:%Y%m%d}",
                   "state": desk.say("registration_status", each.state), "filing_unit": desk.unit.name}


def _past_custody(desk: Desk) -> Iterator[Row]:
    for each in desk.unit.certificates:
        if each.handed_in_on and each.handed_in_on <= LAST_YEAR and each.status == "0":
            person = desk.people[each.id_number]
            yield {"name": person.name, "id_number": person.id_number,
                   "kind": desk.say("certificate_kind", each.kind),
                   "number": each.number, "first_handed_in_on": each.handed_in_on,
                   "state": desk.say("custody_status", "0"), **clerk_papers.keepers(desk, person)}


def _approvals(desk: Desk) -> Iterator[Row]:
    say = desk.say
    for each in desk.unit.approvals:
        yield {"approval_number": each.number, "name": desk.people[each.id_number].name,
               "id_number": each.id_number,
               "matter": say("approval_matter", "1"), "applied_on": each.applied_on,
               "reason": say("trip_reason", each.reason), "destinations": list(each.destinations),
               "planned_exit_on": each.planned_exit_on, "planned_return_on": each.planned_return_on,
               "approved_days": each.days, "bureau_decision": say("bureau_decision", each.decision),
               "bureau_decided_on": each.decided_on, "level": say("approval_level", each.level)}


def _consents(desk: Desk) -> Iterator[Row]:
    for each in desk.unit.certificates:
        if each.consented_on:
            yield {"id_number": each.id_number, "name": desk.people[each.id_number].name,
                   "kind": desk.say("certificate_kind", each.kind), "consented_on": each.consented_on}


def _police(desk: Desk) -> Iterator[Row]:
    unknown = {seed.id_number for seed in desk.unit.seeds if seed.what == UNKNOWN}
    for each in desk.unit.registrations:
        if each.known_to_police and each.id_number not in unknown:
            yield clerks.registered(desk, each)


def police_certificates(desk: Desk, person: Person) -> Iterator[Row]:
    for each in desk.held.get(person.id_number, ()):
        yield _subject(desk, person, each) | {
            "birthplace": words().raw["birthplace"], "issuer": words().raw["issuer"],
            "issued_on": each.issued_on,
            "expires_on": each.expires_on, "status": desk.say("certificate_status", each.status)}


def police_movements(desk: Desk, person: Person) -> Iterator[Row]:
    for trip in desk.trips.get(person.id_number, ()):
        common = _subject(desk, person, trip) | {"destination": "、".join(trip.destinations),
                                                 "port": trip.port}
        yield common | {"movement": desk.say("movement", "1"), "moved_on": trip.exit_on,
                        "moved_at": trip.exit_at}
        if trip.entry_on:
            yield common | {"movement": desk.say("movement", "2"), "moved_on": trip.entry_on,
                            "moved_at": trip.entry_at}


def _subject(desk: Desk, person: Person, document: Certificate | Trip) -> Row:
    return {"id_number": person.id_number, "name": person.name, "sex": desk.say("sex", person.sex),
            "born_on": person.born, "nationality": words().raw["nationality"],
            "kind": desk.say("certificate_kind", document.kind), "number": document.number}


def _blocks(lexicon: Lexicon, desks: list[Desk]) -> bytes:
    """The police's reply: per person a query row, then rows tagged with what they hold;
    column A and tags merged.
    """
    registers = [(lexicon.campaign.registers[name], records) for name, records in
                 (("police_certificates", police_certificates), ("police_movements", police_movements))]
    people = [(desk, person) for desk in desks for person in desk.unit.people]
    rows: list[list[Cell]] = [[str(words().text["total_people"]).format(n=len(people))]]
    merges: list[str] = []
    for n, (desk, person) in enumerate(people, 1):
        start = len(rows) + 1
        rows.append([n, words().text["query"], person.id_number, person.name])
        for register, records in registers:
            first = len(rows) + 1
            for row in records(desk, person):
                tag = register.block if len(rows) + 1 == first else None
                rows.append([None, tag, *(_cell(row.get(each.name), "%Y%m%d") for each in register.fields)])
            if len(rows) > first:
                merges.append(f"B{first}:B{len(rows)}")
        if len(rows) > start:
            merges.append(f"A{start}:A{len(rows)}")
    return workbook(rows, merges)

