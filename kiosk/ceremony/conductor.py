"""Conducts a ceremony in its folder: a request becomes events, the events go to the journal, and only when they are on
the disk does the state change.

The disk is never waited for by who asks: `submit` hands the request to a worker, `poll` gives what has become of it
(`threaded=False` does it on the spot, for a ceremony without a screen). The worker also draws, at the sealing: the
three files of the result are on the disk before `Sealed` is in the journal, and `Sealed` before anybody sees the hash.

`open` finds the ceremony where it stood: it asks the machine again for every event of the journal. Whatever does not
fit - another notice, an event that this machine would not have said, files of a result that the journal knows nothing
of - is a JournalError, and nothing is touched. A ceremony that is over is opened read-only and not locked.

A void is in the journal first, and then in `void.txt`, which is made of the journal: started again, it is written where
it is missing or has fewer secrets than have been opened.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

from kiosk import program as programs
from kiosk.ceremony import history, void
from kiosk.ceremony.machine import People, Registered, Setting, State, decide, evolve, prepare
from kiosk.ceremony.steps import (
    TABLE,
    Command,
    Event,
    Finished,
    Open,
    OpenOwn,
    OpenSecret,
    Refuse,
    Request,
    Resume,
    Seal,
    SecretOpened,
    Voided,
)
from kiosk.core import evidence, seed
from kiosk.core.errors import DeviceError, JournalError, MingyaoError, ProtocolError
from kiosk.core.evidence import Inputs
from kiosk.journal.entry import FILE as JOURNAL
from kiosk.journal.entry import Entry
from kiosk.journal.mirror import Mirror
from kiosk.journal.store import Disk, RealDisk, Store, read, read_journal

GROUP_SIZE = 10
NOBODY = People()
BESIDE = ("office.json", "receipt.txt")  # what the freeze left beside the draw, and whoever takes over wants too


class Clock(Protocol):
    def wall(self) -> datetime:
        """The time of day, with its offset."""

    def monotonic_s(self) -> float:
        """Seconds since some moment, never back."""


class RealClock:
    def wall(self) -> datetime:
        return datetime.now().astimezone()

    def monotonic_s(self) -> float:
        return monotonic()


@dataclass(frozen=True)
class Answer:
    """What has become of a request: the state that it led to, or why it was refused (which is an event as well)."""

    state: State
    events: tuple[Event, ...] = ()
    refusal: ProtocolError | None = None


class Conductor:
    def __init__(
        self, state: State, store: Store | None, end: Entry | None, secrets: Mapping[str, str], clock: Clock, *,
        threaded: bool,
    ) -> None:  # fmt: skip
        """`open` makes one. store: None where the ceremony is over."""
        self.end = end  # the journal's entry with which the ceremony ended: Finished or Voided
        self.state = state  # as far as `poll` has told
        self._latest = state  # as far as the worker is
        self._store, self._secrets, self._clock = store, secrets, clock
        self._worker = ThreadPoolExecutor(1, "journal") if threaded and store else None
        self._asked: deque[Future[Answer]] = deque()
        self._spare: Mirror | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        people: People = NOBODY,
        secrets: Mapping[str, str] | None = None,
        register: tuple[Registered, ...] = (),
        group_size: int = GROUP_SIZE,
        program: str = "",
        clock: Clock | None = None,
        disk: Disk | None = None,
        mirror: Path | None = None,
        threaded: bool = True,
        judge: Callable[[State], object] = lambda state: None,
    ) -> "Conductor":
        """secrets: by label, those that lie beside the folder; the ones that open nothing are left aside. register: the
        last lines of the archive's, for the opening. judge: is given the state as it was found, before anything is
        written; what it raises ends it there. program: the hash of the one that holds it, this one's if not given.
        mirror: a folder on another disk that is kept the same."""
        clock, disk = clock or RealClock(), disk or RealDisk()
        files = {name: data for name in evidence.INPUTS if (data := read(disk, folder / name)) is not None}
        inputs = evidence.read_inputs(files)
        own = _fitting(secrets or {}, inputs)
        setting = Setting.of(inputs, files, frozenset(own), register)
        made = partial(_made, disk, folder)
        found = read_journal(disk, folder, inputs.notice_hash)
        if found.entries and found.entries[-1].event == Finished.__name__:
            if found.torn:
                raise JournalError("journal.line", line=len(found.entries) + 1)
            state = history.restored(setting, found.entries, made)
            judge(state)
            return cls(state, None, found.entries[-1], own, clock, threaded=False)
        del found  # the store reads it again, as it stands once nobody else can add to it
        store = Store(disk, folder, inputs.notice_hash, _stamp(clock))
        try:
            state = history.restored(setting, store.found.entries, made)
            judge(state)
            store.begin()
            conductor = cls(state, store, history.voided(store.found.entries), own, clock, threaded=threaded)
            if mirror is not None:
                conductor._keep_also(disk, folder, mirror)
            conductor._write_void(read(disk, folder / void.FILE))
            conductor._go_on(people, group_size, program or programs.digest())
            store.forget()
        except MingyaoError:
            store.close()
            raise
        if state.over:
            conductor._store = None
            store.close()
        return conductor

    @property
    def busy(self) -> bool:
        """Whether something that was asked for has not been answered by `poll` yet."""
        return bool(self._asked)

    @property
    def trouble(self) -> DeviceError | None:
        """Why the mirror is not kept any more; None while it is, or where there is none."""
        return self._spare.trouble if self._spare is not None else None

    @property
    def read_only(self) -> bool:
        return self._store is None

    def submit(self, request: Request) -> None:
        if self._worker is not None:
            self._asked.append(self._worker.submit(self._step, request))
            return
        done: Future[Answer] = Future()
        try:
            done.set_result(self._step(request))
        except JournalError as error:
            done.set_exception(error)
        self._asked.append(done)

    def poll(self) -> list[Answer]:
        """What has been answered since the last time, in the order of asking. Never waits.

        Raises the JournalError of a disk that failed: the ceremony stands at `state`, and nothing more can be done
        with it before it is opened again.
        """
        answers: list[Answer] = []
        while self._asked and self._asked[0].done():
            answer = self._asked.popleft().result()
            self.state = answer.state
            answers.append(answer)
        return answers

    def close(self) -> None:
        """Lets the folder go, once everything that was asked for is on the disk."""
        if self._worker is not None:
            self._worker.shutdown()
        try:
            if self._store is not None:
                self._store.close()
        finally:
            if self._spare is not None:
                self._spare.close()

    def _step(self, request: Request) -> Answer:
        state, files = self._latest, dict[str, bytes]()
        try:
            command = self._command(request)
            if isinstance(command, Seal) and (state.phase, Seal) in TABLE:
                state, files = prepare(state)
            events = decide(state, command)
        except ProtocolError as refusal:
            return Answer(self._latest, self._record_refusal(request, refusal), refusal)
        assert self._store is not None, "a ceremony that is over allows no command"
        if files:
            self._store.write({name: files[name] for name in history.RESULT})
        self._append(events)
        for event in events:
            state = evolve(state, event)
        self._latest = state
        if isinstance(events[0], Finished | Voided):
            self.end = self._store.last
        if isinstance(events[0], Finished):
            self._store.finish()
        if isinstance(events[0], Voided | SecretOpened):
            self._write_void(None)
        return Answer(state, tuple(events))

    def _keep_also(self, disk: Disk, folder: Path, mirror: Path) -> None:
        assert self._store is not None
        names = (*evidence.INPUTS, *BESIDE, *history.MADE)
        files = {name: data for name in names if (data := read(disk, folder / name)) is not None}
        self._spare = Mirror(disk, mirror)
        self._spare.begin(files, read(disk, folder / JOURNAL) or b"", _stamp(self._clock))
        self._store.keep_also(self._spare)

    def _write_void(self, there: bytes | None) -> None:
        """Writes void.txt, if this is a void and it says more than the one that is there."""
        if self._latest.voided is None:
            return
        assert self._store is not None and self.end is not None
        data = void.write(void.of(self._latest, self.end)).encode()
        if data != there:
            self._store.rewrite(void.FILE, data)

    def _record_refusal(self, request: Request, refusal: ProtocolError) -> tuple[Event, ...]:
        if self._latest.over:
            return ()
        values = tuple(f"{name}={value}" for name, value in refusal.values.items())
        events = decide(self._latest, Refuse(type(request).__name__, refusal.code, values))
        self._append(events)
        return tuple(events)

    def _append(self, events: Sequence[Event]) -> None:
        assert self._store is not None
        wall, monotonic_s = _stamp(self._clock), round(self._clock.monotonic_s(), 3)
        self._store.append(wall, monotonic_s, [history.written(event) for event in events])

    def _command(self, request: Request) -> Command:
        if not isinstance(request, OpenOwn):
            return request
        if request.label not in self._secrets:
            raise ProtocolError("ceremony.no-own", label=request.label)
        people = self._latest.people
        return OpenSecret(request.label, self._secrets[request.label], people.operator, people.witness)

    def _go_on(self, people: People, group_size: int, program: str) -> None:
        """The first entry of this run: that the ceremony is opened, or that it goes on after an interruption."""
        assert self._store is not None
        found, inputs = self._store.found, self._latest.setting.inputs
        command: Command
        if not found.entries:
            command = Open(inputs.notice.draw, inputs.notice_hash, program, people.operator, people.witness,
                           people.contributors, group_size)  # fmt: skip
        elif self._latest.over:
            return
        else:
            last = found.entries[-1]
            command = Resume(last.wall, _stamp(self._clock), found.torn, last.hash, program, people.operator,
                             people.witness, people.contributors)  # fmt: skip
        answer = self._step(command)
        if answer.refusal:
            raise answer.refusal
        self.state = answer.state


def _fitting(secrets: Mapping[str, str], inputs: Inputs) -> dict[str, str]:
    labels = [label for label, _ in inputs.notice.commitments if label in secrets]
    return {label: secrets[label] for label in labels if seed.opens(inputs.notice, label, secrets[label])}


def _made(disk: Disk, folder: Path, name: str) -> bytes | None:
    return read(disk, folder / name)


def _stamp(clock: Clock) -> str:
    return clock.wall().isoformat(timespec="milliseconds")
