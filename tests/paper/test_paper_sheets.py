"""The poster of a void draw, the sheets of a secret, and the operator's keys: what a reader is told to do with them."""

import re
import subprocess
from pathlib import Path

import pytest

from kiosk.ceremony import void
from kiosk.ceremony.steps import Phase
from kiosk.core.errors import JournalError
from kiosk.paper import sheets
from kiosk.screen import keys
from kiosk.words import LANGUAGES, grouped, say, texts
from papers import GOLDEN, golden, pictures, read, voided, words

pytestmark = pytest.mark.poppler


def together(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_poster_of_a_void_draw_says_so_in_large_type_and_why_and_where_to_look(
    language: str, tmp_path: Path
) -> None:
    told = read(voided("small", tmp_path, Phase.COMPARE, reason="2"), language)
    pdf = sheets.poster(told)
    (page,) = words(pdf, tmp_path, "-raw")
    assert together(say(language, "screen.void.reason.notice-differs")) in together(page)
    assert "void.txt" in page and " ".join(grouped(told.inputs.notice_hash)[:8]) in page
    for gone in ("how", "check", "scan", "scan-early", "scan-what"):
        assert together(say(language, f"paper.poster.{gone}")) not in together(page)
    placed = subprocess.run(["pdftotext", "-bbox", "paper.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    layout = placed.stdout.decode()
    head = say(language, "paper.poster.void.head").split()[0]
    (top, bottom) = re.findall(rf'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">{head}</word>', layout)[0]
    assert float(bottom) - float(top) > 50 and float(bottom) < 842 / 3


def test_a_void_that_the_record_does_not_know_stands_on_no_poster(tmp_path: Path) -> None:
    folder = voided("small", tmp_path, Phase.COMPARE)
    (folder / void.FILE).write_bytes((folder / void.FILE).read_bytes().replace(b"roll-wrong", b"disturbed"))
    with pytest.raises(JournalError):
        sheets.poster(read(folder))


def secret_of(label: str) -> str:
    told = (GOLDEN / "suizhou-507" / "seed.txt").read_text(encoding="utf-8")
    return told.partition(f"reveal {label}: ")[2].partition("\n")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_secret_there_is_the_original_to_open_and_a_copy_to_keep(language: str, tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path), language)
    pages = words(sheets.envelope(told, {"sheet": secret_of("notary")}), tmp_path, "-raw")
    holder = {"zh-CN": "公证员 notary", "en": "notary"}[language]
    for page, kind, other in zip(pages, ("original", "copy"), ("copy", "original"), strict=True):
        for key in (kind, f"outside-{kind}"):
            assert together(say(language, f"paper.envelope.{key}")) in together(page)
        assert together(say(language, f"paper.envelope.outside-{other}")) not in together(page)
        assert (together(say(language, "paper.envelope.kept")) in together(page)) == (kind == "copy")
        assert holder in page and " ".join(grouped(secret_of("notary"))[:4]) in page


def test_the_operator_s_original_is_in_the_machine(tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path))
    (page,) = words(sheets.envelope(told, {"sheet": secret_of("operator")}), tmp_path, "-raw")
    assert say("zh-CN", "paper.envelope.copy") in page and "操作员 operator" in page


def test_the_line_to_fold_along_goes_through_no_letter(tmp_path: Path) -> None:
    """Below the dashes comes a row without ink, and only then their label."""
    told = read(golden("suizhou-507", tmp_path))
    (page,) = pictures(sheets.envelope(told, {"sheet": secret_of("operator")}), tmp_path)
    left = page.crop((round(page.width * 15 / 210), 0, round(page.width * 45 / 210), page.height))
    rows = [sum(left.crop((0, y, left.width, y + 1)).histogram()[:128]) for y in range(page.height)]
    for millimetres in (96, 180):
        line = next(y for y in range(round(page.height * (millimetres - 2) / 297), page.height) if rows[y] > 40)
        below = next(y for y in range(line, page.height) if not rows[y])
        assert below - line <= 3 and any(rows[below : below + 20])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_keys_has_every_key_and_speaks_of_no_page_that_is_not_there(language: str, tmp_path: Path) -> None:
    (page,) = words(sheets.keys(read(golden("small", tmp_path), language)), tmp_path, "-layout")
    said = together(page)
    pressed = [text for key, text in texts(language).items() if key.startswith(("screen.key.", "paper.keys.on-"))]
    assert len(pressed) > 15
    for text in pressed:
        assert together(text) in said
    assert "Enter" in page and "F5" in page and "6" in page and "Esc" in page
    assert "1.2" not in page and "本页" not in page and "this page" not in page
    # No key of the keyboard's is left out: those without a row of their own stand in another's.
    within = {"escape": "overlay", "slower": "pace", "faster": "pace", "backspace": "correct"}
    rows = {within.get(name, name) for name in keys._NAMES.values()}
    assert rows <= {key.removeprefix("paper.keys.") for key in texts(language) if key.startswith("paper.keys.")}
