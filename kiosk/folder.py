"""Reads an evidence folder from the disk, which may hold anything.

Only regular files are read, and none that is larger than a machine in a hall should hold in memory: a pipe would be
waited for forever, and a device has no end.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiosk.core.errors import InputError

# FORMAT has no limit; a phone and the machine in the hall have.
MOST_BYTES = 512 * 2**20


def read(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of the files that are there, by name; InputError where one is there and cannot be read."""
    return {name: data for name in names if (data := read_file(folder / name)) is not None}


def read_file(path: Path) -> bytes | None:
    """The file's bytes, None where there is no such file. A link is not followed: what it leads to may change."""
    with _opened(path) as file:
        if file is None:
            return None
        size = os.fstat(file.fileno()).st_size
        if size > MOST_BYTES:
            raise InputError("folder.large", file=str(path), bytes=size, most=MOST_BYTES)
        return file.read(size)  # and not MOST_BYTES, for which room would be made at once


def read_lines(path: Path, count: int) -> bytes | None:
    """The first lines of a file however large, in the same way; a line beyond MOST_BYTES is cut."""
    with _opened(path) as file:
        return None if file is None else b"".join(file.readline(MOST_BYTES) for _ in range(count))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | None]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise InputError("folder.file", file=str(path), reason=error.strerror or str(error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError("folder.no-file", file=str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(descriptor)
