"""The journal as a text that a notary can read and sign, and its judgement.

`write` makes one line of each entry: number, wall clock, seconds of the monotonic clock, what happened in plain words,
who confirmed it; at the end the hash of the last line, in groups. Whoever signs that hash has signed every line.

`check` judges a folder's journal: its chain, each event (the machine is asked again), and that the files beside it are
those that it speaks of. What was edited or cut is named by its line. A journal that was cut at the end of a line is
whole as far as it goes: it is told by having no end.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk import folder as folders
from kiosk.ceremony import clock, history, void
from kiosk.ceremony.history import event_of
from kiosk.ceremony.machine import Phase, Setting
from kiosk.ceremony.steps import (
    REASONS,
    ContributionConfirmed,
    Covered,
    DieTakenBack,
    DieThrown,
    Event,
    Finished,
    HouseholdShown,
    Interrupted,
    LookedUp,
    NoticeConfirmed,
    NoticeShown,
    Opened,
    PublicGiven,
    QuestionNoted,
    RecordConfirmed,
    Refused,
    Sealed,
    SecretOpened,
    StageBegun,
    Uncovered,
    VoidAsked,
    Voided,
)
from kiosk.core import evidence
from kiosk.core.errors import InputError, JournalError
from kiosk.core.evidence import Inputs
from kiosk.journal import entry
from kiosk.journal.entry import Decoded
from kiosk.words import grouped, label_beside, say, texts

# Each event's sentence, by its key under `record.event`.
_SENTENCES: Mapping[type[Event], str] = {
    Opened: "opened",
    Interrupted: "interrupted",
    RecordConfirmed: "record-confirmed",
    NoticeShown: "notice-shown",
    NoticeConfirmed: "notice-confirmed",
    DieThrown: "die-thrown",
    DieTakenBack: "die-taken-back",
    ContributionConfirmed: "contribution-confirmed",
    SecretOpened: "secret-opened",
    PublicGiven: "public-given",
    Sealed: "sealed",
    StageBegun: "stage-begun",
    HouseholdShown: "household-shown",
    Finished: "finished",
    Voided: "voided",
    Covered: "covered",
    Uncovered: "uncovered",
    LookedUp: "looked-up",
    QuestionNoted: "question-noted",
    VoidAsked: "void-asked",
    Refused: "refused",
}
_NOBODY = "–"
_MOMENT = "%Y-%m-%d %H:%M:%S%z"


@dataclass(frozen=True)
class Checked:
    """What was judged and holds. ended: `finished`, `void`, or `void-alone` where there is no journal, only void.txt;
    last_hash: of the journal's last line, "" without one; declared: the bytes of void.txt."""

    ended: str
    lines: int
    last_hash: str
    declared: bytes = field(default=b"", compare=False, repr=False)


def write(folder: Path, language: str) -> str:
    """The record's text; JournalError names the line at which the chain breaks."""
    inputs, _ = _inputs(folder)
    decoded = _decoded(folder, inputs)
    if decoded is None:
        raise InputError("record.none", folder=str(folder))
    return "".join(line + "\n" for line in _lines(inputs, decoded, language))


def check(folder: Path) -> Checked:
    """JournalError says what does not hold, and where; InputError what cannot be judged."""
    if os.path.lexists(folder / void.FILE):
        # A void leaves no result (FORMAT.md 5.2). Asked first: this needs no look into files of any size.
        for name in history.RESULT:
            if os.path.lexists(folder / name):
                raise JournalError("record.void-and-result", file=name, void=void.FILE, folder=str(folder))
    inputs, files = _inputs(folder)
    made = {name: folders.read_file(folder / name) for name in history.MADE}
    decoded = _decoded(folder, inputs)
    if decoded is None:
        declared = made[void.FILE]
        if declared is None:
            raise InputError("record.none", folder=str(folder))
        void.parse(declared, inputs)
        return Checked("void-alone", 0, "", declared)
    entries = decoded.entries
    if decoded.torn:
        raise JournalError("record.torn", line=len(entries) + 1)
    state = history.restored(Setting.of(inputs, files), entries, made.__getitem__)
    if state.phase is Phase.DONE:
        return Checked("finished", len(entries), entries[-1].hash)
    if state.phase is not Phase.VOID:
        raise JournalError("record.unfinished", line=len(entries), phase=state.phase.value)
    voided = history.voided(entries)
    assert voided is not None
    declared = void.write(void.of(state, voided)).encode()
    if made[void.FILE] != declared:
        raise JournalError("record.no-void", file=void.FILE)
    return Checked("void", len(entries), entries[-1].hash, declared)


def refuse_unended(folder: Path, notice_hash: str) -> None:
    """InputError where the folder's ceremony has not ended: until then nothing is made of what the hall has not seen.
    A journal that does not hold tells nothing of that, and the seven files need none: it is told where it is read."""
    data = folders.read_file(folder / entry.FILE)
    if data is None:
        return
    try:
        entries = entry.decode(data, notice_hash).entries
    except JournalError:
        return
    if not any(each.event == Finished.__name__ for each in entries):
        raise InputError("record.not-ended", folder=str(folder))


def _inputs(folder: Path) -> tuple[Inputs, dict[str, bytes]]:
    if not folder.is_dir():
        raise InputError("folder.none", folder=str(folder))
    files = folders.read(folder, evidence.INPUTS)
    return evidence.read_inputs(files), files


def _decoded(folder: Path, inputs: Inputs) -> Decoded | None:
    data = folders.read_file(folder / entry.FILE)
    return None if data is None else entry.decode(data, inputs.notice_hash)


# --- the text ------------------------------------------------------------------------------------------------------


def _lines(inputs: Inputs, decoded: Decoded, language: str) -> Iterator[str]:
    notice, entries = inputs.notice, decoded.entries
    yield say(language, "record.title")
    if notice.rehearsal:
        yield say(language, "record.rehearsal")
    yield say(language, "record.draw", title=notice.title, draw=notice.draw)
    yield say(language, "record.notice", hash=" ".join(grouped(inputs.notice_hash)))
    yield ""
    yield say(language, "record.columns")
    width = len(str(len(entries)))
    for each in entries:
        wall = datetime.fromisoformat(each.wall)
        what = sentence(inputs, event_of(each), language)
        yield f"{each.number:>{width}}  {wall:{_MOMENT}}  {each.monotonic_s:.3f}  {what}"
    yield ""
    if decoded.torn:
        yield say(language, "record.torn", bytes=decoded.torn)
    begun = datetime.fromisoformat(entries[0].wall) if entries else None
    if begun and (wrong := clock.amiss(notice, begun)):
        opens = datetime.fromisoformat(notice.opens)
        yield say(language, f"record.clock.{wrong}", opens=f"{opens:{_MOMENT}}", begun=f"{begun:{_MOMENT}}")
    yield say(language, "record.lines", lines=len(entries))
    yield say(language, "record.last", hash=" ".join(grouped(entries[-1].hash if entries else inputs.notice_hash)))
    yield ""
    yield say(language, "record.sign")


def sentence(inputs: Inputs, event: Event, language: str) -> str:
    """What happened, and who confirmed it."""
    values = {name: _said(value) for name, value in vars(event).items()} | _titles(inputs, event)
    key = _SENTENCES[type(event)]
    if isinstance(event, SecretOpened | Voided):
        values["label"] = label_beside(language, values["label"])
    if isinstance(event, Interrupted):
        values |= {"stopped": moment(values["stopped"]), "resumed": moment(values["resumed"])}
        key = "interrupted-mended" if event.torn_bytes else key
    if isinstance(event, Refused):
        values["why"] = _why(event, language)
    if isinstance(event, LookedUp) and not event.rank:
        key = "looked-up-not"
    if isinstance(event, QuestionNoted):
        values["scene"] = say(language, f"record.scene.{event.scene}")
    if isinstance(event, HouseholdShown) and not event.unit:
        key = "household-shown-order"
    if isinstance(event, Voided) and event.reason in REASONS:
        source = inputs.notice.public.source if inputs.notice.public else ""
        values["reason"] = say(language, f"screen.void.reason.{event.reason}", label=values["label"], source=source)
    what = say(language, f"record.event.{key}", **values)
    if isinstance(event, Opened | Interrupted) or not hasattr(event, "operator"):
        return what
    confirmed = say(language, "record.confirmed", operator=values["operator"], witness=values["witness"])
    return f"{what} {confirmed}"


def moment(written: str) -> str:
    """A time of the journal (ISO 8601) as people write it, by the clock of that day."""
    return written[:19].replace("T", " ")


def _titles(inputs: Inputs, event: Event) -> dict[str, str]:
    """Stage and tier as people know them, where the event names one that there is."""
    if not isinstance(event, StageBegun | HouseholdShown | LookedUp):
        return {}
    for stage in inputs.rules.stages:
        if stage.id == event.stage:
            tiers = {tier.id: tier.title for tier in stage.tiers}
            tier = tiers.get(event.tier) if isinstance(event, HouseholdShown) else None
            return {"stage": stage.title} | ({"tier": tier} if tier else {})
    return {}


def _said(value: object) -> str:
    """A value as it stands in a line: what breaks a line, or cannot be seen, would make it say something else."""
    if isinstance(value, tuple):
        return ", ".join(map(_said, value)) or _NOBODY
    return "".join(each if each.isprintable() else "\ufffd" for each in str(value)) or _NOBODY


def _why(event: Refused, language: str) -> str:
    """The refusal's own sentence; its code where this version has none for it."""
    key, values = f"error.{event.code}", dict(_said(each).partition("=")[::2] for each in event.values)
    try:
        return say(language, key, **values) if key in texts(language) else _said(event.code)
    except KeyError:
        return _said(event.code)


def tell(checked: Checked, language: str) -> Iterator[str]:
    """What `check` found, in words."""
    yield say(language, f"record.checked.{checked.ended}", lines=checked.lines)
    if checked.last_hash:
        yield say(language, "record.last", hash=" ".join(grouped(checked.last_hash)))
        yield say(language, "record.checked.compare")
