"""The shipped fonts, and which of them has a character.

`pygame.font` draws an empty box for a character that a font lacks, and typst leaves it out; neither says so. What a
font really has stands in its cmap table, so that is read here (OpenType 1.9, `cmap`, subtable format 12: groups of
first and last code point): a name with a character that no shipped font has is refused at the freeze, days before it
would be an empty box in front of 500 people.
"""

import struct
from bisect import bisect_right
from functools import cache
from pathlib import Path

from kiosk.shipped import ASSETS

MAIN = ASSETS / "fonts" / "NotoSansCJKsc-Bold.otf"
# Extensions B to F, which the main font mostly lacks: thinner, so draw it heavier; large, so open it when needed.
RARE = ASSETS / "fonts" / "RareHan.otf"
MONO = ASSETS / "fonts" / "JetBrainsMono-Bold.ttf"


def has(font: Path, character: str) -> bool:
    firsts, lasts = _groups(font)
    place = bisect_right(firsts, ord(character)) - 1
    return place >= 0 and ord(character) <= lasts[place]


def font_of(character: str) -> Path | None:
    """The shipped font that draws this character in names and titles; None if none has it."""
    return next((font for font in (MAIN, RARE) if has(font, character)), None)


def missing(text: str) -> str:
    """The characters of the text that no shipped font has, each once, in their order."""
    return "".join(dict.fromkeys(character for character in text if font_of(character) is None))


@cache
def _groups(font: Path) -> tuple[list[int], list[int]]:
    """First and last code points of the cmap's groups, ascending."""
    with font.open("rb") as file:
        tables = struct.unpack(">4xH6x", file.read(12))[0]
        records = [struct.unpack(">4s4xII", file.read(16)) for _ in range(tables)]
        offset, length = next((offset, length) for tag, offset, length in records if tag == b"cmap")
        file.seek(offset)
        cmap = file.read(length)
    subtables = [
        struct.unpack_from(">4xI", cmap, 4 + 8 * number)[0] for number in range(struct.unpack_from(">2xH", cmap)[0])
    ]
    start = next(at for at in subtables if struct.unpack_from(">H", cmap, at)[0] == 12)
    count = struct.unpack_from(">I", cmap, start + 12)[0]
    groups = [struct.unpack_from(">II", cmap, start + 16 + 12 * number) for number in range(count)]
    return [first for first, _ in groups], [last for _, last in groups]
