"""All scenes: `render(surface, view, seconds)` draws the whole screen.

Pure: the same view and seconds give the same pixels, whatever stood on the surface. `seconds` is the time since what
the scene shows began to change (`moment`); after `settles(view)` nothing moves any more and nothing need be drawn.

Each scene is a module with

- `render(canvas, view, seconds)`: draws it all; what does not move through `canvas.still`. The view that it gets has no
  clock (that is drawn here, on top), so the view may be part of a still's key, long lists as `cache.Same`.
- `settles(view) -> float`: seconds after which it stands still, 0.0 if it never moves.
- `moment(view) -> Hashable`: what begins a movement anew. Opening the overlay is no part of it, so a card that has
  landed does not fly again when the overlay closes.

Modes (overlay, field, question, QR code, cover, ...) are layers over the scene, in `layers.py`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

import pygame

from kiosk.ceremony.view import View
from kiosk.screen import draw
from kiosk.screen.draw import Box, Canvas, Shown
from kiosk.screen.scenes import choosing, compare, drawing, layers, opening, proof, reading, roll, seal, void
from kiosk.screen.sound import Cue

SCENES = {
    "reading": reading,
    "opening": opening,
    "compare": compare,
    "seal": seal,
    "drawing": drawing,
    "roll": roll,
    "proof": proof,
    "void": void,
    "choosing": choosing,
}


def render(surface: pygame.Surface, view: View, seconds: float, shown: Shown | None = None) -> list[pygame.Rect] | None:
    """Draws the whole screen.

    shown: what the surface shows since the frame before, if nobody else has drawn on it: then only what is another now
    is drawn. Gives the areas, in pixels, in which something may be another than before; None: anywhere.
    """
    canvas = Canvas(surface, view.language, view.rehearsal, shown=shown)
    paint(canvas, view, seconds)
    return canvas.finish()


def paint(canvas: Canvas, view: View, seconds: float) -> None:
    """The same on a canvas, which then knows what was placed where."""
    timeless = replace(view, clock="", date="", operating=view.operating if view.look.overlay else None)
    if not layers.opaque(view):
        SCENES[view.look.scene].render(canvas, timeless, seconds)
    layers.render(canvas, timeless)
    draw.clock(canvas, view)


def settles(view: View) -> float:
    """Seconds after `moment` changed in which something moves."""
    return 0.0 if layers.opaque(view) else SCENES[view.look.scene].settles(view)


def moment(view: View) -> Hashable:
    """What starts the scene's movement anew when it changes."""
    began: Hashable = SCENES[view.look.scene].moment(view)
    return began


def picture(view: View) -> Hashable:
    """Where this changes, one picture takes the place of another, and the two cross-fade."""
    look = view.look
    part = drawing.picture(view) if look.scene == "drawing" else None
    return look.scene, look.page, look.covered, look.qr, part


def exchanged(surface: pygame.Surface, before: Hashable, after: Hashable) -> pygame.Rect:
    """Where one `picture` takes the place of another, in pixels: header and proof strip are the same for all groups."""
    match before, after:
        case (["drawing", *one, _], ["drawing", *other, _]) if one == other:
            canvas = Canvas(surface)
            return canvas.rect(Box(0, draw.HEADER, canvas.width, canvas.height - draw.HEADER - draw.STRIP))
    return surface.get_rect()


def cues(view: View) -> Sequence[Cue]:
    """The sounds of the scene's movement, each with its second."""
    return drawing.cues(view) if view.look.scene == "drawing" else ()
