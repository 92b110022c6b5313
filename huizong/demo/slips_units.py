"""Mistakes that take a unit of their own or two units: unreadable keys, wrong files, zero reports,
the same row twice.
"""

from datetime import date

from huizong.demo.cases import Scene, partner, slip, unremarkable
from huizong.demo.model import Certificate, UnitWorld
from huizong.demo.words import words

OLD = date(2013, 1, 1)  # passports issued before this needed nobody's consent


@slip
def person_twice(scene: Scene) -> None:
    """A colleague of another unit stands on this unit's roster too, as somebody else's staff."""
    found = partner(scene, unremarkable) if scene.first else None
    if found is None:
        return
    other, person = found
    theirs = next(row for row in scene.stage.returns[other.code].rows("staff") if row["id_number"]
                  == person.id_number)
    lexicon = scene.stage.lexicon
    row = theirs | {"due": lexicon.yes(False), "reason": scene.say("registration_reason", "N2")}
    rows = scene.handed.rows("staff")
    rows.append(row | {"serial": len(rows) + 1})
    sheet = next(each for each in scene.stage.returns[other.code].rows("declarations")
                 if each["id_number"] == person.id_number)
    sheets = scene.handed.rows("declarations")
    sheets.append(sheet | {"serial": len(sheets) + 1, "scan_page": len(sheets) + 1})
    scene.mark("U01", rows[-1])
    scene.mark("P02", rows[-1])
    scene.mark("U01", theirs, unit=other.code)


@slip
def passport_twice(scene: Scene) -> None:
    """A passport of another unit's person is entered here for the wrong holder."""
    found = partner(scene, _old_passport) if scene.first else None
    if found is None:
        return
    other, passport = found
    person = scene.own("staff")
    filed = scene.own("registrations")["filed_on"]
    theirs = scene.stage.returns[other.code]
    for table in ("certificates", "custody", "declared_passports"):
        source = next(row for row in theirs.rows(table) if row["number"] == passport.number)
        rows = scene.handed.rows(table)
        row = source | {"id_number": person["id_number"]}
        row |= {name: len(rows) + 1 for name in ("serial",) if name in row}
        row |= {name: person["name"] for name in ("name",) if name in row}
        if table == "custody":
            row["first_handed_in_on"] = max(filed, passport.issued_on)
            row["keeper_unit"] = scene.unit.name
        rows.append(row)
        if table == "certificates":
            scene.mark("U03", row)
            scene.mark("U03", source, unit=other.code)
    scene.own("declarations")["has_passport"] = scene.stage.lexicon.have(True)


def _old_passport(unit: UnitWorld) -> Certificate | None:
    """A passport in custody, from before anybody needed consent, of a person without a case of their own."""
    busy = {seed.id_number for seed in unit.seeds} | {each.id_number for each in unit.problems}
    return next((each for each in unit.certificates if each.kind == "1" and each.custody == "0"
                 and each.issued_on < OLD and each.id_number not in busy), None)


@slip
def check_digit(scene: Scene) -> None:
    if scene.first:
        row = scene.own("staff")
        number = row["id_number"]
        row["id_number"] = number[:-1] + ("1" if number[-1] != "1" else "2")
        scene.mark("F03", row)


@slip
def fifteen_digits(scene: Scene) -> None:
    if scene.first:
        row = scene.trip()
        row["id_number"] = row["id_number"][:6] + row["id_number"][8:17]
        scene.mark("F06", row)


@slip
def number_lost(scene: Scene) -> None:
    """Excel took the number for a number: a float, its last digits gone."""
    if scene.first:
        row = scene.find("custody", number=scene.seed.key)
        row["id_number"] = float(row["id_number"][:15] + "000")
        scene.mark("F07", row)


@slip
def official_passport(scene: Scene) -> None:
    if scene.first:
        rows = scene.handed.rows("certificates")
        row = scene.find("certificates",
                         number=scene.seed.key) | {"number": words().text["official_passport"],
                                                                   "serial": len(rows) + 1}
        rows.append(row)
        scene.mark("F16", row)


@slip
def annex_plus_one(scene: Scene) -> None:
    """The number itself is raised after the clerk has counted (`planted`)."""
    if scene.first:
        scene.mark("X23", scene.handed.rows("annex2")[0], key=words().raw["raised_figure"])


@slip
def header_renamed(scene: Scene) -> None:
    if scene.first:
        form, table, cell = words().raw["renamed_header"]["at"]
        scene.handed.renamed[form, table, cell] = words().raw["renamed_header"]["to"]
        scene.mark("S03", None, key="")


@slip
def file_of_another_unit(scene: Scene) -> None:
    if scene.first:
        scene.handed.stray.add(words().raw["points_at"]["S02"][0])
        scene.mark("S02", None, key="")


@slip
def zero_report(scene: Scene) -> None:
    """Nothing to report, although the police know better."""
    if not scene.first:
        return
    lexicon = scene.stage.lexicon
    for name, form in lexicon.campaign.forms.items():
        for table in form.tables.values():
            if table.nil and name != "registrations":
                scene.handed.tables[name][table.name].clear()
    for row in scene.handed.rows("declarations"):
        for name in row:
            if name.startswith(("has_", "went_")):
                row[name] = lexicon.have(False)
    scene.handed.scans = {name: form for name, form in scene.handed.scans.items() if form != "approvals"}
    scene.mark("U06", None, key=scene.unit.code)
    staff = {row["id_number"]: row for row in scene.handed.rows("staff")}
    sheets = {row["id_number"]: row for row in scene.handed.rows("declarations")}
    for each in scene.unit.certificates:
        if each.status == "0":
            scene.mark("P03", staff[each.id_number])
            scene.mark(f"X10 {each.kind}", sheets[each.id_number])
    joined = {person.id_number: person.joined_on for person in scene.unit.people}
    for trip in scene.unit.trips:
        if trip.exit_on >= joined[trip.id_number]:
            scene.mark("P06", staff[trip.id_number])


@slip
def late(scene: Scene) -> None:
    scene.mark("S15", None, lasting=True, key=scene.unit.code)


@slip
def blank_sheet(scene: Scene) -> None:
    """An empty table without the word for «none»;
    a unit that has something to say everywhere cannot make it.
    """
    empty = [(name, table.name, table.fields[0].name) for name,
             form in scene.stage.lexicon.campaign.forms.items()
             for table in form.tables.values() if table.nil and not scene.handed.tables[name][table.name]]
    if scene.first and empty:
        scene.handed.blank.add(empty[-1][:2])
        scene.mark("S07", None, key="", point=empty[-1])
