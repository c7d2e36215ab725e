"""What paper says of a folder: read once, judged, and the part that every page carries."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kiosk import folder as folders
from kiosk.ceremony import record, void
from kiosk.ceremony.steps import REASONS
from kiosk.ceremony.void import Voiding
from kiosk.core import allot, evidence, seed
from kiosk.core.errors import InputError
from kiosk.core.evidence import Evidence, Inputs
from kiosk.core.rules import Stage
from kiosk.paper import office as offices
from kiosk.paper import typeset
from kiosk.paper.office import Office
from kiosk.paper.private import NOTHING, Private
from kiosk.words import LANGUAGES, grouped, label_beside, say


@dataclass(frozen=True)
class Facts:
    """address: what a QR code of this draw holds, "" where there is none; drawn: None before the sealing;
    private: what the office's own spreadsheet says of those on the paper, which is marked as private then."""

    folder: Path
    language: str
    address: str
    inputs: Inputs
    drawn: Evidence | None
    office: Office
    private: Private = NOTHING

    @cached_property
    def result(self) -> Evidence:
        """InputError where nothing has been drawn, or not all of it has been shown."""
        if self.drawn is None:
            raise self._undrawn()
        record.refuse_unended(self.folder, self.inputs.notice_hash)
        return self.drawn

    def _undrawn(self) -> InputError:
        """Why there is no result: it was declared void, it has not been held, or a file of it is lost."""
        if self.declared is not None:
            return InputError("paper.void", draw=self.inputs.notice.draw)
        if any(os.path.lexists(self.folder / name) for name in (seed.FILE, allot.FILE)):
            return InputError("evidence.missing", file=evidence.SUMS)
        return InputError("paper.not-drawn", draw=self.inputs.notice.draw)

    @cached_property
    def declared(self) -> Voiding | None:
        """Of a draw that was declared void, what void.txt says; JournalError where the record says otherwise."""
        data = folders.read_file(self.folder / void.FILE) if self.drawn is None else None
        if data is None:
            return None
        record.check(self.folder)
        return void.parse(data, self.inputs)

    def why_void(self, declared: Voiding) -> str:
        """The reason as a sentence: one of the known ones in words, or what was typed."""
        if declared.reason not in REASONS:
            return declared.reason
        public = self.inputs.notice.public
        values = {"label": label_beside(self.language, declared.label), "source": public.source if public else ""}
        return say(self.language, f"screen.void.reason.{declared.reason}", **values)

    @property
    def marks(self) -> list[str]:
        """What a paper of it is marked as, across each page and in words."""
        marks = {"rehearsal": self.inputs.notice.rehearsal, "private": self.private.fields is not None}
        return [mark for mark, is_one in marks.items() if is_one]

    @property
    def hash(self) -> str:
        """The result hash; before the sealing the notice hash."""
        return self.drawn.result_hash if self.drawn else self.inputs.notice_hash

    def words(self, section: str, names: Sequence[str]) -> dict[str, str]:
        """A template's own words: those of these names in a section of the texts."""
        return {name: say(self.language, f"{section}.{name}") for name in names}

    def common(self, what: str, part: int = 1, parts: int = 1) -> dict[str, object]:
        """What every template is given. what: the document's name, as a key of `paper.what`."""
        notice = self.inputs.notice
        title = say(self.language, f"paper.what.{what}")
        counted = say(self.language, "paper.part", part=part, parts=parts) if parts > 1 else ""
        return {
            "lang": self.language,
            "what": title,
            "title": typeset.breakable(notice.title),
            "draw": notice.draw,
            "opens": notice.opens[:16].replace("T", " "),
            "mark": " ".join(say(each, f"paper.{mark}-mark") for mark in self.marks for each in LANGUAGES),
            "marks": " · ".join(say(self.language, f"paper.{mark}") for mark in self.marks),
            "hash": grouped(self.hash),
            "hash_label": say(self.language, "paper.hash.result" if self.drawn else "paper.hash.notice"),
            "part": counted,
            "page": say(self.language, "paper.page-of", page="{page}", pages="{pages}"),
        }


def read(folder: Path, language: str | None, address: str) -> Facts:
    """language: None for the draw's own. VerificationError where the folder does not hold what it claims: no paper is
    made of it."""
    if not folder.is_dir():
        raise InputError("folder.none", folder=str(folder))
    files = folders.read(folder, evidence.FILES)
    drawn = evidence.judge(files) if evidence.SUMS in files else None
    inputs = drawn.inputs if drawn else evidence.read_inputs(files)
    office = offices.read(folder)
    return Facts(folder, language or office.language, address, inputs, drawn, office)


def tier_titles(stage: Stage) -> Mapping[str, str]:
    return {tier.id: tier.title for tier in stage.tiers}
