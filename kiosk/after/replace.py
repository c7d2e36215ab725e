"""Who holds which flat after the draw, and who is next (弃权递补; FORMAT.md 11.4 to 11.6). Pure.

A *place* is an allotted row of `result.csv`: a flat, or in a `choose` stage the right to choose one. Who withdraws
frees its place; the free place that comes first in `result.csv` goes to whom the rules and the tickets name, and to
nobody whom somebody picks. `Draw` is what the draw left, which never changes; `Standing` is where the entries that
stand have led to. Nobody becomes eligible again within one `Standing`: undoing an entry makes a new one, without it
(see kiosk.after.book). So each list of candidates is gone through once, however many withdraw.
"""

from bisect import insort
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import NamedTuple

from kiosk.core import allot
from kiosk.core.errors import ProtocolError
from kiosk.core.evidence import Evidence
from kiosk.core.rules import Stage, Tier

_MEANT = 5  # flats that are named to whoever wrote the end of an id


class Place(NamedTuple):
    """number: its place among all, in the order of `result.csv`; unit: "" where the household chooses."""

    number: int
    stage: Stage
    rank: int
    tier: Tier
    unit: str
    household: str


class Given(NamedTuple):
    """A place that a household was given after the draw, by this entry, and the rank that it has since."""

    place: Place
    rank: int
    entry: int


class Next(NamedTuple):
    """Who is next: for which place, through which tier, and with which rank of its own."""

    place: Place
    tier: Tier
    household: str
    rank: int


class Passed(NamedTuple):
    """A household before the next one, and why it is passed over.

    reason: "housed" by the draw (stage and rank say where), "withdrawn" or "given" (a place already; entry says
    since when), or "filter": the tier is not for it.
    """

    household: str
    ticket: str
    reason: str
    entry: int = 0
    stage: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Search:
    """One tier looked through for a place: everybody before `found`, or everybody where it has none left."""

    tier: Tier
    passed: tuple[Passed, ...]
    found: str | None


class Chooser(NamedTuple):
    rank: int
    household: str


class Held(NamedTuple):
    """A flat now. household: "" where it is free; entry: of the replacement, the choice or the withdrawal, 0 of the
    draw; unit: "" where it is not chosen yet."""

    place: Place
    rank: int
    household: str
    unit: str
    entry: int


class Draw:
    """What the draw leaves to the days after it."""

    def __init__(self, evidence: Evidence) -> None:
        self._inputs, self._seed = evidence.inputs, evidence.seed_hash
        self._result = {result.stage: result for result in evidence.result}
        self.id = evidence.inputs.notice.draw
        self.result_hash = evidence.result_hash
        self.stages = {stage.id: stage for stage in evidence.inputs.rules.stages}
        self.places = tuple(_places(evidence))
        self.housed = {place.household: place for place in self.places}
        self.last_rank = Counter(place.stage.id for place in self.places)
        self.by_rank = {(place.stage.id, place.rank): place for place in self.places}
        # No draw has another order of its places, so each list is made once.
        self.order = cache(self._order)
        self.taken = cache(self._taken)
        self.candidates = cache(self._candidates)
        self.choosable = cache(self._choosable)

    def choose_stage(self, id: str) -> Stage:
        """The stage with this id, in which households choose; ProtocolError names those that there are."""
        stage = self.stages.get(id)
        if stage is None or stage.assign != "choose":
            known = ", ".join(f"{each.id} ({each.title})" for each in self.stages.values() if each.assign == "choose")
            raise ProtocolError("after.drawn-stage" if stage else "after.no-choosing", stage=id, stages=known or "–")
        return stage

    @cached_property
    def households(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._inputs.roll.rows)

    def listed(self, stage: str) -> frozenset[str]:
        """The alternates that `result.csv` lists; those behind them are next in their turn as well."""
        return frozenset(ticketed[allot.TICKET :] for ticketed in self._result[stage].alternates)

    def tiers(self, place: Place) -> Iterator[Tier]:
        """The tiers that a place is for, one after another: its own, and the later ones that take its flat."""
        yield place.tier
        tiers = place.stage.tiers
        for tier in tiers[tiers.index(place.tier) + 1 :]:
            if not tier.units.conditions or tier.units.select([self._units[place.unit]]):
                yield tier

    def _order(self, stage: str) -> list[str]:
        """Everybody whom the stage takes, ticketed, by ticket; `alternates` limits only what `result.csv` lists."""
        return allot.order(self._seed, self.stages[stage], self._inputs.roll)

    def _candidates(self, stage: str, tier: str) -> list[str]:
        """Whom the draw has housed nowhere and the tier takes, in the order of tickets."""
        households, housed = self.taken(stage, tier), self.housed
        ids = (ticketed[allot.TICKET :] for ticketed in self.order(stage))
        return [id for id in ids if id in households and id not in housed]

    def _taken(self, stage: str, tier: str) -> frozenset[str]:
        wanted = next(each for each in self.stages[stage].tiers if each.id == tier)
        return frozenset(row[0] for row in wanted.households.select(self._inputs.roll.rows))

    def _choosable(self, stage: str) -> frozenset[str]:
        """The flats that a `choose` stage offers."""
        drawn = {place.unit for place in self.places}
        return frozenset(row[0] for row in self.stages[stage].units.select(self._inputs.units.rows)) - drawn

    @cached_property
    def _units(self) -> dict[str, tuple[str, ...]]:
        return {row[0]: row for row in self._inputs.units.rows}


def _places(evidence: Evidence) -> Iterator[Place]:
    number = 0
    for stage, result in zip(evidence.inputs.rules.stages, evidence.result, strict=True):
        tiers = {tier.id: tier for tier in stage.tiers}
        for row in result.allotted():
            yield Place(number, stage, row.rank, tiers[row.tier], row.unit, row.household)
            number += 1


class Standing:
    """Where the entries that stand have led to. Each step is refused, and nothing changed, if it is not right."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.withdrawn: dict[str, int] = {}  # household, the entry
        self.given: dict[str, Given] = {}
        self.chosen: dict[str, tuple[str, int]] = {}  # household, its unit and the entry
        self._chosen_by: dict[str, str] = {}  # unit, the household
        self._holders: dict[int, str] = {}  # of the places that were given to another since
        self._free: list[int] = []
        self._replaced: Counter[str] = Counter()  # how many entries of a stage, undone ones included
        self._looked: Counter[tuple[str, str]] = Counter()  # how far a tier's candidates are used up
        self._queues: dict[str, deque[Chooser]] = {}
        for place in draw.places:
            if place.stage.assign == "choose":
                queue = self._queues.setdefault(place.stage.id, deque())
                queue.append(Chooser(place.rank, place.household))

    # --- what happens

    def withdraw(self, household: str, entry: int) -> None:
        if household not in self.draw.households:
            raise ProtocolError("after.unknown-household", household=household)
        if household in self.withdrawn:
            raise ProtocolError("after.withdrawn", household=household, entry=self.withdrawn[household])
        place = self.place_of(household)
        self.withdrawn[household] = entry
        if place is not None:
            insort(self._free, place.number)
        unit, _ = self.chosen.pop(household, ("", 0))
        self._chosen_by.pop(unit, None)

    def replace(self, told: Next, entry: int) -> None:
        found = self.next()
        if found is None:
            raise ProtocolError("after.nobody-next")
        if told != found:
            raise ProtocolError("after.not-next", stage=found.place.stage.id, place=found.place.rank,
                                household=found.household, tier=found.tier.id, rank=found.rank)  # fmt: skip
        stage = found.place.stage.id
        self._free.remove(found.place.number)
        self._holders[found.place.number] = found.household
        self.given[found.household] = Given(found.place, found.rank, entry)
        self.leave_out_replacement(stage)
        if stage in self._queues:
            self._queues[stage].append(Chooser(found.rank, found.household))

    def leave_out_replacement(self, stage: str) -> None:
        """A replacement that was undone: its rank is not given to anybody else."""
        self._replaced[stage] += 1

    def choose(self, stage: str, chooser: Chooser, unit: str, entry: int) -> None:
        found = self.chooser(stage)
        if found is None:
            raise ProtocolError("after.nobody-chooses", stage=stage)
        if chooser != found:
            raise ProtocolError("after.not-your-turn", stage=stage, rank=found.rank, household=found.household)
        if unit not in self.draw.choosable(stage):
            left = self.draw.choosable(stage) - self._chosen_by.keys()
            meant = sorted(whole for whole in left if unit and whole.endswith(unit))[:_MEANT]
            if meant:
                raise ProtocolError("after.whole-unit", stage=stage, unit=unit, units=", ".join(meant))
            raise ProtocolError("after.not-offered", stage=stage, unit=unit)
        if unit in self._chosen_by:
            raise ProtocolError("after.chosen", unit=unit, household=self._chosen_by[unit])
        self._queues[stage].popleft()
        self.chosen[found.household] = unit, entry
        self._chosen_by[unit] = found.household

    # --- what follows from it

    def place_of(self, household: str) -> Place | None:
        """The place that a household holds now."""
        if household in self.withdrawn:
            return None
        given = self.given.get(household)
        return given.place if given else self.draw.housed.get(household)

    def holder(self, place: Place) -> str:
        """Who holds the place, or held it last where it is free."""
        return self._holders.get(place.number, place.household)

    def free(self) -> list[Place]:
        """The free places, in the order of `result.csv`."""
        return [self.draw.places[number] for number in self._free]

    def next(self) -> Next | None:
        """Who is next for the first free place that anybody is left for; None if there is no such place."""
        return next((found for place in self.free() if (found := self.next_for(place))), None)

    def next_for(self, place: Place) -> Next | None:
        for tier in self.draw.tiers(place):
            if household := self._first(place.stage.id, tier.id):
                stage = place.stage.id
                return Next(place, tier, household, self.draw.last_rank[stage] + self._replaced[stage] + 1)
        return None

    def searches(self, place: Place) -> Iterator[Search]:
        """How the next one for a place is found: everybody who comes before, and why each is passed over."""
        found = self.next_for(place)
        for tier in self.draw.tiers(place):
            here = found.household if found and found.tier.id == tier.id else None
            yield Search(tier, tuple(self._passed(place.stage.id, tier, here)), here)
            if here is not None:
                return

    def _first(self, stage: str, tier: str) -> str | None:
        candidates, at = self.draw.candidates(stage, tier), self._looked[stage, tier]
        while at < len(candidates) and (candidates[at] in self.withdrawn or candidates[at] in self.given):
            at += 1
        self._looked[stage, tier] = at
        return candidates[at] if at < len(candidates) else None

    def _passed(self, stage: str, tier: Tier, until: str | None) -> Iterator[Passed]:
        for ticketed in self.draw.order(stage):
            ticket, household = ticketed[: allot.TICKET], ticketed[allot.TICKET :]
            if household == until:
                return
            if entry := self.withdrawn.get(household):
                yield Passed(household, ticket, "withdrawn", entry=entry)
            elif place := self.draw.housed.get(household):
                yield Passed(household, ticket, "housed", stage=place.stage.id, rank=place.rank)
            elif given := self.given.get(household):
                yield Passed(household, ticket, "given", given.entry, given.place.stage.id, given.place.rank)
            else:
                assert household not in self.draw.taken(stage, tier.id), "a candidate was left out"
                yield Passed(household, ticket, "filter")

    def chooser(self, stage: str) -> Chooser | None:
        """Who chooses next in a stage: the lowest rank that holds a place and has no flat yet."""
        queue = self._queues.get(stage)
        while queue and queue[0].household in self.withdrawn:
            queue.popleft()
        return queue[0] if queue else None

    def choosers(self, stage: str, most: int) -> list[Chooser]:
        """The first of those who have to choose, in the order of their turns."""
        queue = self._queues.get(stage, ())
        return list(islice((each for each in queue if each.household not in self.withdrawn), most))

    def waiting(self, stage: str) -> int:
        """How many have to choose."""
        return sum(each.household not in self.withdrawn for each in self._queues.get(stage, ()))

    def holdings(self) -> Iterator[Held]:
        """Who holds each flat that the draw gave, in the order of `result.csv`."""
        free = set(self._free)
        for place in self.draw.places:
            household = self.holder(place)
            if place.number in free:
                yield Held(place, place.rank, "", place.unit, self.withdrawn[household])
                continue
            given = self.given.get(household)
            rank, entry = (given.rank, given.entry) if given else (place.rank, 0)
            if place.stage.assign == "choose":
                unit, chosen = self.chosen.get(household, ("", 0))
                yield Held(place, rank, household, unit, chosen or entry)
            else:
                yield Held(place, rank, household, place.unit, entry)
