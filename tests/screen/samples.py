"""Views made by hand: each scene's usual one, and the longest values of the format."""

from dataclasses import replace
from typing import Any

from kiosk.ceremony.machine import Phase
from kiosk.ceremony.view import Card, Drawing, Envelope, Look, Seat, View
from kiosk.core.outlook import StageOutlook, TierOutlook

SIZES = ((1024, 768), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
LANGUAGES = ("zh-CN", "en")

HASH = "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"
HASH_2 = "6eeb55f76600d4ad08be72ad3ac13d969330e73d7ad53031557dab443eba22db"
ADDRESS = "http://192.168.10.20:8000/R/6EEB55F76600D4AD08BE72AD3AC13D96/"
HAN_64 = "随州市曾都区季梁小区公共租赁住房第九期摇号分配" * 3
RARE = "𠀀田𡛸𩷶"

STAGES = (
    StageOutlook("double", "两居室", 1866, 322, 1866, "draw",
                 (TierOutlook("first", "优先保障", 212, 80, 80, 636),
                  TierOutlook("rest", "一般轮候", 1866, 322, "all", 5598))),
    StageOutlook("single", "一居室", 944, 185, 944, "draw", (TierOutlook("all", "一居室", 944, 185, "all", 944),)),
)  # fmt: skip

NAMES = ("陈**", "欧阳*", "王*", "司马**", "李**", "诸葛**", "买买提·艾**", "张*", "刘**", "赵*")
UNITS = ("季梁5栋-1-0301", "季梁5栋-1-0101", "白云湖12栋-2-1803", "季梁5栋-1-0201", "城南3栋-1-0502")


def view(scene: str = "drawing", **changes: Any) -> View:
    """An ordinary view of a scene, with some of its fields replaced; `look_…` replaces one of its look's."""
    look = {name[5:]: changes.pop(name) for name in list(changes) if name.startswith("look_")}
    made = View(
        draw="suizhou-2021-09",
        title="随州市公共租赁住房第九期摇号分配",
        rehearsal=False,
        opens="2021-12-10T09:00:00+08:00",
        phase=Phase.DRAWING,
        notice_hash=HASH[::-1],
        households=1924,
        units=507,
        stages=STAGES,
        operator="张明",
        witness="曾都区公证处 邱某",
        envelopes=(Envelope("operator", HASH, None), Envelope("notary", HASH_2, None)),
        seats=tuple(Seat(number, f"{number}号代表", "351642", True) for number in (1, 2, 3)),
        seat=0,
        dice_each=6,
        public_source="",
        public_digits=0,
        public=None,
        seed=HASH,
        result_hash=HASH_2,
        drawing=drawing(),
        interruption=None,
        void_reason="",
        look=Look(scene, **look),
        clock="10:24:37",
        date="2026-11-24",
        address=ADDRESS,
    )
    return replace(made, **changes)


def drawing(
    numbers: tuple[str, ...] | None = None,
    names: tuple[str, ...] = NAMES,
    units: tuple[str, ...] = UNITS,
    *,
    group: int = 7,
    size: int = 10,
    group_number: int = 12,
    tier: str = "优先保障",
    total: int = 322,
    running: bool = True,
    waiting: int = 1866,
) -> Drawing:
    """A drawing in which `group` cards of a group of `size` have been shown."""
    waiting_list = numbers or tuple(f"{number:04d}" for number in range(1, waiting + 1))
    before = (group_number - 1) * 10
    cards = tuple(
        Card(0, tier, rank + 1, waiting_list[(rank * 737 + 41) % len(waiting_list)], names[rank % len(names)],
             units[rank % len(units)] if units else "")
        for rank in range(before + group)
    )  # fmt: skip
    return Drawing(
        stage=0,
        tier=tier,
        group=cards[before:],
        group_number=group_number,
        groups=-(-total // 10),
        first_rank=before + 1,
        last_rank=before + size,
        waiting=waiting_list,
        shown=cards,
        drawn=before + group,
        total=total,
        all_drawn=before + group,
        all_total=507,
        group_running=running and group < size,
    )


SHORT = tuple(f"{number:04d}" for number in range(1, 1867))
USUAL = tuple(f"SZ{number:05d}" for number in range(1, 1867))
TEN = tuple(f"SZ{number:08d}" for number in range(1, 1867))
NINE = tuple(str(100_000_000 + number * 7919) for number in range(1, 1867))
FIFTEEN = tuple(f"4213{number:011d}" for number in range(1, 1867))
LONGEST = tuple(HAN_64[:60] + f"{number:04d}" for number in range(300))
FULL_TITLE = HAN_64[:66] + "公共租赁住房摇号分配公告第一号"[:14]


def drawings() -> dict[str, View]:
    """What the drawing scene can show, by name."""
    choose = replace(STAGES[0], assign="choose")
    return {
        "drawing": view(drawing=drawing(USUAL)),
        "drawing-short": view(drawing=drawing(SHORT)),
        "drawing-nine": view(drawing=drawing(NINE, names=("买买提·艾力江", "欧阳*"))),
        "drawing-fifteen": view(drawing=drawing(FIFTEEN)),
        "drawing-rare": view(drawing=drawing(USUAL, names=(RARE, "𠮷*"), units=("𬭊园1栋-101",))),
        "drawing-choose": view(stages=(choose, *STAGES[1:]), drawing=drawing(USUAL, units=())),
        "drawing-no-names": view(drawing=drawing(USUAL, names=("",))),
        "drawing-one-stage": view(stages=STAGES[:1], drawing=drawing(USUAL, tier="", group=10)),
        "drawing-last-of-one": view(drawing=drawing(USUAL, group=1, size=1, group_number=33)),
        "drawing-rehearsal": view(rehearsal=True, drawing=drawing(USUAL)),
        "announced": view(drawing=drawing(USUAL, group=0, group_number=1)),
        "announced-nobody": view(drawing=drawing(USUAL, group=0, group_number=1, total=0)),
        "recap": view(look_page=1, drawing=drawing(USUAL, group=10, group_number=10)),
    }


def limits() -> dict[str, View]:
    """The same with the longest values of the format."""
    long = HAN_64[:64]
    tiers = tuple(TierOutlook(f"t{number}", FULL_TITLE, 10**14, 10**14, 10**14, 10**15) for number in range(64))
    stages = (StageOutlook("s", FULL_TITLE, 10**14, 10**14, 10**15, "draw", tiers),) * 2
    longest = drawing(LONGEST, names=(long,), units=(long,), tier=FULL_TITLE, total=9_999_999, group=10)
    many = replace(longest, all_drawn=999_990, all_total=9_999_999, groups=999_999, group_number=99_999)
    shown: dict[str, Any] = {"title": FULL_TITLE, "stages": stages}
    return {
        "drawing-limits": view(**shown, drawing=many),
        "drawing-limits-rehearsal": view(**shown, rehearsal=True, drawing=many),
        "announced-limits": view(**shown, drawing=drawing(LONGEST, group=0, group_number=1, total=9_999_999)),
        "recap-limits": view(**shown, look_page=1, drawing=longest),
    }
