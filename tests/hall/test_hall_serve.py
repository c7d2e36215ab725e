"""The hall's server as phones meet it: a process of its own, spoken to over sockets."""

import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from followed import Ceremony, receipt
from judges import SEVEN
from kiosk.core import evidence
from kiosk.core.errors import DeviceError
from kiosk.hall import child, published

# Against a test that hangs; nothing is measured with it.
PATIENCE_S = 60

Start = Callable[..., child.Served]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def starting(folder: Path) -> child.Served:
            served = child.start(folder, "127.0.0.1", 0)
            stack.callback(served.stop)
            return served

        yield starting


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    made = Ceremony(tmp_path / "draw")
    (made.folder / "receipt.txt").write_bytes(receipt(made))
    (tmp_path / "draw.secret").mkdir()
    (tmp_path / "draw.secret" / "operator.txt").write_text("0123456789abcdef0123456789abcdef")
    return made


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Frozen"]:
    """One server for all tests that only ask, before a ceremony; each brings its own connection."""
    made = Ceremony(tmp_path_factory.mktemp("frozen") / "draw", "suizhou-507")
    served = child.start(made.folder, "127.0.0.1", 0)
    yield Frozen(made, served.address)
    served.stop()


class Frozen(NamedTuple):
    ceremony: Ceremony
    address: str

    @property
    def roll(self) -> str:
        return f"/{self.ceremony.path('N')}/roll.csv"


class Phone:
    """A browser's connection, kept alive."""

    def __init__(self, address: str) -> None:
        found = urlsplit(address)
        assert found.hostname and found.port
        self.host, self.port = found.hostname, found.port
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        self.connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        with self.connection.getresponse() as answer:
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def state(self, start: int = 0) -> dict[str, object]:
        status, _, body = self.get(f"/live.json?from={start}")
        assert status == 200
        found = json.loads(body)
        assert isinstance(found, dict)
        return found

    def socket(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=PATIENCE_S)

    def raw(self, request: bytes) -> bytes:
        """All that comes back for these bytes, until the server closes."""
        with closing(self.socket()) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def events(self, start: int = 0) -> Iterator[dict[str, object]]:
        """The messages of a live page's stream."""
        with closing(self.socket()) as connection, connection.makefile("rb") as stream:
            connection.sendall(f"GET /live/events?from={start} HTTP/1.1\r\nhost: hall\r\n\r\n".encode())
            beats = 0
            for line in stream:
                beats += line.startswith(b"event: beat")
                assert beats < 6, "a minute without news"
                if line.startswith(b"data: {"):
                    yield json.loads(line.removeprefix(b"data: "))


def until(phone: Phone, phase: str) -> None:
    """Follows the stream, as the page does, until the hall's phase is this one."""
    for message in phone.events():
        if message["phase"] == phase:
            return
        assert message["phase"] in ("before", "drawing"), "from the others it goes nowhere else"
    raise AssertionError(f"the stream ended before {phase}")


def test_before_the_sealing_the_notice_and_its_files_are_served(start: Start, ceremony: Ceremony) -> None:
    ceremony.open()
    phone = Phone(start(ceremony.folder).address)
    status, headers, _ = phone.get("/")
    assert (status, headers["location"]) == (302, f"/{ceremony.path('N')}/")
    assert published.groups(ceremony.notice_hash).encode() in phone.get(headers["location"])[2]
    for name in evidence.INPUTS:
        assert phone.get(f"/{ceremony.path('N')}/{name}")[2] == ceremony.files[name]
    assert phone.get(f"/{ceremony.path('R')}/")[0] == 404
    assert phone.state()["phase"] == "before"


def test_an_address_typed_in_lower_case_or_without_its_last_slash_leads_on(start: Start, ceremony: Ceremony) -> None:
    ceremony.play()
    phone = Phone(start(ceremony.folder).address)
    until(phone, "done")
    for kind in ("R", "N"):
        place = f"/{ceremony.path(kind)}/"
        bare = place.rstrip("/")
        for typed in (bare, bare.lower(), place.lower(), bare.replace(f"/{kind}/", f"/{kind.lower()}/")):
            status, headers, _ = phone.get(typed)
            assert (status, headers["location"]) == (302, place), typed
        assert phone.get(f"{place.lower()}roll.csv")[1]["location"] == f"{place}roll.csv"
        for other in (f"{bare}0", bare[:-1], f"{place}/", f"{place.lower()}nothing.csv", f"//{bare}", f"{place}../N"):
            assert phone.get(other)[0] == 404, other


def test_the_live_page_follows_the_screen_and_the_folder_takes_its_place(start: Start, ceremony: Ceremony) -> None:
    ceremony.open()
    phone = Phone(start(ceremony.folder).address)
    events = phone.events()
    assert next(events)["phase"] == "before"
    ceremony.seal()
    assert next(events)["phase"] == "drawing"
    place = f"/{ceremony.path('R')}/"
    status, headers, page = phone.get(place)
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert published.groups(ceremony.result_hash).encode() in page
    assert phone.get("/")[1]["location"] == place
    known = 0
    for drawn in ceremony.shows():
        households: list[str] = []
        while drawn.household not in households:
            message = next(events)
            rows = message["rows"]
            assert message["from"] == known and isinstance(rows, list)
            households += [row[3] for row in rows]
            known += len(rows)
        assert phone.get(f"{place}result.csv")[0] == 404
    ceremony.finish()
    assert next(event for event in events if event["phase"] == "done")
    for name in SEVEN:
        assert phone.get(place + name)[2] == ceremony.files[name]
    assert phone.get(place)[2] == published.verifier_page()
    assert phone.get("/")[1]["location"] == place


def test_asking_gives_the_same_as_the_stream(start: Start, ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.seal()
    shows = ceremony.shows()
    shown = [next(shows).household, next(shows).household]
    phone = Phone(start(ceremony.folder).address)
    events = phone.events()
    message = next(message for message in events if message["total"] == 2)
    assert phone.state() == message
    assert [row[3] for row in phone.state(1)["rows"]] == shown[1:]  # type: ignore[attr-defined]
    for odd in ("from=-1", "from=x", "from=99999999999999999999", "", "from=1&from=2"):
        assert json.loads(phone.get(f"/live.json?{odd}")[2])["from"] == 0


def test_a_finished_folder_is_served_as_it_is_published(start: Start, ceremony: Ceremony) -> None:
    ceremony.play()
    phone = Phone(start(ceremony.folder).address)
    until(phone, "done")
    assert phone.get(f"/{ceremony.path('R')}/SHA256SUMS")[2] == ceremony.files["SHA256SUMS"]


def test_a_folder_that_was_drawn_without_a_ceremony_is_served_too(start: Start, ceremony: Ceremony) -> None:
    for name, body in ceremony.files.items():
        (ceremony.folder / name).write_bytes(body)
    phone = Phone(start(ceremony.folder).address)
    until(phone, "done")
    assert phone.get(f"/{ceremony.path('R')}/")[0] == 200


def test_a_folder_that_does_not_hold_is_never_published(start: Start, ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.seal()
    result = ceremony.folder / "result.csv"
    result.write_bytes(result.read_bytes().replace(b"allotted", b"alternate", 1))
    assert list(ceremony.shows())
    ceremony.finish()
    phone = Phone(start(ceremony.folder).address)
    until(phone, "refuted")
    assert phone.get(f"/{ceremony.path('R')}/result.csv")[0] == 404


def test_a_folder_is_published_once_the_last_of_its_files_is_whole(start: Start, ceremony: Ceremony) -> None:
    """As it is copied from the kiosk's machine, the sums first."""
    phone = Phone(start(ceremony.folder).address)
    (ceremony.folder / "SHA256SUMS").write_bytes(ceremony.files["SHA256SUMS"])
    (ceremony.folder / "seed.txt").write_bytes(ceremony.files["seed.txt"])
    (ceremony.folder / "result.csv").write_bytes(ceremony.files["result.csv"][:100])
    assert next(message for message in phone.events() if message["phase"] == "refuted")
    (ceremony.folder / "result.csv").write_bytes(ceremony.files["result.csv"])
    assert next(message for message in phone.events() if message["phase"] == "done")


def test_a_folder_may_be_given_as_the_operator_typed_it(
    start: Start, ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ceremony.folder.parent)
    assert Phone(start(Path(ceremony.folder.name)).address).get("/")[0] == 302


def test_it_works_over_a_copy_that_it_can_only_read(start: Start, ceremony: Ceremony, tmp_path: Path) -> None:
    """As another user does. (Root can write anything: then this shows only that nothing is left behind.)"""
    ceremony.play()
    copy = tmp_path / "copy"
    ceremony.folder.rename(copy)
    before = {path.name: path.stat() for path in copy.iterdir()}
    for path in copy.iterdir():
        path.chmod(0o444)
    copy.chmod(0o555)
    try:
        phone = Phone(start(copy).address)
        until(phone, "done")
    finally:
        copy.chmod(0o755)
    assert {path.name: path.stat().st_mtime_ns for path in copy.iterdir()} == {
        name: found.st_mtime_ns for name, found in before.items()
    }


@pytest.fixture(params=["before", "drawing", "done"])
def phone(request: pytest.FixtureRequest, start: Start, ceremony: Ceremony) -> Phone:
    """One at each phase of the ceremony, whose folder also holds a link out of it."""
    (ceremony.folder / "office.json").write_text('{"objections": "x"}')
    (ceremony.folder / "leak.txt").symlink_to("/etc/passwd")
    if request.param == "before":
        ceremony.open()
    elif request.param == "drawing":
        ceremony.open()
        ceremony.seal()
    else:
        ceremony.play()
    phone = Phone(start(ceremony.folder).address)
    until(phone, request.param)
    return phone


def outside(ceremony: Ceremony) -> list[str]:
    """Paths that lead to something that there is, but that is not published."""
    secret = "draw.secret/operator.txt"
    places = ["", f"{ceremony.path('R')}/", f"{ceremony.path('N')}/"]
    tricks = [
        *("journal.jsonl", "office.json", "leak.txt", "after.jsonl", "roll.csv/", "roll.csv/..", "~root", "CON"),
        *(f"../{secret}", f"../../{secret}", f"../../../{secret}", f"./../{secret}", f"....//{secret}"),
        *(f"..%2f{secret}", f"%2e%2e/{secret}", f"%2e%2e%2f{secret}", f"%252e%252e/{secret}", f"%c0%ae%c0%ae/{secret}"),
        *(f"..%5c{secret}", f"..\\{secret}", f"..;/{secret}", "roll.csv%00.html", "journal.jsonl%00", "%00"),
        *("../../../../etc/passwd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "//etc/passwd"),
    ]
    return [f"/{place}{trick}" for place in places for trick in tricks]


def test_nothing_outside_of_what_is_published_can_be_read(phone: Phone, ceremony: Ceremony) -> None:
    targets = [*outside(ceremony), str(ceremony.folder / "journal.jsonl"), f"file://{ceremony.folder}/journal.jsonl"]
    for target in [*targets, f"http://hall{ceremony.folder}/journal.jsonl", "*", "hall:80"]:
        answer = phone.raw(f"GET {target} HTTP/1.1\r\nhost: hall\r\nconnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 404 "), target
        assert b"root:" not in answer and b"0123456789abcdef0123456789abcdef" not in answer


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /\x00 HTTP/1.1",
        b"GET / \x00HTTP/1.1",
        b"GET",
        b"\x16\x03\x01\x02\x00",
        b"G\xff / HTTP/1.1",
    ],
)
def test_what_is_no_http_is_turned_away(request_line: bytes, frozen: Frozen) -> None:
    phone = Phone(frozen.address)
    answer = phone.raw(request_line + b"\r\nhost: hall\r\n\r\n")
    assert not answer or answer.startswith(b"HTTP/1.1 400 ")
    assert phone.get("/")[0] == 302


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW", "get"])
def test_odd_methods_are_turned_away(method: str, frozen: Frozen) -> None:
    status, headers, _ = Phone(frozen.address).get(frozen.roll, method=method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_body_that_nobody_asked_for_is_not_waited_for(frozen: Frozen) -> None:
    phone = Phone(frozen.address)
    with closing(phone.socket()) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nhost: hall\r\ncontent-length: 1000000000\r\n\r\n" + bytes(100_000))
        assert connection.recv(65536).startswith(b"HTTP/1.1 405 ")
    assert phone.get("/")[0] == 302


def test_huge_headers_are_turned_away(frozen: Frozen) -> None:
    phone = Phone(frozen.address)
    with closing(phone.socket()) as connection:
        with pytest.raises(OSError):  # the server closes while this still writes
            for _ in range(1000):
                connection.sendall(b"GET / HTTP/1.1\r\nx: " + b"a" * 100_000)
        assert phone.get("/")[0] == 302
    assert b" 400 " in phone.raw(b"GET / HTTP/1.1\r\nhost: hall\r\nx: " + b"a" * 17_000)[:20]


def test_head_gives_the_headers_alone(frozen: Frozen) -> None:
    phone, roll = Phone(frozen.address), frozen.ceremony.files["roll.csv"]
    status, headers, body = phone.get(frozen.roll, "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(roll)), b"")
    assert phone.get(frozen.roll)[2] == roll


def test_gzip_and_304_over_the_wire(frozen: Frozen) -> None:
    phone = Phone(frozen.address)
    _, headers, body = phone.get(frozen.roll, accept_encoding="gzip, deflate")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == frozen.ceremony.files["roll.csv"]
    status, _, body = phone.get(frozen.roll, if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    assert "server" not in headers


def test_what_does_not_hold_is_told_once_and_in_both_languages(ceremony: Ceremony) -> None:
    (ceremony.folder / "receipt.txt").write_text("收据\n", encoding="utf-8")
    (ceremony.folder / "void.txt").write_text("<script>alert(1)</script>\n", encoding="utf-8")
    served = subprocess.Popen(
        [sys.executable, "-m", "kiosk.hall", str(ceremony.folder), "--host", "127.0.0.1", "--port", "0"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert served.stdin and served.stdout and served.stderr
    patience = threading.Timer(PATIENCE_S, served.kill)  # then there are no six lines
    patience.start()
    told = [served.stderr.readline().decode() for _ in range(6)]
    patience.cancel()
    for line, begins in zip(told, ["receipt.txt ", "receipt.txt ", *["void.txt"] * 4], strict=True):
        assert line.startswith(begins)
    phone = Phone(f"http://127.0.0.1:{json.loads(served.stdout.readline())['port']}")
    for name in ("receipt.txt", "void.txt"):
        assert phone.get(f"/{ceremony.path('N')}/{name}")[0] == 404
    assert b"void.txt" not in phone.get(f"/{ceremony.path('N')}/")[2]
    ceremony.play()
    until(phone, "done")
    served.stdin.close()
    with served.stdout, served.stderr:
        assert served.stderr.read() == b""
    assert served.wait(PATIENCE_S) == 0


def test_nobody_s_visit_is_written_down(ceremony: Ceremony) -> None:
    """No access log: neither on the standard output nor on the error output, nor as a file."""
    served = subprocess.Popen(
        [sys.executable, "-m", "kiosk.hall", str(ceremony.folder), "--host", "127.0.0.1", "--port", "0"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert served.stdin and served.stdout and served.stderr
    before = set(ceremony.folder.iterdir())
    port = json.loads(served.stdout.readline())["port"]
    phone = Phone(f"http://127.0.0.1:{port}")
    phone.get("/")
    phone.get("/nowhere")
    phone.raw(b"\x00\r\n\r\n")
    served.stdin.close()
    with served.stdout, served.stderr:
        assert (served.stdout.read(), served.stderr.read()) == (b"", b"")
    assert served.wait(PATIENCE_S) == 0
    assert set(ceremony.folder.iterdir()) == before


def test_two_hundred_who_never_finish_their_request_stop_nobody(frozen: Frozen) -> None:
    phone = Phone(frozen.address)
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(phone.socket())) for _ in range(200)]
        for letter in b"GET / HTTP/1.1\r":
            for connection in slow:
                connection.sendall(bytes([letter]))
            assert phone.get("/")[0] == 302


def test_readers_who_take_nothing_stop_nobody(frozen: Frozen) -> None:
    phone = Phone(frozen.address)
    with ExitStack() as stack:
        for _ in range(50):
            slow = stack.enter_context(closing(phone.socket()))
            slow.sendall(f"GET {frozen.roll} HTTP/1.1\r\nhost: hall\r\n\r\n".encode() * 100)
        assert phone.get(frozen.roll)[2] == frozen.ceremony.files["roll.csv"]


def test_more_connections_than_open_files_stop_nobody(ceremony: Ceremony) -> None:
    """The limit is 64 open files, soft and hard; 300 hold a connection and ask for nothing."""
    command = f"ulimit -n 64; exec {sys.executable} -m kiosk.hall {ceremony.folder} --host 127.0.0.1 --port 0"
    served = subprocess.Popen(["bash", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert served.stdin and served.stdout
    port = json.loads(served.stdout.readline())["port"]
    phone = Phone(f"http://127.0.0.1:{port}")
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(closing(phone.socket())).sendall(b"GET / HT")
        for _ in range(20):
            assert Phone(f"http://127.0.0.1:{port}").get("/")[0] == 302
    served.stdin.close()
    assert served.wait(PATIENCE_S) == 0
    served.stdout.close()


def test_it_ends_when_the_kiosk_is_killed(ceremony: Ceremony) -> None:
    ceremony.open()
    kiosk = subprocess.Popen(
        [sys.executable, "-c",
         "import sys, pathlib; from kiosk.hall import child\n"
         "print(child.start(pathlib.Path(sys.argv[1]), '127.0.0.1', 0).address, flush=True); sys.stdin.read()",
         str(ceremony.folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert kiosk.stdin and kiosk.stdout
    phone = Phone(kiosk.stdout.readline().strip())
    events = phone.events()
    assert next(events)["phase"] == "before"
    kiosk.kill()
    kiosk.wait()
    assert list(events) == []  # the stream ends, as the server does
    kiosk.stdin.close()
    kiosk.stdout.close()


def test_stopping_ends_the_open_streams(start: Start, ceremony: Ceremony, capfd: pytest.CaptureFixture[str]) -> None:
    ceremony.open()
    served = start(ceremony.folder)
    events = Phone(served.address).events()
    next(events)
    assert served.trouble() is None
    served.stop()
    assert list(events) == []
    assert served.process.returncode == 0
    assert capfd.readouterr().err == ""  # none had to be cancelled


def test_a_port_that_is_taken_is_a_device_that_fails(start: Start, ceremony: Ceremony) -> None:
    taken = Phone(start(ceremony.folder).address).port
    with pytest.raises(DeviceError) as failed:
        child.start(ceremony.folder, "127.0.0.1", taken)
    assert (failed.value.code, failed.value.values["port"]) == ("hall.bind", taken)


def test_a_server_that_has_died_says_so_when_asked(start: Start, ceremony: Ceremony) -> None:
    served = start(ceremony.folder)
    served.process.kill()
    served.process.wait()
    trouble = served.trouble()
    assert isinstance(trouble, DeviceError) and trouble.code == "hall.ended"


def test_a_folder_that_cannot_be_read_is_told_by_the_dead_server(start: Start, tmp_path: Path) -> None:
    served = start(tmp_path)
    served.process.wait(PATIENCE_S)
    trouble = served.trouble()
    assert isinstance(trouble, DeviceError) and trouble.code == "evidence.missing"
    assert served.trouble() is trouble


def test_mingyao_serve_prints_its_address_and_serves(ceremony: Ceremony) -> None:
    command = "import sys, pathlib; from kiosk.hall import serve\nserve.run(pathlib.Path(sys.argv[1]), '127.0.0.1', 0)"
    served = subprocess.Popen(
        [sys.executable, "-c", command, str(ceremony.folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert served.stdout and served.stderr
    address = served.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", address)
    assert Phone(address).get("/")[0] == 302
    served.send_signal(2)
    with served.stdout, served.stderr:
        assert served.wait(PATIENCE_S) == 0
        assert served.stderr.read() == ""
