"""One line of the journal: encode, chain, decode. Pure.

A line is a JSON object (here in two) and says: its number, the hash of the line before (of the first: the notice
hash), the wall and the monotonic clock, an event with its values, and last its own hash, which is SHA-256 of the line
up to there, closed with a brace:

    {"n":3,"previous":"…","wall":"2021-12-10T09:01:02.345+08:00","monotonic_s":12.345,"event":"DieThrown",
    "values":{"seat":1,"die":4},"hash":"…"}

So each line vouches for itself and for all before it, and `sed` and `sha256sum` are enough to check it.

Only what was never confirmed may be missing: a program that is killed while it writes leaves a last line without its
LF. Such a tail is *torn*. Anything else that does not fit is a JournalError that names the line.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from sys import intern

from kiosk.core import text
from kiosk.core.errors import JournalError

FILE = "journal.jsonl"

Value = str | int | Sequence[str]

_KEYS = ["n", "previous", "wall", "monotonic_s", "event", "values", "hash"]
_HASH = ',"hash":"'
_TAIL = len(_HASH) + 64 + len('"}')


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    previous: str
    wall: str
    monotonic_s: float
    event: str
    values: Mapping[str, Value]
    hash: str


@dataclass(frozen=True)
class Decoded:
    """entries: all whole ones; whole: how many bytes they take; torn: how many follow that are not a whole line;
    ended: False if only the LF of the last entry is missing."""

    entries: tuple[Entry, ...]
    whole: int
    torn: int
    ended: bool


def chain(
    before: Entry | None, notice_hash: str, wall: str, monotonic_s: float, event: str, values: Mapping[str, Value]
) -> Entry:
    """The entry that follows `before`, or the first."""
    number = before.number + 1 if before else 1
    previous = before.hash if before else notice_hash
    body = _body(number, previous, wall, monotonic_s, event, values)
    return Entry(number, previous, wall, monotonic_s, event, values, text.sha256(body))


def encode(entry: Entry) -> bytes:
    body = _body(entry.number, entry.previous, entry.wall, entry.monotonic_s, entry.event, entry.values)
    return (_closing(body, entry.hash) + "\n").encode()


def decode(data: bytes, notice_hash: str, before: Entry | None = None) -> Decoded:
    """The entries of a journal's bytes; JournalError names the line that is not as this module writes it.

    before: the entry that these bytes follow, where they are not the whole journal but what was added to it.
    """
    entries: list[Entry] = []
    begin = 0
    while (end := data.find(b"\n", begin)) >= 0:
        entries.append(_entry(data[begin:end], entries[-1] if entries else before, notice_hash))
        begin = end + 1
    tail = data[begin:]
    if not tail:
        return Decoded(tuple(entries), begin, 0, ended=True)
    before = entries[-1] if entries else before
    number = before.number + 1 if before else 1
    closed = _closed(tail, before, notice_hash)
    if closed == len(tail):
        return Decoded((*entries, _entry(tail, before, notice_hash)), len(data), 0, ended=False)
    if closed:
        # A whole entry was here, whose end has been changed: it may have been confirmed, so it is not torn.
        raise JournalError("journal.line", line=number)
    return Decoded(tuple(entries), begin, len(tail), ended=True)


def _closed(tail: bytes, before: Entry | None, notice_hash: str) -> int:
    """Length of the whole entry that the tail begins with, 0 if it begins with none."""
    end = tail.find(b'"}', tail.find(_HASH.encode()) + 1)
    if end < 0:
        return 0
    try:
        _entry(tail[: end + 2], before, notice_hash)
    except JournalError:
        return 0
    return end + 2


def _entry(line: bytes, before: Entry | None, notice_hash: str) -> Entry:
    number = before.number + 1 if before else 1
    try:
        written = line.decode("utf-8")
        content = json.loads(written)
        n, previous, wall, monotonic_s, event, values, hash = (content[key] for key in _KEYS)
        datetime.fromisoformat(wall)
        body = _body(n, previous, wall, float(monotonic_s), event, dict(values))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise JournalError("journal.line", line=number) from error
    if hash != text.sha256(written[:-_TAIL].encode("utf-8", "replace") + b"}"):
        raise JournalError("journal.hash", line=number)
    if written != _closing(body, hash) or not isfinite(monotonic_s) or type(n) is not int or not isinstance(event, str):
        raise JournalError("journal.line", line=number)
    if previous != (before.hash if before else notice_hash):
        raise JournalError("journal.chain" if before else "journal.other-notice", line=number)
    if n != number:
        raise JournalError("journal.number", line=number, got=n)
    # A large draw has 40,000 entries of one kind: what is the same in all of them lies in memory once.
    shared = {intern(name): value for name, value in values.items()}
    return Entry(n, before.hash if before else notice_hash, wall, monotonic_s, intern(event), shared, hash)


def _closing(body: str, hash: str) -> str:
    return f'{body[:-1]}{_HASH}{hash}"}}'


def _body(number: int, previous: str, wall: str, monotonic_s: float, event: str, values: Mapping[str, Value]) -> str:
    content = {
        "n": number,
        "previous": previous,
        "wall": wall,
        "monotonic_s": monotonic_s,
        "event": event,
        "values": dict(values),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
