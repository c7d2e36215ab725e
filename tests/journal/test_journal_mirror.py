"""The mirror: the same bytes on another disk before a step is shown; a ceremony goes on without it, and from it."""

import errno
import os
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import auto
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.steps import Phase, ShowNotice
from kiosk.core.errors import JournalError
from kiosk.journal.store import RealDisk

VALUES = ceremonies.given("small")
KEPT = ("notice.txt", "roll.csv", "units.csv", "rules.json", "journal.jsonl", "seed.txt", "result.csv", "SHA256SUMS")


def opened(folder: Path, mirror: Path | None, disk: RealDisk | None = None) -> Conductor:
    return Conductor.open(folder, people=ceremonies.PEOPLE, secrets=ceremonies.own(VALUES), mirror=mirror, disk=disk,
                          clock=ceremonies.TestClock(), threaded=False)  # fmt: skip


def play(conductor: Conductor, seen: object = None) -> None:
    look = seen if callable(seen) else lambda state, look: None
    auto.play(conductor, VALUES, look)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in KEPT if (folder / name).exists()}


def test_after_every_step_the_mirror_holds_the_same_bytes(tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), tmp_path / "stick" / "draw"
    conductor = opened(folder, mirror)
    steps = []

    def seen(state: object, look: object) -> None:
        steps.append(contents(folder) == contents(mirror))

    play(conductor, seen)
    conductor.close()
    assert len(steps) > 40
    assert all(steps)
    assert set(contents(mirror)) == set(KEPT)
    assert conductor.trouble is None
    assert sorted(path.name for path in mirror.iterdir()) == sorted(KEPT)


def test_another_computer_goes_on_from_the_mirror_alone(tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), tmp_path / "stick"
    conductor = opened(folder, mirror)

    class _GoneError(Exception):
        pass

    def until(state: object, look: object) -> None:
        if conductor.state.phase is Phase.DRAWING and conductor.state.drawn == 2:
            raise _GoneError

    with pytest.raises(_GoneError):
        play(conductor, until)
    conductor.close()
    taken = opened(mirror, None)
    assert taken.state.drawn == 2
    assert [card.household for card in taken.state.shown] == [card.household for card in conductor.state.shown]
    play(taken)
    taken.close()
    assert (mirror / "result.csv").read_bytes() == (ceremonies.GOLDEN / "small" / "result.csv").read_bytes()
    # The computer that came back must not go on beside it.
    with pytest.raises(JournalError) as refused:
        opened(folder, mirror)
    assert refused.value.code == "mirror.ahead"


class _StickFails(RealDisk):
    """Every write below a folder fails from the n-th on."""

    def __init__(self, folder: Path, after: int) -> None:
        self.folder, self.left, self.files = folder, after, dict[int, Path]()

    def open(self, path: Path, flags: int) -> int:
        file = super().open(path, flags)
        self.files[file] = path
        return file

    def write(self, file: int, data: bytes) -> int:
        if self.folder in self.files[file].parents:
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().write(file, data)


@pytest.mark.parametrize("after", [0, 1, 3, 8, 20])
def test_a_mirror_that_fails_is_told_and_stops_nothing(after: int, tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), tmp_path / "stick"
    conductor = opened(folder, mirror, _StickFails(mirror, after))
    play(conductor)
    conductor.close()
    assert conductor.trouble is not None
    assert conductor.trouble.code == "mirror.failed"
    for name in ("result.csv", "SHA256SUMS"):
        assert (folder / name).read_bytes() == (ceremonies.GOLDEN / "small" / name).read_bytes()


@pytest.mark.parametrize("how", ["replaced", "removed", "cut"])
def test_a_mirror_whose_journal_another_program_changes_is_told_and_stops_nothing(how: str, tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), tmp_path / "stick"
    conductor = opened(folder, mirror)
    journal = mirror / "journal.jsonl"
    if how == "replaced":
        (mirror / "copy").write_bytes(journal.read_bytes())
        (mirror / "copy").replace(journal)
    elif how == "removed":
        journal.unlink()
    else:
        os.truncate(journal, 10)
    play(conductor)
    conductor.close()
    assert conductor.trouble is not None and conductor.trouble.code == "mirror.moved"
    assert (folder / "result.csv").read_bytes() == (ceremonies.GOLDEN / "small" / "result.csv").read_bytes()


def test_a_mirror_that_is_a_link_to_something_else_is_told_and_not_written_to(tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), tmp_path / "stick"
    mirror.mkdir()
    (tmp_path / "mine").write_text("mine")
    (mirror / "journal.jsonl").symlink_to(tmp_path / "mine")
    conductor = opened(folder, mirror)
    play(conductor)
    conductor.close()
    assert conductor.trouble is not None and conductor.trouble.code == "mirror.failed"
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_place_where_no_folder_can_be_made_is_told_and_stops_nothing(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    (tmp_path / "file").write_bytes(b"")
    conductor = opened(folder, tmp_path / "file" / "stick")
    assert conductor.trouble is not None
    play(conductor)
    conductor.close()


def test_the_mirror_of_another_draw_is_refused_and_not_written_to(tmp_path: Path) -> None:
    other = ceremonies.frozen("tiers", tmp_path / "other")
    before = contents(other)
    with pytest.raises(JournalError) as refused:
        opened(ceremonies.frozen("small", tmp_path / "draw"), other)
    assert refused.value.code == "mirror.other"
    assert contents(other) == before


def test_two_ceremonies_of_one_draw_are_not_each_others_mirror(tmp_path: Path) -> None:
    one, other = (ceremonies.frozen("small", tmp_path / name) for name in ("one", "other"))
    for folder in (one, other):
        conductor = opened(folder, None)
        conductor.submit(ShowNotice())
        conductor.close()
    first = opened(one, None)
    first.close()
    with pytest.raises(JournalError) as refused:
        opened(other, one)
    assert refused.value.code in ("mirror.other", "mirror.ahead")


def test_a_mirror_that_somebody_holds_a_ceremony_on_is_refused(tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), ceremonies.frozen("small", tmp_path / "stick")
    holder = opened(mirror, None)
    with pytest.raises(JournalError) as refused:
        opened(folder, mirror)
    assert refused.value.code == "journal.locked"
    holder.close()


def test_a_mirror_that_is_whole_already_is_not_written_again(tmp_path: Path) -> None:
    folder, mirror = ceremonies.frozen("small", tmp_path / "draw"), tmp_path / "stick"
    opened(folder, mirror).close()
    before = {name: (mirror / name).stat().st_ino for name in ("notice.txt", "roll.csv")}
    conductor = opened(folder, mirror)
    play(conductor)
    conductor.close()
    assert {name: (mirror / name).stat().st_ino for name in before} == before
    assert contents(folder) == contents(mirror)
