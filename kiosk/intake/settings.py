"""`draw.yaml`: one draw, as the office writes it (`config/draw.yaml` is its documentation).

`read` judges all that can be judged without the spreadsheets; what is wrong is told and read as its default, so that
the rest is judged as well. Whoever uses Settings asks first whether an error was told.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.core import notice, rules, tables, text
from kiosk.core.notice import Dice, Public
from kiosk.core.rules import Limit
from kiosk.intake import appointments
from kiosk.intake.appointments import After
from kiosk.intake.cells import plain
from kiosk.intake.characters import faults
from kiosk.intake.problems import Place, Problems
from kiosk.intake.yamltext import Block, Items, Keys, Node, Scalar
from kiosk.intake.yamltext import read as read_yaml
from kiosk.words import LANGUAGES

OPERATOR, NOTARY = "operator", "notary"
HOUSEHOLD, UNIT, NAME = "household", "unit", "name"

_KEYS = ("draw", "title", "mode", "language", "opens", "roll", "units", "commitments", "contributions", "public",
         "stages", "people", "after")  # fmt: skip
_SOURCE_KEYS = ("file", "sheet", "header", "unique", "columns")
_STAGE_KEYS = ("id", "title", "households", "units", "chances", "assign", "alternates", "tiers")
_TIER_KEYS = ("id", "title", "households", "units", "count")
_NAME_HEADING = "姓名"
_DICE = re.compile(r"([1-9][0-9]?) of ([1-9][0-9]?) dice")
_PUBLIC = re.compile(r"([1-9][0-9]{0,2}) digits of (.*)")
_MOST_ROWS = 1_048_576


@dataclass(frozen=True)
class Column:
    """A published column: its name in roll.csv or units.csv, and the heading in the office's sheet."""

    name: str
    heading: str
    masked: bool
    line: int

    @property
    def holds_names(self) -> bool:
        """Of people: masked by us, or else to be masked already."""
        return self.masked or self.name == NAME or _NAME_HEADING in "".join(self.heading.split())


@dataclass(frozen=True)
class Source:
    """Where a table comes from. unique: headings, each with its line; columns: the first is the number's."""

    path: Path
    sheet: str
    header: int
    unique: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    line: int


@dataclass(frozen=True)
class Condition:
    """wanted: a text, a list of texts, or a range as {"min": …, "max": …}."""

    column: str
    wanted: str | list[str] | dict[str, int]
    line: int


@dataclass(frozen=True)
class TierSettings:
    id: str
    title: str
    households: tuple[Condition, ...]
    units: tuple[Condition, ...]
    count: Limit
    line: int


@dataclass(frozen=True)
class StageSettings:
    id: str
    title: str
    households: tuple[Condition, ...]
    units: tuple[Condition, ...]
    chances: str | None
    assign: Literal["draw", "choose"]
    alternates: Limit
    tiers: tuple[TierSettings, ...]
    line: int


@dataclass(frozen=True)
class People:
    """Who acts in the hall; "" where nobody is named, and then roles and seat numbers stand instead."""

    operator: str
    witness: str
    contributors: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    file: str
    draw: str
    title: str
    rehearsal: bool
    forced: bool  # a rehearsal of what the file says is a ceremony
    language: str
    opens: str
    roll: Source
    units: Source
    commitments: tuple[tuple[str, str], ...]  # the operator's own comes at the freeze
    dice: Dice | None
    public: Public | None
    stages: tuple[StageSettings, ...]
    people: People
    after: After | None  # also None where it has an error: is_after_wrong
    is_after_wrong: bool
    after_line: int
    draw_line: int
    opens_line: int
    is_understood: bool  # no error stands in roll, units and stages, so that what they come to can be judged

    def place(self, line: int) -> Place:
        return Place(self.file, line=line)


def read(path: Path, problems: Problems, rehearsal: bool | None = None) -> Settings | None:
    """rehearsal: whether it is one, whatever the file says; None for what it says. None if it is not YAML."""
    block = read_yaml(path, problems)
    if block is None:
        return None
    _tell_bad_characters(block, path.name, problems)
    return _Reader(path, Keys(block, _KEYS, path.name, problems), problems).settings(rehearsal)


def _tell_bad_characters(node: Node, file: str, problems: Problems) -> None:
    if isinstance(node, Scalar):
        for fault in faults(node.text):
            problems.error(fault.code, Place(file, line=node.line), got=node.text, point=fault.point)
        return
    for inner in node.items if isinstance(node, Items) else node.entries.values():
        _tell_bad_characters(inner, file, problems)


class _Reader:
    def __init__(self, path: Path, keys: Keys, problems: Problems) -> None:
        self.path = path
        self.keys = keys
        self.problems = problems

    def settings(self, rehearsal: bool | None) -> Settings:
        keys = self.keys
        mode = keys.choice("mode", ("ceremony", "rehearsal"))
        dice = self._dice()
        told = self.problems.errors
        roll, units, stages = self._source("roll", HOUSEHOLD), self._source("units", UNIT), self._stages()
        is_understood = self.problems.errors == told
        told = self.problems.errors
        after = self._after()
        is_after_wrong = self.problems.errors > told
        settings = Settings(
            file=self.path.name,
            draw=keys.judged("draw", "settings.draw", "[a-z0-9][a-z0-9.-]{0,63}", notice.is_draw),
            title=keys.value("title"),
            rehearsal=mode == "rehearsal" if rehearsal is None else rehearsal,
            forced=rehearsal is True and mode == "ceremony",
            language=keys.choice("language", LANGUAGES, default=LANGUAGES[0]),
            opens=keys.judged("opens", "settings.opens", "2021-12-10T09:00:00+08:00", notice.is_time),
            roll=roll,
            units=units,
            commitments=self._commitments(),
            dice=dice,
            public=self._public(),
            stages=stages,
            people=self._people(dice),
            after=None if is_after_wrong else after,
            is_after_wrong=is_after_wrong,
            after_line=keys.place("after").line,
            draw_line=keys.place("draw").line,
            opens_line=keys.place("opens").line,
            is_understood=is_understood,
        )
        if not settings.rehearsal:
            self._ceremony_has_enough(settings)
        return settings

    def _source(self, key: str, first: str) -> Source:
        keys = self.keys.keys(key, _SOURCE_KEYS)
        if keys is None:
            return Source(self.path.parent, "", 1, (), (), 0)
        return Source(
            path=self.path.parent / keys.text("file"),
            sheet=keys.text("sheet", ""),
            header=keys.whole("header", 1, _MOST_ROWS, default=1),
            unique=keys.texts("unique"),
            columns=self._columns(keys, first),
            line=keys.block.line,
        )

    def _columns(self, keys: Keys, first: str) -> tuple[Column, ...]:
        block = keys.open_block("columns")
        if block is None:
            return ()
        each = Keys(block, tuple(block.entries), keys.file, self.problems)
        columns = [self._column(each, name) for name in block.entries]
        if first not in block.entries:
            self.problems.error("settings.no-number", keys.place("columns"), expected=first)
        if len(columns) > tables.COLUMNS:
            self.problems.error("settings.many-columns", keys.place("columns"), got=str(len(columns)),
                                expected=f"1–{tables.COLUMNS}")  # fmt: skip
        return tuple(sorted(columns, key=lambda column: column.name != first))

    def _column(self, keys: Keys, name: str) -> Column:
        if not tables.is_column(name):
            self.problems.error("settings.column", keys.place(name), got=name, expected="[a-z][a-z0-9_]{0,31}")
        line = keys.block.lines[name]
        if isinstance(keys.block.entries[name], Block):
            inner = keys.keys(name, ("from", "mask"))
            assert inner is not None
            masked = inner.choice("mask", ("name", "none"), default="none") == "name"
            if masked and name in (HOUSEHOLD, UNIT):
                self.problems.error("settings.masked-number", keys.place(name), got=name)
            return Column(name, inner.text("from"), masked, line)
        return Column(name, keys.text(name), False, line)

    def _commitments(self) -> tuple[tuple[str, str], ...]:
        block = self.keys.open_block("commitments", required=False)
        if block is None:
            return ()
        keys = Keys(block, tuple(block.entries), self.keys.file, self.problems)
        for label in block.entries:
            if label == OPERATOR:
                self.problems.error("settings.operator", keys.place(label))
            elif not text.is_label(label):
                self.problems.error("settings.label", keys.place(label), got=label, expected="[a-z][a-z0-9-]{0,31}")
        if len(block.entries) + 1 > notice.COMMITMENTS:
            self.problems.error("settings.many-commitments", self.keys.place("commitments"),
                                got=str(len(block.entries)), expected=f"0–{notice.COMMITMENTS - 1}")  # fmt: skip
        given = [
            (label, keys.judged(label, "settings.commitment", "[0-9a-f]{64}", text.is_hash)) for label in block.entries
        ]
        hashes = [hash for _, hash in given]
        for label, hash in given:
            if hashes.count(hash) > 1:
                self.problems.error("settings.same-commitment", keys.place(label), got=label)
        return tuple(given)

    def _dice(self) -> Dice | None:
        if self._is_none("contributions", required=True):
            return None
        if found := self._as_in_the_notice("contributions", _DICE):
            return Dice(int(found[1]), int(found[2]))
        keys = self.keys.keys("contributions", ("people", "dice"), required=False)
        return Dice(keys.whole("people", 1, 99), keys.whole("dice", 1, 99)) if keys else None

    def _public(self) -> Public | None:
        if self._is_none("public", required=False):
            return None
        found = self._as_in_the_notice("public", _PUBLIC)
        if found and int(found[1]) <= notice.PUBLIC_DIGITS and text.is_value(found[2]):
            return Public(int(found[1]), found[2])
        keys = self.keys.keys("public", ("digits", "source"), required=False)
        return Public(keys.whole("digits", 1, notice.PUBLIC_DIGITS), keys.value("source")) if keys else None

    def _as_in_the_notice(self, key: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """It may be written as the notice writes it, in one line."""
        node = self.keys.node(key, required=False)
        return pattern.fullmatch(node.text) if isinstance(node, Scalar) else None

    def _is_none(self, key: str, required: bool) -> bool:
        node = self.keys.node(key, required)
        return node is None or (isinstance(node, Scalar) and node.text == "none")

    def _ceremony_has_enough(self, settings: Settings) -> None:
        """FORMAT.md 4.2."""
        people, each = (settings.dice.people, settings.dice.each) if settings.dice else (0, 0)
        measures = [
            ("commitments", "settings.few-commitments", len(settings.commitments) + 1, notice.CEREMONY_COMMITMENTS),
            ("contributions", "settings.few-people", people, notice.CEREMONY_PEOPLE),
            ("contributions", "settings.few-dice", people * each, notice.CEREMONY_DICE),
        ]
        for key, code, got, least in measures:
            if got < least:
                self.problems.error(code, self.keys.place(key), got=str(got), expected=str(least))

    def _stages(self) -> tuple[StageSettings, ...]:
        blocks = self.keys.blocks("stages", required=True)
        if len(blocks) > rules.STAGES or (not blocks and self.keys.has("stages")):
            self.problems.error("settings.many-stages", self.keys.place("stages"), got=str(len(blocks)),
                                expected=f"1–{rules.STAGES}")  # fmt: skip
        stages = [self._stage(Keys(block, _STAGE_KEYS, self.keys.file, self.problems)) for block in blocks]
        self._ids_differ([(stage.id, stage.line) for stage in stages])
        return tuple(stages)

    def _stage(self, keys: Keys) -> StageSettings:
        id, title = self._id(keys), self._title(keys)
        everyone = TierSettings("all", title, (), (), "all", keys.block.line)
        blocks = keys.blocks("tiers", required=False)
        if len(blocks) > rules.TIERS:
            self.problems.error("settings.many-stages", keys.place("tiers"), got=str(len(blocks)),
                                expected=f"1–{rules.TIERS}")  # fmt: skip
        tiers = [self._tier(Keys(block, _TIER_KEYS, keys.file, self.problems)) for block in blocks]
        self._ids_differ([(tier.id, tier.line) for tier in tiers])
        stage = StageSettings(
            id, title, self._filter(keys, "households"), self._filter(keys, "units"),
            chances=keys.text("chances", "") or None,
            assign="choose" if keys.choice("assign", ("draw", "choose"), default="draw") == "choose" else "draw",
            alternates=self._limit(keys, "alternates", 0),
            tiers=tuple(tiers) or (everyone,),
            line=keys.block.line,
        )  # fmt: skip
        for tier in stage.tiers:
            if stage.assign == "choose" and tier.units:
                self.problems.error("settings.choose-tier", Place(keys.file, line=tier.line), got=tier.id)
        return stage

    def _tier(self, keys: Keys) -> TierSettings:
        return TierSettings(
            self._id(keys), self._title(keys), self._filter(keys, "households"), self._filter(keys, "units"),
            self._limit(keys, "count", 1), keys.block.line,
        )  # fmt: skip

    def _id(self, keys: Keys) -> str:
        return keys.judged("id", "settings.label", "[a-z][a-z0-9-]{0,31}", text.is_label)

    def _title(self, keys: Keys) -> str:
        title = keys.value("title")
        self._no_escapes(title, keys.place("title").line)
        return title

    def _ids_differ(self, ids: list[tuple[str, int]]) -> None:
        seen: set[str] = set()
        for id, line in ids:
            if id and id in seen:
                self.problems.error("settings.same-id", Place(self.keys.file, line=line), got=id)
            seen.add(id)

    def _limit(self, keys: Keys, key: str, least: int) -> Limit:
        def is_right(got: str) -> bool:
            number = text.whole_number(got)
            return got == "all" or (number is not None and number >= least)

        written = keys.judged(key, "settings.limit", f"all | {least}, {least + 1}, …", is_right, default="all")
        return int(written) if written != "all" and is_right(written) else "all"

    def _filter(self, keys: Keys, key: str) -> tuple[Condition, ...]:
        block = keys.open_block(key, required=False)
        if block is None:
            return ()
        conditions = [
            Condition(column, wanted, block.lines[column])
            for column, node in block.entries.items()
            if (wanted := self._wanted(column, node, block.lines[column])) is not None
        ]
        return tuple(conditions)

    def _wanted(self, column: str, node: Node, line: int) -> str | list[str] | dict[str, int] | None:
        if isinstance(node, Scalar):
            return self._filter_text(node)
        if isinstance(node, Items):
            items = [self._filter_text(item) for item in node.items if isinstance(item, Scalar)]
            if not items or len(items) < len(node.items) or len(set(items)) < len(items):
                self.problems.error("settings.condition", Place(self.keys.file, line=line), got=column)
                return None
            return items
        bounds = Keys(node, ("min", "max"), self.keys.file, self.problems)
        found = {bound: bounds.whole(bound, 0, 10**15 - 1) for bound in ("min", "max") if bounds.has(bound)}
        if not found:
            self.problems.error("settings.condition", Place(self.keys.file, line=line), got=column)
            return None
        if len(found) == 2 and found["min"] > found["max"]:
            self.problems.error("settings.empty-range", Place(self.keys.file, line=line), got=column)
        return found

    def _filter_text(self, node: Scalar) -> str:
        """As the cells are read that it is compared with."""
        self._no_escapes(node.text, node.line)
        return plain(node.text)[0]

    def _no_escapes(self, written: str, line: int) -> None:
        """rules.json holds no backslash (FORMAT.md 3.1), and JSON would need one for either of these."""
        if "\\" in written or '"' in written:
            self.problems.error("settings.escape", Place(self.keys.file, line=line), got=written)

    def _people(self, dice: Dice | None) -> People:
        seats = dice.people if dice else 0
        keys = self.keys.keys("people", ("operator", "witness", "contributors"), required=False)
        if keys is None:
            return People("", "", ("",) * seats)
        named = keys.texts("contributors")
        if named and len(named) != seats:
            self.problems.error("settings.contributors", keys.place("contributors"), got=str(len(named)),
                                expected=str(seats))  # fmt: skip
        for name, line in named:
            if not text.is_value(name):
                self.problems.error("settings.value", Place(keys.file, line=line), got=name,
                                    expected=f"1–{text.VALUE_CHARACTERS}")  # fmt: skip
        contributors = tuple(name for name, _ in named) or ("",) * seats
        return People(keys.value("operator", ""), keys.value("witness", ""), contributors)

    def _after(self) -> After | None:
        keys = self.keys.keys("after", appointments.KEYS, required=False)
        return appointments.read(keys) if keys else None
