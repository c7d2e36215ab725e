"""Folders to print, and papers turned into text and pictures by another program (poppler)."""

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

from PIL import Image

from ceremonies import conducted, frozen, given, own, press
from judges import VECTORS
from kiosk.ceremony import auto, desk
from kiosk.ceremony.desk import Key
from kiosk.ceremony.steps import AskVoid, Cover, NoteQuestion, Phase, Uncover
from kiosk.core import allot, evidence, notice, rules, seed, tables, text
from kiosk.paper import facts
from kiosk.paper.facts import Facts

GOLDEN = VECTORS / "golden"
ADDRESS = "HTTPS://GZF.EXAMPLE.CN/R/0123456789ABCDEF0123456789ABCDEF/"
AFTER = {
    "place": "季梁小区服务中心", "bring": ["身份证", "户口簿"], "minutes": 10, "counters": 3,
    "days": [{"date": "2021-12-13", "hours": [["09:00", "12:00"], ["14:00", "20:00"]]},
             {"date": "2021-12-18", "hours": [["00:00", "24:00"]]}],
}  # fmt: skip
PEOPLE = {"operator": "张明", "witness": "公证处 邱某", "contributors": ["甲", "乙", "丙"]}


def office(folder: Path, after: object = AFTER, names: tuple[str, ...] = ("name",)) -> Path:
    content = {"language": "zh-CN", "people": PEOPLE, "names": names, "objections": "", "after": after}
    (folder / "office.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def golden(name: str, tmp_path: Path, after: object = AFTER) -> Path:
    """A golden folder, and beside the seven files what the office wants printed."""
    return office(Path(shutil.copytree(GOLDEN / name, tmp_path / name)), after)


def read(folder: Path, language: str = "zh-CN", address: str = ADDRESS) -> Facts:
    return facts.read(folder, language, address)


def tier_of(title: str) -> dict[str, object]:
    return {"id": "a", "title": title, "households": {}, "units": {}, "count": "all"}


def stage_of(title: str, tiers: list[dict[str, object]]) -> dict[str, object]:
    return {
        "id": "s", "title": title, "households": {}, "units": {}, "chances": None, "assign": "draw",
        "alternates": "all", "tiers": tiers,
    }  # fmt: skip


def drawn(folder: Path, roll: tables.Table, units: tables.Table, stages: list[dict[str, object]], title: str) -> Path:
    """A whole folder of these tables and rules, drawn as the golden `minimal` is: with its secrets, as a rehearsal."""
    model = (GOLDEN / "minimal" / notice.FILE).read_text(encoding="utf-8")
    files = {
        "roll.csv": tables.write(roll).encode(),
        "units.csv": tables.write(units).encode(),
        rules.FILE: rules.write({"stages": stages}).encode(),
    }
    counts = {"roll": len(roll.rows), "units": len(units.rows), "rules": len(stages)}
    names = {"roll": "roll.csv", "units": "units.csv", "rules": rules.FILE}
    lines = []
    for line in model.splitlines():
        key = line.partition(":")[0]
        if key in names:
            line = f"{key}: {text.sha256(files[names[key]])} {counts[key]}"
        lines.append(f"title: {title}" if key == "title" else line)
    files[notice.FILE] = ("\n".join(lines) + "\n").encode()
    opened = (GOLDEN / "minimal" / seed.FILE).read_text(encoding="utf-8")
    before = text.sha256((GOLDEN / "minimal" / notice.FILE).read_bytes())
    inputs = evidence.read_inputs(files)
    _, made = evidence.complete(inputs, files, opened.replace(before, inputs.notice_hash))
    folder.mkdir()
    for name, data in {**files, **made}.items():
        (folder / name).write_bytes(data)
    assert allot.FILE in made
    return folder


def played_with_incidents(name: str, tmp_path: Path) -> Path:
    """A golden folder whose ceremony is played: the screen was covered, somebody was about to
    declare it void, and a question was raised."""
    folder = office(frozen(name, tmp_path / "played" / name))
    values = given(name)
    conductor = conducted(folder, own(values))
    try:
        for aside in (Cover(), Uncover(), AskVoid(), NoteQuestion("opening")):
            conductor.submit(aside)
            conductor.poll()
        auto.play(conductor, auto.ready(conductor.state, values, Random(1)), lambda state, look: None)
    finally:
        conductor.close()
    return folder


VOID = (Key("overlay"), Key("", "5"))


def voided(name: str, tmp_path: Path, phase: Phase, reason: str = "1") -> Path:
    """A golden folder whose ceremony is declared void in this phase, for the reason of this number."""
    folder = office(frozen(name, tmp_path / "void" / name))
    values = given(name)
    conductor = conducted(folder, {})
    look, now_s = desk.begin(conductor.state), 0.0
    while conductor.state.phase is not phase:
        now_s += 10.0
        key = auto.next_key(conductor.state, look, values)
        assert key is not None
        look = press(conductor, look, [key], now_s)
    press(conductor, look, [*VOID, Key("", reason), Key("enter")], 10_000)
    conductor.close()
    return folder


def words(pdf: bytes, tmp_path: Path, *options: str) -> list[str]:
    """The text of each page."""
    (tmp_path / "paper.pdf").write_bytes(pdf)
    command = ["pdftotext", *options, "paper.pdf", "-"]
    ended = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert ended.stderr == ""
    return ended.stdout.replace("\u200b", "").split("\f")[:-1]


def pictures(pdf: bytes, tmp_path: Path, dpi: int = 150) -> list[Image.Image]:
    (tmp_path / "paper.pdf").write_bytes(pdf)
    for old in tmp_path.glob("page-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", "paper.pdf", "page"], cwd=tmp_path, check=True)
    return [Image.open(path).convert("L") for path in sorted(tmp_path.glob("page-*.png"))]
