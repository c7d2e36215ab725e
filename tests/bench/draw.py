"""How much the draw costs: `python tests/bench/draw.py [HOUSEHOLDS …]`.

For each size, with a fifth as many units: from tickets to the text of result.csv, beside a bare loop that computes the
same hashes and does nothing else, in the same run. The ratio is what counts; it should hardly grow with the size.
"""

import gc
import hashlib
import resource
import sys
import time

from kiosk.core import allot
from kiosk.core.rules import Filter, Rules, Stage, Tier
from kiosk.core.tables import Table


def made_up(households: int) -> tuple[Table, Table, Rules]:
    categories = ["一般", "低保", "特困", "一般", "一般"]
    roll = [(f"SZ{n:07d}", "陈**", str(n % 7 + 1), categories[n % 5]) for n in range(households)]
    units = [(f"{n:07d}", "两居" if n % 2 else "一居") for n in range(households // 5)]
    columns = ("household", "name", "people", "category")
    everyone, first = Filter({}, columns), Filter({"category": frozenset(["低保"])}, columns)
    flats = Filter({}, ("unit", "layout"))
    tiers = (
        Tier("first", "优先", first, flats, households // 50),
        Tier("rest", "一般", everyone, flats, "all"),
    )
    stage = Stage("flats", "两居室", everyone, flats, None, "draw", "all", tiers)
    return Table(columns, roll), Table(("unit", "layout"), units), Rules((stage,))


def hashes_alone(seed: str, roll: Table, units: Table) -> float:
    start = time.perf_counter()
    for row in roll.rows:
        hashlib.sha256(f"{seed}|household|flats|{row[0]}|1".encode()).hexdigest()
    for row in units.rows:
        hashlib.sha256(f"{seed}|unit|flats|{row[0]}".encode()).hexdigest()
    return time.perf_counter() - start


def whole_draw(seed: str, roll: Table, units: Table, rules: Rules) -> float:
    start = time.perf_counter()
    allot.result_csv(allot.allot(seed, roll, units, rules))
    return time.perf_counter() - start


def main(sizes: list[int]) -> None:
    seed = hashlib.sha256(b"bench").hexdigest()
    print(f"{'households':>10} {'hashes s':>9} {'draw s':>8} {'ratio':>6} {'peak MB':>8}")
    for size in sizes:
        roll, units, rules = made_up(size)
        gc.collect()
        # In turn, and the best of each: the machine is shared with whatever else runs on it.
        pairs = [(hashes_alone(seed, roll, units), whole_draw(seed, roll, units, rules)) for _ in range(5)]
        bare, draw = min(bare for bare, _ in pairs), min(draw for _, draw in pairs)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:10,} {bare:9.3f} {draw:8.3f} {draw / bare:6.2f} {peak_mb:8.0f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
