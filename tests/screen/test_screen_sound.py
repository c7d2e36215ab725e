"""Four sounds, whole, quiet enough, and no ceremony that needs them."""

import pygame
import pytest

from kiosk.screen import scenes, sound
from screen import samples


@pytest.mark.parametrize("name", sound.NAMES)
def test_a_sound_is_heard_does_not_clip_and_ends_in_silence(name: str) -> None:
    made = sound.samples(name)
    assert max(map(abs, made)) > 1000
    assert 4 * max(map(abs, made)) <= 4 * 9000 < 2 * 32767  # two at once have room
    assert max(map(abs, made[-10:])) < 200
    assert sound.samples(name) == made


def test_no_sound_device_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pygame.mixer.quit()
    monkeypatch.setenv("SDL_AUDIODRIVER", "there-is-no-such-driver")
    silent = sound.Sounds(True)
    silent.hear([(0.0, "pop")], -0.1, 0.1)
    silent.close()


def test_each_cue_is_played_once_as_time_passes_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sounds = sound.Sounds(True)  # on SDL's dummy device
    played: list[str] = []
    monkeypatch.setattr(sounds, "_made", {name: _Recorded(name, played) for name in sound.NAMES})
    cues = scenes.cues(samples.view(drawing=samples.drawing(samples.USUAL, group=10)))
    for number in range(90):
        sounds.hear(cues, (number - 1) / 60, number / 60)
    assert played == ["whoosh", "pop", "chime"]
    sounds.hear(cues, 0.0, 20.0)  # the clock jumped: no burst of old sounds
    assert len(played) == 3


class _Recorded:
    def __init__(self, name: str, played: list[str]) -> None:
        self._name, self._played = name, played

    def play(self) -> None:
        self._played.append(self._name)
