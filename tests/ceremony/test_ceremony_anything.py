"""Any keys in any order, with the program killed in between: never an exception, and the hall never sees less."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import ceremonies
from kiosk.ceremony import auto, desk
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import View, leaf, leaves, view
from kiosk.journal.store import RealDisk

_NAMES = ["next", "back", "cover", "overlay", "slower", "faster", "auto", "find", "question", "qr", "enter",
          "escape", "backspace", "leave", "", "no such key"]  # fmt: skip
_KEYS = st.builds(Key, st.sampled_from(_NAMES), st.sampled_from(["", " ", *"0123456789abfq.+-", "陈", "\x00", "ab"]))


class _QuickDisk(RealDisk):
    def fsync(self, file: int) -> None:
        pass

    def fdatasync(self, file: int) -> None:
        pass


def _shown(seen: View) -> tuple[object, ...]:
    """What the hall has been shown, as something that only ever grows.

    Dice before their confirmation, and public digits before the sealing, may be put right and do not count.
    """
    phases = list(Phase)
    return (
        phases.index(seen.phase),
        tuple(seat.dice for seat in seen.seats if seat.confirmed),
        tuple(envelope.secret or "" for envelope in seen.envelopes),
        (seen.seed or "", seen.result_hash or ""),
        tuple(card.household for card in seen.drawing.shown) if seen.drawing else (),
    )


def _grew(before: object, after: object) -> bool:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return len(before) <= len(after) and all(_grew(a, b) for a, b in zip(before, after, strict=False))
    if isinstance(before, str):
        return before in ("", after)
    assert isinstance(before, int) and isinstance(after, int)
    return before <= after


class AnyCeremony(RuleBasedStateMachine):
    conductor: Conductor

    @initialize(name=st.sampled_from(["small", "choose", "minimal", "least", "more-units"]))
    def freeze(self, name: str) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.folder = ceremonies.frozen(name, Path(self.place.name) / name)
        self.values = ceremonies.given(name)
        self.now_s = 0.0
        self._open()
        self.before = self._seen()

    def _open(self) -> None:
        self.conductor = ceremonies.conducted(
            self.folder, ceremonies.own(self.values), disk=_QuickDisk(), clock=ceremonies.TestClock(self.now_s)
        )
        self.look = desk.begin(self.conductor.state)

    @property
    def state(self) -> State:
        return self.conductor.state

    def _seen(self) -> View:
        return view(self.state, self.look)

    def _asked(self, asked: desk.Pressed) -> None:
        self.look, request = asked
        if request is not None:
            self.conductor.submit(request)
        for answer in self.conductor.poll():
            self.look = ceremonies.followed(self.look, answer)

    @rule(key=_KEYS, after_s=st.sampled_from([0.05, 0.5, 3.0]))
    def press(self, key: Key, after_s: float) -> None:
        self.now_s += after_s
        self._asked(desk.press(self.state, self.look, key, self.now_s))

    @rule(count=st.integers(1, 40))
    def play(self, count: int) -> None:
        """As a person would who knows what to do, from wherever it stands."""
        for _ in range(count):
            self.now_s += 1
            if self.state.phase in (Phase.DONE, Phase.VOID):
                return
            key = auto.next_key(self.state, self.look, self.values)
            pressed = desk.press(self.state, self.look, key, self.now_s) if key else None
            self._asked(pressed or desk.tick(self.state, self.look, 60))

    @rule(since_s=st.sampled_from([0.1, 2.0, 100.0]))
    def wait(self, since_s: float) -> None:
        self._asked(desk.tick(self.state, self.look, since_s))

    @rule()
    def kill(self) -> None:
        """Nothing is kept but the disk; closing does no more than the end of a process does."""
        before = _shown(self._seen())
        self.conductor.close()
        self._open()
        assert _grew(before, _shown(self._seen())) and _grew(_shown(self._seen()), before)

    @invariant()
    def the_hall_never_sees_less(self) -> None:
        if not hasattr(self, "conductor"):
            return
        seen = self._seen()
        # A void is an end, wherever it comes from; what was shown stays.
        before, after = _shown(self.before), _shown(seen)
        assert _grew(before, after)
        self.before = seen
        for page in (0, leaves(seen.drawing, seen.alternates)):
            if seen.drawing:
                leaf(seen.drawing, seen.alternates, page)

    def teardown(self) -> None:
        if hasattr(self, "conductor"):
            self.conductor.close()
            self.place.cleanup()


TestAnyCeremony = AnyCeremony.TestCase
TestAnyCeremony.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
