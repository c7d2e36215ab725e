"""What a scene may see: frozen values that hold nothing that the audience may not know yet.

`view(state, look)` (below) makes the ceremony's part of it; the desk (`kiosk.ceremony.desk`) says how it is being
looked at, and the app adds the clock and the devices. A scene is `render(surface, view, seconds)`, where `seconds` is
the time since what the scene shows began to change (`kiosk.screen.scenes.moment`): same view and seconds, same pixels.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from kiosk.ceremony.choosing import Choosing
from kiosk.ceremony.machine import Registered, State, void_reasons
from kiosk.ceremony.outcome import Card
from kiosk.ceremony.steps import Phase
from kiosk.core.outlook import StageOutlook

__all__ = [
    "Card", "Drawing", "Envelope", "Field", "Interruption", "Leaf", "Look", "Operating", "Phase", "Seat", "Verdict",
    "View", "leaf", "leaves", "opening_pages", "reading", "view",
]  # fmt: skip

OPENING_TIERS = 8  # tiers on one page of the opening scene
LEAF_CARDS = 20  # households on one page of the roll scene
PROOF = ("hash", "statement", "code", "thanks")  # the pages of the proof scene


@dataclass(frozen=True)
class Envelope:
    """A commitment, and the secret once it has been opened in public."""

    label: str
    commitment: str
    secret: str | None


@dataclass(frozen=True)
class Seat:
    """One who throws dice. who: as in `people:`, "" where nobody is named; dice: those on the table, in order."""

    number: int
    who: str
    dice: str
    confirmed: bool


@dataclass(frozen=True)
class Drawing:
    """The drawing as far as it has been shown.

    stage: index of the stage being drawn; tier: title of the tier of the group on show, "" if it is the only one;
    group: its cards so far; group_number counts from 1 in the stage, as do groups and ranks;
    first_rank, last_rank: those of the whole group, so also of the cards still to come;
    waiting: the numbers on the waiting list of this stage, in the roll's order, those drawn in this stage included;
    shown: every card so far, of all stages, in the order of showing;
    drawn, total: flats shown so far in this stage, and to be shown in it; all_drawn, all_total: the same of the draw.
    """

    stage: int
    tier: str
    group: tuple[Card, ...]
    group_number: int
    groups: int
    first_rank: int
    last_rank: int
    waiting: Sequence[str]
    shown: Sequence[Card]
    drawn: int
    total: int
    all_drawn: int
    all_total: int
    group_running: bool  # more cards of this group follow by themselves
    begins: tuple[int, ...] = ()  # where in `shown` each stage so far begins


@dataclass(frozen=True)
class Verdict:
    """What a verifier said of the folder. verdict: verified, refuted, unusable or "" while it is at work."""

    verifier: str
    verdict: str
    check: str
    result_hash: str


@dataclass(frozen=True)
class Interruption:
    """The ceremony was interrupted and goes on: said in public. Times are HH:MM:SS of the wall clock.

    after: the household last shown, "" before the first; torn: the end of the record had to be mended, as a step was
    being written when it stopped; record: hash of the record's last line before, where the representatives have to
    confirm it, and otherwise "".
    """

    stopped: str
    resumed: str
    after: str
    torn: bool = False
    record: str = ""


@dataclass(frozen=True)
class Operating:
    """What only who runs the ceremony needs to know. Nothing of it is secret.

    elapsed: since the ceremony began; ends: when it will be over, at this pace; wanted: when it should be, "" if nobody
    said. All are H:MM. health: of disk, printer, phones and verifier, each with a word for its state.
    """

    elapsed: str
    ends: str
    wanted: str = ""
    health: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Field:
    """Something being typed. kind: secret, public, find or void; typed: what stands in it; label: whose secret."""

    kind: str
    label: str
    typed: str


@dataclass(frozen=True)
class Look:
    """How the ceremony is being looked at: nothing of it is part of the draw.

    scene: opening, compare, seal, drawing, roll, proof or void, and before all of them reading. page: which page of a
    scene that has several (opening, roll, proof; of the drawing page 1 is the recap; in reading a count). sheet: the
    overlay's second page. asks: what Enter would do now - record (after an interruption), notice, contribution, own
    (open the secret kept here), secret, public, seal, void - or "" if nothing. refusal: the last refusal as (code,
    values), shown until the next step. found: number of the household looked for and its card, if drawn. noted: number
    of the question that was just noted, 0 if none. stepped_s: when the last step was asked for. prints: how often
    somebody has asked for paper, which is the app's to see to and of which nothing is recorded.
    """

    scene: str
    page: int = 0
    overlay: bool = False
    sheet: bool = False
    covered: bool = False
    qr: bool = False
    field: Field | None = None
    asks: str = ""
    refusal: tuple[str, tuple[tuple[str, str], ...]] | None = None
    found: tuple[str, Card | None] | None = None
    standing: str = ""
    noted: int = 0
    auto: bool = False
    pace_s: float = 1.2
    stepped_s: float = dataclasses.field(default=float("-inf"), compare=False, repr=False)
    prints: int = dataclasses.field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class View:
    draw: str
    title: str
    rehearsal: bool
    opens: str
    phase: Phase
    notice_hash: str
    households: int
    units: int
    stages: tuple[StageOutlook, ...]
    operator: str
    witness: str
    envelopes: tuple[Envelope, ...]
    seats: tuple[Seat, ...]
    seat: int  # number of the seat whose turn it is, 0 if nobody's
    dice_each: int
    public_source: str
    public_digits: int
    public: str | None
    seed: str | None
    result_hash: str | None
    drawing: Drawing | None
    interruption: Interruption | None
    void_reason: str
    # added by the desk and the app
    look: Look
    language: str = "zh-CN"
    clock: str = ""  # HH:MM:SS
    date: str = ""  # YYYY-MM-DD
    address: str = ""  # what the QR code holds, "" if it leads nowhere
    verdicts: tuple[Verdict, ...] = ()
    troubles: tuple[str, ...] = ()  # codes of devices that fail, for the corner
    # more of the ceremony
    alternates: tuple[Sequence[Card], ...] = ()  # of each stage, once all is done
    due: str = ""  # label of the commitment to be opened now
    void_reasons: tuple[str, ...] = ()  # codes of the reasons for which it could be declared void now
    void_label: str = ""  # whose secret could not be opened, if that is why
    void_by: tuple[str, str] = ("", "")  # the operator who declared it, and the witness
    void_time: str = ""  # YYYY-MM-DD HH:MM, when it was declared
    example: str = ""  # a number of this roll, to show how they are written
    register: tuple[Registered, ...] = ()  # the last lines of the archive's register, for the opening
    operating: Operating | None = None
    choosing: Choosing | None = None  # in the scene of that name, after the draw


def reading(title: str, rehearsal: bool) -> View:
    """Before anything but the notice's title is known: while the folder is being read."""
    return View(draw="", title=title, rehearsal=rehearsal, opens="", phase=Phase.OPENING, notice_hash="", households=0,
                units=0, stages=(), operator="", witness="", envelopes=(), seats=(), seat=0, dice_each=0,
                public_source="", public_digits=0, public=None, seed=None, result_hash=None, drawing=None,
                interruption=None, void_reason="", look=Look("reading"))  # fmt: skip


def view(state: State, look: Look) -> View:
    """All that may be seen of this state. Costs the same however many households have been shown."""
    inputs = state.setting.inputs
    notice = inputs.notice
    sealed = state.outcome if state.phase in (Phase.SEALED, Phase.DRAWING, Phase.DONE) else None
    return View(
        draw=notice.draw,
        title=notice.title,
        rehearsal=notice.rehearsal,
        opens=notice.opens,
        phase=state.phase,
        notice_hash=inputs.notice_hash,
        households=len(inputs.roll.rows),
        units=len(inputs.units.rows),
        stages=state.setting.stages,
        operator=state.people.operator,
        witness=state.people.witness,
        envelopes=tuple(
            Envelope(label, commitment, secret)
            for (label, commitment), secret in zip(notice.commitments, state.secrets, strict=True)
        ),
        seats=tuple(_seat(state, number) for number in range(1, state.setting.seats + 1)),
        seat=state.seat,
        dice_each=state.setting.dice_each,
        public_source=notice.public.source if notice.public else "",
        public_digits=notice.public.digits if notice.public else 0,
        public=state.public,
        seed=sealed.seed if sealed else None,
        result_hash=sealed.result_hash if sealed else None,
        drawing=_drawing(state),
        interruption=_interruption(state),
        void_reason=state.voided.reason if state.voided else "",
        look=look,
        alternates=state.alternates,
        due=state.due or "",
        void_reasons=void_reasons(state),
        void_label=state.voided.label if state.voided else "",
        void_by=(state.voided.operator, state.voided.witness) if state.voided else ("", ""),
        example=inputs.roll.rows[0][0] if inputs.roll.rows else "",
        register=state.setting.register,
    )


def _seat(state: State, number: int) -> Seat:
    names = state.people.contributors
    who = names[number - 1] if number <= len(names) else ""
    return Seat(number, who, state.dice[number - 1], number <= state.confirmed)


def _drawing(state: State) -> Drawing | None:
    if state.outcome is None or state.stage < 0:
        return None
    groups, begin = state.groups, state.begins[-1]
    group = groups[state.group] if groups else None
    first = begin + group.first_rank - 1 if group else begin
    return Drawing(
        stage=state.stage,
        tier=group.tier if group else "",
        group=state.shown[first : begin + state.drawn],
        group_number=state.group + 1 if group else 0,
        groups=len(groups),
        first_rank=group.first_rank if group else 0,
        last_rank=group.last_rank if group else 0,
        waiting=state.waiting,
        shown=state.shown,
        drawn=state.drawn,
        total=state.stage_total,
        all_drawn=len(state.shown),
        all_total=state.outcome.total,
        group_running=state.group_running,
        begins=state.begins,
    )


def _interruption(state: State) -> Interruption | None:
    if state.interrupted is None:
        return None
    stopped, resumed = (datetime.fromisoformat(time) for time in (state.interrupted.stopped, state.interrupted.resumed))
    after = state.shown[-1].household if state.shown else ""
    record = state.interrupted.journal_hash if state.awaits_record else ""
    return Interruption(f"{stopped:%H:%M:%S}", f"{resumed:%H:%M:%S}", after, state.interrupted.torn_bytes > 0, record)


def opening_pages(stages: Sequence[StageOutlook], register: Sequence[Registered] = ()) -> int:
    """The title page, the list of all tiers, and the archive's register where it has lines."""
    tiers = sum(len(stage.tiers) for stage in stages)
    return 1 + -(-tiers // OPENING_TIERS) + (1 if register else 0)


@dataclass(frozen=True)
class Leaf:
    """One page of the lists: households of one stage, either housed (in the order of showing) or alternates.

    number, of: which page of this list it is, from 1; first: place in the list of the first card on it, from 1.
    """

    stage: int
    alternates: bool
    cards: tuple[Card, ...]
    number: int
    of: int
    first: int


def leaves(drawing: Drawing | None, alternates: Sequence[Sequence[Card]] = ()) -> int:
    """How many pages the roll scene has; every stage that has begun has at least one."""
    return sum(_pages(len(cards)) for _, _, cards in _lists(drawing, alternates))


def leaf(drawing: Drawing, alternates: Sequence[Sequence[Card]], page: int) -> Leaf:
    """The page of the roll scene with this index; the last one if there are not so many."""
    page = max(0, min(page, leaves(drawing, alternates) - 1))
    for stage, are_alternates, part in _lists(drawing, alternates):
        of = _pages(len(part))
        if page < of:
            places = part[page * LEAF_CARDS : (page + 1) * LEAF_CARDS]
            source = alternates[stage] if are_alternates else drawing.shown
            cards = tuple(source[places.start : places.stop])
            return Leaf(stage, are_alternates, cards, page + 1, of, page * LEAF_CARDS + 1)
        page -= of
    raise AssertionError("every page belongs to a list")


def _lists(drawing: Drawing | None, alternates: Sequence[Sequence[Card]]) -> Iterator[tuple[int, bool, range]]:
    """The lists of the roll scene: stage, whether alternates, and their places in `shown` or in the alternates."""
    if drawing is None:
        return
    for stage, (begin, end) in enumerate(pairwise((*drawing.begins, len(drawing.shown)))):
        yield stage, False, range(begin, end)
        if alternates and alternates[stage]:
            yield stage, True, range(len(alternates[stage]))


def _pages(cards: int) -> int:
    return max(1, -(-cards // LEAF_CARDS))
