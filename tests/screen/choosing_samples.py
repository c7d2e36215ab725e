"""Views of the scene in which households choose: usual ones, its edges, and the format's longest values."""

from dataclasses import replace
from typing import Any

from kiosk.ceremony.choosing import Choosing, Flats
from kiosk.ceremony.machine import Phase
from kiosk.ceremony.outcome import Card
from kiosk.ceremony.view import Look, View, reading
from screen.samples import FULL_TITLE, HAN_64, HASH, HASH_2, NAMES, RARE, UNITS, USUAL


def card(rank: int, unit: str = "") -> Card:
    return Card(0, "", rank, USUAL[rank], NAMES[rank % len(NAMES)], unit)


def flats(title: str, left: int, of: int) -> Flats:
    building = title.split(" ")[0]
    return Flats(title, tuple(f"{building}-{1 + at % 2}-{1 + at // 2:02d}0{1 + at % 4}" for at in range(left)), of)


KINDS = (flats("季梁5栋 · 两居", 14, 24), flats("季梁5栋 · 一居", 2, 12), flats("白云湖12栋 · 两居", 31, 31))
USUAL_CHOOSING = Choosing(
    "两居室", card(23), tuple(card(rank) for rank in (24, 25, 26)),
    tuple(card(rank, UNITS[rank % len(UNITS)]) for rank in (22, 21, 20)), KINDS, 22, 80,
)  # fmt: skip


def view(told: Choosing = USUAL_CHOOSING, page: int = 0, **changes: Any) -> View:
    made = reading("随州市公共租赁住房第九期摇号分配", False)
    known: dict[str, Any] = {
        "draw": "suizhou-2021-09", "phase": Phase.DONE, "notice_hash": HASH[::-1], "seed": HASH, "result_hash": HASH_2,
        "clock": "10:24:37", "date": "2026-11-24",
    }  # fmt: skip
    return replace(made, **{**known, "look": Look("choosing", page), "choosing": told, **changes})


def usual() -> dict[str, View]:
    return {
        "choosing": view(),
        "choosing-goes-on": view(page=1),
        "choosing-last-page": view(page=99),
        "choosing-first": view(replace(USUAL_CHOOSING, last=(), chosen=0)),
        "choosing-few": view(replace(USUAL_CHOOSING, next=(), flats=(Flats("", ("X0", "X1"), 9),))),
        "choosing-over": view(replace(USUAL_CHOOSING, turn=None, next=(), flats=(), chosen=80)),
        "choosing-rehearsal": view(rehearsal=True),
        "choosing-trouble": view(
            replace(USUAL_CHOOSING, trouble="after.jsonl 第 23 行：写下之后被改动过。屏幕停在此前成立的状态。")
        ),
    }


def limits() -> dict[str, View]:
    """The longest values that the format allows."""
    made = {}
    for name, long in (("han", HAN_64[:64]), ("latin", "W" * 64), ("rare", (RARE * 16)[:64])):
        longest = Card(0, "", 10**6, long, long, long)
        kind = Flats((" · ".join([long] * 3)), (long,) * 20, 10**6)
        told = Choosing(FULL_TITLE, longest, (longest,) * 3, (longest,) * 3, (kind, kind), 10**6, 10**6)
        made[f"choosing-{name}"] = view(told, title=FULL_TITLE)
    return made
