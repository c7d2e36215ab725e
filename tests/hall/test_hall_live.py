"""What of the journal reaches the phones: what the screen has shown, and nothing else."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from followed import Ceremony
from kiosk.ceremony import steps
from kiosk.core import evidence
from kiosk.hall import live
from kiosk.hall.live import Follower
from kiosk.hall.server import Hall


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    made = Ceremony(tmp_path / "draw")
    made.open()
    return made


def follower(ceremony: Ceremony) -> Follower:
    return Follower(ceremony.folder, evidence.read_inputs(ceremony.files))


def told(follower: Follower, start: int = 0) -> dict[str, Any]:
    message, upto = follower.shown.message("drawing", start)
    content = json.loads(message)
    assert isinstance(content, dict)
    assert upto == content["from"] + len(content["rows"])
    return content


def test_before_the_sealing_nothing_is_told_of_the_ceremony(ceremony: Ceremony) -> None:
    ceremony.write(steps.DieThrown(1, 6))
    following = follower(ceremony)
    assert following.look()
    assert following.shown == live.Shown()


def test_a_household_is_told_once_the_screen_has_shown_it(ceremony: Ceremony) -> None:
    following = follower(ceremony)
    ceremony.seal()
    following.look()
    assert following.shown.result_hash == ceremony.result_hash
    assert told(following)["rows"] == []
    stages = {stage.id: stage.title for stage in ceremony.judged.inputs.rules.stages}
    for count, drawn in enumerate(ceremony.shows(), 1):
        assert following.look()
        rows = told(following)["rows"]
        assert len(rows) == count
        assert [rows[-1][0], rows[-1][2], rows[-1][3], rows[-1][5]] == [
            stages[drawn.stage],
            int(drawn.rank),
            drawn.household,
            drawn.unit,
        ]
        assert told(following)["stage"] == stages[drawn.stage]
    assert not following.shown.finished
    ceremony.finish()
    following.look()
    assert following.shown.finished


def test_nothing_new_is_no_news(ceremony: Ceremony) -> None:
    following = follower(ceremony)
    assert following.look()
    assert not following.look()


def test_a_phone_is_told_what_it_does_not_know_in_portions(ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_ROWS", 2)
    ceremony.seal()
    shown = [drawn.household for drawn in ceremony.shows()]
    following = follower(ceremony)
    following.look()
    got: list[str] = []
    while len(got) < len(shown):
        content = told(following, len(got))
        assert content["from"] == len(got) and 1 <= len(content["rows"]) <= 2
        got += [row[3] for row in content["rows"]]
    assert got == shown


def test_a_phone_that_knows_more_than_there_is_begins_anew(ceremony: Ceremony) -> None:
    following = follower(ceremony)
    following.look()
    assert told(following, 7)["from"] == 0


def test_a_line_that_is_not_whole_yet_is_waited_for(ceremony: Ceremony) -> None:
    ceremony.seal()
    following = follower(ceremony)
    following.look()
    shows = ceremony.shows()
    next(shows)
    journal = ceremony.folder / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    following.look()
    assert told(following)["rows"] == [] and not following.shown.broken
    journal.write_bytes(whole)
    following.look()
    assert len(told(following)["rows"]) == 1


def test_a_journal_that_was_mended_after_a_crash_is_followed_on(ceremony: Ceremony) -> None:
    ceremony.seal()
    following = follower(ceremony)
    journal = ceremony.folder / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"n":3,"prev')
    following.look()
    journal.write_bytes(journal.read_bytes().removesuffix(b'{"n":3,"prev'))
    next(ceremony.shows())
    following.look()
    assert len(told(following)["rows"]) == 1


@pytest.mark.parametrize(("was", "is_now"), [(b"HouseholdShown", b"HouseholdSeen!"), (b'"rank":1', b'"rank":9')])
def test_a_journal_that_does_not_fit_its_chain_is_not_followed(was: bytes, is_now: bytes, ceremony: Ceremony) -> None:
    ceremony.seal()
    next(ceremony.shows())
    journal = ceremony.folder / "journal.jsonl"
    assert was in journal.read_bytes()
    journal.write_bytes(journal.read_bytes().replace(was, is_now))
    following = follower(ceremony)
    assert following.look()
    assert following.shown.broken and following.shown.rows == []
    assert not following.look()


def test_a_journal_of_another_draw_s_stage_is_not_followed(ceremony: Ceremony) -> None:
    ceremony.seal()
    ceremony.write(steps.StageBegun("no-such-stage"))
    following = follower(ceremony)
    following.look()
    assert following.shown.broken


def test_a_journal_behind_a_link_is_not_followed(ceremony: Ceremony, tmp_path: Path) -> None:
    journal = ceremony.folder / "journal.jsonl"
    journal.rename(tmp_path / "elsewhere")
    journal.symlink_to(tmp_path / "elsewhere")
    following = follower(ceremony)
    following.look()
    assert following.shown.broken


def test_another_journal_in_its_place_is_read_from_its_beginning(ceremony: Ceremony, tmp_path: Path) -> None:
    ceremony.seal()
    list(ceremony.shows())
    following = follower(ceremony)
    following.look()
    other = Ceremony(tmp_path / "other")
    other.open()
    other.seal()
    next(other.shows())
    (other.folder / "journal.jsonl").replace(ceremony.folder / "journal.jsonl")
    following.look()
    assert len(told(following)["rows"]) == 1


def test_a_journal_that_is_out_of_sight_for_a_look_is_waited_for(ceremony: Ceremony, tmp_path: Path) -> None:
    """As a copy has it while it is brought up to date: the seven files are there, and the screen has not shown all."""
    journal = ceremony.folder / "journal.jsonl"
    hall = Hall(ceremony.folder)
    ceremony.seal()
    shows = ceremony.shows()
    next(shows)
    for _ in range(2):  # the first time before the server has seen that it is sealed
        journal.rename(tmp_path / "away")
        asyncio.run(hall.look())
        assert hall.phase != "done" and not [path for path in hall.table if b"result.csv" in path]
        (tmp_path / "away").rename(journal)
        asyncio.run(hall.look())
        assert (hall.phase, len(told(hall.follower)["rows"])) == ("drawing", 1)
    assert list(shows)
    ceremony.finish()
    asyncio.run(hall.look())
    assert hall.phase == "done"
    journal.unlink()
    asyncio.run(hall.look())
    assert hall.phase == "done"
