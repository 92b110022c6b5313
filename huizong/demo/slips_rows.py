"""Mistakes within a row: dates, numbers and words that a clerk gets wrong or must explain."""

from datetime import date, timedelta

from huizong.demo.cases import Scene, slip
from huizong.demo.words import words


@slip
def birth_date(scene: Scene) -> None:
    if scene.first:
        row = scene.own("staff")
        row["born_on"] += timedelta(1)
        scene.mark("F08", row)


@slip
def sex(scene: Scene) -> None:
    if scene.first:
        row = scene.own("staff")
        row["sex"] = next(label for label in scene.stage.lexicon.labels["sex"].values()
                          if label != row["sex"])
        scene.mark("F09", row)


@slip
def issue_date(scene: Scene) -> None:
    if scene.first:
        row = scene.find("declared_passports", number=scene.seed.key)
        row["issued_on"], row["expires_on"] = date(2018, 5, 10), date(2028, 5, 9)
        scene.mark("F17", row)


@slip
def expiry_date(scene: Scene) -> None:
    if scene.first:
        row = scene.find("declared_passports", number=scene.seed.key)
        row["expires_on"] = row["issued_on"] - timedelta(1)
        scene.mark("F18", row)


@slip
def vague_destination(scene: Scene) -> None:
    if scene.first:
        row = scene.trip()
        row["destinations"] = [words().text["vague"]]
        scene.mark("F19", row)


@slip
def taiwan_by_passport(scene: Scene) -> None:
    scene.mark("R11", scene.trip(), lasting=True)


@slip
def entry_before_exit(scene: Scene) -> None:
    if scene.first:
        row = scene.trip()
        row["entry_on"] = row["exit_on"] - timedelta(2)
        row["days"] = None
        scene.mark("R01", row)
        scene.mark("P08", row)
        scene.mark("S13 entry", row)


@slip
def still_abroad(scene: Scene) -> None:
    scene.mark("P11", scene.trip(), lasting=True)


@slip
def no_ban(scene: Scene) -> None:
    if scene.first:
        row = scene.own("sanctions")
        row["ban_from"] = row["ban_until"] = None
        scene.mark("R21", row)


@slip
def party_method(scene: Scene) -> None:
    if scene.first:
        code = next(each for each in scene.stage.lexicon.campaign.codes["sanction_method"].codes if each.code
                    == "P1")
        row = scene.own("sanctions")
        row["method"], row["class"] = [code.label], code.class_
        row["paper"] = words().text["paper"].format(n=1)
        scene.own("violations")["sanction"] = code.label
        scene.mark("R19", row)


@slip
def no_proposal(scene: Scene) -> None:
    if scene.first:
        row = scene.own("violations")
        row["proposed"] = row["due_on"] = None
        scene.mark("X16", row)


@slip
def two_permits(scene: Scene) -> None:
    if scene.first:
        row = scene.find("certificates", number=scene.seed.key)
        row["status"], row["custody_state"] = scene.say("certificate_status",
                                                        "0"), scene.say("custody_status", "0")
        scene.find("custody", number=scene.seed.key)["state"] = scene.say("custody_status", "0")
        new = next(each for each in scene.all("certificates",
                                              id_number=scene.seed.id_number) if each is not row)
        scene.mark("X31", new)
