"""From the start of a ceremony to its first frame, its memory, and what it costs while nothing moves.

`python tests/bench/start.py [FOLDER]`: FOLDER, or a draw of 200,000 households made here, which is started three times:
frozen, in the middle of the drawing, and finished. Each in a copy, full screen under Xvfb, at 1080p and at 4K. Prints

- seconds from the start of the process to the first frame, by the clock and of processor time, which other programs do
  not lengthen; the same until everything has been read and the ceremony stands on the screen,
- the longest time between two frames until then, of which one each second is due,
- the most memory, and what is left of it once all is read, in MB,
- the share of a core that is used while idle.
"""

import contextlib
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

HOUSEHOLDS = 200_000
IDLE_S = 10.0
SETTLED_S = 3.0  # after the last scene has come: nothing moves any more
SIZES = {"1080p": "1920x1080", "4K": "3840x2160"}


def main() -> None:
    if len(sys.argv) > 2:
        measure(Path(sys.argv[1]), float(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        kinds = {"given": Path(sys.argv[1])} if len(sys.argv) > 1 else made(Path(place))
        heads = ("first s", "CPU s", "ready s", "CPU s", "gap s", "most MB", "then MB", "idle")
        print(" " * 18 + "".join(f"{head:>8}" for head in heads))
        for kind, folder in kinds.items():
            for size in SIZES:
                copy = Path(place) / f"{kind}-{size}" / "draw"
                shutil.copytree(folder, copy)
                print(f"{kind + ' ' + size:18}", end="", flush=True)
                started(copy, SIZES[size])


def made(place: Path) -> dict[str, Path]:
    """The draw in three states, by name."""
    import draws

    files, secrets = draws.large(HOUSEHOLDS)
    frozen, drawing, finished = (place / name for name in ("frozen", "drawing", "finished"))
    frozen.mkdir()
    for name, data in files.items():
        (frozen / name).write_bytes(data)
    (place / "contributions.txt").write_text("a | 123456\nb | 234561\nc | 345612\n", encoding="ascii")
    reveals = "".join(f"{label} {secret}\n" for label, secret in secrets.items())
    (place / "reveals.txt").write_text(reveals, encoding="ascii")
    shutil.copytree(frozen, finished)
    subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "run", finished, "--headless", "--auto", "--contributions",
         place / "contributions.txt", "--reveals", place / "reveals.txt"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    shutil.copytree(finished, drawing)
    lines = (drawing / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (drawing / "journal.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    return {"frozen": frozen, "drawing": drawing, "finished": finished}


def started(folder: Path, size: str) -> None:
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=(writer,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    with os.fdopen(reader) as answer:
        display = f":{answer.readline().strip()}"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SDL_")}
    try:
        subprocess.run(
            [sys.executable, __file__, str(folder), str(time.time())],
            env={**clean, "DISPLAY": display, "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"},
            check=True,
        )
    finally:
        server.kill()
        server.wait()


def measure(folder: Path, started: float) -> None:
    from kiosk import cli
    from kiosk.ceremony.desk import Key
    from kiosk.ceremony.view import View
    from kiosk.screen import window

    frames: list[tuple[float, float, bool]] = []  # when, processor time, whether all has been read
    idle: list[tuple[float, float, float]] = []

    def shown(show: Callable[..., bool]) -> Callable[..., bool]:
        def noted(self: window.Window, view: View, now_s: float) -> bool:
            drawn = show(self, view, now_s)
            ready = view.look.scene != "reading"
            if drawn and not (frames and frames[-1][2]):
                frames.append((time.time() - started, time.process_time(), ready))
            return drawn

        return noted

    def polled(poll: Callable[..., list[Key]]) -> Callable[..., list[Key]]:
        def noted(self: window.Window, now_s: float) -> list[Key]:
            since_s = time.time() - started - frames[-1][0] if frames and frames[-1][2] else 0.0
            if since_s >= SETTLED_S and not idle:
                idle.append((time.monotonic(), time.process_time(), megabytes()))
            if idle and time.monotonic() - idle[0][0] >= IDLE_S:
                idle.append((time.monotonic(), time.process_time(), megabytes()))
                return [Key("leave")]
            return poll(self, now_s)

        return noted

    window.Window.show, window.Window.poll = shown(window.Window.show), polled(window.Window.poll)  # type: ignore[method-assign]
    with contextlib.redirect_stdout(io.StringIO()):
        cli.main(["run", str(folder)])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    share = (idle[1][1] - idle[0][1]) / (idle[1][0] - idle[0][0])
    gap = max([later[0] - earlier[0] for earlier, later in pairwise(frames)], default=0.0)
    first, ready = frames[0][:2], frames[-1][:2]
    print("".join(f"{figure:8.2f}" for figure in (*first, *ready, gap)) + f"{most:8.0f}{idle[0][2]:8.0f}{share:8.1%}")


def megabytes() -> float:
    """Of this process, in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
