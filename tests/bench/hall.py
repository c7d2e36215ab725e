"""The hall's server under 500 phones: `python tests/bench/hall.py [PHONES]`.

In one run on this machine's loopback, with the 507-flat draw:

- asking: so many keep-alive connections, each asking again as soon as it is answered, of our server and of
  Python's ThreadingHTTPServer over the same files, in turns; what counts is the ratio of their p99 (goal: a third);
- the same while 200 others send a byte a second and 50 read nothing;
- live: every phone holds a stream; from a household's line in the journal to the last phone that was told of it;
- frames: p99 of the kiosk's frames (`frames.py`) alone, and while every phone asks once a second (goal: 1.3 times).

Phones and servers share the cores, as they would not in a hall; both servers run at the same low priority.
Ends with 1 where an answer was wrong or missing.
"""

import asyncio
import functools
import http.server
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from followed import Ceremony
from kiosk.hall import child, guard, serve

PHONES = 500
ROUNDS = 3
REQUESTS = 10
SLOW, DEAF = 200, 50
FRAMES = Path(__file__).with_name("frames.py")

errors: list[str] = []


class Peer(http.server.ThreadingHTTPServer):
    """The standard library's server, with a backlog that lets 500 phones in, and without its log."""

    request_queue_size = 1024
    daemon_threads = True


class PeerHandler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass


class Line:
    """A phone's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def ask(self, path: str) -> None:
        self.writer.write(f"GET {path} HTTP/1.1\r\nhost: hall\r\naccept-encoding: gzip\r\n\r\n".encode())

    async def answer(self) -> None:
        head = await self.reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not head.startswith(b"HTTP/1.1 200 ") or not lengths:
            errors.append(head.decode(errors="replace"))
            return
        await self.reader.readexactly(int(lengths[0].partition(b":")[2]))


async def lines(port: int, count: int) -> list[Line]:
    return [await Line.to(port) for _ in range(count)]


async def asked(line: Line, path: str, times: int, took: list[float], every_s: float = 0) -> None:
    """One phone: asks, waits for the answer, asks again."""
    for _ in range(times):
        start = time.perf_counter()
        line.ask(path)
        try:
            await line.answer()
        except (OSError, asyncio.IncompleteReadError) as error:
            errors.append(repr(error))
            return
        took.append(time.perf_counter() - start)
        if every_s:
            await asyncio.sleep(every_s)


async def round_of(port: int, path: str, phones: int) -> list[float]:
    took: list[float] = []
    open_lines = await lines(port, phones)
    await asyncio.gather(*(asked(line, path, REQUESTS, took) for line in open_lines))
    for line in open_lines:
        line.writer.close()
    return took


def part(times: list[float], share: float) -> float:
    return 1000 * sorted(times)[min(len(times) - 1, int(share * len(times)))]


def told(name: str, times: list[float]) -> float:
    print(f"{name:34}{part(times, 0.5):9.1f}{part(times, 0.99):9.1f}{max(times) * 1000:9.1f}{len(times):8}", flush=True)
    return part(times, 0.99)


async def asking(ours: int, peers: int, path: str, phones: int) -> None:
    times: dict[int, list[float]] = {ours: [], peers: []}
    for _ in range(ROUNDS):
        for port, under in ((peers, "/notice.txt"), (ours, f"{path}/notice.txt")):
            times[port] += await round_of(port, under, phones)
    mine, theirs = told("ours", times[ours]), told("ThreadingHTTPServer", times[peers])
    print(f"ratio of p99: {mine / theirs:.3f} (goal: at most 0.333)")


async def asking_beside_slow_ones(port: int, path: str, phones: int) -> None:
    slow, deaf = await lines(port, SLOW), await lines(port, DEAF)
    for line in deaf:
        line.writer.write(f"GET {path}/result.csv HTTP/1.1\r\nhost: hall\r\n\r\n".encode() * 20)

    async def drip() -> None:
        for letter in b"GET / HTTP/1.1\r\nhost: a very slow phone\r\n":
            for line in slow:
                line.writer.write(bytes([letter]))
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    told(f"ours, beside {SLOW} slow, {DEAF} deaf", await round_of(port, f"{path}/notice.txt", phones))
    dripping.cancel()
    for line in (*slow, *deaf):
        line.writer.transport.abort()


async def live(ceremony: Ceremony, port: int, phones: int) -> None:
    """The journal grows by a household; every phone's stream has to say its number."""
    streams = await lines(port, phones)
    for line in streams:
        line.ask("/live/events")

    async def hears(line: Line, number: str, start: float) -> float:
        while number not in (await line.reader.readline()).decode():
            pass
        return time.perf_counter() - start

    last = []
    for drawn, _ in zip(ceremony.shows(), range(20), strict=False):
        start = time.perf_counter()
        heard = await asyncio.gather(*(hears(line, drawn.household, start) for line in streams))
        last.append(max(heard))
    told(f"live: last of {phones} phones", last)
    for line in streams:
        line.writer.close()


def frames() -> float:
    """p99 of whole frames at 1080p with the dummy driver, in a process of its own."""
    surroundings = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    command = [sys.executable, str(FRAMES), "dummy", "1080p"]
    line = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout
    return float(line.splitlines()[-1].split()[3])


async def frames_beside_phones(port: int, path: str, phones: int) -> None:
    alone = await asyncio.to_thread(frames)
    os.nice(19)  # the phones are not on this machine in a hall
    open_lines = await lines(port, phones)
    took: list[float] = []
    asks = [asyncio.create_task(asked(line, f"{path}/", 10**6, took, every_s=1)) for line in open_lines]
    beside = await asyncio.to_thread(frames)
    for ask in asks:
        ask.cancel()
    told(f"{phones} phones, once a second", took)
    print(f"frames p99: {alone:.2f} ms alone, {beside:.2f} ms beside: ratio {beside / alone:.2f} (goal: at most 1.3)")


async def measure(folder: Path, phones: int) -> None:
    guard.raise_open_files()
    live_ceremony, ceremony = (Ceremony(folder / name, "suizhou-507") for name in ("live", "done"))
    live_ceremony.open()
    live_ceremony.seal()
    ceremony.play()
    path = f"/{ceremony.path('R')}"
    peer_command = [sys.executable, __file__, "--peer", str(ceremony.folder)]
    ours = child.start(ceremony.folder, "127.0.0.1", 0)
    following = child.start(live_ceremony.folder, "127.0.0.1", 0)
    with subprocess.Popen(peer_command, stdout=subprocess.PIPE, text=True) as peer:
        try:
            assert peer.stdout
            peer_port = int(peer.stdout.readline())
            port = port_of(ours)
            await published(port)
            print(f"{'':34}{'p50':>9}{'p99':>9}{'max':>9}{'times':>8}  ms, {phones} phones")
            await asking(port, peer_port, path, phones)
            await asking_beside_slow_ones(port, path, phones)
            await live(live_ceremony, port_of(following), phones)
            if FRAMES.exists():
                await frames_beside_phones(port, path, phones)
        finally:
            peer.terminate()
            ours.stop()
            following.stop()


def port_of(served: child.Served) -> int:
    port = urlsplit(served.address).port
    assert port
    return port


async def published(port: int) -> None:
    """Until the folder has been judged and is served."""
    line = await Line.to(port)
    line.ask("/live/events")
    while b'"done"' not in await line.reader.readline():
        pass
    line.writer.close()


def peer(folder: str) -> None:
    server = Peer(("127.0.0.1", 0), functools.partial(PeerHandler, directory=folder))
    print(server.server_address[1], flush=True)
    server.serve_forever()


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--peer"]:
        os.nice(serve.NICE)
        peer(arguments[1])
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), int(arguments[0]) if arguments else PHONES))
    for error in errors[:5]:
        print(f"error: {error}")
    print(f"{len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
