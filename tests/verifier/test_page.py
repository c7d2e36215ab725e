"""The verifier page, in a real Chromium, from the golden folders and the broken ones.

One browser serves all tests. `page` is a phone, 360 px wide, whose language is English.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from draws import folders, mutated
from forgeries import GOLDEN, edited, resealed
from judges import VECTORS, Judgement, broken_vectors, golden_vectors, judge_with_verifier, write_folder
from pages import PAGE, Page, groups_of

pytestmark = pytest.mark.browser

VERIFIED = Judgement("verified", None)
HASHES = {name: hashes for name, _, hashes in golden_vectors()}
INPUTS = ("notice.txt", "roll.csv", "units.csv", "rules.json")
BROKEN = list(broken_vectors())
CHECKS = list(dict.fromkeys(expected.judgement.check for _, _, expected in BROKEN if expected.claimed is None))


def refuted(check: str) -> Judgement:
    return Judgement("refuted", check)


# ---- The verdict


@pytest.mark.parametrize("name", GOLDEN)
def test_every_golden_folder_is_verified_where_it_is_published(page: Page, name: str) -> None:
    assert page.judge_published(GOLDEN[name]) == VERIFIED
    assert groups_of(page.text("#hash-groups")) == HASHES[name].result
    outcomes = page.outcomes()
    assert outcomes.pop("claimed") == "open"
    assert set(outcomes.values()) == {"passed"}
    assert page.complaints() == []


@pytest.fixture(scope="module")
def of_broken(browser: Page) -> dict[str, Judgement]:
    """What the page says of each broken folder while nothing is typed into it."""
    browser.open(PAGE.as_uri())
    judgements = browser.judge_chosen(*(files for _, files, _ in BROKEN))
    return {name: judgement for (name, _, _), judgement in zip(BROKEN, judgements, strict=True)}


@pytest.mark.parametrize(("name", "files", "expected"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_every_broken_folder_is_refused_by_the_check_that_must(
    page: Page, of_broken: dict[str, Judgement], name: str, files: dict[str, bytes], expected: Any
) -> None:
    judgement = of_broken[name]
    if expected.claimed is not None:
        assert judgement == VERIFIED
        page.judge_published(files)
        judgement = page.compare(claimed=expected.claimed)
    assert judgement == expected.judgement


@pytest.mark.parametrize("check", CHECKS)
def test_a_broken_folder_is_refused_where_it_is_published_too(page: Page, check: str | None) -> None:
    files = next(files for _, files, expected in BROKEN if expected.judgement.check == check)
    judgement = page.judge_published(files)
    assert judgement.check == check
    assert judgement.verdict == ("refuted" if check else "unusable")
    if check:
        assert page.outcomes()[check] == "failed"


def test_the_sums_are_compared_with_their_byte_order_mark(page: Page) -> None:
    files = GOLDEN["small"]
    assert page.judge_published({**files, "SHA256SUMS": b"\xef\xbb\xbf" + files["SHA256SUMS"]}) == refuted("sums")


@pytest.mark.parametrize(
    "character",
    ["\u0340", "\uf900", "e\u0301", "\u1112\u1161\u11ab", "\u304b\u3099", "\u0f71\u0f73", "\U0002f800", "\U0001d15e"],
)
def test_what_is_not_normal_is_refused_wherever_it_stands(page: Page, character: str) -> None:
    page.open(PAGE.as_uri())
    for place in (0, 4000, 8999):
        rows = [f"A{n:05},{character if n == place else '한'}\n" for n in range(9000)]
        roll = "".join(["household,category\n", *rows]).encode()
        (judgement,) = page.judge_chosen(resealed({**GOLDEN["minimal"], "roll.csv": roll}))
        assert judgement == refuted("text")
        assert f"roll.csv, line {place + 2}:" in (judgement.why or "")


def test_normal_text_of_every_script_passes(page: Page) -> None:
    rows = ("Z,é\u0323".replace("é\u0323", "\u1eb9\u0301"), "ZZ,\u1112 한 か が", "ZZZ,ठक़".replace("क़", "\u0915\u093c"))
    roll = ("household,category\n" + "".join(f"{row}\n" for row in rows)).encode()
    files = resealed({**GOLDEN["minimal"], "roll.csv": roll})
    assert page.judge_published(files) == refuted("result"), "the roll is another, and its text is as it should be"


def test_a_reason_names_the_file_and_the_line(page: Page) -> None:
    said = page.judge_published(resealed(edited("roll.csv", "R02,李*", "R02,李|"))).why
    assert said is not None
    assert "roll.csv, line 4, breaks section 2.2" in said


def test_a_changed_result_is_shown_beside_what_the_draw_gives(page: Page) -> None:
    said = page.judge_published(resealed(edited("result.csv", "1栋-0902", "1栋-1002"))).why
    assert said is not None
    assert "result.csv, line 2" in said
    assert said.index("1栋-0902") < said.index("1栋-1002")


def test_a_rehearsal_is_called_one_in_the_verdict(page: Page) -> None:
    assert "rehearsal" in (page.judge_published(GOLDEN["minimal"]).why or "")
    assert "rehearsal" not in (page.judge_published(GOLDEN["small"]).why or "")
    page.look_like("zh-CN")
    assert "演练" in (page.judge_published(GOLDEN["minimal"]).why or "")


def test_the_verdict_says_of_what_it_is_and_what_it_does_not_prove(page: Page) -> None:
    said = page.judge_published(GOLDEN["small"]).why or ""
    for words in (
        "小样 · 两个阶段",
        "small",
        "8 households, 5 flats",
        "Not compared with a notice published beforehand",
    ):
        assert words in said
    assert "Compare the digits with the source: 03081117212905" in said
    assert "双色球第2021141期" in said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(folders().flatmap(mutated))
def test_page_and_verifier_say_the_same_of_made_up_folders(browser: Page, files: dict[str, bytes]) -> None:
    if browser.driver.current_url != PAGE.as_uri():
        browser.open(PAGE.as_uri())
    assert browser.judge_chosen(files) == [judge_with_verifier(files)]


# ---- What the reader holds


@pytest.mark.parametrize("form", [str.upper, str, lambda text: " ".join(re.findall("....", text))])
def test_a_result_hash_and_a_notice_hash_are_compared_however_they_are_typed(page: Page, form: Any) -> None:
    page.judge_published(GOLDEN["tiers"])
    hashes = HASHES["tiers"]
    assert page.compare(claimed=form(hashes.result[:32]), notice=form(hashes.notice)) == VERIFIED
    assert page.outcomes()["claimed"] == "passed"
    assert "Not compared" not in page.text("#verdict")
    assert page.compare(claimed=form(hashes.result[:31] + "-")) == refuted("claimed")
    assert page.compare(notice=form(hashes.result)) == refuted("notice")
    assert page.compare() == VERIFIED


@pytest.mark.parametrize("digits", [65, 0])
def test_a_notice_hash_has_64_digits(page: Page, digits: int) -> None:
    page.judge_published(GOLDEN["tiers"])
    typed = (HASHES["tiers"].notice * 2)[:digits] or "no hash"
    assert page.compare(notice=typed) == refuted("notice")
    assert "Look again at what you entered" in page.text("#verdict")


@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("digits", [1, 32, 63])
def test_fewer_digits_are_no_notice_hash_and_neither_verify_nor_refute(
    page: Page, digits: int, other: bool, tmp_path: Path
) -> None:
    """As the command line says, which asks for all of them."""
    hashes = HASHES["tiers"]
    typed = (hashes.result if other else hashes.notice)[:digits]
    page.judge_published(GOLDEN["tiers"])
    assert page.compare(notice=typed) == Judgement("unusable", None)
    assert "Look again at what you entered" in page.text("#verdict")
    assert page.find("#verdict").get_attribute("data-tone") == "calm"
    assert not page.find("#household").is_displayed()
    write_folder(GOLDEN["tiers"], tmp_path)
    command = [sys.executable, "-m", "kiosk.verifier", str(tmp_path), "--notice", typed]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
    assert page.compare(notice=hashes.notice) == VERIFIED
    page.judge_published(resealed(edited("roll.csv", "R02,李*", "R02,李|")))
    assert page.compare(notice=typed) == refuted("roll")


def test_of_too_few_digits_it_is_said_whether_they_agree(page: Page) -> None:
    page.judge_published(GOLDEN["tiers"])
    hashes = HASHES["tiers"]
    page.compare(notice=hashes.notice[:32].upper())
    assert page.text("#notice-said") == (
        "The 32 digits that you entered are its first, but they are too few: enter 64 at least."
    )
    assert "Look again at what you entered" in page.text("#verdict")
    assert page.outcomes()["notice"] == "open"
    page.compare(notice=hashes.result[:32])
    assert page.text("#notice-said").startswith("Not the same.")
    assert page.outcomes()["notice"] == "failed"
    page.compare(claimed=hashes.result[:31])
    assert "enter 32 at least" in page.text("#claimed-said")
    page.compare()


def test_of_two_things_that_are_wrong_the_first_check_names_the_verdict(page: Page) -> None:
    page.judge_published(resealed(edited("roll.csv", "R02,李*", "R02,李|")))
    assert page.compare(claimed="0" * 32) == refuted("claimed")
    assert page.compare(notice="0" * 64) == refuted("notice")
    assert page.compare() == refuted("roll")


def test_the_address_of_a_published_folder_is_a_claim(page: Page) -> None:
    address = f"/R/{HASHES['tiers'].result[:32].upper()}"
    assert page.judge_published(GOLDEN["tiers"], at=address) == VERIFIED
    assert page.outcomes()["claimed"] == "passed"
    assert page.judge_published(GOLDEN["chances"], at=address) == refuted("claimed")
    assert page.judge_chosen(GOLDEN["chances"]) == [VERIFIED], "files chosen by hand have no address"


def test_dice_noted_by_hand_are_compared_die_by_die(page: Page) -> None:
    page.judge_published(GOLDEN["tiers"])
    page.find("#dice-box summary").click()
    page.find("#dice-2").send_keys("255")
    assert "3 of 6 dice" in page.text("#dice")
    page.find("#dice-2").send_keys("653")
    assert "The same." in page.text("#dice")
    page.find("#dice-1").send_keys("2165\t")
    assert "die 4 is 5 in your note, 4 in the files" in page.text("#dice")
    assert "The dice that you noted are not those in the files" in page.text("#verdict")


# ---- My household


def results_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(GOLDEN[name]["result.csv"].decode())))


def titles_of(name: str) -> dict[str, str]:
    return {stage["id"]: stage["title"] for stage in json.loads(GOLDEN[name]["rules.json"])["stages"]}


def households_of(name: str) -> list[str]:
    return [line.split(",")[0] for line in GOLDEN[name]["roll.csv"].decode().splitlines()[1:]]


@pytest.mark.parametrize("name", ["small", "tiers", "choose", "numbers", "more-units", "characters"])
def test_the_look_up_says_of_every_household_what_the_result_says(page: Page, name: str) -> None:
    page.judge_published(GOLDEN[name])
    titles, rows = titles_of(name), results_of(name)
    for household in households_of(name):
        headline, _, tickets, _ = page.look_up(household)
        mine = [row for row in rows if row["household"] == household]
        assert {row["ticket"] for row in mine} <= set(tickets)
        drawn = [row for row in mine if row["outcome"] == "allotted"]
        for row in drawn:
            place = f"rank {row['rank']}, flat {row['unit']}" if row["unit"] else f"chooses as number {row['rank']}"
            assert headline == f"{household} was drawn: {titles[row['stage']]}, {place}."
        if not drawn:
            waits = [f"In “{titles[row['stage']]}” it is alternate number {row['rank']}." for row in mine]
            assert headline == " ".join([f"{household} was not drawn.", *waits])


def test_the_look_up_tells_why_a_household_took_part_and_where_the_cut_was(page: Page) -> None:
    page.judge_published(GOLDEN["tiers"])
    large = [row for row in results_of("tiers") if row["stage"] == "large"]
    rest = [row for row in large if row["tier"] == "rest"]
    in_order = sorted(large, key=lambda row: row["ticket"])
    _, text, _, _ = page.look_up("H003")
    assert "people is “4”, and should be from 1 to 2" in text
    assert "priority is “no”, and should be “yes”" in text
    mine = next(row for row in large if row["household"] == "H003")
    assert f"number {in_order.index(mine) + 1} of {len(large)}; 16 flats, 16 housed" in text
    last = rest[-1]
    assert f"{len(rest)} were housed. The last ticket housed was that of {last['household']}" in text
    housed_before = next(row["household"] for row in results_of("tiers") if row["stage"] == "small")
    assert "Took part" in page.look_up(housed_before)[1]


@pytest.mark.parametrize("name", ["chances", "characters", "tiers"])
def test_the_shell_line_gives_the_ticket(page: Page, name: str) -> None:
    page.judge_published(GOLDEN[name])
    for household in households_of(name)[:6]:
        _, _, tickets, lines = page.look_up(household)
        assert tickets
        for ticket, line in zip(tickets, lines, strict=True):
            said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True).stdout
            assert said.split() == [ticket, "-"]


def test_a_household_in_the_address_is_looked_up_at_once(page: Page) -> None:
    page.open(page.host.publish(GOLDEN["characters"]) + "#household=%F0%9F%94%91")
    assert page.look_up(None)[0].startswith("🔑 was drawn")
    page.open(page.host.publish(GOLDEN["characters"]) + "#household=%F0%9F")
    assert page.judged() == VERIFIED


def test_a_number_typed_carelessly_is_found_and_a_wrong_one_gets_those_that_are_like_it(page: Page) -> None:
    page.judge_published(GOLDEN["tiers"])
    for typed in (" h003", "Ｈ００３", "H 003　"):
        assert page.look_up(typed)[0].startswith("H003 was not drawn")
    headline, text, _, _ = page.look_up("H0035")
    assert headline == "“H0035” is not in this roll."
    assert text.startswith("Do you mean: H035, H003, H005")  # zeros in front left out; one sign more, or another


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("903", "SZ00903"),  # the number itself, without the letters and zeros that everybody leaves out
        ("sz903", "SZ00903"),
        ("ＳＺ ９０３", "SZ00903"),
        ("SZ009O3", "SZ00903"),  # one sign is another
        ("SZ00930x", "SZ00930"),  # one more
        ("SZ0093", "SZ00093"),  # one less
        ("SZ09003", "SZ00903"),  # two exchanged
    ],
)
def test_a_number_that_is_not_in_the_roll_leads_to_the_one_that_was_meant(page: Page, typed: str, near: str) -> None:
    if "suizhou" not in page.driver.current_url:
        page.judge_published(GOLDEN["suizhou-507"], "/suizhou")
    headline, text, _, _ = page.look_up(typed)
    assert "is not in this roll" in headline
    found = text.removeprefix("Do you mean: ").split(", ")
    assert found[0] == near or near in found
    assert len(found) <= 9
    if typed == "903":
        assert found == ["SZ00903"]


def test_so_do_the_last_digits_and_at_worst_those_beside_it_are_named(page: Page) -> None:
    page.judge_published(GOLDEN["suizhou-507"])
    numbers = [row.split(",")[0] for row in GOLDEN["suizhou-507"]["roll.csv"].decode().splitlines()[1:]]
    ends = [number for number in numbers if number.endswith("03")]
    found = page.look_up("03")[1].removeprefix("Do you mean: ").split(", ")
    assert found[0] == "SZ00003"
    assert found[-1] == "…"
    assert set(found[:-1]) <= set(ends)
    assert page.look_up("TX99999")[1] == f"Do you mean: {numbers[-1]}"


def test_the_usual_columns_have_words_in_chinese(page: Page) -> None:
    page.look_like("zh-CN")
    page.judge_published(GOLDEN["suizhou-507"])
    text = page.look_up("SZ00001")[1]
    assert "家庭人口 (people)" in text
    assert "保障类别 (category)" in text
    page.judge_published(GOLDEN["limits"])
    assert "constructor" in page.look_up("L000")[1]


def test_no_look_up_leaves_the_device(page: Page) -> None:
    page.open(page.host.publish(GOLDEN["tiers"]) + "#household=H003")
    page.look_up(None)
    page.look_up("H004")
    page.compare(notice=HASHES["tiers"].notice)
    asked = ["/draw/", *(f"/draw/{name}" for name in GOLDEN["tiers"]), "/draw/after.jsonl"]
    assert sorted(page.host.asked) == sorted(asked), "and the same whether anybody looks something up or not"
    everything = page.driver.execute_script(
        "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    )
    assert all(address.startswith((page.host.address, "blob:", "data:")) for address in everything)


def test_nothing_is_looked_up_in_files_that_were_refuted(page: Page) -> None:
    page.judge_published(resealed(edited("result.csv", "R05", "R04")))
    assert not page.find("#household").is_displayed()
    page.judge_published(GOLDEN["tiers"])
    page.compare(claimed="0" * 32)
    assert not page.find("#household").is_displayed()


# ---- The chance beforehand

Conditions = dict[str, Any]


def takes(conditions: Conditions, row: dict[str, str]) -> bool:
    def holds(column: str, want: Any) -> bool:
        if isinstance(want, dict):
            return bool(want.get("min", 0) <= int(row[column]) <= want.get("max", 10**15))
        return row[column] in ([want] if isinstance(want, str) else want)

    return all(holds(column, want) for column, want in conditions.items())


def housed_at_random(name: str, draws: int) -> dict[tuple[str, str], float]:
    """How often each household is housed in each stage, in whole draws with tickets from a generator."""
    stages = json.loads(GOLDEN[name]["rules.json"])["stages"]
    roll = list(csv.DictReader(io.StringIO(GOLDEN[name]["roll.csv"].decode())))
    units = list(csv.DictReader(io.StringIO(GOLDEN[name]["units.csv"].decode())))
    random, counts = Random(name), dict.fromkeys([(s["id"], r["household"]) for s in stages for r in roll], 0)
    for _ in range(draws):
        housed: set[str] = set()
        used: set[str] = set()
        for stage in stages:
            people = [row for row in roll if row["household"] not in housed and takes(stage["households"], row)]
            chances = [int(row[stage["chances"]]) if stage["chances"] else 1 for row in people]
            tickets = [min(random.random() for _ in range(n)) for n in chances]
            people = [row for _, row in sorted(zip(tickets, people, strict=True), key=lambda pair: pair[0])]
            flats = [unit for unit in units if unit["unit"] not in used and takes(stage["units"], unit)]
            random.shuffle(flats)
            for tier in stage["tiers"]:
                left = [unit["unit"] for unit in flats if unit["unit"] not in used and takes(tier["units"], unit)]
                left = left if tier["count"] == "all" else left[: tier["count"]]
                waiting = [
                    row["household"]
                    for row in people
                    if row["household"] not in housed and takes(tier["households"], row)
                ]
                for household, unit in zip(waiting, left, strict=False):
                    housed.add(household)
                    used.add(unit)
                    counts[stage["id"], household] += 1
    return {key: count / draws for key, count in counts.items()}


@pytest.mark.parametrize(("name", "step"), [("tiers", 1), ("small", 1), ("chances", 12), ("choose", 5)])
def test_the_chance_beforehand_is_that_of_draws_at_random(page: Page, name: str, step: int) -> None:
    draws = 2500
    page.judge_published(GOLDEN[name])
    expected = housed_at_random(name, draws)
    titles = titles_of(name)
    told = 0
    for household in households_of(name)[::step]:
        sections = page.look_up(household)[1].split("Stage: ")[1:]
        for stage, section in zip(titles, sections, strict=True):
            share = chance_told(section)
            error = 4.5 * (max(expected[stage, household], 0.01) / draws) ** 0.5 + 0.002
            assert abs(share - expected[stage, household]) <= error, (household, stage, section)
            told += share > 0
    assert told


def chance_told(section: str) -> float:
    if "Chance beforehand" not in section or "none in this stage" in section:
        return 0
    if "certain" in section:
        return 1
    bound = re.search(r"Chance beforehand: (below|above) ", section)
    if bound:
        return 0 if bound[1] == "below" else 1
    percent = re.search(r"Chance beforehand: .*?([0-9.]+)%", section)
    assert percent, section
    return float(percent[1]) / 100


def test_equal_chances_in_one_tier_are_a_plain_fraction_and_anything_else_is_called_an_estimate(page: Page) -> None:
    page.judge_published(GOLDEN["minimal"])
    assert "2 flats for 3 households, 66.7% (exact: equal chances" in page.look_up("A")[1]
    page.judge_published(GOLDEN["chances"])
    text = page.look_up("C0002")[1]
    assert "an estimate: 10,000 simulated draws" in text
    assert "exact" not in text


# ---- Before the draw


def test_what_is_published_before_the_draw_is_no_alarm(page: Page) -> None:
    judgement = page.judge_published({name: GOLDEN["tiers"][name] for name in INPUTS})
    assert judgement == Judgement("unusable", None)
    said = judgement.why or ""
    assert "The draw has not been held yet" in said
    assert "Missing" not in said
    assert page.find("#verdict").get_attribute("data-tone") == "calm"
    assert groups_of(page.text("#hash-groups")) == HASHES["tiers"].notice
    assert set(page.outcomes().values()) == {"passed"}
    headline, text, tickets, _ = page.look_up("H003")
    assert headline == "H003 is in the roll."
    assert "Does not take part: people is “4”" in text
    assert "Takes part" in text
    assert "Chance beforehand: about 41" in text
    assert tickets == []


def test_a_roll_that_is_not_the_notices_is_told_before_the_draw(page: Page) -> None:
    files = {name: GOLDEN["tiers"][name] for name in INPUTS}
    judgement = page.judge_published({**files, "roll.csv": files["roll.csv"].replace(b"H003,4", b"H003,2")})
    assert judgement == Judgement("unusable", None)
    assert "roll.csv is not the file that the notice names" in (judgement.why or "")
    assert page.outcomes()["notice"] == "failed"


# ---- Files from a disk


def test_from_a_disk_the_page_asks_for_the_folder_and_checks_it(page: Page, tmp_path: Path) -> None:
    write_folder(GOLDEN["characters"], tmp_path)
    (tmp_path / "journal.jsonl").write_text("{}\n")
    (tmp_path / "index.html").write_bytes(PAGE.read_bytes())
    page.open((tmp_path / "index.html").as_uri())
    assert "Choose the folder to check" in page.text("#verdict")
    assert page.judge_folder(tmp_path) == VERIFIED
    (tmp_path / "seed.txt").unlink()
    judgement = page.judge_folder(tmp_path)
    assert judgement == Judgement("unusable", None)
    assert "Missing: seed.txt" in (judgement.why or "")
    assert page.complaints() == []


def test_from_a_disk_the_seven_files_can_be_chosen(page: Page, tmp_path: Path) -> None:
    write_folder(GOLDEN["choose"], tmp_path)
    page.open(PAGE.as_uri())
    page.find("#files").send_keys("\n".join(str(tmp_path / name) for name in GOLDEN["choose"]))
    assert page.judged() == VERIFIED
    assert page.look_up("S6")[0] == "S6 was drawn: 选房顺序, chooses as number 1."


@pytest.mark.parametrize("where", ["disk", "host"])
def test_a_folder_can_be_dropped_on_the_page(page: Page, tmp_path: Path, where: str) -> None:
    folder = tmp_path / "published" / "draw"
    folder.mkdir(parents=True)
    write_folder(GOLDEN["tiers"], folder)
    if where == "disk":
        page.open(PAGE.as_uri())
    else:
        page.judge_published({})
        # Over plain http, as in the hall, Chromium offers no handles.
        page.driver.execute_script("delete DataTransferItem.prototype.getAsFileSystemHandle")
    assert page.judge_dropped(tmp_path / "published") == VERIFIED
    six = [folder / name for name in GOLDEN["tiers"] if name != "units.csv"]
    assert page.judge_dropped(*six) == Judgement("unusable", None)
    second = tmp_path / "published" / "other"
    second.mkdir()
    write_folder(GOLDEN["choose"], second)
    judgement = page.judge_dropped(tmp_path / "published")
    assert judgement == Judgement("unusable", None)
    assert "several draws" in (judgement.why or "")


@pytest.mark.parametrize(
    ("name", "size", "content", "words"),
    [
        ("result.csv", 512 * 2**20 + 1, b"", "Too large for this page (over 512 MiB): result.csv"),
        ("roll.csv", 0, b"\n" * 10_000_002, "Too many rows for this page (over 10 million): roll.csv"),
    ],
)
def test_what_is_too_large_is_refused_in_a_sentence(
    page: Page, tmp_path: Path, name: str, size: int, content: bytes, words: str
) -> None:
    write_folder({**GOLDEN["tiers"], name: content}, tmp_path)
    if size:
        os.truncate(tmp_path / name, size)  # a file with a hole: no such place is needed on the disk
    page.open(PAGE.as_uri())
    judgement = page.judge_folder(tmp_path)
    assert judgement == Judgement("unusable", None)
    assert words in (judgement.why or "")


# ---- Hosts that fail


def test_a_file_that_was_cut_off_is_called_so(page: Page) -> None:
    files = GOLDEN["suizhou-507"]
    judgement = page.judge_published({**files, "result.csv": files["result.csv"][:100_000]})
    assert judgement == refuted("sums")
    assert "Looks cut off, the last line is not whole: result.csv" in (judgement.why or "")


def test_a_host_that_fails_is_asked_again_when_the_reader_wants(page: Page) -> None:
    judgement = page.judge_published({**GOLDEN["tiers"], "roll.csv": 503, "seed.txt": 503})
    assert judgement == Judgement("unusable", None)
    assert "Could not be read: roll.csv, seed.txt" in (judgement.why or "")
    page.host.folders["/draw"] = {"index.html": PAGE.read_bytes(), **GOLDEN["tiers"]}
    page.forget()
    page.find("#again").click()
    assert page.judged() == VERIFIED


def test_a_page_in_place_of_a_file_is_a_missing_file(page: Page) -> None:
    portal = b"<!doctype html><title>Welcome to our Wi-Fi</title>"
    address = page.host.publish({**GOLDEN["tiers"], "SHA256SUMS": portal})
    page.host.types["SHA256SUMS"] = "text/html"
    page.open(address)
    assert page.judged() == Judgement("unusable", None)
    assert "Missing: SHA256SUMS" in page.text("#verdict")


def test_a_page_with_no_draw_beside_it_says_so(page: Page) -> None:
    judgement = page.judge_published({})
    assert judgement == Judgement("unusable", None)
    assert "There are no files of a draw here" in (judgement.why or "")
    assert page.judge_chosen(GOLDEN["tiers"]) == [VERIFIED]


# ---- One file, and a careful site


def part_of_page(tag: str) -> str:
    parts = re.findall(f"<{tag}>(.*?)</{tag}>", PAGE.read_text("utf-8"), re.S)
    assert len(parts) == 1
    return str(parts[0])


def test_the_page_works_under_a_policy_of_hashes(page: Page) -> None:
    def source(tag: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(part_of_page(tag).encode()).digest()).decode()}'"

    address = page.host.publish(GOLDEN["tiers"])
    page.host.headers = {
        "Content-Security-Policy": f"default-src 'none'; script-src {source('script')}; style-src {source('style')}; "
        "connect-src 'self'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    page.open(f"{address}#household=H003")
    assert page.judged() == VERIFIED
    page.look_up(None)
    page.find("#language").click()
    assert page.complaints() == []


def test_the_page_needs_nothing_but_itself_and_no_crypto_of_the_browser() -> None:
    text = PAGE.read_text("utf-8")
    assert re.findall(r"https?://|//[a-z]+\.", text) == []
    assert re.findall(r"\b(?:src|href)=\"(?!data:)", text) == []
    assert re.findall(r"\bon[a-z]+=\"|\bstyle=\"|crypto|eval\(|innerHTML|localStorage|cookie", text) == []


# ---- Words, sizes and everybody


def test_both_languages_say_everything_and_nothing_is_said_in_vain(page: Page) -> None:
    page.open(PAGE.as_uri())
    words = page.driver.execute_script("return WORDS")

    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert list(words["zh"]) == list(words["en"])
    for key, text in words["zh"].items():
        assert places(text) == places(words["en"][key]), key
        assert text
        assert words["en"][key]
    script = part_of_page("script")
    code = script[script.index("function checker()") :] + PAGE.read_text("utf-8").split("<script>")[0]
    computed = re.compile(r"check-\w+(-note)?|proves-\d+|mark-\w+|column-\w+|hash-\w+-note|dice-\w+")
    used = {key for key in words["en"] if re.search(rf"""['"]{re.escape(key)}['"]""", code) or computed.fullmatch(key)}
    assert used == set(words["en"])
    assert sum(key.startswith("proves-") for key in words["en"]) == 10


def test_the_language_is_the_phones_and_can_be_changed(page: Page) -> None:
    page.judge_published(GOLDEN["tiers"])
    assert "Verified" in page.text("#verdict")
    page.find("#language").click()
    assert "核对无误" in page.text("#verdict")
    assert page.find("html").get_attribute("lang") == "zh-CN"
    page.look_like("zh-TW")
    page.judge_published(GOLDEN["tiers"])
    assert "核对无误" in page.text("#verdict")


STATES: dict[str, Any] = {
    "verified": lambda page: page.judge_published(GOLDEN["suizhou-507"]),
    "longest": lambda page: page.judge_published(GOLDEN["limits"]),
    "refuted": lambda page: page.judge_published(resealed(edited("result.csv", "R05", "R04"))),
    "typed": lambda page: (page.judge_published(GOLDEN["small"]), page.compare(notice="0" * 64)),
    "unusable": lambda page: page.judge_published({**GOLDEN["small"], "seed.txt": None}),
    "beforehand": lambda page: (
        page.judge_published({name: GOLDEN["suizhou-507"][name] for name in INPUTS}),
        page.look_up("SZ00100"),
    ),
    "looked up": lambda page: (page.judge_published(GOLDEN["suizhou-507"]), page.look_up("SZ00100")),
    "longest looked up": lambda page: (
        page.judge_published(GOLDEN["limits"]),
        page.look_up(households_of("limits")[-1]),
    ),
    "asking": lambda page: page.open(PAGE.as_uri()),
}
AXE_RUN = """
axe.run({resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
  (report) => arguments[0](report.violations.map((v) => [v.impact, v.id, v.nodes[0].html, v.nodes[0].failureSummary])));
"""
OPEN_ALL = "for (const details of document.querySelectorAll('details')) details.open = true"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_is_wider_than_a_phone(page: Page, language: str, state: str) -> None:
    page.look_like(language, width=360)
    STATES[state](page)
    page.driver.execute_script(OPEN_ALL)
    wide = page.driver.execute_script(
        "return [document.documentElement.scrollWidth, Array.from(document.querySelectorAll('main *'))"
        ".filter((node) => node.getClientRects().length && !node.classList.contains('away')"
        " && node.getBoundingClientRect().right > 360).map((node) => node.outerHTML.slice(0, 120))]"
    )
    assert wide == [360, []]
    small = page.driver.execute_script(
        "return Array.from(document.querySelectorAll('main p, main li, main dd, main code, main button'))"
        ".filter((node) => node.getClientRects().length && parseFloat(getComputedStyle(node).fontSize) < 16)"
        ".map((node) => node.outerHTML.slice(0, 120))"
    )
    assert small == []


@pytest.mark.axe
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en", True)], ids=["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, language: str, dark: bool, state: str) -> None:
    page.look_like(language, dark=dark)
    STATES[state](page)
    page.driver.execute_script(OPEN_ALL)
    page.driver.execute_script(Path(os.environ["AXE_JS"]).read_text("utf-8"))
    found = page.driver.execute_async_script(AXE_RUN)
    assert [violation for violation in found if violation[0] in ("serious", "critical")] == []


def test_a_keyboard_is_enough(page: Page) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    page.judge_published(GOLDEN["tiers"])
    reached: list[str] = []
    for _ in range(20):
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        reached.append(
            page.driver.execute_script("return document.activeElement.id || document.activeElement.innerText")
        )
        if reached[-1] == "household-input":
            ActionChains(page.driver).send_keys("H056", Keys.ENTER).perform()
            assert page.look_up(None)[0] == "H056 was drawn: 一居室, rank 1, flat 一号楼-11."
    for place in (
        "language",
        "What this proves, and what it does not",
        "household-input",
        "notice",
        "claimed",
        "folder",
    ):
        assert place in reached
    assert page.driver.execute_script("return document.querySelector('#announce').getAttribute('role')") == "status"


def test_the_vectors_are_all_there() -> None:
    assert len(BROKEN) == len((VECTORS / "broken.jsonl").read_bytes().splitlines())
    assert len(GOLDEN) == 11
