"""Displays by name: what xrandr prints, which one is chosen, and that a change is noticed."""

import os
import stat
from pathlib import Path

import pytest

from kiosk.screen import displays
from kiosk.screen.displays import Display

TWO = """Screen 0: minimum 320 x 200, current 3840 x 1080, maximum 16384 x 16384
HDMI-1 connected 1920x1080+1920+0 (normal left inverted right x axis y axis) 510mm x 290mm
   1920x1080     60.00*+  50.00
   1280x720      60.00
eDP-1 connected primary 1920x1080+0+0 (normal left inverted right x axis y axis) 344mm x 194mm
   1920x1080     60.05*+
DP-1 disconnected (normal left inverted right x axis y axis)
DP-2 connected (normal left inverted right x axis y axis)
"""


def test_displays_in_use_are_read_the_primary_one_first() -> None:
    assert displays.parse(TWO) == (Display("eDP-1", 0, (1920, 1080)), Display("HDMI-1", 1, (1920, 1080)))


def test_a_display_is_chosen_by_name_by_number_or_is_the_last() -> None:
    known = displays.parse(TWO)
    assert displays.chosen(known, "HDMI-1") == displays.chosen(known, "2") == displays.chosen(known, "") == known[1]
    assert displays.chosen(known, "eDP-1") == known[0]
    assert displays.chosen(known, "DP-2") is None
    assert displays.chosen((), "") is None


def test_a_change_of_the_displays_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """xrandr is a script here that prints what stands in a file; the watch asks it as it asks the real one."""
    said = tmp_path / "said"
    script = tmp_path / "xrandr"
    script.write_text(f'#!/bin/sh\ncat "{said}"\n')
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    said.write_text(TWO)
    watch = displays.Watch(displays.present())
    now_s = 10.0

    def asked() -> tuple[Display, ...] | None:
        """The answer to one question, however long xrandr takes."""
        nonlocal now_s
        now_s += 4
        found = watch.changed(now_s)
        while found is None and watch.asking:
            found = watch.changed(now_s)
        return found

    assert asked() is None
    said.write_text(TWO.replace("HDMI-1 connected 1920x1080+1920+0", "HDMI-1 disconnected"))
    assert asked() == (Display("eDP-1", 0, (1920, 1080)),)
    assert asked() is None
    said.write_text(TWO)
    assert asked() == displays.parse(TWO)
    watch.close()
