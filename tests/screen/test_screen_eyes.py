"""Every eye and a lit hall: contrast under simulated colour blindness and with ambient light, and signs by shape."""

from functools import lru_cache, partial

import pytest

from kiosk.ceremony.view import View
from screen import ceremony_samples as ceremony
from screen import pixels, samples

ALL = {**samples.drawings(), **ceremony.scenes(), **ceremony.layers(), **ceremony.operators()}
NAMES = (
    "drawing", "drawing-choose", "announced", "recap", "opening", "opening-list", "compare", "throwing",
    "opening-second", "sealed", "roll", "proof-verified", "proof-refuted", "proof-statement", "proof-code",
    "proof-thanks", "void", "overlay", "cover", "code", "found", "find", "interrupted", "operator-dice",
)  # fmt: skip
SIZE = (1280, 720)
# Of the ink to its ground: with WCAG's own share of glare, and with ambient light at a tenth of white.
EYES_CONTRAST, LIT_CONTRAST, LIT = 4.5, 4.5, 0.1
SMALLEST = 12  # thinner strokes are wholly mixed with their ground


@lru_cache(maxsize=2)
def taken(name: str) -> pixels.Picture:
    return pixels.take(view(name), SIZE)


def view(name: str) -> View:
    return ALL[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_can_be_read_by_all_eyes_and_in_a_lit_hall(name: str) -> None:
    picture, faint = taken(name), []
    for placed in picture.placed:
        if placed.size < SMALLEST:
            continue
        lit = pixels.contrast(picture, placed, glare=LIT)
        if lit < LIT_CONTRAST:
            faint.append(f"lit: {placed.name} {placed.text!r} {lit:.1f}")
        for eyes in pixels.EYES:
            seen = pixels.contrast(picture, placed, partial(pixels.luminance_seen_by, eyes))
            if seen < EYES_CONTRAST:
                faint.append(f"{eyes}: {placed.name} {placed.text!r} {seen:.1f}")
    assert faint == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("proof-verified", "proof-refuted"),
        ("proof", "proof-verified"),
        ("opening-first", "opening-second"),
        ("throwing", "throwing-all"),
    ],
)
def test_states_differ_in_light_and_shape_not_only_in_colour(one: str, other: str) -> None:
    """Without any text and without colour the two pictures still differ, clearly, in light and dark."""
    for eyes in pixels.EYES:
        first, second = (pixels.lightness(taken(name).bare, eyes) for name in (one, other))
        clear = sum(max(a, b) + 0.05 >= 1.5 * (min(a, b) + 0.05) for a, b in zip(first, second, strict=True))
        assert clear >= 6, eyes


def test_red_that_is_dark_for_some_eyes_would_be_found() -> None:
    red, ground = (255, 40, 40), (10, 19, 34)
    assert pixels.luminance(red) > 1.5 * pixels.luminance_seen_by("protanopia", red)
    for colour in (ground, (255, 255, 255)):
        for eyes in pixels.EYES:
            assert pixels.luminance_seen_by(eyes, colour) == pytest.approx(pixels.luminance(colour), abs=0.01)
