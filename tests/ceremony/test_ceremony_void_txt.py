"""`void.txt` (FORMAT.md 5.2): what a void leaves in the folder, written and read."""

import json
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import auto, desk, history, record, void
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import decide
from kiosk.ceremony.steps import Phase, Void
from kiosk.ceremony.view import Look
from kiosk.core.errors import JournalError, ProtocolError

ENTER = Key("enter")
VOID = [Key("overlay"), Key("", "5")]


def _until(conductor: Conductor, name: str, phase: Phase, due: str = "") -> Look:
    values, look, now_s = ceremonies.given(name), desk.begin(conductor.state), 0.0
    while conductor.state.phase is not phase or (due and conductor.state.due != due):
        now_s += 1
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = ceremonies.press(conductor, look, [key], now_s)
    return look


def _typed(text: str) -> list[Key]:
    return [Key("", each) for each in text]


def _voided(folder: Path, name: str, phase: Phase, reason: str = "1", due: str = "") -> Path:
    """A ceremony that is declared void in this phase, and its program ended."""
    ceremonies.frozen(name, folder)
    conductor = ceremonies.conducted(folder, ceremonies.own(ceremonies.given(name)))
    look = _until(conductor, name, phase, due)
    ceremonies.press(conductor, look, [*VOID, *_typed(reason), ENTER], 10_000)
    assert conductor.state.phase is Phase.VOID
    conductor.close()
    return folder


def _declared(folder: Path) -> dict[str, str]:
    """The journal's line that declares the void."""
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = next(line for line in map(json.loads, lines) if line["event"] == "Voided")
    return found


def test_an_early_void_says_why_who_and_what_had_been_thrown(tmp_path: Path) -> None:
    folder = ceremonies.frozen("small", tmp_path / "small")
    values = ceremonies.given("small")
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    look = _until(conductor, "small", Phase.CONTRIBUTIONS)
    dice = values.contributions[0][1]
    look = ceremonies.press(conductor, look, [*_typed(dice), ENTER, *_typed("3")], 100)
    ceremonies.press(conductor, look, [*VOID, *_typed("4"), ENTER], 200)
    conductor.close()
    declared = _declared(folder)
    assert (folder / "void.txt").read_text(encoding="utf-8").splitlines() == [
        "mingyao void v1",
        "draw: small",
        f"notice: {ceremonies.inputs('small').notice_hash}",
        f"declared: {declared['wall']}",
        "reason: disturbed",
        "operator: 张明",
        "witness: 公证处 邱某",
        f"journal: {declared['hash']}",
        f"contribution 1: {dice}",
    ]
    for secret in values.reveals.values():
        assert secret not in (folder / "void.txt").read_text(encoding="utf-8")


def test_a_lost_secret_leaves_the_others_as_they_are_opened(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "least", "least", Phase.REVEALS, due="operator")
    values = ceremonies.given("least")
    first = (folder / "void.txt").read_bytes()
    assert b"reason: secret-lost\nsecret: operator\n" in first and b"reveal" not in first
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), [ENTER, *_typed(values.reveals["notary"]), ENTER])
    conductor.close()
    then = (folder / "void.txt").read_bytes()
    assert then == first + f"reveal notary: {values.reveals['notary']}\n".encode()


def test_a_missing_source_leaves_all_dice_and_all_secrets(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "small", "small", Phase.PUBLIC)
    values = ceremonies.given("small")
    lines = (folder / "void.txt").read_text(encoding="utf-8").splitlines()
    assert "reason: public-missing" in lines
    assert [line.partition(": ")[2] for line in lines if line.startswith("contribution")] == [
        dice for _, dice in values.contributions
    ]
    assert [f"reveal {label}: {secret}" for label, secret in values.reveals.items()] == lines[-len(values.reveals) :]


def test_it_is_written_again_where_it_is_missing_or_older(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "small", "small", Phase.PUBLIC)
    whole = (folder / "void.txt").read_bytes()
    for there in (None, whole[: whole.rindex(b"reveal")]):
        (folder / "void.txt").unlink()
        if there is not None:
            (folder / "void.txt").write_bytes(there)
        ceremonies.conducted(folder, {}).close()
        assert (folder / "void.txt").read_bytes() == whole


def test_a_void_txt_that_the_journal_does_not_say_stops_it_and_touches_nothing(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "small", "small", Phase.COMPARE)
    changed = (folder / "void.txt").read_bytes().replace(b"roll-wrong", b"disturbed")
    (folder / "void.txt").write_bytes(changed)
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert refused.value.code == "journal.void-differs"
    assert (folder / "void.txt").read_bytes() == changed


def test_a_voided_draw_is_not_held_again_by_taking_its_journal_away(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "small", "small", Phase.COMPARE)
    (folder / "journal.jsonl").unlink()
    with pytest.raises(JournalError) as refused:
        ceremonies.conducted(folder, {})
    assert refused.value.code == "journal.void-early"


@pytest.mark.parametrize("reason", ["a\u200bb", "e\u0301", "停\n电", ""])
def test_a_reason_is_a_text_that_can_be_published(reason: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        decide(ceremonies.opened("small"), Void(reason, "", "", ""))
    assert refused.value.code == "ceremony.void-reason"


FOLDERS = [("small", Phase.CONTRIBUTIONS, ""), ("small", Phase.PUBLIC, ""), ("least", Phase.REVEALS, "operator"),
           ("least", Phase.REVEALS, "notary"), ("minimal", Phase.OPENING, "")]  # fmt: skip


@pytest.mark.parametrize(("name", "phase", "due"), FOLDERS)
def test_what_is_written_is_read_again(name: str, phase: Phase, due: str, tmp_path: Path) -> None:
    data = (_voided(tmp_path / name, name, phase, due=due) / "void.txt").read_bytes()
    told = void.parse(data, ceremonies.inputs(name))
    assert void.write(told).encode() == data
    assert (told.label, told.draw) == (due, ceremonies.inputs(name).notice.draw)


@pytest.mark.parametrize(("name", "phase", "due"), FOLDERS)
def test_a_void_leaves_no_result_and_one_beside_it_is_not_believed(
    name: str, phase: Phase, due: str, tmp_path: Path
) -> None:
    folder = _voided(tmp_path / name, name, phase, due=due)
    assert record.check(folder).ended == "void"
    for each in history.RESULT:
        assert not (folder / each).exists()
        (folder / each).write_bytes((ceremonies.GOLDEN / name / each).read_bytes())
        with pytest.raises(JournalError) as refused:
            record.check(folder)
        assert (refused.value.code, refused.value.values["file"]) == ("record.void-and-result", each)
        with pytest.raises(JournalError) as refused:
            ceremonies.conducted(folder, {})
        assert (refused.value.code, refused.value.values["file"]) == ("journal.result-early", each)
        (folder / each).unlink()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("mingyao void v1", "mingyao void v2", 1),
        ("draw: 0", "draw: small", 2),
        ("notice: ", "notice: 0", 3),
        ("declared: ", "declared: |", 4),
        ("reason: secret-lost\n", "", 5),
        ("reason: secret-lost", "reason: disturbed", 6),  # which names no secret
        ("secret: operator", "secret: nobody", 6),
        ("operator: 张明", "operator: 张|明", 7),
        ("witness: ", "witnes: ", 8),
        ("journal: ", "journal: x", 9),
        ("contribution 1: ", "contribution 1: 7", 10),
        ("contribution 2: ", "contribution 3: ", 11),
        ("reveal notary: ", "reveal operator: ", 12),
        ("reveal notary: ", "reveal notary: 0", 12),
        ("reveal notary: ", "more\nreveal notary: ", 12),
    ],
)
def test_what_is_not_of_the_form_is_named_by_its_line(old: str, new: str, line: int, tmp_path: Path) -> None:
    folder = _voided(tmp_path / "least", "least", Phase.REVEALS, due="operator")
    text = (folder / "void.txt").read_text(encoding="utf-8")
    text += f"reveal notary: {ceremonies.given('least').reveals['notary']}\n"
    assert void.parse(text.encode(), ceremonies.inputs("least")).reveals
    assert old in text
    with pytest.raises(JournalError) as refused:
        void.parse(text.replace(old, new, 1).encode(), ceremonies.inputs("least"))
    assert (refused.value.code, refused.value.values["line"]) == ("void.line", line)


def test_a_secret_that_opens_nothing_is_refused(tmp_path: Path) -> None:
    folder = _voided(tmp_path / "least", "least", Phase.REVEALS, due="operator")
    text = (folder / "void.txt").read_text(encoding="utf-8") + f"reveal notary: {'0' * 32}\n"
    with pytest.raises(JournalError) as refused:
        void.parse(text.encode(), ceremonies.inputs("least"))
    assert (refused.value.code, refused.value.values) == ("void.secret", {"label": "notary"})


def test_an_early_void_holds_neither_all_dice_nor_a_secret(tmp_path: Path) -> None:
    values, told = ceremonies.given("least"), ceremonies.inputs("least")
    text = (_voided(tmp_path / "least", "least", Phase.CONTRIBUTIONS) / "void.txt").read_text(encoding="utf-8")
    for count in range(3):
        dice = values.contributions[:count]
        whole = text + "".join(f"contribution {seat}: {digits}\n" for seat, (_, digits) in enumerate(dice, 1))
        if count < 2:
            assert len(void.parse(whole.encode(), told).contributions) == count
            whole += f"reveal operator: {values.reveals['operator']}\n"
        with pytest.raises(JournalError):
            void.parse(whole.encode(), told)


def test_a_source_that_nobody_named_cannot_be_missing(tmp_path: Path) -> None:
    text = (_voided(tmp_path / "small", "small", Phase.PUBLIC) / "void.txt").read_text(encoding="utf-8")
    least = ceremonies.given("least")
    head = text[: text.index("contribution 1")].replace("draw: small", "draw: 0")
    head = head.replace(ceremonies.inputs("small").notice_hash, ceremonies.inputs("least").notice_hash)
    dice = "".join(f"contribution {seat}: {digits}\n" for seat, (_, digits) in enumerate(least.contributions, 1))
    reveals = "".join(f"reveal {label}: {secret}\n" for label, secret in least.reveals.items())
    with pytest.raises(JournalError) as refused:
        void.parse((head + dice + reveals).encode(), ceremonies.inputs("least"))
    assert refused.value.code == "void.line"
