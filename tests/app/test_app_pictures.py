"""The pictures of a ceremony that played without a display: each is of what was the present then."""

from pathlib import Path

import pytest

from ceremonies import frozen
from commands import values
from kiosk.ceremony.desk import looks_back
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import PROOF, View
from kiosk.cli import main
from kiosk.screen.album import Album


def test_no_saved_picture_says_that_it_is_an_earlier_scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[View] = []
    monkeypatch.setattr(Album, "see", lambda album, view: seen.append(view))
    folder = frozen("tiers", tmp_path / "draw")
    given = map(str, values("tiers", tmp_path))
    assert main(["run", str(folder), "--headless", "--auto", "--pictures", str(tmp_path / "pictures"), *given]) == 0
    assert [view.look for view in seen if looks_back(view.phase, view.look)] == []
    at_the_end = {(view.look.scene, view.look.page) for view in seen if view.phase is Phase.DONE}
    assert at_the_end == {("roll", 0), *(("proof", page) for page in range(len(PROOF)))}
