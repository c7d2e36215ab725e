"""A real print server (CUPS) and a printer that speaks IPP (ippeveprinter): what the printer received is rendered and
read, because a job that is called completed proves nothing."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import zxingcpp

from kiosk.core.errors import DeviceError
from kiosk.paper import queue, sheets, slips
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


class Printer:
    """received: the printer's next job; blocks until it is there, as the printer hands each over through a pipe."""

    def __init__(self, pipe: Path, environment: dict[str, str]) -> None:
        self._pipe, self.environment = pipe, environment

    def received(self) -> bytes:
        # The limit is for a printer that broke: nothing would ever come.
        return subprocess.run(["cat", self._pipe], check=True, capture_output=True, timeout=120).stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def started(stack: ExitStack, command: list[str], port: int) -> None:
    """A process that listens on the port by now, and ends with the stack."""
    process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    stack.callback(process.terminate)
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
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
    pipe, hand_over = folder / "pipe", folder / "hand-over"
    os.mkfifo(pipe)
    hand_over.write_text(f'#!/bin/sh\nexec cat "$1" > {pipe}\n')
    hand_over.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        started(stack, ["ippeveprinter", "-p", str(device), "-n", "localhost", "-f", "application/pdf", "-d",
                        str(folder / "kept"), "-c", str(hand_over), f"Mingyao {device}"], device)  # fmt: skip
        started(stack, ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")], server)
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{server}")
        uri = f"ipp://localhost:{device}/ipp/print"
        subprocess.run(["lpadmin", "-p", "Test", "-E", "-v", uri, "-m", "everywhere"], check=True, capture_output=True)
        yield Printer(pipe, dict(os.environ))


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


def test_a_queue_that_the_server_does_not_have_is_told(printer: Printer) -> None:
    with pytest.raises(DeviceError) as failed:
        queue.send(b"%PDF-1.4", "Other")
    assert failed.value.code == "paper.refused"


def test_a_queue_that_takes_no_jobs_is_told(printer: Printer) -> None:
    # A queue that has just been made may still be told by its printer that it takes jobs.
    for _ in range(100):
        subprocess.run(["cupsreject", "-r", "service", "Test"], check=True, env=printer.environment)
        said = subprocess.run(["lpstat", "-a", "Test"], check=False, env=printer.environment, capture_output=True)
        if b"not accepting" in said.stdout:
            break
    with pytest.raises(DeviceError) as failed:
        queue.send(b"%PDF-1.4", "Test")
    assert failed.value.code == "paper.refused"
