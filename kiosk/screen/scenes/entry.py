"""A field: something being typed in public. Keys are characters now, and nothing else happens.

A secret and public digits stand in groups of four, with a rule for each digit still to come. Declaring the draw void
lists the reasons that are possible now, by number; any other text is a reason in one's own words.
"""

from kiosk.ceremony.steps import EARLY_REASONS
from kiosk.ceremony.view import Field, View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import digits, dock, frame, seats, void

_SECRET_DIGITS = 32
_REASON = 62.0  # height of one


def render(canvas: Canvas, view: View, field: Field) -> None:
    frame.paint(canvas, view)
    label = frame.label_name(canvas, field.label)
    total = {"secret": _SECRET_DIGITS, "public": view.public_digits}.get(field.kind, 0)
    counted = canvas.say("field.counted", typed=len(field.typed), digits=total) if total else ""
    frame.heading(canvas, canvas.say(f"field.{field.kind}", label=label, source=view.public_source), counted)
    top = frame.below_heading(canvas)
    low = frame.dock(canvas, "seal")
    bottom = low.top - frame.GAP
    if total and view.seats:
        # The dice stay in view while a secret is typed.
        band = seats.place(canvas, view)
        seats.band(canvas, view, band, 0)
        bottom = band.top - frame.GAP
    box = Box(low.left, top, low.width, bottom - top)
    draw.rounded(canvas, box, 18, draw.WALL, border=draw.GOLD, thickness=4)
    draw.watermark(canvas, box.inflate(-12, -12), 110, (44, 46, 60))
    inner = box.inflate(-64, -40)
    if field.kind != "find":
        help = Box(inner.left, inner.bottom - 36, inner.width, 44)
        draw.write(canvas, "field.edit", canvas.say("field.edit"), help, 34, draw.MUTED, align="center", smallest=26)
        inner.height -= 44
    if total:
        digits.block(canvas, "field.typed", field.typed, inner, 130, slots=total)
    elif field.kind == "void":
        _reasons(canvas, view, field, inner)
    else:
        _line(canvas, field.typed, Box(inner.left, inner.centery - 100, inner.width, 200))
    if view.look.refusal:
        dock.render(canvas, view)
    elif field.kind == "find":
        dock.hint(canvas, low, canvas.say("field.keys"))
    else:
        dock.ask(canvas, view, low)


def _line(canvas: Canvas, typed: str, box: Box) -> None:
    """What is typed, with a mark where the next character comes."""
    inside = Box(box.left + 20, box.top + 4, box.width - 60, box.height - 8)
    placed = draw.write(canvas, "field.typed", typed, inside, 96, draw.TEXT, smallest=48, lines=2)
    end = placed.ink.right / canvas.scale + 10 if placed and placed.lines == 1 else inside.left
    if placed is None or placed.lines == 1:
        draw.line(canvas, Box(end, inside.top + 6, 6, inside.height - 12), draw.GOLD)
    draw.line(canvas, Box(box.left, box.bottom - 3, box.width, 3), draw.MUTED)


def _reasons(canvas: Canvas, view: View, field: Field, box: Box) -> None:
    for number, code in enumerate(view.void_reasons, 1):
        row = Box(box.left, box.top + (number - 1) * _REASON, box.width, _REASON - 8)
        chosen = field.typed == str(number)
        if chosen:
            draw.rounded(canvas, row, 10, draw.TILE_BOTTOM, border=draw.GOLD, thickness=3)
            signs.pointer(canvas, Box(row.right - 54, row.top + 8, 38, 38))
        signs.keycap(
            canvas, Box(row.left + 8, row.top + 3, 64, row.height - 6), str(number), 32, f"reason.{number}.key"
        )
        said = Box(row.left + 96, row.top + 6, row.width - 170, row.height - 12)
        draw.write(canvas, f"reason.{number}", void.reason(canvas, view, code), said, 40, draw.TEXT, smallest=30)
    top = box.top + len(view.void_reasons) * _REASON
    line = Box(box.left, top, box.width, box.bottom - top)
    if view.void_reasons[: len(EARLY_REASONS)] == EARLY_REASONS and not field.typed:
        draw.write(canvas, "reason.own", canvas.say("field.own"), line, 38, draw.MUTED, smallest=30)
        return
    _line(canvas, field.typed, line)
