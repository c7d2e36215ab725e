"""A draw that was declared void stays published: its notice, and void.txt beside it."""

import asyncio
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import auto, desk
from kiosk.ceremony.desk import Key
from kiosk.ceremony.steps import Phase
from kiosk.core import text
from kiosk.core.errors import InputError, JournalError, MingyaoError
from kiosk.hall import address, export
from kiosk.hall.server import Hall


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
    assert "请在仪式开始前" not in page and "Before the ceremony begins" not in page
    assert "对此有异议的，请向发布本公告的单位提出" in page
    (folder / "office.json").write_text('{"objections": "市住保中心 0722-12345"}', encoding="utf-8")
    page = (export.export_notice(folder, tmp_path / "told").folder / "index.html").read_text(encoding="utf-8")
    assert "请在仪式开始前" not in page and page.count("市住保中心 0722-12345") == 2


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


# --- in the hall -----------------------------------------------------------------------------------------------------

VOID = [Key("overlay"), Key("", "5"), Key("", "1"), Key("enter")]


def look(hall: Hall, times: int = 1) -> None:
    for _ in range(times):
        asyncio.run(hall.look())


def place(name: str = "small") -> bytes:
    return ("/" + address.folder("N", ceremonies.inputs(name).notice_hash)).encode()


def served(hall: Hall, name: str = "small") -> bytes | None:
    """void.txt as it is served; its page says the same."""
    page, file = hall.table[place(name)].plain.body, hall.table.get(place(name) + b"void.txt")
    assert (b"void.txt" in page) == (file is not None)
    return file.plain.body if file else None


def test_a_running_server_shows_a_void_once_it_is_declared_and_the_secrets_as_they_are_opened(tmp_path: Path) -> None:
    folder, values = ceremonies.frozen("least", tmp_path / "least"), ceremonies.given("least")
    told: list[MingyaoError] = []
    hall = Hall(folder, told.append)
    look(hall)
    assert (hall.phase, served(hall, "least")) == ("before", None)
    conductor = ceremonies.conducted(folder, {})
    now_s, view = 0.0, desk.begin(conductor.state)
    while conductor.state.phase is not Phase.REVEALS:
        key = auto.next_key(conductor.state, view, values)
        assert key is not None
        now_s += 1
        view = ceremonies.press(conductor, view, [key], now_s)
    look(hall)
    version = hall.version
    view = ceremonies.press(conductor, view, VOID, 1000)
    look(hall)
    declared = (folder / "void.txt").read_bytes()
    assert (hall.phase, served(hall, "least"), hall.version > version) == ("void", declared, True)
    assert hall.root.headers[0][1] == place("least")
    typed = [Key("enter"), *(Key("", each) for each in values.reveals["notary"]), Key("enter")]
    ceremonies.press(conductor, view, typed, 2000)
    conductor.close()
    look(hall)
    opened = served(hall, "least")
    assert opened == (folder / "void.txt").read_bytes() and opened.startswith(declared) and b"reveal notary" in opened
    # What holds stays, whatever comes after it.
    (folder / "void.txt").write_bytes(b"")
    look(hall, 3)
    assert (hall.phase, served(hall, "least")) == ("void", opened)
    assert [error.code for error in told] == ["hall.void-left-out", "record.no-void"]


def test_a_server_that_starts_after_the_declaration_shows_it_and_one_without_a_journal_too(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), VOID)
    conductor.close()
    for _ in range(2):
        hall = Hall(folder)
        look(hall)
        assert (hall.phase, served(hall)) == ("void", (folder / "void.txt").read_bytes())
        (folder / "journal.jsonl").unlink(missing_ok=True)


@pytest.mark.parametrize(
    "untrue", [b"<script>alert(1)</script> no void at all\n", declaration(), declaration().replace(b"small", b"other")]
)
def test_a_void_txt_that_does_not_hold_is_neither_served_nor_announced_and_told_once(
    untrue: bytes, tmp_path: Path
) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), [Key("next")])
    conductor.close()
    told: list[MingyaoError] = []
    hall = Hall(folder, told.append)
    look(hall)
    (folder / "void.txt").write_bytes(untrue)
    look(hall, 4)
    (folder / "journal.jsonl").rename(tmp_path / "away")  # a look without the journal is no look without one
    look(hall, 2)
    assert (hall.phase, served(hall)) == ("before", None)
    assert told[0].code == "hall.void-left-out" and len(told) == 2


@pytest.mark.parametrize("journal", [True, False])
def test_a_finished_folder_shows_its_result_whatever_void_txt_lies_in_it(journal: bool, tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    ceremonies.play(folder, ceremonies.given("small"))
    (folder / "void.txt").write_bytes(declaration())
    if not journal:
        (folder / "journal.jsonl").unlink()
    told: list[MingyaoError] = []
    hall = Hall(folder, told.append)
    look(hall, 3)
    assert (hall.phase, served(hall)) == ("done", None)
    assert hall.root.headers[0][1].startswith(b"/R/")
    assert [error.code for error in told] == ["hall.void-left-out", "record.void-and-result"]


def test_a_forged_void_shown_before_any_journal_gives_way_to_the_result(tmp_path: Path) -> None:
    """Without a journal nobody can tell that a declaration of the right form is forged; the seven files can."""
    folder = ceremonies.frozen("small", tmp_path / "small")
    (folder / "void.txt").write_bytes(declaration())
    hall = Hall(folder)
    look(hall)
    assert hall.phase == "void"
    for each in ("seed.txt", "result.csv", "SHA256SUMS"):
        (folder / each).write_bytes((ceremonies.GOLDEN / "small" / each).read_bytes())
    look(hall)
    assert (hall.phase, served(hall)) == ("done", None)
