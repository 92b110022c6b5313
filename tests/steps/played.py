"""A small made-up campaign for tests: registers, issued packs, two rounds of files as clerks send them."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from huizong import cli
from huizong.demo.play import play
from huizong.steps.bureau import Bureau, open_bureau

DAY = date(2019, 8, 9)
ROOT = Path(__file__).parents[2]


class Filled(Exception):
    """The clerks are done; the test takes over."""


class UntilFilled:
    """The demo's steps up to the clerks' desks: packs are issued, nothing is handed in."""

    @contextmanager
    def open(self, campaign: Path, as_of: date) -> Iterator[Any]:
        yield campaign

    def issue(self, campaign: Path, out: Path) -> None:
        shell("issue", campaign, "--out", out, "--as-of", DAY).must(0)

    def take(self, *_: object) -> None:
        raise Filled

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


@dataclass(frozen=True)
class Played:
    """`out` as `huizong demo` leaves it before anything is handed in."""

    out: Path

    @property
    def campaign(self) -> Path:
        return self.out / "campaign"

    @property
    def units(self) -> list[str]:
        return sorted(each.name for each in (self.out / "returns" / "round1").iterdir())

    def returned(self, unit: str, number: int = 1) -> Path:
        return self.out / "returns" / f"round{number}" / unit

    def file(self, unit: str, begins: str) -> Path:
        return next(each for each in sorted(self.returned(unit).iterdir())
                    if each.name.startswith(begins) and each.suffix != ".pdf")

    def copy(self, folder: Path) -> Path:
        """The campaign with its state, to be changed."""
        return Path(shutil.copytree(self.campaign, folder / "campaign"))

    def bureau(self, campaign: Path | None = None) -> AbstractContextManager[Bureau]:
        return open_bureau(campaign or self.campaign, as_of=DAY)


def played(out: Path, units: int = 3, staff: int = 45, seed: int = 5) -> Played:
    with contextlib.suppress(Filled):
        play(out, units=units, staff=staff, seed=seed, steps=UntilFilled())  # type: ignore[arg-type]
    return Played(out)


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    def must(self, code: int) -> Said:
        assert self.code == code, (self.code, self.out[-3000:], self.err[-3000:])
        return self

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def shell(*words: object) -> Said:
    """A command in a process of its own, as a person starts it."""
    done = subprocess.run([sys.executable, "-m", "huizong.cli", *map(str, words)], cwd=ROOT, timeout=600,
                          capture_output=True, encoding="utf-8", check=False)
    return Said(done.returncode, done.stdout, done.stderr)


def run(*words: object) -> Said:
    """The same in this process: imports are paid once."""
    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main([str(each) for each in words])
        except SystemExit as ended:
            code = ended.code
    return Said(int(code or 0), out.getvalue(), err.getvalue())


def findings(report: Any) -> list[Any]:
    """All findings of a `check --json`, of files and outside."""
    return [each for file in report["files"] for each in file["findings"]] + report["findings"]


def rules(found: Sequence[Any], level: str) -> set[str]:
    return {each["rule"] for each in found if each["level"] == level}
