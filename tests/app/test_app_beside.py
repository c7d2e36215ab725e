"""What runs beside a ceremony: the verifier's verdict on the screen, and a printer that is not there."""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import ceremonies
from ceremonies import frozen
from judges import VECTORS
from kiosk import app
from kiosk import printer as printing
from kiosk.beside import Beside
from kiosk.ceremony import desk
from kiosk.ceremony.desk import Key
from kiosk.ceremony.steps import Phase
from kiosk.core import text
from kiosk.core.errors import DeviceError
from kiosk.intake.kiosk import HallSettings, KioskSettings, PrinterSettings
from kiosk.paper import job
from papers import VOID, voided
from printers import QUEUE, Printer, entry
from printers import printer as said

GOLDEN = VECTORS / "golden"
SETTINGS = KioskSettings(hall=HallSettings(public="https://example.cn"), printer=PrinterSettings(queue=QUEUE))


def wait_until(holds: Callable[[], bool]) -> None:
    while not holds():
        threading.Event().wait(0.01)


def result_hash(name: str) -> str:
    told = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))[name]["result"]
    assert isinstance(told, str)
    return told


def judged(folder: Path, shown: str) -> tuple[str, str]:
    beside = Beside(SETTINGS, folder)
    try:
        assert beside.verdicts() == ()
        beside.verify(shown)
        beside.wait()
        (verdict,) = beside.verdicts()
        return verdict.verdict, verdict.check
    finally:
        beside.close()


def test_the_verifier_says_of_the_files_on_the_disk_that_they_hold() -> None:
    assert judged(GOLDEN / "small", result_hash("small")) == ("verified", "")


def test_another_hash_on_the_screen_than_in_the_files_is_shown_and_not_hidden() -> None:
    assert judged(GOLDEN / "small", result_hash("tiers")) == ("refuted", "claimed")


def test_a_file_changed_behind_the_kiosk_is_shown(tmp_path: Path) -> None:
    for path in (GOLDEN / "small").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "result.csv").write_bytes((GOLDEN / "tiers" / "result.csv").read_bytes())
    assert judged(tmp_path, result_hash("small")) == ("refuted", "sums")


def test_a_folder_that_is_gone_is_unusable_and_no_traceback(tmp_path: Path) -> None:
    assert judged(tmp_path / "gone", result_hash("small")) == ("unusable", "")


def test_a_printer_that_is_not_there_is_told_in_the_corner(tmp_path: Path) -> None:
    folder = frozen("small", tmp_path / "draw")
    beside = Beside(SETTINGS, folder)
    try:
        beside.print_sealed(text.sha256("a result"))
        beside.wait()
        assert len(beside.troubles()) == 1
        assert beside.troubles()[0].startswith("paper.")
    finally:
        beside.close()


def test_at_the_end_certificate_and_list_go_to_the_printer_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = Printer(tmp_path / "printer", monkeypatch)
    beside = Beside(SETTINGS, GOLDEN / "small")
    try:
        for _ in range(2):
            beside.print_end(result_hash("small"))
        beside.wait()
        assert beside.troubles() == ()
    finally:
        beside.close()
    printed = printer.received()
    assert len(printed) == len(set(printed)) == 2
    assert all(pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF") for pdf in printed)


def printed_by_hand(folder: Path, result: str | None, over: bool) -> tuple[str, ...]:
    """What is on its way after the key was pressed twice."""
    beside = Beside(SETTINGS, folder)
    try:
        for _ in range(2):
            beside.print_by_hand(result, over)
        assert ("printer", "printing") in beside.health()
        beside.wait()
        assert beside.troubles() == () and ("printer", "works") in beside.health()
        return beside.papers()
    finally:
        beside.close()


def test_by_hand_the_poster_is_printed_and_at_the_end_all_of_it_however_often_the_key_is_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = Printer(tmp_path / "printer", monkeypatch)
    early = frozen("small", tmp_path / "draw")
    assert printed_by_hand(early, None, over=False) == ("poster",)
    assert len(printer.received()) == 1
    assert printed_by_hand(GOLDEN / "small", result_hash("small"), over=True) == ("poster", "certificate", "list")
    assert len(printer.received()) == 1 + 3


@pytest.mark.parametrize(("end", "papers"), [(("certificate", "list"), ("certificate",)), (("list",), ())])
def test_of_a_void_draw_there_is_a_certificate_and_nothing_else(
    end: tuple[str, ...], papers: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = Printer(tmp_path / "printer", monkeypatch)
    beside = Beside(replace(SETTINGS, printer=PrinterSettings(QUEUE, ("sealing", "end"), end)),
                    voided("small", tmp_path, Phase.COMPARE))  # fmt: skip
    try:
        for _ in range(2):
            beside.print_end(None)
        beside.wait()
        assert (beside.troubles(), beside.papers(), len(printer.received())) == ((), papers, len(papers))
        beside.print_by_hand(None, over=True)
        beside.wait()
        assert (beside.troubles(), beside.papers()) == ((), ("certificate",))
    finally:
        beside.close()


def test_the_key_reaches_the_printer_or_says_that_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of a void ceremony the certificate is printed by itself."""
    printer = Printer(tmp_path / "printer", monkeypatch)
    for settings in (KioskSettings(), SETTINGS):
        folder = frozen("small", tmp_path / settings.printer.queue / "draw")
        conductor = ceremonies.conducted(folder, {})
        kiosk = app._Kiosk(folder, conductor, Beside(settings, folder), settings, None)
        try:
            kiosk.keys.append((Key("print", "p"), 1.0))
            kiosk._step(0.0, alone=False)
            refused = kiosk.look.refusal
            assert (refused[0] if refused else "") == ("" if settings.printer.queue else "paper.none")
            kiosk.beside.wait()
            for number, key in enumerate((*VOID, Key("", "1"), Key("enter"))):
                kiosk.keys.append((key, 100.0 + 10 * number))
                kiosk._step(0.0, alone=False)
            kiosk._see(kiosk.state, kiosk.look)
            kiosk.beside.wait()
        finally:
            kiosk.close("en")
    assert len(printer.received()) == 2  # the poster by the key, the certificate by itself


def test_a_void_folder_that_is_opened_again_prints_nothing_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a finished one: another certificate comes by the key alone."""
    printer = Printer(tmp_path / "printer", monkeypatch)
    folder = frozen("small", tmp_path / "draw")
    conductor = ceremonies.conducted(folder, {})
    ceremonies.press(conductor, desk.begin(conductor.state), [*VOID, Key("", "1"), Key("enter")])
    conductor.close()
    kiosk = app._Kiosk(folder, ceremonies.conducted(folder, {}), Beside(SETTINGS, folder), SETTINGS, None)
    try:
        kiosk._see(kiosk.state, kiosk.look)
        kiosk.beside.wait()
        assert kiosk.beside.papers() == ()
        kiosk.keys.append((Key("print", "p"), 1.0))
        kiosk._step(0.0, alone=False)
        kiosk.beside.wait()
    finally:
        kiosk.close("en")
    assert len(printer.received()) == 1


def test_by_hand_without_a_printer_is_refused_in_words() -> None:
    beside = Beside(KioskSettings(), GOLDEN / "small")
    try:
        with pytest.raises(DeviceError) as refused:
            beside.print_by_hand(result_hash("small"), over=True)
        assert refused.value.code == "paper.none" and ("printer", "unused") in beside.health()
    finally:
        beside.close()


def test_what_keeps_a_paper_is_told_and_goes_when_it_is_mended_and_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "POLL_S", 0.01)
    printer = Printer(tmp_path / "printer", monkeypatch)
    printer.says(entry(1, "job-printing"), said("media-empty-warning"))
    beside = Beside(SETTINGS, frozen("small", tmp_path / "draw"))
    try:
        beside.print_by_hand(None, over=False)
        beside.wait()
        assert beside.troubles() == ("paper.empty",) and ("printer", "fails") in beside.health()
        printer.ended(entry(1, "job-canceled-by-user"))
        printer.says()
        wait_until(lambda: beside.troubles() == ("paper.cancelled",))
        beside.print_by_hand(None, over=False)
        beside.wait()
        assert beside.troubles() == ()
    finally:
        beside.close()


def test_who_leaves_does_not_wait_for_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "POLL_S", 0.01)
    printer = Printer(tmp_path / "printer", monkeypatch)
    printer.says(entry(1, "job-printing"), said("media-empty-warning"))
    beside = Beside(SETTINGS, frozen("small", tmp_path / "draw"))
    try:
        beside.print_by_hand(None, over=False)
        beside.wait()
    finally:
        failures, left = beside.close()
        assert [failure.code for failure in failures] == ["paper.empty"] and left == ()


def hanging(folder: Path, name: str) -> None:
    """The program of this name says which process it is, and then does not answer before `go` is written to."""
    script = (folder / name).read_text()
    os.mkfifo(folder / "begun")
    os.mkfifo(folder / "go")
    said = f"echo $* >> {folder}/asked\necho $$ > {folder}/begun\ncat {folder}/go"
    (folder / name).write_text(f"#!/bin/sh\n{said}\n{script}")


def test_a_folder_is_free_while_a_printer_is_waited_for_and_nothing_else_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printer = Printer(tmp_path / "printer", monkeypatch)
    hanging(tmp_path / "printer", "lp")
    monkeypatch.setattr(printing, "LEAVE_S", 600.0)
    folder = frozen("small", tmp_path / "draw")
    beside = Beside(SETTINGS, folder)
    kiosk = app._Kiosk(folder, ceremonies.conducted(folder, {}), beside, SETTINGS, None)
    beside._printer._print(("poster", "keys"), "https://example.cn")
    (tmp_path / "printer" / "begun").read_text()
    leaving = threading.Thread(target=kiosk.close, args=("en",))
    leaving.start()
    wait_until(lambda: "Poster" in capsys.readouterr().err)
    ceremonies.conducted(folder, {}).close()  # it is not held any more
    assert leaving.is_alive()
    (tmp_path / "printer" / "go").write_text("")
    leaving.join(60)
    assert not leaving.is_alive()
    assert len(printer.received()) == 1
    assert "Not printed" in (said := capsys.readouterr().err) and "keys" in said and "Poster" not in said


@pytest.mark.parametrize("name", ["lp", "lpstat"])
def test_a_printer_that_does_not_answer_holds_nobody_up_for_long(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Printer(tmp_path / "printer", monkeypatch)
    hanging(tmp_path / "printer", name)
    monkeypatch.setattr(printing, "LEAVE_S", 0.2)
    beside = Beside(SETTINGS, frozen("small", tmp_path / "draw"))
    beside.print_by_hand(None, over=False)
    process = int((tmp_path / "printer" / "begun").read_text())
    failures, left = beside.close()
    assert failures == () and left == (("poster",) if name == "lp" else ())
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert len((tmp_path / "printer" / "asked").read_text().splitlines()) == 1  # and nothing is asked after that


def test_what_cannot_be_printed_at_the_end_is_told_in_the_corner(tmp_path: Path) -> None:
    beside = Beside(SETTINGS, frozen("small", tmp_path / "draw"))  # nothing has been drawn
    try:
        beside.print_end("0" * 64)
        beside.wait()
        assert beside.troubles() == ("paper.typeset", "paper.typeset")
    finally:
        beside.close()


def test_the_code_leads_to_the_public_host_and_to_this_result(tmp_path: Path) -> None:
    beside = Beside(SETTINGS, tmp_path)
    try:
        shown = result_hash("small")
        assert beside.address(shown) == f"HTTPS://EXAMPLE.CN/R/{shown[:32].upper()}/"
    finally:
        beside.close()
