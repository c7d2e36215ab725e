"""Power cut after every single operation, in every way that POSIX allows: nothing that the screen had shown is lost.

A small ceremony is played on a simulated disk. After each operation of it, every folder that a power cut could leave
is made, and the ceremony is played on from it to its end.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony.auto import Given
from kiosk.ceremony.machine import State
from kiosk.core.errors import JournalError
from kiosk.journal import entry
from kiosk.journal.store import LOCK
from simdisk import Files, Operation, SimulatedDisk, crashes

MADE = ("seed.txt", "result.csv", "SHA256SUMS")
FOLDER = Path("/a-folder-that-only-the-simulated-disk-has")


class _Shown:
    """A ceremony on a simulated disk. shown: how many entries of the journal the screen had shown at each operation."""

    def __init__(self, name: str, **syncs: bool) -> None:
        self.values = ceremonies.given(name)
        self.shown = 0
        self.cuts: list[tuple[int, list[Files]]] = []
        self.kind: dict[str, bool] = {}
        self.disk = SimulatedDisk(FOLDER, ceremonies.files(name), self._cut, **syncs)

    def play(self) -> None:
        ceremonies.play(FOLDER, self.values, disk=self.disk, seen=self._seen)

    def _seen(self, state: State, look: object) -> None:
        # Told by the conductor only after the disk has answered: so much stands on the screen.
        self.shown = bytes(self.disk.names[entry.FILE].data).count(b"\n")

    def _cut(self, disk: SimulatedDisk) -> None:
        self.cuts.append((self.shown, list(crashes(disk, **self.kind))))

    def states(self) -> Iterator[tuple[int, Files]]:
        """Each folder that a power cut may leave, with what had been shown by then; each once."""
        seen: set[int] = set()
        for shown, states in self.cuts:
            for files in states:
                # A lock that nobody holds locks nothing, whatever is in it.
                key = hash((shown, tuple(sorted((name, data) for name, data in files.items() if name != LOCK))))
                if key not in seen:
                    seen.add(key)
                    yield shown, files


def _goes_on(files: Files, values: Given) -> SimulatedDisk:
    """The disk after the ceremony has been opened again, and played to its end if it is not there yet."""
    disk = SimulatedDisk(FOLDER, files)
    conductor = ceremonies.conducted(FOLDER, ceremonies.own(values), disk=disk)
    over = conductor.read_only
    conductor.close()
    if not over:
        ceremonies.play(FOLDER, values, disk=disk)
    return disk


def _losses(played: _Shown) -> Iterator[str]:
    """What is wrong after a power cut, of each state in which something is."""
    whole = played.disk.read(FOLDER / entry.FILE).splitlines(keepends=True)
    made = {name: played.disk.read(FOLDER / name) for name in MADE}
    for shown, files in played.states():
        try:
            disk = _goes_on(files, played.values)
        except JournalError as error:
            yield f"{shown} shown: {error.code}"
            continue
        again = disk.read(FOLDER / entry.FILE).splitlines(keepends=True)
        if again[:shown] != whole[:shown]:
            yield f"{shown} shown: an entry is lost"
        if {name: disk.read(FOLDER / name) for name in MADE} != made:
            yield f"{shown} shown: another result"


@pytest.fixture(scope="module")
def played() -> _Shown:
    made = _Shown("least")
    made.play()
    return made


def test_a_power_cut_after_any_operation_loses_nothing_that_was_shown(played: _Shown) -> None:
    assert len(played.cuts) > 40
    assert sum(1 for _ in played.states()) > 200
    assert list(_losses(played)) == []


def test_old_bytes_at_the_end_of_the_journal_stop_it_with_the_line_s_number_or_are_mended() -> None:
    """No file system that keeps its metadata in order leaves them; one that does cannot be told from a forger."""
    made = _Shown("least")
    made.kind = {"stale": True}
    made.play()
    assert {loss.partition(": ")[2] for loss in _losses(made)} <= {"journal.line"}


@pytest.mark.long
@pytest.mark.parametrize("name", ["least", "minimal", "small"])
def test_a_write_torn_at_any_byte_loses_nothing_that_was_shown(name: str) -> None:
    made = _Shown(name)
    made.kind = {"every_byte": True}
    made.play()
    assert list(_losses(made)) == []


def test_without_the_folder_s_sync_something_would_be_lost() -> None:
    made = _Shown("least", syncs_folder=False)
    made.play()
    assert any("lost" in loss for loss in _losses(made))


def test_without_the_data_s_sync_something_would_be_lost() -> None:
    made = _Shown("least", syncs_data=False)
    made.play()
    assert any("lost" in loss for loss in _losses(made))


PLAY = """
import sys
from pathlib import Path
import ceremonies
ceremonies.play(Path(sys.argv[1]), ceremonies.given("least"))
"""


@pytest.mark.strace
def test_the_simulated_disk_is_asked_what_the_real_one_is_asked(played: _Shown, tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "draw")
    trace = tmp_path / "trace"
    calls = "openat,write,ftruncate,fsync,fdatasync,rename,unlink,close"
    subprocess.run(
        ["strace", "-f", "-s", "4096", "-e", f"trace={calls}", "-o", trace, sys.executable, "-c", PLAY, folder],
        check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert _asked(trace.read_text(errors="replace").splitlines(), folder) == played.disk.log


_NAMING = ("openat", "rename", "unlink")


def _asked(lines: list[str], folder: Path) -> list[Operation]:
    """What a trace shows of the folder, in the simulated disk's words; opening and closing to read are not in it."""
    files: dict[str, str] = {}
    asked: list[Operation] = []
    for line in lines:
        found = re.match(r"\d+ +(\w+)\((.*)\) += +(-?\d+)", line)
        if not found or int(found[3]) < 0:
            continue
        call, arguments, result = found[1], found[2], found[3]
        paths = [Path(path) for path in re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)] if call in _NAMING else []
        if call == "openat" and paths[0] == folder:
            files[result] = "."
        elif call == "openat" and paths[0].parent == folder and "O_CREAT" in arguments:
            files[result] = paths[0].name
            asked.append(("open", paths[0].name))
        elif call in ("rename", "unlink") and paths[0].parent == folder:
            asked.append((call, *(path.name for path in paths)))
        elif call == "close":
            files.pop(arguments.strip(), None)
        elif call in ("write", "ftruncate", "fsync", "fdatasync") and (number := arguments.partition(",")[0]) in files:
            asked.append((call, files[number]))
    return asked
