"""Names are masked, and what tells a person from all others is refused (FORMAT.md 10).

`mask` reveals of a name no more than the family name of a Chinese one (陈小红 → 陈**, 欧阳修 → 欧阳*), the first
character of one with · (阿依古丽·买买提 → 阿***·***), and the initials of any other (John Smith → J. S.). A masked name
stays as it is, so that an office may mask beforehand.
"""

import re
import unicodedata

STAR = "*"
_DOT = "·"
_SPACES = re.compile(r"\s+")
# Other signs that stand for the two; 某 hides a character as well, but not the first.
_SIGNS = str.maketrans({**dict.fromkeys("•‧∙⋅・･", _DOT), **dict.fromkeys("＊∗✱○〇◯●×", STAR)})

# Family names of two characters that people bear today.
_COMPOUND = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|"
    "公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|子车|亓官|司寇|巫马|公西|颛孙|壤驷|公良|漆雕|乐正|宰父|谷梁|"
    "拓跋|夹谷|轩辕|令狐|段干|百里|呼延|东郭|南门|羊舌|梁丘|左丘|西门|第五|即墨|达奚|褚师|纳兰|完颜|叶赫|"
    "歐陽|司馬|東方|獨孤|南宮|聞人|諸葛|尉遲|赫連|澹臺|濮陽|公孫|仲孫|鍾離|長孫|鮮于|軒轅|東郭"
)

_RESIDENT = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_RESIDENT_OLD = re.compile(r"(?<![0-9])[0-9]{15}(?![0-9])")
_PHONE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86)?1[3-9][0-9]{9}(?![0-9])"  # a mobile
    r"|(?<![0-9])0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}(?![0-9])"  # a landline with its area code
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s\-‐-―_.()]+(?=[0-9Xx(])|(?<=[0-9])\)|\((?=[0-9])")
MISTYPED = "privacy.mistyped"
_SHORTEST = 10  # the characters of the shortest of these numbers


def mask(name: str) -> str | None:
    """The masked name; "" of none; None of what is not a name (with digits, brackets, two names …)."""
    name = unicodedata.normalize("NFC", name).strip().translate(_SIGNS)
    name = name[:1] + name[1:].replace("某", STAR)
    if not all(_in_a_name(character) for character in name):
        return None
    first = next((character for character in name if _is_letter(character)), "")
    if not first:
        return _stars(name) if STAR in name else "" if not name else None
    # Chinese characters (and syllables of Japanese and Korean) are wide; letters are not, and have initials.
    return _stars(_SPACES.sub("", name)) if unicodedata.east_asian_width(first) in "WF" else _initials(name)


def _in_a_name(character: str) -> bool:
    # A character of private use is a rare one that the office's computers show; whether it may be seen, others judge.
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Co" or character in f"{STAR}{_DOT} .'’‘-\u3000\u00a0"


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Co"


def _stars(name: str) -> str:
    is_compound = len(name) > 2 and _DOT not in name and _COMPOUND.match(name)
    shown = 0 if len(name) == 1 else 2 if is_compound else 1
    return name[:shown] + "".join(_DOT if character == _DOT else STAR for character in name[shown:])


def _initials(name: str) -> str:
    words = [word for part in name.split() for word in part.split(_DOT) if any(map(_is_letter, word))]
    return " ".join(f"{_initial(word)}." for word in words)


def _initial(word: str) -> str:
    """The first letter, with the accents that stand on it."""
    start = next(place for place, character in enumerate(word) if _is_letter(character))
    end = start + 1
    while end < len(word) and unicodedata.category(word[end])[0] == "M":
        end += 1
    return word[start].upper()[:1] + word[start + 1 : end]


def is_masked(name: str) -> bool:
    return mask(name) == name


def identifies(field: str) -> str | None:
    """The code of what a field must not hold: a resident identity number or a phone number; None if it does not.

    One that was mistyped tells the same person: 18 characters with a region and a birthday, whatever the last one is,
    have a code of their own (MISTYPED), as a number that somebody made of region, date and order looks the same.
    """
    if len(field) < _SHORTEST:
        return None
    joined = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", field))
    for found in _RESIDENT.finditer(joined):
        if _check_digit(found[0][:17]) == found[0][17].upper():
            return "privacy.resident"
    for found in _RESIDENT_OLD.finditer(joined):
        if _PROVINCE.match(found[0]) and _is_day(int(found[0][8:10]), int(found[0][10:12]), 1900 + int(found[0][6:8])):
            return "privacy.resident"
    if _PHONE.search(joined):
        return "privacy.phone"
    return MISTYPED if any(map(_has_a_birthday, _RESIDENT.findall(joined))) else None


def veiled(field: str) -> str:
    """Enough of it to find the cell, too little to tell a person."""
    return field[:3] + "…" + field[-2:]


def _check_digit(digits: str) -> str:
    """GB 11643-1999, ISO 7064 MOD 11-2."""
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return "10X98765432"[remainder]


def _has_a_birthday(number: str) -> bool:
    month, day, year = int(number[10:12]), int(number[12:14]), int(number[6:10])
    return bool(_PROVINCE.match(number)) and 1900 <= year < 2030 and _is_day(month, day, year)


def _is_day(month: int, day: int, year: int) -> bool:
    """Whether this year had this day."""
    days = (31, 29 if year % 4 == 0 and year != 1900 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]
