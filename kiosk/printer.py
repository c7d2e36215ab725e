"""The printer beside a ceremony: what is printed by itself and by hand, each paper made by a process of its own and its
jobs followed to their end, all on threads; the frame loop only asks what has become of it.

A paper may wait for hours, for paper or for a queue that somebody has paused. So each has a thread to wait on, and none
holds up another; but only one is made at a time, as the frames need the processor too.
"""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock

from kiosk.core.errors import DeviceError, MingyaoError
from kiosk.paper import job, queue

POSTER = "poster"
_MOST = 16  # papers that wait at once


class _Paper:
    """One paper on its way. trouble: what keeps it now; settled: set once it is printed, or something is known to keep
    it."""

    def __init__(self) -> None:
        self.done: Future[None] = Future()
        self.trouble: DeviceError | None = None
        self.settled = Event()

    def told(self, trouble: DeviceError | None) -> None:
        self.trouble = trouble
        if trouble:
            self.settled.set()

    def failure(self) -> MingyaoError | None:
        failed = self.done.exception() if self.done.done() else None
        return failed if isinstance(failed, MingyaoError) else self.trouble


class Printer:
    """queue: "" for none: then nothing is printed; config: the file of this machine's settings."""

    def __init__(self, queue: str, folder: Path, config: Path | None) -> None:
        self._queue, self._folder, self._config = queue, folder, config
        self._threads = ThreadPoolExecutor(_MOST, "printer")
        self._papers: dict[str, _Paper] = {}  # by what it is: the latest of each
        self._moments: set[str] = set()
        self._making, self._stop = Lock(), Event()

    def once(self, moment: str, papers: Sequence[str], address: str) -> None:
        """Prints these, if it has not been done at this moment of the ceremony."""
        if self._queue and moment not in self._moments:
            self._moments.add(moment)
            self._print(papers, address)

    def by_hand(self, papers: Sequence[str], address: str) -> None:
        """Prints these; nothing while something is on its way, so that a second press is none."""
        if self._queue and not self.busy:
            self._print(papers, address)

    def papers(self) -> tuple[str, ...]:
        return tuple(self._papers)

    @property
    def busy(self) -> bool:
        return any(not paper.done.done() for paper in self._papers.values())

    def state(self) -> str:
        if not self._queue:
            return "unused"
        return "fails" if self.failures() else "printing" if self.busy else "works"

    def failures(self) -> tuple[MingyaoError, ...]:
        """What keeps or has failed the latest of each paper; one that is printed is not among them any more."""
        failed = [paper.failure() for paper in list(self._papers.values())]
        return tuple(error for error in failed if error is not None)

    def wait(self) -> None:
        """Until each paper is printed, or something is known to keep it."""
        for paper in self._papers.values():
            paper.settled.wait()

    def close(self) -> None:
        """What is being handed over is handed over; what waits in the queue is not waited for."""
        self._stop.set()
        self._threads.shutdown(wait=True)

    def _print(self, papers: Sequence[str], address: str) -> None:
        for what in papers:
            self._papers[what] = paper = _Paper()
            paper.done = self._threads.submit(self._work, paper, what, address)
            paper.done.add_done_callback(lambda _, paper=paper: paper.settled.set())  # type: ignore[misc]

    def _work(self, paper: _Paper, what: str, address: str) -> None:
        if what == POSTER and not address:
            raise DeviceError("paper.no-address")
        with self._making:
            jobs = self._sent(what, address)
        for each in jobs:
            job.follow(each, paper.told, self._stop)

    def _sent(self, what: str, address: str) -> list[job.Job]:
        with TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "kiosk.cli", "print", str(self._folder.absolute()), what]
            command += ["--pdf", f"{folder}/{what}.pdf"]
            command += ["--address", address] if address else []
            command += ["--config", str(self._config.absolute())] if self._config else []
            # -m looks in the current folder first, which is the operator's; the program is where this file is.
            package = Path(__file__).resolve().parents[1]
            ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=package)
            if ended.returncode:
                said = ended.stderr.strip().splitlines()
                raise DeviceError("paper.typeset", reason=said[-1] if said else f"status {ended.returncode}")
            parts = sorted(Path(folder).glob("*.pdf"), key=lambda path: (len(path.name), path.name))
            return [queue.send(pdf.read_bytes(), self._queue) for pdf in parts]
