"""Stopped at any moment and started again: where it goes on, and when it refuses to."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

import ceremonies
from kiosk import words
from kiosk.ceremony import auto, desk, record
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import Phase, ShowNotice
from kiosk.ceremony.view import view
from kiosk.core.errors import JournalError, MingyaoError
from kiosk.journal import entry
from kiosk.journal.store import LOCK, RealDisk

MADE = ("seed.txt", "result.csv", "SHA256SUMS")
JOURNAL = "journal.jsonl"


class _QuickDisk(RealDisk):
    """Syncs nothing, for tests that open a folder hundreds of times."""

    def fsync(self, file: int) -> None:
        pass

    def fdatasync(self, file: int) -> None:
        pass


def _held(name: str, folder: Path) -> tuple[Path, list[State]]:
    """A ceremony held to its end, and the states that it went through."""
    ceremonies.frozen(name, folder)
    states: list[State] = []

    def seen(state: State, look: object) -> None:
        if not states or states[-1] is not state:
            states.append(state)

    ceremonies.play(folder, ceremonies.given(name), seen=seen)
    return folder, states


def _stopped(held: Path, folder: Path, size: int, *, files: bool) -> Path:
    """The folder as a ceremony leaves it that is stopped when so many bytes of its journal are on the disk."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(held, folder)
    os.truncate(folder / JOURNAL, size)
    if not files:
        for name in MADE:
            (folder / name).unlink()
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _events(folder: Path) -> list[str]:
    return [json.loads(line)["event"] for line in (folder / JOURNAL).read_text(encoding="utf-8").splitlines()]


def _facts(state: State) -> tuple[object, ...]:
    """What the audience has been shown, interruptions aside."""
    return (state.phase, state.dice, state.confirmed, state.secrets, state.public, state.stage, state.drawn,
            [card.household for card in state.shown])  # fmt: skip


def test_cut_off_anywhere_it_stands_after_the_last_whole_line_and_ends_with_the_same_files(tmp_path: Path) -> None:
    held, states = _held("least", tmp_path / "held")
    whole = (held / JOURNAL).read_bytes()
    # One line for each state; the last one, Finished, is left out: with it the folder opens read-only.
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    assert len(ends) == len(states)
    sealed = next(n for n, state in enumerate(states) if state.phase is Phase.SEALED)
    for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
        for size in {begin, begin + 1, (begin + end) // 2, end - 2}:
            folder = _stopped(held, tmp_path / "stopped", size, files=number >= sealed)
            conductor = ceremonies.conducted(folder, ceremonies.own(ceremonies.given("least")), disk=_QuickDisk())
            expected = states[number - 1] if number else states[0]
            assert _facts(conductor.state) == _facts(expected)
            torn = size - begin
            interrupted = conductor.state.interrupted
            assert (interrupted.torn_bytes if interrupted else None) == (torn if number else None)
            conductor.close()
    # And from the middle of each line to the end.
    for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
        folder = _stopped(held, tmp_path / "stopped", (begin + end) // 2, files=number >= sealed)
        ceremonies.play(folder, ceremonies.given("least"), disk=_QuickDisk())
        assert {name: _contents(folder)[name] for name in MADE} == {name: _contents(held)[name] for name in MADE}
        assert _events(folder).count("Interrupted") == (number > 0)
        assert [each for each in _events(folder) if each not in ("Interrupted", "RecordConfirmed")] == _events(held)


def test_every_torn_length_of_a_last_line_is_mended(tmp_path: Path) -> None:
    held, states = _held("minimal", tmp_path / "held")
    whole = (held / JOURNAL).read_bytes()
    lines = whole.splitlines(keepends=True)
    begin = sum(map(len, lines[:-2]))
    for size in range(begin, begin + len(lines[-2])):
        folder = _stopped(held, tmp_path / "stopped", size, files=True)
        conductor = ceremonies.conducted(folder, {}, disk=_QuickDisk())
        # A line that lacks nothing but its LF is whole.
        assert _facts(conductor.state) == _facts(states[-3 if size < begin + len(lines[-2]) - 1 else -2])
        conductor.close()
        mended = (folder / JOURNAL).read_bytes()
        assert mended.startswith(whole[:begin]) and mended.endswith(b"\n")
        assert _events(folder)[-1] == "Interrupted"


def test_an_earlier_byte_that_changed_or_is_gone_stops_it_and_touches_nothing(tmp_path: Path) -> None:
    held, _ = _held("minimal", tmp_path / "held")
    whole = (held / JOURNAL).read_bytes()
    unfinished = whole[: whole.rindex(b"\n", 0, -1) + 1]
    folder = _stopped(held, tmp_path / "stopped", len(unfinished), files=True)
    for place in range(0, len(unfinished), 7):
        for changed in (
            unfinished[:place] + bytes([unfinished[place] ^ 0x04]) + unfinished[place + 1 :],
            unfinished[:place] + unfinished[place + 1 :],
        ):
            if changed == unfinished[:-1]:
                continue
            (folder / JOURNAL).write_bytes(changed)
            before = _contents(folder)
            with pytest.raises(JournalError) as refused:
                ceremonies.conducted(folder, {}, disk=_QuickDisk())
            assert refused.value.values["line"] == unfinished[:place].count(b"\n") + 1
            assert _contents(folder) == before


def test_a_finished_folder_opens_read_only_at_its_proof(tmp_path: Path) -> None:
    held, states = _held("small", tmp_path / "held")
    for path in held.iterdir():
        path.chmod(0o444)
    before = _contents(held)
    stamps = {path.name: path.stat().st_mtime_ns for path in [held, *held.iterdir()]}
    conductor = ceremonies.conducted(held, {})
    assert conductor.read_only
    assert _facts(conductor.state) == _facts(states[-1])
    look = desk.begin(conductor.state)
    assert (look.scene, look.page) == ("proof", 0)
    for key in ("next", "enter", "back", "auto", "find", "escape", "overlay"):
        look = ceremonies.press(conductor, look, [Key(key)])
    second = ceremonies.conducted(held, {})  # as many as want to may look
    for each in (second, conductor):
        each.close()
    assert _contents(held) == before
    assert {path.name: path.stat().st_mtime_ns for path in [held, *held.iterdir()]} == stamps


@pytest.mark.parametrize("finished", [True, False])
def test_files_of_the_result_that_are_not_those_that_were_sealed_stop_it(finished: bool, tmp_path: Path) -> None:
    held, _ = _held("least", tmp_path / "held")
    whole = (held / JOURNAL).read_bytes()
    size = len(whole) if finished else whole.rindex(b"\n", 0, -1) + 1
    for name in MADE:
        folder = _stopped(held, tmp_path / "stopped", size, files=True)
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"1", b"2", 1))
        with pytest.raises(JournalError) as refused:
            ceremonies.conducted(folder, {})
        assert refused.value.code == "journal.result-differs"
        assert refused.value.values == {"file": name}
        (folder / name).unlink()
        with pytest.raises(JournalError) as refused:
            ceremonies.conducted(folder, {})
        assert refused.value.values == {"file": name}


def test_a_result_without_a_record_stops_it(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    shutil.copyfile(ceremonies.GOLDEN / "least" / "result.csv", folder / "result.csv")
    before = _contents(folder)
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert (refused.value.code, refused.value.values) == ("journal.result-early", {"file": "result.csv"})
    assert _contents(folder) == before


@pytest.mark.parametrize("there", range(4))
def test_stopped_between_the_files_and_the_sealing_it_seals_again(there: int, tmp_path: Path) -> None:
    held, states = _held("least", tmp_path / "held")
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    sealed = next(n for n, state in enumerate(states) if state.phase is Phase.SEALED)
    folder = _stopped(held, tmp_path / "stopped", sum(map(len, lines[:sealed])), files=True)
    for name in MADE[there:]:
        (folder / name).unlink()
    if there < 3:
        (folder / f".{MADE[there]}.new").write_bytes(b"half of")
    ceremonies.play(folder, ceremonies.given("least"))
    assert _contents(folder) | {JOURNAL: b""} == _contents(held) | {JOURNAL: b""}


def test_a_foreign_file_in_the_place_of_the_result_is_not_overwritten(tmp_path: Path) -> None:
    held, states = _held("least", tmp_path / "held")
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    sealed = next(n for n, state in enumerate(states) if state.phase is Phase.SEALED)
    folder = _stopped(held, tmp_path / "stopped", sum(map(len, lines[:sealed])), files=False)
    (folder / "result.csv").write_bytes(b"somebody's own\n")
    with pytest.raises(JournalError) as refused:
        ceremonies.play(folder, ceremonies.given("least"))
    assert refused.value.code == "journal.result-differs"
    assert (folder / "result.csv").read_bytes() == b"somebody's own\n"
    assert not (folder / "seed.txt").exists()


def test_a_journal_that_belongs_to_another_draw_or_program_is_refused(tmp_path: Path) -> None:
    held, _ = _held("minimal", tmp_path / "held")
    other = ceremonies.frozen("least", tmp_path / "other")
    shutil.copyfile(held / JOURNAL, other / JOURNAL)
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(other, {})
    assert refused.value.code == "journal.other-notice"


def _rewritten(folder: Path, line: int, **changed: object) -> None:
    """Changes a line of the journal and makes every hash right again, as somebody would who wants to cheat."""
    notice_hash = ceremonies.inputs("minimal").notice_hash
    found = entry.decode((folder / JOURNAL).read_bytes(), notice_hash)
    entries: list[entry.Entry] = []
    for number, each in enumerate(found.entries, 1):
        values: dict[str, Any] = {**each.values, **(changed if number == line else {})}
        event = values.pop("event", each.event)
        before = entries[-1] if entries else None
        entries.append(entry.chain(before, notice_hash, each.wall, each.monotonic_s, event, values))
    (folder / JOURNAL).write_bytes(b"".join(map(entry.encode, entries)))


@pytest.mark.parametrize(
    ("event", "changed", "code"),
    [
        ("HouseholdShown", {"unit": "nowhere"}, "journal.impossible"),
        ("HouseholdShown", {"rank": "1"}, "journal.event"),
        ("HouseholdShown", {"rank": True}, "journal.event"),
        ("HouseholdShown", {"more": 1}, "journal.event"),
        ("HouseholdShown", {"event": "HouseholdHidden"}, "journal.event"),
        ("Sealed", {"seed": "0" * 64}, "journal.impossible"),
        ("SecretOpened", {"secret": "0" * 32}, "journal.impossible"),
        ("SecretOpened", {"event": "Sealed"}, "journal.event"),
        ("NoticeConfirmed", {"event": "NoticeShown"}, "journal.event"),
        ("Opened", {"contributors": "甲"}, "journal.event"),
        ("Opened", {"contributors": [1]}, "journal.event"),
        ("Opened", {"group_size": 0}, "journal.impossible"),
    ],
)
def test_a_rewritten_journal_must_still_be_what_the_machine_says(
    event: str, changed: dict[str, object], code: str, tmp_path: Path
) -> None:
    held, _ = _held("minimal", tmp_path / "held")
    line = _events(held).index(event) + 1
    _rewritten(held, line, **changed)
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(held, {})
    assert (refused.value.code, refused.value.values["line"]) == (code, line)
    assert ceremonies.given("minimal").reveals["operator"] not in str(refused.value)


def test_a_second_kiosk_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    script = (
        "import sys\nfrom pathlib import Path\nfrom kiosk.ceremony.conductor import Conductor\n"
        "conductor = Conductor.open(Path(sys.argv[1]))\nprint('held', flush=True)\nsys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    before = (folder / JOURNAL).read_bytes()
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert refused.value.code == "journal.locked"
    assert refused.value.values["process"] == str(holder.pid)
    assert refused.value.values["host"] == os.uname().nodename
    assert (folder / JOURNAL).read_bytes() == before
    # However it ends, the folder is free again.
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    assert (folder / LOCK).exists()
    conductor = ceremonies.conducted(folder, {})
    assert conductor.state.interrupted is not None
    conductor.close()
    assert not (folder / LOCK).exists()


class _FailingDisk(_QuickDisk):
    """Fails at the call of this name with this number, counted from 1, and lets everything else through."""

    def __init__(self, call: str, number: int, code: int) -> None:
        self.call, self.left, self.code = call, number, code

    def _fail(self, call: str) -> None:
        if call == self.call:
            self.left -= 1
            if self.left == 0:
                raise OSError(self.code, os.strerror(self.code))

    def open(self, path: Path, flags: int) -> int:
        self._fail("open")
        return super().open(path, flags)

    def write(self, file: int, data: bytes) -> int:
        if self.call == "write" and self.left == 1:
            super().write(file, data[: len(data) // 2])
        self._fail("write")
        return super().write(file, data[:200])  # as the operating system may, it writes a part only

    def fdatasync(self, file: int) -> None:
        self._fail("fdatasync")
        super().fdatasync(file)

    def fsync(self, file: int) -> None:
        self._fail("fsync")
        super().fsync(file)

    def rename(self, source: Path, target: Path) -> None:
        self._fail("rename")
        super().rename(source, target)


@pytest.mark.parametrize(
    ("call", "code"),
    [("write", errno.ENOSPC), ("fdatasync", errno.EIO), ("fsync", errno.EIO),
     ("rename", errno.EROFS), ("open", errno.EROFS)],
)  # fmt: skip
def test_a_disk_that_fails_stops_the_ceremony_and_a_good_one_goes_on_from_there(
    call: str, code: int, tmp_path: Path
) -> None:
    values = ceremonies.given("least")
    number = failed = 0
    while True:
        number += 1
        folder = ceremonies.frozen("least", tmp_path / str(number))
        shown: list[State] = []

        def seen(state: State, look: object, shown: list[State] = shown) -> None:
            shown.append(state)

        try:
            ceremonies.play(folder, values, disk=_FailingDisk(call, number, code), seen=seen)
        except JournalError as error:
            assert (error.code, error.values["reason"]) == ("journal.write", os.strerror(code))
            failed += 1
        else:
            break
        conductor = ceremonies.conducted(folder, ceremonies.own(values))
        if shown:
            # What was seen is there still, and perhaps one step more that nobody has seen.
            assert len(conductor.state.shown) in (len(shown[-1].shown), len(shown[-1].shown) + 1)
            assert list(Phase).index(conductor.state.phase) >= list(Phase).index(shown[-1].phase)
        conductor.close()
        if not conductor.read_only:
            ceremonies.play(folder, values)
        assert {name: _contents(folder)[name] for name in MADE} == {
            name: (ceremonies.GOLDEN / "least" / name).read_bytes() for name in MADE
        }
        assert not list(folder.glob(".*.new"))
    assert failed >= {"rename": 3, "fsync": 8, "open": 8}.get(call, 20)


def test_after_a_failed_write_nothing_is_tried_again(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    conductor = ceremonies.conducted(folder, {}, disk=_FailingDisk("fdatasync", 2, errno.EIO), threaded=True)
    written = None
    for _ in range(2):
        conductor.submit(ShowNotice())
        with pytest.raises(JournalError):
            while conductor.busy:
                conductor.poll()
        assert written in (None, (folder / JOURNAL).read_bytes())
        written = (folder / JOURNAL).read_bytes()
    assert conductor.state.phase is Phase.OPENING
    conductor.close()


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {}, disk=_FailingDisk("open", 1, errno.EACCES))
    assert refused.value.code == "journal.write"
    with pytest.raises(MingyaoError) as missing:
        ceremonies.conducted(tmp_path / "nowhere", {})
    assert missing.value.code == "evidence.missing"


def test_on_a_worker_the_same_comes_out(tmp_path: Path) -> None:
    values = ceremonies.given("tiers")
    folder = ceremonies.frozen("tiers", tmp_path / "tiers")
    conductor = ceremonies.conducted(folder, ceremonies.own(values), threaded=True)
    given = auto.ready(conductor.state, values, Random(1))
    look, now_s = desk.begin(conductor.state), 0.0
    while conductor.state.phase is not Phase.DONE:
        now_s += 1
        key = auto.next_key(conductor.state, look, given)
        look, request = desk.press(conductor.state, look, key, now_s) if key else desk.tick(conductor.state, look, 60)
        if request is not None:
            conductor.submit(request)
        while conductor.busy:
            for answer in conductor.poll():
                assert answer.refusal is None
                look = desk.follow(answer.state, look, answer.events)
    conductor.close()
    assert (folder / "SHA256SUMS").read_bytes() == (ceremonies.GOLDEN / "tiers" / "SHA256SUMS").read_bytes()


def test_an_interruption_is_seen_in_public_with_the_times_of_the_wall_clock(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    ceremonies.conducted(folder, {}, clock=ceremonies.TestClock(0)).close()
    # The clock was put back in between: that is said as it is, and disturbs nothing.
    conductor = ceremonies.conducted(folder, {}, clock=ceremonies.TestClock(-3600))
    seen = view(conductor.state, desk.begin(conductor.state)).interruption
    assert seen is not None
    assert (seen.stopped, seen.resumed, seen.after, seen.torn) == ("09:00:00", "08:00:00", "", False)
    conductor.close()
    # When it stopped nobody knows: what is said is when the last step was recorded.
    for language, said in (("en", "last recorded at "), ("zh-CN", "最后一条记录在 ")):
        assert f"{said}2021-12-10 09:00:00" in record.write(folder, language)
        assert f"{said}09:00" in words.say(language, "screen.interruption.when", stopped="09:00", resumed="")


def test_own_secrets_that_open_nothing_are_left_aside(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    wrong = {"operator": "0" * 32, "nobody": "1" * 32}
    conductor = Conductor.open(folder, secrets=wrong, threaded=False)
    assert conductor.state.setting.own == frozenset()
    assert "0" * 32 not in repr(conductor) + repr(conductor.state)
    conductor.close()


def test_what_is_recorded_need_not_be_given_again(tmp_path: Path) -> None:
    held, states = _held("small", tmp_path / "held")
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    values = ceremonies.given("small")
    without_dice = replace(values, contributions=())
    nothing = auto.Given()
    seats = len(values.contributions)
    for is_there, given, missing in (
        (lambda state: state.confirmed == seats - 1, without_dice, "ceremony.given-people"),
        (lambda state: state.confirmed == seats, without_dice, None),
        (lambda state: state.confirmed == seats, nothing, "ceremony.given-secret"),
        (lambda state: state.phase is Phase.PUBLIC, nothing, "ceremony.given-public"),
        (lambda state: state.phase is Phase.PUBLIC, replace(nothing, public=values.public), None),
        (lambda state: state.phase is Phase.PUBLIC and state.public is not None, nothing, None),
        (lambda state: state.phase is Phase.SEALED, nothing, None),
    ):
        count = next(n for n, state in enumerate(states) if is_there(state)) + 1
        there = states[count - 1].phase is Phase.SEALED
        folder = _stopped(held, tmp_path / "stopped", sum(map(len, lines[:count])), files=there)
        conductor = ceremonies.conducted(folder, ceremonies.own(values))
        try:
            if missing:
                with pytest.raises(MingyaoError) as refused:
                    auto.ready(conductor.state, given, Random(1))
                assert refused.value.code == missing
                continue
            auto.play(conductor, auto.ready(conductor.state, given, Random(1)))
        finally:
            conductor.close()
        for name in MADE:
            assert (folder / name).read_bytes() == (ceremonies.GOLDEN / "small" / name).read_bytes()


def test_given_values_must_agree_with_what_is_recorded(tmp_path: Path) -> None:
    held, states = _held("small", tmp_path / "held")
    lines = (held / JOURNAL).read_bytes().splitlines(keepends=True)
    values = ceremonies.given("small")
    other_dice = replace(values, contributions=(("甲", "111111"), *values.contributions[1:]))
    other_public = replace(values, public="0" * 14)
    for phase, wrong, code in (
        (Phase.REVEALS, other_dice, "ceremony.given-other-dice"),
        (Phase.SEALED, other_public, "ceremony.given-other-public"),
    ):
        count = next(n for n, state in enumerate(states) if state.phase is phase) + 1
        folder = _stopped(held, tmp_path / "stopped", sum(map(len, lines[:count])), files=phase is Phase.SEALED)
        with pytest.raises(MingyaoError) as refused:
            ceremonies.play(folder, wrong)
        assert refused.value.code == code
        ceremonies.play(folder, values)
    # Dice that nobody has confirmed yet are taken back one by one, on the record.
    thrown = next(n for n, state in enumerate(states) if state.dice[0] == "352") + 1
    folder = _stopped(held, tmp_path / "stopped", sum(map(len, lines[:thrown])), files=False)
    ceremonies.play(folder, other_dice)
    assert _events(folder).count("DieTakenBack") == 3
    assert b"contribution 1: 111111\n" in (folder / "seed.txt").read_bytes()
