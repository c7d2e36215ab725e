"""Chains of what happens after a draw, for tests: made entry by entry, and judged by both judges.

`Days` writes right entries through `kiosk.after.office`'s own way, and any others by hand (`raw`), whose hashes are
right whatever they say. `judge_with_both` gives one chain to `kiosk.after` and to the verifier, which share no code.
"""

import base64
import contextlib
import functools
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from judges import SEVEN, VECTORS, Judgement, verifier, write_folder
from kiosk.after import book, chain, told
from kiosk.after.book import Book
from kiosk.after.chain import Entry, Value
from kiosk.after.replace import Draw
from kiosk.core import evidence
from kiosk.core.errors import VerificationError

TWO = ("张明", "公证处 邱某")
CHAINS = VECTORS / "after"


class Golden(NamedTuple):
    name: str
    folder: str
    after: bytes
    holders: str


class Broken(NamedTuple):
    name: str
    folder: str
    after: bytes
    entry: str | None
    check: str
    why: str


def golden_chains() -> Iterator[Golden]:
    for each in _lines("golden.jsonl"):
        yield Golden(each["name"], each["folder"], each["after"].encode(), each["holders"])


def broken_chains() -> Iterator[Broken]:
    for each in _lines("broken.jsonl"):
        data = base64.b64decode(each["base64"]) if "base64" in each else each["after"].encode()
        yield Broken(each["name"], each["folder"], data, each.get("entry"), each["check"], each["why"])


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (CHAINS / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@functools.cache
def files(folder: str) -> Mapping[str, bytes]:
    """folder: below tests/vectors, such as golden/small."""
    return {name: (VECTORS / folder / name).read_bytes() for name in SEVEN}


@functools.cache
def draw(folder: str) -> Draw:
    return Draw(evidence.judge(files(folder)))


class Days:
    """The days after a draw: each entry comes a quarter of an hour after the one before."""

    def __init__(self, after: Draw) -> None:
        self.book = Book(after)
        self.lines: list[Entry] = []

    @property
    def data(self) -> bytes:
        return b"".join(map(chain.encode, self.lines))

    def raw(self, kind: str, by: Sequence[str], **values: Value) -> Entry:
        """An entry that follows the last one, right or not; the book does not see it."""
        return chain.chain(self.lines[-1] if self.lines else None, self.book.draw.result_hash, self._time(), by, kind,
                           values)  # fmt: skip

    def put(self, entry: Entry) -> Entry:
        """Adds an entry whether it is right or not."""
        self.lines.append(entry)
        return entry

    def add(self, kind: str, by: Sequence[str], **values: Value) -> Entry:
        """Adds an entry; ProtocolError where the book refuses it."""
        entry = self.raw(kind, by, **values)
        self.book.add(entry)
        return self.put(entry)

    def withdraw(self, household: str, reason: str = "放弃") -> Entry:
        return self.add("withdraw", TWO, household=household, reason=reason)

    def replace(self, reason: str = "") -> Entry:
        return self.add("replace", TWO, **self.replacement(), reason=reason)

    def replacement(self) -> dict[str, Value]:
        found = self.book.standing.next()
        assert found is not None
        place = found.place
        return {"stage": place.stage.id, "place": place.rank, "unit": place.unit, "tier": found.tier.id,
                "household": found.household, "rank": found.rank}  # fmt: skip

    def choose(self, stage: str, unit: str) -> Entry:
        chooser = self.book.standing.chooser(stage)
        assert chooser is not None
        return self.add("choose", TWO, stage=stage, rank=chooser.rank, household=chooser.household, unit=unit,
                        reason="")  # fmt: skip

    def undo(self, entry: int, reason: str = "记错了") -> Entry:
        return self.add("undo", TWO, entry=entry, reason=reason)

    def ask(self, words: str, *, channel: str = "visit", household: str = "", by: str = "窗口一",
            who: str = "李工", until: str = "2021-12-20") -> Entry:  # fmt: skip
        number = len(self.book.ledger.questions) + 1
        return self.add("ask", (by,), question=number, channel=channel, household=household, words=words, who=who,
                        until=until)  # fmt: skip

    def answer(self, question: int, words: str = "已核实", by: str = "李工") -> Entry:
        return self.add("answer", (by,), question=question, words=words)

    def close(self, question: int, by: str = "王科") -> Entry:
        return self.add("close", (by,), question=question)

    def _time(self) -> str:
        day = datetime(2021, 12, 13, 9, tzinfo=timezone(timedelta(hours=8)))
        return (day + timedelta(minutes=15 * len(self.lines))).isoformat()


def judge_with_program(folder: Mapping[str, bytes], after: bytes, entry: str | None = None) -> Judgement:
    """The verdict of `mingyao after check`; `why` of a right one is who holds each place."""
    drawn = Draw(evidence.judge(folder))
    try:
        read = book.read(drawn, after, entry)
    except VerificationError as error:
        return Judgement("refuted", error.check, str(error))
    return Judgement("verified", None, "".join(f"{line}\n" for line in told.table(read)))


def judge_with_verifier(folder: Mapping[str, bytes], after: bytes, entry: str | None = None) -> Judgement:
    with tempfile.TemporaryDirectory() as there:
        write_folder({**folder, "after.jsonl": after}, Path(there))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = verifier().main([there, "--json", "--after", *([f"--entry={entry}"] if entry is not None else [])])
    answer = json.loads(said.getvalue())
    assert status == ("verified", "refuted", "unusable").index(answer["verdict"])
    if status:
        return Judgement(answer["verdict"], answer["check"], answer["why"])
    rows = [["stage", "place", "rank", "household", "unit", "entry"], *answer["holders"]]
    return Judgement("verified", None, "".join(",".join(row) + "\n" for row in rows))


def judge_with_both(folder: Mapping[str, bytes], after: bytes, entry: str | None = None) -> Judgement:
    """The verdict that both agree on, and of a right chain who holds each place."""
    ours, theirs = judge_with_program(folder, after, entry), judge_with_verifier(folder, after, entry)
    assert ours == theirs, f"program: {ours}; verifier: {theirs}"
    if ours.verdict == "verified":
        assert ours.why == theirs.why
    return ours
