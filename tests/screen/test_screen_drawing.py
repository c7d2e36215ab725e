"""The drawing scene: pure, whole, readable, at every size, in both languages, at the limits of the format."""

from collections.abc import Iterator
from dataclasses import replace

import pygame
import pytest

from kiosk.ceremony.view import View
from kiosk.screen import draw, scenes
from screen import pixels, samples

DRAWINGS = samples.drawings()
LIMITS = samples.limits()
HALL_UNITS = 48.0  # ink that is 1/200 of 20 m in a picture 4 m wide


def frame(view: View, size: tuple[int, int], seconds: float) -> bytes:
    surface = pygame.Surface(size, depth=32)
    surface.fill((200, 0, 200))  # whatever stood there
    scenes.render(surface, view, seconds)
    return pygame.image.tobytes(surface, "RGB")


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("size", samples.SIZES, ids=str)
def test_a_frame_is_a_function_of_view_and_time(size: tuple[int, int], language: str) -> None:
    view = replace(DRAWINGS["drawing"], language=language)
    moments = (0.0, 0.1, 0.4, 0.6, 0.9, 5.0)
    warm = [frame(view, size, seconds) for seconds in moments]
    draw.clear()
    assert [frame(view, size, seconds) for seconds in reversed(moments)] == list(reversed(warm))
    assert len(set(warm)) == len(moments)


def test_a_household_at_a_time_or_all_at_once_gives_the_same_picture() -> None:
    last = samples.view(drawing=samples.drawing(samples.USUAL, group=9))
    for shown in range(1, 9):
        frame(samples.view(drawing=samples.drawing(samples.USUAL, group=shown)), (1280, 720), 9)
    grown = frame(last, (1280, 720), 9)
    draw.clear()
    assert frame(last, (1280, 720), 9) == grown


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_text_is_whole_in_its_place_and_readable(name: str, language: str) -> None:
    view = replace(DRAWINGS[name], language=language)
    for size in ((1024, 768), (1280, 720)):
        assert pixels.problems(pixels.take(view, size)) == []


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("size", samples.SIZES[2:], ids=str)
def test_so_it_is_on_large_displays(size: tuple[int, int], language: str) -> None:
    for name in ("drawing-rehearsal", "announced"):
        assert pixels.problems(pixels.take(replace(DRAWINGS[name], language=language), size), contrast=False) == []


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("name", LIMITS)
def test_so_it_is_with_the_longest_values_of_the_format(name: str, language: str) -> None:
    view = replace(LIMITS[name], language=language)
    for size in ((1024, 768), (1920, 1080)):
        assert pixels.problems(pixels.take(view, size)) == []


def smaller_flats(picture: pixels.Picture) -> list[str]:
    """Flats that are broken, or smaller than the name on their card: Han by their size, Latin names by their ink."""
    placed, found = {each.name: each for each in picture.placed}, []
    for flat in (each for name, each in placed.items() if name.startswith("card.") and name.endswith(".flat")):
        name = placed[flat.name.replace(".flat", ".name")]
        if name.text.isascii():
            smaller = pixels.ink_height(picture, flat) < pixels.ink_height(picture, name)
        else:
            smaller = flat.size < name.size
        if smaller or flat.lines > 1:
            found.append(flat.text)
    return found


@pytest.mark.parametrize("count", range(1, 11))
@pytest.mark.parametrize("numbers", [samples.SHORT, samples.USUAL, samples.TEN, samples.FIFTEEN], ids=lambda n: n[0])
def test_groups_of_any_size_stand_whole_in_their_place(numbers: tuple[str, ...], count: int) -> None:
    view = samples.view(drawing=samples.drawing(numbers, group=count, size=count))
    for size in ((1280, 720), (1024, 768)):
        picture = pixels.take(view, size)
        assert pixels.problems(picture, contrast=False) == []
        assert smaller_flats(picture) == []


@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)], ids=str)
@pytest.mark.parametrize("numbers", [samples.SHORT, samples.USUAL, samples.NINE], ids=lambda n: n[0])
def test_numbers_of_nine_names_of_eight_and_their_flats_are_read_from_twenty_metres(
    numbers: tuple[str, ...], size: tuple[int, int]
) -> None:
    names = ("陈**", "欧阳*", "买买提·艾力江", "诸葛司马欧阳上官", "J. S.", "赵钱孙李周吴")
    units = (*samples.UNITS, "季梁小区5栋-1单元-0301室")
    picture = pixels.take(samples.view(drawing=samples.drawing(numbers, names=names, units=units, group=10)), size)
    facts = [placed for placed in picture.placed if placed.name.endswith((".number", ".name", ".flat"))]
    assert len(facts) == 30 and smaller_flats(picture) == []
    low = {placed.text: height for placed in facts if (height := pixels.ink_height(picture, placed)) < HALL_UNITS}
    assert low == {}


def test_a_longer_number_is_smaller_but_never_cut() -> None:
    picture = pixels.take(samples.view(drawing=samples.drawing(samples.FIFTEEN, group=10)), (1920, 1080))
    facts = [placed for placed in picture.placed if placed.name.endswith(".number")]
    assert {placed.text for placed in facts} <= set(samples.FIFTEEN)
    assert min(pixels.ink_height(picture, placed) for placed in facts) > 40


def test_every_household_of_the_group_is_on_the_screen_with_rank_number_name_and_flat() -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL, group=10))
    assert view.drawing is not None
    texts = {placed.text for placed in pixels.take(view, (1280, 720)).placed}
    for card in view.drawing.group:
        assert {str(card.rank), card.household, card.name, card.unit} <= texts


def test_seed_result_hash_stage_tier_count_and_time_are_on_every_frame_of_the_drawing() -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL))
    for seconds in (0.0, 0.3, 0.7, 0.9, 9.0):
        texts = [placed.text for placed in pixels.take(view, (1280, 720), seconds).placed]
        line = "".join(texts)
        assert view.seed and view.seed in line and view.result_hash and view.result_hash in line
        assert {"两居室", "优先保障", view.clock, view.date} <= set(texts)


def test_the_count_grows_when_the_card_lands_and_not_before() -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL, group=7))

    def count(seconds: float) -> str:
        return next(p.text for p in pixels.take(view, (1280, 720), seconds).placed if p.name == "count")

    assert (count(0.5), count(0.8)) == ("116", "117")


def test_no_name_is_covered_for_more_than_a_quarter_of_a_second() -> None:
    """The names of the group are looked for, frame by frame, where they stand at rest."""
    view = samples.view(drawing=samples.drawing(samples.USUAL, group=10))
    size = (1280, 720)
    rest = pixels.take(view, size)
    names = [placed for placed in rest.placed if placed.name.endswith(".name")][:-1]
    covered = dict.fromkeys((placed.name for placed in names), 0)
    for number in range(61):
        surface = pygame.Surface(size, depth=32)
        scenes.render(surface, view, number / 60)
        for placed in names:
            there = pygame.image.tobytes(surface.subsurface(placed.ink), "RGB")
            covered[placed.name] += there != pygame.image.tobytes(rest.shown.subsurface(placed.ink), "RGB")
    assert max(covered.values()) / 60 <= 0.25


def test_a_quicker_pace_moves_everything_in_less_time() -> None:
    slow, quick = (samples.view(look_pace_s=pace, drawing=samples.drawing(samples.USUAL)) for pace in (1.2, 0.4))
    assert scenes.settles(slow) == pytest.approx(1.01)
    assert scenes.settles(quick) < 0.4
    assert scenes.settles(samples.view(look_pace_s=5.0, drawing=samples.drawing())) == scenes.settles(slow)


def test_a_waiting_list_of_200_000_is_shown_a_page_at_a_time() -> None:
    numbers = tuple(f"SZ{number:06d}" for number in range(200_000))
    view = samples.view(drawing=samples.drawing(numbers, group=3))
    assert view.drawing is not None
    picture = pixels.take(view, (1280, 720))
    tiles = [placed.text for placed in picture.placed if placed.name.startswith("tile.")]
    last = view.drawing.group[-1].household
    assert 10 <= len(tiles) <= 60 and tiles == sorted(tiles)
    assert tiles[0] < last < tiles[-1] or last not in tiles
    assert any("/" in placed.text for placed in picture.placed if placed.name == "wall.page")


def test_a_view_made_anew_for_each_frame_costs_no_more_than_the_same_one() -> None:
    """200,000 households are looked through once, not in every frame."""
    looked = 0

    class Counted(tuple[str, ...]):
        def __iter__(self) -> Iterator[str]:
            nonlocal looked
            looked += 1
            return super().__iter__()

    waiting = Counted(samples.USUAL)
    drawing = replace(samples.drawing(samples.USUAL), waiting=waiting)
    shown = drawing.shown
    frame(samples.view(drawing=drawing), (1280, 720), 0.1)
    first = looked
    for number in range(20):
        frame(samples.view(drawing=replace(drawing, waiting=waiting, shown=shown)), (1280, 720), number / 60)
    assert 0 < first == looked


def test_a_drawn_household_is_no_longer_on_the_wall_and_those_before_its_group_are_dark() -> None:
    view = samples.view(drawing=samples.drawing(samples.USUAL, group=7))
    assert view.drawing is not None
    picture = pixels.take(view, (1280, 720))
    tiles = {placed.text for placed in picture.placed if placed.name.startswith("tile.")}
    assert tiles.isdisjoint(card.household for card in view.drawing.shown[:-7])
    assert view.drawing.group[-1].household not in tiles


def test_what_is_not_shown_yet_changes_no_pixel() -> None:
    """A view ends with its last card; what follows it in the list that it was cut from cannot be seen."""
    full = samples.drawing(samples.USUAL, group=10)
    other = replace(full, group=full.group[:7], shown=full.shown[:-3], drawn=117, all_drawn=117)
    same = samples.drawing(samples.USUAL, group=7)
    assert frame(samples.view(drawing=other), (1280, 720), 0.5) == frame(samples.view(drawing=same), (1280, 720), 0.5)


def test_a_rehearsal_is_marked_on_ground_wall_cards_and_strip() -> None:
    held = samples.view(drawing=samples.drawing(samples.USUAL, group=10))
    size = (1280, 720)
    pictures = [pixels.take(replace(held, rehearsal=rehearsal), size) for rehearsal in (False, True)]
    same = pygame.mask.from_threshold(pictures[0].bare, (0, 0, 0), (3, 3, 3, 255), pictures[1].bare)
    same.invert()
    canvas = draw.Canvas(pictures[0].shown)
    cards = [placed.box for placed in pictures[1].placed if placed.name.endswith(".name")]
    places = [canvas.rect(canvas.body), *cards, pygame.Rect(0, size[1] - canvas.px(draw.STRIP), size[0] // 2, 100)]
    for place in places:
        part = pygame.mask.Mask(place.size)
        part.draw(same, (-place.left, -place.top))
        assert part.count() > 0.04 * place.width * place.height
