"""Before the opening: what is drawn here, and that all of it is being read and checked.

The window shows it from its first frame, while a thread reads the folder (`kiosk.reading`). Nothing is known yet but
the notice's title, so nothing else stands here. The page of the look is a count that goes on, and moves a light by one
place: quiet, but never still for long.
"""

from collections.abc import Hashable

from kiosk import words
from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas

LIGHTS = 7


def render(canvas: Canvas, view: View, seconds: float) -> None:
    paint(canvas, view)  # no still of it: a picture a second is none to keep, and a large roll needs the memory


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def paint(canvas: Canvas, view: View) -> None:
    draw.ground(canvas)
    if view.rehearsal:
        draw.hazard(canvas, Box(0, 0, canvas.width, 16))
        draw.pill(
            canvas, "rehearsal", canvas.say("rehearsal.pill"), canvas.width - draw.MARGIN - 220, 36, 50, draw.AMBER
        )
    page = canvas.page
    middle = page.centery - draw.HEADER / 2
    name = Box(page.left, middle - 300, page.width, 110)
    draw.write(canvas, "product", canvas.say("product"), name, 84, draw.GOLD, align="center")
    title = Box(page.left, name.bottom + 10, page.width, 200)
    draw.write(canvas, "reading.title", view.title, title, 96, draw.TEXT, align="center", smallest=64, lines=2)
    _lights(canvas, Box(page.centerx - 220, title.bottom + 34, 440, 28), view.look.page % LIGHTS)
    first = Box(page.left, title.bottom + 92, page.width, 84)
    draw.write(canvas, "reading", canvas.say("reading"), first, 60, draw.TEXT, align="center", smallest=44, lines=2)
    other = next(each for each in words.LANGUAGES if each != canvas.language)
    second = Box(page.left, first.bottom + 6, page.width, 60)
    draw.write(canvas, "reading.other", words.say(other, "screen.reading"), second, 44, draw.MUTED, align="center")


def _lights(canvas: Canvas, row: Box, lit: int) -> None:
    """A row of small lamps. The one that is lit is larger as well as brighter."""
    step = row.width / (LIGHTS - 1)
    for number in range(LIGHTS):
        side = 22.0 if number == lit else 12.0
        lamp = Box(row.left + number * step - side / 2, row.centery - side / 2, side, side)
        draw.rounded(canvas, lamp, side / 2, draw.GOLD if number == lit else draw.LINE)
