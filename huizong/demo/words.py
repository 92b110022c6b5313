"""The demo's words and rates (`demo.yaml`), with weighted choice."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Weighted:
    """Keys with cumulated weights: one draw costs one bisection."""

    keys: tuple[Any, ...]
    sums: tuple[float, ...]

    @staticmethod
    def of(weights: Mapping[Any, float]) -> "Weighted":
        return Weighted(tuple(str(key) for key in weights), tuple(accumulate(weights.values())))

    def draw(self, rng: random.Random) -> Any:
        return rng.choices(self.keys, cum_weights=self.sums)[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A destination: the countries or regions, the kind of certificate that leads there,
    the days one stays.
    """

    to: tuple[str, ...]
    kind: str
    least: int
    most: int
    family: bool


@dataclass(frozen=True, slots=True)
class UnitType:
    """`categories` of the permanent staff; `share` per cent of them come on top,
    of the categories `others`.
    """

    categories: Weighted
    others: Weighted
    share: int
    female: int
    head: int


@dataclass(frozen=True)
class Words:
    raw: Mapping[str, Any]
    surnames: Weighted
    political: Weighted
    title_levels: Weighted
    status: Weighted
    gone: Weighted
    months: Weighted
    outcomes: Weighted
    methods: Weighted
    trips: Weighted
    reasons: Mapping[str, Weighted]
    places: tuple[Place, ...]
    place_weights: tuple[float, ...]
    unit_types: Mapping[str, UnitType]
    rates: Mapping[str, Any]
    text: Mapping[str, Any]

    def unit_type(self, name: str) -> UnitType:
        return self.unit_types.get(name) or list(self.unit_types.values())[-1]

    def place(self, rng: random.Random) -> Place:
        return rng.choices(self.places, cum_weights=self.place_weights)[0]

    def places_by(self, kind: str) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.kind == kind)


@cache
def words() -> Words:
    raw = YAML(typ="safe",
               pure=True).load(files(__package__).joinpath("demo.yaml").read_text(encoding="utf-8"))
    places = raw["destinations"]
    return Words(
        raw=raw,
        surnames=Weighted.of(raw["surnames"]),
        political=Weighted.of(raw["political"]),
        title_levels=Weighted.of(raw["title_levels"]),
        status=Weighted.of(raw["status"]),
        gone=Weighted.of(raw["gone"]),
        months=Weighted.of(raw["months"]),
        outcomes=Weighted.of(raw["outcomes"]),
        methods=Weighted.of(raw["methods"]),
        trips=Weighted.of(raw["rates"]["trips_per_traveller"]),
        reasons={name: Weighted.of(each) for name, each in raw["reasons"].items()},
        places=tuple(Place(tuple(each["to"]), str(each["kind"]), each["days"][0], each["days"][1],
                           bool(each.get("family"))) for each in places),
        place_weights=tuple(accumulate(each["weight"] for each in places)),
        unit_types={name: UnitType(Weighted.of(each["categories"]), Weighted.of(each["others"]),
                                   each["share"],
                                   each["female"], each["head"]) for name, each in raw["unit_types"].items()},
        rates=raw["rates"],
        text=raw["text"],
    )
