"""The bureau's lists and the police's files become typed tables; what is wrong is said."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from forms.registers import Registers, read, read_files
from tests.forms.filled import IDS, campaign
from tests.forms.test_identify import office

ROSTER = ["单位", "姓名", "身份证号", "人员类别", "在岗状态", "进入本单位日期"]
PEOPLE = [
    ["市人民医院", "陈一一", IDS[0], "在编事业", "在岗", "2001-07-01"],
    ["003", "林二二", IDS[1], "在编事业", "退休", 37073],
]
CERTIFICATES = [
    "身份证号",
    "姓名",
    "性别",
    "出生日期",
    "国籍",
    "证件类型",
    "证件号码",
    "出生地点",
    "签发机关",
    "签发日期",
    "有效期至",
]
MOVEMENTS = [
    "出入境状态",
    "姓名",
    "性别",
    "出生日期",
    "国籍",
    "证件种类",
    "证件号码",
    "前往地",
    "出入口岸",
    "出入境日期",
    "出入境时间",
]
PASSPORT = [
    IDS[0],
    "陈一一",
    "男",
    "19800101",
    "中国",
    "因私普通护照(电子)",
    "EZ9900001",
    "浙江",
    "浙江公安",
    "20180504",
    "20280503",
]
PERMIT = [
    IDS[0],
    "陈一一",
    "男",
    "19800101",
    "中国",
    "港澳居民往来通行证",
    "CZ9900002",
    "浙江",
    "浙江公安",
    "20190104",
    "20290103",
]
OUT = [
    "出境",
    "陈一一",
    "男",
    "19800101",
    "中国",
    "普通护照",
    "EZ9900001",
    "日本",
    "浦东",
    "20190201",
    "093000",
]
HOME = [
    "入境",
    "陈一一",
    "男",
    "19800101",
    "中国",
    "普通护照",
    "EZ9900001",
    "日本",
    "浦东",
    "20190209",
    81500,
]


def book(*rows: Sequence[Any]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))  # type: ignore[union-attr]
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def blocks(
    *people: tuple[Sequence[Any], Sequence[Sequence[Any]], Sequence[Sequence[Any]]], first: str = ""
) -> bytes:
    """The police's block workbook, columns A and B merged over each block and its parts."""
    made = openpyxl.Workbook()
    ws = made.active
    assert ws is not None
    row = 1
    if first:
        ws.cell(1, 1).value, row = first, 2
    for serial, (person, certificates, movements) in enumerate(people, 1):
        top = row
        ws.cell(row, 1).value = serial
        for column, value in enumerate(["查询条件", *person], 2):
            ws.cell(row, column).value = value
        row += 1
        for tag, lines in (("证件信息", certificates), ("出入境记录", movements)):
            if not lines:
                continue
            ws.cell(row, 2).value = tag
            start = row
            for line in lines:
                for column, value in enumerate(line, 3):
                    ws.cell(row, column).value = value
                row += 1
            if row - start > 1:
                ws.merge_cells(start_row=start, start_column=2, end_row=row - 1, end_column=2)
        if row - top > 1:
            ws.merge_cells(start_row=top, start_column=1, end_row=row - 1, end_column=1)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def rows(found: Registers, name: str) -> list[dict[str, Any]]:
    return found.tables[name].to_pylist()  # type: ignore[no-any-return]


def said(found: Registers) -> list[tuple[str, str]]:
    return [(each.rule, each.level) for each in found.findings]


def test_a_roster_is_read_by_its_headers_with_the_units_code() -> None:
    found = read_files(campaign(), [("roster.xlsx", book(["局人事系统人员名册"], ROSTER, *PEOPLE))])
    assert said(found) == []
    assert [
        (each["unit"], each["name"], each["row"], each["document"], each["joined_on"])
        for each in rows(found, "roster")
    ] == [
        ("002", "陈一一", 3, "roster.xlsx", date(2001, 7, 1)),
        ("003", "林二二", 4, "roster.xlsx", date(2001, 7, 1)),
    ]
    assert set(found.tables) == set(campaign().registers)
    assert all(table.num_rows == 0 for name, table in found.tables.items() if name != "roster")


def test_rows_of_unknown_units_or_without_their_key_are_refused_and_named() -> None:
    data = book(
        ROSTER,
        ["某某医院", "陈一一", IDS[0], "在编事业"],
        ["002", "林二二", "33039919900", "在编事业"],
        *PEOPLE,
    )
    found = read_files(campaign(), [("roster.xlsx", data)])
    assert found.tables["roster"].num_rows == 2 and found.batches[0].refused == 2
    assert [(each.rule, each.row, each.cell) for each in found.findings] == [
        ("F14", 2, "A2"),
        ("F02", 3, "C3"),
    ]
    assert "某某医院" in found.findings[0].message and found.findings[0].message.startswith(
        "roster.xlsx：第2行"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    text = "\r\n".join(
        ",".join(f'="{cell}"' if str(cell).isdecimal() else str(cell) for cell in line)
        for line in [ROSTER, PEOPLE[0]]
    )
    found = read_files(campaign(), [("roster2.csv", text.encode(encoding))])
    assert [each["id_number"] for each in rows(found, "roster")] == [IDS[0]]


def test_flat_police_lists_are_told_apart_by_their_headers() -> None:
    found = read_files(
        campaign(),
        [
            ("police1.xlsx", book(CERTIFICATES, PASSPORT, PERMIT)),
            ("police2.xlsx", book(MOVEMENTS, OUT, HOME)),
        ],
    )
    assert said(found) == []
    assert [
        (each["kind"], each["number"], each["expires_on"]) for each in rows(found, "police_certificates")
    ] == [("普通护照", "EZ9900001", date(2028, 5, 3)), ("往来港澳通行证", "CZ9900002", date(2029, 1, 3))]
    assert [
        (each["movement"], each["moved_on"], each["moved_at"]) for each in rows(found, "police_movements")
    ] == [("出境", date(2019, 2, 1), "093000"), ("入境", date(2019, 2, 9), "081500")]
    assert [each.rows for each in found.batches] == [{"police_certificates": 2}, {"police_movements": 2}]


HINTS = {
    "出入境状态": "出入境状态(出境/入境)",
    "出入境日期": "出入境日期（yyyyMMdd）",
    "出入境时间": "出入境时间(HHmmss)",
}


def test_a_hint_in_brackets_behind_a_header_is_no_other_header() -> None:
    hinted = [HINTS.get(label, label) for label in MOVEMENTS]
    plain = read_files(campaign(), [("police.xlsx", book(MOVEMENTS, OUT, HOME))])
    found = read_files(campaign(), [("police.xlsx", book(hinted, OUT, HOME))])
    assert said(found) == [] and found.tables["police_movements"].equals(plain.tables["police_movements"])
    block = blocks(([IDS[0], "陈一一"], [], [hinted, OUT]))
    assert rows(read_files(campaign(), [("police.xlsx", block)]), "police_movements")[0]["movement"] == "出境"


def test_another_word_in_place_of_a_header_is_another_header() -> None:
    other = ["方向(出境/入境)" if label == "出入境状态" else label for label in MOVEMENTS]
    assert said(read_files(campaign(), [("police.xlsx", book(other, OUT, HOME))])) == [("P18", "error")]


@pytest.mark.parametrize("raw", ["093000", 93000, "9:30", "09:30:00", time(9, 30)])
def test_a_time_of_day_is_six_digits_whatever_the_spreadsheet_made_of_it(raw: object) -> None:
    found = read_files(campaign(), [("police.xlsx", book(MOVEMENTS, [*OUT[:-1], raw]))])
    assert [each["moved_at"] for each in rows(found, "police_movements")] == ["093000"]


def test_registered_persons_of_the_police_are_read_with_their_printed_footer() -> None:
    head = ["序号", *(each.label for each in campaign().registers["police_registrations"].fields)]
    person = [
        1,
        "陈",
        "一一",
        "男",
        "19800101",
        IDS[0],
        "浙江瑞安",
        "更新",
        "瑞安市人民医院",
        "医师",
        "市卫健局",
        "X",
        "市卫健局",
        "教科文卫系统",
        "甲",
        "1",
        "B1",
    ]
    data = book(
        ["国家工作人员登记备案表"], ["报备单位名称（盖章）："], head, person, ["本次备案共1页1人 此为第1页"]
    )
    found = read_files(campaign(), [("police-r.xlsx", data)])
    assert said(found) == [] and found.batches[0].stated == (1,)
    assert [(each["surname"], each["action"]) for each in rows(found, "police_registrations")] == [
        ("陈", "修改")
    ]


def test_the_block_workbook_gives_certificates_and_movements_of_each_person() -> None:
    data = blocks(
        ([IDS[0], "陈一一"], [CERTIFICATES, PASSPORT, PERMIT], [MOVEMENTS, OUT, HOME]),
        ([IDS[1], "林二二"], [], []),
        ([IDS[2], "林三三"], [["无记录"]], []),
        first="本次共查询3人",
    )
    found = read_files(campaign(), [("police.xlsx", data)])
    assert said(found) == []
    batch = found.batches[0]
    assert (batch.shape, batch.asked, batch.answered, batch.stated) == ("block", 3, 1, (3,))
    assert batch.rows == {"police_certificates": 2, "police_movements": 2}
    assert batch.sha256 == hashlib.sha256(data).hexdigest() and batch.sha256.startswith(batch.id)
    assert [each["id_number"] for each in rows(found, "police_movements")] == [IDS[0], IDS[0]]


def test_a_block_workbook_without_headers_of_its_own_holds_the_columns_in_order() -> None:
    found = read_files(
        campaign(), [("police.xlsx", blocks(([IDS[0], "陈一一"], [PASSPORT, PERMIT], [OUT, HOME])))]
    )
    assert said(found) == []
    assert [each["port"] for each in rows(found, "police_movements")] == ["浦东", "浦东"]
    assert [each["issuer"] for each in rows(found, "police_certificates")] == ["浙江公安", "浙江公安"]


@pytest.mark.parametrize(
    "data, message",
    [
        (blocks(([IDS[0], "陈一一"], [PASSPORT], []), first="共查询2人"), "应2人，实1人"),
        (book(CERTIFICATES, PASSPORT, ["共3条记录"]), "应3条，实1条"),
        (book(["甲", "乙"], ["1", "2"]), "表头无法识别"),
        (book([label for label in CERTIFICATES if label != "证件号码"], PASSPORT), "缺少列“证件号码”"),
        (b"rubbish", "无法读取"),
    ],
)
def test_incomplete_police_files_are_sent_back(data: bytes, message: str) -> None:
    found = read_files(campaign(), [("police.xlsx", data)])
    assert said(found) == [("P18", "error")] and message in found.findings[0].message


def test_a_police_list_that_is_not_whole_proves_nothing_by_what_it_lacks() -> None:
    both = {"police_certificates", "police_movements"}
    block = blocks(([IDS[0], "陈一一"], [PASSPORT], []), first="共查询2人")
    assert read_files(campaign(), [("police.xlsx", block)]).partial == both
    short = book(CERTIFICATES, PASSPORT, ["共3条记录"])
    assert read_files(campaign(), [("police.xlsx", short)]).partial == {"police_certificates"}
    assert read_files(campaign(), [("police.xlsx", b"rubbish")]).partial == both | {"police_registrations"}
    whole = book(CERTIFICATES, PASSPORT, ["共1条记录"])
    assert read_files(campaign(), [("police.xlsx", whole)]).partial == set()
    milder = replace(campaign(), levels={"P18": "warning"})     # the bureau may go on with what there is
    assert read_files(milder, [("police.xlsx", short)]).partial == set()


def test_a_text_file_that_ends_in_the_middle_of_a_row_is_not_whole() -> None:
    text = "\r\n".join(",".join(row) for row in (CERTIFICATES, PASSPORT, PERMIT))
    assert said(read_files(campaign(), [("police.csv", text.encode("gb18030"))])) == []
    cut = read_files(campaign(), [("police.csv", text[: text.rindex(",浙江,")].encode("gb18030"))])
    assert said(cut) == [("P18", "error")] and "第3行" in cut.findings[0].message


def test_when_every_tenth_row_is_refused_the_police_list_is_not_whole() -> None:
    wrong = [float(330399198001019006), *PERMIT[1:]]     # Excel made a number of it
    many = [[*PASSPORT[:6], f"EZ99000{n}", *PASSPORT[7:]] for n in range(10, 20)]
    few = read_files(campaign(), [("police.xlsx", book(CERTIFICATES, *many, wrong))])
    assert ("P18", "error") not in said(few) and few.partial == set()
    more = read_files(campaign(), [("police.xlsx", book(CERTIFICATES, *many, wrong, wrong))])
    assert ("P18", "error") in said(more) and more.partial == {"police_certificates"}


def test_doubled_rows_are_skipped_and_counted_over_all_files() -> None:
    found = read_files(
        campaign(),
        [("police1.xlsx", book(MOVEMENTS, OUT, HOME, OUT)), ("police2.xlsx", book(MOVEMENTS, HOME))],
    )
    assert found.tables["police_movements"].num_rows == 2
    assert [each.duplicates for each in found.batches] == [1, 1]
    assert said(found) == [("S04", "notice")] * 2


def test_persons_whom_the_roster_does_not_know_are_listed() -> None:
    stranger = [IDS[2], "林三三", *PASSPORT[2:6], "EZ9900003", *PASSPORT[7:]]
    found = read_files(
        campaign(),
        [
            ("roster.xlsx", book(ROSTER, *PEOPLE)),
            ("police1.xlsx", book(CERTIFICATES, PASSPORT, stranger)),
            ("police2.xlsx", book(MOVEMENTS, OUT, [*OUT[:6], "EZ9900003", *OUT[7:]])),
        ],
    )
    assert [
        [(each.register, each.row, each.name, each.id_number) for each in batch.unmatched]
        for batch in found.batches
    ] == [[], [("police_certificates", 3, "林三三", IDS[2])], [("police_movements", 3, "陈一一", IDS[2])]]


def test_a_folder_is_read_with_what_lies_below_it(tmp_path: Path) -> None:
    (tmp_path / "police").mkdir()
    (tmp_path / "roster.xlsx").write_bytes(book(ROSTER, *PEOPLE))
    (tmp_path / "police" / "police-2.xlsx").write_bytes(book(MOVEMENTS, OUT))
    (tmp_path / "~$roster.xlsx").write_bytes(b"lock")
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    found = read(campaign(), tmp_path)
    assert [each.file for each in found.batches] == ["police/police-2.xlsx", "roster.xlsx"] and said(
        found
    ) == []
    assert read(campaign(), tmp_path / "nowhere").batches == ()


@pytest.mark.libreoffice
@pytest.mark.slow
def test_old_and_open_formats_are_read_alike(tmp_path: Path) -> None:
    data = blocks(([IDS[0], "陈一一"], [PASSPORT, PERMIT], [OUT, HOME]), ([IDS[1], "林二二"], [], []))
    (tmp_path / "police.xlsx").write_bytes(data)
    wanted = read_files(campaign(), [("police.xlsx", data)])
    for ending, name in (("xls", "xls:MS Excel 97"), ("ods", "ods")):
        office(tmp_path, "--convert-to", name, "--outdir", str(tmp_path), str(tmp_path / "police.xlsx"))
        found = read_files(campaign(), [("police.xlsx", (tmp_path / f"police.{ending}").read_bytes())])
        assert found.tables == wanted.tables and said(found) == []
