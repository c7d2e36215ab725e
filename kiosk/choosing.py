"""`mingyao after FOLDER show`: the hall's screen while households choose their flats.

It only reads. In another terminal, or on another computer that shares the folder, `mingyao after FOLDER choose …`
records each choice, and the screen follows the file. *Next* and *back* turn the pages of the flats that are left; it is
left as the ceremony is, with Ctrl+Q held.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kiosk.after import office
from kiosk.after.live import Live
from kiosk.ceremony import choosing
from kiosk.ceremony.choosing import Choosing
from kiosk.ceremony.desk import Key
from kiosk.ceremony.steps import Phase
from kiosk.ceremony.view import Look, View, reading
from kiosk.core.evidence import Evidence
from kiosk.intake import kiosk as kiosk_settings
from kiosk.paper import office as draws
from kiosk.screen.window import Window
from kiosk.words import explain

LOOK_S = 0.5  # how often the file is looked at


def run(options: argparse.Namespace) -> int:
    settings = kiosk_settings.read(options.config)
    evidence = office.read_evidence(options.folder)
    language = options.paper_language or draws.read(options.folder).language
    live = Live(evidence, options.folder, lambda error: explain(language, error), options.stage or "")
    screen = settings.screen
    with Window(
        size=options.size or screen.size,
        windowed=options.windowed or screen.windowed,
        display=screen.display,
        sounds=False,
        motion=screen.motion,
    ) as window:
        hold(window, live, picture(evidence, language))
    return 0


def hold(window: Window, live: Live, shown: View) -> None:
    """Until somebody leaves. shown: what never changes."""
    looked_s, page = float("-inf"), 0
    told = live.look()
    while True:
        now_s, now = time.monotonic(), datetime.now().astimezone()
        keys = window.poll(now_s)
        if Key("leave") in keys:
            return
        if now_s - looked_s >= LOOK_S:
            looked_s, told = now_s, live.look()
        page = turned(page, keys, told)
        window.show(seen(shown, told, page, now), now_s)
        window.rest()


def turned(page: int, keys: Sequence[Key], told: Choosing) -> int:
    """The page that these keys turn to: round and round, so that a remote with one working key is enough."""
    pages = len(choosing.pages(told.flats))
    by = sum({"next": 1, "back": -1}.get(key.name, 0) for key in keys)
    return (min(page, pages - 1) + by) % pages


def seen(shown: View, told: Choosing, page: int, now: datetime) -> View:
    return replace(
        shown, choosing=told, look=Look("choosing", page), clock=f"{now:%H:%M:%S}", date=f"{now:%Y-%m-%d}"
    )  # fmt: skip


def picture(evidence: Evidence, language: str) -> View:
    """The view but for the choices and the clock."""
    inputs = evidence.inputs
    made = reading(inputs.notice.title, inputs.notice.rehearsal)
    return replace(made, draw=inputs.notice.draw, phase=Phase.DONE, notice_hash=inputs.notice_hash,
                   seed=evidence.seed_hash, result_hash=evidence.result_hash, language=language)  # fmt: skip
