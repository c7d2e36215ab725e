"""`seed.txt` (FORMAT.md 5): the dice of the representatives and the opened secrets, and nothing else."""

import re
from dataclasses import dataclass

from kiosk.core import text
from kiosk.core.errors import InputError
from kiosk.core.notice import Notice, commitment, is_secret

FILE = "seed.txt"
FIRST_LINE = "mingyao seed v1"

_DICE = re.compile(r"[1-6]+")
_DIGITS = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True)
class Seed:
    """contributions: one string of dice for each person, in their order; reveals: one secret for each commitment."""

    contributions: tuple[str, ...]
    reveals: tuple[str, ...]
    public: str | None


def is_contribution(dice: str, notice: Notice) -> bool:
    return notice.dice is not None and len(dice) == notice.dice.each and _DICE.fullmatch(dice) is not None


def is_public(digits: str, notice: Notice) -> bool:
    right = notice.public is not None and len(digits) == notice.public.digits
    return right and _DIGITS.fullmatch(digits) is not None


def opens(notice: Notice, label: str, secret: str) -> bool:
    """Whether the secret is the one that this commitment was made of (4.1)."""
    return commitment(notice.draw, label, secret) == dict(notice.commitments)[label]


def write(seed: Seed, notice: Notice, notice_hash: str) -> str:
    labels = [label for label, _ in notice.commitments]
    return "".join(
        line + "\n"
        for line in [
            FIRST_LINE,
            f"draw: {notice.draw}",
            f"notice: {notice_hash}",
            *(f"contribution {seat}: {dice}" for seat, dice in enumerate(seed.contributions, 1)),
            *(f"reveal {label}: {secret}" for label, secret in zip(labels, seed.reveals, strict=True)),
            *([f"public: {seed.public}"] if seed.public is not None else []),
        ]
    )


def parse(content: str, notice: Notice, notice_hash: str) -> Seed:
    """What went into the seed; judges all of 5 but whether the secrets open their commitments."""
    lines = text.lines(content)
    people = notice.dice.people if notice.dice else 0
    labels = [label for label, _ in notice.commitments]
    keys = [
        *(f"contribution {seat}" for seat in range(1, people + 1)),
        *(f"reveal {label}" for label in labels),
        *(["public"] if notice.public else []),
    ]
    head = [FIRST_LINE, f"draw: {notice.draw}", f"notice: {notice_hash}"]
    for number, expected in enumerate([*head, *(f"{key}: …" for key in keys)], 1):
        got = lines[number - 1] if number <= len(lines) else ""
        right = got == expected if number <= len(head) else got.startswith(expected.removesuffix("…"))
        if not right:
            raise InputError("seed.line", line=number, expected=expected, got=got)
    if len(lines) > len(head) + len(keys):
        raise InputError("seed.long", line=len(head) + len(keys) + 1)
    values = [line.partition(": ")[2] for line in lines[len(head) :]]
    for seat, dice in enumerate(values[:people], 1):
        if not is_contribution(dice, notice):
            raise InputError("seed.dice", seat=seat, got=dice, dice=notice.dice.each if notice.dice else 0)
    reveals = values[people : people + len(labels)]
    for label, secret in zip(labels, reveals, strict=True):
        if not is_secret(secret):
            raise InputError("seed.secret", label=label)
    public = values[-1] if notice.public else None
    if public is not None and not is_public(public, notice):
        raise InputError("seed.public", got=public, digits=notice.public.digits if notice.public else 0)
    return Seed(tuple(values[:people]), tuple(reveals), public)
