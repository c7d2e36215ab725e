"""What the scenes around the drawing share: the ground with header and proof strip, a heading, and where things lie.

The scenes that wait for something keep a place free at the lower end of the body, the *dock*: what Enter would do now,
what is being waited for, or why a step was refused. What has to be said in a scene without one takes the place of the
proof strip for as long, or of the header where there is no strip: the *banner*. Both are painted as layers.
"""

from collections.abc import Hashable
from dataclasses import replace

from kiosk import words
from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.text import Colour

GAP = 16.0
HEADING = 72.0
DOCK = 132.0
DOCKED = ("compare", "seal", "void")
# Scenes that show the notice hash or the result hash large need no strip that repeats it.
STRIPLESS = ("compare", "proof")


def key(view: View) -> Hashable:
    """What ground, header and strip depend on."""
    return view.title, view.phase, view.look.noted, view.notice_hash, view.seed, view.result_hash, view.address


def paint(canvas: Canvas, view: View, strip: bool = True) -> None:
    draw.ground(canvas)
    draw.header(canvas, view)
    if strip:
        draw.proof_strip(canvas, view)


def heading(canvas: Canvas, title: str, aside: str = "") -> None:
    """What this scene is about, and beside it how far it is."""
    box = Box(draw.MARGIN, draw.HEADER + 14, canvas.width - 2 * draw.MARGIN, HEADING)
    beside = min(draw.width_of(canvas, aside, 50) + 4, box.width * 0.45) if aside else 0.0
    right = Box(box.right - beside, box.top, beside, box.height)
    draw.write(canvas, "aside", aside, right, 50, draw.GOLD, align="right", smallest=34, lines=2)
    left = Box(box.left, box.top, box.width - beside - 30, box.height)
    draw.write(canvas, "heading", title, left, 64, draw.TEXT, smallest=44, lines=2)


def below_heading(canvas: Canvas) -> float:
    return draw.HEADER + 14 + HEADING + 12


def dock(canvas: Canvas, scene: str) -> Box:
    """The place of the dock in a scene."""
    bottom = canvas.height - draw.SAFE_Y if scene in STRIPLESS else canvas.height - draw.STRIP - 12
    return Box(draw.MARGIN, bottom - DOCK, canvas.width - 2 * draw.MARGIN, DOCK)


def banner(canvas: Canvas, scene: str, colour: Colour) -> Box:
    """Paints the banner's ground and gives the place of its words; the clock stays."""
    top, right = canvas.height - draw.STRIP, canvas.width
    box = Box(0, top, right, draw.STRIP)
    inner = Box(draw.MARGIN, top + 14, right - 2 * draw.MARGIN, draw.STRIP - 14 - draw.SAFE_Y)
    if scene in STRIPLESS:
        box = Box(0, 0, right - draw.MARGIN - 216, draw.HEADER)
        inner = Box(draw.MARGIN, draw.SAFE_Y, box.right - draw.MARGIN - 20, draw.HEADER - 10 - draw.SAFE_Y)
    canvas.covered(box)
    draw.gradient(canvas, box, draw.STRIP_TOP, draw.STRIP_BOTTOM)
    draw.watermark(canvas, box, 84, (52, 44, 46))
    if canvas.rehearsal and scene in STRIPLESS:
        draw.hazard(canvas, Box(0, 0, right, 16))
    draw.line(canvas, Box(box.left, box.bottom - 5 if scene in STRIPLESS else box.top, box.width, 5), colour)
    return inner


def seat_name(canvas: Canvas, number: int, who: str) -> str:
    """Who sits there, or the seat's number where nobody is named."""
    return who or canvas.say("seal.seat", seat=number)


def label_name(canvas: Canvas, label: str) -> str:
    """Whose secret: the two usual ones in words, any other label as the notice has it."""
    return words.label_name(canvas.language, label)


def untitled(view: View) -> View:
    """For a scene in which the title stands large: the header leaves it out."""
    return replace(view, title="")
