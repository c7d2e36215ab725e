"""`mingyao print`: which document, and where it goes. Documents that are made in batches become as many files (`-1`,
`-2`, … before the ending) or as many jobs, each of which is followed until it is done."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event

from kiosk import confidential
from kiosk import folder as folders
from kiosk.after import office
from kiosk.after.book import Book
from kiosk.after.replace import Draw
from kiosk.core import evidence, text
from kiosk.core.errors import DeviceError, InputError
from kiosk.hall import address as addresses
from kiosk.intake import freeze as freezing
from kiosk.intake import joining
from kiosk.intake import kiosk as kiosk_settings
from kiosk.intake.joining import Joined, Wanted
from kiosk.intake.kiosk import KioskSettings
from kiosk.intake.problems import Problems, report
from kiosk.paper import certificate, facts, job, ledger, lists, now, queue, sheets, slips, spreadsheet
from kiosk.paper.certificate import Verdict
from kiosk.paper.facts import Facts
from kiosk.paper.job import Job
from kiosk.paper.private import Private
from kiosk.words import explain, say

WAIT_S = 1200.0  # for a job that nothing is said to keep: a long list takes minutes
VERIFIER = "kiosk.verifier"
JOINED = ("list", "alternates", "slips")  # papers that the office's own spreadsheet can be joined to
PAPER_COLUMNS, PAPER_CHARACTERS = 4, 80  # of it, and of each field: a slip has no room for more
SHOWN_PROBLEMS = 20


def run(options: argparse.Namespace) -> int:
    settings = kiosk_settings.read(options.config)
    if options.now and options.what not in ("list", "slips"):
        raise InputError("paper.now-list", what=options.what)
    if options.office and options.what not in JOINED:
        raise InputError("join.what", what=options.what)
    if options.office and options.large:
        raise InputError("join.large")
    if _is_private(options):
        _refuse_published(filter(None, (options.pdf, options.csv, options.xlsx)))
    if options.csv or options.xlsx:
        return _spreadsheet(options)
    name = options.queue or settings.printer.queue
    if not (options.pdf or name):
        raise InputError("paper.no-queue")
    made = list(_documents(options, settings))
    if not made:
        raise InputError("paper.nobody-new") if options.now else InputError("paper.nobody")
    if options.pdf:
        paths = list(_numbered(options.pdf, len(made)))
        if _is_private(options):
            _refuse_published(paths)
        for path, pdf in zip(paths, made, strict=True):
            _keep(path, pdf, _is_private(options))
            print(say(options.language, "cli.printed-file", file=path))
        return 0
    return _follow(options.language, [queue.send(pdf, name) for pdf in made])


def _follow(language: str, jobs: Sequence[Job]) -> int:
    """Until all is printed. Whoever does not want to wait for that presses Ctrl+C, which leaves the jobs where they
    are."""

    def told(trouble: DeviceError | None) -> None:
        said = explain(language, trouble) if trouble else say(language, "cli.print-goes-on")
        print(said, file=sys.stderr, flush=True)

    names = ", ".join(each.id for each in jobs)
    print(say(language, "cli.printing", queue=jobs[0].queue, jobs=names), flush=True)
    try:
        done = all(job.follow(each, told, Event(), WAIT_S) for each in jobs)
    except KeyboardInterrupt:
        print(say(language, "cli.print-left", jobs=names), file=sys.stderr)
        return 1
    print(say(language, "cli.printed" if done else "cli.print-left", jobs=names), flush=True)
    return 0 if done else 1


def _documents(options: argparse.Namespace, settings: KioskSettings) -> Iterable[bytes]:
    """What was asked for, batch by batch."""
    folder: Path = options.folder
    address = options.address or _address(folder, settings) if options.what in ("poster", "slips") else ""
    told = facts.read(folder, options.paper_language, address)
    if options.what == "poster":
        return [sheets.poster(told)]
    if options.what == "envelope":
        return [sheets.envelope(told, _secrets(told, options.sheet))]
    if options.what == "certificate":
        return [_certificate(told)]
    if options.what == "card":
        return [sheets.card(told)]
    if options.what == "keys":
        return [sheets.keys(told)]
    if options.what in ("ledger", "question"):
        return [_questions(told, options)]
    book = _book(told) if options.now else None
    told = _joined(told, options, book)
    if book:
        return now.slips(told, book) if options.what == "slips" else now.holders(told, book, options.large)
    if options.what == "slips":
        return slips.slips(told)
    return lists.alternates(told) if options.what == "alternates" else lists.allotted(told, options.large)


def _certificate(told: Facts) -> bytes:
    """Of the draw; where there is none, of its having been declared void."""
    if told.declared is not None:
        return certificate.voided(told, told.declared)
    return certificate.certificate(told, _verdict(told.folder))


def _questions(told: Facts, options: argparse.Namespace) -> bytes:
    today = datetime.now().astimezone().date().isoformat()
    if options.what == "ledger":
        return ledger.ledger(told, _book(told), today)
    if options.number is None:
        raise InputError("paper.no-number")
    return ledger.question(told, _book(told), options.number, today)


def _book(told: Facts) -> Book:
    return office.book_of(Draw(told.result), told.folder)


def _address(folder: Path, settings: KioskSettings) -> str:
    sums = folders.read_file(folder / evidence.SUMS) if folder.is_dir() else None
    base = settings.hall.public or addresses.hall(settings.hall.port)
    return addresses.code(base, text.sha256(sums) if sums is not None else None)


def _secrets(told: Facts, sheet: Path | None) -> dict[str, str]:
    """The sheet's text by its name; without one, those of the secrets that the freeze keeps beside the folder. A secret
    is never an argument, which others could see."""
    kept = freezing.secret_folder(told.folder.absolute())
    paths = [sheet] if sheet else sorted(kept.glob("*.txt"))
    if not paths:
        raise InputError("paper.no-secret", file=str(kept))
    return {str(path): _sheet(path) for path in paths}


def _sheet(path: Path) -> str:
    data = folders.read_file(path)
    if data is None:
        raise InputError("folder.none-file", file=str(path))
    return data.decode(errors="replace")


def _verdict(folder: Path) -> Verdict:
    """What the independent verifier says, which shares no code with this program and runs as one of its own."""
    command = [sys.executable, "-m", VERIFIER, str(folder.absolute()), "--json"]
    package = Path(__file__).resolve().parents[1]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=package, check=False)
    try:
        told = json.loads(ended.stdout)
        return Verdict(told["verdict"], told["check"] or "")
    except (ValueError, KeyError, TypeError):
        return Verdict("unusable", "")


def _spreadsheet(options: argparse.Namespace) -> int:
    if options.what not in ("list", "alternates", "slips"):
        raise InputError("paper.no-table", what=options.what)
    told = facts.read(options.folder, options.paper_language, "")
    book = _book(told) if options.now else None
    told = _joined(told, options, book)
    for path, write in ((options.csv, spreadsheet.csv), (options.xlsx, spreadsheet.xlsx)):
        if path:
            rows = lists.alternates_spreadsheet(told) if options.what == "alternates" else lists.spreadsheet(told)
            _keep(path, write(now.spreadsheet(told, book) if book else rows), _is_private(options))
            print(say(options.language, "cli.printed-file", file=path))
    return 0


# --- the office's own spreadsheet ----------------------------------------------------------------------------------


def _joined(told: Facts, options: argparse.Namespace, book: Book | None) -> Facts:
    """The facts with what the office's spreadsheet says of those on the paper. InputError, after each problem has been
    told, where somebody's row cannot be found: nothing is printed then."""
    if options.office is None:
        return told
    if not options.office.is_file():
        raise InputError("folder.none-file", file=str(options.office))
    key = options.key or told.office.household
    if not key:
        raise InputError("join.no-heading")
    households = now.households(told, book, options.what) if book else lists.households(told, options.what)
    asked = [column.strip() for column in (options.columns or "").replace("，", ",").split(",")]
    wanted = Wanted(options.tab, key, [column for column in asked if column], households)
    problems = Problems()
    joined = joining.read(options.office, wanted, problems)
    lines = report(problems.sorted(), options.language)
    for line in lines[:SHOWN_PROBLEMS]:
        print(line, file=sys.stderr)
    if joined is None:
        raise InputError("join.refused", file=options.office.name, errors=problems.errors)
    if not (options.csv or options.xlsx):
        _refuse_too_much(joined)
    return replace(told, private=Private(joined.columns, joined.fields))


def _refuse_too_much(joined: Joined) -> None:
    """What a slip has no room for, which must not be cut."""
    if len(joined.columns) > PAPER_COLUMNS:
        raise InputError("join.wide", got=len(joined.columns), most=PAPER_COLUMNS)
    for household, fields in [("", joined.columns), *joined.fields.items()]:
        for column, field in zip(joined.columns, fields, strict=True):
            if len(field) > PAPER_CHARACTERS:
                raise InputError("join.long", column=column[:PAPER_CHARACTERS], household=household, got=len(field),
                                 most=PAPER_CHARACTERS)  # fmt: skip


def _is_private(options: argparse.Namespace) -> bool:
    """Whether what is asked for holds a secret, or names persons."""
    return options.what == "envelope" or options.office is not None


def _refuse_published(paths: Iterable[Path]) -> None:
    for path in paths:
        confidential.refuse_published(path)


def _numbered(path: Path, count: int) -> Iterator[Path]:
    for number in range(1, count + 1):
        yield path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _keep(path: Path, data: bytes, private: bool) -> None:
    if private:
        confidential.write(path, data)
    else:
        path.write_bytes(data)
