"""What the hall sees while households choose their flats (FORMAT.md 11.6): plain values, made by `kiosk.after.live`.

The flats that are left stand in pages that somebody turns; nothing crawls over the screen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.ceremony.outcome import Card

LINES, COLUMNS = 6, 3  # of one page of flats
NEXT, LAST = 3, 3  # how many who come next, and how many choices, are shown


@dataclass(frozen=True)
class Flats:
    """Flats of one kind. title: what they have in common, "" where nothing tells them apart; left: those that can still
    be chosen; of: how many there were."""

    title: str
    left: tuple[str, ...]
    of: int


@dataclass(frozen=True)
class Choosing:
    """One stage. turn: who chooses now, None if all have; next: who comes then; last: the last choices, newest first;
    chosen, choosers: how many have chosen, of how many; trouble: why the file is not believed, in words, or ""."""

    stage: str
    turn: Card | None
    next: tuple[Card, ...]
    last: tuple[Card, ...]
    flats: tuple[Flats, ...]
    chosen: int
    choosers: int
    trouble: str = ""

    @property
    def left(self) -> int:
        return sum(len(flats.left) for flats in self.flats)


@dataclass(frozen=True)
class Line:
    """A line of a page: the heading of a kind, or some of its flats. begins: False where it goes on from before."""

    flats: Flats
    units: tuple[str, ...] = ()
    begins: bool = True


def pages(flats: Sequence[Flats]) -> list[list[Line]]:
    """At least one. A heading never ends a page, and is repeated where its flats go on."""
    made: list[list[Line]] = [[]]
    for each in flats:
        for number, units in enumerate(_rows(each.left)):
            if len(made[-1]) + (2 if number == 0 else 1) > LINES:
                made.append([])
            if number == 0 or not made[-1]:
                made[-1].append(Line(each, begins=number == 0))
            made[-1].append(Line(each, units))
    return made


def _rows(units: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(units[at : at + COLUMNS]) for at in range(0, len(units), COLUMNS))
