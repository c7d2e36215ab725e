"""What the draw as SQL costs: `PYTHONPATH=tests python tests/bench/sql.py ENGINE [HOUSEHOLDS …]`.

For each size, with a fifth as many units, in two stages and three tiers, all alternates: seconds on the wall, seconds
of all processors, and the most memory that the process (and Spark's Java beside it) held at once. Each size is drawn in
a process of its own; `--core` compares with the program's own draw, which holds everything in memory. Linux only.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kiosk import sql
from kiosk.core import evidence, notice, rules, seed, text
from kiosk.core.allot import allot, result_csv
from kiosk.core.notice import Hashed, Notice
from sql_draws import SECRET, stage, tier

ONE = "--one"


def write(folder: Path, households: int) -> None:
    """Written line by line: the larger sizes fit on the disk, not into memory."""
    units = households // 5
    with (folder / evidence.ROLL).open("w", encoding="utf-8") as roll:
        roll.write("household,people,category\n")
        for n in range(households):
            roll.write(f"H{n:09d},{n * 7919 % 6 + 1},{'低保' if n * 104729 % 10 == 0 else '一般'}\n")
    with (folder / evidence.UNITS).open("w", encoding="utf-8") as flats:
        flats.write("unit,layout\n")
        for n in range(units):
            flats.write(f"U{n:09d},{'一居' if n % 3 else '三居'}\n")
    first = tier("first", households={"category": "低保"}, count=units // 5)
    stages = [
        stage("large", households={"people": {"min": 4}}, units={"layout": "三居"}, alternates=1000),
        stage("rest", units={"layout": "一居"}, tiers=[first, tier("rest")]),
    ]
    (folder / rules.FILE).write_text(rules.write({"stages": stages}), encoding="utf-8")
    told = Notice(
        "made", "Made up", True, "2021-12-10T09:00:00+08:00",
        _hashed(folder / evidence.ROLL, households), _hashed(folder / evidence.UNITS, units),
        _hashed(folder / rules.FILE, len(stages)),
        (("operator", notice.commitment("made", "operator", SECRET)),), None, None,
    )  # fmt: skip
    (folder / notice.FILE).write_text(notice.write(told), encoding="utf-8")
    notice_hash = text.sha256((folder / notice.FILE).read_bytes())
    seed_txt = seed.write(seed.Seed((), (SECRET,), None), told, notice_hash)
    (folder / seed.FILE).write_text(seed_txt, encoding="utf-8")


def _hashed(path: Path, count: int) -> Hashed:
    return Hashed(text.sha256(path.read_bytes()), count)


def measured(folder: Path, engine: sql.Engine, result: Path) -> None:
    """One draw in this process; prints a line of figures, and what each statement took on the wall."""
    start = last = time.perf_counter()
    steps: list[float] = []
    cpu_s = peak_mb = 0.0

    def told(done: int, all: int) -> None:
        nonlocal last, cpu_s, peak_mb
        now = time.perf_counter()
        steps.append(now - last)
        last = now
        cpu_s, peak_mb = _processes()

    with result.open("wb") as file:
        sql.run_into(folder, engine, file, told)
    wall_s = time.perf_counter() - start
    print(f"{wall_s:8.1f} {cpu_s:8.1f} {peak_mb:8.0f}   {' '.join(f'{step:.1f}' for step in steps if step > 0.5)}")


def _processes() -> tuple[float, float]:
    """Seconds of processors, and megabytes at the highest, of this process and its children."""
    own = Path("/proc/self")
    children = (own / "task" / own.resolve().name / "children").read_text().split()
    of_all = [own, *(Path("/proc") / pid for pid in children)]
    cpu_s = peak_mb = 0.0
    for process in of_all:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        cpu_s += (int(fields[11]) + int(fields[12])) / 100
        peak = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
        peak_mb += int(peak.split()[1]) / 1024
    return cpu_s, peak_mb


def core(folder: Path) -> str:
    files = {name: (folder / name).read_bytes() for name in evidence.INPUTS}
    inputs = evidence.read_inputs(files)
    drawn = allot(text.sha256((folder / seed.FILE).read_bytes()), inputs.roll, inputs.units, inputs.rules)
    return text.sha256(result_csv(drawn))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("engine", choices=sql.ENGINES)
    parser.add_argument("households", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--core", action="store_true")
    parser.add_argument(ONE, nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measured(options.one[0], options.engine, options.one[1])
        return
    print(f"{'households':>10} {'wall s':>8} {'cpu s':>8} {'peak MB':>8}   statements of more than half a second")
    for households in options.households:
        with tempfile.TemporaryDirectory() as name:
            folder, result = Path(name), Path(name) / "drawn.csv"
            write(folder, households)
            print(f"{households:10,}", end=" ", flush=True)
            command = [sys.executable, __file__, options.engine, ONE, str(folder), str(result)]
            subprocess.run(command, check=True)
            if options.core:
                with result.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                verdict = "the same as" if digest == core(folder) else "NOT"
                print(f"{'':10} {verdict} what core draws: {digest}", flush=True)


if __name__ == "__main__":
    main()
