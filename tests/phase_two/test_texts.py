"""The second phase's texts ask only for names that PHASE_TWO.md defines, and it defines none in vain."""

from __future__ import annotations

import re

import pytest

from templates import TEXT, placeholders


@pytest.mark.parametrize("text", ["inspection.md", "comparison.md"])
def test_every_name_is_defined_and_used(text: str) -> None:
    part = (TEXT / "PHASE_TWO.md").read_text("utf-8").split(f"## {text}\n")[1].split("\n## ")[0]
    defined = set(re.findall(r"`([a-z_]+(?:\[\])?(?:\.[a-z_]+(?:\[\])?)*)`", part))
    used = placeholders((TEXT / text).read_text("utf-8"))
    loops = {re.sub(r"\[\]$", "", "".join(each.rpartition("[]")[:2])) for each in used if "[]" in each}
    assert used - defined == set()
    assert defined - used - loops - {"label", "n", "counted"} == set()
