"""Where the shipped files lie: fonts, words, the demo draw and the commented configuration.

In a checkout they stand at the top level, where people look for them; a wheel carries the same two folders
inside the package. Nobody else needs to know which of the two it is.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


ASSETS = _folder("assets")
CONFIG = _folder("config")
# The page that judges a published draw, the same for every draw of one version. Its hash stands on paper.
PAGE = _PACKAGE / "verifier" / "index.html"
