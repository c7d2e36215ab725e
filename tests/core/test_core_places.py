"""An error names the place, down to the key, the line and the value; what is counted beforehand is counted by hand."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from judges import golden_vectors
from kiosk.core import allot, evidence, notice, outlook, rules, seed, tables, text
from kiosk.core.errors import InputError, MingyaoError
from kiosk.core.outlook import TierOutlook
from kiosk.core.tables import Table

GOLDEN = {name: files for name, files, _ in golden_vectors()}


def refused(call: Callable[..., object], *given: object) -> MingyaoError:
    with pytest.raises(MingyaoError) as error:
        call(*given)
    return error.value


@pytest.mark.parametrize(
    ("path", "value", "code", "where"),
    [
        ([], [], "rules.keys", "rules"),
        ([], ["stages"], "rules.keys", "rules"),
        (["stages"], [], "rules.list", "stages"),
        (["stages"], {}, "rules.list", "stages"),
        (["stages", 1, "id"], "A b", "rules.label", "stages[1].id"),
        (["stages", 1, "title"], "", "rules.title", "stages[1].title"),
        (["stages", 1, "households"], [], "rules.filter", "stages[1].households"),
        (["stages", 1, "households"], {"rooms": "1"}, "rules.no-column", "stages[1].households"),
        (["stages", 1, "units"], {"people": "1"}, "rules.no-column", "stages[1].units"),
        (["stages", 1, "units", "rooms"], 1, "rules.condition", "stages[1].units.rooms"),
        (["stages", 1, "households"], {"district": {"min": 1}}, "rules.not-a-number", "stages[1].households.district"),
        (["stages", 1, "chances"], "years", "rules.no-column", "stages[1].chances"),
        (["stages", 1, "assign"], "drawn", "rules.assign", "stages[1].assign"),
        (["stages", 1, "alternates"], -1, "rules.limit", "stages[1].alternates"),
        (["stages", 1, "tiers"], [], "rules.list", "stages[1].tiers"),
        (["stages", 1, "tiers", 1, "id"], 7, "rules.label", "stages[1].tiers[1].id"),
        (["stages", 1, "tiers", 1, "id"], "north", "rules.id-repeats", "stages[1].tiers"),
        (["stages", 1, "tiers", 1, "title"], " a", "rules.title", "stages[1].tiers[1].title"),
        (["stages", 1, "tiers", 1, "households"], None, "rules.filter", "stages[1].tiers[1].households"),
        (["stages", 1, "tiers", 1, "units"], None, "rules.filter", "stages[1].tiers[1].units"),
        (["stages", 1, "tiers", 1, "count"], 0, "rules.limit", "stages[1].tiers[1].count"),
        (["stages", 1, "tiers", 1, "count"], 10**15, "rules.limit", "stages[1].tiers[1].count"),
        (["stages", 1, "tiers", 1, "count"], True, "rules.limit", "stages[1].tiers[1].count"),
        (["stages", 1, "id"], "small", "rules.id-repeats", "stages"),
    ],
)
def test_rules_are_refused_at_the_key_that_is_wrong(
    path: list[str | int], value: object, code: str, where: str
) -> None:
    files = GOLDEN["tiers"]
    roll = tables.parse(files["roll.csv"].decode(), "roll.csv", "household")
    units = tables.parse(files["units.csv"].decode(), "units.csv", "unit")
    content: Any = json.loads(files["rules.json"])
    if path:
        reduce(lambda inner, key: inner[key], path[:-1], content)[path[-1]] = value
    else:
        content = value
    error = refused(rules.parse, rules.write(content), roll, units)
    assert (error.code, error.values["where"]) == (code, where)


def test_a_household_s_chances_are_refused_by_its_number() -> None:
    units = Table(("unit",), [("1",)])
    files = GOLDEN["chances"]
    content = json.loads(files["rules.json"])
    column = content["stages"][0]["chances"]
    for got in ("0", "", "1001", "x"):
        roll = Table(("household", column), [("A", "1"), ("B", got)])
        error = refused(rules.parse, rules.write(content), roll, units)
        assert error.code == "rules.chances"
        assert error.values == {"stage": content["stages"][0]["id"], "id": "B", "column": column, "got": got,
                                "most": rules.CHANCES}  # fmt: skip


@pytest.mark.parametrize("files", GOLDEN.values(), ids=GOLDEN)
def test_the_lines_of_the_result_are_its_rows(files: dict[str, bytes]) -> None:
    """What the screen shows, household by household, and what stands in the file are one."""
    inputs = evidence.read_inputs(files)
    stages = [*allot.allot(text.sha256(files["seed.txt"]), inputs.roll, inputs.units, inputs.rules)]
    written = [",".join(map(str, row)) + "\n" for stage in stages for row in stage.rows()]
    assert "".join(written) == "".join(line for stage in stages for line in stage.lines())
    assert [row for stage in stages for row in stage.rows() if row.outcome == "allotted"] == [
        row for stage in stages for row in stage.allotted()
    ]


def test_a_seed_that_ends_early_or_has_another_line_is_refused_there() -> None:
    files = GOLDEN["tiers"]
    inputs = evidence.read_inputs(files)
    lines = files["seed.txt"].decode().splitlines(keepends=True)
    begins = ["mingyao seed v1", "draw: tiers-01", f"notice: {inputs.notice_hash}", "contribution 1: …",
              "contribution 2: …", "contribution 3: …", "reveal operator: …", "reveal notary: …"]  # fmt: skip
    for at, expected in enumerate(begins):
        others = ["X" + lines[at], *([lines[at][:-1] + "X\n"] if not expected.endswith("…") else [])]
        wrongs = [(lines[:at], ""), *(([*lines[:at], other, *lines[at + 1 :]], other[:-1]) for other in others)]
        for wrong, got in wrongs:
            if not wrong:
                continue
            error = refused(seed.parse, "".join(wrong), inputs.notice, inputs.notice_hash)
            assert error.code == "seed.line"
            assert error.values == {"line": at + 1, "expected": expected, "got": got}
    longer = refused(seed.parse, "".join([*lines, "x\n"]), inputs.notice, inputs.notice_hash)
    assert (longer.code, longer.values["line"]) == ("seed.long", len(lines) + 1)


def test_wrong_dice_are_refused_by_their_seat() -> None:
    files = GOLDEN["tiers"]
    inputs = evidence.read_inputs(files)
    for seat in (1, 2, 3):
        written = re.sub(rf"(?m)^(contribution {seat}: .....).$", r"\g<1>7", files["seed.txt"].decode())
        error = refused(seed.parse, written, inputs.notice, inputs.notice_hash)
        assert (error.code, error.values["seat"], error.values["dice"]) == ("seed.dice", seat, 6)


def test_the_first_flat_that_two_stages_would_have_is_named() -> None:
    roll, units = Table(("household",), [("1",)]), Table(("unit",), [("1",), ("2",), ("3",)])
    tier = {"id": "t", "title": "t", "households": {}, "units": {}, "count": "all"}
    stage = {"id": "a", "title": "a", "households": {}, "units": {"unit": ["2", "3"]}, "chances": None,
             "assign": "choose", "alternates": 0, "tiers": [tier]}  # fmt: skip
    error = refused(rules.parse, rules.write({"stages": [stage, {**stage, "id": "b", "units": {}}]}), roll, units)
    assert (error.code, error.values) == ("rules.chosen-twice", {"stage": "b", "unit": "2"})


def test_where_a_notice_asks_for_none_there_are_no_dice_and_no_public_digits() -> None:
    asked = evidence.read_inputs(GOLDEN["tiers"]).notice
    none = evidence.read_inputs(GOLDEN["minimal"]).notice
    assert (asked.dice is not None, none.dice, asked.public, none.public) == (True, None, None, None)
    assert seed.is_contribution("123456", asked)
    for dice in ("", "12345", "1234567", "12345a", "123457"):
        assert not seed.is_contribution(dice, asked)
    assert not seed.is_contribution("", none)
    assert not seed.is_public("", none)


def test_a_ceremony_s_notice_with_too_little_in_it_says_what_and_how_little() -> None:
    whole = GOLDEN["tiers"]["notice.txt"].decode()
    dice = "contributions: 3 of 6 dice"
    operator = next(line for line in whole.splitlines() if line.startswith("commitment operator"))
    for changed, code, got, least in (
        (whole.replace(operator + "\n", ""), "notice.few-commitments", 1, notice.CEREMONY_COMMITMENTS),
        (whole.replace(dice, "contributions: none"), "notice.few-people", 0, notice.CEREMONY_PEOPLE),
        (whole.replace(dice, "contributions: 1 of 9 dice"), "notice.few-people", 1, notice.CEREMONY_PEOPLE),
        (whole.replace(dice, "contributions: 3 of 1 dice"), "notice.few-dice", 3, notice.CEREMONY_DICE),
    ):
        error = refused(notice.parse, changed)
        assert (error.code, error.values) == (code, {"got": got, "least": least})
        assert notice.parse(changed.replace("mode: ceremony", "mode: rehearsal")).rehearsal


def test_a_notice_s_line_is_refused_by_its_number_where_key_or_value_is_another() -> None:
    lines = GOLDEN["tiers"]["notice.txt"].decode().splitlines(keepends=True)
    assert notice.parse("".join(lines)).draw == "tiers-01"
    for at in range(1, len(lines)):
        key, colon, value = lines[at].partition(": ")
        if key.startswith("commitment"):
            continue  # as many as there are
        for other in (f"x{key}{colon}{value}", f"{key} {value}", f"{key}{colon} {value}"):
            error = refused(notice.parse, "".join([*lines[:at], other, *lines[at + 1 :]]))
            assert (error.code, error.values["line"], error.values["got"]) == ("notice.line", at + 1, other[:-1])


def test_the_29th_of_february_is_a_day_of_leap_years() -> None:
    for day, there in (("2024-02-29", True), ("2023-02-29", False), ("2021-12-31", True), ("2021-11-31", False)):
        assert notice.is_time(f"{day}T09:00:00+08:00") == there


def test_a_byte_order_mark_is_told_as_one() -> None:
    error = refused(text.decode, "\ufeffhousehold\n1\n".encode(), "roll.csv")
    assert (error.code, error.values) == ("text.bom", {"file": "roll.csv"})


def test_white_space_at_a_field_s_edge_is_told_as_such() -> None:
    error = refused(tables.parse, "household,name\n1,a \n", "roll.csv", "household")
    assert isinstance(error, InputError)
    assert error.code == "table.space"


def test_what_a_tier_may_house_is_counted_as_by_hand() -> None:
    columns = ("household", "kind", "years")
    roll = Table(columns, [("1", "a", "3"), ("2", "a", "1"), ("3", "b", "5"), ("4", "c", "2")])
    units = Table(("unit", "rooms"), [("1", "1"), ("2", "1"), ("3", "2"), ("4", "2"), ("5", "2")])
    tier = {"id": "some", "title": "some", "households": {"kind": ["a", "b"]}, "units": {"rooms": "2"}, "count": 2}
    rest = {"id": "rest", "title": "rest", "households": {}, "units": {}, "count": "all"}
    stage = {"id": "one", "title": "one", "households": {"kind": ["a", "b"]}, "units": {}, "chances": "years",
             "assign": "draw", "alternates": 0,
             "tiers": [tier, rest, {**tier, "id": "more", "title": "more", "count": 9}]}  # fmt: skip
    for chances, weighed in (("years", 9), (None, 3)):
        read = rules.parse(rules.write({"stages": [{**stage, "chances": chances}]}), roll, units)
        (told,) = outlook.outlook(roll, units, read)
        assert (told.candidates, told.units, told.chances, told.assign) == (3, 5, weighed, "draw")
        assert told.tiers == (
            TierOutlook("some", "some", 3, 2, 2, weighed),
            TierOutlook("rest", "rest", 3, 5, "all", weighed),
            TierOutlook("more", "more", 3, 3, 9, weighed),
        )
        assert [told.at_most(number) for number in range(3)] == [False, True, True]
        assert not replace(told, tiers=told.tiers[1:2]).at_most(0)
