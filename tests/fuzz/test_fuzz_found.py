"""What spoiled files have found stays found."""

import io
import os
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import offices
from ceremonies import frozen
from commands import values
from kiosk.hall import published
from kiosk.intake import sheets
from kiosk.intake.problems import Problems
from spoiling import process, said

DEEP = b"[" * 100_000


@pytest.mark.parametrize("office", [b'{"language": "\xff"}', DEEP, b"", b"{"])
def test_a_rehearsal_of_a_folder_whose_office_file_is_spoiled_is_refused(office: bytes, tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    (folder / "office.json").write_bytes(office)
    status, told = said("run", folder, "--rehearse", "--headless", "--auto", "--out", tmp_path / "rehearsal")
    assert status == 2
    assert "office.json" in told
    assert not (tmp_path / "rehearsal").exists()


@pytest.mark.parametrize("office", [b'{"people": "\xff"}', DEEP, b"", b'{"people": [1]}'])
def test_a_ceremony_is_held_without_names_where_the_office_file_is_spoiled(office: bytes, tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    (folder / "office.json").write_bytes(office)
    assert said("run", folder, "--headless", "--auto", *values("small", tmp_path))[0] == 0


def test_a_lock_file_with_anything_in_it_is_nobodys(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    (folder / "kiosk.lock").write_bytes(DEEP)
    assert said("run", folder, "--headless", "--auto", *values("small", tmp_path))[0] == 0


def test_half_a_character_in_the_office_file_does_not_stop_the_publishing(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    (folder / "office.json").write_text('{"objections": "a\\ud800b"}', encoding="utf-8")
    assert said("export", folder, "--out", tmp_path / "out", "--notice")[0] == 0
    assert published.objections((folder / "office.json").read_bytes()) == "a?b"


def test_small_files_are_read_in_little_memory(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    status, told = process("draw", folder, cwd=tmp_path)
    assert (status, "seed.txt" in told) == (2, True), told


def test_where_memory_is_short_that_is_said(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    with (folder / "roll.csv").open("wb") as file:
        file.truncate(400 * 2**20)  # a file with nothing on the disk

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (300 * 2**20, 300 * 2**20))

    done = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "draw", folder, "--language", "en"],
        cwd=tmp_path, preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "This machine has too little memory for these files.\n")


def refused(path: Path) -> str:
    problems = Problems()
    assert sheets.read(path, "", 1, problems) is None
    return problems.sorted()[0].code


def book(tmp_path: Path) -> dict[str, bytes]:
    offices.write(tmp_path, xlsx=True)
    with zipfile.ZipFile(tmp_path / "roll.xlsx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_spreadsheet_that_lies_about_how_large_it_is_inside_is_refused(tmp_path: Path) -> None:
    """Its directory says a few bytes, and 80 MiB of spaces come out."""
    parts = book(tmp_path)
    sheet = parts["xl/worksheets/sheet1.xml"]
    bomb = sheet.replace(b"<sheetData>", b"<sheetData>" + b" " * (80 * 2**20), 1)
    path = packed(tmp_path / "a.xlsx", parts | {"xl/worksheets/sheet1.xml": bomb})
    data = bytearray(path.read_bytes())
    honest, lie = struct.pack("<I", len(bomb)), struct.pack("<I", len(sheet))
    assert data.count(honest) == 2
    path.write_bytes(data.replace(honest, lie))
    assert len(data) < 2**20
    assert refused(path) in ("sheet.damaged", "sheet.unreadable", "sheet.bomb")


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "content.xml"])
def test_deep_xml_in_any_part_is_refused(name: str, tmp_path: Path) -> None:
    parts = book(tmp_path) if name != "content.xml" else {}
    deep = b"<a>" * 300_000 + b"</a>" * 300_000
    assert refused(packed(tmp_path / "a.xlsx", parts | {name: deep})).startswith("sheet.")


def test_the_macros_of_an_ods_are_refused(tmp_path: Path) -> None:
    parts = {"content.xml": b"<a/>", "Basic/Standard/Module1.xml": b"<a/>"}
    assert refused(packed(tmp_path / "a.ods", parts)) == "sheet.macros"


def test_a_hundred_thousand_files_in_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(5000):
            archive.writestr(f"xl/{number}", b"")
    (tmp_path / "a.xlsx").write_bytes(file.getvalue())
    assert refused(tmp_path / "a.xlsx") == "sheet.large"


def test_a_list_that_is_a_device_or_a_pipe_is_refused(tmp_path: Path) -> None:
    draw = offices.write(tmp_path)
    (tmp_path / "units.csv").unlink()
    os.mkfifo(tmp_path / "units.csv")
    (tmp_path / "roll.csv").unlink()
    (tmp_path / "roll.csv").symlink_to("/dev/zero")
    status, told = said("check", draw)
    assert status == 1
    assert "roll.csv" in told
