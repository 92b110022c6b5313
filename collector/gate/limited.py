"""The gate run where foreign bytes belong: in the limited child.  A child that dies is a refusal as well."""
from __future__ import annotations

import dataclasses
import hashlib

from pydantic import ValidationError

from collector.names import display_name
from collector.refusal import refusal
from collector.sandbox import Sandbox, shared

from .limits import Limits
from .verdict import Verdict, from_json


def inspect_limited(data: bytes, name: str, limits: Limits | None = None,
                    sandbox: Sandbox | None = None) -> Verdict:
    """`gate.inspect` in a child of `sandbox` (default: this process's shared pool)."""
    args = {"name": name.encode("utf-8", "replace").decode(),
            "limits": dataclasses.asdict(limits) if limits else None}
    result = (sandbox or shared()).run("collector.gate:inspect_job", data, name=name, args=args)
    if result.refused is None:
        try:
            return from_json(result.value)
        except ValidationError:
            result = dataclasses.replace(result, refused=refusal("unreadable", display_name(name)))
    return Verdict(display_name(name), "", len(data), hashlib.sha256(data).hexdigest(), result.refused)
