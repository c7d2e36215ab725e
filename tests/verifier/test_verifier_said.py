"""What the verifier says, beside the verdict, to somebody who reads it: languages, options, what cannot be read."""

import hashlib
import io
import json
import os
import runpy
import sys
from pathlib import Path

import pytest

import afters
from forgeries import GOLDEN
from judges import VERIFIER, broken_vectors, verifier, write_folder

SMALL = GOLDEN["small"]
Captured = pytest.CaptureFixture[str]
CHAIN = next(chain for chain in afters.golden_chains() if chain.after and chain.holders.count("\n") > 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(SMALL, tmp_path)
    return tmp_path


def said(capsys: Captured, *words: object) -> tuple[int, str]:
    status = verifier().main([str(word) for word in words])
    return status, capsys.readouterr().out


@pytest.mark.parametrize("check", ["sums", "text", "notice", "roll", "units", "rules", "seed", "commitments", "result"])
def test_what_was_found_out_before_it_was_refuted_is_said_and_no_more(
    check: str, tmp_path: Path, capsys: Captured
) -> None:
    files = next(files for _, files, told in broken_vectors() if told.judgement.check == check)
    write_folder(files, tmp_path)
    status, told = said(capsys, tmp_path, "--lang", "en")
    assert status == 1
    assert told.splitlines()[-1].startswith(f"refuted {check}: ")
    order = [name for name, *_ in verifier().CHECKS]
    reached = order[: order.index(check)]
    lines = [line.split(" FORMAT ")[0].rsplit(None, 1) for line in told.splitlines() if " FORMAT " in line]
    expected = dict.fromkeys(reached, "holds") | {check: "FAILS"}
    if check != "sums":
        expected["claimed"] = "not asked"
    assert {name: state for state, name in lines} == expected


def test_the_command_line_is_the_processs_own_where_none_is_given(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["verify.py", str(folder)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(VERIFIER), run_name="__main__")
    assert ended.value.code == 0
    assert "\nverified: " in capsys.readouterr().out


def test_the_surroundings_choose_the_language_that_nobody_asked_for(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chosen, chinese in (("zh_CN.UTF-8", True), ("C.UTF-8", False)):
        monkeypatch.setenv("LC_ALL", chosen)
        assert ("摇号" in said(capsys, folder)[1]) == chinese


def test_an_output_that_has_no_chinese_gets_english_with_escapes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert verifier().run() in (0, 2)  # without a folder it is a question of usage
    assert verifier().main([str(folder)]) == 0
    sys.stdout.flush()
    assert rb"verified: draw small, \u5c0f" in printed.getvalue()


def test_of_too_few_digits_of_a_result_hash_the_last_line_says_whether_they_agree(
    folder: Path, capsys: Captured
) -> None:
    digits = hashlib.sha256(SMALL["SHA256SUMS"]).hexdigest()[:12]
    for given, en, zh in (
        (digits, "are the same as the first 12", "前 12 位一致"),
        ("0" * 12, "are not the first 12", "前 12 位不一致"),
    ):
        for language, agree, few in (("en", en, "too few to tell"), ("zh", zh, "位数不够，不足以判定")):
            status, told = said(capsys, folder, "--claimed", given, "--lang", language)
            last = told.splitlines()[-1]
            assert status == 1 and last.startswith("refuted claimed: ") and agree in last and few in last


def test_whoever_stops_listening_ends_it_quietly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def leave() -> int:
        raise BrokenPipeError

    gone = (tmp_path / "out").open("w", encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", gone)
    monkeypatch.setattr(verifier(), "main", leave)
    assert verifier().run() == 2
    assert os.path.samestat(os.fstat(gone.fileno()), Path(os.devnull).stat())
    gone.close()


def test_with_no_output_at_all_there_is_still_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(verifier(), "main", lambda: 1)
    assert verifier().run() == 1


def test_an_entry_is_held_against_the_chain_and_never_without_it(folder: Path, capsys: Captured) -> None:
    status, told = said(capsys, folder, "--entry", "0" * 64, "--lang", "en")
    assert (status, told) == (2, told)
    assert told.startswith("unusable: --entry needs --after")
    for held, check in (("0" * 31, "after-entry"), ("0" * 64, "after-entry"), ("xyz", "after-entry")):
        status, told = said(capsys, folder, "--after", "--entry", held, "--lang", "en")
        assert status == 1
        assert told.splitlines()[-1].startswith(f"refuted {check}: ")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_whom_something_happened_to_after_the_draw_has_a_line(language: str, tmp_path: Path, capsys: Captured) -> None:
    write_folder({**afters.files(CHAIN.folder), "after.jsonl": CHAIN.after}, tmp_path)
    status, told = said(capsys, tmp_path, "--after", "--lang", language)
    assert status == 0
    changed = [row.split(",") for row in CHAIN.holders.splitlines()[1:] if row.split(",")[-1]]
    lines = told.splitlines()
    assert changed
    for stage, _, _, household, _, _ in changed:
        assert any(stage in line and (household or "–") in line for line in lines)
    last = json.loads(CHAIN.after.splitlines()[-1])["hash"]
    status, told = said(capsys, tmp_path, "--after", "--entry", last[:32].upper(), "--lang", language)
    assert status == 0


def test_a_chain_that_cannot_be_read_is_unusable(folder: Path, capsys: Captured) -> None:
    assert said(capsys, folder, "--after")[0] == 0  # nothing happened after the draw
    (folder / "after.jsonl").mkdir()
    status, told = said(capsys, folder, "--after", "--lang", "en")
    assert status == 2
    assert told.startswith("unusable: ")
    assert "after.jsonl" in told


def test_a_link_is_as_good_as_the_chain_that_it_leads_to_as_with_the_seven(tmp_path: Path, capsys: Captured) -> None:
    write_folder(afters.files(CHAIN.folder), tmp_path)
    for name in ("roll.csv", "after.jsonl"):
        file = tmp_path / name
        file.unlink(missing_ok=True)
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        (tmp_path / "elsewhere" / name).write_bytes({**afters.files(CHAIN.folder), "after.jsonl": CHAIN.after}[name])
        file.symlink_to(tmp_path / "elsewhere" / name)
        status, told = said(capsys, tmp_path, "--after", "--lang", "en")
        assert status == 0
    last = json.loads(CHAIN.after.splitlines()[-1])["hash"]
    assert said(capsys, tmp_path, "--after", "--entry", last)[0] == 0
    for name in ("after.jsonl", "roll.csv"):  # one that leads nowhere is not none
        (tmp_path / "elsewhere" / name).unlink()
        status, told = said(capsys, tmp_path, "--after", "--lang", "en")
        assert status == 2
        assert told.startswith(f"unusable: cannot read {name} ")
