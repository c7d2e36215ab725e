"""Single sheets: the poster for the door, the representative's card, the sheet for a sealed secret, the operator's
keys."""

import re
from collections.abc import Mapping

from kiosk import qr
from kiosk.core import seed, text
from kiosk.core.errors import InputError
from kiosk.paper import typeset
from kiosk.paper.facts import Facts, groups
from kiosk.shipped import PAGE
from kiosk.words import say

# The keys that the operator needs, in the order of need.
_KEYS = (
    "next", "back", "cover", "overlay", "pace", "auto", "find", "question", "qr", "print", "dice", "correct", "leave",
)  # fmt: skip
_DIGITS = re.compile(r"[0-9a-f]{32}")
_PACE_S = 1.2
_HOW = ("how-1", "how-2", "how-3", "how-4", "how-5")
_CHECK = ("check-1", "check-2", "check-3", "check-4", "check-5")


def poster(facts: Facts) -> bytes:
    """The code for the door, which is also the third way to the result, for phones that reach neither the public host
    nor the hall's own server. Before the sealing it leads to the host, and the hash is the notice's."""
    spoken = qr.spoken(facts.address, facts.language)
    return typeset.pdf("poster", {
        **facts.common("poster"),
        "words": facts.words("paper.poster", ("scan-what", "aloud", "type", "how", "check")),
        "scan": say(facts.language, "paper.poster.scan" if facts.drawn else "paper.poster.scan-early"),
        "qr": typeset.svg(qr.matrix(facts.address)),
        "address": typeset.breakable(facts.address),
        "spoken": typeset.breakable(spoken.words),
        "short": typeset.breakable(spoken.short),
        "how": list(facts.words("paper.poster", _HOW).values()),
        "check": list(facts.words("paper.poster", _CHECK).values()),
        "own": say(facts.language, "paper.poster.page", hash=text.sha256(PAGE.read_bytes())),
    })  # fmt: skip


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
    """A page for each secret of this draw in these texts, by their files' names: what `mingyao secret` printed, or what
    the freeze keeps beside the folder. InputError where one of them holds none."""
    return typeset.pdf("envelope", {
        **facts.common("envelope"),
        "words": facts.words(
            "paper.envelope", ("outside", "draw", "label", "sealed", "kept", "fold", "inside", "commitment")
        ),
        "secrets": [_secret(facts, file, sheet) for file, sheet in sheets.items()],
    })  # fmt: skip


def _secret(facts: Facts, file: str, sheet: str) -> dict[str, object]:
    """The line of 32 digits that opens one of the notice's commitments."""
    notice = facts.inputs.notice
    for line in sheet.splitlines():
        digits = line.replace(" ", "").strip()
        if not _DIGITS.fullmatch(digits):
            continue
        for label, commitment in notice.commitments:
            if seed.opens(notice, label, digits):
                check = say(facts.language, "intake.sheet.check", draw=notice.draw, label=label)
                return {"label": label, "secret": groups(digits), "commitment": groups(commitment), "check": check}
    raise InputError("paper.no-secret", file=file)


def keys(facts: Facts) -> bytes:
    """As they are when a ceremony begins."""

    def does(name: str) -> str:
        by_hand = say(facts.language, "screen.operator.by-hand")
        return say(facts.language, f"screen.does.{name}", pace=_PACE_S, how=by_hand)

    return typeset.pdf("keys", {
        **facts.common("keys"),
        "words": facts.words("paper.keys", ("key", "does")),
        "keys": [[say(facts.language, f"screen.key.{name}"), does(name)] for name in _KEYS],
    })  # fmt: skip
