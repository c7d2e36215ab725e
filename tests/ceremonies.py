"""Ceremonies for tests: the golden folders as they were frozen, the values that their seeds were made of, and ways to
play them."""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from kiosk.ceremony import auto, desk
from kiosk.ceremony.auto import Given
from kiosk.ceremony.conductor import Answer, Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import People, Setting, State, decide, evolve, start
from kiosk.ceremony.steps import Command, Open, OpenOwn, OpenSecret
from kiosk.ceremony.view import Look
from kiosk.core import evidence, seed
from kiosk.core.evidence import Inputs
from kiosk.journal.store import Disk

GOLDEN = Path(__file__).parent / "vectors" / "golden"
# One of each kind of draw.
NAMES = ("small", "tiers", "choose", "minimal", "least", "more-units", "suizhou-507")

PEOPLE = People("张明", "公证处 邱某", ("甲", "乙", "丙"))


class TestClock:
    """Starts at a given second and goes on by a tenth of a second each time it is asked."""

    __test__ = False

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s

    def monotonic_s(self) -> float:
        self._now_s += 0.1
        return self._now_s

    def wall(self) -> datetime:
        day = datetime(2021, 12, 10, 9, tzinfo=timezone(timedelta(hours=8)))
        return day + timedelta(seconds=self._now_s)


def files(name: str) -> dict[str, bytes]:
    return {each: (GOLDEN / name / each).read_bytes() for each in evidence.INPUTS}


def inputs(name: str) -> Inputs:
    return evidence.read_inputs(files(name))


def frozen(name: str, folder: Path) -> Path:
    """The golden folder as it was at the freeze."""
    folder.mkdir(parents=True)
    for each in evidence.INPUTS:
        shutil.copyfile(GOLDEN / name / each, folder / each)
    return folder


def given(name: str) -> Given:
    """What the golden folder's seed was made of."""
    told = inputs(name)
    made = seed.parse((GOLDEN / name / seed.FILE).read_text(encoding="utf-8"), told.notice, told.notice_hash)
    labels = [label for label, _ in told.notice.commitments]
    who = [*PEOPLE.contributors, *map(str, range(99))]
    contributions = tuple(zip(who, made.contributions, strict=False))
    return Given(contributions, dict(zip(labels, made.reveals, strict=True)), made.public)


def own(values: Given) -> dict[str, str]:
    return {"operator": values.reveals["operator"]}


def opened(name: str, group_size: int = 10, own_labels: frozenset[str] = frozenset({"operator"})) -> State:
    """The state in which a ceremony begins, without a folder."""
    told = inputs(name)
    state = start(Setting.of(told, files(name), own_labels))
    return done(state, Open(told.notice.draw, told.notice_hash, "test", PEOPLE.operator, PEOPLE.witness,
                            PEOPLE.contributors, group_size))  # fmt: skip


def done(state: State, *commands: Command) -> State:
    """The state after these commands."""
    for command in commands:
        for event in decide(state, command):
            state = evolve(state, event)
    return state


def states(name: str, *, group_size: int = 10) -> list[State]:
    """Every state of a ceremony from its opening to its end, played by keys, without a disk."""
    values, state, now_s = given(name), opened(name, group_size), 0.0
    look, passed = desk.begin(state), [state]
    while (key := auto.next_key(state, look, values)) is not None or state.group_running:
        now_s += 1
        look, request = desk.press(state, look, key, now_s) if key else desk.tick(state, look, 60)
        if request is not None:
            if isinstance(request, OpenOwn):
                people = state.people
                secret = values.reveals[request.label]
                request = OpenSecret(request.label, secret, people.operator, people.witness)
            state = done(state, request)
            look = desk.follow(state, look)
            passed.append(state)
    return passed


def conducted(
    folder: Path,
    secrets: Mapping[str, str],
    *,
    people: People = PEOPLE,
    clock: TestClock | None = None,
    disk: Disk | None = None,
    group_size: int = 10,
    threaded: bool = False,
    judge: Callable[[State], object] = lambda state: None,
) -> Conductor:
    return Conductor.open(folder, people=people, secrets=secrets, clock=clock or TestClock(), disk=disk,
                          group_size=group_size, threaded=threaded, judge=judge)  # fmt: skip


def play(
    folder: Path,
    values: Given,
    *,
    people: People = PEOPLE,
    clock: TestClock | None = None,
    disk: Disk | None = None,
    seen: Callable[[State, Look], None] = lambda state, look: None,
) -> State:
    """Plays the folder's ceremony to its end, from wherever it stands, with the operator's secret beside it."""
    conductor = conducted(folder, own(values), people=people, clock=clock, disk=disk)
    try:
        auto.play(conductor, auto.ready(conductor.state, values, Random(1)), seen)
        return conductor.state
    finally:
        conductor.close()


def followed(look: Look, answer: Answer) -> Look:
    """The look after this answer."""
    return desk.refuse(look, answer.refusal) if answer.refusal else desk.follow(answer.state, look, answer.events)


def press(conductor: Conductor, look: Look, keys: str | list[Key], start_s: float = 0.0) -> Look:
    """Presses keys one after another, a second apart, and follows what comes of each. A text is one key a character."""
    for number, key in enumerate([Key("", each) for each in keys] if isinstance(keys, str) else keys):
        look, request = desk.press(conductor.state, look, key, start_s + number)
        if request is not None:
            conductor.submit(request)
        for answer in conductor.poll():
            look = followed(look, answer)
    return look
