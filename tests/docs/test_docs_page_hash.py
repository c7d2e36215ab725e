"""The page's own SHA-256 stands in docs/PUBLISHING.md: whoever changes the page has to announce another."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_announced_hash_is_that_of_the_page() -> None:
    page = (ROOT / "kiosk" / "verifier" / "index.html").read_bytes()
    told = (ROOT / "docs" / "PUBLISHING.md").read_text(encoding="utf-8")
    assert hashlib.sha256(page).hexdigest() in told
