"""Where the code leads: the public host first, the hall second, and nothing is sent to find out."""

import errno
import ipaddress
import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import DeviceError, InputError
from kiosk.hall import address

HASH = "ab" * 32


def test_the_code_holds_the_published_folder_of_the_result() -> None:
    assert address.code("https://gzf.example.cn", HASH) == "HTTPS://GZF.EXAMPLE.CN/R/" + "AB" * 16 + "/"


def test_before_the_sealing_the_code_leads_to_the_root_of_the_host() -> None:
    assert address.code("http://10.0.0.5:8080", None) == "HTTP://10.0.0.5:8080/"


@pytest.mark.parametrize("host", ["https://gzf.example.cn", "https://gzf.example.cn/", "https://a-b.cn:8443/zfbz/2026"])
def test_a_public_host_may_have_a_port_and_a_folder(host: str) -> None:
    assert address.public(host) == host.rstrip("/")


@pytest.mark.parametrize(
    "host",
    [
        *("http://gzf.example.cn", "gzf.example.cn", "https://", "https://gzf", "https://gzf.example.cn/?a=b"),
        *("https://a b.cn", "https://gzf.example.cn/#x", "https://user@gzf.example.cn", "https://-a.cn"),
        *("https://摇号.cn", "https://a.cn\n"),
    ],
)
def test_what_is_not_a_public_https_address_is_refused(host: str) -> None:
    with pytest.raises(InputError) as refused:
        address.public(host)
    assert (refused.value.code, refused.value.values) == ("hall.public", {"got": host})


def test_the_hall_s_address_is_one_of_this_machine() -> None:
    found = re.fullmatch(r"http://([0-9.]+):8080", address.hall(8080))
    assert found and not ipaddress.ip_address(found[1]).is_loopback
    with socket.socket() as listener:
        listener.bind((found[1], 0))  # only an address of this machine can be bound


def test_without_a_network_it_is_a_device_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable(socket.socket):
        def connect(self, address: object) -> None:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket, "socket", Unreachable)
    with pytest.raises(DeviceError) as failed:
        address.hall(8080)
    assert failed.value.code == "hall.no-network"


def test_the_port_of_http_is_left_out() -> None:
    assert address.base("10.0.0.5", 80) == "http://10.0.0.5"


@given(st.text(min_size=1, max_size=32), st.text(min_size=1, max_size=63))
def test_the_wifi_code_gives_back_name_and_password(name: str, password: str) -> None:
    fields = re.fullmatch(
        r"WIFI:T:WPA;S:((?:[^\\;]|\\.)*);P:((?:[^\\;]|\\.)*);;", address.wifi(name, password), re.DOTALL
    )
    assert fields
    assert [re.sub(r"\\(.)", r"\1", field, flags=re.DOTALL) for field in fields.groups()] == [name, password]


def test_a_wifi_without_a_password_is_an_open_one() -> None:
    assert address.wifi("大厅", "") == "WIFI:S:大厅;;"
