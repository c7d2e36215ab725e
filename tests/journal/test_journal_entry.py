"""A line of the journal: what is written is read again, and nothing else is."""

import hashlib
import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import JournalError
from kiosk.journal.entry import Entry, chain, decode, encode

NOTICE = "a" * 64
WALL = "2021-12-10T09:01:02.345+08:00"

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_values = st.dictionaries(_words, st.one_of(_words, st.integers(), st.lists(_words, max_size=3)), max_size=4)
_events = st.lists(st.tuples(_words, _values, st.floats(0, 1e9)), max_size=6)


def _chained(events: list[tuple[str, dict[str, object], float]]) -> list[Entry]:
    entries: list[Entry] = []
    for event, values, monotonic_s in events:
        before = entries[-1] if entries else None
        entries.append(chain(before, NOTICE, WALL, monotonic_s, event, values))  # type: ignore[arg-type]
    return entries


def _three() -> list[Entry]:
    return _chained(
        [("Opened", {"draw": "x"}, 1.0), ("DieThrown", {"seat": 1, "die": 3}, 2.5), ("陈", {"a": "b"}, 3.0)]
    )


def test_what_is_the_same_in_all_entries_lies_in_memory_once() -> None:
    """A draw of 200,000 households has 40,000 entries, and little memory is promised."""
    data = b"".join(map(encode, _chained([("HouseholdShown", {"household": str(at)}, 1.0) for at in range(3)])))
    entries = decode(data, NOTICE).entries
    assert (
        len({id(entry.event) for entry in entries}) == len({id(name) for each in entries for name in each.values}) == 1
    )
    assert all(later.previous is earlier.hash for earlier, later in pairwise(entries))


@given(_events)
def test_what_is_encoded_is_decoded(events: list[tuple[str, dict[str, object], float]]) -> None:
    entries = _chained(events)
    data = b"".join(map(encode, entries))
    found = decode(data, NOTICE)
    assert (found.entries, found.whole, found.torn, found.ended) == (tuple(entries), len(data), 0, True)
    assert data.count(b"\n") == len(entries)


@given(_events.filter(bool), st.data())
def test_a_journal_cut_off_anywhere_has_all_lines_before_and_a_torn_one(
    events: list[tuple[str, dict[str, object], float]], data: st.DataObject
) -> None:
    entries = _chained(events)
    whole = b"".join(map(encode, entries))
    cut = data.draw(st.integers(0, len(whole)))
    found = decode(whole[:cut], NOTICE)
    lines = whole[:cut].count(b"\n")
    assert found.entries[:lines] == tuple(entries[:lines])
    assert found.whole + found.torn == cut
    # Only where nothing but the LF is missing does the line that was cut count.
    assert len(found.entries) - lines == (not found.ended)
    assert found.ended or (cut < len(whole) and whole[cut : cut + 1] == b"\n")


def test_a_changed_byte_in_a_whole_line_is_found_and_its_line_is_named() -> None:
    entries = _three()
    whole = b"".join(map(encode, entries))
    for place in range(len(whole)):
        for bit in (0x01, 0x10, 0x80):
            changed = bytearray(whole)
            changed[place] ^= bit
            with pytest.raises(JournalError) as refused:
                decode(bytes(changed), NOTICE)
            line = whole[:place].count(b"\n") + 1
            assert refused.value.values["line"] == line


def test_a_removed_byte_is_found() -> None:
    whole = b"".join(map(encode, _three()))
    for place in range(len(whole) - 1):
        with pytest.raises(JournalError):
            decode(whole[:place] + whole[place + 1 :], NOTICE)


def test_a_line_that_is_removed_doubled_or_moved_is_found() -> None:
    first, second, third = map(encode, _three())
    for lines, code, number in (
        ([second, third], "journal.other-notice", 1),
        ([first, third], "journal.chain", 2),
        ([first, first, second, third], "journal.chain", 2),
        ([first, third, second], "journal.chain", 2),
        ([first, b"\n", second, third], "journal.line", 2),
        ([b"\xef\xbb\xbf" + first], "journal.line", 1),
        ([first, second.replace(b"\n", b"\r\n")], "journal.line", 2),
    ):
        with pytest.raises(JournalError) as refused:
            decode(b"".join(lines), NOTICE)
        assert refused.value.values["line"] == number
        if code != "journal.line":
            assert refused.value.code == code


def test_a_journal_of_another_notice_is_refused() -> None:
    with pytest.raises(JournalError) as refused:
        decode(encode(_three()[0]), "b" * 64)
    assert (refused.value.code, refused.value.values["line"]) == ("journal.other-notice", 1)


def _signed(content: dict[str, object], separators: tuple[str, str] = (",", ":")) -> bytes:
    """A line with a right hash, whatever it says."""
    body = json.dumps(content, ensure_ascii=False, separators=separators)
    return (body[:-1] + ',"hash":"' + hashlib.sha256(body.encode("utf-8", "replace")).hexdigest() + '"}\n').encode(
        "utf-8", "replace"
    )


LINE: dict[str, object] = {
    "n": 1, "previous": NOTICE, "wall": WALL, "monotonic_s": 1.5, "event": "Opened", "values": {"draw": "x"},
}  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"n": 2}, {"n": "1"}, {"n": True}, {"wall": "yesterday"}, {"wall": 5}, {"monotonic_s": float("nan")},
        {"monotonic_s": float("inf")}, {"monotonic_s": "1.5"}, {"event": 5}, {"values": []}, {"values": None},
        {"more": 1}, {"previous": None},
    ],
)  # fmt: skip
def test_a_line_with_a_right_hash_must_still_be_as_we_write_it(changed: dict[str, object]) -> None:
    assert len(decode(_signed(LINE), NOTICE).entries) == 1
    with pytest.raises(JournalError) as refused:
        decode(_signed({**LINE, **changed}), NOTICE)
    assert refused.value.values["line"] == 1


def test_another_layout_of_the_same_content_is_refused() -> None:
    with pytest.raises(JournalError):
        decode(_signed(LINE, (", ", ": ")), NOTICE)
    for line in (b"null\n", b"[]\n", b'{"n":1}\n', b"[" * 100_000 + b"\n", b'{"n":1e999}\n', b'"\\ud800"\n'):
        with pytest.raises(JournalError):
            decode(line, NOTICE)


def test_a_whole_last_line_without_its_lf_counts_and_with_something_else_it_is_refused() -> None:
    whole = b"".join(map(encode, _three()))
    found = decode(whole[:-1], NOTICE)
    assert (len(found.entries), found.torn, found.ended) == (3, 0, False)
    with pytest.raises(JournalError) as refused:
        decode(whole[:-1] + b"\x0b", NOTICE)
    assert refused.value.values["line"] == 3


def test_garbage_after_the_last_line_is_torn() -> None:
    whole = b"".join(map(encode, _three()))
    for garbage in (b"\0" * 4096, b'{"n":4,"prev', b"\xff\xfe", b'{"hash":"', b'x,"hash":"y"}'):
        found = decode(whole + garbage, NOTICE)
        assert (len(found.entries), found.whole, found.torn) == (3, len(whole), len(garbage))


def test_the_chain_can_be_checked_with_sed_and_sha256sum(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(b"".join(map(encode, _three())))
    script = r"""
    before=$1
    while IFS= read -r line; do
      hash=$(printf '%s' "$line" | sed 's/,"hash":"[0-9a-f]*"}$/}/' | tr -d '\n' | sha256sum | cut -c1-64)
      case $line in *",\"hash\":\"$hash\"}") ;; *) exit 1;; esac
      case $line in *"\"previous\":\"$before\""*) ;; *) exit 2;; esac
      before=$hash
    done < "$2"
    """
    assert subprocess.run(["sh", "-c", script, "sh", NOTICE, str(journal)], check=False).returncode == 0
    assert subprocess.run(["sh", "-c", script, "sh", "b" * 64, str(journal)], check=False).returncode == 2
