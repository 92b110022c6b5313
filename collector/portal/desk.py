"""What the requests of one process share: definitions, ledger, store, rule engine, accounts.

A request gets its own `Bureau` made of the shared parts, with the registers as they are on disk now.
Nothing that one request learns is needed by the next: any number of processes may serve the same campaign.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from collector.accounts import Accounts
from collector.keys import Keys
from collector.ledger import Ledger
from collector.passwords import Policy
from collector.portal.checking import Checking, Stand
from collector.portal.judged import Kept, definitions_at
from collector.store import Store, StoreSettings
from forms.campaign import load
from forms.checklist import Checklist, load_checklist
from forms.engine import Engine
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.judge import Judged, judge_units

T = TypeVar("T")
REGISTERS = "registers"


class Remembered(OrderedDict[Any, Any]):
    """The last `size` answers, by key; a plain dict to whoever writes into it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.lock = size, threading.Lock()

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > self.size:
            self.popitem(last=False)

    def get_or_make(self, key: Hashable, make: Callable[[], T]) -> T:
        """The remembered answer, else `make()`; two threads may both make it, which is harmless."""
        with self.lock:
            if key in self:
                self.move_to_end(key)
                found: T = self[key]
                return found
        made = make()
        with self.lock:
            self[key] = made
        return made


@dataclass
class Desk:
    """`as_of` fixes the day the rules see (demonstrations); None is today in Beijing, asked at each
    request."""

    folder: Path
    as_of: date | None = None
    policy: Policy = field(default_factory=Policy)
    patience: float = 0.05 # seconds a page waits for a check before it shows what was known

    def __post_init__(self) -> None:
        self.campaign = load(self.folder)
        self.ledger_url = os.environ.get("HUIZONG_LEDGER", "")
        self.store_url = os.environ.get("HUIZONG_STORE", "")
        self.state = self.folder / ".state"
        self.state.mkdir(mode=0o700, exist_ok=True)
        url = self.ledger_url or f"sqlite:///{self.state / 'ledger.db'}"
        self.keys = Keys(self.state / "keys")
        # Two clocks on one database: what is handed in follows the campaign's day, accounts the real time.
        self.ledger = Ledger(url, self.campaign.id, self.keys, clock=lambda: self.bureau().now())
        self.accounts = Accounts(self.ledger.timed(lambda: datetime.now(UTC)), self.policy)
        self.store = Store(
            self.store_url or self.state / "store", self.keys, StoreSettings(purpose=self.campaign.id)
        )
        self.engine = Engine(self.campaign)
        self.judged = Kept(self.state, self.keys, definitions_at(self.folder))
        self.checking = Checking(self._judge)
        self.contents, self.answers = Remembered(300), Remembered(500)
        self._registers: tuple[tuple[Any, ...], Any] | None = None
        self._lock = threading.Lock()

    @property
    def demo(self) -> bool:
        """A campaign of made-up people: their ID division is allowed only there (domain brief §6.3)."""
        return bool(self.campaign.settings.demo_divisions)

    @cached_property
    def checklist(self) -> Checklist:
        """The inspection's checklist, read once; raises CampaignError where the campaign has none."""
        return load_checklist(self.campaign)

    def today(self) -> date:
        return self.as_of or datetime.now(BEIJING).date()

    def bureau(self) -> Bureau:
        """The campaign opened for one request."""
        bureau = Bureau(self.folder, self.campaign, self.today(), None, self.ledger_url, self.store_url)
        bureau._content = self.contents
        shared = vars(bureau)
        shared.update(keys=self.keys)
        if "ledger" in vars(self):
            shared.update(ledger=self.ledger, store=self.store, engine=self.engine)
        if "checklist" in vars(self):
            shared.update(_checklist=self.checklist)
        return bureau

    def bureau_with_registers(self) -> Bureau:
        """The same, with the registers read once until a file of theirs changes."""
        bureau = self.bureau()
        at = self.registers_at()
        with self._lock:
            if self._registers is None or self._registers[0] != at:
                self._registers = (at, bureau.registers)
            vars(bureau)["registers"] = self._registers[1]
        return bureau

    def _judge(self, stands: Mapping[str, Stand]) -> Mapping[str, Judged]:
        """What the rules say of these units, together; what another process has found already is taken."""
        def make(units: Sequence[str]) -> Mapping[str, Judged]:
            return judge_units(self.bureau_with_registers(), {unit: stands[unit].complete for unit in units})

        return self.judged.get_or_make({unit: stand.mark for unit, stand in stands.items()}, make)

    def registers_at(self) -> tuple[Any, ...]:
        """Changes whenever a register file does."""
        folder = self.folder / REGISTERS
        files = sorted(folder.rglob("*")) if folder.is_dir() else []
        return tuple((str(f), (s := f.stat()).st_mtime_ns, s.st_size) for f in files if f.is_file())

    def secret(self) -> bytes:
        """Signs the cookie of the form tokens; one for all workers."""
        return self.keys.current("portal")[1]

    def close(self) -> None:
        self.checking.close()
        self.ledger.close()
