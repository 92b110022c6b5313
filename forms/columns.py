"""Columns.

From the fields of the YAML to Field values, and what fields of one table may say about each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from forms import declared
from forms.faults import Fault, did_you_mean
from forms.kinds.types import KINDS
from forms.spec import CodeList, Field, Prefill, Value
from forms.yamlfile import YamlFile

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PREFILL: Final = re.compile(r"(known_[a-z0-9_]+)\.([A-Za-z][A-Za-z0-9_]*)")
FIGURE: Final = re.compile(r"(annex[0-9]+|report)\.[A-Za-z][A-Za-z0-9_]*")
CODED: Final = ("choice", "choices")


class Leaf(NamedTuple):
    """A field and its place in the file."""

    field: Field
    at: tuple[str, ...]


class Columns:
    """Reads the fields of one campaign. Faults go into `faults`, the places of fields into `places`."""

    def __init__(
        self,
        codes: Mapping[str, CodeList],
        config: Mapping[str, Value],
        kinds: tuple[str, ...],
        faults: list[Fault],
    ) -> None:
        self.codes, self.config, self.faults = codes, config, faults
        self.kinds_of_certificates = kinds
        self.places: dict[tuple[str, ...], str] = {}

    def fault(self, source: YamlFile, path: Iterable[object], message: str) -> None:
        self.faults.append(Fault(source.name, source.line(*path), message))

    def read(
        self, shapes: Mapping[str, declared.FieldShape], source: YamlFile, at: tuple[str, ...]
    ) -> list[Leaf]:
        """The leaves from left to right, groups flattened, moved where a decision moves them (D3)."""
        groups: dict[str, tuple[str, ...]] = {}
        moves: dict[str, declared.Move] = {}
        leaves = self._leaves(shapes, source, at, (), groups, moves)
        for name, move in moves.items():
            here = next((n for n, leaf in enumerate(leaves) if leaf.field.name == name), None)
            if here is None:
                continue
            where = (*leaves[here].at, "moves_to")
            if move.group not in groups:
                self.fault(
                    source, (*where, "group"), f"没有列组“{move.group}”" + did_you_mean(move.group, groups)
                )
            for key in move.when:
                if key not in self.config:
                    self.fault(
                        source, (*where, "when", key), f"没有决定“{key}”" + did_you_mean(key, self.config)
                    )
            if move.group in groups and all(
                self.config.get(key) == value for key, value in move.when.items()
            ):
                leaves = _moved(leaves, here, groups[move.group])
        return leaves

    def _leaves(
        self,
        shapes: Mapping[str, declared.FieldShape],
        source: YamlFile,
        at: tuple[str, ...],
        path: tuple[str, ...],
        groups: dict[str, tuple[str, ...]],
        moves: dict[str, declared.Move],
    ) -> list[Leaf]:
        found: list[Leaf] = []
        for name, shape in shapes.items():
            where = (*at, name)
            if shape.group is not None:
                if shape.model_fields_set != {"group"}:
                    self.fault(source, where, f"“{name}”是一组列，除 group 外不能再写别的键。")
                groups[name] = (*path, shape.group.label)
                found += self._leaves(
                    shape.group.fields, source, (*where, "group", "fields"), groups[name], groups, moves
                )
                continue
            if not NAME.fullmatch(name):
                self.fault(source, where, f"“{name}”不能用作列名，只用英文字母、数字和下划线。")
            for key in ("label", "kind"):
                if getattr(shape, key) is None:
                    self.fault(source, where, f"“{name}”缺少“{key}”。")
            if shape.moves_to is not None:
                moves[name] = shape.moves_to
            if shape.label and shape.kind:
                found.append(Leaf(self._field(name, shape, source, where, path), where))
        return found

    def _field(
        self,
        name: str,
        shape: declared.FieldShape,
        source: YamlFile,
        at: tuple[str, ...],
        path: tuple[str, ...],
    ) -> Field:
        label, kind = shape.label or "", shape.kind or ""
        if kind not in KINDS:
            self.fault(source, (*at, "kind"), f"不认识的类型“{kind}”" + did_you_mean(kind, KINDS))
        if (kind in CODED) != (shape.codes is not None):
            self.fault(
                source,
                (*at, "codes") if shape.codes else at,
                f"“{name}”是{kind}，" + ("须用 codes 指明代码表。" if kind in CODED else "不能有 codes。"),
            )
        elif shape.codes is not None and shape.codes not in self.codes:
            self.fault(
                source, (*at, "codes"), f"没有代码表“{shape.codes}”" + did_you_mean(shape.codes, self.codes)
            )
        prefill = None
        if shape.prefill is not None:
            match = PREFILL.fullmatch(shape.prefill)
            prefill = Prefill(*match.groups()) if match else None
            if match is None:
                self.fault(
                    source,
                    (*at, "prefill"),
                    f"预填“{shape.prefill}”应写成“known_视图.列”，例如 known_staff.{name}。",
                )
        if shape.figure is not None and not FIGURE.fullmatch(shape.figure):
            self.fault(source, (*at, "figure"), f"指标“{shape.figure}”应写成 annex2.c5 或 report.名称。")
        if shape.one_per_cell and kind != "choices":
            self.fault(source, (*at, "one_per_cell"), f"one_per_cell 只用于 choices，“{name}”是{kind}。")
        if shape.of is not None and shape.of_kind is not None:
            self.fault(source, (*at, "of"), "of 和 of_kind 只能写一个。")
        return Field(
            name=name,
            label=label,
            kind=kind,
            path=(*path, label),
            codes=shape.codes,
            of=shape.of,
            of_kind=shape.of_kind,
            issued=shape.issued,
            expires=shape.expires,
            required=shape.required.always,
            required_when=shape.required.when,
            auto=shape.auto,
            prefill=prefill,
            figure=shape.figure,
            column=shape.column,
            also=shape.also,
            past=shape.past,
            earliest=shape.earliest,
            max_length=shape.max_length,
            from_id=shape.from_id,
            attachment=shape.attachment,
            note=shape.note,
            width=shape.width,
            place=shape.place,
            proposed=shape.proposed,
            one_per_cell=shape.one_per_cell,
        )

    def relate(
        self, fields: list[Leaf], source: YamlFile, owner: tuple[str, ...], key: Iterable[str]
    ) -> None:
        """What fields of one table say about each other: names, keys, `of`, `from_id`, `also`, labels."""
        by_name: dict[str, Field] = {}
        for field, at in fields:
            if field.name in by_name:
                self.fault(source, at, f"列名“{field.name}”在本表重复。")
            by_name[field.name] = field
        taken: dict[tuple[str, ...], str] = {}
        flags: set[str] = set()
        for field, at in fields:
            if field.path in taken:
                self.fault(
                    source, (*at, "label"), f"标题“{'/'.join(field.path)}”与“{taken[field.path]}”重复。"
                )
            taken[field.path] = field.name
            for key_name, value, kinds in (
                ("of", field.of, ("choice",)),
                ("from_id", field.from_id, ("id_number",)),
                ("issued", field.issued, ("date",)),
                ("expires", field.expires, ("date",)),
            ):
                if value is None:
                    continue
                if value not in by_name:
                    self.fault(
                        source,
                        (*at, key_name),
                        f"{key_name} 指向的列“{value}”不存在" + did_you_mean(value, by_name),
                    )
                elif by_name[value].kind not in kinds:
                    self.fault(source, (*at, key_name), f"{key_name} 指向的列“{value}”应是 {kinds[0]}。")
            if (
                field.of_kind is not None
                and self.kinds_of_certificates
                and field.of_kind not in self.kinds_of_certificates
            ):
                self.fault(
                    source,
                    (*at, "of_kind"),
                    f"没有证件种类“{field.of_kind}”"
                    + did_you_mean(field.of_kind, self.kinds_of_certificates),
                )
            for flag in field.flags:
                if flag in by_name or flag in flags or not NAME.fullmatch(flag):
                    self.fault(
                        source, (*at, "also"), f"“{flag}”不能用作标记列（已有同名列，或不是英文名称）。"
                    )
                flags.add(flag)
        for name in key:
            if name not in by_name:
                self.fault(source, (*owner, "key"), f"关键列“{name}”不存在" + did_you_mean(name, by_name))

    def remember(self, owner: str, table: str, fields: list[Leaf], source: YamlFile) -> None:
        for field, at in fields:
            self.places[owner, table, field.name] = f"{source.name}:{source.line(*at)}"
            for key in declared.FieldShape.model_fields:
                if (*at, key) in source.lines:
                    self.places[owner, table, field.name, key] = f"{source.name}:{source.lines[(*at, key)]}"


def _moved(leaves: list[Leaf], here: int, path: tuple[str, ...]) -> list[Leaf]:
    """The leaf joins another group at the edge nearer to it, so that the order of columns changes least."""
    leaf = leaves[here]
    rest = leaves[:here] + leaves[here + 1 :]
    inside = [n for n, each in enumerate(rest) if each.field.path[: len(path)] == path]
    if not inside:
        return leaves
    to = inside[0] if inside[0] >= here else inside[-1] + 1
    moved = Leaf(replace(leaf.field, path=(*path, leaf.field.label)), leaf.at)
    return [*rest[:to], moved, *rest[to:]]
