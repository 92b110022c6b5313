"""The figures of the first report's day beside those of a city, both from what is accepted now."""

from __future__ import annotations

from huizong.steps.bureau import Bureau
from huizong.steps.gather import inputs
from merger.city import City, consolidate
from merger.snapshot import Change, compare, manifest


def first_to_final(bureau: Bureau, city: City) -> list[Change]:
    """What the later cut-off alone moves; `huizong.steps.comparison` compares what was sent at the time."""
    first = consolidate(inputs(bureau, cutoff=bureau.campaign.dates["statistic_date"]), bureau.engine)
    return compare(manifest(first), manifest(city))
