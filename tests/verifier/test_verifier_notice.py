"""FORMAT.md 1, 4 and 5: what no line of broken.jsonl holds, or not at every edge, both ways (forgeries.py says how)."""

import hashlib
import unicodedata

import pytest

from forgeries import GOLDEN, WHITE, edited, refused_by, resealed, stages_of, with_stages
from judges import judge_with_both

SMALL = GOLDEN["small"]
# 1.2, as the format writes it
BANNED = """
    U+0000-U+0009 U+000B-U+001F U+007F-U+009F U+00AD U+034F U+061C U+115F-U+1160 U+17B4-U+17B5 U+180B-U+180F
    U+200B-U+200F U+2028-U+202E U+2060-U+206F U+3164 U+FE00-U+FE0F U+FEFF U+FFA0 U+FFF0-U+FFFF U+1BCA0-U+1BCA3
    U+1D173-U+1D17A U+E0000-U+E0FFF
"""
RANGES = [tuple(int(code, 16) for code in pair.replace("U+", "").split("-")) for pair in BANNED.split()]
EDGES = sorted({code for pair in RANGES for code in pair})
NEIGHBOURS = sorted(
    code
    for pair in RANGES
    for code in (pair[0] - 1, pair[-1] + 1)
    if code >= 0 and code != 0x0A and not any(other[0] <= code <= other[-1] for other in RANGES)
)


def notice(old: str, new: str, folder: str = "small") -> str | None:
    return refused_by(edited("notice.txt", old, new, folder))


# ------------------------------------------------------------ 1 text


@pytest.mark.parametrize("code", EDGES)
def test_both_ends_of_each_range_of_forbidden_characters_are_refused(code: int) -> None:
    assert refused_by(edited("roll.csv", "欧阳", f"欧{chr(code)}阳")) == "text"


@pytest.mark.parametrize("code", NEIGHBOURS)
def test_the_neighbours_of_each_range_of_forbidden_characters_are_allowed(code: int) -> None:
    assert unicodedata.is_normalized("NFC", chr(code))
    assert refused_by(edited("roll.csv", "欧阳", f"欧{chr(code)}阳")) == "result"


@pytest.mark.parametrize("name", ["notice.txt", "roll.csv", "units.csv", "rules.json", "seed.txt", "result.csv"])
@pytest.mark.parametrize("bad", [b"\xe2\x80\x8b", b"e\xcc\x81", b"\xff", b"\r", b"\xed\xa0\x80"])
def test_a_character_that_no_text_may_hold_is_refused_in_each_of_the_six_files(name: str, bad: bytes) -> None:
    assert refused_by({**SMALL, name: SMALL[name][:-1] + bad + b"\n"}) == "text"
    assert refused_by({**SMALL, name: bad + SMALL[name]}) == "text"


def test_a_defect_of_the_text_is_found_beyond_the_first_mebibyte() -> None:
    plain = "".join(f"Z{n:07d},甲,1,一般,1\n" for n in range(60_000)).encode()
    roll = SMALL["roll.csv"]
    count = roll.count(b"\n") - 1 + 60_000
    files = edited("notice.txt", " 8\nunits", f" {count}\nunits")
    assert refused_by({**files, "roll.csv": roll + plain}) == "result"
    for bad in (b"\xe2\x80\x8b", b"e\xcc\x81", b"\xff"):
        broken = {**files, "roll.csv": roll + plain[:-1] + bad + b"\n"}
        judged = judge_with_both(resealed(broken))
        assert judged.check == "text"
        assert judged.why is not None
        assert f"roll.csv, line {count + 1}:" in judged.why


# ------------------------------------------------------------ 4 notice


@pytest.mark.parametrize("white", WHITE)
def test_white_space_at_either_end_of_a_value_is_refused(white: str) -> None:
    in_nfc = unicodedata.is_normalized("NFC", white)  # U+2000 and U+2001 are not, and never get that far
    check = "notice" if in_nfc else "text"
    assert notice("title: 小样", f"title: {white}小样") == check
    assert notice("两个阶段\n", f"两个阶段{white}\n") == check
    assert notice("digits of 双", f"digits of {white}双") == check
    assert notice("再蓝球）\n", f"再蓝球）{white}\n") == check
    assert notice("title: 小样", f"title: 小{white}样") == ("result" if in_nfc else "text")
    for title in (f"{white}a", f"a{white}"):
        stages = stages_of("small")
        stages[0]["title"] = title
        assert refused_by(with_stages(stages)) == ("rules" if in_nfc else "text")


def test_the_source_is_a_value() -> None:
    assert notice("digits of 双", "digits of 双|") == "notice"
    assert notice("双色球第2021141期（红球由小到大，再蓝球）", "源" * 81) == "notice"
    assert notice("双色球第2021141期（红球由小到大，再蓝球）", "none") == "result"


@pytest.mark.parametrize(
    "opens",
    [
        "2024-02-29T00:00:00+00:00",
        "2000-01-01T23:59:59-00:00",
        "2099-12-31T09:00:00+14:00",
        "2021-12-10T09:00:00-13:59",
    ],
)
def test_a_possible_time_of_opening_is_allowed(opens: str) -> None:
    assert notice("2021-12-10T09:00:00+08:00", opens) == "result"


@pytest.mark.parametrize(
    "opens",
    [
        "2023-02-29T09:00:00+08:00",
        "2100-01-01T09:00:00+08:00",
        "1999-12-31T09:00:00+08:00",
        "2021-00-10T09:00:00+08:00",
        "2021-13-10T09:00:00+08:00",
        "2021-12-00T09:00:00+08:00",
        "2021-11-31T09:00:00+08:00",
        "2021-12-10T09:60:00+08:00",
        "2021-12-10T29:00:00+08:00",
        "2021-12-10T09:00:00+15:00",
        "2021-12-10T09:00:00-14:01",
        "2021-12-10T09:00:00+08:99",
        "2021-12-10T09:00:00+0800",
        "2021-12-10T09:00:00.0+08:00",
        "2021-12-10 09:00:00+08:00",
        "2021-12-10t09:00:00+08:00",
        "２０21-12-10T09:00:00+08:00",
        "2021-12-1٠T09:00:00+08:00",
        "2021-W49-5T09:00:00+08:00",
    ],
)
def test_an_impossible_time_of_opening_is_refused(opens: str) -> None:
    assert notice("2021-12-10T09:00:00+08:00", opens) == "notice"


def test_a_ceremony_needs_two_people_and_twelve_dice_and_a_rehearsal_does_not() -> None:
    assert notice("3 of 6 dice", "2 of 6 dice", "tiers") == "seed"
    assert notice("3 of 6 dice", "12 of 1 dice", "tiers") == "seed"
    assert notice("3 of 6 dice", "11 of 1 dice", "tiers") == "notice"
    assert notice("3 of 6 dice", "1 of 99 dice", "tiers") == "notice"
    assert notice("3 of 6 dice", "2 of 5 dice", "tiers") == "notice"
    assert notice("3 of 6 dice", "3 of 4 dice", "tiers") == "seed"
    rehearsal = edited("notice.txt", "mode: ceremony", "mode: rehearsal", "tiers")
    rehearsal["notice.txt"] = rehearsal["notice.txt"].replace(b"3 of 6", b"1 of 1")
    assert refused_by(rehearsal) == "seed"
    rehearsal["seed.txt"] = b"".join(
        line for line in rehearsal["seed.txt"].splitlines(True) if not line.startswith(b"contribution")
    ).replace(b"reveal operator", b"contribution 1: 6\nreveal operator")
    assert refused_by(rehearsal) == "result"


@pytest.mark.parametrize(
    "dice", ["100 of 1", "1 of 100", "0 of 6", "3 of 0", "3 of 6.0", "３ of 6", "3 of 6٣", "3  of 6"]
)
def test_people_and_dice_are_numbers_from_1_to_99(dice: str) -> None:
    assert notice("3 of 6 dice", f"{dice} dice") == "notice"


@pytest.mark.parametrize("digits", ["0", "129", "130", "200", "1000", "１4", "14 ", "-1"])
def test_public_digits_are_1_to_128(digits: str) -> None:
    assert notice("14 digits", f"{digits} digits") == "notice"


@pytest.mark.parametrize("digits", ["1", "9", "10", "99", "100", "119", "120", "128"])
def test_as_many_public_digits_stand_in_the_seed_as_the_notice_says(digits: str) -> None:
    files = edited("notice.txt", "14 digits", f"{digits} digits")
    assert refused_by(files) == "seed"
    files["seed.txt"] = files["seed.txt"].replace(b"03081117212905", b"f" * int(digits))
    assert refused_by(files) == "result"


@pytest.mark.parametrize("rows", ["0", "08", "8 ", "+8", "8.0", "８", "1" + "0" * 15, ""])
@pytest.mark.parametrize(("key", "has"), [("roll", "8\nunits"), ("units", "5\nrules"), ("rules", "2\ncommitment")])
def test_a_number_of_rows_is_a_whole_number_from_1(key: str, has: str, rows: str) -> None:
    assert notice(f" {has}", f" {rows}{has[1:]}") == "notice"


@pytest.mark.parametrize(("has", "check"), [(" 8\nunits", "roll"), (" 5\nrules", "units"), (" 2\ncommitment", "rules")])
def test_the_largest_whole_number_is_one_and_then_the_rows_are_too_few(has: str, check: str) -> None:
    assert notice(has, f" {'9' * 15}{has[2:]}") == check


def test_a_draw_id_begins_with_a_letter_or_digit_and_goes_on_with_dots_and_hyphens() -> None:
    for bad in ("-a", ".a", "a/b", "é", "a" * 65, "", "小", "a\u0660"):
        assert notice("draw: small", f"draw: {bad}") == "notice"
    for good in ("0", "a.-", "9" * 64):
        files = edited("notice.txt", "draw: small", f"draw: {good}")
        assert refused_by(files) == "seed"
        files["seed.txt"] = files["seed.txt"].replace(b"draw: small", f"draw: {good}".encode())
        assert refused_by(files) == "commitments"  # a commitment belongs to its draw


@pytest.mark.parametrize("label", ["Operator", "1st", "-a", "o_p", "o.p", "", "o" * 33, "ö", "operator "])
def test_a_label_is_lower_case_letters_digits_and_hyphens(label: str) -> None:
    assert notice("commitment operator:", f"commitment {label}:") == "notice"


def test_commitments_are_lower_case_and_of_64_digits() -> None:
    for bad in ("0" * 63, "0" * 65, "A" * 64, "g" * 64, "０" * 64):
        files = SMALL
        line = next(line for line in files["notice.txt"].decode().split("\n") if line.startswith("commitment operator"))
        assert notice(line, f"commitment operator: {bad}") == "notice"


def test_a_line_of_the_notice_that_is_missing_or_empty_is_refused() -> None:
    lines = SMALL["notice.txt"].split(b"\n")[:-1]
    for place in range(len(lines)):
        without = b"".join(line + b"\n" for line in [*lines[:place], *lines[place + 1 :]])
        twice = b"".join(line + b"\n" for line in [*lines[: place + 1], *lines[place:]])
        empty = b"".join(line + b"\n" for line in [*lines[:place], b"", *lines[place + 1 :]])
        for text in (without, twice, empty):
            assert refused_by({**SMALL, "notice.txt": text}) == "notice"
    assert refused_by({**SMALL, "notice.txt": SMALL["notice.txt"] + b"\n"}) == "notice"


# ------------------------------------------------------------ 5 seed, 4.1 commitments


def test_a_line_of_the_seed_that_is_missing_doubled_or_indented_is_refused() -> None:
    lines = SMALL["seed.txt"].split(b"\n")[:-1]
    for place, line in enumerate(lines):
        for instead in ([], [line, line], [b""], [b" " + line], [line + b" "], [line.upper()]):
            text = b"".join(row + b"\n" for row in [*lines[:place], *instead, *lines[place + 1 :]])
            if text != SMALL["seed.txt"]:
                assert refused_by({**SMALL, "seed.txt": text}) == "seed", instead


@pytest.mark.parametrize("digits", ["0308111721290g", "0308111721290٣", "0308111721290F", "0308111721290"])
def test_public_digits_are_hexadecimal_lower_case_and_ascii(digits: str) -> None:
    assert refused_by(edited("seed.txt", "03081117212905", digits)) == "seed"


def test_letters_a_to_f_are_public_digits() -> None:
    assert refused_by(edited("seed.txt", "03081117212905", "abcdef17212905")) == "result"


@pytest.mark.parametrize("dice", ["35211٣", "352110", "352117", "35211", "3521133", "35211a"])
def test_a_contribution_is_digits_from_1_to_6(dice: str) -> None:
    assert refused_by(edited("seed.txt", "352113", dice)) == "seed"


def test_each_commitment_is_opened_by_its_own_secret() -> None:
    for files in GOLDEN.values():
        for line in files["seed.txt"].decode().split("\n"):
            if line.startswith("reveal "):
                head, secret = line.split(": ")
                other = ("0" if secret[0] != "0" else "1") + secret[1:]
                text = files["seed.txt"].replace(line.encode(), f"{head}: {other}".encode())
                assert refused_by({**files, "seed.txt": text}) == "commitments"


def test_a_commitment_binds_draw_label_and_secret_in_their_order() -> None:
    """A secret of somebody's own, committed to as section 4.1 says, is accepted; in other words it is not."""
    secret = "00112233445566778899aabbccddeeff"
    lines = SMALL["notice.txt"].decode().split("\n")
    old = next(line for line in lines if line.startswith("commitment notary"))
    for text, check in (
        (f"commitment|small|notary|{secret}", "result"),
        (f"commitment|small|notary|{secret}\n", "commitments"),
        (f"commitment|other|notary|{secret}", "commitments"),
        (f"commitment|small|operator|{secret}", "commitments"),
        (f"small|notary|{secret}", "commitments"),
    ):
        digest = hashlib.sha256(text.encode()).hexdigest()
        files = edited("notice.txt", old, f"commitment notary: {digest}")
        files["seed.txt"] = files["seed.txt"].replace(b"05e5514fb1bc188486da20a74aa0bce9", secret.encode())
        assert refused_by(files) == check, text


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("notice.txt", "mode: ceremony", "mode: no", 'line 4: "mode: no" stands where "mode: ceremony | rehearsal" is'),
        ("notice.txt", "2021-12-10", "2021-02-30", 'line 5: "opens: 2021-02-30T09:00:00+08:00" is no date'),
        ("notice.txt", "小样", "小|样", 'line 3: "小|样 · 两个阶段" holds a |'),
        ("notice.txt", "commitment notary", "commitment operator", "line 10: operator has a commitment already"),
        ("rules.json", '"count": 1', '"count": 0', 'line 33: "          "count": 0" stands where "          "count": '),
        ("rules.json", '"people"', '"persons"', 'line 7: the table has no column "persons"'),
        ("rules.json", "两居室", r"\u4e24居室", r'line 5: a backslash stands in "      "title": "\u4e24居室","'),
        ("seed.txt", "352113", "352117", 'line 4: "contribution 1: 352117" stands where "contribution 1: [1-6]{6}" is'),
        ("seed.txt", "\npublic: 03081117212905", "", 'ends after line 8, where "public: [0-9a-f]{14}" is expected'),
        ("seed.txt", "05\n", "05\n\n", 'line 10: "" stands after what should be the last line'),
        ("seed.txt", "05\n", "05\nnote: x\n", 'line 10: "note: x" stands after what should be the last line'),
    ],
)
def test_the_reason_tells_the_line_and_what_stands_there(name: str, old: str, new: str, why: str) -> None:
    judged = judge_with_both(resealed(edited(name, old, new)))
    assert judged.why is not None
    assert judged.why.startswith(f"{name}: {why}" if why.startswith("ends") else f"{name}, {why}")
