"""One picture of each scene of a ceremony, as it was shown: for who plays it without a display, and for the record.

A scene is told apart by its name and page; of each the last view is kept and drawn at rest when the album is closed.
Of the drawing that is the view half-way, with cards on the table and a wall still full.
"""

from pathlib import Path

import pygame

from kiosk.ceremony.view import Phase, View
from kiosk.core.errors import DeviceError
from kiosk.screen import scenes


class Album:
    """size: of the pictures, in pixels."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.folder = folder
        self._size = size
        self._views: dict[str, View] = {}

    def see(self, view: View) -> None:
        look = view.look
        if look.overlay or look.covered or look.qr or look.field or look.found:
            return
        drawing = view.drawing
        if (
            look.scene == "drawing"
            and drawing
            and drawing.all_drawn * 2 > drawing.all_total
            and "drawing" in self._views
        ):
            return
        name = f"{look.scene}-{look.page + 1}" if look.scene == "proof" else look.scene
        if look.scene == "opening" and look.page:
            name = "opening-list"
        if look.scene == "seal" and view.phase is not Phase.SEALED:
            name = "dice" if view.seat else "envelopes"
        self._views[name] = view

    def close(self) -> None:
        """Draws and saves the pictures, if there is anything to be seen. DeviceError where they cannot be written."""
        if not self._views:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for number, (name, view) in enumerate(self._views.items(), 1):
                surface = pygame.Surface(self._size)
                scenes.render(surface, view, scenes.settles(view))
                pygame.image.save(surface, str(self.folder / f"{number}-{name}.png"))
        except (OSError, pygame.error) as error:
            raise DeviceError("screen.pictures", folder=str(self.folder), reason=str(error)) from error
