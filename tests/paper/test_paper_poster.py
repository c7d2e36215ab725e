"""The poster, turned into dots again by another program and read by a decoder."""

import io
import re
import subprocess
import time
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from judges import SEVEN, VECTORS
from kiosk.core import text
from kiosk.core.errors import InputError
from kiosk.paper import documents, page
from kiosk.words import LANGUAGES

GOLDEN = VECTORS / "golden"
ADDRESS = "HTTPS://GZF.EXAMPLE.CN/R/0123456789ABCDEF0123456789ABCDEF/"
# As long as a code holds: 90 characters.
LONGEST = "HTTPS://WWW.GONGZUFANG-YAOHAO.SUIZHOU.HUBEI.GOV.CN:44/R/0123456789ABCDEF0123456789ABCDEF/"

needs_poppler = pytest.mark.poppler


def picture(pdf: bytes, tmp_path: Path, dpi: int = 120) -> Image.Image:
    (tmp_path / "poster.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", "poster.pdf", "poster"]
    subprocess.run(command, cwd=tmp_path, check=True)
    return Image.open(tmp_path / "poster.png").convert("L")


def frozen(tmp_path: Path, golden: str, title: str | None = None) -> Path:
    """A golden folder; with another title (the poster only reads and hashes, it does not judge)."""
    folder = tmp_path / golden
    folder.mkdir()
    for name in SEVEN:
        (folder / name).write_bytes((GOLDEN / golden / name).read_bytes())
    if title:
        told = (folder / "notice.txt").read_text(encoding="utf-8")
        (folder / "notice.txt").write_text(re.sub("title: .*", f"title: {title}", told), encoding="utf-8")
    return folder


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("golden", ["suizhou-507", "minimal"])
def test_the_printed_code_holds_the_address(language: str, golden: str, tmp_path: Path) -> None:
    shown = picture(documents.poster(GOLDEN / golden, ADDRESS, language), tmp_path)
    assert [found.text for found in zxingcpp.read_barcodes(shown)] == [ADDRESS]


@needs_poppler
def test_the_page_is_an_a4(tmp_path: Path) -> None:
    shown = picture(documents.poster(GOLDEN / "suizhou-507", ADDRESS, "zh-CN"), tmp_path, dpi=254)
    assert abs(shown.width - 2100) <= 1 and abs(shown.height - 2970) <= 1


def test_the_same_folder_gives_the_same_bytes_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = documents.poster(GOLDEN / "small", ADDRESS, "zh-CN")
    later = time.gmtime(time.time() + 1e7)
    monkeypatch.setattr(time, "gmtime", lambda *at: later)
    assert documents.poster(GOLDEN / "small", ADDRESS, "zh-CN") == first
    assert documents.poster(GOLDEN / "tiers", ADDRESS, "zh-CN") != first


@needs_poppler
def test_another_result_gives_other_groups_and_nothing_else(tmp_path: Path) -> None:
    """The groups stand in the lower half, below the code; nothing above them changes with the result."""
    folder = frozen(tmp_path, "small")
    before = picture(documents.poster(folder, ADDRESS, "en"), tmp_path)
    (folder / "SHA256SUMS").write_text("other\n")
    after = picture(documents.poster(folder, ADDRESS, "en"), tmp_path)
    changed = ImageChops.difference(before, after).getbbox()
    assert changed and changed[1] > before.height / 2


@needs_poppler
def test_before_the_sealing_it_shows_the_notice_hash(tmp_path: Path) -> None:
    folder = frozen(tmp_path, "small")
    sealed = documents.poster(folder, ADDRESS, "en")
    (folder / "SHA256SUMS").unlink()
    assert documents.poster(folder, ADDRESS, "en") != sealed
    notice_hash = text.sha256((folder / "notice.txt").read_bytes())
    (tmp_path / "poster.pdf").write_bytes(documents.poster(folder, ADDRESS, "en"))
    told = subprocess.run(["pdfinfo", tmp_path / "poster.pdf"], capture_output=True, text=True, check=True).stdout
    assert f"small {notice_hash[:32]}" in told


@needs_poppler
def test_a_rehearsal_is_marked_all_over_the_page(tmp_path: Path) -> None:
    """In each fifth of the page's height, left and right, there is something that a draw's poster has not."""
    rehearsal, draw = frozen(tmp_path, "minimal"), tmp_path / "draw"
    draw.mkdir()
    for path in rehearsal.iterdir():
        body = path.read_bytes().replace(b"mode: rehearsal", b"mode: ceremony")
        (draw / path.name).write_bytes(body)
    # Enough of a ceremony for the notice's own rules.
    told = (draw / "notice.txt").read_text(encoding="utf-8")
    told = re.sub("contributions: .*", "contributions: 3 of 6 dice", told)
    told = re.sub("(commitment operator: .*\n)(?!commitment)", r"\1commitment notary: " + "0" * 64 + "\n", told)
    (draw / "notice.txt").write_text(told, encoding="utf-8")
    marked, plain = (picture(documents.poster(folder, ADDRESS, "zh-CN"), tmp_path) for folder in (rehearsal, draw))
    marks = ImageChops.difference(marked, plain)
    for row in range(5):
        for column in range(2):
            width, height = marks.width // 2, marks.height // 5
            part = marks.crop((column * width, row * height, (column + 1) * width, (row + 1) * height))
            assert part.getbbox(), f"no mark in row {row}, column {column}"


@needs_poppler
@pytest.mark.parametrize(("golden", "language"), [("suizhou-507", "en"), ("minimal", "zh-CN")])
@pytest.mark.parametrize(
    "title", ["长" * 80, "W" * 80, "𬭚𪚥" * 40, "Public housing " * 5], ids=["Han", "W", "rare", "words"]
)
def test_the_longest_values_of_the_format_stay_on_the_page(
    title: str, golden: str, language: str, tmp_path: Path
) -> None:
    folder = frozen(tmp_path, golden, title.strip())
    shown = picture(documents.poster(folder, LONGEST, language), tmp_path, dpi=90)
    assert [found.text for found in zxingcpp.read_barcodes(shown)] == [LONGEST]
    if golden == "suizhou-507":  # a rehearsal has its bands there
        ink = shown.point([255] * 128 + [0] * 128).getbbox()
        edge = shown.width * 12 / 210
        assert ink and ink[0] > edge and ink[2] < shown.width - edge and ink[3] < shown.height - edge


@needs_poppler
def test_a_rare_character_is_drawn_and_not_left_out(tmp_path: Path) -> None:
    plain, rare = (frozen(tmp_path / title, "small", title) for title in map(str, _folders(tmp_path, "摇号", "摇号𪚥")))
    with_rare, without = (picture(documents.poster(folder, ADDRESS, "zh-CN"), tmp_path) for folder in (rare, plain))
    assert ImageChops.difference(with_rare, without).getbbox()


def _folders(tmp_path: Path, *names: str) -> tuple[str, ...]:
    for name in names:
        (tmp_path / name).mkdir()
    return names


def test_a_page_does_not_part_numbers_or_begin_a_line_with_a_comma() -> None:
    broken = page._broken("共有 1866 户参加，房源 507 套。", 300, 6.0, False)
    assert "".join(broken).replace(" ", "") == "共有1866户参加，房源507套。"
    assert any("1866" in line for line in broken) and any("507" in line for line in broken)
    assert not any(line[0] in "，。" for line in broken)


def test_a_folder_without_a_notice_has_no_poster(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        documents.poster(tmp_path, ADDRESS, "zh-CN")
    assert (refused.value.code, refused.value.values["file"]) == ("evidence.missing", "notice.txt")


def test_the_pdf_is_one_that_pillow_did_not_lose_anything_of() -> None:
    """One bit a dot, without loss: a JPEG would blur the code."""
    pdf = documents.poster(GOLDEN / "small", ADDRESS, "zh-CN")
    assert b"/CCITTFaxDecode" in pdf and b"/DCTDecode" not in pdf
    assert io.BytesIO(pdf).read(5) == b"%PDF-"
