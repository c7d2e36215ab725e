"""Spoils files as disks, editors and people with bad intentions do; and `mingyao`, called on what is left of them.

`spoiled(random, data)` changes a few places of some bytes, up to a megabyte of them. `said(words)` runs the program in
this process, where a thousand runs cost seconds, and gives its exit code and what it printed; whatever it raises is
left to the test. `process(words)` runs it as a process of its own with little memory and little time.

Every test prints one seed; `MINGYAO_FUZZ_SEED` gives it back. Each case has its own generator, made from the seed and
its number, so that one case can be run alone.
"""

import contextlib
import io
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

from kiosk import cli

MEMORY_BYTES = 512 * 2**20
TIME_S = 20
LARGEST_BYTES = 2**20

_PIECES = [
    b"", b"\n", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b" ", b"\t", b",", b"|", b":", b"-", b"{", b"}", b"[", b"]",
    b'"', b"\\", b"'", b"&a ", b"*a", b"!!python/object:os.system ", b"<<: ", b"? ", b"...", b"---\n", b"null", b"true",
    b"NaN", b"-Infinity", b"1e999", b"-0", b"9" * 16, b"9" * 5000, b"\\ud800", b"\\u0000", "\u202e".encode(),
    "\u0301".encode(), "～".encode(), "𬭚".encode(), "，".encode(), b"\xed\xa0\x80", b"..", b"../../x", b"/dev/zero",
    b"%s%n", b"{0}", b"{file}", b"=cmd|' /C calc'!A0", b"<!DOCTYPE x>", b"PK\x03\x04", b"\x1b[2J",
]  # fmt: skip
_DEEP = [b"[", b"{", b'{"a":', b"[[", b"- ", b"&a [*a,", b"(", b'"', b"\\", b"\n", b",", b"a: ", b"<a>", b"0"]


def seeds(name: str, count: int) -> Iterator[tuple[str, Random]]:
    """So many cases: what each is called, and its generator."""
    seed = os.environ.get("MINGYAO_FUZZ_SEED") or str(SystemRandom().getrandbits(32))
    print(f"MINGYAO_FUZZ_SEED={seed}")
    for number in range(count):
        case = f"{seed}/{name}/{number}"
        yield case, Random(case)


def spoiled(random: Random, data: bytes) -> bytes:
    """One to four changes."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        data = _change(random, data)
    return data[:LARGEST_BYTES]


def _change(random: Random, data: bytes) -> bytes:
    at = random.randint(0, len(data))
    end = min(len(data), at + random.choice((1, 1, 4, 60, 5000)))
    kind = random.randrange(9)
    if kind == 0 and data:
        place = random.randrange(len(data))
        return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]
    if kind == 1:
        return data[:at] + random.choice(_PIECES) + data[at:]
    if kind == 2:
        return data[:at] + random.choice(_PIECES) + data[end:]
    if kind == 3:
        return data[:at] + data[end:]
    if kind == 4:
        return data[:at]
    if kind == 5:
        return data[:at] + data[at:end] * random.choice((2, 2, 3, 300)) + data[end:]
    if kind == 6:
        lines = data.split(b"\n")
        one, other = random.randrange(len(lines)), random.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        return b"\n".join(lines)
    if kind == 7:
        return data[:at] + random.randbytes(random.choice((1, 4, 400))) + data[end:]
    unit = random.choice(_DEEP)
    tail = data[at:] if random.random() < 0.5 else b""
    return data[:at] + unit * (random.choice((50, 5000, LARGEST_BYTES)) // len(unit)) + tail


def said(*words: object) -> tuple[int, str]:
    """What the program ends with, and all that it printed."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            status = cli.main([str(word) for word in words])
        except SystemExit as usage:
            status = usage.code if isinstance(usage.code, int) else 2
    printed.flush()
    assert isinstance(printed.buffer, io.BytesIO)
    return status, printed.buffer.getvalue().decode("utf-8")


def process(*words: object, cwd: Path) -> tuple[int, str]:
    """The same as a process of its own, which may have `MEMORY_BYTES` and `TIME_S` of the processor and no more."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))

    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "COVERAGE_PROCESS_START"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", *map(str, words)], cwd=cwd, env={**environment, "LANG": "C.UTF-8"},
        preexec_fn=limited, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8", "replace")
