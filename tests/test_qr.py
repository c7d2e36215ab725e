"""The codes, read back by a decoder that knows nothing of how they were made."""

import re

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from kiosk import qr
from kiosk.core.errors import InputError

PATH = "/R/0123456789ABCDEF0123456789ABCDEF/"


def picture(matrix: qr.Matrix, module_px: int = 6) -> Image.Image:
    size = len(matrix)
    image = Image.new("L", (size, size))
    image.putdata([0 if dark else 255 for row in matrix for dark in row])
    return image.resize((size * module_px, size * module_px), Image.Resampling.NEAREST)


def read(image: Image.Image) -> zxingcpp.Barcode:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert len(found) == 1
    return found[0]


def version(matrix: qr.Matrix) -> int:
    return (len(matrix) - 2 * qr.QUIET_ZONE - 17) // 4


@given(st.from_regex(r"[a-z]{1,10}\.[a-z0-9-]{1,14}\.cn", fullmatch=True), st.sampled_from(["http", "https"]))
def test_a_code_holds_its_address_with_scheme_and_host_in_capitals(host: str, scheme: str) -> None:
    address = f"{scheme}://{host}{PATH}"
    assert read(picture(qr.matrix(address))).text == f"{scheme}://{host}".upper() + PATH


def test_sixty_characters_make_a_version_3_code_and_more_a_version_4_code() -> None:
    address = "HTTPS://" + "H" * 16 + PATH
    assert len(address) == 60
    assert version(qr.matrix(address)) == 3
    assert version(qr.matrix("HTTPS://" + "H" * 20 + PATH)) == 4


def test_an_address_in_the_hall_is_a_version_3_code() -> None:
    assert version(qr.matrix("http://192.168.10.5:8080" + PATH)) == 3


def test_what_does_not_fit_into_version_4_is_refused_with_its_length() -> None:
    address = "https://" + "h" * 50 + ".cn" + PATH
    with pytest.raises(InputError) as refused:
        qr.matrix(address)
    assert (refused.value.code, refused.value.values["characters"]) == ("qr.long", len(address))


def test_the_folder_of_a_web_host_keeps_its_case() -> None:
    address = "https://www.suizhou.gov.cn/zfbz" + PATH
    matrix = qr.matrix(address)
    assert read(picture(matrix)).text == "HTTPS://WWW.SUIZHOU.GOV.CN/zfbz" + PATH
    assert version(matrix) == 4


@pytest.mark.parametrize("host", ["h.cn", "gzf.example.cn", "gzf.suizhou.gov.cn", "www.gzf.suizhou.hubei.gov.cn"])
def test_the_error_level_is_never_below_m(host: str) -> None:
    assert read(picture(qr.matrix(f"https://{host}{PATH}"))).ec_level in ("M", "Q", "H")


def test_the_quiet_zone_is_four_light_modules_on_each_side() -> None:
    matrix = qr.matrix("https://gzf.example.cn" + PATH)
    turned = tuple(zip(*matrix, strict=True))
    for edge in (matrix[:4], matrix[-4:], turned[:4], turned[-4:]):
        assert not any(any(row) for row in edge)
    assert matrix[4][4:11] == (True,) * 7


@pytest.mark.parametrize("host", ["192.168.10.5:8080", "www.gzf.suizhou.hubei.gov.cn"])
def test_a_patch_over_a_twentieth_of_the_code_does_not_stop_it(host: str) -> None:
    """Everywhere but on the finder patterns; this is what level M is for."""
    matrix = qr.matrix(f"http://{host}{PATH}")
    px, quiet = 6, qr.QUIET_ZONE
    side = len(matrix) - 2 * quiet
    patch = int((side * side * 0.05) ** 0.5)
    for top in range(0, side - patch, 4):
        for left in range(0, side - patch, 4):
            if (top < 9 or top + patch > side - 9) and (left < 9 or left + patch > side - 9):
                continue
            image = picture(matrix, px)
            at = [(quiet + left) * px, (quiet + top) * px]
            ImageDraw.Draw(image).rectangle([*at, at[0] + patch * px - 1, at[1] + patch * px - 1], fill=128)
            assert read(image).text.endswith(PATH)


def test_the_same_text_makes_the_same_code() -> None:
    address = "https://gzf.example.cn" + PATH
    first = qr.matrix(address)
    qr.matrix.cache_clear()
    assert qr.matrix(address) == first


def test_a_wifi_code_may_be_finer_than_one_for_the_back_row() -> None:
    text = "WIFI:T:WPA;S:大厅;P:" + "x" * 63 + ";;"
    with pytest.raises(InputError):
        qr.matrix(text)
    assert read(picture(qr.matrix(text, qr.LARGEST_VERSION_AT_HAND))).text == text


@pytest.mark.parametrize(
    ("address", "language", "words", "short"),
    [
        ("HTTPS://GZF.EXAMPLE.CN" + PATH, "zh-CN", "gzf 点 example 点 cn", "gzf.example.cn"),
        ("https://my-host.cn/", "en", "my hyphen host dot cn", "my-host.cn"),
        ("HTTP://10.0.0.5:8080" + PATH, "en", "10 dot 0 dot 0 dot 5 port 8080", "10.0.0.5:8080"),
        ("https://www.example.cn/zfbz" + PATH, "zh-CN", "www 点 example 点 cn", "www.example.cn/zfbz"),
    ],
)
def test_the_host_can_be_read_aloud_and_typed(address: str, language: str, words: str, short: str) -> None:
    assert qr.spoken(address, language) == qr.Spoken(words, short)
    assert re.sub(r"^https?://", "", address.lower()).startswith(short)


def test_what_is_no_address_is_not_spoken() -> None:
    with pytest.raises(InputError):
        qr.spoken("WIFI:S:hall;;")
