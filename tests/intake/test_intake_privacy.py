"""Names are masked, and what tells a person from all others does not leave the office."""

import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk import fonts
from kiosk.intake.characters import faults
from kiosk.intake.privacy import MISTYPED, identifies, is_masked, mask, veiled

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈小红", "陈**"),
        ("王五", "王*"),
        ("欧阳修", "欧阳*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("诸葛亮", "诸葛*"),
        ("陈", "*"),
        ("龑", "*"),
        ("𬭚大海", "𬭚**"),
        ("王　五", "王*"),
        ("王 五", "王*"),
        ("阿依古丽·买买提", "阿***·***"),
        ("阿依古丽•买买提", "阿***·***"),
        ("司马·买买提", "司*·***"),
        ("John Smith", "J. S."),
        ("john smith", "J. S."),
        ("John", "J."),
        ("Jean-Luc Picard", "J. P."),
        ("María O'Neil", "M. O."),
        ("É. Zola", "É. Z."),
        ("Алексей Иванов", "А. И."),
        ("김철수", "김**"),
        ("陈**", "陈**"),
        ("陈＊＊", "陈**"),
        ("陈○○", "陈**"),
        ("陈某某", "陈**"),
        ("欧阳*", "欧阳*"),
        ("陈*红", "陈**"),
        ("*小红", "***"),
        ("J. S.", "J. S."),
        ("**", "**"),
        ("陈\ue123红", "陈**"),
        ("", ""),
        ("陈小红、李四", None),
        ("陈小红(代)", None),
        ("陈小红（已故）", None),
        ("陈小红2", None),
        ("13800138000", None),
        ("-", None),
        ("·", None),
    ],
)  # fmt: skip
def test_a_name_is_masked(name: str, masked: str | None) -> None:
    assert mask(name) == masked


@given(st.text(HAN, min_size=1, max_size=6))
def test_of_a_chinese_name_at_most_the_family_name_is_seen(name: str) -> None:
    masked = mask(name)
    assert masked is not None and len(masked) == len(name)
    seen = masked.rstrip("*")
    assert name.startswith(seen) and len(seen) <= (2 if len(name) > 2 else 1) and seen != name


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll"]), min_size=2, max_size=8), min_size=1, max_size=4))
def test_of_a_name_in_letters_only_initials_are_seen(words: list[str]) -> None:
    assume(all(unicodedata.east_asian_width(word[0]) not in "WF" for word in words))
    masked = mask(" ".join(words))
    assert masked is not None
    assert len(masked.split()) == len(unicodedata.normalize("NFC", " ".join(words)).split())
    assert all(len(part) == 2 and part.endswith(".") for part in masked.split())


@given(st.text())
def test_masking_again_changes_nothing(name: str) -> None:
    masked = mask(name)
    assert masked is None or mask(masked) == masked


@given(st.text(min_size=1))
def test_a_name_that_is_no_mask_is_never_taken_for_one(name: str) -> None:
    if is_masked(name):
        letters = [character for character in name if unicodedata.category(character)[0] == "L"]
        assert "*" in name or "." in name
        assert len(letters) <= 2 or "." in name


def _check_digit(digits: str) -> str:
    """GB 11643 in another way than the program's: the number is 1 modulo 11 as a whole."""
    for digit in "0123456789X":
        value = 10 if digit == "X" else int(digit)
        if (sum(int(d) * pow(2, 17 - n, 11) for n, d in enumerate(digits)) + value) % 11 == 1:
            return digit
    raise AssertionError


BIRTHDAYS = st.dates(date(1900, 1, 1), date(1999, 12, 31))
PROVINCES = st.sampled_from(["110105", "420381", "650102", "820000"])


BEFORE, BETWEEN = st.sampled_from(["", "身份证", "No. "]), st.sampled_from(["", " ", "-"])


@given(PROVINCES, BIRTHDAYS, st.integers(0, 999), BEFORE, BETWEEN)
def test_a_resident_identity_number_is_found_wherever_it_stands(
    place: str, born: date, order: int, before: str, between: str
) -> None:
    digits = f"{place}{born:%Y%m%d}{order:03d}"
    number = digits + _check_digit(digits)
    written = between.join((number[:6], number[6:14], number[14:]))
    assert identifies(before + written) == "privacy.resident"
    assert identifies(before + written.lower()) == "privacy.resident"
    old = f"{place}{born:%y%m%d}{order:03d}"
    assert identifies(before + between.join((old[:6], old[6:12], old[12:]))) == "privacy.resident"


@given(st.text("0123456789", min_size=17, max_size=17), st.sampled_from("0123456789X"))
def test_of_18_digits_those_with_the_right_check_digit_alone_are_refused(digits: str, last: str) -> None:
    assert (identifies(digits + last) == "privacy.resident") == (_check_digit(digits) == last)


@given(PROVINCES, BIRTHDAYS, st.integers(0, 999), st.sampled_from("0123456789X"), BEFORE, BETWEEN)
def test_one_with_a_wrong_check_digit_is_found_as_well(
    place: str, born: date, order: int, last: str, before: str, between: str
) -> None:
    digits = f"{place}{born:%Y%m%d}{order:03d}"
    assume(last != _check_digit(digits))
    written = between.join((digits[:6], digits[6:14], digits[14:] + last))
    assert identifies(before + written) == MISTYPED


@pytest.mark.parametrize(
    "number",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "8619912345678", "电话13800138000",
        "0722-3221234", "(0722)3221234", "07223221234", "010-62345678", "01062345678", "１３８００１３８０００",
    ],
)  # fmt: skip
def test_a_phone_number_is_found(number: str) -> None:
    assert identifies(number) == "privacy.phone"


@pytest.mark.parametrize(
    "field",
    [
        "SZ00001", "000123", "202109000000123", "12345678901", "00012345678", "01000001234", "季梁1栋-1-0101",
        "110105491332002", "1101054912310021", "低保", "2021-12-10", "9999999999", "3-12-1501", "4203811234567890",
        # 18 digits with a wrong last one, and no province, no such month, no such day, or not born yet
        "991105194912310023", "110105194913310023", "110105194902290023", "110105203012310023", "110105190002290023",
    ],
)  # fmt: skip
def test_what_identifies_nobody_passes(field: str) -> None:
    assert identifies(field) is None


def test_a_refused_number_is_shown_only_in_part() -> None:
    assert veiled("11010519491231002X") == "110…2X"


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\u200b", "text.hidden-character"), ("\n", "text.hidden-character"), ("\u0007", "text.hidden-character"),
        ("\U000e0100", "text.hidden-character"), ("\ue000", "text.private"), ("\u0378", "text.unassigned"),
        ("\u13a0", "text.no-glyph"),
    ],
)  # fmt: skip
def test_a_character_that_cannot_be_shown_is_told_with_its_code_point(character: str, code: str) -> None:
    found = faults(f"陈{character}红")
    assert [(fault.code, fault.point) for fault in found] == [(code, f"U+{ord(character):04X}")]


def test_ordinary_and_rare_characters_pass() -> None:
    assert faults("随州市 第九期（示例）A-1 陈** 阿·* 𬭚㛃堃喆龑䶮 №12、“甲”—…%") == []


def test_no_shipped_font_has_what_a_later_unicode_than_14_added() -> None:
    """So that what Unicode 14 does not know is refused under every Python, by its table or for want of a glyph.

    Python 3.11 has the table of Unicode 14; a later Python looks here for less.
    """
    drawn = [chr(point) for point in range(0x110000) if fonts.font_of(chr(point)) is not None]
    assert len(drawn) > 80_000
    assert [character for character in drawn if unicodedata.category(character) == "Cn"] == []
