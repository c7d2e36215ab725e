"""The hall's server as the kiosk sees it: a process of its own, its address, and why it is not there any more.

It needs nothing of what serves, so the kiosk does not carry it. The child (`kiosk.hall.serve.run_as_child`) is told to
end by the end of its standard input, so it goes when the kiosk goes, however that happens; it says on its standard
output, one JSON object a line, on which port it listens, or why it cannot.
"""

import json
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk.core.errors import DeviceError
from kiosk.hall import address

PORT = 8080
EVERY_INTERFACE = "0.0.0.0"
STOP_S = 5.0
_START_S = 30.0


class Served:
    """The hall's server as the kiosk's own process. address: where phones find it."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.process = process
        self.address = address
        self._trouble: DeviceError | None = None

    def trouble(self) -> DeviceError | None:
        """Why it is not there any more; None while it runs."""
        if self._trouble is None and self.process.poll() is not None:
            assert self.process.stdout
            line = self.process.stdout.readline()
            ended = DeviceError("hall.ended", status=self.process.returncode)
            self._trouble = _error(json.loads(line)) if line else ended
        return self._trouble

    def stop(self) -> None:
        """Ends it; the streams of live pages are closed first."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def start(folder: Path, host: str = EVERY_INTERFACE, port: int = PORT) -> Served:
    """Starts the server for this folder as its own process. DeviceError where it cannot listen: the ceremony goes on
    without it. host: of the interface to listen on; port: 0 takes any that is free."""
    package = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "kiosk.hall", str(folder.absolute()), "--host", host, "--port", str(port)]
    # -m looks in the current folder first, which is the operator's; the program is where this file is.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=package,
        start_new_session=True,
    )
    served = Served(process, "")
    try:
        told = _first_line(process)
        if "error" in told:
            raise _error(told)
        found = int(told["port"])
        served.address = address.hall(found) if host == EVERY_INTERFACE else address.base(host, found)
    except DeviceError:
        served.stop()
        raise
    return served


def _error(told: dict[str, Any]) -> DeviceError:
    return DeviceError(told["error"], **told["values"])


def _first_line(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], _START_S)
    line = process.stdout.readline() if ready else ""
    if not line:
        raise DeviceError("hall.silent", seconds=int(_START_S))
    told = json.loads(line)
    assert isinstance(told, dict)
    return told
