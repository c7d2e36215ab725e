"""What a frozen draw promises before anyone knows the seed: how many households meet how many flats.

The receipt of the freeze, the opening scene and `check` show the same figures, so that they can be compared with the
office's books. Stages are counted as if no earlier one housed anybody: nobody knows yet whom it will.
"""

from dataclasses import dataclass

from kiosk.core.rules import Limit, Rules, Stage, Tier
from kiosk.core.tables import Row, Table


@dataclass(frozen=True)
class TierOutlook:
    id: str
    title: str
    candidates: int
    units: int  # that the tier's filter takes, cut to its count
    count: Limit


@dataclass(frozen=True)
class StageOutlook:
    """chances: the sum of the candidates' chances, which is their number where all have one each."""

    id: str
    title: str
    candidates: int
    units: int
    chances: int
    assign: str
    tiers: tuple[TierOutlook, ...]


def outlook(roll: Table, units: Table, rules: Rules) -> tuple[StageOutlook, ...]:
    return tuple(_stage(stage, roll, units) for stage in rules.stages)


def _stage(stage: Stage, roll: Table, units: Table) -> StageOutlook:
    households = list(stage.households.select(roll.rows))
    flats = list(stage.units.select(units.rows))
    chances = len(households)
    if stage.chances is not None:
        index = roll.column(stage.chances)
        chances = sum(int(row[index]) for row in households)
    tiers = tuple(_tier(tier, households, flats) for tier in stage.tiers)
    return StageOutlook(stage.id, stage.title, len(households), len(flats), chances, stage.assign, tiers)


def _tier(tier: Tier, households: list[Row], flats: list[Row]) -> TierOutlook:
    units = len(tier.units.select(flats))
    if tier.count != "all":
        units = min(units, tier.count)
    return TierOutlook(tier.id, tier.title, len(tier.households.select(households)), units, tier.count)
