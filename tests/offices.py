"""An office's files for tests: a draw.yaml, a list of households and one of flats, small and right.

A test changes what it is about and leaves the rest as it is. The lists are csv, which is read at once; a test that is
about what only a spreadsheet holds asks for xlsx.
"""

import csv
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from openpyxl import Workbook

from kiosk.intake.freeze import Prepared, prepare
from kiosk.intake.problems import Problem

NOW = datetime(2021, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
NOTARY = hashlib.sha256(b"commitment|test-1|notary|" + b"0" * 32).hexdigest()

HEADINGS = ["序号", "登记编号", "姓名", "身份证号", "家庭人口", "保障类别", "轮候年限"]

DRAW = f"""\
draw: test-1
title: 第一期摇号
mode: ceremony
opens: 2021-12-10T09:00:00+08:00

roll:
  file: roll.csv
  sheet: 名单
  header: 2
  unique: [身份证号]
  columns:
    household: 登记编号
    name: {{from: 姓名, mask: name}}
    people: 家庭人口
    category: 保障类别
    years: 轮候年限

units:
  file: units.csv
  columns:
    unit: 房号
    layout: 户型

commitments:
  notary: {NOTARY}
contributions: {{people: 3, dice: 6}}
public: none

stages:
  - id: double
    title: 两居室
    households: {{people: {{min: 2}}}}
    units: {{layout: 两居}}
    chances: years
    alternates: 5
    tiers:
      - {{id: first, title: 优先保障, households: {{category: [低保, 特困]}}, count: 2}}
      - {{id: rest, title: 一般轮候}}
  - id: single
    title: 一居室
    units: {{layout: 一居}}
"""

_NAMES = ["陈小红", "欧阳修", "王五", "阿依古丽·买买提", "John Smith", "李四光"]
_CATEGORIES = ["一般", "低保", "一般", "特困", "一般", "低保"]

Row = list[object]


def row(n: int) -> Row:
    """The n-th household's cells, from 1."""
    category = _CATEGORIES[n % len(_CATEGORIES)]
    return [n, f"SZ{n:05d}", _NAMES[n % len(_NAMES)], f"编号{n:04d}", 1 + n % 4, category, 1 + n % 3]


def rows(count: int = 24) -> list[Row]:
    return [row(n) for n in range(1, count + 1)]


def units(count: int = 10) -> str:
    """A csv of flats, every other one with two rooms."""
    lines = [f"1栋-{n:04d},{'两居' if n % 2 else '一居'}\n" for n in range(1, count + 1)]
    return "房号,户型\n" + "".join(lines)


def write(folder: Path, draw: str = DRAW, households: Sequence[Row] | None = None, flats: str | None = None, *,
          xlsx: bool = False) -> Path:  # fmt: skip
    """The files in the folder; the path of its draw.yaml. Households stand from row 3 on, below title and headings."""
    households = rows() if households is None else households
    if xlsx:
        _write_xlsx(folder / "roll.xlsx", households)
        draw = draw.replace("file: roll.csv", "file: roll.xlsx")
    else:
        with (folder / "roll.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["轮候库名单"], HEADINGS, *households])
    (folder / "units.csv").write_text(units() if flats is None else flats, encoding="utf-8")
    (folder / "draw.yaml").write_text(draw, encoding="utf-8")
    return folder / "draw.yaml"


def _write_xlsx(file: Path, households: Sequence[Row]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.merge_cells("A1:G1")
    sheet["A1"] = "轮候库名单"
    sheet.append(HEADINGS)
    for household in households:
        sheet.append(household)
    book.save(file)


def changed(draw: str, *changes: tuple[str, str]) -> str:
    """The text with each first replaced by its second; what is to be replaced must be there."""
    for old, new in changes:
        assert old in draw, old
        draw = draw.replace(old, new)
    return draw


def check(folder: Path, *changes: tuple[str, str], households: Sequence[Row] | None = None,
          flats: str | None = None, xlsx: bool = False) -> Prepared:  # fmt: skip
    return prepare(write(folder, changed(DRAW, *changes), households, flats, xlsx=xlsx))


def told(prepared: Prepared) -> list[str]:
    """Each problem as `code@place`."""
    return [f"{problem.code}@{problem.where.cell or problem.where.line}" for problem in prepared.problems]


def only(prepared: Prepared, code: str) -> Problem:
    """The one problem of this code."""
    found = [problem for problem in prepared.problems if problem.code == code]
    assert len(found) == 1, told(prepared)
    return found[0]


def counted(size: int) -> bytes:
    """Instead of os.urandom."""
    return bytes(range(size))
