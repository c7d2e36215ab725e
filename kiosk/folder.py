"""Reads an evidence folder from the disk, which may hold anything.

Only regular files are read, and none that is larger than a machine in a hall should hold in memory: a pipe would be
waited for forever, and a device has no end.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from kiosk.core.errors import InputError

# FORMAT has no limit; a phone and the machine in the hall have.
MOST_BYTES = 512 * 2**20


def read(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of the files that are there, by name; InputError where one is there and cannot be read."""
    return {name: data for name in names if (data := read_file(folder / name)) is not None}


def read_file(path: Path) -> bytes | None:
    """The file's bytes, None where there is no such file. A link is not followed: what it leads to may change."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError("folder.file", file=str(path), reason=error.strerror or str(error)) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise InputError("folder.no-file", file=str(path))
        if found.st_size > MOST_BYTES:
            raise InputError("folder.large", file=str(path), bytes=found.st_size, most=MOST_BYTES)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(found.st_size)  # and not MOST_BYTES, for which room would be made at once
    finally:
        os.close(descriptor)
