"""Whatever has become of a folder, every command that reads it ends with a sentence and a documented exit code.

The folder is a whole one, with the journal of its ceremony and what happened after the draw; one or two of its files
are spoiled at a time.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ceremonies import frozen
from commands import values
from kiosk.ceremony import void
from spoiling import process, said, seeds, spoiled

Command = Callable[[Path, Path], list[object]]

OFFICE = (
    '{"language":"zh-CN","people":{"operator":"张明","witness":"邱","contributors":["甲"]},"names":["name"],'
    '"objections":"一楼","after":null}\n'
).encode()
BY = ("--by", "甲", "--witness", "乙", "--reason", "放弃")

# What can be asked of a folder. The second folder is empty, for what is written.
COMMANDS: dict[str, Command] = {
    "draw": lambda folder, out: ["draw", folder],
    "record": lambda folder, out: ["record", folder],
    "record in Chinese": lambda folder, out: ["record", folder, "--language", "zh-CN"],
    "check of the record": lambda folder, out: ["record", folder, "--check"],
    "export": lambda folder, out: ["export", folder, "--out", out / "published"],
    "notice": lambda folder, out: ["export", folder, "--out", out / "published", "--notice"],
    "poster": lambda folder, out: ["print", folder, "poster", "--pdf", out / "poster.pdf"],
    "sql": lambda folder, out: ["sql", folder, "--engine", "spark"],
    "list": lambda folder, out: ["after", folder, "list"],
    "next": lambda folder, out: ["after", folder, "next"],
    "check": lambda folder, out: ["after", folder, "check"],
    "withdraw": lambda folder, out: ["after", folder, "withdraw", "SZ0001", *BY],
    "rehearsal": lambda folder, out: ["run", folder, "--rehearse", "--headless", "--auto", "--out", out / "rehearsal"],
    "run": lambda folder, out: ["run", folder, "--headless", "--auto", *values("small", out)],
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a draw that was held, with two questions and a withdrawal after it."""
    place = tmp_path_factory.mktemp("whole")
    folder = frozen("small", place / "draw")
    (folder / "office.json").write_bytes(OFFICE)
    assert said("run", folder, "--headless", "--auto", *values("small", place))[0] == 0
    asked = ["--channel", "visit", "--words", "为何", "--who", "丙", "--until", "2099-12-31", "--by", "甲"]
    assert said("after", folder, "ask", *asked)[0] == 0
    assert said("after", folder, "answer", "1", "--words", "因为", "--by", "甲")[0] == 0
    housed = (folder / "result.csv").read_text("utf-8").splitlines()[1].split(",")[3]
    assert said("after", folder, "withdraw", housed, *BY)[0] == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def unfinished(random: Random, whole: dict[str, bytes]) -> dict[str, bytes]:
    """The folder as it was when its ceremony was cut off somewhere."""
    made = {"seed.txt", "result.csv", "SHA256SUMS", "after.jsonl", void.FILE}
    files = {name: data for name, data in whole.items() if name not in made}
    lines = files["journal.jsonl"].splitlines(keepends=True)
    return files | {"journal.jsonl": b"".join(lines[: random.randint(0, len(lines) - 1)])}


def broken(random: Random, whole: dict[str, bytes], folder: Path) -> None:
    """Writes the folder with one or two of its files spoiled, or gone."""
    files = dict(whole if random.random() < 0.7 else unfinished(random, whole))
    for _ in range(random.choice((1, 1, 2))):
        name = random.choice(sorted(files))
        files[name] = spoiled(random, files[name])
    if random.random() < 0.1:
        files.pop(random.choice(sorted(files)))
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def holds(case: str, status: int, printed: str) -> None:
    assert status in (0, 1, 2), f"{case}: {status}\n{printed}"
    assert "Traceback" not in printed, f"{case}\n{printed}"
    assert status == 0 or printed.strip(), f"{case}: nothing was said"


def one_run(case: str, random: Random, whole: dict[str, bytes], place: Path, in_process: bool) -> None:
    folder, out = place / "draw", place / "out"
    out.mkdir()
    broken(random, whole, folder)
    words = COMMANDS[random.choice(sorted(COMMANDS))](folder, out)
    try:
        status, printed = said(*words) if in_process else process(*words, cwd=place)
    # Whatever comes out, SystemExit too, is a failure of this case: it is named and raised again, never swallowed.
    except BaseException as error:
        raise AssertionError(f"{case}: {words[0]} raised {error!r}") from error
    holds(case, status, printed)
    shutil.rmtree(folder)
    shutil.rmtree(out)


def test_every_command_says_what_is_wrong_with_a_spoiled_folder(whole: dict[str, bytes], tmp_path: Path) -> None:
    for case, random in seeds("folders", 150):
        one_run(case, random, whole, tmp_path, in_process=True)


def test_a_spoiled_folder_needs_little_memory_and_time(whole: dict[str, bytes], tmp_path: Path) -> None:
    for case, random in seeds("folders as processes", 5):
        one_run(case, random, whole, tmp_path, in_process=False)


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_twenty_thousand_spoiled_folders(block: int, whole: dict[str, bytes], tmp_path: Path) -> None:
    for case, random in seeds(f"folders, block {block}", 1000):
        one_run(case, random, whole, tmp_path, in_process=True)


@pytest.mark.long
def test_five_hundred_spoiled_folders_as_processes(whole: dict[str, bytes], tmp_path: Path) -> None:
    for case, random in seeds("many folders as processes", 500):
        one_run(case, random, whole, tmp_path, in_process=False)
