"""From pygame's events to key presses as the desk knows them (`kiosk.ceremony.desk.Key`).

A press is one press, however long: repeats of a held key are dropped, and while one key that goes on is down, another
one does nothing (a hand lying on a remote, a click beside the space bar). Leaving takes Ctrl+Q held for two seconds.

Text input is switched off, so that no input method can swallow or compose anything: a key's character comes from the
key itself, on the usual layout. That is enough for digits, letters and the signs of household numbers.
"""

import pygame

from kiosk.ceremony.desk import Key

LEAVE_S = 2.0

_NAMES = {
    pygame.K_PAGEDOWN: "next",
    pygame.K_RIGHT: "next",
    pygame.K_SPACE: "next",
    pygame.K_PAGEUP: "back",
    pygame.K_LEFT: "back",
    pygame.K_b: "cover",
    pygame.K_PERIOD: "cover",
    pygame.K_KP_PERIOD: "cover",
    pygame.K_F5: "overlay",
    pygame.K_ESCAPE: "escape",
    pygame.K_MINUS: "slower",
    pygame.K_KP_MINUS: "slower",
    pygame.K_EQUALS: "faster",
    pygame.K_PLUS: "faster",
    pygame.K_KP_PLUS: "faster",
    pygame.K_a: "auto",
    pygame.K_f: "find",
    pygame.K_SLASH: "question",
    pygame.K_QUESTION: "question",
    pygame.K_p: "print",
    pygame.K_q: "qr",
    pygame.K_RETURN: "enter",
    pygame.K_KP_ENTER: "enter",
    pygame.K_BACKSPACE: "backspace",
    pygame.K_DELETE: "backspace",
}
_KEYPAD = {getattr(pygame, f"K_KP{digit}"): str(digit) for digit in range(10)} | {
    pygame.K_KP_PERIOD: ".",
    pygame.K_KP_MINUS: "-",
    pygame.K_KP_PLUS: "+",
    pygame.K_KP_DIVIDE: "/",
}
# What is above a key on the usual layout; letters become capitals by themselves.
_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
_MODIFIED = pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META
_CLICK = -1  # the left button, among the codes of keys


class Keyboard:
    """Which keys are down, and what a new event means."""

    def __init__(self) -> None:
        self._down: set[int] = set()
        self._chord_s: float | None = None  # since when Ctrl+Q is held

    def feed(self, event: pygame.event.Event, now_s: float) -> Key | None:
        """The press that this event is, if it is one."""
        if event.type == pygame.KEYDOWN:
            return self._pressed(event.key, event.mod, event.unicode, now_s)
        if event.type == pygame.KEYUP:
            self._released(event.key)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            return self._goes_on(_CLICK, Key("next"))
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1:
            self._released(_CLICK)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._down.clear()
            self._chord_s = None
        return None

    def chord(self, now_s: float) -> Key | None:
        """Leaving, once Ctrl+Q has been held for long enough."""
        if self._chord_s is None or now_s - self._chord_s < LEAVE_S:
            return None
        self._chord_s = None
        return Key("leave")

    def _pressed(self, code: int, modifiers: int, character: str, now_s: float) -> Key | None:
        if code in self._down:
            return None
        if modifiers & _MODIFIED:
            self._down.add(code)
            if code == pygame.K_q and modifiers & pygame.KMOD_CTRL:
                self._chord_s = now_s
            return None
        name = _NAMES.get(code, "")
        text = _character(code, modifiers, character)
        key = Key(name, text)
        if name == "next":
            return self._goes_on(code, key)
        self._down.add(code)
        return key if name or text else None

    def _goes_on(self, code: int, key: Key) -> Key | None:
        others = {down for down in self._down if down == _CLICK or _NAMES.get(down) == "next"}
        self._down.add(code)
        return None if others else key

    def _released(self, code: int) -> None:
        self._down.discard(code)
        if code in (pygame.K_q, pygame.K_LCTRL, pygame.K_RCTRL):
            self._chord_s = None


def _character(code: int, modifiers: int, character: str) -> str:
    if code in _KEYPAD:
        return _KEYPAD[code]
    if not character.isprintable() or not character.isascii():
        return ""
    return _SHIFTED.get(character, character) if modifiers & pygame.KMOD_SHIFT else character
