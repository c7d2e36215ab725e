"""What the core refuses, and with which line and value: a person has to find the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import folders
from judges import golden_vectors
from kiosk.core import evidence, notice, rules, tables, text
from kiosk.core.errors import InputError, VerificationError
from kiosk.core.tables import Table
from kiosk.words import explain

GOLDEN = {name: files for name, files, _ in golden_vectors()}


def test_a_notice_that_ends_early_is_refused_at_the_line_that_is_missing() -> None:
    lines = GOLDEN["tiers"]["notice.txt"].decode().splitlines(keepends=True)
    for kept in range(len(lines)):
        with pytest.raises(InputError) as refused:
            notice.parse("".join(lines[:kept]))
        if lines[kept].startswith("commitment ") or (kept and lines[kept - 1].startswith("commitment ")):
            assert refused.value.code in ("notice.short", "notice.commitments")
        else:
            assert (refused.value.code, refused.value.values["line"]) == ("notice.short", kept + 1)


@given(st.text('aB1 ,|"\n=+-@\u3000\u00a0é', max_size=5) | st.text("字", min_size=60, max_size=70))
def test_a_field_is_refused_beforehand_exactly_where_a_table_with_it_would_be(field: str) -> None:
    written = tables.write(Table(("household", "name"), [("1", field)]))
    try:
        there = tables.parse(written, "roll.csv", "household").rows == [("1", field)]
    except InputError as error:
        assert error.values["file"] == "roll.csv"
        there = False
    assert (tables.field_problem(field) is None) == there


@given(folders())
def test_a_file_that_is_not_there_makes_a_folder_unusable_and_not_refuted(files: dict[str, bytes]) -> None:
    for name in evidence.FILES:
        with pytest.raises(InputError) as missing:
            evidence.judge({each: data for each, data in files.items() if each != name})
        assert (missing.value.code, missing.value.values) == ("evidence.missing", {"file": name})
    inputs = evidence.read_inputs(files)
    for read in (lambda: evidence.read_inputs({}), lambda: evidence.read_seed({}, inputs)):
        with pytest.raises(InputError) as missing:
            read()
        assert missing.value.code == "evidence.missing"


def test_the_first_line_of_the_result_that_differs_is_named() -> None:
    files = GOLDEN["small"]
    whole = files["result.csv"].splitlines(keepends=True)
    changes = {
        1: [whole[0].replace(b"rank", b"rang"), *whole[1:]],
        3: [*whole[:2], whole[2].replace(b"allotted", b"alotted"), *whole[3:]],
        len(whole): whole[:-1],
        len(whole) + 1: [*whole, whole[-1]],
    }
    for line, lines in changes.items():
        changed = {**files, "result.csv": b"".join(lines)}
        changed["SHA256SUMS"] = evidence.sums(changed).encode()
        with pytest.raises(VerificationError) as refuted:
            evidence.judge(changed)
        assert (refuted.value.check, refuted.value.values["line"]) == ("result", line)


def test_the_file_that_is_not_the_one_in_the_sums_is_named() -> None:
    files = GOLDEN["small"]
    for name in evidence.SUMMED:
        with pytest.raises(VerificationError) as refuted:
            evidence.judge({**files, name: files[name] + b"\n"})
        assert (refuted.value.check, refuted.value.code) == ("sums", "evidence.sums")
        assert refuted.value.values == {"file": name}
    for sums in (files["SHA256SUMS"] + b"\n", b"\n".join(sorted(files["SHA256SUMS"].splitlines())) + b"\n"):
        with pytest.raises(VerificationError) as refuted:
            evidence.judge({**files, "SHA256SUMS": sums})
        assert (refuted.value.check, refuted.value.code) == ("sums", "evidence.sums-layout")


def test_a_frozen_file_that_was_damaged_is_restored_and_not_frozen_anew() -> None:
    """Whatever the damage, the file is named, and the first thing to do is to take it from another copy."""
    files = {name: GOLDEN["small"][name] for name in evidence.INPUTS}
    whole = files["roll.csv"]
    for damaged in (
        whole[:-1],
        whole + b"\xff\n",
        b"\xef\xbb\xbf" + whole,
        whole.replace(b"0", b"\0", 1),
        whole.replace(b"0", b"1", 1),
    ):
        with pytest.raises(VerificationError) as refused:
            evidence.read_inputs({**files, "roll.csv": damaged})
        for language, mirror in (("en", "the mirror"), ("zh-CN", "镜像")):
            said = explain(language, refused.value)
            assert "roll.csv" in said and mirror in said


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"a\n\xff\n", "text.utf8", 2),
        (b"a\nb\x00\n", "text.hidden", 2),
        ("a\nb\ne\u0301\n".encode(), "text.nfc", 3),
    ],
)
def test_text_is_refused_at_its_line(data: bytes, code: str, line: int) -> None:
    with pytest.raises(InputError) as refused:
        text.decode(data, "roll.csv")
    assert (refused.value.code, refused.value.values["line"]) == (code, line)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("household\n", "table.empty"),
        ("Household\n1\n", "table.column"),
        ("household,name,name\n1,a,b\n", "table.columns-repeat"),
        (",".join(["household", *(f"c{n}" for n in range(32))]) + "\n", "table.columns-many"),
        ("unit\n1\n", "table.key"),
        ("household,name\n1,a,b\n", "table.fields"),
        ("household,name\n1\n", "table.fields"),
        ("household,name\n,a\n", "table.no-id"),
        ("household\n2\n1\n", "table.order"),
        ("household\n1\n1\n", "table.order"),
    ],
)
def test_a_table_is_refused_for_what_is_wrong_with_it(content: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        tables.parse(content, "roll.csv", "household")
    assert refused.value.code == code


def test_rules_in_another_layout_are_refused_at_the_first_line_that_is_otherwise() -> None:
    roll, units = Table(("household",), [("1",)]), Table(("unit",), [("1",)])
    lines = GOLDEN["tiers"]["rules.json"].decode().split("\n")
    for number in (1, 2, 9, len(lines) - 1):
        changed = [*lines[: number - 1], " " + lines[number - 1], *lines[number:]]
        with pytest.raises(InputError) as refused:
            rules.parse("\n".join(changed), roll, units)
        assert (refused.value.code, refused.value.values["line"]) == ("rules.layout", number)


@pytest.mark.parametrize("row", ["2,b,c", ",b", "0,b", "2,b|", "2,=b", "2, b"])
def test_a_row_is_refused_by_its_line(row: str) -> None:
    with pytest.raises(InputError) as refused:
        tables.parse(f"household,name\n1,a\n{row}\n3,c\n", "roll.csv", "household")
    assert refused.value.values["line"] == 3
