"""kill -9 of the real program, at a chosen call of the operating system, and the same command once more.

strace delivers the signal as the process enters the n-th call of a kind, so the instant is exact and the program knows
nothing of it.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ceremonies import frozen
from commands import mingyao, values
from judges import VECTORS

GOLDEN = VECTORS / "golden"
MADE = ("seed.txt", "result.csv", "SHA256SUMS")
ASIDE = {"Interrupted", "RecordConfirmed"}

pytestmark = pytest.mark.strace


def killed(folder: Path, options: list[object], call: str, when: int, cwd: Path) -> int:
    """The exit status of a ceremony that is killed when it asks for this call for the n-th time; 0 if it never does."""
    command = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}",
               "-e", f"inject={call}:signal=KILL:when={when}", sys.executable, "-m", "kiosk.cli", "run", folder,
               "--headless", "--auto", *options]  # fmt: skip
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, check=False).returncode


def events(folder: Path) -> list[dict[str, object]]:
    journal = folder / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    told = []
    for line in lines:
        try:
            told.append(json.loads(line))
        except ValueError:
            break  # torn: the last one
    return told


def steps(folder: Path) -> list[object]:
    return [(each["event"], each["values"]) for each in events(folder) if each["event"] not in ASIDE]


def goes_on(name: str, call: str, when: int, tmp_path: Path, whole: list[object]) -> bool:
    """Kills, starts again, and holds what must hold; whether it was killed at all."""
    folder = frozen(name, tmp_path / f"{call}-{when}")
    options = values(name, tmp_path)
    status = killed(folder, options, call, when, tmp_path)
    assert status in (0, -signal.SIGKILL, 128 + signal.SIGKILL)
    before = events(folder)
    if not status:  # there was no such call: the ceremony is over
        shutil.rmtree(folder)
        return False
    again = mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path)
    over = bool(before) and before[-1]["event"] == "Finished"
    assert again.returncode == (1 if over else 0), again.stderr
    for file in MADE:
        assert (folder / file).read_bytes() == (GOLDEN / name / file).read_bytes()
    assert events(folder)[: len(before)] == before
    assert steps(folder) == whole
    assert mingyao("verify", folder, cwd=tmp_path).returncode == 0
    shutil.rmtree(folder)
    return True


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What is recorded of the ceremony when nobody kills it."""
    tmp_path = tmp_path_factory.mktemp("whole")
    folder = frozen("small", tmp_path / "draw")
    assert mingyao("run", folder, "--headless", "--auto", *values("small", tmp_path), cwd=tmp_path).returncode == 0
    return steps(folder)


# One instant in each phase: the n-th time that the journal is synced.
@pytest.mark.parametrize("when", [1, 3, 8, 24, 27, 29, 31, 33])
def test_killed_in_any_phase_it_goes_on_to_the_same_result(when: int, tmp_path: Path, whole: list[object]) -> None:
    assert goes_on("small", "fdatasync", when, tmp_path, whole)


@pytest.mark.parametrize("when", [1, 2, 3])
def test_killed_while_the_result_is_written_it_goes_on(when: int, tmp_path: Path, whole: list[object]) -> None:
    assert goes_on("small", "rename", when, tmp_path, whole)


@pytest.mark.long
def test_killed_at_two_hundred_instants_it_goes_on_to_the_same_result(tmp_path: Path, whole: list[object]) -> None:
    chance = random.Random()
    seen = 0
    while seen < 200:
        call = chance.choice(["write", "fdatasync", "fsync", "rename", "openat", "ftruncate"])
        when = chance.randint(1, {"write": 60, "fdatasync": 40, "fsync": 12, "openat": 900}.get(call, 4))
        print(f"killed at {call} {when}")
        seen += goes_on("small", call, when, tmp_path, whole)
