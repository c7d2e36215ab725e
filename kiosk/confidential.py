"""Files for the eyes of who makes them: secrets on their sheets, and papers with names and telephones.

None is written where everything is published, which is seen by what lies there: an evidence folder, its mirror and its
published form all hold a notice. And none is written into a file that is there, which somebody else may have open or
may be allowed to read: a new one takes its place.
"""

import os
import tempfile
from pathlib import Path

from kiosk.core import notice
from kiosk.core.errors import InputError


def refuse_published(path: Path) -> None:
    """InputError where this file would lie in a folder that is published, however its path is spelled."""
    for place in (_real(path.parent), _real(path).parent):
        for folder in (place, *place.parents):
            if (folder / notice.FILE).exists():
                raise InputError("private.inside", file=str(path), folder=str(folder))


def write(path: Path, data: bytes) -> None:
    """For its owner's eyes only, from its first byte on; what had the name before is replaced, and not touched."""
    refuse_published(path)
    path = _real(path)
    made, name = tempfile.mkstemp(prefix=".mingyao-", dir=path.parent)  # which nobody else may read
    draft = Path(name)
    try:
        with os.fdopen(made, "wb") as file:
            file.write(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # and not resolve(), which fails where links lead to one another
