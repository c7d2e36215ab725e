"""A household that somebody asked for: its card if it has been shown. Of the others only what may be said in public:
that it is not on the roll, has not been shown so far, and once all is shown whether it is an alternate."""

from kiosk.ceremony.view import Card, View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame


def render(canvas: Canvas, view: View, wanted: str, card: Card | None) -> None:
    canvas.still(
        ("found", frame.key(view), wanted, card, view.look.standing, view.example),
        lambda still: _paint(still, view, wanted, card),
    )


def _paint(canvas: Canvas, view: View, wanted: str, card: Card | None) -> None:
    frame.paint(canvas, view)
    frame.heading(canvas, canvas.say("found.title"))
    body = canvas.body
    top = frame.below_heading(canvas)
    box = Box(body.left + 160, top + (body.bottom - 30 - top - 620) / 2, body.width - 320, 620)
    draw.paper(canvas, box, 28, current=card is not None)
    inner = box.inflate(-120, -80)
    number = Box(inner.left, inner.top, inner.width, 190)
    draw.write(
        canvas, "found", card.household if card else wanted, number, 170, draw.INK, align="center", smallest=90, lines=2
    )
    if card is None:
        what = Box(inner.left, number.bottom + 30, inner.width, 130)
        standing = view.look.standing or "waiting"
        said = canvas.say(f"found.not.{standing}")
        draw.write(canvas, "found.not", said, what, 92, draw.INK, align="center", smallest=60, lines=2)
        note = Box(inner.left, what.bottom + 20, inner.width, inner.bottom - what.bottom - 20)
        draw.write(
            canvas,
            "found.note",
            canvas.say(f"found.note.{standing}", example=view.example),
            note,
            46,
            draw.INK_MUTED,
            align="center",
            smallest=36,
            lines=2,
        )
        return
    name = Box(inner.left, number.bottom + 6, inner.width, 110)
    draw.write(canvas, "found.name", card.name, name, 92, draw.INK, align="center", smallest=60, lines=2)
    tab = Box(inner.left, name.bottom + 24, 220, 120)
    draw.rank_tab(canvas, tab, card.rank)
    left = tab.right + 40
    stage = Box(left, tab.top - 4, inner.right - left, 66)
    where = view.stages[card.stage].title + (f" · {card.tier}" if card.tier else "")
    draw.write(canvas, "found.stage", where, stage, 54, draw.INK, smallest=36, lines=2)
    flat = Box(left, stage.bottom + 2, stage.width, 66)
    said = card.unit or canvas.say("drawing.pick", rank=card.rank)
    draw.write(canvas, "found.flat", said, flat, 54, draw.INK, smallest=36, lines=2)
    note = Box(inner.left, tab.bottom + 20, inner.width, inner.bottom - tab.bottom - 20)
    draw.write(canvas, "found.drawn", canvas.say("found.drawn"), note, 46, draw.INK_MUTED, align="center", smallest=36)
