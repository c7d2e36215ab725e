"""The details of one sheet of an xlsx file (ECMA-376): its cells' attributes and styles.

calamine loads a sheet only when it is asked for, so only that one is looked at."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from kiosk.intake.workbook import package
from kiosk.intake.workbook.details import Details, RefusedError, Room, is_padded

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def details(archive: zipfile.ZipFile, sheet: str) -> Details:
    padding = _padding_styles(archive)
    scan = _Scan(padding)
    package.walk(archive, _path(archive, sheet), scan.begin)
    return scan.details


def _path(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where the sheet of this name lies in the archive."""
    relations: dict[str, str] = {}
    found: list[str] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            relations[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheets(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("name") == sheet:
            found.extend(value for key, value in attributes.items() if key.rpartition(":")[2] == "id")

    workbook = next((name for name in archive.namelist() if name.endswith("xl/workbook.xml")), "xl/workbook.xml")
    folder = posixpath.dirname(workbook)
    package.walk(archive, f"{folder}/_rels/workbook.xml.rels", relation)
    package.walk(archive, workbook, sheets)
    if not found or found[0] not in relations:
        raise RefusedError("sheet.damaged")
    target = relations[found[0]]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")


def _padding_styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """The number formats that pad, by the cell style that uses them."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = ""

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside = name
        elif name == "numFmt" and inside != "dxfs":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and inside == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))

    if "xl/styles.xml" in archive.namelist():
        package.walk(archive, "xl/styles.xml", begin)
    return {str(n): formats[id] for n, id in enumerate(styles) if id in formats and is_padded(formats[id])}


@dataclass
class _Scan:
    padding: dict[str, str]
    details: Details = field(default_factory=Details)
    room: Room = field(default_factory=Room)
    row: int = -1
    column: int = -1

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.details.hidden_rows.append(self.row)
        elif name == "f":
            self.details.formulas.add((self.row, self.column))
        elif name == "mergeCell":
            self._merged(attributes.get("ref", ""))

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        if reference:
            self.row, self.column = int(reference[2]) - 1, column_number(reference[1])
        else:
            self.column += 1
        kind = attributes.get("t", "n")
        if kind == "e":
            self.details.errors.add((self.row, self.column))
        elif kind == "n" and (format := self.padding.get(attributes.get("s", ""))):
            self.details.formats[self.row, self.column] = format
        self.room.take(self.row, self.column)

    def _merged(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        cells = [(int(corner[2]) - 1, column_number(corner[1])) for corner in corners if corner]
        if len(cells) == 2:
            self.details.merged.append((cells[0], cells[1]))


def column_number(letters: str) -> int:
    """A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
