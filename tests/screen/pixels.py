"""Judges a picture by its pixels: what is ink, is it where its box is, is it whole, can it be read.

A scene is painted twice, with its text and without; where the two differ, there is ink. Each problem is a sentence, so
a test asserts that there are none, and a planted failure can be looked for by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import pygame
from PIL import Image

from kiosk.ceremony.view import View
from kiosk.screen import scenes, text
from kiosk.screen.draw import Canvas, Placed

CONTRAST = 7.0
# Strokes of smaller letters are thinner than a pixel: all of their ink is mixed with the ground, whatever its colour.
_SMALLEST_JUDGED = 12


@dataclass(frozen=True)
class Picture:
    """inked: where text is; placed: the texts as the scene recorded them; safe: where they may be, in pixels."""

    shown: pygame.Surface
    bare: pygame.Surface
    inked: pygame.mask.Mask
    placed: tuple[Placed, ...]
    safe: pygame.Rect
    scale: float


def take(view: View, size: tuple[int, int], seconds: float | None = None) -> Picture:
    """The view at rest, or at a moment."""
    canvases = [Canvas(pygame.Surface(size, depth=32), view.language, view.rehearsal, ink=ink) for ink in (True, False)]
    for canvas in canvases:
        scenes.paint(canvas, view, scenes.settles(view) if seconds is None else seconds)
    return picture(*canvases)


def picture(inked: Canvas, bare: Canvas) -> Picture:
    same = pygame.mask.from_threshold(inked.surface, (0, 0, 0), (3, 3, 3, 255), bare.surface)
    same.invert()
    safe = inked.rect(inked.safe)
    return Picture(inked.surface, bare.surface, same, tuple(inked.placed), safe, inked.scale)


def problems(picture: Picture, contrast: bool = True) -> list[str]:
    found = [*_outside(picture), *_overlaps(picture), *_unsafe(picture), *_cut(picture)]
    return found + (_faint(picture) if contrast else [])


def _outside(picture: Picture) -> list[str]:
    """Ink that lies in no text's box."""
    left = picture.inked.copy()
    for placed in picture.placed:
        left.erase(pygame.mask.Mask(placed.box.inflate(2, 2).size, fill=True), placed.box.inflate(2, 2).topleft)
    return [f"ink outside of every box at {rect}" for rect in left.get_bounding_rects()[:5]]


def _overlaps(picture: Picture) -> list[str]:
    return [
        f"{a.name} {a.box} overlaps {b.name} {b.box}"
        for a, b in combinations(picture.placed, 2)
        if a.box.colliderect(b.box)
    ]


def _unsafe(picture: Picture) -> list[str]:
    """Texts that reach out of the safe area, by where their ink really is."""
    return [
        f"{placed.name} {ink} leaves the safe area {picture.safe}"
        for placed in picture.placed
        if (ink := measured(picture, placed)) and not picture.safe.contains(ink)
    ]


def _cut(picture: Picture) -> list[str]:
    """Texts whose ink is smaller than the same text drawn alone, or lies out of its box."""
    found = []
    for placed in picture.placed:
        ink = measured(picture, placed)
        if not placed.box.contains(placed.ink):
            found.append(f"{placed.name} {placed.ink} overflows its box {placed.box}")
        elif ink is None:
            found.append(f"{placed.name} {placed.text!r} cannot be seen")
        elif abs(ink.width - placed.ink.width) > 2 or abs(ink.height - placed.ink.height) > 2:
            found.append(f"{placed.name} {placed.text!r} is cut: {ink} instead of {placed.ink}")
        elif placed.lines == 1:
            alone = text.line(placed.text, placed.size, placed.colour, placed.mono)
            if abs(alone.width - ink.width) > 2:
                found.append(f"{placed.name} {placed.text!r} is not whole: {ink.width} instead of {alone.width}")
    return found


def _faint(picture: Picture) -> list[str]:
    return [
        f"{placed.name} {placed.text!r} has a contrast of {ratio:.1f}"
        for placed in picture.placed
        if placed.size >= _SMALLEST_JUDGED and (ratio := contrast(picture, placed)) < CONTRAST
    ]


def measured(picture: Picture, placed: Placed) -> pygame.Rect | None:
    """Where in its box the ink really is, from the pixels."""
    part = _part(picture, placed.box)
    rects = part[0].get_bounding_rects()
    return rects[0].unionall(rects[1:]).move(part[1]) if rects else None


def _part(picture: Picture, box: pygame.Rect) -> tuple[pygame.mask.Mask, tuple[int, int]]:
    box = box.clip(picture.shown.get_rect())
    part = pygame.mask.Mask(box.size)
    part.draw(picture.inked, (-box.left, -box.top))
    return part, box.topleft


def contrast(
    picture: Picture, placed: Placed, sees: Callable[[object], float] | None = None, glare: float = 0.05
) -> float:
    """Of the ink's own colour, where it is not mixed with its edge, and the least favourable ground around it.

    sees: the luminance of a colour, for an eye other than the usual; glare: light on the picture, white being 1.
    """
    light = sees or luminance
    box = placed.ink.clip(picture.shown.get_rect())
    shown, bare = (_image(surface, box) for surface in (picture.shown, picture.bare))
    behind = {colour: count for count, colour in bare.getcolors(1 << 16) or ()}
    usual = light(max(behind, key=lambda colour: behind[colour]))
    inks = {colour: count for count, colour in shown.getcolors(1 << 16) or () if colour not in behind}
    if not inks:
        return 1.0
    enough = max(2, sum(inks.values()) / 100)
    strongest = sorted((_ratio(light(colour), usual, glare), count, light(colour)) for colour, count in inks.items())
    while enough > 0:
        _, count, ink = strongest.pop()
        enough -= count
    grounds = sorted((_ratio(ink, light(colour), glare), count) for colour, count in behind.items())
    rare = sum(behind.values()) * 0.02
    for ratio, count in grounds:
        rare -= count
        if rare <= 0:
            return ratio
    return grounds[-1][0]


def _image(surface: pygame.Surface, box: pygame.Rect) -> Image.Image:
    return Image.frombytes("RGB", box.size, pygame.image.tobytes(surface.subsurface(box), "RGB"))


_LINEAR = [
    value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
    for value in (channel / 255 for channel in range(256))
]


def luminance(colour: object) -> float:
    assert isinstance(colour, tuple)
    red, green, blue = colour
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


def _ratio(a: float, b: float, glare: float = 0.05) -> float:
    return (max(a, b) + glare) / (min(a, b) + glare)


# What is left of the linear red, green and blue without one kind of cones: Machado, Oliveira and Fernandes 2009.
EYES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen_by(eyes: str, colour: object) -> tuple[float, float, float]:
    """The linear colour that such eyes see."""
    assert isinstance(colour, tuple)
    linear = [_LINEAR[channel] for channel in colour]
    red, green, blue = (
        min(1.0, max(0.0, sum(part * value for part, value in zip(row, linear, strict=True)))) for row in EYES[eyes]
    )
    return red, green, blue


def luminance_seen_by(eyes: str, colour: object) -> float:
    red, green, blue = seen_by(eyes, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_height(picture: Picture, placed: Placed) -> float:
    """Of one line of the text, in units of the 1080 grid."""
    ink = measured(picture, placed)
    assert ink is not None
    return (ink.height - (placed.lines - 1) * text.leading(placed.size)) / picture.scale


def lightness(surface: pygame.Surface, eyes: str, places: tuple[int, int] = (160, 90)) -> list[float]:
    """The luminance of each place of a picture, as such eyes see it."""
    data = pygame.image.tobytes(pygame.transform.smoothscale(surface, places), "RGB")
    known: dict[tuple[int, int, int], float] = {}
    found = []
    for at in range(0, len(data), 3):
        colour = data[at], data[at + 1], data[at + 2]
        if colour not in known:
            known[colour] = luminance_seen_by(eyes, colour)
        found.append(known[colour])
    return found
