"""The journal on the disk, and the files of the result beside it.

Two promises. What `append` and `write` returned from is on the disk itself, whatever happens next: the file is synced,
and so is the folder whose entry it is. And one kiosk at a time holds a folder: it locks the folder itself, which is
not deleted by hand as a lock file is; `kiosk.lock` says who it is.

Other programs may do to the folder what they want: a sync client, an editor or a restored backup puts another file in
the journal's place, or cuts it. So after each append it is asked whether the journal is still the file that was
written; where it is not, what was written is kept beside it (`KEPT`), the ceremony stops before anything more is shown,
and the folder is not opened again before a person has put the kept journal in its place.

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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from kiosk import folder as folders
from kiosk.core.errors import JournalError, MingyaoError
from kiosk.journal import entry
from kiosk.journal.entry import Decoded, Entry, Value

LOCK = "kiosk.lock"
KEPT = f"{entry.FILE}.kept"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY


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

    def size(self, file: int) -> int: ...

    def content(self, file: int) -> bytes:
        """All of an open file, which may have no name any more."""


class Spare(Protocol):
    """A second place for the same bytes (`kiosk.journal.mirror`), whose failing stops nothing."""

    def append(self, data: bytes) -> None: ...

    def write(self, name: str, data: bytes) -> None: ...


class RealDisk:
    """The operating system's own."""

    def read(self, path: Path) -> bytes:
        data = folders.read_file(path)  # InputError where it is a link or no file
        if data is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return data

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
            return os.path.samestat(os.fstat(file), path.lstat())
        except FileNotFoundError:
            return False

    def size(self, file: int) -> int:
        return os.fstat(file).st_size

    def content(self, file: int) -> bytes:
        return os.pread(file, self.size(file), 0)


def read_journal(disk: Disk, folder: Path, notice_hash: str) -> Decoded:
    """The journal as it stands; an empty one where there is none. Changes nothing."""
    data = read(disk, folder / entry.FILE) or b""
    if not data.startswith(read(disk, folder / KEPT) or b""):
        raise JournalError("journal.kept", file=entry.FILE, kept=KEPT)
    return entry.decode(data, notice_hash)


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
        self._bytes = 0  # of the journal, as far as it is known to be on the disk
        self._error: JournalError | None = None
        self._mirror: Spare | None = None
        self._lock = take(disk, folder, since)
        try:
            self.found = read_journal(disk, folder, notice_hash)
        except MingyaoError:
            let_go(disk, folder, self._lock)
            raise
        self._last = self.found.entries[-1] if self.found.entries else None

    @property
    def last(self) -> Entry | None:
        """The journal's last entry, as far as it is on the disk."""
        return self._last

    def begin(self) -> None:
        """Opens the journal for appending, and mends its torn last line."""
        path = self._folder / entry.FILE
        with self._working(path):
            self._journal = self._disk.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW)
            self._bytes = self.found.whole + self.found.torn
            self._look()
            if self.found.torn:
                self._disk.truncate(self._journal, self.found.whole)
            if not self.found.ended:
                write_all(self._disk, self._journal, b"\n")
            self._bytes = self.found.whole + (not self.found.ended)
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
            self._bytes += len(data)
            self._look()
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

    def finish(self) -> None:
        """Nothing is added any more: what happens after the draw is written down by others (`kiosk.after`)."""
        folder, self._lock = self._lock.folder, replace(self._lock, folder=None)
        assert folder is not None
        self._disk.close(folder)

    def close(self) -> None:
        """JournalError where what was written is not there any more; the folder is let go then too."""
        try:
            if self._journal is not None and self._error is None:
                with self._working(self._folder / entry.FILE):
                    self._look_at_last(self._journal)
        finally:
            if self._journal is not None:
                self._disk.close(self._journal)
            let_go(self._disk, self._folder, self._lock)

    def _look(self) -> None:
        """JournalError where another program has replaced or removed the journal, or written into it."""
        assert self._journal is not None
        path = self._folder / entry.FILE
        if not self._disk.same(self._journal, path):
            raise self._kept(path, self._disk.content(self._journal))
        if self._disk.size(self._journal) != self._bytes:
            raise JournalError("journal.changed", file=str(path))

    def _look_at_last(self, journal: int) -> None:
        """As `_look`; but another file that holds the same does no harm any more."""
        path = self._folder / entry.FILE
        if self._disk.same(journal, path) or read(self._disk, path) != self._disk.content(journal):
            self._look()

    def _kept(self, path: Path, data: bytes) -> JournalError:
        """Writes what had been written beside what is there now; the error that tells of it."""
        try:
            write_whole(self._disk, self._folder, KEPT, data)
        except OSError as error:
            return JournalError("journal.lost", file=str(path), reason=error.strerror or str(error))
        return JournalError("journal.moved", file=str(path), kept=KEPT)

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
    file = disk.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW)
    try:
        write_all(disk, file, data)
        disk.fsync(file)
    finally:
        disk.close(file)
    disk.rename(draft, folder / name)
    _sync_folder(disk, folder)


@dataclass(frozen=True)
class Held:
    """word: the open lock file, which says who holds the folder; folder: the folder itself, None once it is free for
    what happens after the draw."""

    word: int
    folder: int | None


def take(disk: Disk, folder: Path, since: str) -> Held:
    """Locks the folder, and leaves word of who holds it."""
    with _telling(folder):
        held = disk.open(folder, _FOLDER)
    try:
        _lock(disk, held, folder)
        return Held(_leave_word(disk, folder, since), held)
    except JournalError:
        disk.close(held)
        raise


def _leave_word(disk: Disk, folder: Path, since: str) -> int:
    path = folder / LOCK
    while True:
        with _telling(path):
            file = disk.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW)
        try:
            # It is locked too: a finished ceremony lets the folder itself go before its screen is dark.
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
    for path, flags in ((folder, _FOLDER), (folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)):
        try:
            file = disk.open(path, flags)
        except OSError:
            continue  # nobody's, or it cannot be told: `take` will
        try:
            _lock(disk, file, folder)
        finally:
            disk.close(file)


def _lock(disk: Disk, file: int, folder: Path) -> None:
    path = folder / LOCK
    with _telling(path):
        if not disk.lock(file):
            raise JournalError("journal.locked", folder=str(folder), **_holder(read(disk, path)))


def let_go(disk: Disk, folder: Path, held: Held) -> None:
    with suppress(OSError):  # the disk may be what has failed; a lock file that nobody holds locks nothing
        if disk.same(held.word, folder / LOCK):
            disk.remove(folder / LOCK)
    disk.close(held.word)
    if held.folder is not None:
        disk.close(held.folder)


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
    file = disk.open(folder, _FOLDER)
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
