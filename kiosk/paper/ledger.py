"""The ledger of questions on paper (台账), and the slip for who asked (FORMAT.md 11.8).

The ledger hangs where everybody sees it, so it names nobody: neither who asked, whom the file does not know either, nor
who in the office answers. The slip says who answers, as it is for one person.
"""

from kiosk.after.book import Book
from kiosk.after.chain import Entry
from kiosk.after.ledger import STATES, Question, by_urgency
from kiosk.core.errors import ProtocolError
from kiosk.paper import typeset
from kiosk.paper.facts import Facts
from kiosk.words import grouped, say

_SECTION = "paper.ledger"


def ledger(facts: Facts, book: Book, today: str) -> bytes:
    """today: 2021-12-13, which says what is overdue and stands on the paper."""
    questions = by_urgency(book.ledger.questions, today)
    states = [question.state(today) for question in questions]
    counts = {state: states.count(state) for state in STATES}
    return typeset.pdf("ledger", {
        **facts.common("ledger"),
        "told": say(facts.language, f"{_SECTION}.told", day=today, all=len(questions), **counts),
        "questions": [_question(facts, question, today) for question in questions],
        "last": _entry(facts, book.last),
        "slip": {},
    })  # fmt: skip


def question(facts: Facts, book: Book, number: int, today: str) -> bytes:
    """The slip of this question. ProtocolError where there is none."""
    questions = book.ledger.questions
    if not 1 <= number <= len(questions):
        raise ProtocolError("after.no-question", question=number, last=len(questions))
    asked = questions[number - 1].asked
    office = facts.office
    where = [line for line in (office.objections, office.after.place if office.after else "") if line]
    return typeset.pdf("ledger", {
        **facts.common("question"),
        "told": "",
        "questions": [_question(facts, questions[number - 1], today)],
        "last": _entry(facts, asked),
        "slip": {
            "number": str(number),
            "who": [say(facts.language, f"{_SECTION}.who"), typeset.breakable(asked.text("who"))],
            "until": [say(facts.language, f"{_SECTION}.until"), asked.text("until")],
            "where": [say(facts.language, f"{_SECTION}.where"), *map(typeset.breakable, where or ["–"])],
            "keep": say(facts.language, f"{_SECTION}.keep"),
        },
    })  # fmt: skip


def _question(facts: Facts, question: Question, today: str) -> dict[str, object]:
    language, asked = facts.language, question.asked
    household = typeset.breakable(asked.text("household"))
    state = question.state(today)
    closed = question.closed
    return {
        "number": str(question.number),
        "state": say(language, f"{_SECTION}.state.{state}"),
        "overdue": state == "overdue",
        "asked": " · ".join((
            say(language, f"{_SECTION}.asked", day=asked.time[:10], until=asked.text("until")),
            say(language, f"after.channel.{asked.text('channel')}"),
        )),
        "household": say(language, f"{_SECTION}.household", household=household) if household else "",
        "words": _lines(asked),
        "answers": [
            [say(language, f"{_SECTION}.answered", day=answer.time[:10], entry=answer.number), _lines(answer)]
            for answer in question.answers
        ],
        "closed": say(language, f"{_SECTION}.closed", day=closed.time[:10], entry=closed.number) if closed else "",
    }  # fmt: skip


def _lines(entry: Entry) -> list[str]:
    return [typeset.breakable(line) for line in entry.text("words").split("\n")]


def _entry(facts: Facts, entry: Entry | None) -> dict[str, object]:
    """The hash of an entry, to be compared with the file that is published."""
    if entry is None:
        return {}
    return {"label": say(facts.language, f"{_SECTION}.entry", entry=entry.number), "hash": grouped(entry.hash)}
