"""After every tenth group its households are shown once more, and nothing is stepped over for it."""

from dataclasses import replace

import ceremonies
from kiosk.ceremony import desk
from kiosk.ceremony.desk import RECAP_GROUPS, Key
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import ShowNext

NEXT = Key("next", " ")
SIZE = 2
STATES = ceremonies.states("suizhou-507", group_size=SIZE)


def _after_groups(count: int) -> State:
    return next(state for state in STATES if state.drawn == count * SIZE and not state.group_running)


def test_next_shows_the_recap_after_the_tenth_group_and_then_goes_on() -> None:
    state = _after_groups(RECAP_GROUPS)
    look, request = desk.press(state, desk.begin(state), NEXT, 10.0)
    assert (look.scene, look.page, request) == ("drawing", 1, None)
    again, request = desk.press(state, look, NEXT, 10.1)
    assert (again.page, request) == (1, None)  # the second click of the same press
    _, request = desk.press(state, look, NEXT, 11.0)
    assert request == ShowNext()


def test_by_itself_the_recap_stands_as_long_as_a_group() -> None:
    state = _after_groups(RECAP_GROUPS)
    look = replace(desk.begin(state), auto=True)
    assert desk.tick(state, look, 9.9) == (look, None)
    look, request = desk.tick(state, look, 10.0)
    assert (look.page, request) == (1, None)
    assert desk.tick(state, look, 9.9) == (look, None)
    assert desk.tick(state, look, 10.0) == (look, ShowNext())


def test_after_any_other_group_there_is_none() -> None:
    state = _after_groups(RECAP_GROUPS - 1)
    _, request = desk.press(state, desk.begin(state), NEXT, 10.0)
    assert request == ShowNext()


def test_what_follows_the_recap_is_shown_on_the_drawing_itself() -> None:
    state = _after_groups(RECAP_GROUPS)
    look, _ = desk.press(state, desk.begin(state), NEXT, 10.0)
    assert look.page == 1
    assert desk.follow(_after_groups(RECAP_GROUPS + 1), look, ()).page == 0
