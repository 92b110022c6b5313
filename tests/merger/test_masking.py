"""What leaves the bureau carries no number of a person or certificate and no full name."""

from __future__ import annotations

import pytest

from merger.masking import leaks, masked_id, masked_name, masked_text, tail
from tests.merger.cities import ANN, BEN


@pytest.mark.parametrize(
    ("name", "style", "shown"),
    [
        ("张三", "姓某", "张某"),
        ("张三", "姓××", "张××"),
        ("欧阳小一", "姓某", "欧阳某"),
        ("欧阳", "姓某", "欧某"),
    ],
)
def test_a_name_is_cut_to_its_family_name(name: str, style: str, shown: str) -> None:
    assert masked_name(name, style, {"欧阳"}) == shown


def test_numbers_keep_their_ends() -> None:
    assert (masked_id(ANN), tail("EZ9900001")) == ("330399********0018", "0001")
    assert (
        masked_text(f"{BEN}持EZ9900001，电话19900000001") == "330399********002X持尾号0001，电话199****0001"
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"身份证{ANN}号", "id_number"),
        (f"（{BEN.lower()}）", "id_number"),
        ("护照E12345678已收", "certificate"),
        ("护照EA1234567已收", "certificate"),
        ("通行证CZ9900001", "certificate"),
        ("陈小一已处理", "name"),
    ],
)
def test_a_planted_number_or_name_is_found(text: str, what: str) -> None:
    assert [leak.what for leak in leaks("通报", text, ["陈小一"])] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "陈某已处理",
        "尾号0001",
        "330399********0018",
        "瑞卫发〔2019〕88号",
        "快照062e03d55174",
        "共12345678人",
    ],
)
def test_what_is_masked_or_no_number_of_anybody_is_not_found(text: str) -> None:
    assert leaks("通报", text, ["陈小一"]) == []
