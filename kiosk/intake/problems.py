"""What is wrong, or worth a look, in the office's files: all of it at once, each with its place.

A problem is a value, as an error is (`kiosk.core.errors`): a code, and what the sentence names. `report` turns
problems into sentences in the reader's language: `problem.<code>` says what stands where and what was expected,
`hint.<code>` what to do. A problem that the core's own parser found has its sentence under `error.<code>`. `summary`
says the same thing about one column a few times at most.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kiosk import words
from kiosk.core.errors import InputError
from kiosk.intake.characters import UNSEEN

Severity = Literal["error", "warning"]

_SHOWN_CHARACTERS = 60
_FIRST = 3  # of the same thing in one column
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Place:
    """Where in which file: a cell such as `C17` of a sheet, or a line of a text file; 0 and "" where nobody knows."""

    file: str
    sheet: str = ""
    cell: str = ""
    line: int = 0

    def order(self) -> tuple[bool, str, str, int, int, str]:
        # draw.yaml first: what is wrong there often explains what follows.
        found = _CELL.fullmatch(self.cell)
        row, column = (int(found[2]), found[1]) if found else (self.line, "")
        return (not self.file.endswith((".yaml", ".yml")), self.file, self.sheet, row, len(column), column)


@dataclass(frozen=True)
class Problem:
    severity: Severity
    code: str
    where: Place
    got: str = ""
    expected: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


class Problems:
    """Collects problems as they are found."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def error(self, code: str, where: Place, got: str = "", expected: str = "", **values: object) -> None:
        self._found.append(Problem("error", code, where, printable(got), expected, values))

    def warning(self, code: str, where: Place, got: str = "", expected: str = "", **values: object) -> None:
        self._found.append(Problem("warning", code, where, printable(got), expected, values))

    def refused(self, error: InputError, where: Place) -> None:
        """What one of the core's own parsers refused."""
        self._found.append(Problem("error", error.code, where, values=error.values))

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """Errors before warnings, each by their place."""
        return tuple(sorted(self._found, key=lambda problem: (problem.severity, problem.where.order())))


def printable(got: str) -> str:
    """What stands there, cut to a line, with its invisible characters made visible."""
    visible = UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", got)
    return visible if len(visible) <= _SHOWN_CHARACTERS else visible[: _SHOWN_CHARACTERS - 1] + "…"


def report(problems: Iterable[Problem], language: str) -> list[str]:
    """One line for each problem."""
    return [_sentence(problem, language) for problem in problems]


def summary(problems: Iterable[Problem], language: str) -> list[str]:
    """As `report`, but where one thing is wrong in many cells of a column: the first of them, and how many more."""
    kinds: dict[object, list[Problem]] = {}
    for problem in problems:
        column = "".join(filter(str.isalpha, problem.where.cell))
        kind = problem.severity, problem.code, problem.where.file, problem.where.sheet, column
        kinds.setdefault(kind if column else len(kinds), []).append(problem)
    lines: list[str] = []
    for alike in kinds.values():
        shown = len(alike) if len(alike) <= _FIRST + 1 else _FIRST
        lines += report(alike[:shown], language)
        if more := alike[shown:]:
            last = " ".join(_place(more[-1].where, language))
            lines.append(words.say(language, "intake.alike", more=len(more), last=last))
    return lines


def _sentence(problem: Problem, language: str) -> str:
    known = words.texts(language)
    values = {"got": problem.got, "expected": problem.expected, **problem.values}
    key = f"problem.{problem.code}"
    sentence = words.say(language, key if key in known else f"error.{problem.code}", **values)
    hint = f"hint.{problem.code}"
    told = [words.say(language, f"intake.severity.{problem.severity}"), *_place(problem.where, language)]
    said = [sentence, words.say(language, hint, **values)] if hint in known else [sentence]
    return words.say(language, "intake.told", where=" ".join(told), said=words.joined(language, *said))


def _place(where: Place, language: str) -> list[str]:
    line = [words.say(language, "intake.line", line=where.line)] if where.line else []
    return [part for part in (where.file, where.sheet, where.cell) if part] + line
