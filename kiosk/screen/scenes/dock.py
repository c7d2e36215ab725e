"""The dock: one sentence at the lower end of the body that says what the ceremony waits for.

Three kinds, told apart by a sign and not by colour alone: a key's cap where Enter would take an irreversible step
(with who must be present), a pointer where something else is awaited, a warning where a step was refused.
"""

from kiosk import words
from kiosk.ceremony.view import View
from kiosk.core.errors import ProtocolError
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame
from kiosk.screen.text import Colour

# What of a refusal is the label of a secret, where it is more than `label`.
_LABELS = {"ceremony.secret-order": ("label", "expected")}


def render(canvas: Canvas, view: View) -> None:
    """What there is to say, if anything."""
    look = view.look
    if look.refusal:
        _refused(canvas, view)
    elif look.asks and look.field is None:
        ask(canvas, view, frame.dock(canvas, look.scene))
    elif view.seat and look.scene == "seal":
        seat = view.seats[view.seat - 1]
        said = canvas.say("asks.dice", who=frame.seat_name(canvas, seat.number, seat.who), dice=view.dice_each)
        hint(canvas, frame.dock(canvas, look.scene), said)


def hint(canvas: Canvas, box: Box, said: str) -> None:
    """What is awaited, where that is not Enter."""
    _bar(canvas, box, draw.LINE)
    signs.pointer(canvas, Box(box.left + 46, box.centery - 32, 64, 64))
    inside = Box(box.left + 154, box.top + 10, box.width - 180, box.height - 20)
    draw.write(canvas, "hint", said, inside, 46, draw.TEXT, smallest=34, lines=2)


def _refused(canvas: Canvas, view: View) -> None:
    """Why the last step was refused, and what now: in the dock, or in the banner of a scene that has none."""
    scene = view.look.scene
    if scene in frame.DOCKED or view.look.field:
        box = frame.dock(canvas, "seal" if view.look.field else scene)
        _bar(canvas, box, draw.AMBER)
        inner = box.inflate(-48, -20)
    else:
        inner = frame.banner(canvas, scene, draw.AMBER)
    side = min(88.0, inner.height)
    signs.warning(canvas, Box(inner.left, inner.centery - side / 2, side, side))
    words = Box(inner.left + side + 36, inner.top, inner.width - side - 36, inner.height)
    draw.write(canvas, "refusal", refusal(canvas, view), words, 46, draw.TEXT, smallest=34, lines=2)


def _bar(canvas: Canvas, box: Box, colour: Colour) -> None:
    canvas.covered(box)
    draw.rounded(canvas, box, 18, draw.STRIP_TOP, border=colour, thickness=3)
    draw.watermark(canvas, box.inflate(-12, -12), 84, (52, 44, 46))


def ask(canvas: Canvas, view: View, box: Box) -> None:
    """What Enter would do, and who must be present."""
    _bar(canvas, box, draw.GOLD)
    signs.keycap(canvas, Box(box.left + 24, box.centery - 38, 118, 76), "Enter", 36, "key.enter")
    left = box.left + 166
    width = box.right - left - 24
    what = Box(left, box.top + 8, width, box.height - 58)
    draw.write(canvas, "asks", asked(canvas, view), what, 46, draw.TEXT, smallest=36, lines=2)
    who = Box(left, box.bottom - 48, width, 40)
    draw.write(canvas, "present", present(canvas, view), who, 34, draw.MUTED, smallest=26)


def asked(canvas: Canvas, view: View) -> str:
    """What Enter would do now, in a sentence."""
    asks = view.look.asks
    seat = view.seats[view.seat - 1] if view.seat else None
    return canvas.say(
        f"asks.{asks}",
        who=frame.seat_name(canvas, seat.number, seat.who) if seat else "",
        dice=" ".join(_by_three(seat.dice)) if seat else "",
        label=frame.label_name(canvas, view.due),
        source=view.public_source,
        digits=view.public_digits,
    )


def _by_three(dice: str) -> list[str]:
    return [dice[at : at + 3] for at in range(0, len(dice), 3)]


def present(canvas: Canvas, view: View) -> str:
    """Who must be in the hall for this step."""
    people = [_named(canvas, "operator", view.operator), _named(canvas, "witness", view.witness)]
    if view.look.asks in ("record", "notice", "seal", "void"):
        people.append(canvas.say("people.representatives"))
    elif view.look.asks == "contribution" and view.seat:
        people.insert(0, frame.seat_name(canvas, view.seat, view.seats[view.seat - 1].who))
    return canvas.say("asks.present", people=canvas.say("people.and").join(people))


def _named(canvas: Canvas, role: str, name: str) -> str:
    return canvas.say(f"people.{role}-named", name=name) if name else canvas.say(f"people.{role}")


def refusal(canvas: Canvas, view: View) -> str:
    """Why the last step was refused, and what now."""
    assert view.look.refusal is not None
    code, values = view.look.refusal
    told = dict(values)
    told |= {name: frame.label_name(canvas, told[name]) for name in _LABELS.get(code, ("label",)) if name in told}
    return words.explain(canvas.language, ProtocolError(code, **told))
