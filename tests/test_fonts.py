"""The shipped fonts, and what the program knows of them."""

import pytest

from kiosk import fonts


def test_each_shipped_font_tells_what_it_has() -> None:
    assert fonts.has(fonts.MAIN, "陈")
    assert fonts.has(fonts.RARE, "\U0002ceb0")
    assert fonts.has(fonts.MONO, "0")
    assert not fonts.has(fonts.MONO, "陈")
    assert not fonts.has(fonts.MAIN, "\U0002ceb0")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (0x4E00, 0x9FA5),
        (0x3400, 0x4DB5),
        (0x20000, 0x2A6D6),
        (0x2A700, 0x2B734),
        (0x2B740, 0x2B81D),
        (0x2B820, 0x2CEA1),
    ],
    ids=["URO", "A", "B", "C", "D", "E"],
)
def test_every_han_character_that_a_name_may_hold_can_be_drawn(first: int, last: int) -> None:
    assert fonts.missing("".join(map(chr, range(first, last + 1)))) == ""


def test_what_no_font_has_is_named_once_and_in_order() -> None:
    assert fonts.missing("陈가\U0010fffd가") == "가\U0010fffd"
