"""The operator's desk: what a key does now, in this state of the ceremony and this look at it.

Pure: no pygame, no clock of its own. `press` and `tick` give a new look, and at most one request for the conductor;
`follow` and `refuse` take its answer. While the conductor is busy, keys wait (with the time at which they were
pressed) and `tick` is not called: each request is made in the state that the one before led to. What belongs into the
record but changes nothing of the draw (a cover, a search, a refusal) is a request like any other, and is seen once it
is recorded. Only when all is done nothing is recorded any more.

What is in front takes the keys first: a field (keys are characters), the cover, the overlay, the QR code, something
found, a look back at an earlier scene. Only with nothing in front do *next* and Enter reach the ceremony. *Next*
(`next_step`, and the two steps before the first die) never confirms, and Enter never goes on. A field that is waited
for opens by Enter, or by the first digit that is typed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kiosk.ceremony.machine import State, next_step, shown_card, standing, void_reasons
from kiosk.ceremony.steps import (
    SECRET_LOST,
    AskVoid,
    ConfirmContribution,
    ConfirmNotice,
    ConfirmRecord,
    Cover,
    Covered,
    Event,
    GivePublic,
    LookedUp,
    LookUp,
    NoteQuestion,
    OpenOwn,
    OpenSecret,
    Phase,
    QuestionNoted,
    Refuse,
    Request,
    Seal,
    ShowNotice,
    TakeBackDie,
    ThrowDie,
    Uncover,
    Uncovered,
    Void,
    VoidAsked,
    is_aside,
)
from kiosk.ceremony.view import PROOF, Field, Look, leaves, opening_pages, view
from kiosk.core.errors import MingyaoError, ProtocolError

# What the overlay offers, by number from 1. The QR code and pausing are there for who has no keyboard with letters.
MENU = ("find", "qr", "cover", "auto", "void", "sheet")

PAUSE_S = 0.4  # after a step, *next* is taken for a second click of the same one
ENTER_PAUSE_S = 1.0  # and so is Enter: what it confirms cannot be taken back, so a nervous second press does nothing
PACES_S = (0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0, 3.0, 5.0)
PACE_S = 1.2
# At the ordinary pace; they grow and shrink with it.
STAGE_HOLD_S = 3.0  # before a stage's first household
GROUP_HOLD_S = 10.0  # after a group, and with the recap
PROOF_HOLDS_S = {"hash": 20.0, "statement": 45.0}  # pages of the proof
QR_HOLD_S = 60.0  # the QR code, whatever the pace: phones need it

RECAP_GROUPS = 10  # after so many groups of a stage their households are shown once more, on page 1 of the drawing

SECRET_DIGITS = 32
FIELD_CHARACTERS = 80
_HEX = "0123456789abcdef"

SCENES = {
    Phase.OPENING: "opening",
    Phase.COMPARE: "compare",
    Phase.CONTRIBUTIONS: "seal",
    Phase.REVEALS: "seal",
    Phase.PUBLIC: "seal",
    Phase.SEALED: "seal",
    Phase.DRAWING: "drawing",
    Phase.DONE: "proof",
    Phase.VOID: "void",
}

# What the scene "seal" shows before the seed forms.
_SEALING = {
    Phase.CONTRIBUTIONS: "dice",
    Phase.REVEALS: "envelopes",
    Phase.PUBLIC: "public",
    Phase.VOID: "envelopes",
}

# Once all is done these are looked back at; the proof and the lists are what it has come to.
EARLIER = ("opening", "compare", "seal", "drawing")

Pressed = tuple[Look, Request | None]


@dataclass(frozen=True)
class Key:
    """One key press, as any keyboard or presenter's remote gives it.

    name: what the key asks for outside of a field - next, back, cover, overlay, slower, faster, auto, find, question,
    print, qr, enter, escape, backspace, leave - or "" for any other; text: the character that it types inside of one,
    or "".
    The digits 1 to 6 have no name: the desk reads them as dice, or as the number of a choice, by their text.
    """

    name: str
    text: str = ""


def begin(state: State) -> Look:
    """The first look at a ceremony, whether it begins, goes on or is over."""
    return _settled(state, Look(scene=SCENES[state.phase], pace_s=PACE_S))


def follow(state: State, look: Look, events: Sequence[Event] = ()) -> Look:
    """The look after a step has been taken: at what it led to, with nothing in front but a cover.

    events: what has happened. An aside leaves the look where it is, and changes what the aside is about.
    """
    if events and all(map(is_aside, events)):
        for event in events:
            look = _after_aside(state, look, event)
        return _settled(state, look)
    # A question that was noted stays to be read while the households of a group follow one another by themselves.
    noted = look.noted if state.group_running else 0
    return _settled(state, replace(look, scene=SCENES[state.phase], page=0, overlay=False, qr=False, field=None,
                                   refusal=None, found=None, noted=noted))  # fmt: skip


def _after_aside(state: State, look: Look, event: Event) -> Look:
    match event:
        case Covered():
            return replace(look, covered=True, overlay=False)
        case Uncovered():
            return replace(look, covered=False)
        case LookedUp():
            card = shown_card(state, event.household)
            said = "" if card else standing(state, event.household)
            return replace(look, field=None, found=(event.household, card), standing=said)
        case QuestionNoted():
            return replace(look, noted=event.number)
        case VoidAsked():
            return replace(_now(state, look), overlay=False, field=Field("void", "", ""))
        case _:
            return look


def refuse(look: Look, error: MingyaoError) -> Look:
    """The look after a step has been refused. A field stays as it is, so that what is in it can be put right."""
    values = tuple((name, str(value)) for name, value in error.values.items())
    return replace(look, refusal=(error.code, values))


def press(state: State, look: Look, key: Key, now_s: float) -> Pressed:
    """now_s: when the key was pressed, by a clock that only goes forward."""
    after, request = _press(state, replace(look, refusal=None, noted=0), key, now_s)
    recapped = after.scene == look.scene == "drawing" and after.page > look.page
    entered = key.name == "enter" and after.field is not None and look.field is None  # a second Enter would submit it
    if recapped or entered or (request is not None and not isinstance(request, _UNPAUSED)):
        after = replace(after, stepped_s=now_s)
    return _settled(state, after), request


def tick(state: State, look: Look, since_s: float, *, alone: bool = False) -> Pressed:
    """The pacer, for when nobody presses anything. since_s: for how long the view has been as it is; alone: nobody
    holds the ceremony but `--auto`.

    The households of a group that has been begun follow one another; in `auto` groups and stages do too, up to the
    result hash. The pages of the proof wait for *next*, as representatives compare and the notary reads, unless nobody
    is there. Nothing follows behind a cover, an overlay or a look back.
    """
    if _in_front(state, look):
        return look, None
    slow = look.pace_s / PACE_S
    step = next_step(state)
    if state.group_running:
        if state.interrupted and not look.auto:
            return look, None  # that it was interrupted is read out before somebody lets its group go on
        hold_s = GROUP_HOLD_S if state.interrupted else look.pace_s
        return look, step if since_s >= hold_s else None
    if not look.auto:
        return look, None
    if state.phase is Phase.DRAWING:
        hold_s = STAGE_HOLD_S if state.drawn == 0 else GROUP_HOLD_S
        if since_s < hold_s * slow:
            return look, None
        return (replace(look, page=1), None) if _recaps(state, look) else (look, step)
    if alone and state.phase is Phase.DONE and look.scene == "proof" and look.page + 1 < len(PROOF):
        page = PROOF[look.page]
        hold_s = QR_HOLD_S if page == "code" else PROOF_HOLDS_S[page] * slow
        return (replace(look, page=look.page + 1), None) if since_s >= hold_s else (look, None)
    return look, None


def _press(state: State, look: Look, key: Key, now_s: float) -> Pressed:
    rested = now_s - look.stepped_s >= PAUSE_S
    if look.field is not None:
        twice = key.name == "enter" and not look.field.typed and now_s - look.stepped_s < ENTER_PAUSE_S
        return (look, None) if twice else _in_field(state, look, look.field, key)
    if key.name == "question":
        return _note_question(state, look)
    if look.covered:
        return _recorded(state, look, Uncover(), Uncovered()) if key.name in ("cover", "next") else (look, None)
    if key.name == "cover":
        return _recorded(state, look, Cover(), Covered())
    if key.text and (field := _typed_ahead(state, look, key.text.lower())) is not None:
        return replace(look, field=field), None
    if key.name in _LOOKS:
        return _LOOKS[key.name](state, look), None
    if look.overlay:
        return _in_overlay(state, look, key)
    if look.qr or look.found:
        closes = key.name in ("next", "back", "enter")
        return (replace(look, qr=False, found=None) if closes else look), None
    if key.name == "back":
        return _turned(state, look, -1), None
    if key.name == "next":
        if not at_present(state, look):
            return _turned(state, look, 1), None
        return _next(state, look) if rested else (look, None)
    if not at_present(state, look):
        return look, None
    if key.name == "enter":
        return _enter(state, look) if now_s - look.stepped_s >= ENTER_PAUSE_S else (look, None)
    if key.name == "backspace":
        return _backspace(state, look)
    if key.text and key.text in "123456" and state.phase is Phase.CONTRIBUTIONS:
        return look, ThrowDie(state.seat, int(key.text))
    return look, None


def _recorded(state: State, look: Look, request: Request, event: Event) -> Pressed:
    """Something to record, as long as there is a record; afterwards it only is as if it had been."""
    return (look, request) if not state.over else (_after_aside(state, look, event), None)


def _note_question(state: State, look: Look) -> Pressed:
    """Leaves everything as it is: what is in front stays in front, and a pause goes on."""
    if state.over:
        return refuse(look, ProtocolError("ceremony.question-late")), None
    seen = _SEALING.get(state.phase, look.scene) if look.scene == "seal" else look.scene
    return look, NoteQuestion("cover" if look.covered else seen)


def _refused(state: State, look: Look, step: str, code: str) -> Pressed:
    """Refused here already: for the record too. step: the key."""
    error = ProtocolError(code, seat=state.seat)
    return refuse(look, error), Refuse(step, code, (f"seat={state.seat}",))


# What comes right after one of these is no second click of it: the last die and its confirmation may well be typed in
# one go.
_UNPAUSED = (ThrowDie, TakeBackDie, Cover, Uncover, LookUp, NoteQuestion, AskVoid, Refuse)


# --- keys that change only the look, at any time -------------------------------------------------------------------


def _toggle_overlay(state: State, look: Look) -> Look:
    if look.qr or look.found:
        return replace(look, qr=False, found=None)
    return replace(look, overlay=not look.overlay, sheet=False)


def _toggle_qr(state: State, look: Look) -> Look:
    # There is an address only once there is a result.
    return replace(look, qr=not look.qr and state.phase in _SEALED, overlay=False, found=None)


def _paced(steps: int) -> Callable[[State, Look], Look]:
    def paced(state: State, look: Look) -> Look:
        nearest = min(range(len(PACES_S)), key=lambda index: abs(PACES_S[index] - look.pace_s))
        return replace(look, pace_s=PACES_S[max(0, min(nearest + steps, len(PACES_S) - 1))])

    return paced


def _find(state: State, look: Look) -> Look:
    return replace(look, overlay=False, qr=False, found=None, field=Field("find", "", ""))


def _print(state: State, look: Look) -> Look:
    return replace(look, prints=look.prints + 1)


def _auto(state: State, look: Look) -> Look:
    return replace(look, auto=not look.auto)


_SEALED = (Phase.SEALED, Phase.DRAWING, Phase.DONE)
_LOOKS: dict[str, Callable[[State, Look], Look]] = {
    "overlay": _toggle_overlay,
    "escape": _toggle_overlay,
    "qr": _toggle_qr,
    "find": _find,
    "auto": _auto,
    "print": _print,
    "faster": _paced(-1),
    "slower": _paced(1),
}


def _in_overlay(state: State, look: Look, key: Key) -> Pressed:
    if key.name in ("next", "back", "enter"):
        return replace(look, overlay=False), None
    choice = MENU[int(key.text) - 1] if key.text and key.text in "123456" else ""
    if choice == "sheet":
        return replace(look, sheet=not look.sheet), None
    if choice == "void":
        return _begin_void(state, look)
    if choice == "cover":
        return _recorded(state, look, Cover(), Covered())
    return (_LOOKS[choice](state, replace(look, overlay=False)), None) if choice else (look, None)


def _begin_void(state: State, look: Look) -> Pressed:
    if state.phase is Phase.DONE:
        return refuse(look, ProtocolError("ceremony.void-late")), None
    return look, AskVoid()


# --- looking back --------------------------------------------------------------------------------------------------


def _trail(state: State, look: Look) -> list[tuple[str, int]]:
    """Every scene and page that can be looked at, in the order in which *next* leafs; the present one is in it."""
    opening = [("opening", page) for page in range(_opening_pages(state))]
    if state.phase is Phase.OPENING:
        return opening
    compare = [*opening, ("compare", 0)]
    if state.phase is Phase.COMPARE:
        return compare
    if state.phase is Phase.VOID:
        return [*compare, ("seal", 0), ("void", 0)]
    seal = [*compare, ("seal", 0)]
    if state.stage < 0:
        return seal
    shown = view(state, look)
    lists = [("roll", page) for page in range(leaves(shown.drawing, shown.alternates))]
    if state.phase is Phase.DRAWING:
        return [*seal, *lists, ("drawing", 0)]
    return [*seal, ("drawing", 0), *(("proof", page) for page in range(len(PROOF))), *lists]


def _opening_pages(state: State) -> int:
    return opening_pages(state.setting.stages, state.setting.register)


def _turned(state: State, look: Look, by: int) -> Look:
    trail = _trail(state, look)
    here = (look.scene, look.page)
    place = trail.index(here) if here in trail else len(trail) - 1
    scene, page = trail[max(0, min(place + by, len(trail) - 1))]
    return replace(look, scene=scene, page=page)


def _now(state: State, look: Look) -> Look:
    return look if at_present(state, look) else replace(look, scene=SCENES[state.phase], page=0)


def at_present(state: State, look: Look) -> bool:
    """Whether the look is at where the ceremony stands: there *next* is a step, and no leafing."""
    last_page = _opening_pages(state) - 1 if look.scene == "opening" else look.page
    return state.phase is not Phase.DONE and look.scene == SCENES[state.phase] and look.page == last_page


def looks_back(phase: Phase, look: Look) -> bool:
    """Whether an earlier scene is seen, with nothing in front of it. It says so, or it would pass for the present."""
    if look.field or look.covered or look.overlay or look.qr or look.found:
        return False
    return look.scene in EARLIER if phase is Phase.DONE else look.scene != SCENES[phase]


def _in_front(state: State, look: Look) -> bool:
    at_present = look.scene == SCENES[state.phase]
    return bool(look.field or look.covered or look.overlay or look.qr or look.found) or not at_present


def _settled(state: State, look: Look) -> Look:
    """The look with what Enter would do in it, and nothing of a search that is over."""
    if look.found is None:
        look = replace(look, standing="")
    if look.field is not None and look.field.kind != "find":
        return replace(look, asks=look.field.kind)
    # The overlay and the operator's sheet say what Enter would do once they are closed, so they hide no question.
    behind = replace(look, overlay=False, sheet=False)
    if _in_front(state, behind) or not at_present(state, behind):
        return replace(look, asks="")
    return replace(look, asks=_asks(state))


def _asks(state: State) -> str:
    if state.awaits_record:
        return "record"
    if state.phase is Phase.COMPARE:
        return "notice"
    if state.phase is Phase.CONTRIBUTIONS:
        return "contribution" if len(state.dice[state.seat - 1]) == state.setting.dice_each else ""
    if state.due is not None:
        return "own" if state.due in state.setting.own else "secret"
    if state.phase is Phase.PUBLIC and state.public is None:
        return "public"
    return "seal" if state.phase in (Phase.REVEALS, Phase.PUBLIC) else ""


# --- the ceremony --------------------------------------------------------------------------------------------------


def _next(state: State, look: Look) -> Pressed:
    if state.phase is Phase.OPENING:
        return look, ShowNotice()
    if state.group_running and not state.interrupted:
        return look, None  # its households come by themselves
    if _recaps(state, look):
        return replace(look, page=1), None
    step = next_step(state)
    if step is None and state.phase is not Phase.VOID:
        code = "ceremony.waits-dice" if state.seat and not _asks(state) else "ceremony.waits-enter"
        return _refused(state, look, "next", code)
    return look, step


def _recaps(state: State, look: Look) -> bool:
    """Whether what goes on now is a recap: the tenth group has been shown, and its recap has not."""
    finished = state.phase is Phase.DRAWING and state.drawn > 0 and not state.group_running
    return finished and (state.group + 1) % RECAP_GROUPS == 0 and look.page == 0


def _enter(state: State, look: Look) -> Pressed:
    people = state.people
    match _asks(state):
        case "record":
            return look, ConfirmRecord(people.operator, people.witness)
        case "notice":
            return look, ConfirmNotice(people.operator, people.witness)
        case "contribution":
            who = people.contributors[state.seat - 1] if len(people.contributors) >= state.seat else ""
            return look, ConfirmContribution(state.seat, who, people.operator, people.witness)
        case "own":
            return look, OpenOwn(state.due or "")
        case "secret":
            return replace(look, field=Field("secret", state.due or "", "")), None
        case "public":
            return replace(look, field=Field("public", "", "")), None
        case "seal":
            return look, Seal(people.operator, people.witness)
        case _ if state.phase is Phase.CONTRIBUTIONS:
            return _refused(state, look, "enter", "ceremony.waits-dice")
        case _:
            return look, None


def _backspace(state: State, look: Look) -> Pressed:
    if state.phase is Phase.CONTRIBUTIONS:
        return look, TakeBackDie(state.seat)
    if state.phase is Phase.PUBLIC and state.public is not None:
        return replace(look, field=Field("public", "", state.public)), None
    return look, None


# --- fields --------------------------------------------------------------------------------------------------------


def _in_field(state: State, look: Look, field: Field, key: Key) -> Pressed:
    if key.name == "escape":
        return replace(look, field=None), None
    if key.name == "backspace":
        return replace(look, field=replace(field, typed=field.typed[:-1])), None
    if key.name == "enter":
        return _submitted(state, look, field)
    typed = field.typed + (key.text.lower() if field.kind in ("secret", "public") else key.text)
    return (replace(look, field=replace(field, typed=typed)) if _takes(state, field, typed) else look), None


def _typed_ahead(state: State, look: Look, typed: str) -> Field | None:
    """The field that Enter would open, with this in it: a digit of a secret that is read aloud is not lost, nor taken
    for another key, where nobody pressed Enter first. Only `b` covers even here, as remotes send it."""
    kind = _asks(state)
    if kind not in ("secret", "public") or _in_front(state, look) or not _takes(state, Field(kind, "", ""), typed):
        return None
    return Field(kind, (state.due or "") if kind == "secret" else "", typed)


def _takes(state: State, field: Field, typed: str) -> bool:
    """Whether this may stand in the field: what can only be a slip is not taken at all."""
    if field.kind in ("secret", "public"):
        public = state.setting.inputs.notice.public
        most = SECRET_DIGITS if field.kind == "secret" else public.digits if public else 0
        return len(typed) <= most and set(typed) <= set(_HEX)
    return len(typed) <= FIELD_CHARACTERS and typed.isprintable()


def _submitted(state: State, look: Look, field: Field) -> Pressed:
    people = state.people
    if field.kind == "secret":
        return look, OpenSecret(field.label, field.typed, people.operator, people.witness)
    if field.kind == "public":
        return look, GivePublic(field.typed, people.operator, people.witness)
    if field.kind == "void":
        reasons = dict(enumerate(void_reasons(state), 1))
        number = int(field.typed) if field.typed.isdecimal() else 0
        reason = reasons.get(number, field.typed.strip())
        label = (state.due or "") if reason == SECRET_LOST else ""
        return look, Void(reason, label, people.operator, people.witness)
    wanted = field.typed.strip()
    if not wanted:
        return replace(look, field=None), None
    return _recorded(state, look, LookUp(wanted), LookedUp(wanted, "", 0))
