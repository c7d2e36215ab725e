"""The list of those who won and that of the alternates, each by rank and by number, stage by stage; and both as rows
for the office's spreadsheet. Where the office's own is joined (`facts.private`), its columns come last, and its names
take the place of the masked ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kiosk.core.allot import TICKET
from kiosk.core.tables import Table
from kiosk.paper import typeset
from kiosk.paper.facts import Facts, tier_titles
from kiosk.paper.winners import Names, Winner, by_id, winners
from kiosk.words import say

BATCH = 2000

# Which part of the page's width a column may take; 1 for one whose fields stand on one line wherever that is possible.
_SHARES = {"tier": 0.2, "note": 0.3, "what": 0.6}
_PRIVATE_SHARE = 0.18
# Columns of roll and units that have words; any other stands as the frozen file has it.
_KNOWN = (
    "household", "name", "people", "category", "district", "years", "priority", "income", "area", "unit", "layout",
    "estate",
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """columns: keys of `paper.column`; private: headings of the office's own columns, which come behind them."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    private: Sequence[str] = ()


def allotted(facts: Facts, large: bool = False) -> Iterator[bytes]:
    return written(facts, "wall" if large else "list", _allotted(facts, large), large)


def alternates(facts: Facts) -> Iterator[bytes]:
    return written(facts, "alternates", _alternates(facts))


def _allotted(facts: Facts, large: bool) -> Iterator[Section]:
    won = list(winners(facts))
    for stage in facts.inputs.rules.stages:
        rows = [winner for winner in won if winner.stage == stage.id]
        if large:  # from a distance the flat itself is looked for
            rows = [replace(winner, details=()) for winner in rows]
        columns = ["rank", "household"]
        columns += ["name"] if shows_names(facts, (winner.name for winner in rows)) else []
        columns += ["unit"] if stage.assign == "draw" else []
        columns += ["tier"] if len(stage.tiers) > 1 else []
        yield _section(facts, stage.title, "by-rank", columns, rows)
        by_number = sorted(rows, key=lambda winner: winner.household)
        yield _section(facts, stage.title, "by-number", columns, by_number)


def _section(facts: Facts, title: str, order: str, columns: Sequence[str], rows: Sequence[Winner]) -> Section:
    private = facts.private
    fields = [[*(_field(each, column) for column in columns), *private.of(each.household)] for each in rows]
    return Section(title, say(facts.language, f"paper.list.{order}", count=len(rows)), columns, fields, private.columns)


def shows_names(facts: Facts, names: Iterable[str]) -> bool:
    """The roll's masked names, where there are any, and none from the office's own spreadsheet."""
    return not facts.private.columns and any(names)


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
        columns = ["rank", "household"] + (["name"] if shows_names(facts, (row[2] for row in rows)) else [])
        private = facts.private
        rows = [[*row[: len(columns)], *private.of(row[1])] for row in rows]
        for order, shown in (("by-rank", rows), ("by-number", sorted(rows, key=lambda row: row[1]))):
            note = say(facts.language, f"paper.list.{order}", count=len(rows))
            yield Section(stage.title, note, columns, shown, private.columns)


def written(facts: Facts, what: str, sections: Iterable[Section], large: bool = False) -> Iterator[bytes]:
    """A PDF for each batch of the sections. what: the document's name."""
    parts = list(_parts(sections))

    def data(part: Sequence[Section], number: int) -> dict[str, object]:
        return {
            **facts.common(what, number, len(parts)),
            "large": large,
            "sections": [_told(facts, section) for section in part],
        }

    return typeset.pdfs("list", [partial(data, part, number) for number, part in enumerate(parts, 1)])


def _parts(sections: Iterable[Section]) -> Iterator[list[Section]]:
    """Cut so that no part has more than BATCH rows."""
    part: list[Section] = []
    room = BATCH
    for section in sections:
        rows = section.rows
        while len(rows) > room:
            part.append(replace(section, rows=rows[:room]))
            yield part
            part, rows, room = [], rows[room:], BATCH
        part.append(replace(section, rows=rows))
        room -= len(rows)
    yield part


def _told(facts: Facts, section: Section) -> dict[str, object]:
    return {
        "title": typeset.breakable(section.title),
        "note": section.note,
        "columns": [
            *(say(facts.language, f"paper.column.{name}") for name in section.columns),
            *map(typeset.breakable, section.private),
        ],
        "shares": [*(_SHARES.get(name, 1) for name in section.columns), *(_PRIVATE_SHARE for _ in section.private)],
        "rows": [[typeset.breakable(field) for field in row] for row in section.rows],
    }


def headings(facts: Facts, named: Sequence[str], tables: Sequence[Table]) -> list[str]:
    """Of a spreadsheet for the office, in its own words where there are any. named: of what the draw adds; tables:
    whose columns follow. The office's own of `--office` come last."""
    own = {"household": facts.office.household} if facts.office.household else {}
    words = {name: say(facts.language, f"paper.known.{name}") for name in _KNOWN} | own
    columns = [words.get(column, column) for table in tables for column in table.columns]
    return [*(say(facts.language, f"paper.column.{name}") for name in named), *columns, *facts.private.columns]


def spreadsheet(facts: Facts) -> Iterator[list[str]]:
    """Those who won, one row each, all columns of roll and units: for the office, which sorts and joins by itself.
    Stages and tiers are called as people know them; a program reads result.csv."""
    inputs = facts.inputs
    roll, units = by_id(inputs.roll), by_id(inputs.units)
    titles = {stage.id: tier_titles(stage) for stage in inputs.rules.stages}
    yield headings(facts, ("stage", "tier", "rank", "day", "hours", "counter"), (inputs.roll, inputs.units))
    empty = ("",) * len(facts.inputs.units.columns)
    for winner in winners(facts):
        when = winner.appointment
        yield [
            winner.stage_title, titles[winner.stage][winner.tier], str(winner.rank),
            when.day.isoformat() if when else "", when.hours() if when else "", str(when.counter) if when else "",
            *roll[winner.household], *(units[winner.unit] if winner.unit else empty),
            *facts.private.of(winner.household),
        ]  # fmt: skip


def alternates_spreadsheet(facts: Facts) -> Iterator[list[str]]:
    """The alternates, one row each."""
    roll, titles = by_id(facts.inputs.roll), {stage.id: stage.title for stage in facts.inputs.rules.stages}
    yield headings(facts, ("stage", "rank"), (facts.inputs.roll,))
    for stage, rank, household in _waiting(facts):
        yield [titles[stage], str(rank), *roll[household], *facts.private.of(household)]


def households(facts: Facts, what: str) -> list[str]:
    """Who stands on this paper."""
    if what == "alternates":
        return [household for _, _, household in _waiting(facts)]
    return [winner.household for winner in winners(facts)]


def _waiting(facts: Facts) -> Iterator[tuple[str, int, str]]:
    """Stage, rank and number of each alternate."""
    for stage, result in zip(facts.inputs.rules.stages, facts.result.result, strict=True):
        for rank, household in enumerate(result.alternates, 1):
            yield stage.id, rank, household[TICKET:]
