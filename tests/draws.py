"""Made-up draws for property tests: whole evidence folders, and ones with a mistake in them.

`folders()` makes folders that hold; `mutated(folder)` breaks one, half of the time with every hash that depends on the
broken place made right again, so that the checks behind the sums are reached too.
"""

import json
import re
from typing import Any

from hypothesis import strategies as st

from kiosk.core import evidence, notice, rules, seed, tables, text
from kiosk.core.notice import Dice, Hashed, Notice, Public

Files = dict[str, bytes]

# Rare and supplementary characters, and some whose UTF-16 order is not their code point order.
_NAME_CHARACTERS = "陈王李欧阳堃喆龑𬭚㛃𠀀𪚥Aaz09·～\uff21\ue000\U0001f600é"
_CATEGORIES = ["低保", "特困", "军烈属", "一般", "𬭚类", "~"]
_LAYOUTS = ["两居", "一居", "三居"]

_ids = st.text("0129ABab～𠀀\uff21Z", min_size=1, max_size=5).filter(lambda id: text.HIDDEN.search(id) is None)


@st.composite
def _filters(draw: st.DrawFn, roll: bool) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    if roll:
        if draw(st.booleans()):
            bounds = draw(st.sampled_from([("min",), ("max",), ("min", "max")]))
            conditions["people"] = {bound: draw(st.integers(0, 8)) for bound in bounds}
        if draw(st.booleans()):
            conditions["category"] = draw(
                st.one_of(st.sampled_from(_CATEGORIES), st.lists(st.sampled_from(_CATEGORIES), min_size=1, unique=True))
            )
    elif draw(st.booleans()):
        conditions["layout"] = draw(st.sampled_from([*_LAYOUTS, "none such"]))
    return conditions


@st.composite
def _stages(draw: st.DrawFn) -> list[dict[str, Any]]:
    layouts = draw(st.permutations(_LAYOUTS))
    count = draw(st.integers(1, 4))
    choose = draw(st.booleans())
    stages = []
    for number in range(count):
        # A `choose` stage comes last and alone with its layout, so that no later stage wants its flats (3.5).
        last = choose and number == count - 1
        units = {"layout": layouts[0]} if last else draw(_filters(False))
        if choose and not last:
            units = {"layout": draw(st.sampled_from(layouts[1:]))}
        tiers = [
            {
                "id": f"t{n}",
                "title": draw(st.sampled_from(["优先", "rest", "𬭚"])),
                "households": draw(_filters(True)),
                "units": {} if last else draw(_filters(False)),
                "count": draw(st.one_of(st.just("all"), st.integers(1, 6))),
            }
            for n in range(draw(st.integers(1, 3)))
        ]
        stages.append({
            "id": f"s{number}",
            "title": "两居室",
            "households": draw(_filters(True)),
            "units": units,
            "chances": draw(st.sampled_from([None, "years"])),
            "assign": "choose" if last else "draw",
            "alternates": draw(st.one_of(st.just("all"), st.integers(0, 5))),
            "tiers": tiers,
        })  # fmt: skip
    return stages


@st.composite
def tables_of_a_draw(draw: st.DrawFn) -> tuple[tables.Table, tables.Table]:
    households = sorted(draw(st.lists(_ids, min_size=1, max_size=24, unique=True)))
    flats = sorted(draw(st.lists(_ids, min_size=1, max_size=12, unique=True)))
    roll = [
        (
            id,
            draw(st.text(_NAME_CHARACTERS, min_size=1, max_size=4)),
            str(draw(st.integers(0, 8))),
            draw(st.sampled_from(_CATEGORIES)),
            str(draw(st.integers(1, 64))),
        )
        for id in households
    ]
    units = [(id, draw(st.sampled_from(_LAYOUTS))) for id in flats]
    return (
        tables.Table(("household", "name", "people", "category", "years"), roll),
        tables.Table(("unit", "layout"), units),
    )


@st.composite
def folders(draw: st.DrawFn) -> Files:
    """A whole evidence folder that holds."""
    roll, units = draw(tables_of_a_draw())
    stages = draw(_stages())
    files = {
        evidence.ROLL: tables.write(roll).encode(),
        evidence.UNITS: tables.write(units).encode(),
        rules.FILE: rules.write({"stages": stages}).encode(),
    }
    rehearsal = draw(st.booleans())
    labels = draw(st.lists(st.sampled_from(["operator", "notary", "a", "b-2"]), min_size=2, max_size=3, unique=True))
    secrets = [draw(st.text("0123456789abcdef", min_size=32, max_size=32)) for _ in labels]
    dice: Dice | None = Dice(draw(st.integers(2, 3)), draw(st.integers(6, 8)))
    if rehearsal and draw(st.booleans()):
        dice = None
    public = draw(st.sampled_from([None, Public(14, "双色球第2021141期 digits of")]))
    id = draw(st.text("ab0.-", min_size=1, max_size=6).map(lambda tail: f"d{tail}"))
    told = Notice(
        id, "第九期 · draw", rehearsal, "2021-12-10T09:00:00+08:00",
        Hashed(text.sha256(files[evidence.ROLL]), len(roll.rows)),
        Hashed(text.sha256(files[evidence.UNITS]), len(units.rows)),
        Hashed(text.sha256(files[rules.FILE]), len(stages)),
        tuple((label, notice.commitment(id, label, secret)) for label, secret in zip(labels, secrets, strict=True)),
        dice, public,
    )  # fmt: skip
    files[notice.FILE] = notice.write(told).encode()
    inputs = evidence.read_inputs(files)
    throws = (
        [draw(st.text("123456", min_size=dice.each, max_size=dice.each)) for _ in range(dice.people)] if dice else []
    )
    digits = draw(st.text("0123456789", min_size=14, max_size=14)) if public else None
    seed_txt = seed.write(seed.Seed(tuple(throws), tuple(secrets), digits), told, inputs.notice_hash)
    return {**files, **evidence.complete(inputs, files, seed_txt)[1]}


def large(households: int) -> tuple[Files, dict[str, str]]:
    """A frozen draw with a fifth as many units, and its secrets by label."""
    categories = ["一般", "低保", "特困", "一般", "一般"]
    roll = [(f"SZ{n:07d}", "陈**", str(n % 7 + 1), categories[n % 5]) for n in range(households)]
    units = [(f"{n:07d}", "两居" if n % 2 else "一居") for n in range(households // 5)]
    tiers = [
        {"id": "first", "title": "优先", "households": {"category": "低保"}, "units": {}, "count": households // 50},
        {"id": "rest", "title": "一般", "households": {}, "units": {}, "count": "all"},
    ]
    stage: dict[str, Any] = {"id": "flats", "title": "两居室", "households": {}, "units": {}, "chances": None,
                             "assign": "draw", "alternates": "all", "tiers": tiers}  # fmt: skip
    files = {
        evidence.ROLL: tables.write(tables.Table(("household", "name", "people", "category"), roll)).encode(),
        evidence.UNITS: tables.write(tables.Table(("unit", "layout"), units)).encode(),
        rules.FILE: rules.write({"stages": [stage]}).encode(),
    }
    id, secrets = f"large-{households}", {"operator": "0123456789abcdef" * 2, "notary": "fedcba9876543210" * 2}
    told = Notice(
        id, "全市公共租赁住房摇号", False, "2026-12-10T09:00:00+08:00",
        Hashed(text.sha256(files[evidence.ROLL]), len(roll)),
        Hashed(text.sha256(files[evidence.UNITS]), len(units)),
        Hashed(text.sha256(files[rules.FILE]), 1),
        tuple((label, notice.commitment(id, label, secret)) for label, secret in secrets.items()),
        Dice(3, 6), None,
    )  # fmt: skip
    return {**files, notice.FILE: notice.write(told).encode()}, secrets


def signed(files: Files) -> Files:
    """The same folder with every hash that names another file made right again."""
    files = dict(files)
    lines = files[notice.FILE]
    for name, key in ((evidence.ROLL, b"roll"), (evidence.UNITS, b"units"), (rules.FILE, b"rules")):
        lines = re.sub(rb"(?m)^" + key + rb": [0-9a-f]{64}", key + b": " + text.sha256(files[name]).encode(), lines)
    files[notice.FILE] = lines
    files[seed.FILE] = re.sub(
        rb"(?m)^notice: [0-9a-f]{64}", b"notice: " + text.sha256(lines).encode(), files[seed.FILE]
    )
    files[evidence.SUMS] = evidence.sums(files).encode()
    return files


_PIECES = [
    b"", b" ", b"|", b",", b'"', b"\n", b"\r\n", b"=", b"-", b"0", b"1", b"9", b"a", b"F", b"\\", b"null", b"{}", b"[]",
    b"all", b"none", b"00", b"1.0", b"1e3", b"true", b"\xff", b"\xef\xbb\xbf", b"\t", b"\xc2\xa0", b"\xe3\x80\x80",
    "e\u0301".encode(), "\u200b".encode(), "𬭚".encode(), b"rehearsal", b"ceremony", b"1 of 1 dice", b"\x00",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, files: Files) -> Files:
    """The folder with one to three small changes; half of the time its hashes are made right again."""
    files = dict(files)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        kind = draw(st.sampled_from(["replace", "insert", "delete", "line", "swap", "number", "rules"]))
        files[name] = draw(_change(files[name], kind)) if kind != "rules" else files[name]
        if kind == "rules":
            files[rules.FILE] = draw(_other_rules(files[rules.FILE]))
    return signed(files) if draw(st.booleans()) else files


@st.composite
def _change(draw: st.DrawFn, data: bytes, kind: str) -> bytes:
    place = draw(st.integers(0, len(data)))
    piece = draw(st.sampled_from(_PIECES))
    if kind == "insert":
        return data[:place] + piece + data[place:]
    if kind == "delete":
        return data[:place] + data[place + draw(st.integers(1, 4)) :]
    if kind == "replace":
        return data[:place] + piece + data[place + len(piece) :]
    lines = data.split(b"\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    if kind == "line":
        return b"\n".join(lines[:one] + lines[one + 1 :]) if draw(st.booleans()) else b"\n".join([*lines, lines[one]])
    if kind == "swap":
        lines[one], lines[other] = lines[other], lines[one]
        return b"\n".join(lines)
    numbers = list(re.finditer(rb"[0-9]+", data))
    if not numbers:
        return data
    found = numbers[draw(st.integers(0, len(numbers) - 1))]
    return data[: found.start()] + str(draw(st.integers(0, 10**16))).encode() + data[found.end() :]


@st.composite
def _other_rules(draw: st.DrawFn, data: bytes) -> bytes:
    """Rules with one place of the tree changed, written as rules are written: only their meaning may be wrong."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places: list[tuple[Any, Any]] = []
    _walk(content, places)
    if not places:
        return data
    parent, key = places[draw(st.integers(0, len(places) - 1))]
    value = draw(st.sampled_from([None, "all", "", "x", 0, 1, 65, 10**15, -1, True, [], ["a", "a"], ["a"], {}, "years",
                                  {"min": 1}, {"max": 2, "min": 1}, {"min": "1"}, "choose", "draw", 1.5, "household",
                                  {"years": {"min": 2, "max": 1}}, {"name": "x"}, {"nobody": "x"}]))  # fmt: skip
    parent[key] = value
    return rules.write(content).encode()


def _walk(content: Any, places: list[tuple[Any, Any]]) -> None:
    if isinstance(content, (dict, list)):
        for key in list(content) if isinstance(content, dict) else range(len(content)):
            places.append((content, key))
            _walk(content[key], places)
