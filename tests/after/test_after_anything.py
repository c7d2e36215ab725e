"""Whatever happens after a draw: no household has two flats, no flat two households, nobody is passed over unseen."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from afters import TWO, Days, draw, files, judge_with_both
from draws import folders
from judges import Judgement
from kiosk.after import book, told
from kiosk.after.book import Book
from kiosk.after.replace import Draw
from kiosk.core import evidence
from kiosk.core.errors import ProtocolError

STEPS = ["withdraw", "replace", "replace", "choose", "undo", "ask", "answer", "close"]
sequences = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10**6)), min_size=20, max_size=40)
# Made-up draws often house everybody; in these somebody waits for each flat, and in two of them households choose.
drawn = st.sampled_from(["golden/choose", "after/ladder", "golden/small", "golden/tiers", "golden/chances"])


def attempt(days: Days, step: str, number: int) -> bool:
    """One step with what the number picks; whether it was taken."""
    after, standing, ledger = days.book.draw, days.book.standing, days.book.ledger
    households = [*sorted(after.households), "nobody"]
    stages = [stage.id for stage in after.stages.values() if stage.assign == "choose" and standing.chooser(stage.id)]
    try:
        if step == "withdraw":
            # Mostly those who hold something, so that much happens.
            held = [each.household for each in standing.holdings() if each.household]
            days.withdraw(pick(held if number % 3 and held else households, number))
        elif step == "replace":
            if standing.next() is None:
                return False
            days.replace()
        elif step == "choose":
            if not stages:
                return False
            chosen = {unit for unit, _ in standing.chosen.values()} if number % 4 else set()
            days.choose(stages[0], pick(sorted(after.choosable(stages[0]) - chosen) or [""], number))
        elif step == "undo":
            days.undo(number % (len(days.lines) + 1) + 1)
        elif step == "ask":
            days.ask("为什么\n？", household=pick(["", *households], number))
        elif step == "answer":
            days.answer(number % (len(ledger.questions) + 1) + 1, by=pick(["甲", "乙"], number))
        else:
            days.close(number % (len(ledger.questions) + 1) + 1, by="丙")
    except ProtocolError:
        return False
    return True


def pick(among: list[str], number: int) -> str:
    return among[number % len(among)]


def state(book: Book) -> Any:
    return [*told.table(book)], len(book.entries), dict(book.undone), list(book.ledger.questions)


def nobody_has_two(book: Book) -> None:
    holdings = list(book.standing.holdings())
    households = Counter(held.household for held in holdings if held.household)
    units = Counter(held.unit for held in holdings if held.unit)
    assert not [household for household, flats in households.items() if flats > 1]
    assert not [unit for unit, holders in units.items() if holders > 1]
    assert not {held.household for held in holdings} & set(book.standing.withdrawn)


def everybody_passed_over_has_a_true_reason(book: Book) -> None:
    """By the rule as it is written (FORMAT.md 11.5), household by household, without any list of candidates."""
    after, standing = book.draw, book.standing
    found = standing.next()
    if found is None:
        return
    in_line = after.households - set(after.housed) - set(standing.given) - set(standing.withdrawn)
    for search in standing.searches(found.place):
        order = [ticketed[64:] for ticketed in after.order(found.place.stage.id)]
        takes = {row[0] for row in search.tier.households.select(rows_of(after))}
        first = next((household for household in order if household in in_line & takes), None)
        assert search.found == first
        before = order[: order.index(first)] if first else order
        assert [passed.household for passed in search.passed] == before
        for passed in search.passed:
            reasons = {
                "withdrawn": passed.household in standing.withdrawn,
                "given": passed.household in standing.given,
                "housed": passed.household in after.housed,
                "filter": passed.household not in takes,
            }
            assert reasons[passed.reason]
    assert search.found == found.household
    assert search.tier == found.tier


def rows_of(after: Draw) -> Any:
    return after._inputs.roll.rows


def play(after: Draw, sequence: list[tuple[str, int]], watch: Callable[[Days, bool, Any], None]) -> Days:
    days = Days(after)
    for step, number in sequence:
        before = state(days.book)
        watch(days, attempt(days, step, number), before)
    return days


@settings(max_examples=80)
@given(st.one_of(folders(), drawn.map(files)), sequences)
def test_whatever_happens_each_flat_has_one_household_and_each_household_one_flat(
    seven: Mapping[str, bytes], sequence: list[tuple[str, int]]
) -> None:
    def watch(days: Days, taken: bool, before: Any) -> None:
        assert taken or state(days.book) == before, "a refused entry changed something"
        nobody_has_two(days.book)
        everybody_passed_over_has_a_true_reason(days.book)

    days = play(Draw(evidence.judge(seven)), sequence, watch)
    judged = judge_with_both(seven, days.data)
    assert judged == Judgement("verified", None)
    assert judged.why == "".join(f"{line}\n" for line in told.table(days.book))


@settings(max_examples=60)
@given(drawn, sequences, st.data())
def test_a_line_that_is_cut_or_edited_is_noticed_by_both_judges(
    folder: str, sequence: list[tuple[str, int]], data: st.DataObject
) -> None:
    days = play(draw(folder), [("withdraw", 1), ("ask", 0), *sequence], lambda *_: None)
    lines, last = days.data.splitlines(keepends=True), days.lines[-1].hash
    number = data.draw(st.integers(0, len(lines) - 1))
    cut = b"".join(lines[:number] + lines[number + 1 :])
    assert judge_with_both(files(folder), cut, last).verdict == "refuted"
    if number < len(lines) - 1:
        assert judge_with_both(files(folder), cut) == Judgement("refuted", "after-chain")
    place = data.draw(st.integers(0, len(days.data) - 1))
    edited = bytearray(days.data)
    edited[place] ^= data.draw(st.integers(1, 255))
    assert judge_with_both(files(folder), bytes(edited)).verdict == "refuted"


@settings(max_examples=80)
@given(drawn, sequences, st.data())
def test_an_entry_that_says_anything_gets_the_same_verdict_of_both_judges(
    folder: str, sequence: list[tuple[str, int]], data: st.DataObject
) -> None:
    """The last entry is made by hand with right hashes, so that only its form and its step can be wrong."""
    days = play(draw(folder), sequence, lambda *_: None)
    kind, by, values = data.draw(entries(days))
    days.put(days.raw(kind, by, **values))
    judged = judge_with_both(files(folder), days.data)
    if judged.verdict == "verified":
        nobody_has_two(book.read(draw(folder), days.data))


@st.composite
def entries(draw_: st.DrawFn, days: Days) -> Any:
    """A kind, its people and its values: of what there is in this draw, or of the computed ones with one changed."""
    after = days.book.draw
    kind = draw_(st.sampled_from(["withdraw", "replace", "choose", "undo", "ask", "answer", "close"]))
    strings: dict[str, list[str]] = {
        "household": [*sorted(after.households)[:20], "nobody", ""],
        "stage": [*after.stages, "none"],
        "tier": ["a", "b", "c", "all", "first", "rest"],
        "unit": [*sorted({place.unit for place in after.places}), "X0", "X1", "V0", ""],
        "reason": ["放弃", "", " "],
        "words": ["问", "", "一\n二"],
        "channel": ["web", "visit", "fax"],
        "who": ["李工", "", "a|b"],
        "until": ["2021-12-20", "2021-02-30"],
    }
    found = days.book.standing.next()
    right = {**days.replacement(), "reason": ""} if kind == "replace" and found else {}
    values: dict[str, Any] = {}
    for key in _KEYS[kind]:
        anything = st.sampled_from(strings[key]) if key in strings else st.integers(0, 12)
        values[key] = draw_(st.one_of(st.just(right[key]), anything)) if key in right else draw_(anything)
    people = draw_(st.sampled_from([TWO, TWO, ("甲",), ("甲",), ("甲", "甲"), ()]))
    return kind, people, values


_KEYS = {
    "withdraw": ["household", "reason"],
    "replace": ["stage", "place", "unit", "tier", "household", "rank", "reason"],
    "choose": ["stage", "rank", "household", "unit", "reason"],
    "undo": ["entry", "reason"],
    "ask": ["question", "channel", "household", "words", "who", "until"],
    "answer": ["question", "words"],
    "close": ["question"],
}
