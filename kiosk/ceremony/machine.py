"""The ceremony as a state machine that does no I/O: no clock, no disk, no randomness.

`decide(state, command)` gives the events that the command makes, or refuses it with a ProtocolError; `evolve(state,
event)` gives the next state. Whoever drives it writes the events to the journal in between (`conductor`). Which
command is allowed in which phase stands in one table, `steps.TABLE`; what the values must be is judged here, one
function for each command.

The draw itself is made once, in `prepare`, as soon as the seed is complete: its files have to be on the disk before
`Sealed` happens. `replay` judges events that come from a disk: each must be what the machine would have said.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from kiosk.ceremony import outcome as outcomes
from kiosk.ceremony.outcome import Card, Group, Outcome, Prefix, Waiting
from kiosk.ceremony.steps import (
    ASIDES,
    COMMANDS,
    EARLY_REASONS,
    NOTED_IN,
    PUBLIC_MISSING,
    SECRET_LOST,
    TABLE,
    AskVoid,
    BeginStage,
    Command,
    ConfirmContribution,
    ConfirmNotice,
    ConfirmRecord,
    ContributionConfirmed,
    Cover,
    Covered,
    DieTakenBack,
    DieThrown,
    Event,
    Finish,
    Finished,
    GivePublic,
    HouseholdShown,
    Interrupted,
    LookedUp,
    LookUp,
    NoteQuestion,
    NoticeConfirmed,
    NoticeShown,
    Open,
    Opened,
    OpenSecret,
    Phase,
    PublicGiven,
    QuestionNoted,
    RecordConfirmed,
    Refuse,
    Refused,
    Resume,
    Seal,
    Sealed,
    SecretOpened,
    ShowNext,
    ShowNotice,
    StageBegun,
    TakeBackDie,
    ThrowDie,
    Uncover,
    Uncovered,
    Void,
    VoidAsked,
    Voided,
    command_of,
    is_aside,
)
from kiosk.core import seed, text
from kiosk.core.errors import ProtocolError
from kiosk.core.evidence import Inputs
from kiosk.core.notice import is_secret
from kiosk.core.outlook import StageOutlook, outlook

__all__ = [
    "People", "Phase", "Registered", "Setting", "State", "decide", "evolve", "next_step", "prepare", "replay", "start",
    "void_reasons",
]  # fmt: skip


@dataclass(frozen=True)
class People:
    """Who acts in the hall, as in `people:`; "" or nobody where they are not named."""

    operator: str = ""
    witness: str = ""
    contributors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registered:
    """A line of the archive's register. what: frozen, finished or void; told: the notice hash, the result hash, or the
    code of the reason."""

    what: str
    draw: str
    told: str
    time: str


@dataclass(frozen=True, eq=False, repr=False)
class Setting:
    """What a ceremony is about, and never changes in it. files: the four input files as they were read; own: labels of
    the commitments whose secrets lie beside the folder; register: the last lines of the archive's, to be shown."""

    inputs: Inputs
    files: Mapping[str, bytes]
    own: frozenset[str]
    stages: tuple[StageOutlook, ...]
    register: tuple[Registered, ...] = ()

    @classmethod
    def of(
        cls,
        inputs: Inputs,
        files: Mapping[str, bytes],
        own: frozenset[str] = frozenset(),
        register: tuple[Registered, ...] = (),
    ) -> "Setting":
        return cls(inputs, files, own, outlook(inputs.roll, inputs.units, inputs.rules), register)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _ in self.inputs.notice.commitments)

    @property
    def seats(self) -> int:
        return self.inputs.notice.dice.people if self.inputs.notice.dice else 0

    @property
    def dice_each(self) -> int:
        return self.inputs.notice.dice.each if self.inputs.notice.dice else 0


@dataclass(frozen=True)
class State:
    """Where the ceremony stands.

    dice: what lies before each seat; confirmed: how many seats have confirmed theirs; secrets: in the notice's order,
    None while closed; stage: index of the stage being drawn, -1 before the first; drawn: how many of its households
    have been shown; group: index of the group of the last one shown; begins: where in `shown` each stage so far begins;
    interrupted: the interruption after which no step has been taken yet; questions: how many were noted in the hall.
    """

    setting: Setting
    phase: Phase = Phase.OPENING
    opened: bool = False
    people: People = People()
    group_size: int = 10
    dice: tuple[str, ...] = ()
    confirmed: int = 0
    secrets: tuple[str | None, ...] = field(default=(), repr=False)
    public: str | None = None
    outcome: Outcome | None = field(default=None, compare=False)
    stage: int = -1
    drawn: int = 0
    group: int = 0
    waiting: Sequence[str] = field(default=(), repr=False)
    begins: tuple[int, ...] = ()
    shown: Prefix[Card] = field(default_factory=Prefix, repr=False)
    alternates: tuple[Sequence[Card], ...] = field(default=(), repr=False)
    interrupted: Interrupted | None = None
    voided: Voided | None = None
    questions: int = 0

    @property
    def seat(self) -> int:
        """The seat whose turn it is to throw, 0 if nobody's."""
        return self.confirmed + 1 if self.phase is Phase.CONTRIBUTIONS else 0

    @property
    def awaits_record(self) -> bool:
        """Whether the representatives have to confirm the record before anything goes on."""
        return self.interrupted is not None and self.phase in (Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.PUBLIC)

    @property
    def due(self) -> str | None:
        """Label of the commitment that is to be opened now.

        Once a ceremony is void because one secret was lost, the others that are still closed are published too.
        """
        closed = [label for label, secret in zip(self.setting.labels, self.secrets, strict=True) if secret is None]
        if self.voided:
            closed = [label for label in closed if self.voided.label not in ("", label)]
        return closed[0] if closed and self.phase in (Phase.REVEALS, Phase.VOID) else None

    @property
    def over(self) -> bool:
        """Whether nothing follows; of a void ceremony once the secrets that still have to be opened are open."""
        return self.phase is Phase.DONE or (self.phase is Phase.VOID and self.due is None)

    @property
    def complete(self) -> bool:
        """Whether everything that the seed is made of is there."""
        return (
            self.confirmed == self.setting.seats
            and None not in self.secrets
            and (self.public is not None or self.setting.inputs.notice.public is None)
        )

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of the stage being drawn."""
        return self.outcome.stages[self.stage].groups if self.outcome and self.stage >= 0 else ()

    @property
    def stage_total(self) -> int:
        return len(self.outcome.stages[self.stage].allotted) if self.outcome and self.stage >= 0 else 0

    @property
    def group_running(self) -> bool:
        """Whether a group has been begun, and not all of it has been shown."""
        group = self.groups[self.group] if self.groups else None
        return group is not None and group.first_rank <= self.drawn < group.last_rank


def start(setting: Setting) -> State:
    return State(setting, dice=("",) * setting.seats, secrets=(None,) * len(setting.labels))


def next_step(state: State) -> BeginStage | ShowNext | Finish | None:
    """The one way on from the sealing to the end."""
    if state.phase is Phase.SEALED:
        return BeginStage()
    if state.phase is not Phase.DRAWING:
        return None
    if state.drawn < state.stage_total:
        return ShowNext()
    return BeginStage() if state.stage + 1 < len(state.setting.stages) else Finish()


def void_reasons(state: State) -> tuple[str, ...]:
    """Codes of the reasons for which it could be declared void now; with the early ones any words will do too."""
    if state.phase in (Phase.OPENING, Phase.COMPARE, Phase.CONTRIBUTIONS):
        return EARLY_REASONS
    if state.phase is Phase.REVEALS and state.due is not None:
        return (SECRET_LOST,)
    return (PUBLIC_MISSING,) if state.phase is Phase.PUBLIC and state.public is None else ()


def shown_card(state: State, household: str) -> Card | None:
    """Its card if it has been shown; nothing tells of the others whether they will be."""
    same = household.casefold()
    return next((card for card in state.shown if card.household.casefold() == same), None)


def standing(state: State, household: str) -> str:
    """What may be said in public of a household that has not been shown: `unknown` (not on the roll), `waiting` while
    the drawing goes on, and once all is shown `alternate` or `not-drawn`."""
    same = household.casefold()
    if all(row[0].casefold() != same for row in state.setting.inputs.roll.rows):
        return "unknown"
    if state.phase is not Phase.DONE:
        return "waiting"
    waits = any(card.household.casefold() == same for stage in state.alternates for card in stage)
    return "alternate" if waits else "not-drawn"


def prepare(state: State) -> tuple[State, dict[str, bytes]]:
    """Draws, once the seed is complete: the state that knows the outcome, and the three files of it."""
    if not state.complete:
        raise ProtocolError("ceremony.seal-early")
    made = seed.Seed(state.dice, cast(tuple[str, ...], state.secrets), state.public)
    outcome, files = outcomes.draw(state.setting.inputs, state.setting.files, made, state.group_size)
    return replace(state, outcome=outcome), files


def decide(state: State, command: Command) -> list[Event]:
    """What happens if this is asked for now; ProtocolError where it cannot be."""
    if (state.phase, type(command)) not in TABLE:
        raise ProtocolError("ceremony.not-now", command=type(command).__name__, phase=state.phase.value)
    if state.over:
        raise ProtocolError("ceremony.is-void")  # whoever opens it looks at it, and its record is closed
    if state.awaits_record and not isinstance(command, (ConfirmRecord, Resume, Void, *ASIDES)):
        raise ProtocolError("ceremony.record-first")
    return [_DECIDE[type(command)](state, command)]


def evolve(state: State, event: Event) -> State:
    """The state after the event, which is one that `decide` gave in this state."""
    after = _EVOLVE[type(event)](state, event)
    assert after.phase in TABLE[state.phase, type(command_of(event))]
    return after if isinstance(event, Interrupted) or is_aside(event) else replace(after, interrupted=None)


def replay(state: State, event: Event) -> State:
    """`evolve` for an event that was kept elsewhere: ProtocolError if this machine would not have said it."""
    if isinstance(event, Sealed) and state.outcome is None:
        state, _ = prepare(state)
    if decide(state, command_of(event)) != [event]:
        raise ProtocolError("ceremony.other-event", event=type(event).__name__)
    return evolve(state, event)


# --- decide: one function for each command -------------------------------------------------------------------------


def _open(state: State, command: Open) -> Event:
    inputs = state.setting.inputs
    if state.opened:
        raise ProtocolError("ceremony.opened")
    if (command.draw, command.notice_hash) != (inputs.notice.draw, inputs.notice_hash):
        raise ProtocolError("ceremony.other-draw", draw=command.draw, expected=inputs.notice.draw)
    if not 1 <= command.group_size <= 10:
        raise ProtocolError("ceremony.group-size", got=command.group_size)
    return Opened(**vars(command))


def _resume(state: State, command: Resume) -> Event:
    return Interrupted(**vars(command))


def _confirm_record(state: State, command: ConfirmRecord) -> Event:
    if not state.awaits_record:
        raise ProtocolError("ceremony.record-confirmed")
    return RecordConfirmed(**vars(command), dice=state.dice[: state.confirmed])


def _as_asked(state: State, command: Any) -> Event:
    """Where the phase is all that there is to judge."""
    return COMMANDS[type(command)](**vars(command))


def _throw(state: State, command: ThrowDie) -> Event:
    _its_turn(state, command.seat)
    if not 1 <= command.die <= 6:
        raise ProtocolError("ceremony.die", got=command.die)
    if len(state.dice[command.seat - 1]) == state.setting.dice_each:
        raise ProtocolError("ceremony.dice-full", seat=command.seat, dice=state.setting.dice_each)
    return DieThrown(command.seat, command.die)


def _take_back(state: State, command: TakeBackDie) -> Event:
    _its_turn(state, command.seat)
    dice = state.dice[command.seat - 1]
    if not dice:
        raise ProtocolError("ceremony.no-die", seat=command.seat)
    return DieTakenBack(command.seat, int(dice[-1]))


def _confirm_contribution(state: State, command: ConfirmContribution) -> Event:
    _its_turn(state, command.seat)
    dice = state.dice[command.seat - 1]
    if len(dice) != state.setting.dice_each:
        raise ProtocolError("ceremony.dice-few", seat=command.seat, got=len(dice), dice=state.setting.dice_each)
    return ContributionConfirmed(**vars(command), dice=dice)


def _its_turn(state: State, seat: int) -> None:
    if seat != state.seat:
        raise ProtocolError("ceremony.seat", seat=seat, turn=state.seat)


def _open_secret(state: State, command: OpenSecret) -> Event:
    # No error in here may carry the secret: what was typed may be a right one, in the wrong place.
    if command.label != state.due:
        raise ProtocolError("ceremony.secret-order", label=command.label, expected=state.due or "–")
    if not is_secret(command.secret):
        raise ProtocolError("ceremony.secret-form", label=command.label, got=len(command.secret))
    if not seed.opens(state.setting.inputs.notice, command.label, command.secret):
        raise ProtocolError("ceremony.secret-wrong", label=command.label)
    return SecretOpened(**vars(command))


def _give_public(state: State, command: GivePublic) -> Event:
    notice = state.setting.inputs.notice
    assert notice.public is not None
    if not seed.is_public(command.digits, notice):
        raise ProtocolError("ceremony.public-form", got=len(command.digits), digits=notice.public.digits,
                            source=notice.public.source)  # fmt: skip
    return PublicGiven(**vars(command))


def _seal(state: State, command: Seal) -> Event:
    outcome = state.outcome or prepare(state)[0].outcome
    assert outcome is not None
    return Sealed(**vars(command), seed=outcome.seed, result_hash=outcome.result_hash)


def _begin_stage(state: State, command: BeginStage) -> Event:
    if state.drawn < state.stage_total:
        raise ProtocolError("ceremony.stage-unfinished", left=state.stage_total - state.drawn)
    if state.stage + 1 == len(state.setting.stages):
        raise ProtocolError("ceremony.no-stage")
    return StageBegun(state.setting.stages[state.stage + 1].id)


def _show_next(state: State, command: ShowNext) -> Event:
    assert state.outcome is not None
    if state.drawn == state.stage_total:
        raise ProtocolError("ceremony.stage-finished")
    row = state.outcome.stages[state.stage].allotted[state.drawn]
    return HouseholdShown(row.stage, row.tier, row.rank, row.household, row.ticket, row.unit)


def _finish(state: State, command: Finish) -> Event:
    assert state.outcome is not None
    if len(state.shown) < state.outcome.total or state.stage + 1 < len(state.setting.stages):
        raise ProtocolError("ceremony.not-all-shown", left=state.outcome.total - len(state.shown))
    return Finished(state.outcome.result_hash)


def _void(state: State, command: Void) -> Event:
    reason = command.reason
    # It will stand in a line of void.txt, which is a text by FORMAT.md 1.
    is_line = "\n" not in reason and not text.HIDDEN.search(reason) and unicodedata.is_normalized("NFC", reason)
    if not text.is_value(reason) or not is_line:
        raise ProtocolError("ceremony.void-reason")
    possible = void_reasons(state)
    of_ones_own = possible == EARLY_REASONS and reason not in (SECRET_LOST, PUBLIC_MISSING)
    if reason not in possible and not of_ones_own:
        raise ProtocolError("ceremony.void-late")
    if command.label != ((state.due or "") if reason == SECRET_LOST else ""):
        raise ProtocolError("ceremony.void-label", label=command.label)
    return Voided(**vars(command))


def _look_up(state: State, command: LookUp) -> Event:
    card = shown_card(state, command.household)
    stage = state.setting.stages[card.stage].id if card else ""
    return LookedUp(command.household, stage, card.rank if card else 0)


def _note_question(state: State, command: NoteQuestion) -> Event:
    if command.scene not in NOTED_IN:
        raise ProtocolError("ceremony.no-scene", scene=command.scene)
    return QuestionNoted(command.scene, state.questions + 1)


def _ask_void(state: State, command: AskVoid) -> Event:
    if not void_reasons(state):
        raise ProtocolError("ceremony.void-late")
    return VoidAsked()


_DECIDE: dict[type[Command], Callable[[State, Any], Event]] = {
    Open: _open,
    Resume: _resume,
    ConfirmRecord: _confirm_record,
    ShowNotice: _as_asked,
    ConfirmNotice: _as_asked,
    ThrowDie: _throw,
    TakeBackDie: _take_back,
    ConfirmContribution: _confirm_contribution,
    OpenSecret: _open_secret,
    GivePublic: _give_public,
    Seal: _seal,
    BeginStage: _begin_stage,
    ShowNext: _show_next,
    Finish: _finish,
    Void: _void,
    Cover: _as_asked,
    Uncover: _as_asked,
    LookUp: _look_up,
    NoteQuestion: _note_question,
    AskVoid: _ask_void,
    Refuse: _as_asked,
}


# --- evolve: one function for each event ---------------------------------------------------------------------------


def _opened(state: State, event: Opened) -> State:
    people = People(event.operator, event.witness, event.contributors)
    return replace(state, opened=True, people=people, group_size=event.group_size)


def _interrupted(state: State, event: Interrupted) -> State:
    # Who has confirmed stays who it was.
    contributors = state.people.contributors[: state.confirmed] + event.contributors[state.confirmed :]
    return replace(state, people=People(event.operator, event.witness, contributors), interrupted=event)


def _record_confirmed(state: State, event: RecordConfirmed) -> State:
    return state  # `evolve` ends the interruption


def _notice_shown(state: State, event: NoticeShown) -> State:
    return replace(state, phase=Phase.COMPARE)


def _notice_confirmed(state: State, event: NoticeConfirmed) -> State:
    return replace(state, phase=Phase.CONTRIBUTIONS if state.setting.seats else Phase.REVEALS)


def _die_thrown(state: State, event: DieThrown) -> State:
    return _with_dice(state, event.seat, state.dice[event.seat - 1] + str(event.die))


def _die_taken_back(state: State, event: DieTakenBack) -> State:
    return _with_dice(state, event.seat, state.dice[event.seat - 1][:-1])


def _with_dice(state: State, seat: int, dice: str) -> State:
    return replace(state, dice=(*state.dice[: seat - 1], dice, *state.dice[seat:]))


def _contribution_confirmed(state: State, event: ContributionConfirmed) -> State:
    names = state.people.contributors
    names = (*names, *[""] * (event.seat - len(names)))
    people = replace(state.people, contributors=(*names[: event.seat - 1], event.who, *names[event.seat :]))
    phase = Phase.REVEALS if event.seat == state.setting.seats else Phase.CONTRIBUTIONS
    return replace(state, confirmed=event.seat, people=people, phase=phase)


def _secret_opened(state: State, event: SecretOpened) -> State:
    secrets = tuple(
        event.secret if label == event.label else secret
        for label, secret in zip(state.setting.labels, state.secrets, strict=True)
    )
    public_is_next = state.phase is Phase.REVEALS and None not in secrets and state.setting.inputs.notice.public
    return replace(state, secrets=secrets, phase=Phase.PUBLIC if public_is_next else state.phase)


def _public_given(state: State, event: PublicGiven) -> State:
    return replace(state, public=event.digits, outcome=None)


def _sealed(state: State, event: Sealed) -> State:
    outcome = state.outcome or prepare(state)[0].outcome
    return replace(state, phase=Phase.SEALED, outcome=outcome)


def _stage_begun(state: State, event: StageBegun) -> State:
    inputs = state.setting.inputs
    stage = inputs.rules.stages[state.stage + 1]
    housed = {card.household for card in state.shown}
    waiting = tuple(row[0] for row in stage.households.select(inputs.roll.rows) if row[0] not in housed)
    return replace(state, phase=Phase.DRAWING, stage=state.stage + 1, drawn=0, group=0, waiting=waiting,
                   begins=(*state.begins, len(state.shown)))  # fmt: skip


def _household_shown(state: State, event: HouseholdShown) -> State:
    begun = state.drawn > 0 and state.drawn == state.groups[state.group].last_rank
    card = outcomes.card(state.setting.inputs, state.stage, event.tier, event.rank, event.household, event.unit)
    return replace(state, drawn=state.drawn + 1, group=state.group + 1 if begun else state.group,
                   shown=state.shown.then(card))  # fmt: skip


def _finished(state: State, event: Finished) -> State:
    assert state.outcome is not None
    alternates = tuple(
        Waiting(state.setting.inputs, index, stage.alternates) for index, stage in enumerate(state.outcome.stages)
    )
    return replace(state, phase=Phase.DONE, alternates=alternates)


def _voided(state: State, event: Voided) -> State:
    return replace(state, phase=Phase.VOID, voided=event)


def _question_noted(state: State, event: QuestionNoted) -> State:
    return replace(state, questions=event.number)


def _unchanged(state: State, event: Event) -> State:
    """Any other aside is for the record alone."""
    return state


_EVOLVE: dict[type[Event], Callable[[State, Any], State]] = {
    Opened: _opened,
    Interrupted: _interrupted,
    RecordConfirmed: _record_confirmed,
    NoticeShown: _notice_shown,
    NoticeConfirmed: _notice_confirmed,
    DieThrown: _die_thrown,
    DieTakenBack: _die_taken_back,
    ContributionConfirmed: _contribution_confirmed,
    SecretOpened: _secret_opened,
    PublicGiven: _public_given,
    Sealed: _sealed,
    StageBegun: _stage_begun,
    HouseholdShown: _household_shown,
    Finished: _finished,
    Voided: _voided,
    Covered: _unchanged,
    Uncovered: _unchanged,
    LookedUp: _unchanged,
    QuestionNoted: _question_noted,
    VoidAsked: _unchanged,
    Refused: _unchanged,
}
