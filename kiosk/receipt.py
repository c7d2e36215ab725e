"""`receipt.txt`: what was frozen, for a notary to compare with the office's books, and for the office to publish.

No hash holds it, so nobody need believe it as it lies there: all that it says, but for the time of the freeze, follows
from the four input files, and `is_of` says whether it says that and nothing else. What differs is not published.
"""

import re
from collections import Counter
from dataclasses import dataclass

from kiosk.core.evidence import Inputs
from kiosk.core.outlook import StageOutlook, outlook
from kiosk.core.rules import Rules, Stage, Tier
from kiosk.core.tables import Table
from kiosk.words import LANGUAGES, in_rows, say

FILE = "receipt.txt"

_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)

SHOWN_VALUES = 30


@dataclass(frozen=True)
class Values:
    """A column that a rule filters by text. counts: how many rows have each value, the most frequent first, with those
    that rules name and no row has; table: `roll` or `units`."""

    table: str
    column: str
    counts: tuple[tuple[str, int], ...]
    named: frozenset[str]


def filtered(roll: Table, units: Table, rules: Rules) -> tuple[Values, ...]:
    parts: list[Stage | Tier] = [*rules.stages, *(tier for stage in rules.stages for tier in stage.tiers)]
    sides = (("roll", roll, [part.households for part in parts]), ("units", units, [part.units for part in parts]))
    return tuple(
        _values(name, table, column, frozenset().union(*wanted))
        for name, table, filters in sides
        for column in table.columns
        if (wanted := [each for by in filters if isinstance(each := by.conditions.get(column), frozenset)])
    )


def _values(name: str, table: Table, column: str, named: frozenset[str]) -> Values:
    index = table.column(column)
    counts = Counter(dict.fromkeys(named, 0))
    counts.update(row[index] for row in table.rows)
    return Values(name, column, tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))), named)


@dataclass(frozen=True)
class Writer:
    language: str

    def say(self, key: str, **values: object) -> str:
        return say(self.language, f"intake.receipt.{key}", **values)

    def outlook(self, stages: tuple[StageOutlook, ...]) -> list[str]:
        """Candidates, flats and chances of each stage and tier, and how they are counted."""
        lines = [line for number, stage in enumerate(stages, 1) for line in self._stage(number, stage)]
        return [*lines, self.say("counted")] if lines else []

    def filtered(self, values: tuple[Values, ...]) -> list[str]:
        """What stands in the columns that the rules filter by text, so that a value misspelt is seen."""
        lines = [f"    {self._values(column)}" for column in values]
        return [self.say("filtered"), *lines] if lines else []

    def _values(self, column: Values) -> str:
        comma = say(self.language, "intake.and")
        named, others = (
            [f"{value or self.say('empty')} {count}" for value, count in column.counts if (value in column.named) is of]
            for of in (True, False)
        )
        more = [self.say("more-values", count=len(others) - SHOWN_VALUES)] if len(others) > SHOWN_VALUES else []
        return self.say(f"values-{column.table}", column=column.column, named=comma.join(named),
                        others=comma.join(others[:SHOWN_VALUES] + more) or self.say("no-values"))  # fmt: skip

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
            *self.filtered(filtered(inputs.roll, inputs.units, inputs.rules)),
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
            self.say("tier" if n == 1 else "tier-later", number=n, title=tier.title, id=tier.id,
                     candidates=tier.candidates, units=tier.units, chances=tier.chances)
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
