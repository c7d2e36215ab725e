"""`mingyao export`: the published form of a draw (FORMAT.md 9) as a folder for any web server or a USB stick.

What is published is what has been judged: the bytes are read once, judged here, written to a place beside the target,
judged there again by the independent verifier as a process of its own, and only then moved into their place. The same
folder exports to the same bytes; exporting it again changes nothing.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk import folder as folders
from kiosk.ceremony import record, void
from kiosk.core import evidence
from kiosk.core.errors import InputError, VerificationError
from kiosk.hall import address, published, site
from kiosk.hall.live import Follower
from kiosk.journal import entry

_VERIFIER = Path(__file__).resolve().parents[1] / "verifier" / "__main__.py"


@dataclass(frozen=True)
class Exported:
    """folder: where it lies now; hash: what is compared with screen, paper and page; policy: the content security
    policy that a careful web server sends with the page; left_out: what lies in the folder and is not this draw's."""

    folder: Path
    hash: str
    policy: str
    left_out: tuple[str, ...]


def export(folder: Path, out: Path) -> Exported:
    """The finished draw as `out/R/…/`. InputError where it is unfinished, VerificationError where it does not hold."""
    files = folders.read(folder, (*evidence.FILES, *published.EXTRAS))
    if os.path.lexists(folder / void.FILE):
        record.check(folder)  # a declaration that does not hold is none that anybody should be sent to publish
        raise InputError("hall.void", folder=folder)
    if evidence.SUMS not in files or not _ended(folder, files):
        raise InputError("hall.unfinished", folder=folder)
    judged = evidence.judge(files)
    at = address.folder("R", judged.result_hash)
    kept = published.without_untrue(files, judged.inputs)
    left_out = published.left_out(files, kept)
    return _publish(published.result_tree(kept), at, judged.result_hash, out, _verify, left_out)


def export_notice(folder: Path, out: Path) -> Exported:
    """The frozen draw as `out/N/…/`, for the days before the ceremony, and for ever if it was declared void."""
    files = folders.read(folder, (*evidence.INPUTS, *published.NOTICE_EXTRAS, published.OFFICE))
    inputs = evidence.read_inputs(files)
    if void.FILE in files:
        record.check(folder)  # that it is this draw's, and the one of the journal where there is one
    at = address.folder("N", inputs.notice_hash)
    kept = published.without_untrue(files, inputs)
    left_out = published.left_out(files, kept)
    return _publish(published.notice_tree(kept, inputs), at, inputs.notice_hash, out, lambda place: None, left_out)


def _publish(
    tree: published.Tree, at: str, hash: str, out: Path, judge: Callable[[Path], None], left_out: tuple[str, ...]
) -> Exported:
    """Writes the tree beside its place, has it judged, and moves it there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".mingyao-", dir=out) as name:
            beside = Path(name)
            for path, body in tree.items():
                _folders(beside, path)
                (beside / path).write_bytes(body)
                (beside / path).chmod(0o644)
            judge(beside / at)
            for path in tree:
                _folders(out, path)
                (beside / path).replace(out / path)
    except OSError as error:
        raise InputError("hall.out", path=error.filename or out, reason=error.strerror or str(error)) from error
    # A web server has one policy for a folder, so it allows what any page in there holds.
    pages = [body for path, body in sorted(tree.items()) if path.endswith(".html")]
    return Exported(out / at, hash, site.policy(*pages), left_out)


def _folders(root: Path, path: str) -> None:
    """The folders that a path needs, readable by a web server whatever the umask."""
    for parent in reversed((root / path).relative_to(root).parents[:-1]):
        if not (root / parent).is_dir():
            (root / parent).mkdir()
            (root / parent).chmod(0o755)


def _ended(folder: Path, files: published.Tree) -> bool:
    """Whether every household has been shown; a draw without a ceremony (`mingyao draw`) has nothing to show."""
    if not (folder / entry.FILE).exists():
        return True
    follower = Follower(folder, evidence.read_inputs(files))
    follower.look()
    if follower.shown.broken:
        raise InputError("hall.journal", file=folder / entry.FILE)
    return follower.shown.finished


def _verify(place: Path) -> None:
    """The independent verifier's verdict on what is about to be published."""
    ended = subprocess.run(
        [sys.executable, "-I", str(_VERIFIER), str(place)], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        lines = (ended.stdout + ended.stderr).strip().splitlines()
        why = lines[-1] if lines else f"status {ended.returncode}"
        check = why.removeprefix("refuted ").partition(":")[0]
        raise VerificationError(check, "hall.refuted", why=why)
