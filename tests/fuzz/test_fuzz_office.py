"""Whatever an office hands in - lists, spreadsheets, draw.yaml, kiosk.yaml - is read or refused with a sentence."""

import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

import offices
from ceremonies import frozen
from commands import values
from spoiling import process, said, seeds, spoiled

CONFIG = Path(__file__).parents[2] / "config"
XLS = Path(__file__).parents[1] / "intake" / "files" / "list.xls"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


@cache
def office() -> dict[str, bytes]:
    """The right files: draw.yaml and both lists as csv."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as place:
        offices.write(Path(place))
        return {path.name: path.read_bytes() for path in Path(place).iterdir()}


@cache
def spreadsheets(households: int) -> dict[str, bytes]:
    """The list of households in each kind of spreadsheet, but for xls, which is another list."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as place:
        offices.write(Path(place), households=offices.rows(households), xlsx=True)
        xlsx = (Path(place) / "roll.xlsx").read_bytes()
    return {"xlsx": xlsx, "ods": _ods([["轮候库名单"], [*offices.HEADINGS], *offices.rows(households)]),
            "xls": XLS.read_bytes()}  # fmt: skip


def _ods(rows: list[list[object]]) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in
                     ("office", "table", "text"))  # fmt: skip
    content = (
        f'<?xml version="1.0"?><office:document-content {names} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="名单">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{ODS}"/></manifest:manifest>'
    )
    return packed({"mimetype": ODS.encode(), "content.xml": content.encode(),
                   "META-INF/manifest.xml": manifest.encode()})  # fmt: skip


def packed(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def spoiled_inside(random: Random, book: bytes) -> bytes:
    """One of the files in the archive spoiled, so that the archive itself is right."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(parts))
    parts[name] = spoiled(random, parts[name])
    return packed(parts)


def holds(case: str, run: Callable[[], tuple[int, str]]) -> None:
    try:
        status, printed = run()
    # Whatever comes out, SystemExit too, is a failure of this case: it is named and raised again, never swallowed.
    except BaseException as error:
        raise AssertionError(f"{case} raised {error!r}") from error
    assert status in (0, 1, 2), f"{case}: {status}\n{printed}"
    assert "Traceback" not in printed, f"{case}\n{printed}"
    assert printed.strip(), f"{case}: nothing was said"


def fresh(place: Path) -> Path:
    """An empty folder in the place of what the last case left."""
    shutil.rmtree(place / "case", ignore_errors=True)
    (place / "case").mkdir()
    return place / "case"


def spoiled_office(random: Random, folder: Path) -> None:
    files = office()
    name = random.choice(sorted(files))
    for each, data in {**files, name: spoiled(random, files[name])}.items():
        (folder / each).write_bytes(data)
    if random.random() < 0.3:
        (folder / "register.txt").write_bytes(spoiled(random, REGISTER))


REGISTER = f"frozen | test-0 | {'0' * 64} | 2021-11-01T10:00:00+08:00\n".encode()


def one_office(case: str, random: Random, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fresh(place)
    monkeypatch.chdir(folder)  # where a long list of problems is written
    spoiled_office(random, folder)
    words: list[object] = ["check", folder / "draw.yaml"]
    if random.random() < 0.5:
        words = ["freeze", folder / "draw.yaml", "--out", folder / "frozen"]
    holds(case, lambda: said(*words))


def one_machine(case: str, random: Random, place: Path) -> None:
    """kiosk.yaml, contributions and reveals for a ceremony."""
    folder = fresh(place)
    draw = frozen("small", folder / "draw")
    options = values("small", folder)
    shutil.copyfile(CONFIG / "kiosk.yaml", folder / "kiosk.yaml")
    path = folder / random.choice(("kiosk.yaml", "kiosk.yaml", "contributions.txt", "reveals.txt"))
    path.write_bytes(spoiled(random, path.read_bytes()))
    holds(case, lambda: said("run", draw, "--headless", "--auto", "--config", folder / "kiosk.yaml", *options))


def one_spreadsheet(case: str, random: Random, folder: Path, households: int) -> None:
    folder = fresh(folder)
    kind = random.choice(("xlsx", "ods", "xls"))
    book = spreadsheets(households)[kind]
    inside = kind != "xls" and random.random() < 0.7
    book = spoiled_inside(random, book) if inside else spoiled(random, book)
    for name, data in office().items():
        (folder / name).write_bytes(data.replace(b"file: roll.csv", f"file: roll.{kind}".encode()))
    (folder / f"roll.{kind}").write_bytes(book)
    holds(case, lambda: process("check", folder / "draw.yaml", cwd=folder))


def test_a_spoiled_list_or_draw_yaml_is_read_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for case, random in seeds("office", 80):
        one_office(case, random, tmp_path, monkeypatch)


def test_a_spoiled_kiosk_yaml_or_what_was_given_is_read_or_refused(tmp_path: Path) -> None:
    for case, random in seeds("machine", 12):
        one_machine(case, random, tmp_path)


def test_a_spoiled_spreadsheet_is_read_or_refused(tmp_path: Path) -> None:
    for case, random in seeds("spreadsheets", 6):
        one_spreadsheet(case, random, tmp_path, 24)


@pytest.mark.long
@pytest.mark.parametrize("block", range(5))
def test_five_thousand_spoiled_offices(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for case, random in seeds(f"offices, block {block}", 1000):
        one_office(case, random, tmp_path, monkeypatch)


@pytest.mark.long
def test_five_hundred_spoiled_machines(tmp_path: Path) -> None:
    for case, random in seeds("machines", 500):
        one_machine(case, random, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(("households", "cases"), [(24, 500), (15_000, 60)])
def test_many_spoiled_spreadsheets(households: int, cases: int, tmp_path: Path) -> None:
    """The larger ones have about a megabyte."""
    for case, random in seeds(f"spreadsheets of {households}", cases):
        one_spreadsheet(case, random, tmp_path, households)
