"""What is published, byte for byte, and what never is."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from followed import Ceremony, receipt
from judges import SEVEN, VECTORS
from kiosk.core import evidence, text
from kiosk.core.errors import InputError, VerificationError
from kiosk.hall import export as exporting
from kiosk.hall import published, site
from kiosk.hall.server import Hall

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    """With everything beside the seven files that a folder may hold, and its secrets."""
    made = Ceremony(tmp_path / "draw")
    made.play()
    (made.folder / "receipt.txt").write_bytes(receipt(made))
    (made.folder / "office.json").write_text('{"objections": "市住保中心 0722-12345"}')
    (made.folder / "after.jsonl").write_text("{}\n")
    secret = tmp_path / "draw.secret"
    secret.mkdir()
    (secret / "operator.txt").write_text(SECRET)
    return made


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_seven_files_are_published_under_their_result_hash_with_the_page(
    ceremony: Ceremony, tmp_path: Path
) -> None:
    exported = exporting.export(ceremony.folder, tmp_path / "out")
    at = ceremony.path("R")
    assert exported.folder == tmp_path / "out" / at
    assert exported.hash == ceremony.result_hash
    expected = {f"{at}/{name}": ceremony.files[name] for name in SEVEN}
    expected |= {f"{at}/index.html": published.verifier_page(), f"{at}/receipt.txt": receipt(ceremony)}
    assert tree(tmp_path / "out") == expected


def test_a_second_export_is_byte_identical(ceremony: Ceremony, tmp_path: Path) -> None:
    exporting.export(ceremony.folder, tmp_path / "out")
    first = tree(tmp_path / "out")
    exporting.export(ceremony.folder, tmp_path / "out")
    exporting.export(ceremony.folder, tmp_path / "other")
    assert tree(tmp_path / "out") == first == tree(tmp_path / "other")


def test_a_published_folder_passes_sha256sum_and_the_verifier(ceremony: Ceremony, tmp_path: Path) -> None:
    folder = exporting.export(ceremony.folder, tmp_path).folder
    assert subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    assert subprocess.run([sys.executable, "-m", "kiosk.verifier", folder], check=False).returncode == 0


def test_a_web_server_can_read_it_whatever_the_umask(ceremony: Ceremony, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        exporting.export(ceremony.folder, tmp_path / "out")
    finally:
        os.umask(before)
    for path in (tmp_path / "out").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)


def test_a_draw_without_a_ceremony_is_published_too(tmp_path: Path) -> None:
    exported = exporting.export(VECTORS / "golden" / "tiers", tmp_path)
    assert {path.name for path in exported.folder.iterdir()} == {*SEVEN, "index.html"}


def until_frozen(ceremony: Ceremony) -> None:
    pass


def until_opened(ceremony: Ceremony) -> None:
    ceremony.open()


def until_sealed(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.seal()


def until_all_but_the_end(ceremony: Ceremony) -> None:
    until_sealed(ceremony)
    assert list(ceremony.shows())


@pytest.mark.parametrize("until", [until_frozen, until_opened, until_sealed, until_all_but_the_end])
def test_an_unfinished_ceremony_is_not_published(until: Callable[[Ceremony], None], tmp_path: Path) -> None:
    ceremony = Ceremony(tmp_path / "draw")
    until(ceremony)
    with pytest.raises(InputError) as refused:
        exporting.export(ceremony.folder, tmp_path / "out")
    assert refused.value.code == "hall.unfinished"
    assert not (tmp_path / "out").exists()


def test_a_folder_that_does_not_hold_is_not_published(ceremony: Ceremony, tmp_path: Path) -> None:
    result = ceremony.folder / "result.csv"
    result.write_bytes(result.read_bytes().replace(b"allotted", b"alternate", 1))
    with pytest.raises(VerificationError) as refused:
        exporting.export(ceremony.folder, tmp_path / "out")
    assert refused.value.check == "sums"
    assert not (tmp_path / "out").exists()


def test_an_edited_journal_stops_the_export(ceremony: Ceremony, tmp_path: Path) -> None:
    journal = ceremony.folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"HouseholdShown", b"HouseholdSeen!", 1))
    with pytest.raises(InputError) as refused:
        exporting.export(ceremony.folder, tmp_path / "out")
    assert refused.value.code == "hall.journal"


def test_what_the_independent_verifier_refuses_is_not_published(
    ceremony: Ceremony, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Core lets this folder pass; only the other program, here one that never does, has the last word."""
    stern = tmp_path / "stern.py"
    stern.write_text("print('holds sums')\nprint('refuted result: line 2')\nraise SystemExit(1)\n")
    monkeypatch.setattr(exporting, "_VERIFIER", stern)
    with pytest.raises(VerificationError) as refused:
        exporting.export(ceremony.folder, tmp_path / "out")
    assert (refused.value.check, refused.value.code) == ("result", "hall.refuted")
    assert tree(tmp_path / "out") == {}


def test_the_verifier_judges_the_very_bytes_that_are_published(
    ceremony: Ceremony, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import pathlib, sys\n"
        f"seen = pathlib.Path({str(tmp_path / 'seen')!r}); seen.mkdir()\n"
        "for path in pathlib.Path(sys.argv[1]).iterdir(): (seen / path.name).write_bytes(path.read_bytes())\n"
    )
    monkeypatch.setattr(exporting, "_VERIFIER", spy)
    folder = exporting.export(ceremony.folder, tmp_path / "out").folder
    assert tree(folder) == tree(tmp_path / "seen")


@pytest.mark.parametrize("make", [os.symlink, lambda source, path: os.mkfifo(path)])
def test_links_and_pipes_are_not_followed(
    make: Callable[[Path, Path], None], ceremony: Ceremony, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(ceremony.files["roll.csv"])
    (ceremony.folder / "roll.csv").unlink()
    make(outside, ceremony.folder / "roll.csv")
    with pytest.raises(InputError):
        exporting.export(ceremony.folder, tmp_path / "out")


def test_a_target_that_cannot_be_written_is_told(ceremony: Ceremony, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(InputError) as refused:
        exporting.export(ceremony.folder, tmp_path / "out")
    assert refused.value.code == "hall.out"


def test_no_secret_and_nothing_else_of_the_folder_is_published(ceremony: Ceremony, tmp_path: Path) -> None:
    exporting.export(ceremony.folder, tmp_path / "out")
    exporting.export_notice(ceremony.folder, tmp_path / "out")
    names = {Path(path).name for path in tree(tmp_path / "out")}
    assert names == {*SEVEN, "index.html", "check.html", "receipt.txt"}
    assert not any(SECRET.encode() in body for body in tree(tmp_path / "out").values())


def test_the_notice_is_published_with_its_hash_and_where_to_object(ceremony: Ceremony, tmp_path: Path) -> None:
    exported = exporting.export_notice(ceremony.folder, tmp_path / "out")
    assert exported.folder == tmp_path / "out" / ceremony.path("N")
    found = tree(exported.folder)
    page = found.pop("index.html").decode()
    assert found.pop("check.html") == published.verifier_page()
    assert found == {name: ceremony.files[name] for name in evidence.INPUTS} | {"receipt.txt": receipt(ceremony)}
    assert published.groups(ceremony.notice_hash) in page
    assert page.count("市住保中心 0722-12345") == 2  # in Chinese and in English
    for name, body in found.items():
        assert f'href="{name}"' in page
        assert text.sha256(body) in page


def test_without_an_office_s_file_objections_go_to_who_published(tmp_path: Path) -> None:
    ceremony = Ceremony(tmp_path / "draw")
    page = (exporting.export_notice(ceremony.folder, tmp_path).folder / "index.html").read_text(encoding="utf-8")
    assert "请在仪式开始前向发布本公告的单位提出" in page


def test_a_rehearsal_s_notice_is_called_one(tmp_path: Path) -> None:
    for golden in ("least", "small"):
        ceremony = Ceremony(tmp_path / golden, golden)
        page = (exporting.export_notice(ceremony.folder, tmp_path).folder / "index.html").read_text(encoding="utf-8")
        assert ("演练，不是正式摇号" in page) == ceremony.judged.inputs.notice.rehearsal


def test_the_notice_s_page_asks_nobody_for_anything_and_cannot_be_made_to(ceremony: Ceremony, tmp_path: Path) -> None:
    told = ceremony.folder / "office.json"
    told.write_text('{"objections": "<script>alert(1)</script>"}')
    exported = exporting.export_notice(ceremony.folder, tmp_path)
    page = (exported.folder / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert set(re.findall("(?:src|href)=[\"']([^\"']*)[\"']", page)) == {*evidence.INPUTS, "receipt.txt", "check.html"}
    assert "script-src 'none'" in site.policy(page.encode())
    both = ((exported.folder / name).read_bytes() for name in ("check.html", "index.html"))
    assert exported.policy == site.policy(*both)  # one policy for the folder, so that check.html runs under it too


@pytest.mark.parametrize("change", [
    pytest.param(lambda data: data.replace("两".encode(), "三".encode()), id="title"),
    pytest.param(lambda data: re.sub(rb"[0-9]+(?= \xe6\x88\xb7)", b"9", data), id="figure"),
    pytest.param(lambda data: data.replace(b"09:30:00", b"9:30"), id="time"),
    pytest.param(lambda data: data + b"\n", id="more"),
    pytest.param(lambda data: data[:-10], id="less"),
    pytest.param(lambda data: b"\xff\xfe", id="no-text"),
    pytest.param(lambda data: b"", id="empty"),
])  # fmt: skip
def test_a_receipt_that_says_other_than_the_files_is_not_published(
    change: Callable[[bytes], bytes], ceremony: Ceremony, tmp_path: Path
) -> None:
    told = change(receipt(ceremony))
    assert told != receipt(ceremony)
    (ceremony.folder / "receipt.txt").write_bytes(told)
    for publish in (exporting.export, exporting.export_notice):
        exported = publish(ceremony.folder, tmp_path / "out")
        assert exported.left_out == ("receipt.txt",)
        assert not (exported.folder / "receipt.txt").exists()
    assert not [path for path in Hall(ceremony.folder).table if b"receipt" in path]
    assert b"receipt" not in (tmp_path / "out" / ceremony.path("N") / "index.html").read_bytes()


def test_a_receipt_in_either_language_is_published(ceremony: Ceremony, tmp_path: Path) -> None:
    (ceremony.folder / "receipt.txt").write_bytes(receipt(ceremony, "en"))
    exported = exporting.export(ceremony.folder, tmp_path / "out")
    assert exported.left_out == ()
    assert (exported.folder / "receipt.txt").read_bytes() == receipt(ceremony, "en")
    assert [path for path in Hall(ceremony.folder).table if b"receipt" in path]
