"""What somebody typed outlives a refusal and an expired session: it comes back, to be sent again or copied.

Nothing is stored: the answer itself carries the words, through the sign-in page encrypted.  Words that did
not surely come from a page of ours may only be read and copied, never sent again at a click.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import current_app, g, request
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import HTTPException
from wtforms.validators import ValidationError

from collector.keys import KeyMissing, Sealer, Tampered
from collector.portal.access import decision
from collector.portal.desk import Desk
from collector.problems import FIELDS
from forms.spec import Campaign

# Every field in which people write, by name; what else a form sends goes along unseen.
LABELS: Final[Mapping[str, str]] = {
    **FIELDS,
    "approver": "批准人",
    "until": "有效期至",
    "value": "改定的数",
    "on": "日期",
    "team": "检查组成员",
    "hosts": "单位参加人员",
    "person": "姓名",
    "id_number": "身份证号",
    "occasion": "出境日期、证件号码或审批编号",
    "fact": "事实",
    "notice": "文号",
    "lines": "账号名单",
    "login": "用户名",
    "name": "姓名",
}
LINES: Final[Mapping[str, str]] = {"note": "情况", "result": "检查结果"}  # of a checklist: note-<item>
PLACE: Final = "kept"
HOURS: Final = 24


@dataclass(frozen=True)
class Kept:
    """`fields`: what a form sent to `path`; `files`: the names of its fields for files, which are gone.

    `ours`: the words surely came from a page of ours and may be sent again.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    ours: bool


@dataclass(frozen=True)
class Typed:
    """One field in which somebody wrote."""

    name: str
    label: str
    text: str

    @property
    def long(self) -> bool:
        return len(self.text) > 30 or "\n" in self.text


@dataclass(frozen=True)
class Draft:
    """A kept form as its page shows it; `again`: it can be sent again."""

    path: str
    back: str
    typed: tuple[Typed, ...]
    unseen: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    again: bool


def of_request(campaign: Campaign) -> Kept | None:
    """The form of this request if anybody wrote in it; never one with passwords."""
    if request.method != "POST" or request.blueprint == "signin" or request.endpoint is None:
        return None
    try:
        fields = tuple((name, text) for name, text in request.form.items(multi=True) if name != "csrf_token")
        files = tuple(name for name, each in request.files.items() if each.filename)
    except HTTPException:  # too large to be read at all
        return None
    if not any(text.strip() and label(name, campaign) for name, text in fields):
        return None
    return Kept(request.full_path.rstrip("?"), fields, files, from_our_page())


def from_our_page() -> bool:
    """A valid form token, or the browser's word (no script can forge it) that a page of this site sent it."""
    try:
        validate_csrf(request.form.get("csrf_token", ""))
    except ValidationError:
        return (
            not current_app.config["WTF_CSRF_ENABLED"]
            or request.headers.get("Sec-Fetch-Site") == "same-origin"
        )
    return True


def sealed(here: Desk, kept: Kept | None) -> str:
    """For a hidden field of the sign-in page; empty for nothing."""
    if kept is None:
        return ""
    text = json.dumps({"at": time.time(), **asdict(kept)}, ensure_ascii=False)
    return Sealer(here.keys, PLACE).seal(text, PLACE)


def opened(here: Desk, text: str | None) -> Kept | None:
    """What `sealed` gave; None for anything else and for what is older than a day."""
    if not text:
        return None
    try:
        said = json.loads(Sealer(here.keys, PLACE).open(text, PLACE))
    except (Tampered, KeyMissing):
        return None
    if time.time() - said["at"] > HOURS * 3600:
        return None
    fields = tuple((name, value) for name, value in said["fields"])
    return Kept(said["path"], fields, tuple(said["files"]), said["ours"])


def may_see(here: Desk, kept: Kept) -> bool:
    """Whether the person who is signed in now may do what was begun: perhaps somebody else signed in."""
    endpoint, arguments = matched(kept.path, "POST")
    access = current_app.extensions["accesses"].get(endpoint)
    units = here.campaign.units_by_code
    return access is not None and decision(access, g.session.user, g.missing, arguments, units) == 200


def matched(path: str, method: str) -> tuple[str, Mapping[str, Any]]:
    """The endpoint of a path; an empty one where nothing is."""
    try:
        endpoint, arguments = current_app.url_map.bind("").match(path.partition("?")[0], method)
    except HTTPException:
        return "", {}
    return str(endpoint), arguments


def back_to(path: str) -> str:
    """The page above what was posted to: the nearest one that can be opened."""
    above = path.partition("?")[0]
    while above.count("/") > 1:
        if matched(above, "GET")[0]:
            return above
        above = above.rpartition("/")[0]
    return above if matched(above, "GET")[0] else "/"


def draft(kept: Kept | None, campaign: Campaign, *, again: bool = True) -> Draft | None:
    """The kept form for its page; None for nothing kept."""
    if kept is None:
        return None
    labelled = [Typed(name, label(name, campaign), text) for name, text in kept.fields]
    # What was left blank can be made good at once; of a long checklist only where something was said.
    said = {each.name.partition("-")[2] for each in labelled if each.text.strip()} - {""}
    blank = {each.name for each in labelled if each.name in LABELS or each.name.partition("-")[2] in said}
    seen = [each for each in labelled if each.label and (each.text.strip() or (again and each.name in blank))]
    return Draft(
        kept.path,
        back_to(kept.path),
        tuple(seen),
        tuple((each.name, each.text) for each in labelled if each not in seen),
        kept.files,
        again and kept.ours,
    )


def label(name: str, campaign: Campaign) -> str:
    """Pure: what a field that people write in is called; empty for one that they do not."""
    kind, _, item = name.partition("-")
    if item and kind in LINES:
        return f"{LINES[kind]}（{item}）"
    facts = (fact for form in campaign.forms.values() for fact in form.facts.values())
    return LABELS.get(name) or next((fact.label for fact in facts if fact.name == name), "")
