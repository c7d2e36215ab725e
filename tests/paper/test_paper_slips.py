"""Slips and appointments: one for each who won, in the order of the cut stack, with a code that decodes."""

import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
import zxingcpp
from PIL import Image

from kiosk.core.errors import InputError
from kiosk.core.tables import Table
from kiosk.paper import slips
from kiosk.paper.winners import winners
from kiosk.words import LANGUAGES, say
from papers import ADDRESS, AFTER, drawn, golden, pictures, read, stage_of, tier_of, words

pytestmark = pytest.mark.poppler

SPECIAL = "#name $x$ [a] {b} \\c *d* _e_ <f> @g ~ `h` //i 1"


def quarters(page: Image.Image) -> list[Image.Image]:
    """The four places of a page, as the scissors leave them."""
    across, down = page.width // 2, round(page.height * 142.5 / 297)
    return [
        page.crop((x, y, x + across, y + down))
        for y in (0, down) for x in (0, across)
    ]  # fmt: skip


def code(slip: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(slip)]


def test_everyone_who_won_has_one_appointment_and_nobody_shares_a_counter(tmp_path: Path) -> None:
    told = list(winners(read(golden("suizhou-507", tmp_path))))
    assert len(told) == 507
    times = [winner.appointment for winner in told]
    assert None not in times and len(set(times)) == 507
    assert times == sorted(times, key=lambda at: (at.day, at.start, at.counter))  # type: ignore[union-attr]
    first, fourth = times[0], times[3]
    assert first and fourth
    assert (first.day, first.hours(), first.counter) == (date(2021, 12, 13), "09:00–09:10", 1)
    assert (fourth.hours(), fourth.counter) == ("09:10–09:20", 1)
    evening = times[3 * 18]
    assert evening and evening.hours() == "14:00–14:10"


def test_a_visit_that_would_end_after_the_hours_is_not_offered(tmp_path: Path) -> None:
    after = {**AFTER, "minutes": 25, "counters": 1, "days": [{"date": "2021-12-13", "hours": [["09:00", "10:00"]]}]}
    told = list(winners(read(golden("suizhou-507", tmp_path, after))))
    assert [winner.appointment.hours() for winner in told if winner.appointment] == ["09:00–09:25", "09:25–09:50"]


def test_the_cut_stack_is_in_order_and_each_slip_opens_the_page_at_its_household(tmp_path: Path) -> None:
    told = read(golden("tiers", tmp_path))
    won = list(winners(told))
    (pdf,) = slips.slips(told)
    pages = [quarters(page) for page in pictures(pdf, tmp_path)]
    assert len(pages) == -(-len(won) // 4)
    stack = [page[place] for place in range(4) for page in pages]
    opened = [code(slip) for slip in stack]
    assert opened[: len(won)] == [[f"{ADDRESS}#household={unquote(winner.household)}"] for winner in won]
    assert opened[len(won) :] == [[]] * (len(stack) - len(won))


def test_every_winner_of_507_has_exactly_one_slip_that_says_what_it_won_and_when(tmp_path: Path) -> None:
    # Without codes, which take most of the time and have a test of their own.
    told = read(golden("suizhou-507", tmp_path), address="")
    won = list(winners(told))
    (pdf,) = slips.slips(told)
    pages = words(pdf, tmp_path, "-raw")
    assert len(pages) == 127
    said = "\n".join(pages)
    for winner in won:
        assert len(re.findall(rf"\b{winner.household}\b", said)) == 1
    # The upper left quarter alone: what stands on a slip belongs together.
    quarter = ("-raw", "-x", "0", "-y", "0", "-W", "297", "-H", "403", "-f", "127")
    last, winner = words(pdf, tmp_path, *quarter)[0], won[126]
    assert winner.appointment
    for value in (winner.household, winner.unit, winner.appointment.hours(), winner.appointment.day.isoformat(),
                  f"{winner.appointment.counter} 号窗口"):  # fmt: skip
        assert value in last
    assert won[125].household not in last and won[253].household not in last


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_folder_gives_the_same_bytes(language: str, tmp_path: Path) -> None:
    told = read(golden("small", tmp_path), language)
    (pdf,) = slips.slips(told)
    assert [pdf] == list(slips.slips(told))
    # And at any time: it holds none.
    for time in (b"/CreationDate", b"/ModDate", b"CreateDate", b"ModifyDate"):
        assert time not in pdf
    assert list(slips.slips(told)) != list(slips.slips(read(golden("tiers", tmp_path), language)))


def test_too_few_appointments_are_said_on_the_slips_that_have_none(tmp_path: Path) -> None:
    after = {**AFTER, "counters": 1, "days": [{"date": "2021-12-13", "hours": [["09:00", "09:20"]]}]}
    told = read(golden("tiers", tmp_path, after), "en")
    won = list(winners(told))
    assert len(won) > 2
    (pdf,) = slips.slips(told)
    said = " ".join(" ".join(words(pdf, tmp_path)).split())
    assert said.count(say("en", "paper.slip.few")[:30]) == len(won) - 2


def test_where_nothing_is_said_of_appointments_the_office_will_tell(tmp_path: Path) -> None:
    told = read(golden("small", tmp_path, None), "en")
    (pdf,) = slips.slips(told)
    said = " ".join(" ".join(words(pdf, tmp_path)).split())
    assert said.count("The office will tell you") == len(list(winners(told)))


def test_a_choose_stage_gives_a_place_in_the_order_of_choosing_and_no_flat(tmp_path: Path) -> None:
    (pdf,) = slips.slips(read(golden("choose", tmp_path), "en"))
    said = " ".join(words(pdf, tmp_path))
    assert "Place in the order of choosing" in said


def longest(tmp_path: Path, letter: str) -> Path:
    """One household with as much as the format allows in everything that a slip shows."""
    household, field = letter * 64, letter * 64
    roll = Table(("household", "name"), [(household, field)])
    units = Table(("unit", *(f"c{n}" for n in range(6))), [(field, *([field] * 6))])
    title = letter * 80
    tier = tier_of(title)
    stage = stage_of(title, [tier, {**tier, "id": "b"}])
    folder = drawn(tmp_path / "longest", roll, units, [stage], title)
    after = {**AFTER, "place": title, "bring": [title] * 4}
    content = {"names": ["name"], "after": after}
    (folder / "office.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.mark.parametrize("letter", ["长", "W", "𪚥"])
def test_the_longest_values_of_the_format_are_not_cut(letter: str, tmp_path: Path) -> None:
    told = read(longest(tmp_path, letter), "en")
    (pdf,) = slips.slips(told)
    pages = words(pdf, tmp_path, "-raw")
    # The title, stage and tier, place and four things to bring; household, name, flat and six columns of it.
    wanted = 80 * (3 + 1 + 4) + 64 * (2 + 1 + 6)
    assert len(pages) == 1
    assert pages[0].count(letter) >= wanted
    (page,) = pictures(pdf, tmp_path, dpi=200)
    slip, beside, below, _ = quarters(page)
    # Nothing runs over the edge of its quarter: beyond the marks only the rehearsal's pale letters are there.
    for other in (beside, below):
        inner = other.crop((50, 50, other.width - 50, other.height - 50))
        assert inner.point(lambda value: 255 if value < 150 else 0).getbbox() is None
    edge = slip.crop((slip.width - 40, 60, slip.width - 5, slip.height - 60))
    assert edge.point(lambda value: 255 if value < 150 else 0).getbbox() is None
    # Even so the code is there: its household is too long for one, or fits.
    (found,) = code(slip)
    assert found.startswith(ADDRESS)


def test_a_name_with_the_typesetter_s_own_signs_is_printed_as_it_is(tmp_path: Path) -> None:
    roll = Table(("household", "name"), [("#1-$[", SPECIAL)])
    units = Table(("unit", "layout"), [("[x]#let", "$\\alpha$")])
    tier = tier_of("*t*")
    stage = stage_of("= #title", [tier])
    # A rule's text holds no backslash; a table's does.
    folder = drawn(tmp_path / "special", roll, units, [stage], "#panic()")
    (folder / "office.json").write_text(json.dumps({"names": ["name"]}), encoding="utf-8")
    (pdf,) = slips.slips(read(folder, "en"))
    # As it was written: sorted by lines, the letters of the rehearsal's mark would stand between.
    said = "".join("".join(words(pdf, tmp_path, "-raw")).split())
    for value in (SPECIAL, "#1-$[", "[x]#let", "$\\alpha$", "= #title", "#panic()"):
        assert "".join(value.split()) in said


def test_batches_are_stacks_of_their_own_that_follow_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "BATCH", 6)
    told = read(golden("tiers", tmp_path), "en")
    won = [winner.household for winner in winners(told)]
    made = list(slips.slips(told))
    assert len(made) == -(-len(won) // 6) > 1
    found = [set(re.findall("|".join(map(re.escape, won)), " ".join(words(pdf, tmp_path)))) for pdf in made]
    assert found == [set(won[at : at + 6]) for at in range(0, len(won), 6)]
    assert f"Part 2 of {len(made)}" in " ".join(words(made[1], tmp_path))


def test_an_office_json_that_somebody_broke_is_named(tmp_path: Path) -> None:
    folder = golden("small", tmp_path)
    for broken in ("{", '{"after": {"minutes": 0}}', "[]", '{"after": {"days": 3}}'):
        (folder / "office.json").write_text(broken, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            read(folder)
        assert refused.value.code == "paper.office"
