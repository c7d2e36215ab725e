"""How long it will still take: held against the desk's own pacer, second by second."""

from dataclasses import replace

import pytest

import ceremonies
from kiosk.ceremony import desk, pace
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import Phase, Void
from kiosk.ceremony.view import PROOF, Look

STEP_S = 0.01


def sealed(name: str, group_size: int = 10) -> State:
    """Where the first stage begins."""
    states = ceremonies.states(name, group_size=group_size)
    return next(state for state in states if state.phase is Phase.DRAWING)


def played_s(state: State, look: Look, until: int = len(PROOF) - 1) -> list[tuple[float, State, Look]]:
    """Every change from here to the last page of the proof, by the desk's pacer alone, and when it came."""
    now_s, passed = 0.0, [(0.0, state, look)]
    while look.page != until or look.scene != "proof":
        since_s = 0.0
        while True:
            after, request = desk.tick(state, look, since_s, alone=True)
            if request is not None or after != look:
                break
            since_s += STEP_S
        now_s += since_s
        look = after
        if request is not None:
            state = ceremonies.done(state, request)  # type: ignore[arg-type]
            look = desk.follow(state, look)
        passed.append((now_s, state, look))
    return passed


@pytest.mark.parametrize("name", ["small", "tiers", "choose", "more-units", "least"])
@pytest.mark.parametrize("group_size", [1, 3, 10])
def test_what_is_left_is_what_the_pacer_takes_from_every_step_on(name: str, group_size: int) -> None:
    state = sealed(name, group_size)
    passed = played_s(state, replace(desk.begin(state), auto=True))
    end_s = passed[-1][0]
    for now_s, at, look in passed:
        assert pace.left(at, look).seconds(look.pace_s) == pytest.approx(end_s - now_s, abs=STEP_S * len(passed) + 0.1)


@pytest.mark.parametrize("wanted_s", [600, 900, 1500])
def test_by_itself_it_ends_when_it_is_wanted(wanted_s: int) -> None:
    state = sealed("suizhou-507")
    look = replace(desk.begin(state), auto=True)
    paced = replace(look, pace_s=pace.to_end(state, look, wanted_s))
    assert desk.PACES_S[0] < paced.pace_s < desk.PACES_S[-1]
    assert played_s(state, paced)[-1][0] == pytest.approx(wanted_s, rel=0.02)


def test_what_cannot_be_reached_is_the_quickest_or_slowest_that_can_be_followed() -> None:
    state = sealed("suizhou-507")
    look = desk.begin(state)
    assert pace.to_end(state, look, -1) == desk.PACES_S[0]
    assert pace.to_end(state, look, 1e6) == desk.PACES_S[-1]


def test_it_is_never_longer_after_a_step_before_the_sealing() -> None:
    before = [state for state in ceremonies.states("small") if state.outcome is None]
    rest = [pace.left(state, desk.begin(state)).seconds(1.2) for state in before]
    assert rest == sorted(rest, reverse=True)


def test_a_ceremony_that_was_declared_void_takes_no_more_time() -> None:
    state = ceremonies.opened("small")
    people = state.people
    void = ceremonies.done(state, Void("fire", "", people.operator, people.witness))
    look = desk.begin(void)
    assert pace.left(void, look) == pace.Left()
    assert pace.to_end(void, look, 600) == look.pace_s
