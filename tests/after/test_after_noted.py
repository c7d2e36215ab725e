"""Questions that were noted in the hall: listed until the ledger has taken each of them over."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import ceremonies
from kiosk.after import noted, office
from kiosk.after.office import Office
from kiosk.ceremony import auto, desk
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import Phase
from kiosk.cli import main
from kiosk.core import text
from kiosk.core.errors import JournalError, ProtocolError
from kiosk.journal import entry
from kiosk.journal.store import RealDisk
from kiosk.words import LANGUAGES

QUESTION = Key("question", "?")
ASK = ("ask", "--who", "李工", "--until", "2099-01-01", "--by", "窗口一")


@pytest.fixture(scope="module")
def _held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished ceremony in which two questions were noted: in the opening, and behind the cover."""
    folder = ceremonies.frozen("small", tmp_path_factory.mktemp("noted") / "small")
    values = ceremonies.given("small")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    keys = [QUESTION, Key("cover", "b"), QUESTION, Key("cover", "b")]
    ceremonies.press(conductor, desk.begin(conductor.state), keys)
    conductor.close()
    ceremonies.play(folder, values)
    return folder


@pytest.fixture
def held(_held: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    for path in _held.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def after(folder: Path, *typed: str, language: str = "en") -> int:
    return main(["after", str(folder), *typed, "--language", language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_noted_in_the_hall_is_listed_until_it_is_written_up(
    language: str, held: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = noted.read(held)
    assert [(each.number, each.scene) for each in there] == [(1, "opening"), (2, "cover")]
    assert after(held, "list", language=language) == 0
    said = capsys.readouterr().out
    assert all(f"--noted {each.number}" in said and each.time in said for each in there)
    assert after(held, *ASK, "--channel", "场", "--noted", "2", "--words", "为什么遮住？", language=language) == 0
    capsys.readouterr()
    assert after(held, "list", language=language) == 0
    said = capsys.readouterr().out
    assert "--noted 1" in said and "--noted 2" not in said
    asked = office.read_book(held).ledger.questions[0].asked
    assert asked.text("words") == f"#2 · {there[1].time}\n为什么遮住？"
    assert after(held, "check") == 0


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        (("--channel", "场", "--noted", "3"), 1, "No question 3 was noted in the hall; the record has 2."),
        (("--channel", "场", "--noted", "1"), 1, "is question 1 of the ledger already"),
        (("--channel", "电", "--noted", "2"), 2, "its channel is hall"),
    ],
)
def test_a_note_that_cannot_be_written_up_is_refused_and_nothing_is_written(
    typed: tuple[str, ...], status: int, said: str, held: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert after(held, *ASK, "--channel", "hall", "--noted", "1", "--words", "x") == 0
    before = (held / "after.jsonl").read_bytes()
    assert after(held, *ASK, *typed, "--words", "x") == status
    assert said in capsys.readouterr().err
    assert (held / "after.jsonl").read_bytes() == before


def test_a_question_in_other_words_or_of_another_channel_takes_no_note_over(held: Path) -> None:
    line = noted.read(held)[0].line
    assert after(held, *ASK, "--channel", "场", "--words", f"为什么？\n{line}") == 0
    assert after(held, *ASK, "--channel", "电", "--words", f"{line}\n为什么？") == 0
    questions = office.read_book(held).ledger.questions
    assert [noted.taken_over(each, questions) for each in noted.read(held)] == [None, None]


def test_without_a_journal_or_with_one_that_does_not_hold_the_list_is_told_all_the_same(
    held: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = held / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b'"scene":"cover"', b'"scene":"seal"'))
    assert after(held, "list") == 0
    said = capsys.readouterr().out
    assert "journal.jsonl, line " in said and "Questions: 0." in said and "--noted" not in said
    journal.unlink()
    assert after(held, "list") == 0
    assert "--noted" not in capsys.readouterr().out
    assert noted.read(held) == ()


def test_a_journal_that_notes_a_question_where_there_is_no_scene_is_named(held: Path) -> None:
    journal, notice_hash = held / entry.FILE, text.sha256((held / "notice.txt").read_bytes())
    last = entry.decode(journal.read_bytes(), notice_hash).entries[-1]
    more = entry.chain(last, notice_hash, last.wall, last.monotonic_s, "QuestionNoted", {"scene": "x", "number": 3})
    journal.write_bytes(journal.read_bytes() + entry.encode(more))
    with pytest.raises(JournalError, match=r"journal\.event"):
        noted.read(held)


def test_a_note_that_somebody_forged_behind_the_end_is_none(held: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal, notice_hash = held / entry.FILE, text.sha256((held / "notice.txt").read_bytes())
    last = entry.decode(journal.read_bytes(), notice_hash).entries[-1]
    forged: dict[str, entry.Value] = {"scene": "cover", "number": 3}
    more = entry.chain(last, notice_hash, last.wall, last.monotonic_s, "QuestionNoted", forged)
    journal.write_bytes(journal.read_bytes() + entry.encode(more))
    assert after(held, *ASK, "--channel", "场", "--noted", "3", "--words", "x") == 1
    assert not (held / "after.jsonl").exists()
    assert after(held, "list") == 0
    said = capsys.readouterr()
    assert "QuestionNoted" in said.err and "QuestionNoted" in said.out and "--noted" not in said.out


def test_two_who_write_up_the_same_note_at_once_become_one_question(held: Path) -> None:
    """The second begins before the first has written, and comes to write after it."""

    class Late(RealDisk):
        def lock(self, file: int) -> bool:
            assert after(held, *ASK, "--channel", "场", "--noted", "2", "--words", "first") == 0
            return super().lock(file)

    second = Office(held, Late(), lambda: datetime(2021, 12, 13, tzinfo=UTC), lambda line: None)
    with pytest.raises(ProtocolError, match=r"after\.noted-taken"):
        second.ask("hall", "", "second", "李工", "2099-01-01", ("窗口二",), note=2)
    (question,) = office.read_book(held).ledger.questions
    assert question.asked.text("words").endswith("first")


def test_the_ceremony_ends_as_it_would_have_without_the_questions(held: Path) -> None:
    again = ceremonies.conducted(held, {})
    assert (again.state.phase, again.state.questions) == (Phase.DONE, 2)
    assert auto.next_key(again.state, desk.begin(again.state), ceremonies.given("small")) is None
    again.close()
