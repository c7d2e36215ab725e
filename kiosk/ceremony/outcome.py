"""What was drawn, in the order in which it is shown: stage by stage, in groups that never cross a tier.

Made once, when the seed is complete. Nothing of it may be seen before it has been shown, so it stays in here and in
the machine's state; `Prefix` and `Waiting` are what a view holds instead.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar, overload

from kiosk.core import evidence, seed, text
from kiosk.core.allot import TICKET, Drawn, StageResult
from kiosk.core.evidence import Inputs
from kiosk.core.rules import Stage

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Card:
    """A household that has been shown. name: its field in the column `name`, "" where the roll has none;
    unit: "" in a `choose` stage."""

    stage: int  # index into `stages`
    tier: str  # the tier's title, "" where the stage has one tier only
    rank: int
    household: str
    name: str
    unit: str


@dataclass(frozen=True)
class Group:
    """Households that are shown in one go, by their ranks in the stage."""

    tier: str
    first_rank: int
    last_rank: int


@dataclass(frozen=True)
class StageOutcome:
    """alternates: ticketed ids, as `allot` gives them; groups: none where nobody was housed."""

    allotted: tuple[Drawn, ...]
    alternates: Sequence[str]
    groups: tuple[Group, ...]


@dataclass(frozen=True, repr=False)
class Outcome:
    seed: str
    result_hash: str
    stages: tuple[StageOutcome, ...]
    total: int  # households housed in the whole draw


def draw(
    inputs: Inputs, files: Mapping[str, bytes], made: seed.Seed, group_size: int
) -> tuple[Outcome, dict[str, bytes]]:
    """Draws: the outcome, and the three files that belong in the folder."""
    seed_txt = seed.write(made, inputs.notice, inputs.notice_hash)
    result, completed = evidence.complete(inputs, files, seed_txt)
    stages = tuple(_stage(*each, group_size) for each in zip(inputs.rules.stages, result, strict=True))
    outcome = Outcome(
        seed=text.sha256(seed_txt),
        result_hash=text.sha256(completed[evidence.SUMS]),
        stages=stages,
        total=sum(len(stage.allotted) for stage in stages),
    )
    return outcome, completed


def _stage(stage: Stage, result: StageResult, group_size: int) -> StageOutcome:
    allotted = tuple(result.allotted())
    groups: list[Group] = []
    for tier, members in groupby(allotted, key=lambda row: row.tier):
        ranks = [row.rank for row in members]
        title = _tier_title(stage, tier)
        groups += [
            Group(title, first, min(first + group_size - 1, ranks[-1]))
            for first in range(ranks[0], ranks[-1] + 1, group_size)
        ]
    return StageOutcome(allotted, result.alternates, tuple(groups))


def card(inputs: Inputs, stage: int, tier: str, rank: int, household: str, unit: str = "") -> Card:
    """stage: its index; tier: its id."""
    return Card(stage, _tier_title(inputs.rules.stages[stage], tier), rank, household, _name(inputs, household), unit)


def _tier_title(stage: Stage, tier: str) -> str:
    """As it is shown: a stage's only tier needs no name beside the stage's, and an alternate has none."""
    if len(stage.tiers) == 1:
        return ""
    return next((each.title for each in stage.tiers if each.id == tier), "")


def _name(inputs: Inputs, household: str) -> str:
    if "name" not in inputs.roll.columns:
        return ""
    # The rows stand in the order of their first column (FORMAT.md 2.4).
    row = inputs.roll.rows[bisect_left(inputs.roll.rows, (household,))]
    return row[inputs.roll.column("name")]


class Prefix(Sequence[_T]):
    """The first so many items of a list that only ever grows at its end.

    `then` makes a longer one without copying: both share the list, and each knows how much of it is its own. Only
    where two different items follow the same prefix is the list copied.
    """

    __slots__ = ("_items", "_length")

    def __init__(self, items: Sequence[_T] = ()) -> None:
        self._items = list(items)
        self._length = len(self._items)

    def then(self, item: _T) -> "Prefix[_T]":
        longer: Prefix[_T] = Prefix.__new__(Prefix)
        longer._items = self._items if len(self._items) == self._length else self._items[: self._length]
        longer._items.append(item)
        longer._length = self._length + 1
        return longer

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, index: int | slice) -> _T | tuple[_T, ...]:
        if isinstance(index, slice):
            return tuple(self._items[each] for each in range(*index.indices(self._length)))
        return self._items[range(self._length)[index]]

    def __iter__(self) -> Iterator[_T]:
        return (self._items[index] for index in range(self._length))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prefix) or self._length != other._length:
            return NotImplemented if not isinstance(other, Prefix) else False
        return self._items is other._items or all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash((self._length, self._items[self._length - 1] if self._length else None))

    def __repr__(self) -> str:
        return f"Prefix({list(self)!r})"


@dataclass(frozen=True)
class Waiting(Sequence[Card]):
    """A stage's alternates as cards, made when somebody looks: a list of 200,000 costs nothing."""

    inputs: Inputs = field(repr=False, compare=False)
    stage: int
    ticketed: Sequence[str] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ticketed)

    @overload
    def __getitem__(self, index: int) -> Card: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Card, ...]: ...
    def __getitem__(self, index: int | slice) -> Card | tuple[Card, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        place = range(len(self))[index]
        return card(self.inputs, self.stage, "", place + 1, self.ticketed[place][TICKET:])
