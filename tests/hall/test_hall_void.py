"""A draw that was declared void stays published: its notice, and void.txt beside it."""

from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import desk
from kiosk.ceremony.desk import Key
from kiosk.core import text
from kiosk.core.errors import InputError, JournalError
from kiosk.hall import export


def test_a_void_is_published_with_its_notice(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    before = export.export_notice(folder, tmp_path / "before")
    conductor = ceremonies.conducted(folder, {})
    void = [Key("overlay"), Key("", "5"), Key("", "1"), Key("enter")]
    ceremonies.press(conductor, desk.begin(conductor.state), void)
    conductor.close()
    after = export.export_notice(folder, tmp_path / "after")
    assert before.folder.name == after.folder.name
    assert not (before.folder / "void.txt").exists()
    assert (after.folder / "void.txt").read_bytes() == (folder / "void.txt").read_bytes()
    page = (after.folder / "index.html").read_text(encoding="utf-8")
    assert page.count(text.sha256((folder / "void.txt").read_bytes())) == 2  # in both languages
    assert "void.txt" not in (before.folder / "index.html").read_text(encoding="utf-8")


def test_a_void_txt_that_is_not_the_journals_or_not_this_draws_is_not_published(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    conductor = ceremonies.conducted(folder, {})
    void = [Key("overlay"), Key("", "5"), Key("", "1"), Key("enter")]
    ceremonies.press(conductor, desk.begin(conductor.state), void)
    conductor.close()
    told = (folder / "void.txt").read_text(encoding="utf-8")
    for other in (told.replace("roll-wrong", "device"), told.replace("draw: ", "draw: x"), told + "more: 1\n", ""):
        (folder / "void.txt").write_text(other, encoding="utf-8")
        with pytest.raises(JournalError):
            export.export_notice(folder, tmp_path / "out")
    # Without the journal only its own form can be judged.
    (folder / "journal.jsonl").unlink()
    (folder / "void.txt").write_text(told, encoding="utf-8")
    assert (export.export_notice(folder, tmp_path / "out").folder / "void.txt").exists()
    (folder / "void.txt").write_text(told.replace("draw: ", "draw: x"), encoding="utf-8")
    with pytest.raises(JournalError):
        export.export_notice(folder, tmp_path / "out")


def test_a_result_beside_a_void_txt_is_not_published(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    ceremonies.play(folder, ceremonies.given("small"))
    (folder / "void.txt").write_text("mingyao void v1\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        export.export(folder, tmp_path / "out")
    assert refused.value.code == "hall.void"
    assert not (tmp_path / "out").exists()
