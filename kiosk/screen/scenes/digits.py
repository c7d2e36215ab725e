"""Long values of hexadecimal digits, in groups of four, so that people can compare and write them down.

`block` sets any value into a box as large as it goes; `grid` a hash as 4x4 numbered groups, readable from 40 m at full
size: the representatives name the groups that they want to compare.
"""

from dataclasses import dataclass
from functools import lru_cache

from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.text import Colour
from kiosk.words import grouped

_ADVANCE = 0.6  # of a character of the mono font, in em
_BETWEEN = 0.55  # two groups, in em
_LINE = 1.26  # from line to line, in em


@dataclass(frozen=True)
class Setting:
    """How a value is set: groups on a line, lines, and the size in units."""

    across: int
    lines: int
    size: float


@lru_cache(maxsize=256)
def setting(count: int, width: float, height: float, largest: float) -> Setting:
    """The largest setting of `count` groups. Where there is more than one line they hold 1, 2, or a multiple of 4."""
    best = Setting(1, count, 0.0)
    for across in (*(each for each in (1, 2) if each < count), *range(4, count, 4), count):
        lines = -(-count // across)
        size = min(largest, width / _ems(across), height / (lines * _LINE))
        if size > best.size + 0.5 or (size >= best.size and lines < best.lines):
            best = Setting(across, lines, size)
    return best


def _ems(across: int) -> float:
    return across * 4 * _ADVANCE + (across - 1) * _BETWEEN + 0.1


def block(
    canvas: Canvas,
    name: str,
    value: str,
    box: Box,
    largest: float,
    colour: Colour = draw.TEXT,
    *,
    shown: int | None = None,
    align: str = "center",
    slots: int = 0,
) -> list[Box]:
    """The value in the box; gives each group's box. shown: how many groups are drawn so far.

    slots: how many digits it will have when it is complete; places still free get a rule.
    """
    parts = grouped(value.ljust(slots)) if slots else grouped(value)
    set_as = setting(len(parts), round(box.width, 1), round(box.height, 1), largest)
    size, step = set_as.size, set_as.size * (4 * _ADVANCE + _BETWEEN)
    across = min(len(parts), set_as.across)
    spare = box.width - size * _ems(across)
    left = box.left + {"left": 0.0, "center": spare / 2, "right": spare}[align]
    top = box.top + (box.height - size * _LINE * set_as.lines) / 2
    boxes = []
    for number, part in enumerate(parts):
        row, column = divmod(number, set_as.across)
        place = Box(left + column * step, top + row * size * _LINE, size * (4 * _ADVANCE + 0.1), size * _LINE)
        boxes.append(place)
        there = shown is None or number < shown
        if slots:
            _rules(canvas, place, size, len(part.rstrip()) if there else 0, min(4, slots - number * 4))
        if there:
            draw.write(canvas, f"{name}.{number}", part.rstrip(), place, size, colour, mono=True, smallest=1)
    return boxes


def _rules(canvas: Canvas, place: Box, size: float, typed: int, of: int) -> None:
    """A rule for each digit to come."""
    for at in range(typed, of):
        rule = Box(
            place.left + at * _ADVANCE * size + size * 0.08, place.bottom - size * 0.22, size * 0.44, size * 0.06
        )
        draw.line(canvas, rule, draw.MUTED)


GRID_SIZE = 150.0
_NUMBER = 58.0  # width of a group's number


def grid(canvas: Canvas, name: str, value: str, box: Box, colour: Colour = draw.TEXT) -> None:
    """A hash in four lines of four groups, each with its number."""
    size = min(GRID_SIZE, (box.width - 3 * 26) / 4 / (4 * _ADVANCE + 0.02 + _NUMBER / GRID_SIZE), box.height / 4 / 1.06)
    number_width = _NUMBER * size / GRID_SIZE
    group = size * (4 * _ADVANCE + 0.02)
    across = (box.width - 4 * (number_width + group)) / 3
    down = min(box.height / 4, size * 1.5)
    top = box.top + (box.height - 4 * down) / 2
    for number, part in enumerate(grouped(value)):
        row, column = divmod(number, 4)
        left = box.left + column * (number_width + group + across)
        line = Box(left, top + row * down, number_width, down)
        tab = Box(left, line.centery - size * 0.34, number_width - 10, size * 0.3)
        draw.write(canvas, f"{name}.number.{number}", str(number + 1), tab, size * 0.25, draw.MUTED, align="center")
        place = Box(left + number_width, line.top, group + 4, down)
        draw.write(canvas, f"{name}.{number}", part, place, size, colour, mono=True, smallest=1)
