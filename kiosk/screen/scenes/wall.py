"""The waiting-list wall of the drawing scene: everybody who waits in this stage, in the roll's order, a page at a time.

A household keeps its place on its page, so that it can be found again; the place of one drawn in an earlier group is
dark and empty, those of this group keep a gold outline. The wall turns to the page of the household that is shown
(200,000 households are 4,000 pages: it never crawls).

A number that has never been drawn before comes every second, forty at once when the page turns. So a number of ASCII
characters is put together from pictures of its characters, which costs a tenth of drawing it as text.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pygame

from kiosk.screen import draw, text
from kiosk.screen.cache import Cache, Same
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.text import Colour

ROW, GAP = 36, 4
BORDER = 6  # above the first row and below the last
LABEL = 176  # width of the words at the left
_SIZE, _SMALLEST = 28, 15


@dataclass(frozen=True)
class Wall:
    """Where the tiles are. places: position in the waiting list by number."""

    box: Box
    rows: int
    columns: int
    tile: float  # width
    size: float
    waiting: Sequence[str]
    places: dict[str, int]
    longest: str  # number

    @property
    def each(self) -> int:
        return self.rows * self.columns

    @property
    def pages(self) -> int:
        return -(-len(self.waiting) // self.each)

    def page(self, number: str) -> int:
        return self.places.get(number, 0) // self.each

    def spot(self, number: str) -> Box:
        """Where the number's tile is on its page."""
        return self.tile_at(self.places.get(number, 0) % self.each)

    def tile_at(self, at: int) -> Box:
        """The tile that is this many places from the first of a page."""
        row, column = divmod(at, self.columns)
        x = self.box.left + draw.MARGIN + LABEL + column * (self.tile + GAP + 4)
        return Box(x, self.box.top + BORDER + row * (ROW + GAP), self.tile, ROW)

    def on_page(self, page: int) -> list[tuple[str, Box]]:
        numbers = self.waiting[page * self.each : (page + 1) * self.each]
        return [(number, self.tile_at(at)) for at, number in enumerate(numbers)]


_walls: Cache[Wall] = Cache(4, lambda _: 1)
_empty: Cache[pygame.Surface] = Cache(2, lambda _: 1)
_pictures: Cache[draw.Sprite] = Cache(16 << 20, lambda page: page.surface.get_width() * page.surface.get_height() * 4)


def height(rows: int) -> float:
    return rows * (ROW + GAP) - GAP + 2 * BORDER


def wall(canvas: Canvas, waiting: Sequence[str], top: float, rows: int) -> Wall:
    """The wall for a waiting list: tiles as wide as its longest number needs."""
    key = (Same(waiting), canvas.width, canvas.scale, top, rows)
    return _walls.get(key, lambda: _planned(canvas, waiting, top, rows))


def _planned(canvas: Canvas, waiting: Sequence[str], top: float, rows: int) -> Wall:
    room = canvas.width - 2 * draw.MARGIN - LABEL
    longest = max(waiting, key=lambda number: len(number.encode()), default="")
    widest = text.advance(longest, 100) / 100
    size = max(_SMALLEST, min(_SIZE, (room / 4 - 24) / max(widest, 1)))
    tile = min(room, max(80.0, widest * size + 24))
    columns = max(1, int((room + GAP + 4) / (tile + GAP + 4)))
    tile = (room + GAP + 4) / columns - GAP - 4
    places = {number: place for place, number in enumerate(waiting)}
    return Wall(Box(0, top, canvas.width, height(rows)), rows, columns, tile, size, waiting, places, longest)


def picture(canvas: Canvas, wall: Wall, page: int, taken: frozenset[str], group: frozenset[str]) -> draw.Sprite:
    """A page. taken: who on it was drawn by earlier groups of the stage; group: who by this one, so far."""
    key = (Same(wall), page, group, taken, *_kind(canvas))
    return _pictures.get(key, lambda: _painted(canvas, wall, page, group, taken))


def _kind(canvas: Canvas) -> tuple[Hashable, ...]:
    return canvas.language, canvas.rehearsal, canvas.ink, canvas.surface.get_size()


def _painted(canvas: Canvas, wall: Wall, page: int, group: frozenset[str], taken: frozenset[str]) -> draw.Sprite:
    area = canvas.rect(wall.box)
    surface = pygame.Surface(area.size, depth=32)
    sub = Canvas(surface, canvas.language, canvas.rehearsal, canvas.ink, canvas.scale, (-area.left, -area.top))
    surface.blit(_empty.get((Same(wall), *_kind(canvas)), lambda: _tiles(canvas, wall)), (0, 0))
    _label(sub, wall, page)
    tiles = wall.on_page(page)
    write = _Writer(sub, wall.size)
    for number, box in tiles:
        if number in taken:
            draw.rounded(sub, box, 8, draw.TAKEN, border=(20, 33, 56), thickness=1)
        elif number in group:
            draw.rounded(sub, box, 8, (40, 33, 20), border=draw.GOLD, thickness=2)
            write.number(number, box, draw.GOLD)
        else:
            write.number(number, box, draw.TILE_TEXT)
    for at in range(len(tiles), wall.each):  # the last page is not full
        surface.fill(draw.WALL, sub.rect(wall.tile_at(at)))
    return draw.Sprite(surface, 0, tuple(sub.placed))


def _tiles(canvas: Canvas, wall: Wall) -> pygame.Surface:
    """A full page with no number on it."""
    area = canvas.rect(wall.box)
    surface = pygame.Surface(area.size, depth=32)
    sub = Canvas(surface, canvas.language, canvas.rehearsal, canvas.ink, canvas.scale, (-area.left, -area.top))
    surface.fill(draw.WALL)
    draw.watermark(sub, wall.box, 110, (38, 40, 56))
    draw.line(sub, Box(0, wall.box.bottom - 2, wall.box.width, 2), draw.LINE)
    for at in range(wall.each):
        draw.rounded(sub, wall.tile_at(at), 8, draw.TILE_TOP, draw.TILE_BOTTOM)
    return surface


def _label(canvas: Canvas, wall: Wall, page: int) -> None:
    words = (
        ("wall.title", canvas.say("drawing.wall"), draw.TEXT),
        ("wall.households", canvas.say("drawing.households", households=len(wall.waiting)), draw.MUTED),
        ("wall.page", canvas.say("drawing.page", page=page + 1, pages=max(1, wall.pages)), draw.MUTED),
    )
    step = (wall.box.height - 2 * BORDER) / len(words)
    for number, (name, said, colour) in enumerate(words):
        box = Box(draw.MARGIN, wall.box.top + BORDER + number * step, LABEL - 14, min(step, 44))
        draw.write(canvas, name, said, box, min(26 if number else 28, step * 0.86), colour, smallest=16)


class _Writer:
    """Writes numbers onto tiles, out of pictures of their characters."""

    def __init__(self, canvas: Canvas, size: float) -> None:
        self._canvas = canvas
        self._size = size
        self._pixels = max(1, canvas.px(size))
        self._glyphs: dict[tuple[str, Colour], text.Line] = {}

    def number(self, number: str, box: Box, colour: Colour) -> None:
        place = self._canvas.rect(box.inflate(-12, -4))
        if not number.isascii():
            return self._whole(number, box, colour)
        glyphs = [self._glyph(character, colour) for character in number]
        width = sum(glyph.advance for glyph in glyphs)
        if width > place.width:
            return self._whole(number, box, colour)
        pen, baseline = place.centerx - width // 2, place.centery + round(0.366 * self._pixels)
        blits = []
        for glyph in glyphs:
            blits.append((glyph.surface, (pen + glyph.left, baseline + glyph.top)))
            pen += glyph.advance
        if self._canvas.ink:
            self._canvas.surface.fblits(blits)
        first, last = blits[0][1], glyphs[-1]
        top = baseline + min(glyph.top for glyph in glyphs)
        bottom = baseline + max(glyph.top + glyph.height for glyph in glyphs)
        right = pen - last.advance + last.left + last.width
        ink = pygame.Rect(first[0], top, right - first[0], bottom - top)
        self._canvas.placed.append(draw.Placed(f"tile.{number}", number, place, ink, self._pixels, colour))
        return None

    def _whole(self, number: str, box: Box, colour: Colour) -> None:
        inside = box.inflate(-12, -4)
        draw.write(self._canvas, f"tile.{number}", number, inside, self._size, colour, align="center", smallest=12)

    def _glyph(self, character: str, colour: Colour) -> text.Line:
        found = self._glyphs.get((character, colour))
        if found is None:
            found = self._glyphs[character, colour] = text.line(character, self._pixels, colour)
        return found


def tile(canvas: Canvas, number: str, wall: Wall, times: float) -> draw.Sprite:
    """The chosen number's tile, solid gold, painted `times` as large."""
    size = wall.tile * times, ROW * times

    def paint(cut: Canvas) -> None:
        box = Box(0, 0, *size)
        draw.glow(cut, box, 8 * times, draw.GOLD, 24, 150)
        draw.rounded(cut, box, 8 * times, (255, 214, 128), draw.GOLD)
        draw.write(
            cut,
            "chosen",
            number,
            box.inflate(-12 * times, -4 * times),
            wall.size * times * 1.12,
            draw.INK,
            align="center",
            smallest=12,
        )

    return canvas.sprite(("chosen", number, wall.size), size, paint)
