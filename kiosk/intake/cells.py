"""What stands in one cell, as the text that is published.

A clerk sees text; a spreadsheet holds text, numbers, dates and more. A number that is a whole one is its digits; one
that its format shows with leading zeros keeps them; one of 16 digits or more has lost some already and is refused.
Spaces around, full-width digits and letters, and other ways of writing the same characters are made plain, and that
is said. What has no one right text (TRUE, #N/A, 12:30) is told.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from kiosk.core import text

# A cell as `kiosk.intake.workbook` gives it: a string, or a list whose first item says what it is.
Raw = str | list[Any]

NUMBER, DATE, TIME, FLAG, ERROR, FORMULA, MERGED = "number", "date", "time", "flag", "error", "formula", "merged"

# A spreadsheet keeps 15 digits of a number; the others it has replaced with zeros.
_ROUNDED = 10**15

_AROUND = text.WHITE_SPACE + "\t\n\r"
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH_LETTERS = {wide: half for wide, half in _HALF_WIDTH.items() if chr(half).isalnum()}
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+")


@dataclass(frozen=True)
class Read:
    """text: "" where nothing stands there or it cannot be read; code: what is wrong; notes: what is worth saying.

    got: what stands there as far as it can be shown; code "" means nothing is wrong.
    """

    text: str
    code: str = ""
    got: str = ""
    notes: tuple[str, ...] = ()


def address(cell: tuple[int, int]) -> str:
    """Row and column, counted from 0, as a spreadsheet names them: (16, 2) is C17."""
    row, column = cell
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return f"{letters}{row + 1}"


def is_empty(raw: Raw) -> bool:
    """Nothing stands there: no text but white space, or the rest of a merged cell."""
    if isinstance(raw, str):
        return not raw.strip(_AROUND)
    return bool(raw[0] == MERGED)


def plain(written: str, is_number: bool = False) -> tuple[str, bool]:
    """The text without white space around, in NFC, with plain digits and letters; and whether that changed it.

    is_number: of a household or a unit, in which full-width signs are plain ones as well.
    """
    if written.isascii() and written == written.strip(_AROUND):
        return written, False
    half = _HALF_WIDTH if is_number else _HALF_WIDTH_LETTERS
    made = unicodedata.normalize("NFC", written).translate(half).strip(_AROUND)
    return made, made != written


def read(raw: Raw, is_number: bool = False) -> Read:
    """is_number: the cell names a household or a unit, so that nothing about it may be guessed."""
    if isinstance(raw, str):
        made, changed = plain(raw, is_number)
        if is_number and _SCIENTIFIC.fullmatch(made):
            return Read("", "cell.rounded", made)
        return Read(made, notes=("cell.plain",) if changed else ())
    kind = raw[0]
    if kind == FORMULA:
        inner = read(raw[1], is_number)
        if not inner.text and not inner.code:
            return Read("", "cell.formula-empty", "=…")
        return Read(inner.text, inner.code, inner.got, (*inner.notes, "cell.formula"))
    if kind == NUMBER:
        return _number(raw[1], raw[2], is_number)
    if kind == DATE:
        return _date(raw[1], is_number)
    if kind == MERGED:
        return Read("", "cell.merged", raw[1])
    return Read("", {TIME: "cell.time", FLAG: "cell.flag", ERROR: "cell.error"}[kind], str(raw[1]))


def _number(value: int | float, shown: str | None, is_number: bool) -> Read:
    """shown: the number as its format shows it, where that has more to it than the number's digits."""
    if abs(value) >= _ROUNDED:
        return Read("", "cell.rounded", f"{value:.0f}" if abs(value) < 1e22 else f"{value:g}")
    if value == int(value):
        return Read(shown or str(int(value)), notes=("cell.shown",) if shown else ("cell.number",))
    written = f"{value:.15g}"
    if is_number or "e" in written:
        return Read("", "cell.fraction", written)
    return Read(written)


def _date(iso: str, is_number: bool) -> Read:
    day, _, time = iso.partition("T")
    if is_number:
        return Read("", "cell.date", day)
    if time and time != "00:00:00":
        return Read("", "cell.time", f"{day} {time}")
    return Read(day, notes=("cell.date-written",))
