"""Four sounds, made here: tick (a die), whoosh (a household leaves the wall), pop (its card lands), chime (a group is
complete). No sound device, or one that goes away, is no error: the ceremony is silent then.

Each is a few thousand samples of 16 bits, computed with the standard library in a few milliseconds, and well below full
scale, so that two at once do not clip.
"""

import random
from array import array
from collections.abc import Callable, Iterable
from math import exp, pi, sin

import pygame

RATE = 44100
NAMES = ("tick", "whoosh", "pop", "chime")
_LOUD = 9000  # of 32767: four at once still fit

Cue = tuple[float, str]  # at how many seconds of a scene, which sound


def samples(name: str) -> "array[int]":
    """One of the sounds, mono."""
    seconds, made = _SOUNDS[name]
    wave = made()
    count = int(RATE * seconds)
    fade = RATE // 200  # no click at the end
    return array("h", (int(_LOUD * wave(at / RATE) * min(1.0, (count - at) / fade)) for at in range(count)))


def _tick(at_s: float) -> float:
    return sin(2 * pi * 1900 * at_s) * exp(-at_s * 140)


def _pop(at_s: float) -> float:
    return sin(2 * pi * (260 + 520 * exp(-at_s * 40)) * at_s) * exp(-at_s * 32)


def _chime(at_s: float) -> float:
    partials = ((784.0, 0.5, 4.0), (1175.0, 0.3, 5.0), (1568.0, 0.2, 7.0))
    return sum(share * sin(2 * pi * pitch * at_s) * exp(-at_s * decay) for pitch, share, decay in partials)


def _whoosh() -> Callable[[float], float]:
    """Noise through a low-pass filter that opens and closes. The noise is the same each time."""
    noise = random.Random(1)
    held = [0.0]

    def wave(at_s: float) -> float:
        swell = sin(pi * min(1.0, at_s / 0.4)) ** 2
        held[0] += (noise.uniform(-1, 1) - held[0]) * (0.03 + 0.25 * swell)
        return held[0] * swell

    return wave


_SOUNDS: dict[str, tuple[float, Callable[[], Callable[[float], float]]]] = {
    "tick": (0.05, lambda: _tick),
    "pop": (0.16, lambda: _pop),
    "chime": (1.1, lambda: _chime),
    "whoosh": (0.4, _whoosh),
}


class Sounds:
    """Plays cues as time passes over them."""

    def __init__(self, on: bool) -> None:
        self._made: dict[str, pygame.mixer.Sound] = {}
        if not on:
            return
        try:
            pygame.mixer.init(RATE, -16, 1, 512, allowedchanges=0)
        except (pygame.error, NotImplementedError):  # no device, or pygame was built without a mixer
            return
        self._made = {name: pygame.mixer.Sound(buffer=samples(name).tobytes()) for name in NAMES}

    def hear(self, cues: Iterable[Cue], before_s: float, now_s: float) -> None:
        """Plays what lies between two moments of a scene; after a jump of more than a second, nothing."""
        if not self._made or now_s - max(before_s, 0.0) > 1:
            return
        for at_s, name in cues:
            if before_s < at_s <= now_s:
                self._made[name].play()

    def close(self) -> None:
        if self._made:
            self._made.clear()
            pygame.mixer.quit()
