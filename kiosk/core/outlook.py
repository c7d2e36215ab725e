"""What a frozen draw promises before anyone knows the seed: how many households meet how many flats.

The receipt of the freeze, the opening scene and `check` show the same figures, so that they can be compared with the
office's books. Stages are counted as if no earlier one housed anybody: nobody knows yet whom it will.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.core.rules import Limit, Rules, Stage, Tier
from kiosk.core.tables import Row, Table


@dataclass(frozen=True)
class TierOutlook:
    """chances: the sum of the candidates' chances, which is their number where all have one each."""

    id: str
    title: str
    candidates: int
    units: int  # that the tier's filter takes, cut to its count
    count: Limit
    chances: int


@dataclass(frozen=True)
class StageOutlook:
    id: str
    title: str
    candidates: int
    units: int
    chances: int
    assign: str
    tiers: tuple[TierOutlook, ...]

    def at_most(self, number: int) -> bool:
        """Whether the tier with this index may get fewer flats than its own, as the others of the stage take some: so
        the tiers' flats do not add up to the stage's."""
        return len(self.tiers) > 1 and (number > 0 or self.tiers[number].count == "all")


def outlook(roll: Table, units: Table, rules: Rules) -> tuple[StageOutlook, ...]:
    return tuple(_stage(stage, roll, units) for stage in rules.stages)


def _stage(stage: Stage, roll: Table, units: Table) -> StageOutlook:
    households = list(stage.households.select(roll.rows))
    flats = list(stage.units.select(units.rows))
    column = None if stage.chances is None else roll.column(stage.chances)
    tiers = tuple(_tier(tier, households, flats, column) for tier in stage.tiers)
    chances = _chances(households, column)
    return StageOutlook(stage.id, stage.title, len(households), len(flats), chances, stage.assign, tiers)


def _tier(tier: Tier, households: list[Row], flats: list[Row], column: int | None) -> TierOutlook:
    units = len(tier.units.select(flats))
    if tier.count != "all":
        units = min(units, tier.count)
    candidates = tier.households.select(households)
    return TierOutlook(tier.id, tier.title, len(candidates), units, tier.count, _chances(candidates, column))


def _chances(candidates: Sequence[Row], column: int | None) -> int:
    return len(candidates) if column is None else sum(int(row[column]) for row in candidates)
