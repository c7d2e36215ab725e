"""Text as pixels: the right font for each character, measured by its ink, fitted into a box and never cut.

Sizes here are pixels of the em square. A `Line` is cropped to its ink and knows where its baseline is, so that what is
measured is what is seen: a font's own line height would leave a third of a tile empty.

Each character is drawn by the first shipped font that has it (`kiosk.fonts`). RareHan is a thin serif beside a bold
main font, so it is drawn several times, a little apart; it is large, and is opened when the first such character comes.
Hashes are drawn in JetBrains Mono, whose figures have one width.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from math import ceil
from pathlib import Path

import pygame

from kiosk import fonts
from kiosk.screen.cache import Cache

Colour = tuple[int, int, int]

# Where the middle of the visible body lies above the baseline, in em: of Han, and of capitals and figures.
_MIDDLE_HAN = 0.38
_MIDDLE_LATIN = 0.366
_LEADING = 1.12  # from one baseline to the next, in em
_MOST_LINES = 8
_MEASURE = 100  # the size at which texts are measured
_NEVER_STARTS = "，。、；：？！）》〉」』】”’·…—,.;:?!)]%-*/|"
_NEVER_ENDS = "（《〈「『【“‘(["


@dataclass(frozen=True)
class Line:
    """One line drawn. left, top: of the ink, from the pen's start on the baseline, y downwards (so top is negative)."""

    surface: pygame.Surface
    left: int
    top: int
    advance: int
    middle: float  # of the body, above the baseline

    @property
    def width(self) -> int:
        return self.surface.get_width()

    @property
    def height(self) -> int:
        return self.surface.get_height()


@dataclass(frozen=True)
class Fitted:
    """A text that fits: at which size, in which lines."""

    size: int
    lines: tuple[str, ...]


_lines: Cache[Line] = Cache(12 << 20, lambda line: line.width * line.height * 4)


def font(path: Path, size: int) -> pygame.font.Font:
    """A shipped font at a size, until the next call: opening a file takes milliseconds, another size of it none.

    The size at which texts are measured has a font of its own.
    """
    measures = size == _MEASURE
    opened = _opened(path, measures)
    if not measures:
        opened.set_point_size(size)
    return opened


@cache
def _opened(path: Path, measures: bool) -> pygame.font.Font:
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(path, _MEASURE)


@lru_cache(maxsize=4096)
def runs(text: str, mono: bool = False) -> tuple[tuple[Path, str], ...]:
    """The text cut where its font changes. What no font has is drawn by the main one, as its empty box."""

    def chosen(character: str) -> Path:
        if mono and character.isascii():
            return fonts.MONO
        return fonts.font_of(character) or fonts.MAIN

    return tuple((path, "".join(part)) for path, part in groupby(text, chosen))


def line(text: str, size: int, colour: Colour, mono: bool = False) -> Line:
    """One line, drawn once and kept."""
    return _lines.get((text, size, colour, mono), lambda: _drawn(text, size, colour, mono))


def _drawn(text: str, size: int, colour: Colour, mono: bool) -> Line:
    parts = [(path, font(path, size), part) for path, part in runs(text, mono)]
    widths = [drawer.size(part)[0] for _, drawer, part in parts]
    pad = size // 4 + 2  # room for ink outside of its advance
    baseline = pad + max((drawer.get_ascent() for _, drawer, _ in parts), default=0)
    below = max((drawer.get_height() - drawer.get_ascent() for _, drawer, _ in parts), default=0)
    whole = pygame.Surface((sum(widths) + 2 * pad, baseline + below + pad), pygame.SRCALPHA)
    whole.fill((*colour, 0))
    pen = pad
    for (path, drawer, part), width in zip(parts, widths, strict=True):
        ink = drawer.render(part, True, colour)
        for shift in _weight(path, size):
            whole.blit(ink, (pen + shift[0], baseline - drawer.get_ascent() + shift[1]))
        pen += width
    box = whole.get_bounding_rect()
    middle = _MIDDLE_HAN if any(is_wide(character) for character in text) else _MIDDLE_LATIN
    return Line(whole.subsurface(box).copy(), box.x - pad, box.y - baseline, sum(widths), middle * size)


def _weight(path: Path, size: int) -> tuple[tuple[int, int], ...]:
    """Where to draw a font's glyphs, again and again: the thin one a little apart, until it is as heavy as the rest."""
    if path != fonts.RARE:
        return ((0, 0),)
    step = max(1, round(size / 48))
    return tuple((x, y) for x in (0, step) for y in (0, step))


def is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@lru_cache(maxsize=8192)
def advance(text: str, size: int, mono: bool = False) -> int:
    """How far the pen moves, without drawing."""
    return sum(font(path, size).size(part)[0] for path, part in runs(text, mono))


@lru_cache(maxsize=4096)
def fit(text: str, width: int, height: int, largest: int, smallest: int, lines: int = 1, mono: bool = False) -> Fitted:
    """The text in a box: as large as goes on one line, down to `smallest`; then on up to `lines` lines.

    What still does not fit gets more lines and smaller letters until it does: a name is never cut.
    """
    smallest = max(1, min(smallest, largest))
    for count in range(1, lines + 1):
        found = _sized(text, width, height, largest, count, mono)
        if found.size >= smallest:
            return found
    every = [_sized(text, width, height, largest, count, mono) for count in range(1, max(lines, _MOST_LINES) + 1)]
    return max(every, key=lambda found: (found.size, -len(found.lines)))


def _sized(text: str, width: int, height: int, largest: int, count: int, mono: bool) -> Fitted:
    """As large as the box allows on `count` lines.

    Sizes are tried with the measures of one size, which are nearly in proportion and kept; the size that is found is
    judged by its own.
    """
    whole = max(1, advance(text, _MEASURE, mono))
    by_height = height / (0.7 + _LEADING * (count - 1))
    by_width = count * width * _MEASURE * 1.03 / whole
    size = min(largest, int(min(by_height, by_width)) + 1)
    while size > 1:
        cut = tuple(_wrapped(text, width * _MEASURE / size, count, mono))
        fits = len(cut) <= count and _tall(cut, size) <= height
        nearly = fits and all(advance(part, _MEASURE, mono) * size <= width * _MEASURE * 1.03 for part in cut)
        if nearly and all(advance(part, size, mono) <= width for part in cut):
            return Fitted(size, cut)
        size -= 1
    return Fitted(1, (text,))


def _tall(lines: tuple[str, ...], size: int) -> int:
    """Height of the ink, at most: letters may hang below the baseline, Han fill their square."""
    below = 0.26 if any(character in "gjpqyQ,;()[]/|_{}@$" for character in lines[-1]) else 0.02
    below = max(below, 0.12) if any(is_wide(character) for character in lines[-1]) else below
    above = 0.88 if any(is_wide(character) for character in lines[0]) else 0.78
    above = (
        1.02 if any(unicodedata.decomposition(character) for character in lines[0] if character.isupper()) else above
    )
    return ceil(size * (above + below)) + leading(size) * (len(lines) - 1)


def _wrapped(text: str, width: float, count: int, mono: bool) -> Iterator[str]:
    """Cut into lines of about the same length where a reader would cut; anywhere if a word alone is too long.

    width: of a line, at the size `_MEASURE`.
    """

    def long(part: str) -> int:
        return advance(part.rstrip(), _MEASURE, mono)

    if count == 1 or long(text) <= width:
        yield text
        return
    pieces = _pieces(text)
    if any(long(piece) > width for piece in pieces):
        pieces = list(text)
    even = long(text) / count
    now = ""
    for piece in pieces:
        longer = now + piece
        # Beyond its even share a line ends here, if that leaves it nearer to the share than with this piece.
        beyond = long(longer) - even > even - long(now)
        if now and (long(longer) > width or beyond):
            yield now.rstrip()
            now = piece.lstrip()
        else:
            now = longer
    if now:
        yield now


def _pieces(text: str) -> list[str]:
    """The text where it may be cut: after spaces, hyphens and Han; never before a comma, nor in 12栋."""
    pieces: list[str] = []
    for character in text:
        if pieces and not _may_cut(pieces[-1][-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _may_cut(before: str, after: str) -> bool:
    if after in _NEVER_STARTS or before in _NEVER_ENDS or after.isspace():
        return False
    return before.isspace() or before in "-·/|" or is_wide(before) or (is_wide(after) and not before.isalnum())


def leading(size: int) -> int:
    """From one baseline to the next."""
    return round(size * _LEADING)


def clear() -> None:
    """Forget what was drawn: the window has another size now."""
    _lines.clear()
