"""The cover: a pause, in both languages at once. Nothing of the scene shows through it."""

import pygame

from kiosk import words
from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame


def render(canvas: Canvas, view: View) -> None:
    canvas.still(("cover", frame.key(view)), lambda still: _paint(still, view))


def _paint(canvas: Canvas, view: View) -> None:
    draw.ground(canvas)
    draw.header(canvas, view)
    page = canvas.page
    sign = Box(page.centerx - 90, page.centery - 330, 180, 200)
    draw.rounded(canvas, sign.inflate(160, 140), 34, draw.WALL, border=draw.LINE, thickness=3)
    draw.figure(canvas, "pause", sign, _bars)
    other = next(each for each in words.LANGUAGES if each != canvas.language)
    first = Box(page.left, sign.bottom + 110, page.width, 170)
    draw.write(canvas, "cover", canvas.say("cover.paused"), first, 150, draw.TEXT, align="center", smallest=90)
    second = Box(page.left, first.bottom + 16, page.width, 80)
    said = words.say(other, "screen.cover.paused")
    draw.write(canvas, "cover.other", said, second, 64, draw.MUTED, align="center")
    what = Box(page.left, second.bottom + 20, page.width, 70)
    draw.write(
        canvas, "cover.what", canvas.say("cover.what"), what, 46, draw.TEXT, align="center", smallest=34, lines=2
    )


def _bars(surface: pygame.Surface, scale: float) -> None:
    width, height = surface.get_size()
    for left in (0.08, 0.60):
        bar = pygame.Rect(round(width * left), 0, round(width * 0.32), height)
        pygame.draw.rect(surface, draw.GOLD, bar, border_radius=round(width * 0.06))
