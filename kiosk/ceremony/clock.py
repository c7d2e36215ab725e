"""Whether the clock of the machine fits the time that the notice announced: told to the operator and in the record.

Nothing follows from it. Who holds a ceremony on another day may have a reason; but a clock that was never set, or that
knows no time zone, would stand in the record for ever. A rehearsal is held whenever one likes.
"""

from datetime import datetime

from kiosk.core.notice import Notice

OTHER_DAY, OTHER_ZONE = "other-day", "other-zone"


def amiss(notice: Notice, begun: datetime) -> str | None:
    """What does not fit: the day, where the notice's clocks are, or else the offset from UTC; None if all does."""
    if notice.rehearsal:
        return None
    opens = datetime.fromisoformat(notice.opens)
    if begun.astimezone(opens.tzinfo).date() != opens.date():
        return OTHER_DAY
    return OTHER_ZONE if begun.utcoffset() != opens.utcoffset() else None
