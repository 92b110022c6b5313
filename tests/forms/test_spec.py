"""A campaign folder: what loads, what is refused and where, the header grids, versions."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from forms import Campaign, CampaignError, load, new, shipped
from forms.spec import Prefill


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load(shipped())


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the shipped campaign with texts replaced: (file, old, new)."""
    new(folder)
    for file, old, after in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        (folder / file).write_text(text.replace(old, after, 1), encoding="utf-8")
    return folder


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def test_the_shipped_campaign_loads_with_ten_materials_two_annexes_and_its_units(campaign: Campaign) -> None:
    assert [form.number for form in campaign.forms.values()] == [*map(str, range(1, 11)), "附件2", "附件3"]
    assert campaign.forms["staff"].file_stem == "02-本单位工作人员名册"
    assert campaign.units[0].code == "001"
    assert [unit.order for unit in campaign.units] == list(range(1, len(campaign.units) + 1))
    assert campaign.config["deadline"] == date(2019, 8, 11)
    assert campaign.config["registration_scope"] == "A"
    assert campaign.config["cert_return_workdays"] == 10


def test_yaml_is_read_as_version_1_2_where_no_and_on_are_text(tmp_path: Path) -> None:
    folder = edited(
        tmp_path / "c", ("campaign.yaml", "police_reply_on: null", "police_reply_on: no\n  other: on")
    )
    facts = load(folder).facts
    assert (facts["police_reply_on"], facts["other"]) == ("no", "on")


# file, old text, new text, text on the faulty line, what the fault says
FAULTS = [
    (
        "materials/02-staff.yaml",
        "max_length: 200",
        "max_lenght: 200",
        "max_lenght",
        "不认识的键“max_lenght”，是否想写“max_length”",
    ),
    (
        "materials/02-staff.yaml",
        "kind: person_name",
        "kind: person_nam",
        "person_nam,",
        "是否想写“person_name”",
    ),
    ("materials/02-staff.yaml", "codes: sex", "codes: sexx", "sexx", "没有代码表“sexx”，是否想写“sex”"),
    (
        "materials/02-staff.yaml",
        "known_staff.department",
        "department",
        "prefill: department",
        "应写成“known_视图.列”",
    ),
    ("materials/02-staff.yaml", "from_id: id_number", "from_id: id_numbr", "id_numbr", "是否想写“id_number”"),
    (
        "materials/04-certificates.yaml",
        "of: kind",
        "of: knd",
        "knd",
        "of 指向的列“knd”不存在，是否想写“kind”",
    ),
    (
        "materials/04-certificates.yaml",
        "key: [kind, number]",
        "key: [kind, numbr]",
        "numbr",
        "关键列“numbr”不存在，是否想写“number”",
    ),
    (
        "materials/04-certificates.yaml",
        "label: 签发机关",
        "label: 证件号码",
        "issuer",
        "标题“证件号码”与“number”重复",
    ),
    ("materials/05-trips.yaml", "label: 性质", "lable: 性质", "lable", "是否想写“label”"),
    (
        "materials/06-approvals.yaml",
        "form: approvals",
        "form: trips",
        "form: trips",
        "表名“trips”与别的表重复",
    ),
    (
        "materials/08-declarations.yaml",
        "of_kind: 普通护照",
        "of_kind: 普通护证",
        "普通护证",
        "没有证件种类“普通护证”，是否想写“普通护照”",
    ),
    ("materials/09-sanctions.yaml", "max_length: 300", "max_length: 三百", "三百", "“max_length”应为整数"),
    ("annexes/2-campaign.yaml", "figure: annex2.c3", "figure: annex2c3", "annex2c3", "应写成 annex2.c5"),
    (
        "annexes/2-campaign.yaml",
        "group: findings, when",
        "group: finding, when",
        "group: finding,",
        "没有列组“finding”，是否想写“findings”",
    ),
    ("codes.yaml", "党员: 中共党员", "党员: 中国党员", "中国党员", "不在代码表内，是否想写“中共党员”"),
    ("codes.yaml", "2: 女", "2: 男", "2: 男", "“男”与代码1重复"),
    (
        "registers.yaml",
        "key: [approval_number]",
        "key: [aproval_number]",
        "aproval_number",
        "是否想写“approval_number”",
    ),
    (
        "certificates.yaml",
        "example: EA1234567",
        "example: EO1234567",
        "EO1234567",
        "示例“EO1234567”不符合它自己的规则",
    ),
    ("campaign.yaml", "value: c3-c5", "value: c3-c6", "c3-c6", "D3 的值“c3-c6”不在可选值内，是否想写“c3-c5”"),
    ("campaign.yaml", "deadline: 2019-08-11", "deadline: 2019-08-01", "deadline", "早于“self_check_end”"),
    ("units.csv", "003,瑞安市中医院", "002,瑞安市中医院", "002,瑞安市中医院", "code“002”与第3行重复"),
    ("units.csv", "瑞安市红十字医院", "", "市红十字医院", "“name”不能为空"),
]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CampaignError]:
    folder = edited(tmp_path_factory.mktemp("spoilt") / "c", *(fault[:3] for fault in FAULTS))
    with pytest.raises(CampaignError) as raised:
        load(folder)
    return folder, raised.value


@pytest.mark.parametrize(
    ("file", "old", "after", "mark", "says"), FAULTS, ids=[each[4][:24] for each in FAULTS]
)
def test_a_slip_is_named_with_file_line_and_proposal_and_hides_no_other(
    spoilt: tuple[Path, CampaignError], file: str, old: str, after: str, mark: str, says: str
) -> None:
    folder, error = spoilt
    place = f"{file}:{line_of(folder, file, mark)}: "
    assert [str(fault) for fault in error.faults if str(fault).startswith(place) and says in str(fault)]


def test_no_slip_leaves_a_trail_of_faults_that_are_none(spoilt: tuple[Path, CampaignError]) -> None:
    # Two slips are two faults each: a misspelt `label` is a missing one too, a form's name is its facts' too.
    explained = {says for *_, says in FAULTS}
    trail = [str(f) for f in spoilt[1].faults if not any(says in str(f) for says in explained)]
    assert len(trail) == 2
    assert "“nature”缺少“label”" in trail[0]
    assert "“trips_facts”已在" in trail[1]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("form: staff\nform: trips\n", "02-staff.yaml:2: “form”写了两次（第1行已有）"),
        ("form: [staff\n", "YAML 语法有误"),
        ("", "02-staff.yaml:1: "),
    ],
)
def test_a_file_that_is_no_form_is_a_fault_and_no_crash(tmp_path: Path, broken: str, says: str) -> None:
    folder = new(tmp_path / "c")
    (folder / "materials/02-staff.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(CampaignError) as raised:
        load(folder)
    assert says in str(raised.value)


def test_a_definition_that_would_not_be_read_is_named(tmp_path: Path) -> None:
    folder = new(tmp_path / "c")
    (folder / "materials/02-staff.yaml").rename(folder / "materials/02-staff.yml")
    with pytest.raises(CampaignError, match=r"materials/02-staff\.yml: 文件名应以 \.yaml 结尾"):
        load(folder)


def test_a_campaign_travels_to_other_processes(campaign: Campaign) -> None:
    assert pickle.loads(pickle.dumps(campaign)) == campaign


def test_a_file_in_another_encoding_is_a_fault(tmp_path: Path) -> None:
    folder = new(tmp_path / "c")
    (folder / "codes.yaml").write_bytes("sex: {label: 性别}".encode("gb18030"))
    with pytest.raises(CampaignError, match=r"codes\.yaml:1: 不是 UTF-8"):
        load(folder)


def test_a_folder_without_campaign_yaml_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match=r"没有 campaign\.yaml"):
        load(tmp_path)


def test_new_copies_the_campaign_without_state_and_never_over_something(tmp_path: Path) -> None:
    folder = new(tmp_path / "c")
    assert load(folder).id == load(shipped()).id
    assert not (folder / ".state").exists()
    with pytest.raises(FileExistsError, match="已存在"):
        new(folder)


def test_a_version_follows_the_definition_and_its_codes_and_nothing_else(tmp_path: Path) -> None:
    before = {name: form.version for name, form in load(shipped()).forms.items()}
    layout = edited(tmp_path / "a", ("materials/02-staff.yaml", "form: staff", "# a remark\n\nform:   staff"))
    assert {name: form.version for name, form in load(layout).forms.items()} == before
    codes = edited(tmp_path / "b", ("codes.yaml", "9: 不适用", "9: 不适用的"))
    after = {name: form.version for name, form in load(codes).forms.items()}
    assert {name for name in before if after[name] != before[name]} == {"certificates"}
    label = edited(tmp_path / "d", ("materials/05-trips.yaml", "label: 出境日期", "label: 出境日"))
    after = {name: form.version for name, form in load(label).forms.items()}
    assert {name for name in before if after[name] != before[name]} == {"trips"}


def test_the_place_of_a_definition_is_known_down_to_the_key(campaign: Campaign) -> None:
    file = "materials/04-certificates.yaml"
    line = line_of(shipped(), file, "known_certificates.name,")
    assert campaign.where("certificates", "name", "prefill") == f"{file}:{line}"
    assert campaign.forms["certificates"].tables["certificates"].by_name["name"].prefill == Prefill(
        "known_certificates", "name"
    )
    loans = line_of(shipped(), "materials/07-custody.yaml", "known_loans.name")
    assert campaign.where("custody", "name", table="loans") == f"materials/07-custody.yaml:{loans}"
    assert campaign.where("roster", "joined_on").startswith("registers.yaml:")
    assert campaign.where("staff", "filled_on").startswith("campaign.yaml:")


def grid(campaign: Campaign, form: str) -> list[tuple[str, int, int, int, int]]:
    return [tuple(cell) for row in campaign.forms[form].tables[form].headers() for cell in row]


# domain brief §2.1 and §2.3: label, first and last column, first and last header row
ANNEX_2_GROUPS = [
    ("组织开展情况", 3, 5, 1, 1),
    ("问题排查情况", 6, 12, 1, 1),
    ("违规违纪问题处理情况", 13, 20, 1, 1),
]
ANNEX_2_SECOND = [
    "新增登记备案人数",
    "新收缴证件数(本)",
    "2016年1月1日以来未经审批出国（境）人数",
    "违规办理因私证照",
    "违规持有因私证照",
    "瞒报持有因私证照",
    "未经批准擅自出国(境)",
    "未按审批要求出国境",
    "瞒报出国境情况",
    "出国境审批事项把关不严",
    "处理人数",
]
METHODS = ["批评教育", "诫勉", "调离岗位", "责令辞职", "免职", "降职", "移交纪检监察机关"]


def test_the_header_of_annex_2_is_the_printed_one(campaign: Campaign) -> None:
    assert grid(campaign, "annex2") == [
        ("序号", 1, 1, 1, 3),
        ("地区、单位（部门）", 2, 2, 1, 3),
        *ANNEX_2_GROUPS,
        *((label, column, column, 2, 3) for column, label in enumerate(ANNEX_2_SECOND, 3)),
        ("处理方式（人次）", 14, 20, 2, 2),
        *((label, column, column, 3, 3) for column, label in enumerate(METHODS, 14)),
    ]
    assert [len(row) for row in campaign.forms["annex2"].tables["annex2"].headers()] == [5, 12, 7]


def test_decision_d3_moves_one_border_of_annex_2_and_no_column(tmp_path: Path, campaign: Campaign) -> None:
    moved = load(edited(tmp_path / "c", ("campaign.yaml", "value: c3-c5", "value: c3-c4")))
    cells = grid(moved, "annex2")
    assert ("组织开展情况", 3, 4, 1, 1) in cells
    assert ("问题排查情况", 5, 12, 1, 1) in cells
    assert [cell for cell in cells if cell[3] > 1] == [
        cell for cell in grid(campaign, "annex2") if cell[3] > 1
    ]
    assert [f.column for f in moved.forms["annex2"].tables["annex2"].fields] == [
        f"c{n}" for n in range(1, 21)
    ]


def test_the_header_of_annex_3_is_the_printed_one(campaign: Campaign) -> None:
    assert grid(campaign, "annex3") == [
        ("序号", 1, 1, 1, 3),
        ("地区、单位（部门）", 2, 2, 1, 3),
        ("登记备案数情况", 3, 5, 1, 1),
        ("因私出国（境）证件情况", 6, 10, 1, 1),
        *(
            (label, n, n, 2, 3)
            for n, label in enumerate(["国家工作人员总数", "应备数", "实备数", "应收数", "实收数"], 3)
        ),
        ("因私证件集中保管情况", 8, 10, 2, 2),
        *(
            (label, n, n, 3, 3)
            for n, label in enumerate(["因私护照", "往来港澳通行证", "大陆居民往来台湾通行证"], 8)
        ),
    ]


def test_a_deeper_header_stretches_the_leaves_and_a_shallower_one_is_refused(campaign: Campaign) -> None:
    table = campaign.forms["trips"].tables["trips"]
    assert {cell.last_row for row in table.headers(3) for cell in row if cell.label in ("姓名", "有无")} == {
        3
    }
    with pytest.raises(ValueError, match="cannot hold"):
        table.headers(1)
