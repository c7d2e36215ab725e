"""A file of the office - xlsx, xls, ods or csv - as rows of cells with their addresses.

What a file is, its first bytes say, not its name: systems export html as .xls. Spreadsheets are read by a process of
its own (`kiosk.intake.workbook`); csv is read here.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk.intake import cells
from kiosk.intake.cells import Raw
from kiosk.intake.decoding import UndecodableError, decode
from kiosk.intake.problems import Place, Problems

FILE_BYTES = 64 * 1024 * 1024
CSV_COLUMNS = 1000

_SPREADSHEETS = (b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1"))
_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<div", b"mime-version", b"{\\rtf", b"%pdf")
_SEPARATORS = (",", "\t", ";")
_PROGRAM_FOLDER = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sheet:
    """rows: by their numbers, from 1, the cells from column A on; rows that hold nothing are left out."""

    file: str
    name: str
    rows: Mapping[int, Sequence[Raw]]

    def cell(self, row: int, column: int) -> Raw:
        """row from 1, column from 0; "" beyond the end of the row."""
        values = self.rows.get(row, ())
        return values[column] if column < len(values) else ""

    def place(self, row: int, column: int) -> Place:
        return Place(self.file, self.name, cells.address((row - 1, column)))

    def row_place(self, row: int) -> Place:
        return Place(self.file, self.name, line=row)


def read(path: Path, sheet: str, header: int, problems: Problems) -> Sheet | None:
    """sheet: its name, "" for the first; header: the row that names the columns. None, and a problem, if it fails."""
    where = Place(path.name)
    try:
        if not path.is_file():
            problems.error("file.missing", where, got=str(path))
            return None
        if path.stat().st_size > FILE_BYTES:
            problems.error("sheet.large", where, got=str(path.stat().st_size // 2**20), most=FILE_BYTES // 2**20)
            return None
        with path.open("rb") as file:
            begin = file.read(512)
        if begin.startswith(_SPREADSHEETS):
            return _spreadsheet(path, sheet, problems)
        if begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
            problems.error("sheet.page", where)
            return None
        return _csv(path.read_bytes(), path.name, header, problems)
    except OSError as error:
        problems.error("file.unreadable", where, reason=error.strerror or "")
        return None


def is_spreadsheet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(max(map(len, _SPREADSHEETS))).startswith(_SPREADSHEETS)


def _spreadsheet(path: Path, wanted: str, problems: Problems) -> Sheet | None:
    head: dict[str, Any] = {}
    rows: dict[int, Sequence[Raw]] = {}
    whole = False
    for line in _reader(path, wanted):
        if isinstance(line, dict):
            head = line
        elif isinstance(line, list):
            rows[line[0]] = line[1]
        else:
            whole = line == "end"
    if not whole or not head:
        # The reader reached its limits of memory or time, or did not survive the file.
        problems.error("sheet.unreadable", Place(path.name))
        return None
    if "refused" in head:
        got = str(head["values"].pop("got", ""))
        problems.error(head["refused"], Place(path.name), got=got, **head["values"])
        return None
    name = head["sheet"]
    if head["others"] and not wanted:
        problems.warning("sheet.first", Place(path.name, name), got=name, others=", ".join(head["others"]))
    if hidden := [row for row in head["hidden"] if row in rows]:
        problems.warning("sheet.hidden-rows", Place(path.name, name, line=hidden[0]), got=str(len(hidden)),
                         rows=", ".join(map(str, hidden[:10])))  # fmt: skip
    if not rows:
        problems.error("sheet.empty", Place(path.name, name))
        return None
    return Sheet(path.name, name, rows)


def _reader(path: Path, wanted: str) -> Iterator[object]:
    """What the reading process says, line by line."""
    path_found = os.pathsep.join([str(_PROGRAM_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "kiosk.intake.workbook", str(path.resolve()), wanted]
    environment = {**os.environ, "PYTHONPATH": path_found, "PYTHONSAFEPATH": "1"}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=environment) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            try:
                yield json.loads(line)
            except ValueError:
                return  # it was killed in the middle of a line


def _csv(data: bytes, file: str, header: int, problems: Problems) -> Sheet | None:
    try:
        content, guessed = decode(data)
    except UndecodableError as error:
        problems.error("file.encoding", Place(file, line=error.line))
        return None
    naming = next(islice(io.StringIO(content, newline=""), header - 1, None), "").rstrip("\n")
    separator = max(_SEPARATORS, key=naming.count)
    if guessed:
        problems.warning("file.guessed", Place(file), got=naming)
    if separator != ",":
        problems.warning("csv.separator", Place(file), got="Tab" if separator == "\t" else separator)
    rows: dict[int, Sequence[Raw]] = {}
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(reader, 1):
            if len(row) > CSV_COLUMNS:
                problems.error("csv.wide", Place(file, line=reader.line_num), got=str(len(row)), most=CSV_COLUMNS)
                return None
            if any(not cells.is_empty(cell) for cell in row):
                rows[number] = row
    except csv.Error as error:
        problems.error("csv.quotes", Place(file, line=reader.line_num), reason=str(error))
        return None
    if not rows:
        problems.error("sheet.empty", Place(file))
        return None
    return Sheet(file, "", rows)
