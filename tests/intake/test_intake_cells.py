"""A cell as text: what a clerk sees, or told."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import text
from kiosk.intake import cells
from kiosk.intake.workbook.details import padded

WHOLE = st.integers(0, 10**15 - 1)


@pytest.mark.parametrize(
    ("raw", "as_number", "as_text"),
    [
        ("000123", "000123", "000123"),
        (["number", 123.0, None], "123", "123"),
        (["number", 123, None], "123", "123"),
        (["number", -0.0, None], "0", "0"),
        (["number", 42.0, "000042"], "000042", "000042"),
        (["number", 999999999999999.0, None], "999999999999999", "999999999999999"),
        (["number", 1e15, None], "cell.rounded", "cell.rounded"),
        (["number", 110105194912310020.0, None], "cell.rounded", "cell.rounded"),
        (["number", 12.5, None], "cell.fraction", "12.5"),
        (["number", 0.1 + 0.2, None], "cell.fraction", "0.3"),
        (["number", 1e-7, None], "cell.fraction", "cell.fraction"),
        (["date", "2021-03-12"], "cell.date", "2021-03-12"),
        (["date", "2021-03-12T00:00:00"], "cell.date", "2021-03-12"),
        (["date", "2021-03-12T08:30:00"], "cell.date", "cell.time"),
        (["time", "08:30:00"], "cell.time", "cell.time"),
        (["flag", "TRUE"], "cell.flag", "cell.flag"),
        (["error", ""], "cell.error", "cell.error"),
        (["formula", ["error", ""]], "cell.error", "cell.error"),
        (["formula", ""], "cell.formula-empty", "cell.formula-empty"),
        (["formula", ["number", 7.0, None]], "7", "7"),
        (["merged", "A7"], "cell.merged", "cell.merged"),
        ("\u3000\u00a0ＳＺ０１２３ \n", "SZ0123", "SZ0123"),
        ("ＳＺ－０１（甲）", "SZ-01(甲)", "SZ－01（甲）"),
        ("1.23457E+17", "cell.rounded", "1.23457E+17"),
        ("\uf92c", "郎", "郎"),
        ("", "", ""),
        (" \u3000", "", ""),
    ],
)  # fmt: skip
def test_a_cell_is_what_a_clerk_expects_or_is_told(raw: cells.Raw, as_number: str, as_text: str) -> None:
    for is_number, expected in ((True, as_number), (False, as_text)):
        read = cells.read(raw, is_number)
        assert (read.code or read.text) == expected
        assert not (read.code and read.text)


@given(WHOLE)
def test_a_whole_number_is_its_digits_however_the_sheet_holds_it(number: int) -> None:
    for value in (number, float(number)):
        read = cells.read(["number", value, None], is_number=True)
        assert read.text == str(number) and text.whole_number(read.text) == number


@given(st.integers(10**15, 10**22) | st.floats(1e15, 1e300))
def test_a_number_that_the_sheet_has_rounded_is_never_read(value: float) -> None:
    assert cells.read(["number", value, None]).code == "cell.rounded"
    assert cells.read(["number", -value, None]).code == "cell.rounded"


@given(st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True))
def test_a_number_is_read_as_a_plain_decimal_or_told(value: float) -> None:
    read = cells.read(["number", value, None])
    assert read.code == "cell.fraction" or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", read.text)
    assert read.code or abs(float(read.text) - value) <= abs(value) * 1e-14


@given(WHOLE, st.integers(2, 15), st.sampled_from(["", '"SZ"', "SZ", r"\S", "第"]))
def test_a_number_keeps_the_zeros_and_letters_that_its_format_shows(number: int, zeros: int, letters: str) -> None:
    shown = padded(float(number), letters + "0" * zeros) or str(number)
    assert int(re.sub(r"[^0-9]", "", shown)) == number
    assert len(re.sub(r"[^0-9]", "", shown)) == max(zeros, len(str(number)))
    assert shown.startswith(re.sub(r'["\\]', "", letters))


@given(st.text())
def test_plain_text_has_nothing_around_and_stays_as_it_is(written: str) -> None:
    for is_number in (True, False):
        made, changed = cells.plain(written, is_number)
        assert changed == (made != written)
        assert cells.plain(made, is_number) == (made, False)
        assert made == made.strip(text.WHITE_SPACE + "\t\r\n")
        assert unicodedata.is_normalized("NFC", made)


@given(st.integers(0, 10**6), st.integers(0, 16383))
def test_addresses_are_those_of_a_spreadsheet(row: int, column: int) -> None:
    from kiosk.intake.workbook.xlsx import column_number

    found = re.fullmatch(r"([A-Z]{1,3})([0-9]+)", cells.address((row, column)))
    assert found and int(found[2]) == row + 1 and column_number(found[1]) == column
    assert cells.address((16, 2)) == "C17"
    assert cells.address((0, 26)) == "AA1"
