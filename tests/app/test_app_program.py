"""Which program it was: a hash that anybody can compute with a shell, in the record of every ceremony."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import ceremonies
import kiosk
from commands import mingyao
from kiosk import program

REPOSITORY = Path(kiosk.__file__).resolve().parents[1]
DOCUMENT = (REPOSITORY / "docs" / "CEREMONY.md").read_text(encoding="utf-8")


def _copy(place: Path, *, installed: bool) -> Path:
    """The program as a checkout or a wheel has it, small: its assets are the words only."""
    shutil.copytree(REPOSITORY / "kiosk", place / "kiosk", ignore=shutil.ignore_patterns("__pycache__"))
    assets = place / "kiosk" / "assets" if installed else place / "assets"
    shutil.copytree(REPOSITORY / "assets" / "text", assets / "text")
    (assets / "demo").mkdir()
    (assets / "demo" / "轮候库.csv").write_text("household\n", encoding="utf-8")
    if installed:
        shutil.copytree(REPOSITORY / "config", place / "kiosk" / "config")
    return place


def _told(place: Path) -> str:
    """What the program in this place says of itself."""
    said = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "--version", "--json"],
        cwd=place, env={**os.environ, "PYTHONPATH": str(place)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    hash: str = json.loads(said.stdout)["program"]
    return hash


def _by_hand(kind: str, place: Path) -> str:
    command = re.search(rf"```sh {kind}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert command is not None
    return subprocess.run(["sh", "-c", command[1]], cwd=place, capture_output=True, text=True, check=True).stdout[:64]


@pytest.mark.parametrize("kind", ["program", "installed"])
def test_a_shell_computes_the_programs_hash_as_the_document_says(kind: str, tmp_path: Path) -> None:
    place = _copy(tmp_path / "place", installed=kind == "installed")
    assert _told(place) == _by_hand(kind, place)


def test_installed_or_not_it_is_the_same_program_and_every_byte_counts(tmp_path: Path) -> None:
    checkout, wheel = _copy(tmp_path / "a", installed=False), _copy(tmp_path / "b", installed=True)
    known = _told(checkout)
    assert _told(wheel) == known
    for file in ("kiosk/verifier/index.html", "kiosk/core/allot.py", "assets/text/en.yaml"):
        path = checkout / file
        whole = path.read_bytes()
        path.write_bytes(whole + b"\n")
        assert _told(checkout) != known
        path.write_bytes(whole)
    assert _told(checkout) == known


def test_versions_are_told_of_everything_it_stands_on(tmp_path: Path) -> None:
    said = json.loads(mingyao("--version", "--json", cwd=tmp_path).stdout)
    assert said["mingyao"] == kiosk.__version__
    assert said["uvicorn"] == metadata.version("uvicorn")
    assert set(said) == {"mingyao", "program", "python", "platform", "unicode", *program.PACKAGES}
    assert all(said.values())
    assert mingyao("--version", cwd=tmp_path).stdout == f"mingyao {kiosk.__version__}\n"


def test_a_package_that_is_not_there_has_no_version() -> None:
    assert program._version("no-such-package-as-this") == ""


def test_the_record_says_which_program_held_the_ceremony_and_which_went_on(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    for _ in range(2):
        ceremonies.conducted(folder, {}).close()
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["Opened", "Interrupted"]
    assert [line["values"]["program"] for line in lines] == [program.digest()] * 2


def test_a_release_pins_all_that_it_needs_with_hashes_in_the_versions_that_are_tested() -> None:
    lines = (REPOSITORY / "config" / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pinned: dict[str, str] = {}
    for line in lines[1:]:
        requirement, *hashes = line.split()
        assert hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), line
        name, _, version = requirement.lower().partition("==")
        pinned[name] = version
    tested = dict(
        line.lower().split("==")
        for line in (REPOSITORY / "tests" / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    assert pinned == {name: tested[name] for name in pinned}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {re.split("[>=<]", needed)[0] for needed in project["dependencies"]} <= set(pinned)
