"""Who is cut off, and who is not. The times are shortened; each test waits for what happens, not for a time."""

import os
import resource
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from followed import Ceremony
from kiosk.hall import guard, serve

PATIENCE_S = 60


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    made = Ceremony(tmp_path / "draw", "suizhou-507")
    made.open()
    return made


@pytest.fixture
def port(ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The server in a thread of this process, with little patience."""
    monkeypatch.setattr(guard, "ASK_S", 1.0)
    monkeypatch.setattr(guard, "TAKE_S", 1.0)
    monkeypatch.setattr(guard, "SWEEP_S", 0.1)
    reading, writing = os.pipe()
    with serve.listen("127.0.0.1", 0) as listener, os.fdopen(reading) as parent:
        thread = threading.Thread(target=serve.serve, args=(ceremony.folder, listener, parent))
        thread.start()
        yield listener.getsockname()[1]
        os.close(writing)
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: hall\r\n"])
def test_who_does_not_ask_is_cut_off(sent: bytes, port: int) -> None:
    with closing(connect(port)) as slow:
        slow.sendall(sent)
        assert slow.recv(1) == b""


def test_who_sends_byte_after_byte_and_never_ends_is_cut_off(port: int) -> None:
    with closing(connect(port)) as slow, pytest.raises(OSError):
        slow.sendall(b"GET / HTTP/1.1\r\n")
        while True:
            slow.sendall(b"x: y\r\n")
            select.select([], [], [], 0.2)  # as slow as that is; the server has to end it


def test_who_has_asked_before_may_ask_again_and_is_cut_off_when_idle(port: int) -> None:
    with closing(connect(port)) as phone, phone.makefile("rb") as answers:
        for _ in range(3):
            phone.sendall(b"GET / HTTP/1.1\r\nhost: hall\r\n\r\n")
            assert answers.readline() == b"HTTP/1.1 302 Found\r\n"
            while answers.readline() != b"\r\n":
                pass
        assert answers.read() == b""


def test_who_takes_nothing_of_what_was_asked_for_is_cut_off(port: int, ceremony: Ceremony) -> None:
    with closing(connect(port)) as slow:
        slow.sendall(f"GET /{ceremony.path('N')}/roll.csv HTTP/1.1\r\nhost: hall\r\n\r\n".encode() * 400)
        poll = select.poll()
        poll.register(slow, 0)  # only that the other end has gone: nothing is read
        assert poll.poll(PATIENCE_S * 1000)


def test_a_live_page_that_waits_for_news_is_not_cut_off(port: int, ceremony: Ceremony) -> None:
    with closing(connect(port)) as phone, phone.makefile("rb") as stream, closing(connect(port)) as slow:
        phone.sendall(b"GET /live/events HTTP/1.1\r\nhost: hall\r\n\r\n")
        assert slow.recv(1) == b""  # by now an idle one would have been
        ceremony.seal()
        assert next(line for line in stream if b'"drawing"' in line)


def test_the_limit_of_open_files_is_raised_as_far_as_allowed() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        room = guard.raise_open_files()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert hard == before[1]
    assert soft == min(hard, guard.MOST_FILES)
    assert room == soft // 2
