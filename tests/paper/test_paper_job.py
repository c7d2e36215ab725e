"""What becomes of a job: each state of `lpstat`, in the words of CUPS 2.4, and what is told of it."""

import os
import threading
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk import printing
from kiosk.cli import main
from kiosk.core.errors import DeviceError
from kiosk.paper import job, queue
from kiosk.paper.job import Job, State
from papers import golden
from printers import IDLE, QUEUE, Printer, entry, printer

JOB = Job(QUEUE, f"{QUEUE}-1")
WAITS = entry(1, "job-printing")
DISABLED = f"printer {QUEUE} disabled since Wed -\n\t{{}}\n\tForm mounted:\n\tAlerts: paused\n"


@pytest.fixture
def hp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Printer:
    monkeypatch.setattr(job, "POLL_S", 0.01)
    made = Printer(tmp_path / "printer", monkeypatch)
    assert queue.send(b"%PDF", QUEUE) == JOB
    return made


def trouble(state: State) -> tuple[bool, str, object]:
    told = state.trouble
    return state.ended, told.code if told else "", told and told.values.get("reason")


def test_a_job_that_is_printed_is_done(hp: Printer) -> None:
    assert job.look(JOB, Event()) == State(True)
    assert job.follow(JOB, lambda trouble: None, Event())


@pytest.mark.parametrize(
    ("waiting", "said", "expected"),
    [
        (WAITS, printer("none"), (False, "", None)),
        (WAITS, printer("cups-waiting-for-job-completed toner-low-report"), (False, "", None)),
        (WAITS, printer("none", "Connected to printer."), (False, "", None)),
        (WAITS, printer("cups-waiting-for-job-completed media-empty-warning"), (False, "paper.empty", None)),
        (WAITS, printer("media-needed-error"), (False, "paper.empty", None)),
        (WAITS, printer("media-jam-error cover-open"), (False, "paper.hand", "media-jam-error, cover-open")),
        (entry(1, "none", None), DISABLED.format("toner"), (False, "paper.paused", "toner")),
        (entry(1, "none", None), DISABLED.format("Form: x"), (False, "paper.paused", "–")),
        (entry(1, "printer-stopped", ""), printer("paused"), (False, "paper.paused", "Printing.")),
        (entry(1, "job-hold-until-specified", None), IDLE, (False, "paper.held", None)),
        (entry(1, "job-printing", "The printer may not exist or is unavailable at this time."), printer("none"),
         (False, "paper.offline", "The printer may not exist or is unavailable at this time.")),
        (entry(1, "job-completed-with-errors", "damaged file"), IDLE, (True, "paper.failed", "damaged file")),
    ],
)  # fmt: skip
def test_what_keeps_a_job_is_told(hp: Printer, waiting: str, said: str, expected: tuple[bool, str, object]) -> None:
    hp.says(entry(12, "job-hold-until-specified") + waiting, said)
    assert trouble(job.look(JOB, Event())) == expected


@pytest.mark.parametrize(
    ("over", "code"),
    [
        (entry(1, "job-canceled-by-user"), "paper.cancelled"),
        (entry(1, "processing-to-stop-point", None), "paper.cancelled"),  # before it began
        (entry(1, "aborted-by-system"), "paper.failed"),
        (entry(11, "processing-to-stop-point"), "paper.forgotten"),
    ],
)
def test_how_a_job_ended_that_was_not_printed_is_told(hp: Printer, over: str, code: str) -> None:
    hp.ended(over)
    with pytest.raises(DeviceError) as failed:
        job.follow(JOB, lambda trouble: None, Event())
    assert failed.value.code == code


def test_a_queue_that_vanished_is_told_and_a_server_that_does_not_answer_is_waited_for(hp: Printer) -> None:
    hp.says(WAITS, None, "scheduler is not running\n")
    assert trouble(job.look(JOB, Event())) == (False, "paper.server", None)
    hp.says(WAITS, None)
    assert trouble(job.look(JOB, Event())) == (True, "paper.gone", None)


def test_a_machine_without_lpstat_knows_nothing_of_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert trouble(job.look(JOB, Event())) == (False, "paper.server", None)


def test_a_trouble_is_told_once_and_that_it_has_gone(hp: Printer) -> None:
    told: list[str] = []
    changed = Event()

    def tell(trouble: DeviceError | None) -> None:
        told.append(trouble.code if trouble else "")
        changed.set()

    hp.says(WAITS, printer("media-empty-warning"))
    following = Thread(target=job.follow, args=(JOB, tell, Event()))
    following.start()
    for words in (DISABLED.format("x"), printer("none")):
        assert changed.wait(60)
        changed.clear()
        hp.says(WAITS, words)
    assert changed.wait(60)
    hp.says()
    following.join(60)
    assert told == ["paper.empty", "paper.paused", ""] and not following.is_alive()


def test_what_is_said_for_a_moment_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    empty, paused = (State(False, DeviceError(code, queue=QUEUE)) for code in ("paper.empty", "paper.paused"))
    states = [empty, State(False), paused, empty, empty, paused, State(False), State(True)]
    monkeypatch.setattr(job, "POLL_S", 0.0)
    monkeypatch.setattr(job, "look", lambda job, stop: states.pop(0))
    told: list[str] = []
    job.follow(JOB, lambda trouble: told.append(trouble.code if trouble else ""), Event())
    assert told == ["paper.empty", ""]


@pytest.mark.parametrize("code", ["paper.gone", "paper.forgotten"])
def test_a_job_is_not_given_up_for_what_is_found_once_while_the_print_server_starts(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = State(True, DeviceError(code, queue=QUEUE, job=JOB.id))
    monkeypatch.setattr(job, "POLL_S", 0.0)
    for found, printed in (([lost, State(False), lost, State(True)], True), ([lost, lost], False)):
        states, told = list(found), list[DeviceError | None]()
        monkeypatch.setattr(job, "look", lambda job, stop, states=states: states.pop(0))
        if printed:
            assert job.follow(JOB, told.append, Event())
        else:
            with pytest.raises(DeviceError, match=code):
                job.follow(JOB, told.append, Event())
        assert states == [] and told == []


def test_who_stops_waiting_learns_what_keeps_the_job(hp: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "POLL_S", 0.0)
    hp.says(WAITS, printer("media-empty-warning"))
    stop = Event()
    told: list[str] = []

    def tell(trouble: DeviceError | None) -> None:
        told.append(trouble.code if trouble else "")
        stop.set()

    assert not job.follow(JOB, tell, stop)
    hp.says(WAITS, printer("none"))
    assert not job.follow(JOB, tell, Event(), 0.0)
    assert told == ["paper.empty", "paper.slow"]


def test_the_command_waits_for_the_printer_and_tells_what_keeps_it(
    hp: Printer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["print", str(golden("small", tmp_path)), "keys", "--queue", QUEUE, "--language", "en"]
    assert main(command) == 0
    said = capsys.readouterr()
    assert f"taken {QUEUE}-2" in said.out and "done" in said.out and said.err == ""

    def press_ctrl_c(*given: object) -> None:
        raise KeyboardInterrupt

    def look(job: Job, stop: Event) -> State:
        monkeypatch.setattr(threading.Event, "wait", press_ctrl_c)
        return State(False, DeviceError("paper.empty", queue=QUEUE))

    monkeypatch.setattr(job, "look", look)
    assert main(command) == 1
    assert "stays in the print queue" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(job, "POLL_S", 0.01)
    monkeypatch.setattr(job, "look", lambda job, stop: State(True, DeviceError("paper.gone", queue=QUEUE, job=job.id)))
    monkeypatch.setenv("PATH", str(tmp_path / "printer"), prepend=os.pathsep)
    assert main(command) == 1
    assert "was removed" in capsys.readouterr().err


def test_the_command_does_not_wait_for_ever(
    hp: Printer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "WAIT_S", 0.0)
    hp.says("".join(entry(number, "job-printing") for number in (2, 3)), printer("media-empty-warning"))
    assert main(["print", str(golden("small", tmp_path)), "keys", "--queue", QUEUE, "--language", "en"]) == 1
    assert "lpstat -o" in capsys.readouterr().out


def test_what_lpstat_says_is_asked_for_in_english(hp: Printer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    script = tmp_path / "printer" / "lpstat"
    script.write_text(f"#!/bin/sh\necho $LC_ALL > {tmp_path}/asked\nexit 1\n")
    job.look(JOB, Event())
    assert (tmp_path / "asked").read_text().strip() == "C.UTF-8"
    assert os.environ["LC_ALL"] == "zh_CN.UTF-8"
