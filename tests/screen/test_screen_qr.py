"""The QR code on the screen, as a phone in the hall sees it.

Codes are cut from the pictures of drawing and proof, and must be read by two readers that share no code, zxing-cpp and
zbar, as they are and after what happens between a projector and a camera. The distortions are Pillow's; each is the
one of the promise, with its figure in its name.
"""

import io
import math
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pygame
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

import ceremonies
from kiosk import qr
from kiosk.ceremony import desk
from kiosk.ceremony.view import PROOF, View
from kiosk.screen import scenes
from screen import ceremony_samples, pixels, samples

# An address of the hall, and the longest that is published: a host with a folder.
ADDRESSES = (samples.ADDRESS, "https://www.example-housing.gov.cn/R/6EEB55F76600D4AD08BE72AD3AC13D96/")
WHITE = (255, 255, 255)
# What the wall beside a projection looks like: the code never fills a photograph.
GROUND = (10, 19, 34)


def pictured(kind: str, address: str) -> View:
    if kind == "drawing":
        return samples.view(drawing=samples.drawing(samples.USUAL), address=address)
    return ceremony_samples.done(look_page=PROOF.index("code"), address=address)


@lru_cache(maxsize=8)
def cut(kind: str, address: str) -> tuple[Image.Image, int]:
    """The code as it stands in the picture, a little of what is around it too, and the pixels of a module."""
    surface, view = pygame.Surface((1920, 1080), depth=32), pictured(kind, address)
    scenes.render(surface, view, scenes.settles(view))
    box = square(surface)
    module = measured_module(surface, box)
    around = box.inflate(4 * module, 4 * module).clip(surface.get_rect())
    return Image.frombytes("RGB", around.size, pygame.image.tobytes(surface.subsurface(around), "RGB")), module


def square(surface: pygame.Surface) -> pygame.Rect:
    """Where the code is: the largest part of the picture that is white at its edge."""
    white = pygame.mask.from_threshold(surface, WHITE, (1, 1, 1, 255))
    return max(white.get_bounding_rects(), key=lambda rect: rect.width * rect.height)


def measured_module(surface: pygame.Surface, box: pygame.Rect) -> int:
    """A finder pattern's corner is seven dark modules long: measured where the first dark pixel is met."""
    dark = pygame.mask.from_threshold(surface, (0, 0, 0), (1, 1, 1, 255))
    part = pygame.mask.Mask(box.size)
    part.draw(dark, (-box.left, -box.top))
    rows = [(x, y) for y in range(box.height) for x in range(box.width) if part.get_at((x, y))][:1]
    (x, y), length = rows[0], 0
    while part.get_at((x + length, y)):
        length += 1
    assert length % 7 == 0, "the modules are whole pixels"
    return length // 7


def as_it_is(image: Image.Image, module: int) -> Image.Image:
    return image


def at_three_pixels_a_module(image: Image.Image, module: int) -> Image.Image:
    return scaled(image, 3 / module)


def scaled(image: Image.Image, factor: float) -> Image.Image:
    size = round(image.width * factor), round(image.height * factor)
    return image.resize(size, Image.Resampling.BILINEAR)


def tilted_15_degrees(image: Image.Image, module: int) -> Image.Image:
    return image.rotate(15, Image.Resampling.BICUBIC, expand=True, fillcolor=GROUND)


def keystone_30_degrees(image: Image.Image, module: int) -> Image.Image:
    """Seen by a camera two widths away, 30 degrees off to the side."""
    side, away, turn = image.width, 2.0 * image.width, math.radians(30)

    def seen(x: float, y: float) -> tuple[float, float]:
        x, y = x - side / 2, y - side / 2
        depth = away + x * math.sin(turn)
        return x * math.cos(turn) * away / depth, y * away / depth

    corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
    places = [seen(x, y) for x, y in corners]
    left, top = min(x for x, _ in places), min(y for _, y in places)
    places = [(x - left, y - top) for x, y in places]
    size = math.ceil(max(x for x, _ in places)), math.ceil(max(y for _, y in places))
    return image.transform(
        size, Image.Transform.PERSPECTIVE, homography(places, corners), Image.Resampling.BICUBIC, fillcolor=GROUND
    )


def homography(places: list[tuple[float, float]], corners: list[tuple[float, float]]) -> list[float]:
    """The eight numbers of Pillow's perspective that take each place of the result to a corner of the source."""
    rows = []
    for (x, y), (u, v) in zip(places, corners, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [value - factor * own for value, own in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def washed_out_to_a_third(image: Image.Image, module: int) -> Image.Image:
    """Ambient light: what was black is two thirds of white, and white stays."""
    return image.point([round(170 + value / 3) for value in range(256)] * 3)


def blurred(image: Image.Image, module: int) -> Image.Image:
    """Out of focus: an edge is smeared over a whole module (from a tenth to nine tenths of its height).

    zxing-cpp reads large codes up to 0.5 modules of standard deviation, zbar up to 0.45, both at three pixels a module
    up to 0.4.
    """
    return image.filter(ImageFilter.GaussianBlur(0.4 * module))


def jpeg_40(image: Image.Image, module: int) -> Image.Image:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=40)
    return Image.open(io.BytesIO(written.getvalue())).convert("RGB")


def rescaled_by_0_93(image: Image.Image, module: int) -> Image.Image:
    """A camera's raster that is nearly the projector's; without smoothing, which would only help."""
    size = round(image.width * 0.93), round(image.height * 0.93)
    return image.resize(size, Image.Resampling.NEAREST)


def a_twentieth_covered(image: Image.Image, module: int) -> Image.Image:
    """Somebody's head before the middle, a little to the right: 5 % of the code without its finder patterns."""
    covered = image.copy()
    side = (image.width // module) - 4 - 2 * qr.QUIET_ZONE
    data = side * side - 3 * 8 * 8
    radius = math.sqrt(0.05 * data / math.pi) * module
    x, y = image.width * 0.55, image.height * 0.5
    ImageDraw.Draw(covered).ellipse((x - radius, y - radius, x + radius, y + radius), fill=(60, 60, 60))
    return covered


DISTORTIONS: tuple[Callable[[Image.Image, int], Image.Image], ...] = (
    as_it_is,
    at_three_pixels_a_module,
    tilted_15_degrees,
    keystone_30_degrees,
    washed_out_to_a_third,
    blurred,
    jpeg_40,
    rescaled_by_0_93,
    a_twentieth_covered,
)


def zxing(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def zbar(image: Image.Image, file: Path) -> list[str]:
    image.save(file)
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.zbar
@pytest.mark.parametrize("distorted", DISTORTIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("kind", ["drawing", "proof"])
@pytest.mark.parametrize("address", ADDRESSES, ids=["hall", "published"])
def test_the_code_in_the_picture_is_read_by_two_readers(
    kind: str, distorted: Callable[[Image.Image, int], Image.Image], address: str, tmp_path: Path
) -> None:
    image = distorted(*cut(kind, address))
    assert {"zxing": zxing(image), "zbar": zbar(image, tmp_path / "code.png")} == {
        "zxing": [qr.scannable(address)],
        "zbar": [qr.scannable(address)],
    }


@pytest.mark.parametrize("size", samples.SIZES, ids=str)
@pytest.mark.parametrize("kind", ["drawing", "proof"])
def test_the_code_is_dark_on_light_in_whole_pixels_with_four_light_modules_around(
    kind: str, size: tuple[int, int]
) -> None:
    surface = pygame.Surface(size, depth=32)
    view = pictured(kind, samples.ADDRESS)
    scenes.render(surface, view, scenes.settles(view))
    box = square(surface)
    module = measured_module(surface, box)
    dark = pygame.mask.from_threshold(surface, (0, 0, 0), (1, 1, 1, 255))
    part = pygame.mask.Mask(box.size)
    part.draw(dark, (-box.left, -box.top))
    inked = part.get_bounding_rects()
    code = inked[0].unionall(inked[1:])
    around = code.left, code.top, box.width - code.right, box.height - code.bottom
    assert min(around) >= qr.QUIET_ZONE * module
    assert code.size == (29 * module, 29 * module), "an address of the hall is version 3"
    white = pygame.mask.from_threshold(surface, WHITE, (1, 1, 1, 255))
    assert white.overlap_area(pygame.mask.Mask(box.size, fill=True), box.topleft) + part.count() == box.w * box.h


def test_the_proofs_code_is_large_enough_for_a_hall_of_twenty_metres() -> None:
    surface = pygame.Surface((1920, 1080), depth=32)
    scenes.render(surface, pictured("proof", samples.ADDRESS), 0)
    assert square(surface).width >= 890


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("address", ADDRESSES, ids=["hall", "published"])
@pytest.mark.parametrize("kind", ["proof", "full screen"])
def test_beside_the_code_its_host_stands_in_words_and_a_short_form_to_type(
    kind: str, address: str, language: str
) -> None:
    view = samples.view(look_qr=True, address=address) if kind == "full screen" else pictured("proof", address)
    picture = pixels.take(replace(view, language=language), (1920, 1080))
    texts = {placed.name: placed.text for placed in picture.placed}
    spoken = qr.spoken(address, language)
    assert "".join(texts["code.short"].split()) == "".join(spoken.short.split())
    assert "".join(texts["code.words"].split()) == "".join(spoken.words.split())


@pytest.mark.parametrize("pace_s", desk.PACES_S)
def test_by_itself_the_proof_keeps_the_code_for_a_minute_at_any_pace(pace_s: float) -> None:
    state = ceremonies.states("minimal")[-1]
    look = replace(desk.begin(state), auto=True, pace_s=pace_s, page=PROOF.index("code"))
    kept, _ = desk.tick(state, look, 59.9, alone=True)
    assert kept == look
    assert desk.tick(state, look, 60.0, alone=True)[0].page == look.page + 1
