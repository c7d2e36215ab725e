"""The view: all that has been shown, and nothing else."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

import ceremonies
from kiosk.ceremony import desk
from kiosk.ceremony.machine import State, next_step, prepare
from kiosk.ceremony.outcome import Card, Outcome, Prefix
from kiosk.ceremony.steps import Phase, Resume
from kiosk.ceremony.view import LEAF_CARDS, Look, View, leaf, leaves, reading, view


def _view(state: State) -> View:
    return view(state, desk.begin(state))


def test_while_the_folder_is_read_nothing_is_known_but_what_it_is_about() -> None:
    for rehearsal in (False, True):
        seen = reading("随州市第九期", rehearsal)
        assert seen.rehearsal is rehearsal
        assert set(_strings(replace(seen, look=Look("")))) - {""} == {"随州市第九期", "zh-CN"}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _strings(getattr(value, each.name))
    elif isinstance(value, tuple | Prefix):
        for item in value:
            yield from _strings(item)


@pytest.mark.parametrize("name", ["small", "tiers", "choose", "more-units"])
def test_a_view_names_no_unit_and_no_hash_before_it_is_shown(name: str) -> None:
    passed = ceremonies.states(name)
    end = _view(passed[-1])
    assert end.drawing is not None
    units = {card.unit: place for place, card in enumerate(end.drawing.shown) if card.unit}
    for state in passed:
        seen = set(_strings(_view(state)))
        shown = len(state.shown)
        assert {unit for unit in units if unit in seen} == {unit for unit, place in units.items() if place < shown}
        sealed = state.phase in (Phase.SEALED, Phase.DRAWING, Phase.DONE)
        assert (end.result_hash in seen, end.seed in seen) == (sealed, sealed)
        for envelope, secret in zip(end.envelopes, state.secrets, strict=True):
            assert (envelope.secret in seen) == (secret is not None)


def _with_other_end(state: State) -> State:
    """A ceremony that has shown the same and will go on otherwise: whoever is still to come changes places."""
    assert state.outcome is not None
    begin = 0
    stages = []
    for stage in state.outcome.stages:
        shown = max(0, min(len(state.shown) - begin, len(stage.allotted)))
        begin += len(stage.allotted)
        later = stage.allotted[shown:]
        turned = [row._replace(household=other.household, unit=other.unit, ticket=other.ticket)
                  for row, other in zip(later, reversed(later), strict=True)]  # fmt: skip
        alternates = list(reversed(stage.alternates))
        stages.append(replace(stage, allotted=(*stage.allotted[:shown], *turned), alternates=alternates))
    # A fresh prefix, as in another run of the same ceremony.
    return replace(state, shown=Prefix(state.shown), outcome=replace(state.outcome, stages=tuple(stages)))


@pytest.mark.parametrize("name", ["tiers", "choose"])
def test_two_ceremonies_that_differ_only_in_later_events_give_equal_views(name: str) -> None:
    drawing = [state for state in ceremonies.states(name) if state.phase in (Phase.SEALED, Phase.DRAWING)]
    differed = 0
    for state in drawing:
        other = _with_other_end(state)
        assert _view(state) == _view(other)
        step = next_step(state)
        assert step is not None
        if len(ceremonies.done(state, step).shown) > len(state.shown):
            differed += _view(ceremonies.done(state, step)) != _view(ceremonies.done(other, step))
    assert differed > 5


def test_before_the_sealing_a_view_knows_nothing_of_an_outcome() -> None:
    complete = [state for state in ceremonies.states("small") if state.phase is Phase.PUBLIC][-1]
    assert _view(prepare(complete)[0]) == _view(complete)


def test_the_group_on_show_is_what_has_been_shown_of_it() -> None:
    passed = [state for state in ceremonies.states("choose", group_size=3) if state.phase is Phase.DRAWING]
    seen = []
    for state in passed:
        drawing = _view(state).drawing
        assert drawing is not None
        assert (drawing.drawn, drawing.all_drawn) == (state.drawn, len(state.shown))
        ranks = [card.rank for card in drawing.group]
        assert ranks == list(range(drawing.first_rank, drawing.first_rank + len(ranks)))
        assert all(card.stage == drawing.stage and card.tier == drawing.tier for card in drawing.group)
        assert drawing.group_running == (0 < len(ranks) <= drawing.last_rank - drawing.first_rank)
        seen.append((drawing.stage, drawing.group_number, drawing.groups, drawing.tier, tuple(ranks)))
    assert seen[:9] == [
        (0, 1, 3, "A", ()), (0, 1, 3, "A", (1,)), (0, 1, 3, "A", (1, 2)), (0, 1, 3, "A", (1, 2, 3)),
        (0, 2, 3, "A", (4,)), (0, 2, 3, "A", (4, 5)),
        (0, 3, 3, "B", (6,)), (0, 3, 3, "B", (6, 7)), (0, 3, 3, "B", (6, 7, 8)),
    ]  # fmt: skip
    assert seen[9][0] == 1


def test_a_stage_without_a_winner_has_no_group() -> None:
    drawing = _view([state for state in ceremonies.states("more-units") if state.phase is Phase.DRAWING][-1]).drawing
    assert drawing is not None
    assert (drawing.stage, drawing.group_number, drawing.groups, drawing.first_rank, drawing.last_rank) == (
        1,
        0,
        0,
        0,
        0,
    )
    assert (drawing.group, drawing.total, drawing.group_running) == ((), 0, False)


def test_the_waiting_list_is_the_stages_and_leaves_out_whom_earlier_stages_housed() -> None:
    state = ceremonies.states("small")[-1]
    drawing = _view(state).drawing
    assert drawing is not None
    housed = {card.household for card in drawing.shown if card.stage == 0}
    assert housed == {"R05", "R07", "R02"}
    assert list(drawing.waiting) == ["R00", "R01", "R04", "R06"]  # R03 is too large a household for it


def test_cards_carry_the_masked_name_and_a_tier_only_where_there_are_several() -> None:
    drawing = _view(ceremonies.states("small")[-1]).drawing
    assert drawing is not None
    roll = (ceremonies.GOLDEN / "small" / "roll.csv").read_text(encoding="utf-8").splitlines()
    names = {line.split(",")[0]: line.split(",")[roll[0].split(",").index("name")] for line in roll[1:]}
    assert [(card.household, card.name) for card in drawing.shown] == [
        (card.household, names[card.household]) for card in drawing.shown
    ]
    assert [card.tier for card in drawing.shown] == ["优先", "一般", "一般", "", ""]


@pytest.mark.parametrize("name", ceremonies.NAMES)
def test_the_lists_hold_everybody_once_and_alternates_only_at_the_end(name: str) -> None:
    for state in [each for each in ceremonies.states(name) if each.phase in (Phase.DRAWING, Phase.DONE)][-2:]:
        seen = _view(state)
        assert seen.drawing is not None
        pages = [leaf(seen.drawing, seen.alternates, page) for page in range(leaves(seen.drawing, seen.alternates))]
        listed: list[tuple[bool, str, int]] = []
        for page in pages:
            assert len(page.cards) <= LEAF_CARDS
            listed += [(page.alternates, card.household, card.stage) for card in page.cards]
        result = (ceremonies.GOLDEN / name / "result.csv").read_text(encoding="utf-8").splitlines()[1:]
        stages = [stage.id for stage in seen.stages]
        rows = [line.split(",") for line in result]
        done = state.phase is Phase.DONE
        assert listed == [(row[5] == "alternate", row[3], stages.index(row[0])) for row in rows
                          if done or row[5] == "allotted"]  # fmt: skip


def test_an_interruption_is_told_until_the_next_step() -> None:
    passed = ceremonies.states("tiers")
    state = next(each for each in passed if len(each.shown) == 4)
    resume = Resume("2021-12-10T10:24:37.123+08:00", "2021-12-10T10:31:02.000+08:00", 17, "c" * 64, "", "", "", ())
    seen = _view(ceremonies.done(state, resume))
    assert seen.interruption is not None
    assert (seen.interruption.stopped, seen.interruption.resumed) == ("10:24:37", "10:31:02")
    assert (seen.interruption.after, seen.interruption.torn) == (state.shown[3].household, True)
    step = next_step(state)
    assert step is not None
    assert _view(ceremonies.done(state, resume, step)).interruption is None


def _card(number: int) -> Card:
    return Card(0, "", number, f"H{number}", "", "")


def test_a_prefix_grows_without_copying_and_never_shows_what_came_later() -> None:
    empty: Prefix[Card] = Prefix()
    one = empty.then(_card(1))
    two = one.then(_card(2))
    assert (list(empty), list(one), list(two)) == ([], [_card(1)], [_card(1), _card(2)])
    assert one._items is two._items
    other = one.then(_card(3))
    assert (list(two)[1], list(other)[1]) == (_card(2), _card(3))
    assert one[-1] == _card(1) and two[0:5] == (_card(1), _card(2)) and _card(2) not in one
    with pytest.raises(IndexError):
        one[1]
    assert one == Prefix([_card(1)]) and hash(one) == hash(Prefix([_card(1)])) and one != two
    assert one != [_card(1)]


def test_an_outcome_is_in_no_view() -> None:
    def parts(value: object) -> Iterator[object]:
        yield value
        if is_dataclass(value):
            for each in fields(value):
                yield from parts(getattr(value, each.name))
        elif isinstance(value, tuple):
            for item in value:
                yield from parts(item)

    for state in ceremonies.states("small"):
        assert not [part for part in parts(_view(state)) if isinstance(part, Outcome | State)]


def test_the_list_of_who_was_shown_written_out_tells_nothing_that_has_not_been_shown() -> None:
    """As it would stand in a message of a failed test, or in a log."""
    passed = ceremonies.states("small")
    end = passed[-1]
    for state in passed:
        if state.outcome is None:
            continue
        hidden = [card.unit for card in list(end.shown)[len(state.shown) :]]
        drawing = _view(state).drawing
        written = repr(drawing.shown if drawing else state.shown)
        assert all(card.household in written for card in state.shown)
        assert not [unit for unit in hidden if unit in written]
