"""A secret and its commitment (FORMAT.md 4.1): the notary's by `mingyao secret`, the operator's by the freeze.

Nothing is saved here. The sheet is for paper: it is printed, sealed, and opened in public only. What the freeze saved
beside the folder is removed (`forget`) once it stands in the folder's seed.txt.
"""

from collections.abc import Callable
from pathlib import Path

from kiosk.core import notice, text
from kiosk.core.errors import DeviceError, InputError
from kiosk.words import grouped, in_rows, say

SECRET_BYTES = 16

Random = Callable[[int], bytes]


def make(draw: str, label: str, random: Random, language: str = "zh-CN") -> tuple[str, str, str]:
    """secret, commitment, and the sheet to print and seal. random: os.urandom, or a test's own."""
    if not notice.is_draw(draw):
        raise InputError("secret.draw", got=draw)
    if not text.is_label(label):
        raise InputError("secret.label", got=label)
    secret = draw_secret(random)
    commitment = notice.commitment(draw, label, secret)
    return secret, commitment, sheet(draw, label, secret, commitment, language)


def draw_secret(random: Random) -> str:
    drawn = random(SECRET_BYTES)
    assert len(drawn) == SECRET_BYTES
    return drawn.hex()


def sheet(draw: str, label: str, secret: str, commitment: str, language: str) -> str:
    """The secret in groups of 4, so that it can be typed from the paper."""
    lines = [
        say(language, "intake.sheet.title"),
        "",
        say(language, "intake.sheet.draw", draw=draw),
        say(language, "intake.sheet.label", label=label),
        "",
        say(language, "intake.sheet.secret"),
        f"    {' '.join(grouped(secret))}",
        "",
        say(language, "intake.sheet.commitment"),
        *(f"    {line}" for line in in_rows(commitment)),
        f"    {commitment}",
        "",
        say(language, "intake.sheet.keep"),
        say(language, "intake.sheet.check", draw=draw, label=label),
    ]
    return "\n".join(lines) + "\n"


def forget(kept: Path, seed_txt: Path) -> None:
    """Removes the secrets that have been opened in seed.txt on the disk, and their folder once nothing is in it.

    DeviceError where one of them stays.
    """
    try:
        if not kept.is_dir():
            return
        opened = set(text.lines(seed_txt.read_text(encoding="utf-8")))
        for file in sorted(kept.glob("*.txt")):
            if f"reveal {file.stem}: {file.read_text(encoding='ascii', errors='replace').strip()}" in opened:
                file.unlink()
        if not any(kept.iterdir()):
            kept.rmdir()
    except OSError as error:
        raise DeviceError(
            "secret.kept", file=str(error.filename or kept), reason=error.strerror or str(error)
        ) from error
