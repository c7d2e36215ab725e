"""What the hall's screen follows while households choose: each entry once it holds, and nothing that does not."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afters import Days, draw, files
from judges import write_folder
from kiosk.after import chain, office
from kiosk.after.live import Live
from kiosk.core.errors import InputError, MingyaoError
from kiosk.core.tables import Table
from papers import drawn, stage_of, tier_of

CHOOSE = "golden/choose"


def _said(error: MingyaoError) -> str:
    return f"{error.code} {dict(error.values)}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "draw"
    made.mkdir()
    write_folder(files(CHOOSE), made)
    return made


def live(folder: Path, stage: str = "") -> Live:
    return Live(office.read_evidence(folder), folder, _said, stage)


def write(folder: Path, data: bytes) -> None:
    """As a program does that adds to it, or as somebody who changes it."""
    path = folder / chain.FILE
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def test_the_screen_follows_each_choice_withdrawal_and_replacement(folder: Path) -> None:
    shown, days = live(folder), Days(draw(CHOOSE))
    before = shown.look()
    assert (before.turn and before.turn.household, [card.rank for card in before.next]) == ("S6", [2, 3, 4])
    assert (before.last, before.chosen, before.choosers) == ((), 0, 8)
    assert shown.look() is before
    days.withdraw("S6")
    write(folder, days.data)
    told = shown.look()
    assert (told.turn and told.turn.household, told.choosers) == ("S10", 7)
    days.choose("order", "X0")
    days.replace()
    write(folder, days.data)
    told = shown.look()
    assert [(card.rank, card.household, card.unit) for card in told.last] == [(2, "S10", "X0")]
    assert (told.turn and told.turn.rank, told.chosen, told.choosers, told.left) == (3, 1, 8, before.left - 1)
    assert all("X0" not in each.left for each in told.flats)
    days.undo(2)
    write(folder, days.data)
    told = shown.look()
    assert (told.turn and told.turn.household, told.last, told.left) == ("S10", (), before.left)


def test_when_all_have_chosen_nobody_has_a_turn(folder: Path) -> None:
    shown, days = live(folder), Days(draw(CHOOSE))
    units = iter(sorted(draw(CHOOSE).choosable("order")))
    while days.book.standing.chooser("order"):
        days.choose("order", next(units))
    write(folder, days.data)
    told = shown.look()
    assert (told.turn, told.next, told.chosen, told.choosers) == (None, (), 8, 8)
    assert [card.rank for card in told.last] == [8, 7, 6]


def test_a_chain_that_does_not_hold_is_said_and_the_screen_stays_at_what_did(folder: Path) -> None:
    shown, days = live(folder), Days(draw(CHOOSE))
    days.withdraw("S6")
    write(folder, days.data)
    sound = shown.look()
    assert sound.trouble == ""
    days.choose("order", "X0")
    for spoilt, code in (
        (days.data.replace(b'"X0"', b'"X1"'), "after.hash"),
        (b"", "after.rewritten"),
        (days.data.splitlines(keepends=True)[1], "after.other-result"),
        (b"\xff\n", "text.utf8"),
    ):
        write(folder, spoilt)
        told = shown.look()
        assert told.trouble.startswith(code), told.trouble
        assert (told.turn, told.last, told.left) == (sound.turn, sound.last, sound.left)
    write(folder, days.data)
    told = shown.look()
    assert (told.trouble, told.last[0].unit) == ("", "X0")


def test_a_chain_that_is_right_in_itself_but_another_is_said(folder: Path) -> None:
    shown, days, others = live(folder), Days(draw(CHOOSE)), Days(draw(CHOOSE))
    days.choose("order", "X0")
    others.choose("order", "X1")
    others.choose("order", "X2")
    write(folder, days.data)
    assert shown.look().trouble == ""
    write(folder, others.data)
    told = shown.look()
    assert told.trouble.startswith("after.rewritten") and told.last[0].unit == "X0"


def test_an_entry_that_is_being_written_is_not_shown_yet(folder: Path) -> None:
    shown, days = live(folder), Days(draw(CHOOSE))
    days.choose("order", "X0")
    write(folder, days.data[:-30])
    told = shown.look()
    assert (told.trouble, told.chosen) == ("", 0)
    write(folder, days.data)
    assert shown.look().chosen == 1


def test_a_link_in_the_files_place_is_not_followed_and_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    (folder / chain.FILE).symlink_to(tmp_path / "other")
    assert live(folder).look().trouble.startswith("folder.")


@pytest.mark.parametrize(("name", "stage"), [(CHOOSE, "none"), (CHOOSE, "direct"), ("golden/small", "")])
def test_where_nobody_chooses_there_is_nothing_to_show(name: str, stage: str, tmp_path: Path) -> None:
    write_folder(files(name), tmp_path)
    with pytest.raises(InputError, match="nothing-to-choose"):
        live(tmp_path, stage)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happened_the_screen_says_what_the_book_does(folder: Path, data: st.DataObject) -> None:
    days = Days(draw(CHOOSE))
    (folder / chain.FILE).unlink(missing_ok=True)
    shown = live(folder)
    for _ in range(data.draw(st.integers(1, 12))):
        standing = days.book.standing
        steps = ["withdraw"] + ["replace"] * (standing.next() is not None)
        steps += ["choose"] * 3 * (standing.chooser("order") is not None)
        match data.draw(st.sampled_from(steps)):
            case "withdraw":
                there = sorted(draw(CHOOSE).households - standing.withdrawn.keys())
                days.withdraw(data.draw(st.sampled_from(there)))
            case "replace":
                days.replace()
            case _:
                taken = {unit for unit, _ in standing.chosen.values()}
                if left := sorted(draw(CHOOSE).choosable("order") - taken):
                    days.choose("order", data.draw(st.sampled_from(left)))
        write(folder, days.data)
        told, standing = shown.look(), days.book.standing
        chooser = standing.chooser("order")
        assert (told.turn and (told.turn.rank, told.turn.household)) == (chooser and tuple(chooser))
        chosen = {unit for unit, _ in standing.chosen.values()}
        assert {unit for each in told.flats for unit in each.left} == draw(CHOOSE).choosable("order") - chosen
        assert (told.chosen, told.trouble) == (len(chosen), "")


def test_flats_stand_by_building_and_by_what_has_few_values(tmp_path: Path) -> None:
    units = Table(
        ("unit", "layout", "area"),
        sorted((f"{block}栋-{n:04d}", "两居" if n % 2 else "一居", f"{block}{n}") for block in "12" for n in range(8)),
    )
    roll = Table(("household",), [("A",)])
    stage = {**stage_of("选房", [tier_of("t")]), "assign": "choose"}
    folder = drawn(tmp_path / "kinds", roll, units, [stage], "kinds")
    told = live(folder).look()
    assert [(each.title, len(each.left), each.of) for each in told.flats] == [
        ("1栋 · 一居", 4, 4), ("1栋 · 两居", 4, 4), ("2栋 · 一居", 4, 4), ("2栋 · 两居", 4, 4),
    ]  # fmt: skip
    alone = Table(("unit", "layout"), [(f"{n}", f"{n}") for n in range(5)])
    folder = drawn(tmp_path / "alone", roll, alone, [stage], "alone")
    assert [(each.title, each.of) for each in live(folder).look().flats] == [("", 5)]
