"""What belongs into the record and changes nothing of the draw: pauses, searches, refusals, a void thought about."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ceremonies
from kiosk import words
from kiosk.ceremony import auto, desk
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import decide, evolve
from kiosk.ceremony.steps import (
    ASIDES,
    NOTED_IN,
    Cover,
    LookUp,
    NoteQuestion,
    Phase,
    Refuse,
    Resume,
    SecretOpened,
    Uncover,
    is_aside,
)
from kiosk.ceremony.view import Look
from kiosk.core.errors import ProtocolError

NEXT, ENTER, COVER, BACKSPACE = Key("next"), Key("enter"), Key("cover", "b"), Key("backspace")
FIND, OVERLAY, ESCAPE = Key("find", "f"), Key("overlay"), Key("escape")
OVERLAY_VOID = [OVERLAY, Key("", "5"), ESCAPE]
QUESTION = Key("question", "?")
COMMANDS = (
    Cover(),
    Uncover(),
    LookUp("R05"),
    NoteQuestion("roll"),
    Refuse("enter", "ceremony.waits-dice", ("seat=1",)),
)


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]


def _added(folder: Path, before: int) -> list[tuple[str, dict[str, Any]]]:
    return [(line["event"], line["values"]) for line in _lines(folder)[before:]]


def _conducted(folder: Path, name: str = "least") -> tuple[Conductor, Look]:
    conductor = ceremonies.conducted(
        ceremonies.frozen(name, folder), ceremonies.own(ceremonies.given(name)), clock=ceremonies.TestClock()
    )
    return conductor, desk.begin(conductor.state)


def test_an_aside_changes_nothing_of_the_draw_in_any_phase_and_an_interruption_is_told_on() -> None:
    resumed = Resume("2021-12-10T09:00:00+08:00", "2021-12-10T09:01:00+08:00", 0, "", "", "", "", ())
    for state in ceremonies.states("small"):
        if state.phase is Phase.DONE:
            continue
        for at in (state, ceremonies.done(state, resumed)):
            for command in COMMANDS:
                (event,) = decide(at, command)
                assert is_aside(event)
                assert replace(evolve(at, event), questions=at.questions) == at


def test_a_ceremony_by_auto_makes_no_aside(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    ceremonies.play(folder, ceremonies.given("small"))
    asides = {"Covered", "Uncovered", "LookedUp", "QuestionNoted", "VoidAsked", "Refused"}
    assert len(ASIDES) == len(asides)
    assert asides.isdisjoint(line["event"] for line in _lines(folder))


def test_every_pause_search_and_refusal_is_a_line_with_its_clocks(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    folder = tmp_path / "least"
    look = ceremonies.press(conductor, look, [NEXT, NEXT])
    pressed: list[tuple[list[Key], list[tuple[str, dict[str, Any]]]]] = [
        ([COVER], [("Covered", {})]),
        ([ENTER, Key("", "3")], []),  # behind the cover no key does anything
        ([NEXT], [("Uncovered", {})]),
        ([NEXT], [("Refused", {"step": "next", "code": "ceremony.waits-enter", "values": ["seat=0"]})]),
        ([FIND, *(Key("", each) for each in "R05")], []),
        ([ENTER], [("LookedUp", {"household": "R05", "stage": "", "rank": 0})]),
        ([ESCAPE, OVERLAY, Key("", "5")], [("VoidAsked", {})]),
        ([ENTER], [("Refused", {"step": "Void", "code": "ceremony.void-reason", "values": []})]),
        ([ESCAPE, ENTER], [("NoticeConfirmed", {"operator": "张明", "witness": "公证处 邱某"})]),
        ([BACKSPACE], [("Refused", {"step": "TakeBackDie", "code": "ceremony.no-die", "values": ["seat=1"]})]),
        ([ENTER], [("Refused", {"step": "enter", "code": "ceremony.waits-dice", "values": ["seat=1"]})]),
        ([Key("", "3"), BACKSPACE], [("DieThrown", {"seat": 1, "die": 3}), ("DieTakenBack", {"seat": 1, "die": 3})]),
    ]
    for number, (keys, expected) in enumerate(pressed):
        before = len(_lines(folder))
        look = ceremonies.press(conductor, look, keys, 100.0 * (number + 1))
        assert _added(folder, before) == expected
    clocks = [(line["wall"], line["monotonic_s"]) for line in _lines(folder)]
    assert len(set(clocks)) == len(clocks) and clocks == sorted(clocks)
    conductor.close()


def test_a_question_from_the_hall_is_numbered_with_its_scene_and_leaves_everything_as_it_is(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    folder = tmp_path / "least"
    in_front: list[tuple[list[Key], str]] = [
        ([], "opening"),
        ([NEXT, NEXT], "compare"),
        ([COVER], "cover"),
        ([COVER, OVERLAY], "compare"),
        ([ESCAPE, FIND, *(Key("", each) for each in "R05"), ENTER], "compare"),
        ([ESCAPE, ENTER, Key("", "3")], "dice"),
    ]
    for number, (keys, scene) in enumerate(in_front, 1):
        look = ceremonies.press(conductor, look, keys, 100.0 * number)
        state, before = conductor.state, look
        look = ceremonies.press(conductor, look, [QUESTION], 100.0 * number + 50)
        assert _added(folder, len(_lines(folder)) - 1) == [("QuestionNoted", {"scene": scene, "number": number})]
        assert (look, conductor.state) == (replace(before, noted=number), replace(state, questions=number))
    look = ceremonies.press(conductor, look, [BACKSPACE], 1000)
    assert (look.noted, conductor.state.dice[0]) == (0, "")  # the next key does what it would have done
    conductor.close()
    again = ceremonies.conducted(folder, {})
    assert again.state.questions == len(in_front)
    again.close()


def test_inside_of_a_field_the_sign_is_typed(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    before = len(_lines(tmp_path / "least"))
    look = ceremonies.press(conductor, look, [FIND, QUESTION], 1)
    assert look.field is not None and look.field.typed == "?"
    assert len(_lines(tmp_path / "least")) == before
    conductor.close()


def test_a_question_is_not_noted_in_a_scene_that_there_is_not() -> None:
    with pytest.raises(ProtocolError, match=r"ceremony\.no-scene"):
        decide(ceremonies.states("small")[1], NoteQuestion("kitchen"))


def test_a_question_is_noted_with_what_is_seen_of_the_sealing_and_older_records_stand() -> None:
    seen = {}
    for state in ceremonies.states("small"):
        _, request = desk.press(state, desk.begin(state), QUESTION, 1.0)
        if isinstance(request, NoteQuestion) and desk.begin(state).scene == "seal":
            seen[state.phase.value] = request.scene
            decide(state, request)
            decide(state, NoteQuestion("seal"))
    assert seen == {"contributions": "dice", "reveals": "envelopes", "public": "public", "sealed": "seal"}
    for language in words.LANGUAGES:
        assert len({words.say(language, f"record.scene.{scene}") for scene in NOTED_IN}) == len(NOTED_IN)


def test_a_question_stays_to_be_read_while_its_group_is_shown_and_no_longer() -> None:
    states = ceremonies.states("small")
    running = next(each for each in states if each.group_running)
    last = next(each for each in states if each.drawn and not each.group_running)
    look = replace(desk.begin(running), noted=3)
    assert desk.follow(running, look, ()).noted == 3
    assert desk.follow(last, look, ()).noted == 0


def test_what_was_recorded_aside_is_judged_and_passed_when_it_is_read_again(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    look = ceremonies.press(conductor, look, [NEXT, NEXT, COVER, COVER, NEXT, ENTER, NEXT, *OVERLAY_VOID])
    state = conductor.state
    conductor.close()
    again = ceremonies.conducted(tmp_path / "least", {})
    assert (again.state.phase, again.state.dice) == (state.phase, state.dice)
    again.close()


def test_the_cover_lies_over_the_screen_once_it_is_recorded(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    look, request = desk.press(conductor.state, look, COVER, 1)
    assert not look.covered and request == Cover()
    conductor.submit(request)
    (answer,) = conductor.poll()
    look = ceremonies.followed(look, answer)
    assert look.covered
    assert _lines(tmp_path / "least")[-1]["event"] == "Covered"
    conductor.close()


def test_a_search_tells_where_a_household_has_been_shown_and_of_no_other(tmp_path: Path) -> None:
    state = next(each for each in ceremonies.states("small") if len(each.shown) == 2)
    for number, stage, rank in (("r05", state.setting.stages[0].id, 1), ("R02", "", 0), ("R99", "", 0)):
        (event,) = decide(state, LookUp(number))
        assert vars(event) == {"household": number, "stage": stage, "rank": rank}


def test_a_refused_secret_is_recorded_without_it(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    values = ceremonies.given("least")
    now_s = 0.0
    while conductor.state.due != "notary":
        now_s += 1
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    before = len(_lines(tmp_path / "least"))
    secret = values.reveals["notary"]
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    look = ceremonies.press(conductor, look, [ENTER, *(Key("", each) for each in wrong), ENTER], 1000)
    refused = {"step": "OpenSecret", "code": "ceremony.secret-wrong", "values": ["label=notary"]}
    assert _added(tmp_path / "least", before) == [("Refused", refused)]
    assert secret[:-1] not in (tmp_path / "least" / "journal.jsonl").read_text(encoding="utf-8")
    look = ceremonies.press(conductor, look, [BACKSPACE, Key("", secret[-1]), ENTER], 2000)
    assert _added(tmp_path / "least", before + 1)[0][0] == SecretOpened.__name__
    conductor.close()


def test_a_void_that_is_not_possible_any_more_is_refused_on_the_record(tmp_path: Path) -> None:
    conductor, look = _conducted(tmp_path / "least")
    values, now_s = ceremonies.given("least"), 0.0
    while conductor.state.phase is not Phase.SEALED:
        now_s += 1
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    before = len(_lines(tmp_path / "least"))
    look = ceremonies.press(conductor, look, [OVERLAY, Key("", "5")], 1000)
    assert (look.field, look.refusal) == (None, ("ceremony.void-late", ()))
    refused = {"step": "AskVoid", "code": "ceremony.void-late", "values": []}
    assert _added(tmp_path / "least", before) == [("Refused", refused)]
    conductor.close()


def test_once_it_is_done_the_record_is_closed_and_the_keys_work_on(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    values = ceremonies.given("small")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    look, now_s = desk.begin(conductor.state), 0.0
    while conductor.state.phase is not Phase.DONE:
        now_s += 60
        key = auto.next_key(conductor.state, look, values)
        pressed = desk.press(conductor.state, look, key, now_s) if key else desk.tick(conductor.state, look, 60)
        look, request = pressed
        if request is not None:
            conductor.submit(request)
        for answer in conductor.poll():
            look = ceremonies.followed(look, answer)
    before = (folder / "journal.jsonl").read_bytes()
    assert before.splitlines()[-1].startswith(b'{"n":')
    look = ceremonies.press(conductor, look, [COVER], now_s + 1)
    assert look.covered
    look = ceremonies.press(conductor, look, [COVER, FIND, *(Key("", each) for each in "R05"), ENTER], now_s + 2)
    assert not look.covered and look.found is not None and look.found[1] is not None
    look = ceremonies.press(conductor, look, [ESCAPE, OVERLAY, Key("", "5")], now_s + 100)
    assert look.refusal == ("ceremony.void-late", ())
    look = ceremonies.press(conductor, look, [ESCAPE, QUESTION], now_s + 200)
    assert (look.noted, look.refusal) == (0, ("ceremony.question-late", ()))
    conductor.submit(Cover())
    (answer,) = conductor.poll()
    assert answer.refusal is not None and answer.refusal.code == "ceremony.not-now"
    assert (folder / "journal.jsonl").read_bytes() == before
    conductor.close()
