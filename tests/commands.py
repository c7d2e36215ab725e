"""`mingyao` as somebody types it: a process of its own, and a golden ceremony's values as its options."""

import os
import subprocess
import sys
from pathlib import Path

from ceremonies import given


def mingyao(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the program without a display, in English."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "LC_ALL", "LC_MESSAGES", "LANG"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "kiosk.cli", *map(str, arguments)],
        cwd=cwd, env={**kept, "LANG": "C.UTF-8", **environment}, text=True, capture_output=True, check=False,
    )  # fmt: skip


def values(name: str, folder: Path) -> list[object]:
    """The golden folder's contributions and reveals, as the options that give them to `--auto`."""
    told = given(name)
    contributions, reveals = folder / "contributions.txt", folder / "reveals.txt"
    contributions.write_text("".join(f"{who} | {digits}\n" for who, digits in told.contributions), encoding="utf-8")
    reveals.write_text("".join(f"{label} {secret}\n" for label, secret in told.reveals.items()), encoding="utf-8")
    public = ["--public", told.public] if told.public is not None else []
    return ["--contributions", contributions, "--reveals", reveals, *public]
