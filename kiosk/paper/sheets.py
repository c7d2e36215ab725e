"""Single sheets: the poster for the door, the representative's card, the sheet for a sealed secret, the operator's
keys."""

import re
from collections.abc import Iterator, Mapping

from kiosk import qr
from kiosk.ceremony import record
from kiosk.ceremony.void import Voiding
from kiosk.core import seed, text
from kiosk.core.errors import InputError
from kiosk.paper import typeset
from kiosk.paper.facts import Facts
from kiosk.shipped import PAGE
from kiosk.words import grouped, label_beside, say

# The keys in the order of need, and what is written on each.
_KEYS = {
    "enter": "paper.keys.on-enter",
    "next": "screen.key.next",
    "back": "screen.key.back",
    "dice": "screen.key.dice",
    "correct": "screen.key.correct",
    "digits": "paper.keys.on-digits",
    "cover": "screen.key.cover",
    "overlay": "screen.key.overlay",
    "menu": "paper.keys.on-menu",
    "sheet": "paper.keys.on-sheet",
    "pace": "screen.key.pace",
    "auto": "screen.key.auto",
    "find": "screen.key.find",
    "question": "screen.key.question",
    "qr": "screen.key.qr",
    "print": "screen.key.print",
    "leave": "screen.key.leave",
}
_DIGITS = re.compile(r"[0-9a-f]{32}")
OPERATOR = "operator"
_HOW = ("how-1", "how-2", "how-3", "how-4", "how-5")
_VOID = ("head", "why", "time", "none", "where")
_CHECK = ("check-1", "check-2", "check-3", "check-4", "check-5")


def poster(facts: Facts) -> bytes:
    """The code for the door, which is also the third way to the result, for phones that reach neither the public host
    nor the hall's own server. Before the sealing it leads to the host, and the hash is the notice's. Of a void draw it
    stays so, and says that it is void."""
    spoken = qr.spoken(facts.address, facts.language)
    scan = "scan-void" if facts.declared else "scan" if facts.drawn else "scan-early"
    return typeset.pdf("poster", {
        **facts.common("poster"),
        "words": facts.words("paper.poster", ("aloud", "type", "how", "check")),
        "void": _void(facts, facts.declared) if facts.declared else [],
        "scan": say(facts.language, f"paper.poster.{scan}"),
        "scan_what": say(facts.language, f"paper.poster.{'void-what' if facts.declared else 'scan-what'}"),
        "qr": typeset.svg(qr.matrix(facts.address)),
        "address": typeset.breakable(facts.address),
        "spoken": typeset.breakable(spoken.words),
        "short": typeset.breakable(spoken.short),
        "how": list(facts.words("paper.poster", _HOW).values()),
        "check": list(facts.words("paper.poster", _CHECK).values()),
        "own": say(facts.language, "paper.poster.page", hash=text.sha256(PAGE.read_bytes())),
    })  # fmt: skip


def _void(facts: Facts, declared: Voiding) -> list[str]:
    """What stands instead of how the draw goes: in large type that it is void, why and since when, and what now."""
    values = {"why": facts.why_void(declared), "time": record.moment(declared.declared)}
    lines = [say(facts.language, f"paper.poster.void.{name}", **values) for name in _VOID]
    return [typeset.breakable(line) for line in lines]


def card(facts: Facts) -> bytes:
    dice = facts.inputs.notice.dice
    people = range(1, dice.people + 1) if dice else ()
    return typeset.pdf("card", {
        **facts.common("card"),
        "words": facts.words(
            "paper.card", ("how", "notice", "who", "seed", "result", "restarts", "name", "signature", "date")
        ),
        "people": [say(facts.language, "paper.card.contribution", number=number) for number in people],
        "dice": dice.each if dice else 0,
    })  # fmt: skip


def envelope(facts: Facts, sheets: Mapping[str, str]) -> bytes:
    """The sheets of each secret of this draw in these texts, by their files' names: what `mingyao secret` printed, or
    what the freeze keeps beside the folder. InputError where one of them holds none."""
    return typeset.pdf("envelope", {
        **facts.common("envelope"),
        "words": facts.words(
            "paper.envelope", ("draw", "label", "sealed", "kept", "fold", "inside", "commitment")
        ),
        "secrets": [page for file, sheet in sheets.items() for page in _envelopes(facts, file, sheet)],
    })  # fmt: skip


def _envelopes(facts: Facts, file: str, sheet: str) -> Iterator[dict[str, object]]:
    """The original, which its owner opens in the ceremony, and the copy for who keeps it. The operator's original is
    kept by the machine, which opens it by Enter: of that one there is only the copy."""
    label, secret = _secret(facts, file, sheet)
    for kind in ("copy",) if label == OPERATOR else ("original", "copy"):
        yield {
            **secret,
            "kind": say(facts.language, f"paper.envelope.{kind}"),
            "outside": say(facts.language, f"paper.envelope.outside-{kind}"),
            "kept": kind == "copy",
        }


def _secret(facts: Facts, file: str, sheet: str) -> tuple[str, dict[str, object]]:
    """The label of the commitment that a line of 32 digits opens, and what its sheets show."""
    notice = facts.inputs.notice
    for line in sheet.splitlines():
        digits = line.replace(" ", "").strip()
        if not _DIGITS.fullmatch(digits):
            continue
        for label, commitment in notice.commitments:
            if seed.opens(notice, label, digits):
                check = say(facts.language, "intake.sheet.check", draw=notice.draw, label=label)
                holder = label_beside(facts.language, label)
                shown = {"secret": grouped(digits), "commitment": grouped(commitment)}
                return label, {"label": holder, **shown, "check": check}
    raise InputError("paper.no-secret", file=file)


def keys(facts: Facts) -> bytes:
    """Every key that does something, as this sheet is read beside the keyboard and not on the screen."""
    return typeset.pdf("keys", {
        **facts.common("keys"),
        "words": facts.words("paper.keys", ("key", "does")),
        "keys": [[say(facts.language, key), say(facts.language, f"paper.keys.{name}")] for name, key in _KEYS.items()],
    })  # fmt: skip
