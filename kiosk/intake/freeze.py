"""The freeze: the office's files judged and made a folder that nobody can change unseen.

`prepare` reads and judges and writes nothing; `freeze` writes. Folder and secrets are written beside their places,
under names that begin with a dot, and read back as any verifier would; then the register gets its line, and last they
are renamed, the secrets first: a folder that bears its own name is whole, has its secrets, and is in the register.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import folder as folders
from kiosk.core import evidence, notice, rules, tables, text
from kiosk.core.errors import InputError
from kiosk.core.evidence import Inputs
from kiosk.core.notice import Dice, Hashed, Notice, Public
from kiosk.core.outlook import StageOutlook, outlook
from kiosk.intake import listing, rulebook, sheets
from kiosk.intake import register as registry
from kiosk.intake import settings as draw_settings
from kiosk.intake.listing import Listing
from kiosk.intake.problems import Place, Problem, Problems
from kiosk.intake.secret import Random, draw_secret
from kiosk.intake.settings import NOTARY, OPERATOR, Settings, Source
from kiosk.intake.yamltext import FILE_BYTES
from kiosk.receipt import FILE as RECEIPT
from kiosk.receipt import Values, Writer
from kiosk.words import LANGUAGES

OFFICE = "office.json"
REHEARSAL = "-rehearsal"
SECRET_SUFFIX = ".secret"

_DRAW_CHARACTERS = 64


@dataclass(frozen=True)
class Draft:
    """A draw that is settled but for the secrets. given: commitments made elsewhere; made: whose the machine makes."""

    draw: str
    title: str
    rehearsal: bool
    opens: str
    roll: bytes
    units: bytes
    rules: bytes
    counts: tuple[int, int, int]  # households, units, stages
    made: tuple[str, ...]
    given: tuple[tuple[str, str], ...]
    dice: Dice | None
    public: Public | None
    office: str
    language: str


@dataclass(frozen=True)
class Prepared:
    """What the office's files come to. draft: None where there is an error among the problems.

    values: of the columns that the rules filter; unjudged: what could not be judged for the errors, by the last part
    of its key among the texts (`intake.unjudged-…`).
    """

    settings: Settings | None
    problems: tuple[Problem, ...]
    outlook: tuple[StageOutlook, ...]
    draft: Draft | None
    values: tuple[Values, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")


@dataclass(frozen=True)
class Receipt:
    """A frozen draw: where it lies, and `text`, which is its receipt.txt."""

    folder: Path
    secrets: Path
    draw: str
    notice_hash: str
    text: str


def prepare(draw_yaml: Path, *, rehearsal: bool | None = None, register: Path | None = None,
            now: datetime | None = None) -> Prepared:  # fmt: skip
    """Judges everything and raises for nothing that is written in the office's files.

    rehearsal: whether it is one, whatever draw.yaml says; register: the archive's, beside draw.yaml if not given; now:
    with its offset from UTC, to say that a ceremony would open in the past.
    """
    problems = Problems()
    if _is_no_draw(draw_yaml):
        _tell_no_draw(draw_yaml, problems)
        return Prepared(None, problems.sorted(), (), None)
    settings = draw_settings.read(draw_yaml, problems, rehearsal)
    if settings is None:
        return Prepared(None, problems.sorted(), (), None, unjudged=("all",))
    if not settings.rehearsal:
        if now and notice.is_time(settings.opens) and datetime.fromisoformat(settings.opens) < now:
            problems.warning("settings.past", settings.place(settings.opens_line), got=settings.opens)
        _tell_used(register or draw_yaml.parent / registry.FILE, settings, problems)
    roll, units = (_listing(source, settings, problems) for source in (settings.roll, settings.units))
    seen: tuple[StageOutlook, ...] = ()
    values: tuple[Values, ...] = ()
    right = rulebook.columns_are_right(settings, problems) and settings.is_understood
    if roll and units:
        of_roll, of_units = rulebook.readable(settings, roll, units, problems)
        whole = _is_whole(roll, settings.roll) and _is_whole(units, settings.units)
        if right and whole and of_roll.rows and of_units.rows:
            seen, values = rulebook.look_ahead(settings, of_roll, of_units, problems)
    if roll and _is_whole(roll, settings.roll):
        listing.tell_recognisable(roll, Place(roll.sheet.file, roll.sheet.name), problems)
    written = rulebook.write(settings, roll, units, problems) if roll and units and not problems.errors else ""
    draft = _draft(settings, roll, units, written) if roll and units and not problems.errors else None
    unjudged = tuple(_unjudged(settings, roll, units, seen, problems.sorted()))
    return Prepared(settings, problems.sorted(), seen, draft, values, unjudged)


def _is_whole(listing: Listing, source: Source) -> bool:
    """Whether the sheet has every column that is to be published."""
    return len(listing.columns) == len(source.columns)


def _unjudged(settings: Settings, roll: Listing | None, units: Listing | None, seen: tuple[StageOutlook, ...],
              problems: tuple[Problem, ...]) -> Iterator[str]:  # fmt: skip
    """What errors hide, so that whoever mends them knows that more may come."""
    errors = [problem for problem in problems if problem.severity == "error"]
    for name, found, source in (("roll", roll, settings.roll), ("units", units, settings.units)):
        if found is None:
            yield name
        elif not _is_whole(found, source):
            yield f"{name}-columns"
    if not seen:
        yield "stages"
    elif any(problem.where.file != settings.file for problem in errors):
        yield "rows"
    if settings.is_after_wrong or (settings.after and not seen):
        yield "appointments"


def _is_no_draw(path: Path) -> bool:
    """A folder, nothing at all, or one of the lists: what is easily given in place of draw.yaml."""
    try:
        return not path.is_file() or sheets.is_spreadsheet(path)
    except OSError:
        return False  # who reads it says why it cannot


def _tell_no_draw(path: Path, problems: Problems) -> None:
    there = sorted((path if path.is_dir() else path.parent).glob("*.y*ml"))
    found = [file.name for file in there if _is_draw(file)]
    code = "settings.other-draw" if found else "settings.no-draw"
    problems.error(code, Place(path.name), got=str(path), expected=", ".join(found))


def _is_draw(file: Path) -> bool:
    """Whether it has the stages of a draw: kiosk.yaml, which may lie beside it, has none."""
    try:
        return file.stat().st_size <= FILE_BYTES and re.search(b"^stages:", file.read_bytes(), re.MULTILINE) is not None
    except OSError:
        return False


def _tell_used(register: Path, settings: Settings, problems: Problems) -> None:
    try:
        known = registry.entry_of(register, settings.draw)
    except InputError as error:
        problems.refused(error, Place(register.name))
        return
    except OSError as error:
        problems.error("file.unreadable", Place(register.name), reason=error.strerror or "")
        return
    if known:
        problems.error("settings.used", settings.place(settings.draw_line), got=settings.draw, time=known.time,
                       hash=known.told[:16])  # fmt: skip


def _listing(source: Source, settings: Settings, problems: Problems) -> Listing | None:
    if not source.line:
        return None  # `roll:` or `units:` is not there at all, which is told
    sheet = sheets.read(source.path, source.sheet, source.header, problems)
    return None if sheet is None else listing.read(sheet, source, settings.file, problems)


def _draft(settings: Settings, roll: Listing, units: Listing, written: str) -> Draft:
    given = settings.commitments
    made: tuple[str, ...] = (OPERATOR,)
    if settings.forced:
        # The notary's commitment belongs to the ceremony: its secret must not be opened before.
        made = (OPERATOR, *dict(given))
        given = ()
    if settings.rehearsal and not given and len(made) == 1:
        made = (OPERATOR, NOTARY)
    return Draft(
        draw=rehearsal_id(settings.draw) if settings.forced else settings.draw,
        title=settings.title,
        rehearsal=settings.rehearsal,
        opens=settings.opens,
        roll=tables.write(roll.table()).encode(),
        units=tables.write(units.table()).encode(),
        rules=written.encode(),
        counts=(len(roll.rows), len(units.rows), len(settings.stages)),
        made=made,
        given=given,
        dice=settings.dice,
        public=settings.public,
        office=_office(settings, roll),
        language=settings.language,
    )


def _office(settings: Settings, roll: Listing) -> str:
    """`office.json`: what the ceremony's record and printing need, and no verifier reads."""
    people = settings.people
    return _json({
        "language": settings.language,
        "people": {
            "operator": people.operator,
            "witness": people.witness,
            "contributors": list(people.contributors),
        },
        "names": list(roll.names),
        "household": settings.roll.columns[0].heading,
        "objections": settings.after.objections if settings.after else "",
        "after": settings.after.content() if settings.after else None,
    })  # fmt: skip


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def rehearsal_id(draw: str) -> str:
    """The id of a rehearsal of this draw: never the draw's own."""
    return draw.removesuffix(REHEARSAL)[: _DRAW_CHARACTERS - len(REHEARSAL)] + REHEARSAL


def freeze(prepared: Prepared, out: Path, *, random: Random, now: datetime) -> Receipt:
    """Writes the folder `out`, its secrets beside it, and a ceremony's line in the register of the same archive.

    random: os.urandom, or a test's own; now: with its offset from UTC.
    """
    if prepared.draft is None:
        raise InputError("freeze.errors", count=len(prepared.errors))
    return _freeze(prepared.draft, out, random, now)


def rehearse_copy(folder: Path, out: Path, *, random: Random, now: datetime) -> Receipt:
    """A rehearsal of a frozen draw: the same roll, units and rules under an id and with secrets of its own."""
    files = folders.read(folder, (*evidence.INPUTS, OFFICE))
    inputs = evidence.read_inputs(files)
    office = files.get(OFFICE, _json({}).encode())
    frozen, language = inputs.notice, _language(office)
    draft = Draft(
        draw=rehearsal_id(frozen.draw),
        title=frozen.title,
        rehearsal=True,
        opens=frozen.opens,
        roll=files[evidence.ROLL],
        units=files[evidence.UNITS],
        rules=files[rules.FILE],
        counts=(frozen.roll.count, frozen.units.count, frozen.rules.count),
        made=tuple(label for label, _ in frozen.commitments),
        given=(),
        dice=frozen.dice,
        public=frozen.public,
        office=office.decode(),
        language=language,
    )
    return _freeze(draft, out, random, now)


def _language(office: bytes) -> str:
    """The language that `office.json` names; InputError where it is no JSON in UTF-8."""
    try:
        content = json.loads(office.decode())
    except (ValueError, RecursionError) as error:
        raise InputError("freeze.office", file=OFFICE) from error
    language = content.get("language") if isinstance(content, dict) else None
    return language if language in LANGUAGES else LANGUAGES[0]


def secret_folder(folder: Path) -> Path:
    return folder.with_name(folder.name + SECRET_SUFFIX)


def _freeze(draft: Draft, out: Path, random: Random, now: datetime) -> Receipt:
    assert now.tzinfo is not None
    out = out.absolute()
    secrets = {label: draw_secret(random) for label in draft.made}
    files = _files(draft, secrets)
    frozen = now.isoformat(timespec="seconds")
    try:
        _is_free(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with _beside(out) as folder, _beside(secret_folder(out)) as hidden:
            _write(folder, files, 0o644)
            inputs = evidence.read_inputs({name: (folder / name).read_bytes() for name in evidence.INPUTS})
            told = Writer(draft.language).receipt(inputs, _outlook(inputs), frozen)
            _write(folder, {OFFICE: draft.office.encode(), RECEIPT: told.encode()}, 0o644)
            folder.chmod(0o755)
            _write(hidden, {f"{label}.txt": f"{secret}\n".encode() for label, secret in secrets.items()}, 0o600)
            if not draft.rehearsal:
                registry.add_frozen(out.parent / registry.FILE, draft.draw, inputs.notice_hash, frozen)
            if out.exists():
                out.rmdir()  # it is empty
            hidden.rename(secret_folder(out))
            _sync_folder(out.parent)
            folder.rename(out)
            _sync_folder(out.parent)
    except OSError as error:
        raise InputError("freeze.disk", path=str(error.filename or out), reason=error.strerror or "") from error
    return Receipt(out, secret_folder(out), draft.draw, inputs.notice_hash, told)


def _is_free(out: Path) -> None:
    if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise InputError("freeze.exists", folder=out.name)
    if secret_folder(out).exists():
        raise InputError("freeze.secrets-exist", folder=secret_folder(out).name)


def _files(draft: Draft, secrets: Mapping[str, str]) -> dict[str, bytes]:
    """The four input files."""
    own = tuple((label, notice.commitment(draft.draw, label, secret)) for label, secret in secrets.items())
    roll, units, stages = (
        Hashed(text.sha256(file), count)
        for file, count in zip((draft.roll, draft.units, draft.rules), draft.counts, strict=True)
    )
    written = notice.write(
        Notice(draft.draw, draft.title, draft.rehearsal, draft.opens, roll, units, stages, own + draft.given,
               draft.dice, draft.public)
    )  # fmt: skip
    return {
        notice.FILE: written.encode(),
        evidence.ROLL: draft.roll,
        evidence.UNITS: draft.units,
        rules.FILE: draft.rules,
    }


def _outlook(inputs: Inputs) -> tuple[StageOutlook, ...]:
    return outlook(inputs.roll, inputs.units, inputs.rules)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A new folder beside the place, for its owner only, which is gone afterwards unless it was renamed."""
    folder = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, files: Mapping[str, bytes], mode: int) -> None:
    """On the disk when this returns."""
    for name, content in files.items():
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be opened there
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
