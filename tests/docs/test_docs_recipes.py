"""docs/RECIPES.md holds as it stands: each draw is held with its files and its commands, and what it promises is so."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from afters import judge_with_both
from judges import SEVEN, Judgement, judge_with_core, judge_with_verifier

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = dict(re.findall(r"```sh (\S+)\n(.*?)```", (DOCS / "RECIPES.md").read_text("utf-8"), re.DOTALL))
RECIPES = sorted(path.name for path in (DOCS / "recipes").iterdir())


def typed(commands: str, folder: Path) -> None:
    """As somebody types them: bash stops at the first command that fails."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=folder, capture_output=True, encoding="utf-8", check=False,
        env={**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(params=RECIPES)
def held(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """The recipe's name, and its folder after all its commands."""
    folder = tmp_path / request.param
    shutil.copytree(DOCS / "recipes" / request.param, folder)
    typed(COMMANDS["all"], folder)
    typed(COMMANDS[request.param], folder)
    return request.param, folder / "draw"


def test_each_recipe_has_its_files_and_its_commands() -> None:
    assert sorted(COMMANDS) == sorted([*RECIPES, "all"])


def test_a_recipe_gives_a_draw_that_everybody_can_check(held: tuple[str, Path]) -> None:
    recipe, folder = held
    seven = {name: (folder / name).read_bytes() for name in SEVEN}
    after = (folder / "after.jsonl").read_bytes()
    assert judge_with_core(seven) == judge_with_verifier(seven) == Judgement("verified", None)
    judged = judge_with_both(seven, after)
    assert judged == Judgement("verified", None)
    assert judged.why is not None
    result = list(csv.DictReader(seven["result.csv"].decode().splitlines()))
    allotted = [row for row in result if row["outcome"] == "allotted"]
    places = list(csv.DictReader(judged.why.splitlines()))
    moved = [row for row, place in zip(allotted, places, strict=True) if row["household"] != place["household"]]
    assert len(moved) == 1  # the one who was replaced
    if recipe == "case-review":
        assert len(allotted) == 30
        assert len([row for row in allotted if row["tier"] == "petition"]) == 6
        assert len({place["household"] for place in places}) == 30
    elif recipe == "representatives":
        assert sorted(row["unit"] for row in allotted) == [f"{seat}号席" for seat in range(1, 7)]
    else:
        assert [row["tier"] for row in allotted] == ["first"] * 4 + ["rest"] * 8
        assert [place["unit"] for place in places if place["unit"]] == ["季梁1栋-0101", "季梁3栋-0401"]
        assert moved == [allotted[1]]
