"""A whole ceremony by keys alone: the program in a real window, real key events, and the journal as the judge.

Whatever hand holds it - calm, double-clicking, leaning on the keys, losing the focus - the journal must be the one that
`--auto` leaves with the same values, clocks and hashes aside. What is waited for is the journal on the disk.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ceremonies import PEOPLE, frozen, given
from commands import mingyao
from judges import VECTORS

pytestmark = pytest.mark.display

NAME = "small"
CLOCKS = ("previous", "wall", "monotonic_s", "hash")
# After a step Enter is not taken for a second: what somebody who means it waits.
MEANT_S = 1.1


def told(folder: Path) -> list[dict[str, Any]]:
    """The journal's whole lines, without what the clock makes of them."""
    path = folder / "journal.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    entries = [json.loads(line) for line in lines if line.endswith("\n")]
    return [{key: value for key, value in entry.items() if key not in CLOCKS} for entry in entries]


def prepared(folder: Path) -> Path:
    """The golden folder as it was frozen, the operator's secret beside it."""
    frozen(NAME, folder)
    people = {"operator": PEOPLE.operator, "witness": PEOPLE.witness, "contributors": PEOPLE.contributors}
    (folder / "office.json").write_text(json.dumps({"people": people}), encoding="utf-8")
    beside = folder.parent / f"{folder.name}.secret"
    beside.mkdir()
    (beside / "operator.txt").write_text(given(NAME).reveals["operator"] + "\n", encoding="ascii")
    return folder


_OTHER = """
import pygame
pygame.display.init()
pygame.display.set_mode((64, 64))
pygame.event.get()
print("window", pygame.display.get_wm_info()["window"], flush=True)
while True:
    pygame.event.wait()
"""


class Kiosk:
    """The program in a window that fills an X server of its own."""

    def __init__(self, folder: Path) -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
            pass_fds=(writer,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            self._display = f":{answer.readline().strip()}"
        self._other: subprocess.Popen[str] | None = None
        self.folder = folder
        settings = folder.parent / "kiosk.yaml"
        settings.write_text("screen: {sounds: no}\nceremony: {pace: 0.4}\n", encoding="utf-8")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SDL_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.cli", "run", str(folder), "--config", str(settings)],
            env={**kept, "DISPLAY": self._display, "SDL_AUDIODRIVER": "dummy"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def x(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env={**os.environ, "DISPLAY": self._display}, check=False,
                              capture_output=True, text=True)  # fmt: skip
        return done.stdout

    def begun(self) -> None:
        """Until its window has the keyboard."""
        self.until(lambda: "OPENED" if told(self.folder) else "")
        found: list[str] = []

        def shown() -> list[str]:
            found[:] = self.x("search", "--onlyvisible", "--class", "cli").split()
            return found

        self.until(shown)
        (self.window,) = found
        self.x("windowfocus", "--sync", self.window)
        self.patience()

    def other(self) -> str:
        """A window of another program, from now on."""
        if self._other is None:
            kept = {key: value for key, value in os.environ.items() if not key.startswith("SDL_")}
            self._other = subprocess.Popen(
                [sys.executable, "-c", _OTHER],
                env={**kept, "DISPLAY": self._display},
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._other.stdout is not None
            while (line := self._other.stdout.readline()) and not line.startswith("window "):
                pass
            self._other_window = line.split()[1]
        return self._other_window

    def patience(self, seconds: float = MEANT_S) -> None:
        """As somebody who looks before pressing again; the program must not end in the meantime."""
        try:
            ended = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"the program ended with {ended}: {self.process.stderr and self.process.stderr.read()}")

    def until(self, happened: Callable[[], object], tries: int = 3600) -> None:
        for _ in range(tries):
            if happened():
                return
            self.patience(0.05)
        raise AssertionError(f"nothing came after {told(self.folder)[-1:]}")

    def count(self, event: str) -> int:
        return sum(entry["event"] == event for entry in told(self.folder))

    def close(self) -> None:
        for process in (self.process, self._other, self._server):
            if process is None:
                continue
            process.kill()
            process.wait()


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    made = Kiosk(prepared(tmp_path / "draw"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def by_itself(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The journal of the same ceremony with `--auto`."""
    path = tmp_path_factory.mktemp("auto")
    folder, values = prepared(path / "draw"), given(NAME)
    (path / "contributions.txt").write_text("".join(f"{who} | {digits}\n" for who, digits in values.contributions))
    (path / "reveals.txt").write_text("".join(f"{label} {secret}\n" for label, secret in values.reveals.items()))
    done = mingyao("run", folder, "--headless", "--auto", "--contributions", path / "contributions.txt",
                   "--reveals", path / "reveals.txt", "--public", values.public, cwd=path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return told(folder)


def held(kiosk: Kiosk, on: Callable[[Kiosk, str], None]) -> None:
    """The ceremony from opening to end; `on` is how the hand presses Page Down and Enter."""
    values = given(NAME)

    def step(key: str, event: str, times: int = 1) -> None:
        """Presses a key until the journal has it: a page may have to be turned first."""
        for _ in range(20):
            on(kiosk, key)
            kiosk.patience()
            if kiosk.count(event) >= times:
                return
        raise AssertionError(f"{key} does not lead to {event}: {told(kiosk.folder)[-3:]}")

    kiosk.begun()
    step("Next", "NoticeShown")
    step("Return", "NoticeConfirmed")
    for seat, (_, digits) in enumerate(values.contributions, 1):
        for number, digit in enumerate(digits, 1):
            kiosk.x("key", digit)
            thrown = sum(len(each) for _, each in values.contributions[: seat - 1]) + number
            kiosk.until(lambda thrown=thrown: kiosk.count("DieThrown") == thrown)  # type: ignore[misc]
        step("Return", "ContributionConfirmed", seat)
    step("Return", "SecretOpened", 1)
    on(kiosk, "Return")
    kiosk.x("type", "--delay", "12", values.reveals["notary"])
    step("Return", "SecretOpened", 2)
    on(kiosk, "Return")
    kiosk.x("type", "--delay", "12", values.public or "")
    step("Return", "PublicGiven")
    step("Return", "Sealed")
    while not kiosk.count("Finished"):
        before = len(told(kiosk.folder))
        on(kiosk, "Next")
        kiosk.until(lambda before=before: len(told(kiosk.folder)) > before)  # type: ignore[misc]
        settled = -1
        while settled != len(told(kiosk.folder)):  # the households of a group follow by themselves
            settled = len(told(kiosk.folder))
            kiosk.patience(0.7)


def calm(kiosk: Kiosk, key: str) -> None:
    kiosk.x("key", key)


def double_clicks(kiosk: Kiosk, key: str) -> None:
    """Page Down as a double click of the mouse, Enter twice at once."""
    if key == "Next":
        kiosk.x("click", "--repeat", "2", "--delay", "60", "1")
    else:
        kiosk.x("key", "--delay", "40", key, key)


def leaning(kiosk: Kiosk, key: str) -> None:
    """Held long enough for X to repeat it; while one key that goes on is held, another one is pressed."""
    kiosk.x("keydown", key)
    kiosk.patience(0.9)
    if key == "Next":
        kiosk.x("key", "space")
    kiosk.x("keyup", key)


def losing_the_focus(kiosk: Kiosk, key: str) -> None:
    """The focus goes while the key is down and comes back later."""
    other = kiosk.other()
    kiosk.x("keydown", key)
    kiosk.x("windowfocus", "--sync", other)
    kiosk.x("keyup", key)
    kiosk.x("key", "Next", "3", "Return")  # for somebody else
    kiosk.x("windowfocus", "--sync", kiosk.window)


def test_by_any_hand_the_journal_is_the_one_of_auto(by_itself: list[dict[str, Any]], tmp_path: Path) -> None:
    """Four halls at once, as most of a ceremony is waiting."""

    def ceremony(hand: Callable[[Kiosk, str], None]) -> None:
        folder = tmp_path / hand.__name__
        folder.mkdir()
        kiosk = Kiosk(prepared(folder / "draw"))
        try:
            held(kiosk, hand)
            assert told(kiosk.folder) == by_itself, hand.__name__
            for file in ("seed.txt", "result.csv", "SHA256SUMS"):
                assert (kiosk.folder / file).read_bytes() == (VECTORS / "golden" / NAME / file).read_bytes()
        finally:
            kiosk.close()

    with ThreadPoolExecutor() as halls:
        for held_by in [halls.submit(ceremony, hand) for hand in (calm, double_clicks, leaning, losing_the_focus)]:
            held_by.result()


def test_only_the_held_chord_leaves(kiosk: Kiosk) -> None:
    kiosk.begun()
    for key in ("Escape", "alt+F4", "ctrl+q", "q", "Escape"):
        kiosk.x("key", key)
    kiosk.patience()
    kiosk.x("keydown", "ctrl")
    kiosk.x("keydown", "q")
    assert kiosk.process.wait(60) == 0
