"""`register.txt`, the archive's list of every ceremony that was ever frozen: one draw id is drawn once (FORMAT.md 4).

A line says what was done to which draw and when: `frozen <draw id> <notice hash> <time>`. Lines are only ever added,
and are on the disk before the folder that they speak of is there: an id is rather used up for nothing than used twice.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.core import notice, text
from kiosk.core.errors import InputError

FILE = "register.txt"
FROZEN = "frozen"


@dataclass(frozen=True)
class Entry:
    what: str
    draw: str
    hash: str
    time: str


def read(register: Path) -> tuple[Entry, ...]:
    """No entries where there is no register yet; InputError where a line of it is not whole."""
    if not register.exists():
        return ()
    lines = register.read_text(encoding="utf-8", errors="replace").split("\n")
    # After the last line's end nothing stands, unless a power cut tore a line.
    whole = lines[:-1] if not lines[-1] else lines
    return tuple(_entry(line, number, register) for number, line in enumerate(whole, 1))


def _entry(line: str, number: int, register: Path) -> Entry:
    words = line.split(" ")
    if len(words) != 4 or not notice.is_draw(words[1]) or not text.is_hash(words[2]):
        raise InputError("register.line", file=register.name, line=number, got=line[:80])
    return Entry(*words)


def entry_of(register: Path, draw: str) -> Entry | None:
    return next((entry for entry in read(register) if entry.draw == draw), None)


def add_frozen(register: Path, draw: str, notice_hash: str, time: str) -> None:
    """Adds the draw, on the disk when this returns; InputError where it stands there already."""
    with _locked(register) as file:
        if known := entry_of(register, draw):
            raise InputError("register.used", draw=draw, time=known.time, hash=known.hash[:16])
        os.write(file, f"{FROZEN} {draw} {notice_hash} {time}\n".encode())
        os.fsync(file)


@contextmanager
def _locked(register: Path) -> Iterator[int]:
    """The register open for appending, by nobody else at the same time."""
    file = os.open(register, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
