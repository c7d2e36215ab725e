"""A draw forged by operator and notary together once all is known (docs/THREATS.md).

With the secrets and the dice in hand they change a word of the notice that binds nothing else - the second at which the
ceremony opens - until the household that they want is drawn. The folder is without a fault. What exposes it is what
somebody kept: the notice hash that was published days before, or the result hash from the hall.
"""

import re
from dataclasses import dataclass

import pytest

from forgeries import GOLDEN
from judges import Judgement, golden_vectors, judge_with_both
from kiosk.core import allot, evidence, text

HASHES = {name: hashes for name, _, hashes in golden_vectors()}
VERIFIED = Judgement("verified", None)


@dataclass(frozen=True)
class Forged:
    files: dict[str, bytes]
    tries: int


def _housed(files: dict[str, bytes]) -> set[str]:
    lines = files[allot.FILE].decode().splitlines()
    return {line.split(",")[3] for line in lines if ",allotted," in line}


def _forged(name: str, wanted: str) -> Forged:
    """The golden folder, ground until the wanted household is housed."""
    golden = GOLDEN[name]
    for second in range(86400):
        time = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        notice = re.sub(rb"(?m)^(opens: .{10}T)..:..:..", rb"\g<1>" + time.encode(), golden["notice.txt"])
        files = {**{each: golden[each] for each in evidence.INPUTS}, "notice.txt": notice}
        told = text.sha256(notice).encode()
        seed_txt = re.sub(rb"(?m)^(notice: )[0-9a-f]{64}", rb"\g<1>" + told, golden["seed.txt"]).decode()
        _, made = evidence.complete(evidence.read_inputs(files), files, seed_txt)
        if notice != golden["notice.txt"] and wanted in _housed(made):
            return Forged({**files, **made}, second + 1)
    raise AssertionError("a day has seconds enough")


@pytest.mark.parametrize("name", ["small", "tiers", "choose"])
def test_a_folder_forged_after_the_draw_is_whole_and_the_notice_published_before_exposes_it(name: str) -> None:
    golden = GOLDEN[name]
    rows = golden["result.csv"].decode().splitlines()
    wanted = next(row.split(",")[3] for row in reversed(rows) if ",alternate," in row)
    assert wanted not in _housed(golden)
    forged = _forged(name, wanted)
    assert forged.tries < 1000  # it takes nobody long
    for same in ("roll.csv", "units.csv", "rules.json"):
        assert forged.files[same] == golden[same]
    # Who kept nothing sees nothing.
    assert judge_with_both(forged.files) == VERIFIED
    # Who kept the notice hash, or wrote down the result hash in the hall, does.
    assert judge_with_both(forged.files, notice=HASHES[name].notice) == Judgement("refuted", "notice")
    assert judge_with_both(forged.files, claimed=HASHES[name].result) == Judgement("refuted", "claimed")
    assert judge_with_both(golden, HASHES[name].result, HASHES[name].notice) == VERIFIED


def test_the_same_notice_leaves_nothing_to_grind() -> None:
    """Dice and secrets being what they are, one seed alone belongs to the notice: there is no word to choose."""
    golden = GOLDEN["small"]
    for old, new in (
        (b"seed v1\n", b"seed v1\n\n"),
        (b"reveal ", b"reveal  "),
        (b"contribution 1: ", b"contribution 01: "),
    ):
        changed = golden["seed.txt"].replace(old, new, 1)
        files = {each: golden[each] for each in evidence.INPUTS}
        forged = {**files, "seed.txt": changed, "result.csv": golden["result.csv"]}
        forged["SHA256SUMS"] = evidence.sums(forged).encode()
        assert judge_with_both(forged) == Judgement("refuted", "seed")
