"""All entries in their order, each judged where it stands (FORMAT.md 11.4 to 11.8). Pure.

Undoing is an entry, not a deletion: the entry that it names stands no longer, and everything that does stand must be
right without it, taken again from the first. So nobody can be passed over by something that is undone afterwards; who
wants to undo an early step undoes first what rests on it.
"""

from collections.abc import Iterable, Mapping

from kiosk.after import chain
from kiosk.after.chain import Entry
from kiosk.after.ledger import Ledger
from kiosk.after.replace import Chooser, Draw, Next, Standing
from kiosk.core.errors import ProtocolError, VerificationError

CHECK = "after-step"
UNDONE = ("withdraw", "replace", "choose", "answer", "close")


class Book:
    """The entries so far, and what they have led to. undone: entries that stand no longer, and what undid each."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.entries: list[Entry] = []
        self.undone: dict[int, int] = {}
        self.standing = Standing(draw)
        self.ledger = Ledger(draw.households)

    def add(self, entry: Entry) -> None:
        """Takes the entry; ProtocolError, and nothing changed, where it is not right."""
        if entry.kind == "undo":
            self._undo(entry)
        else:
            _take(entry, self.standing, self.ledger)
        self.entries.append(entry)

    @property
    def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    def _undo(self, undo: Entry) -> None:
        number = undo.whole("entry")
        if not 1 <= number <= len(self.entries):
            raise ProtocolError("after.no-such-entry", entry=number, last=len(self.entries))
        if number in self.undone:
            raise ProtocolError("after.undone", entry=number, by=self.undone[number])
        kind = self.entries[number - 1].kind
        if kind not in UNDONE:
            raise ProtocolError("after.not-undone", entry=number, kind=kind)
        undone = {**self.undone, number: undo.number}
        self.standing, self.ledger = self._again(undone, number)
        self.undone = undone

    def _again(self, undone: Mapping[int, int], number: int) -> tuple[Standing, Ledger]:
        standing, ledger = Standing(self.draw), Ledger(self.draw.households)
        for entry in self.entries:
            if entry.number in undone:
                if entry.kind == "replace":
                    standing.leave_out_replacement(entry.text("stage"))
            elif entry.kind != "undo":
                try:
                    _take(entry, standing, ledger)
                except ProtocolError as error:
                    raise ProtocolError("after.rests-on", entry=number, other=entry.number, kind=entry.kind) from error
        return standing, ledger


def judge(draw: Draw, entries: Iterable[Entry]) -> Book:
    """The book of these entries; VerificationError names the line that is not right."""
    book = Book(draw)
    for entry in entries:
        try:
            book.add(entry)
        except ProtocolError as error:
            raise VerificationError(CHECK, error.code, **{**error.values, "line": entry.number}) from error
    return book


def read(draw: Draw, data: bytes, held: str | None = None) -> Book:
    """The book in the bytes of `after.jsonl`; VerificationError names the check of FORMAT.md 11.9 that refuses them."""
    return judge(draw, chain.decode(data, draw.result_hash, held))


def _take(entry: Entry, standing: Standing, ledger: Ledger) -> None:
    match entry.kind:
        case "withdraw":
            standing.withdraw(entry.text("household"), entry.number)
        case "replace":
            standing.replace(_told(entry, standing), entry.number)
        case "choose":
            _choose(entry, standing)
        case "ask":
            ledger.ask(entry)
        case "answer":
            ledger.answer(entry)
        case _:
            ledger.close(entry)


def _told(entry: Entry, standing: Standing) -> Next:
    """What the entry says, with the place and the tier that it names."""
    stage = standing.draw.stages.get(entry.text("stage"))
    place = standing.draw.by_rank.get((entry.text("stage"), entry.whole("place")))
    tier = next((each for each in stage.tiers if each.id == entry.text("tier")), None) if stage else None
    if place is None or tier is None or place.unit != entry.text("unit"):
        raise ProtocolError("after.no-place", stage=entry.text("stage"), place=entry.whole("place"),
                            unit=entry.text("unit"), tier=entry.text("tier"))  # fmt: skip
    return Next(place, tier, entry.text("household"), entry.whole("rank"))


def _choose(entry: Entry, standing: Standing) -> None:
    stage = standing.draw.choose_stage(entry.text("stage"))
    chooser = Chooser(entry.whole("rank"), entry.text("household"))
    standing.choose(stage.id, chooser, entry.text("unit"), entry.number)
