"""In the middle of the drawing the result is on the disk, and nobody acts on what the hall has not seen."""

from pathlib import Path
from random import Random

import pytest

import ceremonies
from ceremonies import given
from kiosk.ceremony import auto
from kiosk.ceremony.machine import State
from kiosk.ceremony.view import Look
from kiosk.cli import main
from kiosk.words import LANGUAGES

BY, TWO = ("--by", "甲"), ("--by", "甲", "--witness", "乙")
TYPED = [
    ("after", "withdraw", "R00", "--reason", "x", *TWO),
    ("after", "replace", *TWO),
    ("after", "choose", "s", "1", "u", *TWO),
    ("after", "undo", "1", "--reason", "x", *TWO),
    ("after", "ask", "--channel", "访", "--words", "x", "--who", "李工", "--until", "2099-01-01", *BY),
    ("after", "answer", "1", "--words", "x", *BY),
    ("after", "close", "1", *BY),
    ("after", "next"),
    ("after", "list"),
    ("after", "check"),
    ("print", "slips"),
    ("print", "slips", "--now"),
    ("print", "list"),
    ("print", "alternates"),
    ("print", "ledger"),
    ("print", "question", "1"),
    ("print", "certificate"),
    ("print", "list", "--csv"),
]


def test_nothing_is_recorded_or_printed_of_what_the_hall_has_not_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, values, tried = ceremonies.frozen("small", tmp_path / "draw"), given("small"), list[int]()

    def typed(command: str, *words: str, language: str = "en") -> int:
        out = str(tmp_path / "made")
        to = [] if command == "after" else [out] if words[-1] == "--csv" else ["--pdf", out]
        return main([command, str(folder), *words, *to, "--language", language])

    def seen(state: State, look: Look) -> None:
        if state.outcome is None or len(state.shown) != 1 or tried:
            return
        before = {path: path.read_bytes() for path in folder.iterdir()}
        for language in LANGUAGES:
            for each in TYPED:
                tried.append(typed(*each, language=language))
                said = capsys.readouterr()
                assert (said.out, len(said.err.splitlines())) == ("", 1)
                assert language != "en" or "has not ended" in said.err
        assert {path: path.read_bytes() for path in folder.iterdir()} == before and not (tmp_path / "made").exists()
        assert typed("print", "poster") == 0  # which is for the door, and has the hash that the hall sees

    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    auto.play(conductor, auto.ready(conductor.state, values, Random(1)), seen)
    conductor.close()
    assert tried == [2] * len(TYPED) * len(LANGUAGES)
    assert typed("print", "slips") == 0 and typed("after", "list") == 0
