"""The operator's display: a window of its own that fills a display which is not the hall's, with the operator's page.

It is opened on a display by that display's number and is as large as it, without a frame; so it lies on it alone. It
never takes the full screen for itself: the hall's picture is the one that does, and keys pressed over either are the
same keys.
"""

from collections.abc import Hashable

import pygame

from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.displays import Display
from kiosk.screen.draw import Canvas
from kiosk.screen.scenes import operator

_ON_DISPLAY = 0x2FFF0000  # SDL's "in the middle of the display with this number"


class Second:
    def __init__(self, display: Display) -> None:
        self.display = display
        place = _ON_DISPLAY | display.index
        self._window = pygame.Window("明摇 Mingyao · 操作员", display.size, (place, place), borderless=True)
        self._page = pygame.Surface(self._window.size, depth=32)
        self._painted: Hashable = None
        self._clock: Hashable = None

    @property
    def position(self) -> tuple[int, int]:
        return self._window.position

    @property
    def size(self) -> tuple[int, int]:
        return self._window.size

    def show(self, view: View) -> None:
        """Draws the page, if it is another one, and the clock."""
        key, clock = (operator.key(view), view.language, view.rehearsal), (view.clock, view.date)
        if key == self._painted and clock == self._clock:
            return
        if key != self._painted:
            operator.paint(Canvas(self._page, view.language, view.rehearsal), view)
        self._painted, self._clock = key, clock
        surface = self._window.get_surface()
        surface.blit(self._page, (0, 0))
        draw.clock(Canvas(surface, view.language, view.rehearsal), view)
        self._window.flip()

    def stale(self) -> None:
        """It has to be drawn again: something lay over it."""
        self._clock = None

    def close(self) -> None:
        self._window.destroy()
