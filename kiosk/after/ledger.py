"""Questions and objections, numbered, until each is closed (台账，对账销号; FORMAT.md 11.8). Pure.

A question is closed only by somebody else than who answered it (FORMAT.md 11.3, where the file is judged). `plain`
makes of what somebody said or pasted what may stand in the file, and says what had to be left out.
"""

import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kiosk.after.chain import Entry
from kiosk.core import text
from kiosk.core.errors import ProtocolError

# What ends a line somewhere, or is white space that 1.2 does not allow.
_LINE_ENDS = dict.fromkeys(map(ord, "\r\x0b\x0c\x85\u2028\u2029"), "\n")
_PLAIN = {**_LINE_ENDS, ord("\t"): " "}

STATES = ("overdue", "open", "answered", "closed")


@dataclass(frozen=True)
class Question:
    """answers: the entries that answer it and stand; closed: the entry that closes it, None while it is open."""

    asked: Entry
    answers: tuple[Entry, ...] = ()
    closed: Entry | None = None

    @property
    def number(self) -> int:
        return self.asked.whole("question")

    def state(self, today: str) -> str:
        """One of STATES. today: 2021-12-13. Days of this form are ordered as text is."""
        if self.closed:
            return "closed"
        if self.answers:
            return "answered"
        return "overdue" if self.asked.text("until") < today else "open"


class Ledger:
    """The questions so far. Each step is refused, and nothing changed, if it is not right."""

    def __init__(self, households: Container[str]) -> None:
        self._households = households
        self.questions: list[Question] = []

    def ask(self, entry: Entry) -> None:
        expected = len(self.questions) + 1
        if entry.whole("question") != expected:
            raise ProtocolError("after.question-number", got=entry.whole("question"), expected=expected)
        if (household := entry.text("household")) and household not in self._households:
            raise ProtocolError("after.unknown-household", household=household)
        self.questions.append(Question(entry))

    def answer(self, entry: Entry) -> None:
        question = self._open(entry)
        self._put(replace(question, answers=(*question.answers, entry)))

    def close(self, entry: Entry) -> None:
        question = self._open(entry)
        if not question.answers:
            raise ProtocolError("after.unanswered", question=question.number)
        self._put(replace(question, closed=entry))

    def _open(self, entry: Entry) -> Question:
        number = entry.whole("question")
        if not 1 <= number <= len(self.questions):
            raise ProtocolError("after.no-question", question=number, last=len(self.questions))
        question = self.questions[number - 1]
        if question.closed:
            raise ProtocolError("after.closed", question=number, entry=question.closed.number)
        return question

    def _put(self, question: Question) -> None:
        self.questions[question.number - 1] = question


def by_urgency(questions: Iterable[Question], today: str) -> list[Question]:
    """Overdue ones first, then open ones, each in the order of their days; then those to be closed, then the closed."""
    return sorted(questions, key=lambda q: (STATES.index(q.state(today)), _day(q, today), q.number))


def _day(question: Question, today: str) -> str:
    return question.asked.text("until") if question.state(today) in ("overdue", "open") else ""


class Plain(NamedTuple):
    """left_out: the code points that were, as U+200B, in their order."""

    text: str
    left_out: Sequence[str]


def plain(said: str) -> Plain:
    """The text with line ends of one kind, without what FORMAT.md 1.2 and 10 do not allow and white space at its ends.

    Nor does a line begin with a mark that combines with the character before: in the file that would be another one.
    """
    lines = unicodedata.normalize("NFC", said.replace("\r\n", "\n").translate(_PLAIN))
    kept: list[str] = []
    left_out: dict[str, None] = {}
    for character in lines:
        begins = not kept or kept[-1] == "\n"
        if (
            text.HIDDEN.match(character)
            or unicodedata.category(character) in ("Cn", "Cs")
            or (begins and unicodedata.category(character).startswith("M"))
        ):
            left_out[f"U+{ord(character):04X}"] = None
        else:
            kept.append(character)
    # Two characters that had an invisible one between them may combine now.
    return Plain(unicodedata.normalize("NFC", "".join(kept)).strip(text.WHITE_SPACE + "\n"), tuple(left_out))
