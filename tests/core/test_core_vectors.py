"""The draw gives every golden folder's bytes again, and refuses every broken one by the check that must refuse it."""

import pytest

from judges import Broken, Golden, broken_vectors, golden_vectors, judge_with_core
from kiosk.core import evidence

GOLDEN = list(golden_vectors())
BROKEN = list(broken_vectors())


@pytest.mark.parametrize(("files", "hashes"), [g[1:] for g in GOLDEN], ids=[g[0] for g in GOLDEN])
def test_a_golden_folder_is_drawn_again_byte_for_byte(files: dict[str, bytes], hashes: Golden) -> None:
    inputs = evidence.read_inputs({name: files[name] for name in evidence.INPUTS})
    _, made = evidence.complete(inputs, files, files["seed.txt"].decode())
    assert made == {name: files[name] for name in ("seed.txt", "result.csv", "SHA256SUMS")}


@pytest.mark.parametrize(("files", "hashes"), [g[1:] for g in GOLDEN], ids=[g[0] for g in GOLDEN])
def test_a_golden_folder_has_the_hashes_that_a_person_sees(files: dict[str, bytes], hashes: Golden) -> None:
    judged = evidence.judge(files, claimed=hashes.result.upper(), published=hashes.notice.upper())
    assert Golden(judged.inputs.notice_hash, judged.seed_hash, judged.result_hash) == hashes


@pytest.mark.parametrize(("files", "broken"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_folder_is_refused_by_its_check(files: dict[str, bytes], broken: Broken) -> None:
    assert judge_with_core(files, broken.claimed) == broken.judgement


def test_a_notice_hash_that_was_not_the_published_one_refutes_the_notice() -> None:
    files, hashes = GOLDEN[0][1:]
    assert judge_with_core(files, notice=hashes.seed).check == "notice"
    assert judge_with_core(files, notice=hashes.notice[:32]).check == "notice"
