"""What docs/OPERATING.md says to do when something goes wrong, done by keys on a real folder.

Each test is named after its row of the table there; in the end the draw is the golden one, or it is void and says why.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import auto, desk
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import Field, Look, view
from kiosk.ceremony.void import FILE as VOID

NEXT, ENTER, ESCAPE, COVER, FIND = Key("next"), Key("enter"), Key("escape"), Key("cover", "b"), Key("find", "f")
HOURS_S = 9999.0


class Hall:
    """A ceremony as its operator has it: one key after another, a second apart, and the pacer in between."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.values = name, ceremonies.frozen(name, folder), ceremonies.given(name)
        self.now_s = 0.0
        self._opened()

    def _opened(self) -> None:
        self.conductor: Conductor = ceremonies.conducted(self.folder, ceremonies.own(self.values), group_size=2)
        self.look: Look = desk.begin(self.state)

    @property
    def state(self) -> State:
        return self.conductor.state

    def press(self, *keys: Key | str) -> None:
        for key in keys:
            self.now_s += 2
            self.look = ceremonies.press(self.conductor, self.look, key if isinstance(key, str) else [key], self.now_s)
            self.now_s += len(key) if isinstance(key, str) else 0

    def waits(self) -> None:
        """Hours go by in which nobody presses anything, even where it goes on by itself."""
        before = self.state
        look = replace(self.look, auto=True)
        assert desk.tick(self.state, look, HOURS_S) == (look, None)
        assert self.state is before

    def passes(self) -> None:
        """As long as one household."""
        self.look, request = desk.tick(self.state, self.look, self.look.pace_s)
        assert request is not None
        self.conductor.submit(request)
        for answer in self.conductor.poll():
            self.look = ceremonies.followed(self.look, answer)

    def until(self, phase: Phase, shown: int = 0) -> None:
        """Plays to the last step before the end of this phase that is not waited for by itself, or to so many shown."""
        while self.state.phase is not phase or len(self.state.shown) < shown:
            key = auto.next_key(self.state, self.look, self.values)
            self.press(key) if key else self.passes()

    def cleared(self) -> None:
        """The program has been left, and is started again."""
        self.conductor.close()
        self._opened()

    def events(self) -> list[str]:
        lines = (self.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["event"] for line in lines]

    def ends_as_it_must(self) -> None:
        self.until(Phase.DONE)
        for name in ("seed.txt", "result.csv", "SHA256SUMS"):
            assert (self.folder / name).read_bytes() == (ceremonies.GOLDEN / self.name / name).read_bytes()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall("tiers", tmp_path / "draw")
    yield made
    made.conductor.close()


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Hall]:
    """A draw whose roll has names."""
    made = Hall("suizhou-507", tmp_path / "city")
    yield made
    made.conductor.close()


def test_the_hall_must_be_cleared(hall: Hall) -> None:
    hall.until(Phase.DRAWING, shown=1)
    assert hall.state.group_running
    hall.press(COVER)
    hall.waits()  # in the middle of a group, and no household comes behind the cover
    shown = list(hall.state.shown)
    hall.cleared()
    seen = view(hall.state, hall.look)
    assert list(hall.state.shown) == shown and not hall.look.covered
    assert seen.interruption is not None and seen.interruption.after == shown[-1].household
    assert desk.tick(hall.state, hall.look, HOURS_S) == (hall.look, None)  # not before somebody lets it go on
    hall.press(NEXT)
    assert len(hall.state.shown) == len(shown) + 1
    hall.ends_as_it_must()
    events = hall.events()
    assert events[events.index("Covered") + 1] == "Interrupted"


def test_the_hall_is_cleared_while_dice_are_thrown(hall: Hall) -> None:
    hall.until(Phase.CONTRIBUTIONS)
    wanted = hall.values.contributions[0][1]
    hall.press(wanted[:2], COVER)
    hall.cleared()
    assert (hall.state.dice[0], hall.look.asks) == (wanted[:2], "record")
    hall.press("3")  # nobody throws before the record has been confirmed
    assert hall.look.refusal is not None and hall.look.refusal[0] == "ceremony.record-first"
    assert hall.state.dice[0] == wanted[:2]
    hall.press(ENTER)
    hall.ends_as_it_must()


def test_the_notary_is_late(hall: Hall) -> None:
    hall.until(Phase.REVEALS)
    hall.press(ENTER)
    assert hall.state.due == "notary"
    hall.press(COVER)
    hall.waits()
    before = hall.state
    hall.press(ENTER, "0123456789", Key("back"), Key("overlay"), ESCAPE)  # nothing of it is heard behind the cover
    assert (hall.state, hall.look.covered, hall.look.field) == (before, True, None)
    hall.press(NEXT)
    assert not hall.look.covered and hall.state.due == "notary"
    hall.ends_as_it_must()
    assert hall.events().count("Covered") == hall.events().count("Uncovered") == 1


def test_an_envelope_is_missing_and_its_copy_is_opened(hall: Hall) -> None:
    hall.until(Phase.REVEALS)
    hall.press(ENTER)
    copy = hall.values.reveals["notary"]
    hall.press(ENTER, copy[:-1] + ("0" if copy[-1] != "0" else "1"), ENTER)
    assert hall.look.refusal is not None and hall.look.refusal[0] == "ceremony.secret-wrong"
    assert hall.state.due == "notary" and hall.look.field is not None, "what was typed is there to be put right"
    hall.press(Key("backspace"), copy[-1], ENTER)
    assert copy in hall.state.secrets
    hall.ends_as_it_must()


def test_an_envelope_is_missing_and_its_copy_too(hall: Hall) -> None:
    hall.until(Phase.REVEALS)
    hall.press(ENTER)
    hall.press(ESCAPE, Key("", str(desk.MENU.index("void") + 1)))
    assert hall.look.field == Field("void", "", "")
    assert view(hall.state, hall.look).void_reasons == ("secret-lost",), "there is no other way to be rid of a draw now"
    hall.press("1", ENTER)
    assert hall.state.phase is Phase.VOID
    told = (hall.folder / VOID).read_text(encoding="utf-8")
    assert "notary" in told and hall.values.reveals["operator"] in told, "the secret that could be opened is published"
    hall.cleared()
    assert (hall.state.phase, view(hall.state, hall.look).void_label) == (Phase.VOID, "notary")
    assert not (hall.folder / "result.csv").exists()


def test_a_household_cannot_be_read(city: Hall) -> None:
    city.until(Phase.DRAWING, shown=1)
    card = city.state.shown[0]
    city.press(FIND, card.household, ENTER)
    assert city.look.found == (card.household, card)
    rows = {row[0]: row for row in city.state.setting.inputs.roll.rows}
    columns = city.state.setting.inputs.roll.columns
    assert card.name == rows[card.household][columns.index("name")], "as it stands in roll.csv"
    city.waits()  # and nobody passes by in the meantime
    coming = next(row[0] for row in rows.values() if row[0] != card.household)
    city.press(NEXT, FIND, coming, ENTER)
    assert view(city.state, city.look).look.found == (coming, None) and city.look.standing == "waiting"
    city.press(NEXT)
    assert city.look.found is None and len(city.state.shown) == 1
    city.passes()
    assert len(city.state.shown) == 2


def test_a_wrong_key(hall: Hall) -> None:
    """Whatever a remote sends, and every letter: no step is undone, and the draw ends as it must."""
    for phase in (Phase.OPENING, Phase.COMPARE, Phase.CONTRIBUTIONS, Phase.REVEALS, Phase.SEALED, Phase.DRAWING):
        hall.until(phase)
        before = len(hall.events())
        for key in (
            Key("back"),
            Key("overlay"),
            ESCAPE,
            Key("back"),
            Key("qr", "q"),
            ESCAPE,
            Key("", "z"),
            COVER,
            COVER,
        ):
            hall.press(key)
        while not desk.at_present(hall.state, hall.look):
            hall.press(NEXT)
        told = hall.events()[before:]
        assert hall.state.phase is phase and set(told) <= {"Covered", "Uncovered"}
    hall.ends_as_it_must()
