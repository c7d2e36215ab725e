"""The steps of a ceremony: its phases, what may be asked for (commands), what has happened (events), and the one table
that says which command is allowed in which phase.

A command is imperative (`OpenSecret`), its event past tense (`SecretOpened`). Each command has one event, which holds
all that the command held and what came of it, so a journal of events can be judged by asking for each of them again
(`command_of`). Clocks are not part of an event: they stand beside it in the journal.

Confirmations name the two persons who gave them: `operator` and `witness` as in `people:`, "" where nobody is named.

Some steps are *asides*: they belong into the record, and change nothing of the draw - that the screen was covered,
that a household was looked for, that a question was raised in the hall, that somebody was about to declare the draw
void, that a step was refused. They are allowed as long as the ceremony is not done (its record is closed then), and
`--auto` makes none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from types import MappingProxyType


class Phase(Enum):
    OPENING = "opening"
    COMPARE = "compare"
    CONTRIBUTIONS = "contributions"
    REVEALS = "reveals"
    PUBLIC = "public"
    SEALED = "sealed"
    DRAWING = "drawing"
    DONE = "done"
    VOID = "void"


# Why a ceremony may be declared void, by code. Until the last contribution is confirmed any reason will do, these or
# words of one's own; afterwards only the two of FORMAT.md 5.1.
EARLY_REASONS = ("roll-wrong", "notice-differs", "person-missing", "disturbed", "device")
SECRET_LOST, PUBLIC_MISSING = "secret-lost", "public-missing"
REASONS = (*EARLY_REASONS, SECRET_LOST, PUBLIC_MISSING)

# What the screen may show while a question is raised: its scenes, or the cover. Of "seal" what is seen is noted - dice,
# envelopes, the public digits; "seal" itself is the seed that forms, and in older journals all of them.
NOTED_IN = ("opening", "compare", "dice", "envelopes", "public", "seal", "drawing", "roll", "proof", "void", "cover")


@dataclass(frozen=True)
class Open:
    """The first step. program: the hash of the one that holds the ceremony; group_size: how many households are shown
    in one go."""

    draw: str
    notice_hash: str
    program: str
    operator: str
    witness: str
    contributors: tuple[str, ...]
    group_size: int


@dataclass(frozen=True)
class Resume:
    """The ceremony goes on after its program had stopped. Times are those of the wall clock, and `stopped` is that of
    the journal's last line: nobody knows how long after it the program stopped. torn_bytes: how much of an unfinished
    last line was cut off the journal; journal_hash: of its last whole line; people are named anew, as somebody may
    have been replaced, and so is the program."""

    stopped: str
    resumed: str
    torn_bytes: int
    journal_hash: str
    program: str
    operator: str
    witness: str
    contributors: tuple[str, ...]


@dataclass(frozen=True)
class ConfirmRecord:
    """After an interruption while the seed is being made, the representatives say that the dice on the screen are
    theirs and that nothing is missing. Nothing else goes on before."""

    operator: str
    witness: str


@dataclass(frozen=True)
class ShowNotice:
    """The notice hash goes up, to be compared."""


@dataclass(frozen=True)
class ConfirmNotice:
    """The representatives say that it is the one published."""

    operator: str
    witness: str


@dataclass(frozen=True)
class ThrowDie:
    seat: int
    die: int


@dataclass(frozen=True)
class TakeBackDie:
    """The last die of this seat was read or typed wrongly: a correction, and recorded as one."""

    seat: int


@dataclass(frozen=True)
class ConfirmContribution:
    seat: int
    who: str
    operator: str
    witness: str


@dataclass(frozen=True)
class OpenSecret:
    label: str
    secret: str = field(repr=False)
    operator: str
    witness: str


@dataclass(frozen=True)
class GivePublic:
    """The digits of the public source. Given again before the sealing they are a correction."""

    digits: str
    operator: str
    witness: str


@dataclass(frozen=True)
class Seal:
    operator: str
    witness: str


@dataclass(frozen=True)
class BeginStage:
    """The next stage, its wall and its name go up."""


@dataclass(frozen=True)
class ShowNext:
    """The next household of the stage is shown."""


@dataclass(frozen=True)
class Finish:
    """Every household that was housed has been shown."""


@dataclass(frozen=True)
class Void:
    """reason: a code from above or words; label: whose secret cannot be opened, "" with any other reason."""

    reason: str
    label: str
    operator: str
    witness: str


@dataclass(frozen=True)
class Cover:
    """The screen is covered: a pause."""


@dataclass(frozen=True)
class Uncover:
    pass


@dataclass(frozen=True)
class LookUp:
    """Somebody looks for a household by its number."""

    household: str


@dataclass(frozen=True)
class NoteQuestion:
    """A question was raised in the hall, and will be answered later. scene: what the screen shows, one of NOTED_IN."""

    scene: str


@dataclass(frozen=True)
class AskVoid:
    """The field is opened in which the draw could be declared void."""


@dataclass(frozen=True)
class Refuse:
    """A step was refused. step: the command or the key that was; code, values: the refusal's, each value as
    `name=value`. No refusal carries a secret."""

    step: str
    code: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class OpenOwn:
    """Open the secret that lies beside the folder. Not a command of the machine's: whoever holds the secrets (the
    conductor) turns it into OpenSecret, so that the desk need not know any."""

    label: str


@dataclass(frozen=True)
class Opened(Open):
    pass


@dataclass(frozen=True)
class Interrupted(Resume):
    pass


@dataclass(frozen=True)
class RecordConfirmed(ConfirmRecord):
    """dice: those of each seat that has confirmed its own."""

    dice: tuple[str, ...]


@dataclass(frozen=True)
class NoticeShown(ShowNotice):
    pass


@dataclass(frozen=True)
class NoticeConfirmed(ConfirmNotice):
    pass


@dataclass(frozen=True)
class DieThrown(ThrowDie):
    pass


@dataclass(frozen=True)
class DieTakenBack(TakeBackDie):
    die: int


@dataclass(frozen=True)
class ContributionConfirmed(ConfirmContribution):
    dice: str


@dataclass(frozen=True)
class SecretOpened(OpenSecret):
    pass


@dataclass(frozen=True)
class PublicGiven(GivePublic):
    pass


@dataclass(frozen=True)
class Sealed(Seal):
    seed: str
    result_hash: str


@dataclass(frozen=True)
class StageBegun(BeginStage):
    stage: str


@dataclass(frozen=True)
class HouseholdShown(ShowNext):
    """One allotted line of `result.csv`, whole."""

    stage: str
    tier: str
    rank: int
    household: str
    ticket: str
    unit: str


@dataclass(frozen=True)
class Finished(Finish):
    result_hash: str


@dataclass(frozen=True)
class Voided(Void):
    pass


@dataclass(frozen=True)
class Covered(Cover):
    pass


@dataclass(frozen=True)
class Uncovered(Uncover):
    pass


@dataclass(frozen=True)
class LookedUp(LookUp):
    """stage, rank: where the household has been shown; "" and 0 where it has not been."""

    stage: str
    rank: int


@dataclass(frozen=True)
class QuestionNoted(NoteQuestion):
    """number: from 1, through the whole ceremony; the office's ledger refers to it afterwards."""

    number: int


@dataclass(frozen=True)
class VoidAsked(AskVoid):
    pass


@dataclass(frozen=True)
class Refused(Refuse):
    pass


Command = (
    Open | Resume | ConfirmRecord | ShowNotice | ConfirmNotice | ThrowDie | TakeBackDie | ConfirmContribution
    | OpenSecret | GivePublic | Seal | BeginStage | ShowNext | Finish | Void | Cover | Uncover | LookUp | NoteQuestion
    | AskVoid | Refuse
)  # fmt: skip
Event = (
    Opened | Interrupted | RecordConfirmed | NoticeShown | NoticeConfirmed | DieThrown | DieTakenBack
    | ContributionConfirmed | SecretOpened | PublicGiven | Sealed | StageBegun | HouseholdShown | Finished | Voided
    | Covered | Uncovered | LookedUp | QuestionNoted | VoidAsked | Refused
)  # fmt: skip
ASIDES: tuple[type[Command], ...] = (Cover, Uncover, LookUp, NoteQuestion, AskVoid, Refuse)
Request = Command | OpenOwn  # what the desk may ask for

# The transition table: in this phase this command is allowed (if its values fit, which `decide` judges), and leads to
# one of these phases. What does not stand here is refused.
TABLE: Mapping[tuple[Phase, type[Command]], tuple[Phase, ...]] = MappingProxyType({
    (Phase.OPENING, Open): (Phase.OPENING,),
    (Phase.OPENING, Resume): (Phase.OPENING,),
    (Phase.OPENING, ShowNotice): (Phase.COMPARE,),
    (Phase.OPENING, Void): (Phase.VOID,),
    (Phase.COMPARE, Resume): (Phase.COMPARE,),
    (Phase.COMPARE, ConfirmNotice): (Phase.CONTRIBUTIONS, Phase.REVEALS),
    (Phase.COMPARE, Void): (Phase.VOID,),
    (Phase.CONTRIBUTIONS, Resume): (Phase.CONTRIBUTIONS,),
    (Phase.CONTRIBUTIONS, ConfirmRecord): (Phase.CONTRIBUTIONS,),
    (Phase.CONTRIBUTIONS, ThrowDie): (Phase.CONTRIBUTIONS,),
    (Phase.CONTRIBUTIONS, TakeBackDie): (Phase.CONTRIBUTIONS,),
    (Phase.CONTRIBUTIONS, ConfirmContribution): (Phase.CONTRIBUTIONS, Phase.REVEALS),
    (Phase.CONTRIBUTIONS, Void): (Phase.VOID,),
    (Phase.REVEALS, Resume): (Phase.REVEALS,),
    (Phase.REVEALS, ConfirmRecord): (Phase.REVEALS,),
    (Phase.REVEALS, OpenSecret): (Phase.REVEALS, Phase.PUBLIC),
    (Phase.REVEALS, Seal): (Phase.SEALED,),
    (Phase.REVEALS, Void): (Phase.VOID,),
    (Phase.PUBLIC, Resume): (Phase.PUBLIC,),
    (Phase.PUBLIC, ConfirmRecord): (Phase.PUBLIC,),
    (Phase.PUBLIC, GivePublic): (Phase.PUBLIC,),
    (Phase.PUBLIC, Seal): (Phase.SEALED,),
    (Phase.PUBLIC, Void): (Phase.VOID,),
    (Phase.SEALED, Resume): (Phase.SEALED,),
    (Phase.SEALED, BeginStage): (Phase.DRAWING,),
    (Phase.DRAWING, Resume): (Phase.DRAWING,),
    (Phase.DRAWING, BeginStage): (Phase.DRAWING,),
    (Phase.DRAWING, ShowNext): (Phase.DRAWING,),
    (Phase.DRAWING, Finish): (Phase.DONE,),
    (Phase.VOID, Resume): (Phase.VOID,),
    (Phase.VOID, OpenSecret): (Phase.VOID,),
    **{(phase, aside): (phase,) for phase in Phase if phase is not Phase.DONE for aside in ASIDES},
})  # fmt: skip

COMMANDS: Mapping[type[Command], type[Event]] = MappingProxyType({
    Open: Opened,
    Resume: Interrupted,
    ConfirmRecord: RecordConfirmed,
    ShowNotice: NoticeShown,
    ConfirmNotice: NoticeConfirmed,
    ThrowDie: DieThrown,
    TakeBackDie: DieTakenBack,
    ConfirmContribution: ContributionConfirmed,
    OpenSecret: SecretOpened,
    GivePublic: PublicGiven,
    Seal: Sealed,
    BeginStage: StageBegun,
    ShowNext: HouseholdShown,
    Finish: Finished,
    Void: Voided,
    Cover: Covered,
    Uncover: Uncovered,
    LookUp: LookedUp,
    NoteQuestion: QuestionNoted,
    AskVoid: VoidAsked,
    Refuse: Refused,
})  # fmt: skip
EVENTS: Mapping[str, type[Event]] = MappingProxyType({event.__name__: event for event in COMMANDS.values()})
_COMMAND_OF = {event: command for command, event in COMMANDS.items()}


def is_aside(event: Event) -> bool:
    return isinstance(event, ASIDES)


def command_of(event: Event) -> Command:
    """The command that this event came of."""
    command = _COMMAND_OF[type(event)]
    return command(**{each.name: getattr(event, each.name) for each in fields(command)})
