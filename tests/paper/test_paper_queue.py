"""Handing a document to a queue, through a program named lp that does what the test says."""

import os
from pathlib import Path

import pytest

from kiosk.core.errors import DeviceError
from kiosk.paper import queue
from kiosk.paper.job import Job

PDF = b"%PDF-1.4 \x00\xff"


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose lp keeps what it was given and does as it is told."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def script(folder: Path, body: str) -> None:
    made = folder / "lp"
    made.write_text(f"#!/bin/sh\ncd {folder}\nprintf '%s\\n' \"$@\" > arguments\ncat > job\n{body}\n")
    made.chmod(0o755)


def test_the_queue_gets_the_very_bytes(lp: Path) -> None:
    script(lp, "echo 'request id is HP-1 (1 file(s))'")
    assert queue.send(PDF, "HP") == Job("HP", "HP-1")
    assert (lp / "job").read_bytes() == PDF
    assert (lp / "arguments").read_text().split("\n")[:2] == ["-d", "HP"]


def test_why_the_queue_refused_is_told(lp: Path) -> None:
    script(lp, "echo 'lp: The printer or class does not exist.' >&2; exit 1")
    with pytest.raises(DeviceError) as failed:
        queue.send(PDF, "HP")
    assert failed.value.code == "paper.refused"
    assert failed.value.values == {"queue": "HP", "reason": "The printer or class does not exist."}


def test_a_queue_that_refuses_without_a_word_is_told_by_its_status(lp: Path) -> None:
    script(lp, "exit 3")
    with pytest.raises(DeviceError) as failed:
        queue.send(PDF, "HP")
    assert failed.value.values["reason"] == "status 3"


def test_a_queue_that_does_not_answer_is_not_waited_for(lp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_WAIT_S", 1)
    script(lp, "exec tail -f /dev/null")
    with pytest.raises(DeviceError) as failed:
        queue.send(PDF, "HP")
    assert failed.value.code == "paper.silent"


def test_a_machine_that_cannot_print_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeviceError) as failed:
        queue.send(PDF, "HP")
    assert failed.value.code == "paper.no-lp"


@pytest.mark.parametrize("name", ["", "-o raw", "two words", "a/b", "a#b", "a\nb"])
def test_what_is_no_queue_s_name_never_reaches_lp(name: str, lp: Path) -> None:
    script(lp, "exit 0")
    with pytest.raises(DeviceError) as failed:
        queue.send(PDF, name)
    assert failed.value.code == "paper.queue-name"
    assert not (lp / "arguments").exists()
