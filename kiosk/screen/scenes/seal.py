"""The sealing: dice seat by seat, then the envelopes, then the public digits, and the seed that forms of them.

One scene for four phases, so that what was thrown and opened stays before the eyes:

- contributions: the seat whose turn it is large, its dice drawn and as figures; all seats below, envelopes above
- reveals: the envelopes large, opened one after another (`envelopes`), the dice below
- public: the digits of the public source beside the opened envelopes
- sealed: the parts run together into the seed, and the seed into the result hash (`forming`)

A die comes with a small bounce in 0.3 s. Where there are more seats than fit on a page, the page with the seat whose
turn it is shows; afterwards the pages pass once, five seconds each.
"""

from collections.abc import Hashable
from dataclasses import replace

from kiosk.ceremony.view import Phase, Seat, View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import digits, envelopes, forming, frame, seats

_DIE_S = 0.3
_PAGE_S = 5.0
_MANY = 4  # more envelopes than these show a secret too small
_COUNT = 56.0  # height of how many dice have been thrown
_SMALL_DIE = 70.0  # below this the last die is shown large as well


def render(canvas: Canvas, view: View, seconds: float) -> None:
    if view.seat:
        _throwing(canvas, view, seconds)
    elif view.phase in (Phase.SEALED, Phase.DRAWING, Phase.DONE):
        forming.render(canvas, view, seconds)
    else:
        _opening(canvas, view, seconds)


def settles(view: View) -> float:
    if view.seat:
        return _DIE_S
    if view.phase in (Phase.SEALED, Phase.DRAWING, Phase.DONE):
        return forming.settles(view)
    turning = _PAGE_S * (_most_pages(view) - 1)
    return max(turning, envelopes.OPENS_S if _last_opened(view) is not None else 0.0)


def moment(view: View) -> Hashable:
    opened = tuple(envelope.secret is not None for envelope in view.envelopes)
    return view.phase, view.seat, tuple(seat.dice for seat in view.seats), opened, view.public


# --- contributions


def _throwing(canvas: Canvas, view: View, seconds: float) -> None:
    """The seat whose turn it is; only its dice change within a still."""
    confirmed = tuple(seat.dice for seat in view.seats if seat.confirmed)
    names = tuple(seat.who for seat in view.seats)
    key = ("throwing", frame.key(view), view.seat, confirmed, names, view.dice_each, _labels(view))
    canvas.still(key, lambda still: _table(still, view))
    seat = view.seats[view.seat - 1]
    box = _present_box(canvas, view)
    thrown = canvas.say("seal.thrown", thrown=len(seat.dice), dice=view.dice_each)
    left = _left(box)
    counted = Box(left.left, left.bottom - _COUNT, left.width, _COUNT)
    draw.write(canvas, "thrown", thrown, counted, 46, draw.GOLD, align="center")
    _dice(canvas, seat, view.dice_each, _dice_box(box), seconds)


def _labels(view: View) -> Hashable:
    return tuple((envelope.label, envelope.commitment) for envelope in view.envelopes)


def _table(canvas: Canvas, view: View) -> None:
    frame.paint(canvas, view)
    aside = canvas.say("seal.seat-of", seat=view.seat, seats=len(view.seats))
    frame.heading(canvas, canvas.say("seal.throwing"), aside)
    top = frame.below_heading(canvas)
    strip = Box(draw.MARGIN, top, canvas.width - 2 * draw.MARGIN, envelopes.strip_height(len(view.envelopes)))
    envelopes.strip(canvas, view.envelopes, strip)
    box = _present_box(canvas, view)
    draw.panel(canvas, box)
    draw.outline(canvas, box, 18, draw.GOLD, 4)
    seat = view.seats[view.seat - 1]
    left = _left(box)
    tab = Box(left.centerx - 70, left.top, 140, left.height * 0.36)
    draw.rank_tab(canvas, tab, seat.number)
    name = Box(left.left, tab.bottom + 8, left.width, left.bottom - _COUNT - 8 - tab.bottom - 8)
    said = frame.seat_name(canvas, seat.number, seat.who)
    draw.write(canvas, "who", said, name, 60, draw.TEXT, align="center", smallest=36, lines=2)
    band = _band(canvas, view)
    seats.band(canvas, view, band, seats.page_of(view, band, view.seat))


def _present_box(canvas: Canvas, view: View) -> Box:
    """The panel of the seat whose turn it is."""
    top = frame.below_heading(canvas) + envelopes.strip_height(len(view.envelopes)) + frame.GAP
    return Box(draw.MARGIN, top, canvas.width - 2 * draw.MARGIN, _band(canvas, view).top - frame.GAP - top)


def _band(canvas: Canvas, view: View) -> Box:
    """The place of all seats, above the dock."""
    extra = canvas.height - draw.HEIGHT
    height = 150.0 + extra * 0.35 - (30 if len(view.envelopes) > 4 else 0)
    bottom = frame.dock(canvas, "seal").top - frame.GAP
    return Box(draw.MARGIN, bottom - height, canvas.width - 2 * draw.MARGIN, height)


def _left(box: Box) -> Box:
    """What stands beside the dice: the seat, who sits there, how many have been thrown."""
    height = min(box.height - 24, 340.0)
    return Box(box.left + 16, box.centery - height / 2, 320, height)


def _dice_box(box: Box) -> Box:
    return Box(box.left + 356, box.top + 14, box.width - 376, box.height - 28)


def _dice(canvas: Canvas, seat: Seat, each: int, box: Box, seconds: float) -> None:
    """The dice of the seat with their figures; where they are many and small, the last one large beside them."""
    side, across = _with_figures(box, each)
    small = side < _SMALL_DIE
    if small:
        large = Box(box.left, box.top, min(200.0, box.height * 0.62), box.height)
        if seat.dice:
            _one(canvas, int(seat.dice[-1]), Box(large.left, large.top + 4, large.width, large.width), seconds, "last")
        box = Box(large.right + 30, box.top, box.right - large.right - 30, box.height)
        side, across = seats.dice_side(box.width, box.height, each, 100.0)
    rows = -(-each // across)
    high = side * 1.14 if small else side * 1.66
    left = box.left + (box.width - across * side * 1.14 + side * 0.14) / 2
    top = box.top + (box.height - rows * high) / 2 + side * 0.06
    for number in range(each):
        row, column = divmod(number, across)
        place = Box(left + column * side * 1.14, top + row * high, side, side)
        if number >= len(seat.dice):
            signs.die_slot(canvas, place)
        elif small:
            signs.die(canvas, place, int(seat.dice[number]), current=number == len(seat.dice) - 1)
        else:
            last = number == len(seat.dice) - 1
            _one(canvas, int(seat.dice[number]), place, seconds if last else None, str(number))


def _with_figures(box: Box, each: int) -> tuple[float, int]:
    """Side of a die and dice in a row, where a figure stands below each."""
    best = (0.0, 1)
    for rows in range(1, each + 1):
        across = -(-each // rows)
        side = min(220.0, box.width / (across * 1.14), box.height / (rows * 1.66))
        if side > best[0]:
            best = (side, across)
    return best


def _one(canvas: Canvas, value: int, place: Box, seconds: float | None, name: str) -> None:
    """A die and its figure. seconds: since it was thrown, None for the earlier ones."""
    landed = 1.0 if seconds is None else draw.overshoot(draw.progress(seconds, 0, _DIE_S))
    grown = place.width * 0.3 * (1 - landed)
    signs.die(canvas, place.inflate(grown, grown), value, current=seconds is not None)
    figure = Box(place.left, place.bottom + place.width * 0.1, place.width, place.width * 0.5)
    draw.write(canvas, f"die.{name}", str(value), figure, place.width * 0.62, draw.TEXT, align="center")


# --- reveals and public digits


def _opening(canvas: Canvas, view: View, seconds: float) -> None:
    band = seats.place(canvas, view)
    page = min(int(seconds / _PAGE_S), seats.pages(view, band) - 1)
    last = _last_opened(view)
    moving = seconds if last is not None and seconds < envelopes.OPENS_S else envelopes.OPENS_S
    steady = moving >= envelopes.OPENS_S
    key = (
        "opening-secrets", frame.key(view), view.envelopes, view.due, view.void_label, view.seats, page,
        view.public, view.public_source, last if not steady else None,
    )  # fmt: skip
    canvas.still(key, lambda still: _opened(still, view, page, None if steady else last))
    if not steady and last is not None:
        place = _large_box(canvas, view) if _with_large(view) else _places(canvas, view)[last]
        envelopes.card(canvas, view.envelopes[last], place, moving)


def _last_opened(view: View) -> int | None:
    """Which envelope was opened last: they are opened in their order."""
    if view.phase not in (Phase.REVEALS, Phase.PUBLIC) or view.public is not None:
        return None
    opened = [at for at, envelope in enumerate(view.envelopes) if envelope.secret is not None]
    return opened[-1] if opened else None


def _opened(canvas: Canvas, view: View, page: int, moving: int | None) -> None:
    """Everything but the envelope that is being opened."""
    frame.paint(canvas, view)
    count = sum(envelope.secret is not None for envelope in view.envelopes)
    aside = canvas.say("seal.opened-of", opened=count, secrets=len(view.envelopes))
    frame.heading(canvas, canvas.say("seal.public" if view.phase is Phase.PUBLIC else "seal.opening"), aside)
    for number, place in enumerate(_places(canvas, view)):
        # With one shown large, its small place stays closed until it has been opened there.
        if number == moving:
            if _with_large(view):
                envelopes.card(canvas, replace(view.envelopes[number], secret=None), place, 0.0)
            continue
        _envelope(canvas, view, number, place)
    if _with_large(view):
        opened = _last_opened(view)
        if opened is None or opened != moving:
            _envelope(canvas, view, opened or 0, _large_box(canvas, view))
    if _with_public(view):
        _public(canvas, view, _public_box(canvas, view))
    band = seats.place(canvas, view)
    seats.band(canvas, view, band, page)


def _envelope(canvas: Canvas, view: View, number: int, place: Box) -> None:
    envelope = view.envelopes[number]
    lost = envelope.label == view.void_label != ""
    envelopes.card(canvas, envelope, place, envelopes.OPENS_S, due=envelope.label == view.due, lost=lost)


def _with_large(view: View) -> bool:
    """Of many envelopes the one opened last is shown large, beside all of them."""
    return len(view.envelopes) > _MANY and not _with_public(view)


def _large_box(canvas: Canvas, view: View) -> Box:
    area = _area(canvas, view)
    return Box(area.left, area.top, area.width * 0.36, area.height)


def _with_public(view: View) -> bool:
    return view.phase is Phase.PUBLIC or view.public is not None


def _area(canvas: Canvas, view: View) -> Box:
    """Between heading and dice."""
    top = frame.below_heading(canvas)
    return Box(draw.MARGIN, top, canvas.width - 2 * draw.MARGIN, seats.place(canvas, view).top - frame.GAP - top)


def _places(canvas: Canvas, view: View) -> list[Box]:
    area = _area(canvas, view)
    if _with_public(view):
        area = Box(area.left, area.top, (area.width - frame.GAP) / 2, area.height)
    elif _with_large(view):
        left = _large_box(canvas, view).right + 2 * frame.GAP
        area = Box(left, area.top, area.right - left, area.height)
    return envelopes.spread(area, len(view.envelopes))


def _public_box(canvas: Canvas, view: View) -> Box:
    area = _area(canvas, view)
    half = (area.width - frame.GAP) / 2
    return Box(area.right - half, area.top, half, area.height)


def _public(canvas: Canvas, view: View, box: Box) -> None:
    """The source that the notice names, and its digits once they are known."""
    draw.panel(canvas, box)
    if view.public is None:
        draw.outline(canvas, box, 18, draw.GOLD, 4)
    title = Box(box.left + 28, box.top + 12, box.width - 56, 110)
    draw.write(canvas, "public.source", view.public_source, title, 48, draw.TEXT, smallest=34, lines=2)
    rest = Box(box.left + 28, title.bottom + 8, box.width - 56, box.bottom - title.bottom - 24)
    digits.block(canvas, "public", view.public or "", rest, 96, slots=view.public_digits)


def _most_pages(view: View) -> int:
    """How many pages of seats there are at most, on the squarest display: `settles` knows no canvas."""
    if not view.seats or view.seat:
        return 1
    return seats.pages(view, Box(0, 0, draw.WIDTH - 2 * draw.MARGIN, 140))
