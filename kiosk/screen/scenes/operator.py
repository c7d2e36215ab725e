"""The operator's page: what the next key will do, what is read aloud, what each person does next, time and devices.

It fills the second display where there is one (`kiosk.screen.window`), and is the overlay's second page where there is
none. All that it shows of the draw comes from the same `View` that the hall sees, so nothing can stand here that the
audience may not know yet.
"""

from collections.abc import Hashable

from kiosk.ceremony.view import PROOF, Operating, Phase, View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import dock, frame, overlay, reading

# Who has something to do in each step, in the order in which it is told.
ROLES: dict[str, tuple[str, ...]] = {
    "covered": ("operator", "host"),
    "record": ("operator", "representatives"),
    "opening": ("operator", "host", "representatives"),
    "notice": ("operator", "witness", "representatives"),
    "dice": ("operator", "host", "witness", "representatives"),
    "contribution": ("operator", "host", "representatives"),
    "own": ("operator", "witness"),
    "secret": ("operator", "witness", "representatives"),
    "public": ("operator", "witness", "representatives"),
    "seal": ("operator", "witness", "representatives"),
    "sealed": ("operator", "witness", "representatives"),
    "stage": ("operator", "host"),
    "running": ("operator", "host"),
    "group": ("operator", "host"),
    "hash": ("operator", "witness", "representatives"),
    "statement": ("operator", "witness"),
    "code": ("operator", "representatives"),
    "thanks": ("operator", "witness"),
    "void": ("operator", "host", "witness"),
}
GOOD = ("works", "verified")
BAD = ("fails", "full", "refuted", "unusable", "other-day", "other-zone")
_PHASES = (Phase.OPENING, Phase.COMPARE, Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.PUBLIC, Phase.SEALED, Phase.DONE)
_BAR = 60.0
_FOOT = 124.0


def render(canvas: Canvas, view: View) -> None:
    """The whole page, but for the clock, as a layer of the overlay."""
    canvas.still(key(view), lambda still: paint(still, view))


def key(view: View) -> Hashable:
    """What the page depends on."""
    drawing = view.drawing
    drawn = drawing and (drawing.stage, drawing.group_number, drawing.group_running, drawing.drawn, drawing.total)
    return ("operator", frame.key(view), view.look, drawn, view.due, view.public, view.seat, view.seats,
            view.operator, view.witness, view.interruption, view.troubles, view.operating)  # fmt: skip


def step(view: View) -> str:
    """What is being done now, whatever stands in front of it."""
    look = view.look
    if look.covered:
        return "covered"
    if view.interruption is not None and view.interruption.record:
        return "record"
    if view.phase is Phase.CONTRIBUTIONS:
        return "contribution" if len(view.seats[view.seat - 1].dice) == view.dice_each else "dice"
    if view.phase in (Phase.REVEALS, Phase.PUBLIC):
        if view.due:
            return "own" if look.asks == "own" else "secret"
        return "public" if view.phase is Phase.PUBLIC and view.public is None else "seal"
    if view.phase is Phase.DRAWING and view.drawing:
        drawing = view.drawing
        return "running" if drawing.group_running else "group" if drawing.drawn else "stage"
    if view.phase is Phase.DONE:
        return PROOF[look.page] if look.scene == "proof" else "hash"
    return {Phase.COMPARE: "notice", Phase.SEALED: "sealed", Phase.VOID: "void"}.get(view.phase, "opening")


def paint(canvas: Canvas, view: View) -> None:
    """The same onto a surface of its own, which keeps it: what the hall's scenes keep is not driven out by it."""
    if view.look.scene == "reading":
        reading.paint(canvas, view)
        return
    draw.ground(canvas)
    draw.header(canvas, view)
    page = canvas.page
    _phases(canvas, view, Box(page.left, page.top + 14, page.width, _BAR))
    top = page.top + _BAR + 30
    half = (page.width - 20) / 2
    _key(canvas, "next", canvas.say("operator.key"), _said(canvas, view), Box(page.left, top, half, 176))
    enter = "" if view.look.refusal or not view.look.asks else dock.present(canvas, view)
    _key(canvas, "enter", "Enter", overlay.enter(canvas, view), Box(page.left + half + 20, top, half, 176), enter)
    top += 176 + 20
    bottom = page.bottom - _FOOT - 20
    _script(canvas, view, Box(page.left, top, half, bottom - top))
    _people(canvas, view, Box(page.left + half + 20, top, half, bottom - top))
    _foot(canvas, view, Box(page.left, page.bottom - _FOOT, page.width, _FOOT))


def _said(canvas: Canvas, view: View) -> str:
    return canvas.say("operator.covered") if view.look.covered else overlay.said_next(canvas, view)


def _phases(canvas: Canvas, view: View, box: Box) -> None:
    """How far the ceremony is, and what comes next: the present phase is framed, marked and written larger."""
    phases = [phase for phase in _PHASES if phase is not Phase.PUBLIC or view.public_source]
    now = Phase.SEALED if view.phase is Phase.DRAWING else view.phase
    width = box.width / len(phases)
    for number, phase in enumerate(phases):
        place = Box(box.left + number * width + 4, box.top, width - 8, box.height)
        here = phase is now
        draw.rounded(
            canvas, place, 14, draw.STRIP_TOP, border=draw.GOLD if here else draw.LINE, thickness=4 if here else 2
        )
        inner = place.inflate(-24, -10)
        if here:
            signs.pointer(canvas, Box(inner.left, inner.centery - 16, 32, 32))
            inner = Box(inner.left + 40, inner.top, inner.width - 40, inner.height)
        shown = view.phase if here else phase
        draw.write(canvas, f"phase.{phase.value}", canvas.say(f"phase.{shown.value}"), inner, 34 if here else 28,
                   draw.TEXT, align="left" if here else "center", smallest=20, lines=2)  # fmt: skip


def _key(canvas: Canvas, name: str, cap: str, said: str, box: Box, below: str = "") -> None:
    draw.rounded(canvas, box, 18, draw.STRIP_TOP, border=draw.GOLD if name == "next" else draw.LINE, thickness=3)
    draw.watermark(canvas, box.inflate(-12, -12), 96, (52, 44, 46))
    place = Box(box.left + 20, box.centery - 38, 170, 76)
    signs.keycap(canvas, place, cap, 34, f"step.{name}.key")
    words = Box(place.right + 24, box.top + 12, box.right - place.right - 44, box.height - 24)
    if below:
        who = Box(words.left, words.bottom - 44, words.width, 44)
        draw.write(canvas, "present", below, who, 28, draw.MUTED, smallest=20, lines=2)
        words = Box(words.left, words.top, words.width, words.height - 50)
    draw.write(canvas, f"step.{name}", said, words, 42, draw.TEXT, smallest=30, lines=4)


def _script(canvas: Canvas, view: View, box: Box) -> None:
    draw.paper(canvas, box)
    title = Box(box.left + 32, box.top + 14, box.width - 64, 52)
    draw.write(canvas, "script.title", canvas.say("operator.script"), title, 36, draw.INK)
    words = Box(title.left, title.bottom + 10, title.width, box.bottom - title.bottom - 34)
    draw.write(canvas, "script", script(canvas, view), words, 64, draw.INK, smallest=50, lines=9)


def script(canvas: Canvas, view: View) -> str:
    """What the host reads aloud now."""
    return canvas.say(f"operator.reads.{step(view)}", **_values(canvas, view))


def _values(canvas: Canvas, view: View) -> dict[str, object]:
    seat = view.seats[view.seat - 1] if view.seat else None
    stage = view.drawing.stage if view.drawing else 0
    return {
        "title": view.title,
        "households": f"{view.households:,}",
        "units": f"{view.units:,}",
        "who": frame.seat_name(canvas, seat.number, seat.who) if seat else "",
        "dice": view.dice_each,
        "thrown": " ".join(seat.dice) if seat else "",
        "label": frame.label_name(canvas, view.due),
        "source": view.public_source,
        "digits": view.public_digits,
        "stage": view.stages[stage].title,
    }


def _people(canvas: Canvas, view: View, box: Box) -> None:
    draw.panel(canvas, box)
    title = Box(box.left + 32, box.top + 14, box.width - 64, 52)
    draw.write(canvas, "people.title", canvas.say("operator.people"), title, 36, draw.GOLD)
    now, top = step(view), title.bottom + 6
    roles, values = ROLES[now], _values(canvas, view)
    each = min(120.0, (box.bottom - 16 - top) / len(roles))
    for number, role in enumerate(roles):
        row = Box(title.left, top + number * each, title.width, each - 8)
        who = Box(row.left, row.top, 190, row.height)
        said = canvas.say(f"operator.does.{now}.{role}", **values)
        draw.write(canvas, f"role.{role}", canvas.say(f"operator.role.{role}"), who, 34, draw.MUTED, smallest=22)
        words = Box(who.right + 16, row.top, row.right - who.right - 16, row.height)
        draw.write(canvas, f"does.{role}", said, words, 38, draw.TEXT, smallest=28, lines=3)


def _foot(canvas: Canvas, view: View, box: Box) -> None:
    """Time, and the devices, each with a sign of its own."""
    told = view.operating or Operating("", "")
    ends = canvas.say("operator.wanted", wanted=told.wanted) if told.wanted else canvas.say("operator.ends")
    how = canvas.say("operator.auto" if view.look.auto else "operator.by-hand")
    paced = canvas.say("operator.paced", pace=f"{view.look.pace_s:g}", how=how)
    cells = [("elapsed", canvas.say("operator.elapsed"), told.elapsed, ""), ("ends", ends, told.ends, ""),
             ("pace", canvas.say("operator.pace"), paced, "")]  # fmt: skip
    cells += [(name, canvas.say(f"operator.{name}"), canvas.say(f"operator.{state}"), state)
              for name, state in told.health]  # fmt: skip
    width = box.width / max(len(cells), 1)
    for number, (name, label, said, state) in enumerate(cells):
        cell = Box(box.left + number * width + 4, box.top, width - 8, box.height)
        draw.rounded(canvas, cell, 14, draw.STRIP_TOP, border=draw.AMBER if state in BAD else draw.LINE, thickness=3)
        inner = cell.inflate(-28, -16)
        draw.write(canvas, f"cell.{name}.label", label, Box(inner.left, inner.top, inner.width, 42), 28, draw.MUTED,
                   smallest=20, lines=2)  # fmt: skip
        value = Box(inner.left, inner.top + 46, inner.width, inner.height - 46)
        if state and state != "unused":
            sign = Box(value.left, value.centery - 20, 40, 40)
            (signs.check if state in GOOD else signs.warning if state in BAD else signs.hourglass)(canvas, sign)
            value = Box(sign.right + 14, value.top, value.width - 54, value.height)
        draw.write(canvas, f"cell.{name}", said, value, 34 if state else 46, draw.TEXT, smallest=22, lines=2)
