"""The commitments as sealed envelopes, and how one is opened.

Closed, an envelope shows whose secret it holds and how the commitment begins. When its secret is opened, the flap goes
up, the envelope sinks, and the letter that was in it stays: the secret, and that it is what was committed to (it was
hashed and compared before the screen learnt of it).

    0.0 s the flap lifts   0.4 s the envelope sinks   0.9 s the digits come, a group every 0.09 s   1.9 s done
"""

import pygame

from kiosk.ceremony.view import Envelope
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import digits, frame
from kiosk.screen.text import Colour
from kiosk.words import grouped

FLAP_S, SINK_S, GROUP_S = 0.4, 0.5, 0.09
OPENS_S = FLAP_S + SINK_S + 8 * GROUP_S + 0.2

_BACK: Colour = (196, 178, 134)
_FRONT: Colour = (232, 215, 172)
_FLAP: Colour = (243, 230, 196)
_RIM: Colour = (160, 138, 92)
_FOLD: Colour = (208, 190, 146)  # what is written on the envelope may cross it
_WAX: Colour = (168, 36, 32)
_GREEN: Colour = (16, 84, 52)
_FLAP_STEPS = 12
_MOST = 84.0  # size of a secret


def strip(canvas: Canvas, envelopes: tuple[Envelope, ...], box: Box) -> None:
    """All of them small, while the dice are thrown: closed, with their labels."""
    columns = min(4, len(envelopes))
    rows = -(-len(envelopes) // columns)
    width = (box.width - frame.GAP * (columns - 1)) / columns
    height = (box.height - 8 * (rows - 1)) / rows
    for number, envelope in enumerate(envelopes):
        row, column = divmod(number, columns)
        place = Box(box.left + column * (width + frame.GAP), box.top + row * (height + 8), width, height)
        icon = Box(place.left, place.centery - height * 0.36, height * 1.1, height * 0.72)
        body(canvas, icon, 0.0)
        said = frame.label_name(canvas, envelope.label)
        left = icon.right + 16
        name = Box(left, place.top + 2, place.right - left, height * 0.56)
        draw.write(canvas, f"envelope.{number}", said, name, 38, draw.TEXT, smallest=24, lines=2)
        under = Box(left, name.bottom, place.right - left, height * 0.38)
        begins = canvas.say("seal.begins", digits=" ".join(grouped(envelope.commitment)[:2]))
        draw.write(canvas, f"envelope.{number}.begins", begins, under, 26, draw.MUTED, smallest=18)


def strip_height(count: int) -> float:
    return 84.0 if count <= 4 else 152.0


def spread(box: Box, count: int) -> list[Box]:
    """Places for `count` of them, in as many columns as show a secret largest."""
    best: list[Box] = []
    largest = 0.0
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        width = (box.width - frame.GAP * (columns - 1)) / columns
        height = (box.height - frame.GAP * (rows - 1)) / rows
        room = _room(Box(0, 0, width, height))
        size = min(_MOST, digits.setting(8, round(room.width, 1), round(room.height, 1), _MOST).size)
        if size > largest + 0.5 and 0.95 * height <= width <= 8 * height:
            largest = size
            best = [
                Box(
                    box.left + (at % columns) * (width + frame.GAP),
                    box.top + (at // columns) * (height + frame.GAP),
                    width,
                    height,
                )
                for at in range(count)
            ]
    return best


def _room(letter: Box) -> Box:
    """Where on a letter the secret stands."""
    line = _line(letter.height)
    return Box(letter.left + 20, letter.top + 18 + line, letter.width - 40, letter.height - line - 26)


def _line(height: float) -> float:
    """Height of the letter's first line."""
    return max(28.0, min(64.0, height * 0.2))


def card(
    canvas: Canvas, envelope: Envelope, box: Box, seconds: float, *, due: bool = False, lost: bool = False
) -> None:
    """An envelope in its place, `seconds` after it was opened. due: it is the next to be opened."""
    name = f"envelope.{envelope.label}"
    if envelope.secret is None:
        if due:
            draw.glow(canvas, box, 16, draw.GOLD, 20, 130)
        body(canvas, box, 0.0)
        if due:
            draw.outline(canvas, box, 14, draw.GOLD, 6)
        _address(canvas, envelope, box, lost)
        return
    sunk = draw.ease_in_out(draw.progress(seconds, FLAP_S, SINK_S))
    lifted = draw.progress(seconds, 0, FLAP_S)
    shown = int(max(0.0, seconds - FLAP_S - SINK_S) / GROUP_S)
    letter = Box(box.left + box.width * 0.02, box.top, box.width * 0.96, box.height - 6)
    if sunk >= 1:
        _letter(canvas, envelope, letter, shown, name)
        return
    before = canvas.surface.get_clip()
    canvas.surface.set_clip(canvas.rect(box))
    if sunk > 0:
        _letter(canvas, envelope, letter, 0, name)
    low = box.move(0, box.height * sunk)
    body(canvas, low, lifted, front_only=sunk > 0)
    canvas.surface.set_clip(before)
    if sunk == 0:
        _address(canvas, envelope, box, lost)


def body(canvas: Canvas, box: Box, lifted: float, front_only: bool = False) -> None:
    """The envelope itself. lifted: how far its flap is open, from 0 to 1."""
    step = round(lifted * _FLAP_STEPS)

    def paint(surface: pygame.Surface, scale: float) -> None:
        width, height = surface.get_size()
        rim = max(3, round(height * 0.012))
        radius = round(min(width, height) * 0.04)
        whole = pygame.Rect(0, 0, width, height)
        if not front_only:
            pygame.draw.rect(surface, _BACK, whole, border_radius=radius)
        notch = height * 0.40
        front = [(0, 0), (width / 2, notch), (width, 0), (width, height), (0, height)]
        pygame.draw.polygon(surface, _FRONT, front)
        for side in (0, width):
            pygame.draw.line(surface, _FOLD, (side, height), (width / 2, height * 0.46), rim)
        pygame.draw.lines(surface, _RIM, False, front[:3], rim)
        tip = height * 0.56 * (1 - 2 * step / _FLAP_STEPS)
        if tip > 0:
            flap = [(rim, 0), (width - rim, 0), (width / 2, tip)]
            pygame.draw.polygon(surface, _FLAP, flap)
            pygame.draw.lines(surface, _RIM, True, flap, rim)
        if step == 0:
            pygame.draw.circle(surface, _WAX, (width / 2, tip), height * 0.105)
            pygame.draw.circle(surface, (204, 72, 60), (width / 2, tip), height * 0.07, max(2, round(height * 0.012)))
        pygame.draw.rect(surface, _RIM, whole, rim, border_radius=radius)

    draw.figure(canvas, ("envelope", step, front_only), box, paint)
    if box.height > 120:
        lower = Box(box.left + box.width * 0.05, box.top + box.height * 0.68, box.width * 0.9, box.height * 0.28)
        draw.watermark(canvas, lower, min(64, lower.height * 0.7), (250, 218, 168))


def _address(canvas: Canvas, envelope: Envelope, box: Box, lost: bool) -> None:
    """What stands on a closed envelope, below its seal."""
    name = f"envelope.{envelope.label}"
    said = frame.label_name(canvas, envelope.label)
    room = Box(box.left + box.width * 0.06, box.top + box.height * 0.69, box.width * 0.88, box.height * 0.28)
    upper = Box(room.left, room.top, room.width, room.height * 0.58)
    draw.write(canvas, name, said, upper, 60, draw.INK, align="center", smallest=30, lines=2)
    lower = Box(room.left, upper.bottom, room.width, room.height * 0.42)
    under = (
        canvas.say("seal.lost")
        if lost
        else canvas.say("seal.begins", digits=" ".join(grouped(envelope.commitment)[:4]))
    )
    draw.write(canvas, f"{name}.under", under, lower, 34, draw.INK, align="center", smallest=20)


def _letter(canvas: Canvas, envelope: Envelope, box: Box, shown: int, name: str) -> None:
    """The secret on paper, below whose it is and that it opens its commitment."""
    assert envelope.secret is not None
    draw.paper(canvas, box, 12)
    line = _line(box.height)
    top = Box(box.left + 20, box.top + 10, box.width - 40, line)
    tick = line * 0.72
    said = canvas.say("seal.opens")
    words = draw.width_of(canvas, said, line * 0.5) + 6
    if words > top.width * 0.4:  # the check mark has to say it
        said, words = "", 0.0
    right = Box(top.right - words, top.top, words, line)
    signs.check(canvas, Box(right.left - tick - 8, top.centery - tick / 2, tick, tick), _GREEN)
    draw.write(canvas, f"{name}.opens", said, right, line * 0.5, draw.INK, align="right", smallest=1)
    who = Box(top.left, top.top, right.left - tick - 24 - top.left, line)
    draw.write(
        canvas, name, frame.label_name(canvas, envelope.label), who, line * 0.78, draw.INK, smallest=line * 0.5, lines=2
    )
    draw.line(canvas, Box(top.left, top.bottom + 4, top.width, 2), draw.EDGE)
    digits.block(canvas, f"{name}.secret", envelope.secret, _room(box), _MOST, draw.INK, shown=shown)
