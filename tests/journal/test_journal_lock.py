"""The lock of a folder: whoever lets go removes its own word only, and whoever finds a strange one is not disturbed."""

from pathlib import Path
from random import Random

import pytest

import ceremonies
from kiosk.after.store import writing
from kiosk.ceremony import auto
from kiosk.ceremony.steps import Phase, ShowNotice
from kiosk.core.errors import JournalError
from kiosk.journal.store import LOCK, RealDisk, let_go, refuse_held, take


def test_a_lock_file_that_somebody_else_has_put_there_stays_when_the_kiosk_lets_go(tmp_path: Path) -> None:
    lock = take(RealDisk(), tmp_path, "09:00")
    (tmp_path / LOCK).unlink()
    (tmp_path / LOCK).write_text("somebody's")
    let_go(RealDisk(), tmp_path, lock)
    assert (tmp_path / LOCK).read_text() == "somebody's"


@pytest.mark.parametrize("other", [None, b"", b'{"process": 1, "host": "x", "since": "y"}'])
def test_nobody_else_takes_the_folder_because_its_lock_file_was_deleted(other: bytes | None, tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    one = ceremonies.conducted(folder, {})
    (folder / LOCK).unlink()
    if other is not None:
        (folder / LOCK).write_bytes(other)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for another in (lambda: ceremonies.conducted(folder, {}), lambda: refuse_held(RealDisk(), folder)):
        with pytest.raises(JournalError) as refused:
            another()
        assert refused.value.code == "journal.locked"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    one.submit(ShowNotice())
    (answer,) = one.poll()
    assert answer.state.phase is Phase.COMPARE
    one.close()
    ceremonies.conducted(folder, {}).close()


def test_after_the_end_others_may_write_what_happens_then_while_the_screen_is_still_held(tmp_path: Path) -> None:
    folder, values = ceremonies.frozen("least", tmp_path / "draw"), ceremonies.given("least")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    auto.play(conductor, auto.ready(conductor.state, values, Random(1)))
    with writing(RealDisk(), folder) as pen:
        assert pen.found == b""
    with pytest.raises(JournalError) as held:
        refuse_held(RealDisk(), folder)  # another window would cover that screen
    assert held.value.code == "journal.locked"
    conductor.close()
    refuse_held(RealDisk(), folder)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"process": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_holder_whose_word_cannot_be_read_is_still_the_holder(content: bytes, tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    disk = RealDisk()
    lock = take(disk, folder, "09:00")
    (folder / LOCK).write_bytes(content)
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert refused.value.code == "journal.locked"
    assert refused.value.values["process"] == "?"
    let_go(disk, folder, lock)
    ceremonies.conducted(folder, {}).close()


def test_nobody_holds_a_folder_by_asking_whether_somebody_does(tmp_path: Path) -> None:
    refuse_held(RealDisk(), tmp_path)
    assert list(tmp_path.iterdir()) == []
    lock = take(RealDisk(), tmp_path, "09:00")
    with pytest.raises(JournalError) as held:
        refuse_held(RealDisk(), tmp_path)
    assert (held.value.code, held.value.values["since"]) == ("journal.locked", "09:00")
    let_go(RealDisk(), tmp_path, lock)
    (tmp_path / LOCK).write_bytes(b"")  # of a kiosk that was killed
    refuse_held(RealDisk(), tmp_path)
    let_go(RealDisk(), tmp_path, take(RealDisk(), tmp_path, "09:01"))
