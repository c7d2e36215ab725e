"""A spare: the ceremony's folder once more on another disk, such as a USB stick, byte for byte.

Before a step is shown it is on both disks, so another computer can go on from the mirror alone. A mirror that fails is
let go and told (`trouble`); the ceremony goes on without it. Secrets are not mirrored: a stick is easily lost, and each
secret lies in a sealed envelope too.

Only a mirror that belongs to something else, or is further than the folder, is refused, before anything is written to
it: then the ceremony has already gone on elsewhere.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.core.errors import DeviceError, InputError, JournalError
from kiosk.core.notice import FILE as NOTICE
from kiosk.journal import entry
from kiosk.journal.store import Disk, Held, let_go, read, take, write_all, write_whole


class Mirror:
    """trouble: why it is not kept any more; None while it is."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self.trouble: DeviceError | None = None
        self._disk, self._folder = disk, folder
        self._lock: Held | None = None
        self._journal: int | None = None
        self._bytes = 0  # of the journal

    def begin(self, files: Mapping[str, bytes], journal: bytes, since: str) -> None:
        """Brings it to where the folder is. JournalError where it must not be written to."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = take(self._disk, self._folder, since)
            self._belongs(files, journal)
        except OSError as error:
            self._fail(error.strerror or str(error))
        except (JournalError, InputError) as error:
            if error.code in ("journal.locked", "mirror.other", "mirror.ahead"):
                self.close()
                raise
            self._fail(str(error.values.get("reason", error.code)))
        self._doing(lambda: self._copy(files, journal))

    def append(self, data: bytes) -> None:
        self._doing(lambda: self._append(data))

    def write(self, name: str, data: bytes) -> None:
        self._doing(lambda: write_whole(self._disk, self._folder, name, data))

    def close(self) -> None:
        if self._journal is not None:
            self._disk.close(self._journal)
        if self._lock is not None:
            let_go(self._disk, self._folder, self._lock)
        self._journal = self._lock = None

    def _belongs(self, files: Mapping[str, bytes], journal: bytes) -> None:
        """Whether it is a mirror of this folder, and not further than it."""
        if read(self._disk, self._folder / NOTICE) not in (None, files[NOTICE]):
            raise JournalError("mirror.other", folder=str(self._folder))
        mirrored = read(self._disk, self._folder / entry.FILE) or b""
        whole = mirrored[: mirrored.rfind(b"\n") + 1]
        if not journal.startswith(whole):
            ahead = whole.startswith(journal)
            raise JournalError("mirror.ahead" if ahead else "mirror.other", folder=str(self._folder))

    def _copy(self, files: Mapping[str, bytes], journal: bytes) -> None:
        for name, data in {**files, entry.FILE: journal}.items():
            if read(self._disk, self._folder / name) != data:
                write_whole(self._disk, self._folder, name, data)
        self._journal = self._disk.open(self._folder / entry.FILE, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
        self._bytes = len(journal)

    def _append(self, data: bytes) -> None:
        assert self._journal is not None
        write_all(self._disk, self._journal, data)
        self._disk.fdatasync(self._journal)
        self._bytes += len(data)
        same = self._disk.same(self._journal, self._folder / entry.FILE)
        if not same or self._disk.size(self._journal) != self._bytes:
            self.trouble = DeviceError("mirror.moved", folder=str(self._folder), file=entry.FILE)

    def _doing(self, work: Callable[[], None]) -> None:
        if self.trouble is not None:
            return
        try:
            work()
        except OSError as error:
            self._fail(error.strerror or str(error))

    def _fail(self, reason: str) -> None:
        # As with the folder itself: after an error nothing is known of what the disk holds, so nothing is tried again.
        self.trouble = DeviceError("mirror.failed", folder=str(self._folder), reason=reason)
