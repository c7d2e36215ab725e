"""`after.jsonl` on the disk: one writer at a time, and what was said to be recorded is on the disk.

The folder itself is locked, so that nothing is left behind by a command that is refused; the lock ends with its
holder. A last line that was never said to be recorded, because the program was stopped while it wrote, is removed by
the next one that writes; anything else in the file is only ever added to. After a write has failed nothing is tried
again: whoever starts anew reads what is there.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk import folder as folders
from kiosk.after import chain
from kiosk.after.chain import Entry, Said
from kiosk.core.errors import JournalError
from kiosk.journal.store import Disk


class Pen:
    """The right to write. found: the entries that are there; torn: how many bytes follow them that are no entry."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk, self._folder, self._path = disk, folder, folder / chain.FILE
        self._said = said(folder)
        self.found, self.torn = self._said.whole, self._said.torn

    def append(self, entry: Entry) -> None:
        """Adds the entry; it is on the disk when this returns."""
        try:
            self._append((b"" if self._said.ended else b"\n") + chain.encode(entry))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise JournalError("after.write", file=str(self._path), reason=reason) from error

    def _append(self, data: bytes) -> None:
        file = self._disk.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW)
        try:
            if self.torn:
                self._disk.truncate(file, len(self.found))
            while data:
                data = data[self._disk.write(file, data) :]
            self._disk.fsync(file)
        finally:
            self._disk.close(file)
        directory = self._disk.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._disk.fsync(directory)
        finally:
            self._disk.close(directory)


@contextmanager
def writing(disk: Disk, folder: Path) -> Iterator[Pen]:
    """The only pen of this folder; JournalError where another program has it."""
    lock = disk.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not disk.lock(lock):
            raise JournalError("after.busy", folder=str(folder))
        yield Pen(disk, folder)
    finally:
        disk.close(lock)


def read(folder: Path) -> bytes:
    """The file as it stands, b"" where there is none."""
    return folders.read_file(folder / chain.FILE) or b""


def said(folder: Path) -> Said:
    """What of the file was said to be recorded."""
    return chain.said(read(folder))
