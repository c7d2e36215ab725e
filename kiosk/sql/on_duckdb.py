"""Runs the SQL in DuckDB, within this process. The extra `duckdb` installs it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

from kiosk.core.errors import DeviceError, InputError
from kiosk.sql.script import RESULTS


def run(statements: Sequence[str], work: Path, result: BinaryIO, told: Callable[[int, int], None]) -> None:
    """work: the folder that the statements name; there lies what does not fit into memory, too."""
    try:
        import duckdb
    except ImportError as error:
        raise DeviceError("sql.not-installed", engine="DuckDB", extra="duckdb") from error
    # Nothing that the SQL needs has to be fetched, and nothing is.
    with duckdb.connect(
        ":memory:", config={"temp_directory": str(work / "spill"), "autoinstall_known_extensions": False}
    ) as connection:
        for number, statement in enumerate(statements, 1):
            try:
                connection.execute(statement)
            except duckdb.Error as error:
                raise InputError("sql.failed", engine="DuckDB", reason=str(error).partition("\n")[0]) from error
            told(number, len(statements))
    with (work / RESULTS["duckdb"]).open("rb") as lines:
        copyfileobj(lines, result)
