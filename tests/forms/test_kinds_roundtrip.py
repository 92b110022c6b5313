"""What a kind writes it reads back as the same value, without a finding."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import load, shipped
from forms.kinds import KINDS, Context
from forms.kinds.countries import names
from forms.kinds.identity import eighteen, organisation_check
from forms.spec import Field

CAMPAIGN = load(shipped())
CONTEXT = Context(CAMPAIGN, date(2019, 8, 11))
CODED = [name for name in CAMPAIGN.codes if name != "compound_surname"]


def field(kind: str, **more: Any) -> Field:
    return Field(name="x", label="某列", kind=kind, **more)


def assert_same(column: Field, value: object) -> None:
    kind = KINDS[column.kind]
    reading = CONTEXT.reader(column)(kind.write(value))
    assert (reading.value, reading.findings, reading.flag) == (value, (), None)


COLUMNS = {kind: field(kind) for kind in KINDS if kind not in ("choice", "choices")}
COUNTS = st.integers(0, 2**31 - 1)
TEXTS = st.text(st.sampled_from("张王赵甲乙丙abcXYZ019 ，。（）、\n"), min_size=1, max_size=40).filter(
    lambda text: text == text.strip() and text != ""
)
NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30)
IDS = st.builds(
    lambda day, n: eighteen(f"330381{day:%y%m%d}{n:03d}"),
    st.dates(date(1950, 1, 1), date(1999, 12, 31)),
    st.integers(1, 999),
).filter(lambda number: not number.endswith("000"))
CERTIFICATES = st.from_regex(r"E[A-HJ-NP-Z][0-9]{7}|C[0-9]{8}|L[0-9]{8}", fullmatch=True)
ORGANISATIONS = st.from_regex(r"[0-9A-Z]{8}", fullmatch=True).map(
    lambda body: body + organisation_check(body)
)
PHONES = st.from_regex(r"1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}", fullmatch=True)
DAYS = st.dates(date(1900, 3, 1), date(2100, 12, 31))
COUNTRIES = st.lists(st.sampled_from(names().stored), min_size=1, max_size=6, unique=True)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "serial": COUNTS,
    "count": COUNTS,
    "text": TEXTS,
    "person_name": NAMES,
    "id_number": IDS,
    "certificate_number": CERTIFICATES,
    "organisation_code": ORGANISATIONS,
    "phone": PHONES,
    "date": DAYS,
    "countries": COUNTRIES,
}


@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_writing_then_reading_gives_the_value_again(kind: str, data: st.DataObject) -> None:
    assert_same(COLUMNS[kind], data.draw(VALUES[kind]))


@settings(max_examples=40, deadline=None)
@given(day=DAYS)
def test_a_day_survives_every_spelling(day: date) -> None:
    reader = CONTEXT.reader(COLUMNS["date"])
    spellings = (
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    assert {reader(text).value for text in spellings} == {day}


@pytest.mark.parametrize("name", CODED)
def test_every_label_and_every_code_of_a_list_is_read_as_the_label(name: str) -> None:
    column = field("choice", codes=name)
    for code, label in CAMPAIGN.codes[name].by_code.items():
        assert_same(column, label)
        if code not in CAMPAIGN.codes[name].labels:
            assert CONTEXT.reader(column)(code).value == label


@pytest.mark.parametrize("name", CODED)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_several_choices_survive_even_when_labels_hold_separators(name: str, data: st.DataObject) -> None:
    labels = CAMPAIGN.codes[name].labels
    assert_same(
        field("choices", codes=name),
        data.draw(st.lists(st.sampled_from(labels), min_size=1, max_size=5, unique=True)),
    )


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(COLUMNS)),
    raw=st.none()
    | st.text(max_size=30)
    | st.floats()
    | st.integers(-(10**20), 10**20)
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas(),
)
def test_no_cell_crashes_a_reader_or_breaks_its_column(kind: str, raw: Any) -> None:
    reading = CONTEXT.reader(COLUMNS[kind])(raw)
    pa.array([reading.value], KINDS[kind].arrow_type)  # whatever was read is of the column's type
    assert not (reading.unreadable and len(reading.findings) > 1)
