"""QR codes for screen, paper and page: an address, or any short text, as a matrix of dark and light modules.

**Mode.** Scheme and host of an address do not depend on case, and the path of a published draw is upper case already
(FORMAT.md 9), so an address is written in capitals: the alphanumeric mode then holds 11 bits for two characters
instead of 16. What must keep its case (the folder of a web host in front of `R/`) goes in as bytes, and only it.

**Version.** 3 (29 modules a side) where it fits, 4 at most: a code is read from about ten times its width, so each
module more a side costs the last rows of a hall. A longer text is refused, not made finer.

**Error level.** Never below M. A thumb, a lamp's reflection or a crease over 5 % of a version-3 code can damage 12 of
its 70 codewords; level L mends 7, M mends 13. Q and H are taken where the same version holds the text anyway.

**Quiet zone.** The matrix holds it, four light modules on each side, so that nobody who draws one can forget it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from kiosk.core.errors import InputError
from kiosk.words import say

QUIET_ZONE = 4
LARGEST_VERSION = 4
# A Wi-Fi's name and password are scanned from a sheet on the door, at arm's length.
LARGEST_VERSION_AT_HAND = 10

_SMALLEST_VERSION = 3
_LEVELS = (constants.ERROR_CORRECT_H, constants.ERROR_CORRECT_Q, constants.ERROR_CORRECT_M)
_ADDRESS = re.compile(r"(?i:(https?)://([^/?#]+))(.*)", re.DOTALL)

Matrix = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True)
class Spoken:
    """words: the host as one reads it aloud; short: what one types to get there."""

    words: str
    short: str


@lru_cache(maxsize=64)
def matrix(text: str, largest_version: int = LARGEST_VERSION) -> Matrix:
    """The code, row by row, True for a dark module, its quiet zone included; InputError where the text is too long."""
    written = scannable(text)
    for version in range(_SMALLEST_VERSION, largest_version + 1):
        for level in _LEVELS:
            code = QRCode(version=version, error_correction=level, border=QUIET_ZONE)
            code.add_data(written)
            try:
                code.make(fit=False)
            except DataOverflowError:
                continue
            return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())
    raise InputError("qr.long", text=text, characters=len(text), version=largest_version)


def scannable(text: str) -> str:
    """An address with scheme and host in capitals, as the code holds it; any other text as it is."""
    found = _ADDRESS.fullmatch(text)
    return f"{found[1].upper()}://{found[2].upper()}{found[3]}" if found else text


def spoken(address: str, language: str = "zh-CN") -> Spoken:
    """What stands beside the code, for who has no camera: the draw's own folder, `R/…`, is left out of both."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise InputError("qr.address", text=address)
    host, _, port = found[2].lower().partition(":")
    words = "".join(f" {say(language, _SIGNS[part])} " if part in _SIGNS else part for part in re.split("([.-])", host))
    if port:
        words += f" {say(language, 'qr.port')} {port}"
    return Spoken(words, found[2].lower() + found[3].partition("R/")[0].rstrip("/"))


_SIGNS = {".": "qr.dot", "-": "qr.hyphen"}
