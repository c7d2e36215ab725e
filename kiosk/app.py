"""Wires `mingyao run`: a folder, a ceremony, a screen, and what runs beside them.

There is one loop for keys (`_hold`) and one without a screen (`auto.play`); both go through the same desk, machine and
journal, and what `--auto` does is press the desk's own keys. With a window nothing in a frame waits: the journal, the
server, the printer and the verifier are threads and processes that are only asked what has become of them.
"""

import argparse
import json
import os
import secrets
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom

from kiosk import folder as folders
from kiosk.beside import Beside
from kiosk.ceremony import auto, clock, desk, pace, void
from kiosk.ceremony.auto import Given
from kiosk.ceremony.conductor import Conductor
from kiosk.ceremony.desk import Key
from kiosk.ceremony.machine import People, Registered, State
from kiosk.ceremony.steps import REASONS, Finished, Phase
from kiosk.ceremony.view import PROOF, Look, Operating, View, reading, view
from kiosk.core import notice, text
from kiosk.core.errors import DeviceError, InputError, MingyaoError
from kiosk.core.notice import Notice
from kiosk.intake import freeze as freezing
from kiosk.intake import kiosk as kiosk_settings
from kiosk.intake import register as registry
from kiosk.intake import settings as draw_settings
from kiosk.intake.kiosk import HallSettings, KioskSettings
from kiosk.intake.problems import Problems
from kiosk.journal.entry import FILE as JOURNAL
from kiosk.journal.entry import Entry
from kiosk.journal.store import RealDisk, refuse_held
from kiosk.printer import LEAVE_S
from kiosk.reading import LeftError, Reading
from kiosk.screen.album import Album
from kiosk.screen.window import Window
from kiosk.shipped import ASSETS
from kiosk.words import explain, say

DEMO = ASSETS / "demo" / "draw.yaml"
PICTURE_SIZE = (1920, 1080)
REGISTER_LINES = 6  # shown in the opening
LARGE_BYTES = 1 << 20  # some 30,000 households, or 2,000 that have been drawn
HAND_S = 0.5  # a hand of `--auto` presses a key this often, at speed 1


def run(options: argparse.Namespace) -> int:
    settings = kiosk_settings.read(options.config)
    if options.paper_language:
        # Whoever names a language at the start means the screen above all.
        settings = replace(settings, language=options.paper_language)
    headless = options.headless or not _has_display()
    demo = options.folder is None or _is_demo(Path(options.folder))
    if demo and options.config is None:
        # The demo shows all there is: its QR code leads to this machine, on any port that is free.
        settings = replace(settings, hall=HallSettings(serve=True, port=0))
    by_itself = options.auto or (headless and demo)
    if headless and not by_itself:
        raise InputError("run.no-display")
    given = _given(options)
    if options.folder is not None:
        _refuse_at_once(Path(options.folder), options.rehearse)
    opening = partial(_open, options, settings, given, demo, headless, by_itself)
    close = partial(_Kiosk.close, language=options.language)
    if headless:
        kiosk = opening(lambda: None)
        try:
            kiosk.begin()
            kiosk.play(given)
        finally:
            close(kiosk)
    else:
        screen = settings.screen
        try:
            with Reading(opening, close) as opened:
                if not _is_large(options.folder):
                    opened.at_once()
                with Window(
                    size=options.size or screen.size,
                    windowed=options.windowed or screen.windowed,
                    display=screen.display,
                    sounds=screen.sounds,
                    operator=screen.operator,
                    motion=screen.motion,
                ) as window:
                    kiosk = opened.behind(window, _picture(options, settings))
                    kiosk.begin()
                    kiosk.hold(window, given if by_itself else None, options.speed)
        except LeftError as left:
            print(explain(options.language, left))
            return 0
    _tell_where(options.language, kiosk)
    return 0


def _refuse_at_once(folder: Path, rehearse: bool) -> None:
    """Refuses what need not be read for it, so that no window covers that of the kiosk that holds the folder."""
    if not folder.is_dir():
        raise InputError("folder.none", folder=str(folder))
    if not rehearse:
        refuse_held(RealDisk(), folder)


def _is_large(folder: Path | None) -> bool:
    """Whether reading it takes so long that somebody would wonder; a folder is judged by the bytes in it."""
    return folder is not None and sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) > LARGE_BYTES


def _picture(options: argparse.Namespace, settings: KioskSettings) -> View:
    """What is shown while the folder is read: the notice says what it is about, if it can be read."""
    told = _notice(Path(options.folder)) if options.folder is not None else None
    rehearsal = options.rehearse or told is None or told.rehearsal
    return replace(reading(told.title if told else "", rehearsal), language=settings.language)


def _open(
    options: argparse.Namespace, settings: KioskSettings, given: Given, demo: bool, headless: bool, by_itself: bool,
    go_on: Callable[[], None],
) -> "_Kiosk":  # fmt: skip
    """Reads and checks everything, which takes seconds for a large roll. go_on: asked before anything is written."""
    folder = _folder(options)
    pictures = options.pictures or (folder.parent / f"{folder.name}.pictures" if headless and demo else None)
    if headless and demo and not options.headless:
        print(say(options.language, "cli.no-display"))
    lines, known = _register(folder)

    def judge(state: State) -> None:
        if by_itself:
            _playable(state, given)
        if not state.over:
            go_on()

    conductor = Conductor.open(
        folder,
        people=auto.with_names(_people(folder), given),
        secrets=_own_secrets(folder),
        register=lines,
        group_size=settings.ceremony.group_size,
        mirror=options.mirror / folder.name if options.mirror else None,
        threaded=not headless,
        judge=judge,
    )
    told = conductor.state.setting.inputs.notice
    if not conductor.read_only and (wrong := clock.amiss(told, begun := _begun(folder))):
        began = begun.isoformat(timespec="seconds")
        print(say(options.language, f"cli.clock.{wrong}", opens=told.opens, begun=began), file=sys.stderr)
    beside = Beside(settings, folder, known, options.config)
    return _Kiosk(
        folder, conductor, beside, settings, Album(pictures, options.size or PICTURE_SIZE) if pictures else None
    )


def _playable(state: State, given: Given) -> None:
    """Refuses what cannot be played before anything is written; one that is over is opened, and refused then."""
    if not state.over:
        auto.ready(state, given, SystemRandom())


def _register(folder: Path) -> tuple[tuple[Registered, ...], tuple[MingyaoError, ...]]:
    """The last lines of the archive's register, for the opening; and what is wrong with it."""
    archive = folder.absolute().parent / registry.FILE
    try:
        return registry.read(archive)[-REGISTER_LINES:], ()
    except InputError as error:
        return (), (error,)
    except OSError as error:
        return (), (DeviceError("register.read", file=archive.name, reason=error.strerror or str(error)),)


def _end(draw: str, end: Entry) -> Registered:
    """The register's line of a ceremony that ended with this entry of its journal."""
    time_of_day = datetime.fromisoformat(end.wall).isoformat(timespec="seconds")
    if end.event == Finished.__name__:
        return Registered(registry.FINISHED, draw, str(end.values["result_hash"]), time_of_day)
    reason = str(end.values["reason"])
    return Registered(registry.VOID, draw, reason if reason in REASONS else void.OTHER, time_of_day)


def _has_display() -> bool:
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _folder(options: argparse.Namespace) -> Path:
    """The folder to hold the ceremony in: the one named, a copy of it to rehearse with, or the demo's, frozen now."""
    now = datetime.now().astimezone()
    stamp = f"{now:%Y%m%d-%H%M%S}"
    if options.folder is None:
        out = options.out or Path(f"mingyao-demo-{stamp}")
        freezing.freeze(freezing.prepare(DEMO), out, random=secrets.token_bytes, now=now)
        return Path(out)
    folder = Path(options.folder)
    if options.rehearse:
        out = options.out or folder.parent / f"{folder.name}-rehearsal-{stamp}"
        freezing.rehearse_copy(folder, out, random=secrets.token_bytes, now=now)
        # Now, as whoever leaves early has it too.
        print(say(options.language, "cli.copy", folder=out, secrets=freezing.secret_folder(out)), flush=True)
        return Path(out)
    return folder


def _is_demo(folder: Path) -> bool:
    """Whether it is the demo's own folder, gone on with: a rehearsal under the demo's id."""
    told = _notice(folder)
    if told is None or not told.rehearsal:
        return False
    demo = draw_settings.read(DEMO, Problems())
    return demo is not None and told.draw == demo.draw


def _notice(folder: Path) -> Notice | None:
    """The folder's notice; None where it cannot be read: what is wrong with it is told when the folder is opened."""
    try:
        data = folders.read_file(folder / notice.FILE)
        return notice.parse(text.decode(data or b"", notice.FILE))
    except InputError:
        return None


def _given(options: argparse.Namespace) -> Given:
    contributions = _text(options.contributions)
    reveals = _text(options.reveals)
    return Given(
        auto.parse_contributions(contributions) if contributions is not None else (),
        auto.parse_reveals(reveals) if reveals is not None else {},
        options.public,
    )


def _people(folder: Path) -> People:
    """Who acts in the hall, as the freeze wrote it beside the draw; nobody is named where it is missing or spoilt."""
    data = folders.read_file(folder / freezing.OFFICE)
    try:
        named = json.loads(data or b"{}")["people"]
        return People(_name(named["operator"]), _name(named["witness"]), tuple(map(_name, named["contributors"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        return People()


def _name(named: object) -> str:
    """ "" where it is nothing that could stand in a line: it goes into the record, and into void.txt."""
    written = str(named)
    return written if text.is_value(written) and written.isprintable() and not text.HIDDEN.search(written) else ""


def _own_secrets(folder: Path) -> dict[str, str]:
    """By label: the secrets that the freeze made, which lie beside the folder and not in it."""
    kept = freezing.secret_folder(folder.absolute())
    if not kept.is_dir():
        return {}
    files = folders.read(kept, sorted(path.name for path in kept.glob("*.txt")))
    return {name.removesuffix(".txt"): data.decode("ascii", "replace").strip() for name, data in files.items()}


def _text(path: Path | None) -> str | None:
    if path is None:
        return None
    data = folders.read_file(path)
    if data is None:
        raise InputError("folder.none-file", file=str(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("folder.not-text", file=str(path)) from error


def _tell_where(language: str, kiosk: "_Kiosk") -> None:
    state = kiosk.conductor.state
    print(say(language, "cli.folder", folder=kiosk.folder))
    if kiosk.album:
        print(say(language, "cli.pictures", folder=kiosk.album.folder))
    if state.outcome is not None and state.phase is Phase.DONE:
        print(state.outcome.result_hash)


class _Kiosk:
    """A ceremony as it is being held: its state, how it is looked at, and the keys that wait for the disk."""

    def __init__(
        self, folder: Path, conductor: Conductor, beside: Beside, settings: KioskSettings, album: Album | None
    ) -> None:
        self.folder = folder
        self._begun = _begun(folder)
        self._operating: tuple[str, Operating] | None = None  # what it was at that second
        self._by_hand = False  # somebody has chosen a pace
        self.conductor, self.beside, self.settings, self.album = conductor, beside, settings, album
        self.state = conductor.state
        self.look = replace(desk.begin(conductor.state), pace_s=settings.ceremony.pace_s)
        self.keys: deque[tuple[Key, float]] = deque()

    def begin(self) -> None:
        self.beside.begin()
        self.settle(self.state)

    def close(self, language: str) -> None:
        """Lets go of everything, and tells in this language what has failed beside the ceremony. Of the folder first,
        so that another may go on with it while a printer is waited for."""
        try:
            self.conductor.close()
        finally:
            if on_its_way := self.beside.stop():
                paper = say(language, f"paper.what.{on_its_way}")
                print(say(language, "cli.leaving", paper=paper, seconds=f"{LEAVE_S:g}"), file=sys.stderr, flush=True)
            failures, left = self.beside.close()
            for failure in failures:
                print(explain(language, failure), file=sys.stderr)
            if left:
                papers = ", ".join(say(language, f"paper.what.{what}") for what in left)
                print(say(language, "cli.not-printed", papers=papers), file=sys.stderr)
        if self.album:
            self.album.close()

    def play(self, given: Given) -> None:
        """The whole ceremony by itself, as fast as the disk is, with no window."""
        ready = auto.ready(self.state, given, SystemRandom())
        self.beside.wait()
        self.look = auto.play(self.conductor, ready, self._see)
        self.state = self.conductor.state
        self.beside.wait()
        if self.state.phase is Phase.DONE:
            # What nobody is there to leaf through: the pages of the proof, and the lists.
            for scene, page in (("roll", 0), *(("proof", page) for page in range(len(PROOF)))):
                self._see(self.state, replace(self.look, scene=scene, page=page))

    def hold(self, window: Window, given: Given | None, speed: float) -> None:
        """The ceremony with a window, until somebody leaves. given: what a hand of its own presses, or None."""
        hand = auto.ready(self.state, given, SystemRandom()) if given and not self.conductor.read_only else None
        since_s = pressed_s = time.monotonic()
        # A key that was meant to hurry the reading on, or pressed before anybody saw where it stands, is no step.
        self.look = replace(self.look, stepped_s=since_s)
        while True:
            now_s = time.monotonic()
            before = self.state, self.look
            pressed = window.poll(now_s)
            if Key("leave") in pressed:
                return
            if window.away:
                # Nobody sees anything: nothing goes on, and it begins to count anew when the display is back.
                since_s = now_s
                window.show(self._see(self.state, self.look), now_s)
                window.rest()
                continue
            self.keys.extend((key, now_s) for key in pressed)
            if hand and not self.keys and (now_s - pressed_s) * speed >= HAND_S:
                pressed_s = now_s
                self._press_by_itself(hand, now_s)
            self._step((now_s - since_s) * speed, alone=hand is not None)
            if self.state is not before[0] or self.look != before[1]:
                since_s = now_s
                self._keep_to_the_end(before)
            window.show(self._see(self.state, self.look), now_s)
            window.rest()

    def _keep_to_the_end(self, before: tuple[State, Look]) -> None:
        """The pace that ends in time, where it goes on by itself and nobody chose another. A group keeps its own."""
        end = self.settings.ceremony.end
        chosen = self.look.pace_s != before[1].pace_s
        self._by_hand = (self._by_hand or chosen) and self.look.auto
        if end and self.look.auto and not self._by_hand and not self.state.group_running:
            now = datetime.now()
            left_s = (datetime.combine(now, datetime.strptime(end, "%H:%M").time()) - now).total_seconds()
            self.look = replace(self.look, pace_s=pace.to_end(self.state, self.look, left_s))

    def _press_by_itself(self, given: Given, now_s: float) -> None:
        self.look = replace(self.look, auto=True)
        if not self.conductor.busy and (key := auto.next_key(self.state, self.look, given)):
            self.keys.append((key, now_s))

    def _step(self, since_s: float, *, alone: bool) -> None:
        """One request at most for each answer: every key is read in the state that the one before it led to."""
        while self.keys and not self.conductor.busy:
            prints = self.look.prints
            self.look, request = desk.press(self.state, self.look, *self.keys.popleft())
            if self.look.prints > prints:
                self._print()
            if request is not None:
                self.conductor.submit(request)
        if not self.keys and not self.conductor.busy:
            self.look, request = desk.tick(self.state, self.look, since_s, alone=alone)
            if request is not None:
                self.conductor.submit(request)
        for answer in self.conductor.poll():
            if answer.refusal:
                self.look = desk.refuse(self.look, answer.refusal)
            else:
                self.state, self.look = answer.state, desk.follow(answer.state, self.look, answer.events)

    def _print(self) -> None:
        """By hand; where there is no printer it says so, as a step that is refused does."""
        try:
            self.beside.print_by_hand(view(self.state, self.look).result_hash, self.state.over)
        except DeviceError as error:
            self.look = desk.refuse(self.look, error)

    def settle(self, state: State) -> None:
        """What has to be done once, outside of the folder, after the sealing and after the end."""
        if state.phase in (Phase.SEALED, Phase.DRAWING, Phase.DONE):
            self.beside.forget_secrets()
        notice, end = state.setting.inputs.notice, self.conductor.end
        if state.phase in (Phase.DONE, Phase.VOID) and end is not None and not notice.rehearsal:
            self.beside.register(_end(notice.draw, end))

    def _troubles(self) -> tuple[str, ...]:
        mirror = self.conductor.trouble
        return (*self.beside.troubles(), *([mirror.code] if mirror else []))

    def _see(self, state: State, look: Look) -> View:
        """The view of this moment, with what the ceremony does not know: clock, address, verdicts, devices."""
        seen = view(state, look)
        self.settle(state)
        if seen.result_hash is not None:
            self.beside.verify(seen.result_hash)
        if not self.conductor.read_only:
            if state.over:
                self.beside.print_end(seen.result_hash)
            elif seen.result_hash is not None:
                self.beside.print_sealed(seen.result_hash)
        now = datetime.now().astimezone()
        seen = replace(
            seen,
            language=self.settings.language,
            clock=f"{now:%H:%M:%S}",
            date=f"{now:%Y-%m-%d}",
            address=self.beside.address(seen.result_hash),
            verdicts=self.beside.verdicts(),
            operating=self._operates(now, state, look),
            troubles=self._troubles(),
            void_time=_minute(self.conductor.end.wall) if state.voided and self.conductor.end else "",
        )
        if self.album:
            self.album.see(seen)
        return seen

    def _operates(self, now: datetime, state: State, look: Look) -> Operating:
        """Looked up once a second: nothing of it changes quicker."""
        second = f"{now:%H:%M:%S} {look.scene}"
        if self._operating is None or self._operating[0] != second:
            over = datetime.fromisoformat(self.conductor.end.wall) if self.conductor.end else None
            ends = over or now + timedelta(seconds=pace.left(state, look).seconds(look.pace_s))
            wrong = clock.amiss(state.setting.inputs.notice, self._begun)
            health = self.beside.health() + ((("clock", wrong),) if wrong else ())
            told = Operating(_minutes((over or now) - self._begun), f"{ends:%H:%M}", self.settings.ceremony.end,
                             health)  # fmt: skip
            self._operating = second, told
        return self._operating[1]


def _begun(folder: Path) -> datetime:
    """When the ceremony in this folder began: the conductor has read its journal, or has just begun it."""
    with (folder / JOURNAL).open(encoding="utf-8") as journal:
        return datetime.fromisoformat(json.loads(journal.readline())["wall"])


def _minute(wall: str) -> str:
    """2021-12-10 10:12, of a time in the journal."""
    return f"{datetime.fromisoformat(wall):%Y-%m-%d %H:%M}"


def _minutes(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds() // 60))
    return f"{minutes // 60}:{minutes % 60:02d}"
