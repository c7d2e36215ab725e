"""A golden draw in a folder of its own, whose ceremony a test lets go on step by step, as its journal tells it."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from judges import SEVEN, VECTORS
from kiosk.ceremony import steps
from kiosk.ceremony.steps import Event
from kiosk.core import allot, evidence, seed, text
from kiosk.core.evidence import Evidence
from kiosk.core.outlook import outlook
from kiosk.journal import entry
from kiosk.journal.entry import Entry
from kiosk.receipt import Writer


class Housed(NamedTuple):
    """A line of `result.csv` that allots."""

    stage: str
    tier: str
    rank: str
    household: str
    ticket: str
    outcome: str
    unit: str


class Ceremony:
    """folder: holds the four inputs at first; then the journal and, from the sealing on, the seven files."""

    def __init__(self, folder: Path, golden: str = "small") -> None:
        self.folder = folder
        self.source = VECTORS / "golden" / golden
        self.files = {name: (self.source / name).read_bytes() for name in SEVEN}
        self.judged: Evidence = evidence.judge(self.files)
        self.last: Entry | None = None
        self.begun = ""
        folder.mkdir(parents=True, exist_ok=True)
        for name in evidence.INPUTS:
            shutil.copy(self.source / name, folder)

    @property
    def notice_hash(self) -> str:
        return self.judged.inputs.notice_hash

    @property
    def result_hash(self) -> str:
        return self.judged.result_hash

    @property
    def housed(self) -> list[Housed]:
        lines = self.files[allot.FILE].decode().splitlines()[1:]
        return [Housed(*line.split(",")) for line in lines if ",allotted," in line]

    def write(self, event: Event) -> None:
        """Appends to the journal what the kiosk would."""
        values = asdict(event)
        self.last = entry.chain(
            self.last, self.notice_hash, "2021-12-10T09:00:00.000+08:00", 1.0, type(event).__name__, values
        )
        with (self.folder / entry.FILE).open("ab") as journal:
            journal.write(entry.encode(self.last))

    def open(self) -> None:
        notice = self.judged.inputs.notice
        self.write(steps.Opened(notice.draw, self.notice_hash, "mingyao", "张明", "公证员", ("代表",), 10))

    def seal(self) -> None:
        for name in (seed.FILE, allot.FILE, evidence.SUMS):
            shutil.copy(self.source / name, self.folder)
        self.write(steps.Sealed("张明", "公证员", self.judged.seed_hash, self.result_hash))

    def shows(self) -> Iterator[Housed]:
        """Shows one household after another; the test takes as many as it wants."""
        for drawn in self.housed:
            if drawn.stage != self.begun:
                self.begun = drawn.stage
                self.write(steps.StageBegun(drawn.stage))
            self.write(
                steps.HouseholdShown(
                    drawn.stage, drawn.tier, int(drawn.rank), drawn.household, drawn.ticket, drawn.unit
                )
            )
            yield drawn

    def finish(self) -> None:
        self.write(steps.Finished(self.result_hash))

    def play(self) -> None:
        """From the opening to the end."""
        self.open()
        self.seal()
        for _ in self.shows():
            pass
        self.finish()

    def path(self, kind: str) -> str:
        """Where this draw is published, by FORMAT.md 9."""
        return f"{kind}/{text.sha256(self.files[{'R': evidence.SUMS, 'N': 'notice.txt'}[kind]])[:32].upper()}"


def receipt(ceremony: Ceremony, language: str = "zh-CN") -> bytes:
    inputs = ceremony.judged.inputs
    promised = outlook(inputs.roll, inputs.units, inputs.rules)
    return Writer(language).receipt(inputs, promised, "2021-12-01T09:30:00+08:00").encode()
