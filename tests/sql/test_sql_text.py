"""The SQL itself: the same for both engines, complete without this program, no sort of all tickets by one machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from judges import VECTORS
from kiosk import sql, words
from kiosk.core.errors import DeviceError, InputError
from kiosk.sql import script

FOLDER = VECTORS / "golden" / "suizhou-507"


def shared(text: str) -> str:
    """From the stages to the last lines of the result: what both engines understand."""
    body = text[text.index("-- 2  The stages") :]
    return re.sub(r"(?m)^(COPY \($|\) TO .*$|INSERT OVERWRITE DIRECTORY .*$)\n?|;$", "", body).rstrip()


def test_both_engines_are_given_the_same_text() -> None:
    draw = sql.read(FOLDER)
    duckdb, spark = (shared(sql.make(draw, engine)) for engine in sql.ENGINES)
    assert duckdb == spark
    assert duckdb.count("INSERT INTO allotted") == 5


def test_the_text_names_the_draw_its_stages_and_the_seed() -> None:
    draw = sql.read(FOLDER)
    text = sql.make(draw, "duckdb")
    assert draw.id in text
    assert draw.title in text
    assert "Stage 2, double (两居室), tier 1, first (优先保障)" in text
    assert f"'{draw.seed}|household|'" in text


@pytest.mark.parametrize("name", ["notice.txt", "roll.csv", "units.csv", "rules.json", "seed.txt"])
def test_no_link_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "draw"
    shutil.copytree(FOLDER, folder)
    (folder / name).unlink()
    with pytest.raises(InputError) as missing:
        sql.read(folder)
    assert missing.value.code == "evidence.missing"
    (folder / name).symlink_to(FOLDER / name)
    with pytest.raises(InputError) as linked:
        sql.read(folder)
    assert linked.value.code == "folder.file"
    assert name in str(linked.value.values["file"])


@pytest.mark.duckdb
def test_the_shell_of_duckdb_draws_from_the_text_and_the_csv_files_alone(tmp_path: Path) -> None:
    text = sql.make(sql.read(FOLDER), "duckdb")
    for name in ("roll.csv", "units.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    shell = Path(sys.executable).with_name("duckdb")
    subprocess.run([shell], input=text, encoding="utf-8", cwd=tmp_path, check=True)
    assert (tmp_path / "result-duckdb.csv").read_bytes() == (FOLDER / "result.csv").read_bytes()


@pytest.mark.long
@pytest.mark.spark
def test_the_shell_of_spark_draws_from_the_text_and_the_csv_files_alone(tmp_path: Path) -> None:
    for name in ("roll.csv", "units.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "draw.sql").write_text(sql.make(sql.read(FOLDER), "spark"), "utf-8")
    here = Path(sys.executable).parent
    alone = ["spark.ui.enabled=false", "spark.driver.host=127.0.0.1", "spark.driver.bindAddress=127.0.0.1"]
    subprocess.run(
        [here / "spark-sql", *(word for one in alone for word in ("--conf", one)), "-f", "draw.sql"],
        cwd=tmp_path, env={**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}, check=True,
    )  # fmt: skip
    parts = sorted((tmp_path / "result-spark").glob("part-*"))
    assert b"".join(part.read_bytes() for part in parts) == (FOLDER / "result.csv").read_bytes()


@pytest.mark.spark
def test_spark_sorts_by_ticket_once_a_tier_and_only_within_drawers(tmp_path: Path, spark: object) -> None:
    from pyspark.sql import SparkSession

    assert isinstance(spark, SparkSession)
    for name in ("roll.csv", "units.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    plans = []
    for statement in script.statements(sql.read(FOLDER), "spark", tmp_path):
        if "row_number()" in statement:
            query = statement[statement.index("WITH waiting") :]
            plans.append(str(spark.sql(f"EXPLAIN {query}").collect()[0][0]))
        spark.sql(statement)
    assert len(plans) == 6
    for plan in plans:
        sorts = [line for line in plan.splitlines() if re.search(r" Sort \[.*ticket#", line)]
        assert len(sorts) == 1
        assert re.search(
            r"Sort \[(kind|stage_no)#\d+ ASC NULLS FIRST, drawer#\d+ ASC NULLS FIRST, ticket#\d+ ASC", sorts[0]
        )
        assert "Collect" not in plan
        assert "TakeOrdered" not in plan


@pytest.mark.parametrize(("engine", "module"), [("duckdb", "duckdb"), ("spark", "pyspark.sql")])
def test_an_engine_that_is_not_installed_is_told_with_what_installs_it(
    engine: sql.Engine, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DeviceError) as told:
        sql.run(FOLDER, engine)
    for language in words.LANGUAGES:
        assert f'pip install "mingyao[{engine}]"' in words.explain(language, told.value)


@pytest.mark.parametrize("name", ["notice.txt", "roll.csv", "units.csv", "rules.json", "seed.txt"])
def test_a_file_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        if path.name != name:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(InputError) as told:
        sql.read(tmp_path)
    assert told.value.code == "evidence.missing"
    assert told.value.values == {"file": name}


@pytest.mark.duckdb
def test_a_terminal_that_knows_no_chinese_changes_nothing(tmp_path: Path) -> None:
    """What `mingyao sql` prints is the text, and the result, in UTF-8 whatever the locale is."""
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    command = [str(Path(sys.executable).with_name("mingyao")), "sql", str(FOLDER), "--engine", "duckdb"]
    printed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert printed.decode() == sql.make(sql.read(FOLDER), "duckdb")
    drawn = subprocess.run([*command, "--run"], env=environment, capture_output=True, check=True).stdout
    assert drawn == (FOLDER / "result.csv").read_bytes()
