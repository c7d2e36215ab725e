"""Makes a PDF of a template in `assets/paper/` and of data, with typst.

**Data is never pasted into a template.** It goes over as one string of JSON and the template takes texts out of it, so
a name that holds `#`, `$` or `[` is printed and not obeyed.

**The same data gives the same bytes.** A template sets no date (`document(date: none)`), only the shipped fonts are
known, and nothing is fetched: a template may read what lies in its own folder, and no package.

**QR codes are vectors**, an SVG with one path of rectangles each, because a path is filled without seams between them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import cast

import typst

from kiosk.core.errors import DeviceError
from kiosk.qr import Matrix
from kiosk.shipped import ASSETS

TEMPLATES = ASSETS / "paper"

# A word of more characters than these may end its line anywhere: an id of 64 characters has no place to break.
_WHOLE = 12
_WORD = re.compile(rf"[!-~\u00a1-\u2e7f]{{{_WHOLE + 1},}}")
_BREAK = "\u200b"


def pdf(template: str, data: Mapping[str, object]) -> bytes:
    """template: its name in `assets/paper/`, without `.typ`."""
    written = json.dumps(data, ensure_ascii=False)
    try:
        compiler = typst.Compiler(str(TEMPLATES / f"{template}.typ"), str(TEMPLATES), _fonts(), True, {"data": written})
        return cast(bytes, compiler.compile(format="pdf", pdf_tags=False))
    except typst.TypstError as error:
        raise DeviceError("paper.typeset", reason=error.message) from error


def pdfs(template: str, batches: Sequence[Callable[[], Mapping[str, object]]]) -> Iterator[bytes]:
    """One for each batch. typst keeps what it has laid out, some 0.6 MB for a slip, so that of several batches each is
    made by a process of its own, and its memory is given back. Meanwhile this one gets the next batch's data ready."""
    if len(batches) == 1:
        yield pdf(template, batches[0]())
        return
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        before: Future[bytes] | None = None
        for batch in batches:
            made = processes.submit(pdf, template, batch())
            if before:
                yield before.result()
            before = made
        if before:
            yield before.result()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(ASSETS / "fonts")]
    )  # fmt: skip


def breakable(text: str) -> str:
    """The text with invisible places to break in its long words: nothing is ever cut."""
    return _WORD.sub(lambda found: _BREAK.join(found[0]), text)


def svg(matrix: Matrix) -> str:
    """The code as a picture, its quiet zone included."""
    side, path = len(matrix), []
    for y, row in enumerate(matrix):
        x = 0
        while x < side:
            run = next((at for at in range(x, side) if row[at] != row[x]), side) - x
            if row[x]:
                path.append(f"M{x} {y}h{run}v1h-{run}z")
            x += run
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="{"".join(path)}"/></svg>'
    )
