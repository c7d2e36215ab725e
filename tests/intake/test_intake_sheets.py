"""Spreadsheets and csv as offices have them: what a clerk sees is what is read, or it is told."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from random import Random, SystemRandom

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kiosk.intake import sheets
from kiosk.intake.cells import Raw
from kiosk.intake.problems import Problem, Problems
from kiosk.intake.sheets import Sheet

FILES = Path(__file__).parent / "files"


def read(path: Path, sheet: str = "", header: int = 1) -> tuple[Sheet | None, tuple[Problem, ...]]:
    problems = Problems()
    return sheets.read(path, sheet, header, problems), problems.sorted()


def rows(path: Path, sheet: str = "") -> dict[int, list[Raw]]:
    found, problems = read(path, sheet)
    assert found is not None, problems
    return {number: list(row) for number, row in found.rows.items()}


def refused(path: Path) -> str:
    found, problems = read(path)
    assert found is None
    return problems[0].code


def xlsx(path: Path, fill: Callable[[Worksheet], None]) -> Path:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    book.save(path)
    return path


def test_each_kind_of_xlsx_cell_is_told_apart(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["000123", 123.0, 1234567890123456, True, date(2021, 12, 1), datetime(2021, 12, 1, 8, 30)])
        sheet.append([time(8, 30), "=A1", "#N/A", 42, 42, "陈𬭚"])
        sheet["C2"].data_type = "e"
        sheet["D2"].number_format = "000000"
        sheet["E2"].number_format = '"SZ"00000'

    assert rows(xlsx(tmp_path / "a.xlsx", fill)) == {
        1: ["000123", ["number", 123.0, None], ["number", 1234567890123456.0, None], ["flag", "TRUE"],
            ["date", "2021-12-01"], ["date", "2021-12-01T08:30:00"]],
        2: [["time", "08:30:00"], ["formula", ""], ["error", ""], ["number", 42.0, "000042"],
            ["number", 42.0, "SZ00042"], "陈𬭚"],
    }  # fmt: skip


def test_an_xls_is_read_as_an_xlsx_is() -> None:
    assert rows(FILES / "list.xls") == {
        1: ["轮候库", ["merged", "A1"], ["merged", "A1"], ["merged", "A1"], ["merged", "A1"]],
        2: ["登记编号", "姓名", "人口", "日期", "备注"],
        3: ["000123", "陈𬭚", ["number", 123, None], ["date", "2021-12-01"], ["flag", "TRUE"]],
        4: [["number", 42, "000042"], "欧阳修", ["number", 2.5, None], ["error", ""], ["formula", ""]],
        5: [["number", 1234567890123456.0, None]],
        6: ["合"],
        7: [["merged", "A6"], "王五"],
    }
    told = [(problem.code, problem.where.line) for problem in read(FILES / "list.xls")[1]]
    assert told == [("sheet.first", 0), ("sheet.hidden-rows", 5)]


ODS_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="名单">'
)
ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods(path: Path, body: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{ODS}"/></manifest:manifest>',
        )
        archive.writestr("content.xml", ODS_BEGIN + body + ODS_END)
    return path


def test_an_ods_is_read_as_an_xlsx_is(tmp_path: Path) -> None:
    def cell(kind: str, shown: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{shown}</text:p></table:table-cell>'

    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    title = cell("string", "轮候库", 'table:number-columns-spanned="3"')
    body = (
        f"<table:table-row>{title}{covered}</table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/>'
        '</table:table-row><table:table-row table:visibility="filter">'
        + cell("string", "000123")
        + cell("float", "000042", 'office:value="42"')
        + cell("float", "42", 'office:value="42"')
        + cell("string", "#N/A", 'table:formula="of:=NA()" calcext:value-type="error"')
        + cell("float", "7", 'office:value="7" table:formula="of:=3+4"')
        + cell("date", "21/12/1", 'office:date-value="2021-12-01"')
        + cell("boolean", "TRUE", 'office:boolean-value="true"')
        + '</table:table-row><table:table-row table:number-rows-repeated="1048572">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = ods(tmp_path / "a.ods", body)
    assert rows(path) == {
        1: ["轮候库", ["merged", "A1"], ["merged", "A1"]],
        4: ["000123", ["number", 42.0, "000042"], ["number", 42.0, None], ["formula", ["error", ""]],
            ["formula", ["number", 7.0, None]], ["date", "2021-12-01"], ["flag", "TRUE"]],
    }  # fmt: skip
    assert [problem.code for problem in read(path)[1]] == ["sheet.hidden-rows"]


def test_cells_count_from_the_corner_even_if_the_list_begins_elsewhere(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C5"] = "编号"
        sheet["D9"] = "一"

    assert rows(xlsx(tmp_path / "a.xlsx", fill)) == {5: ["", "", "编号"], 9: ["", "", "", "一"]}


def test_a_merged_cell_has_its_value_in_its_first_cell_alone(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"], sheet["B2"] = "一般", "甲", "乙"
        sheet.merge_cells("A1:A2")

    assert rows(xlsx(tmp_path / "a.xlsx", fill)) == {1: ["一般", "甲"], 2: [["merged", "A1"], "乙"]}


def test_rows_that_a_filter_hides_take_part_and_are_told(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for n in range(1, 6):
            sheet.append([n])
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[40].hidden = True

    path = xlsx(tmp_path / "a.xlsx", fill)
    assert sorted(rows(path)) == [1, 2, 3, 4, 5]
    assert [(problem.code, problem.got, problem.where.line) for problem in read(path)[1]] == [
        ("sheet.hidden-rows", "1", 3)
    ]


def test_the_sheet_that_is_named_is_read_or_those_that_there_are_told(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("第九期")["A1"] = "这里"
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx", "第九期") == {1: ["这里"]}
    found, problems = read(tmp_path / "a.xlsx", "第十期")
    assert found is None and problems[0].code == "sheet.no-such-sheet"
    assert problems[0].values["sheets"] == "Sheet, 第九期"
    assert refused(tmp_path / "a.xlsx") == "sheet.empty"


@pytest.mark.parametrize(
    ("encoding", "guessed"), [("utf-8", False), ("utf-8-sig", False), ("gb18030", True)]
)  # fmt: skip
def test_csv_is_utf8_or_else_gb18030_which_is_said(tmp_path: Path, encoding: str, guessed: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('编号,姓名\r\n000123,陈𬭚\r\n\r\n"1,栋",㛃\r\n'.encode(encoding))
    assert rows(path) == {1: ["编号", "姓名"], 2: ["000123", "陈𬭚"], 4: ["1,栋", "㛃"]}
    assert [problem.code for problem in read(path)[1]] == (["file.guessed"] if guessed else [])


@pytest.mark.parametrize(("separator", "said"), [(",", []), (";", ["csv.separator"]), ("\t", ["csv.separator"])])
def test_csv_may_be_separated_otherwise_which_is_said(tmp_path: Path, separator: str, said: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"标题\n编号{separator}姓名\n1{separator}陈\n", encoding="utf-8")
    found, problems = read(path, header=2)
    assert found is not None and found.rows[3] == ["1", "陈"]
    assert [problem.code for problem in problems] == said


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,\xff\xfe\n", "file.encoding"),
        ("编号,姓名\n".encode("utf-16"), "file.encoding"),
        (b'a,"b\nc', "csv.quotes"),
        (b"," * 2000, "csv.wide"),
        (b"", "sheet.empty"),
        (b"\n,,\n  \n", "sheet.empty"),
        (b"<html><table><tr><td>1</td></tr></table>", "sheet.page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "sheet.page"),
        (b"%PDF-1.7\n", "sheet.page"),
        (b"PK\x03\x04" + b"0" * 100, "sheet.damaged"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000), "sheet.damaged"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_whatever_its_name(tmp_path: Path, data: bytes, code: str) -> None:
    for name in ("a.csv", "a.xls", "a.xlsx"):
        (tmp_path / name).write_bytes(data)
        assert refused(tmp_path / name) == code


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("xl/vbaProject.bin", b"x", "sheet.macros"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "sheet.links"),
        ("xl/media/big.bin", bytes(70 * 2**20), "sheet.large"),
        ("xl/media/bomb.bin", bytes(8 * 2**20), "sheet.bomb"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>", "sheet.damaged"),
        ("xl/worksheets/sheet1.xml", b"<a>" * 200 + b"</a>" * 200, "sheet.deep"),
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "sheet.damaged"),
        ("xl/workbook.xml", b"<workbook/>", "sheet.empty"),
    ],
)  # fmt: skip
def test_an_xlsx_that_is_more_than_a_list_is_refused_in_a_sentence(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    whole = parts(xlsx(tmp_path / "a.xlsx", lambda sheet: sheet.append(["编号"])))
    assert refused(packed(tmp_path / "b.xlsx", whole | {name: data})) == code


def test_a_sheet_of_a_million_empty_rows_and_columns_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "编号"
        sheet["XFD1048576"].number_format = "000"

    assert refused(xlsx(tmp_path / "a.xlsx", fill)) == "sheet.cells"
    far = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    wide = '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>' + cell + "</table:table-row>"
    assert refused(ods(tmp_path / "a.ods", f"<table:table-row>{cell}</table:table-row>{far}{wide}")) == "sheet.cells"


def test_a_file_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx(path, lambda sheet: sheet.append(["编号"]))
    data = bytearray(path.read_bytes())
    for at in (data.index(b"PK\x01\x02") + 8, 6):
        data[at] |= 1
    path.write_bytes(data)
    assert refused(path) == "sheet.password"


def test_an_xls_cut_anywhere_or_with_wrong_bytes_is_refused_or_read_and_never_ends_the_program(tmp_path: Path) -> None:
    whole = (FILES / "list.xls").read_bytes()
    for cut in (600, 2000, len(whole) - 700):
        (tmp_path / "cut.xls").write_bytes(whole[:cut])
        assert refused(tmp_path / "cut.xls") in ("sheet.damaged", "sheet.unreadable", "sheet.kind")
    circle = bytearray(whole)
    fat = 512 * (1 + int.from_bytes(whole[76:80], "little"))
    for at in range(fat, fat + 64, 4):
        circle[at : at + 4] = (0).to_bytes(4, "little")
    (tmp_path / "circle.xls").write_bytes(circle)
    assert refused(tmp_path / "circle.xls") in ("sheet.damaged", "sheet.unreadable")


def test_the_reader_has_a_limit_of_memory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.intake.workbook import __main__ as reader

    assert reader.MEMORY_BYTES <= 512 * 2**20
    program = tmp_path / "kiosk" / "intake" / "workbook"
    program.mkdir(parents=True)
    for folder in (program, program.parent, program.parent.parent):
        (folder / "__init__.py").write_text("")
    (program / "__main__.py").write_text('import os\nprint(\'{"sheet": "x"\', flush=True)\nos.abort()\n')
    monkeypatch.setattr(sheets, "_PROGRAM_FOLDER", tmp_path)
    assert refused(xlsx(tmp_path / "a.xlsx", lambda sheet: sheet.append(["编号"]))) == "sheet.unreadable"


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(sheets.FILE_BYTES + 1)
    assert refused(path) == "sheet.large"


def test_a_spreadsheet_with_wrong_bytes_is_read_or_refused_and_never_ends_the_program(tmp_path: Path) -> None:
    book = xlsx(tmp_path / "a.xlsx", lambda sheet: sheet.append(["编号", 12, True])).read_bytes()
    seed = SystemRandom().getrandbits(32)
    print(f"seed {seed}")
    random = Random(seed)
    for whole in [book, (FILES / "list.xls").read_bytes()] * 10:
        data = bytearray(whole)
        for _ in range(random.choice((1, 5, 25))):
            data[random.randrange(len(data))] = random.randrange(256)
        (tmp_path / "b.xlsx").write_bytes(data)
        found, problems = read(tmp_path / "b.xlsx")
        assert (found is None) == any(problem.severity == "error" for problem in problems)
