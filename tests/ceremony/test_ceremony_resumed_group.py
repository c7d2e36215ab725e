"""A group that was interrupted goes on when somebody says so, or in auto after the interruption could be read."""

from dataclasses import replace

import ceremonies
from kiosk.ceremony import desk
from kiosk.ceremony.desk import GROUP_HOLD_S, Key, press, tick
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import Interrupted, ShowNext


def _resumed() -> State:
    running = next(state for state in ceremonies.states("suizhou-507") if state.group_running)
    stopped, resumed = "2021-12-10T09:30:00+08:00", "2021-12-10T09:32:00+08:00"
    return replace(running, interrupted=Interrupted(stopped, resumed, 0, "", "", "", "", ()))


def test_the_pacer_waits_for_somebody_to_go_on_or_in_auto_until_it_has_been_read() -> None:
    state = _resumed()
    look = desk.begin(state)
    assert tick(state, look, 1000)[1] is None
    by_itself = replace(look, auto=True)
    assert tick(state, by_itself, look.pace_s)[1] is None
    assert tick(state, by_itself, GROUP_HOLD_S)[1] == ShowNext()
    assert tick(replace(state, interrupted=None), look, look.pace_s)[1] == ShowNext()


def test_next_goes_on_at_once() -> None:
    state = _resumed()
    assert press(state, desk.begin(state), Key("next", " "), 100)[1] == ShowNext()
    again = replace(state, interrupted=None)
    assert press(again, desk.begin(again), Key("next", " "), 100)[1] is None
