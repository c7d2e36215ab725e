"""`void.txt` (FORMAT.md 5.2): what remains of a ceremony that was declared void, in the folder and for everybody.

It says why and by whom, what had been thrown and opened by then, and the hash of the journal's line that declares it.
It is made of the journal's events alone, so it can be written again after a crash, and compared with the journal.
Secrets that are opened after the declaration come at its end: an older `void.txt` is the beginning of a later one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import PUBLIC_MISSING, SECRET_LOST
from kiosk.core import seed, text
from kiosk.core.errors import InputError, JournalError
from kiosk.core.evidence import Inputs
from kiosk.core.notice import Notice, is_secret
from kiosk.journal.entry import Entry

FILE = "void.txt"
FIRST_LINE = "mingyao void v1"
OTHER = "other"  # in the register: a reason in words of one's own


@dataclass(frozen=True)
class Voiding:
    """label: whose secret was lost, "" where none was; operator, witness: "" where nobody is named; contributions: of
    the seats that had confirmed theirs; reveals: label and secret, in the notice's order."""

    draw: str
    notice_hash: str
    declared: str
    reason: str
    label: str
    operator: str
    witness: str
    journal_hash: str
    contributions: tuple[str, ...]
    reveals: tuple[tuple[str, str], ...]


def of(state: State, declared: Entry) -> Voiding:
    """state: one that is void; declared: the journal's entry that made it so."""
    inputs, voided = state.setting.inputs, state.voided
    assert voided is not None
    reveals = zip(state.setting.labels, state.secrets, strict=True)
    return Voiding(
        draw=inputs.notice.draw,
        notice_hash=inputs.notice_hash,
        declared=declared.wall,
        reason=voided.reason,
        label=voided.label,
        operator=voided.operator,
        witness=voided.witness,
        journal_hash=declared.hash,
        contributions=state.dice[: state.confirmed],
        reveals=tuple((label, secret) for label, secret in reveals if secret is not None),
    )


def write(void: Voiding) -> str:
    named = (("secret", void.label), ("operator", void.operator), ("witness", void.witness))
    return "".join(
        line + "\n"
        for line in [
            FIRST_LINE,
            f"draw: {void.draw}",
            f"notice: {void.notice_hash}",
            f"declared: {void.declared}",
            f"reason: {void.reason}",
            *(f"{key}: {value}" for key, value in named if value),
            f"journal: {void.journal_hash}",
            *(f"contribution {seat}: {dice}" for seat, dice in enumerate(void.contributions, 1)),
            *(f"reveal {label}: {secret}" for label, secret in void.reveals),
        ]
    )


def parse(data: bytes, inputs: Inputs) -> Voiding:
    """The void of this draw in the file's bytes; JournalError names the line that FORMAT.md 5.2 does not allow.

    That it is the one of the journal is judged where there is a journal.
    """
    try:
        lines = _Lines(text.lines(text.decode(data, FILE)))
    except InputError as error:
        raise JournalError(error.code, **error.values) from error
    notice, labels = inputs.notice, [label for label, _ in inputs.notice.commitments]
    lines.exactly(FIRST_LINE)
    lines.exactly(f"draw: {notice.draw}")
    lines.exactly(f"notice: {inputs.notice_hash}")
    declared = lines.value("declared", text.is_value)
    reason = lines.value("reason", text.is_value)
    label = lines.value("secret", labels.__contains__) if reason == SECRET_LOST else ""
    operator, witness = (lines.optional(key, text.is_value) for key in ("operator", "witness"))
    journal_hash = lines.value("journal", text.is_hash)
    contributions = _contributions(lines, notice)
    late, people = reason in (SECRET_LOST, PUBLIC_MISSING), notice.dice.people if notice.dice else 0
    if late != (len(contributions) == people) and (people or late):
        raise lines.refused(f"contribution {len(contributions) + 1}: …" if late else "–")
    if reason == PUBLIC_MISSING and not notice.public:
        raise lines.refused("–")
    # What comes before the lost one has been opened; without a lost one, all have; what comes after it may be.
    opened = labels[: labels.index(label)] if label else labels if late else []
    reveals = [(each, lines.value(f"reveal {each}", is_secret)) for each in opened]
    for each in labels[len(opened) + 1 :] if label else []:
        if secret := lines.optional(f"reveal {each}", is_secret):
            reveals.append((each, secret))
    lines.end()
    for each, secret in reveals:
        if not seed.opens(notice, each, secret):
            raise JournalError("void.secret", label=each)
    return Voiding(notice.draw, inputs.notice_hash, declared, reason, label, operator, witness, journal_hash,
                   tuple(contributions), tuple(reveals))  # fmt: skip


def _contributions(lines: "_Lines", notice: Notice) -> list[str]:
    found: list[str] = []
    while dice := lines.optional(f"contribution {len(found) + 1}", lambda got: seed.is_contribution(got, notice)):
        found.append(dice)
    return found


class _Lines:
    """Takes the lines one by one; the first that is not what must come next is refused with its number."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    @property
    def _next(self) -> str:
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def exactly(self, line: str) -> None:
        if self._next != line:
            raise self.refused(line)
        self._at += 1

    def value(self, key: str, is_right: Callable[[str], bool]) -> str:
        value = self.optional(key, is_right)
        if not value:
            raise self.refused(f"{key}: …")
        return value

    def optional(self, key: str, is_right: Callable[[str], bool]) -> str:
        """The value of the next line, "" where that has another key."""
        name, colon, value = self._next.partition(": ")
        if name != key or not colon:
            return ""
        if not is_right(value):
            raise self.refused(f"{key}: …")
        self._at += 1
        return value

    def end(self) -> None:
        if self._at < len(self._lines):
            raise self.refused("–")

    def refused(self, expected: str) -> JournalError:
        return JournalError("void.line", line=self._at + 1, expected=expected, got=self._next)
