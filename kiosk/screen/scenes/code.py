"""The QR code, as large as the screen allows, with its host in words that can be read aloud and typed.

A code is read from about ten times its width: full screen that is the last row of a 20 m hall, which the one in the
strip is not. It is drawn black on white with its quiet zone, in whole pixels, and never inverted.
"""

from kiosk import qr
from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import frame


def render(canvas: Canvas, view: View) -> None:
    """As a layer, over any scene."""
    key = ("code", frame.key(view))

    def still(below: Canvas) -> None:
        frame.paint(below, view, strip=False)
        paint(below, view.address)

    canvas.still(key, still)


def paint(canvas: Canvas, address: str) -> None:
    """Code and words on a ground that is there already."""
    page = canvas.page
    if not address:
        said = canvas.say("code.none")
        draw.write(
            canvas, "code.none", said, page.inflate(-200, -300), 72, draw.TEXT, align="center", smallest=52, lines=3
        )
        return
    top = page.top + 12
    side = min(page.bottom - top, page.width * 0.52)
    square = Box(page.left, top + (page.bottom - top - side) / 2, side, side)
    draw.rounded(canvas, square, 8, (255, 255, 255))
    draw.qr_code(canvas, square, address)
    left = square.right + 64
    words = Box(left, square.top, page.right - left, square.height)
    spoken = qr.spoken(address, canvas.language)
    rows = (
        ("code.title", canvas.say("code.title"), 76.0, draw.TEXT, 0.24),
        ("code.what", canvas.say("code.what"), 44.0, draw.MUTED, 0.26),
        ("code.aloud", canvas.say("code.aloud"), 38.0, draw.MUTED, 0.07),
        ("code.words", spoken.words, 64.0, draw.TEXT, 0.22),
        ("code.type", canvas.say("code.type"), 38.0, draw.MUTED, 0.07),
        ("code.short", spoken.short, 60.0, draw.GOLD, 0.14),
    )
    y = words.top
    for name, said, size, colour, share in rows:
        box = Box(words.left, y, words.width, words.height * share)
        draw.write(
            canvas, name, said, box, size, colour, smallest=size * 0.7, lines=3, mono=name == "code.short",
            valign="bottom" if share < 0.1 else "middle",
        )  # fmt: skip
        y += words.height * share
