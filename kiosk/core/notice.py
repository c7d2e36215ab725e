"""`notice.txt` (FORMAT.md 4): what is settled, and public, before anyone knows the seed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kiosk.core import text
from kiosk.core.errors import InputError

FILE = "notice.txt"
FIRST_LINE = "mingyao notice v1"
COMMITMENTS = 8
PUBLIC_DIGITS = 128

# 4.2: what a ceremony, and not a rehearsal, needs at least.
CEREMONY_COMMITMENTS = 2
CEREMONY_PEOPLE = 2
CEREMONY_DICE = 12

_DRAW = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_OPENS = re.compile(
    r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)"
)
_HASHED = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,14})")
_CONTRIBUTIONS = re.compile(r"([1-9][0-9]?) of ([1-9][0-9]?) dice")
_PUBLIC = re.compile(r"([1-9][0-9]{0,2}) digits of (.*)")
_SECRET = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Hashed:
    """A file's hash, and how many rows (of `rules.json`: stages) it has."""

    sha256: str
    count: int


@dataclass(frozen=True)
class Dice:
    """So many people throw so many dice each."""

    people: int
    each: int


@dataclass(frozen=True)
class Public:
    digits: int
    source: str


@dataclass(frozen=True)
class Notice:
    draw: str
    title: str
    rehearsal: bool
    opens: str
    roll: Hashed
    units: Hashed
    rules: Hashed
    commitments: tuple[tuple[str, str], ...]  # label, hash; in the order in which the secrets are opened
    dice: Dice | None
    public: Public | None


def is_draw(id: str) -> bool:
    return _DRAW.fullmatch(id) is not None


def is_secret(secret: str) -> bool:
    return _SECRET.fullmatch(secret) is not None


def is_time(opens: str) -> bool:
    """A time of the form that 4 shows, on a day of the calendar."""
    found = _OPENS.fullmatch(opens)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def commitment(draw: str, label: str, secret: str) -> str:
    """What its owner publishes before the ceremony (4.1)."""
    return text.sha256(f"commitment|{draw}|{label}|{secret}")


def write(notice: Notice) -> str:
    dice, public = notice.dice, notice.public
    return "\n".join([
        FIRST_LINE,
        f"draw: {notice.draw}",
        f"title: {notice.title}",
        f"mode: {'rehearsal' if notice.rehearsal else 'ceremony'}",
        f"opens: {notice.opens}",
        f"roll: {notice.roll.sha256} {notice.roll.count}",
        f"units: {notice.units.sha256} {notice.units.count}",
        f"rules: {notice.rules.sha256} {notice.rules.count}",
        *(f"commitment {label}: {hash}" for label, hash in notice.commitments),
        f"contributions: {f'{dice.people} of {dice.each} dice' if dice else 'none'}",
        f"public: {f'{public.digits} digits of {public.source}' if public else 'none'}",
        "",
    ])  # fmt: skip


def parse(content: str) -> Notice:
    """The notice in the file's decoded text; judges all of 4 but what needs the other files."""
    lines = _Lines(content)
    if (first := lines.next()) != FIRST_LINE:
        raise lines.refused(FIRST_LINE, first)
    draw = lines.value("draw", is_draw)
    title = lines.value("title", text.is_value)
    mode = lines.value("mode", lambda got: got in ("ceremony", "rehearsal"))
    opens = lines.value("opens", is_time)
    roll, units, rules = (lines.hashed(key) for key in ("roll", "units", "rules"))
    notice = Notice(draw, title, mode == "rehearsal", opens, roll, units, rules,
                    lines.commitments(), lines.dice(), lines.public())  # fmt: skip
    lines.end()
    if not notice.rehearsal:
        for code, got, least in _ceremony_measures(notice):
            if got < least:
                raise InputError(code, got=got, least=least)
    return notice


def _ceremony_measures(notice: Notice) -> list[tuple[str, int, int]]:
    people, each = (notice.dice.people, notice.dice.each) if notice.dice else (0, 0)
    return [
        ("notice.few-commitments", len(notice.commitments), CEREMONY_COMMITMENTS),
        ("notice.few-people", people, CEREMONY_PEOPLE),
        ("notice.few-dice", people * each, CEREMONY_DICE),
    ]


class _Lines:
    """Takes the notice's lines one by one; whatever is not the line that must come next is refused with its number."""

    def __init__(self, content: str) -> None:
        self.lines = text.lines(content)
        self.number = 0

    def next(self) -> str:
        if self.number >= len(self.lines):
            raise InputError("notice.short", line=self.number + 1)
        self.number += 1
        return self.lines[self.number - 1]

    def refused(self, expected: str, got: str) -> InputError:
        return InputError("notice.line", line=self.number, expected=expected, got=got)

    def value(self, key: str, is_right: Callable[[str], bool]) -> str:
        line = self.next()
        name, colon, value = line.partition(": ")
        if not colon or name != key or not is_right(value):
            raise self.refused(f"{key}: …", line)
        return value

    def match(self, key: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The pattern's match; None where the line says `none`."""
        value = self.value(key, lambda got: got == "none" or pattern.fullmatch(got) is not None)
        return pattern.fullmatch(value)

    def hashed(self, key: str) -> Hashed:
        found = self.match(key, _HASHED)
        if not found or found[2] == "0":
            raise self.refused(f"{key}: <sha256> <1…>", self.lines[self.number - 1])
        return Hashed(found[1], int(found[2]))

    def commitments(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        while self.number < len(self.lines) and self.lines[self.number].startswith("commitment "):
            line = self.next()
            name, _, hash = line.partition(": ")
            label = name.removeprefix("commitment ")
            if not text.is_label(label) or not text.is_hash(hash) or label in found:
                raise self.refused("commitment <label>: <sha256>", line)
            found[label] = hash
        if not 1 <= len(found) <= COMMITMENTS:
            raise InputError("notice.commitments", got=len(found), most=COMMITMENTS)
        return tuple(found.items())

    def dice(self) -> Dice | None:
        found = self.match("contributions", _CONTRIBUTIONS)
        return Dice(int(found[1]), int(found[2])) if found else None

    def public(self) -> Public | None:
        found = self.match("public", _PUBLIC)
        if not found:
            return None
        if int(found[1]) > PUBLIC_DIGITS or not text.is_value(found[2]):
            raise self.refused("public: <1 to 128> digits of <source>", self.lines[self.number - 1])
        return Public(int(found[1]), found[2])

    def end(self) -> None:
        if self.number < len(self.lines):
            raise InputError("notice.long", line=self.number + 1, got=self.lines[self.number])
