"""Characters that may not be published or cannot be shown: invisible, unassigned, private, in no shipped font.

FORMAT.md 10 refuses code points that are unassigned in Unicode 14. Python's table may be of a later Unicode, which
assigned more; but what came later no shipped font has (a test holds it), so that all of it is refused here either way.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from kiosk import fonts
from kiosk.core import text

# In a file a line feed ends a line; within a value it is as bad as the others.
UNSEEN = re.compile(f"{text.HIDDEN.pattern}|\n")


class Fault(NamedTuple):
    code: str
    character: str

    @property
    def point(self) -> str:
        return f"U+{ord(self.character):04X}"


def faults(content: str) -> list[Fault]:
    """One fault for each bad character of the text, in their order."""
    return [Fault(code, character) for character in dict.fromkeys(content) if (code := _fault(character))]


def bad_characters(fields: Iterable[str]) -> dict[str, Fault]:
    """The bad characters among all of the fields: a million of them have few different characters."""
    different: set[str] = set()
    for field in fields:
        different.update(field)
    return {fault.character: fault for fault in faults("".join(sorted(different)))}


def _fault(character: str) -> str | None:
    if UNSEEN.match(character):
        return "text.hidden-character"
    category = unicodedata.category(character)
    if category == "Co":
        return "text.private"
    if category == "Cn":
        return "text.unassigned"
    if fonts.missing(character) and character not in text.WHITE_SPACE:
        return "text.no-glyph"
    return None
