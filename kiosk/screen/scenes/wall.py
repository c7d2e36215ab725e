"""The waiting-list wall of the drawing scene: everybody who waits in this stage, in the roll's order, a page at a time.

A household keeps its place on its page, so that it can be found again; the place of one drawn in an earlier group is
dark and empty, those of this group keep a gold outline. The wall turns to the page of the household that is shown
(200,000 households are 4,000 pages: it never crawls).

A number that has never been drawn before comes every second, forty at once when the page turns. So a number of ASCII
characters is put together from pictures of its characters, which costs a tenth of drawing it as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from kiosk.ceremony.view import Drawing
from kiosk.screen import draw, text
from kiosk.screen.cache import Cache, Same
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.text import Colour

ROW, GAP = 40, 6
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
        row, column = divmod(self.places.get(number, 0) % self.each, self.columns)
        return self._tile(row, column)

    def _tile(self, row: int, column: int) -> Box:
        x = self.box.left + draw.MARGIN + LABEL + column * (self.tile + GAP + 4)
        return Box(x, self.box.top + 8 + row * (ROW + GAP), self.tile, ROW)

    def on_page(self, page: int) -> list[tuple[str, Box]]:
        numbers = self.waiting[page * self.each : (page + 1) * self.each]
        return [(number, self._tile(*divmod(at, self.columns))) for at, number in enumerate(numbers)]


_walls: Cache[Wall] = Cache(4, lambda _: 1)
_pictures: Cache[draw.Sprite] = Cache(16 << 20, lambda page: page.surface.get_width() * page.surface.get_height() * 4)


def height(rows: int) -> float:
    return rows * (ROW + GAP) - GAP + 16


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
    return Wall(Box(0, top, canvas.width, height(rows)), rows, columns, tile, size, waiting, places)


def picture(canvas: Canvas, drawing: Drawing, wall: Wall, page: int, taken: frozenset[str]) -> draw.Sprite:
    """A page as it stands before this group's last household is highlighted; taken: by earlier groups of the stage."""
    group = tuple(card.household for card in drawing.group[:-1] if wall.page(card.household) == page)
    key = (Same(wall), page, group, taken, canvas.language, canvas.rehearsal, canvas.ink, canvas.surface.get_size())
    return _pictures.get(key, lambda: _painted(canvas, wall, page, frozenset(group), taken))


def _painted(canvas: Canvas, wall: Wall, page: int, group: frozenset[str], taken: frozenset[str]) -> draw.Sprite:
    area = canvas.rect(wall.box)
    surface = pygame.Surface(area.size, depth=32)
    sub = Canvas(surface, canvas.language, canvas.rehearsal, canvas.ink, canvas.scale, (-area.left, -area.top))
    surface.fill(draw.WALL)
    draw.watermark(sub, wall.box, 110, (38, 40, 56))
    draw.line(sub, Box(0, wall.box.bottom - 2, wall.box.width, 2), draw.LINE)
    _label(sub, wall, page)
    for number, box in wall.on_page(page):
        if number in taken:
            draw.rounded(sub, box, 8, draw.TAKEN, border=(20, 33, 56), thickness=1)
        elif number in group:
            draw.rounded(sub, box, 8, (40, 33, 20), border=draw.GOLD, thickness=2)
            _number(sub, number, box, wall.size, draw.GOLD)
        else:
            draw.rounded(sub, box, 8, draw.TILE_TOP, draw.TILE_BOTTOM)
            _number(sub, number, box, wall.size, draw.TILE_TEXT)
    return draw.Sprite(surface, 0, tuple(sub.placed))


def _label(canvas: Canvas, wall: Wall, page: int) -> None:
    words = (
        ("wall.title", canvas.say("drawing.wall"), draw.TEXT),
        ("wall.households", canvas.say("drawing.households", households=len(wall.waiting)), draw.MUTED),
        ("wall.page", canvas.say("drawing.page", page=page + 1, pages=max(1, wall.pages)), draw.MUTED),
    )
    step = (wall.box.height - 16) / len(words)
    for number, (name, said, colour) in enumerate(words):
        box = Box(draw.MARGIN, wall.box.top + 8 + number * step, LABEL - 14, min(step, 44))
        draw.write(canvas, name, said, box, 26 if number else 28, colour, smallest=16)


def _number(canvas: Canvas, number: str, box: Box, size: float, colour: Colour) -> None:
    inside = box.inflate(-12, -4)
    pixels = max(1, canvas.px(size))
    place = canvas.rect(inside)
    if not number.isascii() or text.advance(number, pixels) > place.width:
        draw.write(canvas, f"tile.{number}", number, inside, size, colour, align="center", smallest=12)
        return
    pen = place.centerx - sum(text.advance(character, pixels) for character in number) // 2
    baseline = place.centery + round(0.366 * pixels)
    blits = []
    for character in number:
        glyph = text.line(character, pixels, colour)
        blits.append((glyph.surface, (pen + glyph.left, baseline + glyph.top)))
        pen += glyph.advance
    if canvas.ink:
        canvas.surface.fblits(blits)
    ink = pygame.Rect(blits[0][1], (0, 0)).unionall([surface.get_rect(topleft=at) for surface, at in blits])
    canvas.placed.append(draw.Placed(f"tile.{number}", number, place, ink, pixels, colour))


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
