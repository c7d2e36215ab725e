"""What is published of a draw, as bytes by their path from the host's root.

`export` writes these paths to a folder and `serve` answers them from memory, so both publish the same. Before the
ceremony that is `N/<first 32 digits of the notice hash>/` with the four input files, and after it
`R/<first 32 digits of the result hash>/` with the seven (FORMAT.md 9); each with the receipt of the freeze, if there is
one, and with its page. Nothing else of the folder is ever published: its journal, its office's file and whatever else
lies in it stay where they are.

The receipt is held by no hash, so it is published only if it says what the folder's other files do (`kiosk.receipt`):
`without_untrue` leaves it out otherwise, and `export` and `serve` tell that.
"""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from kiosk import receipt, shipped
from kiosk.ceremony import void
from kiosk.core import evidence, text
from kiosk.core.errors import InputError
from kiosk.core.evidence import Inputs
from kiosk.core.outlook import outlook
from kiosk.hall import address
from kiosk.words import LANGUAGES, grouped, say

EXTRAS = (receipt.FILE,)
# The notice of a draw that was declared void stays published, with what remains: who publishes it has judged it first
# (`kiosk.ceremony.record.check`).
NOTICE_EXTRAS = (*EXTRAS, void.FILE)
OFFICE = "office.json"
PAGE = "index.html"
# Beside the notice: the same page that later judges the draw, in which a household can already look itself up.
CHECK_PAGE = "check.html"

_HALL = Path(__file__).resolve().parent

_HEADS = ("hall.notice.stage", "hall.notice.tier", "hall.notice.candidates", "hall.notice.flats")

Tree = dict[str, bytes]


def verifier_page() -> bytes:
    return shipped.PAGE.read_bytes()


def without_untrue(files: Mapping[str, bytes], inputs: Inputs) -> Tree:
    """The files without a receipt that is not this draw's."""
    untrue = receipt.FILE in files and not receipt.is_of(files[receipt.FILE], inputs)
    return {name: data for name, data in files.items() if name != receipt.FILE or not untrue}


def left_out(files: Mapping[str, bytes], kept: Mapping[str, bytes]) -> tuple[str, ...]:
    return tuple(name for name in files if name not in kept)


def result_tree(files: Mapping[str, bytes]) -> Tree:
    """files: the seven of a draw that was judged, and the extras."""
    at = address.folder("R", text.sha256(files[evidence.SUMS]))
    return {at + PAGE: verifier_page()} | {
        at + name: files[name] for name in (*evidence.FILES, *EXTRAS) if name in files
    }


def notice_tree(files: Mapping[str, bytes], inputs: Inputs) -> Tree:
    """files: the four inputs, the extras, and the office's file, of which only where to object is read."""
    at = address.folder("N", inputs.notice_hash)
    pages = {
        at + PAGE: _notice_page(files, inputs, objections(files.get(OFFICE))),
        at + CHECK_PAGE: verifier_page(),
    }
    return pages | {at + name: files[name] for name in (*evidence.INPUTS, *NOTICE_EXTRAS) if name in files}


def objections(office: bytes | None) -> str:
    """Where to object, as the office wrote it in `draw.yaml` (`after: {objections: …}`); "" where it did not."""
    if office is None:
        return ""
    try:
        told = json.loads(office)
    except (ValueError, RecursionError) as error:
        raise InputError("hall.office", file=OFFICE) from error
    where = told.get("objections", "") if isinstance(told, dict) else ""
    # JSON can write half a character, "\ud800", which no page can hold.
    return where.encode("utf-8", "replace").decode() if isinstance(where, str) else ""


def groups(hash: str, separator: str = " ") -> str:
    """A hash as people compare it: 16 groups of 4."""
    return separator.join(grouped(hash))


def _notice_page(files: Mapping[str, bytes], inputs: Inputs, where: str) -> bytes:
    """Both languages on one page without a script: it must say the same from any server, and from a USB stick."""
    template = Template((_HALL / "notice.html").read_text(encoding="utf-8"))
    parts = "".join(_notice_part(language, files, inputs, where) for language in LANGUAGES)
    title = escape(inputs.notice.title)
    return template.substitute(title=title, hash=groups(inputs.notice_hash), parts=parts).encode()


def _notice_part(language: str, files: Mapping[str, bytes], inputs: Inputs, where: str) -> str:
    def words(key: str, **values: object) -> str:
        return escape(say(language, key, **values))

    told = inputs.notice
    rows = "".join(
        f"<tr><td>{escape(stage.title)}</td><td>{escape(tier.title)}</td><td>{tier.candidates}</td><td>{tier.units}</td></tr>"
        for stage in outlook(inputs.roll, inputs.units, inputs.rules)
        for tier in stage.tiers
    )
    heads = "".join(f"<th>{words(key)}</th>" for key in _HEADS)
    links = "".join(
        f'<li><a href="{name}">{name}</a> <code>{text.sha256(files[name])}</code></li>'
        for name in (*evidence.INPUTS, *NOTICE_EXTRAS)
        if name in files
    )
    to_whom = "hall.notice.object-to" if where else "hall.notice.object-to-publisher"
    # A void draw has no ceremony to come.
    object_to = words(f"{to_whom}-void" if void.FILE in files else to_whom, where=where)
    return "".join([
        f'<section lang="{language}">',
        f'<p class="rehearsal">{words("hall.notice.rehearsal")}</p>' if told.rehearsal else "",
        f'<p class="rehearsal">{words("hall.notice.void", draw=told.draw)}</p>' if void.FILE in files else "",
        f"<p>{words('hall.notice.what', draw=told.draw, opens=told.opens[:16].replace('T', ' '))}</p>",
        f"<p>{words('hall.notice.who', households=told.roll.count, units=told.units.count)}</p>",
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>",
        f"<h2>{words('hall.notice.hash')}</h2><p>{words('hall.notice.compare')}</p>",
        f"<p><a href='{CHECK_PAGE}'>{words('hall.notice.look-up')}</a></p>",
        f"<h2>{words('hall.notice.object')}</h2><p>{object_to}</p><p>{words('hall.notice.corrected')}</p>",
        f"<h2>{words('hall.notice.files')}</h2><ul>{links}</ul><p>{words('hall.notice.check')}</p>",
        f"<p>{words('hall.notice.page')} <code>{text.sha256(verifier_page())}</code></p>",
        "</section>",
    ])  # fmt: skip
