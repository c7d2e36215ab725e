"""Whole ceremonies as somebody would run them: `mingyao run` as a process, in folders on the disk."""

import hashlib
import json
import re
import secrets
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from ceremonies import NAMES, frozen, given, inputs
from commands import mingyao, values
from judges import VECTORS
from kiosk import app
from kiosk.cli import main
from kiosk.core.errors import DeviceError, MingyaoError
from kiosk.intake import freeze as freezing
from kiosk.intake.kiosk import KioskSettings

GOLDEN = VECTORS / "golden"


@pytest.mark.parametrize("name", NAMES)
def test_a_ceremony_with_given_values_gives_the_golden_folder(name: str, tmp_path: Path) -> None:
    folder = frozen(name, tmp_path / "draw")
    done = mingyao("run", folder, "--headless", "--auto", *values(name, tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    # All that there is to say: today is not the day of the notice, except to a rehearsal.
    notice = inputs(name).notice
    said = [] if notice.rehearsal else [notice.opens]
    assert [opens for line in done.stderr.splitlines() for opens in re.findall("announced (.*?)[.] ", line)] == said
    assert len(done.stderr.splitlines()) == len(said)
    for file in ("seed.txt", "result.csv", "SHA256SUMS"):
        assert (folder / file).read_bytes() == (GOLDEN / name / file).read_bytes()
    assert done.stdout.splitlines()[-1] == hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()


def test_a_finished_ceremony_is_not_held_again(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    options = values("small", tmp_path)
    assert mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path).returncode == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path)
    assert again.returncode == 1
    assert len(again.stderr.strip().splitlines()) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("contributions.txt", " | ", " | 7"),
        ("contributions.txt", " | ", ""),
        ("reveals.txt", "notary ", "notary 0"),
        ("reveals.txt", "notary ", "mayor "),
        ("reveals.txt", "operator ", "operator x "),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence_and_nothing_is_lost(
    file: str, old: str, new: str, tmp_path: Path
) -> None:
    folder = frozen("small", tmp_path / "draw")
    options = values("small", tmp_path)
    path = tmp_path / file
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace(old, new), encoding="utf-8")
    refused = mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path)
    assert refused.returncode in (1, 2)
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "Traceback" not in refused.stderr
    for secret in given("small").reveals.values():
        assert secret not in refused.stderr + refused.stdout
    path.write_text(right, encoding="utf-8")
    assert mingyao("run", folder, "--headless", "--auto", *options, cwd=tmp_path).returncode == 0
    assert (folder / "result.csv").read_bytes() == (GOLDEN / "small" / "result.csv").read_bytes()


def test_a_ceremony_is_never_thrown_by_the_machine(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    refused = mingyao("run", folder, "--headless", "--auto", cwd=tmp_path)
    assert refused.returncode == 1
    assert not (folder / "seed.txt").exists()


def test_a_demo_that_is_gone_on_with_is_the_demo_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its page for phones, its pictures and a hand of its own; another rehearsal has none of them unasked."""
    prepared = freezing.prepare(app.DEMO)
    freezing.freeze(prepared, tmp_path / "demo", random=secrets.token_bytes, now=datetime.now().astimezone())
    seen: list[KioskSettings] = []

    class Stopped:
        """Instead of what runs beside a ceremony, which ends there."""

        def __init__(self, settings: KioskSettings, *more: object) -> None:
            seen.append(settings)

        def begin(self) -> None:
            raise DeviceError("paper.no-lp")

        def stop(self) -> str:
            return ""

        def close(self) -> tuple[list[MingyaoError], list[str]]:
            return [], []

    monkeypatch.setattr(app, "Beside", Stopped)
    monkeypatch.setattr(app, "_has_display", lambda: False)
    assert main(["run", str(tmp_path / "demo")]) == 1
    assert seen[0].hall.serve
    other = frozen("tiers", tmp_path / "tiers")
    assert main(["run", str(other), "--auto", *map(str, values("tiers", tmp_path))]) == 1
    assert not seen[1].hall.serve


def test_without_a_display_the_demo_plays_by_itself_and_says_where(tmp_path: Path) -> None:
    done = mingyao("run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    folder = next(path for path in tmp_path.iterdir() if (path / "SHA256SUMS").exists())
    pictures = folder.with_name(f"{folder.name}.pictures")
    assert str(folder.name) in done.stdout
    assert str(pictures.name) in done.stdout
    assert lines[-1] == hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    names = {path.stem.partition("-")[2] for path in pictures.glob("*.png")}
    assert names >= {
        "opening",
        "compare",
        "dice",
        "seal",
        "drawing",
        "roll",
        "proof-1",
        "proof-2",
        "proof-3",
        "proof-4",
    }
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert checked.returncode == 0
    verified = mingyao("verify", folder, "--claimed", lines[-1], cwd=tmp_path)
    assert verified.returncode == 0
    assert "REHEARSAL" in verified.stdout
    assert len((folder / "result.csv").read_text(encoding="utf-8").split(",allotted,")) == 507 + 1


def test_a_rehearsal_of_a_frozen_ceremony_is_marked_and_leaves_it_alone(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = mingyao("run", folder, "--rehearse", "--headless", "--auto", "--out", tmp_path / "copy", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "mode: rehearsal\n" in (tmp_path / "copy" / "notice.txt").read_text(encoding="utf-8")
    assert not (tmp_path / "register.txt").exists()
    said = mingyao("verify", tmp_path / "copy", "--json", cwd=tmp_path)
    assert json.loads(said.stdout)["mode"] == "rehearsal"


def test_draw_gives_the_result_of_five_files(tmp_path: Path) -> None:
    folder = tmp_path / "draw"
    shutil.copytree(GOLDEN / "tiers", folder)
    (folder / "result.csv").unlink()
    (folder / "SHA256SUMS").unlink()
    done = mingyao("draw", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for file in ("result.csv", "SHA256SUMS"):
        assert (folder / file).read_bytes() == (GOLDEN / "tiers" / file).read_bytes()


def test_draw_does_not_write_over_another_result(tmp_path: Path) -> None:
    folder = tmp_path / "draw"
    shutil.copytree(GOLDEN / "tiers", folder)
    other = (GOLDEN / "small" / "result.csv").read_bytes()
    (folder / "result.csv").write_bytes(other)
    assert mingyao("draw", folder, cwd=tmp_path).returncode == 2
    assert (folder / "result.csv").read_bytes() == other


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "nowhere"],
        ["run", ".", "--headless", "--auto"],
        ["draw", "nowhere"],
        ["draw", "."],
        ["check", "nothing.yaml"],
        ["freeze", "nothing.yaml", "--out", "x"],
        ["export", "nowhere", "--out", "x"],
        ["export", ".", "--out", "x", "--notice"],
        ["sql", "nowhere", "--engine", "duckdb"],
        ["print", "nowhere", "poster", "--pdf", "x.pdf"],
        ["secret", "--draw", "NOT AN ID", "--label", "notary"],
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(arguments: list[str], language: str, tmp_path: Path) -> None:
    said = mingyao(*arguments, "--language", language, cwd=tmp_path)
    assert said.returncode in (1, 2)
    assert (said.stderr + said.stdout).strip()
    assert "Traceback" not in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_chinese_on_a_terminal_that_knows_none_is_no_traceback(tmp_path: Path) -> None:
    said = mingyao("run", "nowhere", "--language", "zh-CN", cwd=tmp_path, LANG="C", PYTHONIOENCODING="ascii")
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


def test_a_hash_may_be_given_in_the_groups_in_which_it_is_shown(tmp_path: Path) -> None:
    shown = hashlib.sha256((GOLDEN / "small" / "SHA256SUMS").read_bytes()).hexdigest()
    groups = " ".join(shown[at : at + 4] for at in range(0, 64, 4))
    assert mingyao("verify", GOLDEN / "small", "--claimed", groups, cwd=tmp_path).returncode == 0
