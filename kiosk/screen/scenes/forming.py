"""The seed forms of its parts, and the result hash of the seed: the moment at which the draw is decided.

Above lie all parts, as everybody has seen them come: the dice of each seat, the secrets, the public digits. From each
of them a light runs down to one knot, SHA-256; when the last one has come, the seed appears below it, group by group;
from the seed it goes on to the result hash. What appears are the true digits, one after another: nothing spins, nothing
is tried out. Only then does the strip at the bottom show both.

    0.3 s the first light starts    T the last one has come (about 3 s)    T + 0.4 s the seed, 16 groups in 1.9 s
    0.6 s later the result hash, 16 groups in 1.3 s
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from kiosk.ceremony.view import Phase, View
from kiosk.screen import draw, signs
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import digits, frame, seats

_START_S, _RUN_S, _KNOT_S = 0.3, 0.8, 0.4
_SEED_GROUP_S, _ON_S, _RESULT_GROUP_S, _END_S = 0.12, 0.6, 0.08, 0.3
_SPREAD_S = 2.4  # from the first light's start to the last one's, at most
_APART_S = 0.4
_RAIL = 4.0
_LABEL = 190.0  # width of the words beside a hash
_DIE_LEAST = 20.0  # here the dice need only be recognised
_LEAST = 20.0  # digits smaller than this are left out: they have been shown large


@dataclass(frozen=True)
class _Plan:
    parts: Box
    sources: tuple[tuple[float, float], ...]  # where the lights start
    knot: Box
    rail_y: float
    seed: Box
    between: Box
    result: Box


def times(parts: int) -> tuple[float, float, float, float]:
    """When the last light has come, the seed begins, the result hash begins, and all is done."""
    apart = min(_APART_S, _SPREAD_S / max(1, parts - 1))
    come = _START_S + apart * (parts - 1) + _RUN_S
    seed = come + _KNOT_S
    result = seed + 16 * _SEED_GROUP_S + _ON_S
    return come, seed, result, result + 16 * _RESULT_GROUP_S + _END_S


def _lights(view: View) -> int:
    """How many parts send a light; many seats on a page send theirs together."""
    return max(1, min(len(view.seats), 12) + len(view.envelopes) + (view.public is not None))


def settles(view: View) -> float:
    """Looked back at, it stands still."""
    return times(_lights(view))[3] if view.phase is Phase.SEALED else 0.0


def render(canvas: Canvas, view: View, seconds: float) -> None:
    if view.phase is not Phase.SEALED:
        seconds = float("inf")
    come, seed_at, result_at, done = times(_lights(view))
    finished = seconds >= done
    plan = _planned(canvas, view)
    key = ("forming", frame.key(view), view.envelopes, view.seats, view.public, view.households, view.units, finished)
    canvas.still(key, lambda still: _paint(still, view, plan, finished))
    _light(canvas, view, plan, seconds, come)
    _hash(canvas, "seed", view.seed, plan.seed, _shown(seconds, seed_at, _SEED_GROUP_S))
    if seconds >= result_at - _ON_S:
        _between(canvas, plan)
    _hash(canvas, "result", view.result_hash, plan.result, _shown(seconds, result_at, _RESULT_GROUP_S))


def _shown(seconds: float, start: float, each: float) -> int:
    """How many of 16 groups have appeared."""
    return 0 if seconds < start else int(min(15, (seconds - start) / each)) + 1


def _planned(canvas: Canvas, view: View) -> _Plan:
    top = frame.below_heading(canvas)
    bottom = canvas.height - draw.STRIP - 12
    width = canvas.width - 2 * draw.MARGIN
    extra = bottom - top - 682
    block = 164.0 + extra * 0.1
    parts = Box(draw.MARGIN, top, width, 188.0 + extra * 0.6)
    seed = Box(draw.MARGIN, parts.bottom + 94 + extra * 0.1, width, block)
    between = Box(draw.MARGIN + 60, seed.bottom + 4, width - 120, 64.0 + extra * 0.1 - 8)
    result = Box(draw.MARGIN, bottom - block, width, block)
    knot = Box(canvas.width / 2 - 150, seed.top - 66, 300, 54)
    rail_y = (parts.bottom + knot.top) / 2
    places = _part_places(view, parts)
    sources = tuple((place.centerx, place.bottom) for place in places)
    return _Plan(parts, sources, knot, rail_y, seed, between, result)


def _split(view: View, parts: Box) -> tuple[Box, list[Box]]:
    """The room of the seats, and a place for each secret and the public digits."""
    cards = len(view.envelopes) + (view.public is not None)
    columns = min(4, cards) if cards != 5 and cards != 6 else 3
    share = 0.0 if not view.seats else 0.5 if len(view.seats) <= 3 else 0.62
    left = Box(parts.left, parts.top, parts.width * share, parts.height)
    room = Box(left.right + frame.GAP, parts.top, parts.right - left.right - frame.GAP, parts.height)
    rows = -(-cards // columns)
    gap = 12.0
    width, height = (room.width - gap * (columns - 1)) / columns, (room.height - gap * (rows - 1)) / rows
    places = [
        Box(room.left + (at % columns) * (width + gap), room.top + (at // columns) * (height + gap), width, height)
        for at in range(cards)
    ]
    return left, places


def _part_places(view: View, parts: Box) -> list[Box]:
    """Where lights start: below the seats' cards, as many of them as send one, then below the others."""
    left, places = _split(view, parts)
    count = min(len(view.seats), 12)
    width = left.width / max(1, count)
    starts = [Box(left.left + number * width, left.top, width, left.height) for number in range(count)]
    return starts + [Box(place.left, parts.top, place.width, parts.height) for place in places]


def _paint(canvas: Canvas, view: View, plan: _Plan, finished: bool) -> None:
    """All that does not move: the parts, the knot, the rails; the empty places of seed and result."""
    known = view if finished else replace(view, seed=None, result_hash=None, address="")
    frame.paint(canvas, known)
    frame.heading(canvas, canvas.say("seal.sealed" if finished else "seal.forming"), _counted(canvas, view))
    left, places = _split(view, plan.parts)
    if view.seats:
        seats.band(canvas, view, left, 0, _DIE_LEAST)
    for number, envelope in enumerate(view.envelopes):
        _part(canvas, f"part.{number}", frame.label_name(canvas, envelope.label), envelope.secret or "", places[number])
    if view.public is not None:
        _part(canvas, "part.public", view.public_source, view.public, places[-1])
    for x, y in plan.sources:
        draw.line(canvas, Box(x - _RAIL / 2, y, _RAIL, plan.rail_y - y), draw.LINE)
    xs = [x for x, _ in plan.sources] + [plan.knot.centerx]
    draw.line(canvas, Box(min(xs) - _RAIL / 2, plan.rail_y, max(xs) - min(xs) + _RAIL, _RAIL), draw.LINE)
    draw.line(canvas, Box(plan.knot.centerx - _RAIL / 2, plan.rail_y, _RAIL, plan.seed.top - plan.rail_y), draw.LINE)
    for name, box in (("seed", plan.seed), ("result", plan.result)):
        draw.panel(canvas, box)
        label = Box(box.left + 24, box.top, _LABEL, box.height)
        draw.write(canvas, f"{name}.label", canvas.say(f"strip.{name}"), label, 52, draw.TEXT, smallest=48, lines=2)


def _counted(canvas: Canvas, view: View) -> str:
    if not view.seats:
        return canvas.say("seal.counted-secrets", secrets=len(view.envelopes))
    dice = len(view.seats) * view.dice_each
    return canvas.say("seal.counted", people=len(view.seats), dice=dice, secrets=len(view.envelopes))


def _part(canvas: Canvas, name: str, title: str, value: str, box: Box) -> None:
    """A secret, or the public digits, on a small piece of paper."""
    draw.paper(canvas, box, 12)
    inside = box.inflate(-28, -16)
    rest = Box(inside.left, inside.top + inside.height * 0.34, inside.width, inside.height * 0.66)
    size = digits.setting(-(-len(value) // 4), round(rest.width, 1), round(rest.height, 1), 60).size
    title_box = Box(inside.left, inside.top, inside.width, inside.height * (0.32 if size >= _LEAST else 1.0))
    draw.write(canvas, name, title, title_box, 40, draw.INK, align="center", smallest=24, lines=2)
    if size >= _LEAST:
        digits.block(canvas, f"{name}.value", value, rest, 60, draw.INK)


def _hash(canvas: Canvas, name: str, value: str | None, box: Box, shown: int) -> None:
    """A hash as far as it has appeared; a rule for each digit to come."""
    left = box.left + 24 + _LABEL + 16
    inside = Box(left, box.top + 4, box.right - 24 - left, box.height - 8)
    colour = draw.GOLD if name == "seed" else draw.TEXT
    digits.block(canvas, f"{name}.value", value or "", inside, 80, colour, shown=shown, slots=64)


def _between(canvas: Canvas, plan: _Plan) -> None:
    """How the seed becomes the result."""
    box = plan.between
    side = min(44.0, box.height - 12)
    said = canvas.say("seal.decides")
    placed = draw.write(
        canvas, "decides", said, box.inflate(-2 * side - 60, 0), 40, draw.TEXT, align="center", smallest=30, lines=2
    )
    assert placed is not None
    for x in (placed.ink.left / canvas.scale - side - 30, placed.ink.right / canvas.scale + 30):
        signs.chevron(canvas, Box(x, box.centery - side / 2, side, side))
    draw.outline(canvas, plan.result, 18, draw.GOLD, 4)


# --- lights


def _light(canvas: Canvas, view: View, plan: _Plan, seconds: float, come: float) -> None:
    """The rails that light has run along, the lights on their way, and the knot as full as it is."""
    apart = min(_APART_S, _SPREAD_S / max(1, len(plan.sources) - 1))
    arrived = 0
    for number, source in enumerate(plan.sources):
        part = draw.progress(seconds, _START_S + apart * number, _RUN_S)
        if part > 0:
            way = [
                source,
                (source[0], plan.rail_y),
                (plan.knot.centerx, plan.rail_y),
                (plan.knot.centerx, plan.knot.top),
            ]
            _run(canvas, way, draw.ease_in_out(part))
        arrived += part >= 1
    _knot(canvas, plan, arrived / len(plan.sources))
    out = draw.progress(seconds, come, _KNOT_S)
    if out > 0:
        below = [(plan.knot.centerx, plan.knot.bottom), (plan.knot.centerx, plan.seed.top)]
        _run(canvas, below, out)
        draw.outline(canvas, plan.seed, 18, draw.GOLD, 4)


def _run(canvas: Canvas, way: list[tuple[float, float]], part: float) -> None:
    """Lights the way as far as the light has come, and the light itself while it runs."""
    lengths = [abs(b[0] - a[0]) + abs(b[1] - a[1]) for a, b in pairwise(way)]
    left = sum(lengths) * part
    for (a, b), length in zip(pairwise(way), lengths, strict=True):
        share = min(1.0, left / length) if length else 1.0
        end = (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
        box = Box(
            min(a[0], end[0]) - _RAIL / 2, min(a[1], end[1]), abs(end[0] - a[0]) + _RAIL, abs(end[1] - a[1]) + _RAIL
        )
        draw.line(canvas, box, draw.GOLD)
        left -= length
        if left <= 0:
            break
    if part < 1:
        spark = draw.spark(canvas.px(56))
        x, y = draw.along(way, part)
        canvas.blit(spark, spark.get_rect(center=(canvas.px(x), canvas.px(y))))


def _knot(canvas: Canvas, plan: _Plan, full: float) -> None:
    """SHA-256: fills with each light that comes."""
    box = plan.knot
    if full >= 1:
        draw.glow(canvas, box, box.height / 2, draw.GOLD, 18, 120)
    draw.rounded(canvas, box, box.height / 2, draw.WALL, border=draw.GOLD, thickness=4)
    inner = box.inflate(-16, -16)
    if full > 0:
        filled = Box(inner.left, inner.top, max(inner.height, inner.width * full), inner.height)
        draw.rounded(canvas, filled, inner.height / 2, (98, 66, 14))
    draw.write(canvas, "knot", "SHA-256", inner, 38, draw.TEXT, align="center", mono=True)
