"""FORMAT.md 2: what no line of broken.jsonl holds, or not at every edge, both ways (forgeries.py says how)."""

import pytest

from forgeries import GOLDEN, WHITE, edited, refused_by, resealed
from judges import judge_with_both

SMALL = GOLDEN["small"]


@pytest.mark.parametrize("white", WHITE)
def test_white_space_at_either_end_of_a_field_is_refused(white: str) -> None:
    roll, result = ("text", "text") if white in "\u2000\u2001" else ("roll", "result")  # these two are not NFC
    assert refused_by(edited("roll.csv", "欧阳*", f"{white}欧阳*")) == roll
    assert refused_by(edited("roll.csv", "欧阳*", f"欧阳*{white}")) == roll
    assert refused_by(edited("roll.csv", "欧阳*", white)) == roll
    assert refused_by(edited("roll.csv", "R00,", f"{white}R00,")) == roll
    assert refused_by(edited("roll.csv", "欧阳*", f"欧{white}阳")) == result


@pytest.mark.parametrize("field", ["=1", "+1", "-1", "@a", "=", "+", "-", "@", 'a"b', '"', "a|b", "|", "字" * 65])
def test_a_field_that_may_not_be_is_refused_in_each_column_of_both_tables(field: str) -> None:
    assert refused_by(edited("roll.csv", "R00,", f"{field},")) == "roll"
    assert refused_by(edited("roll.csv", "R07", f"{field}")) == "roll"
    assert refused_by(edited("roll.csv", "欧阳*", field)) == "roll"
    row = SMALL["units.csv"].decode().split("\n")[1]
    assert refused_by(edited("units.csv", row, f"{row.rsplit(',', 1)[0]},{field}")) == "units"


@pytest.mark.parametrize("field", ["", "a", "a=", "1-2", "a@b", "'", "字" * 64, "𠮷" * 64, "a b", "\ue000"])
def test_a_field_that_may_be_is_allowed(field: str) -> None:
    assert refused_by(edited("roll.csv", "欧阳*", field)) == "result"


@pytest.mark.parametrize("column", ["a", "a_", "z9", "c" * 32])
def test_a_column_may_be_named_so(column: str) -> None:
    assert refused_by(edited("roll.csv", "household,name,", f"household,{column},")) == "result"


@pytest.mark.parametrize(
    "column",
    ["", "A", "_a", "9a", "a-b", "a b", "é", "c" * 33, "people", "household", " a", "a\u0660", "=a", "aB", "a^"],
)
def test_a_column_may_not_be_named_so(column: str) -> None:
    assert refused_by(edited("roll.csv", "household,name,", f"household,{column},")) == "roll"


@pytest.mark.parametrize(("columns", "check"), [(32, "result"), (33, "roll"), (34, "roll"), (400, "roll")])
def test_a_table_has_at_most_32_columns(columns: int, check: str) -> None:
    header, *rows = SMALL["roll.csv"].decode().split("\n")[:-1]
    more = range(columns - len(header.split(",")))
    lines = [header + "".join(f",c{n}" for n in more), *(row + ",x" * len(more) for row in rows)]
    assert refused_by({**SMALL, "roll.csv": "".join(f"{line}\n" for line in lines).encode()}) == check


@pytest.mark.parametrize(("name", "check"), [("roll.csv", "roll"), ("units.csv", "units")])
def test_a_table_has_one_row_for_each_that_the_notice_counts(name: str, check: str) -> None:
    data = SMALL[name]
    fewer = data[: data[:-1].rindex(b"\n") + 1]
    more = data + b"~" + b"," * data.split(b"\n")[0].count(b",") + b"\n"
    assert refused_by({**SMALL, name: fewer}) == check
    assert refused_by({**SMALL, name: more}) == check


def test_the_order_is_that_of_utf_8_and_ends_count() -> None:
    """A prefix comes first; a letter beyond U+FFFF comes last, though UTF-16 would have it before U+FF21."""
    assert refused_by(edited("roll.csv", "R07,", "R06\uff21,")) == "result"
    assert refused_by(edited("roll.csv", "R07,", "R06,")) == "roll"
    for first, second, check in (("\uff21", "𠮷", "result"), ("𠮷", "\uff21", "roll")):
        files = edited("roll.csv", "R06,", f"{first},")
        assert refused_by({**files, "roll.csv": files["roll.csv"].replace(b"R07,", f"{second},".encode())}) == check


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("R01,欧阳*,", "R01,", 'line 3: "R01,2,一般,1" has 4 fields, and the first line has 5'),
        ("R01,", ",", "line 3: the household is empty"),
        ("欧阳*", "字" * 65, f'line 3: "{"字" * 65}" in the column name has more than 64 characters'),
        ("欧阳*", "a|b", 'line 3: "a|b" in the column name holds a " or a |'),
        ("欧阳*", "@a", 'line 3: "@a" in the column name begins like a spreadsheet\'s formula'),
        ("欧阳*", "\u3000欧", r'line 3: "\u3000欧" in the column name has white space at an end'),
        ("R01,", "R00,", 'line 3: "R00" comes after "R00"'),
        ("name,", "Name,", 'line 1: column 2, "Name", is not [a-z][a-z0-9_]{0,31}'),
        ("household,", "house,", "line 1: the first column is house, and should be household"),
    ],
)
def test_the_reason_tells_line_column_and_what_stands_there(old: str, new: str, why: str) -> None:
    judged = judge_with_both(resealed(edited("roll.csv", old, new)))
    assert judged.why is not None
    assert judged.why.startswith(f"roll.csv, {why}")
