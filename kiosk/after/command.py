"""`mingyao after FOLDER ACTION …`: its options, and what is printed."""

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from kiosk.after import book, noted, office, store, told
from kiosk.after.office import Office, Recorded
from kiosk.after.told import Teller
from kiosk.core.errors import JournalError, VerificationError
from kiosk.journal.store import RealDisk
from kiosk.words import LANGUAGES, explain

DONE, REFUSED = 0, 1
CHANNELS = {
    "电": "telephone", "信": "letter", "网": "web", "微": "message", "访": "visit", "场": "hall",
    "电话": "telephone", "来信": "letter", "网络": "web", "微信": "message", "来访": "visit", "现场": "hall",
}  # fmt: skip


def run(options: argparse.Namespace, now: Callable[[], datetime], identifies: Callable[[str], str | None]) -> int:
    """identifies: the code of what words must not hold of a person, or None."""
    tell = Teller(options.language, now().date().isoformat(), whole=getattr(options, "all", False))
    if options.action in _READING:
        return _READING[options.action](options, tell)
    desk = Office(options.folder, RealDisk(), now, identifies)
    return _say(tell.recorded(_WRITING[options.action](desk, options)))


def _check(options: argparse.Namespace, tell: Teller) -> int:
    draw, held = office.read_draw(options.folder), options.entry
    try:
        judged = book.read(draw, store.read(options.folder), held)
    except VerificationError as error:
        _say(tell.refuted(error, held))
        return REFUSED
    return _say(told.table(judged) if options.holders else tell.verified(judged, held))


def _list(options: argparse.Namespace, tell: Teller) -> int:
    made = office.read_book(options.folder)
    try:
        there = noted.read(options.folder)
    except JournalError as error:
        # What happened afterwards is told all the same.
        _say([explain(options.language, error)])
        there = ()
    return _say(tell.list(made, there))


def _say(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return DONE


def _words(options: argparse.Namespace) -> str:
    """The words of the command line, or where they are `-`, those of the standard input."""
    words: str = options.words
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if words == "-" else words


_READING: dict[str, Callable[[argparse.Namespace, Teller], int]] = {
    "next": lambda options, tell: _say(tell.next(office.read_book(options.folder))),
    "list": _list,
    "check": _check,
}
_WRITING: dict[str, Callable[[Office, argparse.Namespace], Recorded]] = {
    "withdraw": lambda desk, given: desk.withdraw(given.household, given.reason, (given.by, given.witness)),
    "replace": lambda desk, given: desk.replace(given.household, given.reason, (given.by, given.witness)),
    "choose": lambda desk, given: desk.choose(
        given.stage, given.rank, given.unit, given.reason, (given.by, given.witness)
    ),
    "undo": lambda desk, given: desk.undo(given.number, given.reason, (given.by, given.witness)),
    "ask": lambda desk, given: desk.ask(
        CHANNELS.get(given.channel, given.channel),
        given.household,
        _words(given),
        given.who,
        given.until,
        (given.by,),
        given.noted,
    ),
    "answer": lambda desk, given: desk.answer(given.number, _words(given), (given.by,)),
    "close": lambda desk, given: desk.close(given.number, (given.by,)),
}


def add_options(made: argparse.ArgumentParser, size: Callable[[str], tuple[int, int]]) -> None:
    """size: reads the size of a window."""
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help: str, people: int = 0, reason: str | None = None) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=help, description=help)
        one.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS, help="of what is printed")
        one.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show where an error arose")
        if people:
            one.add_argument("--by", required=True, metavar="NAME", help="who does it")
        if people > 1:
            one.add_argument("--witness", required=True, metavar="NAME", help="the second person, who confirms it")
        if reason is not None:
            one.add_argument("--reason", required=reason == "must", default="", metavar="WORDS")
        return one

    one = action("withdraw", "a household gives up what it was allotted, or its place in line", 2, "must")
    one.add_argument("household", metavar="HOUSEHOLD")
    one = action("next", "the free flats, who is next, and why each before is passed over")
    one.add_argument("--all", action="store_true", help="everybody, one by one")
    one = action("replace", "give the first free flat to the household that is next, which is computed", 2, "may")
    one.add_argument("household", metavar="HOUSEHOLD", nargs="?", help="who gave it up, only to compare")
    one = action("choose", "the household whose turn it is in a stage chooses its flat", 2, "may")
    one.add_argument("stage", metavar="STAGE")
    one.add_argument("rank", type=_from_one, metavar="RANK", help="the rank of who chooses, only to compare")
    one.add_argument("unit", metavar="UNIT")
    one = action("undo", "an entry stands no longer; it is not deleted", 2, "must")
    one.add_argument("number", type=_from_one, metavar="ENTRY", help="its number")
    one = action("ask", "a question or an objection", 1)
    one.add_argument("--channel", required=True, choices=(*dict.fromkeys(CHANNELS.values()), *CHANNELS))
    one.add_argument("--words", required=True, help="as spoken, without names; - reads them from the standard input")
    one.add_argument("--noted", type=_from_one, metavar="NUMBER", help="of the note that was made of it in the hall")
    one.add_argument("--household", default="", help="whose registration number it is about")
    one.add_argument("--who", required=True, metavar="NAME", help="who answers")
    one.add_argument("--until", required=True, metavar="2021-12-20", help="until when")
    one = action("answer", "the answer to a question", 1)
    one.add_argument("number", type=_from_one, metavar="QUESTION")
    one.add_argument("--words", required=True, help="- reads them from the standard input")
    one = action("close", "a question is settled; said by somebody else than who answered it", 1)
    one.add_argument("number", type=_from_one, metavar="QUESTION")
    one = action("list", "questions, overdue first, and those noted in the hall; free flats; who chooses next")
    one.add_argument("--all", action="store_true", help="closed questions with all their words, too")
    one = action("show", "fill the hall's screen while households choose: whose turn it is, and which flats are left")
    one.add_argument("stage", metavar="STAGE", nargs="?", help="its id; otherwise the first in which somebody chooses")
    one.add_argument("--windowed", action="store_true")
    one.add_argument("--size", type=size, metavar="1920x1080", help="of the window")
    one.add_argument("--config", type=Path, metavar="KIOSK.yaml", help="settings of this machine")
    one = action("check", "judge after.jsonl, and say who holds each flat now: 0 right, 1 refuted, 2 unusable")
    one.add_argument("--entry", metavar="HEX", help="the hash of an entry that somebody holds, 32 to 64 digits of it")
    one.add_argument("--holders", action="store_true", help="only who holds each flat, as csv")


def _from_one(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) <= 15 and int(written) >= 1):
        raise argparse.ArgumentTypeError(f"{written}: a whole number from 1 is expected")
    return int(written)
