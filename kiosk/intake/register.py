"""`register.txt`, the archive's list of every ceremony that was ever frozen: one draw id is drawn once (FORMAT.md 4).

A line says what was done to which draw and when:

    frozen <draw id> <notice hash> <time>
    finished <draw id> <result hash> <time>
    void <draw id> <code of the reason> <time>

Lines are only ever added. `frozen` is on the disk before the folder that it speaks of is there: an id is rather used up
for nothing than used twice. The other two are added at the end of the ceremony, once; where that fails, at the next
`run` of the folder. Rehearsals are never in it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ceremony.machine import Registered
from kiosk.core import notice, text
from kiosk.core.errors import DeviceError, InputError

FILE = "register.txt"
FROZEN, FINISHED, VOID = "frozen", "finished", "void"


def read(register: Path) -> tuple[Registered, ...]:
    """No entries where there is no register yet; InputError where a line of it is not whole."""
    if not register.exists():
        return ()
    lines = register.read_text(encoding="utf-8", errors="replace").split("\n")
    # After the last line's end nothing stands, unless a power cut tore a line.
    whole = lines[:-1] if not lines[-1] else lines
    return tuple(_entry(line, number, register) for number, line in enumerate(whole, 1))


def _entry(line: str, number: int, register: Path) -> Registered:
    words = line.split(" ")
    if len(words) != 4 or not notice.is_draw(words[1]) or not _is_told(words[0], words[2]):
        raise InputError("register.line", file=register.name, line=number, got=line[:80])
    return Registered(*words)


def _is_told(what: str, told: str) -> bool:
    return text.is_label(told) if what == VOID else what in (FROZEN, FINISHED) and text.is_hash(told)


def entry_of(register: Path, draw: str) -> Registered | None:
    return next((entry for entry in read(register) if entry.draw == draw), None)


def add_frozen(register: Path, draw: str, notice_hash: str, time: str) -> None:
    """Adds the draw, on the disk when this returns; InputError where it stands there already."""
    with _locked(register) as file:
        if known := entry_of(register, draw):
            raise InputError("register.used", draw=draw, time=known.time, hash=known.told[:16])
        _append(file, Registered(FROZEN, draw, notice_hash, time))


def add_end(register: Path, end: Registered) -> None:
    """Adds how a ceremony ended, unless that stands there already.

    InputError where another end of the same draw does: it was held twice. DeviceError where it cannot be written.
    """
    try:
        with _locked(register) as file:
            ends = [entry for entry in read(register) if entry.draw == end.draw and entry.what != FROZEN]
            if other := next((entry for entry in ends if entry != end), None):
                raise InputError("register.other-end", draw=end.draw, what=other.what, told=other.told[:16],
                                 time=other.time)  # fmt: skip
            if not ends:
                _append(file, end)
    except OSError as error:
        raise DeviceError("register.write", file=register.name, reason=error.strerror or str(error)) from error


def _append(file: int, entry: Registered) -> None:
    end = os.fstat(file).st_size
    begin = "" if end == 0 or os.pread(file, 1, end - 1) == b"\n" else "\n"
    os.write(file, f"{begin}{entry.what} {entry.draw} {entry.told} {entry.time}\n".encode())
    os.fsync(file)


@contextmanager
def _locked(register: Path) -> Iterator[int]:
    """The register open for appending, by nobody else at the same time."""
    file = os.open(register, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
