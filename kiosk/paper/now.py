"""Who holds each flat now, after what was decided since the draw (FORMAT.md 11): stage by stage, by rank and by number,
and then every decision with its reason, and of each replacement who was passed over and why. And the slips of those who
came in line since, which carry the hash of the entry that says so."""

from collections.abc import Iterator, Mapping, Sequence

from kiosk.after.book import Book
from kiosk.after.chain import Entry
from kiosk.after.replace import Held
from kiosk.after.told import Teller
from kiosk.core.rules import Stage
from kiosk.paper import lists
from kiosk.paper import slips as slips_of
from kiosk.paper.facts import Facts, tier_titles
from kiosk.paper.lists import Section
from kiosk.paper.winners import Names, Winner, by_id
from kiosk.words import say

_DECISIONS = ("withdraw", "replace", "choose", "undo")


def holders(facts: Facts, book: Book, large: bool = False) -> Iterator[bytes]:
    return lists.written(facts, "now", _Now(facts, book, large).sections(), large)


def spreadsheet(facts: Facts, book: Book) -> Iterator[list[str]]:
    """A row for each place: whose it was by the draw, whose it is now and why."""
    return _Now(facts, book).rows()


def households(facts: Facts, book: Book, what: str) -> list[str]:
    """Who stands on this paper: who holds something now, or of the slips those who came in line after the draw."""
    if what == "slips":
        return [winner.household for winner in _came(facts, book)]
    return [held.household for held in book.standing.holdings() if held.household]


def slips(facts: Facts, book: Book) -> Iterator[bytes]:
    """Of those who came in line after the draw: the others have theirs."""
    return slips_of.slips(facts, list(_came(facts, book)))


def _came(facts: Facts, book: Book) -> Iterator[Winner]:
    names, units = Names(facts), by_id(facts.inputs.units)
    for held in book.standing.holdings():
        given, stage = book.standing.given.get(held.household), held.place.stage
        if given:
            yield Winner(
                stage=stage.id,
                stage_title=stage.title,
                tier=held.place.tier.id,
                tier_title=tier_titles(stage)[held.place.tier.id] if len(stage.tiers) > 1 else "",
                rank=held.rank,
                household=held.household,
                name=names.of(held.household),
                unit=held.unit,
                details=tuple(field for field in units[held.unit][1:] if field) if held.unit else (),
                appointment=None,
                entry=(given.entry, book.entries[given.entry - 1].hash),
            )


class _Now:
    def __init__(self, facts: Facts, book: Book, large: bool = False) -> None:
        self._facts, self._book, self._large = facts, book, large
        self._roll, self._units = by_id(facts.inputs.roll), by_id(facts.inputs.units)
        self._names = Names(facts)

    def _say(self, key: str, **values: object) -> str:
        return say(self._facts.language, f"paper.now.{key}", **values)

    def rows(self) -> Iterator[list[str]]:
        roll, units = self._facts.inputs.roll, self._facts.inputs.units
        named = ("stage", "tier", "place", "rank", "drawn", "note", "entry")
        yield lists.headings(self._facts, named, (roll, units))
        for held in self._book.standing.holdings():
            place, household = held.place, held.household
            yield [
                place.stage.title, place.tier.title, str(place.rank), str(held.rank) if household else "",
                place.household, self._note(held), str(held.entry) if held.entry else "",
                *(self._roll[household] if household else [""] * len(roll.columns)),
                *(self._units[held.unit] if held.unit else [""] * len(units.columns)), *self._private(household),
            ]  # fmt: skip

    def _private(self, household: str) -> Sequence[str]:
        private = self._facts.private
        return private.of(household) if household else [""] * len(private.columns)

    def sections(self) -> Iterator[Section]:
        everyone = list(self._book.standing.holdings())
        for stage in self._facts.inputs.rules.stages:
            held = [each for each in everyone if each.place.stage.id == stage.id]
            yield self._section(stage, "by-rank", held)
            there = sorted((each for each in held if each.household), key=lambda each: each.household)
            yield self._section(stage, "by-number", there)
        decided, last = list(self._decisions()), self._book.last
        note = self._say("decided", count=len(decided), last=last.hash if last else "–")
        yield Section(self._say("decisions"), note, ["entry", "time", "what"], decided)

    def _section(self, stage: Stage, order: str, held: Sequence[Held]) -> Section:
        rows = [self._row(each) for each in held]
        columns = ["rank", "household"]
        columns += ["name"] if lists.shows_names(self._facts, (row["name"] for row in rows)) else []
        columns += ["unit", "tier", "note"] if len(stage.tiers) > 1 else ["unit", "note"]
        fields = [
            [*(row[column] for column in columns), *self._private(each.household)]
            for row, each in zip(rows, held, strict=True)
        ]
        note = say(self._facts.language, f"paper.list.{order}", count=len(rows))
        return Section(stage.title, note, columns, fields, self._facts.private.columns)

    def _row(self, held: Held) -> Mapping[str, str]:
        return {
            "rank": str(held.rank) if held.household else "–",
            "household": held.household or self._say("nobody"),
            "name": self._names.of(held.household) if held.household else "",
            "unit": " ".join(filter(None, self._units[held.unit][: 1 if self._large else None])) if held.unit else "",
            "tier": held.place.tier.title,
            "note": self._note(held),
        }

    def _note(self, held: Held) -> str:
        """What has become of the place since the draw, "" if nothing."""
        place = held.place
        if not held.household:
            return self._say("free", household=self._book.standing.holder(place), entry=held.entry)
        notes = []
        if given := self._book.standing.given.get(held.household):
            notes.append(self._say("given", household=place.household, place=place.rank, entry=given.entry))
        if place.stage.assign == "choose":
            notes.append(self._say("chosen" if held.unit else "to-choose", entry=held.entry))
        return self._say("and").join(notes)

    def _decisions(self) -> Iterator[list[str]]:
        """Each in its order, as it was when it was made: so the book is gone through once more."""
        then = Book(self._book.draw)
        for entry in self._book.entries:
            lines = list(self._decision(then, entry)) if entry.kind in _DECISIONS else []
            then.add(entry)
            if lines:
                if undo := self._book.undone.get(entry.number):
                    lines.insert(0, self._say("undone", entry=undo))
                yield [str(entry.number), entry.time[:16].replace("T", " "), "\n".join(lines)]

    def _decision(self, then: Book, entry: Entry) -> Iterator[str]:
        tell = Teller(self._facts.language, "")
        match entry.kind:
            case "withdraw":
                held = then.standing.place_of(entry.text("household"))
                place = tell.place(held) if held else self._say("in-line")
                yield self._say("withdrew", household=entry.text("household"), place=place)
            case "replace":
                given = then.draw.by_rank[entry.text("stage"), entry.whole("place")]
                yield self._say("replaced", household=entry.text("household"), rank=entry.whole("rank"),
                                place=tell.place(given))  # fmt: skip
                for search in then.standing.searches(given):
                    yield from (line.strip() for line in tell.search(search))
            case "choose":
                yield self._say("chose", household=entry.text("household"), rank=entry.whole("rank"),
                                unit=entry.text("unit"))  # fmt: skip
            case _:
                yield self._say("undo", entry=entry.whole("entry"))
        if reason := entry.text("reason"):
            yield self._say("reason", reason=" ".join(reason.split("\n")))
