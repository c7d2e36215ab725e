"""With `--office`: the office's own spreadsheet joined to those who won, for nobody else, and never half of it."""

import csv
import io
import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from kiosk.cli import main
from kiosk.core.tables import Table
from kiosk.paper import slips
from kiosk.words import LANGUAGES
from papers import drawn, golden, pictures, stage_of, tier_of, words

KEY = ("--key", "登记编号")
SHEET = "第九期名单,,\n登记 编号,姓名,电话,备注\n"


def people(folder: Path, sheet: Path, left_out: str = "") -> Path:
    """The office's sheet: a title, the headings, and a row for each household of the roll, not in the roll's order."""
    numbers = [line.split(",")[0] for line in (folder / "roll.csv").read_text("utf-8").splitlines()[1:]]
    lines = [f"{number},陈小红{number},+86 138{place:08d},一\n" for place, number in enumerate(numbers)]
    sheet.write_text(SHEET + "".join(line for line in lines[::-1] if left_out not in line or not left_out), "utf-8")
    return sheet


def printed(folder: Path, *typed: object) -> int:
    return main(["print", str(folder), *map(str, typed), "--language", "en"])


@pytest.mark.poppler
@pytest.mark.parametrize("what", ["list", "alternates", "slips"])
def test_each_household_on_the_paper_has_its_row_of_the_sheet_and_each_page_is_marked(
    what: str, tmp_path: Path
) -> None:
    folder, pdf = golden("tiers", tmp_path), tmp_path / "made.pdf"
    sheet = people(folder, tmp_path / "people.csv")
    assert printed(folder, what, "--office", sheet, *KEY, "--columns", "姓名,电话", "--pdf", pdf) == 0
    pages = words(pdf.read_bytes(), tmp_path, "-raw")
    rows = (folder / "result.csv").read_text("utf-8").splitlines()[1:]
    outcome = "alternate" if what == "alternates" else "allotted"
    those = {row.split(",")[3] for row in rows if row.split(",")[5] == outcome}
    said = "".join("".join(pages).split())
    assert those and all(f"陈小红{household}" in said for household in those)
    others = {row.split(",")[3] for row in rows} - those
    assert not any(f"陈小红{household}" in said for household in others)
    for page in pages:
        if what == "slips":  # which is given to the household
            assert "PRIVATE" not in page and "for this household only" in " ".join(page.split())
        else:
            assert "PRIVATE" in page and "not to be published" in " ".join(page.split())
    assert pdf.stat().st_mode & 0o777 == 0o600


def test_the_spreadsheet_holds_all_columns_as_text_and_no_formula(tmp_path: Path) -> None:
    folder = golden("tiers", tmp_path)
    sheet = people(folder, tmp_path / "people.csv")
    sheet.write_text(sheet.read_text("utf-8").replace(",一\n", ',"=1+1, ""x"""\n'), "utf-8")
    made, text = tmp_path / "made.xlsx", tmp_path / "made.csv"
    made.touch(0o644)
    for options in (("--xlsx", made), ("--csv", text)):
        assert printed(folder, "list", "--office", sheet, *KEY, *options) == 0
    active = openpyxl.load_workbook(made).active
    assert active is not None
    head, first = (list(row) for row in active.iter_rows(max_row=2))
    assert [cell.value for cell in head[-3:]] == ["姓名", "电话", "备注"]
    household = first[[cell.value for cell in head].index("Registration number")].value
    assert first[-3].value == f"陈小红{household}"
    assert (first[-1].value, first[-1].data_type, first[-1].number_format) == ('=1+1, "x"', "s", "@")
    rows = list(csv.reader(io.StringIO(text.read_text("utf-8-sig"))))
    assert rows[1][-1] == '\'=1+1, "x"'
    assert not [field for row in rows for field in row if field[:1] in tuple("=+-@")]
    assert {path.stat().st_mode & 0o777 for path in (made, text)} == {0o600}


def test_the_alternates_have_a_spreadsheet_of_their_own(tmp_path: Path) -> None:
    folder, text = golden("tiers", tmp_path), tmp_path / "made.csv"
    sheet = people(folder, tmp_path / "people.csv")
    assert printed(folder, "alternates", "--office", sheet, *KEY, "--columns", "电话", "--csv", text) == 0
    rows = list(csv.reader(io.StringIO(text.read_text("utf-8-sig"))))
    result = [line.split(",") for line in (folder / "result.csv").read_text("utf-8").splitlines()[1:]]
    household = rows[0].index("Registration number")
    titles = {"small": "一居室", "large": "两居室及以上"}
    assert [(row[0], row[1], row[household]) for row in rows[1:]] == [
        (titles[row[0]], row[2], row[3]) for row in result if row[5] == "alternate"
    ]
    assert all(row[-1].startswith("'+86 138") for row in rows[1:])


def test_a_workbook_is_read_by_the_name_of_its_sheet_and_numbers_keep_their_digits(tmp_path: Path) -> None:
    folder, text = golden("small", tmp_path), tmp_path / "made.csv"
    book = Workbook()
    there = book.create_sheet("电话")
    there.append(["姓名", "登记编号", "手机"])
    for number in range(12):
        there.append(["甲", f"R{number:02d}", 13800000000 + number])
    book.save(tmp_path / "people.xlsx")
    typed = ("list", "--office", tmp_path / "people.xlsx", *KEY, "--tab", "电话", "--columns", "手机，姓名")
    assert printed(folder, *typed, "--csv", text) == 0
    rows = list(csv.reader(io.StringIO(text.read_text("utf-8-sig"))))
    found = {row[rows[0].index("Registration number")]: row[-2:] for row in rows[1:]}
    assert found["R05"] == ["13800000005", "甲"]


def test_the_freeze_notes_the_heading_so_that_nobody_has_to_name_it(tmp_path: Path) -> None:
    folder, text = golden("small", tmp_path), tmp_path / "made.csv"
    (folder / "office.json").write_text('{"household": "登记编号"}', "utf-8")
    sheet = people(folder, tmp_path / "people.csv")
    assert printed(folder, "list", "--office", sheet, "--csv", text) == 0


BAD = {
    "missing": ("R05", "R0５x", "the number “R05” is not there"),
    "doubled": ("R06,", "R05,", "“R05” stands here again"),
    "key": ("登记 编号", "登记号", "probably meant"),
    "no key": ("登记 编号", "x", "none of the first 30 rows has a heading “登记编号”"),
    "key twice": ("备注", "登记编号", "stands more than once"),
    "column": ("电话", "手机", "no heading “电话”"),
    "column twice": ("备注", "电话", "the heading “电话” stands more than once"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_that_does_not_fit_is_told_in_a_sentence_and_nothing_is_written(
    name: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, said = BAD[name]
    folder = golden("small", tmp_path)
    sheet = people(folder, tmp_path / "people.csv")
    sheet.write_text(sheet.read_text("utf-8").replace(old, new), "utf-8")
    typed = [
        "print",
        str(folder),
        "list",
        "--office",
        str(sheet),
        *KEY,
        "--columns",
        "姓名,电话",
        "--language",
        language,
    ]
    for kind in ("pdf", "csv", "xlsx"):
        assert main([*typed, f"--{kind}", str(tmp_path / "made")]) == 2
        told = capsys.readouterr()
        assert language != "en" or (said in told.err and "Nothing was printed" in told.err)
        assert told.out == "" and "Traceback" not in told.err and "{" not in told.err
    assert not (tmp_path / "made").exists()


def test_zeros_that_a_spreadsheet_lost_are_told_with_their_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roll = Table(("household", "name"), [("000123", "甲*")])
    units = Table(("unit",), [("0101",)])
    folder = drawn(tmp_path / "zeros", roll, units, [stage_of("s", [tier_of("t")])], "zeros")
    book = Workbook()
    there = book.active
    assert there is not None
    there.append(["登记编号", "电话"])
    there.append([123, "13800000000"])
    book.save(tmp_path / "people.xlsx")
    typed = ("list", "--office", tmp_path / "people.xlsx", *KEY, "--csv", tmp_path / "made.csv")
    assert printed(folder, *typed) == 2
    assert "A2: here stands “123” instead of “000123”" in capsys.readouterr().err
    there["A2"].number_format = "000000"
    book.save(tmp_path / "people.xlsx")
    assert printed(folder, *typed) == 0
    there["A2"] = 1.5e15
    book.save(tmp_path / "people.xlsx")
    (tmp_path / "made.csv").unlink()
    assert printed(folder, *typed) == 2
    assert "A2" in capsys.readouterr().err and not (tmp_path / "made.csv").exists()


def test_a_cell_that_has_no_one_text_is_told_only_where_it_would_be_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = golden("small", tmp_path)
    book = Workbook()
    there = book.active
    assert there is not None
    there.append(["登记编号", "电话", "核对"])
    for number in range(12):
        there.append([f"R{number:02d}", "1", True])
    book.save(tmp_path / "people.xlsx")
    typed = ("list", "--office", tmp_path / "people.xlsx", *KEY, "--csv", tmp_path / "made.csv")
    assert printed(folder, *typed) == 2
    assert "C7" in capsys.readouterr().err  # R05
    assert printed(folder, *typed, "--columns", "电话") == 0


@pytest.mark.parametrize("kind", ["pdf", "csv", "xlsx"])
def test_nothing_that_names_persons_is_written_into_the_folder(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = golden("small", tmp_path)
    sheet = people(folder, tmp_path / "people.csv")
    (tmp_path / "link").symlink_to(folder)
    before = {path.name for path in folder.iterdir()}
    for there in (folder / "x", tmp_path / "link" / "x", folder / ".." / folder.name / "y" / "x"):
        assert printed(folder, "list", "--office", sheet, *KEY, f"--{kind}", there) == 2
        assert "no names, telephones or secrets go there" in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == before


def test_nor_into_a_mirror_or_what_is_published_nor_through_a_link_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, published = golden("small", tmp_path), tmp_path / "public" / "R" / "AA"
    shutil.copytree(folder, published)
    sheet = people(folder, tmp_path / "people.csv")
    (tmp_path / "x.csv").symlink_to(published / "x.csv")
    (published / "out.csv").symlink_to(tmp_path / "out.csv")
    before = {path.name for path in published.iterdir()}
    for there in (published / "x", published / "deep" / "x", tmp_path / "x.csv", published / "out.csv"):
        assert printed(folder, "list", "--office", sheet, *KEY, "--csv", there) == 2
        assert "no names, telephones or secrets go there" in capsys.readouterr().err
    assert {path.name for path in published.iterdir()} == before and not (tmp_path / "out.csv").exists()


def test_no_part_of_a_paper_goes_there_through_a_link_and_the_others_are_not_written_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(slips, "BATCH", 2)
    folder = golden("small", tmp_path)
    sheet = people(folder, tmp_path / "people.csv")
    (tmp_path / "made-2.pdf").symlink_to(folder / "x.pdf")
    typed = ("slips", "--office", sheet, *KEY, "--pdf", tmp_path / "made.pdf")
    assert printed(folder, *typed) == 2
    assert "made-2.pdf" in capsys.readouterr().err
    assert not (tmp_path / "made-1.pdf").exists() and not (folder / "x.pdf").exists()


def test_who_has_the_file_open_that_was_there_does_not_read_what_is_private(tmp_path: Path) -> None:
    folder, made = golden("small", tmp_path), tmp_path / "made.csv"
    sheet = people(folder, tmp_path / "people.csv")
    made.write_text("public\n")
    made.chmod(0o644)
    with made.open() as reader:
        assert printed(folder, "list", "--office", sheet, *KEY, "--csv", made) == 0
        assert reader.read() == "public\n"
    assert "陈小红" in made.read_text("utf-8") and made.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([folder.name, "made.csv", "people.csv"])


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_field_of_the_office_is_a_formula_in_a_csv_of_either_width(sign: str, tmp_path: Path) -> None:
    folder, made = golden("small", tmp_path), tmp_path / "made.csv"
    sheet = people(folder, tmp_path / "people.csv")
    sheet.write_text(sheet.read_text("utf-8").replace(",一\n", f",{sign}1\n"), "utf-8")
    assert printed(folder, "list", "--office", sheet, *KEY, "--csv", made) == 0
    rows = list(csv.reader(io.StringIO(made.read_text("utf-8-sig"))))
    assert {row[-1] for row in rows[1:]} == {f"'{sign}1"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("certificate", *KEY), "cannot be joined to certificate"),
        (("list",), "--key"),
        (("list", *KEY), "paper has room for 4"),
    ],
)
def test_what_is_missing_or_too_much_is_said(
    typed: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = golden("small", tmp_path)
    sheet = people(folder, tmp_path / "people.csv")
    sheet.write_text(sheet.read_text("utf-8").replace("备注", "备注,a,b,c"), "utf-8")
    assert printed(folder, *typed, "--office", sheet, "--pdf", tmp_path / "made.pdf") == 2
    assert said in capsys.readouterr().err


@pytest.mark.poppler
@pytest.mark.parametrize("letter", ["长", "W", "𪚥"])
def test_as_much_as_paper_may_hold_is_whole_on_list_and_slips_and_more_is_refused(
    letter: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    field = letter * 64
    units = Table(("unit", *(f"c{n}" for n in range(6))), [(field, *([field] * 6))])
    tier = tier_of(letter * 80)
    stage = stage_of(letter * 80, [tier, {**tier, "id": "b"}])
    folder = drawn(tmp_path / "longest", Table(("household",), [(field,)]), units, [stage], letter * 80)
    headings = [f"{n}{letter * 79}" for n in range(4)]
    sheet, made = tmp_path / "people.csv", tmp_path / "made.pdf"
    sheet.write_text(",".join(["编号", *headings]) + "\n" + ",".join([field, *[letter * 80] * 4]) + "\n", "utf-8")
    private = 4 * (79 + 80)
    typed = ("--office", sheet, "--key", "编号", "--pdf", made)
    for what, least in (("slips", 80 * 3 + 64 * 8 + private), ("list", 80 * 3 + 2 * (64 * 8 + 80 + private))):
        assert printed(folder, what, *typed) == 0
        assert sum(page.count(letter) for page in words(made.read_bytes(), tmp_path, "-raw")) >= least
        for page in pictures(made.read_bytes(), tmp_path, dpi=60):
            if what == "slips":  # what is not in its quarter: the marks to cut along are at its edges
                page = page.crop((page.width // 2 + 12, 12, page.width - 12, page.height // 2 - 24))
            dark = page.point(lambda value: 255 if value < 120 else 0).getbbox()
            assert dark is None if what == "slips" else dark and dark[2] < page.width - round(14 * 60 / 25.4)
    made.unlink()
    sheet.write_text(sheet.read_text("utf-8").replace(letter * 80, letter * 81, 1), "utf-8")
    assert printed(folder, "slips", *typed) == 2
    assert "81 characters" in capsys.readouterr().err and not made.exists()
    assert printed(folder, "list", *typed[:-2], "--csv", tmp_path / "made.csv") == 0


def test_the_list_for_the_wall_takes_nothing_of_the_office_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, made = golden("tiers", tmp_path), tmp_path / "made.pdf"
    sheet = people(folder, tmp_path / "people.csv")
    for now in ((), ("--now",)):
        assert printed(folder, "list", "--large", *now, "--office", sheet, *KEY, "--pdf", made) == 2
        assert "is for the wall" in capsys.readouterr().err and not made.exists()


@pytest.mark.poppler
@pytest.mark.parametrize("what", ["list", "slips"])
def test_an_identity_number_stands_on_one_line(what: str, tmp_path: Path) -> None:
    folder, made = golden("tiers", tmp_path), tmp_path / "made.pdf"
    sheet = people(folder, tmp_path / "people.csv")
    number = "42130119800101" + "0021"
    sheet.write_text(
        sheet.read_text("utf-8").replace("陈小红", "阿依古丽·买买提·").replace(",一\n", f",{number}\n"), "utf-8"
    )
    sheet.write_text(sheet.read_text("utf-8").replace("备注", "申请人的公民身份号码（以此为准）"), "utf-8")
    assert printed(folder, what, "--office", sheet, *KEY, "--pdf", made) == 0
    lines = [line for page in words(made.read_bytes(), tmp_path, "-layout") for line in page.splitlines()]
    won = folder.joinpath("result.csv").read_text("utf-8").count(",allotted,")
    assert sum(line.count(number) for line in lines) == won * (2 if what == "list" else 1)


@pytest.mark.poppler
def test_a_slip_is_not_marked_across_as_it_is_given_to_its_household(tmp_path: Path) -> None:
    folder = golden("tiers", tmp_path)
    sheet = people(folder, tmp_path / "people.csv")
    grey = {}
    for what in ("slips", "list"):
        made = tmp_path / f"{what}.pdf"
        assert printed(folder, what, "--office", sheet, *KEY, "--pdf", made) == 0
        grey[what] = sum(pictures(made.read_bytes(), tmp_path, 50)[0].histogram()[206:225])
    assert grey["slips"] * 3 < grey["list"]


def test_only_list_alternates_and_slips_are_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(golden("small", tmp_path), "certificate", "--csv", tmp_path / "made.csv") == 2
    assert "has no form as a table" in capsys.readouterr().err


def test_a_sheet_that_is_not_there_is_named_and_nothing_is_said_of_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ("list", "--office", tmp_path / "people.csv", *KEY, "--csv", tmp_path / "made.csv")
    assert printed(golden("small", tmp_path), *typed) == 2
    assert capsys.readouterr().err == f"There is no file {tmp_path / 'people.csv'}.\n"


def test_where_nobody_has_come_in_line_there_are_no_new_slips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(golden("small", tmp_path), "slips", "--now", "--pdf", tmp_path / "made.pdf") == 2
    assert "since the draw" in capsys.readouterr().err
