"""What `check` tells: every error and warning, each in files that are right but for one thing."""

import stat
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cli import main
from kiosk.intake import freeze, listing, rulebook
from kiosk.intake.problems import report
from offices import DRAW, HEADINGS, changed, check, only, row, rows, told, units, write

RESIDENT = "11010519491231002X"  # the example of GB 11643-1999


def with_cell(n: int, heading: str, value: object) -> list[list[object]]:
    """The rows with one cell of the n-th household (row n + 2 of the sheet) changed."""
    households = rows()
    households[n - 1][HEADINGS.index(heading)] = value
    return households


def test_right_files_have_no_problem(tmp_path: Path) -> None:
    prepared = check(tmp_path)
    assert told(prepared) == []
    assert prepared.draft is not None
    assert prepared.outlook[0].candidates == 18


@pytest.mark.parametrize(
    ("heading", "value", "code", "where"),
    [
        ("登记编号", "SZ00002", "number.twice", "B7"),
        ("登记编号", "sz00002", "number.alike", "B7"),
        ("登记编号", None, "row.no-number", "B7"),
        ("登记编号", "登记编号", "row.heading", "B7"),
        ("登记编号", "合计", "row.total", "B7"),
        ("登记编号", 1234567890123456, "cell.rounded", "B7"),
        ("登记编号", "1.23457E+17", "cell.rounded", "B7"),
        ("登记编号", 12.5, "cell.fraction", "B7"),
        ("登记编号", True, "cell.flag", "B7"),
        ("登记编号", "SZ,5", "table.character", "B7"),
        ("登记编号", "-5", "table.formula", "B7"),
        ("登记编号", "S" * 65, "table.long", "B7"),
        ("登记编号", "SZ\u200b5", "text.hidden-character", "B7"),
        ("登记编号", "季梁\n5", "text.hidden-character", "B7"),
        ("保障类别", "\ue123", "text.private", "F7"),
        ("保障类别", "\u0378", "text.unassigned", "F7"),
        ("保障类别", "\u13a0", "text.no-glyph", "F7"),
        ("保障类别", RESIDENT, "privacy.resident", "F7"),
        ("保障类别", RESIDENT[:-1] + "1", "privacy.mistyped", "F7"),
        ("保障类别", "电话13800138000", "privacy.phone", "F7"),
        ("姓名", "陈小红、李四", "privacy.not-a-name", "C7"),
        ("姓名", "陈小红2", "privacy.not-a-name", "C7"),
        ("姓名", "陈\u200b小红", "text.hidden-character", "C7"),
        ("身份证号", "编号0002", "unique.clash", "D7"),
        ("身份证号", 110105194912310020, "cell.rounded", "D7"),
        ("家庭人口", "三", "cell.not-whole", "E7"),
        ("家庭人口", "02", "cell.not-whole", "E7"),
        ("轮候年限", 65, "cell.chances", "G7"),
        ("轮候年限", 0, "cell.chances", "G7"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_drawn_by_is_told_with_its_address(
    tmp_path: Path, heading: str, value: object, code: str, where: str
) -> None:
    is_text = value is None or isinstance(value, str)
    prepared = check(tmp_path, households=with_cell(5, heading, value), xlsx=not is_text)
    assert f"{code}@{where}" in told(prepared)
    assert [problem.code for problem in prepared.errors] == [code]
    place = prepared.errors[0].where
    assert (place.file, place.sheet) == (("roll.csv", "") if is_text else ("roll.xlsx", "名单"))
    assert prepared.draft is None


def test_a_registration_number_of_region_date_and_order_is_told_once_and_passes(tmp_path: Path) -> None:
    numbers = ["421300202109010002", "421300202109010003", "421300202109010004"]  # none has a right check digit
    households = rows()
    for n, number in enumerate(numbers):
        households[n][HEADINGS.index("登记编号")] = number
    prepared = check(tmp_path, households=households)
    assert prepared.errors == ()
    warned = only(prepared, "number.like-resident")
    assert (warned.severity, warned.values["count"], warned.got) == ("warning", 3, "421…02")


@pytest.mark.parametrize("written", ["合计", "合  计", "合计：", "总 计 24 户", "总数", "小計", "Grand total", "SUM:"])
@pytest.mark.parametrize("heading", ["序号", "登记编号", "姓名", "身份证号"])
def test_a_row_of_totals_is_no_household_whichever_column_says_so(tmp_path: Path, heading: str, written: str) -> None:
    totals: list[object] = [None, "24户", None, None, None, None, None]
    totals[HEADINGS.index(heading)] = written
    prepared = check(tmp_path, households=[*rows(), totals])
    problem = only(prepared, "row.total")
    assert (problem.where.cell, problem.got) == (f"{'ABCD'[HEADINGS.index(heading)]}27", written)
    assert prepared.errors == (problem,)
    assert prepared.outlook[0].candidates == 18


@pytest.mark.parametrize("written", ["填 表 人 李", "备 注：以上", "李经办", "2021年12月1日", "共24户"])
def test_a_footer_is_no_household(tmp_path: Path, written: str) -> None:
    prepared = check(tmp_path, households=[*rows(), [None, written, None, None, None, None, None]])
    assert [(problem.code in ("row.total", "row.note"), problem.where.cell) for problem in prepared.errors] == [
        (True, "B27")
    ]


def test_a_household_of_which_nothing_but_the_number_is_known_takes_part(tmp_path: Path) -> None:
    prepared = check(tmp_path, ("households: {people: {min: 2}}\n", "households: {category: 一般}\n"),
                     households=[*rows(), [25, "SZ00025", None, None, None, None, None]])  # fmt: skip
    assert prepared.errors == ()


@pytest.mark.parametrize(
    ("number", "count", "other"), [("SZ0005", 1, "SZ00001"), ("SZ-0005", 1, "SZ00001"), ("5号", 1, "SZ00001")]
)
def test_a_number_written_otherwise_than_nearly_all_is_warned_about(
    tmp_path: Path, number: str, count: int, other: str
) -> None:
    prepared = check(tmp_path, households=with_cell(5, "登记编号", number))
    warned = only(prepared, "number.unlike")
    assert (warned.where.cell, warned.got, warned.values["other"]) == ("B7", number, other)
    assert warned.values["count"] == count
    assert prepared.errors == ()


def test_numbers_that_grow_longer_as_they_count_are_alike(tmp_path: Path) -> None:
    households = rows(120)
    for n, household in enumerate(households, 1):
        household[1] = str(n)
    prepared = check(tmp_path, households=households)
    assert "number.unlike" not in [problem.code for problem in prepared.problems]


def test_a_date_where_a_number_should_be_is_told(tmp_path: Path) -> None:
    prepared = check(tmp_path, households=with_cell(5, "登记编号", date(2021, 3, 12)), xlsx=True)
    assert only(prepared, "cell.date").got == "2021-03-12"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("登记编号\n", "登记号码\n"), "heading.unknown"),
        (("登记编号\n", "Nr\n"), "heading.none"),
        (("header: 2", "header: 1"), "heading.row"),
        (("file: roll.csv", "file: nowhere.csv"), "file.missing"),
        (("household: 登记编号", "number: 登记编号"), "settings.no-number"),
        (("name: {from: 姓名, mask: name}", "Name: {from: 姓名, mask: name}"), "settings.column"),
        (("household: 登记编号", "household: {from: 登记编号, mask: name}"), "settings.masked-number"),
        (("mask: name}", "mask: names}"), "settings.choice"),
        (("name: {from: 姓名, mask: name}", "name: 姓名"), "privacy.full-name"),
        (("name: {from: 姓名, mask: name}", "who: 姓名"), "privacy.full-name"),
        (("households: {people: {min: 2}}", "households: {household: SZ00001}"), "rules.personal"),
        (("households: {people: {min: 2}}", "households: {name: 陈**}"), "rules.personal"),
        (("households: {people: {min: 2}}", "households: {peopel: {min: 2}}"), "rules.column"),
        (("units: {layout: 两居}", "units: {people: 两居}"), "rules.column"),
        (("chances: years", "chances: year"), "rules.column"),
        (("units: {layout: 两居}", "units: {layout: {min: 1}}"), "cell.not-whole"),
        (("{people: {min: 2}}", "{people: {min: 3, max: 2}}"), "settings.empty-range"),
        (("{people: {min: 2}}", "{people: {mini: 2}}"), "yaml.unknown-key"),
        (("{people: {min: 2}}", "{people: {min: -2}}"), "settings.whole"),
        (("[低保, 特困]", "[低保, 低保]"), "settings.condition"),
        (("[低保, 特困]", "[]"), "settings.condition"),
        (("count: 2", "count: 0"), "settings.limit"),
        (("alternates: 5", "alternates: some"), "settings.limit"),
        (("id: single", "id: double"), "settings.same-id"),
        (("id: rest", "id: first"), "settings.same-id"),
        (("id: single", "id: Single"), "settings.label"),
        (("title: 一居室", 'title: 一"居"室'), "settings.escape"),
        (("title: 一居室", "title: 一|居室"), "settings.value"),
        (("title: 一居室", "title: 一居室\u200b"), "text.hidden-character"),
        (("draw: test-1", "draw: Test 1"), "settings.draw"),
        (("mode: ceremony", "mode: real"), "settings.choice"),
        (("opens: 2021-12-10T09:00:00+08:00", "opens: 2021-02-30T09:00:00+08:00"), "settings.opens"),
        (("opens: 2021-12-10T09:00:00+08:00", "opens: 2021-12-10 09:00"), "settings.opens"),
        (("commitments:", "commitments:\n  operator: " + "0" * 64), "settings.operator"),
        (("notary: ", "Notary: "), "settings.label"),
        (("notary: ", "notary: x"), "settings.commitment"),
        (("{people: 3, dice: 6}", "none"), "settings.few-people"),
        (("{people: 3, dice: 6}", "{people: 1, dice: 20}"), "settings.few-people"),
        (("{people: 3, dice: 6}", "{people: 3, dice: 3}"), "settings.few-dice"),
        (("public: none", "public: {digits: 129, source: 双色球}"), "settings.whole"),
        (("public: none", "people: {contributors: [甲, 乙]}"), "settings.contributors"),
        (("public: none", "pubic: none"), "yaml.unknown-key"),
        (("title: 第一期摇号", ""), "yaml.missing-key"),
        (("public: none", "draw: other"), "yaml.repeats"),
    ],
)  # fmt: skip
def test_a_setting_that_is_not_right_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    prepared = check(tmp_path, change)
    assert code in [problem.code for problem in prepared.errors]
    assert prepared.draft is None


def test_too_few_commitments_for_a_ceremony_are_told(tmp_path: Path) -> None:
    few = changed(DRAW, (DRAW[DRAW.index("commitments:") : DRAW.index("contributions:")], ""))
    path = write(tmp_path, few)
    assert [problem.code for problem in freeze.prepare(path).errors] == ["settings.few-commitments"]
    assert freeze.prepare(write(tmp_path, changed(few, ("mode: ceremony", "mode: rehearsal")))).errors == ()


def test_two_commitments_of_one_secret_are_told(tmp_path: Path) -> None:
    notary = DRAW[DRAW.index("  notary:") : DRAW.index("contributions:")]
    prepared = check(tmp_path, (notary, notary + notary.replace("notary", "second")))
    assert {problem.code for problem in prepared.errors} == {"settings.same-commitment"}


def test_an_unknown_key_is_told_with_its_line_and_the_nearest_known_one(tmp_path: Path) -> None:
    problem = only(check(tmp_path, ("public: none", "pubic: none")), "yaml.unknown-key")
    line = DRAW.split("\n").index("public: none") + 1
    assert (problem.where.line, problem.got, problem.expected) == (line, "pubic", "public")


def test_an_unknown_heading_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    assert only(check(tmp_path, ("登记编号\n", "登记号码\n")), "heading.unknown").expected == "登记编号"


def test_the_row_that_has_the_headings_is_told(tmp_path: Path) -> None:
    prepared = check(tmp_path, ("header: 2", "header: 1"))
    assert {problem.values["other"] for problem in prepared.errors if problem.code == "heading.row"} == {2}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([("[低保, 特困]", "[低保, 特因]")], "rules.nearly-a-value"),
        ([("[低保, 特困]", "[低保, 军烈属]")], "rules.no-value"),
        ([("[低保, 特困]", "军烈属")], "tier.nobody"),
        ([("units: {layout: 一居}", "units: {layout: 三居}")], "stage.nothing"),
        ([("{people: {min: 2}}", "{people: {min: 20}}")], "stage.nobody"),
        ([("title: 优先保障,", "title: 优先保障, units: {layout: 一居},")], "tier.nothing"),
        ([("count: 2", "count: 300")], "tier.count"),
        ([("{category: [低保, 特困]}, count: 2", "{category: 特困}, count: 5")], "tier.no-chance"),
        ([("    units: {layout: 一居}", "    households: {people: 2}\n    units: {layout: 一居}")], "roll.no-stage"),
        ([("units: {layout: 一居}", "units: {layout: 两居}")], "units.no-stage"),
        ([("file: units.csv", "file: many.csv")], "stage.no-chance"),
        ([("public: none", "after: {place: 大厅, minutes: 30, days: {2021-12-13: [09:00-12:00]}}")], "after.few"),
        ([("public: none", "after: {place: 大厅, minutes: 5, days: {2021-12-01: [09:00-12:00]}}")], "after.early"),
    ],
)  # fmt: skip
def test_what_is_worth_a_look_is_a_warning_and_no_error(
    tmp_path: Path, changes: list[tuple[str, str]], code: str
) -> None:
    (tmp_path / "many.csv").write_text(units(60), encoding="utf-8")
    prepared = check(tmp_path, *changes)
    assert prepared.errors == ()
    assert code in [problem.code for problem in prepared.warnings]
    assert prepared.draft is not None


def test_a_tier_of_one_household_is_a_warning(tmp_path: Path) -> None:
    households = rows()
    households[6][HEADINGS.index("保障类别")] = "劳模"
    households[6][HEADINGS.index("家庭人口")] = 3
    prepared = check(tmp_path, ("[低保, 特困]", "劳模"), households=households)
    assert only(prepared, "tier.one-household").values["tier"] == "优先保障"


def test_names_and_numbers_too_long_for_full_size_are_warned_about_with_the_longest(tmp_path: Path) -> None:
    households = rows()
    households[1][1], households[2][1] = "SZ00000002", "SZ000000003"
    households[3][2] = "阿卜杜热依木江·买买提明江艾合"
    prepared = check(tmp_path, households=households)
    number, name = only(prepared, "number.long"), only(prepared, "name.long")
    assert (number.where.cell, number.got, number.values["count"]) == ("B5", "SZ000000003", 2)
    assert (name.where.cell, name.got) == ("C6", "阿******·*******")


def test_numbers_that_may_have_lost_their_zeros_are_warned_about(tmp_path: Path) -> None:
    households = rows()
    for n, household in enumerate(households):
        household[1] = f"{n + 1:05d}" if n % 2 else n + 1
    assert only(check(tmp_path, households=households, xlsx=True), "number.lost-zeros").where.cell == "B3"


def test_empty_cells_are_warned_about_once_for_each_column(tmp_path: Path) -> None:
    households = rows()
    households[3][5] = households[9][5] = None
    problem = only(check(tmp_path, households=households), "cell.empty")
    assert (problem.where.cell, problem.values["count"], problem.values["column"]) == ("F6", 2, "category")


def test_rows_that_are_unique_by_what_is_published_are_warned_about(tmp_path: Path) -> None:
    households = rows()
    households.append([25, "SZ00025", *households[3][2:3], "编号0025", households[3][4], "劳模", households[3][6]])
    problem = only(check(tmp_path, households=households), "privacy.recognisable")
    assert (problem.got, problem.values["total"], problem.values["column"], problem.values["left"]) == (
        "1", 25, "category", 0,
    )  # fmt: skip


def test_a_column_that_tells_everybody_apart_is_warned_about(tmp_path: Path) -> None:
    prepared = check(tmp_path, ("years: 轮候年限", "years: 轮候年限\n    card: 身份证号"))
    assert only(prepared, "privacy.column-unique").got == "card"


def test_a_unique_column_may_have_gaps_which_are_warned_about(tmp_path: Path) -> None:
    households = rows()
    households[3][3] = households[4][3] = None
    prepared = check(tmp_path, households=households)
    assert only(prepared, "unique.empty").got == "2"
    assert prepared.errors == ()


def test_what_stands_in_a_unique_column_is_in_no_problem_and_in_no_file(tmp_path: Path) -> None:
    households = rows()
    households[3][3] = households[4][3] = "机密证件"
    prepared = check(tmp_path, households=households)
    assert "unique.clash" in [problem.code for problem in prepared.errors]
    assert "机密" not in "".join(report(prepared.problems, "zh-CN"))
    clean = check(tmp_path)
    assert clean.draft is not None and "编号0" not in clean.draft.roll.decode()


def test_later_stages_may_not_take_what_an_earlier_one_offers_to_choose(tmp_path: Path) -> None:
    choose = ("    chances: years", "    assign: choose")
    assert check(tmp_path, choose).errors == ()
    prepared = check(tmp_path, choose, ("    units: {layout: 一居}\n", ""))
    assert [problem.code for problem in prepared.errors] == ["rules.chosen-units"]
    prepared = check(tmp_path, choose, ("title: 优先保障,", "title: 优先保障, units: {layout: 两居},"))
    assert "settings.choose-tier" in [problem.code for problem in prepared.errors]


def test_every_problem_is_told_at_once_and_in_both_languages(tmp_path: Path) -> None:
    households = rows()
    households[0][1] = households[1][1]
    households[2][2] = "不是姓名123"
    households[4][4] = "三"
    households[5][6] = "x"
    households.append(row(30)[:3] + [None] * 4)
    prepared = check(tmp_path, ("public: none", "pubic: 1"), ("两居室", "两|居室"), households=households,
                     flats=units() + "1栋-0001,两居\n,一居\n")  # fmt: skip
    codes = {problem.code for problem in prepared.problems}
    assert codes >= {
        "number.twice", "privacy.not-a-name", "yaml.unknown-key", "settings.value", "row.no-number", "cell.empty",
        "unique.empty", "cell.not-whole",
    }  # fmt: skip
    for language in ("zh-CN", "en"):
        lines = report(prepared.problems, language)
        assert len(lines) == len(prepared.problems)
        assert any(line for line in lines if "roll.csv B4" in line and "SZ00002" in line)
        assert any(line for line in lines if "units.csv A12" in line)
    severities = [problem.severity for problem in prepared.problems]
    assert severities == sorted(severities), "errors come before warnings"


def test_one_mistake_in_many_cells_is_told_in_short_and_in_full_in_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    households = rows()
    for household in households[4:]:
        household[HEADINGS.index("家庭人口")] = "三"
    draw = changed(DRAW, ("name: {from: 姓名, mask: name}", "name: 姓名"))
    path = write(tmp_path, draw, households=households)
    monkeypatch.chdir(tmp_path)
    private = tmp_path / "draw.problems.txt"
    private.write_text("somebody else's")
    private.chmod(0o644)
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert main(["check", str(path), "--language", "en"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len([line for line in said if "is a full name" in line]) == 3
    assert len([line for line in said if "whole number" in line]) == 3
    more = [line for line in said if "more of this kind" in line]
    assert len(more) == 2
    assert any(f"{len(households) - 3} more" in line and line.endswith(f"C{len(households) + 2}") for line in more)
    assert any(f"{len(households) - 7} more" in line and line.endswith(f"E{len(households) + 2}") for line in more)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    told = private.read_text(encoding="utf-8")
    assert told.count("is a full name") == len(households)
    assert "names and numbers" in told.splitlines()[0]
    assert any("draw.problems.txt" in line and "names and numbers" in line for line in said)


def test_wrong_cells_do_not_hide_what_is_worth_a_look_in_the_rules(tmp_path: Path) -> None:
    households = rows()
    households[0][1] = households[1][1]
    prepared = check(tmp_path, ("count: 2", "count: 300"), households=households)
    assert [problem.code for problem in prepared.errors] == ["number.twice"]
    assert only(prepared, "tier.count").values["count"] == 300


def test_all_of_it_is_told_at_once_chances_figures_and_appointments_too(tmp_path: Path) -> None:
    households = rows()
    households[4][HEADINGS.index("家庭人口")] = "三"
    households[5][HEADINGS.index("轮候年限")] = None
    households[9][HEADINGS.index("轮候年限")] = 0
    households[8][HEADINGS.index("登记编号")] = "SZ00001"
    few = ("public: none", "after: {place: 大厅, minutes: 30, days: {2021-12-13: [09:00-12:00]}}")
    prepared = check(tmp_path, few, ("draw: test-1", "draw: Test 1"), ("count: 2", "count: 300"), households=households)
    assert {f"{problem.code}@{problem.where.cell}" for problem in prepared.problems} >= {
        "settings.draw@", "cell.not-whole@E7", "cell.chances@G8", "cell.chances@G12", "number.twice@B11",
        "after.few@", "tier.count@", "cell.empty@G8",
    }  # fmt: skip
    assert prepared.outlook[0].candidates == 18 - 3
    assert prepared.unjudged == ("rows",)


@pytest.mark.parametrize(
    ("changes", "unjudged"),
    [
        ([], ()),
        ([("draw: test-1", "draw: Test 1")], ()),
        ([("file: roll.csv", "file: nowhere.csv")], ("roll", "stages")),
        ([("category: 保障类别", "category: 类型")], ("roll-columns", "stages")),
        ([("layout: 户型", "layout: 规格")], ("units-columns", "stages")),
        ([("{people: {min: 2}}", "{people: {mini: 2}}")], ("stages",)),
        ([("public: none", "after: {place: 大厅, minutes: x, days: {2021-12-13: [09:00-12:00]}}")], ("appointments",)),
        ([("file: units.csv", "file: nowhere.csv"),
          ("public: none", "after: {place: 大厅, minutes: 30, days: {2021-12-13: [09:00-12:00]}}")],
         ("units", "stages", "appointments")),
    ],
)  # fmt: skip
def test_what_errors_hide_is_said(tmp_path: Path, changes: list[tuple[str, str]], unjudged: tuple[str, ...]) -> None:
    assert check(tmp_path, *changes).unjudged == unjudged


def test_the_cells_are_judged_where_another_column_is_not_found(tmp_path: Path) -> None:
    prepared = check(tmp_path, ("category: 保障类别", "category: 类型"), households=with_cell(5, "家庭人口", "三"))
    assert [f"{problem.code}@{problem.where.cell}" for problem in prepared.errors if problem.where.cell] == [
        "cell.not-whole@E7"
    ]


def test_who_mends_is_asked_to_check_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, changed(DRAW, ("file: roll.csv", "file: nowhere.csv")))
    assert main(["check", str(path), "--language", "zh-CN"]) == 1
    assert "改正后请再检查一次。尚不能判断：名单的内容、各批各档的户数和房源。" in capsys.readouterr().out
    path.write_text("[", encoding="utf-8")
    assert main(["check", str(path), "--language", "en"]) == 1
    assert (
        "Mend these and check again. What could not be judged yet: the lists and the rules." in capsys.readouterr().out
    )
    assert main(["check", str(write(tmp_path)), "--language", "en"]) == 0
    assert "check again" not in capsys.readouterr().out


@pytest.mark.parametrize("value", ["低保户", "低 保", "底保", "城镇低保", "特因"])
def test_a_value_like_one_that_a_rule_names_is_warned_about(tmp_path: Path, value: str) -> None:
    households = rows()
    households[6][HEADINGS.index("保障类别")] = households[9][HEADINGS.index("保障类别")] = value
    warned = only(check(tmp_path, households=households), "rules.near-value")
    assert (warned.where.cell, warned.got, warned.values["count"]) == ("F9", value, 2)
    assert warned.expected == ("特困" if value == "特因" else "低保")


@pytest.mark.parametrize(
    ("got", "named"),
    [
        ("三居", "两居"),
        ("12", "1"),
        ("非低保", "低保"),
        ("一般", "低保"),
        ("新就业", "特困"),
        ("II类", "I类"),
        ("no", "yes"),
    ],
)
def test_a_value_that_is_another_is_not_like_it(got: str, named: str) -> None:
    assert not rulebook.is_near(got, named)


def test_the_values_of_the_columns_that_rules_go_by_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, changed(DRAW, ("[低保, 特困]", "[低保, 军烈属]")), households=with_cell(5, "保障类别", None))
    assert main(["check", str(path), "--language", "zh-CN"]) == 0
    said = capsys.readouterr().out
    assert "名单 category：规则写明的 低保 7、军烈属 0；其他 一般 12、特困 4、（空） 1" in said
    assert "房源 layout：规则写明的 一居 5、两居 5；其他 没有" in said
    assert "档次 2 一般轮候（rest）：18 户，房源最多 5 套（扣除前面各档已用）" in said


def test_a_missing_draw_yaml_is_a_problem_and_not_a_traceback(tmp_path: Path) -> None:
    assert told(freeze.prepare(tmp_path / "draw.yaml")) == ["settings.no-draw@0"]
    assert told(freeze.prepare(tmp_path / "nowhere" / "draw.yaml")) == ["settings.no-draw@0"]


def test_a_folder_or_a_list_in_place_of_draw_yaml_is_told_with_the_draws_that_lie_there(tmp_path: Path) -> None:
    assert told(freeze.prepare(tmp_path)) == ["settings.no-draw@0"]
    write(tmp_path, xlsx=True).rename(tmp_path / "second.yml")
    write(tmp_path, xlsx=True)
    (tmp_path / "kiosk.yaml").write_text("screen: {}\n", encoding="utf-8")
    for given_instead in (tmp_path, tmp_path / "roll.xlsx", tmp_path / "draw.yml"):
        problem = only(freeze.prepare(given_instead), "settings.other-draw")
        assert problem.expected == "draw.yaml, second.yml"


def test_a_ceremony_that_would_open_in_the_past_is_warned_about(tmp_path: Path) -> None:
    opens = datetime.fromisoformat("2021-12-10T09:00:00+08:00")
    path = write(tmp_path)
    assert told(freeze.prepare(path, now=opens)) == []
    late = freeze.prepare(path, now=opens + timedelta(seconds=1))
    assert only(late, "settings.past").where.line == DRAW.split("\n").index("opens: 2021-12-10T09:00:00+08:00") + 1
    assert late.errors == ()
    assert told(freeze.prepare(path, now=opens + timedelta(seconds=1), rehearsal=True)) == []


def test_check_looks_at_the_clock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(write(tmp_path)), "--language", "zh-CN"]) == 0
    assert "开始时间 2021-12-10T09:00:00+08:00 已经过去。请核对" in capsys.readouterr().out


CELLS = st.text('编号姓,"\n\r\t;1234567890.-+=| 陈小红欧阳*·（）ＡSZ\u200b\u3000\ue000\U00020000', max_size=40)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=5), st.binary(max_size=200))
def test_whatever_stands_in_the_files_is_told_and_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, households: list[list[str]], flats: bytes
) -> None:
    folder = tmp_path_factory.mktemp("office")
    path = write(folder, households=[*rows(4), *(list[object](cells) for cells in households)])
    (folder / "units.csv").write_bytes("房号,户型\n".encode() + flats)
    prepared = freeze.prepare(path)
    assert (prepared.draft is None) == bool(prepared.errors)
    for language in ("zh-CN", "en"):
        assert len(report(prepared.problems, language)) == len(prepared.problems)


@pytest.mark.parametrize("other", ["С001", "C0O1", "C00l", "c001", "Ⅽ001"])
def test_a_number_that_no_eye_tells_from_another_is_an_error(other: str) -> None:
    """Cyrillic С, the letter O for a zero, l for a one: whoever types it in the hall gets another household."""
    assert listing._seen(other) == listing._seen("C001")
    assert listing._seen("C002") != listing._seen("C001")
