"""A stamp is ours, whole and unchanged, or it is no stamp."""

import pytest

from forms import stamp

KEY = b"0123456789abcdef0123456789abcdef"


def signed(**more: str) -> stamp.Stamp:
    return stamp.sign(KEY, "C-1", "002", "staff", "ab12", issued_at="2019-08-07", fingerprint="ff00", **more)


def test_a_signed_stamp_is_verified_from_its_fields() -> None:
    assert stamp.verify(KEY, signed().fields()) == signed()


def test_a_stamp_survives_its_one_line_form() -> None:
    one = stamp.sign(KEY, "活动 & 一", "002", "staff", "ab12", part="print")
    assert stamp.verify(KEY, stamp.read(one.text)) == one
    assert one.text.isascii()


@pytest.mark.parametrize(
    "field",
    ["campaign", "unit", "form", "version", "part", "issued_at", "fingerprint", "key_id", "signature"],
)
def test_a_changed_field_breaks_the_stamp(field: str) -> None:
    fields = signed().fields()
    fields[field] = "003" if fields[field] != "003" else "004"
    assert stamp.verify(KEY, fields) is None


def test_another_key_does_not_verify() -> None:
    assert stamp.verify(b"x" * 32, signed().fields()) is None
    assert stamp.key_id(KEY) != stamp.key_id(b"x" * 32)


def test_text_moved_between_fields_is_another_stamp() -> None:
    one, two = stamp.sign(KEY, "a", "bc", "f", "1"), stamp.sign(KEY, "ab", "c", "f", "1")
    assert one.signature != two.signature


@pytest.mark.parametrize("fields", [{}, {"unit": "002"}, {"signature": "ß" * 32}, {"signature": None}])
def test_anything_else_is_no_stamp(fields: dict[str, object]) -> None:
    assert stamp.verify(KEY, fields) is None


def test_a_number_from_a_cell_is_read_as_its_text() -> None:
    one = stamp.sign(KEY, "C-1", "2", "staff", "12")
    assert stamp.verify(KEY, one.fields() | {"unit": 2, "version": " 12 "}) == one


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        stamp.sign(b"short", "a", "b", "c", "d")
