"""What a scene may see: frozen values that hold nothing that the audience may not know yet.

`view(state)` (below) makes the ceremony's part of it; the desk (`kiosk.ceremony.desk`) adds how it is being looked at,
and the app adds the clock and the devices. A scene is `render(surface, view, seconds)`, where `seconds` is the time
since `view` last changed in anything but its clock: same view and seconds, same pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.ceremony.machine import Phase
from kiosk.core.outlook import StageOutlook


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
class Card:
    """A household that has been shown. name: its field in the column `name`, "" where the roll has none;
    unit: "" in a `choose` stage."""

    stage: int  # index into `stages`
    tier: str  # the tier's title, "" where the stage has one tier only
    rank: int
    household: str
    name: str
    unit: str


@dataclass(frozen=True)
class Drawing:
    """The drawing as far as it has been shown.

    stage: index of the stage being drawn; tier: title of the tier of the group on show;
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


@dataclass(frozen=True)
class Verdict:
    """What a verifier said of the folder. verdict: verified, refuted, unusable or "" while it is at work."""

    verifier: str
    verdict: str
    check: str
    result_hash: str


@dataclass(frozen=True)
class Interruption:
    """The ceremony was interrupted and goes on: said in public. Times are HH:MM:SS of the wall clock."""

    stopped: str
    resumed: str
    after: str  # the household last shown, "" before the first


@dataclass(frozen=True)
class Field:
    """Something being typed. kind: secret, public, find or void; typed: what stands in it; label: whose secret."""

    kind: str
    label: str
    typed: str


@dataclass(frozen=True)
class Look:
    """How the ceremony is being looked at: nothing of it is part of the draw.

    scene: opening, compare, seal, drawing, roll, proof or void. page: which page of a scene that has several.
    asks: code of the irreversible step that waits for Enter, "" if none. refusal: the last refusal as
    (code, values), shown until the next step. found: number of the household looked for and its card, if drawn.
    """

    scene: str
    page: int = 0
    overlay: bool = False
    covered: bool = False
    qr: bool = False
    field: Field | None = None
    asks: str = ""
    refusal: tuple[str, tuple[tuple[str, str], ...]] | None = None
    found: tuple[str, Card | None] | None = None
    auto: bool = False
    pace_s: float = 1.2


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
