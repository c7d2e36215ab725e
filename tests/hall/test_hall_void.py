"""A draw that was declared void stays published: its notice, and void.txt beside it."""

from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import desk
from kiosk.ceremony.desk import Key
from kiosk.core import text
from kiosk.core.errors import InputError, JournalError
from kiosk.hall import export


def declaration() -> bytes:
    """As anybody can write one by hand: of the form, of this notice, and of no ceremony."""
    notice_hash = ceremonies.inputs("small").notice_hash
    return (
        f"mingyao void v1\ndraw: small\nnotice: {notice_hash}\ndeclared: 2021-12-10T09:31:07.250+08:00\n"
        f"reason: device\noperator: a\nwitness: b\njournal: {notice_hash}\n"
    ).encode()


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
    (folder / "void.txt").write_bytes(declaration())
    for journal in (True, False):
        for publish in (export.export, export.export_notice):
            with pytest.raises(JournalError) as refused:
                publish(folder, tmp_path / "out")
            assert refused.value.code == "record.void-and-result"
            assert not (tmp_path / "out").exists()
        if journal:
            (folder / "journal.jsonl").unlink()


def test_only_a_declaration_that_holds_is_said_to_be_the_one_to_publish(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    (folder / "void.txt").write_bytes(declaration())
    with pytest.raises(InputError) as refused:
        export.export(folder, tmp_path / "out")
    assert refused.value.code == "hall.void"
    (folder / "void.txt").write_bytes(declaration().replace(b"draw: ", b"draw: x"))
    with pytest.raises(JournalError) as untrue:
        export.export(folder, tmp_path / "out")
    assert untrue.value.code == "void.line"
