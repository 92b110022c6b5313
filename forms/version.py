"""The version of a form: a short hash of what it asks, so that a file filled on an old form is recognised."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from forms.spec import CodeList, Form


def version(form: Form, codes: Mapping[str, CodeList]) -> str:
    """Eight hex digits over the definition and the code lists it uses.

    Layout and comments of the files do not count.
    """
    used = sorted({field.codes for _, field in form.fields() if field.codes and field.codes in codes})
    plain = {"form": _plain(replace(form, version="")), "codes": [_plain(codes[name]) for name in used]}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        # Order is part of a definition (columns, choices), so a mapping becomes a list of pairs.
        return [[str(key), _plain(each)] for key, each in value.items()]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
