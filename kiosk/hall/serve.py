"""`mingyao serve`, and the same started by the kiosk as a process of its own.

The process needs no secret, only reads, and can run as another user or on another machine over a copy of the folder.
The kiosk's own child (`start`) is told to end by the end of its standard input, so it goes when the kiosk goes, however
that happens; it says on its standard output, one JSON object a line, on which port it listens, or why it cannot. It
listens before it has read the folder, so the kiosk waits only for that, and phones are answered as soon as it can.
"""

import asyncio
import json
import logging
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import uvicorn

from kiosk.core.errors import DeviceError, MingyaoError
from kiosk.hall import address, guard
from kiosk.hall.server import Hall

PORT = 8080
EVERY_INTERFACE = "0.0.0.0"

_STOP_S = 5.0
_START_S = 30.0
_MOST_HEADERS = 16 * 1024
# asyncio accepts as many connections before it looks at any of them: few, so that those who only hold one can be let go
# (`guard`) before the open files run out. How many may wait to be accepted is another matter.
_ACCEPTED_AT_ONCE = 8
_WAITING = 1024
# The kiosk's frames come first: phones wait, not the projector.
NICE = 10


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
            self.process.wait(_STOP_S)
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


def run(folder: Path, host: str = EVERY_INTERFACE, port: int = PORT) -> int:
    """Serves until it is interrupted; prints the address for phones."""
    with listen(host, port) as listener:
        found = listener.getsockname()[1]
        print(address.hall(found) if host == EVERY_INTERFACE else address.base(host, found), flush=True)
        with suppress(KeyboardInterrupt):
            serve(folder, listener)
    return 0


def run_as_child(folder: Path, host: str, port: int, told: TextIO, parent: TextIO) -> int:
    """What `start` starts."""
    try:
        os.nice(NICE)
        with listen(host, port) as listener:
            print(json.dumps({"port": listener.getsockname()[1]}), file=told, flush=True)
            serve(folder, listener, parent)
    except MingyaoError as error:
        print(json.dumps({"error": error.code, "values": error.values}, default=str), file=told, flush=True)
        return 2
    return 0


def listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise DeviceError("hall.bind", host=host, port=port, reason=error.strerror or str(error)) from error
    return listener


def serve(folder: Path, listener: socket.socket, parent: TextIO | None = None) -> None:
    """Serves until it is interrupted, or until `parent` ends."""
    guard.Connection.most = guard.raise_open_files()
    asyncio.run(_serve(Hall(folder), listener, parent))


async def _serve(hall: Hall, listener: socket.socket, parent: TextIO | None) -> None:
    config = uvicorn.Config(
        hall,
        http=guard.Connection,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level=logging.ERROR,
        server_header=False,
        backlog=_ACCEPTED_AT_ONCE,
        h11_max_incomplete_event_size=_MOST_HEADERS,
        timeout_keep_alive=int(guard.ASK_S),
        timeout_graceful_shutdown=int(_STOP_S) - 2,
    )
    server = _Server(config, hall.stop)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(guard.quiet)
    if parent:
        loop.add_reader(parent.fileno(), server.leave, parent)
    beside = [asyncio.create_task(hall.follow()), asyncio.create_task(guard.sweep(server.server_state.connections))]
    for task in beside:
        task.add_done_callback(server.end)  # which they do by a mistake only: better no page than one that stands still
    await server.serve(sockets=[listener])
    for task in beside:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class _Server(uvicorn.Server):
    """uvicorn's server, which also tells the application to end its streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self.stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            listener.listen(_WAITING)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stopping()
        await super().shutdown(sockets)

    def leave(self, parent: TextIO) -> None:
        if not os.read(parent.fileno(), 4096):
            asyncio.get_running_loop().remove_reader(parent.fileno())
            self.should_exit = True

    def end(self, task: "asyncio.Task[None]") -> None:
        self.should_exit = True


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
