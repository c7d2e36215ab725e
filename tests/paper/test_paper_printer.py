"""A real print server (CUPS) and a printer that speaks IPP (ippeveprinter): what the printer received is rendered and
read, because a job that is called completed proves nothing."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import Queue

import pytest
import zxingcpp

from kiosk.core.errors import DeviceError
from kiosk.paper import job, queue, sheets, slips
from kiosk.paper.job import Job
from kiosk.paper.winners import winners
from papers import ADDRESS, golden, pictures, read, words

pytestmark = [pytest.mark.printer, pytest.mark.poppler]

SERVER = """\
Listen 127.0.0.1:{port}
LogLevel warn
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
"""
FILES = """\
ServerRoot {folder}/root
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool
ErrorLog {folder}/error_log
AccessLog {folder}/access_log
PageLog {folder}/page_log
"""


# Waits for paper, where there is none, until somebody writes to `paper`; then hands over what it was given.
HAND_OVER = """\
#!/bin/sh
if [ -e {folder}/empty ]; then
  echo "STATE: +media-empty-error" >&2
  cat {folder}/paper >/dev/null
  echo "STATE: -media-empty-error" >&2
fi
exec cat "$1" > {folder}/pipe
"""
# Nothing here takes as long: it is for what broke, and would be waited for without end.
LIMIT_S = 120


class Printer:
    def __init__(self, folder: Path, device: "subprocess.Popen[bytes]") -> None:
        self._folder, self.device = folder, device

    def received(self) -> bytes:
        """The printer's next job; blocks until it is there, as the printer hands each over through a pipe."""
        return subprocess.run(["cat", self._folder / "pipe"], check=True, capture_output=True, timeout=LIMIT_S).stdout

    def empty(self) -> None:
        (self._folder / "empty").touch()

    def refill(self) -> None:
        (self._folder / "empty").unlink()
        (self._folder / "paper").write_text("")

    def cups(self, *command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S).stdout


class Followed:
    """A job that is followed on a thread. told: the code of each trouble, "" for none any more; at last "done", or the
    code of how else it ended."""

    def __init__(self, followed: Job) -> None:
        self.told: Queue[str] = Queue()
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(followed,))
        self._thread.start()

    def _follow(self, followed: Job) -> None:
        try:
            job.follow(followed, lambda trouble: self.told.put(trouble.code if trouble else ""), self.stop)
            self.told.put("done")
        except DeviceError as error:
            self.told.put(error.code)

    def next(self) -> str:
        return self.told.get(timeout=LIMIT_S)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(LIMIT_S)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def started(stack: ExitStack, command: list[str], port: int) -> "subprocess.Popen[bytes]":
    """A process that listens on the port by now, and ends with the stack."""
    process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    stack.callback(process.terminate)
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
    raise AssertionError(f"{command[0]} ended with {process.returncode}")


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Printer]:
    """A print queue named Test in a server of its own, which gives its jobs to a printer of its own."""
    # Not in tmp_path, which is its owner's: the server's filters run as another user, and pass through.
    folder = Path(tempfile.mkdtemp(prefix="mingyao-cups-"))
    folder.chmod(0o755)
    for name in ("root", "spool", "cache", "state", "kept"):
        (folder / name).mkdir(parents=True)
    server, device = free_port(), free_port()
    (folder / "cupsd.conf").write_text(SERVER.format(port=server))
    (folder / "cups-files.conf").write_text(FILES.format(folder=folder))
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "paper")
    hand_over = folder / "hand-over"
    hand_over.write_text(HAND_OVER.format(folder=folder))
    hand_over.chmod(0o755)
    monkeypatch.setattr(job, "POLL_S", 0.2)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        command = [
            "ippeveprinter",
            "-p",
            str(device),
            "-n",
            "localhost",
            "-f",
            "application/pdf",
            "-d",
            f"{folder}/kept",
        ]
        device_process = started(stack, [*command, "-c", str(hand_over), f"Mingyao {device}"], device)
        started(stack, ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")], server)
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{server}")
        uri = f"ipp://localhost:{device}/ipp/print"
        subprocess.run(["lpadmin", "-p", "Test", "-E", "-v", uri, "-m", "everywhere"], check=True, capture_output=True)
        made = Printer(folder, device_process)
        # The server asks the printer what it can do on a thread of its own, and then lets the queue run, whoever has
        # stopped it meanwhile.
        while "Interface:" not in made.cups("lpstat", "-l", "-p", "Test"):
            threading.Event().wait(0.05)
        yield made


def test_the_poster_that_the_printer_received_is_an_a4_whose_code_decodes(printer: Printer, tmp_path: Path) -> None:
    queue.send(sheets.poster(read(golden("suizhou-507", tmp_path))), "Test")
    (page,) = pictures(printer.received(), tmp_path)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [ADDRESS]
    assert abs(page.width - 1240) <= 2 and abs(page.height - 1754) <= 2


def test_the_slips_that_the_printer_received_are_everyone_s_with_their_codes(printer: Printer, tmp_path: Path) -> None:
    told = read(golden("tiers", tmp_path))
    (pdf,) = slips.slips(told)
    queue.send(pdf, "Test")
    received = printer.received()
    pages = pictures(received, tmp_path, dpi=200)
    codes = sorted(found.text for page in pages for found in zxingcpp.read_barcodes(page))
    won = [winner.household for winner in winners(told)]
    assert codes == sorted(f"{ADDRESS}#household={household}" for household in won)
    said = " ".join(words(received, tmp_path, "-raw"))
    assert [said.count(household) for household in won] == [1] * len(won)


@pytest.fixture
def followed(printer: Printer, tmp_path: Path) -> Iterator[Callable[[], Followed]]:
    """A poster that is sent, and followed until the test ends."""
    made: list[Followed] = []
    poster = sheets.poster(read(golden("minimal", tmp_path)))

    def send() -> Followed:
        made.append(Followed(queue.send(poster, "Test")))
        return made[-1]

    yield send
    for each in made:
        each.end()


def codes(pdf: bytes, tmp_path: Path) -> list[str]:
    return [found.text for page in pictures(pdf, tmp_path) for found in zxingcpp.read_barcodes(page)]


def test_a_job_is_followed_until_the_printer_has_it(
    printer: Printer, followed: Callable[[], Followed], tmp_path: Path
) -> None:
    following = followed()
    assert codes(printer.received(), tmp_path) == [ADDRESS]
    assert following.next() == "done"


def test_no_paper_is_told_and_forgotten_when_there_is_some(
    printer: Printer, followed: Callable[[], Followed], tmp_path: Path
) -> None:
    printer.empty()
    following = followed()
    assert following.next() == "paper.empty"
    printer.refill()
    assert codes(printer.received(), tmp_path) == [ADDRESS]
    assert [following.next(), following.next()] == ["", "done"]


def test_a_paused_queue_is_told_and_goes_on(printer: Printer, followed: Callable[[], Followed], tmp_path: Path) -> None:
    printer.cups("cupsdisable", "-r", "out for lunch", "Test")
    following = followed()
    assert following.next() == "paper.paused"
    printer.cups("cupsenable", "Test")
    assert codes(printer.received(), tmp_path) == [ADDRESS]
    assert [following.next(), following.next()] == ["", "done"]


def test_a_queue_that_vanishes_and_a_job_that_somebody_cancels_are_told(
    printer: Printer, followed: Callable[[], Followed]
) -> None:
    printer.cups("cupsdisable", "Test")
    first, second = followed(), followed()
    assert [first.next(), second.next()] == ["paper.paused"] * 2
    printer.cups("cancel", "Test-1")
    assert first.next() == "paper.cancelled"
    printer.cups("lpadmin", "-x", "Test")
    assert second.next() == "paper.gone"


def test_a_printer_that_is_switched_off_is_told(printer: Printer, followed: Callable[[], Followed]) -> None:
    printer.device.terminate()
    printer.device.wait(LIMIT_S)
    assert followed().next() == "paper.offline"


def test_a_document_that_cannot_be_printed_is_told(printer: Printer) -> None:
    following = Followed(queue.send(b"%PDF-1.4 and nothing else", "Test"))
    try:
        assert following.next() == "paper.failed"
    finally:
        following.end()


@pytest.mark.long
def test_the_command_waits_and_tells_what_keeps_the_job(printer: Printer, tmp_path: Path) -> None:
    # tests/paper/test_paper_job.py has it with a printer that only says so.
    folder = golden("minimal", tmp_path)
    printer.empty()
    command = [sys.executable, "-m", "kiosk.cli", "print", str(folder), "poster", "--queue", "Test", "--language", "en"]
    command += ["--address", ADDRESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as printing:
        assert printing.stdout and printing.stderr
        assert "Test-1" in printing.stdout.readline()
        assert printing.stderr.readline().startswith("No paper")
        printer.refill()
        assert codes(printer.received(), tmp_path) == [ADDRESS]
        said, _ = printing.communicate(timeout=LIMIT_S)
    assert (printing.returncode, "done" in said) == (0, True)


def test_a_queue_that_the_server_does_not_have_is_told(printer: Printer) -> None:
    with pytest.raises(DeviceError) as failed:
        queue.send(b"%PDF-1.4", "Other")
    assert failed.value.code == "paper.refused"


def test_a_queue_that_takes_no_jobs_is_told(printer: Printer) -> None:
    printer.cups("cupsreject", "-r", "service", "Test")
    with pytest.raises(DeviceError) as failed:
        queue.send(b"%PDF-1.4", "Test")
    assert failed.value.code == "paper.refused"
