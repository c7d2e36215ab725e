"""The days after on paper: who holds each flat now, the ledger of questions, and the slip for who asked."""

import csv
import io
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from afters import TWO
from kiosk.after import office
from kiosk.after.office import Office
from kiosk.cli import main
from kiosk.intake.privacy import identifies
from kiosk.journal.store import RealDisk
from kiosk.paper import ledger, now
from kiosk.words import LANGUAGES, grouped, say
from papers import golden, pictures, read, words

pytestmark = pytest.mark.poppler

DAY = datetime(2021, 12, 13, 9, tzinfo=timezone(timedelta(hours=8)))
TODAY = "2021-12-15"


def desk(folder: Path) -> Office:
    return Office(folder, RealDisk(), lambda: DAY, identifies)


def said(pdf: bytes, tmp_path: Path) -> str:
    return " ".join(" ".join(words(pdf, tmp_path, "-layout")).split())


# --- who holds each flat now


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """R05 has given its flat up and R03 has it; R06's withdrawal is undone; R01's flat is free, as nobody is left."""
    folder = golden("small", tmp_path)
    office_ = desk(folder)
    office_.withdraw("R05", "搬往外地\n另有住处", TWO)
    office_.replace(None, "", TWO)
    office_.withdraw("R06", "想错了", TWO)
    office_.undo(3, "记错了", TWO)
    return folder


def test_the_list_as_it_stands_now_has_each_place_once_with_what_became_of_it(small: Path, tmp_path: Path) -> None:
    told = read(small, "en")
    (pdf,) = now.holders(told, office.read_book(small))
    text = said(pdf, tmp_path)
    assert text.count("instead of R05, rank 1 in the draw (entry 2)") == 2  # by rank and by number
    lists, decisions = text.split("What was decided since the draw")
    assert re.findall(r"R\d\d", lists.replace("instead of R05", "")) == [
        "R03", "R07", "R02", "R02", "R03", "R07", "R01", "R00", "R00", "R01",
    ]  # fmt: skip
    for sentence in (
        "R05 gives up flat 1栋-0902 (两居室, 优先, rank 1). Reason: 搬往外地 另有住处",
        "R03 is given flat 1栋-0902 (两居室, 优先, rank 1), and has rank 4 of its own. Before it:",
        "R05: has withdrawn (entry 1)", "R07: housed by the draw (stage large, rank 2)",
        "R04: the tier is not for it", "R03: is next",
        "(undone by entry 4) R06 gives up its place in line.", "Entry 3 is undone. Reason: 记错了",
    ):  # fmt: skip
        assert sentence in decisions, sentence
    assert office.read_book(small).last is not None


def test_a_flat_that_is_free_and_a_choice_that_is_made_are_told(tmp_path: Path) -> None:
    folder = golden("choose", tmp_path)
    office_ = desk(folder)
    office_.withdraw("S6", "x", TWO)
    office_.choose("order", 2, "X0", "", TWO)
    (pdf,) = now.holders(read(folder, "en"), office.read_book(folder))
    text = said(pdf, tmp_path)
    assert "nobody" in text and "free: S6 gave it up (entry 1)" in text
    assert "chosen (entry 2)" in text and "has to choose" in text
    assert "S10, rank 2, chooses flat X0." in text


def test_as_a_spreadsheet_it_says_whose_it_was_and_whose_it_is(small: Path, tmp_path: Path) -> None:
    desk(small).withdraw("R02", "x", TWO)
    assert main(["print", str(small), "list", "--now", "--csv", str(tmp_path / "now.csv"), "--language", "en"]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "now.csv").read_text("utf-8-sig"))))
    columns = ("Rank in the draw", "Rank", "Drawn", "Registration number", "Flat")
    assert [tuple(row[column] for column in columns) for row in rows[:3]] == [
        ("1", "4", "R05", "R03", "1栋-0902"), ("2", "2", "R07", "R07", "2栋-1102"), ("3", "", "R02", "", "1栋-1002"),
    ]  # fmt: skip
    assert rows[2]["Since the draw"] == "free: R02 gave it up (entry 5)"
    assert [row["Entry"] for row in rows[:3]] == ["2", "", "5"]


def test_joined_with_the_offices_sheet_it_names_those_who_hold_a_flat_now(small: Path, tmp_path: Path) -> None:
    sheet, made = tmp_path / "people.csv", tmp_path / "now.pdf"
    sheet.write_text("编号,电话\n" + "".join(f"R{n:02d},138{n:04d}\n" for n in range(12) if n != 5), "utf-8")
    typed = ["print", str(small), "list", "--now", "--office", str(sheet), "--key", "编号", "--pdf", str(made)]
    assert main([*typed, "--language", "en"]) == 0
    text = " ".join(words(made.read_bytes(), tmp_path, "-raw"))
    assert "1380003" in text and "1380007" in text and "PRIVATE" in text


def test_only_list_and_slips_can_be_printed_as_it_stands_now(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for typed in (["certificate", "--pdf", "x.pdf"], ["alternates", "--csv", "x.csv"]):
        assert main(["print", str(small), *typed, "--now", "--language", "en"]) == 2
        assert "Only list and slips" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_came_in_line_gets_a_slip_with_the_hash_of_its_entry(language: str, small: Path, tmp_path: Path) -> None:
    (pdf,) = now.slips(read(small, language), office.read_book(small))
    text = said(pdf, tmp_path)
    book = office.read_book(small)
    assert "R03" in text and "1栋-0902" in text and "R05" not in text and "R07" not in text
    assert " ".join(grouped(book.entries[1].hash)[:4]) in text
    assert say(language, "paper.slip.unsaid").split()[0] in text
    sheet, made = tmp_path / "people.csv", tmp_path / "slips.pdf"
    sheet.write_text("编号,电话\nR03,1380000\n", "utf-8")  # nobody else is looked for
    typed = ["print", str(small), "slips", "--now", "--office", str(sheet), "--key", "编号", "--pdf", str(made)]
    assert main(typed) == 0
    assert "1380000" in " ".join(words(made.read_bytes(), tmp_path, "-raw"))


def test_where_nobody_came_in_line_there_is_no_slip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["print", str(golden("small", tmp_path)), "slips", "--now", "--pdf", str(tmp_path / "x.pdf")]
    assert main([*typed, "--language", "en"]) == 2
    assert capsys.readouterr().err and not (tmp_path / "x.pdf").exists()


# --- questions

NAMES = ("窗口甲", "李工程师", "王科长", "信访科赵")


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    folder = golden("small", tmp_path)
    office_ = desk(folder)
    office_.ask("telephone", "R05", "为什么我家没有排到？\n第二行", NAMES[3], "2021-12-20", NAMES[:1])
    office_.ask("visit", "", "何时选房？", NAMES[3], "2021-12-14", NAMES[:1])
    office_.ask("hall", "", "骰子掉了", NAMES[3], "2021-12-13", NAMES[:1])
    office_.answer(3, "掉下的不算", NAMES[1:2])
    office_.close(3, NAMES[2:3])
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ledger_has_every_question_the_overdue_ones_first_and_nobodys_name(
    language: str, asked: Path, tmp_path: Path
) -> None:
    told, book = read(asked, language), office.read_book(asked)
    pdf = ledger.ledger(told, book, TODAY)
    assert pdf == ledger.ledger(told, book, TODAY)
    text = said(pdf, tmp_path)
    assert [text.index(each) for each in ("何时选房", "为什么我家", "骰子掉了", "掉下的不算")] == sorted(
        text.index(each) for each in ("何时选房", "为什么我家", "骰子掉了", "掉下的不算")
    )
    assert "R05" in text and "第二行" in text and TODAY in text
    assert not any(name in text for name in NAMES)
    assert book.last is not None
    assert "".join(grouped(book.last.hash)) in text.replace(" ", "")
    assert "small" in text and " ".join(grouped(told.hash)) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asked_gets_a_slip_with_number_words_who_answers_until_when_and_where(
    language: str, asked: Path, tmp_path: Path
) -> None:
    told, book = read(asked, language), office.read_book(asked)
    (page,) = words(ledger.question(told, book, 1, TODAY), tmp_path)
    for each in ("1", "2021-12-13", "2021-12-20", NAMES[3], "为什么我家没有排到？", "第二行", "季梁小区服务中心"):
        assert each in page
    entry = book.ledger.questions[0].asked
    assert "".join(grouped(entry.hash)) in "".join(page.split())
    assert not any(name in page for name in NAMES[:3])


def test_a_question_that_there_is_not_is_refused_with_the_last_number(
    asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["print", str(asked), "question", "--pdf", str(tmp_path / "x.pdf"), "--language", "en"]
    for number, status in (("4", 1), ("0", 1)):
        assert main([*typed[:3], number, *typed[3:]]) == status
        assert capsys.readouterr().err
    assert main(typed) == 2
    assert "question 3" in capsys.readouterr().err
    assert not (tmp_path / "x.pdf").exists()


def test_before_anything_was_asked_the_ledger_is_empty_and_says_so(tmp_path: Path) -> None:
    folder = golden("small", tmp_path)
    assert "0 questions" in said(ledger.ledger(read(folder, "en"), office.read_book(folder), TODAY), tmp_path)


@pytest.mark.parametrize("letter", ["国", "W", "𬭚"])
def test_the_longest_question_and_answer_are_whole_on_as_many_pages_as_they_take(letter: str, tmp_path: Path) -> None:
    folder = golden("small", tmp_path)
    office_ = desk(folder)
    words_ = letter * 1000 + "\n" + "\n".join([letter] * 499) + letter  # 2000 characters, and 500 lines
    office_.ask("letter", "R05", words_, letter * 80, "2021-12-20", ("甲",))
    office_.answer(1, letter * 2000, ("乙",))
    told, book = read(folder, "en"), office.read_book(folder)
    for pdf, fields in ((ledger.ledger(told, book, TODAY), 3500), (ledger.question(told, book, 1, TODAY), 3580)):
        pages = words(pdf, tmp_path, "-raw")
        assert sum(page.count(letter) for page in pages) >= fields
        for number, page in enumerate(pages, 1):
            assert f"Page {number} of {len(pages)}" in page
        for picture in pictures(pdf, tmp_path, dpi=60):
            dark = picture.point(lambda value: 255 if value < 120 else 0).getbbox()
            margin = round(14 * 60 / 25.4)
            assert dark and dark[0] > margin and dark[2] < picture.width - margin
