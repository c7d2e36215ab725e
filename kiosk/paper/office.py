"""`office.json`, which the freeze wrote for printing: who acts, which columns of the roll are names, and `after:` of
draw.yaml. No verifier reads it, so it may be missing or edited; what cannot be read is said.

Appointments follow from the order of the result: the first household comes to the first hour's first counter, the next
to the second counter, and when the counters are full the next minutes begin.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kiosk import folder as folders
from kiosk.core.errors import InputError
from kiosk.words import LANGUAGES

FILE = "office.json"


@dataclass(frozen=True)
class Appointment:
    """From and to are in minutes since midnight."""

    day: date
    start: int
    end: int
    counter: int

    def hours(self) -> str:
        return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (self.start, self.end))


@dataclass(frozen=True)
class Hours:
    """A counter's hours on one day, in minutes since midnight."""

    day: date
    start: int
    end: int


@dataclass(frozen=True)
class After:
    place: str
    bring: tuple[str, ...]
    minutes: int
    counters: int
    hours: tuple[Hours, ...]

    def appointments(self) -> Iterator[Appointment]:
        for hours in self.hours:
            for start in range(hours.start, hours.end - self.minutes + 1, self.minutes):
                for counter in range(1, self.counters + 1):
                    yield Appointment(hours.day, start, start + self.minutes, counter)


@dataclass(frozen=True)
class Office:
    """language: of the draw, and so of its papers; names: columns of the roll that hold a (masked) name; household:
    the heading of the households' numbers in the office's own sheet; objections: where one objects; after: None where
    draw.yaml says nothing of it."""

    language: str = LANGUAGES[0]
    operator: str = ""
    witness: str = ""
    contributors: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    household: str = ""
    objections: str = ""
    after: After | None = None


def read(folder: Path) -> Office:
    """InputError where the file is there and is not what the freeze writes."""
    return parse(folders.read_file(folder / FILE))


def parse(data: bytes | None) -> Office:
    if data is None:
        return Office()
    try:
        content = json.loads(data)
        people = content.get("people", {})
        after = content.get("after")
        language = content.get("language")
        return Office(
            language=language if language in LANGUAGES else LANGUAGES[0],
            operator=str(people.get("operator", "")),
            witness=str(people.get("witness", "")),
            contributors=tuple(map(str, people.get("contributors", ()))),
            names=tuple(map(str, content.get("names", ()))),
            household=str(content.get("household", "")),
            objections=str(content.get("objections", "")),
            after=_after(after) if after is not None else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("paper.office", file=FILE, reason=str(error)) from error


def _after(content: Any) -> After:
    minutes, counters = int(content["minutes"]), int(content["counters"])
    if minutes < 1 or counters < 1:
        raise ValueError(f"minutes {minutes}, counters {counters}")
    hours = [
        Hours(date.fromisoformat(day["date"]), _minute(start), _minute(end))
        for day in content["days"]
        for start, end in day["hours"]
    ]
    return After(str(content["place"]), tuple(map(str, content["bring"])), minutes, counters, tuple(hours))


def _minute(written: str) -> int:
    hours, minutes = written.split(":")
    return int(hours) * 60 + int(minutes)
