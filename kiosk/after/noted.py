"""Questions that were noted in the hall by one key (docs/CEREMONY.md), and which of them the ledger has taken over.

The journal has their number, time and scene, and the office writes up what was said afterwards: such an `ask` is one of
the hall, and its words begin with a line that names the note (FORMAT.md 11.10).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import folder as folders
from kiosk.after.ledger import Question
from kiosk.ceremony import record
from kiosk.ceremony.history import event_of
from kiosk.ceremony.steps import QuestionNoted
from kiosk.core import notice, text
from kiosk.core.errors import ProtocolError
from kiosk.journal import entry

CHANNEL = "hall"


@dataclass(frozen=True)
class Noted:
    """time: 2021-12-10 10:12:05, of the wall clock; scene: what the screen showed (`kiosk.ceremony.steps.NOTED_IN`)."""

    number: int
    time: str
    scene: str

    @property
    def line(self) -> str:
        return f"#{self.number} · {self.time}"


def read(folder: Path) -> tuple[Noted, ...]:
    """Those in the folder's journal, none where there is none; JournalError where `record --check` refuses it."""
    data, told = folders.read_file(folder / entry.FILE), folders.read_file(folder / notice.FILE)
    if data is None or told is None:
        return ()
    record.check(folder)
    return tuple(_noted(data, told))


def _noted(journal: bytes, told: bytes) -> Iterator[Noted]:
    for each in entry.decode(journal, text.sha256(told)).entries:
        event = event_of(each)
        if isinstance(event, QuestionNoted):
            yield Noted(event.number, f"{datetime.fromisoformat(each.wall):%Y-%m-%d %H:%M:%S}", event.scene)


def taken_over(noted: Noted, questions: Iterable[Question]) -> Question | None:
    """The question of the ledger that it has become."""
    for question in questions:
        asked = question.asked
        if asked.text("channel") == CHANNEL and asked.text("words").split("\n")[0] == noted.line:
            return question
    return None


def open_one(noted: Sequence[Noted], number: int, questions: Iterable[Question]) -> Noted:
    """The one of this number; ProtocolError where there is none, or the ledger has it already."""
    found = next((each for each in noted if each.number == number), None)
    if found is None:
        raise ProtocolError("after.not-noted", number=number, last=len(noted))
    if question := taken_over(found, questions):
        raise ProtocolError("after.noted-taken", number=number, question=question.number)
    return found
