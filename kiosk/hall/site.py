"""The answers of the hall's server, made beforehand: status, headers and body of every path there is. Pure.

A request is answered by looking its path up in a table, byte for byte as it came. Nothing is decoded, joined or opened,
so there is no way out of the table: `..`, `%2e`, a NUL or an absolute path are simply not in it. What was typed in
lower case, or without the last slash, is sent on to the path that is.

Files under a content address never change and may be kept for ever; a page beside them may, with the next version of
the program, and is asked for again each time (which costs 304 and no body where it has not).
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from kiosk.core import text
from kiosk.hall.published import PAGE

Headers = list[tuple[bytes, bytes]]

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NEVER = "no-store"

# Tables are plain text here: as text/csv most phones would save them instead of showing them.
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json; charset=utf-8"}
_PLAIN = "text/plain; charset=utf-8"
_TYPED = re.compile(rb"/([RNrn])/([0-9A-Fa-f]{32})(/[a-zA-Z0-9.-]*)?")
# Below this a compressed body saves no packet.
_LEAST_TO_COMPRESS = 1024


@dataclass(frozen=True)
class Answer:
    """The headers hold everything that the server does not add itself (its date)."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Resource:
    """One path's answers: as it is, compressed, and to somebody who has it already."""

    plain: Answer
    zipped: Answer
    unchanged: Answer
    etag: bytes

    def answer(self, accepts_gzip: bool, etags: bytes) -> Answer:
        if etags and (etags == b"*" or self.etag in [tag.strip().removeprefix(b"W/") for tag in etags.split(b",")]):
            return self.unchanged
        return self.zipped if accepts_gzip else self.plain


def resource(name: str, body: bytes, cache: str) -> Resource:
    """name: only its ending counts, for the type."""
    etag = f'"{text.sha256(body)[:32]}"'.encode()
    kept = [(b"etag", etag), (b"cache-control", cache.encode()), (b"vary", b"accept-encoding"), *careful(name, body)]
    typed = [(b"content-type", _type(name).encode()), *kept]
    plain = Answer(200, [*typed, _length(body)], body)
    packed = gzip.compress(body, mtime=0) if len(body) >= _LEAST_TO_COMPRESS else body
    zipped = Answer(200, [*typed, (b"content-encoding", b"gzip"), _length(packed)], packed)
    return Resource(plain, zipped if len(packed) < len(body) else plain, Answer(304, kept, b""), etag)


def resources(tree: Mapping[str, bytes]) -> dict[bytes, Resource]:
    """The table of a published tree; a folder's own path answers with its page."""
    table = {}
    for path, body in tree.items():
        made = resource(path, body, ASK_AGAIN if path.endswith(".html") else FOREVER)
        table[f"/{path}".encode()] = made
        if path.endswith(f"/{PAGE}"):
            table[f"/{path.removesuffix(PAGE)}".encode()] = made
    return table


def watched(page: Resource, every_s: int) -> Resource:
    """The same page, which the browser asks for again by itself: news without a script, and no other byte."""

    def also(answer: Answer) -> Answer:
        return replace(answer, headers=[*answer.headers, (b"refresh", str(every_s).encode())])

    return Resource(also(page.plain), also(page.zipped), also(page.unchanged), page.etag)


def refusal(status: int, why: str, *more: tuple[bytes, bytes]) -> Answer:
    body = f"{why}\n".encode()
    kept = [(b"content-type", _PLAIN.encode()), (b"cache-control", NEVER.encode()), *careful("", body), *more]
    return Answer(status, [*kept, _length(body)], body)


def meant(path: bytes) -> bytes:
    """The path as it is published, of one that was typed in lower case or without the last slash; b"" of others."""
    found = _TYPED.fullmatch(path)
    return b"/%b/%b%b" % (found[1].upper(), found[2].upper(), found[3] or b"/") if found else b""


def redirect(path: str) -> Answer:
    return Answer(302, [(b"location", path.encode()), (b"cache-control", NEVER.encode()), _length(b"")], b"")


def careful(name: str, body: bytes) -> Headers:
    """What a careful site says with each of its files."""
    allowed = policy(body) if name.endswith(".html") else "default-src 'none'"
    return [
        (b"content-security-policy", allowed.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]


def policy(*pages: bytes) -> str:
    """The content security policy of pages: their own scripts and styles by their hashes, their own folder, workers.

    So nothing that somebody manages to put into a page runs, and no page can ask anybody else for anything.
    """
    found = _Inline()
    for page in pages:
        found.feed(page.decode())
    found.close()
    scripts, styles = (_sources(found.contents[tag]) for tag in ("script", "style"))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; worker-src blob:; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def accepts_gzip(header: bytes) -> bool:
    """Whether an Accept-Encoding header asks for gzip (RFC 9110, 12.5.3): named, and not with a weight of zero."""
    for offer in header.lower().split(b","):
        coding, _, weight = offer.partition(b";")
        if coding.strip() == b"gzip":
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


def _type(name: str) -> str:
    return next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), _PLAIN)


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()


def _sources(contents: list[str]) -> str:
    hashes = [base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() for content in contents]
    return " ".join(f"'sha256-{hash}'" for hash in hashes) or "'none'"


class _Inline(HTMLParser):
    """Collects what stands in the page's script and style elements, as the browser hashes it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.contents: dict[str, list[str]] = {"script": [], "style": []}
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.contents:
            self.inside = tag
            self.contents[tag].append("")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.contents[self.inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""
