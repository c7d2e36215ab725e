"""The household cards of a group: how they are arranged, and what stands on one.

What must be read from the last row, 20 m away, is the number and the name: figures of 66 units and Han of 52 have ink
48 units high, 1/200 of that distance (LOOK: a picture 4 m wide). So the arrangement follows from the longest number of
the waiting list: five cards beside each other where the number then stands in full size on a line of its own, else two
columns of wide cards in which number and name stand side by side. It depends on the list and on the size of the group,
never on who was drawn, so it does not change while a group is shown.

A card's texts: rank, number, name, flat. In a `tall` card they stand above each other, in a `wide` one in a row.
"""

from dataclasses import dataclass

from kiosk.ceremony.view import Card
from kiosk.screen import draw, text
from kiosk.screen.draw import Box, Canvas

NUMBER, NUMBER_LEAST = 80.0, 66.0
NAME, NAME_LEAST = 76.0, 52.0
GAP = 20.0
_PAD = 12.0
_TAB = 78.0  # of a wide card
_NAME_LEFT = 150.0  # what a name has at least in a wide card
_NAME_WIDE = 8 * NAME_LEAST + 4  # eight Han on one line
_MOST = 10


@dataclass(frozen=True)
class Arrangement:
    """Where each card of a group lies. tall: texts above each other; slots: one box for each card."""

    slots: tuple[Box, ...]
    tall: bool
    columns: int


def arrange(area: Box, count: int, number: str) -> Arrangement:
    """Slots for a group of `count` cards, the longest number of which is `number`.

    The best looking arrangement in which the number has its full size, else the one in which it is largest.
    """
    count = max(1, min(count, _MOST))
    made = [_grid(area, count, columns, tall) for columns, tall in _candidates(count)]
    sizes = [_number_size(each.slots[0], each.tall, number) for each in made]
    best = next((at for at, size in enumerate(sizes) if size >= NUMBER_LEAST), sizes.index(max(sizes)))
    return made[best]


def _candidates(count: int) -> list[tuple[int, bool]]:
    """Columns and form, the best looking first."""
    across = -(-count // 2) if count > 4 else count
    return [(across, True), (2 if count > 3 else 1, False)]


def _grid(area: Box, count: int, columns: int, tall: bool) -> Arrangement:
    rows = -(-count // columns)
    gap = GAP if rows < 4 else 10.0
    width = (area.width - GAP * (columns - 1)) / columns
    height = min((area.height - gap * (rows - 1)) / rows, 360.0 if tall else 190.0)
    if tall:
        width = min(width, height * 2.4)
    top = area.top + (area.height - rows * height - (rows - 1) * gap) / 2
    slots = []
    for number in range(count):
        # Wide cards run down the columns, as one reads a list; tall ones across.
        row, column = divmod(number, columns) if tall else (number % rows, number // rows)
        left = area.left + (area.width - columns * width - (columns - 1) * GAP) / 2
        slots.append(Box(left + column * (width + GAP), top + row * (height + gap), width, height))
    return Arrangement(tuple(slots), tall, columns)


def _tab(slot: Box, tall: bool) -> Box:
    """The rank's tab in a slot at the origin."""
    if tall:
        height = min(56.0, slot.height * 0.25)
        return Box(_PAD, _PAD, height * 1.68, height)
    height = min(62.0, slot.height - 2 * _PAD)
    return Box(_PAD, (slot.height - height) / 2, _TAB, height)


def _number_size(slot: Box, tall: bool, number: str) -> float:
    """The size in which a number stands in a slot, where it may take two lines or more if it must."""
    if tall:
        width, height = slot.width - 2 * _PAD, (slot.height - _tab(slot, tall).bottom - _PAD) / 2
    else:
        width, height = slot.width - _TAB - 4 * _PAD - _NAME_LEFT, slot.height - 12
    whole = text.fit(number, int(width), int(height), 160, 1).size
    if whole >= NUMBER_LEAST:
        return whole
    # Two lines are harder to read than their size says.
    return max(whole, 0.9 * text.fit(number, int(width), int(height), 160, 160).size)


def slot(canvas: Canvas, box: Box, rank: int, tall: bool) -> None:
    """The empty place of a card to come: its rank is known."""
    draw.rounded(canvas, box, 18, (13, 25, 46), (10, 20, 37), border=(36, 57, 90))
    tab = _tab(box, tall).move(box.topleft)
    draw.outline(canvas, tab, 12, draw.LINE, 2)
    draw.write(
        canvas,
        f"slot.{rank}",
        str(rank),
        tab.inflate(-16, -8),
        tab.height * 0.76,
        draw.MUTED,
        align="center",
        smallest=8,
    )


def sprite(
    canvas: Canvas, card: Card, size: tuple[float, float], tall: bool, *, pick: bool, current: bool
) -> draw.Sprite:
    """A card. pick: the household will choose its flat, so the rank is its order of choosing."""

    def paint(cut: Canvas) -> None:
        box = Box(0, 0, *size)
        draw.paper(cut, box, current=current)
        tab = _tab(box, tall)
        draw.rank_tab(cut, tab, card.rank)
        if tall:
            _tall(cut, card, box, tab, pick)
        else:
            _wide(cut, card, box, tab, pick)

    return canvas.sprite(("card", card, tall, pick, current), size, paint)


def _flat(canvas: Canvas, card: Card, pick: bool) -> str:
    return canvas.say("drawing.pick") if pick and not card.unit else card.unit


def _least(name: str) -> float:
    """The size at which a name's ink is 48 units high: Han fill their square, capitals three quarters of it."""
    return NAME_LEAST if any(text.is_wide(character) for character in name) else NUMBER_LEAST


def _tall(canvas: Canvas, card: Card, box: Box, tab: Box, pick: bool) -> None:
    """Rank and flat above, then the number, then the name; or rank and number above, where the number is short."""
    key, flat = f"card.{card.rank}", _flat(canvas, card, pick)
    width = box.width - 2 * _PAD
    beside = Box(tab.right + 10, tab.top, box.width - tab.right - 10 - _PAD, tab.height)
    rest = Box(_PAD, tab.bottom + 4, width, box.height - tab.bottom - 4 - _PAD + 4)
    # A name that needs two lines in its full size gets the room for them.
    least = canvas.px(_least(card.name))
    two = len(text.fit(card.name, canvas.px(width), canvas.px(rest.height), least, least, 2).lines) > 1
    number, place = beside, beside
    if len(card.household) <= 5 and draw.width_of(canvas, card.household, NUMBER) <= beside.width:
        number = Box(beside.left, beside.top - 4, beside.width, beside.height + 8)
        under = min(46.0, rest.height * 0.3) if flat else 0.0
        name = Box(rest.left, rest.top + 4, width, rest.height - under - 4)
        place = Box(rest.left, name.bottom, width, under - 2)
        draw.line(canvas, Box(rest.left, rest.top, width, 2), draw.EDGE)
    else:
        share = 1.0 if not card.name else 0.33 if two else 0.49
        number = Box(rest.left, rest.top, width, rest.height * share - 2)
        name = Box(rest.left, number.bottom + 4, width, rest.bottom - number.bottom - 4)
    largest = max(NUMBER, min(NUMBER * 1.6, number.height))
    # A name is not larger than its number, which one looks for first.
    em = draw.width_of(canvas, card.household, NUMBER) / NUMBER
    _write(canvas, f"{key}.number", card.household, number, largest, NUMBER_LEAST)
    _write(canvas, f"{key}.name", card.name, name, max(NAME, min(largest, width / em)), _least(card.name))
    draw.write(canvas, f"{key}.flat", flat, place, 38, draw.INK_MUTED, align="center", smallest=28, lines=2)


def _write(canvas: Canvas, name: str, said: str, box: Box, size: float, least: float, align: str = "center") -> None:
    draw.write(canvas, name, said, box, size, draw.INK, align=align, smallest=least, lines=2)


def _wide(canvas: Canvas, card: Card, box: Box, tab: Box, pick: bool) -> None:
    """Rank, number, and the name above the flat."""
    key, flat = f"card.{card.rank}", _flat(canvas, card, pick)
    room = Box(tab.right + 14, 6, box.width - tab.right - 14 - _PAD, box.height - 12)
    width = _number_width(canvas, card, room.width - 16) if card.name or flat else room.width
    number = Box(room.left, room.top, width, room.height)
    _write(canvas, f"{key}.number", card.household, number, NUMBER, NUMBER_LEAST, "left")
    rest = Box(number.right + 16, room.top, room.right - number.right - 16, room.height)
    if not (card.name and flat):
        _write(canvas, f"{key}.name", card.name or flat, rest, NAME, NAME_LEAST, "left")
        return
    name = Box(rest.left, rest.top, rest.width, rest.height * 0.66 - 1)
    _write(canvas, f"{key}.name", card.name, name, NAME, _least(card.name), "left")
    below = Box(rest.left, name.bottom + 2, rest.width, rest.bottom - name.bottom - 2)
    draw.write(canvas, f"{key}.flat", flat, below, 30, draw.INK_MUTED, smallest=22)


def _number_width(canvas: Canvas, card: Card, room: float) -> float:
    """How much of a wide card's room the number takes.

    Its full width, where eight Han of a name have room beside it then; at least what makes it readable from afar; and
    where not even that is left, its share by how much longer than the name it is.
    """
    least = draw.width_of(canvas, card.household, NUMBER_LEAST)
    if least > room - _NAME_LEFT:
        name = draw.width_of(canvas, card.name or card.unit, NUMBER_LEAST)
        return min(room - _NAME_LEFT, room * max(0.4, least / (least + name)))
    return max(least, min(draw.width_of(canvas, card.household, NUMBER), room - _NAME_WIDE))
