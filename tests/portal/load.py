"""Load on the real portal: `python -m tests.portal.load [--seconds 20] [--units 10] [--rows 60] [--rate 20]`.

Three phases: pages alone; uploads alone, stored and every cell checked; then all together: clerks look at
their page after every three files, readers turn pages, and the phase ends when every unit's page knows what
all rules say of its last file.  Every file has bytes of its own.  Clerks send as fast as they are answered,
which keeps all processors busy and every page waiting; with `--rate` they send so many files a second and no
more, as people do.
At the end each receipt must have its row and its blob.  On a machine that does other things too, the
processor time per upload and per page is the honest figure; uploads a second are printed beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from collector.portal.demo import demo_accounts
from collector.portal.desk import Desk
from huizong.demo import play
from tests.portal.live import Live, Visitor, multipart, served
from tests.portal.portals import DAY, Filled, OnlyIssued, Prepared

LISTS = ("02", "03", "04")
PAGES = ("/units/{unit}", "/units/{unit}/forms/staff")


@dataclass
class Tally:
    """Seconds of every upload and page view, what went wrong, the receipts; filled until `stop`."""

    uploads: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)      # number → SHA-256 of what was sent
    stop: threading.Event = field(default_factory=threading.Event)
    seconds: float = 0.0
    cpu: float = 0.0


def prepared(folder: Path, units: int, rows: int) -> Prepared:
    """A demo campaign with this many units of so many people, issued, and the clerks' files."""
    with suppress(Filled):
        play(folder, units=units, staff=units * rows, steps=OnlyIssued())  # type: ignore[arg-type]
    desk = Desk(folder / "campaign", DAY)
    demo_accounts(desk)
    desk.close()
    lines = (folder / "campaign" / ".state" / "demo-accounts.txt").read_text("utf-8").splitlines()[2:]
    return Prepared(folder, {line.split("\t")[0]: line.split("\t")[1] for line in lines})


def again(data: bytes, mark: str) -> bytes:
    """The same workbook in other bytes, as if saved again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "docProps/core.xml":
                end = b"</cp:coreProperties>"
                content = content.replace(end, f"<cp:category>{mark}</cp:category>".encode() + end)
            new.writestr(info.filename, content)
    return out.getvalue()


def workbooks(found: Prepared, unit: str) -> list[tuple[str, bytes]]:
    """The lists of people the unit sent: about a row a person.  (Some clerks send damaged ones.)"""
    files = [(path.name, path.read_bytes()) for path in found.files(1, unit) if path.name[:2] in LISTS]
    return [(name, data) for name, data in files if zipfile.is_zipfile(io.BytesIO(data))]


def looked(visitor: Visitor, page: str, tally: Tally) -> bool:
    """One page; whether it knows all findings (else the portal's script would ask again)."""
    began = time.perf_counter()
    answer = visitor.get(page)
    tally.pages.append(time.perf_counter() - began)
    if answer.status != 200:
        tally.wrong.append(f"{page}: {answer.status}")
    return b"data-poll" not in answer.body


def uploading(clerk: Visitor, unit: str, found: Prepared, first: int, checked: bool, pause: float,
              tally: Tally) -> None:
    """One clerk at work, who begins a file every `pause` seconds or when the last is taken.

    `checked`: looks at the page after every three files, last until all is known.
    """
    page, due = PAGES[0].format(unit=unit), time.perf_counter() + random.random() * pause
    for number in itertools.count(first):
        for name, data in workbooks(found, unit):
            if tally.stop.wait(max(0.0, due - time.perf_counter())):
                while checked and not looked(clerk, page, tally):
                    time.sleep(1)
                return
            due = max(due + pause, time.perf_counter() - pause)       # late by one file at the most
            sent = again(data, f"{unit}-{number}")
            body = multipart(clerk.token, (name, sent))
            began = time.perf_counter()
            answer = clerk.send(unit, body)
            tally.uploads.append(time.perf_counter() - began)
            said = answer.json["files"][0] if answer.status == 200 else {}
            if said.get("status") == "read":
                tally.receipts[said["receipt"]] = hashlib.sha256(sent).hexdigest()
            else:
                tally.wrong.append(f"upload {answer.status}: {said.get('sentence', answer.text[:200])}")
        if checked:
            looked(clerk, page, tally)


def turning(reader: Visitor, unit: str, pause: float, tally: Tally) -> None:
    """One person looking at pages."""
    while not tally.stop.is_set():
        for page in PAGES:
            looked(reader, page.format(unit=unit), tally)
            time.sleep(pause)


def phase(live: Live, seconds: float, work: list[Callable[[Tally], None]]) -> Tally:
    """Everybody at once for `seconds`."""
    tally = Tally()
    threads = [threading.Thread(target=each, args=(tally,)) for each in work]
    began, used = time.perf_counter(), live.cpu_seconds()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    tally.stop.set()
    for thread in threads:
        thread.join()
    tally.seconds, tally.cpu = time.perf_counter() - began, live.cpu_seconds() - used
    return tally


def kept(folder: Path, day: date, receipts: dict[str, str]) -> list[str]:
    """Receipts that have no row, or no blob that opens."""
    desk = Desk(folder, day)
    with desk.ledger.reading() as view:
        rows = {each.number: each.sha256 for each in view.receipts()}
    lost = [number for number, sha256 in receipts.items() if rows.get(number) != sha256]
    stored = ((each, desk.store.get(each)) for each in receipts.values())
    lost += [sha256 for sha256, data in stored if hashlib.sha256(data).hexdigest() != sha256]
    lost += filter(None, [desk.ledger.broken()])
    desk.close()
    return lost


def told(name: str, tally: Tally) -> str:
    """One line of the table."""
    def times(values: list[float]) -> str:
        if len(values) < 2:
            return "–"
        ordered = sorted(values)
        return f"{statistics.median(values) * 1000:.0f} / {ordered[int(len(ordered) * 0.95)] * 1000:.0f} ms"

    return (f"{name}: {len(tally.uploads) / tally.seconds:.1f} uploads/s ({times(tally.uploads)}), "
            f"{len(tally.pages) / tally.seconds:.1f} pages/s ({times(tally.pages)}), "
            f"server {tally.cpu / tally.seconds:.2f} processors, "
            f"{tally.cpu * 1000 / max(1, len(tally.uploads) or len(tally.pages)):.0f} ms CPU each, "
            f"{len(tally.wrong)} failures")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    defaults = {"seconds": 15, "units": 10, "rows": 60, "workers": 2, "clerks": 10, "readers": 2}
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=0, help="files a second, of all clerks together")
    parser.add_argument("--folder", type=Path, help="a prepared demo instead of a new one; it is not changed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if asked.folder:
            shutil.copytree(asked.folder / "campaign", Path(place) / "campaign")
            lines = (asked.folder / "campaign/.state/demo-accounts.txt").read_text("utf-8").splitlines()[2:]
            found = Prepared(asked.folder, dict(line.split("\t")[:2] for line in lines))
        else:
            found = prepared(Path(place), asked.units, asked.rows)
        folder = Path(place) / "campaign"
        units = sorted(login[1:] for login in found.passwords if login[0] == "u" and login[1:].isdigit())
        with served(folder, str(DAY), workers=asked.workers) as live:
            def people(letter: str, count: int) -> list[Visitor]:
                logins = [letter + unit for unit in units[:count]]
                return [Visitor(live).sign_in(login, found.passwords[login]) for login in logins]

            clerks, readers = people("u", asked.clerks), people("s", asked.readers)
            receipts: dict[str, str] = {}
            for clerk, unit in zip(clerks, units, strict=False):    # every worker has met the forms and rules
                for name, data in workbooks(found, unit):
                    clerk.upload(unit, (name, data))
                while not looked(clerk, PAGES[0].format(unit=unit), Tally()):
                    time.sleep(0.2)

            def sending(first: int, checked: bool) -> list[Callable[[Tally], None]]:
                pause = asked.clerks / asked.rate if asked.rate else 0.0
                return [partial(uploading, clerk, unit, found, first, checked, pause)
                        for clerk, unit in zip(clerks, units, strict=False)]

            def looking(pause: float) -> list[Callable[[Tally], None]]:
                return [partial(turning, reader, unit, pause)
                        for reader, unit in zip(readers, units, strict=False)]

            for name, work in (("pages", looking(0)), ("uploads", sending(0, False)),
                               ("uploads, rules, pages", [*sending(100000, True), *looking(0.2)])):
                tally = phase(live, asked.seconds, work)
                receipts |= tally.receipts
                print(told(name, tally), flush=True)
                for each in tally.wrong[:5]:
                    print("  ", each)
        lost = kept(folder, DAY, receipts)
        print(f"{len(receipts)} receipts, {len(lost)} without their file; "
              f"load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
