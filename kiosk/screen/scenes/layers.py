"""Modes as layers over a scene: overlay, cover, QR code, field, question, refusal, interruption, troubles
(being built)."""

from kiosk.ceremony.view import View
from kiosk.screen.draw import Canvas


def opaque(view: View) -> bool:
    """Whether the scene below cannot be seen at all."""
    return view.look.covered or view.look.qr


def render(canvas: Canvas, view: View) -> None:
    """All layers that the view asks for, in their order."""
