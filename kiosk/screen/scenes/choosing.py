"""Choosing flats, after the draw: whose turn it is, who comes next, the last choices, and the flats that are left, a
page at a time. What is said of a file that does not hold takes the strip's place."""

from collections.abc import Hashable

from kiosk.ceremony import choosing
from kiosk.ceremony.choosing import Choosing, Line
from kiosk.ceremony.outcome import Card
from kiosk.ceremony.view import View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame

_TURN = 318.0  # the height of the card of whose turn it is
_GLOW = 32  # below the card of whose turn it is: its light is no ground for words
_ROW = 62.0


def render(canvas: Canvas, view: View, seconds: float) -> None:
    told = view.choosing
    assert told is not None
    canvas.still(("choosing", frame.key(view), view.look.page, told), lambda still: _paint(still, view, told))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def _paint(canvas: Canvas, view: View, told: Choosing) -> None:
    frame.paint(canvas, view)
    aside = canvas.say("choosing.done", chosen=told.chosen, choosers=told.choosers)
    frame.heading(canvas, canvas.say("choosing.title", stage=told.stage), aside)
    top, bottom = frame.below_heading(canvas), canvas.height - draw.STRIP - 14
    width = canvas.width - 2 * draw.MARGIN
    left = Box(draw.MARGIN, top, width * 0.44 - 12, bottom - top)
    right = Box(left.right + 24, top, width - left.width - 24, left.height)
    _turn(canvas, told, Box(left.left, left.top, left.width, _TURN))
    rest = left.height - _TURN - _GLOW
    rows = (rest - 52) / choosing.NEXT
    _cards(canvas, "next", told.next, Box(left.left, left.bottom - rest, left.width, rest), rows)
    height = 52 + choosing.LAST * _ROW
    _flats(canvas, view, told, Box(right.left, right.top, right.width, right.height - height - 16))
    _cards(canvas, "last", told.last, Box(right.left, right.bottom - height, right.width, height), _ROW)
    if told.trouble:
        _trouble(canvas, view, told)


def _turn(canvas: Canvas, told: Choosing, box: Box) -> None:
    draw.paper(canvas, box, current=told.turn is not None)
    inner = box.inflate(-56, -28)
    if told.turn is None:
        said = canvas.say("choosing.over")
        draw.write(canvas, "over", said, inner, 84, draw.INK, align="center", smallest=52, lines=2)
        return
    title = Box(inner.left, inner.top, inner.width, 54)
    draw.write(canvas, "turn", canvas.say("choosing.turn"), title, 48, draw.INK, smallest=34)
    tab = Box(inner.left, title.bottom + 12, 170, 104)
    draw.rank_tab(canvas, tab, told.turn.rank)
    number = Box(tab.right + 26, tab.top - 8, inner.right - tab.right - 26, 120)
    draw.write(canvas, "turn.number", told.turn.household, number, 112, draw.INK, smallest=56, lines=2)
    name = Box(inner.left, tab.bottom + 12, inner.width, inner.bottom - tab.bottom - 12)
    draw.write(canvas, "turn.name", told.turn.name, name, 80, draw.INK, smallest=48, lines=2)


def _cards(canvas: Canvas, kind: str, cards: tuple[Card, ...], box: Box, row: float) -> None:
    """Who comes next, or the last choices with their flats, if anybody does or has chosen."""
    if not cards:
        return
    title = Box(box.left, box.top, box.width, 48)
    draw.write(canvas, kind, canvas.say(f"choosing.{kind}"), title, 40, draw.GOLD, smallest=30)
    for number, card in enumerate(cards):
        line = Box(box.left, title.bottom + 4 + number * row, box.width, row - 6)
        draw.panel(canvas, line, 10)
        tab = Box(line.left + 8, line.top + 5, 96, line.height - 10)
        draw.rank_tab(canvas, tab, card.rank)
        inner = Box(tab.right + 18, line.top + 3, line.right - tab.right - 36, line.height - 6)
        shares = (0.36, 0.24, 0.40) if kind == "last" else (0.56, 0.44, 0.0)
        parts = [Box(inner.left + inner.width * sum(shares[:at]), inner.top, inner.width * share - 14, inner.height)
                 for at, share in enumerate(shares)]  # fmt: skip
        key = f"{kind}.{number}"
        draw.write(canvas, f"{key}.number", card.household, parts[0], 50, draw.TEXT, smallest=32, lines=2)
        draw.write(canvas, f"{key}.name", card.name, parts[1], 46, draw.TEXT, smallest=30, lines=2)
        if kind == "last":
            draw.write(canvas, f"{key}.unit", card.unit, parts[2], 46, draw.SKY, align="right", smallest=28, lines=2)


def _flats(canvas: Canvas, view: View, told: Choosing, box: Box) -> None:
    """The page of flats that are left."""
    made = choosing.pages(told.flats)
    page = max(0, min(view.look.page, len(made) - 1))
    draw.panel(canvas, box)
    inner = box.inflate(-40, -20)
    said = canvas.say("choosing.left", left=told.left)
    turned = canvas.say("choosing.page", page=page + 1, pages=len(made)) if len(made) > 1 else ""
    head = Box(inner.left, inner.top, inner.width * 0.6, 48)
    draw.write(canvas, "left", said, head, 40, draw.GOLD, smallest=30)
    beside = Box(head.right + 16, inner.top, inner.right - head.right - 16, 48)
    draw.write(canvas, "page", turned, beside, 36, draw.TEXT, align="right", smallest=26)
    top = head.bottom + 6
    each = (inner.bottom - top) / choosing.LINES
    for number, line in enumerate(made[page]):
        _line(canvas, number, line, Box(inner.left, top + number * each, inner.width, each - 6))


def _line(canvas: Canvas, number: int, line: Line, box: Box) -> None:
    if not line.units:
        title = line.flats.title or canvas.say("choosing.flats")
        count = canvas.say("choosing.of", left=len(line.flats.left), of=line.flats.of)
        count = count if line.begins else canvas.say("choosing.goes-on", count=count)
        right = min(draw.width_of(canvas, count, 36) + 8, box.width * 0.5)
        draw.write(canvas, f"kind.{number}", title, Box(box.left, box.top, box.width - right - 12, box.height), 40,
                   draw.TEXT, smallest=26, lines=2)  # fmt: skip
        draw.write(canvas, f"kind.{number}.count", count, Box(box.right - right, box.top, right, box.height), 36,
                   draw.MUTED, align="right", smallest=26)  # fmt: skip
        return
    width = box.width / choosing.COLUMNS
    for at, unit in enumerate(line.units):
        place = Box(box.left + at * width, box.top, width - 10, box.height)
        draw.rounded(canvas, place, 10, draw.WALL, border=draw.LINE, thickness=2)
        draw.write(canvas, f"flat.{number}.{at}", unit, place.inflate(-20, -4), 40, draw.TEXT, align="center",
                   smallest=26, lines=2)  # fmt: skip


def _trouble(canvas: Canvas, view: View, told: Choosing) -> None:
    inner = frame.banner(canvas, view.look.scene, draw.AMBER)
    side = min(100.0, inner.height)
    signs.warning(canvas, Box(inner.left, inner.centery - side / 2, side, side))
    words = Box(inner.left + side + 36, inner.top, inner.width - side - 36, inner.height)
    draw.write(canvas, "trouble", told.trouble, words, 50, draw.TEXT, smallest=34, lines=3)
