"""The evidence folder as a whole: its files' names, its sums, and the checks of FORMAT.md 8 on its bytes.

`read_inputs` and `judge` take files as bytes by their names; who reads the disk is elsewhere. That a folder passes
here is not yet proof of much, as it is the same code that drew: `kiosk/verifier` judges again, on its own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kiosk.core import allot, notice, rules, seed, tables, text
from kiosk.core.errors import InputError, VerificationError
from kiosk.core.notice import Hashed, Notice
from kiosk.core.rules import Rules
from kiosk.core.seed import Seed
from kiosk.core.tables import Table

ROLL, UNITS, SUMS = "roll.csv", "units.csv", "SHA256SUMS"
INPUTS = (notice.FILE, ROLL, UNITS, rules.FILE)
SUMMED = (notice.FILE, allot.FILE, ROLL, rules.FILE, seed.FILE, UNITS)
FILES = (*SUMMED, SUMS)

_CLAIM = re.compile(r"[0-9a-fA-F]{32,64}")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Inputs:
    """A frozen draw: everything that is settled before the first die is thrown."""

    notice: Notice
    notice_hash: str
    roll: Table
    units: Table
    rules: Rules


@dataclass(frozen=True)
class Evidence:
    """A whole draw whose folder passed every check."""

    inputs: Inputs
    seed: Seed
    seed_hash: str
    result_hash: str
    result: tuple[allot.StageResult, ...]


def read_inputs(files: Mapping[str, bytes]) -> Inputs:
    """The frozen draw in the four input files; VerificationError names the check that refuses them."""
    texts = _texts(files, INPUTS)
    return _inputs(files, texts)


def read_seed(files: Mapping[str, bytes], inputs: Inputs) -> Seed:
    """What the seed was made of; VerificationError names the check that refuses it."""
    written = _texts(files, (seed.FILE,))[seed.FILE]
    opened = _check("seed", lambda: seed.parse(written, inputs.notice, inputs.notice_hash))
    for (label, _), secret in zip(inputs.notice.commitments, opened.reveals, strict=True):
        if not seed.opens(inputs.notice, label, secret):
            raise VerificationError("commitments", "evidence.commitment", label=label)
    return opened


def complete(
    inputs: Inputs, files: Mapping[str, bytes], seed_txt: str
) -> tuple[tuple[allot.StageResult, ...], dict[str, bytes]]:
    """Draws: the result, and `seed.txt`, `result.csv` and `SHA256SUMS` as they belong in the folder.

    files: the four input files, as they were read for `inputs`.
    """
    result = tuple(allot.allot(text.sha256(seed_txt), inputs.roll, inputs.units, inputs.rules))
    made = {seed.FILE: seed_txt.encode(), allot.FILE: allot.result_bytes(result)}
    return result, {**made, SUMS: sums({**files, **made}).encode()}


def sums(files: Mapping[str, bytes]) -> str:
    return "".join(f"{text.sha256(files[name])}  {name}\n" for name in SUMMED)


def judge(files: Mapping[str, bytes], claimed: str | None = None, published: str | None = None) -> Evidence:
    """Runs the checks of FORMAT.md 8 in their order; VerificationError names the first that fails.

    claimed: a result hash, or its beginning, that somebody holds; published: the notice hash that was published
    beforehand. InputError `evidence.missing` where one of the seven files is not there.
    """
    for name in FILES:
        if name not in files:
            raise InputError("evidence.missing", file=name)
    if files[SUMS] != sums(files).encode():
        raise _wrong_sums(files)
    result_hash = text.sha256(files[SUMS])
    if claimed is not None and not (_CLAIM.fullmatch(claimed) and result_hash.startswith(claimed.lower())):
        raise VerificationError("claimed", "evidence.claimed", claimed=claimed, got=result_hash)
    texts = _texts(files, SUMMED)
    inputs = _inputs(files, texts, published)
    opened = read_seed(files, inputs)
    seed_hash = text.sha256(files[seed.FILE])
    result = tuple(allot.allot(seed_hash, inputs.roll, inputs.units, inputs.rules))
    ours = allot.result_csv(result)
    if ours != texts[allot.FILE]:
        raise VerificationError("result", "evidence.result", line=_first_difference(ours, texts[allot.FILE]))
    return Evidence(inputs, opened, seed_hash, result_hash, result)


def _wrong_sums(files: Mapping[str, bytes]) -> VerificationError:
    told = files[SUMS].split(b"\n")
    for name in SUMMED:
        if f"{text.sha256(files[name])}  {name}".encode() not in told:
            return VerificationError("sums", "evidence.sums", file=name)
    return VerificationError("sums", "evidence.sums-layout", file=SUMS)


def _inputs(files: Mapping[str, bytes], texts: Mapping[str, str], published: str | None = None) -> Inputs:
    told = _check("notice", lambda: notice.parse(texts[notice.FILE]))
    notice_hash = text.sha256(files[notice.FILE])
    for name, hashed in ((ROLL, told.roll), (UNITS, told.units), (rules.FILE, told.rules)):
        if text.sha256(files[name]) != hashed.sha256:
            raise VerificationError("notice", "notice.hash", file=name)
    if published is not None and published.lower() != notice_hash:
        raise VerificationError("notice", "notice.published", published=published, got=notice_hash)
    roll = _check("roll", lambda: _table(texts, ROLL, "household", told.roll))
    units = _check("units", lambda: _table(texts, UNITS, "unit", told.units))
    read = _check("rules", lambda: rules.parse(texts[rules.FILE], roll, units))
    if len(read.stages) != told.rules.count:
        raise VerificationError("rules", "notice.rows", file=rules.FILE, got=len(read.stages), told=told.rules.count)
    return Inputs(told, notice_hash, roll, units, read)


def _table(texts: Mapping[str, str], name: str, key: str, told: Hashed) -> Table:
    table = tables.parse(texts[name], name, key)
    if len(table.rows) != told.count:
        raise InputError("notice.rows", file=name, got=len(table.rows), told=told.count)
    return table


def _texts(files: Mapping[str, bytes], names: tuple[str, ...]) -> dict[str, str]:
    for name in names:
        if name not in files:
            raise InputError("evidence.missing", file=name)
    return {name: _check("text", lambda name=name: text.decode(files[name], name)) for name in names}  # type: ignore[misc]


def _check(name: str, read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except InputError as error:
        raise VerificationError(name, error.code, **error.values) from error


def _first_difference(ours: str, theirs: str) -> int:
    ours_lines, theirs_lines = text.lines(ours), text.lines(theirs)
    pairs = zip(ours_lines, theirs_lines, strict=False)
    shorter = min(len(ours_lines), len(theirs_lines))
    return next((number for number, (a, b) in enumerate(pairs, 1) if a != b), shorter + 1)
