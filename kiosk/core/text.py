"""What text may stand in the six files (FORMAT.md 1)."""

import hashlib
import re
import unicodedata

from kiosk.core.errors import InputError

# 1.2: control characters and what is invisible, as ranges of code points.
_HIDDEN_RANGES = (
    (0x0000, 0x0009), (0x000B, 0x001F), (0x007F, 0x009F), (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFF), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
HIDDEN = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _HIDDEN_RANGES) + "]")

# 1.3: the white space that may not stand at either end of a value or field; a fixed list, not Unicode's of the day.
WHITE_SPACE = "\u0020\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"

VALUE_CHARACTERS = 80

_LABEL = re.compile(r"[a-z][a-z0-9-]{0,31}")
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_HASH = re.compile(r"[0-9a-f]{64}")


def decode(data: bytes, file: str) -> str:
    """The text of one of the six files; InputError where it breaks 1.1 or 1.2."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("text.utf8", file=file, line=line, byte=f"0x{data[error.start]:02x}") from error
    if text.startswith("\ufeff"):
        raise InputError("text.bom", file=file)
    if not text.endswith("\n"):
        raise InputError("text.last-line", file=file)
    if hidden := HIDDEN.search(text):
        raise InputError("text.hidden", file=file, line=line_of(text, hidden.start()), point=f"U+{ord(hidden[0]):04X}")
    if not unicodedata.is_normalized("NFC", text):
        number, line_text = next(
            (number, line)
            for number, line in enumerate(text.split("\n"), 1)
            if not unicodedata.is_normalized("NFC", line)
        )
        raise InputError("text.nfc", file=file, line=number, got=line_text)
    return text


def line_of(text: str, position: int) -> int:
    """The line, counted from 1, in which the character at this position stands."""
    return text.count("\n", 0, position) + 1


def lines(text: str) -> list[str]:
    """The lines of a decoded file. Only LF ends a line; str.splitlines would also split at U+2028 and others."""
    return text.split("\n")[:-1]


def is_value(text: str) -> bool:
    return 1 <= len(text) <= VALUE_CHARACTERS and "|" not in text and text == text.strip(WHITE_SPACE)


def is_label(text: str) -> bool:
    return _LABEL.fullmatch(text) is not None


def is_hash(text: str) -> bool:
    return _HASH.fullmatch(text) is not None


def whole_number(text: str) -> int | None:
    """The number that the text is by 1.4, or None."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def sha256(data: bytes | str) -> str:
    """64 lower-case hex digits; a string is hashed as its UTF-8 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
