"""The draw (FORMAT.md 6): who gets which flat.

Every household has a ticket in every stage, a hash of the seed, the stage and its own number: nothing else about it
counts, and nobody else's presence changes it. So the draw is: give tickets, sort by them, and go through stages and
tiers from the top.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, islice
from typing import NamedTuple

from kiosk.core.rules import Filter, Limit, Rules, Stage
from kiosk.core.tables import Row, Table

FILE = "result.csv"
COLUMNS = ("stage", "tier", "rank", "household", "ticket", "outcome", "unit")
TICKET = 64  # hex digits


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


def order(seed: str, stage: Stage, roll: Table) -> list[str]:
    """Every household that the stage's filter takes, ticketed (see `_ticketed`), in the order of their tickets."""
    return _ticketed(seed, stage, roll, stage.households.select(roll.rows))


@dataclass(frozen=True)
class TierResult:
    """The households that a tier housed, ticketed (see `_ticketed`), and the unit of each, in the order of rank."""

    tier: str
    first_rank: int
    households: list[str]
    units: list[str]


@dataclass(frozen=True)
class StageResult:
    """One stage of the result. alternates: ticketed ids, in the order of their tickets.

    Lists of plain strings, because a draw may have a million lines: an object for each would double its cost.
    """

    stage: str
    tiers: list[TierResult]
    alternates: list[str]

    def allotted(self) -> Iterator[Drawn]:
        for tier in self.tiers:
            pairs = zip(tier.households, tier.units, strict=True)
            for rank, (household, unit) in enumerate(pairs, tier.first_rank):
                yield Drawn(self.stage, tier.tier, rank, household[TICKET:], household[:TICKET], "allotted", unit)

    def rows(self) -> Iterator[Drawn]:
        """The stage's lines of `result.csv`, in their order."""
        yield from self.allotted()
        for rank, household in enumerate(self.alternates, 1):
            yield Drawn(self.stage, "", rank, household[TICKET:], household[:TICKET], "alternate", "")

    def lines(self) -> Iterator[str]:
        """The same as text."""
        ticket, number = slice(TICKET), slice(TICKET, None)  # made once, not for each of a million lines
        for tier in self.tiers:
            begin, pairs = f"{self.stage},{tier.tier}", zip(tier.households, tier.units, strict=True)
            for rank, (household, unit) in enumerate(pairs, tier.first_rank):
                yield f"{begin},{rank},{household[number]},{household[ticket]},allotted,{unit}\n"
        begin = f"{self.stage},"
        for rank, household in enumerate(self.alternates, 1):
            yield f"{begin},{rank},{household[number]},{household[ticket]},alternate,\n"


def allot(seed: str, roll: Table, units: Table, rules: Rules) -> Iterator[StageResult]:
    """The draw, stage by stage.

    seed: 64 hex digits. Rows of the tables are expected to be judged already (tables.parse, rules.parse).
    """
    housed: set[str] = set()
    used: set[str] = set()
    for stage in rules.stages:
        households = _without(housed, stage.households.select(roll.rows))
        result = _stage(seed, stage, roll, households, _without(used, stage.units.select(units.rows)))
        for tier in result.tiers:
            housed.update(household[TICKET:] for household in tier.households)
            used.update(tier.units)
        yield result


def result_csv(result: Iterable[StageResult]) -> str:
    return "".join(_blocks(result))


def result_bytes(result: Iterable[StageResult]) -> bytes:
    """The same as it stands in the folder, never twice in memory: of a large draw it is most of what there is."""
    written = BytesIO()
    for block in _blocks(result):
        written.write(block.encode())
    return written.getvalue()


def _blocks(result: Iterable[StageResult]) -> Iterator[str]:
    lines = chain.from_iterable(stage.lines() for stage in result)
    yield ",".join(COLUMNS) + "\n"
    # In blocks, because the memory of a thousand lines stays in the processor's cache, and that of a million does not.
    while block := "".join(islice(lines, 1000)):
        yield block


def _without(gone: set[str], rows: Sequence[Row]) -> Sequence[Row]:
    return [row for row in rows if row[0] not in gone] if gone else rows


def _stage(seed: str, stage: Stage, roll: Table, households: Sequence[Row], units: Sequence[Row]) -> StageResult:
    waiting = _ticketed(seed, stage, roll, households)
    free = [ticketed[TICKET:] for ticketed in sorted(unit_ticket(seed, stage.id, row[0]) + row[0] for row in units)]
    tiers: list[TierResult] = []
    rank = 1
    for tier in stage.tiers:
        takes = _ids_taken(tier.units, units)
        offered = [unit for unit in free if takes is None or unit in takes][: _most(tier.count)]
        housed, waiting = _first(waiting, len(offered), _ids_taken(tier.households, households))
        used = offered[: len(housed)]
        # In a `choose` stage no unit is named, and no tier filters units: any so many of them are used up.
        tiers.append(TierResult(tier.id, rank, housed, used if stage.assign == "draw" else [""] * len(used)))
        rank += len(housed)
        gone = set(used)
        free = [unit for unit in free if unit not in gone]
    return StageResult(stage.id, tiers, waiting[: _most(stage.alternates)])


def _ticketed(seed: str, stage: Stage, roll: Table, households: Sequence[Row]) -> list[str]:
    """The households' ticketed ids, ascending: each a ticket's 64 digits and then the id, in one string.

    Strings are what Python sorts fastest, and a million of them is where a draw spends its time.
    """
    if stage.chances is None:
        # The same as ticket(), without a call and a min for each household.
        begin, sha256 = f"{seed}|household|{stage.id}|", hashlib.sha256
        return sorted([sha256(f"{begin}{row[0]}|1".encode()).hexdigest() + row[0] for row in households])
    index = roll.column(stage.chances)
    return sorted([ticket(seed, stage.id, row[0], int(row[index])) + row[0] for row in households])


def _ids_taken(filter: Filter, rows: Sequence[Row]) -> set[str] | None:
    """The ids of the rows that the filter takes; None where it takes all."""
    return {row[0] for row in filter.select(rows)} if filter.conditions else None


def _first(waiting: list[str], most: int, candidates: set[str] | None) -> tuple[list[str], list[str]]:
    """The first so many ticketed ids that are candidates, and all the others, both still in order."""
    if candidates is None:
        return waiting[:most], waiting[most:]
    housed: list[str] = []
    passed_over: list[str] = []
    for place, household in enumerate(waiting):
        if len(housed) == most:
            return housed, passed_over + waiting[place:]
        (housed if household[TICKET:] in candidates else passed_over).append(household)
    return housed, passed_over


def _most(limit: Limit) -> int | None:
    return None if limit == "all" else limit


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
