"""A printer for tests: programs named lp and lpstat that keep what they are given and say what a test wants, in the
words of CUPS 2.4.

Real ones are in tests/paper/test_paper_printer.py.
"""

import os
from pathlib import Path

import pytest

QUEUE = "HP"
_LP = """#!/bin/sh
cd {folder} && exec 9>lock && flock 9
number=$(($(cat count) + 1))
echo $number > count
cat > $number
printf '{queue}-%s root 1024 Wed\\n\\tStatus: \\n\\tAlerts: processing-to-stop-point\\n' $number >> completed
echo "request id is {queue}-$number (1 file(s))"
"""
_LPSTAT = """#!/bin/sh
cd {folder}
case "$*" in
  -r) cat server;;
  *not-completed*) [ -e queue ] && cat waiting queue;;
  *) [ -e queue ] && cat completed;;
esac
"""
IDLE = f"printer {QUEUE} is idle.  enabled since Wed\n\tForm mounted:\n\tAlerts: none\n\tLocation: \n"


class Printer:
    """A queue that prints at once, until something is `said` of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "count").write_text("0")
        (folder / "completed").write_text("")
        self.says()
        for name, script in (("lp", _LP), ("lpstat", _LPSTAT)):
            (folder / name).write_text(script.format(folder=folder, queue=QUEUE))
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def says(self, waiting: str = "", queue: str | None = IDLE, server: str = "scheduler is running\n") -> None:
        """waiting: of the jobs that are not printed yet; queue: of the queue, None for one that is not there."""
        for name, text in (("waiting", waiting), ("server", server), ("queue", queue)):
            path = self._folder / name
            if text is None:
                path.unlink(missing_ok=True)
                continue
            draft = path.with_name(f"{name}.new")
            draft.write_text(text)
            draft.replace(path)

    def ended(self, entry: str) -> None:
        """A job ended otherwise than printed: its entry among those that are over."""
        (self._folder / "completed").write_text(entry)

    def received(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self._folder.iterdir()) if path.name.isdecimal()]


def entry(number: int, alerts: str, status: str | None = "Printing.") -> str:
    """One job, as lpstat -l lists it."""
    said = "" if status is None else f"\tStatus: {status}\n"
    return f"{QUEUE}-{number}          root         22528   Wed\n{said}\tAlerts: {alerts}\n\tqueued for {QUEUE}\n"


def printer(alerts: str, message: str = "Printing.") -> str:
    head = f"printer {QUEUE} now printing {QUEUE}-1.  enabled since Wed"
    return f"{head}\n\t{message}\n\tForm mounted:\n\tAlerts: {alerts}\n"
