"""The hall's pages in a real Chromium, over the real server with its policies."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

import ceremonies
from followed import Ceremony
from judges import Judgement
from kiosk.ceremony import desk
from kiosk.ceremony.desk import Key
from kiosk.hall import child, serve, server
from pages import Page, groups_of

pytestmark = pytest.mark.browser

# Waits in the page until its text holds this.
SAYS = """
const [selector, text, done] = arguments;
const look = () => {
  const node = document.querySelector(selector);
  if (!node || !node.innerText.includes(text)) return;
  watch.disconnect();
  done(node.innerText);
};
const watch = new MutationObserver(look);
watch.observe(document, {subtree: true, childList: true, characterData: true});
look();
"""
AXE_RUN = """
axe.run({resultTypes: ['violations']}).then(
  (report) => arguments[0](report.violations.map((v) => [v.impact, v.id, v.nodes[0].html, v.nodes[0].failureSummary])));
"""
WITHOUT_STREAMS = "delete window.EventSource;"
# As a proxy does that keeps a stream back until it ends.
SILENT_STREAMS = """
window.EventSource = class { constructor() { setTimeout(() => this.onerror(new Event('error'))); }
  addEventListener() {} close() {} };
"""


@pytest.fixture
def serving() -> Iterator[Callable[[Ceremony], str]]:
    served: list[child.Served] = []

    def starting(ceremony: Ceremony) -> str:
        served.append(child.start(ceremony.folder, "127.0.0.1", 0))
        return served[-1].address

    yield starting
    for each in served:
        each.stop()


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    made = Ceremony(tmp_path / "draw", "tiers")
    made.open()
    return made


def says(page: Page, selector: str, text: str) -> str:
    said = page.driver.execute_async_script(SAYS, selector, text)
    assert isinstance(said, str)
    return said


def rows(page: Page) -> list[str]:
    found = page.driver.execute_script("return Array.from(document.querySelectorAll('#shown b'), (n) => n.innerText)")
    assert isinstance(found, list)
    return found


def test_the_page_judges_the_draw_under_the_server_s_policy(
    page: Page, serving: Callable[[Ceremony], str], ceremony: Ceremony
) -> None:
    ceremony.seal()
    assert list(ceremony.shows())
    ceremony.finish()
    address = serving(ceremony)
    page.open(f"{address}/{ceremony.path('R')}/")
    says(page, "#verdict", "")
    assert page.judged() == Judgement("verified", None)
    assert page.complaints() == []


def test_no_figure_of_the_notice_is_broken_in_two_on_a_phone(
    page: Page, serving: Callable[[Ceremony], str], tmp_path: Path
) -> None:
    page.open(f"{serving(Ceremony(tmp_path / 'draw', 'suizhou-507'))}/")
    figures = page.driver.execute_script(
        "for (const title of document.querySelectorAll('td:nth-child(-n+2)'))"
        " title.textContent = '优先保障家庭'.repeat(4);"
        "return Array.from(document.querySelectorAll('td:nth-child(n+3)'), (cell) => {"
        " const range = document.createRange(); range.selectNodeContents(cell);"
        " return [cell.textContent, range.getClientRects().length]; })"
    )
    assert figures and all(lines == 1 for _, lines in figures), figures
    assert page.driver.execute_script("return document.documentElement.scrollWidth") == 360


def test_the_page_beside_the_notice_looks_a_household_up(
    page: Page, serving: Callable[[Ceremony], str], ceremony: Ceremony
) -> None:
    page.open(f"{serving(ceremony)}/")
    page.find("section[lang=en] a[href='check.html']").click()
    assert page.judged().verdict == "unusable"  # not held yet, and the page says so
    assert "Takes part" in page.look_up(ceremony.housed[0].household)[1]
    assert page.complaints() == []


@pytest.mark.parametrize("script", ["", WITHOUT_STREAMS, SILENT_STREAMS], ids=["streams", "no streams", "silent ones"])
def test_a_phone_follows_the_screen_and_ends_at_the_verdict(
    script: str, page: Page, serving: Callable[[Ceremony], str], ceremony: Ceremony
) -> None:
    ceremony.seal()
    address = serving(ceremony)
    added = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    try:
        page.open(f"{address}/{ceremony.path('R')}/")
        says(page, "#now", "The result is fixed")
        assert groups_of(page.text(".hash")) == ceremony.result_hash
        says(page, "#follow", "Updated every second" if script else "In step")
        shown: list[str] = []
        for drawn in islice(ceremony.shows(), 4):
            shown.insert(0, drawn.household)
            says(page, "#shown", drawn.household)
            assert [text.split()[0] for text in rows(page)] == shown
        ceremony.finish()
        assert page.judged() == Judgement("verified", None)
        assert page.complaints() == []
    finally:
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": added["identifier"]})


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [("en", "has not been shown so far", "has been shown"), ("zh-CN", "目前尚未公布", "已公布")],
)
def test_a_household_finds_itself_once_it_has_been_shown(
    language: str, before: str, after: str, page: Page, serving: Callable[[Ceremony], str], ceremony: Ceremony
) -> None:
    ceremony.seal()
    page.look_like(language)
    page.open(f"{serving(ceremony)}/{ceremony.path('R')}/")
    drawn = ceremony.housed[0]
    page.find("#mine").send_keys(drawn.household.lower())
    assert drawn.unit not in says(page, "#answer", before)
    next(ceremony.shows())
    says(page, "#shown", drawn.household)
    assert drawn.unit in says(page, "#answer", after)


def test_a_phone_that_shows_the_notice_learns_of_a_void_by_itself(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    monkeypatch.setattr(server, "NOTICE_S", 1)
    folder = ceremonies.frozen("small", tmp_path / "small")
    beginning, end = os.pipe()
    with serve.listen("127.0.0.1", 0) as listener, os.fdopen(beginning) as parent, ThreadPoolExecutor(1) as beside:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        served = beside.submit(serve.serve, folder, listener, parent)
        try:
            page.open(f"{address}/")
            assert "void.txt" not in page.text("body")
            conductor = ceremonies.conducted(folder, {})
            void = [Key("overlay"), Key("", "5"), Key("", "1"), Key("enter")]
            ceremonies.press(conductor, desk.begin(conductor.state), void)
            conductor.close()
            WebDriverWait(page.driver, 60).until(lambda _: "was declared void" in page.text("section[lang=en]"))
            page.find("section[lang=en] a[href='void.txt']").click()
            assert page.text("body").strip() == (folder / "void.txt").read_text(encoding="utf-8").strip()
        finally:
            os.close(end)
        served.result()


def test_a_title_is_text_whatever_stands_in_it(page: Page, tmp_path: Path) -> None:
    """The page is made of it before any policy can help."""
    from kiosk.core import evidence
    from kiosk.hall.server import Hall

    title = "</title><script>document.title='broken'</script><img src=x onerror=1> & $hash"
    ceremony = Ceremony(tmp_path / "draw", "tiers")
    notice = ceremony.folder / "notice.txt"
    told = notice.read_text(encoding="utf-8").splitlines()
    told = [f"title: {title}" if line.startswith("title: ") else line for line in told]
    notice.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
    hall = Hall(ceremony.folder)
    files = {name: (ceremony.folder / name).read_bytes() for name in evidence.INPUTS}
    assert evidence.read_inputs(files).notice.title == title
    live = tmp_path / "live.html"
    live.write_bytes(hall._live_page(ceremony.result_hash))
    page.open(live.as_uri())
    assert page.text("h1") == title
    assert page.driver.title == title


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_is_wider_than_a_phone(
    language: str, dark: bool, page: Page, serving: Callable[[Ceremony], str], tmp_path: Path
) -> None:
    ceremony = Ceremony(tmp_path / "limits", "limits")
    ceremony.open()
    page.look_like(language, dark=dark)
    page.open(f"{serving(ceremony)}/")
    assert page.driver.execute_script("return document.documentElement.scrollWidth") == 360
    ceremony.seal()
    drawn = next(ceremony.shows())
    page.open(f"{serving(ceremony)}/{ceremony.path('R')}/")
    says(page, "#shown", drawn.household)
    page.find("#mine").send_keys(drawn.household)
    assert page.driver.execute_script("return document.documentElement.scrollWidth") == 360


@pytest.mark.axe
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en", True)], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_the_hall_s_pages(
    language: str, dark: bool, page: Page, serving: Callable[[Ceremony], str], ceremony: Ceremony
) -> None:
    page.look_like(language, dark=dark)
    page.open(f"{serving(ceremony)}/")
    assert serious(page) == []
    ceremony.seal()
    drawn = next(ceremony.shows())
    page.open(f"{serving(ceremony)}/{ceremony.path('R')}/")
    says(page, "#shown", drawn.household)
    assert serious(page) == []


def serious(page: Page) -> list[list[str]]:
    page.driver.execute_script(Path(os.environ["AXE_JS"]).read_text(encoding="utf-8"))
    found = page.driver.execute_async_script(AXE_RUN)
    assert isinstance(found, list)
    return [violation for violation in found if violation[0] in ("serious", "critical")]
