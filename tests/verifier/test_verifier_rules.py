"""FORMAT.md 3 and 6: what no line of broken.jsonl holds, or not at every edge, both ways (forgeries.py says how)."""

import hashlib
import json
import re
from typing import Any

import pytest

from forgeries import GOLDEN, edited, refused_by, resealed, stages_of, with_stages
from judges import judge_with_both

SMALL = GOLDEN["small"]
LARGEST = 10**15 - 1


def with_stage(**keys: object) -> str | None:
    """Who refuses the small folder with other keys in its first stage."""
    stages = stages_of("small")
    stages[0].update(keys)
    return refused_by(with_stages(stages))


def with_tier(**keys: object) -> str | None:
    stages = stages_of("small")
    stages[0]["tiers"][0].update(keys)
    return refused_by(with_stages(stages))


def test_the_layout_of_the_rules_is_the_one_that_json_stringify_writes() -> None:
    """Each line of a golden file is spaced, cut or doubled; Python's json tells which of the texts are canonical."""
    lines = SMALL["rules.json"].decode().split("\n")[:-1]
    refused = 0
    for place, line in enumerate(lines):
        instead: list[list[str]] = [
            [f" {line}"],
            [f"{line} "],
            [line.replace('": ', '":')],
            [line.replace('": ', '" : ')],
        ]
        instead += [[f"{line},"], [line.rstrip(",")], [line.lstrip()], [""], [], [line, line], [line, ""]]
        for others in instead:
            text = "\n".join([*lines[:place], *others, *lines[place + 1 :], ""])
            if not is_canonical(text):
                assert refused_by({**SMALL, "rules.json": text.encode()}) == "rules", others
                refused += 1
    assert refused > 9 * len(lines)


def is_canonical(text: str) -> bool:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n" == text
    except ValueError:
        return False


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "1e2", "1.0", "-0", "01", "9" * 16, "9" * 5000, "１", "true", "null", "[]", '"1"', ""]
)
def test_a_number_of_the_rules_is_a_whole_number(number: str) -> None:
    for old in ('"alternates": 2', '"count": 1', '"min": 3'):
        assert refused_by(edited("rules.json", old, f"{old.split(' ')[0]} {number}")) == "rules"


def test_counts_begin_at_1_and_alternates_at_0() -> None:
    for alternates, check in ((0, "result"), (LARGEST, "result"), (LARGEST + 1, "rules"), ("All", "rules")):
        assert with_stage(alternates=alternates) == check
    for count, check in ((2, "result"), (LARGEST, "result"), (LARGEST + 1, "rules"), (0, "rules"), ("All", "rules")):
        assert with_tier(count=count) == check


@pytest.mark.parametrize("condition", ["", "=|, ", ["", "x"], ["R00"], "字" * 5000, [str(n) for n in range(2000)]])
def test_a_filter_may_ask_any_column_for_any_string(condition: object) -> None:
    assert with_stage(households={"household": condition}) == "result"
    assert with_tier(units={"layout": condition}) == "result"


@pytest.mark.parametrize("condition", [{"min": 0}, {"max": LARGEST}, {"min": LARGEST, "max": 0}])
def test_a_range_may_take_nobody_and_end_at_the_largest_whole_number(condition: object) -> None:
    assert with_stage(households={"people": condition}) == "result"
    assert with_tier(units={"floor": condition}) == "result"


@pytest.mark.parametrize(
    "condition",
    [
        [],
        ["a", "a"],
        ["a", "b", "a"],
        [["a"]],
        [None],
        [1],
        {},
        {"min": "1"},
        {"max": 1, "min": 1},
        {"mid": 1},
        {"min": 1, "max": 2, "mid": 3},
        {"max": 2, "mid": 3},
        {"min": 1, "mid": 3},
        {"min": -1},
        {"max": LARGEST + 1},
        {"min": 1.0},
        None,
        1,
        True,
    ],
)
def test_a_condition_of_another_shape_is_refused_in_each_of_the_four_filters(condition: object) -> None:
    assert with_stage(households={"people": condition}) == "rules"
    assert with_stage(units={"floor": condition}) == "rules"
    assert with_tier(households={"people": condition}) == "rules"
    assert with_tier(units={"floor": condition}) == "rules"


@pytest.mark.parametrize("column", ["floor", "", "People", "constructor", "people "])
def test_a_filter_names_columns_of_its_own_table(column: str) -> None:
    assert with_stage(households={column: "x"}) == "rules"
    assert with_tier(households={column: "x"}) == "rules"
    assert with_stage(chances=column) == "rules"
    assert with_tier(units={"people": "x"}) == "rules"


def test_the_columns_of_a_filter_and_the_ends_of_a_range_stand_once_and_in_their_order() -> None:
    assert with_stage(households={"household": "x", "people": {"min": 1}, "category": "x"}) == "result"
    assert with_stage(households={"people": {"min": 1}, "household": "x"}) == "rules"
    assert with_stage(households={"household": "x", "category": "x", "people": {"min": 1}}) == "rules"
    old = '"people": {\n          "min": 3\n        }'
    assert refused_by(edited("rules.json", old, '"people": "x",\n        "people": "x"')) == "rules"
    for first, second in (("min", "min"), ("max", "max"), ("max", "min")):
        text = old.replace('"min": 3', f'"{first}": 3,\n          "{second}": 3')
        assert refused_by(edited("rules.json", old, text)) == "rules"


@pytest.mark.parametrize(
    ("field", "check"),
    [
        *((field, "result") for field in ("0", "9" * 15)),
        *((field, "rules") for field in ("1" + "0" * 15, "9" * 64, "00", "", "٣", "1.0", "1 0", "一")),
    ],
)
def test_a_range_needs_whole_numbers_in_every_row(field: str, check: str) -> None:
    for place in (1, -2):
        rows = [row.split(",") for row in SMALL["roll.csv"].decode().split("\n")]
        rows[place][2] = field
        roll = "\n".join(map(",".join, rows)).encode()
        if roll != SMALL["roll.csv"]:
            assert refused_by({**SMALL, "roll.csv": roll}) == check


def test_a_range_in_any_of_the_four_filters_needs_whole_numbers() -> None:
    for words, numbers in (({"name": {"min": 1}}, {"people": {"min": 1}}), ({"category": {"max": 1}}, {})):
        assert with_stage(households=words) == with_tier(households=words) == "rules"
        assert with_stage(households=numbers) == with_tier(households=numbers) == "result"
    assert with_stage(units={"layout": {"max": 1}}) == with_tier(units={"layout": {"max": 1}}) == "rules"


@pytest.mark.parametrize(
    ("chances", "check"),
    [
        *((chances, "result") for chances in ("9", "10", "59", "60", "64")),
        *((chances, "rules") for chances in ("0", "65", "70", "100", "001", "٣", "1 1", "")),
    ],
)
def test_chances_are_1_to_64(chances: str, check: str) -> None:
    rows = [row.split(",") for row in GOLDEN["chances"]["roll.csv"].decode().split("\n")]
    rows[1][rows[0].index(stages_of("chances")[0]["chances"])] = chances
    roll = "\n".join(map(",".join, rows)).encode()
    assert refused_by({**GOLDEN["chances"], "roll.csv": roll}) == check


@pytest.mark.parametrize(("people", "check"), [("2", "rules"), ("no such number", "result")])
def test_chances_are_asked_of_whom_the_stage_takes_even_if_an_earlier_one_may_house_them(
    people: str, check: str
) -> None:
    stages = stages_of("small")
    stages[0].update(households={})
    stages[1].update(households={"people": people}, chances="name")
    assert refused_by(with_stages(stages)) == check


@pytest.mark.parametrize(("count", "check"), [(1, "result"), (64, "result"), (65, "rules"), (0, "rules")])
def test_there_are_1_to_64_stages_and_in_each_1_to_64_tiers(count: int, check: str) -> None:
    stage = stages_of("small")[0]
    tiers = [{**stage["tiers"][0], "id": f"t{n}"} for n in range(count)]
    assert with_stage(tiers=tiers) == check
    if count:  # a notice cannot promise 0 stages
        assert refused_by(with_stages([{**stage, "id": f"s{n}"} for n in range(count)])) == check


@pytest.mark.parametrize("bad", ["", "A", "1a", "a_b", "a" * 33, "é", "-", "a ", 1, None, ["a"]])
def test_an_id_is_a_label(bad: object) -> None:
    assert with_stage(id=bad) == with_tier(id=bad) == "rules"


def test_an_id_is_unique_among_stages_and_among_the_tiers_of_its_stage_only() -> None:
    stages: list[Any] = stages_of("small")
    stages[1]["tiers"][0]["id"] = stages[0]["tiers"][0]["id"]
    assert refused_by(with_stages(stages)) == "result"
    assert with_tier(id=stages[0]["tiers"][1]["id"]) == "rules"
    assert with_stage(id=stages[1]["id"]) == "rules"
    assert with_tier(id=stages[0]["id"]) == "result"


@pytest.mark.parametrize(
    ("title", "check"),
    [("", "rules"), ("长" * 81, "rules"), ("a|b", "rules"), (1, "rules"), (None, "rules"), ("𠮷" * 80, "result")],
)
def test_a_title_is_a_value(title: object, check: str) -> None:
    assert with_stage(title=title) == with_tier(title=title) == check


@pytest.mark.parametrize(
    ("first", "second", "check"),
    [
        ("draw", "draw", "result"),
        ("draw", "choose", "result"),
        ("choose", "draw", "rules"),
        ("choose", "choose", "rules"),
    ],
)
def test_no_later_stage_takes_a_unit_that_households_choose(first: str, second: str, check: str) -> None:
    stages = stages_of("small")
    for stage, assign, layouts in zip(stages, (first, second), ("两居", ["一居", "两居"]), strict=True):
        stage.update(assign=assign, units={"layout": layouts})
        for tier in stage["tiers"]:
            tier["units"] = {}
    assert refused_by(with_stages(stages)) == check
    stages[1]["units"] = {"layout": "一居"}
    assert refused_by(with_stages(stages)) == "result"


def test_what_a_draw_stage_leaves_later_ones_may_take_even_behind_a_choose_stage() -> None:
    stages = stages_of("small")
    stages.append({**stages[1], "id": "third"})
    for stage, assign, layout in zip(stages, ("choose", "draw", "draw"), ("两居", "一居", "一居"), strict=True):
        stage.update(assign=assign, units={"layout": layout})
        for tier in stage["tiers"]:
            tier["units"] = {}
    assert refused_by(with_stages(stages)) == "result"
    stages[2]["units"] = {"layout": "两居"}
    assert refused_by(with_stages(stages)) == "rules"


def test_the_tiers_of_a_choose_stage_filter_no_units_not_even_all_of_them() -> None:
    for units, check in (({}, "result"), ({"layout": "两居"}, "rules"), ({"floor": {"min": 0}}, "rules")):
        stage = stages_of("small")[0]
        stage.update(assign="choose", units={"layout": "两居"})
        stage["tiers"][0]["units"] = {}
        stage["tiers"][1]["units"] = units
        assert refused_by(with_stages([stage])) == check


@pytest.mark.parametrize("folder", ["small", "choose", "tiers", "numbers", "least"])
def test_a_line_of_the_result_that_is_missing_doubled_or_changed_at_an_end_is_refused(folder: str) -> None:
    lines = GOLDEN[folder]["result.csv"].split(b"\n")[:-1]
    for place, line in enumerate(lines):
        for instead in ([], [line, line], [line + b"x"], [b"x" + line], [line[:-1]], [line, b""]):
            text = b"".join(row + b"\n" for row in [*lines[:place], *instead, *lines[place + 1 :]]) or b"\n"
            assert refused_by({**GOLDEN[folder], "result.csv": text}) == "result", instead


def test_the_reason_tells_which_line_of_the_result_is_wrong_and_what_the_draw_gives() -> None:
    lines = SMALL["result.csv"].decode().split("\n")[:-1]
    for place, line in enumerate(lines):
        where = f"result.csv, line {place + 1}: "
        for result, why in (
            ([*lines[:place], "x", *lines[place + 1 :]], f'{where}"x" stands there, and the draw gives "{line[:50]}'),
            (lines[:place], f'result.csv: ends after line {place}, where "{line[:50]}'),
        ):
            text = "".join(f"{row}\n" for row in result).encode()
            judged = judge_with_both(resealed({**SMALL, "result.csv": text}))
            assert judged.why is not None
            assert judged.why.startswith(why if text else "result.csv: the file is empty")
    judged = judge_with_both(resealed({**SMALL, "result.csv": SMALL["result.csv"] + b"x\n"}))
    assert judged.why == f'result.csv, line {len(lines) + 1}: "x" stands after what should be the last line'


@pytest.mark.parametrize(
    ("field", "condition", "taken"),
    [
        ("9" * 15, {"min": LARGEST}, True),
        ("9" * 15, {"min": 0}, True),
        ("9" * 15, {"max": LARGEST - 1}, False),
        ("0", {"max": 0}, True),
        ("0", {"min": 1}, False),
        ("10", {"min": 9, "max": 11}, True),
        ("10", {"min": 10, "max": 10}, True),
        ("10", {"min": 11, "max": 9}, False),
        ("1", ["01", "10"], False),
        ("1", "1", True),
        ("", "", True),
    ],
)
def test_a_condition_takes_what_the_format_says(field: str, condition: object, taken: bool) -> None:
    """A folder with one household and one flat, whose result can be written down here."""
    rules = with_stages(
        [{**stages_of("minimal")[0], "alternates": 0, "households": {"n": condition}, "chances": None}], "minimal"
    )
    files = {**rules, "roll.csv": f"household,n\na,{field}\n".encode(), "units.csv": b"unit\nu\n"}
    files["notice.txt"] = re.sub(rb"(?m)^((roll|units): [0-9a-f]{64}) [0-9]+$", rb"\1 1", files["notice.txt"])
    seed = hashlib.sha256(resealed(files)["seed.txt"]).hexdigest()
    stage = stages_of("minimal")[0]
    ticket = hashlib.sha256(f"{seed}|household|{stage['id']}|a|1".encode()).hexdigest()
    row = f"{stage['id']},{stage['tiers'][0]['id']},1,a,{ticket},allotted,u\n"
    files["result.csv"] = f"stage,tier,rank,household,ticket,outcome,unit\n{row if taken else ''}".encode()
    assert refused_by(files) is None
