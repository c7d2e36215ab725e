"""What other programs do to the folder of a ceremony that is being held: a sync client, an editor, a restored backup.

The kiosk stops before anything more is shown, nothing that was shown is lost, and nobody goes on without it by mistake.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import ceremonies
from kiosk.ceremony import auto
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.machine import State
from kiosk.ceremony.steps import NoteQuestion, ShowNotice
from kiosk.ceremony.view import Look
from kiosk.core.errors import InputError, JournalError
from kiosk.journal.entry import FILE
from kiosk.journal.store import KEPT, LOCK, RealDisk, let_go, take

VALUES = ceremonies.given("small")
Doing = Callable[[Path], object]


def synced(folder: Path) -> None:
    """Another file with the same bytes comes into the journal's place."""
    shutil.copyfile(folder / FILE, folder / "copy")
    (folder / "copy").replace(folder / FILE)


def restored(folder: Path) -> None:
    (folder / "copy").write_bytes(b"".join((folder / FILE).read_bytes().splitlines(keepends=True)[:3]))
    (folder / "copy").replace(folder / FILE)


def removed(folder: Path) -> None:
    (folder / FILE).unlink()


def cut(folder: Path) -> None:
    """An editor that writes its older text into the same file."""
    os.truncate(folder / FILE, len(b"".join((folder / FILE).read_bytes().splitlines(keepends=True)[:3])))


def away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def stopped(folder: Path, doing: Doing) -> tuple[JournalError, list[str]]:
    """What stops a ceremony to which this is done after its second household, and which households were shown."""
    conductor = ceremonies.conducted(folder, ceremonies.own(VALUES))
    done: list[Path] = []

    def seen(state: State, look: Look) -> None:
        if state.outcome and len(state.shown) == 2 and not done:
            done.append(folder)
            doing(folder)

    with pytest.raises(JournalError) as stop:
        auto.play(conductor, auto.ready(conductor.state, VALUES, Random(1)), seen)
    conductor.close()
    return stop.value, [card.household for card in conductor.state.shown]


def refused(folder: Path) -> str:
    with pytest.raises(JournalError) as error:
        ceremonies.conducted(folder, {})
    return error.value.code


def goes_on(folder: Path, shown: list[str]) -> None:
    conductor = ceremonies.conducted(folder, ceremonies.own(VALUES))
    assert [card.household for card in conductor.state.shown][: len(shown)] == shown
    conductor.close()
    assert ceremonies.play(folder, VALUES).over
    for name in ("result.csv", "SHA256SUMS"):
        assert (folder / name).read_bytes() == (ceremonies.GOLDEN / "small" / name).read_bytes()


@pytest.mark.parametrize("doing", [synced, restored, removed])
def test_a_journal_that_is_replaced_or_removed_stops_the_ceremony_and_is_kept(doing: Doing, tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    stop, shown = stopped(folder, doing)
    assert (stop.code, stop.values["kept"], len(shown)) == ("journal.moved", KEPT, 2)
    assert not (folder / LOCK).exists()
    kept = (folder / KEPT).read_bytes()
    assert refused(folder) == "journal.kept"
    assert (folder / KEPT).read_bytes() == kept
    (folder / KEPT).replace(folder / FILE)  # as the hint says
    goes_on(folder, shown)


def test_one_that_was_copied_into_its_place_goes_on_too(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    _, shown = stopped(folder, synced)
    shutil.copyfile(folder / KEPT, folder / FILE)
    goes_on(folder, shown)


def test_a_journal_that_another_program_cuts_stops_the_ceremony(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    stop, shown = stopped(folder, cut)
    assert (stop.code, len(shown)) == ("journal.changed", 2)
    assert refused(folder) == "journal.chain"  # what is left goes on as nothing


def test_a_folder_that_was_moved_stops_the_ceremony_and_has_all_of_it(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    stop, shown = stopped(folder, away)
    assert stop.code == "journal.lost"
    (tmp_path / "elsewhere").rename(folder)
    goes_on(folder, shown)


def begun(folder: Path) -> Conductor:
    conductor = ceremonies.conducted(folder, {})
    conductor.submit(ShowNotice())
    assert conductor.poll()
    return conductor


def test_a_journal_that_is_gone_when_the_kiosk_is_left_is_kept_and_told(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    conductor = begun(folder)
    whole = (folder / FILE).read_bytes()
    removed(folder)
    with pytest.raises(JournalError) as told:
        conductor.close()
    assert told.value.code == "journal.moved"
    assert (folder / KEPT).read_bytes() == whole
    assert not (folder / LOCK).exists()
    let_go(RealDisk(), folder, take(RealDisk(), folder, "09:00"))


def test_another_file_with_the_same_bytes_does_no_harm_when_the_kiosk_is_left(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    conductor = begun(folder)
    synced(folder)
    conductor.close()
    assert not (folder / KEPT).exists()
    begun(folder).close()


def test_a_journal_that_is_cut_when_the_kiosk_is_left_is_told(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    conductor = begun(folder)
    conductor.submit(NoteQuestion("opening"))
    os.truncate(folder / FILE, 10)
    with pytest.raises(JournalError) as told:
        conductor.close()
    assert told.value.code == "journal.changed"


@pytest.mark.parametrize("again", [False, True])
def test_a_journal_that_comes_while_the_folder_is_read_is_not_written_to(again: bool, tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    other = ceremonies.frozen("small", tmp_path / "other")
    begun(other).close()
    if again:
        ceremonies.conducted(folder, {}).close()

    def comes(state: State) -> None:
        shutil.copyfile(other / FILE, folder / FILE)

    with pytest.raises(JournalError) as stop:
        ceremonies.conducted(folder, {}, judge=comes)
    assert stop.value.code == "journal.changed"
    assert (folder / FILE).read_bytes() == (other / FILE).read_bytes()


@pytest.mark.parametrize("name", ["notice.txt", "roll.csv", FILE])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_file_is_refused_and_left_as_it_is(kind: str, name: str, tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    begun(folder).close()
    whole = (folder / name).read_bytes()
    (folder / name).replace(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name) if kind == "link" else os.mkfifo(folder / name)
    with pytest.raises(InputError) as error:
        ceremonies.conducted(folder, {})
    assert error.value.code == {"link": "folder.file", "pipe": "folder.no-file"}[kind]
    assert (tmp_path / name).read_bytes() == whole
    assert not (folder / LOCK).exists()


def test_a_lock_file_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "draw")
    (tmp_path / "mine").write_text("mine")
    (folder / LOCK).symlink_to(tmp_path / "mine")
    assert refused(folder) == "journal.write"
    assert (tmp_path / "mine").read_text() == "mine"
