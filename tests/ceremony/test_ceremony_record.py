"""The record: a text to read and sign, and its judgement, which names what was edited or cut by its line."""

import json
import re
import string
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import ceremonies
from commands import mingyao
from kiosk.ceremony import desk, record
from kiosk.ceremony.desk import Key
from kiosk.ceremony.record import _SENTENCES, Checked
from kiosk.ceremony.steps import EVENTS
from kiosk.cli import main
from kiosk.core import text
from kiosk.core.errors import InputError, JournalError
from kiosk.journal import entry
from kiosk.words import LANGUAGES, grouped, texts

JOURNAL = "journal.jsonl"
VOID = [Key("overlay"), Key("", "5"), Key("", "1"), Key("enter")]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished ceremony in which somebody paused, searched, took a die back, was refused and asked."""
    folder = ceremonies.frozen("small", tmp_path_factory.mktemp("held") / "small")
    values = ceremonies.given("small")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    keys = [Key("next"), Key("next"), Key("cover"), Key("next"), Key("next"), Key("enter"), Key("", "6"),
            Key("backspace"), Key("find"), *(Key("", each) for each in "R05"), Key("enter"),
            Key("question", "?")]  # fmt: skip
    ceremonies.press(conductor, desk.begin(conductor.state), keys)
    conductor.close()
    ceremonies.play(folder, values)
    return folder


def _copy(held: Path, folder: Path, journal: bytes | None = None) -> Path:
    folder.mkdir()
    for path in held.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    if journal is not None:
        (folder / JOURNAL).write_bytes(journal)
    return folder


def _rewritten(held: Path, change: Callable[[int, dict[str, Any]], None]) -> bytes:
    """The journal with some values changed and every hash made right again, as somebody would who wants to cheat."""
    notice_hash = ceremonies.inputs("small").notice_hash
    entries: list[entry.Entry] = []
    for each in entry.decode((held / JOURNAL).read_bytes(), notice_hash).entries:
        values: dict[str, Any] = dict(each.values)
        change(each.number, values)
        before = entries[-1] if entries else None
        entries.append(entry.chain(before, notice_hash, each.wall, each.monotonic_s, each.event, values))
    return b"".join(map(entry.encode, entries))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_a_sentence_that_names_only_what_it_holds(language: str) -> None:
    assert set(_SENTENCES) == set(EVENTS.values())
    added = {"refused": {"why"}}
    for kind, key in _SENTENCES.items():
        sentence = texts(language)[f"record.event.{key}"]
        named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert named <= {each.name for each in fields(kind)} | added.get(key, set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_has_a_line_for_each_entry_and_ends_with_the_last_hash(held: Path, language: str) -> None:
    said = record.write(held, language).splitlines()
    entries = [json.loads(line) for line in (held / JOURNAL).read_text(encoding="utf-8").splitlines()]
    numbered = [line for line in said if re.match(r" *\d+  2021-12-10 09:0", line)]
    assert [int(line.split()[0]) for line in numbered] == [each["n"] for each in entries]
    assert said.count(next(line for line in said if " ".join(re.findall("....", entries[-1]["hash"])) in line)) == 1
    assert all(f"{each['monotonic_s']:.3f}" in line for each, line in zip(entries, numbered, strict=True))
    confirmed = [line for line in numbered if "张明" in line and "公证处 邱某" in line]
    with_names = [each for each in entries if "operator" in each["values"]]
    assert len(confirmed) == len(with_names) > 8
    for label, secret in ceremonies.given("small").reveals.items():
        assert any(label in line and secret in line for line in numbered)


def test_what_happened_aside_is_said_in_plain_words(held: Path) -> None:
    said = record.write(held, "en")
    for sentence in ("Pause: the screen is covered.", "The pause ends.", "Refused: This step is confirmed with Enter.",
                     "Household R05 is looked for: it has not been shown so far.",
                     "Question 1 was raised in the hall, while the screen showed the dice.",
                     "The ceremony was interrupted",
                     "Correction: the last die of seat 1, 6, is taken back.", "confirm the record again"):  # fmt: skip
        assert said.count(sentence) == 1


def test_a_rehearsals_record_is_called_one_and_who_chooses_has_a_number(tmp_path: Path) -> None:
    for name, sentence in (("minimal", "A REHEARSAL, not the draw"), ("choose", "number 1 in the order of choosing.")):
        folder = ceremonies.frozen(name, tmp_path / name)
        ceremonies.play(folder, ceremonies.given(name))
        assert sentence in record.write(folder, "en")
        assert record.check(folder).ended == "finished"


def test_what_was_found_is_said_with_the_hash_to_compare(held: Path) -> None:
    for language in LANGUAGES:
        said = list(record.tell(record.check(held), language))
        assert len(said) == 3 and " ".join(grouped(record.check(held).last_hash)) in said[1]
        assert len(list(record.tell(Checked("void-alone", 0, ""), language))) == 1


def test_a_value_that_breaks_a_line_makes_no_line_of_its_own(held: Path, tmp_path: Path) -> None:
    def change(number: int, values: dict[str, Any]) -> None:
        if number == 1:
            values["operator"] = "a\n 9  2021-12-10 09:00:00  x\x1b[2K\u202e"

    folder = _copy(held, tmp_path / "copy", _rewritten(held, change))
    lines = record.write(folder, "en").splitlines()
    assert len(lines) == len(record.write(held, "en").splitlines())
    assert not re.search("[\x1b\u202e]", "".join(lines))


def test_a_refusal_that_this_version_has_no_words_for_is_told_by_its_code(held: Path, tmp_path: Path) -> None:
    for code in ("ceremony.of-the-future", "ceremony.die"):

        def change(number: int, there: dict[str, Any], code: str = code) -> None:
            if "code" in there:
                there.update(code=code, values=[])

        folder = _copy(held, tmp_path / code, _rewritten(held, change))
        assert f"Refused: {code}" in record.write(folder, "en")


def test_a_whole_record_holds_to_its_end(held: Path) -> None:
    lines = (held / JOURNAL).read_bytes().splitlines()
    assert record.check(held) == Checked("finished", len(lines), json.loads(lines[-1])["hash"])


def test_an_edited_line_is_named(held: Path, tmp_path: Path) -> None:
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    for number in (1, 5, len(lines) // 2, len(lines)):
        edited = lines[number - 1].replace(b"2021-12-10T09", b"2021-12-10T10", 1)
        folder = _copy(held, tmp_path / str(number), b"".join([*lines[: number - 1], edited, *lines[number:]]))
        with pytest.raises(JournalError) as refused:
            record.check(folder)
        assert refused.value.values["line"] == number


def test_a_line_that_was_cut_out_is_named_by_the_one_that_does_not_follow(held: Path, tmp_path: Path) -> None:
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    for number in (1, 5, len(lines) - 1):
        folder = _copy(held, tmp_path / str(number), b"".join(lines[: number - 1] + lines[number:]))
        with pytest.raises(JournalError) as refused:
            record.check(folder)
        assert refused.value.values["line"] == number


def test_a_record_that_was_cut_at_its_end_is_named_by_its_last_line(held: Path, tmp_path: Path) -> None:
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    sealed = next(number for number, line in enumerate(lines, 1) if b'"Sealed"' in line)
    for kept, code in ((len(lines) - 1, "record.unfinished"), (sealed, "record.unfinished"),
                       (5, "journal.result-early"), (0, "journal.result-early")):  # fmt: skip
        folder = _copy(held, tmp_path / str(kept), b"".join(lines[:kept]))
        with pytest.raises(JournalError) as refused:
            record.check(folder)
        assert refused.value.code == code
        assert refused.value.values.get("line", kept) == kept
    for cut in (2, 400):
        folder = _copy(held, tmp_path / f"torn-{cut}", b"".join(lines)[:-cut])
        with pytest.raises(JournalError) as refused:
            record.check(folder)
        torn = b"".join(lines)[:-cut].count(b"\n") + 1
        assert (refused.value.code, refused.value.values["line"]) == ("record.torn", torn)
        assert record.write(folder, "en").count("a line that was not finished") == 1
    # A last line that lacks nothing but its LF is whole.
    assert record.check(_copy(held, tmp_path / "ended", b"".join(lines)[:-1])) == record.check(held)


def test_a_record_written_anew_that_the_draw_would_not_give_is_named(held: Path, tmp_path: Path) -> None:
    def change(number: int, values: dict[str, Any]) -> None:
        if values.get("rank") == 2:
            values["unit"] = "1栋-0902"

    folder = _copy(held, tmp_path / "copy", _rewritten(held, change))
    with pytest.raises(JournalError) as refused:
        record.check(folder)
    assert refused.value.code == "journal.impossible"


def _voided(folder: Path) -> Path:
    ceremonies.frozen("small", folder)
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), VOID)
    conductor.close()
    return folder


def test_a_void_is_judged_with_its_journal_and_without(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "small")
    assert record.check(folder).ended == "void"
    assert "declared void: the roll has a mistake" in record.write(folder, "en")
    whole = (folder / "void.txt").read_bytes()
    (folder / "void.txt").write_bytes(whole.replace(b"roll-wrong", b"disturbed"))
    with pytest.raises(JournalError) as refused:
        record.check(folder)
    assert refused.value.code == "journal.void-differs"
    (folder / "void.txt").unlink()
    with pytest.raises(JournalError) as refused:
        record.check(folder)
    assert refused.value.code == "record.no-void"
    (folder / "void.txt").write_bytes(whole)
    (folder / JOURNAL).unlink()
    assert record.check(folder) == Checked("void-alone", 0, "")
    (folder / "void.txt").write_bytes(whole.replace(b"draw: small", b"draw: large"))
    with pytest.raises(JournalError) as refused:
        record.check(folder)
    assert (refused.value.code, refused.value.values["line"]) == ("void.line", 2)
    (folder / "void.txt").write_bytes(whole[:-1])
    with pytest.raises(JournalError):
        record.check(folder)


def test_where_there_is_nothing_to_judge_that_is_said(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    for judged in (record.check, lambda folder: record.write(folder, "en")):
        for place in (folder, tmp_path / "nowhere", tmp_path):
            with pytest.raises(InputError):
                judged(place)


def test_an_empty_journal_is_a_record_without_a_line(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    (folder / JOURNAL).write_bytes(b"")
    assert " ".join(re.findall("....", text.sha256((folder / "notice.txt").read_bytes()))) in record.write(folder, "en")
    with pytest.raises(JournalError) as refused:
        record.check(folder)
    assert refused.value.values["line"] == 0


def test_on_the_command_line_it_ends_with_0_1_or_2(held: Path, tmp_path: Path) -> None:
    whole = mingyao("record", held, "--check", cwd=tmp_path)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "Hash of the last line: " in whole.stdout
    cut = _copy(held, tmp_path / "cut", (held / JOURNAL).read_bytes()[:-400])
    refused = mingyao("record", cut, "--check", cwd=tmp_path)
    assert refused.returncode == 1
    assert re.search(r"journal\.jsonl, line \d+", refused.stderr)
    assert mingyao("record", held.parent, "--check", cwd=tmp_path).returncode == 2
    assert mingyao("record", held, "--language", "zh-CN", cwd=tmp_path).stdout == record.write(held, "zh-CN")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_judged_is_told_with_the_hash_to_compare(language: str) -> None:
    told = list(record.tell(Checked("finished", 41, "0123" * 16), language))
    assert len(told) == 3
    assert "41" in told[0]
    assert " ".join(["0123"] * 16) in told[1]
    assert len(list(record.tell(Checked("void-alone", 0, ""), language))) == 1


def test_the_record_of_a_rehearsal_says_so_in_its_second_line(held: Path, tmp_path: Path) -> None:
    folder = ceremonies.frozen("minimal", tmp_path / "minimal")
    ceremonies.play(folder, ceremonies.given("minimal"))
    for language in LANGUAGES:
        marked, plain = (record.write(each, language).splitlines()[1] for each in (folder, held))
        assert marked == texts(language)["record.rehearsal"] != plain


def test_a_household_that_was_found_is_named_with_its_rank(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    ceremonies.play(folder, ceremonies.given("small"))
    done = ceremonies.inputs("small")
    notice_hash = done.notice_hash
    *entries, last = entry.decode((folder / JOURNAL).read_bytes(), notice_hash).entries
    shown = next(each for each in entries if each.event == "HouseholdShown")
    values = {"household": shown.values["household"], "stage": shown.values["stage"], "rank": shown.values["rank"]}
    found = entry.chain(entries[-1], notice_hash, last.wall, last.monotonic_s, "LookedUp", values)
    (folder / JOURNAL).write_bytes(b"".join(map(entry.encode, [*entries, found])))
    stage = next(stage.title for stage in done.rules.stages if stage.id == values["stage"])
    line = next(line for line in record.write(folder, "en").splitlines() if "is looked for" in line)
    assert str(values["household"]) in line
    assert stage in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_in_a_scene_that_there_is_not_is_named_by_the_text_as_by_the_judgement(
    language: str, held: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(number: int, values: dict[str, Any]) -> None:
        if "scene" in values:
            values["scene"] = "choosing"

    folder = _copy(held, tmp_path / "copy", _rewritten(held, change))
    said = []
    for typed in ((), ("--check",)):
        assert main(["record", str(folder), *typed, "--language", language]) == 1
        said.append(capsys.readouterr())
    assert said[0] == said[1] and "QuestionNoted" in said[0].err and said[0].out == ""
