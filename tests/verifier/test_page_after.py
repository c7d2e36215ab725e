"""The verifier page on what happened after the draw: the golden chains, the broken ones, and any others."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afters import Days, Golden, broken_chains, draw, files, golden_chains, judge_with_verifier
from judges import Judgement, write_folder
from kiosk.core.errors import ProtocolError
from pages import PAGE, Page

pytestmark = pytest.mark.browser

GOLDEN = {golden.name: golden for golden in golden_chains()}
BROKEN = list(broken_chains())
RIGHT = Judgement("verified", None)

# A folder is chosen, and then one chain after the other beside it; each answer is what the page says of the chain.
CHOOSE_AFTER = """
const done = arguments[arguments.length - 1], root = document.documentElement, input = document.querySelector('#files');
const [folder, chains] = arguments;
const file = (name, text) => new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name);
const until = (so) => new Promise((told) => {
  const watch = new MutationObserver(() => { if (so()) { watch.disconnect(); told(); } });
  watch.observe(root, {attributes: true});
});
(async () => {
  const list = new DataTransfer(), all = [];
  for (const [name, text] of Object.entries(folder)) list.items.add(file(name, text));
  input.files = list.files;
  input.dispatchEvent(new Event('change'));
  await until(() => root.dataset.verdict);
  if (!root.dataset.after) await until(() => root.dataset.after);
  for (const [after, entry] of chains) {
    run.source.files['after.jsonl'] = file('after.jsonl', after);
    given.entry = entry;
    const judged = until(() => root.dataset.after);
    askForAfter();
    await judged;
    all.push([root.dataset.after, root.dataset.afterCheck || null, document.querySelector('#after').innerText]);
  }
  given.entry = '';
  done(all);
})();
"""
AFTER = """
const done = arguments[arguments.length - 1], root = document.documentElement, input = document.querySelector('#files');
const judged = ([files, entry]) => new Promise((told) => {
  const list = new DataTransfer();
  for (const [name, text] of Object.entries(files)) {
    list.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  given.entry = entry;
  input.files = list.files;
  input.dispatchEvent(new Event('change'));
  new MutationObserver((_, watch) => {
    if (!root.dataset.after && root.dataset.verdict !== 'refuted') return;
    watch.disconnect();
    told([root.dataset.after || root.dataset.verdict, root.dataset.afterCheck || null,
      document.querySelector('#after').innerText]);
  }).observe(root, {attributes: true});
});
(async () => {
  const all = [];
  for (const each of arguments[0]) all.push(await judged(each));
  done(all);
})();
"""
AFTER = """
const done = arguments[arguments.length - 1], said = document.documentElement.dataset;
const look = () => { if (said.after) { watch.disconnect(); done([said.after, said.afterCheck || null]); } };
const watch = new MutationObserver(look);
watch.observe(document.documentElement, {attributes: true});
look();
"""
AXE = """
axe.run({resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
  (report) => arguments[0](report.violations.map((v) => [v.impact, v.id, v.nodes[0].html])));
"""


@pytest.fixture
def page(page: Page) -> Page:
    page.open(PAGE.as_uri())
    return page


def judge_chosen(page: Page, folder: str, *chains: tuple[bytes, str]) -> list[Judgement]:
    """Chains and the hashes that somebody holds, chosen beside the files of a folder."""
    seven = {name: base64.b64encode(data).decode() for name, data in files(folder).items()}
    chosen = [(base64.b64encode(after).decode(), entry) for after, entry in chains]
    return [Judgement(*told) for told in page.driver.execute_async_script(CHOOSE_AFTER, seven, chosen)]


def judged(page: Page) -> Judgement:
    verdict, check = page.driver.execute_async_script(AFTER)
    return Judgement(verdict, check, page.text("#after"))


def published(page: Page, golden: Golden, after: bytes | int | None = None) -> Judgement:
    """Published beside the seven files."""
    there = {**files(golden.folder), "after.jsonl": golden.after if after is None else after}
    page.open(page.host.publish(there))
    assert page.judged() == RIGHT
    return judged(page)


def test_every_golden_chain_is_right_and_changed_places_are_told(page: Page) -> None:
    for golden in GOLDEN.values():
        (judgement,) = judge_chosen(page, golden.folder, (golden.after, ""))
        assert judgement == RIGHT, golden.name
        changed = [line.split(",") for line in golden.holders.splitlines()[1:] if not line.endswith(",")]
        told = re.findall(r", rank (\d+): (.*), (.*) \(entry (\d+)\)", judgement.why or "")
        assert told == [
            (place, household or "free", unit or "still to choose", entry)
            for _, place, _, household, unit, entry in changed
        ]


@pytest.fixture(scope="module")
def of_broken(browser: Page) -> dict[str, Judgement]:
    browser.look_like("en")
    browser.open(PAGE.as_uri())
    all_said: dict[str, Judgement] = {}
    for folder in {broken.folder for broken in BROKEN}:
        chains = [broken for broken in BROKEN if broken.folder == folder]
        said = judge_chosen(browser, folder, *((broken.after, broken.entry or "") for broken in chains))
        all_said |= {broken.name: judgement for broken, judgement in zip(chains, said, strict=True)}
    return all_said


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_every_broken_chain_is_refused_by_the_check_that_must(of_broken: dict[str, Judgement], broken: Any) -> None:
    judgement = of_broken[broken.name]
    assert judgement == Judgement("refuted", broken.check), broken.why
    assert "Do not rely on" in (judgement.why or "")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(["golden/choose", "after/ladder", "golden/small"]), st.data())
def test_page_and_verifier_say_the_same_of_any_chain(browser: Page, folder: str, data: st.DataObject) -> None:
    days = Days(draw(folder))
    households = sorted(days.book.draw.households)
    for _ in range(data.draw(st.integers(1, 12))):
        try:
            match data.draw(st.sampled_from(["withdraw", "replace", "choose", "undo", "ask"])):
                case "withdraw":
                    days.withdraw(data.draw(st.sampled_from(households)))
                case "replace" if days.book.standing.next():
                    days.replace()
                case "choose" if folder == "golden/choose" and days.book.standing.chooser("order"):
                    days.choose("order", data.draw(st.sampled_from(["X0", "X1", "X2", "X3", "X10"])))
                case "undo":
                    days.undo(data.draw(st.integers(1, 12)))
                case _:
                    days.ask("问")
        except ProtocolError:
            continue
    after = bytearray(days.data)
    if after and data.draw(st.booleans()):
        after[data.draw(st.integers(0, len(after) - 1))] = data.draw(st.integers(0, 255))
    (page,) = judge_chosen(browser, folder, (bytes(after), ""))
    assert page == judge_with_verifier(files(folder), bytes(after))


def test_published_beside_the_draw_it_is_read_once_and_before_anybody_looks_something_up(page: Page) -> None:
    golden = GOLDEN["undone"]
    there = {**files(golden.folder), "after.jsonl": golden.after}
    page.open(page.host.publish(there))
    assert page.judged() == RIGHT
    assert judged(page) == RIGHT
    asked = list(page.host.asked)
    page.look_up("R05")
    assert page.host.asked == asked
    assert [path for path in page.host.asked if "after.jsonl" in path] == ["/draw/after.jsonl"]
    assert page.complaints() == []


def test_an_entry_that_somebody_holds_is_looked_for(page: Page) -> None:
    golden = GOLDEN["undone"]
    hashes = re.findall(rb'"hash":"([0-9a-f]{64})"', golden.after)
    assert "Not proved: that nothing is missing at the end" in (published(page, golden).why or "")
    for typed, verdict in ((hashes[2].decode().upper()[:32], RIGHT), ("0" * 64, Judgement("refuted", "after-entry"))):
        page.driver.execute_script("delete document.documentElement.dataset.after")
        page.find("#entry").clear()
        page.find("#entry").send_keys(typed)
        page.find("#entry").submit()
        assert judged(page) == verdict
    assert page.driver.execute_script("return document.documentElement.dataset.verdict") == "verified"
    page.driver.execute_script("given.entry = ''")


def test_what_is_not_published_or_cannot_be_read_is_said_and_changes_no_verdict(page: Page) -> None:
    golden = GOLDEN["undone"]
    assert published(page, golden, 404) == Judgement("missing", None)
    assert "Nothing that happened after the draw has been published here." in page.text("#after-said")
    assert published(page, golden, 500) == Judgement("unreadable", None)
    assert published(page, golden, b"") == RIGHT
    assert published(page, golden, b"{}\n") == Judgement("refuted", "after-form")
    assert page.driver.execute_script("return document.documentElement.dataset.verdict") == "verified"


def test_a_household_is_told_what_has_become_of_it(page: Page) -> None:
    golden = GOLDEN["one"]
    published(page, golden)
    hashes = [entry.decode() for entry in re.findall(rb'"hash":"([0-9a-f]{64})"', golden.after)]
    for household, drawn, since, entry in (
        ("R05", "R05 was drawn", "Changed since the draw: it has withdrawn (entry 1).", 1),
        ("R03", "R03 was not drawn. In “两居室” it is alternate number 2.",
         "Changed since the draw: it was given, as next in line, 两居室, number 4, 1栋-0902 (entry 2).", 2),
    ):  # fmt: skip
        headline, said, _, _ = page.look_up(household)
        assert headline.startswith(drawn), "the draw's own result is never altered"
        assert page.text("#since .changed") == since
        assert f"The hash of entry {entry}: {' '.join(re.findall('....', hashes[entry - 1]))}" in said
    assert "None changes anything for it." in page.look_up("R07")[1]
    page.look_like("zh-CN")
    published(page, golden)
    assert page.look_up("R03")[0] == "R03 没有抽中。在“两居室”是候补第 2 位。"
    assert page.text("#since .changed") == "摇号后有变动：现为递补入选，两居室，顺序号 4，1栋-0902（第 2 条）。"


def test_of_a_record_that_is_refused_or_not_to_be_read_a_household_is_told_so_and_nothing_of_it(page: Page) -> None:
    golden = GOLDEN["one"]
    published(page, golden, golden.after.replace(b'"household":"R03"', b'"household":"R07"'))
    for household in ("R03", "R05", "R07"):
        said = page.look_up(household)[1]
        assert "does not hold (what failed: each entry follows the one before, none is changed)" in said
        assert "Changed since" not in said
    published(page, golden, 500)
    assert "What happened after the draw cannot be read" in page.look_up("R05")[1]
    published(page, golden, 404)
    page.look_up("R05")
    assert page.text("#since") == ""


def test_nothing_after_a_refuted_draw_is_judged(page: Page, tmp_path: Path) -> None:
    golden = GOLDEN["one"]
    write_folder({**files(golden.folder), "units.csv": b"unit\n", "after.jsonl": golden.after}, tmp_path)
    assert page.judge_folder(tmp_path) == Judgement("refuted", "sums")
    assert not page.find("#after").is_displayed()


def test_a_folder_from_the_disk_is_judged_with_what_happened_since(page: Page, tmp_path: Path) -> None:
    golden = GOLDEN["three-tiers"]
    folder = tmp_path / "draw"
    folder.mkdir()
    write_folder({**files(golden.folder), "after.jsonl": golden.after}, folder)
    (tmp_path / "after.jsonl").write_bytes(b"")  # outside of any draw's folder
    assert page.judge_folder(tmp_path) == RIGHT
    assert judged(page) == RIGHT


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_on_a_phone_it_fits(page: Page, language: str) -> None:
    page.look_like(language, width=360)
    for golden in (GOLDEN["limits"], GOLDEN["suizhou"]):
        published(page, golden)
        assert page.driver.execute_script("return document.documentElement.scrollWidth") == 360


@pytest.mark.axe
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en", True)], ids=["light", "dark"])
@pytest.mark.parametrize("after", [None, b"{}\n"], ids=["right", "refuted"])
def test_axe_finds_nothing_serious_after_the_draw(page: Page, language: str, dark: bool, after: bytes | None) -> None:
    page.look_like(language, dark=dark)
    published(page, GOLDEN["choosing"], after)
    page.driver.execute_script(Path(os.environ["AXE_JS"]).read_text("utf-8"))
    found = page.driver.execute_async_script(AXE)
    assert [violation for violation in found if violation[0] in ("serious", "critical")] == []
