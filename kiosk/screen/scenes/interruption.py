"""The ceremony was interrupted and goes on: said in public, until the next step is taken.

It takes the strip's place, so that the scene stands whole as the audience last saw it: with the dice, which the
representatives confirm again where the seed is still being made. The beginning of the record's last hash stands beside
them, to be noted: who rewrote the record afterwards would have to give it that beginning again.
"""

from kiosk.ceremony.view import View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame
from kiosk.words import grouped

RECORD_DIGITS = 16  # of the hash, in groups of four: enough to be written down by hand


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
    if told.record:
        groups = " ".join(grouped(told.record[:RECORD_DIGITS]))
        goes_on = canvas.say(f"interruption.{'record-mended' if told.torn else 'record'}", hash=groups)
    draw.write(canvas, "interrupted.where", goes_on, where, 50, draw.GOLD, smallest=36, lines=2)
