"""What `run` does outside of the folder: the archive's register, and the secrets that are not secret any more."""

import hashlib
import json
from pathlib import Path

import pytest

import ceremonies
from ceremonies import frozen, given
from commands import mingyao, values
from kiosk import app
from kiosk.beside import Beside
from kiosk.ceremony import desk
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key, press
from kiosk.ceremony.machine import Registered
from kiosk.ceremony.view import opening_pages, view
from kiosk.intake.kiosk import KioskSettings


def _finished(folder: Path) -> str:
    """The register's line that this folder's ceremony must leave."""
    end = json.loads((folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    result_hash = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    return f"finished small {result_hash} {end['wall'][:19]}{end['wall'][-6:]}\n"


def _secrets(folder: Path, labels: tuple[str, ...]) -> Path:
    """The secrets beside the folder, as the freeze leaves them."""
    kept = folder.with_name(f"{folder.name}.secret")
    kept.mkdir(mode=0o700)
    for label in labels:
        (kept / f"{label}.txt").write_text(given("small").reveals[label] + "\n", encoding="ascii")
    return kept


def test_a_finished_ceremony_stands_in_the_archives_register_once(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    options = values("small", tmp_path)
    before = f"frozen small {ceremonies.inputs('small').notice_hash} 2021-12-01T09:00:00+08:00\n"
    (tmp_path / "register.txt").write_text(before, encoding="utf-8")
    assert mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path).returncode == 0
    assert (tmp_path / "register.txt").read_text(encoding="utf-8") == before + _finished(folder)
    assert mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path).returncode == 1
    assert (tmp_path / "register.txt").read_text(encoding="utf-8") == before + _finished(folder)


def test_a_register_that_cannot_be_written_is_told_and_written_at_the_next_run(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    options = values("small", tmp_path)
    (tmp_path / "register.txt").mkdir()
    done = mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path)
    assert done.returncode == 0
    assert "register.txt cannot be written" in done.stderr and "Traceback" not in done.stderr
    (tmp_path / "register.txt").rmdir()
    assert mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path).returncode == 1
    assert (tmp_path / "register.txt").read_text(encoding="utf-8") == _finished(folder)


def test_a_spoilt_register_is_told_and_stops_no_ceremony(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    (tmp_path / "register.txt").write_text("spoilt\n", encoding="utf-8")
    done = mingyao("run", folder, "--headless", "--auto", *values("small", tmp_path), cwd=tmp_path)
    assert done.returncode == 0
    assert "register.txt, line 1" in done.stderr
    assert (tmp_path / "register.txt").read_text(encoding="utf-8") == "spoilt\n"


def test_a_secret_is_removed_from_the_disk_once_it_has_been_opened_in_the_seed(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    kept = _secrets(folder, ("operator",))
    options = values("small", tmp_path)
    assert mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path).returncode == 0
    assert not kept.exists()


def test_a_secret_that_was_not_opened_stays(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    kept = _secrets(folder, ("operator",))
    (kept / "other.txt").write_text("0" * 32 + "\n", encoding="ascii")
    assert mingyao("run", folder, "--headless", "--auto", *values("small", tmp_path), cwd=tmp_path).returncode == 0
    assert [path.name for path in kept.iterdir()] == ["other.txt"]


def test_a_secret_that_cannot_be_removed_is_told_and_removed_at_the_next_run(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    kept = _secrets(folder, ("operator",))
    ceremonies.play(folder, given("small"))
    (kept / "another.txt").mkdir()  # which is no file that could be read
    beside = Beside(KioskSettings(), folder)
    beside.forget_secrets()
    (failure,), _ = beside.close()
    assert beside.troubles() == ("secret.kept",)
    assert given("small").reveals["operator"] not in str(failure)
    refused = mingyao("run", folder, "--headless", "--auto", *values("small", tmp_path), cwd=tmp_path)
    assert (refused.returncode, "another.txt" in refused.stderr) == (2, True)
    (kept / "another.txt").rmdir()
    mingyao("run", folder, "--headless", "--auto", *values("small", tmp_path), cwd=tmp_path)
    assert not kept.exists()


@pytest.mark.parametrize(("typed", "told"), [("4", "disturbed"), ("fire", "other")])
def test_a_void_stands_in_the_register_with_its_reasons_code(typed: str, told: str, tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    kept = _secrets(folder, ("operator",))
    conductor = ceremonies.conducted(folder, {})
    keys = [Key("overlay"), Key("", "5"), *(Key("", each) for each in typed), Key("enter")]
    ceremonies.press(conductor, desk.begin(conductor.state), keys)
    beside = Beside(KioskSettings(), folder)
    app._Kiosk(folder, conductor, beside, KioskSettings(), None).settle(conductor.state)
    assert beside.close() == ((), ())
    conductor.close()
    (line,) = (tmp_path / "register.txt").read_text(encoding="utf-8").splitlines()
    assert line.split(" ")[:3] == ["void", "small", told]
    assert kept.exists()  # nothing was opened


def test_the_registers_last_lines_are_the_last_page_of_the_opening(tmp_path: Path) -> None:
    lines = (Registered("frozen", "small", "a" * 64, "2021-12-01T09:00:00+08:00"),)
    folder = frozen("small", tmp_path / "draw")
    conductor = Conductor.open(folder, register=lines, threaded=False)
    look = desk.begin(conductor.state)
    assert view(conductor.state, look).register == lines
    pages = opening_pages(conductor.state.setting.stages, lines)
    assert pages == opening_pages(conductor.state.setting.stages) + 1
    for page in range(1, pages):
        look, request = press(conductor.state, look, Key("next"), page)
        assert (look.page, request) == (page, None)
    assert press(conductor.state, look, Key("next"), 100)[1] is not None
    conductor.close()


def test_six_lines_of_a_long_register_are_read(tmp_path: Path) -> None:
    lines = "".join(f"frozen d-{number} {'a' * 64} now\n" for number in range(20))
    (tmp_path / "register.txt").write_text(lines, encoding="utf-8")
    found, wrong = app._register(tmp_path / "draw")
    assert [line.draw for line in found] == [f"d-{number}" for number in range(14, 20)]
    assert wrong == ()


def test_who_acts_is_named_only_by_what_can_stand_in_a_line(tmp_path: Path) -> None:
    office = {"people": {"operator": "a\nb", "witness": "邱某", "contributors": ["甲", "x|y"]}}
    (tmp_path / "office.json").write_text(json.dumps(office), encoding="utf-8")
    people = app._people(tmp_path)
    assert (people.operator, people.witness, people.contributors) == ("", "邱某", ("甲", ""))
