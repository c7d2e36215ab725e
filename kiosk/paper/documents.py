"""What is printed, as PDF. So far the poster: the QR code for the door of the hall, which is also the third way to
the result, for phones that reach neither the public host nor the hall's own server."""

from datetime import datetime
from pathlib import Path

from kiosk import folder as folders
from kiosk import qr
from kiosk.core import evidence, notice, text
from kiosk.core.errors import InputError
from kiosk.paper.page import HEIGHT_MM, WIDTH_MM, Page
from kiosk.shipped import PAGE
from kiosk.words import LANGUAGES, say

_MARGIN = 15.0
_WIDTH = WIDTH_MM - 2 * _MARGIN
# At both ends of a rehearsal's page, where a poster has nothing and most printers cannot print.
_BAND = 12.0
# The code's side at most, and what everything below it may take.
_CODE, _BELOW = 118.0, 120.0


def poster(folder: Path, address: str, language: str) -> bytes:
    """The QR code large, its host in words, and the result hash in groups; before the sealing, the notice hash.

    address: what the code holds.
    """
    files = folders.read(folder, (notice.FILE, evidence.SUMS))
    if notice.FILE not in files:
        raise InputError("evidence.missing", file=notice.FILE)
    told = notice.parse(text.decode(files[notice.FILE], notice.FILE))
    sealed = evidence.SUMS in files
    hash = text.sha256(files[evidence.SUMS if sealed else notice.FILE])
    page = Page()
    if told.rehearsal:
        _mark(page, language)
    y = page.write(told.title, _MARGIN, 17, _WIDTH, 12, smallest=5.5, lines=2, align="center")
    what = say(language, "paper.draw", draw=told.draw, opens=told.opens[:16].replace("T", " "))
    y = page.write(what, _MARGIN, y + 1, _WIDTH, 4.4, smallest=3, align="center")
    y = _code(page, address, language, y + 3)
    y = _groups(page, say(language, "paper.result" if sealed else "paper.notice"), hash, y + 4)
    y = page.write(say(language, "paper.check"), _MARGIN, y + 2, _WIDTH, 4, smallest=3, lines=3)
    own = say(language, "paper.page", hash=text.sha256(PAGE.read_bytes()))
    y = page.write(own, _MARGIN, y + 1, _WIDTH, 3, smallest=2.4, lines=2, mono=True)
    assert y <= HEIGHT_MM - _BAND
    date = datetime.fromisoformat(told.opens).utctimetuple()
    return page.pdf(f"{told.draw} {hash[:32]}", date)


def _mark(page: Page, language: str) -> None:
    """So that no photograph of it can pass for the draw's: across the page, and at both ends."""
    page.mark(" ".join(say(each, "paper.rehearsal-mark") for each in LANGUAGES), 17)
    for top in (0.0, HEIGHT_MM - _BAND):
        page.box(0, top, WIDTH_MM, top + _BAND, black=True)
        page.write(say(language, "paper.rehearsal"), _MARGIN, top + 2.6, _WIDTH, 5.4, align="center", black=False)


def _code(page: Page, address: str, language: str, top: float) -> float:
    """The code, and beside what it takes to get there without a camera."""
    spoken = qr.spoken(address, language)
    side = min(_CODE, HEIGHT_MM - _BAND - _BELOW - top)
    page.qr(qr.matrix(address), _MARGIN, top, side)
    left = _MARGIN + side + 4
    width = WIDTH_MM - _MARGIN - left
    y = page.write(say(language, "paper.scan"), left, top + 4, width, 9, smallest=6, lines=4)
    y = page.write(say(language, "paper.scan-what"), left, y + 3, width, 4.2, lines=6)
    y = page.write(say(language, "paper.aloud"), left, y + 6, width, 3.8, lines=2)
    y = page.write(spoken.words, left, y + 1, width, 6.5, smallest=4, lines=4)
    y = page.write(say(language, "paper.type"), left, y + 6, width, 3.8, lines=2)
    page.write(spoken.short, left, y + 1, width, 6, smallest=3.8, mono=True)
    return page.write(address, _MARGIN, top + side + 1, _WIDTH, 3.6, smallest=2.6, lines=2, align="center", mono=True)


def _groups(page: Page, label: str, hash: str, top: float) -> float:
    """A hash as people compare it: 16 groups of 4, in four lines."""
    y = page.write(label, _MARGIN, top, _WIDTH, 5, smallest=3.6, lines=2, align="center") + 1
    for start in range(0, 64, 16):
        row = "  ".join(hash[start + at : start + at + 4] for at in range(0, 16, 4))
        y = page.write(row, _MARGIN, y, _WIDTH, 12.5, align="center", mono=True)
    return y
