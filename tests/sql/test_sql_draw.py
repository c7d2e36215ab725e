"""Both engines give `result.csv`, byte for byte, whatever stands in the files."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from draws import folders
from judges import VECTORS, golden_vectors
from kiosk import sql
from kiosk.core import allot, text
from kiosk.core.errors import InputError
from sql_draws import Files, large, stage, tier, whole

GOLDEN = [name for name, _, _ in golden_vectors()]


def written(files: Files, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("notice.txt", "roll.csv", "units.csv", "rules.json", "seed.txt"):
        (folder / name).write_bytes(files[name])
    return folder


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_folder_is_drawn_again_byte_for_byte(name: str, engine: sql.Engine) -> None:
    folder = VECTORS / "golden" / name
    assert sql.run(folder, engine) == (folder / "result.csv").read_bytes()


# Numbers and columns that mean something to a shell, a database, a csv reader or a spreadsheet.
AWKWARD_IDS = [
    "!", "#1", "$1", "${env:HOME}", "%s", "'", "''", "0", "00", "001", "1", "1;", "1e3", "?", "A\\", "A\\'", "NULL",
    "\\", "\\N", "\\n", "a b", "a--b", "a/*b", "false", "null", "x;y", "`", "{x}", "~", "É", "é", "ﬀ", "𠮷",
]  # fmt: skip
AWKWARD_COLUMNS = ["id", "kind", "line", "order", "rank", "select", "stage_no", "ticket", "tickets", "tiers"]


def awkward() -> Files:
    values = ["", "O'Brien", "${env:HOME}", "NULL", "'", "''", "#", "\\", "' OR 1=1 --", "空"]
    roll = [
        ",".join([id, *(values[(n + k) % len(values)] for k in range(len(AWKWARD_COLUMNS) - 1)), f"{n}"])
        for n, id in enumerate(sorted(AWKWARD_IDS, key=str.encode))
    ]
    units = [f"{id},{id}" for id in sorted(AWKWARD_IDS, key=str.encode)[:12]]
    stages = [
        stage("order", title="O'Brien ${env:HOME}", households={"id": ["O'Brien", "", "' OR 1=1 --", "空"]},
              units={"select": ["'", "''", "${env:HOME}", "#1", "00"]}, alternates=2),
        stage("select", title="'", households={"order": ["${env:HOME}", "NULL", "'"]}, units={"select": "!"},
              chances=None, alternates=0, tiers=[tier("from", title="; DROP TABLE tickets", households={"kind": ""})]),
        stage("rest", households={"tiers": {"min": 3, "max": 20}}, tiers=[tier("a", count=3), tier("b")]),
    ]  # fmt: skip
    return whole([",".join(["household", *AWKWARD_COLUMNS]), *roll], ["unit,select", *units], stages, "ends in \\")


def test_no_value_and_no_column_is_taken_for_anything_else(engine: sql.Engine, tmp_path: Path) -> None:
    files = awkward()
    assert sql.run(written(files, tmp_path), engine) == files["result.csv"]


def test_a_row_like_the_first_line_is_a_row(engine: sql.Engine, tmp_path: Path) -> None:
    files = whole(["household,name", "a,a", "household,name", "z,z"], ["unit", "household", "unit"], [stage("main")])
    assert sql.run(written(files, tmp_path), engine) == files["result.csv"]


def test_the_folder_may_have_any_name(engine: sql.Engine, tmp_path: Path) -> None:
    files = whole(["household", "a", "b"], ["unit", "u"], [stage("main")])
    folder = written(files, tmp_path / "第九期 [a] * {b}: it's ${env:HOME}")
    assert sql.run(folder, engine) == files["result.csv"]


def test_a_result_may_have_no_row(engine: sql.Engine, tmp_path: Path) -> None:
    nobody = stage("none", households={"people": {"min": 6, "max": 5}})
    files = whole(["household,people", "a,1", "b,2"], ["unit", "u"], [nobody])
    assert files["result.csv"].count(b"\n") == 1
    assert sql.run(written(files, tmp_path), engine) == files["result.csv"]


def test_twenty_thousand_households(engine: sql.Engine, tmp_path: Path) -> None:
    files = large(20_000)
    first_stage, seed = files["result.csv"].decode().split("small,")[0].splitlines()[1:], text.sha256(files["seed.txt"])
    tickets = sorted(allot.ticket(seed, "large", f"H{n:08d}") for n in range(20_000) if n * 7919 % 6 >= 3)
    for cut in (sum("allotted" in line for line in first_stage), len(first_stage)):
        assert tickets[cut - 1][:3] == tickets[cut][:3]  # else a mistake within a drawer would not show
    assert sql.run(written(files, tmp_path), engine) == files["result.csv"]


@pytest.mark.long
@pytest.mark.parametrize("long_engine", [
    pytest.param("duckdb", marks=pytest.mark.duckdb), pytest.param("spark", marks=pytest.mark.spark),
])  # fmt: skip
def test_a_million_households(long_engine: sql.Engine, tmp_path: Path) -> None:
    files = large(1_000_000)
    assert sql.run(written(files, tmp_path), long_engine) == files["result.csv"]


@pytest.mark.duckdb
@given(files=folders())
@settings(max_examples=40)
def test_any_draw(files: Files, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = written(files, tmp_path_factory.mktemp("draw"))
    assert sql.run(folder, "duckdb") == files["result.csv"]


def test_a_number_that_is_none_is_told(engine: sql.Engine, tmp_path: Path) -> None:
    """In the first row it is found before anything runs, in another by the engine."""
    only = stage("main", households={"people": {"min": 1}})
    folder = written(whole(["household,people", "a,1", "b,2"], ["unit", "u"], [only]), tmp_path)
    (folder / "roll.csv").write_text("household,people\na,x\nb,2\n")
    with pytest.raises(InputError) as told:
        sql.run(folder, engine)
    assert told.value.code == "rules.not-a-number"
    (folder / "roll.csv").write_text("household,people\na,1\nb,x\n")
    with pytest.raises(InputError) as told:
        sql.run(folder, engine)
    assert told.value.code == "sql.failed"
    assert "'x'" in str(told.value.values["reason"])
