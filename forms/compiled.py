"""A campaign's views, rules and figures, read and sorted: what every data set of it is asked."""

from __future__ import annotations

from collections.abc import Mapping

from forms import figures as figure_files
from forms import rules as rule_files
from forms.catalogue import Catalogue
from forms.faults import CampaignError, Fault
from forms.feeding import Feeding
from forms.figures import FigureSpec
from forms.slots import connect
from forms.spec import Campaign


class Compiled:
    """Raises CampaignError where views, rules or figures of the folder do not even parse; whether they bind
    and mean what they say is `forms.lint.lint`."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._connection = connect()
        self.catalogue = Catalogue(campaign, self._connection)
        faults: list[Fault] = list(self.catalogue.faults)
        self.rules = tuple(
            rule for _, rule in rule_files.read_rules(self.catalogue, self._connection, faults)
        )
        self.figures: Mapping[str, FigureSpec] = {
            each.id: each for _, each in figure_files.read_figures(self.catalogue, faults)
        }
        if faults:
            raise CampaignError(faults)
        self.conditional = tuple(rule_files.conditional(campaign))
        self.feeding = Feeding(self.catalogue, self._connection)
        names = {figure_files.prose_name(each): each for each in self.figures}
        self.aliases = {**names, **figure_files.aliases(self.catalogue)}
        self.printed = tuple(
            each for each in self.figures.values() if each.id in figure_files.printed(campaign)
        )

    def spec(self, figure: str) -> FigureSpec:
        """By id, alias or name in the texts. Raises KeyError for a figure nobody defined."""
        return self.figures[self.aliases.get(figure, figure)]
