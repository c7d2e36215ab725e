"""The scene in which households choose: whole, readable, pure, and no flat left out of its pages."""

from dataclasses import replace

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ceremony import choosing
from kiosk.ceremony.choosing import Flats
from kiosk.screen import draw, scenes
from screen import choosing_samples as samples
from screen import pixels
from screen.samples import LANGUAGES, SIZES

USUAL, LIMITS = samples.usual(), samples.limits()
HALL_UNITS = 48.0  # ink that is 1/200 of 20 m in a picture 4 m wide
HD = (1280, 720)

_kinds = st.lists(st.tuples(st.text("ab", max_size=3), st.integers(0, 40)), max_size=8)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", USUAL)
def test_every_text_is_whole_in_its_place_and_readable(name: str, language: str) -> None:
    view = replace(USUAL[name], language=language)
    assert pixels.problems(pixels.take(view, HD)) == []
    assert pixels.problems(pixels.take(view, (1024, 768)), contrast=False) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LIMITS)
def test_so_it_is_with_the_longest_values_of_the_format(name: str, language: str) -> None:
    size = {"zh-CN": HD, "en": (1024, 768)}[language]
    assert pixels.problems(pixels.take(replace(LIMITS[name], language=language), size)) == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", [*USUAL, *LIMITS])
def test_so_it_is_at_every_size(name: str, size: tuple[int, int], language: str) -> None:
    view = replace({**USUAL, **LIMITS}[name], language=language)
    for rehearsal in (False, True):
        assert pixels.problems(pixels.take(replace(view, rehearsal=rehearsal), size)) == []


def test_whose_turn_it_is_can_be_read_from_the_last_row() -> None:
    taken = pixels.take(USUAL["choosing"], (1920, 1080))
    tall = {placed.name: pixels.measured(taken, placed) for placed in taken.placed}
    for name, least in (("turn.number", 1.5 * HALL_UNITS), ("turn.name", HALL_UNITS), ("rank.23", HALL_UNITS)):
        ink = tall[name]
        assert ink is not None and ink.height >= least, (name, ink)


def test_a_frame_is_a_function_of_the_view() -> None:
    def frame(name: str) -> bytes:
        surface = pygame.Surface(HD, depth=32)
        surface.fill((200, 0, 200))
        scenes.render(surface, USUAL[name], 0.0)
        return pygame.image.tobytes(surface, "RGB")

    first = {name: hash(frame(name)) for name in USUAL}
    draw.clear()
    assert {name: hash(frame(name)) for name in reversed(USUAL)} == first
    assert len(set(first.values())) == len(USUAL)
    assert all(scenes.settles(view) == 0 for view in USUAL.values())


def test_a_file_that_does_not_hold_is_said_in_place_of_the_hashes() -> None:
    def texts(name: str) -> dict[str, str]:
        return {placed.name: placed.text for placed in pixels.take(USUAL[name], HD).placed}

    sound, trouble = texts("choosing"), texts("choosing-trouble")
    assert "result.0" in sound or any(name.startswith("result") for name in sound)
    assert not any(name.startswith("result") for name in trouble)
    assert trouble["turn.number"] == sound["turn.number"]
    assert "after.jsonl" in trouble["trouble"]


@given(_kinds)
def test_the_pages_have_every_flat_once_under_the_heading_of_its_kind(kinds: list[tuple[str, int]]) -> None:
    flats = [
        Flats(title, tuple(f"{number}-{at}" for at in range(count)), count)
        for number, (title, count) in enumerate(kinds)
    ]
    made = choosing.pages(flats)
    assert [unit for page in made for line in page for unit in line.units] == [
        unit for each in flats for unit in each.left
    ]
    for page in made:
        assert len(page) <= choosing.LINES
        if page:
            assert not page[0].units and page[-1].units
        for before, line in zip([None, *page], page, strict=False):
            assert len(line.units) <= choosing.COLUMNS
            assert not line.units or (before is not None and before.flats is line.flats)
    assert len([line for page in made for line in page if not line.units and line.begins]) == sum(
        bool(each.left) for each in flats
    )
