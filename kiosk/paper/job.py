"""What became of a job that a queue has taken, asked of CUPS's own `lpstat` until the job has ended.

`lpstat` is there where `lp` is. It tells no state by number, so a state is read from what it prints under LC_ALL=C (as
CUPS 2.4 does): whether the job is still among those to be printed, its own reasons, what the printer last said, and the
printer's reasons (RFC 8011, 5.3.8 and 5.4.12). A job that is called completed proves nothing of paper; what is told
here is what keeps a job from going on, and that it goes on again.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from kiosk.core.errors import DeviceError
from kiosk.paper import process
from kiosk.paper.process import StoppedError

POLL_S = 2.0
# A job that nothing is said to keep, and that does not end: longer than a queue may be silent about a printer.
_SLOW_S = 300.0
_ANSWER_S = 30

_NO_PAPER = re.compile(r"media-(empty|needed)")
_PAUSED = re.compile(r"paused|stopped|disabled")
# Reasons that need a hand at the printer; the others are reports, or tell of what will be needed later (`toner-low`).
_NEEDS_HAND = re.compile(
    r"[a-z-]*(jam|empty|missing|open|(?<!almost-)full|failure|offline|shutdown|interlock|fuser-)[a-z-]*"
)
# What CUPS's backends say while they cannot reach a printer; while they wait in line or send they say something else.
_UNREACHED = re.compile(r"unavailable|not respond|unreachable|unable to|not connected|may not exist|turned off", re.I)
_ENDED_BADLY = re.compile(r"abort|with-errors|job-stopped")


@dataclass(frozen=True)
class Job:
    """id: as `lp` told it, such as `Office-12`."""

    queue: str
    id: str


@dataclass(frozen=True)
class State:
    """ended: nothing more will become of it; trouble: what keeps it, or how it ended if not well."""

    ended: bool
    trouble: DeviceError | None = None


def follow(job: Job, told: Callable[[DeviceError | None], None], stop: Event, limit_s: float = float("inf")) -> bool:
    """Until the job has ended, `stop` is set, or so long. told: is given each new trouble, and None once it has gone.

    Whether it has ended well; DeviceError where it was given up.
    """
    began_s, last, before = time.monotonic(), None, None  # last: what was told; before: what was found
    while True:
        try:
            state = look(job, stop)
        except StoppedError:
            return False
        waited_s = time.monotonic() - began_s
        # Only what is found twice is told: a printer says all kinds of things for a moment, and so does a print server
        # while it starts again.
        found_again = _said(state.trouble) == before
        if state.ended and state.trouble and found_again:
            raise state.trouble
        trouble = state.trouble if found_again else last if state.trouble else None
        before = _said(state.trouble)
        if not state.ended and state.trouble is None and waited_s >= min(_SLOW_S, limit_s):
            trouble = DeviceError("paper.slow", queue=job.queue, job=job.id)
        if _said(trouble) != _said(last):
            told(trouble)
            last = trouble
        if state.ended and state.trouble is None:
            return True
        if waited_s >= limit_s or stop.wait(POLL_S):
            return False


def _said(trouble: DeviceError | None) -> object:
    """What is the same trouble is told once."""
    return trouble and (trouble.code, trouble.values.get("reason"))


def look(job: Job, stop: Event) -> State:
    """The job's state now; StoppedError once `stop` is set."""
    waiting = _lpstat(stop, "-l", "-W", "not-completed", "-o", job.queue, "-p", job.queue)
    if waiting is None:
        return _without_queue(job, stop)
    entry = _entry(waiting, job)
    if entry is None:
        return _over(job, stop)
    message, reasons = entry
    names = {"queue": job.queue, "job": job.id}
    if _ENDED_BADLY.search(reasons):
        return State(True, DeviceError("paper.failed", **names, reason=message or reasons))
    if "job-hold" in reasons:
        return State(False, DeviceError("paper.held", **names))
    return State(False, _printer(waiting, job, message or ""))


def _printer(said: str, job: Job, message: str) -> DeviceError | None:
    """What keeps the printer, so that this job does not go on."""
    head = re.search(rf"^printer {re.escape(job.queue)} .*(?:\n\t.*)*", said, re.MULTILINE | re.IGNORECASE)
    lines = head[0].split("\n") if head else [""]
    alerts = next((line.partition(":")[2] for line in lines if line.startswith("\tAlerts:")), "").split()
    if any(map(_NO_PAPER.match, alerts)):
        return DeviceError("paper.empty", queue=job.queue)
    if "disabled since" in lines[0] or any(map(_PAUSED.match, alerts)):
        reason = lines[1].strip() if len(lines) > 1 and ":" not in lines[1] else ""
        return DeviceError("paper.paused", queue=job.queue, reason=reason or "–")
    if wanted := [alert for alert in alerts if _NEEDS_HAND.fullmatch(alert)]:
        return DeviceError("paper.hand", queue=job.queue, reason=", ".join(wanted))
    if _UNREACHED.search(message):
        return DeviceError("paper.offline", queue=job.queue, reason=message)
    return None


def _over(job: Job, stop: Event) -> State:
    """Of a job that is not among those to be printed any more."""
    done = _lpstat(stop, "-l", "-W", "completed", "-o", job.queue)
    if done is None:
        return _without_queue(job, stop)
    entry = _entry(done, job)
    if entry is None:
        return State(True, DeviceError("paper.forgotten", queue=job.queue, job=job.id))
    message, reasons = entry
    # One that was cancelled before it began is told as others are, but without a word of a printer.
    if "cancel" in reasons or message is None:
        return State(True, DeviceError("paper.cancelled", queue=job.queue, job=job.id))
    if _ENDED_BADLY.search(reasons):
        return State(True, DeviceError("paper.failed", queue=job.queue, job=job.id, reason=message or reasons))
    return State(True)


def _entry(said: str, job: Job) -> tuple[str | None, str] | None:
    """What the printer last said of the job (None if it never had it), and the job's reasons; None if not listed."""
    found = re.search(rf"^{re.escape(job.id)}\s.*(?:\n\t.*)*", said, re.MULTILINE)
    if not found:
        return None
    lines = dict(line.strip().partition(":")[::2] for line in found[0].split("\n")[1:])
    message = lines.get("Status")
    return (message.strip() if message is not None else None), lines.get("Alerts", "").strip()


def _without_queue(job: Job, stop: Event) -> State:
    """The queue has gone, or the server that had it does not answer; then it may come back, and the job with it."""
    if "is running" in (_lpstat(stop, "-r") or ""):
        return State(True, DeviceError("paper.gone", queue=job.queue, job=job.id))
    return State(False, DeviceError("paper.server", queue=job.queue, job=job.id))


def _lpstat(stop: Event, *arguments: str) -> str | None:
    """What it says; None where it cannot."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        ended = process.run(["lpstat", *arguments], stop, _ANSWER_S, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.decode(errors="replace") if ended.returncode == 0 else None
