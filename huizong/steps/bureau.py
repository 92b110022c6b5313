"""One campaign opened for work: definitions, registers, ledger, store and clock, each made when needed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collector import rows
from collector.problems import is_evidence
from collector.workflow import State
from forms import Campaign, Document, load
from huizong.steps.errors import UseError

# What a command does not use it does not import: starting costs more than most of the work.
if TYPE_CHECKING:
    from collector.keys import Keys
    from collector.ledger import Ledger
    from collector.store import Store
    from forms import Unit
    from forms.engine import Engine, Submission
    from forms.registers import Registers

BEIJING = ZoneInfo("Asia/Shanghai")
STATE = ".state"


@dataclass(frozen=True)
class Filed:
    """A recorded version of one form and, when it could be read, its content."""

    row: rows.Document
    document: Document | None

    @property
    def id(self) -> str:
        """What the column `document` of the typed tables holds: unit/form@version."""
        return f"{self.row.unit}/{self.row.form}@{self.row.version}"


@dataclass
class Bureau:
    """Opened by `open_bureau`.  Nothing is written before something is recorded."""

    folder: Path
    campaign: Campaign
    as_of: date
    scheduler: str | None = None
    ledger_url: str = ""
    store_url: str = ""
    _content: dict[str, Document] = field(default_factory=dict, repr=False)

    @property
    def state(self) -> Path:
        return self.folder / STATE

    @property
    def has_state(self) -> bool:
        return bool(self.ledger_url) or (self.state / "ledger.db").exists()

    def now(self) -> datetime:
        """The moment things are recorded at: the real one, or 17:00 in Beijing of an `as_of` not today."""
        real = datetime.now(UTC)
        if real.astimezone(BEIJING).date() == self.as_of:
            return real
        return datetime.combine(self.as_of, time(17), BEIJING).astimezone(UTC)

    @cached_property
    def keys(self) -> Keys:
        from collector.keys import Keys

        return Keys(self.state / "keys")

    @cached_property
    def ledger(self) -> Ledger:
        from collector.ledger import Ledger

        self.state.mkdir(mode=0o700, exist_ok=True)
        url = self.ledger_url or f"sqlite:///{self.state / 'ledger.db'}"
        return Ledger(url, self.campaign.id, self.keys, clock=self.now)

    @cached_property
    def store(self) -> Store:
        from collector.store import Store, StoreSettings

        settings = StoreSettings(purpose=self.campaign.id)
        return Store(self.store_url or self.state / "store", self.keys, settings)

    def stamp_key(self) -> bytes | None:
        """The key that signs the stamps; None where no pack was ever issued from this folder."""
        return self.keys.current("stamp")[1] if (self.state / "keys").exists() else None

    @cached_property
    def engine(self) -> Engine:
        """Raises CampaignError where views, rules or figures do not parse."""
        from forms.engine import Engine

        return Engine(self.campaign)

    @cached_property
    def registers(self) -> Registers:
        from huizong.steps.registers import read_registers

        return read_registers(self)

    def unit_name(self, code: str) -> str:
        return self.known_unit(code).name

    def known_unit(self, code: str) -> Unit:
        """The unit of a code; raises UseError for one nobody knows."""
        try:
            return self.campaign.units_by_code[code]
        except KeyError:
            raise UseError(f"没有代码为“{code}”的单位，请对照 units.csv。") from None

    # ------------------------------------------------------------------ what the ledger holds

    def states(self, unit: str | None = None) -> dict[tuple[str, str], State]:
        """(unit, form) → state, of what was ever issued."""
        if not self.has_state:
            return {}
        with self.ledger.reading() as view:
            return view.states(unit)

    def filed(self, unit: str | None = None, accepted_only: bool = False) -> dict[tuple[str, str], Filed]:
        """The version that counts of every form: the newest that was read, or only the accepted one."""
        if not self.has_state:
            return {}
        with self.ledger.reading() as view:
            found = view.documents(unit)
            states = view.states(unit)
        newest = {(row.unit, row.form): row for row in found if row.status == "read" and row.form}
        if accepted_only:
            newest = {key: row for key, row in newest.items()
                      if states.get(key, State()).status == "accepted" and states[key].version == row.version}
        return {key: Filed(row, self.content(row)) for key, row in sorted(newest.items())}

    def content(self, row: rows.Document) -> Document | None:
        """What was read from a recorded file; None for scans and refused files.  Raises BlobMissing."""
        from collector import sheaf

        if row.tables_sha256 is None:
            return None
        if row.tables_sha256 not in self._content:
            self._content[row.tables_sha256] = sheaf.unpacked(self.store.get(row.tables_sha256))
        return self._content[row.tables_sha256]

    def attachments(self, unit: str | None = None) -> list[rows.Document]:
        """The newest version of every attachment of a set, by unit and file name."""
        return [row for row in self.kept_files(unit) if not is_evidence(row.file_name)]

    def kept_files(self, unit: str | None = None) -> list[rows.Document]:
        """The attachments, and the evidence that came with steps of problems."""
        if not self.has_state:
            return []
        with self.ledger.reading() as view:
            newest = {(row.unit, row.file_name): row for row in view.documents(unit)
                      if row.status == "attachment"}
        return [row for _, row in sorted(newest.items())]

    def submissions(self, states: Mapping[tuple[str, str], State]) -> Iterator[Submission]:
        """The states as the rules see them, in order."""
        from forms.engine import Submission

        for (unit, form), state in sorted(states.items()):
            yield Submission(unit, form, state.status, state.submitted_at)


@contextmanager
def open_bureau(folder: Path, *, as_of: date, scheduler: str | None = None) -> Iterator[Bureau]:
    """The bureau of a campaign folder; raises CampaignError with every fault of its definitions.

    `HUIZONG_LEDGER` and `HUIZONG_STORE` name a PostgreSQL ledger and an S3 store where the embedded ones
    are outgrown.
    """
    bureau = Bureau(folder, load(folder), as_of, scheduler,
                    os.environ.get("HUIZONG_LEDGER", ""), os.environ.get("HUIZONG_STORE", ""))
    try:
        yield bureau
    finally:
        if "ledger" in vars(bureau):
            bureau.ledger.close()
