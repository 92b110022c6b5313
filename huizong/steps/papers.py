"""Which papers a campaign writes, and where their words are."""

from __future__ import annotations

from pathlib import Path

from forms import Campaign


def text_folders(campaign: Campaign) -> list[Path]:
    """Where prose is looked up before the shipped one: the campaign's own `text/`."""
    return [campaign.folder / "text"]


def paper_names(campaign: Campaign) -> dict[str, str]:
    """Document → its text file."""
    return {name: f"{shape.prose}.md" for name, shape in campaign.documents.items()}
