"""Edges of the format: the characters of FORMAT.md 1.2 and 1.3, read from the document itself, and what 3.5 allows."""

import re
import sys
from pathlib import Path

from draws import signed
from judges import Judgement, golden_vectors, judge_with_both
from kiosk.core import evidence, rules, tables, text
from kiosk.core.errors import VerificationError

FORMAT = (Path(__file__).parents[2] / "docs" / "FORMAT.md").read_text(encoding="utf-8")


def named(begin: str, end: str) -> set[int]:
    """The code points between these words of the document, single ones and ranges."""
    words = FORMAT.partition(begin)[2].partition(end)[0]
    spans = re.findall(r"U\+([0-9A-F]{4,5})(?:–U\+([0-9A-F]{4,5}))?", words)
    return {point for low, high in spans for point in range(int(low, 16), int(high or low, 16) + 1)}


def test_what_may_not_occur_is_what_the_format_names() -> None:
    expected = named("1.2 None of these occurs:", ": control characters") - {ord("\n")}
    assert len(expected) > 4000
    assert {point for point in range(sys.maxunicode + 1) if text.HIDDEN.match(chr(point))} == expected


def test_white_space_is_what_the_format_names() -> None:
    assert {ord(character) for character in text.WHITE_SPACE} == named("*White space* is", "A *value*")


def test_stages_after_a_choosing_may_share_units_that_nobody_chooses() -> None:
    """FORMAT.md 3.5 forbids only what an earlier `choose` stage could take."""
    files = dict(next(files for name, files, _ in golden_vectors() if name == "choose"))
    units = [line.split(",") for line in files["units.csv"].decode().splitlines()]
    values = sorted({row[1] for row in units[1:]})
    assert len(values) > 1

    def stage(id: str, assign: str, value: str) -> dict[str, object]:
        tier = {"id": "all", "title": "x", "households": {}, "units": {}, "count": 1}
        return {"id": id, "title": "x", "households": {}, "units": {units[0][1]: value}, "chances": None,
                "assign": assign, "alternates": "all", "tiers": [tier]}  # fmt: skip

    def judged(*stages: dict[str, object]) -> Judgement:
        files["rules.json"] = rules.write({"stages": list(stages)}).encode()
        told = re.sub(rb"(?m)^(rules: [0-9a-f]{64}) \d+$", rb"\1 %d" % len(stages), files["notice.txt"])
        sealed = signed({**files, "notice.txt": told})
        try:
            inputs = evidence.read_inputs(sealed)
        except VerificationError:
            return judge_with_both(sealed)
        made = evidence.complete(inputs, sealed, sealed["seed.txt"].decode())[1]
        return judge_with_both({**sealed, **made})

    chosen, other = values[:2]
    first, second, third = stage("a", "choose", chosen), stage("b", "draw", other), stage("c", "draw", other)
    assert judged(first, second, third) == Judgement("verified", None)
    assert judged(second, third, first) == Judgement("verified", None)
    assert judged(first, second, stage("c", "draw", chosen)) == Judgement("refuted", "rules")


def test_fields_that_come_again_and_again_lie_in_memory_once() -> None:
    """Else a roll of 200,000 households would take twice as much of it."""
    rows = tables.parse("household,name,people\n1,陈**,低保\n2,陈**,低保\n3,王**,低保\n", "roll.csv", "household").rows
    assert rows == [("1", "陈**", "低保"), ("2", "陈**", "低保"), ("3", "王**", "低保")]
    assert rows[0][1] is rows[1][1] and rows[0][2] is rows[1][2] is rows[2][2]
