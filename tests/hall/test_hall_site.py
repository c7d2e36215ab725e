"""The answers, made beforehand: their headers, and which of them a phone gets."""

import base64
import gzip
import hashlib
import re

import pytest

from kiosk.hall import published, site

PAGE = b"<!DOCTYPE html><style>p { color: red }</style><script>\n'use strict';\n1 < 2 && 3;\n</script><p>x"
TREE = {"R/AB/index.html": PAGE, "R/AB/roll.csv": b"household\n" + b"A1\n" * 1000, "R/AB/seed.txt": b"short\n"}


def headers(answer: site.Answer) -> dict[bytes, bytes]:
    found = dict(answer.headers)
    assert len(found) == len(answer.headers)
    return found


def test_the_policy_lets_the_page_s_own_script_run_and_no_other() -> None:
    script = b"\n'use strict';\n1 < 2 && 3;\n"
    expected = base64.b64encode(hashlib.sha256(script).digest()).decode()
    policy = dict(part.strip().split(" ", 1) for part in site.policy(PAGE).split(";"))
    assert policy["script-src"] == f"'sha256-{expected}'"
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in site.policy(PAGE)


def test_the_verifier_page_has_nothing_that_its_policy_would_stop() -> None:
    """Attributes with styles or handlers, and files from elsewhere, have no hash."""
    page = published.verifier_page().decode()
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+|src)\s*=", body)
    assert not re.search(r"<script[^>]*\ssrc|<link[^>]*\shref=\"(?!data:)", page)


def test_files_are_kept_for_ever_and_pages_asked_for_again() -> None:
    table = site.resources(TREE)
    assert headers(table[b"/R/AB/roll.csv"].plain)[b"cache-control"] == b"public, max-age=31536000, immutable"
    for path in (b"/R/AB/", b"/R/AB/index.html"):
        assert headers(table[path].plain)[b"cache-control"] == b"no-cache"
    assert table.keys() == {b"/R/AB/", b"/R/AB/index.html", b"/R/AB/roll.csv", b"/R/AB/seed.txt"}


@pytest.mark.parametrize("path", [b"/R/AB/", b"/R/AB/roll.csv"])
def test_every_answer_is_that_of_a_careful_site(path: bytes) -> None:
    found = site.resources(TREE)[path]
    for answer in (found.plain, found.zipped, found.unchanged, site.refusal(404, "404")):
        assert headers(answer)[b"x-content-type-options"] == b"nosniff"
        assert headers(answer)[b"referrer-policy"] == b"no-referrer"
        assert headers(answer)[b"content-security-policy"].startswith(b"default-src 'none'")


def test_a_table_is_shown_by_a_phone_and_not_saved() -> None:
    assert headers(site.resources(TREE)[b"/R/AB/roll.csv"].plain)[b"content-type"] == b"text/plain; charset=utf-8"


def test_gzip_is_given_where_it_is_asked_for_and_saves_something() -> None:
    table = site.resources(TREE)
    zipped = table[b"/R/AB/roll.csv"].answer(True, b"")
    assert headers(zipped)[b"content-encoding"] == b"gzip"
    assert gzip.decompress(zipped.body) == TREE["R/AB/roll.csv"]
    assert headers(zipped)[b"content-length"] == str(len(zipped.body)).encode()
    assert b"content-encoding" not in headers(table[b"/R/AB/roll.csv"].answer(False, b""))
    assert b"content-encoding" not in headers(table[b"/R/AB/seed.txt"].answer(True, b""))
    assert headers(table[b"/R/AB/seed.txt"].plain)[b"vary"] == b"accept-encoding"


def test_the_same_file_is_compressed_to_the_same_bytes() -> None:
    assert site.resources(TREE)[b"/R/AB/roll.csv"] == site.resources(TREE)[b"/R/AB/roll.csv"]


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        (b"gzip", True),
        (b"br, GZIP;q=0.5", True),
        (b"gzip; q=1.0, *;q=0", True),
        (b"", False),
        (b"identity", False),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"x-gzipped", False),
    ],
)
def test_what_asks_for_gzip(header: bytes, asked: bool) -> None:
    assert site.accepts_gzip(header) == asked


def test_who_has_it_already_gets_304_and_no_body() -> None:
    found = site.resources(TREE)[b"/R/AB/"]
    etag = headers(found.plain)[b"etag"]
    for known in (etag, b'"other", W/' + etag, b"*"):
        assert (found.answer(True, known).status, found.answer(True, known).body) == (304, b"")
    assert found.answer(True, b'"other"').status == 200
    assert headers(found.unchanged)[b"etag"] == etag
