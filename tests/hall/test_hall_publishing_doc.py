"""docs/PUBLISHING.md's line for cron, as it stands there, over a published folder."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from followed import Ceremony
from judges import SEVEN
from kiosk.hall import child, export

DOCUMENT = Path(__file__).parents[2] / "docs" / "PUBLISHING.md"

pytestmark = pytest.mark.curl


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a published draw, and the home of somebody who has a copy of it."""
    ceremony = Ceremony(tmp_path / "folder")
    ceremony.play()
    exported = export.export(ceremony.folder, tmp_path / "out")
    exported.folder.rename(tmp_path / "draw")
    server = child.start(ceremony.folder, "127.0.0.1", 0)
    address = f"{server.address}/{ceremony.path('R')}"
    # Judged and published once it is there: asking again until then is all that curl is used for here.
    wait = ["curl", "-fsS", "-o", "/dev/null", "--retry", "60", "--retry-delay", "1", "--retry-all-errors"]
    subprocess.run([*wait, f"{address}/SHA256SUMS"], check=True, capture_output=True)
    yield address, tmp_path
    server.stop()


def mail(address: str, home: Path) -> str:
    found = re.search(r"```cron\n\*/15 \* \* \* \* (.*)\n```", DOCUMENT.read_text(encoding="utf-8"))
    assert found
    line = re.sub(r"https://\S+/R/[0-9A-F]{32}", address, found[1])
    assert address in line
    return subprocess.run(
        ["/bin/sh", "-c", line],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_no_mail_while_all_is_as_it_was(served: tuple[str, Path]) -> None:
    assert mail(*served) == ""


def test_a_changed_byte_in_any_file_sends_a_mail(served: tuple[str, Path]) -> None:
    """Which of the two was changed does not matter to the comparison."""
    for name in (*SEVEN, "index.html"):
        copy = served[1] / "draw" / name
        whole = copy.read_bytes()
        copy.write_bytes(whole[:-1] + b"#")
        assert mail(*served) == f"{name} is gone or has changed\n"
        copy.write_bytes(whole)


def test_a_file_that_is_gone_sends_a_mail(served: tuple[str, Path]) -> None:
    (served[1] / "draw" / "another.txt").write_text("x")
    assert mail(*served) == "another.txt is gone or has changed\n"
