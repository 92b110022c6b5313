"""The YAML of a campaign as it is written: one frozen model per shape, unknown keys refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Value = bool | int | float | date | str | None
Level = Literal["error", "warning", "notice", "off"]


def _keys_as_text(value: Any) -> Any:
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else value


def _one_as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _line_values(value: Any) -> Any:
    return {} if value is None else value


class Declared(BaseModel):
    """Frozen; a key nobody knows is a fault, not a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Required(Declared):
    """`required: true` or `required: {when: SQL}`."""

    always: bool = False
    when: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_bool(cls, value: Any) -> Any:
        return {"always": value} if isinstance(value, bool) else value


class Move(Declared):
    """A field stands in another group while the decisions named have these values (D3)."""

    group: str
    when: dict[str, Value]


class FieldShape(Declared):
    """A field, or a group of fields under one header cell."""

    label: str | None = None
    kind: str | None = None
    codes: str | None = None
    of: str | None = None
    of_kind: str | None = None
    issued: str | None = None
    expires: str | None = None
    required: Required = Required()
    auto: bool = False
    prefill: str | None = None
    figure: str | None = None
    column: str | None = None
    also: dict[str, str] = {}
    past: bool = False
    earliest: date | None = None
    max_length: int | None = Field(None, gt=0)
    from_id: str | None = None
    attachment: bool = False
    note: str | None = None
    width: Annotated[float, Field(strict=False, gt=0)] | None = None
    place: Literal["top", "bottom"] | None = None
    proposed: bool = False
    one_per_cell: bool = False
    moves_to: Move | None = None
    group: GroupShape | None = None


class GroupShape(Declared):
    label: str
    fields: dict[str, FieldShape]


class TableShape(Declared):
    sheet: str
    title: str | None = None
    one_row_per: str | None = None
    key: list[str]
    nil: bool = True
    rows: int | None = Field(None, gt=0)
    blank_rows: int | None = Field(None, ge=0)
    total: str | None = None
    fields: dict[str, FieldShape]


class PersonalSheet(Declared):
    """The printable sheet every person signs (material 8)."""

    rows: str
    title: str
    head: tuple[str, ...] = Field((), strict=False)
    pledge: str = ""
    ticks: tuple[str, ...] = Field((), strict=False)
    signatures: tuple[str, ...] = Field((), strict=False)
    notes: tuple[str, ...] = Field((), strict=False)


class FormShape(Declared):
    form: str
    material: int | None = None
    annex: int | None = None
    title: str
    file: Literal["xlsx", "docx"]
    print: Literal["docx"] | None = None
    personal_sheet: PersonalSheet | None = None
    attachments: list[str] = []
    bundle: bool = False
    seal: bool = False
    signer: str | None = None
    prose: str | None = None
    head_line: str | None = None
    footnote: str | None = None
    facts: dict[str, FieldShape] = {}
    tables: dict[str, TableShape] = {}


class CodeShape(Declared):
    label: str
    column: str | None = None
    class_: str | None = Field(None, alias="class")
    months: int | None = None
    aliases: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _from_label(cls, value: Any) -> Any:
        return {"label": value} if isinstance(value, str) else value


class CodeListShape(Declared):
    label: str
    source: str | None = None
    codes: Annotated[dict[str, CodeShape], BeforeValidator(_keys_as_text)]
    aliases: dict[str, str] = {}


class RegisterShape(Declared):
    title: str
    files: Annotated[list[str], BeforeValidator(_one_as_list)]
    unit: str | None = None
    key: list[str]
    police: bool = False
    block: str | None = None
    fields: dict[str, FieldShape]


class DecisionShape(Declared):
    key: str
    value: Value
    choices: dict[str, str] = {}
    question: str
    reason: str


class ParameterShape(Declared):
    value: Value
    choices: dict[str, str] = {}
    reason: str


class BureauShape(Declared):
    name: str
    short_name: str
    office: str
    department: str
    unit: str


class ContactShape(Declared):
    name: str
    phone: str
    mail: str


class SettingsShape(Declared):
    id: str
    title: str
    plan: str
    base_rule: str
    bureau: BureauShape
    recipient: str
    signer: str
    subordinates: str
    contact: ContactShape
    document_word: dict[str, str]
    region_code: str
    demo_divisions: list[str] = []


class DocumentShape(Declared):
    """A paper the bureau writes: one for its superior, one for all units, or one for each (missing) unit."""

    prose: str
    label: str
    audience: Literal["superior", "units", "unit", "missing"]
    number: str = ""
    final_number: str = ""  # of the papers of the final report, where another
    copies: list[str] = []  # 抄送
    chat: str = ""  # text of a short message to each unit that owes something


class CampaignShape(Declared):
    campaign: SettingsShape
    dates: dict[str, date]
    decisions: dict[str, DecisionShape]
    parameters: Annotated[dict[str, ParameterShape], BeforeValidator(_line_values)]
    levels: Annotated[dict[str, Level], BeforeValidator(_line_values)] = {}
    facts: Annotated[dict[str, Value], BeforeValidator(_line_values)] = {}
    labels: dict[str, str] = {}
    sheet_facts: dict[str, FieldShape]
    documents: dict[str, DocumentShape] = {}


class PatternShape(Declared):
    kind: str | None = None
    pattern: str
    example: str | None = None
    since: date | None = Field(None, alias="from")
    until: date | None = None
    terms: list[int] = []
    says: str | None = None
    doubtful: bool = False


class CertificatesShape(Declared):
    """certificates.yaml: how the numbers of each kind look, and which are no private certificates at all."""

    codes: str
    private: list[PatternShape]
    official: list[PatternShape] = []
    foreign: list[PatternShape] = []


for _shape in (FieldShape, GroupShape, TableShape, FormShape, RegisterShape, CampaignShape):
    _shape.model_rebuild()
