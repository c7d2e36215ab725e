"""The last page of the opening: how the archive's register ends, with this draw's own line and those before it.

Whoever was at an earlier ceremony sees that it stands there with the result that they wrote down, and everybody sees
whether the same roll was frozen, and given up, before.
"""

from datetime import datetime

from kiosk.ceremony.machine import Registered
from kiosk.ceremony.steps import EARLY_REASONS
from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame
from kiosk.words import grouped

LINES = 6  # of the register
HASH_DIGITS = 16


def paint(canvas: Canvas, view: View) -> None:
    frame.heading(canvas, canvas.say("opening.archive.title"))
    top = frame.below_heading(canvas)
    bottom = canvas.height - draw.STRIP - 14
    note = Box(draw.MARGIN, bottom - 52, canvas.width - 2 * draw.MARGIN, 52)
    draw.write(canvas, "archive.note", canvas.say("opening.archive.note"), note, 38, draw.MUTED, smallest=28)
    lines = view.register[-LINES:]
    height = min(124.0, (note.top - 10 - top) / LINES)
    for number, line in enumerate(lines):
        box = Box(note.left, top + number * height, note.width, height - 10)
        _line(canvas, number, line, box, this=line.draw == view.draw)


def _line(canvas: Canvas, number: int, line: Registered, box: Box, this: bool) -> None:
    draw.panel(canvas, box, 12)
    inner = box.inflate(-48, -12)
    width = inner.width
    places = [Box(inner.left + width * at, inner.top, width * share - 16, inner.height)
              for at, share in ((0, 0.13), (0.13, 0.36), (0.49, 0.32), (0.81, 0.19))]  # fmt: skip
    what = canvas.say(f"opening.archive.{line.what}")
    draw.write(canvas, f"archive.{number}.what", what, places[0], 40, draw.TEXT, smallest=26)
    colour = draw.GOLD if this else draw.TEXT
    draw.write(canvas, f"archive.{number}.draw", line.draw, places[1], 44, colour, smallest=22, lines=2)
    told = _told(canvas, line)
    draw.write(canvas, f"archive.{number}.told", told, places[2], 40, draw.TEXT, smallest=24, lines=2)
    draw.write(
        canvas, f"archive.{number}.time", _time(line.time), places[3], 36, draw.MUTED, align="right", smallest=24
    )


def _told(canvas: Canvas, line: Registered) -> str:
    if line.what == "void":
        code = line.told
        if code in EARLY_REASONS:
            return canvas.say(f"void.reason.{code}")
        known = code in ("secret-lost", "public-missing")
        return canvas.say(f"opening.archive.{code}" if known else "opening.archive.other")
    return " ".join(grouped(line.told[:HASH_DIGITS])) + " …"


def _time(time: str) -> str:
    """To the minute; as it stands where it is no time."""
    try:
        return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M}"
    except ValueError:
        return time[:16]
