"""The operator's page: whole and readable in every step, in step with the keys, and nothing ahead of the hall."""

from dataclasses import replace

import pygame
import pytest

import ceremonies
from kiosk import words
from kiosk.ceremony import desk
from kiosk.ceremony.desk import Key
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import PROOF, View, reading, view
from kiosk.screen import scenes
from kiosk.screen.draw import Canvas
from kiosk.screen.scenes import operator, overlay
from screen import ceremony_samples, pixels, samples

PAGES = {**ceremony_samples.operators(), "operator-limits": ceremony_samples.limits()["operator-limits"]}


def texts(shown: View) -> dict[str, str]:
    canvas = Canvas(pygame.Surface((640, 360), depth=32), shown.language, shown.rehearsal)
    operator.paint(canvas, shown)
    return {placed.name: placed.text for placed in canvas.placed}


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_text_is_whole_in_its_place_and_readable(name: str, language: str) -> None:
    assert pixels.problems(pixels.take(replace(PAGES[name], language=language), (1280, 720))) == []


@pytest.mark.parametrize("size", [(1024, 768), (3840, 2160)], ids=str)
def test_so_it_is_on_other_displays(size: tuple[int, int]) -> None:
    for name in ("operator-secret", "operator-limits"):
        assert pixels.problems(pixels.take(PAGES[name], size), contrast=size[0] < 2000) == []


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("name", ["small", "tiers", "choose", "minimal"])
def test_each_step_of_a_ceremony_has_its_words(name: str, language: str) -> None:
    steps = set()
    for state in ceremonies.states(name):
        for page in range(len(PROOF)) if state.phase is Phase.DONE else [0]:
            seen = replace(view(state, replace(desk.begin(state), page=page)), language=language)
            steps.add(operator.step(seen))
            said = texts(seen)
            assert said["script"] and {f"does.{role}" for role in operator.ROLES[operator.step(seen)]} <= said.keys()
    assert {"opening", "notice", "seal", "sealed", "stage", *PROOF} <= steps


def test_it_says_of_the_next_key_what_the_overlay_says() -> None:
    for state in ceremonies.states("small"):
        seen = view(state, desk.begin(state))
        canvas = Canvas(pygame.Surface((640, 360), depth=32), seen.language, seen.rehearsal)
        said = texts(seen)
        assert said["step.next"] == overlay.said_next(canvas, seen)
        assert said["step.enter"] == overlay.enter(canvas, seen)


def test_while_the_folder_is_read_it_says_so_too() -> None:
    seen = reading("随州市公共租赁住房第九期摇号分配", False)
    assert texts(seen)["reading"] == words.say("zh-CN", "screen.reading")
    assert operator.key(seen) != operator.key(replace(seen, look=replace(seen.look, page=1)))


def test_nothing_stands_there_that_the_hall_has_not_seen() -> None:
    states = ceremonies.states("small")
    end = view(states[-1], desk.begin(states[-1]))
    assert end.drawing and end.result_hash and end.seed
    coming = {card.household for card in end.drawing.shown}
    for state in states[:-1]:
        seen = view(state, desk.begin(state))
        written = " ".join(texts(seen).values())
        told = {card.household for card in seen.drawing.shown} if seen.drawing else set()
        assert not [household for household in coming - told if household in written]
        assert end.result_hash[:8] not in written and end.seed[:8] not in written


def test_without_a_second_display_it_is_the_overlays_second_page() -> None:
    state = ceremonies.states("small")[0]
    look = desk.begin(state)
    for key, overlaid, sheet in (("overlay", True, False), ("6", True, True), ("6", True, False), ("6", True, True),
                                 ("next", False, True), ("overlay", True, False)):  # fmt: skip
        look, request = desk.press(state, look, Key("", key) if key.isdigit() else Key(key), 10.0)
        assert (look.overlay, request) == (overlaid, None)
        assert not look.overlay or look.sheet == sheet
    seen = replace(view(state, look), look=replace(look, sheet=True))
    canvas = Canvas(pygame.Surface((640, 360), depth=32), seen.language, seen.rehearsal)
    scenes.paint(canvas, seen, 0)
    assert {placed.name: placed.text for placed in canvas.placed if placed.name in texts(seen)} == texts(seen)


@pytest.mark.parametrize("state", ["other-day", "other-zone"])
def test_a_clock_that_does_not_fit_the_notice_is_told_beside_the_devices(state: str) -> None:
    told = replace(ceremony_samples.OPERATING, health=(*ceremony_samples.OPERATING.health, ("clock", state)))
    page = replace(PAGES["operator-dice"], operating=told)
    assert texts(page)["cell.clock"] == Canvas(pygame.Surface((64, 36))).say(f"operator.{state}")
    for language in samples.LANGUAGES:
        assert pixels.problems(pixels.take(replace(page, language=language), (1280, 720))) == []


@pytest.mark.parametrize("state", ["works", "fails", "refuted", "unused", "waits"])
def test_a_device_is_told_by_sign_and_word_not_by_colour(state: str) -> None:
    told = replace(ceremony_samples.OPERATING, health=(("disk", state),))
    shown = replace(PAGES["operator-dice"], operating=told)
    assert texts(shown)["cell.disk"] == Canvas(pygame.Surface((64, 36))).say(f"operator.{state}")
