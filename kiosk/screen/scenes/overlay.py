"""The overlay (F5 or Esc): what the next key will do, in a sentence, and all that the operator can ask for.

Harmless, so that a presenter's remote may send either key at any time: nothing goes on while it is open.
"""

from dataclasses import replace

from kiosk.ceremony.desk import MENU, SCENES, looks_back
from kiosk.ceremony.view import Phase, View, opening_pages
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import dock, frame

_KEYS = (
    "next", "back", "cover", "overlay", "pace", "auto", "find", "question", "qr", "print", "dice", "correct", "leave",
)  # fmt: skip


def render(canvas: Canvas, view: View) -> None:
    look = view.look
    key = ("overlay", frame.key(view), look.scene, look.page, look.asks, look.auto, look.pace_s, look.refusal,
           said_next(canvas, view), view.due, view.seats, view.operator, view.witness, view.void_reasons,
           view.troubles)  # fmt: skip
    canvas.still(key, lambda still: _paint(still, view))


def _paint(canvas: Canvas, view: View) -> None:
    draw.ground(canvas)
    draw.header(canvas, view)
    page = canvas.page
    box = Box(page.left, page.top + 16, page.width, page.height - 16)
    left = Box(box.left, box.top, box.width * 0.6 - 12, box.height)
    right = Box(left.right + 24, box.top, box.right - left.right - 24, box.height)
    bottom = _steps(canvas, view, left)
    _menu(canvas, view, Box(left.left, bottom, left.width, left.bottom - bottom))
    _keys(canvas, view, right)


def said_next(canvas: Canvas, view: View) -> str:
    """What the key that goes on would do once the overlay is closed."""
    kind = next_step(view)
    stage = view.drawing.stage + 1 if view.drawing else 0
    title = view.stages[stage].title if stage < len(view.stages) else ""
    waits = view.drawing.groups - view.drawing.group_number if view.drawing else 0
    return canvas.say(f"next.{kind}", stage=title, left=waits)


def next_step(view: View) -> str:
    """The key of that sentence."""
    look, drawing = view.look, view.drawing
    if looks_back(view.phase, replace(look, overlay=False)):
        return "return"
    if look.scene != SCENES[view.phase] or view.phase is Phase.DONE:
        return "leaf"
    if view.phase is Phase.OPENING:
        return "leaf" if look.page + 1 < opening_pages(view.stages, view.register) else "compare"
    if view.phase is Phase.SEALED:
        return "stage"
    if view.phase is not Phase.DRAWING or drawing is None:
        return "dice" if view.seat and not look.asks else "void" if view.phase is Phase.VOID else "enter"
    if drawing.group_running:
        return "resume" if view.interruption else "running"
    if drawing.drawn < drawing.total:
        return "group"
    return "stage" if drawing.stage + 1 < len(view.stages) else "finish"


def _steps(canvas: Canvas, view: View, box: Box) -> float:
    """What the next key does, and what Enter would; gives where it ends."""
    steps = [("next", canvas.say("overlay.next"), said_next(canvas, view))]
    asked = enter(canvas, view)
    steps.append(("enter", "Enter", asked))
    y = box.top
    for name, key, said in steps:
        row = Box(box.left, y, box.width, 176 if name == "next" else 196)
        draw.rounded(canvas, row, 18, draw.STRIP_TOP, border=draw.GOLD if name == "next" else draw.LINE, thickness=3)
        draw.watermark(canvas, row.inflate(-12, -12), 96, (52, 44, 46))
        cap = Box(row.left + 24, row.centery - 40, 178, 80)
        signs.keycap(canvas, cap, key, 36, f"step.{name}.key")
        words = Box(cap.right + 26, row.top + 12, row.right - cap.right - 50, row.height - 24)
        if name == "enter" and view.look.asks:
            who = Box(words.left, words.bottom - 62, words.width, 62)
            draw.write(canvas, "present", dock.present(canvas, view), who, 32, draw.MUTED, smallest=24, lines=2)
            words = Box(words.left, words.top, words.width, words.height - 66)
        draw.write(canvas, f"step.{name}", said, words, 46, draw.TEXT, smallest=34, lines=3)
        y = row.bottom + 16
    return y


def enter(canvas: Canvas, view: View) -> str:
    if view.look.refusal:
        return dock.refusal(canvas, view)
    return dock.asked(canvas, view) if view.look.asks else canvas.say("next.nothing")


def _menu(canvas: Canvas, view: View, box: Box) -> None:
    """What can be asked for by number; then what fails."""
    each = min(92.0, (box.height - 60) / len(MENU))
    for number, choice in enumerate(MENU, 1):
        row = Box(box.left, box.top + (number - 1) * each, box.width, each - 10)
        draw.panel(canvas, row, 12)
        cap = Box(row.left + 24, row.top + 6, 72, row.height - 12)
        signs.keycap(canvas, cap, str(number), 36, f"menu.{choice}.key")
        key = f"menu.{choice}"
        if choice == "auto":
            key = "menu.by-hand" if view.look.auto else "menu.auto"
        if choice == "void" and not view.void_reasons:
            key = "menu.no-void"
        words = Box(cap.right + 26, row.top + 4, row.right - cap.right - 50, row.height - 8)
        draw.write(canvas, f"menu.{choice}", canvas.say(key), words, 42, draw.TEXT, smallest=30, lines=2)
    top = box.top + len(MENU) * each
    if view.troubles:
        foot = Box(box.left, top, box.width, box.bottom - top)
        sign = min(44.0, foot.height - 4)
        signs.warning(canvas, Box(foot.left + 10, foot.centery - sign / 2, sign, sign))
        said = Box(foot.left + 80, foot.top, foot.width - 90, foot.height)
        draw.write(canvas, "troubles", draw.troubles(canvas, view), said, 36, draw.TEXT, smallest=26, lines=2)


def _keys(canvas: Canvas, view: View, box: Box) -> None:
    """Every key and what it does."""
    draw.panel(canvas, box)
    title = Box(box.left + 28, box.top + 12, box.width - 56, 56)
    draw.write(canvas, "keys", canvas.say("overlay.keys"), title, 42, draw.GOLD)
    top = title.bottom + 6
    each = min(86.0, (box.bottom - 16 - top) / len(_KEYS))
    for number, name in enumerate(_KEYS):
        row = Box(box.left + 28, top + number * each, box.width - 56, each - 8)
        cap = Box(row.left, row.top + 2, 210, row.height - 4)
        signs.keycap(canvas, cap, canvas.say(f"key.{name}"), 30, f"key.{name}")
        words = Box(cap.right + 22, row.top, row.right - cap.right - 22, row.height)
        said = canvas.say(f"does.{name}", pace=f"{view.look.pace_s:g}")
        draw.write(canvas, f"does.{name}", said, words, 36, draw.TEXT, smallest=26, lines=2)
