"""Nothing flashes: at most once a second in any place, and never the full screen (WCAG 2.3.1 allows three).

A flash is a pair of opposing changes of the relative luminance by a tenth or more, the darker one below 0.8. It is
looked for in each of 32 × 18 places of the picture, on the frames that the window really shows, at the quickest pace.
What moves through a place is no flash of it: it counts where a quarter of a field of ten degrees flashes together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pygame
import pytest

from kiosk.ceremony import desk
from kiosk.ceremony.view import View
from kiosk.screen import scenes
from kiosk.screen.window import Window
from screen import ceremony_samples as ceremony
from screen import pixels, samples

SIZE, PLACES = (640, 360), (32, 18)
FRAMES_PER_S = 30
STEP, DARKER = 0.1, 0.8
# WCAG's field of ten degrees is a third of the picture each way; what flashes in a quarter of it counts.
FIELD, AREA = (11, 6), 11 * 6 // 4

Frames = Sequence[tuple[float, ...]]


def luminances(surface: pygame.Surface) -> tuple[float, ...]:
    """Of each place of the picture."""
    small = pygame.transform.smoothscale(surface, PLACES)
    data = pygame.image.tobytes(small, "RGB")
    return tuple(pixels.luminance((data[at], data[at + 1], data[at + 2])) for at in range(0, len(data), 3))


def played(views: Iterable[tuple[float, View]], until_s: float) -> Frames:
    """What is seen while each view is shown from its second on."""
    coming = list(views)
    frames: list[tuple[float, ...]] = []
    with Window(size=SIZE, headless=True) as window:
        view = coming[0][1]
        for number in range(int(until_s * FRAMES_PER_S)):
            while coming and coming[0][0] <= number / FRAMES_PER_S:
                view = coming.pop(0)[1]
            window.show(view, 1 + number / FRAMES_PER_S)
            frames.append(luminances(window.surface))
    return frames


def flashes(line: list[float]) -> list[int]:
    """The frames in which a flash is over: up and down again, or down and up, by a tenth each, within a second."""
    ends: list[int] = []
    low = high = line[0]
    direction = since = 0
    for at, value in enumerate(line):
        low, high = min(low, value), max(high, value)
        up = direction <= 0 and value - low >= STEP and low < DARKER
        down = direction >= 0 and high - value >= STEP and value < DARKER
        if up or down:
            if direction and at - since <= FRAMES_PER_S:
                ends.append(at)
            direction, since, low, high = 1 if up else -1, at, value, value
    return ends


def largest(frames: Frames) -> int:
    """How many places of one field of ten degrees flash more than once in the same second, at worst."""
    ends = [flashes([frame[place] for frame in frames]) for place in range(PLACES[0] * PLACES[1])]
    most = 0
    for start in range(0, len(frames), 3):
        hot = [place for place, at in enumerate(ends) if sum(start <= end < start + FRAMES_PER_S for end in at) > 1]
        for left in range(PLACES[0] - FIELD[0] + 1) if hot else ():
            for top in range(PLACES[1] - FIELD[1] + 1):
                inside = (left <= place % PLACES[0] < left + FIELD[0] and top <= place // PLACES[0] < top + FIELD[1]
                          for place in hot)  # fmt: skip
                most = max(most, sum(inside))
    return most


def whole(frames: Frames) -> int:
    """The flashes of the full screen."""
    return len(flashes([sum(frame) / len(frame) for frame in frames]))


QUICK_S = desk.PACES_S[0]
HOLD_S = desk.GROUP_HOLD_S * QUICK_S / desk.PACE_S


def groups() -> list[tuple[float, View]]:
    """Two groups, household by household, with the hold between them."""
    return [
        (at * 9 * QUICK_S + at * HOLD_S + (group - 1) * QUICK_S,
         samples.view(drawing=samples.drawing(samples.USUAL, group=group, group_number=12 + at)))
        for at in (0, 1) for group in range(1, 11)
    ]  # fmt: skip


def every(seconds: float, *views: View) -> list[tuple[float, View]]:
    return [(number * seconds, view) for number, view in enumerate(views)]


# A die is thrown, called out and typed: a second at least.
ANIMATIONS: dict[str, list[tuple[float, View]]] = {
    "drawing": groups(),
    "announced and recap": every(
        HOLD_S,
        samples.view(drawing=samples.drawing(samples.USUAL, group=0, group_number=1)),
        samples.view(look_page=1, drawing=samples.drawing(samples.USUAL, group=10, group_number=10)),
        samples.view(drawing=samples.drawing(samples.USUAL, group=1, group_number=11)),
    ),
    "dice": every(1.0, *(ceremony.throwing(thrown=thrown, turn=turn) for turn in (1, 2) for thrown in range(7))),
    "envelopes": every(2.0, *(ceremony.opening_secrets(4, opened) for opened in range(5))),
    "sealing": every(2.0, ceremony.opening_secrets(2, 2), ceremony.sealed()),
    "covered and back": every(1.0, *(replace(view, look=replace(view.look, covered=at % 2 == 1))
                                     for at, view in enumerate([ceremony.done()] * 3))),
    "proof": every(2.0, *(ceremony.done(look_page=page) for page in range(4))),
}  # fmt: skip


@pytest.mark.parametrize("name", ANIMATIONS)
def test_nothing_flashes_more_than_once_a_second_and_the_full_screen_never(name: str) -> None:
    views = ANIMATIONS[name]
    frames = played(views, views[-1][0] + 1 + scenes.settles(views[-1][1]))
    assert len(set(frames)) > 3, "something moves"
    assert largest(frames) < AREA
    assert whole(frames) == 0


def test_a_flash_would_be_seen() -> None:
    steady, bright, slow = [(0.1,) * 576] * 10, [(0.4,) * 576] * 3, [(0.4,) * 576] * 60
    assert (largest(steady * 3), whole(steady * 3)) == (0, 0)
    assert (largest(steady + bright + steady), whole(steady + bright + steady)) == (0, 1)
    assert whole(steady + slow + steady) == 0
    assert largest((steady[:3] + bright) * 4) == 66
    some = [(0.1,) * 32 * 6 + (0.4,) * 8 + (0.1,) * (576 - 200)] * 3
    assert largest((steady[:3] + some) * 4) == 8
