"""The window: nothing is drawn while nothing moves, nothing is played twice, pictures cross-fade, keys come in."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from kiosk.ceremony.desk import Key
from kiosk.ceremony.view import View, reading
from kiosk.core.errors import DeviceError
from kiosk.screen import scenes
from kiosk.screen.window import FADE_S, Window
from screen import samples

SIZE = (1280, 720)
SMALL = (640, 360)


def shown(window: Window, tmp_path: Path) -> bytes:
    window.save(tmp_path / "frame.png")
    return pygame.image.tobytes(pygame.image.load(tmp_path / "frame.png"), "RGB")


def rendered(view: View, seconds: float, size: tuple[int, int] = SIZE) -> bytes:
    surface = pygame.Surface(size, depth=32)
    scenes.render(surface, view, seconds)
    return pygame.image.tobytes(surface, "RGB")


def test_nothing_is_drawn_while_nothing_moves() -> None:
    first, second = (samples.view(drawing=samples.drawing(samples.USUAL, group=group)) for group in (6, 7))
    with Window(size=SIZE, headless=True) as window:
        assert window.show(first, 0.0)
        assert not window.moving
        assert not any(window.show(first, 0.1 * number) for number in range(1, 50))
        drawn = [window.show(second, 10 + number / 60) for number in range(180)]
        assert all(drawn[:60]) and not any(drawn[63:])
        assert window.show(replace(second, clock="10:24:38"), 20.0)
        assert not window.show(replace(second, clock="10:24:38"), 20.1)


def test_after_the_last_frame_the_picture_is_that_at_rest(tmp_path: Path) -> None:
    first, second = (samples.view(drawing=samples.drawing(samples.USUAL, group=group)) for group in (6, 7))
    with Window(size=SIZE, headless=True) as window:
        window.show(first, 0.0)
        for number in range(180):
            window.show(second, 1 + number / 60)
        assert shown(window, tmp_path) == rendered(second, 99)


def test_a_restart_plays_nothing_again(tmp_path: Path) -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL, group=7))
    with Window(size=SIZE, headless=True) as window:
        window.show(view, 1234.5)
        assert shown(window, tmp_path) == rendered(view, 99)


def test_after_the_folder_was_read_nothing_is_played_that_had_been_shown_before(tmp_path: Path) -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL, group=7))
    with Window(size=SIZE, headless=True) as window:
        window.show(reading(view.title, False), 1.0)
        window.show(view, 2.0)
        assert shown(window, tmp_path) == rendered(view, 99)
        assert not window.moving


def test_a_look_at_the_cover_does_not_make_a_household_fly_again(tmp_path: Path) -> None:
    first, second = (samples.view(drawing=samples.drawing(samples.USUAL, group=group)) for group in (6, 7))
    with Window(size=SIZE, headless=True) as window:
        for view, now_s in ((first, 0.0), (second, 1.0), (second, 5.0)):
            window.show(view, now_s)
        window.show(replace(second, look=replace(second.look, covered=True)), 6.0)
        window.show(second, 7.0)
        window.show(second, 7.0 + FADE_S)
        assert shown(window, tmp_path) == rendered(second, 99)


def test_two_scenes_cross_fade(tmp_path: Path) -> None:
    before = samples.view(drawing=samples.drawing(samples.USUAL, group=0, group_number=1))
    after = samples.view(look_page=1, drawing=samples.drawing(samples.USUAL, group=10, group_number=10))
    with Window(size=SMALL, headless=True) as window:
        window.show(before, 0.0)
        frames = []
        for number in range(int(FADE_S * 60) + 2):
            if window.show(after, 1 + number / 60):
                frames.append(shown(window, tmp_path))
        assert frames[0] == rendered(before, 99, SMALL)
        assert len(set(frames)) > 10
        assert frames[-1] == rendered(after, 99, SMALL)
        assert not window.moving


def test_keys_come_from_pygame_one_press_each(monkeypatch: pytest.MonkeyPatch) -> None:
    with Window(size=SIZE, headless=True) as window:
        window.poll(0.0)
        for kind in (pygame.KEYDOWN, pygame.KEYDOWN, pygame.KEYUP, pygame.KEYDOWN):
            pygame.event.post(pygame.event.Event(kind, key=pygame.K_PAGEDOWN, unicode="", mod=0))
        assert window.poll(1.0) == [Key("next"), Key("next")]
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        assert window.poll(1.0) == []


def test_a_key_pressed_while_the_window_rests_is_not_lost() -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL))
    with Window(size=SIZE, headless=True) as window:
        window.poll(0.0)
        window.show(view, 0.0)
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_b, unicode="b", mod=0))
        window.rest()
        assert window.poll(1.0) == [Key("cover", "b")]


def test_a_machine_without_a_display_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(DeviceError) as refused:
        Window(size=SIZE)
    assert refused.value.code == "screen.none"


_PLAY = """
import sys, time
import pygame
from pathlib import Path
from kiosk.screen.window import Window
from screen import samples

first, second = (samples.view(drawing=samples.drawing(samples.USUAL, group=group)) for group in (6, 7))
windowed = sys.argv[1] == "windowed"
with Window(sounds=False, windowed=windowed, size=(1280, 720) if windowed else None) as window:
    window.show(first, time.monotonic())
    print("ready", *window.size, pygame.mouse.get_visible(), pygame.display.get_wm_info()["window"], flush=True)
    began = time.monotonic()
    while time.monotonic() - began < 60:
        now = time.monotonic()
        for key in window.poll(now):
            print(key.name or "-", key.text or "-", *window.size, flush=True)
            if key.name == "enter":
                window.save(Path(sys.argv[2]))
                print("saved", *window.size, flush=True)
            if key.name == "leave":
                sys.exit()
        window.show(second, now)
        window.rest()
"""


@pytest.mark.display
def test_on_a_real_display_it_fills_the_screen_hears_every_key_and_is_left_by_the_chord_alone(tmp_path: Path) -> None:
    with _Display() as display:
        window = display.play("full", tmp_path / "frame.png")
        assert window.says()[:4] == ["ready", "1280", "720", "False"]
        for key, name in (
            ("Prior", "back"),
            ("period", "cover"),
            ("F5", "overlay"),
            ("Escape", "escape"),
            ("b", "cover"),
        ):
            display.press("key", key)
            assert window.says()[0] == name
        for digit in "316":
            display.press("key", digit)
            assert window.says()[:2] == ["-", digit]
        for _ in range(5):  # quick clicks are five presses, and a long one is one
            display.press("key", "Next")
        assert [window.says()[0] for _ in range(5)] == ["next"] * 5
        display.press("keydown", "space")
        assert window.says()[:1] == ["next"]
        display.press("key", "Next")  # while space is held: nothing
        display.press("keyup", "space")
        display.press("key", "alt+F4")
        display.press("key", "Return")
        assert window.says()[0] == "enter"
        assert window.says() == ["saved", "1280", "720"]
        assert pygame.image.load(tmp_path / "frame.png").get_size() == (1280, 720)
        display.press("keydown", "ctrl")
        display.press("keydown", "q")
        assert window.says()[0] == "leave"
        assert window.ended() == 0


@pytest.mark.display
def test_a_window_follows_its_size(tmp_path: Path) -> None:
    with _Display() as display:
        window = display.play("windowed", tmp_path / "frame.png")
        *ready, number = window.says()
        assert ready == ["ready", "1280", "720", "True"]
        display.ask("windowsize", number, "1024", "700")
        size: list[str] = []
        while size != ["1024", "700"]:
            display.press("key", "b")
            size = window.says()[2:]
        display.press("key", "Return")
        window.says()
        assert window.says() == ["saved", "1024", "700"]
        assert pygame.image.load(tmp_path / "frame.png").get_size() == (1024, 700)
        display.press("keydown", "ctrl")
        display.press("keydown", "q")
        while window.says()[0] != "leave":
            pass
        assert window.ended() == 0


class _Played:
    """A process with a window, and what it prints."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def says(self) -> list[str]:
        assert self._process.stdout is not None
        words = self._process.stdout.readline().split()
        return words if words[:1] != ["pygame-ce"] else self.says()

    def ended(self) -> int:
        return self._process.wait(timeout=60)


class _Display:
    """An X server of its own, with what it needs to be typed at."""

    def __enter__(self) -> "_Display":
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as answer:
            self._name = f":{answer.readline().strip()}"
        self._playing: list[subprocess.Popen[str]] = []
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._playing:
            process.kill()
            process.wait()
        self._server.kill()
        self._server.wait()

    def play(self, how: str, picture: Path) -> _Played:
        surroundings = {key: value for key, value in os.environ.items() if not key.startswith("SDL_")}
        process = subprocess.Popen(
            [sys.executable, "-c", _PLAY, how, str(picture)],
            env={**surroundings, "DISPLAY": self._name, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
            stdout=subprocess.PIPE,
            text=True,
        )
        self._playing.append(process)
        return _Played(process)

    def press(self, how: str, key: str) -> None:
        self.ask(how, key)

    def ask(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env={**os.environ, "DISPLAY": self._name}, check=True, capture_output=True, text=True
        )
        return done.stdout
