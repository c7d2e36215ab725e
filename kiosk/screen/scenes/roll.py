"""The lists, a page at a time: who was drawn, stage by stage in the order of showing; after the end the alternates."""

from collections.abc import Hashable

from kiosk.ceremony.view import LEAF_CARDS, Card, Leaf, View, leaf, leaves
from kiosk.screen import draw
from kiosk.screen.cache import Same
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame

_COLUMNS = 2


def render(canvas: Canvas, view: View, seconds: float) -> None:
    shown = leaf(view.drawing, view.alternates, view.look.page) if view.drawing else None
    total = leaves(view.drawing, view.alternates)
    key = ("roll", frame.key(view), shown, view.look.page, total, Same(view.stages))
    canvas.still(key, lambda still: _paint(still, view, shown, total))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def _paint(canvas: Canvas, view: View, shown: Leaf | None, total: int) -> None:
    frame.paint(canvas, view)
    if shown is None:
        return
    stage = view.stages[shown.stage]
    picks = stage.assign == "choose" and not shown.alternates
    kind = canvas.say("roll.alternates" if shown.alternates else "roll.picks" if picks else "roll.drawn")
    aside = canvas.say("roll.page", page=min(view.look.page, total - 1) + 1, pages=total)
    frame.heading(canvas, f"{stage.title} · {kind}", aside)
    top = frame.below_heading(canvas)
    area = Box(draw.MARGIN, top, canvas.width - 2 * draw.MARGIN, canvas.height - draw.STRIP - 12 - top)
    if not shown.cards:
        nobody = canvas.say("roll.nobody")
        draw.write(canvas, "nobody", nobody, area, 72, draw.TEXT, align="center", smallest=52, lines=2)
        return
    rows = LEAF_CARDS // _COLUMNS
    width = (area.width - 24 * (_COLUMNS - 1)) / _COLUMNS
    height = area.height / rows
    shares = _shares(canvas, shown.cards, width - 24)
    for number, card in enumerate(shown.cards):
        column, row = divmod(number, rows)
        box = Box(area.left + column * (width + 24), area.top + row * height, width, height - 6)
        _row(canvas, card, box, shares)


def _shares(canvas: Canvas, cards: tuple[Card, ...], room: float) -> tuple[float, float, float]:
    """How much of a row number, name and flat get: as much as the longest on this page need, at least a fifth each."""
    longest = [
        max(draw.width_of(canvas, text, size) for text in texts)
        for texts, size in (
            ([card.household for card in cards], 58.0),
            ([card.name for card in cards], 50.0),
            ([card.unit for card in cards], 38.0),
        )
    ]
    room -= 100 + 3 * 20
    whole = sum(longest)
    if whole <= room:
        return (longest[0] + 4, longest[1] + 4, room - longest[0] - longest[1] - 8)
    least = [room * 0.2 if each else 0.0 for each in longest]
    rest = room - sum(least)
    over = [max(0.0, each - low) for each, low in zip(longest, least, strict=True)]
    first, second, third = (low + rest * each / sum(over) for low, each in zip(least, over, strict=True))
    return (first, second, third)


def _row(canvas: Canvas, card: Card, box: Box, shares: tuple[float, float, float]) -> None:
    draw.panel(canvas, box, 10)
    tall = box.height - 10
    tab = Box(box.left + 8, box.top + 5, 92, tall)
    draw.rank_tab(canvas, tab, card.rank)
    left = tab.right + 18
    number, name, flat = (
        Box(left + sum(shares[:at]) + 20 * at, box.top + 3, share, box.height - 6) for at, share in enumerate(shares)
    )
    key = f"roll.{card.rank}"
    draw.write(canvas, f"{key}.number", card.household, number, 58, draw.TEXT, smallest=40, lines=2)
    draw.write(canvas, f"{key}.name", card.name, name, 50, draw.TEXT, smallest=36, lines=2)
    draw.write(canvas, f"{key}.flat", card.unit, flat, 38, draw.MUTED, align="right", smallest=26, lines=2)
