"""The checks of `pixels` find what they are for: each is shown a planted failure, and a picture without one."""

from collections.abc import Callable

import pygame
import pytest

from kiosk.screen import draw, text
from kiosk.screen.draw import Box, Canvas
from screen import pixels

Paint = Callable[[Canvas], None]


def judged(paint: Paint) -> list[str]:
    canvases = [Canvas(pygame.Surface((1280, 720), depth=32), ink=ink) for ink in (True, False)]
    for canvas in canvases:
        draw.ground(canvas)
        paint(canvas)
    return pixels.problems(pixels.picture(*canvases))


def fine(canvas: Canvas) -> None:
    draw.write(canvas, "a", "公共租赁住房 2026", Box(100, 100, 800, 100), 60)
    draw.write(canvas, "b", "SZ00001", Box(100, 210, 800, 100), 60, draw.GOLD)


def overlapping(canvas: Canvas) -> None:
    fine(canvas)
    draw.write(canvas, "c", "over", Box(150, 120, 400, 100), 60)


def grey(canvas: Canvas) -> None:
    draw.write(canvas, "a", "grey on blue", Box(100, 100, 800, 100), 60, (110, 120, 130))


def on_paper(canvas: Canvas) -> None:
    draw.paper(canvas, Box(100, 100, 800, 200))
    draw.write(canvas, "a", "gold on paper", Box(120, 120, 700, 100), 60, draw.GOLD)


def outside(canvas: Canvas) -> None:
    fine(canvas)
    stray = text.line("stray", 40, draw.TEXT)
    if canvas.ink:
        canvas.surface.blit(stray.surface, (700, 500))


def unsafe(canvas: Canvas) -> None:
    draw.write(canvas, "a", "too near", Box(10, 300, 400, 100), 60)


def cut(canvas: Canvas) -> None:
    canvas.surface.set_clip(pygame.Rect(0, 0, 200, 720))
    draw.write(canvas, "a", "a text that is cut off", Box(100, 100, 900, 100), 60)
    canvas.surface.set_clip(None)


def hidden(canvas: Canvas) -> None:
    fine(canvas)
    draw.panel(canvas, Box(90, 90, 820, 110))


@pytest.mark.parametrize(
    ("paint", "said"),
    [
        (overlapping, "overlaps"),
        (grey, "contrast"),
        (on_paper, "contrast"),
        (outside, "outside of every box"),
        (unsafe, "safe area"),
        (cut, "is cut"),
        (hidden, "cannot be seen"),
    ],
)
def test_a_planted_failure_is_found(paint: Paint, said: str) -> None:
    assert any(said in problem for problem in judged(paint))


def test_a_picture_without_a_failure_has_no_problem() -> None:
    assert judged(fine) == []


def test_the_contrast_measured_is_that_of_the_colours() -> None:
    canvases = [Canvas(pygame.Surface((1280, 720), depth=32), ink=ink) for ink in (True, False)]
    for canvas in canvases:
        canvas.surface.fill((0, 0, 0))
        draw.write(canvas, "a", "国国国", Box(100, 100, 800, 200), 150, (119, 119, 119))
    picture = pixels.picture(*canvases)
    assert pixels.contrast(picture, picture.placed[0]) == pytest.approx(4.69, abs=0.05)
