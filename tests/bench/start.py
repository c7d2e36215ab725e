"""From the start of a ceremony to its first frame, and its memory: `python tests/bench/start.py FOLDER`.

FOLDER is a frozen draw; it is held from its opening, in a copy, under Xvfb at 1080p. Prints seconds from the start
of the process to the first frame (by the clock, and of processor time, which other programs do not lengthen), the most
memory, and the share of a core while idle.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IDLE_S = 10.0


def main() -> None:
    if len(sys.argv) > 2:
        measure(Path(sys.argv[1]), float(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "draw"
        shutil.copytree(sys.argv[1], folder)
        reader, writer = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"], pass_fds=(writer,)
        )
        os.close(writer)
        with os.fdopen(reader) as answer:
            display = f":{answer.readline().strip()}"
        try:
            subprocess.run(
                [sys.executable, __file__, str(folder), str(time.time())],
                env={**os.environ, "DISPLAY": display, "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"},
                check=True,
            )
        finally:
            server.kill()
            server.wait()


def measure(folder: Path, started: float) -> None:
    from kiosk import cli
    from kiosk.ceremony.desk import Key
    from kiosk.screen import window

    show, poll = window.Window.show, window.Window.poll
    first: list[tuple[float, float, float]] = []

    def shown(self: window.Window, view: object, now_s: float) -> bool:
        drawn = show(self, view, now_s)  # type: ignore[arg-type]
        if not first:
            first.append((time.time() - started, time.monotonic(), time.process_time()))
        return drawn

    def polled(self: window.Window, now_s: float) -> list[Key]:
        if first and time.monotonic() - first[0][1] >= IDLE_S:
            return [Key("leave")]
        return poll(self, now_s)

    window.Window.show, window.Window.poll = shown, polled  # type: ignore[method-assign]
    cli.main(["run", str(folder)])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first_s, at_s, busy_s = first[0]
    share = (time.process_time() - busy_s) / (time.monotonic() - at_s)
    print(
        f"first frame after {first_s:.2f} s ({busy_s:.2f} s of CPU); at most {used:.0f} MB; idle {share:.1%} of a core"
    )


if __name__ == "__main__":
    main()
