"""No secret before it is opened in public: not in a file, a picture, an argument, an output or a traceback."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import ceremonies
from ceremonies import frozen, given
from commands import mingyao, values
from kiosk.ceremony import auto
from kiosk.ceremony.machine import State
from kiosk.ceremony.view import Look, view
from kiosk.cli import main

# Notes down every process that the program starts, with its arguments and its environment.
WATCH = """
import os, sys
log = os.environ["WATCHED"]
def watch(event, args):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "a") as file:
            print(event, *map(repr, args), file=file)
sys.addaudithook(watch)
"""


def _kept(folder: Path, name: str) -> None:
    """The operator's secret beside the folder, as the freeze leaves it."""
    kept = folder.with_name(f"{folder.name}.secret")
    kept.mkdir()
    (kept / "operator.txt").write_text(given(name).reveals["operator"] + "\n", encoding="ascii")


def _files(place: Path) -> Iterator[Path]:
    return (path for path in place.rglob("*") if path.is_file())


def test_until_it_is_opened_nothing_on_the_disk_or_the_screen_holds_a_secret(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    secrets = given("small").reveals
    looked_at = 0

    def seen(state: State, look: Look) -> None:
        nonlocal looked_at
        closed = [label for label, secret in zip(state.setting.labels, state.secrets, strict=True) if secret is None]
        shown = repr(view(state, look)) + repr(state) + repr(conductor)
        for label in closed:
            # The notary's is typed in public: that is its opening.
            if look.field is None or look.field.label != label:
                assert secrets[label] not in shown
            for path in _files(tmp_path):
                assert secrets[label].encode() not in path.read_bytes()
                looked_at += 1

    conductor = ceremonies.conducted(folder, {"operator": secrets["operator"]})
    auto.play(conductor, auto.ready(conductor.state, given("small"), Random(1)), seen)
    conductor.close()
    assert looked_at > 100
    for secret in secrets.values():
        assert secret in (folder / "seed.txt").read_text(encoding="utf-8")


def test_a_whole_run_with_pictures_tells_no_secret_but_where_it_is_opened(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    _kept(folder, "small")
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    log = tmp_path / "watched.txt"
    options = values("small", tmp_path)
    done = mingyao(
        "run", folder, "--headless", "--auto", "--debug", "--pictures", tmp_path / "pictures", *options,
        cwd=tmp_path, PYTHONPATH=str(tmp_path / "watch"), WATCHED=str(log),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    started = log.read_text(encoding="utf-8")
    assert "kiosk.verifier" in started
    assert len(list((tmp_path / "pictures").glob("*.png"))) > 5
    opened_in = {folder / "seed.txt", folder / "journal.jsonl", tmp_path / "reveals.txt"}
    for label, secret in given("small").reveals.items():
        assert secret not in done.stdout + done.stderr + started
        for path in _files(tmp_path):
            assert (secret.encode() in path.read_bytes()) == (path in opened_in), path
        before = []
        for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if (entry["event"], entry["values"].get("label")) == ("SecretOpened", label):
                break
            before.append(line)
        assert len(before) > 20 and secret not in "".join(before)


@pytest.mark.parametrize("label", ["operator", "notary"])
def test_a_traceback_shows_no_secret(label: str, tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    _kept(folder, "small")
    options = values("small", tmp_path)
    right = given("small").reveals[label]
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    reveals = (tmp_path / "reveals.txt").read_text(encoding="utf-8")
    (tmp_path / "reveals.txt").write_text(reveals.replace(right, wrong), encoding="utf-8")
    refused = mingyao("run", folder, "--headless", "--auto", "--debug", *options, cwd=tmp_path)
    assert refused.returncode == 1 and "Traceback" in refused.stderr
    # A disk that fails in the middle: the journal is a folder.
    (tmp_path / "reveals.txt").write_text(reveals, encoding="utf-8")
    (folder / "journal.jsonl").mkdir()
    failed = mingyao("run", folder, "--headless", "--auto", "--debug", *options, cwd=tmp_path)
    assert failed.returncode != 0 and "Traceback" in failed.stderr
    for secret in (wrong, *given("small").reveals.values()):
        assert secret[:16] not in refused.stdout + refused.stderr + failed.stdout + failed.stderr
    shutil.rmtree(folder / "journal.jsonl")


@pytest.mark.parametrize("place", ["draw", "mirror/draw", "public/R/AA", "."])
def test_no_secret_is_written_where_everything_is_published(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = frozen("small", tmp_path / "draw")
    _kept(folder, "small")
    if place not in (".", "draw"):
        shutil.copytree(folder, tmp_path / place)
    (tmp_path / "sheet.txt").symlink_to(folder / "sheet.txt")
    (tmp_path / "envelope.pdf").symlink_to(folder / "envelope.pdf")
    before = sorted(path for path in tmp_path.rglob("*"))
    target = tmp_path / place
    for typed in (
        ["print", str(folder), "envelope", "--pdf", str(target / "envelope.pdf")],
        ["secret", "--draw", "small", "--label", "notary", "--out", str(target / "sheet.txt")],
    ):
        assert main([*typed, "--language", "en"]) == 2
        said = capsys.readouterr()
        assert said.out == "" and "no names, telephones or secrets go there" in said.err
    assert sorted(path for path in tmp_path.rglob("*")) == before
