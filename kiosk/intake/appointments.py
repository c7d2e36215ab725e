"""`after:` of draw.yaml: when and where those who won come to the office.

Appointments follow from the rank, so all that is settled here is how many there are: hours, cut into so many minutes,
times counters. Whether they suffice is known before the draw, and told then.
"""

import re
from dataclasses import dataclass
from datetime import date

from kiosk.core import text
from kiosk.intake.yamltext import Items, Keys, Scalar

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Hours:
    """From and to, in minutes since midnight."""

    start: int
    end: int

    def written(self) -> list[str]:
        return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (self.start, self.end)]


@dataclass(frozen=True)
class Day:
    date: str  # YYYY-MM-DD
    hours: tuple[Hours, ...]


@dataclass(frozen=True)
class After:
    place: str
    objections: str
    bring: tuple[str, ...]
    minutes: int
    counters: int
    days: tuple[Day, ...]

    def appointments(self) -> int:
        spans = [hours for day in self.days for hours in day.hours]
        return self.counters * sum((hours.end - hours.start) // self.minutes for hours in spans)

    def content(self) -> dict[str, object]:
        """As `office.json` holds it."""
        return {
            "place": self.place,
            "bring": list(self.bring),
            "minutes": self.minutes,
            "counters": self.counters,
            "days": [{"date": day.date, "hours": [hours.written() for hours in day.hours]} for day in self.days],
        }


KEYS = ("place", "objections", "bring", "minutes", "counters", "days")


def read(keys: Keys) -> After:
    bring = keys.texts("bring")
    for item, _ in bring:
        if not text.is_value(item):
            keys.problems.error("settings.value", keys.place("bring"), got=item, expected=f"1–{text.VALUE_CHARACTERS}")
    return After(
        place=keys.value("place"),
        objections=keys.value("objections", ""),
        bring=tuple(item for item, _ in bring),
        minutes=keys.whole("minutes", 1, _DAY_MINUTES),
        counters=keys.whole("counters", 1, 1000, default=1),
        days=_days(keys),
    )


def _days(keys: Keys) -> tuple[Day, ...]:
    block = keys.open_block("days")
    if block is None:
        return ()
    each = Keys(block, tuple(block.entries), keys.file, keys.problems)
    days = [_day(each, key) for key in block.entries]
    return tuple(sorted((day for day in days if day), key=lambda day: day.date))


def _day(keys: Keys, key: str) -> Day | None:
    if not _is_date(key):
        keys.problems.error("after.date", keys.place(key), got=key, expected="YYYY-MM-DD")
        return None
    node = keys.block.entries[key]
    if not isinstance(node, Items | Scalar):
        keys.problems.error("yaml.not-list", keys.place(key), got=key)
        return None
    spans: list[Hours] = []
    for written, _ in keys.texts(key):
        hours = _hours(written)
        if hours is None:
            keys.problems.error("after.hours", keys.place(key), got=written, expected="09:00-12:00")
        elif any(hours.start < other.end and other.start < hours.end for other in spans):
            keys.problems.error("after.overlap", keys.place(key), got=written)
        else:
            spans.append(hours)
    return Day(key, tuple(sorted(spans, key=lambda hours: hours.start)))


def _is_date(written: str) -> bool:
    if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", written):
        return False
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _hours(written: str) -> Hours | None:
    found = _HOURS.fullmatch(written.replace("–", "-").replace(" ", ""))
    if not found:
        return None
    start, end = (int(found[hour]) * 60 + int(found[hour + 1]) for hour in (1, 3))
    return Hours(start, end) if start < end <= _DAY_MINUTES else None
