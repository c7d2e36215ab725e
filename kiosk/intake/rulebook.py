"""The stages of draw.yaml as `rules.json`, judged against the roll and the units, with what is worth a look in them."""

import re
from collections.abc import Iterator

from kiosk.core import notice, rules, text
from kiosk.core.errors import InputError
from kiosk.core.outlook import StageOutlook, TierOutlook, outlook
from kiosk.core.rules import Filter, Range, Rules, Stage, Tier
from kiosk.intake.listing import Listing
from kiosk.intake.problems import Problems
from kiosk.intake.settings import HOUSEHOLD, Condition, Settings, Source, StageSettings, TierSettings
from kiosk.intake.yamltext import nearest
from kiosk.receipt import Values, filtered

_NUMERAL = re.compile("[0-9零一二两三四五六七八九十]|(?<![A-Z])(?:[A-Z]|[IVX]+)(?![A-Z])", re.IGNORECASE)
_NOT = re.compile("^(?:非|不|无|未|no[nt]?[ -]?)", re.IGNORECASE)


def write(settings: Settings, roll: Listing, units: Listing, problems: Problems) -> str:
    """`rules.json`, judged by the core's own parser: what it refuses and nothing here has told, is told."""
    written = rules.write(_content(settings))
    try:
        rules.parse(written, roll.table(), units.table())
    except InputError as error:
        lines = [stage.line for stage in settings.stages if stage.id == error.values.get("stage")]
        problems.refused(error, settings.place(lines[0] if lines else 0))
    return written


def look_ahead(
    settings: Settings, roll: Listing, units: Listing, problems: Problems
) -> tuple[tuple[StageOutlook, ...], tuple[Values, ...]]:
    """What the stages come to, with what is worth a look in it. The columns and the numbers that the rules ask for are
    there; other cells may be wrong still."""
    read = _rules(settings, roll.columns, units.columns)
    seen = outlook(roll.table(), units.table(), read)
    _tell_chosen_twice(settings, units, read, problems)
    _tell_outlook(settings, seen, problems)
    _tell_left_out(roll, units, read, problems)
    _tell_appointments(settings, seen, min(len(roll.rows), len(units.rows)), problems)
    return seen, filtered(roll.table(), units.table(), read)


def _conditions(settings: Settings) -> Iterator[tuple[Source, Condition]]:
    """Every condition of every stage and tier, with the table whose rows it filters."""
    parts: list[StageSettings | TierSettings] = []
    for stage in settings.stages:
        parts += [stage, *stage.tiers]
    for part in parts:
        yield from ((settings.roll, condition) for condition in part.households)
        yield from ((settings.units, condition) for condition in part.units)


def columns_are_right(settings: Settings, problems: Problems) -> bool:
    """Whether each filter names published columns, and none cuts the rules for one person."""
    before = problems.errors
    personal = {HOUSEHOLD, *(column.name for column in settings.roll.columns if column.holds_names)}
    for source, condition in _conditions(settings):
        known = [column.name for column in source.columns]
        if condition.column not in known:
            problems.error("rules.column", settings.place(condition.line), got=condition.column,
                           expected=nearest(condition.column, known) or ", ".join(known))  # fmt: skip
        elif source is settings.roll and condition.column in personal:
            problems.error("rules.personal", settings.place(condition.line), got=condition.column)
    known = [column.name for column in settings.roll.columns]
    for stage in settings.stages:
        if stage.chances is not None and stage.chances not in known:
            problems.error("rules.column", settings.place(stage.line), got=stage.chances,
                           expected=nearest(stage.chances, known) or ", ".join(known))  # fmt: skip
    return problems.errors == before


def readable(settings: Settings, roll: Listing, units: Listing, problems: Problems) -> tuple[Listing, Listing]:
    """The rows that have whole numbers where a range or chances ask for them; the others are told, as are values that
    nobody has or that a rule may have meant.

    A filter may name a column that is not there: that is told already.
    """
    numbers: tuple[dict[str, set[int]], ...] = ({}, {})
    for source, condition in _conditions(settings):
        listing, wrong = (roll, numbers[0]) if source is settings.roll else (units, numbers[1])
        if condition.column not in listing.columns:
            continue
        if isinstance(condition.wanted, dict):
            if condition.column not in wrong:
                wrong[condition.column] = _not_numbers(listing, condition.column, problems)
            continue
        fields = set(listing.fields(condition.column))
        for wanted in _texts(condition):
            if wanted not in fields:
                meant = nearest(wanted, sorted(fields))
                problems.warning("rules.no-value" if not meant else "rules.nearly-a-value",
                                 settings.place(condition.line), got=wanted, expected=meant,
                                 column=condition.column)  # fmt: skip
    chances = [_no_chances(stage, roll, numbers[0], problems) for stage in settings.stages]
    _tell_near_values(settings, roll, units, problems)
    return roll.without(set().union(*numbers[0].values(), *chances)), units.without(set().union(*numbers[1].values()))


def _texts(condition: Condition) -> list[str]:
    if isinstance(condition.wanted, dict):
        return []
    return [condition.wanted] if isinstance(condition.wanted, str) else condition.wanted


def _tell_near_values(settings: Settings, roll: Listing, units: Listing, problems: Problems) -> None:
    """A value that no rule names beside one like it that a rule does: whoever has it would lose what the rule gives."""
    named: dict[tuple[bool, str], set[str]] = {}
    for source, condition in _conditions(settings):
        if _texts(condition):
            named.setdefault((source is settings.roll, condition.column), set()).update(_texts(condition))
    for (of_roll, column), texts in named.items():
        listing = roll if of_roll else units
        fields = listing.fields(column) if column in listing.columns else []
        for got in dict.fromkeys(fields):
            if got and got not in texts and (meant := next((text for text in sorted(texts) if is_near(got, text)), "")):
                problems.warning("rules.near-value", listing.place(fields.index(got), column), got=got,
                                 expected=meant, count=fields.count(got), column=column)  # fmt: skip


def is_near(got: str, named: str) -> bool:
    """Whether one may be a slip for the other: part of it, or one character off. 一居 is none for 二居, as numerals
    are what tells such values apart, and 非低保 is none for 低保, as it says the contrary."""
    got, named = got.casefold(), named.casefold()
    if _NUMERAL.sub("", got) == _NUMERAL.sub("", named) or _NOT.sub("", got) == _NOT.sub("", named):
        return False
    return got in named or named in got or (min(len(got), len(named)) > 1 and _is_one_edit(got, named))


def _is_one_edit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return long[at + 1 :] == (short[at + 1 :] if len(short) == len(long) else short[at:])


def _not_numbers(listing: Listing, column: str, problems: Problems) -> set[int]:
    wrong = {n for n, got in enumerate(listing.fields(column)) if text.whole_number(got) is None}
    for n in sorted(wrong):
        if not listing.is_told(n, column):
            problems.error("cell.not-whole", listing.place(n, column), got=listing.fields(column)[n])
    return wrong


def _no_chances(stage: StageSettings, roll: Listing, wrong: dict[str, set[int]], problems: Problems) -> set[int]:
    """The rows that a stage takes and that have no chances in it. wrong: the rows that are no numbers, of each column
    that a range asks for; whether such a row is taken is not known."""
    if stage.chances not in roll.columns or any(each.column not in roll.columns for each in stage.households):
        return set()  # whom the filter takes is not known, and why is told
    unknown = set().union(*(wrong[each.column] for each in stage.households if isinstance(each.wanted, dict)))
    index = roll.columns.index(stage.chances)
    taken = set(_filter(stage.households, roll.columns).select(roll.without(unknown).rows))
    without: set[int] = set()
    for n, row in enumerate(roll.rows):
        chances = text.whole_number(row[index])
        if row in taken and n not in unknown and (chances is None or not 1 <= chances <= rules.CHANCES):
            without.add(n)
            if not roll.is_told(n, stage.chances):
                problems.error("cell.chances", roll.place(n, stage.chances), got=row[index],
                               expected=f"1–{rules.CHANCES}", stage=stage.title)  # fmt: skip
    return without


def _filter(conditions: tuple[Condition, ...], columns: tuple[str, ...]) -> Filter:
    def held(wanted: str | list[str] | dict[str, int]) -> frozenset[str] | Range:
        if isinstance(wanted, dict):
            return Range(wanted.get("min"), wanted.get("max"))
        return frozenset([wanted] if isinstance(wanted, str) else wanted)

    return Filter({condition.column: held(condition.wanted) for condition in conditions}, columns)


def _rules(settings: Settings, of_roll: tuple[str, ...], of_units: tuple[str, ...]) -> Rules:
    def tier(tier: TierSettings) -> Tier:
        return Tier(tier.id, tier.title, _filter(tier.households, of_roll), _filter(tier.units, of_units), tier.count)

    return Rules(tuple(
        Stage(
            stage.id, stage.title, _filter(stage.households, of_roll), _filter(stage.units, of_units), stage.chances,
            stage.assign, stage.alternates, tuple(tier(each) for each in stage.tiers),
        )
        for stage in settings.stages
    ))  # fmt: skip


def _content(settings: Settings) -> dict[str, object]:
    """What rules.json holds (FORMAT.md 3), its keys in their order."""
    return {"stages": [_stage_content(stage, settings) for stage in settings.stages]}


def _stage_content(stage: StageSettings, settings: Settings) -> dict[str, object]:
    return {
        "id": stage.id,
        "title": stage.title,
        "households": _filter_content(stage.households, settings.roll),
        "units": _filter_content(stage.units, settings.units),
        "chances": stage.chances,
        "assign": stage.assign,
        "alternates": stage.alternates,
        "tiers": [_tier_content(tier, settings) for tier in stage.tiers],
    }


def _tier_content(tier: TierSettings, settings: Settings) -> dict[str, object]:
    return {
        "id": tier.id,
        "title": tier.title,
        "households": _filter_content(tier.households, settings.roll),
        "units": _filter_content(tier.units, settings.units),
        "count": tier.count,
    }


def _filter_content(conditions: tuple[Condition, ...], source: Source) -> dict[str, object]:
    wanted = {condition.column: condition.wanted for condition in conditions}
    return {column.name: wanted[column.name] for column in source.columns if column.name in wanted}


def _tell_outlook(settings: Settings, seen: tuple[StageOutlook, ...], problems: Problems) -> None:
    """Stages and tiers in which nothing can happen, or nothing by chance."""
    for stage, ahead in zip(settings.stages, seen, strict=True):
        code = (
            "stage.nobody" if not ahead.candidates
            else "stage.nothing" if not ahead.units
            else "stage.no-chance" if ahead.units >= ahead.candidates
            else ""
        )  # fmt: skip
        if code:
            problems.warning(code, settings.place(stage.line), stage=ahead.title, candidates=ahead.candidates,
                             units=ahead.units)  # fmt: skip
        if code in ("stage.nobody", "stage.nothing"):
            continue
        for tier, of_tier in zip(stage.tiers, ahead.tiers, strict=True):
            if code := _of_tier(of_tier, decided=code == "stage.no-chance"):
                problems.warning(code, settings.place(tier.line), stage=ahead.title, tier=of_tier.title,
                                 candidates=of_tier.candidates, units=of_tier.units, count=of_tier.count)  # fmt: skip


def _of_tier(tier: TierOutlook, decided: bool) -> str:
    """decided: its stage houses everybody, which is told already."""
    if not tier.candidates:
        return "tier.nobody"
    if not tier.units:
        return "tier.nothing"
    if tier.candidates == 1:
        return "tier.one-household"
    if tier.units >= tier.candidates and not decided:
        return "tier.no-chance"
    return "tier.count" if tier.count != "all" and tier.count > tier.units else ""


def _tell_left_out(roll: Listing, units: Listing, read: Rules, problems: Problems) -> None:
    """Households that no stage and tier can house, and units that none can give."""
    tiers = [(stage, tier) for stage in read.stages for tier in stage.tiers]
    sides = (
        ("roll.no-stage", roll, [(stage.households, tier.households) for stage, tier in tiers]),
        ("units.no-stage", units, [(stage.units, tier.units) for stage, tier in tiers]),
    )
    for code, listing, filters in sides:
        taken = {row[0] for stage, tier in filters for row in tier.select(stage.select(listing.rows))}
        left_out = [n for n, row in enumerate(listing.rows) if row[0] not in taken]
        if left_out:
            problems.warning(code, listing.place(left_out[0], listing.columns[0]), count=len(left_out),
                             got=", ".join(listing.rows[n][0] for n in left_out[:5]))  # fmt: skip


def _tell_chosen_twice(settings: Settings, units: Listing, read: Rules, problems: Problems) -> None:
    """Nobody knows which units a `choose` stage leaves, so no later stage may take one of them (FORMAT.md 3.5)."""
    chosen: set[str] = set()
    for stage, written in zip(read.stages, settings.stages, strict=True):
        taken = {row[0] for row in stage.units.select(units.rows)}
        if clash := sorted(taken & chosen):
            problems.error("rules.chosen-units", settings.place(written.line), got=clash[0], stage=stage.title)
        if stage.assign == "choose":
            chosen |= taken


def _tell_appointments(settings: Settings, seen: tuple[StageOutlook, ...], most: int, problems: Problems) -> None:
    if settings.after is None:
        return
    where = settings.place(settings.after_line)
    winners = min(most, sum(min(stage.candidates, stage.units) for stage in seen))
    if (offered := settings.after.appointments()) < winners:
        problems.warning("after.few", where, got=str(offered), expected=str(winners))
    early = [day.date for day in settings.after.days if day.date < settings.opens[:10]]
    if early and notice.is_time(settings.opens):
        problems.warning("after.early", where, got=early[0], expected=settings.opens[:10])
