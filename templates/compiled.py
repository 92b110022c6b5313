"""One docx template, compiled once, rendered many times: only the parts with placeholders are written anew.

docxtpl patches the template once; per document Jinja fills `document.xml` and the static members are
copied as compressed bytes (about a hundredth of a docxtpl render, speed.md §1). Values are text: escaped,
never evaluated, characters no XML may hold are taken out and reported. Pictures and sub-documents, which
change other members, go through docxtpl itself.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from templates import filters, rawzip
from templates.clean import clean
from templates.package import pack

try:  # sub-documents need docxcompose, which is optional
    from docxtpl.subdoc import Subdoc

    _RICH: tuple[type, ...] = (InlineImage, Subdoc)
except ImportError:
    _RICH = (InlineImage,)

_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_BODY = re.compile(r"<w:body(?: [^>]*)?>")
_HARD = re.compile(r"{%-?tc |{{tc |{_{|}_}|{_%|%_}|<w:footnoteReference ")
"""What needs docxtpl's repairs after rendering: column loops, escaped braces, footnotes."""
_CORE = "docProps/core.xml"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass
class _Notes:
    """What one rendering learns about its values."""

    breaks: bool = False
    removed: list[str] = field(default_factory=list)


_notes: ContextVar[_Notes] = ContextVar("notes")


@dataclass(frozen=True)
class Rendered:
    """A docx, and the forbidden characters (U+XXXX) that were taken out of its values."""

    content: bytes
    removed: tuple[str, ...]


def _finalize(value: Any) -> Markup:
    """A value as XML text. Rich texts of docxtpl are XML already."""
    if hasattr(value, "__html__"):
        return Markup(value.__html__())
    text, removed = clean("" if value is None else str(value))
    notes = _notes.get()
    if removed:
        notes.removed += [mark for mark in removed if mark not in notes.removed]
    if "\n" in text or "\t" in text:
        notes.breaks = True
    return Markup(text.translate(_ESCAPES))


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
    environment.filters.update(filters.FILTERS)
    return environment


class CompiledDocx:
    """A docx template with docxtpl's placeholders, ready to be filled at speed.

    Raises jinja2.TemplateSyntaxError when a placeholder is malformed; render raises
    jinja2.UndefinedError when a value is missing and SecurityError when a template reaches for internals.
    """

    def __init__(self, template: bytes) -> None:
        self._template = template
        self._environment = _environment()
        self._tool = DocxTemplate(io.BytesIO(template))
        self._tool.init_docx()
        sources = self._sources()
        saved = io.BytesIO()
        self._tool.docx.save(saved)
        members = rawzip.read(saved.getvalue())
        core = members.get(_CORE, b"").decode()
        if "{{" in core or "{%" in core:
            sources[_CORE] = core
        self._fast = not any(_HARD.search(source) for source in sources.values())
        self._parts: dict[str, Template] = (
            {name: self._environment.from_string(source) for name, source in sources.items()}
            if self._fast
            else {}
        )
        self._prefix = rawzip.Prefix(
            [rawzip.deflated(name, content) for name, content in members.items() if name not in self._parts]
        )

    def _sources(self) -> dict[str, str]:
        """Every part with placeholders, as docxtpl patches it, by member name."""
        tool = self._tool
        root = etree.tostring(tool.docx._element, encoding="unicode")
        body = _BODY.sub("<w:body>", tool.patch_xml(tool.get_xml()), count=1)
        start, end = _BODY.search(root), root.rindex("</w:body>") + len("</w:body>")
        assert start is not None
        main = str(tool.docx._part.partname).lstrip("/")
        sources = {main: _DECLARATION + root[: start.start()] + body + root[end:]}
        for kind in (tool.HEADER_URI, tool.FOOTER_URI):
            for _, part in tool.get_headers_footers(kind):
                xml = tool.patch_xml(tool.get_part_xml(part))
                if "{{" in xml or "{%" in xml:
                    sources[str(part.partname).lstrip("/")] = _DECLARATION + xml
        return sources

    def render(self, context: Mapping[str, Any]) -> bytes:
        """The filled docx; the same context gives the same bytes."""
        return self.rendered(context).content

    def rendered(self, context: Mapping[str, Any]) -> Rendered:
        """The filled docx, and what had to be taken out of the values."""
        notes = _Notes()
        token = _notes.set(notes)
        try:
            content = (
                self._slow(context) if not self._fast or _rich(context.values()) else self._quick(context)
            )
        finally:
            _notes.reset(token)
        return Rendered(content, tuple(notes.removed))

    def _quick(self, context: Mapping[str, Any]) -> bytes:
        notes = _notes.get()
        texts = {name: part.render(context) for name, part in self._parts.items()}
        if notes.breaks:
            # docxtpl turns newlines and tabs inside a text into Word's breaks and tabs.
            texts = {
                name: xml if name == _CORE else self._tool.resolve_listing(xml) for name, xml in texts.items()
            }
        return self._prefix.with_members(
            [rawzip.deflated(name, xml.encode("utf-8")) for name, xml in texts.items()]
        )

    def _slow(self, context: Mapping[str, Any]) -> bytes:
        tool = DocxTemplate(io.BytesIO(self._template))
        # Pictures are bound to the template they were made for; docxtpl asks them to write into it.
        tool.init_docx()
        for value in _walk(context.values()):
            if isinstance(value, InlineImage):
                value.tpl = tool
        tool.render(dict(context), _environment())
        saved = io.BytesIO()
        tool.save(saved)
        return pack(rawzip.read(saved.getvalue()))


def _walk(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        yield value
        if isinstance(value, Mapping):
            yield from _walk(value.values())
        elif isinstance(value, list | tuple):
            yield from _walk(value)


def _rich(values: Iterable[Any]) -> bool:
    """Whether a value writes into other members of the package."""
    return any(isinstance(value, _RICH) for value in _walk(values))
