"""A clock that does not fit the notice is told, and stops nothing."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import ceremonies
from kiosk.ceremony import clock, record
from kiosk.words import LANGUAGES, say

NOTICE = ceremonies.inputs("small").notice  # a ceremony that opens at 2021-12-10T09:00:00+08:00


@pytest.mark.parametrize(
    ("begun", "amiss"),
    [
        ("2021-12-10T09:04:00+08:00", None),
        ("2021-12-10T00:00:00+08:00", None),
        ("2021-12-10T23:59:59+08:00", None),
        ("2021-12-09T23:59:59+08:00", clock.OTHER_DAY),
        ("2021-12-11T00:00:00+08:00", clock.OTHER_DAY),
        ("1970-01-01T00:00:10+08:00", clock.OTHER_DAY),
        # The same moment on a machine that was never told where it is.
        ("2021-12-10T01:04:00+00:00", clock.OTHER_ZONE),
        ("2021-12-09T20:04:00-05:00", clock.OTHER_ZONE),
        ("2021-12-10T18:00:00+00:00", clock.OTHER_DAY),
    ],
)
def test_a_day_or_an_offset_that_is_not_the_notices_is_amiss(begun: str, amiss: str | None) -> None:
    assert clock.amiss(NOTICE, datetime.fromisoformat(begun)) == amiss


def test_a_rehearsal_is_held_at_any_time() -> None:
    assert clock.amiss(replace(NOTICE, rehearsal=True), datetime.fromisoformat("1970-01-01T00:00:00+00:00")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_says_that_a_ceremony_began_on_another_day(language: str, tmp_path: Path) -> None:
    told = {}
    for days in (0, 3):
        folder = ceremonies.frozen("least", tmp_path / f"after-{days}-days")
        ceremonies.conducted(folder, {}, clock=ceremonies.TestClock(days * 86400)).close()
        text = record.write(folder, language)
        told[days] = text.splitlines()
    times = {"opens": "2021-12-10 09:00:00+0800", "begun": "2021-12-13 09:00:00+0800"}  # as every line has its own
    said = say(language, "record.clock.other-day", **times)
    assert (told[0].count(said), told[3].count(said)) == (0, 1)
