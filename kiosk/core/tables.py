"""`roll.csv` and `units.csv` (FORMAT.md 2): tables so plain that `cut -d,` reads them.

A file of a million rows is judged by a few searches over its whole text; only where one of them finds something is
the line looked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.core import text
from kiosk.core.errors import InputError

COLUMNS = 32
FIELD_CHARACTERS = 64

_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SPACE = f"[{text.WHITE_SPACE}]"
# What no field may be, by the code of the error (2.2, 2.3).
_REFUSED = {
    "table.character": re.compile(r'["|]'),
    "table.long": re.compile(rf"[^,\n]{{{FIELD_CHARACTERS + 1}}}"),
    "table.formula": re.compile(r"(?:^|(?<=,))[=+\-@]", re.MULTILINE),
    "table.space": re.compile(rf"(?:^|(?<=,)){_SPACE}|{_SPACE}(?:$|(?=,))", re.MULTILINE),
}

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """rows hold one string for each column; the first column is the id, and rows are in its order."""

    columns: tuple[str, ...]
    rows: Sequence[Row]

    def column(self, name: str) -> int:
        return self.columns.index(name)


def field_problem(field: str) -> str | None:
    """The code of the rule that this field breaks (2.2, 2.3), or None."""
    if "," in field or "\n" in field:
        return "table.character"
    return next((code for code, refused in _REFUSED.items() if refused.search(field)), None)


def is_column(name: str) -> bool:
    return _COLUMN.fullmatch(name) is not None


def parse(content: str, file: str, key: str) -> Table:
    """The table in a file's decoded text; `key` is the name that its first column must have."""
    all_lines = text.lines(content)
    columns = tuple(all_lines[0].split(","))
    for name in columns:
        if not is_column(name):
            raise InputError("table.column", file=file, got=name)
    if len(set(columns)) < len(columns):
        raise InputError("table.columns-repeat", file=file)
    if len(columns) > COLUMNS:
        raise InputError("table.columns-many", file=file, got=len(columns), most=COLUMNS)
    if columns[0] != key:
        raise InputError("table.key", file=file, expected=key, got=columns[0])
    for code, refused in _REFUSED.items():
        if found := refused.search(content):
            number = text.line_of(content, found.start())
            raise InputError(code, file=file, line=number, got=all_lines[number - 1])
    rows = _rows(all_lines[1:])
    if not rows:
        raise InputError("table.empty", file=file)
    before = ""
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise InputError("table.fields", file=file, line=number, got=len(row), expected=len(columns))
        if not row[0]:
            raise InputError("table.no-id", file=file, line=number, column=key)
        # Python compares strings by code point, which is the order of their UTF-8 bytes (1.3).
        if row[0] <= before:
            raise InputError("table.order", file=file, line=number, got=row[0], before=before)
        before = row[0]
    return Table(columns, rows)


def _rows(lines: list[str]) -> list[Row]:
    """Masked names, sizes and categories come again and again: each lies in memory once, which halves a large roll."""
    known: dict[str, str] = {}
    share = known.setdefault
    rows: list[Row] = []
    for line in lines:
        id, *fields = line.split(",")
        rows.append((id, *[share(field, field) for field in fields]))
    return rows


def write(table: Table) -> str:
    return "".join(",".join(row) + "\n" for row in (table.columns, *table.rows))
