"""The verifier on every golden folder and on every line of broken.jsonl."""

import contextlib
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from forgeries import resealed
from judges import (
    Broken,
    Golden,
    Judgement,
    broken_vectors,
    golden_vectors,
    judge_with_verifier,
    verifier,
    write_folder,
)

GOLDEN = {name: (files, hashes) for name, files, hashes in golden_vectors()}
BROKEN = list(broken_vectors())
VERIFIED = Judgement("verified", None)


def answer(files: dict[str, bytes], folder: Path, *given: str) -> dict[str, Any]:
    write_folder(files, folder)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        verifier().main([str(folder), "--json", *given])
    whole: dict[str, Any] = json.loads(said.getvalue())
    return whole


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_folder_is_verified_with_its_notice_hash_seed_and_result_hash(name: str, tmp_path: Path) -> None:
    files, hashes = GOLDEN[name]
    said = answer(files, tmp_path)
    assert said["verdict"] == "verified"
    assert Golden(said["notice_hash"], said["seed"], said["result_hash"]) == hashes
    assert [step["state"] for step in said["checks"]] == ["holds", "skipped"] + ["holds"] * 8
    lines = files["notice.txt"].decode().split("\n")
    assert [f"draw: {said['draw']}", f"title: {said['title']}", f"mode: {said['mode']}"] == lines[1:4]


@pytest.mark.parametrize(("name", "files", "expected"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_a_broken_folder_is_refused_by_the_check_that_is_named(
    name: str, files: dict[str, bytes], expected: Broken
) -> None:
    judged = judge_with_verifier(files, expected.claimed)
    assert judged == expected.judgement, expected.why
    assert judged.why


def test_the_vectors_reach_every_check() -> None:
    checks = {expected.judgement.check for _, _, expected in BROKEN}
    assert checks == {name for name, _, _ in verifier().CHECKS} | {None}


@pytest.mark.parametrize(("name", "files", "expected"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_the_reason_names_the_file_unless_it_is_about_what_the_caller_gave(
    name: str, files: dict[str, bytes], expected: Broken
) -> None:
    why = judge_with_verifier(files, expected.claimed).why
    assert why is not None
    if expected.judgement.check == "claimed":
        assert expected.claimed is not None
        assert expected.claimed in why
    else:
        assert re.search(r"notice\.txt|roll\.csv|units\.csv|rules\.json|seed\.txt|result\.csv|SHA256SUMS", why)


@pytest.mark.parametrize("name", GOLDEN)
def test_resealing_an_unchanged_folder_changes_nothing(name: str) -> None:
    files, _ = GOLDEN[name]
    assert resealed(files) == files


@pytest.mark.parametrize("length", [32, 33, 63, 64])
@pytest.mark.parametrize("upper", [False, True])
def test_the_result_hash_may_be_given_by_32_to_64_digits_of_either_case(length: int, upper: bool) -> None:
    files, hashes = GOLDEN["small"]
    claimed = hashes.result[:length].upper() if upper else hashes.result[:length]
    assert judge_with_verifier(files, claimed) == VERIFIED


def test_each_digit_of_the_result_hash_given_counts() -> None:
    files, hashes = GOLDEN["small"]
    for place, digit in enumerate(hashes.result):
        other = hashes.result[:place] + ("0" if digit != "0" else "1") + hashes.result[place + 1 :]
        assert judge_with_verifier(files, other) == Judgement("refuted", "claimed")


@pytest.mark.parametrize("bad", ["", "0" * 31, "0" * 65, "{32}\n", " {32}", "0x{32}", "{31}g", "{31}٣", "７{31}"])
def test_a_result_hash_of_another_form_refutes(bad: str) -> None:
    files, hashes = GOLDEN["small"]
    claimed = bad.replace("{32}", hashes.result[:32]).replace("{31}", hashes.result[:31])
    assert judge_with_verifier(files, claimed) == Judgement("refuted", "claimed")


@pytest.mark.parametrize("upper", [False, True])
def test_the_notice_hash_may_be_given_in_either_case(upper: bool, tmp_path: Path) -> None:
    files, hashes = GOLDEN["small"]
    said = answer(files, tmp_path, "--notice", hashes.notice.upper() if upper else hashes.notice)
    assert said["verdict"] == "verified"
    assert not any("notice published beforehand" in sentence for sentence in said["does_not_prove"])


@pytest.mark.parametrize("bad", ["", "{64}0", "{63}g", "{64}\n", "{63}０", "other"])
def test_another_notice_hash_or_one_of_another_form_refutes(bad: str) -> None:
    files, hashes = GOLDEN["small"]
    other = hashlib.sha256(b"another notice").hexdigest()
    given = bad.replace("{63}", hashes.notice[:63]).replace("{64}", hashes.notice).replace("other", other)
    assert judge_with_verifier(files, notice=given) == Judgement("refuted", "notice")


@pytest.mark.parametrize("digits", [1, 32, 63])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_part_of_the_notice_hash_is_not_enough_and_whether_it_agrees_is_said(
    digits: int, language: str, tmp_path: Path
) -> None:
    files, hashes = GOLDEN["small"]
    agree = {"en": "the same as", "zh": "位一致"}[language]
    for given, same in ((hashes.notice[:digits].upper(), True), (hashes.result[:digits], False)):
        said = answer(files, tmp_path, "--notice", given, "--lang", language)
        assert (said["verdict"], said["check"]) == ("unusable", None)
        assert "64" in said["why"] and str(digits) in said["why"]
        assert (agree in said["why"]) == same


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_too_few_digits_of_the_result_hash_it_is_said_whether_they_agree(language: str, tmp_path: Path) -> None:
    files, hashes = GOLDEN["small"]
    agree = {"en": "the same as", "zh": "位一致"}[language]
    for given, same in ((hashes.result[:31], True), (hashes.result[:30] + "x", False), (hashes.seed[:31], False)):
        said = answer(files, tmp_path, "--claimed", given, "--lang", language)
        assert (said["verdict"], said["check"]) == ("refuted", "claimed")
        assert (agree in said["why"]) == same


def test_the_verdict_says_what_it_does_not_prove(tmp_path: Path) -> None:
    files, hashes = GOLDEN["small"]
    unproved = answer(files, tmp_path)["does_not_prove"]
    assert any("not compared with a notice published beforehand" in sentence for sentence in unproved)
    assert any("not compared with the result hash shown in the hall" in sentence for sentence in unproved)
    source = next(sentence for sentence in unproved if "compare the digits with the source" in sentence)
    assert "03081117212905" in source
    assert "双色球第2021141期" in source
    compared = answer(files, tmp_path, "--notice", hashes.notice, "--claimed", hashes.result)["does_not_prove"]
    assert compared == [source]


def test_a_draw_without_a_public_source_has_no_digits_to_compare(tmp_path: Path) -> None:
    files, hashes = GOLDEN["tiers"]
    given = ("--notice", hashes.notice, "--claimed", hashes.result)
    assert answer(files, tmp_path, *given)["does_not_prove"] == []


@pytest.mark.parametrize(
    ("check", "known"),
    [
        ("sums", set()),
        ("text", {"result_hash"}),
        ("notice", {"result_hash"}),
        ("roll", {"result_hash", "draw", "title", "mode", "notice_hash"}),
        ("seed", {"result_hash", "draw", "title", "mode", "notice_hash"}),
        ("result", {"result_hash", "draw", "title", "mode", "notice_hash", "seed"}),
    ],
)
def test_a_refuted_folder_is_described_as_far_as_it_was_checked(check: str, known: set[str], tmp_path: Path) -> None:
    files = next(files for _, files, expected in BROKEN if expected.judgement.check == check)
    said = answer(files, tmp_path)
    facts = ("draw", "title", "mode", "seed", "notice_hash", "result_hash")
    assert {fact for fact in facts if said[fact] is not None} == known
    assert said["checks"][-1] == {**said["checks"][-1], "check": check, "state": "fails", "what": said["why"]}


DEFECTS = {
    "text": ("roll.csv", b"R00,", b"R\t00,"),
    "notice": ("notice.txt", b"mode: ceremony", b"mode: ceremonial"),
    "roll": ("roll.csv", "欧阳".encode(), "=欧阳".encode()),
    "units": ("units.csv", b"unit,", b"flat,"),
    "rules": ("rules.json", b'"count": 1', b'"count": 01'),
    "seed": ("seed.txt", b"contribution 1: 3", b"contribution 1: 7"),
    "commitments": ("seed.txt", b"reveal notary: 0", b"reveal notary: 1"),
    "result": ("result.csv", b",allotted,", b",housed,"),
}


def test_of_several_defects_the_check_that_comes_first_tells() -> None:
    order = ["sums", "claimed", "text", "notice", "roll", "units", "rules", "seed", "commitments", "result"]
    assert [name for name, _, _ in verifier().CHECKS] == order
    files = GOLDEN["small"][0]
    for check, (name, old, new) in reversed(DEFECTS.items()):
        assert old in files[name]
        files = resealed({**files, name: files[name].replace(old, new, 1)})
        assert judge_with_verifier(files) == Judgement("refuted", check)
    assert judge_with_verifier(files, "0" * 32) == Judgement("refuted", "claimed")
    assert judge_with_verifier({**files, "SHA256SUMS": b"\n"}, "0" * 32) == Judgement("refuted", "sums")
    assert judge_with_verifier({**files, "SHA256SUMS": None}, "0" * 32) == Judgement("unusable", None)


def test_the_reason_tells_which_line_of_the_sums_is_wrong() -> None:
    files = GOLDEN["small"][0]
    lines = files["SHA256SUMS"].decode().split("\n")[:-1]
    for place, line in enumerate(lines):
        where = f"SHA256SUMS, line {place + 1}: "
        for sums, why in (
            ([*lines[:place], "x", *lines[place + 1 :], ""], f'{where}"x" stands where "{line}" is expected'),
            ([*lines[:place], ""], f'SHA256SUMS: ends after line {place}, where "{line}" is expected'),
            (lines[: place + 1], f"{where}the last line does not end with LF"),
            ([*lines[:place], line[:-1]], f'{where}"{line[:-1]}" stands where "{line}" is expected'),
        ):
            judged = judge_with_verifier({**files, "SHA256SUMS": "\n".join(sums).encode()})
            empty = place == 0 and sums == [""]
            assert judged.why == ("SHA256SUMS: the file is empty" if empty else why)
    for more, shown in (("x\n", "x"), ("\n", ""), ("x", "x")):
        judged = judge_with_verifier({**files, "SHA256SUMS": files["SHA256SUMS"] + more.encode()})
        assert judged.why == f'SHA256SUMS, line 7: "{shown}" stands after what should be the last line'
