"""One Spark for all tests: starting it takes longer than a draw."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from kiosk.sql import on_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    with on_spark.session(small=True) as session:
        yield session


@pytest.fixture(
    params=[pytest.param("duckdb", marks=pytest.mark.duckdb), pytest.param("spark", marks=pytest.mark.spark)]
)
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the two engines, ready to run."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    return str(request.param)
