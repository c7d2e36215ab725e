"""Text that fits and is never cut, every character drawn, caches with a bound."""

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import fonts
from kiosk.screen import draw, text
from kiosk.screen.cache import Cache, Same
from kiosk.screen.draw import Box, Canvas

RARE = "𠀀𠀋𡛸𩷶𪚥"  # the main font has none of these
WHITE = (255, 255, 255)


@given(
    st.text("随州市公共租赁住房 abcXYZ0123-·，。𠮷gjpqy", min_size=1, max_size=80).filter(str.strip),
    st.integers(20, 900),
    st.integers(16, 200),
    st.integers(1, 3),
)
def test_a_fitted_text_is_whole_and_within_its_box(content: str, width: int, height: int, lines: int) -> None:
    fitted = text.fit(content, width, height, 120, 20, lines)
    assert "".join(fitted.lines).replace(" ", "") == content.replace(" ", "")
    assert fitted.size == 1 or all(text.advance(line, fitted.size) <= width for line in fitted.lines)
    assert fitted.size <= 120


def test_a_text_goes_down_to_its_smallest_then_to_two_lines_then_on() -> None:
    name = "买买提·艾力江"
    assert text.fit(name, 700, 90, 80, 54).lines == (name,)
    smaller = text.fit(name, 400, 200, 80, 54, 2)
    assert smaller.lines == (name,) and 54 <= smaller.size < 80
    assert text.fit(name, 300, 200, 80, 54, 2).lines == ("买买提·", "艾力江")
    tiny = text.fit(name * 6, 200, 60, 80, 54, 2)
    assert "".join(tiny.lines) == name * 6 and tiny.size < 54


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("季梁5栋-1-0301", ("季梁5栋-", "1-0301")),
        ("Seed of the draw", ("Seed of", "the draw")),
        ("共同产权，住房分配", ("共同产权，", "住房分配")),
    ],
)
def test_a_text_is_cut_where_a_reader_would(content: str, lines: tuple[str, ...]) -> None:
    width = max(text.advance(line, 40) for line in lines) + 4
    assert text.fit(content, width, 200, 40, 40, 2).lines == lines


@pytest.mark.parametrize("character", [*RARE, "陈", "Z", "*", "·"])
def test_every_character_is_drawn_and_is_not_the_empty_box(character: str) -> None:
    drawn = text.line(character, 80, WHITE)
    box = text.font(fonts.MAIN, 80).render("\U0010fffd", True, WHITE)
    empty = box.subsurface(box.get_bounding_rect())
    ink = pygame.mask.from_surface(drawn.surface).count()
    assert ink > 50
    assert drawn.surface.get_size() != empty.get_size() or ink != pygame.mask.from_surface(empty).count()


def test_rare_characters_are_as_heavy_as_the_others() -> None:
    thin = text.font(fonts.RARE, 80).render(RARE, True, WHITE)
    heavy = text.line(RARE, 80, WHITE).surface
    usual = text.line("陈欧阳司马", 80, WHITE).surface
    ink = [pygame.mask.from_surface(surface).count() for surface in (thin, heavy, usual)]
    assert ink[0] * 1.2 < ink[1]
    assert 0.6 < ink[1] / ink[2] < 1.4


def test_the_font_of_rare_characters_is_opened_when_one_comes() -> None:
    assert fonts.RARE not in {path for path, _ in text.runs("随州市公共租赁住房 abc 0123")}
    assert {path for path, _ in text.runs(f"陈{RARE[0]}")} == {fonts.MAIN, fonts.RARE}


def test_han_have_their_simplified_chinese_forms() -> None:
    """In 骨 the small corner within the upper box is at its left in China, at its right in Japan."""
    mask = pygame.mask.from_surface(text.line("骨", 200, WHITE).surface)
    width, height = mask.get_size()
    top, bottom = round(height * 0.16), round(height * 0.28)
    sides = [
        sum(mask.get_at((x, y)) for x in range(round(width * a), round(width * b)) for y in range(top, bottom))
        for a, b in ((0.30, 0.45), (0.58, 0.68))
    ]
    assert sides[0] > 2 * sides[1]


def test_figures_of_household_numbers_have_one_width() -> None:
    assert len({text.advance(digit * 10, 80) for digit in "0123456789"}) == 1
    assert len({text.advance(digit * 10, 30, True) for digit in "0123456789abcdef"}) == 1


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1920, 1080), (3840, 1600)], ids=str)
def test_the_grid_is_never_stretched_and_holds_at_least_1920_by_1080(size: tuple[int, int]) -> None:
    canvas = Canvas(pygame.Surface(size, depth=32))
    assert canvas.width >= 1920 and canvas.height >= 1080
    assert canvas.rect(Box(0, 0, canvas.width, canvas.height)).size == size
    square = canvas.rect(Box(100, 100, 500, 500))
    assert square.width == square.height


def test_a_still_is_painted_once_for_each_key_and_size() -> None:
    painted = []

    def paint(canvas: Canvas) -> None:
        painted.append(canvas.surface.get_size())
        draw.ground(canvas)
        draw.write(canvas, "title", "明摇", Box(100, 100, 400, 100), 60)

    draw.clear()
    for size in ((640, 360), (640, 360), (1280, 720)):
        canvas = Canvas(pygame.Surface(size, depth=32))
        canvas.still("key", paint)
        assert [placed.text for placed in canvas.placed] == ["明摇"]
    assert painted == [(640, 360), (1280, 720)]


def test_a_cache_keeps_to_its_limit_and_forgets_what_was_used_longest_ago() -> None:
    gone: list[bytes] = []
    cache: Cache[bytes] = Cache(100, len, gone.append)
    for key in range(10):
        cache.get(key, lambda key=key: bytes([key]) * 20)  # type: ignore[misc]
        cache.get(0, lambda: b"")
    assert cache.bytes == 100
    assert 0 in cache and 9 in cache and 1 not in cache
    assert gone == [bytes([key]) * 20 for key in range(1, 6)]


def test_long_lists_are_keys_by_being_the_same_object() -> None:
    one, other = ["a"] * 5, ["a"] * 5
    assert Same(one) == Same(one) and hash(Same(one)) == hash(Same(one))
    assert Same(one) != Same(other)
