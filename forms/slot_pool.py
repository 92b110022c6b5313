"""The slots of a process, lent to one check each."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import duckdb
import pyarrow as pa

from forms.catalogue import Catalogue
from forms.slots import Slot

SPARE: Final = 2  # slots kept at rest


class Slots:
    """The process's slots: lent to one check each. A few are kept apart, so that the units whose clerks
    are at work just now each find theirs as they left it."""

    def __init__(
        self, catalogue: Catalogue, connection: duckdb.DuckDBPyConnection, fixed: Mapping[str, pa.Table]
    ) -> None:
        self.catalogue, self.connection, self.fixed = catalogue, connection, fixed
        self._lock = threading.Lock()
        self._free: list[Slot] = []  # the one used last at the end

    def take(self, registers: object, units: frozenset[str]) -> Slot:
        """A free slot: the one that holds these units' documents, else a new one, else the one used
        longest ago."""
        with self._lock:
            for fits in (lambda each: each.units == units, lambda each: not units):
                for n, slot in enumerate(self._free):
                    if slot.registers is registers and fits(slot):
                        return self._free.pop(n)
            if len(self._free) >= SPARE:
                return self._free.pop(0)
        return Slot(self.connection, self.catalogue, self.fixed)

    def discard(self, slot: Slot) -> None:
        """Forget a slot whose loading failed: nobody may meet half a data set."""
        slot.cursor.close()
        with suppress(duckdb.Error):
            self.connection.cursor().execute(f"detach {slot.name}")

    def forget(self) -> None:
        """Every slot at rest."""
        with self._lock:
            resting, self._free = self._free, []
        for slot in resting:
            self.discard(slot)

    def give_back(self, slot: Slot, units: frozenset[str]) -> None:
        if slot.worn_out:
            self.discard(slot)
            return
        slot.units = units
        with self._lock:
            self._free.append(slot)
