"""docs/CHECK-YOURSELF.md holds as it stands: each of its commands, typed in a folder, prints what stands below it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from judges import VECTORS

FOLDER = VECTORS / "golden" / "suizhou-507"
DOCUMENT = Path(__file__).parents[2] / "docs" / "CHECK-YOURSELF.md"
SNIPPETS = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)


def typed(commands: str, folder: Path) -> str:
    here = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env=environment,
                          capture_output=True, encoding="utf-8", check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "draw")
    return tmp_path / "draw"


def test_every_command_of_the_document_is_run() -> None:
    assert DOCUMENT.read_text("utf-8").count("```sh\n") == len(SNIPPETS) == 6


@pytest.mark.parametrize(
    ("commands", "printed"),
    [
        pytest.param(*snippet, id=f"snippet-{number}", marks=[pytest.mark.duckdb] if "duckdb" in snippet[0] else [])
        for number, snippet in enumerate(SNIPPETS, 1)
    ],
)
def test_a_command_prints_what_the_document_says(commands: str, printed: str, folder: Path) -> None:
    assert typed(commands, folder) == printed


def test_the_ranks_that_are_sorted_by_hand_are_those_of_the_result() -> None:
    ranked = re.findall(r"(?m)^ +\d+\t([0-9a-f]{64}) (\S+)$", DOCUMENT.read_text("utf-8"))
    result = [line.split(",") for line in (FOLDER / "result.csv").read_text("utf-8").splitlines()]
    assert ranked == [(row[4], row[3]) for row in result if row[0] == "large"]
