"""Connections of people, and of those who only hold one: no phone waits for another, however slow that is.

A connection costs a file descriptor, and there are only so many. So

- the limit of open files is raised as far as allowed (and needed) at the start, and at most half of it are connections;
- a connection that has not asked for anything within `ASK_S` is closed: idle ones, and those who send a byte a second;
- one whose reader has taken nothing for `TAKE_S` is cut off, which includes those who read a byte a second;
- when there is no room for a new one, those go that have waited longest without asking.

Where even accepting fails for want of descriptors, asyncio tries again after a second.
"""

import asyncio
import errno
import resource
import socket
import struct
from heapq import nsmallest
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ASK_S = 20.0
TAKE_S = 30.0
SWEEP_S = 1.0
MOST_FILES = 8192


def raise_open_files() -> int:
    """Raises the soft limit of open files as far as it may and needs to be; how many connections there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = MOST_FILES if soft == resource.RLIM_INFINITY else min(soft, MOST_FILES)
    return files // 2


class Connection(H11Protocol):
    """uvicorn's connection, which also knows since when nothing has come of it."""

    most = MOST_FILES // 2

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()
        self.left = 0
        if len(self.connections) > self.most:
            self._make_room()

    def on_response_complete(self) -> None:
        self.since = self.loop.time()
        super().on_response_complete()

    def _make_room(self) -> None:
        # Those cut already leave the set a moment later, when the loop has closed them.
        others = [
            other
            for other in self.connections
            if isinstance(other, Connection) and other is not self and not other.transport.is_closing()
        ]
        # Some more than needed, so that not every newcomer has to be weighed against all others.
        goes = len(others) + 1 - self.most + self.most // 16
        for other in nsmallest(goes, others, key=lambda other: (not other.idle(), other.since)):
            other.cut()

    def idle(self) -> bool:
        """Nothing asked: before the first request, in the middle of one, or after an answer."""
        return self.cycle is None or self.cycle.response_complete

    def sweep(self) -> None:
        now, left = self.loop.time(), self.transport.get_write_buffer_size()
        if left < self.left or (not left and not self.idle()):
            self.since = now
        self.left = left
        if now - self.since > (TAKE_S if left else ASK_S):
            self.cut()

    def cut(self) -> None:
        if self.transport.get_write_buffer_size():
            # Otherwise the system would go on offering what it has of it to a reader who takes nothing.
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def sweep(connections: set[Any]) -> None:
    """For ever: looks at every connection once a second."""
    while True:
        await asyncio.sleep(SWEEP_S)
        for connection in list(connections):
            connection.sweep()


def quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception handler of the event loop: want of descriptors is foreseen, and no reason to fill a log."""
    error = context.get("exception")
    if not (isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)):
        loop.default_exception_handler(context)
