"""The lock of a folder: whoever lets go removes its own word only, and whoever finds a strange one is not disturbed."""

from pathlib import Path

import pytest

import ceremonies
from kiosk.core.errors import JournalError
from kiosk.journal.store import LOCK, RealDisk, let_go, refuse_held, take


def test_a_lock_file_that_somebody_else_has_put_there_stays_when_the_kiosk_lets_go(tmp_path: Path) -> None:
    disk = RealDisk()
    lock = take(disk, tmp_path, "09:00")
    (tmp_path / LOCK).unlink()
    other = take(disk, tmp_path, "09:01")
    let_go(disk, tmp_path, lock)
    assert (tmp_path / LOCK).exists()
    with pytest.raises(JournalError) as refused:
        take(disk, tmp_path, "09:02")
    assert refused.value.values["since"] == "09:01"
    let_go(disk, tmp_path, other)
    assert not (tmp_path / LOCK).exists()


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
