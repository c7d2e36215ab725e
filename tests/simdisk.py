"""A disk that keeps only what it was told to keep: for the question what a power cut leaves.

It holds one folder. What POSIX promises is modelled, and nothing else: data lasts once its file was synced, a name once
its folder was. Until then any part of it may be on the disk: writes lost, torn at any byte, or done in another order
than they were asked for; a file longer than what was written into it, with zeros or old bytes at its end; a rename or
a new name without the others.

    disk = SimulatedDisk(folder, files, observe)      # observe(disk) is called after each operation
    for state in crashes(disk): ...                   # what a power cut may leave now, as files by name
"""

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path

Operation = tuple[str, ...]
Files = dict[str, bytes]

_OLD_BYTES = b'{"n":0,"old":"what lay here before"}\n\x00\xff'


@dataclass
class Inode:
    """data: as the kernel has it; kept: as it is on the disk for certain; writes: since then, as (offset, bytes), a
    truncation as (length, None)."""

    data: bytearray = field(default_factory=bytearray)
    kept: bytes = b""
    writes: list[tuple[int, bytes | None]] = field(default_factory=list)


class SimulatedDisk:
    """A `kiosk.journal.store.Disk`. log: what was asked of it, as strace would see it in the real one."""

    def __init__(
        self,
        folder: Path,
        files: Mapping[str, bytes],
        observe: "Callable[[SimulatedDisk], None]" = lambda disk: None,
        *,
        syncs_data: bool = True,
        syncs_folder: bool = True,
    ) -> None:
        self.folder, self.observe = folder, observe
        self.syncs_data, self.syncs_folder = syncs_data, syncs_folder
        self.names = {name: Inode(bytearray(data), data) for name, data in files.items()}
        self.kept_names = dict(self.names)
        self.changes: list[dict[str, Inode | None]] = []  # of names, since the folder was synced; None: gone
        self.log: list[Operation] = []
        self._open: dict[int, tuple[str, Inode | None, int]] = {}
        self._next = 1000

    def read(self, path: Path) -> bytes:
        inode = self.names.get(path.name)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return bytes(inode.data)

    def open(self, path: Path, flags: int) -> int:
        self._next += 1
        if path == self.folder:
            self._open[self._next] = (".", None, flags)
            return self._next
        inode = self.names.get(path.name)
        if inode is None:
            if not flags & os.O_CREAT:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
            inode = self.names[path.name] = Inode()
            self._named({path.name: inode})
        elif flags & os.O_TRUNC:
            self._truncated(inode, 0)
        self._open[self._next] = (path.name, inode, flags)
        self._done("open", path.name)
        return self._next

    def write(self, file: int, data: bytes) -> int:
        name, inode = self._inode(file)
        inode.writes.append((len(inode.data), data))
        inode.data += data
        self._done("write", name)
        return len(data)

    def truncate(self, file: int, length: int) -> None:
        name, inode = self._inode(file)
        self._truncated(inode, length)
        self._done("ftruncate", name)

    def fdatasync(self, file: int) -> None:
        self._sync(file, "fdatasync")

    def fsync(self, file: int) -> None:
        self._sync(file, "fsync")

    def rename(self, source: Path, target: Path) -> None:
        inode = self.names.pop(source.name)
        self.names[target.name] = inode
        self._named({source.name: None, target.name: inode})
        self._done("rename", source.name, target.name)

    def remove(self, path: Path) -> None:
        del self.names[path.name]
        self._named({path.name: None})
        self._done("unlink", path.name)

    def close(self, file: int) -> None:
        del self._open[file]

    def lock(self, file: int) -> bool:
        return True

    def same(self, file: int, path: Path) -> bool:
        return self._inode(file)[1] is self.names.get(path.name)

    def size(self, file: int) -> int:
        return len(self._inode(file)[1].data)

    def content(self, file: int) -> bytes:
        return bytes(self._inode(file)[1].data)

    def _inode(self, file: int) -> tuple[str, Inode]:
        name, inode, _ = self._open[file]
        assert inode is not None
        return name, inode

    def _truncated(self, inode: Inode, length: int) -> None:
        del inode.data[length:]
        inode.writes.append((length, None))

    def _sync(self, file: int, call: str) -> None:
        name, inode, _ = self._open[file]
        if inode is None and self.syncs_folder:
            self.kept_names, self.changes = dict(self.names), []
        if inode is not None and self.syncs_data:
            inode.kept, inode.writes = bytes(inode.data), []
        self._done(call, name)

    def _named(self, change: dict[str, Inode | None]) -> None:
        self.changes.append(change)

    def _done(self, *operation: str) -> None:
        self.log.append(operation)
        self.observe(self)


def crashes(disk: SimulatedDisk, *, every_byte: bool = False, stale: bool = False) -> Iterator[Files]:
    """What a power cut may leave of the folder now: each time its files by name.

    every_byte: writes torn at any byte, instead of at a few; stale: only the states in which a file has grown before
    what was to be written had reached it, and its end holds what had lain on the disk there before.
    """
    for names in _namings(disk):
        inodes = list({id(inode): inode for inode in names.values()}.values())
        for contents in product(*(_contents(inode, every_byte, stale) for inode in inodes)):
            held = {id(inode): content for inode, content in zip(inodes, contents, strict=True)}
            yield {name: held[id(inode)] for name, inode in names.items()}


def _namings(disk: SimulatedDisk) -> Iterator[dict[str, Inode]]:
    """The folder with any of the changes of its names done, whatever the others."""
    for done in _subsets(disk.changes):
        names = dict(disk.kept_names)
        for change in done:
            for name, inode in change.items():
                names.pop(name, None)
                if inode is not None:
                    names[name] = inode
        yield names


def _subsets(changes: list[dict[str, Inode | None]]) -> Iterator[tuple[dict[str, Inode | None], ...]]:
    if len(changes) > 4:  # only where the folder is never synced: none of them and all of them say enough
        yield from ((), tuple(changes))
        return
    for size in range(len(changes) + 1):
        yield from combinations(changes, size)


def _contents(inode: Inode, every_byte: bool, stale: bool) -> list[bytes]:
    """What may be in the file."""
    if stale:
        lost = sum(len(data or b"") for _, data in inode.writes)
        return [inode.kept + (_OLD_BYTES * (lost // len(_OLD_BYTES) + 1))[:lost]]
    found = {inode.kept, bytes(inode.data)}
    if len(inode.writes) <= 3:
        for size in range(len(inode.writes) + 1):
            for done in combinations(inode.writes, size):
                found.add(_written(inode.kept, done))
    if inode.writes:
        *before, (at, data) = inode.writes
        if data is not None:
            whole = _written(inode.kept, before)
            ends = range(len(data)) if every_byte else {1, len(data) // 2, len(data) - 2, len(data) - 1}
            found |= {_written(whole, [(at, data[:end])]) for end in ends if 0 <= end < len(data)}
            # The file has grown, and its new end holds nothing.
            found.add(whole + bytes(len(data)))
            found.add(whole + data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    return sorted(found)


def _written(data: bytes, writes: Sequence[tuple[int, bytes | None]]) -> bytes:
    for at, new in writes:
        begin = data[:at]
        data = begin if new is None else begin.ljust(at, b"\x00") + new + data[at + len(new) :]
    return data
