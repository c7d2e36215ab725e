"""The draw (FORMAT.md 6): who gets which flat.

Every household has a ticket in every stage, a hash of the seed, the stage and its own number: nothing else about it
counts, and nobody else's presence changes it. So the draw is: give tickets, sort by them, and go through stages and
tiers from the top.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from kiosk.core.rules import Limit, Rules, Stage
from kiosk.core.tables import Row, Table

FILE = "result.csv"
COLUMNS = ("stage", "tier", "rank", "household", "ticket", "outcome", "unit")


class Drawn(NamedTuple):
    """One line of `result.csv`. An alternate has no tier and no unit; in a `choose` stage nobody has a unit."""

    stage: str
    tier: str
    rank: int
    household: str
    ticket: str
    outcome: str  # "allotted" or "alternate"
    unit: str


def ticket(seed: str, stage: str, household: str, chances: int = 1) -> str:
    """A household's ticket: the smallest of as many hashes as it has chances (6.2)."""
    return min(_hash(f"{seed}|household|{stage}|{household}|{chance}") for chance in range(1, chances + 1))


def unit_ticket(seed: str, stage: str, unit: str) -> str:
    return _hash(f"{seed}|unit|{stage}|{unit}")


def allot(seed: str, roll: Table, units: Table, rules: Rules) -> Iterator[Drawn]:
    """The lines of the result, in their order: of each stage the allotted, then the alternates.

    seed: 64 hex digits. Rows of the tables are expected to be judged already (tables.parse, rules.parse).
    """
    housed: set[str] = set()
    used: set[str] = set()
    for stage in rules.stages:
        households = [row for row in stage.households.select(roll.rows) if row[0] not in housed]
        flats = [row for row in stage.units.select(units.rows) if row[0] not in used]
        tickets = _tickets(seed, stage, roll, households)
        households.sort(key=lambda row: tickets[row[0]])
        flats.sort(key=lambda row: unit_ticket(seed, stage.id, row[0]))
        for drawn in _stage(stage, households, flats, tickets):
            if drawn.outcome == "allotted":
                housed.add(drawn.household)
                used.add(drawn.unit)
            yield drawn


def _tickets(seed: str, stage: Stage, roll: Table, households: Sequence[Row]) -> dict[str, str]:
    if stage.chances is None:
        # The same as ticket(), without a call and a min for each of a million households.
        begin, sha256 = f"{seed}|household|{stage.id}|", hashlib.sha256
        return {row[0]: sha256(f"{begin}{row[0]}|1".encode()).hexdigest() for row in households}
    index = roll.column(stage.chances)
    return {row[0]: ticket(seed, stage.id, row[0], int(row[index])) for row in households}


def _stage(stage: Stage, waiting: Sequence[Row], free: Sequence[Row], tickets: dict[str, str]) -> Iterator[Drawn]:
    """`waiting` and `free`: the stage's households and units in the order of their tickets."""
    rank = 0
    for tier in stage.tiers:
        flats = tier.units.select(free)[: _most(tier.count)]
        housed = set()
        for household, flat in zip(tier.households.select(waiting), flats, strict=False):
            rank += 1
            unit = flat[0] if stage.assign == "draw" else ""
            yield Drawn(stage.id, tier.id, rank, household[0], tickets[household[0]], "allotted", unit)
            housed.add(household[0])
        # In a `choose` stage no unit is named, and no tier filters units: any so many of them are used up.
        gone = {flat[0] for flat in flats[: len(housed)]}
        waiting = [row for row in waiting if row[0] not in housed]
        free = [row for row in free if row[0] not in gone]
    for place, household in enumerate(islice(waiting, _most(stage.alternates)), 1):
        yield Drawn(stage.id, "", place, household[0], tickets[household[0]], "alternate", "")


def result_csv(result: Iterator[Drawn] | Sequence[Drawn]) -> str:
    lines = [
        f"{stage},{tier},{rank},{household},{ticket},{outcome},{unit}\n"
        for stage, tier, rank, household, ticket, outcome, unit in result
    ]
    return ",".join(COLUMNS) + "\n" + "".join(lines)


def _most(limit: Limit) -> int | None:
    return None if limit == "all" else limit


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
