"""Scene proof (being built)."""

from collections.abc import Hashable

from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Canvas


def render(canvas: Canvas, view: View, seconds: float) -> None:
    canvas.still(("proof", view.phase, view.title), lambda still: _paint(still, view))


def _paint(canvas: Canvas, view: View) -> None:
    draw.ground(canvas)
    draw.header(canvas, view)
    draw.proof_strip(canvas, view)


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None
