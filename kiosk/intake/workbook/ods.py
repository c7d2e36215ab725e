"""The details of the sheets of an ods file (OpenDocument 1.3, part 3, 9)."""

import re
import zipfile
from dataclasses import dataclass, field

from kiosk.intake.workbook import package
from kiosk.intake.workbook.details import Details, Room

_ERROR = re.compile(r"#[A-Z/0]+[!?]?|#N/A|Err:[0-9]{3}")
# A number that is shown with zeros, or with letters and zeros, in front.
_PADDED = re.compile(r"([^\W\d_]*)(0+)[0-9]*|[^\W\d_]+[0-9]+")

# Empty rows to the end of the sheet may be hidden, a million of them in one.
_HIDDEN_AT_ONCE = 1000


def details(archive: zipfile.ZipFile) -> dict[str, Details]:
    """Of every sheet: calamine loads them all, wanted or not."""
    scan = _Scan()
    package.walk(archive, "content.xml", scan.begin, scan.end, scan.characters)
    return scan.sheets


@dataclass
class _Scan:
    """Cells and rows stand in order and may be repeated, mostly empty ones to the end of the sheet."""

    sheets: dict[str, Details] = field(default_factory=dict)
    details: Details = field(default_factory=Details)
    room: Room = field(default_factory=Room)
    row: int = 0
    column: int = 0
    rows: int = 1  # how often the row that is being read stands there
    cell: dict[str, str] | None = None
    shown: str = ""
    annotations: int = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.details, self.room, self.row = Details(), Room(), 0
            self.sheets[attributes.get("table:name", "")] = self.details
        elif name == "table-row":
            self.rows, self.column = _repeated(attributes, "table:number-rows-repeated"), 0
            if attributes.get("table:visibility", "visible") != "visible":
                self.details.hidden_rows.extend(range(self.row, self.row + min(self.rows, _HIDDEN_AT_ONCE)))
        elif name in ("table-cell", "covered-table-cell"):
            self.cell, self.shown = attributes, ""
        elif name == "annotation":
            self.annotations += 1

    def characters(self, text: str) -> None:
        if self.cell is not None and not self.annotations and len(self.shown) < 100:
            self.shown += text

    def end(self, name: str) -> None:
        if name == "table-row":
            self.row += self.rows
        elif name == "annotation":
            self.annotations -= 1
        elif name in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._cell(self.cell, self.shown.strip())
            self.cell = None

    def _cell(self, attributes: dict[str, str], shown: str) -> None:
        columns = _repeated(attributes, "table:number-columns-repeated")
        at = (self.row, self.column)
        kind = attributes.get("office:value-type", "")
        if kind or "table:formula" in attributes or shown:
            self.room.take(self.row, self.column)
            self.room.take(self.row + self.rows - 1, self.column + columns - 1)
            spread = [(self.row + down, self.column + right) for down in range(self.rows) for right in range(columns)]
            if "table:formula" in attributes:
                self.details.formulas.update(spread)
            if attributes.get("calcext:value-type") == "error" or (kind != "string" and _ERROR.fullmatch(shown)):
                self.details.errors.update(spread)
            elif kind == "float" and _PADDED.fullmatch(shown):
                self.details.shown.update(dict.fromkeys(spread, shown))
        down = _repeated(attributes, "table:number-rows-spanned")
        right = _repeated(attributes, "table:number-columns-spanned")
        if down > 1 or right > 1:
            self.details.merged.append((at, (at[0] + down - 1, at[1] + right - 1)))
        self.column += columns


def _repeated(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    return int(written) if written.isascii() and written.isdecimal() and 0 < len(written) < 9 else 1
