"""The machine: every command in every phase, and what each judges."""

from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest

import ceremonies
from kiosk.ceremony import steps
from kiosk.ceremony.machine import State, decide, evolve, next_step, prepare, replay, start
from kiosk.ceremony.steps import (
    ASIDES,
    COMMANDS,
    EVENTS,
    TABLE,
    AskVoid,
    BeginStage,
    Command,
    ConfirmContribution,
    ConfirmNotice,
    ConfirmRecord,
    Cover,
    Finish,
    GivePublic,
    HouseholdShown,
    LookUp,
    NoteQuestion,
    Open,
    OpenSecret,
    Phase,
    Refuse,
    Resume,
    Seal,
    ShowNext,
    ShowNotice,
    TakeBackDie,
    ThrowDie,
    Uncover,
    Void,
)
from kiosk.core.errors import ProtocolError

VALUES = ceremonies.given("small")
CONFIRMED = ("张明", "公证处 邱某")
RESUME = Resume(
    "2021-12-10T09:00:00+08:00", "2021-12-10T09:01:00+08:00", 0, "c" * 64, "test", "张明", "邱某", ("甲", "丁", "戊")
)
STATES = ceremonies.states("small")


def _first(phase: Phase, states: list[State] = STATES) -> State:
    if phase is Phase.VOID:
        return ceremonies.done(_first(Phase.OPENING), Void("disturbed", "", *CONFIRMED))
    return next(state for state in states if state.phase is phase)


def _last(phase: Phase) -> State:
    return [state for state in STATES if state.phase is phase][-1]


def _before(command: type[Command]) -> State:
    """A state in which this command, with the values below, is allowed."""
    if command is Open:
        return start(_first(Phase.OPENING).setting)
    if command is ConfirmRecord:
        return ceremonies.done(_full(), RESUME)
    fitting = {Seal: _last(Phase.PUBLIC), Finish: _last(Phase.DRAWING), ConfirmContribution: _full()}
    return fitting.get(command) or _first(next(phase for phase, allowed in TABLE if allowed is command))


def _full() -> State:
    return next(state for state in STATES if state.seat == 1 and len(state.dice[0]) == 6)


def _command(kind: type[Command]) -> Command:
    notice = STATES[0].setting.inputs
    commands: dict[type[Command], Command] = {
        Open: Open("small", notice.notice_hash, "test", *CONFIRMED, ("甲", "乙", "丙"), 10),
        Resume: RESUME,
        ConfirmRecord: ConfirmRecord(*CONFIRMED),
        ShowNotice: ShowNotice(),
        ConfirmNotice: ConfirmNotice(*CONFIRMED),
        ThrowDie: ThrowDie(1, 3),
        TakeBackDie: TakeBackDie(1),
        ConfirmContribution: ConfirmContribution(1, "甲", *CONFIRMED),
        OpenSecret: OpenSecret("operator", VALUES.reveals["operator"], *CONFIRMED),
        GivePublic: GivePublic(VALUES.public or "", *CONFIRMED),
        Seal: Seal(*CONFIRMED),
        BeginStage: BeginStage(),
        ShowNext: ShowNext(),
        Finish: Finish(),
        Void: Void("disturbed", "", *CONFIRMED),
        Cover: Cover(),
        Uncover: Uncover(),
        LookUp: LookUp("R05"),
        NoteQuestion: NoteQuestion("seal"),
        AskVoid: AskVoid(),
        Refuse: Refuse("ThrowDie", "ceremony.die", ("got=7",)),
    }
    return commands[kind]


def _refusal(state: State, command: Command) -> str:
    with pytest.raises(ProtocolError) as refused:
        decide(state, command)
    return refused.value.code


def test_the_table_knows_every_command_and_every_event() -> None:
    assert set(COMMANDS) == set(get_args(Command)) == {command for _, command in TABLE}
    assert set(COMMANDS.values()) == set(get_args(steps.Event)) == set(EVENTS.values())


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("kind", COMMANDS)
def test_every_command_in_every_phase_is_allowed_by_the_table_or_refused_with_a_code(
    phase: Phase, kind: type[Command]
) -> None:
    command = _command(kind)
    if (phase, kind) not in TABLE:
        assert _refusal(_first(phase), command) == "ceremony.not-now"
        return
    for state in [_first(phase), *(each for each in (*STATES, _before(kind)) if each.phase is phase)]:
        try:
            events = decide(state, command)
        except ProtocolError as refusal:
            assert refusal.code.startswith("ceremony.") and refusal.code != "ceremony.not-now"
            continue
        assert [type(event) for event in events] == [COMMANDS[kind]]
        assert evolve(state, events[0]).phase in TABLE[phase, kind]


def test_the_table_promises_no_way_that_no_ceremony_goes() -> None:
    gone = set()
    for name in ("small", "minimal", "least"):
        gone |= {(before.phase, after.phase) for before, after in pairwise(ceremonies.states(name))}
    others = (Open, Resume, ConfirmRecord, *ASIDES)
    promised = {(before, after) for (before, command), afters in TABLE.items() for after in afters
                if Phase.VOID not in (before, after) and command not in others}  # fmt: skip
    assert gone == promised


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_command_is_allowed_somewhere_and_its_event_knows_it(kind: type[Command]) -> None:
    state = ceremonies.done(_before(kind), ThrowDie(1, 3)) if kind is TakeBackDie else _before(kind)
    (event,) = decide(state, _command(kind))
    assert steps.command_of(event) == _command(kind)


def test_dice_are_thrown_seat_by_seat_and_die_by_die() -> None:
    state = _first(Phase.CONTRIBUTIONS)
    assert _refusal(state, ThrowDie(2, 3)) == "ceremony.seat"
    assert _refusal(state, ThrowDie(1, 7)) == "ceremony.die"
    assert _refusal(state, TakeBackDie(1)) == "ceremony.no-die"
    state = ceremonies.done(state, *(ThrowDie(1, die) for die in (1, 2, 3, 4, 5)))
    assert _refusal(state, ConfirmContribution(1, "甲", *CONFIRMED)) == "ceremony.dice-few"
    state = ceremonies.done(state, ThrowDie(1, 6))
    assert _refusal(state, ThrowDie(1, 6)) == "ceremony.dice-full"
    (event,) = decide(state, TakeBackDie(1))
    assert event == steps.DieTakenBack(1, 6)
    state = ceremonies.done(state, TakeBackDie(1), ThrowDie(1, 2), ConfirmContribution(1, "甲", *CONFIRMED))
    assert (state.dice[0], state.confirmed, state.seat) == ("123452", 1, 2)
    assert _refusal(state, TakeBackDie(1)) == "ceremony.seat"


def test_secrets_are_opened_in_the_order_of_the_notice_and_must_fit() -> None:
    state = _first(Phase.REVEALS)
    notary = VALUES.reveals["notary"]
    assert _refusal(state, OpenSecret("notary", notary, *CONFIRMED)) == "ceremony.secret-order"
    assert _refusal(state, OpenSecret("operator", "7D65", *CONFIRMED)) == "ceremony.secret-form"
    with pytest.raises(ProtocolError) as refused:
        decide(state, OpenSecret("operator", notary, *CONFIRMED))
    assert refused.value.code == "ceremony.secret-wrong"
    assert notary not in str(refused.value) + repr(refused.value)
    assert notary not in repr(OpenSecret("operator", notary, *CONFIRMED))
    assert _refusal(state, Seal(*CONFIRMED)) == "ceremony.seal-early"
    assert VALUES.reveals["operator"] not in repr(_last(Phase.REVEALS))


def test_public_digits_can_be_corrected_until_the_sealing() -> None:
    state = _first(Phase.PUBLIC)
    assert _refusal(state, GivePublic("0308", *CONFIRMED)) == "ceremony.public-form"
    wrong = ceremonies.done(state, GivePublic("0" * 14, *CONFIRMED))
    prepared, _ = prepare(wrong)
    right = ceremonies.done(prepared, GivePublic(VALUES.public or "", *CONFIRMED), Seal(*CONFIRMED))
    assert right.outcome is not None
    assert right.outcome.result_hash == ceremonies.states("small")[-1].outcome.result_hash  # type: ignore[union-attr]
    assert _refusal(right, GivePublic("0" * 14, *CONFIRMED)) == "ceremony.not-now"


def test_void_needs_a_reason_and_after_the_last_contribution_one_of_the_format() -> None:
    state = _full()
    assert _refusal(state, Void("", "", *CONFIRMED)) == "ceremony.void-reason"
    assert _refusal(state, Void("a|b", "", *CONFIRMED)) == "ceremony.void-reason"
    assert _refusal(state, Void("secret-lost", "", *CONFIRMED)) == "ceremony.void-late"
    assert ceremonies.done(state, Void("停电", "", *CONFIRMED)).phase is Phase.VOID

    state = _first(Phase.REVEALS)
    assert _refusal(state, Void("disturbed", "", *CONFIRMED)) == "ceremony.void-late"
    assert _refusal(state, Void("public-missing", "", *CONFIRMED)) == "ceremony.void-late"
    assert _refusal(state, Void("secret-lost", "notary", *CONFIRMED)) == "ceremony.void-label"
    void = ceremonies.done(state, Void("secret-lost", "operator", *CONFIRMED))
    # Every secret that can be opened is published then.
    assert void.due == "notary"
    assert _refusal(void, OpenSecret("operator", VALUES.reveals["operator"], *CONFIRMED)) == "ceremony.secret-order"
    void = ceremonies.done(void, OpenSecret("notary", VALUES.reveals["notary"], *CONFIRMED))
    assert (void.phase, void.due, void.secrets) == (Phase.VOID, None, (None, VALUES.reveals["notary"]))

    state = _first(Phase.PUBLIC)
    assert _refusal(state, Void("secret-lost", "", *CONFIRMED)) == "ceremony.void-late"
    assert ceremonies.done(state, Void("public-missing", "", *CONFIRMED)).phase is Phase.VOID
    assert _refusal(_last(Phase.PUBLIC), Void("public-missing", "", *CONFIRMED)) == "ceremony.void-late"


def test_a_void_before_the_last_contribution_opens_no_secret() -> None:
    void = _first(Phase.VOID)
    assert void.due is None
    assert _refusal(void, OpenSecret("operator", VALUES.reveals["operator"], *CONFIRMED)) == "ceremony.is-void"


def test_the_drawing_goes_stage_by_stage_and_ends_when_all_is_shown() -> None:
    state = _first(Phase.DRAWING)
    assert (state.stage, state.drawn, state.stage_total) == (0, 0, 3)
    assert _refusal(state, BeginStage()) == "ceremony.stage-unfinished"
    assert _refusal(state, Finish()) == "ceremony.not-all-shown"
    state = ceremonies.done(state, ShowNext(), ShowNext(), ShowNext())
    assert _refusal(state, ShowNext()) == "ceremony.stage-finished"
    state = ceremonies.done(state, BeginStage(), ShowNext(), ShowNext())
    assert _refusal(state, BeginStage()) == "ceremony.no-stage"
    assert ceremonies.done(state, Finish()).phase is Phase.DONE


def test_a_group_never_crosses_a_tier() -> None:
    state = ceremonies.states("choose")[-1]
    assert state.outcome is not None
    groups = state.outcome.stages[0].groups
    assert [(group.tier, group.first_rank, group.last_rank) for group in groups] == [("A", 1, 5), ("B", 6, 8)]
    of_two = ceremonies.states("choose", group_size=2)[-1].outcome
    assert of_two is not None
    assert [(group.tier, group.first_rank, group.last_rank) for group in of_two.stages[0].groups] == [
        ("A", 1, 2), ("A", 3, 4), ("A", 5, 5), ("B", 6, 7), ("B", 8, 8),
    ]  # fmt: skip


def test_a_stage_without_a_winner_is_begun_and_passed() -> None:
    passed = ceremonies.states("more-units")
    assert [(state.stage, state.drawn) for state in passed if state.phase is Phase.DRAWING] == [(0, 0), (0, 1), (1, 0)]
    assert passed[-1].phase is Phase.DONE


def test_a_draw_that_houses_nobody_comes_to_its_end() -> None:
    state = next(each for each in ceremonies.states("least") if each.phase is Phase.SEALED)
    assert state.outcome is not None
    nobody = replace(state.outcome, stages=(replace(state.outcome.stages[0], allotted=(), groups=()),), total=0)
    state = replace(state, outcome=nobody)
    while (step := next_step(state)) is not None:
        state = ceremonies.done(state, step)
    assert (state.phase, len(state.shown)) == (Phase.DONE, 0)


def test_after_an_interruption_who_has_confirmed_stays_and_the_others_may_change() -> None:
    state = ceremonies.done(_full(), ConfirmContribution(1, "甲", *CONFIRMED), RESUME)
    assert state.people.contributors == ("甲", "丁", "戊")
    assert state.people.witness == "邱某"
    assert state.interrupted is not None


@pytest.mark.parametrize("phase", Phase)
def test_while_the_seed_is_made_nothing_goes_on_after_an_interruption_before_the_record_is_confirmed(
    phase: Phase,
) -> None:
    state = _last(phase) if phase is not Phase.VOID else _first(phase)
    if (phase, Resume) not in TABLE or phase is Phase.VOID:
        assert _refusal(state, RESUME) == ("ceremony.is-void" if phase is Phase.VOID else "ceremony.not-now")
        return
    resumed = ceremonies.done(state, RESUME)
    awaits = phase in (Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.PUBLIC)
    assert resumed.awaits_record == awaits
    for kind in COMMANDS:
        if (phase, kind) not in TABLE or kind in (Open, Void, AskVoid, *ASIDES):
            continue
        if kind in (Resume, ConfirmRecord):
            assert ceremonies.done(resumed, RESUME).interrupted is not None
        elif awaits:
            assert _refusal(resumed, _command(kind)) == "ceremony.record-first"
    if awaits:
        (event,) = decide(resumed, ConfirmRecord(*CONFIRMED))
        assert event == steps.RecordConfirmed(*CONFIRMED, state.dice[: state.confirmed])
        confirmed = evolve(resumed, event)
        assert confirmed == replace(resumed, interrupted=None)
        assert _refusal(confirmed, ConfirmRecord(*CONFIRMED)) == "ceremony.record-confirmed"


def test_a_void_and_what_is_only_recorded_need_no_confirmed_record() -> None:
    resumed = ceremonies.done(_full(), RESUME)
    assert ceremonies.done(resumed, Void("disturbed", "", *CONFIRMED)).phase is Phase.VOID
    for aside in ASIDES:
        assert replace(ceremonies.done(resumed, _command(aside)), questions=0) == resumed


def test_an_event_that_the_machine_would_not_have_said_is_refused() -> None:
    state = _first(Phase.DRAWING)
    (event,) = decide(state, ShowNext())
    assert isinstance(event, HouseholdShown)
    assert replay(state, event) == evolve(state, event)
    with pytest.raises(ProtocolError) as refused:
        replay(state, replace(event, household="R99"))
    assert refused.value.code == "ceremony.other-event"


def test_opening_is_for_this_draw_and_once() -> None:
    state = _before(Open)
    command = _command(Open)
    assert isinstance(command, Open)
    assert _refusal(state, replace(command, draw="other")) == "ceremony.other-draw"
    assert _refusal(state, replace(command, group_size=11)) == "ceremony.group-size"
    assert _refusal(_first(Phase.OPENING), command) == "ceremony.opened"
