"""The printer beside a ceremony: what is printed by itself and by hand, each paper made by a process of its own and its
jobs followed to their end, all on threads; the frame loop only asks what has become of it.

A paper may wait for hours, for paper or for a queue that somebody has paused. So each has a thread to wait on, and none
holds up another; but only one is made at a time, as the frames need the processor too.
"""

import sys
from collections.abc import Sequence
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock

from kiosk.core.errors import DeviceError, MingyaoError
from kiosk.paper import job, process, queue
from kiosk.paper.process import StoppedError

POSTER = "poster"
LEAVE_S = 5.0  # so long who leaves waits for a paper that is being made or handed over
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
        self._making, self._made = Lock(), ""  # what is being made and handed over
        self._stop, self._give_up = Event(), Event()

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

    def stop(self) -> str:
        """No paper is begun any more, and what waits in the queue is not followed; gives the paper that is being made
        and handed over, "" if none is."""
        self._stop.set()
        return self._made

    def close(self) -> tuple[str, ...]:
        """What is being handed over is handed over, if it does not take too long; gives the papers that were not."""
        self._stop.set()
        futures.wait([paper.done for paper in self._papers.values()], LEAVE_S)
        self._give_up.set()
        self._threads.shutdown(wait=True)
        return tuple(what for what, paper in self._papers.items() if isinstance(paper.done.exception(), StoppedError))

    def _print(self, papers: Sequence[str], address: str) -> None:
        for what in papers:
            self._papers[what] = paper = _Paper()
            paper.done = self._threads.submit(self._work, paper, what, address)
            paper.done.add_done_callback(lambda _, paper=paper: paper.settled.set())  # type: ignore[misc]

    def _work(self, paper: _Paper, what: str, address: str) -> None:
        if what == POSTER and not address:
            raise DeviceError("paper.no-address")
        with self._making:
            if self._stop.is_set():
                raise StoppedError
            self._made = what
            try:
                jobs = self._sent(what, address)
            finally:
                self._made = ""
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
            ended = process.run(command, self._give_up, cwd=package)
            if ended.returncode:
                said = ended.stderr.decode(errors="replace").strip().splitlines()
                raise DeviceError("paper.typeset", reason=said[-1] if said else f"status {ended.returncode}")
            parts = sorted(Path(folder).glob("*.pdf"), key=lambda path: (len(path.name), path.name))
            return [queue.send(pdf.read_bytes(), self._queue, self._give_up) for pdf in parts]
