"""The pages for phones in the hall, as an ASGI application that answers from memory.

Its state is a table of answers (`site`), which grows with the ceremony, as it is followed from the folder:

- *before* the sealing: the notice's folder, `N/…/`, with the four input files and a page that says what will happen;
- *void*: the same folder, whose page says so, with `void.txt`, once that is judged as `export --notice` judges it;
- *drawing*: `R/…/`, where the QR code of the screen leads, is the live page of what the screen has shown;
- *done*: `R/…/` is the published folder with the page that judges it, once the folder has passed every check; until
  then, or if it does not pass, the live page stays and says so.

What does not hold in the folder, a `void.txt` or a receipt, is not served, and told once to whoever serves. A journal
that was there and is out of sight is waited for: only a folder that never had one is published without its end.

`/` leads to the newest of them. The notice's page is asked for again by the browser until the sealing. The live page is
told of news by server-sent events (`/live/events`), and by `/live.json` where those do not arrive; both say the same.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from kiosk import folder as folders
from kiosk.ceremony import record, void
from kiosk.core import evidence
from kiosk.core.errors import InputError, JournalError, MingyaoError, VerificationError
from kiosk.hall import address, published, site
from kiosk.hall.live import Follower
from kiosk.journal import entry
from kiosk.words import LANGUAGES, say, texts

BEFORE, VOID, DRAWING, DONE, BROKEN, REFUTED = "before", "void", "drawing", "done", "broken", "refuted"

LOOK_S = 0.25
BEAT_S = 10.0
NOTICE_S = 15  # after which a phone that shows the notice asks for its page again

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# One piece of a body: what a slow reader makes the server hold.
_PIECE = 64 * 1024
_FROM = re.compile(rb"from=([0-9]{1,9})")
_LIVE_PAGE = Path(__file__).resolve().parent / "live.html"
_LIVE_WORDS = {
    "mine-label": "hall.live.mine",
    "result-label": "hall.live.result",
    "shown-label": "hall.live.shown",
    "fixed": "hall.live.fixed",
    "sealed": "hall.live.sealed",
    "drawing": "hall.live.drawing",
    "refuted": "hall.live.refuted",
    "broken": "hall.live.broken",
    "live": "hall.live.live",
    "asking": "hall.live.asking",
    "lost": "hall.live.lost",
    "drawn": "hall.live.drawn",
    "drawn-order": "hall.live.drawn-order",
    "not-yet": "hall.live.not-yet",
}

_NOT_FOUND = site.refusal(404, "404")
_NOT_ALLOWED = site.refusal(405, "405", (b"allow", b"GET, HEAD"))
_STREAM = site.Answer(
    200,
    [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", site.NEVER.encode()),
        (b"x-accel-buffering", b"no"),
        *site.careful("", b""),
    ],
    b"",
)


class Hall:
    """The application. `look` (or `follow`, for ever) brings it up to date with the folder."""

    def __init__(self, folder: Path, tell: Callable[[MingyaoError], None] = lambda error: None) -> None:
        """tell: is given, once each, what does not hold and is not served. InputError or VerificationError where the
        folder holds no frozen draw."""
        self.folder = folder
        self.tell = tell
        files = folders.read(folder, (*evidence.INPUTS, *published.EXTRAS, published.OFFICE))
        self.inputs = evidence.read_inputs(files)
        self.files = published.without_untrue(files, self.inputs)
        self.told = set[str]()  # files of which it has been told that they do not hold
        self._tell_left_out(published.left_out(files, self.files))
        self.follower = Follower(folder, self.inputs)
        self.phase = BEFORE
        self.place = "/" + address.folder("N", self.inputs.notice_hash)
        self.notice = site.resources(published.notice_tree(self.files, self.inputs))
        self.table = self._watched(self.notice)
        self.root = site.redirect(self.place)
        self.declared: tuple[object, ...] = ()  # void.txt and the journal, as they were last judged together
        self.doubt: MingyaoError | None = None  # what that found, until the next look
        self.judged: tuple[object, ...] = ()
        self.version = 0
        self.news: asyncio.Future[None] | None = None
        self.stopped = False

    async def follow(self) -> None:
        while not self.stopped:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Takes in what has changed in the folder."""
        changed = await self._look_at_void()
        if self.phase != DONE:  # what is published stays as it is
            changed = await self._look_at_draw() or changed
        if changed:
            self._tell()

    async def _look_at_draw(self) -> bool:
        changed = self.follower.look()
        shown = self.follower.shown
        if shown.result_hash and self.phase in (BEFORE, VOID):
            self._go_live(shown.result_hash)
        if shown.broken and self.phase == DRAWING:
            self.phase = BROKEN
        if shown.finished or not self.follower.seen:
            changed = await self._publish() or changed
        return changed

    async def _look_at_void(self) -> bool:
        """Takes in the declaration of a void if it holds; whether it has changed what is served."""
        state = (_state(self.folder / void.FILE), _state(self.folder / entry.FILE))
        if state == self.declared:
            # Only what has stood still for a look is told: the kiosk writes the journal first, and void.txt then.
            doubt, self.doubt = self.doubt, None
            if doubt and void.FILE not in self.told:
                self.told.add(void.FILE)
                self.tell(InputError("hall.void-left-out"))
                self.tell(doubt)
            return False
        self.declared, self.doubt = state, None
        if state[0] is None:
            return False
        try:
            checked, table = await asyncio.to_thread(self._judge_void)
        except (JournalError, InputError, VerificationError) as error:
            self.doubt = error
            return False
        if self.phase not in (BEFORE, VOID) or (checked.ended != "void" and self.follower.seen):
            return False  # a journal that was there says whether the draw is void, and is out of sight
        self.table = self._watched(table)
        self.phase = VOID
        return True

    def _judge_void(self) -> tuple[record.Checked, dict[bytes, site.Resource]]:
        """The declaration as `record` judges it, and the notice's folder with it."""
        checked = record.check(self.folder)
        tree = published.notice_tree({**self.files, void.FILE: checked.declared}, self.inputs)
        return checked, site.resources(tree)

    def _watched(self, notice: dict[bytes, site.Resource]) -> dict[bytes, site.Resource]:
        """The notice's folder while its page may still change under somebody's eyes."""
        place = self.place.encode()
        return {**notice, place: site.watched(notice[place], NOTICE_S)}

    def _tell_left_out(self, names: tuple[str, ...]) -> None:
        for name in names:
            if name not in self.told:
                self.told.add(name)
                self.tell(InputError("hall.left-out", file=name))

    def stop(self) -> None:
        """Lets the live pages' streams end."""
        self.stopped = True
        self._tell()

    def _tell(self) -> None:
        self.version += 1
        if self.news and not self.news.done():
            self.news.set_result(None)

    def _go_live(self, result_hash: str) -> None:
        self.phase = DRAWING
        path = "/" + address.folder("R", result_hash)
        live = site.resource(published.PAGE, self._live_page(result_hash), site.NEVER)
        self.table = {**self.notice, path.encode(): live}
        self.root = site.redirect(path)

    async def _publish(self) -> bool:
        """Publishes the folder if it is whole and passes every check; whether the phase has changed."""
        state = tuple(_state(self.folder / name) for name in evidence.FILES)
        if None in state or state == self.judged:
            return False  # not all of the seven are there yet, or nothing is new
        self.judged = state
        before = self.phase
        try:
            result_hash, table, left_out = await asyncio.to_thread(self._judge)
        except (VerificationError, InputError):
            self.phase = REFUTED
        else:
            self._tell_left_out(left_out)
            self.table = {**self.notice, **table}
            self.root = site.redirect("/" + address.folder("R", result_hash))
            self.phase = DONE
        return self.phase != before

    def _judge(self) -> tuple[str, dict[bytes, site.Resource], tuple[str, ...]]:
        """The result hash, the published folder and what does not hold, if it is what this notice promised."""
        files = folders.read(self.folder, (*evidence.FILES, *published.EXTRAS))
        judged = evidence.judge(files, published=self.inputs.notice_hash)
        kept = published.without_untrue(files, judged.inputs)
        return judged.result_hash, site.resources(published.result_tree(kept)), published.left_out(files, kept)

    def _live_page(self, result_hash: str) -> bytes:
        # The page fills in the {braces} itself.
        words = {language: {name: texts(language)[key] for name, key in _LIVE_WORDS.items()} for language in LANGUAGES}
        rehearsal = "".join(
            f'<p class="rehearsal" lang="{language}">{escape(say(language, "hall.notice.rehearsal"))}</p>'
            for language in LANGUAGES
        )
        return (
            Template(_LIVE_PAGE.read_text(encoding="utf-8"))
            .substitute(
                title=escape(self.inputs.notice.title),
                rehearsal=rehearsal if self.inputs.notice.rehearsal else "",
                hash=published.groups(result_hash),
                # In a script no "<" may stand that could end it.
                words=json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"),
            )
            .encode()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: bytes = scope["raw_path"]
        if scope["method"] not in ("GET", "HEAD"):
            await _send(send, _NOT_ALLOWED)
        elif path == b"/":
            await _send(send, self.root)
        elif path == b"/live.json":
            body, _ = self.follower.shown.message(self.phase, _start(scope["query_string"]))
            await _send(send, site.resource(".json", body.encode(), site.NEVER).plain)
        elif path == b"/live/events" and scope["method"] == "GET":
            await self._stream(_start(scope["query_string"]), receive, send)
        elif found := self.table.get(path):
            headers = dict(scope["headers"])
            zipped = site.accepts_gzip(headers.get(b"accept-encoding", b""))
            await _send(send, found.answer(zipped, headers.get(b"if-none-match", b"")))
        elif (meant := site.meant(path)) in self.table:
            await _send(send, site.redirect(meant.decode()))
        else:
            await _send(send, _NOT_FOUND)

    async def _stream(self, start: int, receive: Receive, send: Send) -> None:
        """Tells one phone of every change, until it leaves or the server stops."""
        await send({"type": "http.response.start", "status": _STREAM.status, "headers": _STREAM.headers})
        gone = asyncio.ensure_future(_gone(receive))
        told = -1
        try:
            while not (gone.done() or self.stopped):
                if self.news is None or self.news.done():
                    self.news = asyncio.get_running_loop().create_future()
                news, text = self.news, "event: beat\ndata:\n\n"
                if told != self.version or start < len(self.follower.shown.rows):
                    told = self.version
                    message, start = self.follower.shown.message(self.phase, start)
                    text = f"data: {message}\n\n"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                if start >= len(self.follower.shown.rows):
                    await asyncio.wait((gone, news), timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b""})


def _state(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None where there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, answer: site.Answer) -> None:
    """The body in pieces, each sent only when the reader has taken most of the one before."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    body = memoryview(answer.body)
    for begin in range(0, len(body), _PIECE):
        more = begin + _PIECE < len(body)
        await send({"type": "http.response.body", "body": bytes(body[begin : begin + _PIECE]), "more_body": more})
    if not body:
        await send({"type": "http.response.body", "body": b""})


def _start(query: bytes) -> int:
    found = _FROM.fullmatch(query)
    return int(found[1]) if found else 0
