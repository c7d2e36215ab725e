"""The displays of hall and operator on a machine that has both: pulled out, plugged in late, changed, never mixed up.

A real X server whose outputs can be switched (Xorg's dummy driver), and the window in a process of its own that tells
where it is whenever that changes. Nothing sleeps: what is waited for is what the process says.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygame
import pytest

from kiosk.screen import displays, scenes
from kiosk.screen.displays import Display
from screen import ceremony_samples

LEFT, RIGHT = Display("eDP-1", 0, (1920, 1080)), Display("HDMI-1", 1, (1920, 1080))

_CONFIG = """
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
EndSection
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 64000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5-1000
  VertRefresh 5-200
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Virtual 2560 800
  EndSubSection
EndSection
"""

_PLAY = """
import os, sys, time
from pathlib import Path
from typing import Any
import pygame
from kiosk.screen.window import Window
from screen import ceremony_samples

failing = int(sys.argv[4])
start = pygame.display.init

def reached():
    # As long as the X server cannot be reached SDL looks for another driver.
    global failing
    if not pygame.display.get_init() and told is not None and failing:
        failing -= 1
        name, os.environ["DISPLAY"] = os.environ["DISPLAY"], ":4711"
        try:
            start()
        finally:
            os.environ["DISPLAY"] = name
        print("started with", pygame.display.get_driver(), flush=True)
    else:
        start()

pygame.display.init = reached
view = ceremony_samples.throwing(thrown=6, operating=ceremony_samples.OPERATING)
told, number = None, 0
with Window(sounds=False, display=sys.argv[1], operator=sys.argv[2]) as window:
    began = time.monotonic()
    while time.monotonic() - began < 120:
        now = time.monotonic()
        keys = window.poll(now)
        window.show(view, now)
        hall = "away" if window.away else "%d,%d" % pygame.display.get_window_position() + " %dx%d" % window.size
        assert window.away == (pygame.display.get_surface() is None)
        second = window.second
        other = "%d,%d %dx%d" % (*second.position, *second.size) if second else "none"
        if (hall, other) != told:
            told = hall, other
            print("hall", hall, "operator", other, flush=True)
        for key in keys:
            if key.name == "enter":
                number += 1
                window.save(Path(sys.argv[3]) / f"{number}.png")
            print("key", key.name or key.text, flush=True)
        window.rest()
"""


class Outputs:
    """An X server with two outputs of which each can be switched."""

    def __init__(self, folder: Path) -> None:
        (folder / "xorg.conf").write_text(_CONFIG)
        self.folder = folder
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xorg", "-displayfd", str(writer), "-config", str(folder / "xorg.conf"), "-noreset", "-nolisten", "tcp",
             "-logfile", str(folder / "xorg.log")],
            pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            self._name = f":{answer.readline().strip()}"
        self._playing: list[subprocess.Popen[str]] = []
        self.ask("xrandr", "--addmode", "DUMMY1", "1280x720")
        self.ask("xrandr", "--addmode", "DUMMY1", "1024x768")
        self.ask("xrandr", "--output", "DUMMY0", "--mode", "1280x800", "--pos", "0x0", "--primary")

    def ask(self, *words: str) -> None:
        subprocess.run(words, env={**os.environ, "DISPLAY": self._name}, check=True, capture_output=True)

    def projector(self, mode: str) -> None:
        how = ["--off"] if mode == "off" else ["--mode", mode, "--right-of", "DUMMY0"]
        self.ask("xrandr", "--output", "DUMMY1", *how)

    def play(self, display: str = "", operator: str = "yes", failing: int = 0) -> "Played":
        """failing: how often the X server cannot be reached when the displays have changed."""
        surroundings = {key: value for key, value in os.environ.items() if not key.startswith("SDL_")}
        process = subprocess.Popen(
            [sys.executable, "-c", _PLAY, display, operator, str(self.folder), str(failing)],
            env={**surroundings, "DISPLAY": self._name, "PYGAME_HIDE_SUPPORT_PROMPT": "1",
                 "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._playing.append(process)
        return Played(process)

    def close(self) -> None:
        everything: list[subprocess.Popen[Any]] = [*self._playing, self._server]
        for process in everything:
            process.kill()
            process.wait()


class Played:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def says(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture
def outputs(tmp_path: Path) -> Iterator[Outputs]:
    made = Outputs(tmp_path)
    yield made
    made.close()


def test_the_operators_display_is_never_the_halls() -> None:
    assert displays.operators((LEFT, RIGHT), RIGHT, "yes") == LEFT
    assert displays.operators((LEFT, RIGHT), LEFT, "yes") == RIGHT
    assert displays.operators((LEFT, RIGHT), RIGHT, "eDP-1") == LEFT
    assert displays.operators((LEFT, RIGHT), RIGHT, "HDMI-1") is None
    assert displays.operators((LEFT,), None, "yes") == LEFT
    assert displays.operators((RIGHT,), RIGHT, "yes") is None
    assert displays.operators((LEFT, RIGHT), RIGHT, "no") is None


@pytest.mark.outputs
def test_the_projector_pulled_out_plugged_in_and_changed(outputs: Outputs) -> None:
    outputs.projector("1280x720")
    window = outputs.play()
    assert window.says() == "hall 1280,0 1280x720 operator 0,0 1280x800"
    outputs.ask("xdotool", "key", "Return")
    assert window.says() == "key enter"
    outputs.projector("off")
    assert window.says() == "hall away operator 0,0 1280x800", "the operator's display is not covered"
    outputs.ask("xdotool", "key", "Next")  # does nothing, as nobody would see it
    outputs.projector("1280x720")
    assert window.says() == "hall 1280,0 1280x720 operator 0,0 1280x800"
    outputs.ask("xdotool", "key", "Return")
    assert window.says() == "key enter"
    assert (outputs.folder / "1.png").read_bytes() == (outputs.folder / "2.png").read_bytes(), "the same frame"
    outputs.projector("1024x768")
    assert window.says() == "hall 1280,0 1024x768 operator 0,0 1280x800"


@pytest.mark.outputs
def test_an_x_server_that_cannot_be_reached_for_a_while_is_waited_for_with_no_black_window(outputs: Outputs) -> None:
    outputs.projector("1280x720")
    window = outputs.play(failing=2)
    assert window.says() == "hall 1280,0 1280x720 operator 0,0 1280x800"
    outputs.projector("1024x768")
    assert window.says() == "hall away operator none"
    assert window.says() == "hall 1280,0 1024x768 operator 0,0 1280x800"
    outputs.ask("xdotool", "key", "Return")
    assert window.says() == "key enter"
    shown = pygame.image.load(outputs.folder / "1.png")
    expected = pygame.Surface((1024, 768), depth=32)
    scenes.render(expected, ceremony_samples.throwing(thrown=6, operating=ceremony_samples.OPERATING), 99)
    assert pygame.image.tobytes(shown, "RGB") == pygame.image.tobytes(expected, "RGB"), "the same frame"


@pytest.mark.outputs
def test_a_projector_that_comes_late_is_waited_for_by_its_name(outputs: Outputs) -> None:
    outputs.projector("off")
    window = outputs.play(display="DUMMY1", operator="no")
    assert window.says() == "hall away operator none"
    outputs.projector("1280x720")
    assert window.says() == "hall 1280,0 1280x720 operator none"


@pytest.mark.outputs
def test_with_one_display_the_hall_has_it_until_there_is_another(outputs: Outputs) -> None:
    outputs.projector("off")
    window = outputs.play()
    assert window.says() == "hall 0,0 1280x800 operator none"
    outputs.projector("1280x720")
    assert window.says() == "hall 1280,0 1280x720 operator 0,0 1280x800"
