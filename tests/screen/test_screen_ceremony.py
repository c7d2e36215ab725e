"""The scenes around the drawing and the layers over them: whole, readable, pure, at every size, in both languages."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pygame
import pytest
import zxingcpp
from PIL import Image

from kiosk import qr, words
from kiosk.ceremony.machine import Phase
from kiosk.ceremony.view import Verdict, View, opening_pages
from kiosk.core.errors import ProtocolError
from kiosk.screen import draw, scenes, signs
from kiosk.screen.scenes import forming, overlay, reading, void
from screen import ceremony_samples as ceremony
from screen import pixels, samples

VIEWS = {**ceremony.scenes(), **ceremony.looked_back(), **ceremony.layers()}
LIMITS = ceremony.limits()
EVERY: dict[str, View] = {**VIEWS, **LIMITS}
HALL_UNITS = 48.0  # ink that is 1/200 of 20 m in a picture 4 m wide
HD = (1280, 720)


def frame(view: View, size: tuple[int, int], seconds: float) -> bytes:
    surface = pygame.Surface(size, depth=32)
    surface.fill((200, 0, 200))  # whatever stood there
    scenes.render(surface, view, seconds)
    return pygame.image.tobytes(surface, "RGB")


def texts(view: View, seconds: float | None = None) -> dict[str, str]:
    return {placed.name: placed.text for placed in pixels.take(view, HD, seconds).placed}


# --- pixels


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("name", VIEWS)
def test_every_text_is_whole_in_its_place_and_readable(name: str, language: str) -> None:
    view = replace(VIEWS[name], language=language)
    assert pixels.problems(pixels.take(view, HD)) == []
    assert pixels.problems(pixels.take(view, (1024, 768)), contrast=False) == []


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("name", LIMITS)
def test_so_it_is_with_the_longest_values_of_the_format(name: str, language: str) -> None:
    size = {"zh-CN": HD, "en": (1024, 768)}[language]
    assert pixels.problems(pixels.take(replace(LIMITS[name], language=language), size)) == []


@pytest.mark.parametrize(("size", "every"), [((1920, 1080), 2), ((2560, 1440), 4), ((3840, 2160), 8)], ids=str)
def test_so_it_is_on_large_displays(size: tuple[int, int], every: int) -> None:
    """Layouts are in units, so a larger picture differs by its rounding alone: some of the views on each."""
    for number, view in enumerate([*VIEWS.values()][every // 2 :: every]):
        language = samples.LANGUAGES[number % 2]
        assert pixels.problems(pixels.take(replace(view, language=language), size), contrast=False) == []


@pytest.mark.long
@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("size", samples.SIZES, ids=str)
@pytest.mark.parametrize("name", EVERY)
def test_so_it_is_at_every_size(name: str, size: tuple[int, int], language: str) -> None:
    view = replace(EVERY[name], language=language)
    for rehearsal in (False, True):
        assert pixels.problems(pixels.take(replace(view, rehearsal=rehearsal), size)) == []


@pytest.mark.parametrize("name", ["throwing-all", "opening-second", "sealed", "sealed-public"])
def test_texts_stay_whole_and_readable_while_something_moves(name: str) -> None:
    view = VIEWS[name]
    # While an envelope sinks it covers the letter that it held.
    moments = [at / 10 for at in range(80) if not (name.startswith("opening") and 4 <= at <= 9)]
    for seconds in [moment for moment in moments if moment <= scenes.settles(view)]:
        assert pixels.problems(pixels.take(view, HD, seconds), contrast=False) == []


@pytest.mark.parametrize("rehearsed", ["reading", "opening", "compare", "throwing", "opening-second", "sealed", "roll",
                                       "proof", "proof-thanks", "void", "overlay", "cover", "code", "found",
                                       "secret-typed", "interrupted", "refused-drawing"])  # fmt: skip
def test_a_rehearsal_is_marked_in_every_quarter_of_the_picture(rehearsed: str) -> None:
    view = VIEWS[rehearsed]
    pictures = [pixels.take(replace(view, rehearsal=rehearsal), HD) for rehearsal in (False, True)]
    assert pixels.problems(pictures[1]) == []
    changed = pygame.mask.from_threshold(pictures[0].bare, (0, 0, 0), (3, 3, 3, 255), pictures[1].bare)
    changed.invert()
    for left, top in ((0, 0), (640, 0), (0, 360), (640, 360)):
        part = pygame.mask.Mask((640, 360))
        part.draw(changed, (-left, -top))
        if "code" not in rehearsed or left:  # the code itself has to stay black and white
            assert part.count() > 0.03 * 640 * 360


# --- a function of view and time


def test_a_frame_is_a_function_of_view_and_time() -> None:
    size = (1024, 768)
    asked = [(view, moment) for view in VIEWS.values() for moment in sorted({0.0, 0.47, scenes.settles(view)})]
    asked = [(view, moment) for view, moment in asked if moment <= scenes.settles(view)]
    first = [hash(frame(view, size, moment)) for view, moment in asked]
    draw.clear()
    again = [hash(frame(view, size, moment)) for view, moment in reversed(asked)]
    assert list(reversed(again)) == first


@pytest.mark.parametrize("name", ["throwing", "opening-second", "opening-four", "sealed", "sealed-public"])
def test_after_it_has_settled_nothing_moves(name: str) -> None:
    view = VIEWS[name]
    settled = scenes.settles(view)
    assert frame(view, HD, settled) == frame(view, HD, settled + 100)
    assert frame(view, HD, settled * 0.3) != frame(view, HD, settled)


def test_while_everything_is_read_a_light_goes_on_by_one_place_each_second() -> None:
    view = VIEWS["reading"]
    seconds = [frame(replace(view, look=replace(view.look, page=page)), HD, 0) for page in range(reading.LIGHTS + 1)]
    assert len(set(seconds)) == reading.LIGHTS and seconds[-1] == seconds[0]


@pytest.mark.parametrize("name", ["throwing", "opening-second", "sealed"])
def test_nothing_flashes(name: str) -> None:
    """From one frame to the next the picture as a whole hardly changes its brightness."""
    view, size = VIEWS[name], (640, 360)
    bright = []
    for number in range(round(scenes.settles(view) * 30)):
        image = Image.frombytes("RGB", size, frame(view, size, number / 30)).convert("L")
        bright.append(sum(value * count for value, count in enumerate(image.histogram())) / (640 * 360 * 255))
    assert max(abs(a - b) for a, b in pairwise(bright)) < 0.05


def test_the_overlay_the_cover_and_a_field_hide_the_scene() -> None:
    other = samples.view(drawing=samples.drawing(samples.NINE, group=2))
    for name in ("overlay", "cover", "code", "find", "found-not"):
        view = VIEWS[name]
        there = replace(other, look=view.look)
        if name != "overlay":  # which tells what the next key does in that scene
            assert frame(there, HD, 9) == frame(view, HD, 9)
        assert not any(placed.startswith("tile.") for placed in texts(view))


# --- read from the last row


@pytest.mark.parametrize(
    ("name", "facts", "least"),
    [
        ("compare", lambda n: n.startswith("notice.") and "number" not in n, 2 * HALL_UNITS),
        ("proof", lambda n: n.startswith("result.") and "number" not in n, 2 * HALL_UNITS),
        ("opening", lambda n: n in ("opening.title", "opening.households", "opening.units"), HALL_UNITS),
        ("opening-list", lambda n: n.startswith(("candidates", "flats")), HALL_UNITS - 1),
        ("throwing-all", lambda n: n.startswith("die."), HALL_UNITS),
        ("opening-all", lambda n: ".secret." in n, HALL_UNITS),
        ("secret-typed", lambda n: n.startswith("field.typed"), HALL_UNITS),
        ("sealed", lambda n: n.startswith(("seed.value", "result.value")), HALL_UNITS - 1),
        ("found", lambda n: n in ("found", "found.name"), HALL_UNITS),
        ("find", lambda n: n == "field.typed", HALL_UNITS),
        ("cover", lambda n: n == "cover", 2 * HALL_UNITS),
        ("void", lambda n: n in ("void.title", "void.why"), HALL_UNITS),
        ("proof-code", lambda n: n == "code.short", 40),
    ],
)  # fmt: skip
def test_facts_are_large_enough_for_the_hall(name: str, facts: Callable[[str], bool], least: float) -> None:
    for size in ((1024, 768), (1920, 1080)):
        picture = pixels.take(VIEWS[name], size)
        found = [placed for placed in picture.placed if facts(placed.name)]
        assert found
        tall = [
            placed
            for placed in found
            if any(character in "0123456789bdfh" or character > "一" for character in placed.text)
        ]
        assert min(pixels.ink_height(picture, placed) for placed in tall) >= least


@pytest.mark.parametrize("name", ["proof-code", "code", "sealed", "proof-thanks"])
@pytest.mark.parametrize("size", [(1024, 768), (1280, 720), (1920, 1080)], ids=str)
def test_the_code_leads_to_the_published_folder(name: str, size: tuple[int, int]) -> None:
    view = VIEWS[name]
    image = Image.frombytes("RGB", size, frame(view, size, 99))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [qr.scannable(view.address)]


def test_the_code_is_as_large_as_the_last_row_needs() -> None:
    """It is read from ten times its width: 20 m in a picture 4 m wide are 960 units, the quiet zone included."""
    picture = pixels.take(VIEWS["proof-code"], (1920, 1080))
    white = pygame.mask.from_threshold(picture.bare, (255, 255, 255), (1, 1, 1, 255))
    assert max(rect.width for rect in white.get_bounding_rects()) >= 890


# --- what is said


def test_the_opening_lists_every_tier_once_over_its_pages() -> None:
    view = LIMITS["opening-list-limits"]
    stages = view.stages[:3]
    view = replace(view, stages=stages)
    said: list[str] = []
    for page in range(1, opening_pages(stages)):
        shown = texts(replace(view, look=replace(view.look, page=page)))
        said += [text for name, text in shown.items() if name.startswith("tier.")]
    assert len(said) == 3 * 64


def test_the_dice_stand_in_their_order_with_their_figures() -> None:
    view = VIEWS["throwing-all"]
    shown = texts(view)
    assert "".join(shown[f"die.{number}"] for number in range(6)) == view.seats[1].dice
    assert view.seats[1].dice in shown["asks"].replace(" ", "")


@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)], ids=str)
@pytest.mark.parametrize(("count", "dice"), [(1, 12), (2, 6), (3, 6), (10, 12), (12, 1), (30, 30), (99, 99)])
def test_no_die_lies_on_another_or_beyond_its_panel(
    count: int, dice: int, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lying: list[pygame.FRect] = []

    def noting(paint: Callable[..., None]) -> Callable[..., None]:
        def noted(canvas: draw.Canvas, box: pygame.FRect, *rest: object, **named: object) -> None:
            lying.append(box.copy())
            paint(canvas, box, *rest, **named)

        return noted

    for name in ("die", "die_slot"):
        monkeypatch.setattr(signs, name, noting(getattr(signs, name)))
    for view in (
        ceremony.throwing(count, dice, dice // 2, turn=count),
        ceremony.opening_secrets(seats=ceremony.seats(count, dice), dice_each=dice),
        ceremony.sealed(seats=ceremony.seats(count, dice), dice_each=dice),
    ):
        lying.clear()
        draw.clear()
        canvas = draw.Canvas(pygame.Surface(size, depth=32), view.language)
        scenes.paint(canvas, view, 99)
        assert len(lying) >= dice
        panel = pygame.FRect(draw.MARGIN, draw.HEADER, canvas.width - 2 * draw.MARGIN, canvas.height - draw.HEADER)
        assert all(panel.contains(box) for box in lying)
        rows = sorted(lying, key=lambda box: (round(box.top), box.left))
        assert all(not a.inflate(-1, -1).colliderect(b.inflate(-1, -1)) for a, b in pairwise(rows))


@pytest.mark.parametrize("name", ["throwing", "opening-second", "public", "sealed"])
def test_dice_stay_in_view_to_the_sealing(name: str) -> None:
    view = VIEWS[name]
    other = replace(view, seats=(replace(view.seats[0], dice="666666"), *view.seats[1:]))
    assert frame(view, HD, 99) != frame(other, HD, 99)


def test_a_hundred_seats_pass_by_once_while_secrets_are_opened() -> None:
    view = replace(VIEWS["opening-second"], seats=ceremony.seats(40, 6))
    turning = scenes.settles(view)
    seen = set()
    for at in range(int(turning) + 1):
        seen |= {name for name, text in texts(view, float(at)).items() if text.isdecimal() and name.startswith("rank.")}
    assert {f"rank.{number}" for number in range(1, 41)} <= seen


def test_the_seed_appears_group_by_group_and_not_before_its_parts_have_come_together() -> None:
    view = VIEWS["sealed"]
    assert view.seed and view.result_hash
    come, seed_at, result_at, done = forming.times(5)
    assert scenes.settles(view) == done

    def digits(seconds: float) -> tuple[str, str]:
        shown = texts(view, seconds)
        return tuple("".join(t for n, t in shown.items() if n.startswith(f"{k}.value")) for k in ("seed", "result"))  # type: ignore[return-value]

    assert digits(come) == ("", "") == digits(seed_at - 0.01)
    assert digits(seed_at + 0.3) == (view.seed[:12], "")
    assert digits(result_at - 0.01) == (view.seed, "")
    assert digits(result_at + 0.3) == (view.seed, view.result_hash[:16])
    assert digits(done) == (view.seed, view.result_hash)
    for seconds in (0.0, come, result_at):
        assert "strip.seed" not in texts(view, seconds)
    assert {"strip.seed", "strip.result"} <= set(texts(view, done))


@pytest.mark.parametrize("language", samples.LANGUAGES)
def test_an_earlier_scene_says_that_it_is_one_and_how_to_return(language: str) -> None:
    said = words.say(language, "screen.back")
    for view in ceremony.looked_back().values():
        shown = texts(replace(view, language=language))
        assert (shown.get("back") == said and "phase" not in shown) or shown["noted"]
    for name, view in (ceremony.scenes() | samples.drawings()).items():
        if name in ("roll", "roll-choose", "roll-nobody"):  # lists are an earlier scene until all is done
            view = replace(view, phase=Phase.DONE)
        assert "back" not in texts(replace(view, language=language))


def test_it_is_marked_by_a_line_too_which_a_question_that_is_noted_does_not_take_away() -> None:
    for name in ("back-roll", "back-noted"):
        pictures = [pixels.take(view, HD).bare for view in (VIEWS[name], replace(VIEWS[name], phase=Phase.DONE))]
        lines = [picture.get_at((100, round(98 * 2 / 3)))[:3] for picture in pictures]
        assert lines == [draw.SKY, draw.LINE]


def test_looked_back_at_the_sealing_stands_still() -> None:
    assert scenes.settles(replace(VIEWS["sealed"], phase=Phase.DRAWING)) == 0


def test_a_verifier_that_finds_another_hash_is_shown_whatever_its_verdict() -> None:
    view = replace(VIEWS["proof"], verdicts=(Verdict("v", "verified", "", samples.HASH),))
    said = words.say("zh-CN", "screen.proof.other", hash=samples.HASH[:8])
    assert texts(view)["verdict.0"] == said
    assert texts(VIEWS["proof-verified"])["verdict.0"] == words.say("zh-CN", "screen.proof.verified")
    assert "result" in texts(VIEWS["proof-refuted"])["verdict.1"]


def test_a_refusal_says_why_in_the_readers_language() -> None:
    view = replace(VIEWS["secret-refused"], language="en")
    assert texts(view)["refusal"] == words.explain("en", ProtocolError("ceremony.secret-wrong", label="Notary"))


@pytest.mark.parametrize(("label", "said"), [("notary", "公证员"), ("operator", "操作员"), ("press", "press")])
def test_a_refusal_names_whose_secret_it_is_in_words_where_they_are_known(label: str, said: str) -> None:
    for code, values in (("secret-wrong", {}), ("secret-order", {"expected": label})):
        refused = (f"ceremony.{code}", tuple({"label": label, **values}.items()))
        told = texts(ceremony.opening_secrets(look_refusal=refused))["refusal"]
        assert said in told and (label == said or label not in told)


def test_under_a_field_it_says_what_enter_backspace_and_escape_do_after_a_refusal_too() -> None:
    for name in [name for name, view in VIEWS.items() if view.look.field and view.look.field.kind != "find"]:
        said = texts(VIEWS[name])["field.edit"]
        assert "Enter" in said and "Backspace" in said and "Esc" in said and "清除" in said
    assert "field.edit" not in texts(VIEWS["find"])


@pytest.mark.parametrize("reason", void.CODES)
def test_a_void_says_what_becomes_of_the_lists_and_who_declared_it_when(reason: str) -> None:
    told = texts(ceremony.before("void", Phase.VOID, void_reason=reason, **ceremony.DECLARED))
    assert ("更正" in told["void.next"]) == (reason in ("roll-wrong", "notice-differs"))
    assert ("不变" in told["void.next"]) == (reason not in ("roll-wrong", "notice-differs"))
    assert "2021-12-10 10:12" in told["void.time"]
    assert "张明" in told["void.operator"] and "邱某" in told["void.witness"]


def test_flats_that_other_tiers_may_take_are_at_most_so_many_and_the_stage_says_its_own() -> None:
    listed = texts(VIEWS["opening-list"])
    assert [listed[f"flats.{row}"] for row in range(3)] == ["80", "最多 322", "185"]
    assert "共 322 套" in listed["stage.0"] and "套数" in listed["opening.note"]
    announced = texts(samples.drawings()["announced"])
    assert announced["fact.1"] == "322" and "套数" in announced["fixed"]
    assert (announced["tier-figures.0"], announced["tier-figures.1"]) == ("212 户 · 80 套", "1866 户 · 最多 322 套")
    alone = replace(samples.STAGES[0], tiers=samples.STAGES[0].tiers[1:])
    assert texts(ceremony.before("opening", Phase.OPENING, look_page=1, stages=(alone,)))["flats.0"] == "322"


def test_where_flats_are_chosen_households_are_counted_and_each_card_says_whose_turn_it_will_be() -> None:
    told = texts(samples.drawings()["drawing-choose"])
    assert (told["total"], told["card.111.flat"]) == ("/ 322 户", "第 111 位选房")
    assert texts(samples.drawings()["drawing"])["total"] == "/ 322 套"


def test_how_a_number_is_written_is_shown_by_one_of_this_roll() -> None:
    view = replace(VIEWS["found-not"], look=replace(VIEWS["found-not"].look, standing="unknown"), example="2026-0007")
    assert "2026-0007" in texts(view)["found.note"]


def test_an_interruption_is_told_with_its_times_and_where_it_goes_on_and_the_scene_stays() -> None:
    told, before = texts(VIEWS["interrupted"]), texts(replace(VIEWS["interrupted"], interruption=None))
    assert all(part in told["interrupted"] for part in ("10:12:01", "10:14:33"))
    assert "SZ00874" in told["interrupted.where"]
    strip = {name for name in before if name.startswith(("strip.", "seed.", "result."))}
    assert set(before) - strip <= set(told)


def test_what_is_not_found_is_told_without_a_hint_of_what_comes() -> None:
    drawn_later = samples.drawing(samples.USUAL, group=10).group[9].household
    view = VIEWS["found-not"]
    assert view.look.found
    later = replace(view, look=replace(view.look, found=(drawn_later, None)))
    assert {**texts(later), "found": ""} == {**texts(view), "found": ""}


@pytest.mark.parametrize(
    ("name", "changes", "step"),
    [
        ("opening", {}, "leaf"),
        ("opening", {"page": 1}, "compare"),
        ("back-opening", {}, "return"),
        ("back-roll", {}, "return"),
        ("roll-alternates", {}, "leaf"),
        ("compare", {}, "enter"),
        ("throwing", {}, "dice"),
        ("throwing-all", {}, "enter"),
        ("opening-second", {}, "enter"),
        ("opening-all", {}, "enter"),
        ("sealed", {}, "stage"),
        ("sealed", {"scene": "compare"}, "return"),
        ("proof", {}, "leaf"),
        ("void", {}, "void"),
        ("interrupted", {}, "resume"),
        ("refused-drawing", {}, "running"),
        ("overlay", {}, "group"),
    ],
)
def test_the_overlay_tells_what_the_next_key_will_do(name: str, changes: dict[str, str], step: str) -> None:
    view = VIEWS[name]
    view = replace(view, look=replace(view.look, overlay=True, **changes))  # type: ignore[arg-type]
    assert overlay.next_step(view) == step
    said = texts(view)["step.next"]
    assert said and "{" not in said


def test_the_overlay_tells_of_the_end_of_a_stage() -> None:
    drawing = samples.drawing(samples.USUAL, group=10, total=120)
    view = samples.view(drawing=drawing, look_overlay=True)
    assert overlay.next_step(view) == "stage" and "一居室" in texts(view)["step.next"]
    assert overlay.next_step(replace(view, drawing=replace(drawing, stage=1))) == "finish"
