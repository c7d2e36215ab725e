"""kiosk.yaml: the machine's settings, all of which may be left out."""

from pathlib import Path

import pytest

from kiosk.core.errors import InputError
from kiosk.intake import kiosk
from kiosk.intake.kiosk import HallSettings, KioskSettings, PrinterSettings, ScreenSettings
from kiosk.shipped import CONFIG
from kiosk.words import explain


def read(tmp_path: Path, content: str) -> KioskSettings:
    (tmp_path / "kiosk.yaml").write_text(content, encoding="utf-8")
    return kiosk.read(tmp_path / "kiosk.yaml")


def test_the_shipped_file_says_what_the_defaults_are() -> None:
    assert kiosk.read(CONFIG / "kiosk.yaml") == kiosk.read(None) == KioskSettings()


def test_what_is_written_is_read_and_the_rest_stays(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "language: en\nscreen: {display: HDMI-1, size: 1920x1080, windowed: 是, sounds: no}\nceremony: {group: 5}\n"
        "hall: {serve: yes, port: 8000, public: https://www.example.cn/zfbz}\n"
        "printer: {queue: A4, poster: [sealing, end]}",
    )
    assert settings.language == "en"
    assert settings.screen == ScreenSettings("HDMI-1", (1920, 1080), windowed=True, sounds=False)
    assert (settings.ceremony.group_size, settings.ceremony.pace_s) == (5, 1.2)
    assert settings.hall == HallSettings(serve=True, port=8000, public="https://www.example.cn/zfbz")
    assert settings.printer == PrinterSettings("A4", ("sealing", "end"))
    assert read(tmp_path, "printer: {poster: never}").printer.poster == ()
    assert read(tmp_path, "printer: {end: [slips, list]}").printer.end == ("slips", "list")
    assert read(tmp_path, "printer: {end: never}").printer.end == ()


@pytest.mark.parametrize(
    "line",
    [
        "langage: en", "language: de", "screen: {size: 1920}", "screen: full", "screen: {windowed: perhaps}",
        "ceremony: {group: 0}", "ceremony: {group: 11}", "ceremony: {pace: 0}", "ceremony: {pace: fast}",
        "ceremony: {pace: 1e0}", "ceremony: {end: 10}", "ceremony: {end: '24:00'}",
        "hall: {port: 70000}", "hall: {public: www.example.cn}", "hall: {public: 'http://a.cn'}",
        "printer: {queue: -d x}", "printer: {queue: two words}", "printer: {poster: always}",
        "printer: {end: [list, everything]}",
    ],
)  # fmt: skip
def test_what_is_not_right_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, f"# settings\n{line}\n")
    assert error.value.code == "kiosk.settings"
    for language in ("zh-CN", "en"):
        assert "kiosk.yaml" in explain(language, error.value) and "2: " in explain(language, error.value)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, "language: de\nceremony: {group: 99}\nhall: {port: x}\n")
    told = str(error.value.values["problems"])
    assert all(part in told for part in ("1: de", "2: 99", "3: x"))
    with pytest.raises(InputError):
        kiosk.read(tmp_path / "nowhere.yaml")


def test_the_operators_display_and_the_end_are_settings(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.yaml"
    path.write_text("screen: {operator: eDP-1}\nceremony: {end: '10:30'}\n", encoding="utf-8")
    settings = kiosk.read(path)
    assert (settings.screen.operator, settings.ceremony.end) == ("eDP-1", "10:30")
    assert (ScreenSettings().operator, kiosk.read(None).ceremony.end) == ("yes", "")
