"""Opens a ceremony on a thread while the window stands already: a large roll takes seconds to read and to check, and a
finished draw is drawn again.

A small folder is read before there is a window, so that nothing flashes up, and what is refused is refused without one.
It is a thread, and no process: what is read would have to be carried over, which costs as much as reading it. The
picture's light moves once a second, so nobody sees it wait while one search or sort over the whole roll holds the
interpreter. The thread begins after the first frame, which it would delay.

Until all is read one can only leave. Who opens asks before the first step that writes: until then leaving has written
nothing, and after it whoever has left is told what is in the record.
"""

import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Event
from types import TracebackType
from typing import Generic, TypeVar

from kiosk.ceremony.desk import Key
from kiosk.ceremony.view import View
from kiosk.core.errors import MingyaoError
from kiosk.screen.window import Window

TURN_S = 0.1

Opened = TypeVar("Opened")


class LeftError(MingyaoError):
    """Somebody has left while all was read."""


class Reading(Generic[Opened]):
    """open_: reads, and calls what it is given before it writes anything, which ends it where somebody has left;
    close: lets go of what was opened, once this is over."""

    def __init__(self, open_: Callable[[Callable[[], None]], Opened], close: Callable[[Opened], None]) -> None:
        self._open, self._close = open_, close
        self._left = Event()
        self._past = False  # what is opened has been written to, or is just being
        self._opened: Future[Opened] | None = None
        self._thread = ThreadPoolExecutor(1, "reading")

    def __enter__(self) -> "Reading[Opened]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._left.set()
        self._thread.shutdown()
        failed = self._opened.exception() if self._opened is not None else None
        if self._opened is not None and failed is None:
            self._close(self._opened.result())
        if isinstance(error, LeftError) and self._past:
            raise failed or LeftError("run.left-begun")

    def at_once(self) -> Opened:
        """Reads it now, without a picture."""
        return self._begun().result()

    def behind(self, window: Window, picture: View) -> Opened:
        """What was opened, once it is; meanwhile the window shows the picture."""
        began_s = time.monotonic()
        while self._opened is None or not self._opened.done():
            now_s, now = time.monotonic(), datetime.now()
            if Key("leave") in window.poll(now_s):
                raise LeftError("run.left")
            look = replace(picture.look, page=int(now_s - began_s))
            window.show(replace(picture, look=look, clock=f"{now:%H:%M:%S}", date=f"{now:%Y-%m-%d}"), now_s)
            futures.wait([self._begun()], TURN_S)
        return self._opened.result()

    def _begun(self) -> Future[Opened]:
        if self._opened is None:
            self._opened = self._thread.submit(self._open, self._go_on)
        return self._opened

    def _go_on(self) -> None:
        if self._left.is_set():
            raise LeftError("run.left")
        self._past = True
