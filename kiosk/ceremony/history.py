"""From the journal's entries to the machine's events and back, and to the state that a whole journal leads to.

A journal is judged by asking the machine for each of its events again. What it did not say is not believed, and neither
are files of a result, or a `void.txt`, that the journal does not know of.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, get_type_hints

from kiosk.ceremony import void
from kiosk.ceremony.machine import Setting, State, replay, start
from kiosk.ceremony.steps import EVENTS, NOTED_IN, Event, Interrupted, QuestionNoted, Voided
from kiosk.core import allot, evidence, seed, text
from kiosk.core.errors import JournalError, ProtocolError
from kiosk.journal.entry import Entry, Value

RESULT = (seed.FILE, allot.FILE, evidence.SUMS)  # in the order of writing: the sums vouch for the others
MADE = (*RESULT, void.FILE)  # what a ceremony makes beside its journal


def written(event: Event) -> tuple[str, Mapping[str, Value]]:
    return type(event).__name__, {each.name: getattr(event, each.name) for each in fields(event)}


def event_of(entry: Entry) -> Event:
    """The event of an entry; JournalError if it is none of ours, or not all of it is there."""
    event = EVENTS.get(entry.event)
    if event is None:
        raise JournalError("journal.event", line=entry.number, event=entry.event)
    kinds = get_type_hints(event)
    if entry.values.keys() != kinds.keys():
        raise JournalError("journal.event", line=entry.number, event=entry.event)
    values: dict[str, Any] = dict(entry.values)
    for name, kind in kinds.items():
        value = values[name]
        if kind not in (str, int) and isinstance(value, list) and all(isinstance(each, str) for each in value):
            values[name] = tuple(value)
        elif type(value) is not kind:
            raise JournalError("journal.event", line=entry.number, event=entry.event)
    if event is QuestionNoted and values["scene"] not in NOTED_IN:
        raise JournalError("journal.event", line=entry.number, event=entry.event)
    return event(**values)


def voided(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.event == Voided.__name__), None)


def restored(setting: Setting, entries: Sequence[Entry], made: Callable[[str], bytes | None]) -> State:
    """The state that the journal leads to. made: reads a file of MADE as it is on the disk, which must agree with it;
    one at a time, as a large draw's result would lie in memory while it is drawn again."""
    state = start(setting)
    for entry in entries:
        event = event_of(entry)
        try:
            if isinstance(event, Interrupted) and event.journal_hash != entry.previous:
                raise ProtocolError("ceremony.other-event", event=entry.event)
            state = replay(state, event)
        except ProtocolError as error:
            raise JournalError("journal.impossible", line=entry.number, event=entry.event, why=error.code) from error
    _void_agrees(state, voided(entries), made(void.FILE))
    if state.outcome is not None:
        _result_agrees(state.outcome.result_hash, made)
    elif not state.complete:
        for name in RESULT:
            if made(name) is not None:
                raise JournalError("journal.result-early", file=name)
    return state


def _void_agrees(state: State, voided: Entry | None, there: bytes | None) -> None:
    if there is None:
        return
    if voided is None:
        raise JournalError("journal.void-early", file=void.FILE)
    if not void.write(void.of(state, voided)).encode().startswith(there):  # it may lack what was opened last
        raise JournalError("journal.void-differs", file=void.FILE)


def _result_agrees(result_hash: str, made: Callable[[str], bytes | None]) -> None:
    """Whether the files of the result are those whose hash was shown."""
    sums = made(evidence.SUMS)
    if sums is None or text.sha256(sums) != result_hash:
        raise JournalError("journal.result-differs", file=evidence.SUMS)
    for name in (seed.FILE, allot.FILE):
        data = made(name)
        if data is None or f"{text.sha256(data)}  {name}\n".encode() not in sums:
            raise JournalError("journal.result-differs", file=name)
