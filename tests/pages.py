"""The verifier page in a real Chromium: `Page` opens it, gives it files and reads its verdict.

`Host` is a web host on this machine that serves folders from memory, as a careless one would: no header but the
type. It remembers what it was asked for. Selenium is imported when a page is opened, so that who has neither it nor
Chromium can still collect the tests.
"""

from __future__ import annotations

import base64
import http.server
import re
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from judges import Judgement

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

PAGE = Path(__file__).parents[1] / "kiosk" / "verifier" / "index.html"
CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
TYPES = {".html": "text/html; charset=utf-8", ".csv": "text/csv", ".json": "application/json", ".txt": "text/plain"}

# Each waits in the page until it is so, and then gives what was asked for.
VERDICT = """
const done = arguments[arguments.length - 1], said = document.documentElement.dataset;
const look = () => { if (said.verdict) { watch.disconnect(); done([said.verdict, said.check || null]); } };
const watch = new MutationObserver(look);
watch.observe(document.documentElement, {attributes: true});
look();
"""
ANSWER = """
const done = arguments[arguments.length - 1], busy = /being computed|being judged|正在计算|正在核对/;
const headline = document.querySelector('#answer-headline'), answer = document.querySelector('#answer');
const since = document.querySelector('#since');
const look = () => {
  if (!headline.textContent || busy.test(since.textContent + answer.textContent)) return;
  watch.disconnect();
  done([headline.textContent, [since.textContent, answer.textContent].filter(Boolean).join(' '),
    Array.from(answer.querySelectorAll('.ticket'), (n) => n.textContent),
    Array.from(answer.querySelectorAll('.shell'), (n) => n.textContent)]);
};
const watch = new MutationObserver(look);
watch.observe(document.querySelector('#household'), {subtree: true, childList: true, characterData: true});
if (arguments[0] !== null) {
  document.querySelector('#household-input').value = arguments[0];
  document.querySelector('#household-form').requestSubmit();
}
look();
"""
CHOOSE = """
const done = arguments[arguments.length - 1], root = document.documentElement, input = document.querySelector('#files');
const judged = (files) => new Promise((told) => {
  const list = new DataTransfer();
  for (const [name, text] of Object.entries(files)) {
    list.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  input.files = list.files;
  input.dispatchEvent(new Event('change'));
  new MutationObserver((_, watch) => {
    if (!root.dataset.verdict) return;
    watch.disconnect();
    told([root.dataset.verdict, root.dataset.check || null, document.querySelector('#verdict').innerText]);
  }).observe(root, {attributes: true});
});
(async () => {
  const all = [];
  for (const files of arguments[0]) all.push(await judged(files));
  done(all);
})();
"""


class Host:
    """Folders from memory under http://127.0.0.1. A file may be bytes or a status with no file."""

    def __init__(self) -> None:
        self.folders: dict[str, Mapping[str, bytes | int]] = {}
        self.headers: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.asked: list[str] = []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                folder, _, name = self.path.partition("?")[0].rpartition("/")
                name = name or "index.html"
                content = host.folders.get(folder, {}).get(name, 404)
                status = content if isinstance(content, int) else 200
                body = b"" if isinstance(content, int) else content
                self.send_response(status)
                kind = TYPES.get(Path(name).suffix, "application/octet-stream")
                self.send_header("Content-Type", host.types.get(name, kind))
                for header, value in {"Content-Length": str(len(body)), **host.headers}.items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, files: Mapping[str, bytes | int | None], at: str = "/draw") -> str:
        there = {name: content for name, content in files.items() if content is not None}
        self.folders[at] = {"index.html": PAGE.read_bytes(), **there}
        self.headers, self.types, self.asked = {}, {}, []
        return f"{self.address}{at}/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Page:
    """One browser with one tab, and the host that it looks at."""

    def __init__(self) -> None:
        from selenium.webdriver import Chrome, ChromeOptions
        from selenium.webdriver.chrome.service import Service

        self.host = Host()
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for argument in (*ARGUMENTS, f"--user-data-dir={self.profile.name}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver: Chrome = Chrome(options=options, service=Service(str(CHROMEDRIVER)))
        self.driver.set_script_timeout(120)
        self.look_like("en")

    def close(self) -> None:
        self.driver.quit()
        self.host.close()
        self.profile.cleanup()

    def look_like(self, language: str, width: int = 360, height: int = 800, dark: bool = False) -> None:
        """A phone with this language, unless a width says otherwise."""
        agent = self.driver.execute_script("return navigator.userAgent")
        for command, values in (
            ("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": language}),
            (
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700},
            ),
            (
                "Emulation.setEmulatedMedia",
                {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
            ),
        ):
            self.driver.execute_cdp_cmd(command, values)

    def open(self, address: str) -> None:
        """Opens it anew, even where only the fragment differs."""
        self.driver.get("about:blank")
        self.driver.get(address)

    def forget(self) -> None:
        """Takes the verdict away, so that `judged` waits for the next one."""
        self.driver.execute_script("delete document.documentElement.dataset.verdict")

    def judged(self) -> Judgement:
        verdict, check = self.driver.execute_async_script(VERDICT)
        return Judgement(verdict, check, self.text("#verdict"))

    def judge_published(self, files: Mapping[str, bytes | int | None], at: str = "/draw") -> Judgement:
        self.open(self.host.publish(files, at))
        return self.judged()

    def judge_folder(self, folder: Path) -> Judgement:
        """A folder on the disk, chosen on the page that is open."""
        self.forget()
        self.find("#folder").send_keys(str(folder))
        return self.judged()

    def judge_dropped(self, *paths: Path) -> Judgement:
        """Folders or files dropped on the page that is open."""
        self.forget()
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            command = {"type": kind, "x": 180, "y": 300, "data": data}
            self.driver.execute_cdp_cmd("Input.dispatchDragEvent", command)
        return self.judged()

    def judge_chosen(self, *folders: Mapping[str, bytes | None]) -> list[Judgement]:
        """The files of one folder after the other, chosen on the page that is open."""
        chosen = [
            {name: base64.b64encode(data).decode() for name, data in files.items() if data is not None}
            for files in folders
        ]
        return [Judgement(*told) for told in self.driver.execute_async_script(CHOOSE, chosen)]

    def compare(self, claimed: str = "", notice: str = "") -> Judgement:
        """What somebody types into the two fields, and Enter."""
        for name, text in (("claimed", claimed), ("notice", notice)):
            self.find(f"#{name}").clear()
            self.find(f"#{name}").send_keys(text)
        self.find("#notice").submit()
        return self.judged()

    def look_up(self, household: str | None) -> tuple[str, str, list[str], list[str]]:
        """Headline, text, tickets and shell lines; None waits for an answer that is already under way."""
        headline, text, tickets, lines = self.driver.execute_async_script(ANSWER, household)
        return headline, text, [ticket.replace(" ", "") for ticket in tickets], lines

    def find(self, selector: str) -> WebElement:
        from selenium.webdriver.common.by import By

        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """The text as a reader sees it: nothing of what is hidden."""
        return str(self.driver.execute_script("return document.querySelector(arguments[0]).innerText", selector))

    def outcomes(self) -> dict[str, str]:
        """Each check in the list, and whether it passed."""
        rows = self.driver.execute_script(
            "return Array.from(document.querySelectorAll('#checks li'), (li) => [li.dataset.check, li.dataset.outcome])"
        )
        return dict(rows)

    def complaints(self) -> list[str]:
        """What the browser wrote into its console since the last call: errors, and what a policy stopped.

        Every browser writes there that nothing has been published as after.jsonl, which is no error.
        """
        entries = self.driver.execute("getLog", {"type": "browser"})["value"]
        return [entry["message"] for entry in entries if not re.search(r"/after\.jsonl .*404", entry["message"])]


def groups_of(shown: str) -> str:
    """A hash shown in groups of four, as one text."""
    groups = shown.split()
    assert all(re.fullmatch("[0-9a-f]{4}", group) for group in groups), shown
    assert len(groups) == 16
    return "".join(groups)
