"""The desk: what each key does, and does not."""

import string
from dataclasses import replace
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import desk, machine
from kiosk.ceremony.desk import MENU, Key, press, tick
from kiosk.ceremony.machine import State, decide
from kiosk.ceremony.steps import (
    AskVoid,
    BeginStage,
    ConfirmContribution,
    ConfirmNotice,
    Cover,
    Covered,
    Finish,
    GivePublic,
    LookUp,
    OpenOwn,
    OpenSecret,
    Phase,
    Refuse,
    Request,
    Seal,
    ShowNext,
    ShowNotice,
    TakeBackDie,
    ThrowDie,
    Uncover,
    Uncovered,
    Void,
    VoidAsked,
)
from kiosk.ceremony.view import PROOF, Field, Look

NEXT, BACK, ENTER, ESCAPE = Key("next", " "), Key("back"), Key("enter"), Key("escape")
CONFIRMED = ("张明", "公证处 邱某")
STATES = ceremonies.states("small")
VALUES = ceremonies.given("small")


def _first(phase: Phase) -> State:
    return next(state for state in STATES if state.phase is phase)


def _full() -> State:
    return next(state for state in STATES if state.seat == 1 and len(state.dice[0]) == 6)


def _typed(state: State, look: Look, text: str) -> Look:
    for each in text:
        look, request = press(state, look, Key("", each), 1)
        assert request is None
    return look


def test_next_goes_on_and_never_confirms() -> None:
    expected = {
        Phase.OPENING: ShowNotice(),
        Phase.COMPARE: None,
        Phase.CONTRIBUTIONS: None,
        Phase.REVEALS: None,
        Phase.PUBLIC: None,
        Phase.SEALED: BeginStage(),
        Phase.DRAWING: ShowNext(),
        Phase.DONE: None,
    }
    for phase, request in expected.items():
        state = _first(phase)
        look = desk.begin(state)
        if phase is Phase.OPENING:  # which has a page for the title, and one for the tiers
            look, asked = press(state, look, NEXT, 1)
            assert (look.page, asked) == (1, None)
        look, asked = press(state, look, NEXT, 1)
        refused = phase in (Phase.COMPARE, Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.PUBLIC)
        assert (look.refusal is not None) == refused
        if refused:
            assert isinstance(asked, Refuse)
            assert (asked.step, asked.code) == ("next", look.refusal[0] if look.refusal else "")
        else:
            assert asked == request


def test_enter_confirms_and_never_goes_on() -> None:
    last_public = [state for state in STATES if state.phase is Phase.PUBLIC][-1]
    notary = next(state for state in STATES if state.due == "notary")
    for state, asks, request in (
        (_first(Phase.OPENING), "", None),
        (_first(Phase.COMPARE), "notice", ConfirmNotice(*CONFIRMED)),
        (_first(Phase.CONTRIBUTIONS), "", None),
        (_full(), "contribution", ConfirmContribution(1, "甲", *CONFIRMED)),
        (_first(Phase.REVEALS), "own", OpenOwn("operator")),
        (notary, "secret", None),
        (_first(Phase.PUBLIC), "public", None),
        (last_public, "seal", Seal(*CONFIRMED)),
        (_first(Phase.SEALED), "", None),
        (_first(Phase.DRAWING), "", None),
        (_first(Phase.DONE), "", None),
    ):
        look = desk.begin(state)
        assert look.asks == asks
        asked = press(state, look, ENTER, 1)[1]
        if state.seat and not asks:
            assert asked == Refuse("enter", "ceremony.waits-dice", (f"seat={state.seat}",))
        else:
            assert asked == request


@pytest.mark.parametrize(("key", "pause_s"), [(NEXT, 0.4), (ENTER, 1.0)])
def test_a_second_click_right_after_a_step_is_no_step(key: Key, pause_s: float) -> None:
    state = _first(Phase.OPENING)
    look, request = press(state, replace(desk.begin(state), page=1), NEXT, 10.0)
    assert request == ShowNotice()
    state = _first(Phase.COMPARE) if key == ENTER else _first(Phase.SEALED)
    look = desk.follow(state, look)
    assert press(state, look, key, 10 + pause_s - 0.01)[1] is None
    assert press(state, look, key, 10 + pause_s + 0.01)[1] is not None


def test_the_last_die_and_its_confirmation_may_be_typed_in_one_go() -> None:
    before, after = STATES[STATES.index(_full()) - 1], _full()
    look, request = press(before, desk.begin(before), Key("", "3"), 10.0)
    assert request == ThrowDie(1, 3)
    assert press(after, desk.follow(after, look), ENTER, 10.1)[1] == ConfirmContribution(1, "甲", *CONFIRMED)


def test_digits_are_dice_and_backspace_takes_one_back() -> None:
    state = _first(Phase.CONTRIBUTIONS)
    look = desk.begin(state)
    assert press(state, look, Key("", "6"), 1)[1] == ThrowDie(1, 6)
    for text in ("0", "7", "x", "66", "²", ""):
        assert press(state, look, Key("", text), 1)[1] is None
    assert press(_full(), desk.begin(_full()), Key("backspace"), 1)[1] == TakeBackDie(1)
    elsewhere = _first(Phase.COMPARE)
    assert press(elsewhere, desk.begin(elsewhere), Key("", "6"), 1)[1] is None


def test_in_a_field_keys_are_characters_and_do_nothing_else() -> None:
    state = next(each for each in STATES if each.due == "notary")
    look, _ = press(state, desk.begin(state), ENTER, 1)
    assert look.field == Field("secret", "notary", "")
    assert look.asks == "secret"
    for key in (NEXT, BACK, Key("overlay"), Key("cover", "."), Key("slower", "-"), Key("", "好"), Key("next")):
        assert press(state, look, key, 1) == (look, None)
    for key in (Key("auto", "a"), Key("cover", "B"), Key("find", "f"), Key("", "0")):
        look, request = press(state, look, key, 1)
        assert request is None
    assert look.field == Field("secret", "notary", "abf0")
    look, _ = press(state, look, Key("backspace"), 1)
    assert look.field == Field("secret", "notary", "abf")
    assert press(state, look, ENTER, 1) == (replace(look, stepped_s=1), OpenSecret("notary", "abf", *CONFIRMED))
    look, request = press(state, look, ESCAPE, 1)
    assert (look.field, look.asks, request) == (None, "secret", None)


def test_a_field_takes_no_more_than_a_secret_has() -> None:
    state = next(each for each in STATES if each.due == "notary")
    look, _ = press(state, desk.begin(state), ENTER, 1)
    look = _typed(state, look, "0123456789abcdef" * 3)
    assert look.field is not None
    assert look.field.typed == "0123456789abcdef" * 2


def test_a_refused_secret_stays_in_its_field_to_be_put_right(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    values = ceremonies.given("least")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    dice = [*(Key("", each) for _, digits in values.contributions for each in digits)]
    look = desk.begin(conductor.state)
    look = ceremonies.press(conductor, look, [NEXT, NEXT, ENTER, *dice[:6], ENTER, *dice[6:], ENTER, ENTER, ENTER])
    secret = values.reveals["notary"]
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    look = ceremonies.press(conductor, look, wrong, 100)
    look = ceremonies.press(conductor, look, [ENTER], 200)
    assert look.refusal is not None
    assert look.refusal[0] == "ceremony.secret-wrong"
    assert wrong not in str(look.refusal)
    assert look.field == Field("secret", "notary", wrong)
    look = ceremonies.press(conductor, look, [Key("backspace"), Key("", secret[-1]), ENTER], 300)
    assert conductor.state.secrets == tuple(values.reveals.values())
    assert (look.field, look.refusal, look.asks) == (None, None, "seal")
    conductor.close()


def test_public_digits_are_typed_and_can_be_typed_again() -> None:
    state = _first(Phase.PUBLIC)
    look, _ = press(state, desk.begin(state), ENTER, 1)
    look = _typed(state, look, "03081117212905")
    assert press(state, look, ENTER, 1)[1] == GivePublic("03081117212905", *CONFIRMED)
    given = [each for each in STATES if each.phase is Phase.PUBLIC][-1]
    look, request = press(given, desk.begin(given), Key("backspace"), 1)
    assert (look.field, request) == (Field("public", "", "03081117212905"), None)


def test_a_double_enter_opens_a_field_and_does_not_submit_it_empty() -> None:
    state = next(each for each in STATES if each.due == "notary")
    look, request = press(state, desk.begin(state), ENTER, 100.0)
    assert (look.field, request) == (Field("secret", "notary", ""), None)
    assert press(state, look, ENTER, 100.1) == (look, None)
    assert press(state, look, Key("", "a"), 100.2)[0].field == Field("secret", "notary", "a")
    assert press(state, look, ENTER, 100.9)[1] is None
    assert press(state, look, ENTER, 101.1)[1] is not None


@pytest.mark.parametrize("name", ["overlay", "escape"])
def test_escape_and_f5_toggle_the_same_harmless_overlay(name: str) -> None:
    state = _first(Phase.COMPARE)
    look, request = press(state, desk.begin(state), Key(name), 1)
    assert (look.overlay, look.asks, request) == (True, "notice", None)  # it tells what Enter does once it is closed
    for key in (ENTER, NEXT, BACK, Key("overlay"), ESCAPE):
        assert press(state, look, key, 1) == (desk.begin(state), None)
    assert press(state, look, Key("", "7"), 1) == (look, None)


def test_paper_is_asked_for_by_a_key_that_changes_nothing_else() -> None:
    for state in (_first(phase) for phase in (Phase.OPENING, Phase.CONTRIBUTIONS, Phase.DRAWING, Phase.DONE)):
        for look in (desk.begin(state), replace(desk.begin(state), overlay=True), replace(desk.begin(state), qr=True)):
            after, request = press(state, look, Key("print", "p"), 1)
            assert (after, request, after.prints) == (look, None, look.prints + 1)
            assert press(state, after, Key("print", "p"), 2)[0].prints == look.prints + 2
    state = _first(Phase.SEALED)
    covered = replace(desk.begin(state), covered=True)
    assert press(state, covered, Key("print", "p"), 1)[0].prints == 0
    typing, _ = press(state, desk.begin(state), Key("find", "f"), 1)
    typed, _ = press(state, typing, Key("print", "p"), 1)
    assert typed.field == Field("find", "", "p") and typed.prints == 0


def test_the_overlay_leads_everywhere_by_number() -> None:
    state = _first(Phase.SEALED)
    overlay, _ = press(state, desk.begin(state), Key("overlay"), 1)

    def chosen(what: str, asked: Request | None = None) -> Look:
        look, request = press(state, overlay, Key("", str(MENU.index(what) + 1)), 1)
        assert request == asked
        return look

    assert chosen("find").field == Field("find", "", "")
    assert chosen("qr").qr
    assert chosen("auto").auto
    assert desk.follow(state, chosen("cover", Cover()), [Covered()]) == replace(
        desk.begin(state), covered=True, asks=""
    )
    assert chosen("void", AskVoid()).overlay  # which the machine refuses in this phase


def test_void_is_reached_by_number_and_declared_with_enter() -> None:
    state = _first(Phase.COMPARE)
    look, _ = press(state, desk.begin(state), Key("overlay"), 1)
    look, request = press(state, look, Key("", "5"), 1)
    assert (look.field, request) == (None, AskVoid())
    look = desk.follow(state, look, [VoidAsked()])
    assert (look.field, look.asks, look.overlay) == (Field("void", "", ""), "void", False)
    assert press(state, _typed(state, look, "2"), ENTER, 1)[1] == Void("notice-differs", "", *CONFIRMED)
    assert press(state, _typed(state, look, "fire"), ENTER, 1)[1] == Void("fire", "", *CONFIRMED)
    assert press(state, look, ENTER, 1)[1] == Void("", "", *CONFIRMED)  # which the machine refuses
    notary = next(each for each in STATES if each.due == "notary")
    look = replace(desk.begin(notary), field=Field("void", "", "1"))
    assert press(notary, look, ENTER, 1)[1] == Void("secret-lost", "notary", *CONFIRMED)


def test_looking_back_leafs_and_takes_no_step() -> None:
    state = [each for each in STATES if each.phase is Phase.DRAWING][-1]
    look = desk.begin(state)
    seen = []
    for _ in range(8):
        seen.append((look.scene, look.page))
        look, request = press(state, look, BACK, 1)
        assert request is None
    assert seen == [
        ("drawing", 0), ("roll", 1), ("roll", 0), ("seal", 0), ("compare", 0), ("opening", 1), ("opening", 0),
        ("opening", 0),
    ]  # fmt: skip
    for key in (ENTER, Key("backspace"), Key("", "3")):
        assert press(state, look, key, 1)[1] is None
    forward = []
    for _ in range(6):
        look, request = press(state, look, NEXT, 1)
        assert request is None
        forward.append((look.scene, look.page))
    assert forward == [*reversed(seen[:6])]
    assert press(state, look, NEXT, 1)[1] == Finish()


def _awaiting() -> list[tuple[State, str]]:
    """States in which a field is waited for, and what belongs into it."""
    values = ceremonies.given("small")
    notary = next(each for each in STATES if each.due == "notary")
    return [(notary, values.reveals["notary"]), (_first(Phase.PUBLIC), values.public or "")]


@pytest.mark.parametrize("named", [{}, {"a": "auto", "f": "find"}])
def test_digits_typed_before_enter_open_the_field_and_none_is_lost(named: dict[str, str]) -> None:
    for state, wanted in _awaiting():
        by_enter = _typed(state, press(state, desk.begin(state), ENTER, 1)[0], wanted)
        for digit in "0123456789acdef":
            look, request = press(state, desk.begin(state), Key(named.get(digit, ""), digit.upper()), 1)
            assert look.field and (look.field.kind, look.field.typed, request) == (look.asks, digit, None)
        look = desk.begin(state)
        for digit in wanted:
            look, request = press(state, look, Key(named.get(digit, ""), digit), 1)
        assert (look.field, request) == (by_enter.field, None)
        assert press(state, look, ENTER, 5)[1] == press(state, by_enter, ENTER, 5)[1]


def test_what_is_in_front_keeps_its_keys_and_a_remote_still_covers() -> None:
    for state, _ in _awaiting():
        look = desk.begin(state)
        assert press(state, look, Key("cover", "b"), 1) == (look, Cover())
        assert press(state, look, Key("find", "f"), 1)[0].field != Field("find", "", "")
        assert press(state, look, Key("", "x"), 1) == (look, None)
        for front in ({"overlay": True}, {"qr": True}, {"found": ("R05", None)}, {"scene": "compare"}):
            for digit in "07c":
                kept = replace(look, **front)
                assert press(state, kept, Key("", digit), 1)[0].field is None
    for phase in (Phase.OPENING, Phase.COMPARE, Phase.CONTRIBUTIONS, Phase.SEALED, Phase.DRAWING, Phase.DONE):
        assert press(_first(phase), desk.begin(_first(phase)), Key("", "7"), 1)[0].field is None


def test_an_earlier_scene_is_known_as_one_and_the_present_and_the_end_are_not() -> None:
    for phase in (Phase.OPENING, Phase.COMPARE, Phase.SEALED, Phase.DRAWING, Phase.DONE):
        state = next(each for each in reversed(STATES) if each.phase is phase)
        look = desk.begin(state)
        assert not desk.looks_back(phase, look)
        trail, seen = desk._trail(state, look), set()
        for scene, page in trail:
            if desk.looks_back(phase, replace(look, scene=scene, page=page)):
                seen.add(scene)
                for front in ({"overlay": True}, {"covered": True}, {"qr": True}, {"found": ("R05", None)},
                              {"field": Field("find", "", "")}):  # fmt: skip
                    in_front = replace(look, scene=scene, page=page, **front)
                    assert not desk.looks_back(phase, in_front)
        proof_and_lists = {"proof", "roll"} if phase is Phase.DONE else set()
        assert seen == {scene for scene, _ in trail} - {look.scene} - proof_and_lists


def test_at_the_end_next_leafs_through_the_proof_and_then_the_lists() -> None:
    state = STATES[-1]
    look = desk.begin(state)
    seen = []
    for _ in range(9):
        seen.append((look.scene, look.page))
        look, request = press(state, look, NEXT, 1)
        assert request is None
    lists = [("roll", page) for page in range(4)]
    assert seen == [*(("proof", page) for page in range(4)), *lists, lists[-1]]


def test_a_new_step_ends_the_look_back_and_what_was_in_front() -> None:
    state = _first(Phase.DRAWING)
    look = Look("opening", overlay=True, qr=True, refusal=("x", ()), found=("R05", None), auto=True, pace_s=2.0)
    assert desk.follow(state, look) == Look("drawing", auto=True, pace_s=2.0)


def test_the_cover_takes_the_next_key_and_no_step() -> None:
    state = _first(Phase.SEALED)
    look, request = press(state, desk.begin(state), Key("cover", "b"), 1)
    assert (look.covered, request) == (False, Cover())
    covered = desk.follow(state, look, [Covered()])
    assert (covered.covered, covered.asks) == (True, "")
    for key in (ENTER, BACK, Key("overlay"), Key("", "5"), Key("find", "f")):
        assert press(state, covered, key, 1) == (covered, None)
    for key in (NEXT, Key("cover", ".")):
        assert press(state, covered, key, 1) == (covered, Uncover())
    assert desk.follow(state, covered, [Uncovered()]) == desk.begin(state)


def test_find_knows_who_has_been_shown_and_nobody_else() -> None:
    state = next(each for each in STATES if len(each.shown) == 2)
    drawn, waiting, unknown = state.shown[0], "waiting", "unknown"
    for number, card, standing in (("r05", drawn, ""), ("R02", None, waiting), ("R99", None, unknown)):
        look, _ = press(state, desk.begin(state), Key("find", "f"), 1)
        look = _typed(state, look, number)
        look, request = press(state, look, ENTER, 1)
        assert (look.found, request) == (None, LookUp(number))
        look = desk.follow(state, look, decide(state, LookUp(number)))
        assert (look.found, look.standing, look.field) == ((number, card), standing, None)
        assert press(state, look, NEXT, 1) == (desk.begin(state), None)
    look, _ = press(state, desk.begin(state), Key("find", "f"), 1)
    assert press(state, look, ENTER, 1) == (desk.begin(state), None)  # nothing to look for


def test_once_all_is_shown_find_tells_alternates_from_those_who_drew_nothing() -> None:
    state = STATES[-1]
    shown = {card.household for card in state.shown}
    waits = {card.household for stage in state.alternates for card in stage} - shown
    others = {row[0] for row in state.setting.inputs.roll.rows} - shown - waits
    for numbers, standing in ((waits, "alternate"), (others, "not-drawn")):
        for number in numbers:
            assert machine.standing(state, number.lower()) == standing
    assert waits


def test_the_qr_code_fills_the_screen_once_there_is_a_result() -> None:
    early, late = _first(Phase.COMPARE), _first(Phase.SEALED)
    assert not press(early, desk.begin(early), Key("qr", "q"), 1)[0].qr
    look, _ = press(late, desk.begin(late), Key("qr", "q"), 1)
    assert look.qr
    for key in (NEXT, BACK, ENTER, ESCAPE, Key("qr", "q")):
        assert press(late, look, key, 1) == (desk.begin(late), None)


def test_the_pace_stays_within_its_ladder() -> None:
    state = _first(Phase.DRAWING)
    look = desk.begin(state)
    assert look.pace_s == 1.2
    for _ in range(20):
        look, _ = press(state, look, Key("faster", "+"), 1)
    assert look.pace_s == 0.4
    for _ in range(20):
        look, _ = press(state, look, Key("slower", "-"), 1)
    assert look.pace_s == 5.0


def test_the_pacer_shows_a_running_group_and_waits_after_it() -> None:
    tiers = ceremonies.states("tiers", group_size=2)
    look = Look("drawing")
    begun, running, shown = (
        next(each for each in tiers if len(each.shown) == n and each.stage == 0) for n in (0, 1, 2)
    )
    assert tick(begun, look, 1e9) == (look, None)
    assert tick(running, look, 1.1) == (look, None)
    assert tick(running, look, 1.2) == (look, ShowNext())
    assert tick(running, replace(look, pace_s=3.0), 2.9)[1] is None
    assert tick(shown, look, 1e9) == (look, None)
    assert press(running, look, NEXT, 1) == (look, None)  # the group goes on by itself


def test_by_itself_it_goes_on_after_a_hold_to_the_end() -> None:
    tiers = ceremonies.states("tiers", group_size=2)
    look = Look("drawing", auto=True)
    begun, shown = (next(each for each in tiers if len(each.shown) == n and each.stage == 0) for n in (0, 2))
    assert (tick(begun, look, 2.9)[1], tick(begun, look, 3.0)[1]) == (None, ShowNext())
    assert (tick(shown, look, 9.9)[1], tick(shown, look, 10.0)[1]) == (None, ShowNext())
    slow = replace(look, pace_s=2.4)
    assert (tick(shown, slow, 19.9)[1], tick(shown, slow, 20.0)[1]) == (None, ShowNext())
    end = [each for each in tiers if each.phase is Phase.DRAWING][-1]
    assert tick(end, look, 10.0)[1] == Finish()
    first_stage = next(each for each in tiers if each.phase is Phase.DRAWING and each.drawn == each.stage_total)
    assert tick(first_stage, look, 10.0)[1] == BeginStage()
    proof = Look("proof", auto=True)
    assert tick(tiers[-1], proof, 20.0, alone=True) == (replace(proof, page=1), None)
    assert tick(tiers[-1], replace(proof, page=1), 45.0, alone=True) == (replace(proof, page=2), None)
    assert tick(tiers[-1], replace(proof, page=2), 59.0, alone=True) == (replace(proof, page=2), None)
    assert tick(tiers[-1], replace(proof, page=2), 60.0, alone=True) == (replace(proof, page=3), None)
    assert tick(tiers[-1], replace(proof, page=3), 1e9, alone=True) == (replace(proof, page=3), None)
    sealed = next(each for each in tiers if each.phase is Phase.SEALED)
    assert tick(sealed, Look("seal", auto=True), 1e9)[1] is None


def test_with_somebody_there_the_pages_of_the_proof_wait_for_next() -> None:
    done, proof = ceremonies.states("tiers")[-1], Look("proof", auto=True)
    for page in range(len(PROOF)):
        assert tick(done, replace(proof, page=page), 1e9) == (replace(proof, page=page), None)
    assert press(done, proof, NEXT, 1e9)[0].page == 1


@pytest.mark.parametrize(
    "front",
    [{"covered": True}, {"overlay": True}, {"qr": True}, {"scene": "roll"}, {"field": Field("find", "", "")},
     {"found": ("R05", None)}],
)  # fmt: skip
def test_nothing_follows_by_itself_while_something_is_in_front(front: dict[str, object]) -> None:
    running = next(each for each in ceremonies.states("tiers") if each.group_running)
    look = replace(Look("drawing", auto=True), **front)  # type: ignore[arg-type]
    assert tick(running, look, 1e9) == (look, None)


def test_every_key_has_an_answer_everywhere() -> None:
    names = ["next", "back", "cover", "overlay", "slower", "faster", "auto", "find", "qr", "enter", "escape",
             "backspace", "leave"]  # fmt: skip
    keys = [*map(Key, names), *(Key("", each) for each in string.printable)]
    for phase in [phase for phase in Phase if phase is not Phase.VOID]:
        for key in keys:
            press(_first(phase), desk.begin(_first(phase)), key, 1)
