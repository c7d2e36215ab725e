"""The opening: what is drawn here, who takes part, how many flats there are, and how the draw will be decided.

The first page tells it in plain words; the following ones list every stage and tier with its candidates and flats, so
that they can be compared with what the office published. Last comes the end of the archive's register, where there is
one. The notice hash stands in the strip from the first second.
"""

from collections.abc import Hashable
from datetime import datetime

from kiosk.ceremony.view import OPENING_TIERS, View, opening_pages
from kiosk.core.outlook import StageOutlook, TierOutlook
from kiosk.screen import draw
from kiosk.screen.cache import Same
from kiosk.screen.draw import Box, Canvas
from kiosk.screen.scenes import archive, frame

_Row = tuple[int, StageOutlook, TierOutlook]


def render(canvas: Canvas, view: View, seconds: float) -> None:
    names = (view.operator, view.witness, len(view.seats), view.dice_each, len(view.envelopes), view.public_source)
    key = (
        "opening",
        frame.key(view),
        view.look.page,
        view.opens,
        view.households,
        view.units,
        Same(view.stages),
        names,
        view.register,
    )
    canvas.still(key, lambda still: _paint(still, view))


def settles(view: View) -> float:
    return 0.0


def moment(view: View) -> Hashable:
    return None


def _paint(canvas: Canvas, view: View) -> None:
    if view.look.page == 0:
        _title_page(canvas, view)
    else:
        frame.paint(canvas, view)
        if view.look.page >= opening_pages(view.stages):
            archive.paint(canvas, view)
        else:
            _list_page(canvas, view)


# --- the first page


def _title_page(canvas: Canvas, view: View) -> None:
    # The title stands large below; the header need not say it too.
    frame.paint(canvas, frame.untitled(view))
    body = canvas.body
    spare = (canvas.height - draw.HEIGHT) / 4
    width = body.width - 120
    top = body.top + 22 + spare
    title = Box(body.left + 60, top, width, 208)
    draw.write(canvas, "opening.title", view.title, title, 104, draw.TEXT, align="center", smallest=72, lines=2)
    date = Box(title.left, title.bottom + 6, width, 58)
    draw.write(canvas, "opening.date", _date(canvas, view.opens), date, 48, draw.GOLD, align="center")
    facts = Box(body.left, date.bottom + 20 + spare, body.width, 196)
    _facts(canvas, view, facts)
    words = Box(body.left, facts.bottom + 22 + spare, body.width, body.bottom - 14 - facts.bottom - 22 - spare)
    _sentences(canvas, view, words)


def _facts(canvas: Canvas, view: View, row: Box) -> None:
    """Households, flats and stages, as large as figures go."""
    facts = [("households", view.households), ("units", view.units)]
    if len(view.stages) > 1:
        facts.append(("stages", len(view.stages)))
    width = (row.width - 24 * (len(facts) - 1)) / len(facts)
    for number, (name, value) in enumerate(facts):
        box = Box(row.left + number * (width + 24), row.top, width, row.height)
        draw.panel(canvas, box)
        figure = Box(box.left + 20, box.top + 10, box.width - 40, 118)
        draw.write(canvas, f"opening.{name}", f"{value:,}", figure, 124, draw.TEXT, align="center")
        below = Box(box.left + 20, box.top + 130, box.width - 40, 56)
        draw.write(
            canvas, f"opening.{name}.words", canvas.say(f"opening.{name}"), below, 44, draw.MUTED, align="center"
        )


def _sentences(canvas: Canvas, view: View, box: Box) -> None:
    """In plain words: who takes part, and how it will be decided."""
    said = [canvas.say("opening.who"), canvas.say("opening.how", parts=_parts(canvas, view))]
    people = [canvas.say(f"people.{role}-named", name=name)
              for role, name in (("operator", view.operator), ("witness", view.witness)) if name]  # fmt: skip
    if people:
        said.append(canvas.say("people.and").join(people))
    each = box.height / len(said)
    for number, sentence in enumerate(said):
        line = Box(box.left, box.top + number * each, box.width, each)
        draw.write(
            canvas, f"opening.said.{number}", sentence, line, 44, draw.TEXT, align="center", smallest=38, lines=2
        )


def _parts(canvas: Canvas, view: View) -> str:
    """What the seed will be made of."""
    parts = []
    if view.seats:
        parts.append(canvas.say("opening.dice", people=len(view.seats), dice=view.dice_each))
    parts.append(canvas.say("opening.secrets", secrets=len(view.envelopes)))
    if view.public_source:
        parts.append(canvas.say("opening.public", source=view.public_source))
    return canvas.say("opening.plus").join(parts)


def _date(canvas: Canvas, opens: str) -> str:
    when = datetime.fromisoformat(opens)
    month = canvas.say(f"month.{when.month}")
    return canvas.say("opening.date", year=when.year, month=month, day=when.day, time=f"{when:%H:%M}")


# --- stages and tiers


def _list_page(canvas: Canvas, view: View) -> None:
    rows: list[_Row] = [(at, stage, tier) for at, stage in enumerate(view.stages) for tier in stage.tiers]
    pages = -(-len(rows) // OPENING_TIERS)
    page = min(view.look.page, pages)
    shown = rows[(page - 1) * OPENING_TIERS : page * OPENING_TIERS]
    aside = canvas.say("opening.page", page=page, pages=pages) if pages > 1 else ""
    frame.heading(canvas, canvas.say("opening.list"), aside)
    top = frame.below_heading(canvas)
    bottom = canvas.height - draw.STRIP - 14
    heads = Box(draw.MARGIN, top, canvas.width - 2 * draw.MARGIN, 44)
    columns = _columns(heads, view)
    for name, place in columns.items():
        align = "left" if name == "stage" else "right"
        draw.write(canvas, f"head.{name}", canvas.say(f"opening.{name}"), place, 36, draw.MUTED, align=align)
    note = canvas.say("opening.note") if len(rows) > 1 else ""
    foot = 48.0 if note else 0.0
    height = min(124.0, (bottom - foot - heads.bottom - 8) / max(1, len(shown)))
    for number, row in enumerate(shown):
        box = Box(draw.MARGIN, heads.bottom + 8 + number * height, heads.width, height - 8)
        _row(canvas, number, row, box, _columns(box, view), again=number > 0 and shown[number - 1][0] == row[0])
    foot_box = Box(heads.left, bottom - foot, heads.width, foot)
    draw.write(canvas, "opening.note", note, foot_box, 32, draw.MUTED, smallest=26)


def _columns(row: Box, view: View) -> dict[str, Box]:
    """The columns of a row by name; chances only where somebody has more than one."""
    right = row.right - 24
    columns = {}
    figures = ["flats", "candidates"]
    if any(tier.chances != tier.candidates for stage in view.stages for tier in stage.tiers):
        figures.insert(1, "chances")
    for name in figures:
        width = 290.0 if name == "flats" else 250.0
        columns[name] = Box(right - width, row.top, width, row.height)
        right -= width + 10
    columns["stage"] = Box(row.left + 24, row.top, right - row.left - 24, row.height)
    return columns


def _row(canvas: Canvas, number: int, row: _Row, box: Box, columns: dict[str, Box], again: bool) -> None:
    """A tier. again: its stage stands in the row above already."""
    at, stage, tier = row
    draw.panel(canvas, box, 12)
    title = columns["stage"]
    tab = min(64.0, box.height - 12)
    if not again:
        draw.rank_tab(canvas, Box(title.left, box.centery - tab / 2, tab * 1.3, tab), at + 1)
    left = title.left + tab * 1.3 + 20
    room = Box(left, box.top + 4, title.right - left, box.height - 8)
    many, choose = len(stage.tiers) > 1, stage.assign == "choose"
    first = Box(room.left, room.top, room.width * 0.5 - 16 if many or choose else room.width, room.height)
    second = Box(room.left + room.width * 0.5, room.top, room.width * 0.5, room.height)
    if not again:
        named = canvas.say("opening.total", stage=stage.title, flats=stage.units) if many else stage.title
        draw.write(canvas, f"stage.{number}", named, first, 52, draw.TEXT, smallest=34, lines=2)
    if many:
        draw.write(canvas, f"tier.{number}", tier.title, second, 48, draw.TEXT, smallest=32, lines=2)
    if choose and not (many and not again):
        said = canvas.say("opening.choose")
        draw.write(canvas, f"choose.{number}", said, first if many else second, 38, draw.MUTED, smallest=28, lines=2)
    figures = {"candidates": tier.candidates, "chances": tier.chances, "flats": tier.units}
    for name, figure in figures.items():
        if place := columns.get(name):
            most = name == "flats" and stage.at_most(stage.tiers.index(tier))
            said = canvas.say("opening.most", flats=f"{figure:,}") if most else f"{figure:,}"
            draw.write(canvas, f"{name}.{number}", said, place, 66, draw.TEXT, align="right")
