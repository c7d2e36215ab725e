"""The journal on the disk, and the files of the result beside it.

Two promises. What `append` and `write` returned from is on the disk itself, whatever happens next: the file is synced,
and so is the folder whose entry it is. And one kiosk at a time holds a folder.

The operating system comes in as a `Disk`, which is nothing but its calls, so that a test can give one that loses what
was not synced. After a write or a sync has failed nothing is known of what the file holds (the kernel may have
dropped the pages), so nothing is tried again: the store refuses all further work, and a restart reads what is there.
"""

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from kiosk.core.errors import JournalError
from kiosk.journal import entry
from kiosk.journal.entry import Decoded, Entry, Value

LOCK = "kiosk.lock"


class Disk(Protocol):
    """The calls of the operating system that the store makes. Each may raise OSError."""

    def read(self, path: Path) -> bytes: ...

    def open(self, path: Path, flags: int) -> int: ...

    def write(self, file: int, data: bytes) -> int: ...

    def truncate(self, file: int, length: int) -> None: ...

    def fdatasync(self, file: int) -> None: ...

    def fsync(self, file: int) -> None: ...

    def rename(self, source: Path, target: Path) -> None: ...

    def remove(self, path: Path) -> None: ...

    def close(self, file: int) -> None: ...

    def lock(self, file: int) -> bool:
        """Takes the file's lock, which ends with its holder; False if somebody else has it."""

    def same(self, file: int, path: Path) -> bool:
        """Whether the open file is still the one at this path."""


class Spare(Protocol):
    """A second place for the same bytes (`kiosk.journal.mirror`), whose failing stops nothing."""

    def append(self, data: bytes) -> None: ...

    def write(self, name: str, data: bytes) -> None: ...


class RealDisk:
    """The operating system's own."""

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def open(self, path: Path, flags: int) -> int:
        return os.open(path, flags | os.O_CLOEXEC, 0o644)

    def write(self, file: int, data: bytes) -> int:
        return os.write(file, data)

    def truncate(self, file: int, length: int) -> None:
        os.ftruncate(file, length)

    def fdatasync(self, file: int) -> None:
        os.fdatasync(file)

    def fsync(self, file: int) -> None:
        os.fsync(file)

    def rename(self, source: Path, target: Path) -> None:
        source.rename(target)

    def remove(self, path: Path) -> None:
        path.unlink()

    def close(self, file: int) -> None:
        os.close(file)

    def lock(self, file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def same(self, file: int, path: Path) -> bool:
        try:
            return os.path.samestat(os.fstat(file), path.stat())
        except FileNotFoundError:
            return False


def read_journal(disk: Disk, folder: Path, notice_hash: str) -> Decoded:
    """The journal as it stands; an empty one where there is none. Changes nothing."""
    data = read(disk, folder / entry.FILE)
    return entry.decode(data or b"", notice_hash)


def read(disk: Disk, path: Path) -> bytes | None:
    """The file's bytes, None where there is no such file."""
    try:
        return disk.read(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _failed("journal.read", path, error) from error


class Store:
    """A folder that this process holds, and its journal.

    found: the journal as it stood when the folder was taken. Nothing is changed before `begin`.
    """

    def __init__(self, disk: Disk, folder: Path, notice_hash: str, since: str) -> None:
        """Takes the folder. since: the time, to be told to another kiosk."""
        self._disk, self._folder, self._notice_hash = disk, folder, notice_hash
        self._journal: int | None = None
        self._error: JournalError | None = None
        self._mirror: Spare | None = None
        self._lock = take(disk, folder, since)
        try:
            self.found = read_journal(disk, folder, notice_hash)
        except JournalError:
            let_go(disk, folder, self._lock)
            raise
        self._last = self.found.entries[-1] if self.found.entries else None

    @property
    def last(self) -> Entry | None:
        """The journal's last entry, as far as it is on the disk."""
        return self._last

    def begin(self) -> None:
        """Opens the journal for appending, and mends its torn last line."""
        with self._working(self._folder / entry.FILE):
            self._journal = self._disk.open(self._folder / entry.FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            if self.found.torn:
                self._disk.truncate(self._journal, self.found.whole)
            if not self.found.ended:
                write_all(self._disk, self._journal, b"\n")
            # What the last run left in the page cache only will be shown again now, so it has to last from now on.
            self._disk.fsync(self._journal)
            _sync_folder(self._disk, self._folder)

    def forget(self) -> None:
        """What was found is not needed any more: the entries of a large draw weigh more than the rest of it."""
        self.found = replace(self.found, entries=())

    def keep_also(self, mirror: "Spare") -> None:
        """From now on what is written here is written to the mirror too, before it is answered for."""
        self._mirror = mirror

    def append(self, wall: str, monotonic_s: float, events: Sequence[tuple[str, Mapping[str, Value]]]) -> None:
        """Adds one entry for each event (its name and values); returns once they are on the disk."""
        entries: list[Entry] = []
        for name, values in events:
            before = entries[-1] if entries else self._last
            entries.append(entry.chain(before, self._notice_hash, wall, monotonic_s, name, values))
        assert self._journal is not None
        data = b"".join(map(entry.encode, entries))
        with self._working(self._folder / entry.FILE):
            write_all(self._disk, self._journal, data)
            self._disk.fdatasync(self._journal)
        if self._mirror is not None:
            self._mirror.append(data)
        self._last = entries[-1] if entries else self._last

    def write(self, files: Mapping[str, bytes]) -> None:
        """Writes whole files into the folder, in this order; each is there whole or not at all.

        One that is there already, from a run that was stopped just after this, must be the same.
        """
        for name, data in files.items():
            if read(self._disk, self._folder / name) not in (None, data):
                raise JournalError("journal.result-differs", file=name)
        for name, data in files.items():
            self.rewrite(name, data)

    def rewrite(self, name: str, data: bytes) -> None:
        """Writes a whole file into the folder, in the place of one that is there."""
        with self._working(self._folder / name):
            write_whole(self._disk, self._folder, name, data)
        if self._mirror is not None:
            self._mirror.write(name, data)

    def close(self) -> None:
        if self._journal is not None:
            self._disk.close(self._journal)
        let_go(self._disk, self._folder, self._lock)

    @contextmanager
    def _working(self, path: Path) -> Iterator[None]:
        if self._error is not None:
            raise self._error
        try:
            with _telling(path):
                yield
        except JournalError as error:
            self._error = error
            raise


def write_whole(disk: Disk, folder: Path, name: str, data: bytes) -> None:
    """Writes a file that is there whole or not at all, whatever happens meanwhile; on the disk when this returns."""
    draft = folder / f".{name}.new"
    file = disk.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        write_all(disk, file, data)
        disk.fsync(file)
    finally:
        disk.close(file)
    disk.rename(draft, folder / name)
    _sync_folder(disk, folder)


def take(disk: Disk, folder: Path, since: str) -> int:
    """Locks the folder, and leaves word of who holds it."""
    path = folder / LOCK
    while True:
        with _telling(path):
            file = disk.open(path, os.O_RDWR | os.O_CREAT)
        try:
            _lock(disk, file, folder)
            with _telling(path):
                if disk.same(file, path):
                    holder = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
                    disk.truncate(file, 0)
                    write_all(disk, file, json.dumps(holder).encode())
                    return file
                # Whoever had it has just let go and removed it: this file is nobody's any more.
        except JournalError:
            disk.close(file)
            raise
        disk.close(file)


def refuse_held(disk: Disk, folder: Path) -> None:
    """Raises what `take` would where another kiosk holds the folder now. Leaves no trace, and promises nothing."""
    path = folder / LOCK
    try:
        file = disk.open(path, os.O_RDWR)
    except OSError:
        return  # nobody's, or it cannot be told: `take` will
    try:
        _lock(disk, file, folder)
    finally:
        disk.close(file)


def _lock(disk: Disk, file: int, folder: Path) -> None:
    path = folder / LOCK
    with _telling(path):
        if not disk.lock(file):
            raise JournalError("journal.locked", folder=str(folder), **_holder(read(disk, path)))


def let_go(disk: Disk, folder: Path, lock: int) -> None:
    if disk.same(lock, folder / LOCK):
        with suppress(OSError):  # the disk may be what has failed; a lock file that nobody holds locks nothing
            disk.remove(folder / LOCK)
    disk.close(lock)


def _holder(told: bytes | None) -> dict[str, str]:
    try:
        content = json.loads(told or b"")
        return {key: str(content[key]) for key in ("process", "host", "since")}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"process": "?", "host": "?", "since": "?"}


def write_all(disk: Disk, file: int, data: bytes) -> None:
    while data:
        data = data[disk.write(file, data) :]


def _sync_folder(disk: Disk, folder: Path) -> None:
    file = disk.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        disk.fsync(file)
    finally:
        disk.close(file)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failed("journal.write", path, error) from error


def _failed(code: str, path: Path, error: OSError) -> JournalError:
    return JournalError(code, file=str(path), reason=error.strerror or errno.errorcode.get(error.errno or 0, "?"))
