"""What must hold of every draw, not only of the golden ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import Files, folders, mutated
from judges import SEVEN, golden_vectors, judge_with_both, write_folder
from kiosk.core import allot, evidence, tables, text
from kiosk.core.tables import Table

SEED = text.sha256("a seed")
many = settings(max_examples=150, deadline=None)


def drawn(files: Files, seed: str = SEED) -> list[allot.Drawn]:
    inputs = evidence.read_inputs(files)
    return [row for stage in allot.allot(seed, inputs.roll, inputs.units, inputs.rules) for row in stage.rows()]


@many
@given(folders())
def test_core_and_verifier_accept_what_was_drawn(files: Files) -> None:
    assert judge_with_both(files).verdict == "verified"


@many
@given(folders().flatmap(mutated))
def test_core_and_verifier_say_the_same_of_a_folder_with_a_mistake_in_it(files: Files) -> None:
    judge_with_both(files)


@many
@given(folders())
def test_no_household_is_housed_twice_and_no_unit_is_used_twice(files: Files) -> None:
    allotted = [row for row in drawn(files) if row.outcome == "allotted"]
    households = [row.household for row in allotted]
    flats = [row.unit for row in allotted if row.unit]
    assert len(set(households)) == len(households)
    assert len(set(flats)) == len(flats)


@many
@given(folders())
def test_a_household_is_an_alternate_only_where_nothing_that_its_tiers_offer_is_left(files: Files) -> None:
    """Nobody is passed over: the ranks of a tier are in the order of tickets, and who waits has a later ticket."""
    inputs = evidence.read_inputs(files)
    for result in allot.allot(SEED, inputs.roll, inputs.units, inputs.rules):
        for tier in result.tiers:
            assert tier.households == sorted(tier.households)
        assert result.alternates == sorted(result.alternates)
        ranks = [row.rank for row in result.allotted()]
        assert ranks == list(range(1, len(ranks) + 1))


@many
@given(folders(), st.data())
def test_another_household_on_the_roll_changes_nobody_elses_ticket(files: Files, data: st.DataObject) -> None:
    inputs = evidence.read_inputs(files)
    before = {(row.stage, row.household): row.ticket for row in drawn(files)}
    new = data.draw(st.sampled_from(inputs.roll.rows))[1:]
    roll = Table(inputs.roll.columns, sorted([*inputs.roll.rows, ("another", *new)]))
    after = [row for stage in allot.allot(SEED, roll, inputs.units, inputs.rules) for row in stage.rows()]
    for row in after:
        assert before.get((row.stage, row.household), row.ticket) == row.ticket


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(1, 64))
def test_a_ticket_is_the_smallest_of_as_many_hashes_as_there_are_chances(seed: str, chances: int) -> None:
    hashes = [text.sha256(f"{seed}|household|s|R1|{chance}") for chance in range(1, chances + 1)]
    assert allot.ticket(seed, "s", "R1", chances) == min(hashes)


DRAW_AGAIN = """
import sys
from pathlib import Path
from kiosk.core import evidence
files = {name: Path(sys.argv[1], name).read_bytes() for name in evidence.INPUTS}
inputs = evidence.read_inputs(files)
_, made = evidence.complete(inputs, files, Path(sys.argv[1], "seed.txt").read_bytes().decode())
sys.stdout.buffer.write(made["result.csv"] + made["SHA256SUMS"])
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Asia/Shanghai"},
        {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"},
        {"PYTHONHASHSEED": "1", "PYTHONUTF8": "0", "LC_ALL": "POSIX", "PYTHONOPTIMIZE": "1"},
    ],
)
def test_the_bytes_are_the_same_under_any_hash_seed_locale_and_time_zone(
    environment: dict[str, str], tmp_path: Path
) -> None:
    _, files, _ = next(vector for vector in golden_vectors() if vector[0] == "tiers")
    write_folder(files, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", DRAW_AGAIN, str(tmp_path)],
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
    )
    assert done.stdout == files["result.csv"] + files["SHA256SUMS"]


def test_a_table_is_read_back_as_it_was_written() -> None:
    roll = Table(("household", "name"), [("A", "陈**"), ("B", "")])
    assert tables.parse(tables.write(roll), "roll.csv", "household") == roll


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_one_flipped_bit_anywhere_in_a_golden_folder_is_noticed(data: st.DataObject) -> None:
    _, files, _ = data.draw(
        st.sampled_from([vector for vector in golden_vectors() if vector[0] in ("small", "minimal")])
    )
    name = data.draw(st.sampled_from(SEVEN))
    place = data.draw(st.integers(0, len(files[name]) * 8 - 1))
    changed = bytearray(files[name])
    changed[place // 8] ^= 1 << place % 8
    assert judge_with_both({**files, name: bytes(changed)}).verdict == "refuted"
