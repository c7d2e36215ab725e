"""The golden folders, held as ceremonies: what comes out is what is in them."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

import ceremonies
from kiosk.ceremony import auto, desk
from kiosk.ceremony.desk import Key
from kiosk.ceremony.steps import Phase
from kiosk.core import evidence
from kiosk.core.errors import MingyaoError, ProtocolError

MADE = ("seed.txt", "result.csv", "SHA256SUMS")


def _made(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in MADE}


def _entries(folder: Path) -> list[tuple[str, dict[str, object]]]:
    """The journal, clocks (and the hashes that go with them) aside."""
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [(entry["event"], entry["values"]) for entry in map(json.loads, lines)]


@pytest.mark.parametrize("name", ceremonies.NAMES)
def test_a_ceremony_with_the_values_of_a_golden_folder_gives_its_files(name: str, tmp_path: Path) -> None:
    folder = ceremonies.frozen(name, tmp_path / name)
    state = ceremonies.play(folder, ceremonies.given(name))
    assert state.phase is Phase.DONE
    assert _made(folder) == _made(ceremonies.GOLDEN / name)
    assert evidence.judge({each: (folder / each).read_bytes() for each in evidence.FILES})
    assert sorted(path.name for path in folder.iterdir()) == sorted([*evidence.FILES, "journal.jsonl"])


@pytest.mark.parametrize("name", ceremonies.NAMES)
def test_every_allotted_line_is_shown_once_and_in_its_order(name: str, tmp_path: Path) -> None:
    folder = ceremonies.frozen(name, tmp_path / name)
    ceremonies.play(folder, ceremonies.given(name))
    shown = [values for event, values in _entries(folder) if event == "HouseholdShown"]
    lines = [
        f"{each['stage']},{each['tier']},{each['rank']},{each['household']},{each['ticket']},allotted,{each['unit']}"
        for each in shown
    ]
    result = (ceremonies.GOLDEN / name / "result.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [line for line in result if ",allotted," in line]


@pytest.mark.parametrize("name", ["small", "minimal"])
def test_a_ceremony_by_keys_and_one_by_auto_leave_the_same_journal(name: str, tmp_path: Path) -> None:
    by_auto = ceremonies.frozen(name, tmp_path / "auto")
    values = ceremonies.given(name)
    ceremonies.play(by_auto, values)
    by_hand = ceremonies.frozen(name, tmp_path / "hand")
    _by_hand(by_hand, name)
    assert _entries(by_hand) == _entries(by_auto)
    assert _made(by_hand) == _made(by_auto)


def _by_hand(folder: Path, name: str) -> None:
    """The keys that a person presses, spelled out; the household that begins a group is followed by the pacer."""
    values = ceremonies.given(name)
    conductor = ceremonies.conducted(folder, ceremonies.own(values))
    look = desk.begin(conductor.state)
    go_on, enter = Key("next", " "), Key("enter")
    keys = [go_on, go_on, enter]
    for _, digits in values.contributions:
        keys += [*(Key("", digit) for digit in digits), enter]
    keys += [enter]  # the operator's own envelope
    if "notary" in values.reveals:
        named = {"a": "auto", "b": "cover", "f": "find"}
        keys += [enter, *(Key(named.get(each, ""), each) for each in values.reveals["notary"]), enter]
    if values.public:
        keys += [enter, *(Key("", digit) for digit in values.public), enter]
    keys += [enter]  # the sealing
    look = ceremonies.press(conductor, look, keys)
    now_s = 1000.0
    while conductor.state.phase is not Phase.DONE:
        now_s += 60
        if conductor.state.group_running:
            look, request = desk.tick(conductor.state, look, 60)
            assert request is not None
            conductor.submit(request)
            conductor.poll()
            look = desk.follow(conductor.state, look)
        else:
            look = ceremonies.press(conductor, look, [go_on], now_s)
    conductor.close()


def test_a_rehearsal_throws_the_dice_that_nobody_gave(tmp_path: Path) -> None:
    folder = ceremonies.frozen("minimal", tmp_path / "rehearsal")
    notice = (folder / "notice.txt").read_text(encoding="utf-8")
    notice = notice.replace("contributions: none", "contributions: 2 of 3 dice")
    notice = notice.replace("public: none", "public: 5 digits of x")
    (folder / "notice.txt").write_text(notice, encoding="utf-8")
    secrets = ceremonies.given("minimal").reveals
    conductor = ceremonies.conducted(folder, secrets)
    given = auto.ready(conductor.state, auto.Given(), Random(7))
    auto.play(conductor, given)
    conductor.close()
    seed = (folder / "seed.txt").read_text(encoding="utf-8")
    assert [f"contribution {n}: {dice}" in seed for n, (_, dice) in enumerate(given.contributions, 1)] == [True, True]
    assert f"public: {given.public}" in seed


def test_auto_refuses_a_finished_folder_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    values = ceremonies.given("least")
    ceremonies.play(folder, values)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ProtocolError) as refused:
        ceremonies.play(folder, values)
    assert refused.value.code == "ceremony.finished"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


WRONG = {
    "ceremony.given-people": {"contributions": (("甲", "131213"),)},
    "ceremony.given-dice": {"contributions": (("甲", "131213"), ("乙", "13424"))},
    "ceremony.given-label": {"reveals": {"nobody": "0" * 32}},
    "ceremony.given-secret": {"reveals": {}},
    "ceremony.secret-form": {"reveals": {"notary": "1BED8F8A486852B20C1D54F8B80DCEEC"}},
    "ceremony.secret-wrong": {"reveals": {"notary": "0" * 32}},
    "ceremony.given-public-none": {"public": "12"},
}


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("code", WRONG)
def test_wrong_values_are_refused_before_anything_is_written(code: str, begun: bool, tmp_path: Path) -> None:
    folder = ceremonies.frozen("least", tmp_path / "least")
    secrets = ceremonies.own(ceremonies.given("least"))
    if begun:
        ceremonies.conducted(folder, secrets).close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    wrong = replace(ceremonies.given("least"), **WRONG[code])  # type: ignore[arg-type]
    with pytest.raises(ProtocolError) as refused:
        ceremonies.conducted(folder, secrets, judge=lambda state: auto.ready(state, wrong, Random(1)))
    assert refused.value.code == code
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert wrong.reveals.get("notary", "x") not in str(refused.value)


def test_a_ceremony_without_its_dice_or_public_digits_is_refused(tmp_path: Path) -> None:
    conductor = ceremonies.conducted(ceremonies.frozen("small", tmp_path / "small"), {})
    values = ceremonies.given("small")
    for wrong, code in (
        (replace(values, contributions=()), "ceremony.given-people"),
        (replace(values, public=None), "ceremony.given-public"),
        (replace(values, public="12"), "ceremony.public-form"),
    ):
        with pytest.raises(ProtocolError) as refused:
            auto.ready(conductor.state, wrong, Random(1))
        assert refused.value.code == code
    conductor.close()


def test_files_of_contributions_and_reveals() -> None:
    assert auto.parse_contributions("1号代表 | 351642\n\n乙|224163\r\n") == (("1号代表", "351642"), ("乙", "224163"))
    assert auto.parse_reveals("notary 05e5\n\noperator\t7d65\n") == {"notary": "05e5", "operator": "7d65"}
    for text, code in (("351642", "contributions-line"), ("a\u200bb | 351642", "contributions-who")):
        with pytest.raises(MingyaoError) as refused:
            auto.parse_contributions(text)
        assert (refused.value.code, refused.value.values["line"]) == (f"ceremony.{code}", 1)
    for text in ("notary", "notary 05e5 05e5", "notary 05e5\nnotary 05e6"):
        with pytest.raises(MingyaoError) as refused:
            auto.parse_reveals(text)
        assert refused.value.code == "ceremony.reveals-line"
        assert "05e" not in str(refused.value)
