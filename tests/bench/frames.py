"""How long whole frames of the drawing take: `python tests/bench/frames.py`.

The scene in full flight, two groups of ten at the usual pace, a new household every 1.2 s, frame after frame of 1/60 s:
each is one `Window.show`, so render and flip. Measured at 1080p and 4K, with the dummy driver and, where Xvfb is there,
in a real window; there also with SDL's default path (its accelerated copy of the framebuffer) in the same run.
Prints milliseconds of whole frames by the clock, and of `render` alone in processor time, which other programs on the
same machine do not lengthen; each line is one run in a process of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160)}
FRAMES_PER_S = 60
PACE_S = 1.2


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1], sys.argv[2])
        return
    print(f"{'milliseconds a frame':24}{'p50':>8}{'p99':>8}{'p99.9':>8}{'max':>8}{'render p99 of CPU':>20}{'MB':>6}")
    for size in SIZES:
        again("dummy", size, {"SDL_VIDEODRIVER": "dummy"})
    if not shutil.which("Xvfb"):
        print("no Xvfb: no real window")
        return
    with tempfile.TemporaryDirectory() as folder, Xvfb(Path(folder)) as display:
        for size in SIZES:
            for name, accelerated in (("window", "0"), ("SDL's default", None)):
                surroundings = {"SDL_VIDEODRIVER": "x11", "DISPLAY": display}
                again(name, size, surroundings | ({"SDL_FRAMEBUFFER_ACCELERATION": accelerated} if accelerated else {}))


def again(name: str, size: str, surroundings: dict[str, str]) -> None:
    """One measurement in a process of its own, so that no cache of the one before helps it."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SDL_")}
    subprocess.run(
        [sys.executable, __file__, name, size],
        env=clean | surroundings | {"PYGAME_HIDE_SUPPORT_PROMPT": "1"},
        check=True,
    )


def measure(name: str, size: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import resource

    from pygame import Rect, Surface

    from kiosk.ceremony.view import View
    from kiosk.screen import scenes, window
    from kiosk.screen.draw import Shown
    from screen import samples

    if name == "SDL's default":
        window.SURROUNDINGS.pop("SDL_FRAMEBUFFER_ACCELERATION")
    views = [
        samples.view(drawing=samples.drawing(samples.USUAL, group=group, group_number=number))
        for number in (12, 13)
        for group in range(1, 11)
    ]
    whole, rendered = [], []
    render = scenes.render

    def timed(surface: Surface, view: View, seconds: float, shown: Shown | None = None) -> list[Rect] | None:
        start = time.thread_time()
        areas = render(surface, view, seconds, shown)
        rendered.append(time.thread_time() - start)
        return areas

    with window.Window(size=SIZES[size], windowed=True, sounds=False) as opened:
        opened.poll(0.0)
        opened.show(views[0], 0.0)
        scenes.render = timed
        number = 0
        for at, view in enumerate(views[1:], 1):
            while number / FRAMES_PER_S < at * PACE_S:
                number += 1
                start = time.perf_counter()
                if opened.show(view, number / FRAMES_PER_S):
                    whole.append(time.perf_counter() - start)
                opened.poll(number / FRAMES_PER_S)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = "".join(f"{part(whole, share):8.2f}" for share in (0.5, 0.99, 0.999, 1.0))
    print(f"{name + ' ' + size:24}{figures}{part(rendered, 0.99):20.2f}{used:6}", flush=True)


def part(times: list[float], share: float) -> float:
    """Milliseconds in which this share of the frames is done."""
    return 1000 * sorted(times)[min(len(times) - 1, int(share * len(times)))]


class Xvfb:
    """A display of its own, by the number that Xvfb chooses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> str:
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "3840x2160x24", "-nolisten", "tcp"]
        with (self._folder / "log").open("w") as log:
            self._process = subprocess.Popen(command, pass_fds=(writer,), stderr=log)
        os.close(writer)
        with os.fdopen(reader) as answer:
            return f":{answer.readline().strip()}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    main()
