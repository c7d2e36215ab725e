"""The toolkit of the scenes: a grid, the colours, and the things that every scene is made of.

**Grid.** Scenes are laid out in units of a 1920x1080 picture. A `Canvas` scales them to its surface: on a 4:3 or 16:10
display the grid is taller (`canvas.height` is 1440 at 1024x768), on an ultra-wide one wider, and nothing is stretched.
Boxes are `Box` (a pygame FRect) in units. Text and figures stay within `canvas.safe`.

**What is drawn once.** `canvas.still(key, paint)` paints a whole picture once and afterwards only copies it;
`canvas.sprite(key, size, paint)` does the same for a thing that moves. Rounded shapes, shadows and gradients are cached
by their pixels below that. So a frame costs a copy of the still and a few blits, whatever the scene holds. Where the
surface still shows the frame before (`Shown`), only the places of what moved then or moves now are copied: all that is
painted on a canvas is noted in `drawn`.

**What is measured.** All text goes through `write`, which records a `Placed` (the box, the ink, size, colours) on the
canvas: the tests compare these with the pixels. `canvas.ink = False` leaves the text out, so that a test can
subtract the picture without text from the one with it.

**A rehearsal** is marked by the material itself: ground, panels and paper carry the word as a watermark below
everything written on them, so that no part of a photograph is without it, and no fact is behind it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil

import pygame

from kiosk import qr, words
from kiosk.ceremony.desk import looks_back
from kiosk.ceremony.view import View
from kiosk.screen import text
from kiosk.screen.cache import Cache
from kiosk.screen.text import Colour

Box = pygame.FRect

WIDTH, HEIGHT = 1920, 1080
MARGIN = 64
SAFE_X, SAFE_Y = 48, 26
HEADER = 100  # its height
STRIP = 188  # the proof strip's height, the gold line included

GROUND_TOP: Colour = (18, 35, 63)
GROUND_BOTTOM: Colour = (10, 19, 34)
WALL: Colour = (12, 24, 44)
TILE_TOP: Colour = (29, 54, 92)
TILE_BOTTOM: Colour = (21, 40, 69)
TILE_TEXT: Colour = (186, 204, 232)
TAKEN: Colour = (6, 12, 24)
LINE: Colour = (43, 68, 104)
PAPER_TOP: Colour = (255, 249, 234)
PAPER_BOTTOM: Colour = (243, 232, 204)
EDGE: Colour = (217, 199, 154)
INK: Colour = (14, 26, 46)
INK_MUTED: Colour = (40, 46, 60)  # secondary words on paper
TEXT: Colour = (247, 243, 232)
MUTED: Colour = (190, 203, 224)
GOLD: Colour = (255, 193, 77)
SKY: Colour = (111, 208, 255)
AMBER: Colour = (255, 138, 61)  # rehearsal, and what went wrong
STRIP_TOP: Colour = (8, 14, 26)
STRIP_BOTTOM: Colour = (4, 8, 16)

_SUPERSAMPLE = 4


@dataclass(frozen=True)
class Placed:
    """A text that was drawn, in pixels of its surface. box: where it may be; ink: where it is."""

    name: str
    text: str
    box: pygame.Rect
    ink: pygame.Rect
    size: int
    colour: Colour
    mono: bool = False
    lines: int = 1

    def moved(self, x: int, y: int) -> "Placed":
        return replace(self, box=self.box.move(x, y), ink=self.ink.move(x, y))


@dataclass(frozen=True)
class Sprite:
    """A thing that moves: its picture and the texts on it. pad: pixels of shadow around it on each side."""

    surface: pygame.Surface
    pad: int
    placed: tuple[Placed, ...]


@dataclass(frozen=True)
class _Still:
    """ground: what was painted first, the same for all stills that grew from one; grown: the areas painted since."""

    surface: pygame.Surface
    placed: tuple[Placed, ...]
    ground: object
    grown: tuple[pygame.Rect, ...] = ()


@dataclass
class Shown:
    """What a surface shows since the frame before: a still, and where something was drawn over it (None: anywhere).

    With it a frame draws again only what is another than in the frame before; without it, everything.
    """

    still: _Still | None = None
    over: list[pygame.Rect] | None = None

    def forget(self) -> None:
        self.still = self.over = None

    def changed(self, still: _Still) -> list[pygame.Rect] | None:
        """Where the surface is not as the still is; None if it may be anywhere."""
        old = self.still
        if old is None or self.over is None or old.ground is not still.ground or len(old.grown) > len(still.grown):
            return None
        return [*self.over, *still.grown[len(old.grown) :]]

    def add(self, area: pygame.Rect, changed: list[pygame.Rect] | None) -> list[pygame.Rect] | None:
        """Something more was drawn over this frame; the areas that are another now."""
        if self.over is not None:
            self.over.append(area)
        return None if changed is None else _apart([*changed, area])


def _apart(areas: list[pygame.Rect]) -> list[pygame.Rect]:
    """The same areas as rectangles that do not overlap."""
    whole: list[pygame.Rect] = []
    for area in areas:
        grown = area
        while (at := grown.collidelist(whole)) >= 0:
            grown = grown.union(whole.pop(at))
        if grown.size != (0, 0):
            whole.append(grown)
    return whole


Painter = Callable[["Canvas"], None]


def _weight(surface: pygame.Surface) -> int:
    return surface.get_width() * surface.get_height() * surface.get_bytesize()


_shapes: Cache[pygame.Surface] = Cache(28 << 20, _weight)
_sprites: Cache[Sprite] = Cache(20 << 20, lambda sprite: _weight(sprite.surface))
_spare: list[pygame.Surface] = []  # surfaces of stills that went: making a new one costs more than painting it


def _reuse(still: _Still) -> None:
    _spare[:] = [still.surface]


# The one on the screen, and the one before it.
_stills: Cache[_Still] = Cache(2, lambda _: 1, _reuse)


def clear() -> None:
    """Forget everything drawn: the window has another size now."""
    for cache in (_shapes, _sprites, _stills):
        cache.clear()
    _spare.clear()
    text.clear()


@dataclass
class Canvas:
    """A surface with the grid on it.

    width, height: of the grid in units (at least 1920 and 1080); placed: the texts on it so far;
    ink: whether text is drawn (a test's switch); rehearsal: whether the material carries the mark.
    """

    surface: pygame.Surface
    language: str = "zh-CN"
    rehearsal: bool = False
    ink: bool = True
    scale: float = 0.0
    origin: tuple[int, int] = (0, 0)  # pixels, of the grid's corner
    placed: list[Placed] = field(default_factory=list)
    shown: Shown | None = None
    drawn: list[pygame.Rect] = field(default_factory=list)  # pixels that were painted, since the last still

    def __post_init__(self) -> None:
        across, down = self.surface.get_size()
        if not self.scale:
            self.scale = min(across / WIDTH, down / HEIGHT)
        self.width = across / self.scale
        self.height = down / self.scale
        self._still: _Still | None = None
        self._changed: list[pygame.Rect] | None = None

    @property
    def safe(self) -> Box:
        """What projectors and cameras show for certain: all text lies in it."""
        return Box(SAFE_X, SAFE_Y, self.width - 2 * SAFE_X, self.height - 2 * SAFE_Y)

    @property
    def body(self) -> Box:
        """Between header and proof strip, within the margins."""
        return Box(MARGIN, HEADER, self.width - 2 * MARGIN, self.height - HEADER - STRIP)

    @property
    def page(self) -> Box:
        """Below the header to the end of the safe area, within the margins: for a scene without proof strip."""
        return Box(MARGIN, HEADER, self.width - 2 * MARGIN, self.height - HEADER - SAFE_Y)

    def px(self, units: float) -> int:
        return round(units * self.scale)

    def rect(self, box: Box) -> pygame.Rect:
        """The box in pixels; edges are rounded, so that neighbours stay neighbours."""
        left, top = self.px(box.left), self.px(box.top)
        size = self.px(box.right) - left, self.px(box.bottom) - top
        return pygame.Rect((left + self.origin[0], top + self.origin[1]), size)

    def say(self, key: str, **values: object) -> str:
        """The words of `screen.<key>` in the language on the screen."""
        return words.say(self.language, f"screen.{key}", **values)

    def still(self, key: Hashable, paint: Painter, grown: tuple[Hashable, Painter] | None = None) -> None:
        """Copies the picture that `paint` makes; it is painted when its key is new. It covers the whole surface.

        The key holds all that the picture depends on, except size, language and rehearsal, which are added here.
        Long lists belong into it as `cache.Same(list)`. grown: the key of an earlier still, and what has to be painted
        onto it to make this one; the earlier one is given up for it.
        """
        made = _stills.get((key, *self._kind()), lambda: self._painted(paint, grown))
        self._changed = None
        if self.shown:
            self._changed = self.shown.changed(made)
            self.shown.forget()  # should another still follow in this frame, it is copied as a whole
        if self._changed is None:
            self.surface.blit(made.surface, (0, 0))
        else:
            for area in _apart(self._changed):
                self.surface.blit(made.surface, area, area)
        self.placed[:] = made.placed
        self.drawn.clear()
        self._still = made

    def finish(self) -> list[pygame.Rect] | None:
        """The frame is drawn. The areas in which it is another than the one before; None if it may be anywhere."""
        before, still = self._changed, self._still
        if self.shown:
            self.shown.still, self.shown.over = still, list(self.drawn) if still else None
        return None if before is None else _apart([*before, *self.drawn])

    def blit(self, picture: pygame.Surface, place: "pygame.Rect | tuple[float, float]") -> None:
        """Puts pixels at a place in pixels."""
        self.drawn.append(self.surface.blit(picture, place))

    def _painted(self, paint: Painter, grown: tuple[Hashable, Painter] | None) -> _Still:
        earlier = _stills.pop((grown[0], *self._kind())) if grown else None
        if grown and earlier:
            canvas = replace(self, surface=earlier.surface, placed=list(earlier.placed), shown=None, drawn=[])
            grown[1](canvas)
            return _Still(earlier.surface, tuple(canvas.placed), earlier.ground, (*earlier.grown, *canvas.drawn))
        size = self.surface.get_size()
        surface = _spare.pop() if _spare and _spare[0].get_size() == size else pygame.Surface(size, depth=32)
        canvas = replace(self, surface=surface, placed=[], shown=None, drawn=[])
        paint(canvas)
        return _Still(canvas.surface, tuple(canvas.placed), object())

    def sprite(self, key: Hashable, size: tuple[float, float], paint: "Callable[[Canvas], None]") -> Sprite:
        """A transparent picture of a size in units, painted once; `stamp` puts it somewhere.

        `paint` draws into the box (0, 0, *size); shadows may reach 32 units out of it.
        """
        return _sprites.get((key, size, *self._kind()), lambda: self._cut(size, paint))

    def _cut(self, size: tuple[float, float], paint: "Callable[[Canvas], None]") -> Sprite:
        pad = self.px(32)
        whole = pygame.Surface((self.px(size[0]) + 2 * pad, self.px(size[1]) + 2 * pad), pygame.SRCALPHA)
        canvas = replace(self, surface=whole, origin=(pad, pad), placed=[], shown=None, drawn=[])
        paint(canvas)
        return Sprite(whole, pad, tuple(canvas.placed))

    def stamp(self, sprite: Sprite, x: float, y: float) -> None:
        """Puts a sprite with its upper left corner at a place in units."""
        left, top = self.px(x) - sprite.pad, self.px(y) - sprite.pad
        self.blit(sprite.surface, (left, top))
        self.placed += [placed.moved(left, top) for placed in sprite.placed]

    def covered(self, box: Box) -> None:
        """Something is about to be drawn over this box: the texts under it no longer count as placed."""
        over = self.rect(box)
        self.placed[:] = [placed for placed in self.placed if not placed.ink.colliderect(over)]

    def _kind(self) -> tuple[Hashable, ...]:
        return self.surface.get_size(), self.scale, self.language, self.rehearsal, self.ink


# --- text


def write(
    canvas: Canvas,
    name: str,
    content: str,
    box: Box,
    size: float,
    colour: Colour = TEXT,
    *,
    align: str = "left",
    valign: str = "middle",
    smallest: float | None = None,
    lines: int = 1,
    mono: bool = False,
) -> Placed | None:
    """Text in a box, as large as fits up to `size`, in units.

    It goes down to `smallest` (default: 0.6 of the size) on one line, then on up to `lines` lines, then smaller still:
    it is never cut. name: which text this is, for the tests. align: left, center or right; valign: top, middle or
    bottom. Middle means the middle of the letters' body, so that figures and Han beside each other stand level.
    """
    if not content:
        return None
    target = canvas.rect(box)
    least = canvas.px(size * 0.6 if smallest is None else smallest)
    largest = max(1, canvas.px(size))
    while True:
        fitted = text.fit(content, target.width, target.height, largest, least, lines, mono)
        drawn = [text.line(part, fitted.size, colour, mono) for part in fitted.lines]
        places = _places(drawn, target, fitted.size, align, valign, mono)
        ink = places[0].unionall(places[1:])
        # Some letters reach farther than their font's usual ones: then it is a little smaller.
        if fitted.size <= 1 or target.contains(ink):
            break
        largest = fitted.size - 1
    if canvas.ink:
        canvas.surface.fblits([(part.surface, place) for part, place in zip(drawn, places, strict=True)])
        canvas.drawn.append(ink)
    placed = Placed(name, content, target, ink, fitted.size, colour, mono, len(fitted.lines))
    canvas.placed.append(placed)
    return placed


def _places(
    drawn: list[text.Line], target: pygame.Rect, size: int, align: str, valign: str, mono: bool
) -> list[pygame.Rect]:
    """Where the ink of each line goes."""
    places = []
    for part, baseline in zip(drawn, _pens(drawn, target, size, valign), strict=True):
        spare = target.width - part.width
        left = target.left + {"left": max(0, part.left) if mono else 0, "center": spare // 2, "right": spare}[align]
        places.append(pygame.Rect(left, baseline + part.top, part.width, part.height))
    return places


def width_of(canvas: Canvas, content: str, size: float, mono: bool = False) -> float:
    """How wide a text is on one line, in units, for a box that holds just it."""
    return (text.advance(content, max(1, canvas.px(size)), mono) + 2) / canvas.scale


def _pens(drawn: list[text.Line], target: pygame.Rect, size: int, valign: str) -> list[int]:
    """The baselines of the lines; whatever hangs out of the box is moved back into it."""
    step = text.leading(size)
    first = {
        "top": target.top - drawn[0].top,
        "middle": round(target.centery + drawn[0].middle - step * (len(drawn) - 1) / 2),
        "bottom": target.bottom - drawn[-1].top - drawn[-1].height - step * (len(drawn) - 1),
    }[valign]
    over = target.top - (first + drawn[0].top)
    below = first + step * (len(drawn) - 1) + drawn[-1].top + drawn[-1].height - target.bottom
    first += max(0, over) if over > 0 else -max(0, below)
    return [first + step * number for number in range(len(drawn))]


def hash_text(canvas: Canvas, name: str, digits: str, box: Box, size: float, colour: Colour = TEXT) -> None:
    """A hash of 64 digits on one line: 16 groups of four, a wider gap after each fourth."""
    groups = words.grouped(digits)
    advance = 4 * 0.6 * size
    narrow = (box.width - len(groups) * advance) / (len(groups) - 1 + 3 * 0.9)
    x = box.left
    for number, group in enumerate(groups):
        write(canvas, f"{name}.{number}", group, Box(x, box.top, advance + 2, box.height), size, colour, mono=True)
        x += advance + narrow * (1.9 if number % 4 == 3 else 1)


# --- shapes


def gradient(canvas: Canvas, box: Box, top: Colour, bottom: Colour) -> None:
    """A rectangle from one colour to another, dithered, so that a projector shows no bands."""
    place = canvas.rect(box)
    _shade(canvas.surface, place, top, bottom)
    canvas.drawn.append(place)


_BAYER = (
    (0, 32, 8, 40, 2, 34, 10, 42),
    (48, 16, 56, 24, 50, 18, 58, 26),
    (12, 44, 4, 36, 14, 46, 6, 38),
    (60, 28, 52, 20, 62, 30, 54, 22),
    (3, 35, 11, 43, 1, 33, 9, 41),
    (51, 19, 59, 27, 49, 17, 57, 25),
    (15, 47, 7, 39, 13, 45, 5, 37),
    (63, 31, 55, 23, 61, 29, 53, 21),
)


def _shade(surface: pygame.Surface, place: pygame.Rect, top: Colour, bottom: Colour, flags: int = 0) -> None:
    """Fills a place with a gradient; with flags, blends it in."""
    strip = _strip(max(1, place.height), top, bottom)
    width = strip.get_width()
    surface.blits(
        [
            (strip, (place.left + x, place.top), (0, 0, min(width, place.width - x), place.height), flags)
            for x in range(0, place.width, width)
        ],
        doreturn=False,
    )


def _strip(height: int, top: Colour, bottom: Colour) -> pygame.Surface:
    """A piece of a gradient; side by side they make one of any width."""

    def paint() -> pygame.Surface:
        surface = pygame.Surface((64, height), depth=32)
        for y in range(height):
            part = y / max(1, height - 1)
            exact = [a + (b - a) * part for a, b in zip(top, bottom, strict=True)]
            for x in range(8):
                threshold = (_BAYER[y % 8][x] + 0.5) / 64
                surface.set_at((x, y), [int(value + threshold) for value in exact])
        for done in (8, 16, 32):
            surface.blit(surface, (done, 0), (0, 0, done, height))
        return surface

    return _shapes.get(("gradient", height, top, bottom), paint)


def _corner(radius: int) -> pygame.Surface:
    """A white disc with smooth edges; the corners of all rounded shapes are its quarters."""

    def paint() -> pygame.Surface:
        large = pygame.Surface((2 * radius * _SUPERSAMPLE,) * 2, pygame.SRCALPHA)
        large.fill((255, 255, 255, 0))
        centre = radius * _SUPERSAMPLE
        pygame.draw.circle(large, (255, 255, 255, 255), (centre, centre), centre)
        return pygame.transform.smoothscale(large, (2 * radius, 2 * radius))

    return _shapes.get(("corner", radius), paint)


def _rounded(size: tuple[int, int], radius: int) -> pygame.Surface:
    """A white rounded rectangle on nothing; a fresh surface."""
    width, height = max(1, size[0]), max(1, size[1])
    radius = max(0, min(radius, width // 2, height // 2))
    surface = pygame.Surface((width, height), pygame.SRCALPHA)
    surface.fill((255, 255, 255, 255))
    if radius:
        disc = _corner(radius)
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            place = (x * (width - radius), y * (height - radius))
            surface.fill((255, 255, 255, 0), (*place, radius, radius))
            surface.blit(disc, place, (x * radius, y * radius, radius, radius), special_flags=pygame.BLEND_RGBA_MAX)
    return surface


def shape(
    size: tuple[int, int], radius: int, top: Colour, bottom: Colour | None = None, alpha: int = 255
) -> pygame.Surface:
    """A rounded rectangle of pixels in one colour or a gradient; kept, so never to be drawn on."""

    def paint() -> pygame.Surface:
        surface = _rounded(size, radius)
        if bottom is None or bottom == top:
            surface.fill((*top, alpha), special_flags=pygame.BLEND_RGBA_MULT)
        else:
            _shade(surface, surface.get_rect(), top, bottom, pygame.BLEND_RGB_MULT)
            if alpha < 255:
                surface.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
        return surface

    return _shapes.get(("shape", size, radius, top, bottom, alpha), paint)


def rounded(
    canvas: Canvas,
    box: Box,
    radius: float,
    top: Colour,
    bottom: Colour | None = None,
    *,
    border: Colour | None = None,
    thickness: float = 2,
    alpha: int = 255,
) -> None:
    """A rounded rectangle in one colour or a vertical gradient, with a border inside of its edge if one is named."""
    place = canvas.rect(box)
    corner = canvas.px(radius)
    if border is not None:
        canvas.blit(shape(place.size, corner, border, None, alpha), place)
        inset = max(1, canvas.px(thickness))
        place, corner = place.inflate(-2 * inset, -2 * inset), max(0, corner - inset)
    canvas.blit(shape(place.size, corner, top, bottom, alpha), place)


def outline(canvas: Canvas, box: Box, radius: float, colour: Colour, thickness: float = 2, alpha: int = 255) -> None:
    """The border of a rounded rectangle, with nothing in it."""
    place = canvas.rect(box)
    inset = max(1, canvas.px(thickness))

    def paint() -> pygame.Surface:
        surface = shape(place.size, canvas.px(radius), colour, None, alpha).copy()
        inner = _rounded((place.width - 2 * inset, place.height - 2 * inset), canvas.px(radius) - inset)
        hole = pygame.Surface(inner.get_size(), pygame.SRCALPHA)
        hole.fill((255, 255, 255, 255))
        inner.fill((0, 0, 0, 255), special_flags=pygame.BLEND_RGB_MULT)
        hole.blit(inner, (0, 0), special_flags=pygame.BLEND_RGBA_SUB)
        surface.blit(hole, (inset, inset), special_flags=pygame.BLEND_RGBA_MULT)
        return surface

    key = ("outline", place.size, canvas.px(radius), colour, inset, alpha)
    canvas.blit(_shapes.get(key, paint), place)


def glow(
    canvas: Canvas, box: Box, radius: float, colour: Colour, reach: float, strength: int = 160, drop: float = 0
) -> None:
    """Light, or in black a shadow, around a rounded box. reach: how far it goes; drop: how far it lies below."""
    place = canvas.rect(box)
    far = max(1, canvas.px(reach))

    def paint() -> pygame.Surface:
        # Made small and enlarged: a blur holds nothing finer.
        part = max(1, far // 5)
        size = ceil((place.width + 2 * far) / part), ceil((place.height + 2 * far) / part)
        inner = pygame.Rect(far // part, far // part, size[0] - 2 * (far // part), size[1] - 2 * (far // part))
        surface = pygame.Surface(size, pygame.SRCALPHA)
        surface.fill((*colour, 0))
        pygame.draw.rect(surface, (*colour, strength), inner, border_radius=canvas.px(radius) // part)
        blurred = pygame.transform.gaussian_blur(surface, max(1, far // (2 * part)))
        return _tinted(pygame.transform.smoothscale(blurred, (place.width + 2 * far, place.height + 2 * far)), colour)

    made = _shapes.get(("glow", place.size, canvas.px(radius), colour, far, strength), paint)
    canvas.blit(made, (place.left - far, place.top - far + canvas.px(drop)))


def figure(canvas: Canvas, key: Hashable, box: Box, paint: Callable[[pygame.Surface, float], None]) -> None:
    """Any drawing with smooth edges: `paint(surface, scale)` draws it large, with `scale` pixels to a unit."""
    place = canvas.rect(box)

    def make() -> pygame.Surface:
        size = max(1, place.width), max(1, place.height)
        # Edges of something large look smooth with fewer steps, and it may have to be painted within a frame.
        times = _SUPERSAMPLE if max(size) < 400 else 2
        large = pygame.Surface((size[0] * times, size[1] * times), pygame.SRCALPHA)
        paint(large, canvas.scale * times)
        return pygame.transform.smoothscale(large, size)

    canvas.blit(_shapes.get(("figure", key, place.size), make), place)


def _tinted(blurred: pygame.Surface, colour: Colour) -> pygame.Surface:
    """The blur with its alpha alone kept: blurring mixes the colour with the black around it."""
    blurred.fill((0, 0, 0, 255), special_flags=pygame.BLEND_RGBA_MULT)
    blurred.fill((*colour, 0), special_flags=pygame.BLEND_RGBA_ADD)
    return blurred


def spark(side: int) -> pygame.Surface:
    """A soft round light of gold, `side` pixels wide."""

    def paint() -> pygame.Surface:
        surface = pygame.Surface((side, side), pygame.SRCALPHA)
        surface.fill((*GOLD, 0))
        pygame.draw.circle(surface, (*GOLD, 255), (side / 2, side / 2), side * 0.28)
        return _tinted(pygame.transform.gaussian_blur(surface, max(1, side // 8)), GOLD)

    return _shapes.get(("spark", side), paint)


def line(canvas: Canvas, box: Box, colour: Colour) -> None:
    """A rule: a filled box of at least one pixel."""
    place = canvas.rect(box)
    place.size = max(1, place.width), max(1, place.height)
    canvas.drawn.append(canvas.surface.fill(colour, place))


# --- the material


def ground(canvas: Canvas) -> None:
    """The dark hall behind everything, marked in a rehearsal."""
    whole = Box(0, 0, canvas.width, canvas.height)
    gradient(canvas, whole, GROUND_TOP, GROUND_BOTTOM)
    watermark(canvas, whole, 120, (56, 55, 72))


def panel(canvas: Canvas, box: Box, radius: float = 18) -> None:
    """A quiet dark field that holds things together."""
    rounded(canvas, box, radius, TILE_TOP, TILE_BOTTOM, border=LINE)
    watermark(canvas, box.inflate(-8, -8), 96, (62, 50, 54))


def paper(canvas: Canvas, box: Box, radius: float = 18, *, current: bool = False) -> None:
    """A card of paper with a soft shadow; the current one has a gold border and a glow."""
    if current:
        glow(canvas, box, radius, GOLD, 26, 150)
    else:
        glow(canvas, box, radius, (0, 0, 0), 22, 150, drop=8)
    rounded(
        canvas,
        box,
        radius,
        PAPER_TOP,
        PAPER_BOTTOM,
        border=GOLD if current else EDGE,
        thickness=6 if current else 2,
    )
    inner = box.inflate(-16, -16)
    watermark(canvas, inner, min(72, inner.height * 0.3), (246, 219, 186))


def watermark(canvas: Canvas, box: Box, size: float, colour: Colour) -> None:
    """In a rehearsal: the word again and again, slanted, over the whole box; nothing in a ceremony."""
    if not canvas.rehearsal:
        return
    place = canvas.rect(box)
    word = canvas.say("rehearsal.mark")
    size = min(size, size * 0.72 * box.width / width_of(canvas, word, size))  # whole on the smallest card
    pixels = max(6, canvas.px(size))

    def paint() -> pygame.Surface:
        return pygame.transform.rotozoom(text.line(word, pixels, colour).surface, 18, 1)

    tile = _shapes.get(("watermark", word, pixels, colour), paint)
    across, down = tile.get_width() + canvas.px(size * 0.5), tile.get_height() + canvas.px(size * 0.2)
    rows = ceil(place.height / down) + 1
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(place.clip(clip))
    for row in range(rows):
        start = place.left + (place.width % across - tile.get_width()) // 2 - (across // 2 if row % 2 else 0) - across
        top = place.top + (place.height - tile.get_height()) // 2 + (row - rows // 2) * down
        canvas.surface.fblits([(tile, (x, top)) for x in range(start, place.right, across)])
    canvas.drawn.append(canvas.surface.get_clip())
    canvas.surface.set_clip(clip)


def hazard(canvas: Canvas, box: Box) -> None:
    """Slanted stripes of amber and black."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        width, height = surface.get_size()
        surface.fill(INK)
        step = 28 * scale
        for number in range(-2, int(width / step) + 2):
            x = number * step
            pygame.draw.polygon(
                surface, AMBER, [(x, height), (x + height, 0), (x + height + step / 2, 0), (x + step / 2, height)]
            )

    figure(canvas, "hazard", box, paint)


# --- what every scene has


def rank_tab(canvas: Canvas, box: Box, rank: int | str) -> None:
    """A rank in gold on ink, as on the cards."""
    rounded(canvas, box, min(12, box.height * 0.2), INK)
    write(canvas, f"rank.{rank}", str(rank), box.inflate(-16, -8), box.height * 0.8, GOLD, align="center", smallest=8)


def pill(
    canvas: Canvas, name: str, words_in_it: str, right: float, y: float, height: float, colour: Colour, *,
    full: bool = False,
) -> float:  # fmt: skip
    """A rounded label that ends at `right`, with a dot of its colour; gives the x where it begins. full: it is all of
    that colour."""
    size = height * 0.5
    width = width_of(canvas, words_in_it, size) + height * 1.35
    box = Box(right - width, y, width, height)
    if full:
        rounded(canvas, box, height / 2, colour)
        write(canvas, name, words_in_it, box.inflate(-height * 0.8, 0), size, INK, align="center")
        return box.left
    rounded(canvas, box, height / 2, WALL, border=colour, thickness=2)
    dot = height * 0.3
    rounded(canvas, Box(box.left + height * 0.36, box.centery - dot / 2, dot, dot), dot / 2, colour)
    inside = Box(box.left + height * 0.84, y, width - height * 1.2, height)
    write(canvas, name, words_in_it, inside, size, TEXT)
    return box.left


def segments(canvas: Canvas, box: Box, done: int, total: int, current: bool) -> None:
    """One mark for each of `total`: gold those done, a taller one of sky the current, dark those to come.

    More than fit become one bar.
    """
    if total < 1:
        return
    gap = 5 if box.width / total > 14 else 2
    each = (box.width - gap * (total - 1)) / total
    if each < 4:
        rounded(canvas, box, box.height / 2, TILE_BOTTOM, border=LINE, thickness=1)
        filled = Box(box.left, box.top, max(box.height, box.width * done / total), box.height)
        rounded(canvas, filled, box.height / 2, GOLD)
        return
    for number in range(total):
        mark = Box(box.left + number * (each + gap), box.top, each, box.height)
        radius = min(5.0, each / 3)
        if number == done and current:
            rounded(canvas, mark.inflate(0, box.height * 0.5), radius, SKY)
        elif number < done:
            rounded(canvas, mark, radius, GOLD)
        else:
            rounded(canvas, mark, radius, TILE_BOTTOM, border=LINE, thickness=1)


def header(canvas: Canvas, view: View) -> None:
    """Product name, title, where the ceremony stands, or for a moment that a question was noted; that it is an earlier
    scene, if one is looked at; in a rehearsal, that it is one. `clock` is drawn on top of it."""
    name = canvas.say("product")
    width = width_of(canvas, name, 56)
    write(canvas, "product", name, Box(MARGIN, SAFE_Y, width, 66), 56, GOLD)
    left = MARGIN + width + 32
    x = canvas.width - MARGIN - 220
    noted, back = view.look.noted, looks_back(view.phase, view.look)
    if back and not noted:
        x = pill(canvas, "back", canvas.say("back"), x, 36, 50, SKY, full=True) - 18
    else:
        said = canvas.say("noted", number=noted) if noted else canvas.say(f"phase.{_phase(view)}")
        x = pill(canvas, "noted" if noted else "phase", said, x, 36, 50, SKY if noted else GOLD) - 18
    if view.rehearsal:
        x = pill(canvas, "rehearsal", canvas.say("rehearsal.pill"), x, 36, 50, AMBER) - 18
        hazard(canvas, Box(0, 0, canvas.width, 16))
    write(canvas, "title", view.title, Box(left, SAFE_Y, x - left - 12, 70), 40, TEXT, smallest=32, lines=2)
    line(
        canvas,
        Box(0, HEADER - 4, canvas.width, 4) if back else Box(0, HEADER - 2, canvas.width, 2),
        SKY if back else LINE,
    )


def _phase(view: View) -> str:
    """Where the ceremony stands; after it, that flats are chosen."""
    return view.phase.value if view.choosing is None else "choosing"


def clock(canvas: Canvas, view: View) -> None:
    """The time of day, for the cameras: drawn on top of every scene by `render`."""
    right = canvas.width - MARGIN
    write(canvas, "clock", view.clock, Box(right - 204, 28, 204, 40), 40, TEXT, align="right", mono=True)
    below = Box(right - 204, 70, 204, 22)
    if view.troubles:
        write(canvas, "troubles.corner", troubles(canvas, view), below, 22, GOLD, align="right", smallest=16)
    elif view.operating and ("printer", "printing") in view.operating.health:
        write(canvas, "printing.corner", canvas.say("operator.printing"), below, 22, MUTED, align="right", smallest=16)
    else:
        write(canvas, "date", view.date, below, 22, MUTED, align="right", mono=True)


def troubles(canvas: Canvas, view: View) -> str:
    """The devices that fail, for the corner below the clock; the ceremony goes on, and nobody needs to read it."""
    kinds = [_PRINTER.get(code, code.partition(".")[0]) for code in view.troubles]
    told = ("hall", "paper", "screen", "journal", "mirror", "register", "secret", *_PRINTER.values())
    known = [kind if kind in told else "device" for kind in kinds]
    return canvas.say("trouble.and").join(canvas.say(f"trouble.{kind}") for kind in dict.fromkeys(known))


# What somebody can mend while the ceremony goes on is said as it is.
_PRINTER = {
    "paper.empty": "no-paper",
    "paper.paused": "printer-paused",
    "paper.offline": "printer-offline",
    "paper.hand": "printer-hand",
}


def proof_strip(canvas: Canvas, view: View) -> None:
    """Seed and result hash once they are fixed, before that the notice hash; the QR code. Under a gold line."""
    top = canvas.height - STRIP
    strip = Box(0, top, canvas.width, STRIP)
    gradient(canvas, strip, STRIP_TOP, STRIP_BOTTOM)
    watermark(canvas, strip, 84, (52, 44, 46))
    line(canvas, Box(0, top, canvas.width, 3), GOLD)
    right = canvas.width - MARGIN
    if view.address:
        side = STRIP - 3 - SAFE_Y - 8
        qr_code(canvas, Box(right - side, top + 11, side, side), view.address)
        right -= side + 28
    rows = _strip_rows(view)
    labels = 190.0 if canvas.language == "zh-CN" else 220.0
    each = (STRIP - 16 - SAFE_Y) / len(rows)
    for number, (name, digits) in enumerate(rows):
        box = Box(MARGIN, top + 12 + number * each, labels, each)
        write(canvas, f"strip.{name}", canvas.say(f"strip.{name}"), box, 34, TEXT)
        hash_text(canvas, name, digits, Box(box.right, box.top, right - box.right, each), 31)


def _strip_rows(view: View) -> list[tuple[str, str]]:
    if view.seed and view.result_hash:
        return [("seed", view.seed), ("result", view.result_hash)]
    return [("notice", view.notice_hash)]


def qr_code(canvas: Canvas, box: Box, address: str) -> None:
    """A QR code on white in the square box, its modules whole pixels, its quiet zone within."""
    matrix = qr.matrix(address)
    place = canvas.rect(box)
    side = min(place.size)

    def paint() -> pygame.Surface:
        surface = pygame.Surface((side, side), depth=32)
        surface.fill((255, 255, 255))
        module = max(1, side // len(matrix))
        start = (side - module * len(matrix)) // 2
        for row, modules in enumerate(matrix):
            for column, dark in enumerate(modules):
                if dark:
                    surface.fill((0, 0, 0), (start + column * module, start + row * module, module, module))
        return surface

    made = _shapes.get(("qr", address, side), paint)
    canvas.blit(made, made.get_rect(center=place.center))


# --- motion


def progress(seconds: float, start: float, lasts: float) -> float:
    """How much of a movement is done, from 0 to 1."""
    if lasts <= 0:
        return 1.0 if seconds >= start else 0.0
    return min(1.0, max(0.0, (seconds - start) / lasts))


def ease_out(part: float) -> float:
    return 1 - (1 - part) ** 3


def ease_in_out(part: float) -> float:
    return 4 * part**3 if part < 0.5 else 1 - (-2 * part + 2) ** 3 / 2


def overshoot(part: float) -> float:
    """From 0 to 1, a little beyond, and back."""
    return 1 + 2.2 * (part - 1) ** 3 + 1.2 * (part - 1) ** 2


def along(points: list[tuple[float, float]], part: float) -> tuple[float, float]:
    """A place on a way of straight pieces, `part` of its length from the start."""
    lengths = [((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(points)]
    left = part * sum(lengths)
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length:
            share = left / length
            return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        left -= length
    return points[-1]
