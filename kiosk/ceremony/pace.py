"""How long the ceremony will still take, and which pace brings it to an end at a given time.

Pure. The drawing is exact where it goes on by itself (it is what `desk.tick` does, in closed form); what people do
before it is an estimate, and a hand that presses *next* takes the time that it takes.
"""

from dataclasses import dataclass

from kiosk.ceremony import desk
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import PROOF, Look

# Estimates of what people do, in seconds.
OPENING_S = 180.0
COMPARE_S = 180.0
SEAT_S = 20.0
DIE_S = 8.0
SECRET_S = 60.0
PUBLIC_S = 60.0
SEALED_S = 120.0  # the representatives write down seed and result hash

_BEFORE = desk.STAGE_HOLD_S / desk.PACE_S  # the hold before a stage's first household
_QUICKEST, _SLOWEST = desk.PACES_S[0], desk.PACES_S[-1]


@dataclass(frozen=True)
class Left:
    """paced: how many times the pace (seconds from one household to the next) it still takes; fixed_s: and beside."""

    paced: float = 0.0
    fixed_s: float = 0.0

    def __add__(self, other: "Left") -> "Left":
        return Left(self.paced + other.paced, self.fixed_s + other.fixed_s)

    def seconds(self, pace_s: float) -> float:
        return self.paced * pace_s + self.fixed_s


def left(state: State, look: Look) -> Left:
    """From here to the last page of the proof."""
    if state.phase is Phase.VOID:
        return Left()
    if state.phase is Phase.DONE:
        return _proof(look.page if look.scene == "proof" else 0)
    return _people(state) + _drawing(state, look) + _proof(0)


def to_end(state: State, look: Look, left_s: float) -> float:
    """The pace at which it ends in so many seconds, as far as one can follow it."""
    rest = left(state, look)
    if rest.paced <= 0:
        return look.pace_s
    return round(max(_QUICKEST, min((left_s - rest.fixed_s) / rest.paced, _SLOWEST)), 2)


def _people(state: State) -> Left:
    """Until the sealing, and after it."""
    phases = (Phase.OPENING, Phase.COMPARE, Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.PUBLIC, Phase.SEALED)
    if state.phase not in phases:
        return Left()
    setting, seconds = state.setting, SEALED_S
    dice = sum(setting.dice_each - len(thrown) for thrown in state.dice)
    seconds += (setting.seats - state.confirmed) * SEAT_S + dice * DIE_S
    seconds += state.secrets.count(None) * SECRET_S
    seconds += PUBLIC_S if setting.inputs.notice.public and state.public is None else 0.0
    seconds += OPENING_S if state.phase is Phase.OPENING else 0.0
    seconds += COMPARE_S if state.phase in (Phase.OPENING, Phase.COMPARE) else 0.0
    return Left(fixed_s=seconds if state.phase is not Phase.SEALED else SEALED_S)


def _drawing(state: State, look: Look) -> Left:
    paced = 0.0
    for number, stage in enumerate(state.setting.stages):
        if number < state.stage:
            continue
        if state.outcome is None:
            total = min(stage.units, stage.candidates)
            groups = -(-total // state.group_size)
        else:
            groups, total = len(state.outcome.stages[number].groups), len(state.outcome.stages[number].allotted)
        begun = number == state.stage
        paced += _stage(state, look, total, groups) if begun else _units(total, groups, 0) + _BEFORE
    return Left(paced)


def _stage(state: State, look: Look, total: int, groups: int) -> float:
    """What is left of the stage being drawn."""
    if state.drawn == 0:
        return _units(total, groups, 0) + _BEFORE
    passed = state.group if state.group_running else state.group + 1
    rest = _units(total - state.drawn, groups - passed, passed)
    if state.group_running:
        return rest + 1  # its first household has been shown: each of the others takes one pace
    here = desk.GROUP_HOLD_S / desk.PACE_S
    recap = here if (state.group + 1) % desk.RECAP_GROUPS == 0 and look.page == 0 else 0.0
    return rest + here + recap


def _units(households: int, groups: int, passed: int) -> float:
    """So many households in so many groups, after `passed` of them: the first of a group comes with the group."""
    recaps = (passed + groups) // desk.RECAP_GROUPS - passed // desk.RECAP_GROUPS
    return households - groups + (groups + recaps) * desk.GROUP_HOLD_S / desk.PACE_S


def _proof(page: int) -> Left:
    return sum((_page(number) for number in range(page, len(PROOF) - 1)), Left())


def _page(page: int) -> Left:
    if PROOF[page] == "code":
        return Left(fixed_s=desk.QR_HOLD_S)
    return Left(paced=desk.PROOF_HOLDS_S[PROOF[page]] / desk.PACE_S)
