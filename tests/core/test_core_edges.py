"""The characters that FORMAT.md 1.2 and 1.3 name, all of them and no others: read from the document itself."""

import re
import sys
from pathlib import Path

from kiosk.core import text

FORMAT = (Path(__file__).parents[2] / "docs" / "FORMAT.md").read_text(encoding="utf-8")


def named(begin: str, end: str) -> set[int]:
    """The code points between these words of the document, single ones and ranges."""
    words = FORMAT.partition(begin)[2].partition(end)[0]
    spans = re.findall(r"U\+([0-9A-F]{4,5})(?:–U\+([0-9A-F]{4,5}))?", words)
    return {point for low, high in spans for point in range(int(low, 16), int(high or low, 16) + 1)}


def test_what_may_not_occur_is_what_the_format_names() -> None:
    expected = named("1.2 None of these occurs:", ": control characters") - {ord("\n")}
    assert len(expected) > 4000
    assert {point for point in range(sys.maxunicode + 1) if text.HIDDEN.match(chr(point))} == expected


def test_white_space_is_what_the_format_names() -> None:
    assert {ord(character) for character in text.WHITE_SPACE} == named("*White space* is", "A *value*")
