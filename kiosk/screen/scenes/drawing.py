"""The drawing: the waiting-list wall, the household that leaves it, and the group's cards.

What happens to one household, in seconds (all shorter if the pace is quicker):

- 0.00 the wall has turned to its page; its number lights up, solid gold
- 0.20 it leaves the wall and flies along the gaps between heading, cards and columns to its place
- 0.75 it has become a card, a little too large, and settles until 1.01

Nothing is decided here, nothing slows down for anyone: the seed fixed the result before the first flight.

A frame is the still of the group's cards so far (made by adding a card to the one before), the page of the wall, and
the one thing that moves.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pygame

from kiosk.ceremony.view import Card, Drawing, View
from kiosk.core.outlook import StageOutlook
from kiosk.screen import draw
from kiosk.screen.cache import Cache, Same
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import cards, recap, wall
from kiosk.screen.scenes.wall import Wall
from kiosk.screen.sound import Cue

HIGHLIGHT_S, FLIGHT_S, LANDING_S = 0.2, 0.55, 0.26
_PACE_S = 1.2  # the pace for which these are made
_HEADING = 78
_TIERS = 4
_TRAIL = 14


@dataclass(frozen=True)
class _Plan:
    """Where everything is, for one drawing on one canvas."""

    wall: Wall
    slots: tuple[Box, ...]
    heading: Box
    marks: Box
    page: int  # of the wall
    page_before: int
    taken: frozenset[str]
    taken_before: frozenset[str]


_plans: Cache[_Plan] = Cache(4, lambda _: 1)


def render(canvas: Canvas, view: View, seconds: float) -> None:
    drawing = view.drawing
    if drawing is None or not drawing.group:
        canvas.still(
            ("announced", _frame(view), drawing and (drawing.stage, drawing.total)),
            lambda still: _announced(still, view),
        )
        return
    if view.look.page:
        canvas.still(("recap", _frame(view), drawing.drawn, drawing.stage), lambda still: recap.paint(still, view))
        return
    plan = _plan(canvas, drawing)
    quick = _quick(view)
    landed = seconds >= (HIGHLIGHT_S + FLIGHT_S) * quick
    _cards(canvas, view, plan, len(drawing.group) - 1)
    _count(canvas, view, plan, landed)
    _wall(canvas, drawing, plan, seconds, quick)
    _moving(canvas, view, plan, seconds, quick)


def settles(view: View) -> float:
    drawing = view.drawing
    if drawing is None or not drawing.group or view.look.page:
        return 0.0
    return (HIGHLIGHT_S + FLIGHT_S + LANDING_S) * _quick(view)


def moment(view: View) -> Hashable:
    return None if view.drawing is None else (view.drawing.stage, view.drawing.drawn)


def picture(view: View) -> Hashable:
    return None if view.drawing is None else (view.drawing.stage, view.drawing.group_number)


def cues(view: View) -> Sequence[Cue]:
    drawing = view.drawing
    if drawing is None or not drawing.group or view.look.page:
        return ()
    quick = _quick(view)
    landed_s = (HIGHLIGHT_S + FLIGHT_S) * quick
    sounds = [(HIGHLIGHT_S * quick, "whoosh"), (landed_s, "pop")]
    if not drawing.group_running:
        sounds.append((landed_s + LANDING_S * quick, "chime"))
    return sounds


def _quick(view: View) -> float:
    """1 at the usual pace or slower, less where households follow each other more quickly."""
    return min(1.0, view.look.pace_s / _PACE_S)


def _frame(view: View) -> Hashable:
    """What header and proof strip depend on."""
    return view.title, view.phase, view.look.noted, view.seed, view.result_hash, view.address


def _plan(canvas: Canvas, drawing: Drawing) -> _Plan:
    """Made once for each household: a view is made anew for each frame, but of the same lists."""
    lists = Same(drawing.waiting), Same(drawing.shown)
    key = (*lists, drawing.group, drawing.first_rank, drawing.last_rank, canvas.width, canvas.height, canvas.scale)
    return _plans.get(key, lambda: _planned(canvas, drawing))


def _planned(canvas: Canvas, drawing: Drawing) -> _Plan:
    made = _wall_of(canvas, drawing)
    width = canvas.width - 2 * draw.MARGIN
    heading = Box(draw.MARGIN, made.box.bottom + 4, width, _HEADING)
    marks = Box(draw.MARGIN, heading.bottom + 4, width, 12)
    top = marks.bottom + 10
    area = Box(draw.MARGIN, top, width, canvas.height - draw.STRIP - 12 - top)
    count = max(drawing.last_rank - drawing.first_rank + 1, len(drawing.group))
    current = drawing.group[-1].household
    before = drawing.shown[len(drawing.shown) - 2].household if drawing.drawn > 1 else current
    page, page_before = made.page(current), made.page(before)
    taken = _taken(drawing)
    on_page, on_page_before = (
        frozenset(number for number, _ in made.on_page(each) if number in taken) for each in (page, page_before)
    )
    return _Plan(made, cards.arrange(area, count), heading, marks, page, page_before, on_page, on_page_before)


def _wall_of(canvas: Canvas, drawing: Drawing) -> Wall:
    extra = canvas.height - draw.HEIGHT  # a 4:3 display is 360 units taller
    rows = 2 + int(extra * 0.3 / (wall.ROW + wall.GAP))
    return wall.wall(canvas, drawing.waiting, draw.HEADER, rows)


def _taken(drawing: Drawing) -> set[str]:
    """Households that earlier groups of this stage have drawn."""
    group = len(drawing.group)
    end = len(drawing.shown) - group
    return {card.household for card in drawing.shown[end - (drawing.drawn - group) : end]}


# --- what stands still


def _cards(canvas: Canvas, view: View, plan: _Plan, landed: int) -> None:
    """Everything but the wall, with the first `landed` cards of the group."""
    drawing = view.drawing
    assert drawing is not None
    base = (
        "drawing", _frame(view), Same(plan.wall), drawing.stage, drawing.group_number, drawing.groups,
        drawing.first_rank, drawing.last_rank, drawing.tier,
    )  # fmt: skip

    def paint(still: Canvas) -> None:
        _base(still, view, plan)
        for number in range(landed):
            _stamp(still, view, plan, number, current=False)

    def add(still: Canvas) -> None:
        _stamp(still, view, plan, landed - 1, current=False)

    before = (*base, drawing.group[: landed - 1])
    canvas.still((*base, drawing.group[:landed]), paint, (before, add) if landed else None)


def _stamp(canvas: Canvas, view: View, plan: _Plan, number: int, *, current: bool) -> None:
    """A card in its place."""
    slot = plan.slots[number]
    canvas.covered(slot)
    canvas.stamp(_sprite(canvas, view, plan, number, current=current), slot.x, slot.y)


def _sprite(canvas: Canvas, view: View, plan: _Plan, number: int, *, current: bool) -> draw.Sprite:
    drawing = view.drawing
    assert drawing is not None
    slot = plan.slots[number]
    pick = _stage(view, drawing).assign == "choose"
    return cards.sprite(canvas, drawing.group[number], slot.size, pick=pick, current=current)


def _base(canvas: Canvas, view: View, plan: _Plan) -> None:
    """Ground, header, heading, empty slots and proof strip."""
    drawing = view.drawing
    assert drawing is not None
    draw.ground(canvas)
    draw.header(canvas, view)
    draw.proof_strip(canvas, view)
    stage = _stage(view, drawing)
    box = plan.heading
    middle = box.left + box.width * 0.5
    room = box.width * (0.28 if drawing.tier else 0.48)
    title = Box(box.left, box.top, min(room, draw.width_of(canvas, stage.title, 54)), box.height)
    draw.write(canvas, "stage", stage.title, title, 54, draw.TEXT, smallest=36, lines=2)
    if drawing.tier:
        _chip(canvas, drawing.tier, Box(title.right + 24, box.top + 14, middle - title.right - 34, box.height - 28))
    words = Box(middle + 10, box.top, box.width * 0.22, box.height)
    group = canvas.say("drawing.group", group=drawing.group_number, groups=drawing.groups)
    if len(view.stages) > 1:
        everything = canvas.say(
            "drawing.everything", drawn=drawing.all_drawn - len(drawing.group), total=drawing.all_total
        )
        draw.write(canvas, "group", group, Box(words.left, words.top + 4, words.width, 40), 34, draw.TEXT, align="left")
        draw.write(canvas, "stages", everything, Box(words.left, words.top + 46, words.width, 34), 26, draw.MUTED)
    else:
        draw.write(canvas, "group", group, words, 36, draw.TEXT)
    done = drawing.group_number - 1
    draw.segments(canvas, plan.marks, done, drawing.groups, True)
    for number, slot in enumerate(plan.slots):
        cards.slot(canvas, slot, drawing.first_rank + number)


def _chip(canvas: Canvas, said: str, room: Box) -> None:
    """A tier's title, in an outline as long as it needs."""
    width = min(room.width, draw.width_of(canvas, said, 36) + 44)
    box = Box(room.left, room.top, width, room.height)
    draw.rounded(canvas, box, box.height / 2, draw.WALL, border=draw.GOLD)
    draw.write(canvas, "tier", said, box.inflate(-40, -6), 36, draw.GOLD, smallest=28, lines=2)


def _stage(view: View, drawing: Drawing) -> StageOutlook:
    return view.stages[drawing.stage]


# --- what changes


def _count(canvas: Canvas, view: View, plan: _Plan, landed: bool) -> None:
    """How many flats of the stage have been drawn: it grows when a card lands."""
    drawing = view.drawing
    assert drawing is not None
    box = plan.heading
    drawn = drawing.drawn if landed else drawing.drawn - 1
    chosen = _stage(view, drawing).assign == "choose"  # then no flat is drawn, but who chooses one
    said = canvas.say("drawing.total-households" if chosen else "drawing.total", total=drawing.total)
    width = min(box.width * 0.14, draw.width_of(canvas, said, 50))
    total = Box(box.right - width, box.top + 20, width, 58)
    draw.write(canvas, "total", said, total, 50, draw.TEXT, align="right", valign="bottom")
    count = Box(total.left - 14 - box.width * 0.12, box.top - 2, box.width * 0.12, 80)
    draw.write(canvas, "count", str(drawn), count, 92, draw.GOLD, align="right", valign="bottom", smallest=40)


def _wall(canvas: Canvas, drawing: Drawing, plan: _Plan, seconds: float, quick: float) -> None:
    """The page of the wall; it turns to the next household's while that lights up."""
    box = plan.wall.box
    turned = draw.progress(seconds, 0, HIGHLIGHT_S * 0.7 * quick) if plan.page_before != plan.page else 1.0
    if turned > 0:
        canvas.stamp(_page(canvas, drawing, plan, plan.page, plan.taken, 1), box.x, box.y)
    if turned == 1:
        return
    # As it was painted for the household before, so it need not be painted anew; that one has left it since.
    before = _page(canvas, drawing, plan, plan.page_before, plan.taken_before, 2)
    alpha = round(255 * (1 - turned))
    if turned == 0:
        canvas.stamp(before, box.x, box.y)
    else:
        before.surface.set_alpha(alpha)
        canvas.blit(before.surface, canvas.rect(box))
        before.surface.set_alpha(None)
    if len(drawing.group) > 1:
        _gap(canvas, plan.wall.spot(drawing.group[-2].household), alpha)


def _page(canvas: Canvas, drawing: Drawing, plan: _Plan, page: int, taken: frozenset[str], without: int) -> draw.Sprite:
    """A page of the wall on which all of the group but the last few are marked as drawn."""
    group = (card.household for card in drawing.group[: len(drawing.group) - without])
    return wall.picture(
        canvas, plan.wall, page, taken, frozenset(each for each in group if plan.wall.page(each) == page)
    )


def _moving(canvas: Canvas, view: View, plan: _Plan, seconds: float, quick: float) -> None:
    """The household just shown: lit on the wall, in flight, landing, or landed."""
    drawing = view.drawing
    assert drawing is not None
    number = len(drawing.group) - 1
    card = drawing.group[number]
    spot = plan.wall.spot(card.household)
    if seconds < HIGHLIGHT_S * quick:
        lit = draw.ease_out(draw.progress(seconds, 0, HIGHLIGHT_S * quick))
        _tile(canvas, plan, card, spot.center, 1 + 0.25 * lit)
        return
    _gap(canvas, spot)
    flown = draw.progress(seconds, HIGHLIGHT_S * quick, FLIGHT_S * quick)
    if flown < 1:
        slot = plan.slots[number]
        way = _way(spot, slot, plan)
        target = min(slot.width * 0.92 / plan.wall.tile, slot.height * 0.8 / wall.ROW)
        part = draw.ease_in_out(flown)
        times = 1.25 + (target - 1.25) * part**4
        _trail(canvas, plan, way, flown, times)
        _tile(canvas, plan, card, draw.along(way, part), times)
        return
    landing = draw.progress(seconds, (HIGHLIGHT_S + FLIGHT_S) * quick, LANDING_S * quick)
    if landing < 1:
        _landing(canvas, view, plan, number, 1.10 - 0.10 * draw.overshoot(landing))
        return
    _stamp(canvas, view, plan, number, current=True)


def _gap(canvas: Canvas, spot: Box, alpha: int = 255) -> None:
    """The place on the wall that the household has left."""
    canvas.covered(spot)
    draw.rounded(canvas, spot, 8, draw.TAKEN, border=draw.GOLD, thickness=3, alpha=alpha)


def _tile(canvas: Canvas, plan: _Plan, card: Card, centre: tuple[float, float], times: float) -> None:
    """The gold tile, in a size between those of wall and card."""
    painted = wall.tile(canvas, card.household, plan.wall, 2.0)
    share = times / 2.0
    size = max(1, round(painted.surface.get_width() * share)), max(1, round(painted.surface.get_height() * share))
    scaled = pygame.transform.smoothscale(painted.surface, size)
    canvas.blit(scaled, scaled.get_rect(center=(canvas.px(centre[0]), canvas.px(centre[1]))))


def _trail(canvas: Canvas, plan: _Plan, way: list[tuple[float, float]], flown: float, times: float) -> None:
    """Light along the way that it came."""
    size = canvas.px(wall.ROW * 1.3)
    spark = draw.spark(size)
    for ghost in range(_TRAIL, 0, -1):
        x, y = draw.along(way, draw.ease_in_out(max(0.0, flown - 0.016 * ghost)))
        spark.set_alpha(round(150 * (1 - ghost / (_TRAIL + 1)) ** 1.5))
        canvas.blit(spark, spark.get_rect(center=(canvas.px(x), canvas.px(y))))
    spark.set_alpha(None)


def _landing(canvas: Canvas, view: View, plan: _Plan, number: int, times: float) -> None:
    """The card, a little larger than it will be."""
    slot = plan.slots[number]
    painted = _sprite(canvas, view, plan, number, current=True)
    size = round(painted.surface.get_width() * times), round(painted.surface.get_height() * times)
    scaled = pygame.transform.smoothscale(painted.surface, size)
    canvas.covered(slot)
    canvas.blit(scaled, scaled.get_rect(center=canvas.rect(slot).center))


def _way(spot: Box, slot: Box, plan: _Plan) -> list[tuple[float, float]]:
    """From the wall through the gap above the cards, down the gap between two columns, to the slot; corners rounded."""
    corridor = plan.marks.centery
    column = slot.left - cards.GAP / 2 if spot.centerx < slot.centerx else slot.right + cards.GAP / 2
    points = [spot.center, (spot.centerx, corridor), (column, corridor), (column, slot.centery), slot.center]
    if slot.top == min(each.top for each in plan.slots):
        points = [spot.center, (spot.centerx, corridor), (slot.centerx, corridor), slot.center]
    for _ in range(4):
        points = _cut(points)
    return points


def _cut(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each corner replaced by two (Chaikin), the ends kept."""
    cut = [points[0]]
    for (ax, ay), (bx, by) in pairwise(points):
        cut += [(ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25), (ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75)]
    return [*cut, points[-1]]


# --- before the first household of a stage


def _announced(canvas: Canvas, view: View) -> None:
    """The stage that begins: how many households wait for how many flats; or that it houses nobody."""
    draw.ground(canvas)
    draw.header(canvas, view)
    draw.proof_strip(canvas, view)
    drawing = view.drawing
    if drawing is None:
        return
    _wall_of(canvas, drawing)  # 200,000 households are looked through now, and not while the first one flies
    stage = _stage(view, drawing)
    body = canvas.body
    count = canvas.say("drawing.stage", stage=drawing.stage + 1, stages=len(view.stages))
    draw.write(
        canvas, "stage-number", count, Box(body.left, body.top + 36, body.width, 52), 44, draw.GOLD, align="center"
    )
    draw.write(
        canvas,
        "stage",
        stage.title,
        Box(body.left, body.top + 100, body.width, 150),
        120,
        draw.TEXT,
        align="center",
        smallest=72,
        lines=2,
    )
    if drawing.total == 0:
        draw.write(
            canvas,
            "nobody",
            canvas.say("drawing.nobody"),
            Box(body.left + 100, body.top + 290, body.width - 200, 120),
            72,
            draw.TEXT,
            align="center",
            smallest=52,
            lines=2,
        )
        draw.write(
            canvas,
            "why",
            canvas.say("drawing.nobody-why"),
            Box(body.left + 100, body.top + 430, body.width - 200, 110),
            44,
            draw.MUTED,
            align="center",
            smallest=36,
            lines=2,
        )
        return
    facts = ((canvas.say("drawing.waiting"), len(drawing.waiting)), (canvas.say("drawing.flats"), drawing.total))
    row = Box(body.left, body.top + 270, body.width, 200)
    for number, (said, value) in enumerate(facts):
        _fact(
            canvas,
            number,
            said,
            value,
            Box(row.left + number * (row.width / 2 + 12), row.top, row.width / 2 - 12, row.height),
        )
    rest = Box(body.left, row.bottom + 34, body.width, body.bottom - row.bottom - 60)
    if len(stage.tiers) > 1:
        _tiers(canvas, stage, Box(rest.left, rest.top, rest.width, rest.height - 90))
        rest = Box(rest.left, rest.bottom - 80, rest.width, 80)
    # Tiers are counted as if no stage or tier before had housed anybody: beside the others, that has to be said.
    fixed = canvas.say("drawing.fixed") if len(stage.tiers) == 1 else canvas.say("drawing.fixed-tiers")
    draw.write(canvas, "fixed", fixed, rest, 48, draw.MUTED, align="center", lines=2, smallest=36)


def _fact(canvas: Canvas, number: int, said: str, value: int, box: Box) -> None:
    draw.panel(canvas, box)
    above = Box(box.left + 20, box.top + 12, box.width - 40, 116)
    draw.write(canvas, f"fact.{number}", str(value), above, 120, draw.GOLD, align="center")
    below = Box(box.left + 20, box.top + 132, box.width - 40, 54)
    draw.write(canvas, f"fact-words.{number}", said, below, 42, draw.TEXT, align="center")


def _tiers(canvas: Canvas, stage: StageOutlook, area: Box) -> None:
    """The first tiers of the stage, in two columns; the opening scene has had all of them."""
    width = (area.width - 24) / 2
    for number, tier in enumerate(stage.tiers[:_TIERS]):
        column, row = number % 2, number // 2
        box = Box(area.left + column * (width + 24), area.top + row * 76, width, 66)
        draw.rounded(canvas, box, 14, draw.TILE_BOTTOM, border=draw.LINE)
        title = Box(box.left + 20, box.top + 4, width * 0.52, box.height - 8)
        draw.write(canvas, f"tier.{number}", tier.title, title, 38, draw.TEXT, smallest=28, lines=2)
        key = "drawing.tier-most" if stage.at_most(number) else "drawing.tier"
        said = canvas.say(key, households=tier.candidates, flats=tier.units)
        figures = Box(title.right + 12, title.top, box.right - title.right - 32, title.height)
        draw.write(canvas, f"tier-figures.{number}", said, figures, 36, draw.MUTED, align="right")
