"""`mingyao serve`, and the same as the kiosk's own process (`kiosk.hall.child`).

The process needs no secret, only reads, and can run as another user or on another machine over a copy of the folder. It
listens before it has read the folder, so the kiosk waits only for that, and phones are answered as soon as it can.
"""

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import uvicorn

from kiosk import words
from kiosk.core.errors import DeviceError, MingyaoError
from kiosk.hall import address, guard
from kiosk.hall.child import EVERY_INTERFACE, PORT, STOP_S
from kiosk.hall.server import Hall

_MOST_HEADERS = 16 * 1024
# asyncio accepts as many connections before it looks at any of them: few, so that those who only hold one can be let go
# (`guard`) before the open files run out. How many may wait to be accepted is another matter.
_ACCEPTED_AT_ONCE = 8
_WAITING = 1024
# The kiosk's frames come first: phones wait, not the projector.
NICE = 10


def run(
    folder: Path, host: str = EVERY_INTERFACE, port: int = PORT, languages: tuple[str, ...] = words.LANGUAGES
) -> int:
    """Serves until it is interrupted; prints the address for phones. languages: of what is said on the terminal."""
    with listen(host, port) as listener:
        found = listener.getsockname()[1]
        print(address.hall(found) if host == EVERY_INTERFACE else address.base(host, found), flush=True)
        with suppress(KeyboardInterrupt):
            serve(folder, listener, languages=languages)
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


def serve(
    folder: Path,
    listener: socket.socket,
    parent: TextIO | None = None,
    languages: tuple[str, ...] = words.LANGUAGES,
) -> None:
    """Serves until it is interrupted, or until `parent` ends. What of the folder does not hold and is not served is
    told on the standard error output, which is the terminal's, under the kiosk as well."""

    def tell(error: MingyaoError) -> None:
        for language in languages:
            print(words.explain(language, error), file=sys.stderr, flush=True)

    guard.Connection.most = guard.raise_open_files()
    asyncio.run(_serve(Hall(folder, tell), listener, parent))


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
        timeout_graceful_shutdown=int(STOP_S) - 2,
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
