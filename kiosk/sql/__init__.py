"""The draw as SQL: made from `rules.json` and `seed.txt`, run by DuckDB or Spark over `roll.csv` and `units.csv`.

Who does not trust this program, or has a draw too large for one machine, draws with a database instead. So the SQL
is a text that stands for itself: pasted into the shell of either engine beside the csv files it writes the result,
and nothing of Python takes part. `script` writes that text and says how it works; `on_duckdb` and `on_spark` run it.

Only the first two lines of either table are read here. Whether all rows are what FORMAT.md asks is the verifier's
matter; the SQL supposes it.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from kiosk import folder as folders
from kiosk.core import evidence, notice, rules, seed, tables, text
from kiosk.core.errors import InputError
from kiosk.core.tables import Table
from kiosk.sql import on_duckdb, on_spark, script
from kiosk.sql.script import Draw, Engine

__all__ = ["ENGINES", "Draw", "Engine", "make", "read", "run", "run_into"]

ENGINES: tuple[Engine, ...] = ("duckdb", "spark")

_ENGINES = {"duckdb": on_duckdb, "spark": on_spark}


def read(folder: Path) -> Draw:
    """The draw in a folder whose seed is complete."""
    told = notice.parse(_text(folder, notice.FILE))
    roll = _head(folder, evidence.ROLL, "household")
    units = _head(folder, evidence.UNITS, "unit")
    read = rules.parse(_text(folder, rules.FILE), roll, units)
    return Draw(told.draw, told.title, text.sha256(_bytes(folder, seed.FILE)), roll.columns, units.columns, read)


def make(draw: Draw, engine: Engine) -> str:
    """The SQL, to be run where the csv files lie."""
    return "".join(f"{statement};\n\n" for statement in script.statements(draw, engine))


def run(folder: Path, engine: Engine) -> bytes:
    """The bytes of `result.csv`, drawn by the engine from the other files of the folder."""
    result = BytesIO()
    run_into(folder, engine, result)
    return result.getvalue()


def run_into(
    folder: Path, engine: Engine, result: BinaryIO, told: Callable[[int, int], None] = lambda done, all: None
) -> None:
    """The same for a result that is too large to hold; `told` hears after each statement how many of how many are done.

    The engine sees the tables through links in a folder of its own: there it keeps what it cannot hold in memory, and
    no name that somebody gave a folder reaches it (Spark takes `*`, `[` and `:` for more than themselves).
    """
    draw = read(folder)
    with TemporaryDirectory(prefix="mingyao-sql-") as name:
        work = Path(name)
        for table in (evidence.ROLL, evidence.UNITS):
            (work / table).symlink_to((folder / table).resolve())
        _ENGINES[engine].run(script.statements(draw, engine, work), work, result, told)


def _bytes(folder: Path, name: str) -> bytes:
    data = folders.read_file(folder / name)
    if data is None:
        raise InputError("evidence.missing", file=name)
    return data


def _text(folder: Path, name: str) -> str:
    return text.decode(_bytes(folder, name), name)


def _head(folder: Path, name: str, key: str) -> Table:
    """A table's columns and its first row."""
    lines = folders.read_lines(folder / name, 2)
    if lines is None:
        raise InputError("evidence.missing", file=name)
    return tables.parse(text.decode(lines, name), name, key)
