"""The table of commands. One command is one function here, and a few lines: what it does stands elsewhere.

`python run_kiosk.py` is `mingyao run`. Exit codes: 0 done, 1 refused or refuted, 2 unusable input or usage.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import kiosk
from kiosk import folder as folders
from kiosk.core import allot, evidence, seed, text
from kiosk.core.errors import InputError, MingyaoError
from kiosk.words import LANGUAGES, explain, say

if TYPE_CHECKING:
    from kiosk.intake.freeze import Prepared

DONE, REFUSED, UNUSABLE = 0, 1, 2
SHOWN_PROBLEMS = 20

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None, prog: str = "mingyao", default: str | None = None) -> int:
    """Runs a command line; `default` is the command where none is named."""
    words = list(sys.argv[1:] if argv is None else argv)
    if default and (not words or words[0] not in (*COMMANDS, "-h", "--help", "--version")):
        words.insert(0, default)
    _readable_output()
    if words[:1] == ["--version"]:
        return version(words[1:], prog)
    options = _parser(prog).parse_args(words)
    # What a draw prints is in the draw's own language, whatever the shell's is, unless somebody asks for another.
    options.paper_language, options.language = options.language, options.language or _language()
    try:
        status = COMMANDS[options.command](options)
        sys.stdout.flush()
        return status
    except MingyaoError as error:
        if options.debug:
            traceback.print_exc()
        print(explain(options.language, error), file=sys.stderr)
        return UNUSABLE if isinstance(error, InputError) else REFUSED
    except BrokenPipeError:
        # Nobody reads what is printed, as in `… | head`: nothing is left to say, nor when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except OSError as error:
        if options.debug:
            traceback.print_exc()
        print(say(options.language, "cli.disk", file=error.filename or "", reason=error.strerror), file=sys.stderr)
        return UNUSABLE
    except MemoryError:
        print(say(options.language, "cli.memory"), file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print(say(options.language, "cli.interrupted"), file=sys.stderr)
        return REFUSED


def version(words: Sequence[str], prog: str) -> int:
    from kiosk import program

    parser = argparse.ArgumentParser(prog=f"{prog} --version")
    parser.add_argument("--json", action="store_true", help="versions of everything, and the hash of the program")
    if parser.parse_args(words).json:
        print(json.dumps(program.versions(), indent=2))
    else:
        print(f"mingyao {kiosk.__version__}")
    return DONE


def _readable_output() -> None:
    """Chinese on a terminal that cannot show it becomes question marks, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _language() -> str:
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-CN" if chosen.startswith("zh") else "en"


# --- before the ceremony -------------------------------------------------------------------------------------------


def secret(options: argparse.Namespace) -> int:
    from kiosk import confidential
    from kiosk.intake import secret as making

    if options.out:
        confidential.refuse_published(options.out)
    _, commitment, sheet = making.make(options.draw, options.label, secrets.token_bytes, options.language)
    if options.out:
        made = os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(sheet)
        print(say(options.language, "cli.secret-saved", file=options.out))
    else:
        print(sheet)
    print(say(options.language, "cli.commitment", label=options.label, commitment=commitment))
    return DONE


def check(options: argparse.Namespace) -> int:
    from kiosk.intake import freeze as freezing
    from kiosk.receipt import Writer

    prepared = freezing.prepare(options.draw_yaml, register=options.register, now=datetime.now().astimezone())
    writer = Writer(options.language)
    for line in (*writer.outlook(prepared.outlook), *writer.filtered(prepared.values)):
        print(line)
    return REFUSED if _tell_problems(options, prepared) else DONE


def freeze(options: argparse.Namespace) -> int:
    from kiosk.intake import freeze as freezing
    from kiosk.intake import register as registry

    register = options.out.absolute().parent / registry.FILE
    now = datetime.now().astimezone()
    prepared = freezing.prepare(options.draw_yaml, register=register, now=now)
    if _tell_problems(options, prepared):
        return REFUSED
    receipt = freezing.freeze(prepared, options.out, random=secrets.token_bytes, now=now)
    print(receipt.text)
    print(say(options.language, "cli.frozen", folder=receipt.folder, secrets=receipt.secrets))
    return DONE


def _tell_problems(options: argparse.Namespace, prepared: "Prepared") -> bool:
    """Prints the problems in short, and all of them into a file where there are more; whether one is an error."""
    from kiosk import confidential
    from kiosk.intake.problems import report, summary

    lines, all = summary(prepared.problems, options.language), report(prepared.problems, options.language)
    for line in lines[:SHOWN_PROBLEMS]:
        print(line)
    if len(all) > SHOWN_PROBLEMS or len(lines) < len(all):
        file = Path(f"{options.draw_yaml.stem}.problems.txt").absolute()
        about = say(options.language, "cli.problems-file", all=len(all), file=options.draw_yaml)
        # Names and numbers of the office's list are for who runs this.
        confidential.write(file, "".join(f"{line}\n" for line in (about, "", *all)).encode())
        print(say(options.language, "cli.more-problems", all=len(all), file=file))
    if prepared.unjudged:
        what = [say(options.language, f"intake.unjudged-{part}") for part in prepared.unjudged]
        print(say(options.language, "intake.unjudged", what=say(options.language, "intake.and").join(what)))
    told = {"errors": len(prepared.errors), "warnings": len(prepared.warnings)}
    print(say(options.language, "cli.problems", **told))
    return bool(prepared.errors)


# --- the ceremony --------------------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> int:
    from kiosk import app

    return app.run(options)


def draw(options: argparse.Namespace) -> int:
    files = _files(options.folder, (*evidence.INPUTS, seed.FILE))
    inputs = evidence.read_inputs(files)
    evidence.read_seed(files, inputs)
    _, made = evidence.complete(inputs, files, files[seed.FILE].decode())
    for name in (allot.FILE, evidence.SUMS):
        _keep(options.folder / name, made[name])
    print(text.sha256(made[evidence.SUMS]))
    return DONE


def _keep(path: Path, data: bytes) -> None:
    """Writes a file of the result; one that is there already must be the same, and a draft never has its name."""
    there = folders.read_file(path)
    if there is not None and there != data:
        raise InputError("cli.other-result", file=str(path))
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(data)
    draft.replace(path)


# --- checking and publishing ---------------------------------------------------------------------------------------


def verify(options: argparse.Namespace) -> int:
    """The verifier is a program of its own that shares no code with this one, so it is started as one."""
    hashes = ("claimed", "notice", "entry")
    # A hash is copied from a screen or from paper in groups.
    given = [f"--{name}={''.join(value.split())}" for name in hashes if (value := getattr(options, name)) is not None]
    given += [f"--{name}" for name in ("json", "after") if getattr(options, name)]
    arguments = [str(options.folder), *given, "--lang", "zh" if options.language == "zh-CN" else "en"]
    return subprocess.run([sys.executable, "-m", "kiosk.verifier", *arguments], check=False).returncode


def sql(options: argparse.Namespace) -> int:
    from kiosk import sql as databases

    def told(done: int, all: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done}/{all}", end="\n" if done == all else "", file=sys.stderr, flush=True)

    # Bytes in either case: a terminal that knows no Chinese must not change a condition.
    if options.run:
        databases.run_into(options.folder, options.engine, sys.stdout.buffer, told)
    else:
        sys.stdout.buffer.write(databases.make(databases.read(options.folder), options.engine).encode())
    return DONE


def record(options: argparse.Namespace) -> int:
    from kiosk.ceremony import record as records
    from kiosk.paper import office

    if options.check:
        for line in records.tell(records.check(options.folder), options.language):
            print(line)
    else:
        language = options.paper_language or office.read(options.folder).language
        sys.stdout.write(records.write(options.folder, language))
    return DONE


def serve(options: argparse.Namespace) -> int:
    from kiosk.hall import serve as serving

    serving.run(options.folder, options.host, options.port, (options.language,))
    return DONE


def export(options: argparse.Namespace) -> int:
    from kiosk.hall import export as exporting

    made = (exporting.export_notice if options.notice else exporting.export)(options.folder, options.out)
    print(say(options.language, "cli.exported", folder=made.folder, hash=made.hash))
    print(say(options.language, "cli.policy", policy=made.policy))
    for name in made.left_out:
        print(explain(options.language, InputError("hall.left-out", file=name)), file=sys.stderr)
    return DONE


def print_paper(options: argparse.Namespace) -> int:
    from kiosk import printing

    return printing.run(options)


# --- after the draw ------------------------------------------------------------------------------------------------


def after(options: argparse.Namespace) -> int:
    if options.action == "show":
        from kiosk import choosing

        return choosing.run(options)
    from kiosk.after import command
    from kiosk.intake.privacy import identifies

    return command.run(options, lambda: datetime.now().astimezone(), identifies)


# --- the table -----------------------------------------------------------------------------------------------------

COMMANDS: dict[str, Command] = {
    "run": run,
    "secret": secret,
    "check": check,
    "freeze": freeze,
    "draw": draw,
    "verify": verify,
    "sql": sql,
    "serve": serve,
    "export": export,
    "print": print_paper,
    "record": record,
    "after": after,
}


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Mingyao 明摇: a public lottery that anybody can check.")
    # Answered before the commands are looked at; here for its help only.
    parser.add_argument("--version", action="store_true", help="and exit; with --json, of everything it stands on")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str, folder: str | None = "FOLDER") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        if folder:
            made.add_argument("folder", type=Path, metavar=folder, help="an evidence folder")
        said = (
            "of what is said (otherwise the shell's), of papers (otherwise the draw's) and, for `run`, of the screen "
            "(otherwise kiosk.yaml's)"
        )
        made.add_argument("--language", choices=LANGUAGES, help=said)
        made.add_argument("--debug", action="store_true", help="show where in the program an error arose")
        return made

    _run_options(command("run", "the ceremony; without FOLDER the demo draw, as a rehearsal", folder=None))

    made = command("secret", "for the notary: a secret, its commitment, and a sheet to print and seal", folder=None)
    made.add_argument("--draw", required=True, help="the draw's id")
    made.add_argument("--label", required=True, help="whose secret it is, such as notary")
    made.add_argument("--out", type=Path, help="save the sheet here; otherwise nothing is saved")

    made = command("check", "read everything, tell every problem, draw nothing", folder=None)
    made.add_argument("draw_yaml", type=Path, metavar="DRAW.yaml")
    made.add_argument("--register", type=Path, help="the archive's register.txt, to see that the draw id is new")

    made = command("freeze", "write the frozen draw and its receipt", folder=None)
    made.add_argument("draw_yaml", type=Path, metavar="DRAW.yaml")
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the new evidence folder")

    command("draw", "result.csv and SHA256SUMS from the other five files, without a screen")

    made = command("verify", "judge a finished folder: 0 verified, 1 refuted, 2 unusable")
    made.add_argument("--claimed", metavar="HEX", help="the result hash on a screen or paper, 32 to 64 digits of it")
    made.add_argument("--notice", metavar="HEX", help="the notice hash that was published beforehand, 64 digits")
    made.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    made.add_argument("--after", action="store_true", help="judge after.jsonl too, what happened after the draw")
    made.add_argument("--entry", metavar="HEX", help="the hash of an entry of it that somebody holds, 32 to 64 digits")

    made = command("sql", "the draw as SQL, printed or run")
    made.add_argument("--engine", choices=("duckdb", "spark"), required=True)
    made.add_argument("--run", action="store_true", help="run it, and print result.csv")

    made = command("serve", "the pages for phones in the hall")
    made.add_argument("--host", default="0.0.0.0")
    made.add_argument("--port", type=int, default=8080)

    made = command("export", "the published form of a folder, for any static web server or USB stick")
    made.add_argument("--out", type=Path, required=True, metavar="DIR")
    made.add_argument("--notice", action="store_true", help="the four files that are published before the ceremony")

    made = command("record", "the ceremony's journal as a text to read and sign")
    made.add_argument("--check", action="store_true", help="judge its chain: 0 whole, 1 cut or edited, 2 no journal")

    made = command("print", "paper")
    papers = ("poster", "certificate", "list", "alternates", "slips", "ledger", "question", "card", "envelope", "keys")
    made.add_argument("what", choices=papers)
    made.add_argument("number", type=int, nargs="?", metavar="NUMBER", help="of a question")
    made.add_argument("--pdf", type=Path, metavar="FILE", help="write a PDF instead of printing")
    made.add_argument("--csv", type=Path, metavar="FILE", help="of the list, as text; a program reads result.csv")
    made.add_argument("--xlsx", type=Path, metavar="FILE", help="of the list, for a spreadsheet program")
    made.add_argument("--large", action="store_true", help="the list in large print, for the wall")
    made.add_argument("--now", action="store_true", help="the list of who holds each flat now, with every "
                      "decision; slips of those who came in line since")  # fmt: skip
    made.add_argument("--office", type=Path, metavar="SHEET", help="list, alternates or slips with the office's own "
                      "columns (names, telephones) of each household: private, never in the folder")  # fmt: skip
    made.add_argument("--columns", metavar="A,B", help="which columns of SHEET, by their headings; otherwise all")
    made.add_argument(
        "--key", metavar="HEADING", help="of the households' numbers in SHEET; otherwise as at the freeze"
    )
    made.add_argument("--tab", default="", metavar="NAME", help="which sheet of a workbook; otherwise the first")
    made.add_argument("--sheet", type=Path, metavar="FILE", help="for an envelope: what `mingyao secret` made")
    made.add_argument("--queue", metavar="NAME", help="the print queue; otherwise that of kiosk.yaml")
    made.add_argument("--address", metavar="URL", help="what the QR code holds; otherwise what kiosk.yaml leads to")
    made.add_argument("--config", type=Path, metavar="KIOSK.yaml")

    from kiosk.after import command as after_the_draw

    made = command("after", "what happens after the draw: flats given up, who is next, questions")
    after_the_draw.add_options(made, _size)
    return parser


def _run_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="a frozen draw")
    made.add_argument("--config", type=Path, metavar="KIOSK.yaml", help="settings of this machine")
    made.add_argument("--rehearse", action="store_true", help="a marked rehearsal of this draw, on a copy")
    made.add_argument("--out", type=Path, metavar="DIR", help="where the demo's or the rehearsal's folder goes")
    made.add_argument("--mirror", type=Path, metavar="DIR", help="keep the same bytes here too, such as on a USB stick")
    made.add_argument("--windowed", action="store_true")
    made.add_argument("--size", type=_size, metavar="1920x1080", help="size of the window or the pictures")
    made.add_argument("--headless", action="store_true", help="no window")
    made.add_argument("--auto", action="store_true", help="play without a hand")
    made.add_argument("--contributions", type=Path, metavar="FILE", help="lines `who | digits`, for --auto")
    made.add_argument("--reveals", type=Path, metavar="FILE", help="lines `label secret`, for --auto")
    made.add_argument("--public", metavar="DIGITS", help="the public source's digits, for --auto")
    made.add_argument("--speed", type=float, default=1.0, metavar="X", help="play so many times as fast")
    made.add_argument("--pictures", type=Path, metavar="DIR", help="save one PNG of each scene here")


def _size(written: str) -> tuple[int, int]:
    width, _, height = written.partition("x")
    if not (width.isascii() and width.isdecimal() and height.isascii() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{written}: a size is written as 1920x1080")
    return int(width), int(height)


def _files(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    if not folder.is_dir():
        raise InputError("folder.none", folder=str(folder))
    return folders.read(folder, names)


if __name__ == "__main__":
    raise SystemExit(main())
