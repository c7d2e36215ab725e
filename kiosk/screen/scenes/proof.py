"""The proof, the calm end: the result hash to compare and write down, the notary's statement over it, the QR code to
take home, thanks.

Beside the hash stands what the independent verifier said, which drew again from the files on the disk; its failing is
shown like its success. The last page ends the ceremony and names where the result can be read.
"""

from collections.abc import Hashable

from kiosk.ceremony.view import PROOF, Verdict, View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import code, digits, frame


def render(canvas: Canvas, view: View, seconds: float) -> None:
    counts = (view.households, view.units, view.drawing.all_total if view.drawing else 0)
    key = ("proof", frame.key(view), view.look.page, view.verdicts, counts, view.seed, view.draw, view.witness,
           len(view.seats), len(view.envelopes), view.public_source)  # fmt: skip
    paint = _PAGES[PROOF[max(0, min(view.look.page, len(PROOF) - 1))]]
    canvas.still(key, lambda still: paint(still, view))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def _hash(canvas: Canvas, view: View) -> None:
    frame.paint(canvas, view, strip=False)
    title = Box(draw.MARGIN, draw.HEADER + 8, canvas.width - 2 * draw.MARGIN, 60)
    draw.write(canvas, "heading", canvas.say("proof.title"), title, 54, draw.TEXT, smallest=40)
    low = frame.dock(canvas, "proof")
    words = Box(title.left, low.top - 72, title.width, 64)
    area = Box(title.left, title.bottom, title.width, words.top - title.bottom)
    digits.grid(canvas, "result", view.result_hash or "", area)
    said = canvas.say("proof.what")
    draw.write(canvas, "what", said, words, 44, draw.GOLD, align="center", smallest=32, lines=2)
    verdicts = view.verdicts or (Verdict("", "", "", ""),)
    height = (low.height - 8 * (len(verdicts) - 1)) / len(verdicts)
    for number, verdict in enumerate(verdicts):
        box = Box(low.left, low.top + number * (height + 8), low.width, height)
        _verdict(canvas, view, verdict, number, box)


def _verdict(canvas: Canvas, view: View, verdict: Verdict, number: int, box: Box) -> None:
    """What a verifier says: a check mark, a cross, or that it is still at work. Its hash must be ours."""
    same = not verdict.result_hash or verdict.result_hash == view.result_hash
    good = verdict.verdict == "verified" and same
    colour = draw.SKY if good else draw.AMBER if verdict.verdict else draw.LINE
    draw.rounded(canvas, box, 18, draw.STRIP_TOP, border=colour, thickness=3)
    draw.watermark(canvas, box.inflate(-12, -12), 84, (52, 44, 46))
    side = min(72.0, box.height - 16)
    sign = Box(box.left + 36, box.centery - side / 2, side, side)
    if good:
        signs.check(canvas, sign)
    elif verdict.verdict:
        signs.cross(canvas, sign)
    else:
        signs.hourglass(canvas, sign)
    kind = verdict.verdict if same else "other"
    said = canvas.say(f"proof.{kind or 'working'}", check=verdict.check, hash=verdict.result_hash[:8])
    inside = Box(sign.right + 32, box.top + 6, box.right - sign.right - 56, box.height - 12)
    draw.write(canvas, f"verdict.{number}", said, inside, 46, draw.TEXT, smallest=34, lines=2)


def _statement(canvas: Canvas, view: View) -> None:
    """What the notary reads out, over the hash that it is about. It says only what everybody in the hall has seen."""
    frame.paint(canvas, view, strip=False)
    frame.heading(canvas, canvas.say("statement.title"), canvas.say("statement.reads", who=view.witness or
                  canvas.say("people.witness")))  # fmt: skip
    page = canvas.page
    top = frame.below_heading(canvas)
    band = Box(page.left, page.bottom - 200, page.width, 200)
    draw.rounded(canvas, band, 18, draw.STRIP_TOP, border=draw.GOLD, thickness=3)
    label = Box(band.left + 36, band.top + 10, band.width - 72, 44)
    draw.write(canvas, "statement.hash", canvas.say("strip.result"), label, 38, draw.TEXT)
    each, groups = (band.width - 72) / 8, view.result_hash or ""
    for number in range(16):
        place = Box(band.left + 36 + number % 8 * each, label.bottom + number // 8 * 66, each, 64)
        digits = groups[number * 4 : number * 4 + 4]
        draw.write(canvas, f"statement.{number}", digits, place, 64, draw.TEXT, align="center", mono=True)
    sheet = Box(page.left, top, page.width, band.top - top - 20)
    draw.paper(canvas, sheet)
    words = sheet.inflate(-112, -48)
    draw.write(canvas, "statement", statement(canvas, view), words, 66, draw.INK, smallest=50, lines=9)


def statement(canvas: Canvas, view: View) -> str:
    """The words of the statement, for the parts that this draw has."""
    parts = ["draw", "notice"]
    parts += ["dice"] * bool(view.seats) + ["secrets"] * bool(view.envelopes) + ["public"] * bool(view.public_source)
    parts += ["result"]
    said = [
        canvas.say(f"statement.{part}", title=view.title, draw=view.draw, people=len(view.seats),
                   secrets=len(view.envelopes), source=view.public_source,
                   drawn=view.drawing.all_total if view.drawing else 0)
        for part in parts
    ]  # fmt: skip
    return (" " if canvas.language == "en" else "").join(said)


def _code(canvas: Canvas, view: View) -> None:
    frame.paint(canvas, view, strip=False)
    code.paint(canvas, view.address)


def _thanks(canvas: Canvas, view: View) -> None:
    frame.paint(canvas, frame.untitled(view))
    body = canvas.body
    middle = body.centery
    title = Box(body.left, body.top + 20, body.width, 130)
    draw.write(canvas, "thanks.title", view.title, title, 64, draw.MUTED, align="center", smallest=48, lines=2)
    thanks = Box(body.left, middle - 170, body.width, 190)
    draw.write(canvas, "thanks", canvas.say("proof.thanks"), thanks, 150, draw.TEXT, align="center", smallest=90)
    draw.line(canvas, Box(body.centerx - 160, thanks.bottom + 6, 320, 4), draw.GOLD)
    drawn = view.drawing.all_total if view.drawing else 0
    said = canvas.say("proof.drawn", drawn=f"{drawn:,}", households=f"{view.households:,}", units=f"{view.units:,}")
    below = Box(body.left, thanks.bottom + 20, body.width, 80)
    draw.write(canvas, "thanks.drawn", said, below, 56, draw.GOLD, align="center", smallest=40, lines=2)
    where = Box(body.left, below.bottom + 24, body.width, 120)
    draw.write(
        canvas, "thanks.where", canvas.say("proof.where"), where, 46, draw.TEXT, align="center", smallest=36, lines=2
    )


_PAGES = {"hash": _hash, "statement": _statement, "code": _code, "thanks": _thanks}
