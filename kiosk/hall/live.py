"""What the screen has shown, followed from the ceremony's journal for the phones in the hall.

The page for phones may show what the audience has seen, and no more: of the journal's events only the sealing, the
stages, the households shown and the end are looked at. `Shown` is a value made of them; `Follower` reads what was added
to the file since it last looked, judging the journal's chain as it goes. It only ever reads, so it works as another
user or over a copy, and a journal that it cannot follow makes the page say so, never the ceremony stop.
"""

import errno
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.ceremony.steps import Finished, HouseholdShown, Sealed, StageBegun
from kiosk.core.errors import JournalError
from kiosk.core.evidence import Inputs
from kiosk.journal import entry
from kiosk.journal.entry import Entry

# One message to a phone: what a slow line takes in a second.
MOST_ROWS = 500


@dataclass
class Shown:
    """The drawing as far as the screen has shown it.

    result_hash: "" before the sealing; stage: the title of the stage being drawn, "" before the first; rows: each
    household as the page takes it, a JSON array of stage, tier, rank, household, name and unit; broken: the journal
    cannot be followed any more.
    """

    result_hash: str = ""
    stage: str = ""
    rows: list[str] = field(default_factory=list)
    finished: bool = False
    broken: bool = False

    def message(self, phase: str, start: int) -> tuple[str, int]:
        """What a phone that knows the first `start` households is told next, and how many it knows then."""
        start = start if 0 <= start <= len(self.rows) else 0
        rows = self.rows[start : start + MOST_ROWS]
        head = {"phase": phase, "stage": self.stage, "total": len(self.rows), "from": start}
        body = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
        return f'{body[:-1]},"rows":[{",".join(rows)}]}}', start + len(rows)


class Follower:
    """Reads the journal of a frozen draw from where it last stopped."""

    def __init__(self, folder: Path, inputs: Inputs) -> None:
        self.path = folder / entry.FILE
        self.notice_hash = inputs.notice_hash
        self.stages = {stage.id: stage.title for stage in inputs.rules.stages}
        self.tiers = {
            (stage.id, tier.id): tier.title if len(stage.tiers) > 1 else ""
            for stage in inputs.rules.stages
            for tier in stage.tiers
        }
        name = inputs.roll.columns.index("name") if "name" in inputs.roll.columns else None
        self.names = {row[0]: row[name] for row in inputs.roll.rows} if name is not None else {}
        self.seen = os.path.lexists(self.path)  # whether there has been a journal, even for a moment
        self._begin()

    def _begin(self) -> None:
        self.shown = Shown()
        self.read_bytes = 0
        self.last: Entry | None = None
        self.file = (0, 0)

    def look(self) -> bool:
        """Takes in what has been added; whether anything was."""
        if self.shown.finished:
            return False
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError as error:
            self.seen = self.seen or os.path.lexists(self.path)
            # Too many open files is a matter of the moment, a link or a folder in its place is not.
            return False if error.errno in (errno.EMFILE, errno.ENFILE) else self._break()
        self.seen = True
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if (found.st_dev, found.st_ino) != self.file or found.st_size < self.read_bytes:
                self._begin()
                self.file = (found.st_dev, found.st_ino)
            if self.shown.broken or found.st_size == self.read_bytes:
                return False
            file.seek(self.read_bytes)
            added = file.read()
        # A last line without its end is being written, or was torn off: the kiosk judges that, not the page.
        whole = added[: added.rfind(b"\n") + 1]
        try:
            entries = entry.decode(whole, self.notice_hash, self.last).entries
            for each in entries:
                self._take(each)
        except (JournalError, KeyError, ValueError):
            # Not whole, or whole but of another draw: no stage, tier or value of this one.
            return self._break()
        self.read_bytes += len(whole)
        self.last = entries[-1] if entries else self.last
        return bool(entries)

    def _break(self) -> bool:
        new = not self.shown.broken
        self.shown.broken = True
        return new

    def _take(self, each: Entry) -> None:
        values = {name: str(value) for name, value in each.values.items()}
        if each.event == Sealed.__name__:
            self.shown.result_hash = values["result_hash"]
        elif each.event == StageBegun.__name__:
            self.shown.stage = self.stages[values["stage"]]
        elif each.event == HouseholdShown.__name__:
            self.shown.rows.append(self._row(values))
        elif each.event == Finished.__name__:
            self.shown.finished = True

    def _row(self, values: dict[str, str]) -> str:
        stage, household = values["stage"], values["household"]
        tier = self.tiers[stage, values["tier"]]
        row = [self.stages[stage], tier, int(values["rank"]), household, self.names.get(household, ""), values["unit"]]
        return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
