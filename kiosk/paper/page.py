"""An A4 page in black and white, as the dots of a printer, and its PDF.

Pure black on pure white: a laser printer would turn grey edges into a raster, which softens text and QR codes, and a
one-bit page is compressed without loss (CCITT group 4). The same page gives the same bytes: the PDF's dates are those
that it is given, not the clock's.

Sizes and places are in millimetres from the top left corner.
"""

import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from time import struct_time

from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk import fonts
from kiosk.qr import Matrix

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
DPI = 300

_DOTS_PER_MM = DPI / 25.4
# Of a font's size: how far one line is from the next, and how far a line's top is above its letters' feet.
_LINE = 1.3
_ASCENT = 0.98
# The main font's Han are 0.92 of its size, those of the rare font a little smaller and much thinner.
_RARE_STROKE = 0.018
# Where a line may end: beside a Han character or full-width sign, and in Latin script after a space, a dot or a slash.
_WORD = re.compile(r"[^\u2e80-\U0003ffff\s./]*[./]+\s*|[^\u2e80-\U0003ffff\s./]+\s*|.", re.DOTALL)
# Signs that may not begin a line.
_HANGING = "，。、；：？！）》”’…"


class Page:
    def __init__(self) -> None:
        self._image = Image.new("1", (_dots(WIDTH_MM), _dots(HEIGHT_MM)), 1)
        self._draw = ImageDraw.Draw(self._image)
        self._draw.fontmode = "1"

    def pdf(self, title: str, date: struct_time) -> bytes:
        file = io.BytesIO()
        self._image.save(file, "PDF", resolution=DPI, title=title, producer="Mingyao", creationDate=date, modDate=date)
        return file.getvalue()

    def box(self, left: float, top: float, right: float, bottom: float, *, black: bool) -> None:
        self._draw.rectangle([_dots(left), _dots(top), _dots(right) - 1, _dots(bottom) - 1], fill=not black)

    def write(
        self, text: str, left: float, top: float, width: float, size: float, *,
        smallest: float | None = None, lines: int = 1, align: str = "left", mono: bool = False, black: bool = True,
    ) -> float:  # fmt: skip
        """Text in at most so many lines, made smaller down to `smallest` where it needs to be, and then in as many
        lines as it takes: nothing is ever cut. Returns where it ends."""
        while True:
            broken = _broken(text, _dots(width), size, mono)
            if len(broken) <= lines or size <= (smallest or size):
                break
            size = max(size * 0.95, smallest or size)
        for number, line in enumerate(broken):
            room = _dots(width) - _width(line, size, mono)
            indent = {"left": 0.0, "center": room / 2, "right": room}[align]
            self._line(
                line, _dots(left) + round(indent), _dots(top + (number * _LINE + _ASCENT) * size), size, mono, black
            )
        return top + len(broken) * _LINE * size

    def qr(self, matrix: Matrix, left: float, top: float, side: float) -> None:
        """The code within a square of this side, each module a whole number of dots."""
        module = _dots(side) // len(matrix)
        start = (_dots(side) - module * len(matrix)) // 2
        self.box(left, top, left + side, top + side, black=False)
        for row, modules in enumerate(matrix):
            for column, dark in enumerate(modules):
                if dark:
                    x, y = _dots(left) + start + column * module, _dots(top) + start + row * module
                    self._draw.rectangle([x, y, x + module - 1, y + module - 1], fill=0)

    def mark(self, text: str, size: float) -> None:
        """The text in large letters of sparse dots, again and again across the whole page; what is written later lies
        on it and stays readable."""
        font = _font(fonts.MAIN, size)
        letters = Image.new("L", (round(font.getlength(text)) + _dots(size), _dots(size * _LINE)))
        ImageDraw.Draw(letters).text((0, 0), text, font=font, fill=255)
        stamp = letters.rotate(30, Image.Resampling.BICUBIC, expand=True).convert("1", dither=Image.Dither.NONE)
        across = Image.new("1", self._image.size)
        for row, top in enumerate(range(-stamp.height // 2, across.height, round(stamp.height * 0.7))):
            for left in range(-stamp.width // (2 - row % 2), across.width, stamp.width):
                across.paste(1, (left, top), stamp)
        self._image.paste(0, (0, 0), ImageChops.logical_and(across, _dotted(across.size)))

    def _line(self, line: str, x: int, baseline: int, size: float, mono: bool, black: bool) -> None:
        for path, run in _runs(line, mono):
            font = _font(path, size)
            stroke = round(_dots(size) * _RARE_STROKE) if path == fonts.RARE else 0
            self._draw.text((x, baseline), run, font=font, fill=not black, anchor="ls", stroke_width=stroke)
            x += round(font.getlength(run))


def _dotted(size: tuple[int, int]) -> Image.Image:
    """Dots of three printer's dots a side on a grid of ten."""
    row, whole = Image.new("1", (size[0], 3)), Image.new("1", size)
    for left in range(0, size[0], 10):
        row.paste(1, (left, 0, left + 3, 3))
    for top in range(0, size[1], 10):
        whole.paste(row, (0, top))
    return whole


def _dots(mm: float) -> int:
    return round(mm * _DOTS_PER_MM)


@cache
def _font(path: Path, size: float) -> ImageFont.FreeTypeFont:
    # The basic layout is the same everywhere; the other depends on what libraries a system has.
    return ImageFont.truetype(str(path), _dots(size), layout_engine=ImageFont.Layout.BASIC)


def _runs(text: str, mono: bool) -> Iterator[tuple[Path, str]]:
    """The text in pieces of one font each."""

    def font(character: str) -> Path:
        return fonts.MONO if mono and character.isascii() else fonts.font_of(character) or fonts.MAIN

    for path, run in groupby(text, font):
        yield path, "".join(run)


def _width(text: str, size: float, mono: bool) -> float:
    return sum(_font(path, size).getlength(run) for path, run in _runs(text, mono))


def _broken(text: str, width: int, size: float, mono: bool) -> Sequence[str]:
    """The text in lines of at most this width; a word that is wider than a line is parted where it must be."""
    lines = [""]
    for word in _WORD.findall(text):
        if _width((lines[-1] + word).rstrip(), size, mono) <= width or (lines[-1] and word in _HANGING):
            lines[-1] += word
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and _width(lines[-1] + character, size, mono) > width:
                lines.append("")
            lines[-1] += character
    return [line.rstrip() for line in lines]
