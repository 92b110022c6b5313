"""The values a paper's prose asks for, taken from a city; names masked, no number of a person or
certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms import Unit
from merger.city import ACCEPTED, City, short_label
from merger.items import cases, full_width, problems, waivers
from merger.lives import NONE, Lives
from templates.filters import percent

IN = ("submitted", ACCEPTED)
BACK = ("returned", "reopened")  # handed in once, and back with the unit to be put right
TOP_RATES = 3
TROUBLES = ("report.problem_persons", "annex2.c12")  # as report.units_with_problems counts them


@dataclass(frozen=True)
class Head:
    """What only the issuing of one paper knows."""

    number: str
    day: date
    stage: str = "first"
    draft: str = ""
    copies: tuple[str, ...] = ()
    to: str = ""
    trigger: str = "after"
    new_deadline: date | None = None


def context(city: City, head: Head, unit: Unit | None = None, lives: Lives = NONE) -> dict[str, Any]:
    """Everything `templates/text/FIGURES.md` names: of the city, or of one unit."""
    code = unit.code if unit else None
    units = [_unit(city, each) for each in city.campaign.units]
    asked = [] if unit else concerned(city, lives)
    found: dict[str, Any] = {
        "fig": _figures(city, code),
        "by": _breakdowns(city, code, units),
        "ratio": _ratios(city, code),
        "campaign": _campaign(city),
        "facts": dict(city.campaign.facts),
        "document": _document(city, head),
        "units": units,
        "cases": cases(city),
        "problems": problems(city, unit, lives),
        "register": {
            "on_site": sum(not life.dismissed for _, life in lives.others),
            "on_site_pending": sum(not (life.dismissed or life.upheld) for _, life in lives.others),
            "closed": sum(life.closed_on is not None for life in lives.all()),
            "noticed": len({each.code for each in asked} | set(lives.letters)) if unit is None else 0,
            "notices": len(asked) + _sent(lives, head.day) if unit is None else 0,
        },
        "waivers": waivers(city),
    }
    if unit is not None:
        own = next(each for each in units if each["code"] == unit.code)
        found["unit"] = own | {
            "short_name": unit.short_name,
            "told": [
                {"number": number, "on": on}
                for number, on in lives.letters.get(unit.code, ())
                if number != head.number and on <= head.day
            ],
            "inspected_on": max((on for at, _, on in city.inputs.inspections if at == code), default=None),
            "phone": None,
        }
        found["unit"]["owed_listed"] = len({each["owed"] for each in found["problems"] if each["owed"]})
        deadline = found["document"]["new_deadline"]
        found["problems"] = [_asked(each, head.day, deadline) for each in found["problems"]]
        found["report"] = _own_report(city, unit)
        found["unit"]["visited_since"] = since(found["unit"]["told"], found["unit"]["inspected_on"])
        found["visit"], found["amiss"] = {"looked": 0}, []
        listed = Counter(each["violation"] for each in found["problems"])
        found["by"]["problems"] = [{"label": label, "n": n} for label, n in listed.most_common()]
    return found


def _asked(item: Mapping[str, Any], day: date, deadline: date) -> dict[str, Any]:
    """A problem with the day until which a letter of that day asks for it: its own date unless it is past."""
    own = item["due"] if item["due"] and item["due"] >= day else None
    return {**item, "until": own or deadline, "own_date": bool(own and own != deadline)}


def since(told: Sequence[Mapping[str, Any]], visited_on: date | None) -> bool:
    """Whether the last letter went out before the visit: it could not tell of it."""
    return bool(told and visited_on and told[-1]["on"] < visited_on)


def _sent(lives: Lives, day: date) -> int:
    """How many letters went out before a day."""
    return sum(on < day for letters in lives.letters.values() for _, on in letters)


def concerned(city: City, lives: Lives = NONE) -> list[Unit]:
    """The units with problems that ask for something: each is sent a notice."""
    return [unit for unit in city.campaign.units if problems(city, unit, lives)]


def _figures(city: City, unit: str | None) -> dict[str, int]:
    known = {figure for _, figure in city.figures} | set(city.evidence)
    return {
        figure.removeprefix("report.").replace(".", "_"): city.value(unit, figure) for figure in sorted(known)
    }


def _breakdowns(
    city: City, unit: str | None, units: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {
        figure.removeprefix("by."): [{"label": full_width(label), "n": n} for label, n in pairs]
        for (owner, figure), pairs in city.breakdowns.items()
        if owner == unit
    }
    types: dict[str, dict[str, Any]] = {}
    for each in units:
        row = types.setdefault(each["type"], {"label": each["type"], "units": 0, "n": 0, "d3": 0})
        row["units"] += bool(each["problem_persons"])
        row["n"] += each["problem_persons"] or 0
        row["d3"] += each["d3"] or 0
    found["unit_type"] = [row | {"rate": percent(row["n"], row["d3"])} for row in types.values()]
    rated = sorted(
        (each for each in units if each["problem_persons"] and each["d3"]),
        key=lambda each: -each["problem_persons"] / each["d3"],
    )
    found["unit_rate"] = [
        {
            "label": each["name"],
            "n": each["problem_persons"],
            "rate": percent(each["problem_persons"], each["d3"]),
        }
        for each in rated[:TOP_RATES]
    ]
    return found


def _ratios(city: City, unit: str | None) -> dict[str, str]:
    return {
        figure.removeprefix("ratio."): percent(city.value(unit, part), city.value(unit, whole))
        for figure, (part, whole) in city.ratios.items()
    }


def _campaign(city: City) -> dict[str, Any]:
    settings, dates, config = city.campaign.settings, city.campaign.dates, city.campaign.config
    return {
        "plan": settings.plan,
        "issuer": settings.bureau.name,
        "mark": f"{settings.bureau.name}文件",
        "letter_mark": settings.bureau.name,
        "signer": settings.signer,
        "superior": settings.recipient,
        "subordinates": settings.subordinates,
        "office": settings.bureau.office,
        "department": settings.bureau.department.removeprefix(settings.bureau.short_name),
        "contact": {"name": settings.contact.name, "phone": settings.contact.phone},
        "start": dates["campaign_start"],
        "self_check_end": dates["self_check_end"],
        "deadline": dates["deadline"],
        "inspection_start": dates["inspection_start"],
        "inspection_end": dates["inspection_end"],
        "rectify_by": dates["rectify_by"],
        "decided": {
            each.key: each.choices.get(str(each.value), each.value)
            for each in city.campaign.decisions.values()
        },
        **{
            name: config[name]
            for name in ("ban_years", "reg_update_workdays", "cert_handin_workdays", "cert_return_workdays")
        },
    }


def _document(city: City, head: Head) -> dict[str, Any]:
    return {
        "number": head.number,
        "date": head.day,
        "data_date": city.inputs.cutoff,
        "stage": head.stage,
        "snapshot": city.snapshot,
        "copies": list(head.copies),
        "draft": head.draft,
        "to": head.to,
        "trigger": head.trigger,
        "new_deadline": head.new_deadline or city.campaign.dates["rectify_by"],
    }


def _unit(city: City, unit: Unit) -> dict[str, Any]:
    forms = city.campaign.forms
    states = {form: city.states.get((unit.code, form), "assigned") for form in forms}
    missing = [form for form, state in states.items() if state not in IN]
    back = [form for form in missing if states[form] in BACK]
    lacking = [form for form in missing if form not in back]
    received = city.first_received.get(unit.code)
    received_on = received.astimezone(city.zone).date() if received else None
    in_time = received_on is not None and received_on <= city.campaign.dates["deadline"]
    numbers = {figure.rpartition(".")[2]: city.number(unit.code, figure) for figure in city.evidence}
    counted = unit.code in city.complete
    return {
        "code": unit.code,
        "name": unit.name,
        "type": unit.type,
        "submitted": received is not None,
        "counted": counted,
        "standing": city.standing(unit.code),
        "on_time": in_time,
        "late": received is not None and not in_time,
        "received_on": received_on,
        "materials_required": len(forms),
        "missing": [forms[form].title for form in missing],
        "materials_sent": len(forms) - len(lacking),
        "lacking": [short_label(forms[form]) for form in lacking],
        "back": [short_label(forms[form]) for form in back],
        "contact": None,
        "unregistered": (numbers["d4"] or 0) - (numbers["d5"] or 0),
        "with_problems": counted and any(city.figures.get((unit.code, each), 0) for each in TROUBLES),
        "problem_persons": city.figures.get((unit.code, "report.problem_persons"), 0) if counted else None,
        **numbers,
    }


def _own_report(city: City, unit: Unit) -> dict[str, Any]:
    """Material 1's own facts as the unit wrote them."""
    form = next((each for each in city.campaign.forms.values() if each.file == "docx"), None)
    source = next(
        (each for each in city.inputs.sources if form and (each.unit, each.form) == (unit.code, form.form)),
        None,
    )
    facts = source.document.facts if source else {}
    return {
        "leading_group_formed_on": facts.get("group_formed_on"),
        "leader": facts.get("group_leader"),
        "meeting_on": facts.get("meeting_on"),
        "meeting_attendance": facts.get("meeting_persons"),
        "rules": f"制度{facts['rules_revised']}项" if facts.get("rules_revised") else None,
        "keeper": facts.get("custodian"),
        "custody_place": None,
    }
