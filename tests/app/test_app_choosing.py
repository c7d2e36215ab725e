"""`mingyao after FOLDER show`: a window that follows the choices, whose keys turn pages and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afters import Days, draw, files
from judges import write_folder
from kiosk import choosing
from kiosk.after import chain
from kiosk.ceremony.choosing import Choosing, Flats
from kiosk.ceremony.desk import Key
from kiosk.ceremony.view import View
from kiosk.cli import main
from kiosk.screen.window import Window

CHOOSE = "golden/choose"
MANY = Choosing("s", None, (), (), (Flats("a", tuple(map(str, range(40))), 40),), 0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "draw"
    made.mkdir()
    write_folder(files(CHOOSE), made)
    return made


class Hall:
    """Somebody at the keyboard, and in the hall. Before each frame `script` does something and gives the keys that are
    pressed; the views are those that were shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, script: Iterator[list[Key]]) -> None:
        self.seen: list[View] = []
        show = Window.show

        def shows(window: Window, view: View, now_s: float) -> bool:
            self.seen.append(view)
            return show(window, view, now_s)

        monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
        monkeypatch.setattr(choosing, "LOOK_S", 0.0)
        monkeypatch.setattr(Window, "poll", lambda window, now_s: next(script))
        monkeypatch.setattr(Window, "show", shows)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_window_follows_what_another_program_records(
    language: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = ["after", str(folder), "choose", "order", "1", "X0", "--by", "张明", "--witness", "邱某"]
    days = Days(draw(CHOOSE))

    def script() -> Iterator[list[Key]]:
        yield []
        assert main(recorded) == 0
        yield [Key("next"), Key("enter"), Key("cover"), Key("escape"), Key("overlay"), Key("question", "?")]
        (folder / chain.FILE).write_bytes((folder / chain.FILE).read_bytes().replace(b'"X0"', b'"X1"'))
        yield []
        yield [Key("leave")]

    hall = Hall(monkeypatch, script())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    typed = ["after", str(folder), "show", "--windowed", "--size", "1280x720", "--language", language]
    assert main(typed) == 0
    first, second, third = (view.choosing for view in hall.seen)
    assert first and second and third
    assert (first.turn and first.turn.household, second.turn and second.turn.household) == ("S6", "S10")
    assert (second.last[0].unit, third.last, third.trouble != "") == ("X0", second.last, True)
    assert {view.language for view in hall.seen} == {language}
    assert all(view.result_hash == days.book.draw.result_hash and view.clock for view in hall.seen)
    assert {name: data for name, data in before.items() if (folder / name).read_bytes() != data} == {}


@pytest.mark.parametrize(
    ("page", "pressed", "to"),
    [(0, ["next"], 1), (1, ["back"], 0), (2, ["next"], 0), (0, ["back"], 2), (0, ["enter", "escape"], 0), (99, [], 2)],
)
def test_next_and_back_turn_the_pages_round_and_round(page: int, pressed: list[str], to: int) -> None:
    assert choosing.turned(page, [Key(name) for name in pressed], MANY) == to


@pytest.mark.parametrize(("stage", "status"), [("none", 2), ("direct", 2)])
def test_a_stage_in_which_nobody_chooses_is_refused_without_a_window(
    stage: str, status: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a window was opened")

    monkeypatch.setattr(choosing, "Window", never)
    assert main(["after", str(folder), "show", stage, "--language", "en"]) == status
    assert "those are: order" in capsys.readouterr().err


def test_a_draw_that_was_not_held_has_nothing_to_choose(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "SHA256SUMS").unlink()
    assert main(["after", str(folder), "show", "--language", "en"]) == 2
    assert "has not been held" in capsys.readouterr().err
