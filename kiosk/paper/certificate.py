"""The certificate: what a notary puts a name and a seal under, of a draw or of one that was declared void. It comes
from the folder; who was there, when, and every incident come from the journal, which is judged first (`record.check`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import kiosk
from kiosk import folder as folders
from kiosk import program
from kiosk.ceremony import record
from kiosk.ceremony.history import event_of
from kiosk.ceremony.steps import (
    ContributionConfirmed,
    Covered,
    DieTakenBack,
    Event,
    Finished,
    Interrupted,
    NoticeConfirmed,
    Opened,
    PublicGiven,
    QuestionNoted,
    RecordConfirmed,
    Refused,
    Sealed,
    TakeBackDie,
    ThrowDie,
    Uncovered,
    VoidAsked,
    Voided,
)
from kiosk.ceremony.void import Voiding
from kiosk.journal import entry
from kiosk.journal.entry import Entry
from kiosk.paper import typeset
from kiosk.paper.facts import Facts
from kiosk.words import grouped, label_beside, say

INCIDENTS = (
    DieTakenBack, RecordConfirmed, Covered, Uncovered, Interrupted, QuestionNoted, Refused, VoidAsked, Voided,
)  # fmt: skip
# As a refusal names what it refused: a key that was none of that moment's, or a die too many.
_KEYS = ("next", "enter", ThrowDie.__name__, TakeBackDie.__name__)
_SECTION = "paper.certificate"
_WORDS = (
    "stage", "allotted", "alternates", "held", "commitments", "contributions", "who", "dice", "reveals", "no-reveals",
    "seed", "result", "program", "verdicts", "void", "sign", "signature", "date", "seal",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What the independent verifier said of the folder; check: the one that refused it, or ""."""

    verdict: str
    check: str


def certificate(facts: Facts, verdict: Verdict) -> bytes:
    """JournalError where the journal does not hold, or its ceremony has not ended; a folder without one is certified
    as far as it goes, which is said."""
    drawn, entries = facts.result, _entries(facts)
    notice, opened = drawn.inputs.notice, drawn.seed
    labels = [label for label, _ in notice.commitments]
    return typeset.pdf("certificate", {
        **facts.common("certificate"),
        **_both(facts, entries, opened.contributions, list(zip(labels, opened.reveals, strict=True))),
        "void": [],
        "stages": [
            [
                typeset.breakable(stage.title), str(sum(1 for _ in result.allotted())), str(len(result.alternates))
            ] for stage, result in zip(drawn.inputs.rules.stages, drawn.result, strict=True)
        ],
        "public": _public(facts),
        "seed": grouped(drawn.seed_hash),
        "result": grouped(drawn.result_hash),
        "verdicts": _verdicts(facts, verdict),
    })  # fmt: skip


def voided(facts: Facts, declared: Voiding) -> bytes:
    """The same of a draw that was declared void: who did, when and why, and what had been made public by then."""
    entries = _entries(facts)
    both = _both(facts, entries, declared.contributions, declared.reveals)
    # What void.txt alone knows where there is no journal.
    told = [[say(facts.language, f"{_SECTION}.declaring"), grouped(declared.journal_hash)]]
    return typeset.pdf("certificate", {
        **facts.common("void"),
        **both,
        "void": _named(facts, _void(facts, declared)),
        "stages": [],
        "public": [],
        "seed": [],
        "result": [],
        "verdicts": [],
        "records": [*told, *both["records"]],
    })  # fmt: skip


def _both(
    facts: Facts, entries: Sequence[Entry], dice: Sequence[str], reveals: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """What either certificate says."""
    language, notice = facts.language, facts.inputs.notice
    incidents, keys = list(_incidents(facts, entries)), sum(map(_is_harmless, map(event_of, entries)))
    compared = any(each.event == NoticeConfirmed.__name__ for each in entries)
    none = say(language, f"{_SECTION}.no-incidents", lines=len(entries))
    return {
        "words": facts.words(_SECTION, _WORDS),
        "drawn_title": say(language, f"{_SECTION}.{'drawn' if facts.drawn else 'to-draw'}"),
        "drawn": _named(facts, _drawn(facts)),
        "held": _named(facts, _held(facts, entries)),
        "notice_title": say(language, f"{_SECTION}.{'notice' if compared else 'notice-alone'}"),
        "notice": grouped(facts.inputs.notice_hash),
        "commitments": _by_label(facts, notice.commitments),
        "contributions": _contributions(dice, entries),
        "no_contributions": say(language, f"{_SECTION}.{'none-thrown' if notice.dice else 'no-contributions'}"),
        "reveals": _by_label(facts, reveals),
        "programs": list(_programs(facts, entries)),
        "incidents_title": say(language, f"{_SECTION}.incidents", count=len(incidents)),
        "incidents": incidents,
        "harmless": say(language, f"{_SECTION}.harmless", count=keys) if keys else "",
        "no_incidents": none if entries else say(language, f"{_SECTION}.no-journal"),
        "records": [[say(language, f"{_SECTION}.record"), grouped(entries[-1].hash)]] if entries else [],
        "signing": list(_signing(facts, entries, dice)),
    }


def _void(facts: Facts, declared: Voiding) -> list[tuple[str, str]]:
    rows = [("declared", record.moment(declared.declared)), ("why", facts.why_void(declared))]
    rows += [("declared-by", declared.operator or "–"), ("declared-before", declared.witness or "–")]
    language, opened = facts.language, {label for label, _ in declared.reveals}
    closed = [label_beside(language, label) for label, _ in facts.inputs.notice.commitments if label not in opened]
    return [*rows, ("closed", ", ".join(closed))] if closed else rows


def _entries(facts: Facts) -> tuple[Entry, ...]:
    data = folders.read_file(facts.folder / entry.FILE)
    if data is None:
        return ()
    record.check(facts.folder)
    return entry.decode(data, facts.inputs.notice_hash).entries


def _by_label(facts: Facts, rows: Sequence[tuple[str, str]]) -> list[list[object]]:
    return [[label_beside(facts.language, label), grouped(digits)] for label, digits in rows]


def _named(facts: Facts, rows: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [[say(facts.language, f"{_SECTION}.{name}"), typeset.breakable(value)] for name, value in rows]


def _drawn(facts: Facts) -> list[tuple[str, str]]:
    notice = facts.inputs.notice
    mode = say(facts.language, f"{_SECTION}.rehearsal" if notice.rehearsal else f"{_SECTION}.ceremony")
    return [("mode", mode), ("households", str(notice.roll.count)), ("units", str(notice.units.count))]


def _held(facts: Facts, entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """When, and who was there: as the journal has it, and what it does not say as office.json has it."""
    office = facts.office
    times = {"began": Opened, "sealed": Sealed, "ended": Finished}
    rows = [(name, _when(each)) for name, kind in times.items() for each in entries if each.event == kind.__name__]
    people = [(each.operator, each.witness, each.contributors) for each in map(event_of, entries)
              if isinstance(each, Opened | Interrupted)]  # fmt: skip
    people = people or [(office.operator, office.witness, office.contributors)]
    for operator, witness, contributors in dict.fromkeys(people):
        rows += [("operator", operator or "–"), ("witness", witness or "–")]
        rows += [("contributors", ", ".join(contributors) or "–")]
    return rows


def _contributions(dice: Sequence[str], entries: Sequence[Entry]) -> list[list[str]]:
    confirmed = [each for each in map(event_of, entries) if isinstance(each, ContributionConfirmed)]
    who = {each.seat: each.who for each in confirmed}
    return [
        [str(number), typeset.breakable(who.get(number) or "–"), " ".join(digits)]
        for number, digits in enumerate(dice, 1)
    ]


def _public(facts: Facts) -> list[list[str]]:
    public, digits = facts.inputs.notice.public, facts.result.seed.public
    if public is None or digits is None:
        return []
    return [[say(facts.language, f"{_SECTION}.public", source=public.source), typeset.breakable(digits)]]


def _programs(facts: Facts, entries: Sequence[Entry]) -> Iterator[list[object]]:
    language = facts.language
    for each in entries:
        event = event_of(each)
        if isinstance(event, Opened):
            yield [say(language, f"{_SECTION}.program-held"), grouped(event.program)]
        elif isinstance(event, Interrupted):
            yield [say(language, f"{_SECTION}.program-went-on", line=each.number), grouped(event.program)]
    yield [say(language, f"{_SECTION}.program-printed", version=kiosk.__version__), grouped(program.digest())]


def _verdicts(facts: Facts, verdict: Verdict) -> list[list[str]]:
    """The first is what `evidence.judge` has said: without it there would be no certificate."""
    language = facts.language
    verified = say(language, f"{_SECTION}.verified")
    other = say(language, f"{_SECTION}.not-verified", verdict=verdict.verdict, check=verdict.check)
    return [
        [say(language, f"{_SECTION}.kernel"), verified],
        [say(language, f"{_SECTION}.verifier"), verified if verdict.verdict == "verified" else other],
    ]


def _incidents(facts: Facts, entries: Sequence[Entry]) -> Iterator[list[str]]:
    """Line, time and sentence of each; public digits that were given again are a correction, and one too."""
    given = False
    for each in entries:
        event = event_of(each)
        if _is_harmless(event):
            continue
        if isinstance(event, INCIDENTS) or (isinstance(event, PublicGiven) and given):
            said = record.sentence(facts.inputs, event, facts.language)
            yield [str(each.number), _when(each), typeset.breakable(said)]
        given = given or isinstance(event, PublicGiven)


def _is_harmless(event: Event) -> bool:
    """A key that did nothing where it was pressed; what was refused otherwise is a value that somebody gave."""
    return isinstance(event, Refused) and event.step in _KEYS


def _signing(facts: Facts, entries: Sequence[Entry], dice: Sequence[str]) -> Iterator[list[str]]:
    rows = _held(facts, entries)
    roles = {"operator": "operator", "witness": "notary"}
    for name, value in rows:
        if name in roles:
            yield [say(facts.language, f"{_SECTION}.{roles[name]}"), typeset.breakable(value) if value != "–" else ""]
    who = [row[1] for row in _contributions(dice, entries)]
    for each in who:
        yield [say(facts.language, f"{_SECTION}.representative"), each if each != "–" else ""]


def _when(each: Entry) -> str:
    return record.moment(each.wall)
