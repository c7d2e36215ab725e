"""Runs the SQL in Spark, on this machine alone. The extra `spark` installs it; it needs Java 17 or later.

Nothing is collected: Spark writes the sorted lines as parts that follow one another, and they are put together here.
A session that is already there is used as it is, and stays; otherwise one is started for this draw and ended.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj, which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from kiosk.core import evidence
from kiosk.core.errors import DeviceError, InputError
from kiosk.sql.script import RESULTS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MEMORY = "2g"
_SETTINGS = {
    # Nobody outside this machine is to talk with it, and nobody needs its pages.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "32",
}
# For tables of which a machine takes no notice, preparing is the work: no code is compiled, nothing is split up, and
# the tables between the statements are in the format that is opened the quickest.
_SMALL_BYTES = 4_000_000
_SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.sources.default": "json",
}
_SMALL_JAVA = "-XX:TieredStopAtLevel=1"
# What goes wrong reaches us as an exception; Spark's own account of it is hundreds of lines on the terminal. Where no
# appender is named, it takes its own settings.
_LOGGING = """\
rootLogger.level = off
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
logger.python.name = org.apache.spark.api.python.PythonGatewayServer
logger.python.level = off
"""


def run(statements: Sequence[str], work: Path, result: BinaryIO, told: Callable[[int, int], None]) -> None:
    """work: the folder that the statements name."""
    small = sum((work / table).stat().st_size for table in (evidence.ROLL, evidence.UNITS)) < _SMALL_BYTES
    with session(small) as spark:
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException

        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # what it would say is told below
        for number, statement in enumerate(statements, 1):
            try:
                spark.sql(statement)
            except (PySparkException, Py4JJavaError) as error:
                raise InputError("sql.failed", engine="Spark", reason=_reason(str(error))) from error
            told(number, len(statements))
    for part in sorted((work / RESULTS["spark"]).glob("part-*")):
        with part.open("rb") as lines:
            copyfileobj(lines, result)


@contextmanager
def session(small: bool) -> Iterator["SparkSession"]:
    """The session that is there, or one of its own that ends here; small: for tables of a few megabytes."""
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise DeviceError("sql.not-installed", engine="Spark", extra="spark") from error
    if (present := SparkSession.getActiveSession()) is not None:
        yield present
        return
    if which("java") is None and "JAVA_HOME" not in os.environ:
        raise DeviceError("sql.no-java")
    with TemporaryDirectory(prefix="mingyao-spark-") as own:
        said = Path(own) / "log4j2.properties"
        said.write_text(_LOGGING)
        java = [f"-Dlog4j2.configurationFile={said.as_uri()}", *([_SMALL_JAVA] if small else [])]
        builder = SparkSession.builder.appName("mingyao").master("local[*]")
        settings = {
            **_SETTINGS,
            **(_SMALL if small else {}),
            "spark.driver.memory": _MEMORY,
            "spark.driver.extraJavaOptions": " ".join(java),
            "spark.local.dir": own,
            "spark.sql.warehouse.dir": f"{own}/tables",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        try:
            spark = builder.getOrCreate()
        except PySparkRuntimeError as error:
            raise DeviceError("sql.no-java") from error
        try:
            yield spark
        finally:
            spark.stop()


def _reason(said: str) -> str:
    """The one line of many that says what happened: Spark puts a name in brackets before it."""
    found = re.search(r"\[[A-Z][A-Z_.]+\] .*", said)
    return found[0].partition(". ")[0] if found else said.partition("\n")[0]
