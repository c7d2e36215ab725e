"""The words of the interface: the same in both languages, all there, all used."""

import ast
import re
import string
from functools import cache
from pathlib import Path

import pytest

from kiosk import words
from kiosk.core.errors import InputError
from kiosk.words import LANGUAGES, texts

KIOSK = Path(words.__file__).parent
PAGES = [KIOSK / "verifier" / "index.html"]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    chinese, english = (set(texts(language)) for language in LANGUAGES)
    assert chinese - english == set()
    assert english - chinese == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something(language: str) -> None:
    assert [key for key, text in texts(language).items() if not text.strip()] == []


def test_the_chinese_text_names_no_value_that_the_english_one_does_not() -> None:
    """What is given is held against the English texts below; a value that nobody gives would be a KeyError."""
    chinese, english = (texts(language) for language in LANGUAGES)
    others = {key for key in chinese if not fields(chinese[key]) <= fields(english[key])}
    assert others == set()


def test_what_may_hold_letters_is_never_called_a_number_in_chinese() -> None:
    """Who is asked for “32 位数字” looks for ten digits and stops at the first a."""
    said = [*texts("zh-CN").values(), *(page.read_text(encoding="utf-8") for page in PAGES),
            (KIOSK / "verifier" / "__main__.py").read_text(encoding="utf-8")]  # fmt: skip
    for text in said:
        assert re.findall(r"(?:32|64) *(?:至|到)? *(?:64)? *位(?:十六进制)?数字", text) == []
    assert sum("位字符" in text for text in said) > 8


# One thing has one name, on the screen, on paper, on the phone and in the terminal.
OTHER_NAMES = {
    "哈希": "指纹", "密钥": "密数", "登记号": "登记编号", "递补第": "候补第 N 位", "递补名单": "候补名单",
    "阶段：": "批次", "阶段 {stage}": "批次",
}  # fmt: skip


def test_one_thing_has_one_name_in_chinese() -> None:
    said = dict(texts("zh-CN"))
    for page in (
        *PAGES,
        KIOSK / "verifier" / "__main__.py",
        KIOSK / "hall" / "notice.html",
        KIOSK / "hall" / "live.html",
    ):
        said[page.name] = page.read_text(encoding="utf-8")
    found = [(where, other) for where, text in said.items() for other in OTHER_NAMES if other in text]
    assert found == []


@cache
def literals() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The strings that stand in the program, and a pattern for each f-string: its values are groups."""
    constants: set[str] = set()
    patterns: set[str] = set()
    for file in KIOSK.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)" for part in node.values
                ]
                if any(re.search("[a-z.-]", part) for part in parts if part != "(.+)"):
                    patterns.add("".join(parts))
    return frozenset(constants), tuple(re.compile(pattern) for pattern in sorted(patterns))


@cache
def is_used(key: str) -> bool:
    """Whether the program can say this: it stands there, or an f-string makes it of parts that do."""
    constants, patterns = literals()
    if key in constants or key.isdigit():
        return True
    matches = (pattern.fullmatch(key) for pattern in patterns)
    return any(all(len(part) < len(key) and is_used(part) for part in found.groups()) for found in matches if found)


def test_every_text_is_used() -> None:
    assert [key for key in texts("en") if not is_used(key)] == []


def test_a_text_that_nothing_uses_would_be_found() -> None:
    assert not is_used("screen.nobody-says-this")
    assert not is_used("error.no-such-code")


def test_every_error_has_its_sentence() -> None:
    """Each code that is raised somewhere has a text, and a value that the text names is given where it is raised."""
    missing: list[str] = []
    for file in KIOSK.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in ("InputError", "ProtocolError", "JournalError", "DeviceError", "VerificationError"):
                continue
            code = node.args[1 if node.func.id == "VerificationError" else 0] if node.args else None
            if not isinstance(code, ast.Constant) or not isinstance(code.value, str):
                continue
            text = texts("en").get(f"error.{code.value}")
            if text is None:
                missing.append(f"{file.name}:{node.lineno} {code.value} has no text")
                continue
            given = {keyword.arg for keyword in node.keywords}
            if None not in given and not fields(text) <= given:
                missing.append(f"{file.name}:{node.lineno} {code.value} lacks {fields(text) - given}")
    assert missing == []


def test_sentences_stand_after_each_other_as_their_language_writes_them() -> None:
    error = InputError("hall.left-out", file="receipt.txt")
    assert re.search("。 ", words.explain("zh-CN", error)) is None
    assert words.joined("zh-CN", "端口被占用。", "请换一个。") == "端口被占用。请换一个。"
    assert words.joined("zh-CN", "Address already in use", "摇号照常进行。") == "Address already in use。摇号照常进行。"
    assert words.joined("en", "Address already in use", "It goes on.") == "Address already in use. It goes on."
    assert words.joined("en", "“Is it so?”", "Yes") == "“Is it so?” Yes"
