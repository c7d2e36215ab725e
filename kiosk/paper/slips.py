"""The slips for those who won: four to an A4, so that the cut stack is in order.

Of S pages the first S slips lie in the upper left corners, the next S in the upper right ones, and so on: cut through
the whole stack, lay the four piles on one another, and they run from the first rank to the last. Each batch is such a
stack of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from kiosk import qr
from kiosk.core.errors import InputError
from kiosk.paper import typeset
from kiosk.paper.facts import Facts
from kiosk.paper.private import NOTHING
from kiosk.paper.winners import Winner, day, winners
from kiosk.words import grouped, say

BATCH = 1000
PLACES = 4

Sheet = list[Winner | None]


def slips(facts: Facts, everyone: Sequence[Winner] | None = None) -> Iterator[bytes]:
    """A PDF for each batch; none where nobody won anything. everyone: whose, in this order; otherwise all who won."""
    everyone = list(winners(facts)) if everyone is None else everyone
    parts = -(-len(everyone) // BATCH)
    batches = [everyone[part * BATCH : (part + 1) * BATCH] for part in range(parts)]
    return typeset.pdfs(
        "slips", [partial(_batch, facts, batch, part, parts) for part, batch in enumerate(batches, 1)]
    )  # fmt: skip


def _batch(facts: Facts, batch: Sequence[Winner], part: int, parts: int) -> dict[str, object]:
    after = facts.office.after
    return {
        **facts.common("slips", part, parts),
        **_marks(facts),
        "words": facts.words("paper.slip", ("rank", "household", "unit", "choosing", "come", "bring")),
        "place": typeset.breakable(after.place) if after else "",
        "bring": [typeset.breakable(each) for each in after.bring] if after else [],
        "sheets": [[_slip(facts, winner) if winner else None for winner in sheet] for sheet in sheets(batch)],
    }


def _marks(facts: Facts) -> dict[str, object]:
    """A slip with the office's own columns is for its household: that is a small line on it. Only a rehearsal is marked
    across."""
    marks = {"rehearsal": "rehearsal", "private": "slip.own"}
    return {
        "mark": replace(facts, private=NOTHING).common("slips")["mark"],
        "marks": " · ".join(say(facts.language, f"paper.{marks[mark]}") for mark in facts.marks),
    }


def sheets(batch: Sequence[Winner]) -> list[Sheet]:
    """Each page's slips in its four places, None where the last places stay empty."""
    pages = -(-len(batch) // PLACES)
    padded = [*batch, *[None] * (pages * PLACES - len(batch))]
    return [padded[page::pages] for page in range(pages)]


def _slip(facts: Facts, winner: Winner) -> dict[str, object]:
    language, shown = facts.language, typeset.breakable
    code, scan = _code(facts, winner.household)
    appointment = winner.appointment
    return {
        "stage": shown(winner.stage_title),
        "tier": shown(winner.tier_title),
        "rank": str(winner.rank),
        "household": shown(winner.household),
        "name": "" if facts.private.columns else shown(winner.name),
        "private": [
            [shown(heading), shown(field)]
            for heading, field in zip(facts.private.columns, facts.private.of(winner.household), strict=True)
        ],
        "unit": shown(winner.unit),
        "details": [shown(each) for each in winner.details],
        "day": day(language, appointment) if appointment else "",
        "hours": appointment.hours() if appointment else "",
        "counter": say(language, "paper.slip.counter", counter=appointment.counter) if appointment else "",
        "none": say(language, "paper.slip.unsaid" if winner.entry or not facts.office.after else "paper.slip.few"),
        "entry": [say(language, "paper.slip.entry", entry=winner.entry[0]), *grouped(winner.entry[1])]
        if winner.entry
        else [],
        "qr": code,
        "scan": scan,
    }


def _code(facts: Facts, household: str) -> tuple[str, str]:
    """The code that opens the page at this household, and what it does; where its number is too long for a code, the
    one that opens the page."""
    if not facts.address:
        return "", ""
    own = f"{facts.address}#household={quote(household, safe='')}"
    try:
        matrix, key = qr.matrix(own, qr.LARGEST_VERSION_AT_HAND), "paper.slip.scan"
    except InputError:
        matrix, key = qr.matrix(facts.address), "paper.slip.scan-page"
    return typeset.svg(matrix), say(facts.language, key)
