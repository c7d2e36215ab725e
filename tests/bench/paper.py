"""How long papers take, and how much memory: `python tests/bench/paper.py FOLDER [WINNERS]`.

The folder's slips, list and alternates, each in processor and wall seconds; with WINNERS, the slips of so many, made up
by repeating those of the folder.
"""

import dataclasses
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from kiosk.paper import facts, lists, slips
from kiosk.paper.winners import winners

ADDRESS = "https://gzf.example.cn/R/0123456789ABCDEF0123456789ABCDEF/"


def measured(what: str, make: Callable[[], Iterable[bytes]]) -> None:
    wall_s, cpu_s = time.perf_counter(), sum(_cpu())
    sizes = [len(pdf) for pdf in make()]
    wall_s, cpu_s = time.perf_counter() - wall_s, sum(_cpu()) - cpu_s
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10
    told = f"{what}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB, {cpu_s:.1f} s of processor, {wall_s:.1f} s"
    print(f"{told}, largest process {peak} MiB", flush=True)


def _cpu() -> tuple[float, float]:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def main() -> None:
    told = facts.read(Path(sys.argv[1]), "zh-CN", ADDRESS)
    if len(sys.argv) > 2:
        count, own = int(sys.argv[2]), list(winners(told))
        many = [dataclasses.replace(own[at % len(own)], rank=at + 1) for at in range(count)]
        slips.winners = lambda facts: iter(many)  # type: ignore[attr-defined]
        measured(f"{count} slips", lambda: slips.slips(told))
        return
    measured("slips", lambda: slips.slips(told))
    measured("list", lambda: lists.allotted(told))
    measured("list for the wall", lambda: lists.allotted(told, large=True))
    measured("alternates", lambda: lists.alternates(told))


if __name__ == "__main__":
    main()
