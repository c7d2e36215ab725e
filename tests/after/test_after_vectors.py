"""Every golden chain and every broken one of FORMAT.md 11, by the program and by the verifier."""

import subprocess
import sys
from pathlib import Path

import pytest

from afters import Broken, Golden, broken_chains, draw, files, golden_chains, judge_with_both, judge_with_verifier
from judges import VERIFIER, Judgement, verifier, write_folder
from kiosk.after import told
from kiosk.after.chain import KINDS, decode

GOLDEN = list(golden_chains())
BROKEN = list(broken_chains())


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_a_golden_chain_is_right_and_says_who_holds_each_place(golden: Golden) -> None:
    judged = judge_with_both(files(golden.folder), golden.after)
    assert judged == Judgement("verified", None)
    assert judged.why == golden.holders


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_chain_is_refused_by_the_check_that_is_named(broken: Broken) -> None:
    judged = judge_with_both(files(broken.folder), broken.after, broken.entry)
    assert judged == Judgement("refuted", broken.check), broken.why


def test_the_vectors_reach_every_check_and_every_kind_of_entry() -> None:
    checks = [name for name, _, _ in verifier().AFTER_CHECKS]
    assert [name for name, _ in told.CHECKS] == checks
    assert {broken.check for broken in BROKEN} == set(checks)
    kinds = {entry.kind for golden in GOLDEN for entry in decode(golden.after, draw(golden.folder).result_hash)}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_each_entry_of_a_golden_chain_is_found_by_the_beginning_of_its_hash(golden: Golden) -> None:
    result_hash = draw(golden.folder).result_hash
    for entry in decode(golden.after, result_hash):
        assert decode(golden.after, result_hash, entry.hash[:32].upper())


def test_a_chain_is_judged_only_after_the_seven_files() -> None:
    seven = {**files("golden/small"), "result.csv": b"stage\n"}
    assert judge_with_verifier(seven, b"{}\n") == Judgement("refuted", "sums")


def test_a_copy_of_the_verifier_alone_judges_a_chain(tmp_path: Path) -> None:
    """As a process: what the command line gives, and the verdict on the last line."""
    golden = next(golden for golden in GOLDEN if golden.name == "undone")
    (tmp_path / "verify.py").write_bytes(VERIFIER.read_bytes())
    folder = tmp_path / "draw"
    folder.mkdir()
    write_folder({**files(golden.folder), "after.jsonl": golden.after}, folder)
    last = decode(golden.after, draw(golden.folder).result_hash)[-1].hash

    def verify(*options: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", "draw", "--lang", "en", *options],
            cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.stderr == ""
        return done.returncode, done.stdout

    status, said = verify("--after", "--entry", last)
    assert status == 0
    assert "nothing is missing at the end" not in said
    assert "since then" in said
    status, said = verify("--after")
    assert status == 0
    assert "nothing is missing at the end" in said
    lines = golden.after.splitlines(keepends=True)
    (folder / "after.jsonl").write_bytes(b"".join(lines[:-1]))
    status, said = verify("--after", "--entry", last)
    assert (status, said.splitlines()[-1].split(":")[0]) == (1, "refuted after-entry")
    (folder / "after.jsonl").unlink()
    assert verify("--after")[0] == 0
    (folder / "after.jsonl").mkdir()
    assert verify("--after")[0] == 2
    assert verify("--entry", last)[0] == 2
    assert verify()[0] == 0
