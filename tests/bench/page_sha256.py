"""The verifier page beside the browser's own SHA-256, and on a draw of a million households.

    python tests/bench/page_sha256.py [HOUSEHOLDS]

prints, for the same Chromium: how long the page's worker takes for 1,000,000 tickets, how long awaiting
`crypto.subtle.digest` takes for the same tickets, and their ratio; then, for a folder made on the spot, how long
the page checks it and looks a household up, the memory of its process at its highest, and the longest time for
which the page's own thread did not answer. Needs selenium, chromium and chromedriver.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

PAGE = Path(__file__).resolve().parents[2] / "kiosk" / "verifier" / "index.html"
CHROMIUM = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
NAMES = ("notice.txt", "result.csv", "roll.csv", "rules.json", "seed.txt", "units.csv")
RULES = """{
  "stages": [
    {
      "id": "main",
      "title": "全部",
      "households": {
        "people": {
          "min": 1
        }
      },
      "units": {},
      "chances": null,
      "assign": "draw",
      "alternates": "all",
      "tiers": [
        {
          "id": "first",
          "title": "优先",
          "households": {
            "category": [
              "低保",
              "特困"
            ]
          },
          "units": {},
          "count": FIRST
        },
        {
          "id": "rest",
          "title": "一般",
          "households": {},
          "units": {},
          "count": "all"
        }
      ]
    }
  ]
}
"""

# The page's checker with these lines put before its last: the same function that makes the tickets of a draw.
OUR_LOOP = """
  self.bench = (households) => {
    const bytes = encoder.encode(households.map((name) => name + ',x\\n').join(''));
    const starts = Uint32Array.from(households, (name, i) => i * (name.length + 3));
    const table = {bytes, starts}, out = new Uint32Array(households.length * 8);
    const begin = performance.now(), prefix = (useSeed('a'.repeat(64)), setPrefix('household', {id: 'main'}));
    for (let row = 0; row < households.length; row++) ticket(table, row, prefix, 1, out, row * 8);
    return [performance.now() - begin, hexOf(out, out.length - 8)];
  };
"""
THEIR_LOOP = """
  self.bench = async (households) => {
    const encoder = new TextEncoder(), head = 'a'.repeat(64) + '|household|main|';
    const message = encoder.encode(head + households[0] + '|1');
    const begin = performance.now();
    let last;
    for (const name of households) {
      for (let i = 0; i < name.length; i++) message[head.length + i] = name.charCodeAt(i);
      last = await crypto.subtle.digest('SHA-256', message);
    }
    const hex = Array.from(new Uint8Array(last), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [performance.now() - begin, hex];
  };
"""
IN_WORKER = """
const [which, loop, count, done] = arguments;
const ours = () => `(${String(checker).replace('onmessage =', () => loop + 'onmessage =')})();`;
const code = "'use strict';" + (which === 'ours' ? ours() : loop);
const worker = new Worker(URL.createObjectURL(new Blob([code + `
  const households = Array.from({length: ${count}}, (_, i) => 'S' + String(i).padStart(7, '0'));
  Promise.resolve(self.bench(households)).then((figures) => postMessage({figures}));`])));
worker.onmessage = ({data}) => { if (data.figures) { worker.terminate(); done(data.figures); } };
"""
# Every 5 ms the page's own thread says that it is there.
TICKER = """
self.longest_gap_ms = 0;
let before = performance.now();
setInterval(() => {
  const now = performance.now();
  self.longest_gap_ms = Math.max(self.longest_gap_ms, now - before);
  before = now;
}, 5);
"""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_folder(folder: Path, households: int) -> None:
    """One stage, two tiers, a fifth as many flats as households, and everybody else an alternate."""
    people = [f"S{n:07}" for n in range(households)]
    kinds = ["低保" if n % 10 == 0 else "一般" for n in range(households)]
    flats = [f"{n // 100 + 1}栋-{n % 100:03}" for n in range(households // 5)]
    flats.sort(key=str.encode)
    files = {
        "roll.csv": "household,name,people,category\n"
        + "".join(f"{who},陈**,{n % 6 + 1},{kinds[n]}\n" for n, who in enumerate(people)),
        "units.csv": "unit\n" + "".join(f"{flat}\n" for flat in flats),
        "rules.json": RULES.replace("FIRST", str(max(1, len(flats) // 4))),
    }
    hashes = {name: sha256(text.encode()) for name, text in files.items()}
    secrets = {"operator": "0" * 32, "notary": "1" * 32}
    files["notice.txt"] = (
        "mingyao notice v1\ndraw: bench\ntitle: 一百万户\nmode: rehearsal\nopens: 2026-01-01T09:00:00+08:00\n"
        f"roll: {hashes['roll.csv']} {len(people)}\nunits: {hashes['units.csv']} {len(flats)}\n"
        f"rules: {hashes['rules.json']} 1\n"
        + "".join(f"commitment {who}: {sha256(f'commitment|bench|{who}|{s}'.encode())}\n" for who, s in secrets.items())
        + "contributions: none\npublic: none\n"
    )
    files["seed.txt"] = f"mingyao seed v1\ndraw: bench\nnotice: {sha256(files['notice.txt'].encode())}\n" + "".join(
        f"reveal {who}: {secret}\n" for who, secret in secrets.items()
    )
    seed = sha256(files["seed.txt"].encode())
    tickets = [sha256(f"{seed}|household|main|{who}|1".encode()) for who in people]
    order = sorted(range(len(people)), key=tickets.__getitem__)
    free = sorted(flats, key=lambda flat: sha256(f"{seed}|unit|main|{flat}".encode()))
    first = [n for n in order if kinds[n] == "低保"][: max(1, len(flats) // 4)]
    housed = set(first)
    rest = [n for n in order if n not in housed][: len(flats) - len(first)]
    housed.update(rest)
    rows = ["stage,tier,rank,household,ticket,outcome,unit\n"]
    for rank, (n, flat) in enumerate(zip(first + rest, free, strict=False), 1):
        tier = "first" if rank <= len(first) else "rest"
        rows.append(f"main,{tier},{rank},{people[n]},{tickets[n]},allotted,{flat}\n")
    waiting = (n for n in order if n not in housed)
    rows.extend(f"main,,{rank},{people[n]},{tickets[n]},alternate,\n" for rank, n in enumerate(waiting, 1))
    files["result.csv"] = "".join(rows)
    sums = "".join(f"{sha256(files[name].encode())}  {name}\n" for name in NAMES)
    for name, text in (*files.items(), ("SHA256SUMS", sums)):
        (folder / name).write_bytes(text.encode())


def serve(folder: Path) -> str:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"


def chromium(profile: str) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*CHROMIUM.split(), f"--user-data-dir={profile}", "--lang=en"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(600)
    return driver


def highest_memory_mb(profile: str) -> int:
    """The highest resident memory that any page process of this browser ever had."""
    highest_kb = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
            status = (process / "status").read_text()
        except OSError:  # ended meanwhile
            continue
        if "--type=renderer" in command and profile in command:
            highest_kb = max(highest_kb, int(status.split("VmHWM:")[1].split()[0]))
    return highest_kb // 1024


def wait_for(driver: webdriver.Chrome, expression: str) -> None:
    WebDriverWait(driver, 600, 0.02).until(lambda page: page.execute_script(f"return {expression}"))


def compare_hashing(driver: webdriver.Chrome, count: int) -> None:
    expected = sha256(f"{'a' * 64}|household|main|S{count - 1:07}|1".encode())
    times = {}
    for which, loop in (("ours", OUR_LOOP), ("crypto.subtle", THEIR_LOOP)):
        times[which], last = driver.execute_async_script(IN_WORKER, which, loop, count)
        if last != expected:
            raise SystemExit(f"{which}: the last ticket is {last}, not {expected}")
        print(f"{count:,} tickets, {which}: {times[which] / 1000:.2f} s")
    print(f"ratio: {times['crypto.subtle'] / times['ours']:.1f} x")


def check_folder(driver: webdriver.Chrome, address: str, profile: str, households: int) -> None:
    begin = time.perf_counter()
    driver.get(address)
    wait_for(driver, "document.documentElement.dataset.verdict")
    checked_s = time.perf_counter() - begin
    verdict = driver.execute_script("return document.documentElement.dataset.verdict")
    print(f"{households:,} households: {verdict} in {checked_s:.1f} s")
    begin = time.perf_counter()
    driver.execute_script(f"location.hash = 'household=S{households // 2:07}'")
    wait_for(driver, "document.querySelector('#answer-headline').textContent")
    print(f"a household looked up in {time.perf_counter() - begin:.2f} s")
    wait_for(driver, "!document.querySelector('#answer').textContent.includes('being computed')")
    print(f"its chance in {time.perf_counter() - begin:.1f} s")
    print(f"highest memory of the page's process: {highest_memory_mb(profile)} MB")
    print(f"longest time without an answer from the page: {driver.execute_script('return longest_gap_ms'):.0f} ms")


def main() -> None:
    households = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as profile:
        folder = Path(place)
        make_folder(folder, households)
        (folder / "index.html").write_bytes(PAGE.read_bytes())
        address = serve(folder)
        driver = chromium(profile)
        try:
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": TICKER})
            check_folder(driver, address, profile, households)
            compare_hashing(driver, 1_000_000)
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
