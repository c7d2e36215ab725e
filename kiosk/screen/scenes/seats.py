"""Who throws, seat by seat, with the dice on the table: every contribution stays in view until the draw begins.

A card for each seat: its number, who sits there, the dice in their order, and whether they are confirmed (check mark),
being thrown (pointer and gold rim) or still to come. As many cards on a page as leave the dice large enough.
"""

from dataclasses import dataclass
from functools import lru_cache

from kiosk.ceremony.view import Seat, View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame

GAP = 14.0
_DIE_LEAST = 30.0
_DIE_MOST = 84.0
_APART = 1.14  # from die to die, in sides
_PAD = 12.0


@dataclass(frozen=True)
class Plan:
    """columns, rows: of cards on a page; side: of a die."""

    columns: int
    rows: int
    side: float

    @property
    def each(self) -> int:
        return self.columns * self.rows


def dice_side(width: float, height: float, count: int, most: float = _DIE_MOST) -> tuple[float, int]:
    """The largest side with which `count` dice fit, and how many stand in a row."""
    best = (0.0, 1)
    for rows in range(1, count + 1):
        across = -(-count // rows)
        side = min(most, width / (across * _APART), height / (rows * _APART))
        if side > best[0] + 0.01:
            best = (side, across)
    return best


@lru_cache(maxsize=64)
def plan(width: float, height: float, seats: int, dice: int, least: float) -> Plan:
    """As many seats on a page as leave dice of a size to be seen, and the dice then as large as they go."""
    best = Plan(1, 1, 0.0)
    for on_page in sorted({-(-seats // pages) for pages in range(1, seats + 1)}, reverse=True):
        for columns in range(1, min(8, on_page) + 1):
            rows = -(-on_page // columns)
            card = Box(0, 0, (width - GAP * (columns - 1)) / columns, (height - GAP * (rows - 1)) / rows)
            room = _dice_box(card)
            side = dice_side(room.width, room.height, dice)[0] if room.width > 60 and room.height > 16 else 0.0
            if side > best.side:
                best = Plan(columns, rows, side)
        if best.side >= least:
            return best
    return best


def _tab(box: Box) -> Box:
    side = max(34.0, min(64.0, box.height - 2 * _PAD))
    return Box(box.left + _PAD, box.top + _PAD, side, min(side, box.height - 2 * _PAD))


def _compact(box: Box) -> bool:
    """Whether a card is too low for a line that names who sits there."""
    return box.height < 96


def _sign(box: Box) -> Box:
    side = min(40.0, box.height - 16) if _compact(box) else _name(box)
    return Box(box.right - _PAD - side, box.top + (box.height - side) / 2 if _compact(box) else box.top + 6, side, side)


def _name(box: Box) -> float:
    """Height of the line that names who sits there."""
    return max(26.0, min(50.0, box.height * 0.34))


def _dice_box(box: Box) -> Box:
    left = _tab(box).right + _PAD
    if _compact(box):
        return Box(left, box.top + 6, _sign(box).left - 8 - left, box.height - 12)
    name = _name(box)
    return Box(left, box.top + name + 8, box.right - _PAD - left, box.height - name - 18)


def place(canvas: Canvas, view: View) -> Box:
    """Where the cards lie while secrets are opened: above the dock."""
    extra = canvas.height - draw.HEIGHT
    height = (140.0 + extra * 0.35) if view.seats else 0.0
    bottom = frame.dock(canvas, "seal").top - frame.GAP
    return Box(draw.MARGIN, bottom - height, canvas.width - 2 * draw.MARGIN, height)


def planned(view: View, box: Box, least: float = _DIE_LEAST) -> Plan:
    return plan(round(box.width), round(box.height), len(view.seats), view.dice_each, least)


def pages(view: View, box: Box) -> int:
    return -(-len(view.seats) // planned(view, box).each) if view.seats else 1


def page_of(view: View, box: Box, seat: int) -> int:
    """The page of a seat; where a page holds one only, that of the seat before it, whose dice lie there."""
    each = planned(view, box).each
    return max(0, seat - 2) if each == 1 else (seat - 1) // each


def band(canvas: Canvas, view: View, box: Box, page: int, least: float = _DIE_LEAST) -> None:
    """A page of cards. least: how small its dice may be, so that more seats fit."""
    if not view.seats:
        return
    made = planned(view, box, least)
    shown = view.seats[page * made.each : (page + 1) * made.each]
    columns = min(made.columns, len(view.seats))
    rows = -(-min(made.each, len(view.seats)) // columns)
    width = (box.width - GAP * (columns - 1)) / columns
    height = (box.height - GAP * (rows - 1)) / rows
    for number, seat in enumerate(shown):
        row, column = divmod(number, columns)
        place = Box(box.left + column * (width + GAP), box.top + row * (height + GAP), width, height)
        _card(canvas, view, seat, place)


def _card(canvas: Canvas, view: View, seat: Seat, box: Box) -> None:
    turn = seat.number == view.seat
    draw.panel(canvas, box, 14)
    if turn:
        draw.outline(canvas, box, 14, draw.GOLD, 4)
    draw.rank_tab(canvas, _tab(box), seat.number)
    sign = _sign(box)
    if seat.confirmed:
        signs.check(canvas, sign.inflate(-6, -6))
    elif turn:
        signs.pointer(canvas, sign.inflate(-8, -8))
    if not _compact(box):
        _who(canvas, seat, box, canvas.say("seal.turn" if turn else "seal.waits"))
    _dice(canvas, seat, view.dice_each, _dice_box(box))


def _who(canvas: Canvas, seat: Seat, box: Box, state: str) -> None:
    """Who sits there, and in words what is awaited of them."""
    name, key = _name(box), f"seat.{seat.number}"
    left, right = _tab(box).right + _PAD, _sign(box).left - 10
    said = frame.seat_name(canvas, seat.number, seat.who)
    width = draw.width_of(canvas, state, name * 0.62) + 4
    # Where the words leave no room for the name, the sign says it alone.
    if not seat.confirmed and draw.width_of(canvas, said, name * 0.7) < right - left - width - 14:
        place = Box(right - width, box.top + 6, width, name)
        draw.write(canvas, f"{key}.state", state, place, name * 0.62, draw.MUTED, align="right")
        right -= width + 10
    who = Box(left, box.top + 6, right - left, name)
    draw.write(canvas, key, said, who, name * 0.84, draw.TEXT, lines=2)


def _dice(canvas: Canvas, seat: Seat, each: int, box: Box) -> None:
    side, across = dice_side(box.width, box.height, each)
    rows = -(-each // across)
    top = box.top + (box.height - rows * side * _APART + side * (_APART - 1)) / 2
    # Those of the seat whose turn it is lie large above; here they come when they are confirmed.
    for number in range(each):
        row, column = divmod(number, across)
        place = Box(box.left + column * side * _APART, top + row * side * _APART, side, side)
        if seat.confirmed:
            signs.die(canvas, place, int(seat.dice[number]))
        else:
            signs.die_slot(canvas, place)
