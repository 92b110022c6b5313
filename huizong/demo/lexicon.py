"""The campaign's words for the demo: labels of coded values, and the names of units."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.spec import Campaign


@dataclass(frozen=True)
class Lexicon:
    """`say(list, code)` is what a clerk writes for a coded value.
    Raises KeyError for a code the campaign lacks.
    """

    campaign: Campaign
    labels: Mapping[str, Mapping[str, str]]

    @staticmethod
    def of(campaign: Campaign) -> "Lexicon":
        return Lexicon(campaign, {name: each.by_code for name, each in campaign.codes.items()})

    def say(self, codes: str, code: str) -> str:
        return self.labels[codes][code]

    def yes(self, value: bool) -> str:
        return self.labels["yes_no"]["1" if value else "0"]

    def have(self, value: bool) -> str:
        return self.labels["have"]["1" if value else "0"]

    def word(self, form: str, table: str, field: str) -> str:
        """The word that a cell may hold beside its values (`also`), such as the one for «not yet back»."""
        return next(iter(self.campaign.forms[form].tables[table].by_name[field].also))
