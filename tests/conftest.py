"""Which tests run here.

A test whose marker asks for a program that this machine lacks is deselected, and the summary says which and why; so
is `long`, unless `-m` speaks of it. In CI (the environment variable CI) everything must be there: a missing program,
a skipped test or one deselected for any other reason than `long` fails the run.

What several test files need made is here as well: a browser and its page.

The tests run in as many processes as there are cores (pytest-xdist; `-n 0`: in this one). What each left out is told
to the first, which writes the summary.
"""

import importlib.util
import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pages import Page

# Another seed in each run, also in CI, where hypothesis would take always the same; nobody's patience is measured.
settings.register_profile("mingyao", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("mingyao")

CI = bool(os.environ.get("CI"))


def program(name: str) -> tuple[str, Callable[[], bool]]:
    return name, lambda: shutil.which(name) is not None


def module(name: str) -> tuple[str, Callable[[], bool]]:
    return f"Python's {name}", lambda: importlib.util.find_spec(name) is not None


def avahi() -> bool:
    """ippeveprinter announces itself, or does not start. A daemon that is gone may have left its socket."""
    with socket.socket(socket.AF_UNIX) as asked:
        return asked.connect_ex("/run/avahi-daemon/socket") == 0


def axe() -> bool:
    return Path(os.environ.get("AXE_JS", "nowhere")).is_file()


NEEDS = {
    "browser": [program("chromium"), program("chromedriver"), module("selenium")],
    "axe": [("axe-core in AXE_JS", axe)],
    "display": [program("Xvfb"), program("xdotool")],
    "outputs": [program("Xorg"), program("xrandr"), program("xdotool")],
    "printer": [program("lp"), program("cupsd"), program("ippeveprinter"), ("a running avahi-daemon", avahi)],
    "poppler": [program("pdftoppm"), program("pdftotext"), program("pdfinfo")],
    "zbar": [program("zbarimg")],
    "strace": [program("strace")],
    "curl": [program("curl")],
    "duckdb": [module("duckdb"), module("duckdb_cli")],
    "spark": [module("pyspark"), program("java")],
}

left_out: Counter[str] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {marker: _missing(marker) for marker in NEEDS if any(item.get_closest_marker(marker) for item in items)}
    if CI and any(missing.values()):
        raise pytest.UsageError(
            f"missing in CI: {', '.join(sorted({what for each in missing.values() for what in each}))}"
        )
    asked_for_long = "long" in config.getoption("markexpr")
    runs: list[pytest.Item] = []
    leaves: list[pytest.Item] = []
    for item in items:
        why = [f"needs {what}" for marker in missing if item.get_closest_marker(marker) for what in missing[marker]]
        if item.get_closest_marker("long") and not asked_for_long:
            why.append("long, run with -m long")
        left_out.update(why[:1])
        (leaves if why else runs).append(item)
    if leaves:
        config.hook.pytest_deselected(items=leaves)
        items[:] = runs


def _missing(marker: str) -> list[str]:
    return [what for what, is_there in NEEDS[marker] if not is_there()]


not_run: list[str] = []


def pytest_deselected(items: Iterable[pytest.Item]) -> None:
    not_run.extend(item.nodeid for item in items if item.get_closest_marker("long") is None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        not_run.append(report.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One of the processes has ended. All of them collect the same tests, so that each left out the same."""
    told = getattr(node, "workeroutput", {})
    left_out.update(Counter(told.get("left_out", {})) - left_out)
    not_run.extend(test for test in told.get("not_run", []) if test not in not_run)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput |= {"left_out": dict(left_out), "not_run": not_run}
    if CI and not_run and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for why, count in left_out.items():
        terminalreporter.write_line(f"{count} tests left out: {why}")
    if CI and not_run:
        terminalreporter.write_line(f"not run, which CI does not allow: {len(not_run)}, such as {not_run[0]}", red=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    """One Chromium for all tests of a file."""
    page = Page()
    yield page
    page.close()


@pytest.fixture
def page(browser: Page) -> Page:
    """The browser as each test finds it: English, light, with no complaint left by the one before."""
    browser.look_like("en")
    browser.complaints()
    return browser
