"""Core, verifier and page say the same of made-up folders with mistakes in them, each time from a new seed."""

import os
from collections import Counter
from random import SystemRandom

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from draws import Files, folders, mutated
from judges import Judgement, judge_with_both
from pages import PAGE, Page

SEED = int(os.environ.get("MINGYAO_FUZZ_SEED") or SystemRandom().getrandbits(32))
ONLY_NEW = {
    "phases": (Phase.generate, Phase.shrink), "database": None, "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}  # fmt: skip


@pytest.mark.long
def test_core_and_verifier_agree_on_ten_thousand_mutated_folders() -> None:
    verdicts: Counter[str | None] = Counter()

    @seed(SEED)
    @settings(max_examples=10_000, **ONLY_NEW)  # type: ignore[arg-type]
    @given(folders().flatmap(mutated))
    def agree(files: Files) -> None:
        verdicts[judge_with_both(files).check] += 1

    print(f"MINGYAO_FUZZ_SEED={SEED}")
    agree()
    print(f"refuted by: {dict(verdicts)}")
    assert sum(verdicts.values()) >= 10_000
    # Folders that all fail at their sums would show nothing.
    assert verdicts.keys() >= {"sums", "text", "notice", "roll", "units", "rules", "seed", "result"}


@pytest.mark.long
@pytest.mark.browser
def test_the_page_agrees_with_both_on_three_hundred_mutated_folders() -> None:
    expected: list[Judgement] = []
    made: list[Files] = []

    @seed(SEED + 1)
    @settings(max_examples=300, **ONLY_NEW)  # type: ignore[arg-type]
    @given(folders().flatmap(mutated))
    def judge(files: Files) -> None:
        made.append(files)
        expected.append(judge_with_both(files))

    print(f"MINGYAO_FUZZ_SEED={SEED}")
    judge()
    page = Page()
    try:
        page.open(PAGE.as_uri())
        for start in range(0, len(made), 25):
            said = page.judge_chosen(*made[start : start + 25])
            assert said == expected[start : start + 25]
    finally:
        page.close()
    print(f"the page agreed on {len(made)}: {dict(Counter(each.check for each in expected))}")
