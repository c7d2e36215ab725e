"""Follows `after.jsonl` while households choose their flats, for the hall's screen.

Another program writes the file (`mingyao after FOLDER choose …`). What it adds is shown once the whole chain has been
judged with it; what does not hold is said, and the screen stays at what did. Nor may anything that was shown be gone.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kiosk.after import book as books
from kiosk.after import chain, store
from kiosk.after.book import Book
from kiosk.after.replace import Draw, Standing
from kiosk.ceremony import outcome
from kiosk.ceremony.choosing import LAST, NEXT, Choosing, Flats
from kiosk.ceremony.outcome import Card
from kiosk.core.errors import InputError, MingyaoError, VerificationError
from kiosk.core.evidence import Evidence, Inputs

_MOST_KINDS = 40  # different values of a column that tells kinds of flats apart
_FEWEST_OF_KIND = 3  # flats of a kind, on an average
_Stamp = tuple[int, int, int] | None


class Live:
    """explain: a sentence for what is wrong with the file."""

    def __init__(
        self, evidence: Evidence, folder: Path, explain: Callable[[MingyaoError], str], stage: str = ""
    ) -> None:
        """stage: its id, "" for the first in which somebody has to choose. InputError where nobody chooses."""
        self._inputs, self._folder, self._explain = evidence.inputs, folder, explain
        self._draw = Draw(evidence)
        chosen = [each.id for each in self._draw.stages.values() if each.assign == "choose"]
        self._stages = [each for each in chosen if stage in ("", each)]
        if not self._stages:
            raise InputError("after.nothing-to-choose", stage=stage, known=", ".join(chosen) or "–")
        self._kinds = {each: _kinds(self._inputs, sorted(self._draw.choosable(each))) for each in self._stages}
        self._book = Book(self._draw)
        self._trouble = ""
        self._stamp: _Stamp = (0, 0, 0)
        self._shown: Choosing | None = None

    def look(self) -> Choosing:
        """As the file stands now. Costs next to nothing while it stays as it is."""
        stamp = _stamp(self._folder / chain.FILE)
        if self._shown is None or stamp != self._stamp:
            self._stamp = stamp
            self._read()
            self._shown = self._choosing()
        return self._shown

    def _read(self) -> None:
        try:
            read = books.read(self._draw, store.said(self._folder).whole)
            before = self._book.last
            if before and (len(read.entries) < before.number or read.entries[before.number - 1] != before):
                raise VerificationError("after-chain", "after.rewritten", entry=before.number)
        except MingyaoError as error:
            self._trouble = self._explain(error)
            return
        self._book, self._trouble = read, ""

    def _choosing(self) -> Choosing:
        standing = self._book.standing
        stage = next((each for each in self._stages if standing.chooser(each)), self._stages[-1])
        number = list(self._draw.stages).index(stage)
        waiting = [self._card(number, each.rank, each.household) for each in standing.choosers(stage, NEXT + 1)]
        choices = self._choices(standing, stage, number)
        taken = {card.unit for card in choices}
        flats = [
            Flats(title, tuple(unit for unit in units if unit not in taken), len(units))
            for title, units in self._kinds[stage].items()
        ]
        return Choosing(
            stage=self._draw.stages[stage].title,
            turn=waiting[0] if waiting else None,
            next=tuple(waiting[1:]),
            last=tuple(choices[:LAST]),
            flats=tuple(each for each in flats if each.left),
            chosen=len(choices),
            choosers=len(choices) + standing.waiting(stage),
            trouble=self._trouble,
        )

    def _choices(self, standing: Standing, stage: str, number: int) -> list[Card]:
        """Those that stand, newest first."""
        by_entry = sorted(
            ((entry, household) for household, (_, entry) in standing.chosen.items()), reverse=True
        )  # fmt: skip
        made = []
        for entry, household in by_entry:
            choice = self._book.entries[entry - 1]
            if choice.text("stage") == stage:
                made.append(self._card(number, choice.whole("rank"), household, choice.text("unit")))
        return made

    def _card(self, stage: int, rank: int, household: str, unit: str = "") -> Card:
        return outcome.card(self._inputs, stage, "", rank, household, unit)


def _stamp(path: Path) -> _Stamp:
    """What changes with the file's bytes; None where there is no file, or it cannot be reached."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_ino, told.st_size, told.st_mtime_ns


def _kinds(inputs: Inputs, units: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The flats by building (what their numbers begin with) and by those columns that have few values; by fewer of them
    where that would leave hardly any flats of a kind."""
    rows = {row[0]: (row[0].partition("-")[0], *row[1:]) for row in inputs.units.rows}
    columns = range(len(inputs.units.columns))
    telling = [at for at in columns if 1 < len({rows[unit][at] for unit in units}) <= _MOST_KINDS]
    while telling:
        made: dict[str, list[str]] = {}
        for unit in units:
            made.setdefault(" · ".join(rows[unit][at] for at in telling if rows[unit][at]), []).append(unit)
        if len(made) * _FEWEST_OF_KIND <= len(units):
            return dict(sorted(made.items()))
        telling.pop()
    return {"": list(units)}
