"""What calamine does not tell of a sheet. Rows and columns are counted from 0, as calamine counts them."""

import re
from dataclasses import dataclass, field

Cell = tuple[int, int]

# calamine makes room for each cell of the rectangle that holds all of them, empty ones too.
CELLS = 4_000_000

# A number format that puts something in front of a number's digits: 000000, "SZ"00000.
_PADDED = re.compile(r'(?:"([^"]*)"|\\(.)|([A-Za-z\u4e00-\u9fff]*?))(0{2,})(?:"([^"]*)")?(?:;.*)?', re.DOTALL)


class RefusedError(Exception):
    """The file is not read; `code` and `values` as in kiosk.core.errors."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass
class Details:
    """formats: the padding formats of cells; shown: the text of numbers that are shown with something in front."""

    errors: set[Cell] = field(default_factory=set)
    formulas: set[Cell] = field(default_factory=set)
    formats: dict[Cell, str] = field(default_factory=dict)
    shown: dict[Cell, str] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)


@dataclass
class Room:
    """The rectangle that holds all cells so far; a file that wants too large a one is refused before it gets it."""

    first_row: int = -1
    last_row: int = 0
    columns: int = 0

    def take(self, row: int, column: int) -> None:
        self.first_row = row if self.first_row < 0 else min(self.first_row, row)
        self.last_row = max(self.last_row, row)
        self.columns = max(self.columns, column + 1)
        if (self.last_row - self.first_row + 1) * self.columns > CELLS:
            raise RefusedError("sheet.cells", rows=self.last_row + 1, columns=self.columns, most=CELLS)


def is_padded(format: str) -> bool:
    return _PADDED.fullmatch(format) is not None


def padded(value: int | float, format: str) -> str | None:
    """The whole number as such a format shows it, or None where that is no more than its digits."""
    found = _PADDED.fullmatch(format)
    if not found or value < 0 or value != int(value):
        return None
    shown = (found[1] or found[2] or found[3] or "") + str(int(value)).zfill(len(found[4])) + (found[5] or "")
    return shown if shown != str(int(value)) else None
