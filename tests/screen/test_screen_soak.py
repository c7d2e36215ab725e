"""Five minutes of a drawing at 1080p do not grow the process, once the caches are full.

Those are bounded, and new households fill them within three minutes.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GROWTH_MB = 5.0

_SOAK = """
import os
from dataclasses import replace
from pathlib import Path
from kiosk.screen.window import Window
from screen import samples

def used_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

PACE_S, FRAMES_PER_S, minutes = 1.2, 30, 8
frames, shown, measured = 0, 0, []
with Window(size=(1920, 1080), headless=True, sounds=False) as window:
    while frames < minutes * 60 * FRAMES_PER_S:
        number, group = 1 + shown // 11, shown % 11
        # Each tenth group is recapped; households differ, so nothing comes from a cache.
        view = samples.view(drawing=samples.drawing(samples.USUAL, group=min(group + 1, 10), group_number=number),
                            look_page=int(group == 10 and number % 10 == 0))
        shown += 1
        for _ in range(int(PACE_S * FRAMES_PER_S)):
            window.poll(frames / FRAMES_PER_S)
            clock = f"10:{frames // 1800 % 60:02d}:{frames // 30 % 60:02d}"
            window.show(replace(view, clock=clock), frames / FRAMES_PER_S)
            frames += 1
            if frames % (60 * FRAMES_PER_S) == 0:
                measured.append(used_mb())
print(*measured)
"""


@pytest.mark.long
def test_five_minutes_of_drawing_do_not_grow_the_process() -> None:
    surroundings = {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _SOAK], env={**os.environ, **surroundings}, check=True, capture_output=True, text=True
    )
    measured = [float(each) for each in done.stdout.split()]
    assert len(measured) == 8
    assert measured[7] - measured[2] < GROWTH_MB, measured
    print(measured)
