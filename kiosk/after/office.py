"""What somebody in the office types becomes an entry, or is refused with nothing written.

Who is next, who chooses and which number a question has are computed here from the book and never taken from the
caller; what the caller names beside it is only compared. An entry is taken into the book before it is written, so
that nothing is ever in the file that `check` would refuse.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import folder as folders
from kiosk.after import book, chain, ledger, noted, store
from kiosk.after.book import Book
from kiosk.after.chain import Entry, Value
from kiosk.after.replace import Draw, Next
from kiosk.ceremony import record
from kiosk.core import evidence
from kiosk.core.errors import InputError, JournalError, ProtocolError, VerificationError
from kiosk.core.evidence import Evidence
from kiosk.journal.store import Disk

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Recorded:
    """An entry that is on the disk, the book with it, and what has to be told beside it.

    left_out: code points that were not taken over from what was said; torn: bytes of an unfinished entry removed.
    """

    entry: Entry
    book: Book
    left_out: Sequence[str]
    torn: int


def read_draw(folder: Path) -> Draw:
    return Draw(read_evidence(folder))


def read_evidence(folder: Path) -> Evidence:
    """The finished draw in the folder, whose seven files pass every check of FORMAT.md 8, and all of which the hall has
    seen."""
    if not folder.is_dir():
        raise InputError("folder.none", folder=str(folder))
    files = folders.read(folder, evidence.FILES)
    if evidence.SUMS not in files:
        raise InputError("after.not-drawn", folder=str(folder))
    judged = evidence.judge(files)
    record.refuse_unended(folder, judged.inputs.notice_hash)
    return judged


def read_book(folder: Path) -> Book:
    """The book as it stands; what was never said to be recorded is left out."""
    return book_of(read_draw(folder), folder)


def book_of(draw: Draw, folder: Path) -> Book:
    """The book of a draw that has been read already."""
    return _read(draw, store.said(folder).whole)


def _read(draw: Draw, data: bytes) -> Book:
    try:
        return book.read(draw, data)
    except VerificationError as error:
        raise JournalError("after.broken", check=error.check) from error


class Office:
    """One folder's office. identifies: the code of what a line must not hold (kiosk.intake.privacy), or None."""

    def __init__(
        self, folder: Path, disk: Disk, now: Callable[[], datetime], identifies: Callable[[str], str | None]
    ) -> None:
        self._folder, self._disk, self._now, self._identifies = folder, disk, now, identifies

    def withdraw(self, household: str, reason: str, by: Sequence[str]) -> Recorded:
        said = self._words(reason, "reason")
        return self._record("withdraw", by, lambda _: {"household": _nfc(household), "reason": said.text}, said)

    def replace(self, household: str | None, reason: str, by: Sequence[str]) -> Recorded:
        """Gives the first free place to whom it goes to. household: who gave it up, only compared."""
        said = self._words(reason, "reason", may_be_empty=True)

        def values(book: Book) -> Values:
            found = book.standing.next()
            if found is None:
                raise ProtocolError("after.nobody-next" if book.standing.free() else "after.nothing-free")
            before = book.standing.holder(found.place)
            if household is not None and _nfc(household) != before:
                given_up = [book.standing.holder(place) for place in book.standing.free()]
                code = "after.other-first" if _nfc(household) in given_up else "after.gave-nothing"
                raise ProtocolError(code, household=household, before=before,
                                    stage=found.place.stage.id, place=found.place.rank)  # fmt: skip
            return {**_replacement(found), "reason": said.text}

        return self._record("replace", by, values, said)

    def choose(self, stage: str, rank: int, unit: str, reason: str, by: Sequence[str]) -> Recorded:
        said = self._words(reason, "reason", may_be_empty=True)

        def values(book: Book) -> Values:
            book.draw.choose_stage(stage)
            chooser = book.standing.chooser(stage)
            # Who is not next is refused by the book, which says who is.
            household = chooser.household if chooser and chooser.rank == rank else ""
            return {"stage": stage, "rank": rank, "household": household, "unit": _nfc(unit), "reason": said.text}

        return self._record("choose", by, values, said)

    def undo(self, entry: int, reason: str, by: Sequence[str]) -> Recorded:
        said = self._words(reason, "reason")
        return self._record("undo", by, lambda _: {"entry": entry, "reason": said.text}, said)

    def ask(
        self, channel: str, household: str, words: str, who: str, until: str, by: Sequence[str],
        note: int | None = None,
    ) -> Recorded:  # fmt: skip
        """note: the number of the question that was noted in the hall, which this one writes up."""
        said = self._words(words, "words")
        if note is not None and channel != noted.CHANNEL:
            raise InputError("after.noted-channel", note=note)
        if not chain.is_day(until):
            raise InputError("after.day", got=until)
        if until < self._now().date().isoformat():
            raise InputError("after.past", until=until)
        answers = _name(who, "who")

        def values(book: Book) -> Values:
            questions, written = book.ledger.questions, said.text
            if note is not None:
                # Asked while nobody else can write: somebody may have written it up since this program began.
                there = noted.open_one(noted.read(self._folder), note, questions)
                written = self._words(f"{there.line}\n{words}", "words").text
            return {"question": len(questions) + 1, "channel": channel, "household": _nfc(household),
                    "words": written, "who": answers, "until": until}  # fmt: skip

        return self._record("ask", by, values, said)

    def answer(self, question: int, words: str, by: Sequence[str]) -> Recorded:
        said = self._words(words, "words", telephones=True)  # the office's own
        return self._record("answer", by, lambda _: {"question": question, "words": said.text}, said)

    def close(self, question: int, by: Sequence[str]) -> Recorded:
        def values(book: Book) -> Values:
            answered = [name for each in book.entries if each.kind == "answer" and each.whole("question") == question
                        for name in each.by]  # fmt: skip
            for name in answered:
                _refuse_alike(name, *map(_nfc, by))
            return {"question": question}

        return self._record("close", by, values)

    def _words(self, said: str, field: str, *, may_be_empty: bool = False, telephones: bool = False) -> ledger.Plain:
        plain = ledger.plain(said)
        found = {self._identifies(line) for line in plain.text.split("\n")} - {None}
        if found - ({"privacy.phone"} if telephones else set()):
            raise InputError("after.personal", said=field)
        if not plain.text and not may_be_empty:
            raise InputError("after.empty", said=field)
        if len(plain.text) > chain.WORDS_CHARACTERS:
            raise InputError("after.long", said=field, got=len(plain.text), most=chain.WORDS_CHARACTERS)
        return plain

    def _record(
        self, kind: str, by: Sequence[str], values: Callable[[Book], Values], said: ledger.Plain | None = None
    ) -> Recorded:
        people = [_name(name, "by") for name in by]
        if len(set(people)) < len(people):
            raise ProtocolError("after.one-person", who=people[0])
        _refuse_alike(*people)
        draw = read_draw(self._folder)
        with store.writing(self._disk, self._folder) as pen:
            made = _read(draw, pen.found)
            time = self._now().isoformat(timespec="seconds")
            entry = chain.chain(made.last, draw.result_hash, time, people, kind, values(made))
            _refuse_what_check_would(made, entry)
            pen.append(entry)
        return Recorded(entry, made, said.left_out if said else (), pen.torn)


def _refuse_what_check_would(made: Book, entry: Entry) -> None:
    """Takes the entry into the book; ProtocolError where it is not right, alone or with those before it."""
    made.add(entry)
    try:
        chain.decode(b"".join(map(chain.encode, made.entries)), made.draw.result_hash)
    except VerificationError as error:
        raise ProtocolError(error.code, **error.values) from error


def _replacement(found: Next) -> Values:
    place = found.place
    return {"stage": place.stage.id, "place": place.rank, "unit": place.unit, "tier": found.tier.id,
            "household": found.household, "rank": found.rank}  # fmt: skip


def _name(given: str, field: str) -> str:
    name = _nfc(given)
    if not chain.is_name(name):
        raise InputError("after.name", said=field, got=given)
    return name


def _refuse_alike(*people: str) -> None:
    """FORMAT.md 11.3 compares names as they are written; whoever writes two that differ in case, width or spaces alone
    means one person."""
    by_person: dict[str, str] = {}
    for name in people:
        person = "".join(unicodedata.normalize("NFKC", name).casefold().split())
        if by_person.setdefault(person, name) != name:
            raise ProtocolError("after.alike", who=name, other=by_person[person])


def _nfc(given: str) -> str:
    return unicodedata.normalize("NFC", given.strip())
