"""The archive's register: how each ceremony ended, once, and nothing taken out."""

from pathlib import Path

import pytest

from kiosk.ceremony.machine import Registered
from kiosk.core.errors import DeviceError, InputError
from kiosk.intake import register

HASH, OTHER = "a" * 64, "b" * 64
FINISHED = Registered("finished", "d-1", OTHER, "2021-12-10T10:00:00+08:00")
VOID = Registered("void", "d-1", "disturbed", "2021-12-10T10:00:00+08:00")


def _archive(tmp_path: Path) -> Path:
    file = tmp_path / "register.txt"
    register.add_frozen(file, "d-1", HASH, "2021-12-01T09:00:00+08:00")
    return file


@pytest.mark.parametrize("end", [FINISHED, VOID])
def test_an_end_is_one_line_however_often_it_is_told(end: Registered, tmp_path: Path) -> None:
    file = _archive(tmp_path)
    for _ in range(3):
        register.add_end(file, end)
    assert file.read_text(encoding="utf-8").splitlines() == [
        f"frozen d-1 {HASH} 2021-12-01T09:00:00+08:00",
        f"{end.what} d-1 {end.told} 2021-12-10T10:00:00+08:00",
    ]
    assert register.read(file)[-1] == end


def test_a_draw_does_not_end_twice(tmp_path: Path) -> None:
    file = _archive(tmp_path)
    register.add_end(file, FINISHED)
    before = file.read_bytes()
    for other in (VOID, Registered("finished", "d-1", HASH, FINISHED.time)):
        with pytest.raises(InputError) as refused:
            register.add_end(file, other)
        assert refused.value.code == "register.other-end"
    assert file.read_bytes() == before


def test_where_the_archive_has_no_register_the_end_begins_one(tmp_path: Path) -> None:
    register.add_end(tmp_path / "register.txt", VOID)
    assert register.read(tmp_path / "register.txt") == (VOID,)
    with pytest.raises(InputError):
        register.add_frozen(tmp_path / "register.txt", "d-1", HASH, "now")


def test_a_register_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "register.txt").mkdir()
    with pytest.raises(DeviceError) as refused:
        register.add_end(tmp_path / "register.txt", VOID)
    assert refused.value.code == "register.write"


@pytest.mark.parametrize(
    "line", ["void d-1 Disturbed now", f"held d-1 {HASH} now", "finished d-1 disturbed now", f"void d-1 {'x' * 33} now"]
)
def test_a_line_of_another_form_is_refused_and_nothing_is_added_to_it(line: str, tmp_path: Path) -> None:
    file = tmp_path / "register.txt"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        register.add_end(file, VOID)
    assert refused.value.code == "register.line"
    assert file.read_text(encoding="utf-8") == line + "\n"


def test_a_last_line_that_lost_its_end_is_not_written_on(tmp_path: Path) -> None:
    file = _archive(tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    register.add_end(file, VOID)
    assert [entry.what for entry in register.read(file)] == ["frozen", "void"]
