"""Modes as layers over a scene: cover, overlay, QR code, a field, what was found; then interruption and dock.

The first five take the whole screen, so the scene below is not painted at all. The last two keep to places of their
own, so that nothing of a scene is ever half covered.
"""

from kiosk.ceremony.view import View
from kiosk.screen.draw import Canvas
from kiosk.screen.scenes import code, cover, dock, entry, found, frame, interruption, operator, overlay


def opaque(view: View) -> bool:
    """Whether the scene below cannot be seen at all."""
    look = view.look
    return look.covered or look.overlay or look.qr or look.field is not None or look.found is not None


def render(canvas: Canvas, view: View) -> None:
    """The layers that the view asks for."""
    look = view.look
    if look.covered:
        cover.render(canvas, view)
    elif look.overlay:
        (operator if look.sheet else overlay).render(canvas, view)
    elif look.qr:
        code.render(canvas, view)
    elif look.field is not None:
        entry.render(canvas, view, look.field)
    elif look.found is not None:
        found.render(canvas, view, *look.found)
    else:
        if view.interruption is not None and not (look.refusal and look.scene not in frame.DOCKED):
            interruption.render(canvas, view)
        dock.render(canvas, view)
