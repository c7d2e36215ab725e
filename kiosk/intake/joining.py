"""The office's own spreadsheet beside a finished draw: what it says of the households that a paper names.

It is read as the lists for the freeze are (`kiosk.intake.sheets`, `kiosk.intake.cells`), and a household is found by
its number under the same heading. Unlike there nothing is masked, and nothing of it goes into the folder: whoever calls
prints it for the office. Which row names the columns need not be said: it is the first that has the number's heading.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.core import text
from kiosk.intake import cells, sheets
from kiosk.intake.listing import bare
from kiosk.intake.problems import Place, Problems
from kiosk.intake.sheets import Sheet
from kiosk.intake.yamltext import nearest

HEADING_ROWS = 30


@dataclass(frozen=True)
class Wanted:
    """What is looked for. tab: the sheet's name in a workbook, "" for the first; key: the heading above the households'
    numbers; columns: headings, () for all others; households: whose rows."""

    tab: str
    key: str
    columns: Sequence[str]
    households: Sequence[str]


@dataclass(frozen=True)
class Joined:
    """fields: of each household, one for each column."""

    columns: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]


def read(path: Path, wanted: Wanted, problems: Problems) -> Joined | None:
    """None where an error has been told: a paper that lacks somebody's row must not be printed."""
    before = problems.errors
    sheet = sheets.read(path, wanted.tab, 1, problems)
    head = _head(sheet, wanted.key, problems) if sheet else None
    if sheet is None or head is None:
        return None
    columns = _columns(sheet, head, wanted, problems)
    rows = _rows(sheet, head, wanted, problems)
    fields = {
        household: tuple(_field(sheet, row, column, problems) for _, column in columns)
        for household, row in rows.items()
    }
    if problems.errors > before:
        return None
    return Joined(tuple(heading for heading, _ in columns), fields)


@dataclass(frozen=True)
class _Head:
    """The row that names the columns. key: the column of the households' numbers; others: the other headings as they
    stand, each with its column."""

    row: int
    key: int
    others: Sequence[tuple[str, int]]


def _head(sheet: Sheet, key: str, problems: Problems) -> _Head | None:
    seen: dict[str, str] = {}
    for row in sorted(sheet.rows)[:HEADING_ROWS]:
        named = [(cells.read(raw).text, column) for column, raw in enumerate(sheet.rows[row])]
        headings = [(heading, column) for heading, column in named if heading]
        keys = [column for heading, column in headings if bare(heading) == bare(key)]
        if len(keys) > 1:
            where = ", ".join(cells.address((row - 1, column)) for column in keys)
            problems.error("join.heading-twice", sheet.row_place(row), got=key, cells=where)
            return None
        if keys:
            return _Head(row, keys[0], [each for each in headings if each[1] != keys[0]])
        seen |= {bare(heading): heading for heading, _ in headings}
    meant = nearest(bare(key), list(seen))
    code = "join.key-unknown" if meant else "join.no-key"
    problems.error(code, Place(sheet.file, sheet.name), got=key, expected=seen.get(meant or "", ""), rows=HEADING_ROWS)
    return None


def _columns(sheet: Sheet, head: _Head, wanted: Wanted, problems: Problems) -> list[tuple[str, int]]:
    if not wanted.columns:
        return [(_line(heading), column) for heading, column in head.others]
    found = []
    for asked in wanted.columns:
        columns = [(_line(heading), column) for heading, column in head.others if bare(heading) == bare(asked)]
        if len(columns) > 1:
            where = ", ".join(cells.address((head.row - 1, column)) for _, column in columns)
            problems.error("join.heading-twice", sheet.row_place(head.row), got=asked, cells=where)
        elif not columns:
            problems.error("join.no-column", sheet.row_place(head.row), got=asked,
                           expected=", ".join(_line(heading) for heading, _ in head.others))  # fmt: skip
        found += columns
    return found


def _rows(sheet: Sheet, head: _Head, wanted: Wanted, problems: Problems) -> dict[str, int]:
    """The row of each household. One that is missing, doubled or has lost its zeros is told."""
    there: dict[str, list[int]] = defaultdict(list)
    unread: list[tuple[int, str, str]] = []
    for row in sorted(sheet.rows):
        if row > head.row:
            read = cells.read(sheet.cell(row, head.key), is_number=True)
            if read.text:
                there[read.text].append(row)
            elif read.code and read.code != "cell.merged":
                unread.append((row, read.code, read.got))
    without_zeros = {number.lstrip("0"): (number, rows[0]) for number, rows in there.items()}
    found, missing = dict[str, int](), False
    for household in wanted.households:
        rows = there.get(household, [])
        if len(rows) > 1:
            first = sheet.place(rows[0], head.key)
            problems.error("number.twice", sheet.place(rows[1], head.key), got=household, first=first.cell)
        elif rows:
            found[household] = rows[0]
        elif other := without_zeros.get(household.lstrip("0")):
            problems.error("join.zeros", sheet.place(other[1], head.key), got=other[0], expected=household)
        else:
            problems.error("join.missing", Place(sheet.file, sheet.name), got=household)
            missing = True
    for row, code, got in unread if missing else ():
        problems.error(code, sheet.place(row, head.key), got=got)
    return found


def _field(sheet: Sheet, row: int, column: int, problems: Problems) -> str:
    raw = sheet.cell(row, column)
    read = cells.read(raw)
    if read.code:
        problems.error(read.code, sheet.place(row, column), got=read.got)
    return _line(read.text)


def _line(content: str) -> str:
    """On one line, without what cannot be seen."""
    return text.HIDDEN.sub("", " ".join(content.split()))
