"""The SQL of a draw: one text for DuckDB and Spark, but for how each reads and writes files.

How it works:

1. `tickets`: one row for each stage and each household or unit that the stage's filter takes, with its ticket, and
   with a digit for each tier of the stage: 1 where the tier's filter takes it too.
2. For each tier, in their order, one INSERT into `allotted`: what is left of the stage is numbered in the order of
   the tickets, households and units alike, and those with the same number belong together.
3. `alternates`, once, for all stages.
4. The lines of `result.csv`, sorted by stage, allotted before alternates, rank.

Numbering in the order of tickets needs a sort, and one sort of all rows is one machine's work. So tickets are laid
into 4,096 drawers by their first three digits, the drawers are counted, and only those that can hold a winner are
sorted, each by itself: as many at a time as there are hands. A ticket is a hash, so the drawers fill evenly. Each
ticket is sorted once: in the tier that houses its household, or as an alternate's.

Where a value could do harm: columns of the tables stand in double quotes and behind their table's name, so that none
is taken for a keyword or for a column of ours; of what a string may hold in `rules.json` (no backslash) only `'` must
not stand in a literal as it is, and `''` means one thing to DuckDB and another to a Spark before 4, so it is chr(39);
Spark replaces `${…}` before it reads, so no such thing is left in the text; and no comment ends in a backslash, which
would go on in the next line. The engines read an empty field as NULL: `coalesce` makes it empty text again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.core import allot, evidence
from kiosk.core.rules import Filter, Limit, Range, Rules, Stage, Tier

Engine = Literal["duckdb", "spark"]

# What each engine writes: DuckDB a file, Spark a folder of parts that follow one another.
RESULTS: dict[Engine, str] = {"duckdb": "result-duckdb.csv", "spark": "result-spark"}

# More than any table has rows (1.4): the rank up to which "all" goes.
_ALL = 999_999_999_999_999


@dataclass(frozen=True)
class Draw:
    """What the SQL is made from; columns are the names in the tables' first lines."""

    id: str
    title: str
    seed: str
    roll: tuple[str, ...]
    units: tuple[str, ...]
    rules: Rules


def statements(draw: Draw, engine: Engine, folder: Path | None = None) -> list[str]:
    """The statements in their order, without the semicolons; files are in the current folder unless one is given."""
    begin, end = (_begin_duckdb, _end_duckdb) if engine == "duckdb" else (_begin_spark, _end_spark)
    base = "" if folder is None else f"{folder}/"
    first, *others = begin(draw, base)
    return [f"{_introduction(draw, engine)}\n\n{first}", *others, *_draw(draw), end(base)]


def _introduction(draw: Draw, engine: Engine) -> str:
    return f"""\
-- The draw {draw.id} ({_comment(draw.title)}) as SQL for {"DuckDB" if engine == "duckdb" else "Spark, 4.0 or later"}.
-- Made from rules.json and seed.txt. Run where roll.csv and units.csv lie, it writes {RESULTS[engine]},
-- which must be result.csv, byte for byte. What it does is section 6 of FORMAT.md. The seed in it is the SHA-256 of
-- seed.txt, which sha256sum seed.txt shows."""


def _begin_duckdb(draw: Draw, base: str) -> Iterator[str]:
    yield """\
-- 1  What only DuckDB understands

-- The smallest of several hashes, for households with more than one chance.
CREATE OR REPLACE TEMPORARY MACRO smallest_sha256(what, chances) AS
  list_min(list_transform(range(1, chances + 1), lambda chance: sha256(what || '|' || chance)))"""
    for file, table, columns in _tables(draw):
        typed = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
        yield f"""\
-- {file} as it is: no quotes, nothing guessed, every column a text.
CREATE OR REPLACE TEMPORARY VIEW {table} AS
SELECT {_texts(columns)}
FROM read_csv({_literal(base + file)}, header = true, auto_detect = false, delim = ',', quote = '', escape = '',
  comment = '', columns = {{{typed}}})"""


def _end_duckdb(base: str) -> str:
    return f"""\
{_SIXTH}
COPY (
{_RESULT}
) TO {_literal(base + RESULTS["duckdb"])} (FORMAT csv, HEADER false, DELIMITER '|', QUOTE '', ESCAPE '')"""


def _begin_spark(draw: Draw, base: str) -> Iterator[str]:
    yield """\
-- 1  What only Spark understands

-- Nothing in the text is replaced, and names may stand in double quotes.
SET spark.sql.variable.substitute = false"""
    yield "SET spark.sql.ansi.enabled = true"
    yield "SET spark.sql.ansi.doubleQuotedIdentifiers = true"
    yield """\
CREATE OR REPLACE TEMPORARY FUNCTION sha256(what STRING) RETURNS STRING
  RETURN sha2(what, 256)"""
    yield """\
-- The smallest of several hashes, for households with more than one chance.
CREATE OR REPLACE TEMPORARY FUNCTION smallest_sha256(what STRING, chances BIGINT) RETURNS STRING
  RETURN array_min(transform(sequence(1L, chances), chance -> sha2(what || '|' || chance, 256)))"""
    for file, table, columns in _tables(draw):
        typed = ", ".join(f'"{name}" STRING' for name in columns)
        yield f"""\
-- {file} as it is: no quotes, every column a text.
CREATE OR REPLACE TEMPORARY VIEW {table}_file ({typed})
USING csv OPTIONS (path {_literal(base + file)}, header 'true', sep ',', quote '', escape '', comment '',
  lineSep '\\n', mode 'FAILFAST')"""
        yield f"""\
CREATE OR REPLACE TEMPORARY VIEW {table} AS
SELECT {_texts(columns)}
FROM {table}_file"""


def _end_spark(base: str) -> str:
    return f"""\
{_SIXTH}
INSERT OVERWRITE DIRECTORY {_literal(base + RESULTS["spark"])} USING text
{_RESULT}"""


def _tables(draw: Draw) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return (evidence.ROLL, "roll", draw.roll), (evidence.UNITS, "units", draw.units)


def _texts(columns: tuple[str, ...]) -> str:
    return ", ".join(f'coalesce("{name}", \'\') AS "{name}"' for name in columns)


def _draw(draw: Draw) -> Iterator[str]:
    """What both engines understand."""
    yield _stages(draw.rules)
    yield from (f"DROP TABLE IF EXISTS {table}" for table in ("tickets", "allotted", "alternates"))
    yield _tickets(draw)
    yield _ALLOTTED
    for stage_no, stage in enumerate(draw.rules.stages, 1):
        for tier_no, tier in enumerate(stage.tiers, 1):
            yield _tier(stage_no, stage, tier_no, tier)
    yield _ALTERNATES


def _stages(rules: Rules) -> str:
    rows = ",\n  ".join(
        f"({stage_no}, '{stage.id}', '{stage.assign}', {_most(stage.alternates)})"
        for stage_no, stage in enumerate(rules.stages, 1)
    )
    return f"""\
-- 2  The stages

-- reserve: so many alternates at most.
CREATE OR REPLACE TEMPORARY VIEW stages AS
SELECT * FROM (VALUES
  {rows}
) AS stages (stage_no, stage, assign, reserve)"""


def _tickets(draw: Draw) -> str:
    stages = draw.rules.stages
    chances = [stage.chances and f'CAST(roll."{stage.chances}" AS BIGINT)' for stage in stages]
    hashed = f"'{draw.seed}|household|' || stages.stage || '|' || roll.\"household\""
    households = (
        f"smallest_sha256({hashed}, {_by_stage(chances, '1')})" if any(chances) else f"sha256({hashed} || '|1')"
    )
    return f"""\
-- 3  The tickets: for each stage of everyone and everything that its filter takes

-- tiers: a digit for each tier of the stage, 1 where the tier's own filter takes it too.
CREATE TABLE tickets AS
SELECT stages.stage_no, 'household' AS kind, roll."household" AS id,
  {households} AS ticket,
  {_by_stage([_digits([tier.households for tier in stage.tiers], "roll") for stage in stages])} AS tiers
FROM roll CROSS JOIN stages
WHERE {_by_stage([_condition(stage.households, "roll") for stage in stages], "true")}
UNION ALL
SELECT stages.stage_no, 'unit', units."unit",
  sha256('{draw.seed}|unit|' || stages.stage || '|' || units."unit"),
  {_by_stage([_digits([tier.units for tier in stage.tiers], "units") for stage in stages])}
FROM units CROSS JOIN stages
WHERE {_by_stage([_condition(stage.units, "units") for stage in stages], "true")}"""


def _by_stage(values: Sequence[str | None], otherwise: str = "") -> str:
    """An expression that has its own value in each stage; `otherwise` where it is None."""
    first, *others = ((value or otherwise) for value in values)
    if all(other == first for other in others):
        return first
    cases = "".join(f"\n    WHEN {no} THEN {value or otherwise}" for no, value in enumerate(values, 1))
    return f"CASE stages.stage_no{cases} END"


def _digits(filters: Sequence[Filter], table: str) -> str:
    """A text with a digit for each filter, 1 where it takes the row."""
    parts: list[str] = []
    for condition in (_condition(filter, table) for filter in filters):
        if condition is not None:
            parts.append(f"CASE WHEN {condition} THEN '1' ELSE '0' END")
        elif parts and parts[-1].endswith("1'"):
            parts[-1] = parts[-1].removesuffix("'") + "1'"
        else:
            parts.append("'1'")
    return " || ".join(parts)


def _condition(filter: Filter, table: str) -> str | None:
    """None where the filter takes all."""
    parts = []
    for name, wanted in filter.conditions.items():
        column = f'{table}."{name}"'
        if isinstance(wanted, Range):
            bounds = ((">=", wanted.low), ("<=", wanted.high))
            parts += [f"CAST({column} AS BIGINT) {sign} {bound}" for sign, bound in bounds if bound is not None]
        elif len(wanted) == 1:
            parts.append(f"{column} = {_literal(*wanted)}")
        else:
            parts.append(f"{column} IN ({', '.join(map(_literal, sorted(wanted)))})")
    return " AND ".join(parts) or None


_ALLOTTED = """\
-- 4  The tiers, one after another

-- A tier numbers what is left of its households, and of its units, in the order of their tickets: those with the same
-- number belong together, as long as there are both. To number them, tickets are laid into drawers by their first three
-- digits; a number is how many lie in the drawers before (earlier), and the place within the drawer. Drawers that
-- cannot hold any of the pairs are not looked into.
-- Where households choose, a unit only counts: one is used up, and nobody knows yet which.
CREATE TABLE allotted (stage_no INT, tier STRING, rank BIGINT, kind STRING, id STRING, ticket STRING)"""


def _tier(stage_no: int, stage: Stage, tier_no: int, tier: Tier) -> str:
    count = "" if tier.count == "all" else f", {tier.count}"
    before = f"(SELECT count(*) FROM allotted WHERE stage_no = {stage_no} AND kind = 'household') + "
    return f"""\
-- Stage {stage_no}, {stage.id} ({_comment(stage.title)}), tier {tier_no}, {tier.id} ({_comment(tier.title)})
INSERT INTO allotted
WITH waiting AS (
  SELECT kind, id, ticket, substr(ticket, 1, 3) AS drawer
  FROM tickets
  WHERE stage_no = {stage_no} AND substr(tiers, {tier_no}, 1) = '1'
    AND NOT EXISTS (SELECT 1 FROM allotted WHERE allotted.kind = tickets.kind AND allotted.id = tickets.id)
), counted AS (
  SELECT drawer,
    count(*) FILTER (WHERE kind = 'household') AS households,
    count(*) FILTER (WHERE kind = 'unit') AS units
  FROM waiting GROUP BY drawer
), drawers AS (
  SELECT drawer,
    sum(households) OVER (ORDER BY drawer) - households AS earlier_households,
    sum(units) OVER (ORDER BY drawer) - units AS earlier_units,
    least(sum(households) OVER (), sum(units) OVER (){count}) AS pairs
  FROM counted
), opened AS (
  SELECT /*+ BROADCAST(drawers) */ kind, id, ticket, waiting.drawer, pairs,
    CASE WHEN kind = 'household' THEN earlier_households ELSE earlier_units END AS earlier
  FROM waiting JOIN drawers ON drawers.drawer = waiting.drawer
), numbered AS (
  SELECT kind, id, ticket, pairs,
    earlier + row_number() OVER (PARTITION BY kind, drawer ORDER BY ticket) AS place
  FROM opened
  WHERE earlier < pairs
)
SELECT {stage_no}, '{tier.id}', {before if tier_no > 1 else ""}place, kind, id, ticket
FROM numbered
WHERE place <= pairs"""


_ALTERNATES = """\
-- 5  The alternates: whom neither the stage nor an earlier one housed, in the order of their tickets

CREATE TABLE alternates AS
WITH waiting AS (
  SELECT tickets.stage_no, reserve, id, ticket, substr(ticket, 1, 3) AS drawer
  FROM tickets JOIN stages ON stages.stage_no = tickets.stage_no
  WHERE kind = 'household' AND reserve > 0
    AND NOT EXISTS (
      SELECT 1 FROM allotted
      WHERE allotted.kind = 'household' AND allotted.id = tickets.id AND allotted.stage_no <= tickets.stage_no)
), counted AS (
  SELECT stage_no, drawer, count(*) AS size FROM waiting GROUP BY stage_no, drawer
), drawers AS (
  SELECT stage_no, drawer, sum(size) OVER (PARTITION BY stage_no ORDER BY drawer) - size AS earlier FROM counted
), numbered AS (
  SELECT /*+ BROADCAST(drawers) */ waiting.stage_no, reserve, id, ticket,
    earlier + row_number() OVER (PARTITION BY waiting.stage_no, waiting.drawer ORDER BY ticket) AS place
  FROM waiting JOIN drawers ON drawers.stage_no = waiting.stage_no AND drawers.drawer = waiting.drawer
  WHERE earlier < reserve
)
SELECT stage_no, CAST(place AS BIGINT) AS rank, id AS household, ticket
FROM numbered
WHERE place <= reserve"""

_SIXTH = "-- 6  The lines of result.csv, in their order\n"

_RESULT = f"""\
SELECT line
FROM (
  SELECT 0 AS stage_no, 0 AS part, 0 AS rank, '{",".join(allot.COLUMNS)}' AS line
  UNION ALL
  SELECT stages.stage_no, 1, housed.rank,
    stage || ',' || housed.tier || ',' || CAST(housed.rank AS STRING) || ',' || housed.id || ',' || housed.ticket
    || ',allotted,' || CASE WHEN assign = 'choose' THEN '' ELSE used.id END
  FROM allotted AS housed
  JOIN allotted AS used ON used.stage_no = housed.stage_no AND used.rank = housed.rank
  JOIN stages ON stages.stage_no = housed.stage_no
  WHERE housed.kind = 'household' AND used.kind = 'unit'
  UNION ALL
  SELECT stages.stage_no, 2, rank,
    stage || ',,' || CAST(rank AS STRING) || ',' || household || ',' || ticket || ',alternate,'
  FROM alternates JOIN stages ON stages.stage_no = alternates.stage_no
) AS result
ORDER BY stage_no, part, rank"""


def _most(limit: Limit) -> int:
    return _ALL if limit == "all" else limit


def _literal(value: str) -> str:
    """The value as an expression that both engines read as just this text."""
    quoted = "'" + value.replace("'", "' || chr(39) || '").replace("${", "$' || '{") + "'"
    return f"({quoted})" if "||" in quoted else quoted


def _comment(title: str) -> str:
    """A title as it may stand within a comment, never at its end."""
    return title.replace("${", "$ {")
