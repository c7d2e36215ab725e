"""What runs beside the ceremony and may fail without stopping it: the hall's server, the printer, and the independent
verifier, which draws again from the files on the disk while the hall watches.

Everything slow happens on threads or in processes of its own; the frame loop only asks what has become of it.
"""

import json
import shutil
import sys
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

from kiosk.ceremony.machine import Registered
from kiosk.ceremony.view import Verdict
from kiosk.core import seed
from kiosk.core.errors import DeviceError, MingyaoError
from kiosk.hall import address as addresses
from kiosk.hall import child
from kiosk.intake import freeze as freezing
from kiosk.intake import register as registry
from kiosk.intake import secret as keeping
from kiosk.intake.kiosk import END, SEALING, KioskSettings
from kiosk.paper import process
from kiosk.printer import POSTER, Printer

VERIFIER = "kiosk.verifier"
ENOUGH_BYTES = 100 << 20  # free on the disk: a ceremony of 200,000 households writes less


class Beside:
    """The ceremony's helpers. `begin` at the start, `verify` once there is a result, `close` at the end."""

    def __init__(
        self, settings: KioskSettings, folder: Path, known: tuple[MingyaoError, ...] = (), config: Path | None = None
    ) -> None:
        """known: what has failed already, and is to be told with the rest; config: the file of these settings."""
        self._settings, self._folder, self._known, self._config = settings, folder, known, config
        self._threads = ThreadPoolExecutor(3, "beside")
        self._serving: Future[child.Served] | None = None
        self._printer = Printer(settings.printer.queue, folder, config)
        self._verifying: Future[Verdict] | None = None
        self._leaving = Event()
        self._registering: Future[None] | None = None
        self._forgetting: Future[None] | None = None

    def begin(self) -> None:
        hall = self._settings.hall
        if hall.serve:
            self._serving = self._threads.submit(child.start, self._folder, hall.host, hall.port)

    def verify(self, result_hash: str) -> None:
        """There is a result: the independent verifier begins to draw it again."""
        if self._verifying is None:
            self._verifying = self._threads.submit(self._verify, result_hash)

    def print_sealed(self, result_hash: str) -> None:
        """The result is fixed: prints the poster once, if kiosk.yaml wants it now."""
        if SEALING in self._settings.printer.poster:
            self._printer.once(SEALING, (POSTER,), self.address(result_hash))

    def print_end(self, result_hash: str | None) -> None:
        """The ceremony is over: prints once what kiosk.yaml wants at the end; of a void one there is a certificate and
        nothing else."""
        self._printer.once(END, self._at_the_end(result_hash), self.address(result_hash))

    def print_by_hand(self, result_hash: str | None, over: bool) -> None:
        """Prints again, or at any time: the poster, and what there is at the end once the ceremony is over. Nothing
        while something is being printed. DeviceError where there is no printer."""
        if not self._settings.printer.queue:
            raise DeviceError("paper.none")
        void = over and result_hash is None
        papers = ("certificate",) if void else (POSTER, *(self._settings.printer.end if over else ()))
        self._printer.by_hand(papers, self.address(result_hash))

    def papers(self) -> tuple[str, ...]:
        """What has been printed, or is on its way."""
        return self._printer.papers()

    def _at_the_end(self, result_hash: str | None) -> tuple[str, ...]:
        printer = self._settings.printer
        if result_hash is None:
            return ("certificate",) if "certificate" in printer.end else ()
        return (POSTER, *printer.end) if END in printer.poster else printer.end

    def register(self, end: Registered) -> None:
        """The ceremony has ended so: a line in the archive's register, which lies beside the folder."""
        if self._registering is None:
            archive = self._folder.absolute().parent / registry.FILE
            self._registering = self._threads.submit(registry.add_end, archive, end)

    def forget_secrets(self) -> None:
        """The secrets beside the folder are public now: those files are not needed any more."""
        if self._forgetting is None:
            kept = freezing.secret_folder(self._folder.absolute())
            self._forgetting = self._threads.submit(keeping.forget, kept, self._folder / seed.FILE)

    def address(self, result_hash: str | None) -> str:
        """What the QR code holds; "" if it leads nowhere."""
        base = self._settings.hall.public or (self._served.address if self._served else "")
        return addresses.code(base, result_hash) if base else ""

    def verdicts(self) -> tuple[Verdict, ...]:
        if self._verifying is None:
            return ()
        return (self._verifying.result() if self._verifying.done() else Verdict(VERIFIER, "", "", ""),)

    def health(self) -> tuple[tuple[str, str], ...]:
        """Disk, printer, phones and verifier, each with a word for its state, for who runs the ceremony."""
        serving = self._serving
        phones = "works" if self._served and not self._served.trouble() else "fails"
        verdict = self._verifying.result().verdict if self._verifying and self._verifying.done() else "running"
        return (
            ("disk", "works" if shutil.disk_usage(self._folder).free >= ENOUGH_BYTES else "full"),
            ("printer", self._printer.state()),
            ("phones", "unused" if serving is None else phones if serving.done() else "begins"),
            ("verifier", verdict if self._verifying else "waits"),
        )

    def wait(self) -> None:
        """Until what has been begun has answered: for who plays a ceremony without a screen."""
        jobs = [job for job in (*self._failing, self._verifying) if job is not None]
        futures.wait(jobs)
        self._printer.wait()

    def troubles(self) -> tuple[str, ...]:
        """The codes of what has failed so far."""
        return tuple(error.code for error in self.failures())

    def failures(self) -> tuple[MingyaoError, ...]:
        failed = [job.exception() for job in self._failing if job is not None and job.done()]
        ended = self._served.trouble() if self._served else None
        told = (*self._known, *failed, ended, *self._printer.failures())
        return tuple(error for error in told if isinstance(error, MingyaoError))

    @property
    def _failing(self) -> tuple[Future[Any] | None, ...]:
        """What may fail, and is told then."""
        return self._serving, self._registering, self._forgetting

    def stop(self) -> str:
        """Begins nothing any more; gives the paper that is on its way to the printer, for which `close` waits a little,
        "" if there is none."""
        self._leaving.set()
        return self._printer.stop()

    def close(self) -> tuple[tuple[MingyaoError, ...], tuple[str, ...]]:
        """Ends all of it, once what may not be left half done is done; gives what has failed by then, and the papers
        that were not printed as they were not begun, or not taken in time."""
        self.stop()
        self._threads.shutdown(wait=True)
        left = self._printer.close()
        failures = self.failures()
        if self._served:
            self._served.stop()
        return failures, left

    @property
    def _served(self) -> child.Served | None:
        job = self._serving
        return job.result() if job is not None and job.done() and job.exception() is None else None

    def _verify(self, result_hash: str) -> Verdict:
        command = [sys.executable, "-m", VERIFIER, str(self._folder.absolute()), "--json", "--claimed", result_hash]
        # -m looks in the current folder first, which is the operator's; the program is where this file is.
        package = Path(__file__).resolve().parents[1]
        said = process.run(command, self._leaving, cwd=package).stdout
        try:
            told = json.loads(said)
            return Verdict(VERIFIER, told["verdict"], told["check"] or "", told["result_hash"] or "")
        except (ValueError, KeyError):
            return Verdict(VERIFIER, "unusable", "", "")
