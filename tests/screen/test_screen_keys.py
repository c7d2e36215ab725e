"""Key presses: any presenter's remote works, and one press is one step, however long and however quick."""

import pygame
import pytest

from kiosk.ceremony.desk import Key
from kiosk.screen.keys import LEAVE_S, Keyboard


def down(code: int, character: str = "", modifiers: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code, unicode=character, mod=modifiers)


def up(code: int) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYUP, key=code)


def click(kind: int, button: int = 1) -> pygame.event.Event:
    return pygame.event.Event(kind, button=button)


@pytest.mark.parametrize(
    ("code", "character", "name"),
    [
        (pygame.K_PAGEDOWN, "", "next"),
        (pygame.K_RIGHT, "", "next"),
        (pygame.K_SPACE, " ", "next"),
        (pygame.K_PAGEUP, "", "back"),
        (pygame.K_LEFT, "", "back"),
        (pygame.K_b, "b", "cover"),
        (pygame.K_PERIOD, ".", "cover"),
        (pygame.K_F5, "", "overlay"),
        (pygame.K_ESCAPE, "\x1b", "escape"),
        (pygame.K_MINUS, "-", "slower"),
        (pygame.K_KP_PLUS, "", "faster"),
        (pygame.K_a, "a", "auto"),
        (pygame.K_f, "f", "find"),
        (pygame.K_q, "q", "qr"),
        (pygame.K_RETURN, "\r", "enter"),
        (pygame.K_KP_ENTER, "", "enter"),
        (pygame.K_BACKSPACE, "\x08", "backspace"),
    ],
)
def test_each_key_asks_for_what_the_table_says(code: int, character: str, name: str) -> None:
    key = Keyboard().feed(down(code, character), 0.0)
    assert key is not None and key.name == name


def test_a_left_click_goes_on_and_other_buttons_do_nothing() -> None:
    keyboard = Keyboard()
    assert keyboard.feed(click(pygame.MOUSEBUTTONDOWN), 0.0) == Key("next")
    for button in (2, 3, 4, 5):
        assert keyboard.feed(click(pygame.MOUSEBUTTONDOWN, button), 0.0) is None


@pytest.mark.parametrize(
    ("code", "character", "modifiers", "typed"),
    [
        (pygame.K_5, "5", 0, "5"),
        (pygame.K_KP5, "", 0, "5"),
        (pygame.K_s, "S", pygame.KMOD_SHIFT, "S"),
        (pygame.K_MINUS, "-", pygame.KMOD_SHIFT, "_"),
        (pygame.K_SPACE, " ", 0, " "),
        (pygame.K_RETURN, "\r", 0, ""),
        (pygame.K_F5, "", 0, ""),
    ],
)
def test_a_key_carries_the_character_that_it_types(code: int, character: str, modifiers: int, typed: str) -> None:
    key = Keyboard().feed(down(code, character, modifiers), 0.0)
    assert key is not None and key.text == typed


def test_a_held_key_is_one_press() -> None:
    keyboard = Keyboard()
    keys = [keyboard.feed(down(pygame.K_3, "3"), 0.1 * number) for number in range(20)]
    assert [key for key in keys if key] == [Key("", "3")]
    keyboard.feed(up(pygame.K_3), 3.0)
    assert keyboard.feed(down(pygame.K_3, "3"), 3.1) == Key("", "3")


def test_while_one_key_that_goes_on_is_held_no_other_does() -> None:
    keyboard = Keyboard()
    assert keyboard.feed(down(pygame.K_PAGEDOWN), 0.0) == Key("next")
    assert keyboard.feed(down(pygame.K_SPACE, " "), 0.5) is None
    assert keyboard.feed(click(pygame.MOUSEBUTTONDOWN), 0.6) is None
    keyboard.feed(up(pygame.K_PAGEDOWN), 0.7)
    assert keyboard.feed(down(pygame.K_RIGHT), 0.8) is None  # space and button are still down
    for event in (up(pygame.K_SPACE), click(pygame.MOUSEBUTTONUP), up(pygame.K_RIGHT)):
        keyboard.feed(event, 0.9)
    assert keyboard.feed(down(pygame.K_RIGHT), 1.0) == Key("next")


def test_leaving_takes_the_chord_held_for_two_seconds() -> None:
    keyboard = Keyboard()
    assert keyboard.feed(down(pygame.K_q, "\x11", pygame.KMOD_LCTRL), 1.0) is None
    assert keyboard.chord(1.0 + LEAVE_S - 0.1) is None
    assert keyboard.chord(1.0 + LEAVE_S) == Key("leave")
    assert keyboard.chord(9.0) is None


@pytest.mark.parametrize("released", [pygame.K_q, pygame.K_LCTRL, pygame.K_RCTRL])
def test_a_chord_let_go_early_does_nothing(released: int) -> None:
    keyboard = Keyboard()
    keyboard.feed(down(pygame.K_q, "\x11", pygame.KMOD_LCTRL), 1.0)
    keyboard.feed(up(released), 2.0)
    assert keyboard.chord(9.0) is None


def test_losing_the_focus_lets_go_of_everything() -> None:
    keyboard = Keyboard()
    keyboard.feed(down(pygame.K_PAGEDOWN), 0.0)
    keyboard.feed(down(pygame.K_q, "\x11", pygame.KMOD_LCTRL), 0.0)
    keyboard.feed(pygame.event.Event(pygame.WINDOWFOCUSLOST), 0.5)
    assert keyboard.chord(9.0) is None
    assert keyboard.feed(down(pygame.K_PAGEDOWN), 9.0) == Key("next")


@pytest.mark.parametrize("modifier", [pygame.KMOD_LCTRL, pygame.KMOD_LALT, pygame.KMOD_LMETA])
def test_with_ctrl_alt_or_the_system_key_no_key_means_anything(modifier: int) -> None:
    for code, character in ((pygame.K_SPACE, " "), (pygame.K_RETURN, "\r"), (pygame.K_b, "b"), (pygame.K_6, "6")):
        assert Keyboard().feed(down(code, character, modifier), 0.0) is None
