"""Which program this is: a hash over all of its files, and the versions of what it stands on.

The hash is SHA-256 of what `sha256sum` prints for every file of the package and of its assets, sorted by name, so that
anybody can compute it with a shell (docs/CEREMONY.md shows how). Names are those of a checkout, `kiosk/…` and
`assets/…`, wherever the assets lie; compiled files are left out.
"""

import hashlib
import platform
import unicodedata
from functools import cache
from importlib import metadata
from pathlib import Path

import kiosk
from kiosk.shipped import ASSETS, CONFIG

PACKAGES = ("pygame-ce", "pyyaml", "qrcode", "python-calamine", "uvicorn", "typst")
_PACKAGE = Path(__file__).resolve().parent


@cache
def digest() -> str:
    return hashlib.sha256(sums().encode()).hexdigest()


def sums() -> str:
    """A line for each file, as `sha256sum` writes it."""
    named = {**_named(_PACKAGE, "kiosk", (ASSETS, CONFIG)), **_named(ASSETS, "assets", ())}
    return "".join(
        f"{hashlib.sha256(named[name].read_bytes()).hexdigest()}  {name}\n" for name in sorted(named, key=str.encode)
    )


def _named(folder: Path, name: str, without: tuple[Path, ...]) -> dict[str, Path]:
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not any(map(path.is_relative_to, without))
    }


def versions() -> dict[str, str]:
    """By name; "" where a package is not installed."""
    return {
        "mingyao": kiosk.__version__,
        "program": digest(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "unicode": unicodedata.unidata_version,
        **{name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
