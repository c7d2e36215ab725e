"""The poster, turned into dots again by another program and read by a decoder and by poppler."""

import json
import re
import shutil
from pathlib import Path

import pytest
import zxingcpp

from kiosk.cli import main
from kiosk.core import text
from kiosk.core.errors import InputError, VerificationError
from kiosk.core.tables import Table
from kiosk.paper import facts, sheets
from kiosk.shipped import PAGE
from kiosk.words import LANGUAGES, grouped, say
from papers import ADDRESS, GOLDEN, drawn, golden, pictures, read, stage_of, tier_of, words

pytestmark = pytest.mark.poppler

# As long as a code holds: 90 characters.
LONGEST = "HTTPS://WWW.GONGZUFANG-YAOHAO.SUIZHOU.HUBEI.GOV.CN:44/R/0123456789ABCDEF0123456789ABCDEF/"


def unsealed(folder: Path, title: str | None = None) -> Path:
    """The folder before its sealing, with another title."""
    for name in ("seed.txt", "result.csv", "SHA256SUMS"):
        (folder / name).unlink()
    if title:
        told = (folder / "notice.txt").read_text(encoding="utf-8")
        (folder / "notice.txt").write_text(re.sub("title: .*", f"title: {title}", told), encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["suizhou-507", "minimal"])
def test_the_printed_code_holds_the_address_and_the_page_is_one_a4(language: str, name: str, tmp_path: Path) -> None:
    (page,) = pictures(sheets.poster(read(golden(name, tmp_path), language)), tmp_path, dpi=120)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [ADDRESS]
    assert abs(page.width - 992) <= 1 and abs(page.height - 1403) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_how_the_draw_goes_and_how_to_check_it_in_five_steps_each(language: str, tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path), language)
    (page,) = words(sheets.poster(told), tmp_path, "-layout")
    for what in ("how", "check"):
        steps = [say(language, f"paper.poster.{what}-{number}") for number in range(1, 6)]
        places = [page.index(f"{number} ", page.index(say(language, f"paper.poster.{what}"))) for number in range(1, 6)]
        assert places == sorted(places)
        assert all(" ".join(step.split()) in " ".join(page.split()) for step in steps)
    assert told.inputs.notice.draw in page and say(language, "paper.page-of", page=1, pages=1) in page
    assert text.sha256(PAGE.read_bytes()) in page


@pytest.mark.parametrize(("language", "spoken"), [("zh-CN", "gzf 点 example 点 cn"), ("en", "gzf dot example dot cn")])
def test_the_host_stands_there_as_it_is_read_aloud_and_as_it_is_typed(
    language: str, spoken: str, tmp_path: Path
) -> None:
    (page,) = words(sheets.poster(read(golden("small", tmp_path), language)), tmp_path)
    assert spoken in page and "gzf.example.cn" in page and ADDRESS in page


def test_it_shows_the_result_hash_and_before_the_sealing_that_of_the_notice(tmp_path: Path) -> None:
    folder = golden("small", tmp_path)
    sealed = read(folder, "en")
    (page,) = words(sheets.poster(sealed), tmp_path)
    assert "Result hash" in page and " ".join(grouped(sealed.result.result_hash)[:8]) in page
    early = read(unsealed(folder), "en", "HTTPS://GZF.EXAMPLE.CN/")
    (page,) = words(sheets.poster(early), tmp_path)
    assert "Notice hash" in page and " ".join(grouped(early.inputs.notice_hash)[8:]) in page
    assert "notice and result" in " ".join(page.split())


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    told = read(golden("small", tmp_path))
    made = sheets.poster(told)
    assert sheets.poster(told) == made != sheets.poster(read(golden("tiers", tmp_path)))
    for time in (b"/CreationDate", b"/ModDate", b"CreateDate", b"ModifyDate"):
        assert time not in made
    assert b"/Subtype/Image" not in made  # the code is made of vectors


@pytest.mark.parametrize(
    "title", ["长" * 80, "W" * 80, "𬭚𪚥" * 40, "Public housing " * 5], ids=["Han", "W", "rare", "words"]
)
def test_the_longest_values_of_the_format_stay_on_the_page(title: str, tmp_path: Path) -> None:
    told = read(unsealed(golden("suizhou-507", tmp_path), title.strip()), "en", LONGEST)
    made = sheets.poster(told)
    (page,) = pictures(made, tmp_path, dpi=120)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [LONGEST]
    ink = page.point([255] * 128 + [0] * 128).getbbox()
    edge = page.width * 8 / 210
    assert ink and ink[0] > edge and ink[2] < page.width - edge and ink[3] < page.height - edge
    (said,) = words(made, tmp_path, "-raw")
    assert title.replace(" ", "") in "".join(said.split()) and say("en", "paper.poster.check-5") in said


def test_a_rehearsal_s_longest_title_and_its_mark_leave_the_code_readable(tmp_path: Path) -> None:
    roll, units = Table(("household", "name"), [("A", "A")]), Table(("unit", "layout"), [("1", "1")])
    folder = drawn(tmp_path / "long", roll, units, [stage_of("s", [tier_of("t")])], "长" * 80)
    (page,) = pictures(sheets.poster(read(folder, "zh-CN", LONGEST)), tmp_path, dpi=120)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [LONGEST]


@pytest.mark.parametrize("shell", ["zh_CN.UTF-8", "en_GB.UTF-8"])
def test_papers_are_in_the_draw_s_language_whatever_the_shell_s_is(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And all of them in another, if somebody asks for it."""
    monkeypatch.setenv("LC_ALL", shell)
    folder = golden("tiers", tmp_path)
    spoken = {"zh-CN": "第 1 页", "en": "Page 1"}
    for draw, asked, expected in (("zh-CN", None, "zh-CN"), ("en", None, "en"), ("zh-CN", "en", "en")):
        content = {**json.loads((folder / "office.json").read_text("utf-8")), "language": draw}
        (folder / "office.json").write_text(json.dumps(content), encoding="utf-8")
        for what in ("poster", "list"):
            options = ["--address", "https://a.cn", *(["--language", asked] if asked else [])]
            assert main(["print", str(folder), what, "--pdf", str(tmp_path / "p.pdf"), *options]) == 0
            assert spoken[expected] in words((tmp_path / "p.pdf").read_bytes(), tmp_path)[0]


def test_a_folder_without_office_json_is_printed_in_chinese(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOLDEN / "small", tmp_path / "small"))
    assert facts.read(folder, None, "").language == "zh-CN"


def test_a_folder_without_a_notice_or_with_another_result_has_no_poster(tmp_path: Path) -> None:
    folder = golden("small", tmp_path)
    (folder / "result.csv").write_bytes((GOLDEN / "tiers" / "result.csv").read_bytes())
    with pytest.raises(VerificationError):
        read(folder)
    (folder / "notice.txt").unlink()
    with pytest.raises(InputError) as refused:
        read(folder)
    assert (refused.value.code, refused.value.values["file"]) == ("evidence.missing", "notice.txt")
