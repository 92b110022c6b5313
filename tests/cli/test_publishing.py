"""The words are the clerk's: a changed sentence and a new kind of paper reach both formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from templates.readback import docx_said, pdf_said
from tests.steps.played import shell

DAY = ("--as-of", "2019-08-13")
OLD, NEW = "各单位要引以为戒，举一反三", "各单位务必引以为戒、举一反三"
BRIEFING = """---
# 简报：一种新的文稿
kind: 简报
format: plain
title: 专项整治工作简报
sign: {name: "{{ campaign.issuer }}", date: "{{ document.date | date }}", seal: false}
dated: "{{ document.date }}"
---
应报送材料的单位共{{ fig.units_required }}家，已报送{{ fig.units_submitted }}家。
"""
ENTRY = '  briefing: {prose: briefing, label: 工作简报, audience: units}\n'


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    campaign = folder / "campaign"
    shell("new", campaign).must(0)
    circular = campaign / "text" / "circular.md"
    words = circular.read_text("utf-8")
    assert words.count(OLD) == 1
    circular.write_text(words.replace(OLD, NEW), "utf-8")
    (campaign / "text" / "briefing.md").write_text(BRIEFING, "utf-8")
    settings = campaign / "campaign.yaml"
    settings.write_text(settings.read_text("utf-8").replace("documents:\n", "documents:\n" + ENTRY), "utf-8")
    shell("lint", campaign).must(0)
    shell("publish", campaign, "--out", folder / "out", *DAY).must(0)
    return folder / "out"


def both(published: Path, name: str) -> tuple[str, str]:
    docx = docx_said((published / f"{name}.docx").read_bytes()).text
    return docx, re.sub(r"\s", "", pdf_said((published / f"{name}.pdf").read_bytes()))


def test_a_changed_sentence_stands_in_both_formats(published: Path) -> None:
    for said in both(published, "通报"):
        assert NEW in said and OLD not in said


def test_a_new_kind_of_paper_carries_the_draft_mark_though_its_text_asks_for_none(published: Path) -> None:
    assert "征求意见稿" in docx_said((published / "工作简报.docx").read_bytes()).margins
    assert "征求意见稿" in both(published, "工作简报")[1]


def test_a_new_kind_of_paper_is_one_text_file_and_one_entry(published: Path) -> None:
    for said in both(published, "工作简报"):
        assert "应报送材料的单位共" in said and "已报送0家。" in said
    assert "工作简报　已写出，1页，内容和保密符合" in (published / "文稿检查报告.txt").read_text("utf-8")


def test_a_placeholder_nobody_knows_is_named_with_file_and_line(published: Path) -> None:
    campaign = published.parent / "campaign"
    text = campaign / "text" / "briefing.md"
    text.write_text(BRIEFING.replace("fig.units_required", "fig.units_requried"), "utf-8")
    said = shell("lint", campaign).must(1)
    assert "briefing.md:9" in said.out and "units_requried" in said.out
