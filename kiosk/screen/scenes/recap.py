"""After every tenth group: the last hundred households once more, small, on one page."""

from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas

GROUPS = 10
_COLUMNS = 5


def paint(canvas: Canvas, view: View) -> None:
    """Ranks, numbers and names of the stage's last hundred, in five columns."""
    draw.ground(canvas)
    draw.header(canvas, view)
    draw.proof_strip(canvas, view)
    drawing = view.drawing
    assert drawing is not None
    count = min(GROUPS * 10, drawing.drawn)
    shown = tuple(drawing.shown[len(drawing.shown) - count :])
    body = canvas.body
    title = canvas.say(
        "drawing.recap", stage=view.stages[drawing.stage].title, first=shown[0].rank, last=shown[-1].rank
    )
    draw.write(canvas, "recap", title, Box(body.left, body.top + 14, body.width, 64), 50, draw.TEXT, smallest=34)
    rows = -(-GROUPS * 10 // _COLUMNS)
    top = body.top + 92
    width = (body.width - 24 * (_COLUMNS - 1)) / _COLUMNS
    height = (body.bottom - 12 - top) / rows
    for number, card in enumerate(shown):
        column, row = divmod(number, rows)
        box = Box(body.left + column * (width + 24), top + row * height, width, height)
        if row % 2 == 0:
            draw.rounded(canvas, box, 6, draw.TILE_BOTTOM)
        y, tall = box.top + 2, height - 4
        draw.write(
            canvas,
            f"recap.{card.rank}.rank",
            str(card.rank),
            Box(box.left + 6, y, 60, tall),
            24,
            draw.GOLD,
            align="right",
        )
        split = 130.0 if card.name else 10.0
        draw.write(
            canvas,
            f"recap.{card.rank}.number",
            card.household,
            Box(box.left + 78, y, width - 84 - split, tall),
            26,
            draw.TEXT,
        )
        draw.write(
            canvas, f"recap.{card.rank}.name", card.name, Box(box.right - split + 4, y, split - 10, tall), 26, draw.TEXT
        )
