"""Whole draws, made from two tables and rules: their files, with the result that core draws."""

from collections.abc import Sequence
from typing import Any

from kiosk.core import evidence, notice, rules, seed, text
from kiosk.core.notice import Hashed, Notice

Files = dict[str, bytes]

SECRET = "0123456789abcdef" * 2


def whole(roll: Sequence[str], units: Sequence[str], stages: list[dict[str, Any]], title: str = "Made up") -> Files:
    """roll, units: their lines."""
    files = {
        evidence.ROLL: "".join(f"{line}\n" for line in roll).encode(),
        evidence.UNITS: "".join(f"{line}\n" for line in units).encode(),
        rules.FILE: rules.write({"stages": stages}).encode(),
    }
    hashed = {
        name: Hashed(text.sha256(files[name]), count)
        for name, count in (
            (evidence.ROLL, len(roll) - 1),
            (evidence.UNITS, len(units) - 1),
            (rules.FILE, len(stages)),
        )
    }
    told = Notice(
        "made", title, True, "2021-12-10T09:00:00+08:00",
        hashed[evidence.ROLL], hashed[evidence.UNITS], hashed[rules.FILE],
        (("operator", notice.commitment("made", "operator", SECRET)),), None, None,
    )  # fmt: skip
    files[notice.FILE] = notice.write(told).encode()
    inputs = evidence.read_inputs(files)
    seed_txt = seed.write(seed.Seed((), (SECRET,), None), told, inputs.notice_hash)
    return {**files, **evidence.complete(inputs, files, seed_txt)[1]}


def stage(id: str, **other: Any) -> dict[str, Any]:
    """A stage of all households and units, one tier and all alternates, but for what is given."""
    everything: dict[str, Any] = {
        "id": id, "title": id, "households": {}, "units": {}, "chances": None, "assign": "draw", "alternates": "all",
        "tiers": [tier("all")],
    }  # fmt: skip
    return {**everything, **other}


def tier(id: str, **other: Any) -> dict[str, Any]:
    return {"id": id, "title": id, "households": {}, "units": {}, "count": "all", **other}


def large(households: int) -> Files:
    """A draw of so many households for a fifth as many units: two stages, three tiers, 1 to 3 chances in the second.

    With 20,000, both cuts of the first stage lie between two tickets with the same first three digits.
    """
    roll = [f"H{n:08d},{n * 7919 % 6 + 1},{'低保' if n * 104729 % 10 == 0 else '一般'},{n * 31 % 3 + 1}"
            for n in range(households)]  # fmt: skip
    units = [f"U{n:08d},{'一居' if n % 3 else '三居'}" for n in range(households // 5)]
    first = tier("first", households={"category": "低保"}, count=households // 25)
    stages = [
        stage("large", households={"people": {"min": 4}}, units={"layout": "三居"}, alternates=1007),
        stage("small", units={"layout": ["一居"]}, chances="years", tiers=[first, tier("rest")]),
    ]
    return whole(["household,people,category,years", *roll], ["unit,layout", *units], stages)
