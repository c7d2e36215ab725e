"""A frame draws only what is another than in the frame before, and the display is told only of that: after each frame
the display shows exactly what a whole frame on a fresh surface would be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pygame
import pytest

from kiosk.ceremony.machine import Phase
from kiosk.ceremony.view import View
from kiosk.screen import draw, scenes
from kiosk.screen.window import Window
from screen import ceremony_samples as ceremony
from screen import samples

SIZE = (640, 360)
STEP_S = 0.09


def told() -> Iterator[tuple[str, View]]:
    """A ceremony's scenes one after the other, with layers over them, pages turned, and steps taken back."""
    yield "opening", ceremony.before("opening", Phase.OPENING)
    for thrown in range(1, 7):
        yield f"dice {thrown}", ceremony.throwing(thrown=thrown)
    for opened in range(3):
        yield f"secret {opened}", ceremony.opening_secrets(opened=opened)
    yield "sealed", ceremony.sealed()
    for number, group in ((1, 1), (1, 2), (1, 3), (1, 10), (2, 1), (2, 2)):
        yield f"household {number}.{group}", drawn(group, number)
    yield "overlay", drawn(2, 2, look_overlay=True)
    yield "overlay closed", drawn(2, 2)
    yield "another minute", drawn(2, 2, clock="10:25:00")
    yield "recap", drawn(10, 20, look_page=1)
    yield "a step back", drawn(4, 20)
    yield "covered", drawn(4, 20, look_covered=True)
    yield "uncovered", drawn(4, 20)
    yield "quick", replace(drawn(5, 20), look=replace(drawn(5, 20).look, pace_s=0.4))
    yield "in English", replace(drawn(6, 20), language="en")
    yield from {**ceremony.layers(), **ceremony.scenes()}.items()


def drawn(group: int, number: int, **changes: Any) -> View:
    return samples.view(drawing=samples.drawing(samples.USUAL, group=group, group_number=number), **changes)


VIEWS = [*told()]


def whole(view: View, seconds: float) -> bytes:
    surface = pygame.Surface(SIZE, depth=32)
    surface.fill((200, 0, 200))
    scenes.render(surface, view, seconds)
    return pixels(surface)


def pixels(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    draw.clear()
    yield
    draw.clear()


def test_what_is_drawn_in_parts_is_what_is_drawn_whole() -> None:
    surface, projector = (pygame.Surface(SIZE, depth=32) for _ in range(2))
    shown = draw.Shown()
    saved = 0
    for name, view in VIEWS:
        seconds = 0.0
        while seconds <= scenes.settles(view) + STEP_S:
            areas = scenes.render(surface, view, seconds, shown)
            saved += areas is not None
            copy(surface, projector, areas)
            expected = whole(view, seconds)
            assert pixels(surface) == expected, (name, seconds)
            assert pixels(projector) == expected, (name, seconds)
            seconds += STEP_S
    assert saved > len(VIEWS)


def copy(surface: pygame.Surface, projector: pygame.Surface, areas: Sequence[pygame.Rect] | None) -> None:
    """As a display does it: it shows what it is told of, and keeps the rest."""
    for area in [surface.get_rect()] if areas is None else areas:
        assert surface.get_rect().contains(area)
        projector.blit(surface, area, area)


def test_the_display_is_told_of_all_that_a_window_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while one picture fades into another, after a resize, and when something had lain over the window."""
    with Window(size=SIZE, windowed=True, sounds=False) as window:
        projector = pygame.Surface(SIZE, depth=32)
        told: list[bool] = []

        def update(areas: Sequence[pygame.Rect] | None = None) -> None:
            told.append(areas is not None)
            copy(window.surface, projector, areas)

        monkeypatch.setattr(pygame.display, "update", update)
        monkeypatch.setattr(pygame.display, "flip", update)
        now_s = 0.0
        for number, (name, view) in enumerate(VIEWS):
            if number % 7 == 3:
                pygame.event.post(pygame.event.Event(pygame.WINDOWEXPOSED))
                projector.fill((200, 0, 200))  # what lay over it
            window.poll(now_s)
            while window.show(view, now_s) or window.moving:
                assert pixels(window.surface) == pixels(projector), (name, now_s)
                now_s += STEP_S
            assert pixels(projector) == whole(view, 60.0), name
        assert any(told) and not all(told)


def test_what_grew_upon_a_still_is_drawn_and_told_of() -> None:
    surface, shown = pygame.Surface(SIZE, depth=32), draw.Shown()
    boxes = [draw.Box(100 * number, 100, 80, 80) for number in range(4)]

    def frame(count: int) -> tuple[list[pygame.Rect] | None, list[pygame.Rect]]:
        canvas = draw.Canvas(surface, shown=shown)

        def paint(still: draw.Canvas) -> None:
            draw.line(still, draw.Box(0, 0, still.width, still.height), draw.WALL)
            for box in boxes[:count]:
                draw.line(still, box, draw.GOLD)

        canvas.still(count, paint, (count - 1, lambda still: draw.line(still, boxes[count - 1], draw.GOLD)))
        areas = canvas.finish()
        return areas, [place for place in places if surface.get_at(place.topleft)[:3] == draw.GOLD]

    places = [draw.Canvas(surface).rect(box) for box in boxes]
    assert frame(0) == (None, [])
    assert frame(1) == ([places[0]], places[:1])
    assert frame(1) == ([], places[:1])
    assert frame(3) == (None, places[:3])  # that of two was never made
    assert frame(4) == ([places[3]], places)
