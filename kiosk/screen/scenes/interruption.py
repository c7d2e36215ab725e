"""The ceremony was interrupted and goes on: said in public, until the next step is taken.

It takes the strip's place, so that the scene stands whole as the audience last saw it.
"""

from kiosk.ceremony.view import View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame


def render(canvas: Canvas, view: View) -> None:
    told = view.interruption
    assert told is not None
    inner = frame.banner(canvas, view.look.scene, draw.AMBER)
    side = min(100.0, inner.height)
    signs.warning(canvas, Box(inner.left, inner.centery - side / 2, side, side))
    left = inner.left + side + 36
    when = Box(left, inner.top, inner.right - left, inner.height * 0.5)
    said = canvas.say("interruption.when", stopped=told.stopped, resumed=told.resumed)
    draw.write(canvas, "interrupted", said, when, 60, draw.TEXT, smallest=40)
    where = Box(left, when.bottom, when.width, inner.height * 0.5)
    kind = "mended" if told.torn else "after" if told.after else "here"
    goes_on = canvas.say(f"interruption.{kind}", household=told.after)
    draw.write(canvas, "interrupted.where", goes_on, where, 50, draw.GOLD, smallest=36, lines=2)
