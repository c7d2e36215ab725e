"""The process that reads one spreadsheet: see the package."""

import datetime
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from kiosk.intake.cells import DATE, ERROR, FLAG, FORMULA, MERGED, NUMBER, TIME, address
from kiosk.intake.workbook import ods, package, xls, xlsx
from kiosk.intake.workbook.details import Cell, Details, RefusedError, Room, padded

MEMORY_BYTES = 512 * 2**20
TIME_S = 60

_ZIP, _CFB = b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")
Value = Any  # what calamine gives for a cell


def main(path: Path, wanted: str) -> None:
    _limit()
    try:
        for line in _read(path, wanted):
            _say(line)
    except RefusedError as error:
        _say({"refused": error.code, "values": error.values})
    _say("end")


def _say(line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))


def _read(path: Path, wanted: str) -> Iterator[object]:
    data = path.read_bytes()
    # The details come first: they refuse what would be too much for calamine.
    if data.startswith(_ZIP):
        archive = package.open_package(data)
        if "content.xml" in archive.namelist():
            known = ods.details(archive)
            return _sheet(data, wanted, lambda sheet: known.get(sheet, Details()))
        return _sheet(data, wanted, lambda sheet: xlsx.details(archive, sheet))
    if data.startswith(_CFB):
        known = xls.details(data)
        return _sheet(data, wanted, lambda sheet: known.get(sheet, Details()))
    raise RefusedError("sheet.kind")


def _sheet(data: bytes, wanted: str, details: Callable[[str], Details]) -> Iterator[object]:
    """First what is to be known of the sheet, then its rows."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name, others = _choose(book, wanted)
        found = details(name)
        sheet = book.get_sheet_by_name(name)
    except PasswordError as error:
        raise RefusedError("sheet.password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise RefusedError("sheet.damaged") from error
    found.merged.extend(sheet.merged_cell_ranges or [])
    yield {"sheet": name, "others": others, "hidden": [row + 1 for row in found.hidden_rows]}
    yield from _rows(sheet, found)


def _choose(book: CalamineWorkbook, wanted: str) -> tuple[str, list[str]]:
    """The sheet that is wanted, or else the first; and which others a person sees."""
    sheets = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    seen = [about.name for about in sheets if about.visible == SheetVisibleEnum.Visible]
    if wanted and wanted not in [about.name for about in sheets]:
        raise RefusedError("sheet.no-such-sheet", got=wanted, sheets=", ".join(seen))
    if not sheets:
        raise RefusedError("sheet.empty")
    name = wanted or (seen or [sheets[0].name])[0]
    return name, [other for other in seen if other != name]


def _rows(sheet: CalamineSheet, details: Details) -> Iterator[object]:
    """[number of the row, its cells from column A on], of each row that holds something."""
    top, left = sheet.start or (0, 0)
    covered = _covered(details.merged, top + sheet.height, left + sheet.width)
    for row, values in enumerate(sheet.to_python(), top):
        cells = [_cell((row, column), value, details, covered) for column, value in enumerate(values, left)]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield [row + 1, [""] * left + cells]


def _cell(at: Cell, value: Value, details: Details, covered: dict[Cell, Cell]) -> str | list[object]:
    """A text as it is; anything else as a list that begins with its kind (kiosk.intake.cells)."""
    if at in covered:
        return [MERGED, address(covered[at])]
    cell: str | list[object] = [ERROR, ""] if at in details.errors else _value(at, value, details)
    return [FORMULA, cell] if at in details.formulas else cell


def _value(at: Cell, value: Value, details: Details) -> str | list[object]:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return [FLAG, str(value).upper()]
    if isinstance(value, int | float):
        shown = padded(value, details.formats[at]) if at in details.formats else details.shown.get(at)
        return [NUMBER, value, shown]
    if isinstance(value, datetime.datetime | datetime.date):
        return [DATE, value.isoformat()]
    return [TIME, str(value)]


def _covered(merged: list[tuple[Cell, Cell]], rows: int, columns: int) -> dict[Cell, Cell]:
    """The cells that a merged one covers, and which that is; its value stands in its first cell alone."""
    covered = {}
    room = Room()
    for begin, end in merged:
        last_row, last_column = min(end[0], rows - 1), min(end[1], columns - 1)
        room.take(last_row, last_column)
        for row in range(begin[0], last_row + 1):
            for column in range(begin[1], last_column + 1):
                if (row, column) != begin:
                    covered[row, column] = begin
    return covered


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
