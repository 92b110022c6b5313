"""The numbers a clerk types into Annex 2, Annex 3 and material 1, counted by hand over the unit's own rows.

Round one has its own numbers: a clerk counts what stands in the forms, mistakes and all.
Certificates that only the police know of are owed too (domain brief §1.3), so the count is given
the police's list of the unit's people.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from huizong.demo import truth
from huizong.demo.desk import Return, Row
from huizong.demo.draft import LOOKBACK, START, STATISTIC
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Certificate

CONFIRMED = ("1", "2")
AWAY = ("3", "7", "8", "9", "10", "11")


class Tally:
    """One unit's count. `columns()` gives c3…c20 and d3…d10, `report()` the further numbers of material 1."""

    def __init__(self, lexicon: Lexicon, handed: Return, police: Iterable[Certificate]) -> None:
        self.say, self.rows = lexicon.say, handed.rows
        self.police = list(police)
        self.method_codes = {entry.label: entry.code
                             for entry in lexicon.campaign.codes["sanction_method"].codes}
        self.confirmed = {self.say("conclusion", code) for code in CONFIRMED}
        away = {self.say("staff_status", code) for code in AWAY}
        borrowed = self.say("staff_status", "3")
        self.enrolled = {row["id_number"]: row for row in self.rows("staff")
                         if row["status"] not in away
                         or (row["status"] != borrowed and row["status_on"] and row["status_on"] > STATISTIC)}
        yes = lexicon.yes(True)
        self.due = {key for key, row in self.enrolled.items() if row["due"] == yes}
        self.yes = yes

    def columns(self) -> dict[str, int]:
        return self._annex2() | self._annex3()

    def _is_confirmed(self, row: Row) -> bool:
        return row["conclusion"] in self.confirmed

    def _annex2(self) -> dict[str, int]:
        say = self.say
        reported = [say("registration_status", code) for code in ("1", "2")]
        new = {row["id_number"] for row in self.rows("registrations")
               if row["action"] == say("registration_action", "1") and row["state"] in reported
               and truth.in_window(row["filed_on"])}
        countable = {(row["kind"],
                      row["number"]): row["status"] in [say("certificate_status", n) for n in "01"]
                     for row in self.rows("certificates")}
        collected = {(row["kind"], row["number"]) for row in self.rows("custody")
                     if row["nature"] == say("collection_nature",
                                             "2") and truth.in_window(row["first_handed_in_on"])
                     and row["expires_on"] >= row["first_handed_in_on"]
                     and countable.get((row["kind"], row["number"]), True)}
        states = [say("approval_state", code) for code in "234"]
        unapproved = [row for row in self.rows("trips")
                      if row["approval"] in states and self._is_confirmed(row) and self._employed(row)
                      and LOOKBACK <= row["exit_on"] <= STATISTIC]
        decided = [row for row in self.rows("sanctions") if truth.in_window(row["decided_on"])]
        counts = {
            "c3": len(new & self.enrolled.keys()), "c4": len(collected),
            "c5": len({row["id_number"] for row in unapproved}),
            "c9": len({row["id_number"] for row in unapproved if not self._before(row, "V4")}),
            "c10": len({row["id_number"] for row in self._off_approval() if not self._before(row, "V5")}),
            "c12": len({row["approval_number"] for row in self.rows("problems")
                        if row["violation"].startswith("V7") and self._is_confirmed(row)}),
            "c13": len({row["id_number"] for row in decided})}
        counts |= {column: len(self._problem_persons(code))
                   for column, code in (("c6", "V1"), ("c7", "V2"), ("c8", "V3"), ("c11", "V6"))}
        counts |= {f"c{n}": 0 for n in range(14, 21)}
        for method in (each for row in decided for each in row["method"]):
            counts[truth.METHOD_COLUMN.get(self.method_codes[method], truth.REFERRED)] += 1
        return dict(sorted(counts.items(), key=lambda each: int(each[0][1:])))

    def _employed(self, row: Row) -> bool:
        person = next((each for each in (self.enrolled.get(row["id_number"]),) if each), None)
        return person is None or bool(row["exit_on"] >= person["joined_on"])

    def _off_approval(self) -> list[Row]:
        codes = {self.say("trip_violation", code) for code in ("V5a", "V5b", "V5c", "V5d", "V5e")}
        trips = [row for row in self.rows("trips") if self._is_confirmed(row)
                 and codes.intersection(row["violation"])]
        return trips + [row for row in self.rows("violations")
                        if self._is_confirmed(row) and row["violation"] in codes]

    def _before(self, trip: Row, violation: str) -> bool:
        return any(row["id_number"] == trip["id_number"] and row["decided_on"] < START
                   and row["violated_on"] == trip["exit_on"]
                   and any(label.startswith(violation) for label in row["violation"])
                   for row in self.rows("sanctions"))

    def _problem_persons(self, code: str) -> set[str]:
        label = self.say("problem_violation", code)
        return {row["id_number"] for row in self.rows("problems")
                if row["violation"] == label and self._is_confirmed(row)}

    def _annex3(self) -> dict[str, int]:
        say = self.say
        base = [say("staff_category", code) for code in "1234"]
        live = {row["id_number"] for row in self.rows("registrations")
                if row["action"] != say("registration_action",
                                        "3") and row["state"] == say("registration_status", "2")}
        owed = self._owed()
        held = owed & self._held()
        counts = {"d3": sum(row["category"] in base for row in self.enrolled.values()), "d4": len(self.due),
                  "d5": len(live & self.due), "d6": len(owed), "d7": len(held)}
        return counts | {column: sum(each[0] == say("certificate_kind", kind) for each in held)
                         for kind, column in truth.COLUMN_OF_KIND.items()}

    def _owed(self) -> set[tuple[str, str]]:
        listed = {(row["kind"], row["number"]) for row in self.rows("certificates")}
        valid = {(row["kind"], row["number"]) for row in self.rows("certificates")
                 if row["id_number"] in self.due and row["status"] == self.say("certificate_status", "0")
                 and row["expires_on"] >= STATISTIC}
        missing = {(self.say("certificate_kind", each.kind), each.number) for each in self.police
                   if each.id_number in self.due and each.status == "0" and each.expires_on >= STATISTIC}
        return valid | (missing - listed)

    def _held(self) -> set[tuple[str, str]]:
        stored, lent = self.say("custody_status", "0"), self.say("custody_status", "1")
        late = {(row["kind"], row["number"]) for row in self.rows("loans")
                if row["returned_on"] is None and _overdue(row["due_on"])}
        return {(row["kind"], row["number"]) for row in self.rows("custody")
                if row["state"] == stored or (row["state"] == lent and (row["kind"],
                                                                       row["number"]) not in late)}

    def report(self) -> dict[str, int]:
        """Certificate holders, travellers, trips and declarations."""
        private = [row for row in self.rows("trips") if row["nature"] == self.say("trip_nature", "1")
                   and row["exit_on"] >= LOOKBACK]
        base = [self.say("staff_category", code) for code in "1234"]
        listed = {(row["kind"], row["number"]) for row in self.rows("certificates")}
        holders = {row["id_number"] for row in self.rows("certificates")
                   if row["status"] == self.say("certificate_status", "0") and row["expires_on"] >= STATISTIC}
        holders |= {each.id_number for each in self.police
                    if each.status == "0" and each.expires_on >= STATISTIC
                    and (self.say("certificate_kind", each.kind), each.number) not in listed}
        holders &= {key for key, row in self.enrolled.items() if row["category"] in base}
        return {"report.certificate_holders": len(holders),
                "report.travellers": len({row["id_number"] for row in private}),
                "report.trips": len(private), "report.declarations_due": len(self.enrolled),
                "report.declarations_in": len({row["id_number"] for row in self.rows("declarations")})}


def _overdue(due_on: date | None) -> bool:
    return due_on is not None and due_on < STATISTIC


def type_numbers(lexicon: Lexicon, handed: Return, police: Iterable[Certificate]) -> None:
    """The annexes and material 1 get their numbers, as counted over the rows of this very return."""
    tally = Tally(lexicon, handed, police)
    columns = tally.columns()
    for form in ("annex2", "annex3"):
        table = lexicon.campaign.forms[form].tables[form]
        for cell in table.fields:
            if cell.figure and cell.column:
                handed.tables[form][form][0][cell.name] = columns[cell.column]
    numbers: dict[str, Any] = tally.report() | {f"annex2.{column}": n for column, n in columns.items()}
    numbers |= {f"annex3.{column}": n for column, n in columns.items()}
    for fact in lexicon.campaign.forms["self_report"].facts.values():
        if fact.figure:
            handed.facts["self_report"][fact.name] = numbers[fact.figure]
