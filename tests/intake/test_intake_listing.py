"""From a sheet as offices keep it to the published columns."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kiosk.intake.freeze import Prepared, prepare
from offices import DRAW, changed, only, told, write


def edited(tmp_path: Path, edit: Callable[[Worksheet], None], *changes: tuple[str, str]) -> Prepared:
    """What becomes of the files if their xlsx is edited."""
    path = write(tmp_path, changed(DRAW, *changes), xlsx=True)
    book = load_workbook(tmp_path / "roll.xlsx")
    edit(book["名单"])
    book.save(tmp_path / "roll.xlsx")
    return prepare(path)


def test_empty_rows_spaces_full_width_signs_numbers_and_dates_are_as_a_clerk_expects(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_rows(10)
        sheet.insert_rows(20)
        sheet["B3"] = "\u3000ＳＺ００００１\u00a0"
        sheet["B4"] = 2
        sheet["B4"].number_format = '"SZ"00000'
        sheet["B5"] = 123.0
        sheet["B6"] = "000123"
        for row in range(3, 29):
            if sheet.cell(row, 1).value:
                sheet.cell(row, 6).value = date(2021, 11, 30)
        sheet["A60"] = "  "

    prepared = edited(tmp_path, edit, ("households: {category: [低保, 特困]}, ", ""))
    assert prepared.errors == ()
    assert prepared.draft is not None
    lines = prepared.draft.roll.decode().splitlines()
    assert len(lines) == 25
    assert {"SZ00001,欧阳*,2,2021-11-30,2", "SZ00002,王*,3,2021-11-30,3", "000123,J. S.,1,2021-11-30,2"} < set(lines)
    assert any(line.startswith("123,阿***·***,") for line in lines)
    assert only(prepared, "cell.plain").values["count"] == 1
    assert only(prepared, "cell.date-written").got == "2021-11-30"
    assert only(prepared, "number.lost-zeros").where.cell == "B5"


def test_a_merged_data_cell_is_told_and_never_silently_empty(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.merge_cells("F5:F6")
        sheet.merge_cells("B8:C8")

    prepared = edited(tmp_path, edit)
    merged = [(problem.where.cell, problem.got) for problem in prepared.errors if problem.code == "cell.merged"]
    assert merged == [("F6", "F5"), ("C8", "B8")]


def test_a_heading_that_spans_rows_is_found_in_its_last_row(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_rows(2)
        sheet["B2"] = "登 记\n编号"
        sheet["B3"] = None
        sheet.merge_cells("B2:B3")

    assert told(edited(tmp_path, edit, ("header: 2", "header: 3"))) == []


def test_two_columns_with_the_heading_that_is_meant_are_told(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["H2"] = "保障类别"

    assert only(edited(tmp_path, edit), "heading.twice").values["cells"] == "F2, H2"


def test_formulas_without_a_result_and_errors_are_told(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["E5"] = "=1+1"
        sheet["F6"] = "#N/A"
        sheet["F6"].data_type = "e"

    prepared = edited(tmp_path, edit)
    assert [(problem.code, problem.where.cell) for problem in prepared.errors] == [
        ("cell.formula-empty", "E5"),
        ("cell.error", "F6"),
    ]


def test_hidden_rows_take_part_and_are_told(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.row_dimensions[7].hidden = True

    prepared = edited(tmp_path, edit)
    assert only(prepared, "sheet.hidden-rows").where.line == 7
    assert prepared.draft is not None and prepared.draft.counts[0] == 24


def test_of_several_sheets_the_first_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, changed(DRAW, ("  sheet: 名单\n", "")), xlsx=True)
    book = load_workbook(tmp_path / "roll.xlsx")
    book.create_sheet("说明")["A1"] = "别的"
    book.save(tmp_path / "roll.xlsx")
    assert only(prepare(path), "sheet.first").values["others"] == "说明"


def test_only_what_is_named_leaves_the_sheet(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        for row in range(3, 27):
            sheet.cell(row, 8).value = "13800138000"

    prepared = edited(tmp_path, edit)
    assert told(prepared) == []
    assert prepared.draft is not None
    everything = (prepared.draft.roll + prepared.draft.units + prepared.draft.rules).decode() + prepared.draft.office
    assert "138001" not in everything and "编号0" not in everything and "陈小红" not in everything
