"""The people of a unit: who they are, their posts, and whether they must be registered."""

from datetime import date, timedelta

from huizong.demo.draft import STATISTIC, Draft
from huizong.demo.model import Person

IN_SCOPE = frozenset("1234")  # civil servants and permanent staff, the contract quota included (D1, D2)
AWAY = frozenset(("3", "7", "8", "9", "10", "11"))  # borrowed, or left: not on the unit's strength
CIVIL = frozenset("12")
LARGE = 100


def people(draft: Draft) -> None:
    """`draft.size` permanent staff in service, and beside them others (contract staff, borrowed,
    those who left).

    Those free for everything else are left in `draft.free`, in a drawn order.
    """
    rng, words = draft.rng, draft.words
    kind = words.unit_type(draft.type)
    leaders, head = max(1, min(6, draft.size // 15)), kind.head if draft.size >= LARGE else 0
    beside = [(kind.others.draw(rng), "1") for _ in range(draft.about(draft.size * kind.share / 100))]
    beside += [(kind.categories.draw(rng), words.gone.draw(rng))
               for _ in range(draft.about(draft.size * words.rates["gone"] / 100))]
    if draft.leaver:
        beside.append((kind.categories.draw(rng), words.raw["leavers"][0]))
    for n in range(draft.size + len(beside)):
        category, status = (beside[n - draft.size] if n >= draft.size
                            else (kind.categories.draw(rng), "1" if n < leaders else words.status.draw(rng)))
        draft.people.append(_person(draft, n, n < leaders, category, status,
                                    rng.random() * 100 >= kind.female, head))
    draft.free.extend(each for each in draft.people if each.due and each.enrolled and each.status == "1")
    rng.shuffle(draft.free)


def _person(draft: Draft, n: int, leader: bool, category: str, status: str, male: bool, head: int) -> Person:
    rng, raw = draft.rng, draft.words.raw
    retired = status == "7"
    born = draft.day(date(1959, 1, 1), date(1959, 6, 30)) if retired else _birth(draft)
    id_number, born = draft.numbers.person(born, male)
    joined = _joined(draft, born, status)
    level = draft.words.title_levels.draw(rng)
    if level in ("1", "2") and born.year > 1981:
        level = "3"
    title = rng.choice(raw["titles"][int(level)]) if int(level) in raw["titles"] else raw["plain"]
    middle = not leader and category in IN_SCOPE and rng.random() < 0.08
    position = (rng.choice(raw["leader"]) if leader else rng.choice(raw["middle"]) if middle
                else raw["worker"] if level == "9" else raw["plain"])
    status_on = None if status == "1" else draft.day(max(joined + timedelta(30), date(2019, 1, 5)),
                                                     date(2019, 7, 19))
    enrolled = status not in AWAY and joined <= STATISTIC
    due = enrolled and category in IN_SCOPE
    return Person(
        unit=draft.code, surname=draft.words.surnames.draw(rng), given=_given(draft),
        sex="1" if male else "2", born=born,
        id_number=id_number, political=draft.words.political.draw(rng),
        department=rng.choice(raw["departments"]),
        category=category, post_type="1" if leader else "3" if level == "9" else "2", position=position,
        title=title,
        title_level=level, authority="1" if n < head else "2" if leader else "3", joined_on=joined,
        status=status,
        status_on=status_on,
        counterpart=rng.choice(raw["outside_units"]) if status in raw["elsewhere"] else None,
        household=rng.choice(raw["households"]), secrecy="0",
        reason=_reason(category, status, leader, middle, level),
        due=due, enrolled=enrolled)


def _birth(draft: Draft) -> date:
    age = min(59.0, max(23.0, draft.rng.gauss(39, 9)))
    return date(2019, 8, 1) - timedelta(int(age * 365.25))


def _joined(draft: Draft, born: date, status: str) -> date:
    first = max(date(1990, 1, 2), born + timedelta(22 * 365 + 180))
    last = date(2018, 6, 30) if status != "1" else date(2019, 6, 20)
    if draft.rng.random() < 0.7:
        last = min(last, date(2014, 6, 30))
    return draft.day(first, last) if first < last else min(first, last)


def _given(draft: Draft) -> str:
    first, second = draft.words.raw["given_first"], draft.words.raw["given_second"]
    short = draft.rng.random() < 0.15
    return str(draft.rng.choice(second) if short else draft.rng.choice(first) + draft.rng.choice(second))


def _reason(category: str, status: str, leader: bool, middle: bool, level: str) -> str:
    if category not in IN_SCOPE:
        return "N1" if category in ("5", "7") else "N2"
    if status in AWAY:
        return {"3": "N2", "7": "N3"}.get(status, "N4")
    if category in CIVIL:
        return "B1"
    return "B2" if leader else "B3" if middle else "B6" if level in ("1", "2") else "B7"
