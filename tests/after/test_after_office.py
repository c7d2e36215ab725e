"""What the office types: entries on a real disk, refusals that lose nothing, words that everybody can read."""

import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from afters import TWO, files
from judges import write_folder
from kiosk import words
from kiosk.after import chain, ledger, office, store
from kiosk.after.office import Office
from kiosk.cli import main
from kiosk.core import text
from kiosk.core.errors import InputError, JournalError, ProtocolError
from kiosk.intake.privacy import identifies
from kiosk.journal.store import RealDisk

DAY = datetime(2021, 12, 13, 9, tzinfo=timezone(timedelta(hours=8)))
TYPED = ("--by", "张明", "--witness", "邱某")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return a_folder(tmp_path, "golden/small")


@pytest.fixture
def choose(tmp_path: Path) -> Path:
    return a_folder(tmp_path, "golden/choose")


def a_folder(where: Path, name: str) -> Path:
    folder = where / "draw"
    folder.mkdir()
    write_folder(files(name), folder)
    return folder


def desk(folder: Path, disk: RealDisk | None = None) -> Office:
    return Office(folder, disk or RealDisk(), lambda: DAY, identifies)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / chain.FILE).read_text("utf-8").splitlines()]


def after(folder: Path, *arguments: str) -> int:
    return main(["after", str(folder), *arguments, "--language", "en"])


def whole(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- a story, as it is typed ---------------------------------------------------------------------------------------


def test_a_flat_that_is_given_up_goes_to_the_next_in_line_and_everybody_is_told_why(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seven = whole(small)
    assert after(small, "withdraw", "R05", "--reason", "moves away", *TYPED) == 0
    assert "Next for flat 1栋-0902 (两居室, 优先, rank 1): R03" in capsys.readouterr().out
    assert after(small, "next") == 0
    said = capsys.readouterr().out.splitlines()
    reasons = [line.strip() for line in said if line.startswith("    ")]
    assert reasons == [
        "R05: has withdrawn (entry 1)",
        "R07: housed by the draw (stage large, rank 2)",
        "R02: housed by the draw (stage large, rank 3)",
        "R04: the tier is not for it",
        "R03: is next",
    ]
    assert after(small, "replace", "R05", *TYPED) == 0
    capsys.readouterr()
    assert after(small, "check") == 0
    said = capsys.readouterr().out.splitlines()
    assert "  flat 1栋-0902 (两居室, 优先, rank 1): R03 (entry 2)" in said
    assert said[-1] == "verified: what happened after the draw small"
    assert after(small, "check", "--holders") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "stage,place,rank,household,unit,entry",
        "large,1,4,R03,1栋-0902,2",
    ]
    assert {name: data for name, data in whole(small).items() if name in seven} == seven
    assert set(whole(small)) == {*seven, chain.FILE}


def test_in_a_choose_stage_the_next_one_moves_up(choose: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert after(choose, "withdraw", "S6", "--reason", "does not come", *TYPED) == 0
    assert after(choose, "choose", "order", "1", "X0", *TYPED) == 1
    assert "it is rank 2, S10, that chooses now" in capsys.readouterr().err
    assert after(choose, "choose", "order", "2", "X0", *TYPED) == 0
    assert after(choose, "replace", *TYPED) == 0
    capsys.readouterr()
    assert after(choose, "list") == 0
    assert "rank 3, S22." in capsys.readouterr().out
    assert [line["kind"] for line in lines(choose)] == ["withdraw", "choose", "replace"]
    assert lines(choose)[-1]["rank"] == 9  # after the eight that the draw ranked


def test_who_stands_behind_the_alternates_that_are_listed_is_next_in_turn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_folder(tmp_path, "golden/chances")  # alternates: 0
    assert after(folder, "withdraw", "C0049", "--reason", "x", *TYPED) == 0
    assert "behind the alternates that result.csv lists" in capsys.readouterr().out
    assert after(folder, "replace", *TYPED) == 0
    capsys.readouterr()
    assert after(folder, "next") == 0
    assert "No flat that was allotted is free." in capsys.readouterr().out


def test_questions_are_listed_with_the_overdue_ones_first_and_closed_ones_last(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office_ = desk(small)
    for until in ("2021-12-20", "2021-12-14", "2021-12-13"):
        office_.ask("telephone", "R05", "为什么？", "李工", until, ("窗口一",))
    office_.ask("hall", "", "已问过的", "李工", "2021-12-13", ("窗口一",))
    office_.answer(4, "已答复", ("李工",))
    office_.close(4, ("王科",))
    office_.ask("visit", "", "来访", "李工", "2021-12-13", ("窗口一",))
    office_.answer(5, "已答复", ("李工",))
    questions = office.read_book(small).ledger.questions
    ordered = ledger.by_urgency(questions, "2021-12-15")
    assert [(q.number, q.state("2021-12-15")) for q in ordered] == [
        (3, "overdue"), (2, "overdue"), (1, "open"), (5, "answered"), (4, "closed"),
    ]  # fmt: skip
    assert questions[1].state("2021-12-14") == "open"
    assert after(small, "list") == 0
    said = capsys.readouterr().out
    assert said.index("OVERDUE   3") < said.index("OVERDUE   2") < said.index("to close  5") < said.index("closed    4")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_action_speaks_both_languages(
    language: str, choose: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("一\r\n二\u200b".encode())))
    for typed in (
        ["withdraw", "S12", "--reason", "x", *TYPED],
        ["withdraw", "S1", "--reason", "x", *TYPED],
        ["withdraw", "S15", "--reason", "x", *TYPED],
        ["next"], ["next", "--all"], ["list"],
        ["replace", *TYPED], ["replace", *TYPED], ["replace", *TYPED],
        ["choose", "order", "1", "X0", *TYPED],
        ["undo", "6", "--reason", "x", *TYPED],
        ["ask", "--channel", "微", "--words", "-", "--who", "李工", "--until", "2099-01-01", "--by", "甲"],
        ["ask", "--channel", "web", "--words", "x", "--who", "李工", "--until", "2099-01-01", "--by", "甲",
         "--household", "S12"],
        ["list"], ["answer", "1", "--words", "x", "--by", "乙"], ["list"], ["close", "1", "--by", "甲"],
        ["list"], ["list", "--all"], ["check"], ["check", "--holders"],
    ):  # fmt: skip
        status = main(["after", str(choose), "--language", language, *typed])
        said = capsys.readouterr()
        assert status in (0, 1), (typed, said)
        assert said.out or said.err
        assert "{" not in said.out + said.err
        assert "Traceback" not in said.err
    assert next(line for line in lines(choose) if line["kind"] == "ask")["words"] == "一\n二"


def test_every_sentence_that_can_be_said_is_there_in_both_languages() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(office.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'"(after\.[a-z-]+)"', source)) - {chain.FILE}
    assert codes
    for language in words.LANGUAGES:
        known = words.texts(language)
        assert {code for code in codes if f"error.{code}" not in known} == set()
        assert {key for key in known if key.startswith("hint.after.") and f"error{key[4:]}" not in known} <= {
            "hint.after.few"
        }


# --- what is refused -----------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, Callable[[Office], object]]] = [
    ("after.unknown-household", lambda desk: desk.withdraw("R99", "x", TWO)),
    ("after.withdrawn", lambda desk: desk.withdraw("R06", "x", TWO)),
    ("after.one-person", lambda desk: desk.withdraw("R00", "x", ("张明", "张明"))),
    ("after.one-person", lambda desk: desk.withdraw("R00", "x", ("张明", " 张明"))),
    ("after.other-first", lambda desk: desk.replace("R01", "", TWO)),
    ("after.gave-nothing", lambda desk: desk.replace("R02", "", TWO)),
    ("after.drawn-stage", lambda desk: desk.choose("large", 1, "1栋-0902", "", TWO)),
    ("after.no-choosing", lambda desk: desk.choose("none", 1, "1栋-0902", "", TWO)),
    ("after.no-such-entry", lambda desk: desk.undo(99, "x", TWO)),
    ("after.no-such-entry", lambda desk: desk.undo(0, "x", TWO)),
    ("after.not-undone", lambda desk: desk.undo(4, "x", TWO)),
    ("after.rests-on", lambda desk: desk.undo(2, "x", TWO)),
    ("after.no-question", lambda desk: desk.answer(2, "x", ("李工",))),
    ("after.no-question", lambda desk: desk.answer(0, "x", ("李工",))),
    ("after.unanswered", lambda desk: desk.close(1, ("李工",))),
    ("after.unknown-household", lambda desk: desk.ask("web", "R99", "x", "李工", "2021-12-20", ("甲",))),
]
UNUSABLE: list[tuple[str, Callable[[Office], object]]] = [
    ("after.empty", lambda desk: desk.withdraw("R00", " \n\u200b", TWO)),
    ("after.long", lambda desk: desk.withdraw("R00", "字" * 2001, TWO)),
    ("after.name", lambda desk: desk.withdraw("R00", "x", ("张|明", "邱某"))),
    ("after.name", lambda desk: desk.withdraw("R00", "x", ("张\n明", "邱某"))),
    ("after.name", lambda desk: desk.withdraw("R00", "x", ("", "邱某"))),
    ("after.name", lambda desk: desk.ask("web", "", "x", "名" * 81, "2021-12-20", ("甲",))),
    ("after.day", lambda desk: desk.ask("web", "", "x", "李工", "2021-02-30", ("甲",))),
    ("after.past", lambda desk: desk.ask("web", "", "x", "李工", "2021-12-12", ("甲",))),
    ("after.personal", lambda desk: desk.ask("web", "", "请回电\n138 0013 8000", "李工", "2021-12-20", ("甲",))),
    ("after.personal", lambda desk: desk.withdraw("R00", "身份证 11010519491231002X", TWO)),
    ("after.personal", lambda desk: desk.answer(1, "身份证 11010519491231002X", ("甲",))),
]


@pytest.fixture
def begun(small: Path) -> Path:
    """R06 and R05 have withdrawn, R03 has R05's flat, R01 has withdrawn too, and a question is open."""
    office_ = desk(small)
    office_.withdraw("R06", "x", TWO)
    office_.withdraw("R05", "x", TWO)
    office_.replace(None, "", TWO)
    office_.ask("visit", "", "为什么？", "李工", "2021-12-20", ("窗口一",))
    office_.withdraw("R07", "x", TWO)
    office_.withdraw("R01", "x", TWO)
    return small


@pytest.mark.parametrize(("code", "typed"), REFUSED)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_is_not_right_is_refused_in_clear_words_and_nothing_is_written(
    code: str, typed: Callable[[Office], object], language: str, begun: Path
) -> None:
    before = whole(begun)
    with pytest.raises(ProtocolError) as refused:
        typed(desk(begun))
    assert refused.value.code == code
    assert "{" not in words.explain(language, refused.value)
    assert whole(begun) == before


@pytest.mark.parametrize(("code", "typed"), UNUSABLE)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_cannot_be_used_is_refused_in_clear_words_and_nothing_is_written(
    code: str, typed: Callable[[Office], object], language: str, begun: Path
) -> None:
    before = whole(begun)
    with pytest.raises(InputError) as refused:
        typed(desk(begun))
    assert refused.value.code == code
    assert "{" not in words.explain(language, refused.value)
    assert whole(begun) == before


CHOOSING: list[tuple[str, str, Callable[[Office], object]]] = [
    ("after.chosen", "S6", lambda desk: desk.choose("order", 2, "X0", "", TWO)),
    ("after.not-offered", "X99", lambda desk: desk.choose("order", 2, "X99", "", TWO)),
    ("after.not-your-turn", "S10", lambda desk: desk.choose("order", 3, "X1", "", TWO)),
    ("after.no-choosing", "direct", lambda desk: desk.choose("direct", 1, "X8", "", TWO)),
    ("after.drawn-stage", "order (", lambda desk: desk.choose("drawn", 1, "X8", "", TWO)),
    ("after.no-choosing", "order (", lambda desk: desk.choose("一居室", 1, "X8", "", TWO)),
    ("after.whole-unit", "X7", lambda desk: desk.choose("order", 2, "7", "", TWO)),
    ("after.nothing-free", "", lambda desk: desk.replace(None, "", TWO)),
    ("after.undone", "3", lambda desk: desk.undo(2, "x", TWO)),
    ("after.not-undone", "3", lambda desk: desk.undo(3, "x", TWO)),
]


@pytest.mark.parametrize(("code", "named", "typed"), CHOOSING)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_choice_out_of_turn_or_of_a_flat_that_is_not_there_is_refused_by_name(
    code: str, named: str, typed: Callable[[Office], object], language: str, choose: Path
) -> None:
    office_ = desk(choose)
    office_.choose("order", 1, "X0", "", TWO)
    office_.withdraw("S22", "x", TWO)
    office_.undo(2, "记错了", TWO)
    before = whole(choose)
    with pytest.raises(ProtocolError) as refused:
        typed(desk(choose))
    assert refused.value.code == code
    said = words.explain(language, refused.value)
    assert "{" not in said and named in said
    assert whole(choose) == before


def test_who_gave_nothing_up_and_who_gave_it_up_later_are_told_apart(small: Path) -> None:
    office_ = desk(small)
    for household in ("R07", "R05", "R03"):
        office_.withdraw(household, "x", TWO)
    for household, code in (("R07", "other-first"), ("R02", "gave-nothing"), ("R03", "gave-nothing")):
        with pytest.raises(ProtocolError) as refused:
            office_.replace(household, "", TWO)
        assert refused.value.code == f"after.{code}", "R05 is first; R02 holds its flat; R03 never had one"
        assert refused.value.values["before"] == "R05"


@pytest.mark.parametrize(("language", "named"), [("zh-CN", "理由中没有可读的内容"), ("en", "stands in the reason")])
def test_what_is_wrong_with_what_was_typed_is_called_by_its_name(
    language: str, named: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["after", str(small), "--language", language, "withdraw", "R05", "--reason", " ", *TYPED]) == 2
    assert named in capsys.readouterr().err


@pytest.mark.parametrize("channel", ["信", "来信", "letter"])
def test_a_channel_is_named_in_chinese_in_full_or_in_short_or_in_english(channel: str, small: Path) -> None:
    typed = ["ask", "--channel", channel, "--words", "x", "--who", "李工", "--until", "2099-01-01", "--by", "甲"]
    assert after(small, *typed) == 0
    assert lines(small)[-1]["channel"] == "letter"


def test_a_stage_and_its_only_tier_of_the_same_name_are_named_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_folder(tmp_path, "golden/characters")
    place = next(each for each in office.read_draw(folder).places if each.stage.title == each.tier.title)
    assert after(folder, "withdraw", place.household, "--reason", "x", *TYPED) == 0
    said = capsys.readouterr().out
    assert place.stage.title in said and f"{place.stage.title}, {place.tier.title}" not in said


@pytest.mark.parametrize("typed", [["check"], ["check", "--holders"], ["list"]])
def test_whoever_stops_reading_ends_it_quietly(typed: list[str], small: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    started = [sys.executable, "-m", "kiosk.cli", "after", str(small), *typed]
    done = subprocess.run(started, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"")


def test_once_all_have_chosen_nobody_is_left_to(choose: Path) -> None:
    office_ = desk(choose)
    for rank in range(1, 9):
        office_.choose("order", rank, f"X{rank - 1}", "", TWO)
    with pytest.raises(ProtocolError, match="nobody-chooses"):
        office_.choose("order", 9, "X9", "", TWO)


def test_a_line_that_runs_out_leaves_the_flat_free_and_says_so(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office_ = desk(small)
    for household in ("R05", "R03", "R04"):  # who else could have the flat is housed, or too few for the stage
        office_.withdraw(household, "x", TWO)
    before = whole(small)
    assert after(small, "replace", *TYPED) == 1
    assert "nobody is left for any free flat" in capsys.readouterr().err
    assert whole(small) == before
    assert after(small, "next") == 0
    said = capsys.readouterr().out
    assert said.count("nobody is left") == 2  # in the flat's own tier, and in the later one
    assert "it stays free" in said
    assert after(small, "check", "--holders") == 0
    assert "large,1,,,1栋-0902,1" in capsys.readouterr().out


def test_a_question_is_not_closed_by_who_answered_it(begun: Path) -> None:
    desk(begun).answer(1, "已核实", ("李工",))
    with pytest.raises(ProtocolError, match="same-person"):
        desk(begun).close(1, ("李工",))
    desk(begun).close(1, ("王科",))
    with pytest.raises(ProtocolError, match="closed"):
        desk(begun).answer(1, "还有", ("李工",))


def test_the_telephone_number_of_the_office_may_stand_in_an_answer(begun: Path) -> None:
    desk(begun).answer(1, "请致电 0722-3590000", ("李工",))


def test_there_is_nothing_after_a_draw_that_was_not_held(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "SHA256SUMS").unlink()
    assert after(small, "withdraw", "R05", "--reason", "x", *TYPED) == 2
    assert "has not been held" in capsys.readouterr().err
    assert after(small / "none", "list") == 2
    assert not (small / chain.FILE).exists()


def test_a_folder_that_is_refuted_takes_no_entry(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "result.csv").write_bytes(b"stage\n")
    assert after(small, "withdraw", "R05", "--reason", "x", *TYPED) == 1
    assert capsys.readouterr().err
    assert not (small / chain.FILE).exists()


@pytest.mark.parametrize("action", [["list"], ["next"], ["withdraw", "R00", "--reason", "x", *TYPED]])
def test_a_chain_that_was_edited_takes_no_entry_and_check_says_where(
    action: list[str], begun: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = begun / chain.FILE
    path.write_bytes(path.read_bytes().replace(b'"R05"', b'"R02"', 1))
    before = whole(begun)
    assert after(begun, *action) == 1
    assert "after-chain" in capsys.readouterr().err
    assert after(begun, "check") == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("refuted after-chain: after.jsonl, line 2:")
    assert whole(begun) == before


# --- words as they were spoken -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept", "left_out"),
    [
        ('a|b "c" \\ d', 'a|b "c" \\ d', ()),
        ("一\r\n二\r三\n", "一\n二\n三", ()),
        ("\u3000 两行\u2028完\x0b", "两行\n完", ()),
        ("a\tb", "a b", ()),
        ("a\x00b\x1b[31m\u202ec", "ab[31mc", ("U+0000", "U+001B", "U+202E")),
        ("零\u200b宽❤\ufe0f", "零宽❤", ("U+200B", "U+FE0F")),
        ("e\u0301", "é", ()),
        ("e\u200b\u0301", "é", ("U+200B",)),
        ("为\n\u0303么", "为\n么", ("U+0303",)),
        ("\u0303么", "么", ("U+0303",)),
        ("\udcff", "", ("U+DCFF",)),
        ("\U000e0fff\ufdd0", "", ("U+E0FFF", "U+FDD0")),
        ("𬭚\U0001f600", "𬭚\U0001f600", ()),
    ],
)
def test_what_cannot_stand_in_the_file_is_left_out_and_told(said: str, kept: str, left_out: tuple[str, ...]) -> None:
    assert ledger.plain(said) == (kept, left_out)


def test_what_was_kept_stands_in_the_file_and_is_read_again(small: Path) -> None:
    said = "a|b \"c\" \\n \\ 'd'\r\n第二行\u200b"
    done = desk(small).ask("telephone", "", said, "李工", "2021-12-20", ("甲",))
    assert done.left_out == ("U+200B",)
    assert lines(small)[0]["words"] == "a|b \"c\" \\n \\ 'd'\n第二行"
    text.decode((small / chain.FILE).read_bytes(), chain.FILE)


# --- the disk ------------------------------------------------------------------------------------------------------


def test_a_last_line_that_was_torn_at_any_byte_is_removed_by_the_next_entry_and_nothing_else_is_lost(
    begun: Path,
) -> None:
    path = begun / chain.FILE
    whole_file = path.read_bytes()
    start = whole_file[:-1].rindex(b"\n") + 1
    said = whole_file[:start]
    for end in range(start, len(whole_file) - 1):
        path.write_bytes(whole_file[:end])
        assert store.said(begun) == (chain.Said(said, end - start, ended=True))
    for end in (start + 1, (start + len(whole_file)) // 2, len(whole_file) - 2):
        path.write_bytes(whole_file[:end])
        assert len(office.read_book(begun).entries) == 5
        done = desk(begun).withdraw("R00", "x", TWO)
        assert (done.torn, done.entry.number) == (end - start, 6)
        assert path.read_bytes() == said + chain.encode(done.entry)


def test_zeros_after_the_last_line_are_no_entry(begun: Path) -> None:
    path = begun / chain.FILE
    said = path.read_bytes()
    path.write_bytes(said + bytes(100))
    done = desk(begun).withdraw("R00", "x", TWO)
    assert path.read_bytes() == said + chain.encode(done.entry)


def test_a_whole_entry_that_lacks_only_its_line_end_is_kept(begun: Path) -> None:
    path = begun / chain.FILE
    said = path.read_bytes()
    path.write_bytes(said[:-1])
    assert len(office.read_book(begun).entries) == 6
    done = desk(begun).withdraw("R00", "x", TWO)
    assert (done.torn, done.entry.number) == (0, 7)
    assert path.read_bytes() == said + chain.encode(done.entry)


def test_a_whole_entry_whose_line_end_was_changed_is_never_removed(begun: Path) -> None:
    path = begun / chain.FILE
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    before = whole(begun)
    with pytest.raises(JournalError, match="after-text"):
        desk(begun).withdraw("R00", "x", TWO)
    assert whole(begun) == before


class _Recorded(RealDisk):
    """Notes the calls, and fails at the one that it is told to."""

    def __init__(self, fail: str = "", after_bytes: int = 0) -> None:
        self.calls: list[str] = []
        self._fail, self._after_bytes = fail, after_bytes

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call == self._fail:
            raise OSError(errno.EIO, "Input/output error")

    def write(self, file: int, data: bytes) -> int:
        if self._fail == "write":
            super().write(file, data[: self._after_bytes])
        self._note("write")
        return super().write(file, data[:100])  # a disk may take less than it is given

    def fsync(self, file: int) -> None:
        self._note("fsync folder" if Path(f"/proc/self/fd/{file}").is_dir() else "fsync file")
        super().fsync(file)

    def truncate(self, file: int, length: int) -> None:
        self._note("truncate")
        super().truncate(file, length)


def test_an_entry_is_on_the_disk_before_it_is_said_to_be(small: Path) -> None:
    disk = _Recorded()
    desk(small, disk).withdraw("R05", "x", TWO)
    assert [call for call, after in zip(disk.calls, ["", *disk.calls], strict=False) if call != after] == [
        "write", "fsync file", "fsync folder",
    ]  # fmt: skip


@pytest.mark.parametrize("call", ["write", "fsync file", "fsync folder"])
def test_a_disk_that_fails_is_told_and_the_next_command_goes_on_from_what_is_there(call: str, begun: Path) -> None:
    said = (begun / chain.FILE).read_bytes()
    with pytest.raises(JournalError) as refused:
        desk(begun, _Recorded(call, after_bytes=50)).withdraw("R00", "x", TWO)
    assert refused.value.code == "after.write"
    assert "Input/output error" in words.explain("en", refused.value)
    assert (begun / chain.FILE).read_bytes().startswith(said)
    there = len(office.read_book(begun).entries)
    assert there == (6 if call == "write" else 7)
    desk(begun).withdraw("R02", "x", TWO)
    assert len(office.read_book(begun).entries) == there + 1


def test_a_second_program_that_writes_is_refused_and_can_try_again(
    begun: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.writing(RealDisk(), begun):
        before = whole(begun)
        assert after(begun, "withdraw", "R00", "--reason", "x", *TYPED) == 1
        assert "Another program is just writing" in capsys.readouterr().err
        assert after(begun, "list") == 0
        assert whole(begun) == before
    assert after(begun, "withdraw", "R00", "--reason", "x", *TYPED) == 0


def test_many_programs_at_once_lose_nothing(small: Path) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "kiosk.cli", "after", str(small), "ask", "--channel", "web", "--words", f"{number}",
             "--who", "李工", "--until", "2099-01-01", "--by", "甲", "--language", "en"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )
        for number in range(6)
    ]  # fmt: skip
    ended = [(*program.communicate(), program.returncode) for program in programs]
    recorded = [said for said, _, status in ended if status == 0]
    assert recorded
    assert all("Another program is just writing" in wrong for _, wrong, status in ended if status)
    book = office.read_book(small)
    assert len(book.entries) == len(recorded)
    assert all(any(entry.hash in said for said in recorded) for entry in book.entries)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("elsewhere"), os.mkfifo])
def test_a_chain_that_is_no_plain_file_is_refused(
    make: Callable[[Path], object], small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(small / chain.FILE)
    assert after(small, "withdraw", "R05", "--reason", "x", *TYPED) == 2
    assert chain.FILE in capsys.readouterr().err
    assert not (small / "elsewhere").exists()


@pytest.mark.parametrize("pair", [("bob", "Bob"), ("张明", "张 明"), ("Ａ", "A"), ("Ｓtraße", "STRASSE")])
def test_two_names_that_differ_in_case_width_or_spaces_alone_are_one_person(
    pair: tuple[str, str], small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = pair
    assert after(small, "withdraw", "R05", "--reason", "x", "--by", one, "--witness", other) == 1
    assert "differ only in case, width or spaces" in capsys.readouterr().err
    ask = ("--channel", "visit", "--words", "x", "--who", one, "--until", "2099-01-01", "--by", one)
    assert after(small, "ask", *ask) == 0
    for name in pair:  # who answers twice is nobody else's affair
        assert after(small, "answer", "1", "--words", "x", "--by", name) == 0
    before = (small / chain.FILE).read_bytes()
    for name in pair:
        assert after(small, "close", "1", "--by", name.swapcase()) == 1
    assert (small / chain.FILE).read_bytes() == before
    assert after(small, "close", "1", "--by", "王科") == 0
