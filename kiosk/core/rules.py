"""`rules.json` (FORMAT.md 3): which households draw for which units, in which stages and tiers.

The file must be what its own content is written as, byte for byte, so that one set of rules has one hash. Python's
json reads more than JSON does (NaN, 1.0 as a number of its own); all of that fails either the comparison or the
type that is asked for here, where a bool is not an int.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kiosk.core import text
from kiosk.core.errors import InputError
from kiosk.core.tables import Row, Table

FILE = "rules.json"
STAGES = 64
TIERS = 64
CHANCES = 64

_STAGE_KEYS = ["id", "title", "households", "units", "chances", "assign", "alternates", "tiers"]
_TIER_KEYS = ["id", "title", "households", "units", "count"]

Limit = int | Literal["all"]


@dataclass(frozen=True)
class Range:
    """low and high are both within; None where the rule names no such bound."""

    low: int | None
    high: int | None

    def holds(self, value: str) -> bool:
        number = int(value)
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


@dataclass(frozen=True)
class Filter:
    """Conditions on the columns of one table, all of which must hold (3.3); no condition takes every row."""

    conditions: Mapping[str, frozenset[str] | Range]
    columns: tuple[str, ...] = field(repr=False)

    def select(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of the table that it takes, in their order."""
        for name, wanted in self.conditions.items():
            index = self.columns.index(name)
            if isinstance(wanted, Range):
                wanted = frozenset(value for value in {row[index] for row in rows} if wanted.holds(value))
            rows = [row for row in rows if row[index] in wanted]
        return rows


@dataclass(frozen=True)
class Tier:
    id: str
    title: str
    households: Filter
    units: Filter
    count: Limit


@dataclass(frozen=True)
class Stage:
    id: str
    title: str
    households: Filter
    units: Filter
    chances: str | None
    assign: Literal["draw", "choose"]
    alternates: Limit
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Rules:
    stages: tuple[Stage, ...]


def write(content: Any) -> str:
    """The one way to write the content of `rules.json` (3.1)."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def parse(written: str, roll: Table, units: Table) -> Rules:
    """The rules in the decoded text of the file, judged against the tables that they filter."""
    if "\\" in written:
        raise InputError("rules.backslash", line=text.line_of(written, written.index("\\")))
    try:
        content = json.loads(written)
        rewritten = write(content)
    except (ValueError, RecursionError) as error:
        raise InputError("rules.json", reason=str(error)) from error
    if rewritten != written:
        pairs = zip(rewritten.split("\n"), written.split("\n"), strict=False)
        number = next((number for number, (ours, got) in enumerate(pairs, 1) if ours != got), 0)
        raise InputError("rules.layout", line=number)
    stages = _list(_keys(content, ["stages"], "rules")["stages"], STAGES, "stages")
    rules = Rules(tuple(_stage(stage, f"stages[{n}]", roll, units) for n, stage in enumerate(stages)))
    _distinct([stage.id for stage in rules.stages], "stages")
    _chances_are_numbers(rules, roll)
    _chosen_units_stay(rules, units)
    return rules


def _stage(content: object, where: str, roll: Table, units: Table) -> Stage:
    keys = _keys(content, _STAGE_KEYS, where)
    assign = keys["assign"]
    if assign not in ("draw", "choose"):
        raise InputError("rules.assign", where=f"{where}.assign", got=assign)
    chances = keys["chances"]
    if chances is not None and chances not in roll.columns:
        raise InputError("rules.no-column", where=f"{where}.chances", got=chances, columns=", ".join(roll.columns))
    tiers = _list(keys["tiers"], TIERS, f"{where}.tiers")
    stage = Stage(
        id=_label(keys["id"], f"{where}.id"),
        title=_title(keys["title"], f"{where}.title"),
        households=_filter(keys["households"], f"{where}.households", roll),
        units=_filter(keys["units"], f"{where}.units", units),
        chances=chances,
        assign=assign,
        alternates=_limit(keys["alternates"], 0, f"{where}.alternates"),
        tiers=tuple(_tier(tier, f"{where}.tiers[{n}]", roll, units) for n, tier in enumerate(tiers)),
    )
    _distinct([tier.id for tier in stage.tiers], f"{where}.tiers")
    if stage.assign == "choose" and any(tier.units.conditions for tier in stage.tiers):
        raise InputError("rules.choose-tier", where=f"{where}.tiers")
    return stage


def _tier(content: object, where: str, roll: Table, units: Table) -> Tier:
    keys = _keys(content, _TIER_KEYS, where)
    return Tier(
        id=_label(keys["id"], f"{where}.id"),
        title=_title(keys["title"], f"{where}.title"),
        households=_filter(keys["households"], f"{where}.households", roll),
        units=_filter(keys["units"], f"{where}.units", units),
        count=_limit(keys["count"], 1, f"{where}.count"),
    )


def _filter(content: object, where: str, table: Table) -> Filter:
    if not isinstance(content, dict):
        raise InputError("rules.filter", where=where)
    unknown = [name for name in content if name not in table.columns]
    if unknown:
        raise InputError("rules.no-column", where=where, got=unknown[0], columns=", ".join(table.columns))
    if list(content) != [name for name in table.columns if name in content]:
        raise InputError("rules.filter-order", where=where, columns=", ".join(table.columns))
    return Filter({name: _condition(wanted, f"{where}.{name}", name, table) for name, wanted in content.items()},
                  table.columns)  # fmt: skip


def _condition(wanted: object, where: str, name: str, table: Table) -> frozenset[str] | Range:
    if isinstance(wanted, str):
        return frozenset([wanted])
    if isinstance(wanted, list):
        if not wanted or not all(isinstance(item, str) for item in wanted) or len(set(wanted)) < len(wanted):
            raise InputError("rules.condition", where=where)
        return frozenset(wanted)
    if not isinstance(wanted, dict) or list(wanted) not in (["min"], ["max"], ["min", "max"]):
        raise InputError("rules.condition", where=where)
    for bound in wanted.values():
        if not _is_whole(bound):
            raise InputError("rules.condition", where=where)
    index = table.column(name)
    for row in table.rows:
        if text.whole_number(row[index]) is None:
            raise InputError("rules.not-a-number", where=where, id=row[0], column=name, got=row[index])
    return Range(wanted.get("min"), wanted.get("max"))


def _chances_are_numbers(rules: Rules, roll: Table) -> None:
    for stage in rules.stages:
        if stage.chances is None:
            continue
        index = roll.column(stage.chances)
        for row in stage.households.select(roll.rows):
            chances = text.whole_number(row[index])
            if chances is None or not 1 <= chances <= CHANCES:
                values = {"id": row[0], "column": stage.chances, "got": row[index], "most": CHANCES}
                raise InputError("rules.chances", stage=stage.id, **values)


def _chosen_units_stay(rules: Rules, units: Table) -> None:
    """Nobody knows which units a `choose` stage leaves, so no later stage may hope for them (3.5)."""
    chosen: set[str] = set()
    for stage in rules.stages:
        taken = {row[0] for row in stage.units.select(units.rows)}
        if clash := sorted(taken & chosen):
            raise InputError("rules.chosen-twice", stage=stage.id, unit=clash[0])
        if stage.assign == "choose":
            chosen |= taken


def _keys(content: object, expected: list[str], where: str) -> dict[str, Any]:
    if not isinstance(content, dict) or list(content) != expected:
        raise InputError("rules.keys", where=where, expected=", ".join(expected))
    return content


def _list(content: object, most: int, where: str) -> list[Any]:
    if not isinstance(content, list) or not 1 <= len(content) <= most:
        raise InputError("rules.list", where=where, most=most)
    return content


def _label(content: object, where: str) -> str:
    if not isinstance(content, str) or not text.is_label(content):
        raise InputError("rules.label", where=where, got=content)
    return content


def _title(content: object, where: str) -> str:
    if not isinstance(content, str) or not text.is_value(content):
        raise InputError("rules.title", where=where, got=content)
    return content


def _is_whole(content: object) -> bool:
    # json gives int for a whole number and for nothing else; True is an int to Python, so ask for the very type.
    return type(content) is int and 0 <= content < 10**15


def _limit(content: object, least: int, where: str) -> Limit:
    if content == "all":
        return "all"
    if type(content) is not int or not _is_whole(content) or content < least:
        raise InputError("rules.limit", where=where, got=content, least=least)
    return content


def _distinct(ids: list[str], where: str) -> None:
    repeated = [id for n, id in enumerate(ids) if id in ids[:n]]
    if repeated:
        raise InputError("rules.id-repeats", where=where, got=repeated[0])
