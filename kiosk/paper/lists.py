"""The list of those who won and that of the alternates, each by rank and by number, stage by stage; and the first as a
spreadsheet for the office."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from kiosk.core.allot import TICKET
from kiosk.paper import typeset
from kiosk.paper.facts import Facts
from kiosk.paper.winners import Names, Winner, by_id, winners
from kiosk.words import say

BATCH = 2000

# How wide a column is to the others; 0 for as wide as what stands in it.
_WIDTHS = {"rank": 0, "household": 3, "name": 2, "unit": 3, "tier": 2, "place": 0}


@dataclass(frozen=True)
class Section:
    """columns: keys of `paper.column`."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def allotted(facts: Facts, large: bool = False) -> Iterator[bytes]:
    return _typeset(facts, "wall" if large else "list", _allotted(facts), large)


def alternates(facts: Facts) -> Iterator[bytes]:
    return _typeset(facts, "alternates", _alternates(facts), False)


def _allotted(facts: Facts) -> Iterator[Section]:
    won = list(winners(facts))
    for stage in facts.inputs.rules.stages:
        rows = [winner for winner in won if winner.stage == stage.id]
        columns = ["rank", "household"]
        columns += ["name"] if any(winner.name for winner in rows) else []
        columns += ["unit"] if stage.assign == "draw" else []
        columns += ["tier"] if len(stage.tiers) > 1 else []
        yield _section(facts, stage.title, "by-rank", columns, rows)
        by_number = sorted(rows, key=lambda winner: winner.household)
        yield _section(facts, stage.title, "by-number", columns, by_number)


def _section(facts: Facts, title: str, order: str, columns: Sequence[str], rows: Sequence[Winner]) -> Section:
    fields = [[_field(winner, column) for column in columns] for winner in rows]
    return Section(title, say(facts.language, f"paper.list.{order}", count=len(rows)), columns, fields)


def _field(winner: Winner, column: str) -> str:
    fields = {
        "rank": str(winner.rank),
        "household": winner.household,
        "name": winner.name,
        "unit": " ".join((winner.unit, *winner.details)),
        "tier": winner.tier_title,
    }
    return fields[column]


def _alternates(facts: Facts) -> Iterator[Section]:
    names = Names(facts)
    for stage, result in zip(facts.inputs.rules.stages, facts.result.result, strict=True):
        waiting = [household[TICKET:] for household in result.alternates]
        rows = [[str(rank), household, names.of(household)] for rank, household in enumerate(waiting, 1)]
        columns = ["rank", "household"] + (["name"] if any(row[2] for row in rows) else [])
        rows = [row[: len(columns)] for row in rows]
        for order, shown in (("by-rank", rows), ("by-number", sorted(rows, key=lambda row: row[1]))):
            yield Section(stage.title, say(facts.language, f"paper.list.{order}", count=len(rows)), columns, shown)


def _typeset(facts: Facts, what: str, sections: Iterable[Section], large: bool) -> Iterator[bytes]:
    parts = list(_parts(sections))

    def data(part: Sequence[Section], number: int) -> dict[str, object]:
        return {
            **facts.common(what, number, len(parts)),
            "large": large,
            "sections": [_written(facts, section) for section in part],
        }

    return typeset.pdfs("list", [partial(data, part, number) for number, part in enumerate(parts, 1)])


def _parts(sections: Iterable[Section]) -> Iterator[list[Section]]:
    """Cut so that no part has more than BATCH rows."""
    part: list[Section] = []
    room = BATCH
    for section in sections:
        rows = section.rows
        while len(rows) > room:
            part.append(Section(section.title, section.note, section.columns, rows[:room]))
            yield part
            part, rows, room = [], rows[room:], BATCH
        part.append(Section(section.title, section.note, section.columns, rows))
        room -= len(rows)
    yield part


def _written(facts: Facts, section: Section) -> dict[str, object]:
    return {
        "title": typeset.breakable(section.title),
        "note": section.note,
        "columns": [say(facts.language, f"paper.column.{name}") for name in section.columns],
        "widths": [_WIDTHS[name] for name in section.columns],
        "rows": [[typeset.breakable(field) for field in row] for row in section.rows],
    }


def spreadsheet(facts: Facts) -> Iterator[list[str]]:
    """Those who won, one row each, all columns of roll and units: for the office, which sorts and joins by itself."""
    language, roll, units = facts.language, by_id(facts.inputs.roll), by_id(facts.inputs.units)
    named = ("stage", "tier", "rank", "day", "hours", "counter")
    yield [
        *(say(language, f"paper.column.{name}") for name in named), *facts.inputs.roll.columns,
        *facts.inputs.units.columns,
    ]  # fmt: skip
    empty = ("",) * len(facts.inputs.units.columns)
    for winner in winners(facts):
        when = winner.appointment
        yield [
            winner.stage, winner.tier, str(winner.rank),
            when.day.isoformat() if when else "", when.hours() if when else "", str(when.counter) if when else "",
            *roll[winner.household], *(units[winner.unit] if winner.unit else empty),
        ]  # fmt: skip
