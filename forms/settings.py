"""The decisions and parameters of a campaign, alike: each a column of `config`, some of them a choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from forms.declared import CampaignShape, Value
from forms.faults import did_you_mean


class Setting(NamedTuple):
    """`name`: as the file calls it (D1, ban_years); `key`: the column of `config`; `at`: where its name
    stands in the file."""

    name: str
    key: str
    value: Value
    choices: Mapping[str, str]
    at: tuple[str, ...]

    def wrong(self) -> str | None:
        """What is wrong with its value; None where nothing is. A text must be one of a choice."""
        written = str(self.value).lower() if isinstance(self.value, bool) else str(self.value)
        if self.choices and written not in self.choices:
            return f"{self.name} 的值“{written}”不在可选值内" + did_you_mean(written, self.choices)
        if not self.choices and isinstance(self.value, str):
            told = f"{self.name} 的值“{self.value}”是文字，应为数字、true 或 false"
            return told + "；确是文字的，用 choices 列出可选值。"
        return None


def settings(top: CampaignShape) -> Iterator[Setting]:
    """In the order of the file."""
    for name, each in top.decisions.items():
        yield Setting(name, each.key, each.value, each.choices, ("decisions", name, "key"))
    for name, parameter in top.parameters.items():
        yield Setting(name, name, parameter.value, parameter.choices, ("parameters", name))
