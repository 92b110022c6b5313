"""The tables SQL sees beyond forms and registers: what the caller gives, what the engine derives, what
stands still (units, code lists, the calendar), and the one row of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from forms import calendar
from forms.spec import Campaign

FIGURES: Final = "figures"
STATES: Final = ("none", "assigned", "uploaded", "submitted", "returned", "accepted", "reopened")

_TEXT, _DAY, _WHOLE, _FLAG = pa.string(), pa.date32(), pa.int32(), pa.bool_()

# Tables the caller fills per data set, and those the engine derives; `unit` null is the city.
GIVEN: Final[Mapping[str, pa.Schema]] = {
    "submissions": pa.schema(
        [("unit", _TEXT), ("form", _TEXT), ("state", _TEXT), ("received_at", pa.timestamp("us"))]
    ),
    "attachments": pa.schema([("unit", _TEXT), ("form", _TEXT), ("name", _TEXT)]),
    "waivers": pa.schema(
        [("unit", _TEXT), ("rule", _TEXT), ("key", _TEXT), ("reason", _TEXT), ("by", _TEXT), ("until", _DAY)]
    ),
    "overrides": pa.schema(
        [("unit", _TEXT), ("figure", _TEXT), ("n", pa.int64()), ("reason", _TEXT), ("by", _TEXT)]
    ),
    "inspections": pa.schema([("unit", _TEXT), ("inspection", _TEXT), ("inspected_on", _DAY)]),
    "explanations": pa.schema(
        [("unit", _TEXT), ("rule", _TEXT), ("key", _TEXT), ("value", _TEXT), ("reason", _TEXT)]
    ),
}
DERIVED: Final[Mapping[str, pa.Schema]] = {
    "unreadable": pa.schema(
        [("unit", _TEXT), ("form", _TEXT), ("table", _TEXT), ("field", _TEXT), ("row", _WHOLE)]
    ),
    "documents": pa.schema(
        [
            ("unit", _TEXT),
            ("form", _TEXT),
            ("document", _TEXT),
            ("rows_read", _WHOLE),
            ("rows_refused", _WHOLE),
            ("stamp", _TEXT),
        ]
    ),
    "sheets": pa.schema(
        [
            ("unit", _TEXT),
            ("form", _TEXT),
            ("table", _TEXT),
            ("document", _TEXT),
            ("sheet", _TEXT),
            ("rows", _WHOLE),
            ("nil", _FLAG),
        ]
    ),
    FIGURES: pa.schema([("unit", _TEXT), ("figure", _TEXT), ("n", pa.int64())]),
}


def fixed(campaign: Campaign) -> dict[str, pa.Table]:
    """The tables that are the same for every data set: units, code lists, the calendar, which field
    prints which figure."""
    units = campaign.units
    found = {
        "calendar": calendar.table(),
        "workday_index": calendar.index(),
        "units": pa.table(
            {
                "unit": pa.array([each.code for each in units], _TEXT),
                "name": pa.array([each.name for each in units], _TEXT),
                "short_name": pa.array([each.short_name for each in units], _TEXT),
                "type": pa.array([each.type for each in units], _TEXT),
                "group": pa.array([each.group for each in units], _TEXT),
                "n": pa.array([each.order for each in units], _WHOLE),
                "staff": pa.array([each.staff for each in units], _WHOLE),
            }
        ),
    }
    codes = [
        (name, each.code, each.label) for name, listed in campaign.codes.items() for each in listed.codes
    ]
    found["codes"] = _rows(pa.schema([("list", _TEXT), ("code", _TEXT), ("label", _TEXT)]), codes)
    for name, listed in campaign.codes.items():  # a list whose codes carry attributes is a table of its own
        if any(each.column or each.class_ or each.months for each in listed.codes):
            schema = pa.schema(
                [("code", _TEXT), ("label", _TEXT), ("class", _TEXT), ("column", _TEXT), ("months", _WHOLE)]
            )
            found[f"{name}s"] = _rows(
                schema,
                [(each.code, each.label, each.class_, each.column, each.months) for each in listed.codes],
            )
    prints = [
        (form.form, table, field.name, field.figure, field.label, field.column)
        for form in campaign.forms.values()
        for table, field in form.fields()
        if field.figure
    ]
    found["figure_fields"] = _rows(
        pa.schema(
            [
                ("form", _TEXT),
                ("table", _TEXT),
                ("field", _TEXT),
                ("figure", _TEXT),
                ("label", _TEXT),
                ("column", _TEXT),
            ]
        ),
        prints,
    )
    wanted = [
        (form.form, form.number, form.title, "attachment" if each is None else "scan")
        for form in campaign.forms.values()
        for each in (None, *form.attachments)
    ]
    found["forms"] = _rows(
        pa.schema([("form", _TEXT), ("number", _TEXT), ("title", _TEXT), ("part", _TEXT)]),
        [
            (form, number, title, "form" if part == "attachment" else part)
            for form, number, title, part in wanted
        ],
    )
    return found


def _rows(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.table(
        [pa.array(list(column), each.type) for column, each in zip(columns, schema, strict=True)],
        schema=schema,
    )


def words(campaign: Campaign, table: str, column: str) -> tuple[str, ...] | None:
    """The texts a column of these tables can hold; None where there is no list of them."""
    if table == "config":
        return campaign.choices.get(column)
    if table not in GIVEN and table not in DERIVED:
        return None
    every = [(form, name, each) for form in campaign.forms.values() for name, each in form.fields()]
    known = {
        "form": tuple(campaign.forms),
        "table": tuple(dict.fromkeys(name for _, name, _ in every)),
        "field": tuple(dict.fromkeys(each.name for _, _, each in every)),
        "state": STATES,
    }
    return known.get(column)


def config_schema(campaign: Campaign) -> pa.Schema:
    """The one row of parameters, with `as_of` and `cutoff`."""
    found = [(key, _value_type(value)) for key, value in campaign.config.items()]
    facts = [
        (key, _value_type(value) if value is not None else _TEXT)
        for key, value in campaign.facts.items()
        if key not in campaign.config
    ]
    return pa.schema([*found, *facts, ("as_of", _DAY), ("cutoff", _DAY)])


def _value_type(value: object) -> pa.DataType:
    for kind, arrow in ((bool, _FLAG), (int, pa.int64()), (float, pa.float64()), (str, _TEXT)):
        if isinstance(value, kind):
            return arrow
    return _TEXT if value is None else _DAY
