"""Hands a document to a print queue of this machine (CUPS) through `lp`. A queue that takes the job has not printed it
yet: `job.follow` tells what becomes of it."""

import os
import re
import subprocess
from threading import Event

from kiosk.core.errors import DeviceError
from kiosk.paper import process
from kiosk.paper.job import Job

_WAIT_S = 30
# What CUPS allows in the name of a queue, and `host:port/queue` is not meant here.
_TAKEN = re.compile(r"request id is (\S+)")
_QUEUE = re.compile(r"[^\s/#?\\'\"\x00-\x1f\x7f-][^\s/#?\\'\"\x00-\x1f\x7f]{0,126}")


def send(pdf: bytes, queue: str, stop: Event | None = None) -> Job:
    """DeviceError where the queue does not take it; the ceremony goes on. StoppedError once `stop` is set."""
    if not _QUEUE.fullmatch(queue):
        raise DeviceError("paper.queue-name", queue=queue)
    try:
        command = ["lp", "-d", queue, "-o", "media=A4", "-t", "mingyao"]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        ended = process.run(command, stop or Event(), _WAIT_S, input=pdf, env=environment)
    except FileNotFoundError as error:
        raise DeviceError("paper.no-lp") from error
    except OSError as error:
        raise DeviceError("paper.refused", queue=queue, reason=error.strerror or str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise DeviceError("paper.silent", queue=queue, seconds=_WAIT_S) from error
    said = ended.stderr.decode(errors="replace").strip().splitlines()
    taken = _TAKEN.search(ended.stdout.decode(errors="replace"))
    if ended.returncode or not taken:
        reason = said[-1].removeprefix("lp: ") if said else f"status {ended.returncode}"
        raise DeviceError("paper.refused", queue=queue, reason=reason)
    return Job(queue, taken[1])
