"""Views of the scenes around the drawing and of the layers over them: usual ones, and the format's longest values."""

from dataclasses import replace
from typing import Any

from kiosk.ceremony.machine import Phase, Registered
from kiosk.ceremony.steps import EARLY_REASONS, PUBLIC_MISSING, SECRET_LOST
from kiosk.ceremony.view import Card, Envelope, Field, Interruption, Operating, Seat, Verdict, View, reading
from kiosk.core.outlook import StageOutlook, TierOutlook
from screen import samples
from screen.samples import FULL_TITLE, HAN_64, HASH, HASH_2, STAGES, USUAL, drawing, view

SECRET = "1b2c3d4e5f60718293a4b5c6d7e8f901"
LABELS = ("operator", "notary", "city-housing", "district-office", "press", "court", "tenants-union", "witness-2")
LONG_LABELS = tuple(f"{number}-bureau-of-statistics-records"[:32].replace("1-", "b-", 1) for number in range(1, 9))
BEACON = "国家授时中心公开信标第 123456 轮"
DECLARED: dict[str, Any] = {"void_by": ("张明", "曾都区公证处 邱某"), "void_time": "2021-12-10 10:12"}


def envelopes(count: int, opened: int = 0, labels: tuple[str, ...] = LABELS) -> tuple[Envelope, ...]:
    return tuple(
        Envelope(labels[at], (HASH, HASH_2)[at % 2], SECRET[at:] + SECRET[:at] if at < opened else None)
        for at in range(count)
    )


def seats(
    count: int, dice: int = 6, confirmed: int | None = None, thrown: int = 0, who: str = "{}号代表"
) -> tuple[Seat, ...]:
    """confirmed: how many have (default: all); thrown: dice on the table of the one whose turn it is."""
    done = count if confirmed is None else confirmed
    made = []
    for number in range(1, count + 1):
        digits = "".join(str((number * 7 + at * at * 5 + at) % 6 + 1) for at in range(dice))
        digits = digits if number <= done else digits[:thrown] if number == done + 1 else ""
        made.append(Seat(number, who.format(number), digits, number <= done))
    return tuple(made)


def before(scene: str, phase: Phase, **changes: Any) -> View:
    """A view from before the sealing: no seed, no result, no address."""
    known: dict[str, Any] = {"seed": None, "result_hash": None, "drawing": None, "address": "", "phase": phase}
    return view(scene, **{**known, **changes})


def throwing(count: int = 3, dice: int = 6, thrown: int = 3, turn: int = 2, **changes: Any) -> View:
    """Seat `turn` has thrown `thrown` of its dice."""
    who = changes.pop("who", "{}号代表")
    changes.setdefault("look_asks", "contribution" if thrown == dice else "")
    return before("seal", Phase.CONTRIBUTIONS, seats=seats(count, dice, turn - 1, thrown, who), seat=turn,
                  dice_each=dice, **changes)  # fmt: skip


def opening_secrets(count: int = 2, opened: int = 1, **changes: Any) -> View:
    made = envelopes(count, opened, changes.pop("labels", LABELS))
    due = made[opened].label if opened < count else ""
    changes.setdefault("look_asks", "secret" if due else "seal")
    return before("seal", Phase.REVEALS, envelopes=made, due=due, **changes)


def public(digits: str | None = None, count: int = 64, **changes: Any) -> View:
    changes.setdefault("envelopes", envelopes(2, 2))
    changes.setdefault("public_source", BEACON)
    return before("seal", Phase.PUBLIC, public_digits=count, public=digits,
                  look_asks="seal" if digits else "public", **changes)  # fmt: skip


def sealed(**changes: Any) -> View:
    changes.setdefault("envelopes", envelopes(2, 2))
    return view("seal", phase=Phase.SEALED, drawing=None, **changes)


def done(scene: str = "proof", **changes: Any) -> View:
    changes.setdefault("drawing", replace(drawing(USUAL, group=10), begins=(0,)))
    return view(scene, phase=Phase.DONE, **changes)


def alternates(count: int = 200) -> tuple[tuple[Card, ...], ...]:
    return (tuple(Card(0, "", at + 1, USUAL[at], samples.NAMES[at % 10], "") for at in range(count)),)


VERIFIED = (Verdict("kiosk.verifier", "verified", "", HASH_2),)
REGISTER = (
    Registered("frozen", "suizhou-2021-07", HASH, "2021-06-01T09:30:00+08:00"),
    Registered("finished", "suizhou-2021-07", HASH_2, "2021-06-10T10:02:41+08:00"),
    Registered("frozen", "suizhou-2021-08", HASH_2, "2021-09-01T09:30:00+08:00"),
    Registered("void", "suizhou-2021-08", "disturbed", "2021-09-10T09:12:00+08:00"),
    Registered("void", "suizhou-2021-08b", "secret-lost", "2021-10-10T09:12:00+08:00"),
    Registered("frozen", "suizhou-2021-09", HASH, "2021-12-01T09:30:00+08:00"),
)
REGISTER_LONG = tuple(
    Registered(what, "9" * 60 + f".{number:03d}", told, "2021-12-01T09:30:00+08:00")
    for number, (what, told) in enumerate(
        [("frozen", HASH), ("finished", HASH), ("void", "notice-differs"), ("void", "public-missing"),
         ("void", "other"), ("void", "person-missing")]
    )
)  # fmt: skip
INTERRUPTED = Interruption("10:12:01", "10:14:33", "SZ00874")


def scenes() -> dict[str, View]:
    """Each scene in each of its states, by name."""
    choose = replace(STAGES[0], assign="choose")
    rolls = replace(drawing(USUAL, group=10), begins=(0,))
    return {
        "reading": reading("随州市公共租赁住房第九期摇号分配", False),
        "reading-nothing-known": reading("", True),
        "opening": before("opening", Phase.OPENING),
        "opening-one-stage": before("opening", Phase.OPENING, stages=STAGES[:1], public_source=BEACON),
        "opening-list": before("opening", Phase.OPENING, look_page=1, stages=(choose, *STAGES[1:])),
        "opening-archive": before("opening", Phase.OPENING, look_page=2, register=REGISTER),
        "compare": before("compare", Phase.COMPARE, look_asks="notice"),
        "throwing": throwing(),
        "throwing-all": throwing(thrown=6),
        "throwing-unnamed": throwing(5, 4, 1, turn=5, who=""),
        "throwing-twelve": throwing(10, 12, 7, turn=5, envelopes=envelopes(3)),
        "opening-first": opening_secrets(2, 0, look_asks="own"),
        "opening-second": opening_secrets(),
        "opening-four": opening_secrets(4, 2, seats=seats(8, 4), dice_each=4),
        "opening-eight": opening_secrets(8, 3),
        "opening-all": opening_secrets(2, 2),
        "public": public(),
        "public-known": public(HASH),
        "sealed": sealed(),
        "sealed-public": sealed(public=HASH[:14], public_source=BEACON, seats=seats(12), envelopes=envelopes(4, 4)),
        "roll": view("roll", drawing=rolls),
        "roll-choose": view("roll", drawing=replace(drawing(USUAL, units=()), begins=(0,)),
                            stages=(choose, *STAGES[1:])),
        "roll-nobody": view("roll", drawing=replace(drawing(USUAL, group=0, group_number=1), begins=(0,))),
        "roll-alternates": done("roll", alternates=alternates(), look_page=7),
        "proof": done(),
        "proof-verified": done(verdicts=VERIFIED),
        "proof-refuted": done(verdicts=(*VERIFIED, Verdict("page", "refuted", "result", ""))),
        "proof-statement": done(look_page=1),
        "proof-code": done(look_page=2),
        "proof-no-code": done(look_page=2, address=""),
        "proof-thanks": done(look_page=3),
        "void": before("void", Phase.VOID, void_reason="roll-wrong", **DECLARED),
        "void-secret": before("void", Phase.VOID, void_reason=SECRET_LOST, void_label="notary", look_asks="secret",
                              envelopes=envelopes(3, 1), due="city-housing", **DECLARED),
        "void-public": before("void", Phase.VOID, void_reason=PUBLIC_MISSING, public_source=BEACON,
                              envelopes=envelopes(2, 2)),
    }  # fmt: skip


OPERATING = Operating("0:24", "10:41", "10:30", (("disk", "works"), ("printer", "unused"), ("phones", "fails"),
                                                 ("verifier", "waits")))  # fmt: skip


PRINTING = replace(OPERATING, health=(("disk", "works"), ("printer", "printing"), ("phones", "works")))


def looked_back() -> dict[str, View]:
    """Earlier scenes, as they are looked back at from later on."""
    rolls = replace(drawing(USUAL, group=10), begins=(0,))
    later: dict[str, Any] = {"phase": Phase.DRAWING, "drawing": rolls}
    throwing: dict[str, Any] = {"seats": seats(3, 6, 1, 2), "seat": 2, "dice_each": 6}
    return {
        "back-opening": before("opening", Phase.CONTRIBUTIONS, **throwing),
        "back-opening-list": view("opening", look_page=1, **later),
        "back-opening-archive": view("opening", look_page=2, register=REGISTER, **later),
        "back-compare": before("compare", Phase.CONTRIBUTIONS, **throwing),
        "back-seal": view("seal", envelopes=envelopes(2, 2), **later),
        "back-roll": view("roll", **later),
        "back-drawing": done("drawing"),
        "back-rehearsal": view("roll", rehearsal=True, **later),
        "back-void": before("seal", Phase.VOID, void_reason="roll-wrong", **throwing),
        "back-noted": view("roll", look_noted=12, rehearsal=True, **later),
        "back-interrupted": view("roll", interruption=INTERRUPTED, **later),
        "back-limits": view("roll", title=FULL_TITLE, rehearsal=True, **later),
    }


def operators() -> dict[str, View]:
    """The operator's page in every step of a ceremony."""
    page: dict[str, Any] = {"look_overlay": True, "look_sheet": True, "operating": OPERATING}
    rolls = replace(drawing(USUAL, group=10), begins=(0,))
    return {
        "operator-opening": before("opening", Phase.OPENING, **page),
        "operator-notice": before("compare", Phase.COMPARE, look_asks="notice", **page),
        "operator-dice": throwing(**page),
        "operator-contribution": throwing(thrown=6, look_asks="contribution", **page),
        "operator-secret": opening_secrets(**page),
        "operator-own": opening_secrets(2, 0, look_asks="own", **page),
        "operator-public": public(**page),
        "operator-seal": opening_secrets(2, 2, **page),
        "operator-sealed": sealed(**page),
        "operator-running": view(drawing=drawing(USUAL), **page),
        "operator-group": view(drawing=rolls, **page),
        "operator-proof": done(**page),
        "operator-code": done(look_page=2, **page),
        "operator-void": before("void", Phase.VOID, void_reason="roll-wrong", **page),
        "operator-record": throwing(look_asks="record", interruption=replace(INTERRUPTED, record=HASH), **page),
        "operator-refused": view(look_refusal=("ceremony.void-late", ()), **page),
        "operator-back": view("roll", drawing=rolls, look_auto=True, look_pace_s=0.6, operating=OPERATING),
        "operator-printing": view("roll", drawing=rolls, **{**page, "operating": PRINTING}),
        "printing": view("roll", drawing=rolls, operating=PRINTING),
        "operator-bare": before("opening", Phase.OPENING, look_overlay=True, look_sheet=True),
    }


def layers() -> dict[str, View]:
    """Each layer over a scene that it is likely to lie over."""
    reasons: dict[str, Any] = {"void_reasons": EARLY_REASONS, "look_asks": "void"}
    return {
        "overlay": view(look_overlay=True, drawing=drawing(USUAL, group=10)),
        "overlay-asks": throwing(thrown=6, look_overlay=True, void_reasons=EARLY_REASONS,
                                 troubles=("hall.bind", "paper.empty")),
        "overlay-refused": view(look_overlay=True, look_refusal=("ceremony.void-late", ())),
        "cover": view(look_covered=True),
        "code": view(look_qr=True),
        "found": view(look_found=("sz00874", drawing(USUAL).group[3])),
        "found-not": view(look_found=("SZ99999", None)),
        "find": view(look_field=Field("find", "", "SZ008")),
        "find-empty": view(look_field=Field("find", "", "")),
        "secret-typed": opening_secrets(look_field=Field("secret", "notary", SECRET[:13])),
        "secret-refused": opening_secrets(look_field=Field("secret", "notary", SECRET),
                                          look_refusal=("ceremony.secret-wrong", (("label", "notary"),))),
        "public-typed": public(look_field=Field("public", "", HASH[:30])),
        "voiding": before("opening", Phase.OPENING, look_field=Field("void", "", ""), **reasons),
        "voiding-number": throwing(look_field=Field("void", "", "2"), **reasons),
        "voiding-late": opening_secrets(look_field=Field("void", "", "1"),
                                        **{**reasons, "void_reasons": (SECRET_LOST,)}),
        "interrupted": view(drawing=drawing(USUAL), interruption=INTERRUPTED),
        "interrupted-compare": before("compare", Phase.COMPARE, look_asks="notice", interruption=INTERRUPTED),
        "interrupted-throwing": throwing(interruption=replace(INTERRUPTED, after="", torn=True)),
        "interrupted-record": throwing(look_asks="record", interruption=replace(INTERRUPTED, after="", record=HASH)),
        "interrupted-record-mended": opening_secrets(
            look_asks="record", interruption=replace(INTERRUPTED, after="", torn=True, record=HASH)
        ),
        "noted": view(drawing=drawing(USUAL), look_noted=3),
        "noted-covered": throwing(look_covered=True, look_noted=120),
        "refused": opening_secrets(look_refusal=("ceremony.waits-enter", (("seat", "0"),))),
        "refused-drawing": view(drawing=drawing(USUAL), look_refusal=("ceremony.void-late", ())),
    }  # fmt: skip


def limits() -> dict[str, View]:
    """The longest values that the format allows, and the most of everything."""
    long = HAN_64[:64]
    who = (HAN_64 + "代表甲乙丙丁戊己庚辛")[:80]
    tiers = tuple(TierOutlook(f"t{number}", FULL_TITLE, 10**14, 10**14, 10**14, 10**15) for number in range(64))
    stages = (StageOutlook("s", FULL_TITLE, 10**14, 10**14, 10**15, "choose", tiers),) * 64
    card = Card(0, FULL_TITLE, 10**14, long, long, long)
    cards = (card,) * 40
    rolls = replace(drawing(USUAL, group=10), shown=cards, group=cards[:10], begins=(0,))
    most: dict[str, Any] = {
        "title": FULL_TITLE, "stages": stages, "operator": who, "witness": who,
        "public_source": FULL_TITLE, "households": 10**14, "units": 10**14,
    }  # fmt: skip
    crowd: dict[str, Any] = {**most, "seats": seats(99, 99, who=who), "dice_each": 99}
    form = (("source", FULL_TITLE), ("got", "127"), ("digits", "128"))
    secrets: dict[str, Any] = {"labels": LONG_LABELS, **crowd}
    return {
        "reading-limits": reading(FULL_TITLE, False),
        "opening-limits": before("opening", Phase.OPENING, **crowd),
        "opening-list-limits": before("opening", Phase.OPENING, look_page=300, **most),
        "opening-archive-limits": before("opening", Phase.OPENING, look_page=600, register=REGISTER_LONG, **most),
        "compare-limits": before("compare", Phase.COMPARE, look_asks="notice", **most),
        "throwing-limits": throwing(99, 99, 98, turn=99, who=who, envelopes=envelopes(8, 0, LONG_LABELS), **most),
        "throwing-all-limits": throwing(99, 99, 99, turn=42, who=who, envelopes=envelopes(8, 0, LONG_LABELS), **most),
        "opening-secrets-limits": opening_secrets(8, 4, **secrets),
        "public-limits": public(HASH * 2, 128, envelopes=envelopes(8, 8, LONG_LABELS), **crowd),
        "sealed-limits": sealed(public=HASH * 2, envelopes=envelopes(8, 8, LONG_LABELS), **crowd),
        "roll-limits": view("roll", drawing=rolls, **most),
        "proof-limits": done(verdicts=(Verdict("v", "refuted", "commitments", HASH),) * 2, **most),
        "statement-limits": done(look_page=1, public="7" * 128, **crowd),
        "thanks-limits": done(look_page=3, **most),
        "void-limits": before("void", Phase.VOID, void_reason=who, **most),
        "void-secret-limits": before("void", Phase.VOID, void_reason=SECRET_LOST, void_label=LONG_LABELS[1],
                                     envelopes=envelopes(8, 1, LONG_LABELS), due=LONG_LABELS[2], look_asks="secret",
                                     **crowd),
        "overlay-limits": throwing(99, 99, 99, turn=42, who=who, look_overlay=True,
                                   troubles=("hall.bind", "paper.offline"), **most),
        "operator-limits": throwing(99, 99, 99, turn=42, who=who, look_overlay=True, look_sheet=True,
                                    look_asks="contribution", operating=OPERATING, **most),
        "overlay-drawing-limits": view(look_overlay=True, drawing=replace(rolls, drawn=rolls.total), **most),
        "found-limits": view(look_found=(long, card), drawing=rolls, **most),
        "found-not-limits": view(look_found=(who, None), drawing=rolls, **most),
        "find-limits": view(look_field=Field("find", "", who), drawing=rolls, **most),
        "secret-limits": opening_secrets(8, 4, look_field=Field("secret", LONG_LABELS[4], SECRET), **secrets),
        "public-typed-limits": public(None, 128, look_field=Field("public", "", HASH + HASH[:20]), **crowd),
        "voiding-limits": throwing(99, 99, 3, turn=42, who=who, look_field=Field("void", "", who),
                                   look_asks="void", void_reasons=EARLY_REASONS, **most),
        "interrupted-limits": view(drawing=rolls, interruption=replace(INTERRUPTED, after=long), **most),
        "refused-limits": public(None, 128, look_refusal=("ceremony.public-form", form), **crowd),
    }  # fmt: skip
