"""Scene drawing (being built)."""

from collections.abc import Hashable

from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas


def render(canvas: Canvas, view: View, seconds: float) -> None:
    canvas.still(("drawing", view.title), lambda still: _paint(still, view))


def _paint(canvas: Canvas, view: View) -> None:
    draw.ground(canvas)
    draw.header(canvas, view)
    draw.proof_strip(canvas, view)
    for i in range(5):
        b = Box(64 + i * 362, 300, 342, 250)
        draw.paper(canvas, b, current=i == 3)
        draw.write(canvas, "n", "SZ00001", Box(b.x + 14, b.y + 80, 314, 70), 80, draw.INK, align="center")
        draw.write(canvas, "n", "陈𠮷*", Box(b.x + 14, b.y + 160, 314, 80), 76, draw.INK, align="center")
        draw.rank_tab(canvas, Box(b.x + 14, b.y + 14, 104, 62), 111 + i)
    draw.segments(canvas, Box(64, 600, 1792, 30), 12, 51, True)
    draw.panel(canvas, Box(64, 700, 600, 150))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None
