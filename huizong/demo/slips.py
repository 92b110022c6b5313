"""What goes wrong in round one: the mistakes named in `catalogue`,
one function each (registered in `cases`).
"""


from huizong.demo.cases import Scene, forget_conclusion, slip
from huizong.demo.words import words


@slip
def trip_missing(scene: Scene) -> None:
    if scene.first:
        scene.drop_trip("trips")
        scene.drop_trip("violations")
        scene.mark("P06", scene.own("staff"))
        scene.mark("X22", scene.own("declarations"))


@slip
def trip_missing_concealed(scene: Scene) -> None:
    if scene.first:
        scene.drop_trip("trips")
        scene.drop("problems", id_number=scene.seed.id_number)
        scene.mark("P06", scene.own("staff"))


@slip
def trip_concealed(scene: Scene) -> None:
    if scene.first:
        scene.drop("problems", id_number=scene.seed.id_number)
        scene.mark("X22", scene.own("declarations"))


@slip
def trip_unlisted(scene: Scene) -> None:
    if not scene.first:
        return
    codes = [label.split()[0] for label in scene.trip()["violation"]]
    row = forget_conclusion(scene)
    for rule in dict.fromkeys(rule for code in codes for rule in words().raw["rules_of"][code]):
        scene.mark(rule, row)


@slip
def leave_taken_for_approval(scene: Scene) -> None:
    if scene.first:
        row = forget_conclusion(scene)
        row["approval"] = scene.say("approval_state", "2")
        scene.mark("R09", row)
        scene.mark("X12", row)


@slip
def late_approval_taken_for_approval(scene: Scene) -> None:
    scene.mark("R25", scene.find("approvals", approval_number=scene.trip()["approval_number"]), lasting=True)
    if scene.first:
        row = forget_conclusion(scene)
        row["approval"] = scene.say("approval_state", "1")
        scene.mark("R05", row)


@slip
def ban_overlooked(scene: Scene) -> None:
    if not scene.first:
        return
    row, banned = scene.trip(), scene.say("trip_violation", "V4d")
    row["violation"] = [label for label in row["violation"] if label != banned]
    scene.drop("violations", id_number=scene.seed.id_number, exit_on=scene.seed.key, violation=banned)
    for sanction in scene.all("sanctions", id_number=scene.seed.id_number, violated_on=scene.seed.key):
        sanction["violation"] = [label for label in sanction["violation"] if not label.startswith("V4d")]
    scene.mark("P16", scene.own("staff"))
    scene.mark("X18", row)


@slip
def other_certificate(scene: Scene) -> None:
    if not scene.first:
        return
    row = forget_conclusion(scene)
    permit = next(each for each in scene.unit.certificates
                  if each.id_number == scene.seed.id_number and each.number != row["number"])
    row["kind"], row["number"] = scene.say("certificate_kind", permit.kind), permit.number
    for declared in scene.all("declared_trips_hkmotw", id_number=scene.seed.id_number,
                              exit_on=scene.seed.key):
        declared["number"] = permit.number
    scene.mark("P10", row)
    scene.mark("S13 kind", row)
    scene.mark("S13 number", row)


@slip
def certificate_missing(scene: Scene) -> None:
    if scene.first:
        for table in ("certificates", "custody", "problems"):
            scene.drop(table, number=scene.seed.key)
        scene.mark("P03", scene.own("staff"))
        declared = scene.own("declarations")
        declared_as = next(each.kind for each in scene.unit.certificates if each.number == scene.seed.key)
        scene.mark(f"X10 {declared_as}", declared)


@slip
def permit_not_declared(scene: Scene) -> None:
    if scene.first:
        scene.drop("declared_permits", number=scene.seed.key)
        row = scene.own("declarations")
        row["has_hkmo_permit"] = scene.stage.lexicon.have(False)
        scene.mark("X10 2", row)


@slip
def problem_unlisted(scene: Scene) -> None:
    if scene.first:
        scene.drop("problems", number=scene.seed.key)
        scene.mark("P14", scene.find("certificates", number=scene.seed.key))


@slip
def home_without_reason(scene: Scene) -> None:
    if scene.first:
        scene.drop("problems", number=scene.seed.key)
        row, kept = scene.find("certificates", number=scene.seed.key), scene.find("custody",
                                                                                  number=scene.seed.key)
        row["missing_reason"] = kept["missing_reason"] = None
        scene.mark("X05", row)
        scene.mark("R16", kept)
        scene.mark("R16 listed", row)


@slip
def loan_unlisted(scene: Scene) -> None:
    if scene.first:
        scene.drop("problems", number=scene.seed.key)
        scene.mark("R15", scene.find("loans", number=scene.seed.key))


@slip
def loan_missing(scene: Scene) -> None:
    if scene.first:
        row = scene.trip()
        scene.drop("loans", id_number=scene.seed.id_number)
        approval = scene.find("approvals", approval_number=row["approval_number"])
        approval["lent_on"] = approval["returned_on"] = None
        scene.mark("P19", scene.find("custody", number=row["number"]))
        scene.mark("X20", row)


@slip
def late_hand_in(scene: Scene) -> None:
    scene.mark("X08", scene.find("custody", number=scene.seed.key), lasting=True)


@slip
def unregistered(scene: Scene) -> None:
    scene.mark("X01", scene.own("staff"), lasting=True)


@slip
def unknown_to_police(scene: Scene) -> None:
    scene.own("staff")["registered"] = scene.stage.lexicon.yes(False)  # as the police's list has it
    scene.mark("P01", scene.own("registrations"), lasting=True)


@slip
def withdrawal_missing(scene: Scene) -> None:
    if scene.first:
        row = scene.own("registrations")
        known = next(each.before for each in scene.unit.registrations if each.id_number
                     == scene.seed.id_number)
        row["action"], row["state"] = scene.say("registration_action", "2"), scene.say("registration_status",
                                                                                       "2")
        row["filed_on"], row["withdrawal_reason"] = known, None
        row["batch"] = f"{scene.unit.organisation}{known:%Y%m%d}"
        scene.mark("X02", row)
        scene.mark("P01", row)
        scene.mark("X04", scene.own("staff"))


@slip
def not_withdrawn(scene: Scene) -> None:
    scene.mark("X02", scene.own("registrations"), lasting=True)
    scene.mark("X04", scene.own("staff"), lasting=True)


@slip
def wrong_unit(scene: Scene) -> None:
    if scene.first:
        row = scene.own("registrations")
        other = next(each for each in scene.stage.world.units if each.code != scene.unit.code)
        row["filing_unit"] = row["workplace"] = other.name
        scene.mark("X03", row)
        scene.mark("U04", row)
        scene.mark("S13 workplace", row)
        scene.mark("S13 filing_unit", row)


@slip
def approval_unlisted(scene: Scene) -> None:
    if not scene.first:
        return
    code = next(each.violation for each in scene.unit.problems if each.approval_number == scene.seed.key)
    scene.drop("problems", approval_number=scene.seed.key)
    scene.drop("sanctions", id_number=scene.seed.id_number, decided_on="")
    row = scene.find("approvals", approval_number=scene.seed.key)
    for rule in words().raw["rules_of"][code]:
        scene.mark(rule, row)


@slip
def scan_missing(scene: Scene) -> None:
    if scene.first:
        scene.drop("problems", approval_number=scene.seed.key)
        row = scene.find("approvals", approval_number=scene.seed.key)
        del scene.handed.scans[row["scan"]]
        scene.mark("S08", row)
