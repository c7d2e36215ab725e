"""The window: where the frames go, and where the keys come from.

    with Window(size=(1920, 1080), windowed=True) as window:
        while ...:
            for key in window.poll(now_s): ...
            window.show(view, now_s)
            window.rest()

Times are given by the caller, by a clock that only goes forward, so a ceremony can be played quicker than it is.

`show` draws only if something moves or the view is another one. It counts each scene's seconds from when what that
scene shows began to change (`scenes.moment`), so a household that has landed does not fly again after a look at the
help. The first view of a ceremony is shown as it will come to rest: after a restart nothing is played again. Where one
picture takes the place of another (`scenes.picture`) they cross-fade, the old one as a snapshot.

Software on SDL's plain framebuffer, without the accelerated copy that SDL would put on top of it: on an office PC that
is quicker and the same on every machine.
"""

import os
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pygame

from kiosk.ceremony.desk import Key
from kiosk.ceremony.view import View
from kiosk.core.errors import DeviceError
from kiosk.screen import displays, draw, scenes
from kiosk.screen.keys import Keyboard
from kiosk.screen.second import Second
from kiosk.screen.sound import Sounds

FADE_S = 0.4
AWAY = "screen.display"  # the trouble that the operator's page tells
FRAMES_PER_S = 60
_IDLE_MS = 50
_RETRY_S = 1.0
_LONG_AGO_S = -1e9
_DEFAULT_SIZE = (1920, 1080)

# Read by SDL when it starts. A driver or a hint that somebody has set stays.
SURROUNDINGS = {
    "SDL_FRAMEBUFFER_ACCELERATION": "0",
    "SDL_WINDOWS_DPI_AWARENESS": "permonitorv2",
    "SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS": "0",
    "SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR": "1",
    "SDL_MOUSE_FOCUS_CLICKTHROUGH": "1",
    "SDL_NO_SIGNAL_HANDLERS": "1",  # a service that is stopped ends at once: nothing is lost by it
}


class Window:
    """size: of the window, or of the picture without one; display: the one to fill, by name or number;
    operator: that of the operator's page, by name, "yes" for any other, "no" for none;
    motion: False shows each picture as it comes to rest, without flights and cross-fades;
    headless: no window at all, for pictures and tests."""

    def __init__(
        self,
        *,
        size: tuple[int, int] | None = None,
        windowed: bool = False,
        headless: bool = False,
        display: str = "",
        sounds: bool = True,
        operator: str = "no",
        motion: bool = True,
    ) -> None:
        self._size = size
        self._windowed = windowed
        self._headless = headless
        self._display = display
        self._operator = operator
        self._motion = motion
        self._second: Second | None = None
        self._keyboard = Keyboard()
        self._pending: list[pygame.event.Event] = []
        self._clock = pygame.time.Clock()
        self._away = False  # the chosen display is gone, or all of them: wait for it
        self._driver = ""  # SDL's, once there was a display
        self._tried_s = 0.0  # when displays that are all gone were last looked for
        self._watch: displays.Watch | None = None
        self._view: View | None = None
        self._drawn_s = 0.0
        self._since: dict[str, tuple[Hashable, float]] = {}
        self._picture: Hashable = None
        self._snapshot: pygame.Surface | None = None
        self._fading = pygame.Rect(0, 0, 0, 0)  # where the snapshot is
        self._shown = draw.Shown()
        self._faded_s = _LONG_AGO_S
        self._stale = True
        self._surface = self._open()
        self._sounds = Sounds(sounds and not headless)

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def size(self) -> tuple[int, int]:
        return self._surface.get_size()

    @property
    def surface(self) -> pygame.Surface:
        """The present frame, to be looked at."""
        return self._surface

    # --- keys

    def poll(self, now_s: float) -> list[Key]:
        """The keys pressed since the last call."""
        events = [*self._pending, *(pygame.event.get() if pygame.display.get_init() else ())]
        self._pending.clear()
        keys = [key for event in events if (key := self._event(event, now_s)) is not None]
        chord = self._keyboard.chord(now_s)
        if self._away:
            keys = []  # nobody sees what they would do; but one can leave
        return [*keys, chord] if chord else keys

    @property
    def second(self) -> Second | None:
        """The operator's window, where there is a display for it."""
        return self._second

    @property
    def away(self) -> bool:
        """Whether the hall's display is not there: nothing can be seen, and nothing should go on."""
        return self._away

    def _event(self, event: pygame.event.Event, now_s: float) -> Key | None:
        if event.type == pygame.QUIT:
            return Key("leave") if self._windowed else None  # full screen is left by the held chord alone
        if event.type in (pygame.WINDOWSIZECHANGED, pygame.WINDOWDISPLAYCHANGED):
            self._resized()
        elif event.type in (pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED, pygame.WINDOWFOCUSGAINED):
            self._stale = True
            if self._second:
                self._second.stale()
        return self._keyboard.feed(event, now_s)

    # --- frames

    def show(self, view: View, now_s: float) -> bool:
        """Draws the view, if there is anything new to see; whether it did."""
        self._follow_displays(now_s)
        if self._second and not self.moving:  # no frame of the hall's is late for it
            self._second.show(replace(view, troubles=(*view.troubles, AWAY)) if self._away else view)
        picture = scenes.picture(view)
        if self._plays and picture != self._picture:
            self._fading = scenes.exchanged(self._surface, self._picture, picture)
            self._snapshot = self._surface.subsurface(self._fading).copy()
            self._faded_s = now_s
        self._picture = picture
        since = self._began(view, now_s)
        moves = self._drawn_s - since < scenes.settles(view) or self._snapshot is not None
        if not (self._stale or moves or view != self._view):
            return False
        self._sounds.hear(scenes.cues(view), self._drawn_s - since, now_s - since)
        self._draw(view, now_s, now_s - since)
        return True

    @property
    def moving(self) -> bool:
        """Whether the next frame will be another one even if the view stays."""
        if self._view is None or self._snapshot is not None:
            return True
        since = self._since.get(self._view.look.scene, (None, _LONG_AGO_S))[1]
        return self._drawn_s - since < scenes.settles(self._view)

    def rest(self) -> None:
        """Until the next frame is due; where nothing moves, until a key is pressed, or a moment."""
        if self.moving:
            self._clock.tick(FRAMES_PER_S)
        elif not pygame.display.get_init():
            pygame.time.wait(_IDLE_MS)
        else:
            event = pygame.event.wait(_IDLE_MS)
            if event.type != pygame.NOEVENT:
                self._pending.append(event)

    def save(self, path: Path) -> None:
        """The present frame as a PNG."""
        pygame.image.save(self._surface, path, "png")

    def close(self) -> None:
        self._sounds.close()
        if self._watch:
            self._watch.close()
        if self._second:
            self._second.close()
        draw.clear()
        pygame.display.quit()

    @property
    def _plays(self) -> bool:
        """Whether what comes now may move: the first picture of a ceremony only stands there."""
        return self._motion and self._view is not None and self._view.look.scene != "reading"

    def _began(self, view: View, now_s: float) -> float:
        """When what the scene shows began to change."""
        scene, moment = view.look.scene, scenes.moment(view)
        if scene not in self._since or self._since[scene][0] != moment:
            self._since[scene] = moment, now_s if self._plays else _LONG_AGO_S
        return self._since[scene][1]

    def _draw(self, view: View, now_s: float, seconds: float) -> None:
        if self._stale:
            self._shown.forget()
        areas = scenes.render(self._surface, view, seconds, self._shown)
        if self._snapshot is not None:
            part = draw.progress(now_s, self._faded_s, FADE_S)
            if part < 1 and self._surface.get_rect().contains(self._fading):
                self._snapshot.set_alpha(round(255 * (1 - draw.ease_in_out(part))))
                self._surface.blit(self._snapshot, self._fading)
                areas = self._shown.add(self._fading, areas)
            else:
                self._snapshot = None
        if self._away:
            pass
        elif areas is None:
            pygame.display.flip()
        else:
            pygame.display.update(areas)
        self._view, self._drawn_s, self._stale = view, now_s, False

    # --- displays

    def _open(self) -> pygame.Surface:
        for name, value in SURROUNDINGS.items():
            os.environ.setdefault(name, value)
        if self._headless:
            os.environ["SDL_VIDEODRIVER"] = "dummy"
        try:
            self._start()
            return self._set_mode()
        except pygame.error as error:
            raise DeviceError("screen.none", reason=str(error)) from None

    def _start(self) -> None:
        """SDL's display module. Where it had a driver it gets that one or none: while the displays change SDL may not
        reach them, and would quietly go on with a driver that shows its pictures to nobody."""
        if self._driver:
            os.environ["SDL_VIDEODRIVER"] = self._driver
        pygame.display.init()
        self._driver = pygame.display.get_driver()

    def _set_mode(self) -> pygame.Surface:
        """The window, on the display it belongs to."""
        if self._headless:
            surface = pygame.display.set_mode(self._size or _DEFAULT_SIZE)
        elif self._windowed:
            surface = pygame.display.set_mode(self._size or (1280, 720), pygame.RESIZABLE)
        else:
            known = displays.present()
            if len(known) != pygame.display.get_num_displays():
                # Asking has woken one up that SDL had not seen.
                pygame.display.quit()
                self._start()
            self._watch = self._watch or displays.Watch(known)
            surface = self._fill(known)
        pygame.display.set_caption("明摇 Mingyao")
        pygame.display.set_allow_screensaver(False)
        pygame.mouse.set_visible(self._windowed)
        pygame.key.stop_text_input()
        return surface

    def _fill(self, known: tuple[displays.Display, ...]) -> pygame.Surface:
        """Fills the hall's display, if it is there, and then the operator's. Neither ever takes the other's place."""
        display = displays.chosen(known, self._display)
        if display and len(known) > 1:
            self._display = display.name  # from now on it is this one, whatever becomes of the others
        self._away = display is None
        if display is None:
            surface = pygame.Surface(self._size or _DEFAULT_SIZE, depth=32)
        else:
            surface = pygame.display.set_mode(self._size or (0, 0), pygame.FULLSCREEN, display=display.index)
        other = displays.operators(known, display, self._operator)
        self._second = Second(other) if other else None
        return surface

    def _resized(self) -> None:
        """The surface of the display is the same object at any size; what was drawn for the old one is not needed."""
        draw.clear()
        self._stale = True

    def _follow_displays(self, now_s: float) -> None:
        """Builds the window again if the displays are others now; without its own it waits, and covers no other."""
        if not pygame.display.get_init():
            if now_s - self._tried_s < _RETRY_S:
                return
        elif self._watch is None or self.moving or self._watch.changed(now_s) is None:
            return
        self._tried_s = now_s
        if self._second:
            self._second.close()
        self._second = self._snapshot = None
        size = self.size
        pygame.display.quit()  # which is how SDL learns of the new displays
        draw.clear()
        self._stale = True
        try:
            self._start()
            self._surface = self._set_mode()
        except pygame.error:
            pygame.display.quit()
            self._away, self._surface = True, pygame.Surface(size, depth=32)
