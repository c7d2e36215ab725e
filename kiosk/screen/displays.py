"""Which displays there are, by name, and noticing when that changes.

pygame tells no names, and its sizes miss changes of mode and removals until the display module starts again. On X11
`xrandr --query` knows all of it: it is asked now and then without waiting for its answer, so no frame is late for it.
Elsewhere displays are known by their number, from 1.
"""

import os
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass

import pygame

_EVERY_S = 3.0
_PATIENCE_S = 5.0
_OUTPUT = re.compile(r"^(\S+) connected (primary )?(\d+)x(\d+)\+(\d+)\+(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Display:
    """index: pygame's number of it."""

    name: str
    index: int
    size: tuple[int, int]


def parse(query: str) -> tuple[Display, ...]:
    """The displays in use, from what `xrandr --query` prints, in SDL's order: the primary one first."""
    found = sorted(_OUTPUT.finditer(query), key=lambda output: output[2] is None)
    return tuple(Display(output[1], index, (int(output[3]), int(output[4]))) for index, output in enumerate(found))


def present() -> tuple[Display, ...]:
    """The displays now; pygame's display module has been started."""
    if command := _query():
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S)
            if found := parse(done.stdout):
                return found
    return tuple(Display(str(index + 1), index, size) for index, size in enumerate(pygame.display.get_desktop_sizes()))


def chosen(displays: tuple[Display, ...], wanted: str) -> Display | None:
    """The display with this name or number; with none named the last, which is the projector where there are two."""
    if not wanted:
        return displays[-1] if displays else None
    return next((each for each in displays if wanted in (each.name, str(each.index + 1))), None)


def operators(displays: tuple[Display, ...], hall: Display | None, wanted: str) -> Display | None:
    """The operator's display: the one with this name, or with "yes" the first; never the hall's, and none with "no"."""
    others = tuple(each for each in displays if each != hall)
    if wanted in ("no", "") or not others:
        return None
    return others[0] if wanted == "yes" else chosen(others, wanted)


def _query() -> list[str] | None:
    path = shutil.which("xrandr") if os.environ.get("DISPLAY") else None
    return [path, "--query"] if path else None


class Watch:
    """Asks for the displays every few seconds, and tells when there are others."""

    def __init__(self, known: tuple[Display, ...]) -> None:
        self._known = known
        self._asked_s = 0.0
        self._asking: subprocess.Popen[str] | None = None

    def changed(self, now_s: float) -> tuple[Display, ...] | None:
        """The displays, if they are no longer those known before."""
        if self._asking is None:
            if now_s - self._asked_s >= _EVERY_S and (command := _query()):
                self._asked_s = now_s
                self._asking = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            return None
        if self._asking.poll() is None:
            if now_s - self._asked_s > _PATIENCE_S:
                self._asking.kill()
            return None
        answer, _ = self._asking.communicate()
        failed, self._asking = self._asking.returncode != 0, None
        found = parse(answer)
        if failed or found == self._known:
            return None
        self._known = found
        return found

    @property
    def asking(self) -> bool:
        return self._asking is not None

    def close(self) -> None:
        if self._asking is not None:
            self._asking.kill()
            self._asking.communicate()
            self._asking = None
