"""Plays a ceremony without a hand: from given values to the very keys that a person would press.

So a ceremony played by keys and one played from a file go the same way through desk, machine and journal, and leave the
same record. `ready` judges all that was given before the first key: what is missing, too much or wrong is refused then,
and nothing is journaled. What a ceremony that was interrupted holds already need not be given again. In a rehearsal,
dice that nobody gave are thrown here, and a public source's digits made up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from random import Random

from kiosk.ceremony import desk
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import People, State
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import Look
from kiosk.core import seed
from kiosk.core import text as texts
from kiosk.core.errors import InputError, ProtocolError
from kiosk.core.notice import is_secret

_KEY_S = 1.0  # a played key is pressed this long after the one before: far enough apart to be meant


@dataclass(frozen=True)
class Given:
    """contributions: (who, digits) in the order of the seats; reveals: secrets by label; public: of the source."""

    contributions: tuple[tuple[str, str], ...] = ()
    reveals: Mapping[str, str] = field(default_factory=dict, repr=False)
    public: str | None = None


def parse_contributions(text: str) -> tuple[tuple[str, str], ...]:
    """Lines `who | digits`, one for each seat, in their order."""
    contributions: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        who, bar, digits = line.rpartition("|")
        if not bar:
            raise InputError("ceremony.contributions-line", line=number, got=line)
        who = who.strip(texts.WHITE_SPACE)
        # It will stand on the screen and in the record.
        if who and (not texts.is_value(who) or texts.HIDDEN.search(who)):
            raise InputError("ceremony.contributions-who", line=number, got=who)
        contributions.append((who, digits.strip()))
    return tuple(contributions)


def parse_reveals(text: str) -> dict[str, str]:
    """Lines `label secret`. No error says what stands in a line: it may be a secret."""
    reveals: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 2 or parts[0] in reveals:
            raise InputError("ceremony.reveals-line", line=number)
        reveals[parts[0]] = parts[1]
    return reveals


def with_names(people: People, given: Given) -> People:
    """The people with the names that came with the contributions, which go into the record."""
    names = tuple(who for who, _ in given.contributions)
    return replace(people, contributors=names) if names else people


def ready(state: State, given: Given, random: Random) -> Given:
    """What a whole ceremony needs, from what was given; ProtocolError where that cannot be or does not fit."""
    if state.phase is Phase.DONE:
        raise ProtocolError("ceremony.finished")
    if state.phase is Phase.VOID:
        raise ProtocolError("ceremony.is-void")
    return Given(_contributions(state, given, random), _reveals(state, given), _public(state, given, random))


def _contributions(state: State, given: Given, random: Random) -> tuple[tuple[str, str], ...]:
    seats, each = state.setting.seats, state.setting.dice_each
    contributions = given.contributions
    if not contributions and state.confirmed == seats:
        contributions = tuple(("", dice) for dice in state.dice)
    if not contributions and seats and state.setting.inputs.notice.rehearsal:
        thrown = [dice + "".join(str(random.randint(1, 6)) for _ in range(each - len(dice))) for dice in state.dice]
        contributions = tuple(("", dice) for dice in thrown)
    if len(contributions) != seats:
        raise ProtocolError("ceremony.given-people", got=len(contributions), people=seats, dice=each)
    for seat, (_, digits) in enumerate(contributions, 1):
        if not seed.is_contribution(digits, state.setting.inputs.notice):
            raise ProtocolError("ceremony.given-dice", seat=seat, got=digits, dice=each)
        if seat <= state.confirmed and digits != state.dice[seat - 1]:
            raise ProtocolError("ceremony.given-other-dice", seat=seat, got=digits, confirmed=state.dice[seat - 1])
    return contributions


def _reveals(state: State, given: Given) -> Mapping[str, str]:
    labels = state.setting.labels
    for label, secret in given.reveals.items():
        if label not in labels:
            raise ProtocolError("ceremony.given-label", label=label, labels=", ".join(labels))
        if not is_secret(secret):
            raise ProtocolError("ceremony.secret-form", label=label, got=len(secret))
        if not seed.opens(state.setting.inputs.notice, label, secret):
            raise ProtocolError("ceremony.secret-wrong", label=label)
    for label, opened in zip(labels, state.secrets, strict=True):
        if opened is None and label not in given.reveals and label not in state.setting.own:
            raise ProtocolError("ceremony.given-secret", label=label)
    return given.reveals


def _public(state: State, given: Given, random: Random) -> str | None:
    notice = state.setting.inputs.notice
    public = given.public if given.public is not None else state.public
    if notice.public is None:
        if public is not None:
            raise ProtocolError("ceremony.given-public-none")
        return None
    if public is None and notice.rehearsal:
        public = "".join(random.choice("0123456789") for _ in range(notice.public.digits))
    if public is None:
        raise ProtocolError("ceremony.given-public", digits=notice.public.digits, source=notice.public.source)
    if not seed.is_public(public, notice):
        raise ProtocolError("ceremony.public-form", got=len(public), digits=notice.public.digits,
                            source=notice.public.source)  # fmt: skip
    if state.public is not None and state.phase is not Phase.PUBLIC and public != state.public:
        raise ProtocolError("ceremony.given-other-public", got=public, sealed=state.public)
    return public


def next_key(state: State, look: Look, given: Given) -> Key | None:
    """The key to press now; None while a group runs by itself, and at the end.

    given: as `ready` gave it back.
    """
    if look.field is not None:
        wanted = {"secret": given.reveals.get(look.field.label, ""), "public": given.public or ""}
        return _typing(look.field.typed, wanted.get(look.field.kind), Key("enter"), Key("escape"))
    if look.covered:
        return Key("cover")
    if look.overlay or look.qr or look.found:
        return Key("escape")
    if state.group_running and state.interrupted:
        return Key("next")  # a group that was interrupted waits for somebody to let it go on
    if state.phase in (Phase.DONE, Phase.VOID) or state.group_running:
        return None
    if not desk.at_present(state, look):
        return Key("next")
    if look.asks == "record":
        return Key("enter")
    if state.phase is Phase.CONTRIBUTIONS:
        return _typing(state.dice[state.seat - 1], given.contributions[state.seat - 1][1], Key("enter"), None)
    if state.phase is Phase.PUBLIC and state.public not in (None, given.public):
        return Key("backspace")
    return Key("enter") if look.asks else Key("next")


def _typing(typed: str, wanted: str | None, done: Key, give_up: Key | None) -> Key | None:
    """The next key on the way from what stands there to what is wanted; give_up: where nothing is."""
    if wanted is None:
        return give_up
    if typed == wanted:
        return done
    return Key("", wanted[len(typed)]) if wanted.startswith(typed) else Key("backspace")


def play(conductor: Conductor, given: Given, seen: Callable[[State, Look], object] = lambda state, look: None) -> Look:
    """Plays a ceremony to its end as fast as the disk is, for who watches no screen.

    conductor: one that does its work on the spot; given: as `ready` gave it back; seen: is told each state and look.
    A refusal is raised: `ready` was asked about everything that could be refused.
    """
    state, now_s = conductor.state, 0.0
    look = desk.begin(state)
    seen(state, look)
    while state.phase not in (Phase.DONE, Phase.VOID):
        now_s += _KEY_S
        key = next_key(state, look, given)
        look, request = desk.press(state, look, key, now_s) if key else desk.tick(state, look, inf)
        if request is not None:
            conductor.submit(request)
        for answer in conductor.poll():
            if answer.refusal:
                raise answer.refusal
            state = answer.state
            look = desk.follow(state, look, answer.events)
        seen(state, look)
    return look
