"""Who won what, and when they come: one of these for each allotted row of `result.csv`, in its order."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.core.tables import Row, Table
from kiosk.paper.facts import Facts, tier_titles
from kiosk.paper.office import Appointment
from kiosk.words import say


@dataclass(frozen=True)
class Winner:
    """name: the roll's name columns; unit: "" in a `choose` stage, whose order of choosing is the rank; details: the
    unit's other columns; appointment: None where `after:` offers too few, or there is none; entry: number and hash of
    the entry by which it came in line after the draw, None of those who were drawn."""

    stage: str
    stage_title: str
    tier: str
    tier_title: str
    rank: int
    household: str
    name: str
    unit: str
    details: tuple[str, ...]
    appointment: Appointment | None
    entry: tuple[int, str] | None = None


def winners(facts: Facts) -> Iterator[Winner]:
    names = Names(facts)
    units = by_id(facts.inputs.units)
    after = facts.office.after
    appointments = after.appointments() if after else iter(())
    for stage, result in zip(facts.inputs.rules.stages, facts.result.result, strict=True):
        tiers = tier_titles(stage)
        # A stage of one tier has no tiers to tell apart.
        several = len(stage.tiers) > 1
        for drawn in result.allotted():
            yield Winner(
                stage=stage.id,
                stage_title=stage.title,
                tier=drawn.tier,
                tier_title=tiers[drawn.tier] if several else "",
                rank=drawn.rank,
                household=drawn.household,
                name=names.of(drawn.household),
                unit=drawn.unit,
                details=tuple(field for field in units[drawn.unit][1:] if field) if drawn.unit else (),
                appointment=next(appointments, None),
            )


class Names:
    """What the roll calls a household beside its number: the columns that office.json says are names."""

    def __init__(self, facts: Facts) -> None:
        self._roll = by_id(facts.inputs.roll)
        columns = facts.inputs.roll.columns
        self._places = [columns.index(name) for name in facts.office.names if name in columns]

    def of(self, household: str) -> str:
        return " ".join(filter(None, (self._roll[household][place] for place in self._places)))


def by_id(table: Table) -> dict[str, Row]:
    return {row[0]: row for row in table.rows}


def day(language: str, appointment: Appointment) -> str:
    """The date and its day of the week."""
    weekday = say(language, f"paper.weekday.{appointment.day.isoweekday()}")
    return f"{appointment.day.isoformat()} {weekday}"
