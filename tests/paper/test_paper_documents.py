"""Lists, certificate, card, envelope and keys: what stands on each page, and that nothing is missing."""

import csv
import io
import json
import re
import stat
from pathlib import Path
from random import Random

import openpyxl
import pytest
from PIL import Image

from ceremonies import PEOPLE, conducted, frozen, given, own
from commands import mingyao
from kiosk.ceremony import auto, record, void
from kiosk.ceremony.steps import Interrupted, Phase, Refuse
from kiosk.cli import main
from kiosk.core.errors import InputError, JournalError
from kiosk.core.tables import Table
from kiosk.paper import certificate, lists, sheets, spreadsheet
from kiosk.paper.certificate import Verdict
from kiosk.paper.facts import Facts
from kiosk.paper.winners import winners
from kiosk.words import LANGUAGES, grouped, say
from papers import (
    GOLDEN,
    drawn,
    golden,
    office,
    pictures,
    played_with_incidents,
    read,
    stage_of,
    tier_of,
    voided,
    words,
)

pytestmark = pytest.mark.poppler

VERIFIED = Verdict("verified", "")


def papers(told: Facts) -> dict[str, bytes]:
    return {
        "poster": sheets.poster(told),
        "list": b"".join(lists.allotted(told)),
        "wall": b"".join(lists.allotted(told, large=True)),
        "alternates": b"".join(lists.alternates(told)),
        "certificate": certificate.certificate(told, VERIFIED),
        "card": sheets.card(told),
        "keys": sheets.keys(told),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_of_which_draw_and_result_it_is_and_the_last_one_whole(language: str, tmp_path: Path) -> None:
    told = read(golden("tiers", tmp_path), language)
    for what, pdf in papers(told).items():
        pages = words(pdf, tmp_path)
        for number, page in enumerate(pages, 1):
            assert "tiers" in page and " ".join(grouped(told.hash)[:8]) in page, what
            assert say(language, "paper.page-of", page=number, pages=len(pages)) in page, what
        assert " ".join(grouped(told.hash)) in pages[-1], what


def test_before_the_draw_card_and_keys_carry_the_notice_hash_and_nothing_else_is_printed(tmp_path: Path) -> None:
    folder = golden("small", tmp_path)
    for name in ("seed.txt", "result.csv", "SHA256SUMS"):
        (folder / name).unlink()
    told = read(folder, "en")
    for pdf in (sheets.poster(told), sheets.card(told), sheets.keys(told)):
        (page,) = words(pdf, tmp_path)
        assert f"Notice hash {' '.join(grouped(told.inputs.notice_hash))}" in " ".join(page.split())
    for early in (lists.allotted, lists.alternates, lambda told: certificate.certificate(told, VERIFIED)):
        with pytest.raises(InputError) as refused:
            early(told)
        assert refused.value.code == "paper.not-drawn"
    (folder / "seed.txt").touch()  # a file of the result is lost
    with pytest.raises(InputError) as refused:
        lists.allotted(told)
    assert refused.value.code == "evidence.missing"


def test_the_list_has_everyone_twice_by_rank_and_by_number(tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path))
    (pdf,) = lists.allotted(told)
    said = " ".join(words(pdf, tmp_path))
    found = re.findall(r"SZ\d{5}", said)
    expected: list[str] = []
    for stage in told.inputs.rules.stages:
        ranked = [winner.household for winner in winners(told) if winner.stage == stage.id]
        expected += ranked + sorted(ranked)
    assert found == expected and len(found) == 2 * 507


def test_the_alternates_are_those_of_the_result(tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path))
    said = " ".join(" ".join(words(pdf, tmp_path)) for pdf in lists.alternates(told))
    expected: list[str] = []
    for result in told.result.result:
        waiting = [ticketed[64:] for ticketed in result.alternates]
        expected += waiting + sorted(waiting)
    assert re.findall(r"SZ\d{5}", said) == expected


def test_the_spreadsheet_keeps_zeros_and_text_and_the_same_bytes(tmp_path: Path) -> None:
    roll = Table(("household", "name"), [("000123", "甲&<b>")])
    units = Table(("unit", "layout"), [("0101", "两居")])
    tier = tier_of("t")
    stage = stage_of("=1+1", [tier])
    told = read(drawn(tmp_path / "zeros", roll, units, [stage], "zeros"), "en")
    made = spreadsheet.xlsx(lists.spreadsheet(told))
    assert made == spreadsheet.xlsx(lists.spreadsheet(told))
    cells = list(openpyxl.load_workbook(io.BytesIO(made)).active.iter_rows())  # type: ignore[union-attr]
    assert [cell.value for cell in cells[1]] == ["=1+1", "t", "1", None, None, None, "000123", "甲&<b>", "0101", "两居"]
    assert {(cell.data_type, cell.number_format) for cell in cells[1] if cell.value} == {("s", "@")}
    rows = list(csv.reader(io.StringIO(spreadsheet.csv(lists.spreadsheet(told)).decode("utf-8-sig"))))
    assert rows[1][6:] == ["000123", "甲&<b>", "0101", "两居"]
    assert not [field for row in rows for field in row if field[:1] in tuple("=+-@")]


def test_the_spreadsheet_of_507_has_each_flat_and_appointment_once(tmp_path: Path) -> None:
    rows = list(lists.spreadsheet(read(golden("suizhou-507", tmp_path), "en")))
    head, body = rows[0], rows[1:]
    assert len(body) == 507
    for columns in (("Flat",), ("Registration number",), ("Day", "Hours", "Counter")):
        assert len({tuple(row[head.index(column)] for column in columns) for row in body}) == 507


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_certificate_has_what_the_notary_signs(language: str, tmp_path: Path) -> None:
    folder = played_with_incidents("small", tmp_path)
    told = read(folder, language)
    said = " ".join(" ".join(words(certificate.certificate(told, VERIFIED), tmp_path, "-raw")).split())
    result, inputs = told.result, told.inputs
    secrets = [*result.seed.reveals, *(hash for _, hash in inputs.notice.commitments)]
    for hash in (inputs.notice_hash, result.seed_hash, result.result_hash, *secrets):
        assert " ".join(grouped(hash)) in said
    for (label, _), secret in zip(inputs.notice.commitments, result.seed.reveals, strict=True):
        assert f"{label} {' '.join(grouped(secret))}" in said
    for who, dice in zip(PEOPLE.contributors, result.seed.contributions, strict=False):
        assert f"{who} {' '.join(dice)}" in said
    assert PEOPLE.operator in said and PEOPLE.witness in said
    # Each incident, in the record's own words with its line, and no step that is none.
    lines = record.write(folder, language).splitlines()
    events = [json.loads(line)["event"] for line in (folder / "journal.jsonl").read_text("utf-8").splitlines()]
    asides = ("Covered", "Uncovered", "VoidAsked", "QuestionNoted")
    incidents = [number for number, event in enumerate(events, 1) if event in asides]
    assert say(language, "paper.certificate.incidents", count=4) in said and len(incidents) == 4
    for number in incidents:
        (line,) = (line for line in lines if line.split()[:1] == [str(number)])
        assert "".join(line.split(None, 4)[4].split()) in "".join(said.split())
    assert said.count(say(language, "paper.certificate.verified")) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_certificate_counts_keys_that_meant_nothing_and_lists_what_was_refused_otherwise(
    language: str, tmp_path: Path
) -> None:
    folder = office(frozen("small", tmp_path / "keys"))
    values = given("small")
    conductor = conducted(folder, own(values))
    refused = [
        ("next", "ceremony.waits-enter"),
        ("enter", "ceremony.waits-dice"),
        ("OpenSecret", "ceremony.secret-wrong"),
    ]
    for step, code in refused:
        conductor.submit(Refuse(step, code, ("seat=1", "label=notary")))
        conductor.poll()
    conductor.close()
    conductor = conducted(folder, own(values))  # so that it was interrupted too
    auto.play(conductor, auto.ready(conductor.state, values, Random(1)), lambda state, look: None)
    conductor.close()
    pdf = certificate.certificate(read(folder, language), VERIFIED)
    said = " ".join(" ".join(words(pdf, tmp_path, "-raw")).split())
    assert say(language, "paper.certificate.incidents", count=2) in said
    assert "".join(say(language, "paper.certificate.harmless", count=2).split()) in "".join(said.split())
    for _, code in refused[:2]:
        assert "".join(say(language, f"error.{code}", seat=1).split()) not in "".join(said.split())
    assert "".join(say(language, "error.ceremony.secret-wrong", label="notary").split()) in "".join(said.split())
    # Times stand there in one form, and nothing of what was not cut off.
    assert re.findall(r"2021-12-10 \d\d:\d\d:\d\d", said) and not re.search(r"\dT\d|\d\.\d{3}|\+08", said)
    assert not re.search(r"(?<!\d)0 (bytes|字节)", said)


def test_labels_are_words_on_chinese_paper_and_stand_beside_them(tmp_path: Path) -> None:
    folder = played_with_incidents("small", tmp_path)
    said = " ".join(" ".join(words(certificate.certificate(read(folder), VERIFIED), tmp_path, "-raw")).split())
    assert said.count("操作员 operator") == said.count("公证员 notary") == 2  # commitment and secret
    assert "开启 公证员 notary 的密数" in record.write(folder, "zh-CN")
    assert "The secret of notary is opened" in record.write(folder, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interruption_tells_of_bytes_only_where_some_were_cut_off(language: str, tmp_path: Path) -> None:
    inputs = read(golden("small", tmp_path)).inputs
    stopped, resumed = "2021-12-10T09:00:03.123+08:00", "2021-12-10T09:05:00.456+08:00"
    for torn in (0, 17):
        event = Interrupted(stopped, resumed, torn, "a" * 64, "p", "张明", "邱某", ())
        said = record.sentence(inputs, event, language)
        assert ("17" in said, " 0 " in said) == (torn == 17, False)
        assert "2021-12-10 09:00:03" in said and "2021-12-10 09:05:00" in said and "+08" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_void_draw_no_result_is_printed_and_it_is_said_why(language: str, tmp_path: Path) -> None:
    folder = voided("small", tmp_path, Phase.COMPARE, reason="2")
    made = mingyao("print", folder, "list", "--language", language, "--pdf", "l.pdf", cwd=tmp_path)
    assert made.returncode == 2 and say(language, "error.paper.void", draw="small") in made.stderr


def test_before_the_draw_it_is_said_that_none_was_held(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "frozen")
    for what in ("list", "certificate"):
        made = mingyao("print", folder, what, "--language", "en", "--pdf", "l.pdf", cwd=tmp_path)
        assert made.returncode == 2 and "has not been held yet" in made.stderr and "SHA256SUMS" not in made.stderr


def lines_of(pdf: bytes, tmp_path: Path) -> list[str]:
    return [line.strip() for page in words(pdf, tmp_path, "-layout") for line in page.splitlines()]


def test_in_large_print_each_flat_stands_whole_on_one_line_and_nothing_of_it_but_its_number(tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path))
    (pdf,) = lists.allotted(told, large=True)
    lines = lines_of(pdf, tmp_path)
    for winner in winners(told):
        assert sum(winner.household in line and winner.unit in line for line in lines) == 2
    assert not [line for line in lines if re.search(r"\d{4}\s+.居", line)]
    (small,) = lists.allotted(told)
    for winner in winners(told):
        assert sum(" ".join((winner.unit, *winner.details)) in line for line in lines_of(small, tmp_path)) == 2
        break
    assert len(words(pdf, tmp_path)) < 60  # nine to a page were more than 100


def test_a_long_flat_makes_the_print_smaller_and_is_not_torn_apart(tmp_path: Path) -> None:
    unit = "季梁家园西区二期经济适用房12栋-3单元-2804"
    roll, units = Table(("household", "name"), [("SZ00867", "朱*")]), Table(("unit", "layout"), [(unit, "三居")])
    folder = drawn(tmp_path / "long", roll, units, [stage_of("三居室", [tier_of("t")])], "长")
    (pdf,) = lists.allotted(read(folder), large=True)
    assert sum("SZ00867" in line and unit in line for line in lines_of(pdf, tmp_path)) == 2


@pytest.mark.parametrize(
    ("language", "known"), [("zh-CN", ["登记编号", "姓名"]), ("en", ["Registration number", "Name"])]
)
def test_the_spreadsheet_s_headings_and_stages_are_words_or_the_office_s_own(
    language: str, known: list[str], tmp_path: Path
) -> None:
    folder = golden("suizhou-507", tmp_path)
    told = read(folder, language)
    head, first, *_ = lists.spreadsheet(told)
    assert head[6:8] == known and not [heading for heading in head if re.fullmatch("[a-z]+", heading)]
    stage = told.inputs.rules.stages[0]
    assert first[:2] == [stage.title, stage.tiers[0].title]
    head, first, *_ = lists.alternates_spreadsheet(told)
    assert head[2:4] == known and first[0] in {stage.title for stage in told.inputs.rules.stages}
    content = json.loads((folder / "office.json").read_text("utf-8"))
    (folder / "office.json").write_text(json.dumps({**content, "household": "轮候证号"}), "utf-8")
    assert next(lists.spreadsheet(read(folder, language)))[6] == "轮候证号"


def test_the_certificate_of_a_folder_without_a_journal_says_what_is_not_known(tmp_path: Path) -> None:
    told = read(golden("small", tmp_path), "en")
    said = " ".join(words(certificate.certificate(told, VERIFIED), tmp_path, "-raw"))
    assert "No record" in " ".join(said.split())


def test_no_certificate_is_made_on_a_journal_that_somebody_edited(tmp_path: Path) -> None:
    folder = played_with_incidents("small", tmp_path)
    told = read(folder, "en")
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Covered", b"Uncovered", 1))
    with pytest.raises(JournalError):
        certificate.certificate(told, VERIFIED)


def void_certificate(folder: Path, language: str, tmp_path: Path) -> str:
    """What the command's paper says, its spaces one each."""
    made = mingyao("print", folder, "certificate", "--language", language, "--pdf", "v.pdf", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    return " ".join(" ".join(words((tmp_path / "v.pdf").read_bytes(), tmp_path, "-raw")).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_void_draw_it_says_who_when_why_and_what_had_been_made_public(language: str, tmp_path: Path) -> None:
    folder = voided("small", tmp_path, Phase.PUBLIC)
    told = read(folder, language)
    declared = void.parse((folder / "void.txt").read_bytes(), told.inputs)
    said = void_certificate(folder, language, tmp_path)
    assert told.inputs.notice.public
    reason = say(language, "screen.void.reason.public-missing", source=told.inputs.notice.public.source)
    time = declared.declared[:19].replace("T", " ")
    for value in (say(language, "paper.what.void"), reason, PEOPLE.operator, PEOPLE.witness, time):
        assert "".join(value.split()) in "".join(said.split())
    hashes = [told.inputs.notice_hash, declared.journal_hash, *(secret for _, secret in declared.reveals)]
    for hash in (*hashes, *(commitment for _, commitment in told.inputs.notice.commitments)):
        assert " ".join(grouped(hash)) in said
    for label, secret in declared.reveals:
        assert f"{label} {' '.join(grouped(secret))}" in said
    for who, dice in zip(PEOPLE.contributors, declared.contributions, strict=True):
        assert f"{who} {' '.join(dice)}" in said
    assert say(language, "paper.certificate.closed") not in said
    assert say(language, "paper.certificate.incidents", count=2) in said  # it was asked for, and declared
    assert say(language, "paper.certificate.verified") not in said


def test_an_early_void_opened_no_secret_and_its_folder_without_a_journal_says_what_is_not_known(
    tmp_path: Path,
) -> None:
    folder = voided("small", tmp_path, Phase.COMPARE, reason="2")
    said = void_certificate(folder, "en", tmp_path)
    assert "the notice hash is not the one published" in said and "None had been confirmed." in said
    assert "Notice hash (compared" not in said  # which is why it is void
    assert "None was opened." in said and "Secrets that stayed closed operator, notary" in said
    (folder / "journal.jsonl").unlink()
    alone = void_certificate(folder, "en", tmp_path)
    assert "No record" in alone and "the notice hash is not the one published" in alone


def test_a_void_that_somebody_edited_is_not_certified(tmp_path: Path) -> None:
    folder = voided("small", tmp_path, Phase.COMPARE)
    told = (folder / "void.txt").read_bytes()
    (folder / "void.txt").write_bytes(told.replace(b"roll-wrong", b"disturbed"))
    made = mingyao("print", folder, "certificate", "--pdf", "v.pdf", cwd=tmp_path)
    assert made.returncode == 1 and "void.txt" in made.stderr and not (tmp_path / "v.pdf").exists()


def test_a_verifier_that_refuses_stands_on_the_certificate(tmp_path: Path) -> None:
    told = read(golden("small", tmp_path), "en")
    said = " ".join(words(certificate.certificate(told, Verdict("refuted", "seed")), tmp_path))
    assert "not verified: refuted seed" in " ".join(said.split())


def test_the_card_has_a_box_for_every_digit_and_die_and_none_is_filled_in(tmp_path: Path) -> None:
    told = read(golden("suizhou-507", tmp_path), "en")
    (page,) = words(sheets.card(told), tmp_path)
    body = page[: page.index("suizhou-2021-09 · Representative")]
    assert not re.search(r"[0-9a-f]{4} [0-9a-f]{4}", body)
    assert [f"Dice of person {number}" in body for number in range(1, 5)] == [True, True, True, False]


def test_the_largest_card_goes_over_as_many_pages_as_it_takes(tmp_path: Path) -> None:
    folder = golden("suizhou-507", tmp_path)
    for name in ("seed.txt", "result.csv", "SHA256SUMS"):
        (folder / name).unlink()
    told = (folder / "notice.txt").read_text(encoding="utf-8")
    told = re.sub("contributions: .*", "contributions: 99 of 99 dice", told)
    (folder / "notice.txt").write_text(told, encoding="utf-8")
    pages = words(sheets.card(read(folder, "en")), tmp_path)
    assert len(pages) > 10 and "Dice of person 99" in " ".join(pages)


def test_the_envelope_comes_from_a_sheet_and_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    secret = re.findall("reveal notary: (.*)", (GOLDEN / "suizhou-507" / "seed.txt").read_text(encoding="utf-8"))[0]
    folder = golden("suizhou-507", tmp_path)
    (tmp_path / "sheet.txt").write_text(f"Secret:\n    {' '.join(grouped(secret))}\n", encoding="utf-8")
    made = mingyao("print", folder, "envelope", "--sheet", "sheet.txt", "--pdf", "e.pdf", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "") and secret not in made.stdout
    assert stat.S_IMODE((tmp_path / "e.pdf").stat().st_mode) == 0o600
    pages = words((tmp_path / "e.pdf").read_bytes(), tmp_path, "-layout")
    for page in pages:
        assert " ".join(grouped(secret)[:4]) in page and "notary" in page and "operator" not in page
    assert len(pages) == 2


def test_a_sheet_of_another_draw_is_refused(tmp_path: Path) -> None:
    folder = golden("suizhou-507", tmp_path)
    (tmp_path / "sheet.txt").write_text("    " + " ".join(["0000"] * 8) + "\n", encoding="utf-8")
    made = mingyao("print", folder, "envelope", "--sheet", "sheet.txt", "--pdf", "e.pdf", cwd=tmp_path)
    assert made.returncode == 2 and "sheet.txt" in made.stderr and not (tmp_path / "e.pdf").exists()
    without = mingyao("print", folder, "envelope", "--pdf", "e.pdf", cwd=tmp_path)
    assert without.returncode == 2 and "suizhou-507.secret" in without.stderr


def test_a_rehearsal_is_marked_across_every_page(tmp_path: Path) -> None:
    """In each sixth of each page there is grey, of which letters have but little at their edges."""

    def grey(page: Image.Image) -> list[int]:
        width, height = page.width // 2, page.height // 3
        places = [(left, top) for top in range(0, 3 * height, height) for left in (0, width)]
        parts = [page.crop((left, top, left + width, top + height)) for left, top in places]
        return [sum(part.histogram()[206:225]) for part in parts]

    for what, pdf in papers(read(golden("minimal", tmp_path), "zh-CN")).items():
        for page in pictures(pdf, tmp_path, dpi=50):
            assert min(grey(page)) > 300, what
    (page,) = pictures(sheets.keys(read(golden("small", tmp_path))), tmp_path, dpi=50)
    assert min(grey(page)) < 100


@pytest.mark.parametrize("letter", ["长", "W", "𪚥"])
def test_a_list_breaks_the_longest_values_and_cuts_none(letter: str, tmp_path: Path) -> None:
    field = letter * 64
    roll = Table(("household", "name"), sorted([(field, field), (letter * 63, field)]))
    units = Table(("unit", "layout"), [(field, field)])
    tier = tier_of(letter * 80)
    stage = stage_of(letter * 80, [tier, {**tier, "id": "b"}])
    folder = drawn(tmp_path / "longest", roll, units, [stage], letter * 80)
    (folder / "office.json").write_text('{"names": ["name"]}', encoding="utf-8")
    told = read(folder, "en")
    for made, fields in ((lists.allotted(told), 2 * (4 * 64 + 80)), (lists.allotted(told, True), 2 * (4 * 64 + 80)),
                         (lists.alternates(told), 2 * (63 + 64))):  # fmt: skip
        (pdf,) = made
        assert " ".join(words(pdf, tmp_path, "-raw")).count(letter) >= fields
        for page in pictures(pdf, tmp_path, dpi=60):
            dark = page.point(lambda value: 255 if value < 120 else 0).getbbox()
            margin = round(14 * 60 / 25.4)
            assert dark and dark[0] > margin and dark[2] < page.width - margin


def test_the_command_prints_every_document(tmp_path: Path) -> None:
    folder = golden("tiers", tmp_path)
    (tmp_path / "kiosk.yaml").write_text("hall: {public: 'https://gzf.example.cn'}\n", encoding="utf-8")
    for what in ("poster", "certificate", "list", "alternates", "slips", "card", "keys"):
        pdf = tmp_path / f"{what}.pdf"
        assert main(["print", str(folder), what, "--config", str(tmp_path / "kiosk.yaml"), "--pdf", str(pdf)]) == 0
        assert pdf.read_bytes().startswith(b"%PDF-")
    made = mingyao("print", folder, "list", "--csv", "l.csv", "--xlsx", "l.xlsx", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert (tmp_path / "l.csv").is_file() and (tmp_path / "l.xlsx").is_file()
    nowhere = mingyao("print", folder, "list", cwd=tmp_path)
    assert nowhere.returncode == 2 and "--pdf" in nowhere.stderr
