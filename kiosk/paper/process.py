"""Runs a program as `subprocess.run` does, but so that somebody else can stop waiting for it.

`lp` and `lpstat` ask a print server, which may not answer for as long as it likes; who leaves the kiosk does not wait
for that. What is stopped, or takes too long, is ended with all that it has started, so that nothing stays behind.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

_TURN_S = 0.1  # how long it may take until it is seen that somebody stops waiting


class StoppedError(Exception):
    """It was not waited for any longer; nothing is told of it."""


def run(
    command: Sequence[str],
    stop: Event,
    limit_s: float = float("inf"),
    *,
    input: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """StoppedError once `stop` is set, TimeoutExpired after so long, OSError where there is no such program."""
    began_s, given = time.monotonic(), input or None
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=env, start_new_session=True
    ) as process:
        try:
            while True:
                try:
                    said, complained = process.communicate(given, _TURN_S)
                    return subprocess.CompletedProcess(command, process.returncode, said, complained)
                except subprocess.TimeoutExpired as error:
                    given = None  # it is being written, and must not be given twice
                    if stop.is_set():
                        raise StoppedError from error
                    if time.monotonic() - began_s >= limit_s:
                        raise
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
