"""The words of printed forms: `paper/*.yaml` and `paper/must_read.md` of a campaign folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML

from forms.faults import CampaignError, Fault
from forms.spec import Campaign

FOLDER: Final = "paper"
MUST_READ: Final = "must_read.md"


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Words):
    heading: str
    text: tuple[str, ...]


class ReportWords(_Words):
    """A report to be completed: prose around the facts, then the facts in a table."""

    title: str
    to: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: str
    attachments: tuple[str, ...] = ()
    annotation: str
    facts_title: str
    facts_note: str

    @property
    def prose(self) -> tuple[str, ...]:
        """The paragraphs in the order they stand, without headings."""
        return (*self.opening, *(text for section in self.sections for text in section.text))


class PersonalWords(_Words):
    """Where the head of a personal sheet comes from and how much room it leaves."""

    people: str
    labels: dict[str, str] = {}
    columns: int = Field(3, gt=0)
    lines: int = Field(3, gt=0)


Model = TypeVar("Model", bound=_Words)


def words(model: type[Model], campaign: Campaign, form: str) -> Model:
    """The words of a printed form. Raises CampaignError when they are missing or malformed."""
    name = f"{FOLDER}/{form}.yaml"
    try:
        raw = YAML(typ="safe").load((campaign.folder / name).read_text("utf-8"))
        return model.model_validate(raw)
    except FileNotFoundError:
        raise CampaignError([Fault(name, 0, "缺少这个文件：印制表格所用的文字。")]) from None
    except ValidationError as error:
        faults = [
            Fault(name, 0, f"“{'.'.join(map(str, each['loc']))}”：{each['msg']}") for each in error.errors()
        ]
        raise CampaignError(faults) from None


def must_read(campaign: Campaign) -> str:
    """The page to read first, with its placeholders. Raises CampaignError when it is missing."""
    path = Path(FOLDER) / MUST_READ
    try:
        return (campaign.folder / path).read_text("utf-8")
    except FileNotFoundError:
        raise CampaignError([Fault(path.as_posix(), 0, "缺少这个文件：填报必读。")]) from None
