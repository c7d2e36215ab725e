"""Golden folders, changed by somebody who makes every hash right again but cannot choose the seed.

A verifier reaches the check that the change is about, and that check refuses it. What no check before `result` refuses
ends there, because a new hash in the notice makes a new seed: so `refused_by` tells a rule that forbids (its own name)
from one that allows (`result`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from judges import SEVEN, golden_vectors, judge_with_verifier

GOLDEN = {name: files for name, files, _ in golden_vectors()}
# 1.3
WHITE = "\u0020\u00a0\u1680\u202f\u205f\u3000" + "".join(chr(code) for code in range(0x2000, 0x200B))


def resealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with the inputs' hashes in the notice, the notice's in the seed, and the sums made right again."""
    sealed = dict(files)
    for key, name in ((b"roll", "roll.csv"), (b"units", "units.csv"), (b"rules", "rules.json")):
        sealed["notice.txt"] = _named(sealed["notice.txt"], key, sealed[name])
    sealed["seed.txt"] = _named(sealed["seed.txt"], b"notice", sealed["notice.txt"])
    sums = [f"{hashlib.sha256(sealed[name]).hexdigest()}  {name}\n" for name in sorted(SEVEN) if name != "SHA256SUMS"]
    return {**sealed, "SHA256SUMS": "".join(sums).encode()}


def _named(text: bytes, key: bytes, data: bytes) -> bytes:
    return re.sub(rb"(?m)^(%s: )[0-9a-f]{64}" % key, rb"\g<1>" + hashlib.sha256(data).hexdigest().encode(), text)


def refused_by(files: Mapping[str, bytes]) -> str | None:
    """The check that refuses the files once they are resealed; None is nobody."""
    return judge_with_verifier(resealed(files)).check


def edited(name: str, old: str, new: str, folder: str = "small") -> dict[str, bytes]:
    """A golden folder with one file changed, at the first place where the old text stands."""
    files = GOLDEN[folder]
    assert old.encode() in files[name]
    return {**files, name: files[name].replace(old.encode(), new.encode(), 1)}


def stages_of(folder: str) -> list[Any]:
    """The stages of a golden folder, to be changed and given to `with_stages`."""
    stages: list[Any] = json.loads(GOLDEN[folder]["rules.json"])["stages"]
    return stages


def with_stages(stages: list[Any], folder: str = "small") -> dict[str, bytes]:
    """A golden folder with other stages, counted in the notice."""
    rules = json.dumps({"stages": stages}, ensure_ascii=False, indent=2) + "\n"
    count = rb"\1 %d" % len(stages)
    notice = re.sub(rb"(?m)^(rules: [0-9a-f]{64}) [0-9]+$", count, GOLDEN[folder]["notice.txt"])
    return {**GOLDEN[folder], "rules.json": rules.encode(), "notice.txt": notice}
