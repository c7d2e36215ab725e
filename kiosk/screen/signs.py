"""Small drawings that scenes share: dice, check mark, cross, warning, arrow, keycap.

A sign says by its shape what its colour only stresses: confirmed is a check mark, failed a cross, now a pointer.
"""

from itertools import pairwise

import pygame

from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.text import Colour

RED: Colour = (186, 44, 34)  # the one and the four of a Chinese die

# Places of the pips on a die, in sixths of its side from its middle.
_PIPS = {
    1: ((0, 0),),
    2: ((-1, -1), (1, 1)),
    3: ((-1, -1), (0, 0), (1, 1)),
    4: ((-1, -1), (1, -1), (-1, 1), (1, 1)),
    5: ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)),
    6: ((-1, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)),
}


def die(canvas: Canvas, box: Box, value: int, *, current: bool = False) -> None:
    """A die of ivory with its pips, as it lies on the table; the current one has a gold rim."""
    radius = box.width * 0.18
    if box.width >= 48:
        reach = max(4.0, box.width * 0.12)
        draw.glow(canvas, box, radius, draw.GOLD if current else (0, 0, 0), reach, 150, 0 if current else reach * 0.4)
    border = draw.GOLD if current else draw.EDGE
    thickness = max(2.0, box.width * (0.05 if current else 0.015))
    draw.rounded(canvas, box, radius, draw.PAPER_TOP, draw.PAPER_BOTTOM, border=border, thickness=thickness)

    def pips(surface: pygame.Surface, scale: float) -> None:
        side = surface.get_width()
        size = side * (0.155 if value == 1 else 0.095)
        for x, y in _PIPS[value]:
            centre = (side * (0.5 + x * 0.255), side * (0.5 + y * 0.255))
            pygame.draw.circle(surface, RED if value in (1, 4) else draw.INK, centre, size)

    draw.figure(canvas, ("pips", value), box, pips)


def die_slot(canvas: Canvas, box: Box) -> None:
    """The place of a die that has not been thrown yet."""
    draw.rounded(canvas, box, box.width * 0.18, (13, 25, 46), (10, 20, 37), border=draw.LINE)


def check(canvas: Canvas, box: Box, colour: Colour = draw.SKY) -> None:
    """Confirmed, opened, verified."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        side = surface.get_width()
        points = [(side * 0.14, side * 0.54), (side * 0.40, side * 0.80), (side * 0.88, side * 0.22)]
        _stroke(surface, points, side * 0.15, colour)

    draw.figure(canvas, ("check", colour), box, paint)


def cross(canvas: Canvas, box: Box, colour: Colour = draw.AMBER) -> None:
    """Failed, refused, lost."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        side = surface.get_width()
        for ends in (((0.18, 0.18), (0.82, 0.82)), ((0.82, 0.18), (0.18, 0.82))):
            _stroke(surface, [(side * x, side * y) for x, y in ends], side * 0.16, colour)

    draw.figure(canvas, ("cross", colour), box, paint)


def warning(canvas: Canvas, box: Box, colour: Colour = draw.AMBER) -> None:
    """A triangle with an exclamation mark."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        side = surface.get_width()
        corners = [(side * 0.5, side * 0.12), (side * 0.92, side * 0.86), (side * 0.08, side * 0.86)]
        _stroke(surface, [*corners, corners[0]], side * 0.14, colour)
        pygame.draw.polygon(surface, colour, corners)
        bar = pygame.Rect(0, 0, side * 0.10, side * 0.30)
        bar.midtop = (round(side * 0.5), round(side * 0.32))
        pygame.draw.rect(surface, draw.INK, bar, border_radius=round(side * 0.04))
        pygame.draw.circle(surface, draw.INK, (side * 0.5, side * 0.735), side * 0.062)

    draw.figure(canvas, ("warning", colour), box, paint)


def hourglass(canvas: Canvas, box: Box, colour: Colour = draw.MUTED) -> None:
    """Somebody is still at work."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        side = surface.get_width()
        glass = [(0.24, 0.14), (0.76, 0.14), (0.24, 0.86), (0.76, 0.86)]
        pygame.draw.polygon(surface, colour, [(side * x, side * y) for x, y in glass])
        for y in (0.10, 0.90):
            _stroke(surface, [(side * 0.2, side * y), (side * 0.8, side * y)], side * 0.1, colour)

    draw.figure(canvas, ("hourglass", colour), box, paint)


def pointer(canvas: Canvas, box: Box, colour: Colour = draw.GOLD) -> None:
    """A triangle to the right: whose turn it is."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        side = surface.get_width()
        pygame.draw.polygon(
            surface, colour, [(side * 0.18, side * 0.08), (side * 0.92, side * 0.5), (side * 0.18, side * 0.92)]
        )

    draw.figure(canvas, ("pointer", colour), box, paint)


def chevron(canvas: Canvas, box: Box, colour: Colour = draw.GOLD) -> None:
    """A broad arrow head downwards: what stands below follows from what stands above."""

    def paint(surface: pygame.Surface, scale: float) -> None:
        width, height = surface.get_size()
        points = [(width * 0.1, height * 0.25), (width * 0.5, height * 0.75), (width * 0.9, height * 0.25)]
        _stroke(surface, points, height * 0.22, colour)

    draw.figure(canvas, ("chevron", colour), box, paint)


def keycap(canvas: Canvas, box: Box, label: str, size: float, name: str) -> None:
    """A key of a keyboard."""
    draw.rounded(canvas, Box(box.left, box.top, box.width, box.height), 10, (120, 134, 160), (88, 102, 130))
    top = Box(box.left + 3, box.top + 2, box.width - 6, box.height - 9)
    draw.rounded(canvas, top, 8, draw.PAPER_TOP, draw.PAPER_BOTTOM)
    draw.write(canvas, name, label, top.inflate(-10, -4), size, draw.INK, align="center", smallest=size * 0.5)


def _stroke(surface: pygame.Surface, points: list[tuple[float, float]], width: float, colour: Colour) -> None:
    """A line through the points with round ends and corners."""
    for start, end in pairwise(points):
        across = pygame.Vector2(end[1] - start[1], start[0] - end[0])
        across.scale_to_length(width / 2)
        corners = [pygame.Vector2(start) + across, pygame.Vector2(end) + across, pygame.Vector2(end) - across]
        pygame.draw.polygon(surface, colour, [*corners, pygame.Vector2(start) - across])
    for point in points:
        pygame.draw.circle(surface, colour, point, width / 2)
