"""Every field rule F01–F25: each fires on its case and stays silent on the near miss beside it."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Any

import pytest

from forms import Campaign, load, shipped
from forms.kinds import KINDS, Context, Reading, cell, row_checker, row_faults
from forms.kinds.identity import eighteen, organisation_check
from forms.spec import Field

TODAY = date(2019, 8, 11)
CAMPAIGN: Campaign = load(shipped())
CONTEXT = Context(CAMPAIGN, TODAY)


def field(kind: str, **more: Any) -> Field:
    return Field(name="x", label="某列", kind=kind, path=("某列",), **more)


FIELDS = {
    "text": field("text", max_length=5),
    "needed": field("text", required=True),
    "auto": field("text", required=True, auto=True),
    "name": field("person_name"),
    "id": field("id_number"),
    "passport": field("certificate_number", of_kind="普通护照"),
    "permit": field("certificate_number", of_kind="往来港澳通行证"),
    "any certificate": field("certificate_number"),
    "organisation": field("organisation_code"),
    "phone": field("phone"),
    "date": field("date"),
    "past": field("date", past=True, earliest=date(1950, 1, 1)),
    "return": field("date", also={"未归": "not_returned"}),
    "choice": field("choice", codes="political_status"),
    "kind": field("choice", codes="certificate_kind"),
    "choices": field("choices", codes="approval_paper"),
    "violations": field("choices", codes="trip_violation"),
    "method": field("choices", codes="sanction_method", one_per_cell=True),
    "countries": field("countries"),
    "count": field("count"),
    "serial": field("serial"),
}


def read(name: str, raw: object) -> Reading:
    return CONTEXT.read(raw, FIELDS[name])  # type: ignore[arg-type]


def fired(reading: Reading) -> str:
    return " ".join(f"{each.rule}{each.level[0]}" for each in reading.findings)


# column, the cell, what fires (rule and first letter of the level), the value read
CASES: list[tuple[str, object, str, object]] = [
    ("needed", "", "F01e", None),
    ("needed", "　 ", "F01e", None),
    ("needed", "-", "F01e", None),
    ("needed", "无", "", "无"),
    ("auto", None, "", None),
    ("text", None, "", None),
    ("id", "33039919800101001", "F02e", None),
    ("id", "33039919800101001Y", "F02e", None),
    ("id", "11010519491231002X", "", "11010519491231002X"),
    ("id", "330381199012310134", "F03e", None),
    ("id", "110105194912310021", "F03e", None),
    ("id", "110105194913310021", "F04e", None),
    ("id", "11010520300101001X", "F04e", None),
    ("id", "110105201001010010", "F04e", None),
    ("id", "110105194001010018", "F04w", "110105194001010018"),
    ("id", "330399198001010018", "F05w", "330399198001010018"),
    ("id", "330325198001010013", "", "330325198001010013"),
    ("id", "990399198001010010", "F05e", None),
    ("id", "110105491231002", "F06e", None),
    ("id", 3.30399198001010e17, "F07e", None),
    ("id", "3.30399E+17", "F07e", None),
    ("id", "110105199001010000", "F07e", None),
    ("id", " 11010519491231002x", "F24n", "11010519491231002X"),
    ("id", "１１０１０５19491231002X", "F24n", "11010519491231002X"),
    ("id", "'11010519491231002X", "F24n", "11010519491231002X"),
    ("name", "张三2", "F10w", "张三2"),
    ("name", "Zhang三", "F10w", "Zhang三"),
    ("name", "张", "F10w", "张"),
    ("name", "张三（男）", "F10w F24n", "张三(男)"),
    ("name", "张 三", "F24n", "张三"),
    ("name", "阿依古丽•买买提", "F24n", "阿依古丽·买买提"),
    ("name", "阿依古丽·买买提", "", "阿依古丽·买买提"),
    ("name", "𠮷田", "", "𠮷田"),
    ("date", "2019-02-29", "F11e", None),
    ("date", "19-8-7", "F11e", None),
    ("date", "19年8月7日", "F11e", None),
    ("date", "2019-08", "F11e", None),
    ("date", "上周", "F11e", None),
    ("date", True, "F11e", None),
    ("date", float("nan"), "F11e", None),
    ("date", 9e300, "F11e", None),
    ("date", "2020-02-29", "", date(2020, 2, 29)),
    ("date", "2019-8-7", "", date(2019, 8, 7)),
    ("date", "20190807", "", date(2019, 8, 7)),
    ("date", "2019/8/7", "", date(2019, 8, 7)),
    ("date", "2019.08.07", "", date(2019, 8, 7)),
    ("date", "2019年8月7日", "", date(2019, 8, 7)),
    ("date", "2019年 8月 7日", "F24n", date(2019, 8, 7)),
    ("date", "２０１９－０８－０７", "F24n", date(2019, 8, 7)),
    ("date", "2019–08–07", "F24n", date(2019, 8, 7)),
    ("phone", "0577—65800000", "F24n", "0577-65800000"),
    ("date", "2019-08-07 00:00:00", "F24n", date(2019, 8, 7)),
    ("date", datetime(2019, 8, 7, 9, 30), "", date(2019, 8, 7)),
    ("date", date(2019, 8, 7), "", date(2019, 8, 7)),
    ("date", 43684.0, "F24n", date(2019, 8, 7)),
    ("date", "43684", "F24n", date(2019, 8, 7)),
    ("past", "2019-08-12", "F12e", date(2019, 8, 12)),
    ("past", "2019-08-11", "", TODAY),
    ("date", "2019-08-12", "", date(2019, 8, 12)),
    ("past", "1949-12-31", "F13w", date(1949, 12, 31)),
    ("past", "1950-01-01", "", date(1950, 1, 1)),
    ("return", "未归", "", None),
    ("return", "未来", "F11e", None),
    ("choice", "中共党圆", "F14e", None),
    ("choice", "无", "F14e", None),
    ("choice", "群众", "", "群众"),
    ("choice", "党员", "F24n", "中共党员"),
    ("choice", "1", "F24n", "中共党员"),
    ("choice", 1.0, "F24n", "中共党员"),
    ("choice", True, "F14e", None),
    ("choices", "审批表、户口本", "F14e", None),
    ("choices", "审批表、行程单/机票", "", ["审批表", "行程单/机票"]),
    ("choices", "审批表，请假单；行程单/机票", "F24n", ["审批表", "请假单", "行程单/机票"]),
    ("choices", "行程单/机票/审批表\n请假单", "F24n", ["行程单/机票", "审批表", "请假单"]),
    ("choices", "1、3", "F24n", ["审批表", "行程单/机票"]),
    ("violations", "V5a 逾期滞留、V5c", "F24n", ["V5a 逾期滞留", "V5c 擅自变更日期"]),
    ("passport", "E1234567", "F15e", None),
    ("passport", "EO1234567", "F15e", None),
    ("passport", "C12345678", "F15e", None),
    ("passport", "K12345678", "F15e", None),
    ("passport", "无", "F15e", None),
    ("passport", "E12345678", "", "E12345678"),
    ("passport", "EA1234567", "", "EA1234567"),
    ("passport", "141234567", "", "141234567"),
    ("passport", 141234567.0, "", "141234567"),
    ("passport", "ｅ1234 5678", "F24n", "E12345678"),
    ("permit", "CI1234567", "F15e", None),
    ("permit", "CA1234567", "", "CA1234567"),
    ("any certificate", "L12345678", "", "L12345678"),
    ("any certificate", "12345678", "F15w", "12345678"),
    ("any certificate", "PE1234567", "F16e", None),
    ("passport", "S.1234567", "F16e", None),
    ("countries", "欧洲", "F19e", None),
    ("countries", "泰国等国", "F19e", None),
    ("countries", "法国、东南亚", "F19e", None),
    ("countries", "意大力共和", "F19w", ["意大力共和"]),
    ("countries", "泰国、日本", "", ["泰国", "日本"]),
    ("countries", "泰国,日本 韩国", "F24n", ["泰国", "日本", "韩国"]),
    ("countries", "埃及和希腊", "F24n", ["埃及", "希腊"]),
    ("countries", "特立尼达和多巴哥", "", ["特立尼达和多巴哥"]),
    ("countries", "香港特别行政区、中国澳门、台湾地区", "F24n", ["香港", "澳门", "台湾"]),
    ("countries", "阿联酋", "", ["阿联酋"]),
    ("phone", "1391234567", "F20w", "1391234567"),
    ("phone", "65800000", "F20w", "65800000"),
    ("phone", "19900000000", "", "19900000000"),
    ("phone", 19900000000.0, "", "19900000000"),
    ("phone", "0577-65800000", "", "0577-65800000"),
    ("phone", "+86 199 0000 0000", "F24n", "19900000000"),
    ("organisation", "1233039990000001X1", "F21e", None),
    ("organisation", "90000001A", "F21e", None),
    ("organisation", 1.2330399900000014e17, "F07e", None),
    ("text", "=1+1", "F22e", None),
    ("text", "@某人", "F22e", None),
    ("text", "＝A1", "F22e", None),
    ("text", "-5", "F22e", None),
    ("text", "+8612", "F22e", None),
    ("text", "5-6", "", "5-6"),
    ("text", "-", "F24n", None),
    ("count", "-3", "F23e", None),
    ("count", "3人", "F23e", None),
    ("count", 2.5, "F23e", None),
    ("count", True, "F23e", None),
    ("count", "三", "F23e", None),
    ("count", 9.0, "", 9),
    ("count", "0", "", 0),
    ("count", "１２", "F24n", 12),
    ("count", "1,200", "F24n", 1200),
    ("text", " 备注 ", "F24n", "备注"),
    ("text", "两 字", "", "两 字"),
    ("text", "一二三四五六", "F25w", "一二三四五六"),
    ("text", "一二三四五", "", "一二三四五"),
    ("serial", "甲", "S05n", None),
    ("serial", 3.0, "", 3),
]


@pytest.mark.parametrize(("name", "raw", "rules", "value"), CASES, ids=[f"{c[0]}: {c[1]!r}" for c in CASES])
def test_a_cell_is_read_repaired_or_named(name: str, raw: object, rules: str, value: object) -> None:
    reading = read(name, raw)
    assert (fired(reading), reading.value) == (rules, value)


def test_every_field_rule_has_a_case_that_fires_it() -> None:
    in_rows = {"F08", "F09", "F17", "F18"}
    covered = {part[:3] for case in CASES for part in case[2].split()} | in_rows
    assert covered >= {f"F{n:02d}" for n in range(1, 26)}


def test_an_unreadable_cell_has_exactly_one_finding_and_an_empty_one_is_not_unreadable() -> None:
    for name, raw, _, _ in CASES:
        reading = read(name, raw)
        if reading.unreadable:
            assert len(reading.findings) == 1, (name, raw)
    assert not read("needed", "").unreadable
    assert not read("return", "未归").unreadable


def test_an_old_number_is_completed_only_when_it_is_one() -> None:
    assert "系统推算为11010519491231002X" in read("id", "110105491231002").findings[0].message
    assert "推算" not in read("id", "330399197001019").findings[0].message     # no month has the number 70


def test_a_named_word_becomes_its_flag_and_is_written_again() -> None:
    column = FIELDS["return"]
    assert cell(column, {"x": None, "not_returned": True}) == "未归"
    assert cell(column, {"x": TODAY, "not_returned": False}) == TODAY
    assert cell(column, {}) is None
    assert read("return", " 未 归").flag == "not_returned"
    assert read("return", "2019-08-07").flag is None


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("id", "110105491231002", "系统推算为11010519491231002X"),
        ("id", "330381199012310134", "按国家标准末位应为"),
        ("id", "1101051949", "现为10位"),
        ("choice", "中共预备党圆", "您是否要填“中共预备党员”？"),
        ("kind", "大陆居民台湾通行证", "您是否要填“大陆居民往来台湾通行证”？"),
        ("passport", "E1234", "不符合普通护照的编号规则（如E12345678、EA1234567）"),
        ("passport", "EA12345O7", "是否为“EA1234507”"),
        ("passport", "H12345678", "港澳居民来往内地通行证"),
        ("passport", "DE1234567", "因公护照（公务/公务普通/外交）号码，不属于因私证件"),
        ("countries", "新马泰", "请逐一列明"),
        ("text", "+8619900000000", "请去掉“+”"),
        ("text", "-5", "是负数"),
        ("id", " 11010519491231002x", "已自动规范：“ 11010519491231002x”→“11010519491231002X”"),
    ],
)
def test_a_message_names_value_and_remedy(name: str, raw: str, says: str) -> None:
    assert says in read(name, raw).findings[0].message


def test_a_short_year_is_told_to_be_written_with_four_digits() -> None:
    assert read("date", "19.8.7").findings[0].fix == "年份请写四位，例如 2019-08-07。"


def test_serial_days_follow_the_epoch_of_the_workbook() -> None:
    mac = Context(CAMPAIGN, TODAY, epoch_1904=True)
    assert mac.read(42222.0, FIELDS["date"]).value == date(2019, 8, 7)


def test_a_demo_division_is_known_only_where_the_campaign_allows_it() -> None:
    settings = CAMPAIGN.settings.model_copy(update={"demo_divisions": ["330399"]})
    demo = Context(Campaign(**{**vars_of(CAMPAIGN), "settings": settings}), TODAY)
    assert fired(demo.read("330399198001010018", FIELDS["id"])) == ""
    assert fired(read("id", "330399198001010018")) == "F05w"


def vars_of(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in Campaign.__dataclass_fields__}


@pytest.mark.parametrize("number", ["330399198001010018", "33039919750615002X", "330399199012310133"])
def test_the_synthetic_numbers_of_the_brief_have_the_right_check_character(number: str) -> None:
    assert read("id", number).value == number
    assert eighteen(number[:6] + number[8:17]) == number


def test_the_organisation_code_of_the_standard_checks() -> None:
    assert organisation_check("D2143569") == "X"  # GB 11714's own example
    assert read("organisation", "D2143569-X").value == "D2143569X"
    example = KINDS["organisation_code"].example(FIELDS["organisation"], CAMPAIGN)
    assert read("organisation", example).value == example


CERTIFICATES = CAMPAIGN.forms["certificates"].tables["certificates"].fields
STAFF = CAMPAIGN.forms["staff"].tables["staff"].fields
MAN = "330399198001010018"  # born 1980-01-01, digit 17 odd


def certificate(kind: str, number: str, issued: str, expires: str) -> dict[str, Any]:
    days = {"issued_on": date.fromisoformat(issued), "expires_on": date.fromisoformat(expires)}
    return {"kind": kind, "number": number, **days}


ROWS = [
    (STAFF, {"id_number": MAN, "born_on": date(1980, 1, 2), "sex": "男"}, "F08 born_on"),
    (STAFF, {"id_number": MAN, "born_on": date(1980, 1, 1), "sex": "女"}, "F09 sex"),
    (STAFF, {"id_number": MAN, "born_on": date(1980, 1, 1), "sex": "男"}, ""),
    (STAFF, {"id_number": None, "born_on": date(1980, 1, 2), "sex": "女"}, ""),
    (CERTIFICATES, certificate("往来港澳通行证", "E12345678", "2015-01-01", "2025-01-01"), "F15 number"),
    (CERTIFICATES, certificate("普通护照", "PE1234567", "2015-01-01", "2025-01-01"), "F16 number"),
    (CERTIFICATES, certificate("普通护照", "G12345678", "2018-01-01", "2028-01-01"), "F17 number"),
    (CERTIFICATES, certificate("普通护照", "G12345678", "2014-03-01", "2024-03-01"), ""),
    (CERTIFICATES, certificate("普通护照", "EA1234567", "2016-12-01", "2026-12-01"), "F17 number"),
    (CERTIFICATES, certificate("普通护照", "EA1234567", "2017-02-01", "2027-01-31"), ""),
    (CERTIFICATES, certificate("普通护照", "EA1234567", "2018-01-01", "2017-12-31"), "F18 expires_on"),
    (CERTIFICATES, certificate("普通护照", "EA1234567", "2018-01-01", "2025-01-01"), "F18 expires_on"),
    (CERTIFICATES, certificate("普通护照", "EA1234567", "2018-01-01", "2023-01-04"), ""),
    (CERTIFICATES, certificate("普通护照", "EA1234567", "2020-02-29", "2030-02-27"), ""),
    (CERTIFICATES, {"kind": None, "number": "E12345678", "issued_on": None, "expires_on": None}, ""),
]


@pytest.mark.parametrize(("fields", "row", "fires"), ROWS, ids=[f"{n} {r[2]}" for n, r in enumerate(ROWS)])
def test_cells_of_a_row_are_compared(fields: tuple[Field, ...], row: dict[str, Any], fires: str) -> None:
    assert " ".join(f"{each.fault.rule} {each.field}" for each in row_faults(fields, row, CONTEXT)) == fires


def test_a_number_of_another_kind_feeds_no_rule_but_a_doubtful_term_does() -> None:
    check = row_checker(CERTIFICATES, CONTEXT)
    wrong_kind = check(certificate("往来港澳通行证", "E12345678", "2015-01-01", "2025-01-01"))
    odd_term = check(certificate("普通护照", "EA1234567", "2018-01-01", "2025-01-01"))
    assert (wrong_kind[0].unreadable, odd_term[0].unreadable) == (True, False)
    assert (wrong_kind[0].fault.level, odd_term[0].fault.level) == ("error", "warning")


def test_reading_again_is_cheap() -> None:
    numbers = [eighteen(f"110105{year:02d}0101{n:03d}") for year in range(50, 90) for n in range(25)]
    reader = Context(CAMPAIGN, TODAY).reader(FIELDS["id"])
    first, second = (timed(reader, numbers) for _ in range(2))
    # Promised: 15 µs and 2 µs; the bounds leave room for a busy machine.
    assert first < 60e-6
    assert second < 8e-6


def timed(reader: Any, raws: list[str]) -> float:
    start = time.perf_counter()
    for raw in raws:
        reader(raw)
    return (time.perf_counter() - start) / len(raws)


def test_one_and_true_are_not_mixed_up_by_memory() -> None:
    reader = Context(CAMPAIGN, TODAY).reader(FIELDS["count"])
    assert [reader(raw).value for raw in (1, True, 1.0, "1")] == [1, None, 1, 1]


def test_a_drop_down_holds_the_labels_and_every_prompt_fits_excel() -> None:
    for form in CAMPAIGN.forms.values():
        for _, each in form.fields():
            excel = KINDS[each.kind].excel(each, CAMPAIGN)
            assert len(excel.prompt) <= 255
            assert (excel.choices is not None) == (each.kind == "choice" or each.one_per_cell)
            assert excel.width > 0
    assert KINDS["id_number"].excel(FIELDS["id"], CAMPAIGN).number_format == "@"
    assert KINDS["date"].excel(FIELDS["date"], CAMPAIGN).number_format == "yyyy-mm-dd"


def test_every_example_shown_to_clerks_is_read_without_a_finding() -> None:
    for form in CAMPAIGN.forms.values():
        for _, each in form.fields():
            example = KINDS[each.kind].example(each, CAMPAIGN)
            if example:
                reading = CONTEXT.read(example, each)
                assert (fired(reading), reading.value is None) == ("", False), (each.name, example)


def test_two_choices_in_one_cell_are_read_and_asked_to_be_split() -> None:
    reading = read("method", "批评教育、诫勉")
    assert [(each.rule, each.level) for each in reading.findings] == [("R22", "notice")]
    assert reading.value == ["批评教育", "诫勉"]
    assert reading.findings[0].message == "“批评教育、诫勉”有2项，一行只填一种某列，请拆成多行。"


def test_one_choice_in_a_cell_is_not_asked_to_be_split() -> None:
    assert "R22" not in fired(read("method", "批评教育"))
    assert read("method", "诫勉；诫勉").value == ["诫勉"]
    assert fired(read("method", "批评教育、天书")) == "F14e"
    assert KINDS["choices"].choices(FIELDS["method"], CAMPAIGN) == CAMPAIGN.codes["sanction_method"].labels


def test_where_one_choice_is_one_fact_two_are_refused() -> None:
    reading = read("kind", "普通护照、往来港澳通行证")
    assert (fired(reading), reading.value) == ("F14e", None)
    assert "只能填一项" in reading.findings[0].message
    assert fired(read("kind", "普通护照")) == ""
