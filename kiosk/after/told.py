"""What happened after the draw, as lines in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.after import chain, noted
from kiosk.after.book import CHECK, Book
from kiosk.after.ledger import STATES, Question, by_urgency
from kiosk.after.noted import Noted
from kiosk.after.office import Recorded
from kiosk.after.replace import Held, Next, Passed, Place, Search
from kiosk.core.errors import VerificationError
from kiosk.words import explain, say

# FORMAT.md 11.9, each with the section that it holds.
CHECKS = (
    ("after-text", "11.1"), ("after-form", "11.2"), ("after-chain", "11.1"), ("after-entry", "11.9"),
    ("after-persons", "11.3"), (CHECK, "11.4"),
)  # fmt: skip
_ALONE = 3  # as many passed over for one reason are named one by one


@dataclass(frozen=True)
class Teller:
    """today: 2021-12-13, which says what is overdue; whole: everybody and everything, not only what matters now."""

    language: str
    today: str
    whole: bool = False

    def _say(self, key: str, **values: object) -> str:
        return say(self.language, f"after.{key}", **values)

    # --- an entry

    def recorded(self, done: Recorded) -> Iterator[str]:
        entry, book = done.entry, done.book
        if done.torn:
            yield self._say("torn", bytes=done.torn)
        if done.left_out:
            yield self._say("left-out", points=", ".join(done.left_out))
        match entry.kind:
            case "withdraw":
                yield from self._withdrawn(book, entry.text("household"))
            case "replace":
                place = book.draw.by_rank[entry.text("stage"), entry.whole("place")]
                yield self._say("replaced", place=self.place(place), household=entry.text("household"),
                                rank=entry.whole("rank"))  # fmt: skip
            case "choose":
                yield self._say("chosen", household=entry.text("household"), unit=entry.text("unit"))
                yield from self._choosing(book)
            case "undo":
                yield self._say("undone", entry=entry.whole("entry"))
            case "ask":
                yield self._say("asked", question=entry.whole("question"), who=entry.text("who"),
                                until=entry.text("until"))  # fmt: skip
            case "answer":
                yield self._say("answered", question=entry.whole("question"), who=entry.by[0])
            case _:
                yield self._say("closed", question=entry.whole("question"))
        yield self._say("recorded", entry=entry.number, file=chain.FILE, hash=entry.hash)

    def _withdrawn(self, book: Book, household: str) -> Iterator[str]:
        place = next((place for place in book.standing.free() if book.standing.holder(place) == household), None)
        if place is None:
            yield self._say("withdrew-nothing", household=household)
        else:
            yield self._say("withdrew", household=household, place=self.place(place))
            yield self._next(book, book.standing.next())

    # --- who is next

    def next(self, book: Book) -> Iterator[str]:
        """The free places; and for the first that goes to somebody who is next, and why each before is passed over."""
        free = book.standing.free()
        if not free:
            yield self._say("nothing-free")
            return
        yield from self._free(book)
        found = book.standing.next()
        # Where nobody is left for any of them, the first shows why.
        for search in book.standing.searches(found.place if found else free[0]):
            yield from self.search(search)
        yield self._next(book, found)

    def _free(self, book: Book) -> Iterator[str]:
        for place in book.standing.free():
            before = book.standing.holder(place)
            entry = book.standing.withdrawn[before]
            yield self._say("free", place=self.place(place), household=before, entry=entry)

    def search(self, search: Search) -> Iterator[str]:
        yield "  " + self._say("tier", tier=search.tier.title)
        by_reason: dict[str, list[Passed]] = {}
        for each in search.passed:
            by_reason.setdefault("" if self.whole else each.reason, []).append(each)
        for reason, passed in by_reason.items():
            if reason and len(passed) > _ALONE:
                yield "    " + self._say(f"passed-many.{reason}", count=len(passed), first=passed[0].household,
                                         last=passed[-1].household)  # fmt: skip
            else:
                yield from ("    " + self._passed(each) for each in passed)
        found = search.found
        yield "    " + (self._say("found", household=found) if found else self._say("exhausted"))

    def _passed(self, passed: Passed) -> str:
        return self._say(f"passed.{passed.reason}", **passed._asdict())

    def _next(self, book: Book, found: Next | None) -> str:
        if found is None:
            return self._say("nobody-next")
        stage = found.place.stage
        values = {"place": self.place(found.place), "household": found.household, "tier": found.tier.title,
                  "rank": found.rank}  # fmt: skip
        if found.household in book.draw.listed(stage.id):
            return self._say("next", **values)
        return self._say("next-unlisted", **values, stage=stage.title)

    def place(self, place: Place) -> str:
        stage, tier = place.stage.title, place.tier.title
        within = stage if stage == tier else self._say("within", stage=stage, tier=tier)
        values = {"within": within, "rank": place.rank, "unit": place.unit}
        return self._say("place-flat" if place.unit else "place-choice", **values)

    # --- where things stand

    def list(self, book: Book, in_the_hall: Sequence[Noted] = ()) -> Iterator[str]:
        """in_the_hall: questions that the ceremony's journal has."""
        questions = by_urgency(book.ledger.questions, self.today)
        states = [question.state(self.today) for question in questions]
        counts = {state: states.count(state) for state in STATES}
        yield self._say("questions", all=len(questions), **counts)
        for question in questions:
            yield from self._question(question)
        for each in in_the_hall:
            if noted.taken_over(each, questions) is None:
                yield self._say("noted", number=each.number, time=each.time,
                                scene=say(self.language, f"record.scene.{each.scene}"))  # fmt: skip
        yield self._say("flats", free=len(book.standing.free()), withdrawn=len(book.standing.withdrawn))
        yield from (f"  {line}" for line in self._free(book))
        if book.standing.free():
            yield "  " + self._next(book, book.standing.next())
        yield from self._choosing(book)
        yield self._last(book)

    def _question(self, question: Question) -> Iterator[str]:
        state, asked = question.state(self.today), question.asked
        household = asked.text("household")
        yield self._say(
            f"question.{state}", number=question.number, day=asked.time[:10], until=asked.text("until"),
            who=asked.text("who"), channel=self._say(f"channel.{asked.text('channel')}"),
            household=self._say("of-household", household=household) if household else "",
            closed=question.closed.time[:10] if question.closed else "",
        )  # fmt: skip
        if state == "closed" and not self.whole:
            return
        yield from _indented(asked.text("words"))
        for answer in question.answers:
            yield "    " + self._say("answer", day=answer.time[:10], who=answer.by[0])
            yield from _indented(answer.text("words"))

    def _choosing(self, book: Book) -> Iterator[str]:
        for stage in book.draw.stages.values():
            if stage.assign == "choose" and (chooser := book.standing.chooser(stage.id)):
                yield self._say("chooser", stage=stage.title, id=stage.id, rank=chooser.rank,
                                household=chooser.household)  # fmt: skip

    def _last(self, book: Book) -> str:
        if book.last is None:
            return self._say("no-entries")
        return self._say("last", entries=len(book.entries), hash=book.last.hash)

    # --- the verdict

    def verified(self, book: Book, held: str | None) -> Iterator[str]:
        yield from self._checks(None, held)
        for each in book.standing.holdings():
            if each.entry:
                yield "  " + self._holding(each)
        same = sum(not each.entry for each in book.standing.holdings())
        yield self._say("unchanged", places=same)
        yield self._last(book)
        if held is None:
            yield self._say("not-compared")
        yield self._say("verified", draw=book.draw.id)

    def refuted(self, error: VerificationError, held: str | None) -> Iterator[str]:
        """The last line is the verdict, as that of `verify`."""
        yield from self._checks(error.check, held)
        why = explain(self.language, error)
        # What is wrong with a step or with who made it is said to who types it as well, and there no line has it.
        alone = error.check in ("after-persons", CHECK)
        line = self._say("line", file=chain.FILE, line=error.values["line"]) if alone else ""
        yield f"refuted {error.check}: {line}{why}"

    def _checks(self, failed: str | None, held: str | None) -> Iterator[str]:
        for name, section in CHECKS:
            state = "fails" if name == failed else "skipped" if name == "after-entry" and held is None else "holds"
            yield f"{self._say(f'check.{state}')}{name:<14} FORMAT {section}"
            if name == failed:
                return

    def _holding(self, held: Held) -> str:
        place = self.place(held.place)
        if not held.household:
            return self._say("holds-nobody", place=place, entry=held.entry)
        chosen = held.unit and not held.place.unit
        values = {"place": place, "household": held.household, "unit": held.unit, "entry": held.entry}
        return self._say("holds-chosen" if chosen else "holds", **values)


def table(book: Book) -> Iterator[str]:
    """Who holds each flat that the draw gave, as csv."""
    yield "stage,place,rank,household,unit,entry"
    for held in book.standing.holdings():
        rank = held.rank if held.household else ""
        entry = held.entry or ""
        yield f"{held.place.stage.id},{held.place.rank},{rank},{held.household},{held.unit},{entry}"


def _indented(words: str) -> Sequence[str]:
    return [f"    {line}" for line in words.split("\n")]
