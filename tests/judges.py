"""One evidence folder in, the verdict of a verifier out; and the vectors, as every test reads them.

`judge_with_verifier` writes the files into a folder of their own and gives it to `kiosk/verifier/__main__.py`, loaded
by its path as somebody would who has that one file and nothing else. It runs in this process, because a verdict then
costs milliseconds; tests/verifier/ starts it as a real process too.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import importlib.util
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from kiosk.core import evidence
from kiosk.core.errors import InputError, VerificationError

VECTORS = Path(__file__).parent / "vectors"
VERIFIER = Path(__file__).parents[1] / "kiosk" / "verifier" / "__main__.py"
SEVEN = ("notice.txt", "roll.csv", "units.csv", "rules.json", "seed.txt", "result.csv", "SHA256SUMS")

Files = Mapping[str, "bytes | None"]
"""Names and contents; a file that is None, or not there, is missing."""


@dataclass(frozen=True)
class Judgement:
    """What a verifier says. Two are equal if verdict and check are: each words its reason as it likes."""

    verdict: str  # verified, refuted or unusable
    check: str | None
    why: str | None = field(default=None, compare=False)


class Golden(NamedTuple):
    """The hashes that a golden folder must give."""

    notice: str
    seed: str
    result: str


class Broken(NamedTuple):
    """What must be said of a folder with one defect."""

    judgement: Judgement
    claimed: str | None
    why: str


def golden_vectors() -> Iterator[tuple[str, dict[str, bytes], Golden]]:
    """Each golden folder: its name, its files, its hashes."""
    expected = json.loads((VECTORS / "golden" / "expected.json").read_text("utf-8"))
    for name, hashes in expected.items():
        yield name, {file: (VECTORS / "golden" / name / file).read_bytes() for file in SEVEN}, Golden(**hashes)


def broken_vectors() -> Iterator[tuple[str, dict[str, bytes], Broken]]:
    """Each line of broken.jsonl: its name, its files, what must be said of it."""
    with (VECTORS / "broken.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            vector = json.loads(line)
            files = {name: text.encode("utf-8") for name, text in vector["files"].items()}
            files |= {name: base64.b64decode(text) for name, text in vector.get("base64", {}).items()}
            unusable = vector["check"] == "unusable"
            judgement = Judgement("unusable", None) if unusable else Judgement("refuted", vector["check"])
            yield vector["name"], files, Broken(judgement, vector.get("claimed"), vector["why"])


@functools.cache
def verifier() -> ModuleType:
    """The verifier's file as a module."""
    spec = importlib.util.spec_from_file_location("verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def write_folder(files: Files, folder: Path) -> None:
    for name, data in files.items():
        if data is not None:
            (folder / name).write_bytes(data)


def judge_with_verifier(files: Files, claimed: str | None = None, notice: str | None = None) -> Judgement:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(files, Path(folder))
        given = [f"--claimed={claimed}"] * (claimed is not None) + [f"--notice={notice}"] * (notice is not None)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = verifier().main([folder, "--json", *given])
    answer = json.loads(said.getvalue())
    assert status == ("verified", "refuted", "unusable").index(answer["verdict"])
    return Judgement(answer["verdict"], answer["check"], answer["why"])


def judge_with_core(files: Files, claimed: str | None = None, notice: str | None = None) -> Judgement:
    there = {name: data for name, data in files.items() if data is not None}
    try:
        evidence.judge(there, claimed, notice)
    except VerificationError as error:
        return Judgement("refuted", error.check, str(error))
    except InputError as error:
        return Judgement("unusable", None, str(error))
    return Judgement("verified", None)


def judge_with_both(files: Files, claimed: str | None = None, notice: str | None = None) -> Judgement:
    """The verdict that both agree on, in the words of the verifier; an error shows what each said if they do not."""
    core, verifier = judge_with_core(files, claimed, notice), judge_with_verifier(files, claimed, notice)
    assert core == verifier, f"core: {core}; verifier: {verifier}"
    return verifier
