"""Whatever the seven names lead to, the verifier says one of its three words, on one line, and never raises."""

import contextlib
import io
import os
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forgeries import GOLDEN, resealed
from judges import SEVEN, Judgement, broken_vectors, judge_with_verifier, verifier, write_folder

SMALL = GOLDEN["small"]
CHECKS = {name for name, _, _ in verifier().CHECKS}


def said_of(folder: Path, *words: str) -> tuple[int, str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = verifier().main([str(folder), *words])
    return status, printed.getvalue()


# --------------------------------------------------------------------------------------- what a name leads to


@pytest.mark.parametrize("name", SEVEN)
def test_a_name_that_leads_to_no_plain_file_is_unusable(name: str, tmp_path: Path) -> None:
    for number, make in enumerate((Path.mkdir, os.mkfifo, lambda path: path.symlink_to("nowhere"), None)):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_folder({**SMALL, name: None}, folder)
        if make is not None:
            make(folder / name)
        status, said = said_of(folder)
        assert status == 2
        assert said.startswith(f"unusable: cannot read {name} (")


def test_what_is_no_folder_is_called_so_and_not_seven_missing_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name in ("nowhere", "file", "x" * 300, "a\0b"):
        status, said = said_of(tmp_path / name)
        assert status == 2
        assert said.startswith('unusable: there is no folder "')
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert verifier().main([""]) == 2  # and not the current folder
    assert printed.getvalue() == 'unusable: there is no folder ""\n'


def test_a_link_to_a_plain_file_is_as_good_as_the_file(tmp_path: Path) -> None:
    write_folder(SMALL, tmp_path)
    (tmp_path / "evidence").mkdir()
    for name in SEVEN:
        (tmp_path / "evidence" / name).symlink_to(tmp_path / name)
    (tmp_path / "link").symlink_to(tmp_path / "evidence")
    assert said_of(tmp_path / "link")[0] == 0


def test_a_file_of_more_than_512_mib_is_unusable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verifier().LARGEST_FILE_BYTES == 512 * 2**20
    write_folder(SMALL, tmp_path)
    largest = max(len(data) for data in SMALL.values())
    monkeypatch.setattr(verifier(), "LARGEST_FILE_BYTES", largest)
    assert said_of(tmp_path)[0] == 0
    monkeypatch.setattr(verifier(), "LARGEST_FILE_BYTES", largest - 1)
    status, said = said_of(tmp_path)
    assert status == 2
    assert "unusable: cannot read rules.json (larger than 512 MiB" in said


def test_too_little_memory_is_unusable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_nothing(folder: str) -> None:
        raise MemoryError

    monkeypatch.setattr(verifier(), "read_seven", read_nothing)
    status, said = said_of(tmp_path)
    assert (status, said.startswith("unusable: ")) == (2, True)


def test_one_that_is_stopped_says_that_there_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(verifier(), "main", stop)
    assert verifier().run() == 2
    assert capsys.readouterr().out.startswith("unusable: stopped before the verdict")


# ----------------------------------------------------------------------------------------------- the sentences


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_is_one_line_that_nothing_in_the_files_can_disturb(language: str, tmp_path: Path) -> None:
    for name, files, expected in broken_vectors():
        folder = tmp_path / name
        folder.mkdir()
        write_folder(files, folder)
        claimed = [] if expected.claimed is None else ["--claimed", expected.claimed]
        status, said = said_of(folder, "--lang", language, *claimed)
        last = said[:-1].rsplit("\n", 1)[-1]
        assert status == (2 if expected.judgement.check is None else 1)
        assert last.startswith("unusable: " if status == 2 else f"refuted {expected.judgement.check}: ")
        assert said.replace("\n", "").replace("\u3000", "").isprintable()  # U+3000 pads the Chinese column
        assert (re.search("[一-鿿]", last) is not None) or language == "en"


def test_a_sentence_has_the_same_places_in_both_languages() -> None:
    for code, sentences in verifier().SENTENCES.items():
        places = [sorted(place for _, place, _, _ in string.Formatter().parse(text) if place) for text in sentences]
        assert places[0] == places[1], code


def test_what_stands_in_a_file_is_quoted_so_that_it_cannot_pretend_to_be_a_verdict() -> None:
    shown = verifier().shown
    assert shown("\nverified: all") == r'"\nverified: all"'
    assert shown("a\u202eb\x1b[2J\u3000c\U000e0041") == r'"a\u202eb\x1b[2J\u3000c\U000e0041"'
    assert shown(b"a\xff\r") == r'"a\xff\r"'
    assert shown("x" * 5000) == '"' + "x" * 100 + '…"'


# ------------------------------------------------------------------------------------------------- properties

SNIPPETS = (
    *("\n", ",", ":", "|", '"', "\\", "{", "}", "[", "]", "0", "1", "9", "-0", "1e9", "NaN", "\u0661", "=", "~"),
    *("\u00e9", "e\u0301", "\u3000", "\ufeff", "\u200b", "\ue000", "\U00020bb7"),
)
PIECES = st.one_of(st.binary(min_size=1, max_size=4), st.sampled_from(SNIPPETS).map(str.encode))
TEXTS = st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A golden folder, and the same with up to three changes in one of its files."""
    files = GOLDEN[draw(st.sampled_from([name for name in GOLDEN if name != "suizhou-507"]))]
    name = draw(st.sampled_from(SEVEN))
    data = files[name]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        piece = draw(st.one_of(st.just(b""), PIECES))
        end = draw(st.integers(start, min(len(data), start + draw(st.sampled_from([0, 1, 3, 80])))))
        data = data[:start] + piece + data[end:]
    return files, {**files, name: data}


@settings(max_examples=400, deadline=None)
@given(changes())
def test_a_change_anywhere_in_the_seven_files_is_never_verified(pair: tuple[dict[str, bytes], Any]) -> None:
    files, changed = pair
    judged = judge_with_verifier(changed)
    assert judged == (Judgement("verified", None) if changed == files else Judgement("refuted", "sums"))


@settings(max_examples=800, deadline=None)
@given(changes())
def test_a_change_with_all_hashes_made_right_again_is_never_verified(pair: tuple[dict[str, bytes], Any]) -> None:
    files, changed = pair
    judged = judge_with_verifier(resealed(changed))
    if resealed(changed) == files:
        assert judged.verdict == "verified"
    else:
        assert judged.verdict == "refuted"
        assert judged.check in CHECKS - {"sums", "claimed"}


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries({name: st.one_of(st.none(), st.binary(max_size=300)) for name in SEVEN}),
    st.one_of(st.none(), st.text()),
    st.one_of(st.none(), st.text()),
)
def test_any_bytes_get_a_verdict(files: dict[str, bytes | None], claimed: str | None, notice: str | None) -> None:
    judged = judge_with_verifier(files, claimed, notice)
    if None in files.values():
        assert judged == Judgement("unusable", None)
    else:
        assert judged.verdict == "refuted"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SEVEN[:6]), st.one_of(st.binary(max_size=300), TEXTS))
def test_any_bytes_in_the_place_of_one_file_are_refuted_with_all_hashes_right(name: str, data: bytes) -> None:
    judged = judge_with_verifier(resealed({**SMALL, name: data + b"\n"}))
    assert judged.verdict == "refuted"
    assert judged.check in CHECKS - {"sums", "claimed"}


@pytest.mark.parametrize("name", SEVEN)
@pytest.mark.parametrize(
    "unit", ["[", "{", '{"a":', '"', "\\", ",", " ", "\n", "a,", "9", "\u0301", "a\u0316\u0301", "\u0327", "𠮷"]
)
def test_a_file_of_a_megabyte_of_one_thing_is_refuted(name: str, unit: str) -> None:
    data = (unit * (1_000_000 // len(unit.encode())) + "\n").encode()
    files = {**SMALL, name: data}
    assert judge_with_verifier(resealed(files) if name != "SHA256SUMS" else files).verdict == "refuted"
