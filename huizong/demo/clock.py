"""How long each stage of a run took, told at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Clock:
    """Adds up wall-clock seconds by stage; a stage may be entered again."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def tell(self, say: Callable[[str], object]) -> None:
        """A line per stage, in the order they were first entered, and the sum."""
        total = sum(self.seconds.values())
        for name, seconds in self.seconds.items():
            say(f"  {name}　{seconds:.1f} 秒（{100 * seconds / total if total else 0:.0f}%）")
        say(f"用时 {total:.1f} 秒。")


STAGES = {
    "issue": "下发", "take": "收件", "explain": "说明", "submit": "报送前校验与报送", "findings": "全市规则",
    "accept": "审核", "give_back": "审核", "merge": "汇总", "publish": "成文",
}


class Timed:
    """The demo's steps, each on the clock; everything else of them as it is."""

    def __init__(self, steps: Any, clock: Clock) -> None:
        self._steps, self._clock = steps, clock

    def __getattr__(self, name: str) -> Any:
        step = getattr(self._steps, name)
        if name not in STAGES:
            return step

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self._clock.stage(STAGES[name]):
                return step(*args, **kwargs)

        return timed
