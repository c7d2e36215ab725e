"""Started again while the seed is being made: the record's hash and the dice on the screen, and confirmed by Enter."""

import json
from pathlib import Path
from typing import Any

import pytest

import ceremonies
from kiosk.ceremony import auto, desk
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import PUBLIC_MISSING, SECRET_LOST, Phase
from kiosk.ceremony.view import Look, view
from kiosk.core.errors import JournalError
from kiosk.journal import entry

NEXT, ENTER, BACKSPACE = Key("next"), Key("enter"), Key("backspace")


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]


def _until(folder: Path, phase: Phase, name: str = "small") -> State:
    """A ceremony in which this phase has begun, and its program has stopped then."""
    if not folder.exists():
        ceremonies.frozen(name, folder)
    values = ceremonies.given(name)
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    look, now_s = desk.begin(conductor.state), 0.0
    # In the contributions one seat has confirmed its dice, and another has thrown two.
    while conductor.state.phase is not phase or (phase is Phase.CONTRIBUTIONS and len(conductor.state.dice[1]) < 2):
        now_s += 1
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    conductor.close()
    return conductor.state


def _again(folder: Path) -> tuple[Conductor, Look]:
    conductor = ceremonies.conducted(folder, ceremonies.own(ceremonies.given("small")), people=ceremonies.PEOPLE)
    return conductor, desk.begin(conductor.state)


@pytest.mark.parametrize("phase", [Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.PUBLIC])
def test_the_last_hash_and_the_dice_are_seen_and_enter_confirms_them(phase: Phase, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    stopped = _until(folder, phase)
    last = _lines(folder)[-1]["hash"]
    conductor, look = _again(folder)
    seen = view(conductor.state, look)
    assert seen.interruption is not None and seen.interruption.record == last
    assert [seat.dice for seat in seen.seats] == list(stopped.dice)
    assert look.asks == "record"
    before = len(_lines(folder))
    look = ceremonies.press(conductor, look, [NEXT, Key("", "3"), BACKSPACE])
    added = [line["event"] for line in _lines(folder)[before:]]
    assert added == ["Refused"] * (3 if phase is Phase.CONTRIBUTIONS else 1)
    assert conductor.state.dice == stopped.dice
    look = ceremonies.press(conductor, look, [ENTER], 100)
    confirmed = _lines(folder)[-1]
    assert (confirmed["event"], confirmed["values"]["dice"]) == (
        "RecordConfirmed",
        [*stopped.dice[: stopped.confirmed]],
    )
    assert view(conductor.state, look).interruption is None
    assert look.asks != "record"
    conductor.close()


@pytest.mark.parametrize("phase", [Phase.OPENING, Phase.COMPARE, Phase.SEALED, Phase.DRAWING])
def test_elsewhere_the_interruption_is_told_and_nothing_need_be_confirmed(phase: Phase, tmp_path: Path) -> None:
    _until(tmp_path / "small", phase)
    conductor, look = _again(tmp_path / "small")
    seen = view(conductor.state, look)
    assert seen.interruption is not None and seen.interruption.record == ""
    assert look.asks != "record"
    conductor.close()


def test_a_second_enter_right_after_it_confirms_no_dice(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    ceremonies.frozen("small", folder)
    conductor, look = _again(folder)
    look = ceremonies.press(conductor, look, [NEXT, NEXT, ENTER, *(Key("", "3") for _ in range(6))])
    assert look.asks == "contribution"
    conductor.close()
    conductor, look = _again(folder)
    assert look.asks == "record"
    look = ceremonies.press(conductor, look, [ENTER], 100)
    look = ceremonies.press(conductor, look, [ENTER], 100.2)
    assert (conductor.state.confirmed, look.asks) == (0, "contribution")
    conductor.close()


def test_interrupted_twice_it_is_confirmed_once(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    _until(folder, Phase.REVEALS)
    for _ in range(2):
        _again(folder)[0].close()
    conductor, look = _again(folder)
    assert view(conductor.state, look).interruption is not None
    ceremonies.press(conductor, look, [ENTER])
    conductor.close()
    events = [line["event"] for line in _lines(folder)]
    assert (events.count("Interrupted"), events.count("RecordConfirmed")) == (3, 1)


def test_an_interruption_that_names_another_hash_than_the_line_before_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    _until(folder, Phase.REVEALS)
    _again(folder)[0].close()
    notice_hash = ceremonies.inputs("small").notice_hash
    *whole, last = entry.decode((folder / "journal.jsonl").read_bytes(), notice_hash).entries
    forged = entry.chain(whole[-1], notice_hash, last.wall, last.monotonic_s, last.event,
                         {**last.values, "journal_hash": "0" * 64})  # fmt: skip
    (folder / "journal.jsonl").write_bytes(b"".join(map(entry.encode, [*whole, forged])))
    with pytest.raises(JournalError) as refused:
        _again(folder)
    assert (refused.value.code, refused.value.values["line"]) == ("journal.impossible", last.number)


def test_a_void_is_interrupted_as_long_as_a_secret_is_to_be_opened_still(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    values = ceremonies.given("least")
    conductor = ceremonies.conducted(folder, {})
    look, now_s = desk.begin(conductor.state), 0.0
    while conductor.state.due != "operator":
        now_s += 1
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    void = [Key("overlay"), Key("", "5"), Key("", "1"), ENTER]
    look = ceremonies.press(conductor, look, void, 1000)
    assert conductor.state.voided is not None and conductor.state.voided.reason == SECRET_LOST
    conductor.close()
    conductor = ceremonies.conducted(folder, {})
    assert _lines(folder)[-1]["event"] == "Interrupted"
    look = ceremonies.press(conductor, desk.begin(conductor.state), [ENTER], 2000)
    look = ceremonies.press(conductor, look, [*(Key("", each) for each in values.reveals["notary"]), ENTER], 3000)
    assert conductor.state.due is None
    conductor.close()
    before = (folder / "journal.jsonl").read_bytes()
    ceremonies.conducted(folder, {}).close()
    assert (folder / "journal.jsonl").read_bytes() == before


def test_a_void_for_a_missing_source_has_nothing_to_open(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    _until(folder, Phase.PUBLIC)
    conductor, look = _again(folder)
    look = ceremonies.press(conductor, look, [Key("overlay"), Key("", "5"), Key("", "1"), ENTER])
    assert conductor.state.voided is not None and conductor.state.voided.reason == PUBLIC_MISSING
    assert (conductor.state.due, look.asks) == (None, "")
    conductor.close()


def test_a_journal_written_anew_is_whole_and_shows_its_other_dice_to_be_compared(tmp_path: Path) -> None:
    """What no chain can hold: before the sealing somebody alone with the machine can make another one. It is seen by
    whoever noted the dice, or the hash, of the first."""
    first, second = (_until(tmp_path / name / "small", Phase.REVEALS) for name in ("first", "second"))
    assert first.dice == second.dice
    forged = ceremonies.frozen("small", tmp_path / "forged")
    conductor = ceremonies.conducted(forged, ceremonies.own(ceremonies.given("small")))
    look = ceremonies.press(conductor, desk.begin(conductor.state), [NEXT, NEXT, ENTER])
    for seat in range(3):
        look = ceremonies.press(conductor, look, [*(Key("", "6") for _ in range(6)), ENTER], 100.0 * (seat + 1))
    assert conductor.state.phase is Phase.REVEALS
    conductor.close()
    conductor, look = _again(forged)
    seen = view(conductor.state, look)
    assert look.asks == "record" and seen.interruption is not None
    assert [seat.dice for seat in seen.seats] == ["666666"] * 3 != list(first.dice)
    assert seen.interruption.record != _lines(tmp_path / "first" / "small")[-1]["hash"]
    conductor.close()
