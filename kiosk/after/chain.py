"""One line of `after.jsonl`: encode, chain, decode (FORMAT.md 11.1 to 11.3). Pure.

A line is a JSON object that says: its number, the hash of the line before (of the first: the result hash), the time,
who made it, what kind of entry it is and what belongs to that kind, and last its own hash, which is SHA-256 of the
line up to there, closed with a brace. As in the journal, `sed` and `sha256sum` are enough to check it.

`decode` runs the checks of FORMAT.md 11.9 that need nothing but the file, in their order, each over the whole file:
`after-text`, `after-form`, `after-chain`, `after-entry`, `after-persons`. Whether an entry is right is asked later.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.core import notice, text
from kiosk.core.errors import InputError, VerificationError

FILE = "after.jsonl"
WORDS_CHARACTERS = 2000
CHANNELS = ("telephone", "letter", "web", "message", "visit", "hall")

Value = str | int

_HASH = ',"hash":"'
_TAIL = len(_HASH) + 64 + len('"}')
_CLAIM = re.compile(r"[0-9a-fA-F]{32,64}")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


def is_words(content: object) -> bool:
    """Whether it is a text of 11.2: what somebody said or why something is done."""
    if not isinstance(content, str) or not 1 <= len(content) <= WORDS_CHARACTERS:
        return False
    return content == content.strip(text.WHITE_SPACE + "\n") and not text.HIDDEN.search(content)


def is_name(content: object) -> bool:
    return isinstance(content, str) and _is_string(content) and text.is_value(content)


def is_day(content: object) -> bool:
    if not isinstance(content, str) or not _DAY.fullmatch(content):
        return False
    try:
        date.fromisoformat(content)
    except ValueError:
        return False
    return True


def _is_number(content: object) -> bool:
    # A bool is an int to Python, so ask for the very type.
    return type(content) is int and 1 <= content < 10**15


def _is_string(content: object) -> bool:
    # A control character may be written with an escape, and is not a character of the file then.
    return isinstance(content, str) and "\n" not in content and not text.HIDDEN.search(content)


def _is_words_or_nothing(content: object) -> bool:
    return content == "" or is_words(content)


_Judge = Callable[[object], bool]


@dataclass(frozen=True)
class Kind:
    """people: how many make such an entry; fields: what belongs to it, in this order."""

    people: int
    fields: Mapping[str, _Judge]


KINDS: Mapping[str, Kind] = {
    "withdraw": Kind(2, {"household": _is_string, "reason": is_words}),
    "replace": Kind(2, {"stage": _is_string, "place": _is_number, "unit": _is_string, "tier": _is_string,
                        "household": _is_string, "rank": _is_number, "reason": _is_words_or_nothing}),
    "choose": Kind(2, {"stage": _is_string, "rank": _is_number, "household": _is_string, "unit": _is_string,
                       "reason": _is_words_or_nothing}),
    "undo": Kind(2, {"entry": _is_number, "reason": is_words}),
    "ask": Kind(1, {"question": _is_number, "channel": CHANNELS.__contains__, "household": _is_string,
                    "words": is_words, "who": is_name, "until": is_day}),
    "answer": Kind(1, {"question": _is_number, "words": is_words}),
    "close": Kind(1, {"question": _is_number}),
}  # fmt: skip

_FIRST_KEYS = ["n", "previous", "time", "by", "kind"]


@dataclass(frozen=True)
class Entry:
    number: int
    previous: str
    time: str
    by: tuple[str, ...]
    kind: str
    values: Mapping[str, Value]
    hash: str

    def text(self, key: str) -> str:
        value = self.values[key]
        assert isinstance(value, str)
        return value

    def whole(self, key: str) -> int:
        value = self.values[key]
        assert isinstance(value, int)
        return value


@dataclass(frozen=True)
class Said:
    """What a file holds that was said to be recorded. whole: all entries, each with its LF; torn: how many bytes
    follow in the file that are no entry; ended: False if the last entry lacks its LF there."""

    whole: bytes
    torn: int
    ended: bool


def chain(
    before: Entry | None, result_hash: str, time: str, by: Sequence[str], kind: str, values: Mapping[str, Value]
) -> Entry:
    """The entry that follows `before`, or the first. Who calls has judged the values (FORMAT.md 11.2)."""
    number, previous = (before.number + 1, before.hash) if before else (1, result_hash)
    body = _body(number, previous, time, by, kind, values)
    return Entry(number, previous, time, tuple(by), kind, values, text.sha256(body))


def encode(entry: Entry) -> bytes:
    body = _body(entry.number, entry.previous, entry.time, entry.by, entry.kind, entry.values)
    return f"{_closing(body, entry.hash)}\n".encode()


def decode(data: bytes, result_hash: str, held: str | None = None) -> tuple[Entry, ...]:
    """The entries in the file's bytes; VerificationError names the check of FORMAT.md 11.9 that refuses them.

    held: the hash of an entry, or its beginning, that somebody holds: the file must have that entry.
    """
    entries = tuple(_entry(line, number) for number, line in enumerate(_lines(data), 1))
    _follow(entries, result_hash)
    if held is not None and not (_CLAIM.fullmatch(held) and any(e.hash.startswith(held.lower()) for e in entries)):
        raise VerificationError("after-entry", "after.no-entry", held=held)
    _two_persons(entries)
    return entries


def said(data: bytes) -> Said:
    """What stands in a file that a program may have been stopped at writing: its last line may be torn.

    A whole entry whose end was changed had been said: it is kept as it is, for `decode` to refuse.
    """
    end = data.rfind(b"\n") + 1
    rest = data[end:]
    found = rest.find(_HASH.encode())
    length = found + _TAIL
    if found < 0 or len(rest) < length or not _is_whole(rest[:length]):
        return Said(data[:end], len(rest), ended=True)
    return Said(data + b"\n", 0, ended=False) if len(rest) == length else Said(data, 0, ended=True)


def _is_whole(line: bytes) -> bool:
    try:
        entry = _entry(line.decode(), 1)
    except (UnicodeDecodeError, VerificationError):
        return False
    return entry.hash == _hash_of(entry)


def _lines(data: bytes) -> list[str]:
    if not data:
        return []
    try:
        return text.lines(text.decode(data, FILE))
    except InputError as error:
        code = "after.torn" if error.code == "text.last-line" else error.code
        raise VerificationError("after-text", code, **error.values) from error


def _entry(line: str, number: int) -> Entry:
    """The entry in a line of its form; its number and hashes are judged later."""
    wrong = VerificationError("after-form", "after.form", line=number)
    try:
        content = json.loads(line)
        n, previous, time, by, kind = (content[key] for key in _FIRST_KEYS)
        hash = content["hash"]
        fields = KINDS[kind].fields
        values = {key: content[key] for key in fields}
        right = (
            line == _closing(_body(n, previous, time, by, kind, values), hash)
            and _is_number(n)
            and text.is_hash(previous)
            and text.is_hash(hash)
            and notice.is_time(time)
            and isinstance(by, list)
            and len(by) == KINDS[kind].people
            and all(is_name(name) for name in by)
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise wrong from error
    if not right:
        raise wrong
    if bad := next((key for key, judge in fields.items() if not judge(values[key])), None):
        raise VerificationError("after-form", "after.field", line=number, field=bad, got=values[bad])
    return Entry(n, previous, time, tuple(by), kind, values, hash)


def _follow(entries: Sequence[Entry], result_hash: str) -> None:
    previous = result_hash
    for number, entry in enumerate(entries, 1):
        if entry.hash != _hash_of(entry):
            raise VerificationError("after-chain", "after.hash", line=number)
        if entry.previous != previous:
            raise VerificationError("after-chain", "after.chain" if number > 1 else "after.other-result", line=number)
        if entry.number != number:
            raise VerificationError("after-chain", "after.number", line=number, got=entry.number)
        previous = entry.hash


def _two_persons(entries: Sequence[Entry]) -> None:
    answered: dict[int, set[str]] = {}
    for entry in entries:
        if len(set(entry.by)) < len(entry.by):
            raise VerificationError("after-persons", "after.one-person", line=entry.number, who=entry.by[0])
        if entry.kind == "answer":
            answered.setdefault(entry.whole("question"), set()).update(entry.by)
        if entry.kind == "close" and (same := answered.get(entry.whole("question"), set()).intersection(entry.by)):
            question = entry.whole("question")
            raise VerificationError("after-persons", "after.same-person", line=entry.number, question=question,
                                    who=same.pop())  # fmt: skip


def _hash_of(entry: Entry) -> str:
    return text.sha256(_body(entry.number, entry.previous, entry.time, entry.by, entry.kind, entry.values))


def _closing(body: str, hash: str) -> str:
    return f'{body[:-1]}{_HASH}{hash}"}}'


def _body(number: int, previous: str, time: str, by: Sequence[str], kind: str, values: Mapping[str, Value]) -> str:
    content = {"n": number, "previous": previous, "time": time, "by": list(by), "kind": kind, **values}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
