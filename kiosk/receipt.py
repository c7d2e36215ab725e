"""`receipt.txt`: what was frozen, for a notary to compare with the office's books, and for the office to publish.

No hash holds it, so nobody need believe it as it lies there: all that it says, but for the time of the freeze, follows
from the four input files, and `is_of` says whether it says that and nothing else. What differs is not published.
"""

import re
from dataclasses import dataclass

from kiosk.core.evidence import Inputs
from kiosk.core.outlook import StageOutlook, outlook
from kiosk.words import LANGUAGES, in_rows, say

FILE = "receipt.txt"

_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)


@dataclass(frozen=True)
class Writer:
    language: str

    def say(self, key: str, **values: object) -> str:
        return say(self.language, f"intake.receipt.{key}", **values)

    def outlook(self, stages: tuple[StageOutlook, ...]) -> list[str]:
        """Candidates, flats and chances of each stage and tier."""
        return [line for number, stage in enumerate(stages, 1) for line in self._stage(number, stage)]

    def receipt(self, inputs: Inputs, stages: tuple[StageOutlook, ...], frozen: str) -> str:
        notice = inputs.notice
        lines = [
            self.say("rehearsal" if notice.rehearsal else "ceremony"),
            "",
            self.say("title", title=notice.title),
            self.say("draw", draw=notice.draw),
            self.say("opens", opens=notice.opens),
            self.say("frozen", frozen=frozen),
            "",
            self.say("notice-hash"),
            *(f"    {row}" for row in in_rows(inputs.notice_hash)),
            "",
            self.say("tables", households=notice.roll.count, units=notice.units.count),
            "",
            *self.outlook(stages),
            "",
            self.say("commitments"),
            *(f"    {label}: {hash}" for label, hash in notice.commitments),
            self.say("dice", people=notice.dice.people, each=notice.dice.each) if notice.dice else self.say("no-dice"),
            self.say("public", digits=notice.public.digits, source=notice.public.source)
            if notice.public
            else self.say("no-public"),
            "",
            self.say("compare"),
        ]
        return "\n".join(lines) + "\n"

    def _stage(self, number: int, stage: StageOutlook) -> list[str]:
        assign = self.say(f"assign-{stage.assign}")
        head = self.say("stage", number=number, title=stage.title, id=stage.id, candidates=stage.candidates,
                        units=stage.units, chances=stage.chances, assign=assign)  # fmt: skip
        tiers = [
            self.say("tier", number=n, title=tier.title, id=tier.id, candidates=tier.candidates, units=tier.units,
                     chances=tier.chances)
            for n, tier in enumerate(stage.tiers, 1)
        ]  # fmt: skip
        return [head, *(f"    {tier}" for tier in tiers)]


def is_of(data: bytes, inputs: Inputs) -> bool:
    """Whether this is the receipt of that frozen draw, in either language and of whatever time."""
    stages = outlook(inputs.roll, inputs.units, inputs.rules)
    for language in LANGUAGES:
        # A NUL stands in no text of the format, so it marks where the time goes.
        before, after = Writer(language).receipt(inputs, stages, "\0").encode().split(b"\0")
        told = data.removeprefix(before).removesuffix(after)
        if before + told + after == data and _TIME.fullmatch(told.decode("ascii", "replace")):
            return True
    return False
