"""A large folder is read behind a picture: the window is there first, nothing but leaving does anything, and what is
refused is told as it is for a small one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pygame
import pytest

import draws
from ceremonies import frozen
from commands import mingyao
from kiosk import app, cli, words
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import People
from kiosk.ceremony.view import View, reading
from kiosk.core.errors import InputError, JournalError, MingyaoError
from kiosk.journal.mirror import Mirror
from kiosk.journal.store import LOCK, RealDisk, let_go, take
from kiosk.reading import LeftError, Reading
from kiosk.screen.window import Window

PICTURE = reading("随州市公共租赁住房第九期摇号分配", False)
WINDOW = {"DISPLAY": ":none", "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


def in_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in this process has a window, which nobody sees."""
    for name, value in WINDOW.items():
        monkeypatch.setenv(name, value)


HOUSEHOLDS = 50_000  # more than a megabyte


def watched(window: Window, turn: Callable[[int], list[Key]]) -> list[View]:
    """What the window shows, from now on. turn: the keys that are pressed after so many frames."""
    shown: list[View] = []
    show = window.show

    def noted(view: View, now_s: float) -> bool:
        shown.append(view)
        return show(view, now_s)

    window.show = noted  # type: ignore[method-assign]
    window.poll = lambda now_s: turn(len(shown))  # type: ignore[method-assign]
    return shown


def test_the_first_frame_is_shown_before_anything_is_read_and_keys_do_nothing() -> None:
    go, closed = Event(), list[str]()
    seen: list[int] = []

    def turn(frames: int) -> list[Key]:
        if frames == 3:
            go.set()
        return [Key("next"), Key("enter"), Key("void"), Key("", "5")]

    with Window(size=(640, 360), headless=True) as window:
        shown = watched(window, turn)

        def opened(go_on: Callable[[], None]) -> str:
            seen.append(len(shown))
            go.wait()
            go_on()
            return "opened"

        with Reading(opened, closed.append) as slow:
            assert slow.behind(window, PICTURE) == "opened"
            assert closed == []
    assert seen == [1]
    assert closed == ["opened"]
    assert len(shown) >= 3
    assert {(view.look.scene, view.title) for view in shown} == {("reading", PICTURE.title)}
    assert all(view.clock and view.date for view in shown)


def test_who_leaves_meanwhile_has_written_nothing() -> None:
    written: list[str] = []

    def opened(go_on: Callable[[], None]) -> str:
        slow._left.wait()  # it is still being read when somebody leaves
        go_on()
        written.append("the first entry")
        return "opened"

    slow = Reading(opened, written.append)
    with Window(size=(640, 360), headless=True) as window, pytest.raises(LeftError), slow:
        watched(window, lambda frames: [Key("leave")] if frames else [])
        slow.behind(window, PICTURE)
    assert written == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_language_that_is_named_at_the_start_is_the_screens(
    language: str, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, shown = tmp_path / "draw", set[str]()
    shutil.copytree(large, folder)
    in_a_window(monkeypatch)
    show = Window.show

    def noted(window: Window, view: View, now_s: float) -> bool:
        shown.add(view.language)
        return show(window, view, now_s)

    monkeypatch.setattr(Window, "show", noted)
    monkeypatch.setattr(Window, "poll", lambda window, now_s: [Key("leave")] if shown else [])
    cli.main(["run", str(folder), "--language", language])
    assert shown == {language}


def left(closed: list[str], end: Callable[[], str]) -> MingyaoError:
    """What is told to somebody who leaves once it has been asked whether to go on. end: how the opening ends then."""
    past = Event()

    def opened(go_on: Callable[[], None]) -> str:
        go_on()
        past.set()
        slow._left.wait()
        return end()

    slow = Reading(opened, closed.append)
    with Window(size=(640, 360), headless=True) as window, pytest.raises(MingyaoError) as told, slow:
        watched(window, lambda frames: [Key("leave")] if past.is_set() else [])
        slow.behind(window, PICTURE)
    return told.value


def test_who_leaves_when_the_first_entry_is_written_is_not_told_that_nothing_was() -> None:
    closed: list[str] = []
    told = left(closed, lambda: "opened")
    assert isinstance(told, LeftError) and told.code == "run.left-begun"
    assert closed == ["opened"]


def test_who_leaves_when_the_first_entry_cannot_be_written_is_told_of_that() -> None:
    def fails() -> str:
        raise JournalError("journal.write", file="x", reason="y")

    assert left([], fails).code == "journal.write"


def test_who_leaves_when_the_mirror_is_being_written_is_told_that_it_has_begun(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, writing, leaving = tmp_path / "draw", Event(), Event()
    shutil.copytree(large, folder)
    in_a_window(monkeypatch)
    copy, behind = Mirror._copy, Reading.__exit__

    def slow(mirror: Mirror, files: dict[str, bytes], journal: bytes) -> None:
        writing.set()
        leaving.wait()
        copy(mirror, files, journal)

    def ends(reading: Reading[object], *error: object) -> None:
        leaving.set()
        behind(reading, *error)  # type: ignore[arg-type]

    monkeypatch.setattr(Mirror, "_copy", slow)
    monkeypatch.setattr(Reading, "__exit__", ends)
    monkeypatch.setattr(Window, "poll", lambda window, now_s: [Key("leave")] if writing.is_set() else [])
    assert cli.main(["run", str(folder), "--mirror", str(tmp_path / "stick"), "--language", "en"]) == 0
    assert capsys.readouterr().out.strip() == words.explain("en", LeftError("run.left-begun"))
    (line,) = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["event"] == "Opened"
    assert not (folder / LOCK).exists()


def test_who_leaves_a_rehearsal_early_is_told_where_its_copy_and_secrets_are(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, copied, leaving = tmp_path / "draw", Event(), Event()
    shutil.copytree(large, folder)
    in_a_window(monkeypatch)
    people, behind = app._people, Reading.__exit__

    def slow(made: Path) -> People:
        copied.set()
        leaving.wait()
        return people(made)

    def ends(reading: Reading[object], *error: object) -> None:
        reading._left.set()
        leaving.set()
        behind(reading, *error)  # type: ignore[arg-type]

    monkeypatch.setattr(app, "_people", slow)
    monkeypatch.setattr(Reading, "__exit__", ends)
    monkeypatch.setattr(Window, "poll", lambda window, now_s: [Key("leave")] if copied.is_set() else [])
    assert cli.main(["run", str(folder), "--rehearse", "--language", "en", "--out", str(tmp_path / "copy")]) == 0
    told, left = capsys.readouterr().out.splitlines()
    assert left == words.explain("en", LeftError("run.left"))
    made = sorted(path.name for path in tmp_path.iterdir() if path != folder)
    assert made == ["copy", "copy.secret"]
    assert all(str(tmp_path / name) in told for name in made)
    assert not any(path.name in ("journal.jsonl", LOCK) for path in tmp_path.rglob("*"))


def test_leaving_early_is_no_failure(
    large: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_a_window(monkeypatch)
    monkeypatch.setattr(Window, "poll", lambda window, now_s: [Key("leave")])
    assert cli.main(["run", str(large), "--language", "en"]) == 0
    told = capsys.readouterr()
    assert told.out.strip().splitlines() == [words.explain("en", LeftError("run.left"))] and told.err == ""
    assert not (large / "journal.jsonl").exists() and not (large / LOCK).exists()


def test_what_is_refused_is_refused_behind_the_picture_and_before_it() -> None:
    def refused(go_on: Callable[[], None]) -> str:
        raise InputError("folder.none", folder="x")

    for at_once in (True, False):
        with (
            Window(size=(640, 360), headless=True) as window,
            pytest.raises(InputError),
            Reading(refused, print) as slow,
        ):
            if at_once:
                slow.at_once()
            slow.behind(window, PICTURE)


def test_what_was_opened_is_let_go_where_there_is_no_window_for_it() -> None:
    closed: list[str] = []
    with pytest.raises(pygame.error), Reading(lambda go_on: "opened", closed.append) as slow:
        slow.at_once()
        raise pygame.error("no display")
    assert closed == ["opened"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "draw"
    folder.mkdir()
    for name, data in draws.large(HOUSEHOLDS)[0].items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("broken", ["notice.txt", "roll.csv", "rules.json", "journal.jsonl"])
def test_a_large_broken_folder_ends_as_it_does_without_a_window(broken: str, large: Path) -> None:
    path = large / broken
    kept = path.read_bytes() if path.exists() else None
    path.write_bytes((kept or b"no entry\n") + b"\n")
    try:
        told = mingyao("run", large, cwd=large, **WINDOW)
        without = mingyao("run", large, "--headless", "--auto", cwd=large)
        assert (told.returncode, told.stderr) == (without.returncode, without.stderr)
        assert told.returncode != 0 and len(told.stderr.strip().splitlines()) == 1
    finally:
        path.unlink() if kept is None else path.write_bytes(kept)
    assert not (large / "journal.jsonl").exists() and not (large / LOCK).exists()


def test_a_large_folder_that_another_kiosk_holds_gets_no_window(large: Path) -> None:
    lock = take(RealDisk(), large, "09:00")
    try:
        # A window would fail here, and say so.
        held = mingyao("run", large, cwd=large, **{**WINDOW, "SDL_VIDEODRIVER": "none such"})
    finally:
        let_go(RealDisk(), large, lock)
    assert held.returncode == 1
    assert "09:00" in held.stderr


def test_without_a_window_for_it_nothing_is_written(large: Path) -> None:
    failed = mingyao("run", large, cwd=large, **{**WINDOW, "SDL_VIDEODRIVER": "none such"})
    assert failed.returncode == 1 and "Traceback" not in failed.stderr
    assert not (large / "journal.jsonl").exists()


def test_a_large_draw_plays_after_it_has_been_read(large: Path, tmp_path: Path) -> None:
    given = tmp_path / "contributions.txt"
    given.write_text("a | 123456\nb | 234561\nc | 345612\n", encoding="ascii")
    refused = mingyao("run", large, "--auto", "--contributions", given, cwd=tmp_path, **WINDOW)
    assert refused.returncode == 1, "the notary's secret is missing, and that is told once all is read"
    assert not (large / "journal.jsonl").exists()


def test_a_key_pressed_while_it_was_read_and_heard_just_after_is_no_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_window(monkeypatch)
    monkeypatch.setattr(app, "time", SimpleNamespace(monotonic=lambda: 100.0))  # all at one moment
    folder = frozen("small", tmp_path / "draw")
    pressed = iter([[Key("next")], [Key("next")], [Key("next"), Key("enter")], [Key("leave")]])
    monkeypatch.setattr(Window, "poll", lambda window, now_s: next(pressed))
    assert cli.main(["run", str(folder), "--language", "en"]) == 0
    events = [json.loads(line)["event"] for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert events == ["Opened"], "the opening was leafed through, and not left"
