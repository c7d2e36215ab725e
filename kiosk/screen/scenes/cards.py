"""The household cards of a group: how they are arranged, and what stands on one.

What must be read from the last row, 20 m away, is the number and the name: figures of 66 units and Han of 52 have ink
48 units high, 1/200 of that distance (LOOK: a picture 4 m wide). The flat is what people came for, and the longest of
them; it is read out as one word. So a card is as wide as half of the screen: rank, number and name on the first line,
and the whole second line is the flat's, which is never smaller than the name as long as the line holds it.

The arrangement depends on the size of the group alone, so it does not change while a group is shown.
"""

from kiosk.ceremony.view import Card
from kiosk.screen import draw, text
from kiosk.screen.draw import Box, Canvas

NUMBER, NUMBER_LEAST = 80.0, 66.0
NAME, NAME_LEAST = 76.0, 52.0
GAP = 20.0
_ROW_GAP, _MANY_ROWS = 7.0, 4
_PAD, _EDGE = 12.0, 2.0  # beside the texts, and above and below them
_TAB = 78.0
_HEIGHT = 220.0  # at most
_NAME_LEFT = 150.0  # what a name has at least
_NAME_WIDE = 8 * NAME_LEAST + 4  # eight Han on one line
_MOST = 10


def arrange(area: Box, count: int) -> tuple[Box, ...]:
    """A slot for each card of a group of `count`. They run down the columns, as one reads a list."""
    count = max(1, min(count, _MOST))
    columns = 2 if count > 3 else 1
    rows = -(-count // columns)
    gap = GAP if rows < _MANY_ROWS else _ROW_GAP
    width = (area.width - GAP * (columns - 1)) / columns
    height = min((area.height - gap * (rows - 1)) / rows, _HEIGHT)
    top = area.top + (area.height - rows * height - (rows - 1) * gap) / 2
    return tuple(
        Box(area.left + column * (width + GAP), top + row * (height + gap), width, height)
        for column, row in (divmod(number, rows) for number in range(count))
    )


def _tab(slot: Box) -> Box:
    """The rank's tab in a slot at the origin."""
    height = min(62.0, slot.height - 2 * _PAD)
    return Box(_PAD, (slot.height - height) / 2, _TAB, height)


def slot(canvas: Canvas, box: Box, rank: int) -> None:
    """The empty place of a card to come: its rank is known."""
    draw.rounded(canvas, box, 18, (13, 25, 46), (10, 20, 37), border=(36, 57, 90))
    tab = _tab(box).move(box.topleft)
    draw.outline(canvas, tab, 12, draw.LINE, 2)
    inner = tab.inflate(-16, -8)
    draw.write(canvas, f"slot.{rank}", str(rank), inner, tab.height * 0.76, draw.MUTED, align="center", smallest=8)


def sprite(canvas: Canvas, card: Card, size: tuple[float, float], *, pick: bool, current: bool) -> draw.Sprite:
    """A card. pick: the household will choose its flat, so the rank is its order of choosing."""

    def paint(cut: Canvas) -> None:
        box = Box(0, 0, *size)
        draw.paper(cut, box, current=current)
        tab = _tab(box)
        draw.rank_tab(cut, tab, card.rank)
        _texts(cut, card, flat(cut, card, pick), Box(tab.right + 14, _EDGE, box.width - tab.right - 14 - _PAD,
                                                     box.height - 2 * _EDGE))  # fmt: skip

    return canvas.sprite(("card", card, pick, current), size, paint)


def flat(canvas: Canvas, card: Card, pick: bool) -> str:
    """The flat; where it will be chosen, whose turn it will be."""
    return canvas.say("drawing.pick", rank=card.rank) if pick and not card.unit else card.unit


def _texts(canvas: Canvas, card: Card, said: str, room: Box) -> None:
    """Number and name, and the flat below. The name gives way to the flat, down to what can be read from afar."""
    key = f"card.{card.rank}"
    height = room.height / 2 if said else room.height
    size = max(NUMBER_LEAST, min(NUMBER * 1.6, height / 0.8))
    number = Box(room.left, room.top, room.width, height)
    if card.name:
        number.width = _number_width(canvas, card, room.width - 16, size)
    draw.write(canvas, f"{key}.number", card.household, number, size, draw.INK, smallest=NUMBER_LEAST, lines=2)
    below = Box(room.left, number.bottom, room.width, height)
    largest = max(NAME, min(NAME * 1.4, height))
    written = draw.write(canvas, f"{key}.flat", said, below, largest, draw.INK, smallest=NAME_LEAST, lines=2)
    if written:
        largest = written.size / canvas.scale
    least = _least(card.name)
    name = Box(number.right + 16, room.top, room.right - number.right - 16, height)
    draw.write(canvas, f"{key}.name", card.name, name, max(least, largest), draw.INK, smallest=least, lines=2)


def _least(name: str) -> float:
    """The size at which a name's ink is 48 units high: Han fill their square, capitals three quarters of it."""
    return NAME_LEAST if any(text.is_wide(character) for character in name) else NUMBER_LEAST


def _number_width(canvas: Canvas, card: Card, room: float, size: float) -> float:
    """How much of the first line the number takes.

    Its width at `size`, where eight Han of a name have room beside it then; at least what makes it readable from afar;
    and where not even that is left, its share by how much longer than the name it is.
    """
    least = draw.width_of(canvas, card.household, NUMBER_LEAST)
    if least > room - _NAME_LEFT:
        name = draw.width_of(canvas, card.name, NUMBER_LEAST)
        return min(room - _NAME_LEFT, room * max(0.4, least / (least + name)))
    return max(least, min(draw.width_of(canvas, card.household, size), room - _NAME_WIDE))
