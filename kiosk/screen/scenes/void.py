"""Declared void: that it is, why, and what happens next. Secrets that can still be opened are opened and shown."""

from collections.abc import Hashable

from kiosk.ceremony.steps import EARLY_REASONS, PUBLIC_MISSING, SECRET_LOST
from kiosk.ceremony.view import View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import envelopes, frame

CODES = (*EARLY_REASONS, SECRET_LOST, PUBLIC_MISSING)
CORRECTED = ("roll-wrong", "notice-differs")  # what was published will not be published again as it is


def reason(canvas: Canvas, view: View, code: str) -> str:
    """A reason in words: one of the known ones, or as somebody put it."""
    label = view.void_label or view.due
    if code in CODES:
        return canvas.say(f"void.reason.{code}", label=frame.label_name(canvas, label), source=view.public_source)
    return code


def render(canvas: Canvas, view: View, seconds: float) -> None:
    key = ("void", frame.key(view), view.void_reason, view.void_label, view.void_by, view.void_time, view.envelopes,
           view.due, view.public_source)  # fmt: skip
    canvas.still(key, lambda still: _paint(still, view))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def _paint(canvas: Canvas, view: View) -> None:
    frame.paint(canvas, view)
    body = canvas.body
    bottom = frame.dock(canvas, "void").top - frame.GAP
    with_envelopes = view.void_reason in (SECRET_LOST, PUBLIC_MISSING)
    top = body.top + (12 if with_envelopes else 110)
    side = 150.0
    signs.cross(canvas, Box(body.left + 30, top, side, side))
    left = body.left + side + 80
    title = Box(left, top, (body.right - left) * 0.56, side)
    draw.write(canvas, "void.title", canvas.say("void.title"), title, 120, draw.TEXT, smallest=80)
    for number, (name, said) in enumerate(_declared(canvas, view)):
        by = Box(title.right + 40, top + number * side / 3, body.right - title.right - 40, side / 3)
        draw.write(canvas, f"void.{name}", said, by, 42, draw.TEXT, smallest=28, lines=2)
    why = Box(body.left, title.bottom + 24, body.width, 100)
    said = canvas.say("void.why", reason=reason(canvas, view, view.void_reason))
    draw.write(canvas, "void.why", said, why, 60, draw.GOLD, smallest=46, lines=2)
    none = Box(body.left, why.bottom + 8, body.width, 60)
    draw.write(canvas, "void.none", canvas.say("void.none"), none, 50, draw.TEXT, smallest=40)
    lower = bottom if not with_envelopes else none.bottom + 84
    what = Box(body.left, none.bottom + 4, body.width, lower - none.bottom - 16)
    key = "void.next-corrected" if view.void_reason in CORRECTED else "void.next"
    draw.write(canvas, "void.next", canvas.say(key), what, 50, draw.TEXT, smallest=40, lines=3, valign="top")
    if with_envelopes:
        _secrets(canvas, view, Box(body.left, lower, body.width, bottom - lower))


def _declared(canvas: Canvas, view: View) -> list[tuple[str, str]]:
    """When it was declared, by whom and before whom."""
    people = [
        (role, canvas.say(f"people.{role}-named", name=name) if name else canvas.say(f"people.{role}"))
        for role, name in zip(("operator", "witness"), view.void_by, strict=True)
    ]
    return [("time", canvas.say("void.declared", time=view.void_time) if view.void_time else ""), *people]


def _secrets(canvas: Canvas, view: View, box: Box) -> None:
    for envelope, place in zip(view.envelopes, envelopes.spread(box, len(view.envelopes)), strict=True):
        lost = envelope.label == view.void_label
        due = envelope.label == view.due
        envelopes.card(canvas, envelope, place, envelopes.OPENS_S, due=due, lost=lost)
