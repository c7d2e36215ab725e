"""The notice hash, large: the representatives compare it with the one that was published days ago.

Its groups are numbered, so that people can name the ones that they want to hear.
"""

from collections.abc import Hashable

from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import digits, frame


def render(canvas: Canvas, view: View, seconds: float) -> None:
    canvas.still(("compare", frame.key(view)), lambda still: _paint(still, view))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def _paint(canvas: Canvas, view: View) -> None:
    frame.paint(canvas, view, strip=False)
    title = Box(draw.MARGIN, draw.HEADER + 8, canvas.width - 2 * draw.MARGIN, 60)
    draw.write(canvas, "heading", canvas.say("compare.title"), title, 54, draw.TEXT, smallest=40)
    words = Box(title.left, frame.dock(canvas, "compare").top - 72, title.width, 64)
    area = Box(title.left, title.bottom, title.width, words.top - title.bottom)
    digits.grid(canvas, "notice", view.notice_hash, area)
    said = canvas.say("compare.what")
    draw.write(canvas, "what", said, words, 44, draw.GOLD, align="center", smallest=32, lines=2)
