"""A handful of pictures as they have been looked at, and without motion.

The tolerance is what eyes do not see: pictures are compared small, by how much a place as large as a thumbnail of a
card has changed. A new look is made with `python tests/screen/test_screen_pictures.py`, and looked at.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__":
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

import pygame
import pytest

from kiosk.ceremony.view import View
from kiosk.screen import scenes
from kiosk.screen.window import Window
from screen import ceremony_samples as ceremony
from screen import choosing_samples as choosing
from screen import samples

FOLDER = Path(__file__).parent / "pictures"
SMALL, PLACES = (320, 180), (64, 36)
# Of 255, in one place, and in all of them together: another version of the font library stays below.
PLACE, ALL = 16.0, 1.0

VIEWS: dict[str, View] = {
    "drawing": samples.view(drawing=samples.drawing(samples.USUAL)),
    "drawing-rehearsal-en": replace(samples.drawings()["drawing-rehearsal"], language="en"),
    "throwing": ceremony.throwing(),
    "sealed": ceremony.sealed(),
    "statement": ceremony.done(look_page=1),
    "code": ceremony.done(look_page=2),
    "choosing": choosing.view(),
    "operator": ceremony.operators()["operator-contribution"],
}


def small(view: View) -> pygame.Surface:
    surface = pygame.Surface((1920, 1080), depth=32)
    scenes.render(surface, view, scenes.settles(view))
    return pygame.transform.smoothscale(surface, SMALL)


def differences(one: pygame.Surface, other: pygame.Surface) -> tuple[float, float]:
    """Of one place at worst, and of the whole picture."""
    a, b = (pygame.image.tobytes(pygame.transform.smoothscale(each, PLACES), "RGB") for each in (one, other))
    each = [abs(left - right) for left, right in zip(a, b, strict=True)]
    return max(each), sum(each) / len(each)


@pytest.mark.parametrize("name", VIEWS)
def test_a_picture_looks_as_it_did(name: str) -> None:
    kept = pygame.image.load(FOLDER / f"{name}.png")
    place, whole = differences(small(VIEWS[name]), kept.convert(32))
    assert place <= PLACE and whole <= ALL


def test_a_card_that_is_missing_would_be_seen() -> None:
    one, other = (small(samples.view(drawing=samples.drawing(samples.USUAL, group=group))) for group in (6, 7))
    place, whole = differences(one, other)
    assert place > PLACE and whole > ALL


def test_without_motion_each_picture_is_there_at_once_as_it_rests() -> None:
    first, second = (samples.view(drawing=samples.drawing(samples.USUAL, group=group)) for group in (6, 7))
    recap = samples.view(look_page=1, drawing=samples.drawing(samples.USUAL, group=10, group_number=10))
    with Window(size=(1280, 720), headless=True, motion=False) as window:
        window.show(first, 0.0)
        for number, view in enumerate((second, recap, ceremony.sealed(), first)):
            assert window.show(view, 1.0 + number)
            rest = pygame.Surface((1280, 720), depth=32)
            scenes.render(rest, view, 1e9)
            assert pygame.image.tobytes(window.surface, "RGB") == pygame.image.tobytes(rest, "RGB")
            assert not window.moving and not window.show(view, 1.5 + number)


if __name__ == "__main__":
    for name, view in VIEWS.items():
        pygame.image.save(small(view), str(FOLDER / f"{name}.png"))
