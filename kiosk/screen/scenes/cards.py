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
_PAD = 14.0
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
    gap = GAP if rows < 4 else 12.0
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
        height = min(62.0, slot.height * 0.27)
        return Box(_PAD, _PAD, height * 1.68, height)
    height = min(64.0, slot.height - 2 * _PAD)
    return Box(_PAD, (slot.height - height) / 2, 96, height)


def _number_size(slot: Box, tall: bool, number: str) -> float:
    """The size in which a number stands in a slot, where it may take two lines or more if it must."""
    if tall:
        width, height = slot.width - 2 * _PAD, (slot.height - _tab(slot, tall).bottom + slot.top - _PAD) / 2
    else:
        width, height = slot.width - 96 - 4 * _PAD - 150, slot.height - 12
    whole = text.fit(number, int(width), int(height), 160, 1, 1).size
    return (
        whole
        if whole >= NUMBER_LEAST
        else max(whole, 0.9 * text.fit(number, int(width), int(height), 160, 160, 2).size)
    )


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


def _tall(canvas: Canvas, card: Card, box: Box, tab: Box, pick: bool) -> None:
    """Rank and flat above, then the number, then the name; or rank and number above, where the number is short."""
    key = f"card.{card.rank}"
    flat = _flat(canvas, card, pick)
    left, width = _PAD, box.width - 2 * _PAD
    beside = Box(tab.right + 12, tab.top, box.width - tab.right - 12 - _PAD, tab.height)
    rest = box.height - tab.bottom - _PAD
    largest = min(NUMBER * 1.6, rest * 0.46)
    short = text.advance(card.household, 100) / 100 * NUMBER <= beside.width and len(card.household) <= 5
    if short:
        draw.write(
            canvas,
            f"{key}.number",
            card.household,
            beside.inflate(0, 10),
            NUMBER,
            draw.INK,
            align="center",
            smallest=NUMBER_LEAST,
        )
        under = 46.0 if flat else 0.0
        name = Box(left, tab.bottom + 8, width, rest - under - 8)
        place = Box(left, box.height - _PAD - under + 4, width, under - 4)
        draw.line(canvas, Box(left, tab.bottom + 5, width, 2), draw.EDGE)
    else:
        half = rest / 2
        number = Box(left, tab.bottom + 4, width, half - 4 if card.name else rest)
        draw.write(
            canvas,
            f"{key}.number",
            card.household,
            number,
            largest,
            draw.INK,
            align="center",
            smallest=NUMBER_LEAST,
            lines=2,
        )
        name = Box(left, tab.bottom + half + 4, width, half - 2)
        place = beside
    if card.name:
        draw.write(
            canvas,
            f"{key}.name",
            card.name,
            name,
            max(NAME, largest * 0.95),
            draw.INK,
            align="center",
            smallest=NAME_LEAST,
            lines=2,
        )
    if flat:
        draw.write(canvas, f"{key}.flat", flat, place, 38, draw.INK_MUTED, align="center", smallest=28, lines=2)


def _wide(canvas: Canvas, card: Card, box: Box, tab: Box, pick: bool) -> None:
    """Rank, number, and the name above the flat."""
    key = f"card.{card.rank}"
    flat = _flat(canvas, card, pick)
    left = tab.right + 18
    room = box.width - left - _PAD
    em = text.advance(card.household, 100) / 100
    width = min(room - 150, em * min(NUMBER, box.height * 0.72) + 4)
    number = Box(left, 6, width if card.name or flat else room, box.height - 12)
    draw.write(canvas, f"{key}.number", card.household, number, NUMBER, draw.INK, smallest=NUMBER_LEAST, lines=2)
    rest = Box(number.right + 20, 6, box.right - number.right - 20 - _PAD, box.height - 12)
    if card.name and flat:
        share = 0.66
        draw.write(
            canvas,
            f"{key}.name",
            card.name,
            Box(rest.left, rest.top, rest.width, rest.height * share),
            NAME,
            draw.INK,
            smallest=NAME_LEAST,
            lines=2,
        )
        draw.write(
            canvas,
            f"{key}.flat",
            flat,
            Box(rest.left, rest.top + rest.height * share, rest.width, rest.height * (1 - share)),
            30,
            draw.INK_MUTED,
            smallest=22,
        )
    elif card.name or flat:
        draw.write(canvas, f"{key}.name", card.name or flat, rest, NAME, draw.INK, smallest=NAME_LEAST, lines=2)
