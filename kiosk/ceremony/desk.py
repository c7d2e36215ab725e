"""The operator's desk (being built): what a key does now, in this view. Pure: no pygame, no clock of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """One key press, as any keyboard or presenter's remote gives it.

    name: what the key asks for outside of a field - next, back, cover, overlay, slower, faster, auto, find, qr, enter,
    escape, backspace, leave - or "" for any other; text: the character that it types inside of one, or "".
    The digits 1 to 6 have no name: the desk reads them as dice, or as the number of a choice, by their text.
    """

    name: str
    text: str = ""
