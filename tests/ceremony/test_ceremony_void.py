"""A ceremony that is declared void, by keys, and what remains of it."""

from dataclasses import replace
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import auto, desk, record
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import Phase, decide
from kiosk.ceremony.steps import OpenOwn, Resume, Uncover
from kiosk.ceremony.view import Field, Look, view
from kiosk.core.errors import JournalError, ProtocolError
from kiosk.journal import entry
from kiosk.journal.store import LOCK, RealDisk

VOID = [Key("overlay"), Key("", "5")]
ENTER, NEXT, BACK = Key("enter"), Key("next"), Key("back")


def _until(conductor: Conductor, label: str) -> Look:
    """Plays until the secret with this label is the one to be opened."""
    values, look, now_s = ceremonies.given("least"), desk.begin(conductor.state), 0.0
    while conductor.state.due != label:
        now_s += 1
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    return look


def test_a_void_ends_a_ceremony_and_is_found_again(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    conductor = ceremonies.conducted(folder, {})
    look = ceremonies.press(conductor, desk.begin(conductor.state), [*VOID, ENTER])
    assert look.refusal is not None and look.refusal[0] == "ceremony.void-reason"
    assert look.field == Field("void", "", "")
    look = ceremonies.press(conductor, look, [Key("", "1"), ENTER])
    assert (conductor.state.phase, look.scene, look.asks) == (Phase.VOID, "void", "")
    assert ceremonies.press(conductor, look, [NEXT, ENTER, Key("backspace"), Key("", "1")]) == look
    assert ceremonies.press(conductor, look, [BACK]).scene == "seal"
    conductor.close()
    before = (folder / "journal.jsonl").read_bytes()
    conductor = ceremonies.conducted(folder, {})
    seen = view(conductor.state, desk.begin(conductor.state))
    assert (seen.phase, seen.void_reason, seen.look.scene) == (Phase.VOID, "roll-wrong", "void")
    conductor.close()
    assert (folder / "journal.jsonl").read_bytes() == before
    assert (folder / "void.txt").exists() and not (folder / "seed.txt").exists()
    with pytest.raises(ProtocolError) as refused:
        ceremonies.play(folder, ceremonies.given("least"))
    assert refused.value.code == "ceremony.is-void"


ASIDES = [
    Key("question", "?"), Key("cover", "b"), Key("question", "?"), Key("cover", "b"), Key("find", "f"),
    Key("", "7"), ENTER, Key("escape"), *VOID, NEXT, ENTER,
]  # fmt: skip


def test_the_record_of_a_void_is_closed_once_nothing_is_due(tmp_path: Path) -> None:
    """Its last hash stands on a signed certificate."""
    folder = ceremonies.frozen("least", tmp_path / "least")
    conductor = ceremonies.conducted(folder, {})
    look = ceremonies.press(conductor, desk.begin(conductor.state), [*VOID, Key("", "1"), ENTER])
    assert conductor.state.over and not conductor.read_only
    before = (folder / "journal.jsonl").read_bytes()
    look = ceremonies.press(conductor, look, ASIDES, 100)
    noted = ceremonies.press(conductor, look, [Key("question", "?")], 200)
    assert noted.refusal is not None and noted.refusal[0] == "ceremony.question-late"
    covered = ceremonies.press(conductor, look, [Key("cover", "b")], 300)
    assert covered.covered  # the screen still does what it is told
    conductor.submit(Resume("", "", 0, "", "", "", "", ()))
    (answer,) = conductor.poll()
    assert answer.refusal is not None and answer.refusal.code == "ceremony.is-void"
    conductor.close()
    assert (folder / "journal.jsonl").read_bytes() == before
    assert record.check(folder).ended == "void"


def test_a_void_folder_is_opened_to_be_looked_at_and_not_locked(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), [*VOID, Key("", "1"), ENTER])
    conductor.close()
    (folder / "void.txt").unlink()  # the power went before it was written
    before = (folder / "journal.jsonl").read_bytes()
    conductor = ceremonies.conducted(folder, {})
    assert conductor.read_only and conductor.state.over and conductor.end is not None
    assert (folder / "void.txt").exists()
    ceremonies.press(conductor, desk.begin(conductor.state), ASIDES, 100)
    ceremonies.conducted(folder, {}).close()
    conductor.close()
    assert (folder / "journal.jsonl").read_bytes() == before


def test_something_recorded_after_a_void_is_over_is_not_believed(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), [*VOID, Key("", "1"), ENTER])
    last, notice_hash = conductor._store._last, conductor.state.setting.inputs.notice_hash  # type: ignore[union-attr]
    conductor.close()
    more = entry.chain(last, notice_hash, last.wall, 9.0, "Covered", {})  # type: ignore[union-attr]
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(entry.encode(more))
    with pytest.raises(JournalError) as refused:
        record.check(folder)
    assert (refused.value.code, refused.value.values["why"]) == ("journal.impossible", "ceremony.is-void")


def test_when_one_secret_is_lost_the_others_are_opened_still(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    values = ceremonies.given("least")
    conductor = ceremonies.conducted(folder, {})
    look = _until(conductor, "operator")
    look = ceremonies.press(conductor, look, [*VOID, Key("", "1"), ENTER], 1000)
    assert view(conductor.state, look).void_label == "operator"
    assert (look.scene, look.asks, conductor.state.due) == ("void", "secret", "notary")
    look = ceremonies.press(conductor, look, [ENTER], 2000)
    look = ceremonies.press(conductor, look, values.reveals["notary"], 3000)
    look = ceremonies.press(conductor, look, [ENTER], 4000)
    assert conductor.state.secrets == (None, values.reveals["notary"])
    assert (conductor.state.phase, look.asks) == (Phase.VOID, "")
    conductor.close()


def test_a_secret_that_is_not_here_cannot_be_opened_from_here(tmp_path: Path) -> None:
    conductor = ceremonies.conducted(ceremonies.frozen("least", tmp_path / "least"), {})
    _until(conductor, "operator")
    conductor.submit(OpenOwn("operator"))
    (answer,) = conductor.poll()
    assert answer.refusal is not None and answer.refusal.code == "ceremony.no-own"
    conductor.close()


def test_auto_clears_away_what_somebody_has_put_in_front(tmp_path: Path) -> None:
    values = ceremonies.given("small")
    state = ceremonies.states("small")[-4]
    fronts: list[dict[str, object]] = [
        {"covered": True}, {"overlay": True}, {"qr": True}, {"found": ("R05", None)}, {"scene": "compare"},
        {"field": Field("find", "", "R0")}, {"field": Field("void", "", "1")},
    ]  # fmt: skip
    for front in fronts:
        look = replace(desk.begin(state), **front)  # type: ignore[arg-type]
        for now_s in range(5):
            if look == desk.begin(state):
                break
            key = auto.next_key(state, look, values)
            assert key is not None
            look, request = desk.press(state, look, key, now_s)
            assert request in (None, Uncover())
            if request:
                look = desk.follow(state, look, decide(state, Uncover()))
        assert look == desk.begin(state)


def test_auto_puts_wrong_public_digits_right_on_the_record(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    values = ceremonies.given("small")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    wrong = replace(values, public="0" * 14)
    look, now_s = desk.begin(conductor.state), 0.0
    while conductor.state.public is None:
        now_s += 1
        key = auto.next_key(conductor.state, look, wrong)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    conductor.close()
    ceremonies.play(folder, values)
    assert (folder / "SHA256SUMS").read_bytes() == (ceremonies.GOLDEN / "small" / "SHA256SUMS").read_bytes()
    assert (folder / "journal.jsonl").read_text(encoding="utf-8").count('"event":"PublicGiven"') == 2


def test_auto_raises_what_is_refused_on_the_way(tmp_path: Path) -> None:
    values = ceremonies.given("least")
    conductor = ceremonies.conducted(ceremonies.frozen("least", tmp_path / "least"), ceremonies.own(values))
    unjudged = replace(values, reveals={**values.reveals, "notary": "0" * 32})
    with pytest.raises(ProtocolError) as refused:
        auto.play(conductor, unjudged)
    assert refused.value.code == "ceremony.secret-wrong"
    conductor.close()
    with pytest.raises(ProtocolError) as refused:
        ceremonies.conducted(ceremonies.frozen("least", tmp_path / "other"), {}, group_size=11)
    assert refused.value.code == "ceremony.group-size"


def test_anything_after_the_end_of_a_finished_journal_is_refused(tmp_path: Path) -> None:
    folder = ceremonies.frozen("minimal", tmp_path / "minimal")
    ceremonies.play(folder, ceremonies.given("minimal"))
    whole = (folder / "journal.jsonl").read_bytes()
    for data in (whole + b"{", whole + whole.splitlines(keepends=True)[-1]):
        (folder / "journal.jsonl").write_bytes(data)
        with pytest.raises(JournalError):
            ceremonies.conducted(folder, {})
        assert (folder / "journal.jsonl").read_bytes() == data


class _Contested(RealDisk):
    """Somebody else lets go of the folder between this kiosk's opening of the lock and its taking."""

    def __init__(self) -> None:
        self.contested = False
        self.folder_lock = Path()

    def lock(self, file: int) -> bool:
        taken = super().lock(file)
        if not self.contested and self.folder_lock.name:
            self.contested = True
            self.folder_lock.unlink()
        return taken

    def open(self, path: Path, flags: int) -> int:
        self.folder_lock = path if path.name == LOCK else self.folder_lock
        return super().open(path, flags)


def test_a_lock_that_is_removed_while_it_is_taken_is_taken_again(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    conductor = ceremonies.conducted(folder, {}, disk=_Contested())
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert refused.value.code == "journal.locked"
    (folder / LOCK).write_bytes(b"\x00")
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert (refused.value.code, refused.value.values["process"]) == ("journal.locked", "?")
    conductor.close()


class _Unreadable(RealDisk):
    def __init__(self, after: int) -> None:
        self.left = after

    def read(self, path: Path) -> bytes:
        if path.name == "journal.jsonl":
            self.left -= 1
            if self.left < 0:
                raise OSError(5, "Input/output error")
        return super().read(path)


@pytest.mark.parametrize("after", [0, 1])
def test_a_journal_that_cannot_be_read_is_told_and_the_folder_let_go(after: int, tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    ceremonies.conducted(folder, {}).close()
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {}, disk=_Unreadable(after))
    assert refused.value.code == "journal.read"
    ceremonies.conducted(folder, {}).close()


def test_given_names_take_the_place_of_those_in_the_office() -> None:
    given = auto.Given((("丁", "1"), ("戊", "2")))
    assert auto.with_names(ceremonies.PEOPLE, given).contributors == ("丁", "戊")
    assert auto.with_names(ceremonies.PEOPLE, auto.Given()) == ceremonies.PEOPLE
