"""Names people gave to files stay Chinese, and stay harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from collector.names import display_name, disposition, download_name, is_junk


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("附件1（城关镇卫生院）.xlsx", "附件1（城关镇卫生院）.xlsx"),
        ("上报 表.xlsx", "上报 表.xlsx"),
        ("C:\\fakepath\\名册.xlsx", "名册.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("名册\r\nSet-Cookie: a=b.xlsx", "名册Set-Cookie: a=b.xlsx"),
        ("a\0b.xlsx", "ab.xlsx"),
        ("\u202egpj.xlsx", "gpj.xlsx"),
        ("e\u0301.xlsx", "\u00e9.xlsx"),
        ("\ud800.xlsx", ".xlsx"),
        ("", "未命名文件"),
        ("///", "未命名文件"),
        ("..", "未命名文件"),
    ],
)
def test_a_name_is_shown_without_what_deceives(raw: str, shown: str) -> None:
    assert display_name(raw) == shown


def test_a_name_of_4096_characters_is_cut_and_keeps_its_extension() -> None:
    shown = display_name("长" * 4096 + ".xlsx")
    assert len(shown) <= 120 and shown.endswith(".xlsx")


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("CON.xlsx", "_CON.xlsx"),
        ("a:b?.xlsx", "a_b_.xlsx"),
        ('a"b.xlsx', "a_b.xlsx"),
        ("名册.xlsx. ", "名册.xlsx"),
    ],
)
def test_a_download_name_suits_every_file_system(raw: str, safe: str) -> None:
    assert download_name(raw) == safe


@given(st.text(st.characters()))
def test_every_name_gives_a_valid_header(raw: str) -> None:
    Headers().add("Content-Disposition", disposition(raw))
    disposition(raw).encode("ascii")
    assert disposition(raw).count('"') == 2


@pytest.mark.parametrize("path", ["~$名册.xlsx", "__MACOSX/._a.xlsx", "a/Thumbs.db", ".DS_Store"])
def test_junk_is_known(path: str) -> None:
    assert is_junk(path)
