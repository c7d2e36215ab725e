"""What is read is written back as it was: there is one way to write each file."""

import json

import pytest

from judges import golden_vectors
from kiosk.core import evidence, notice, rules, seed, tables

GOLDEN = [(name, files) for name, files, _ in golden_vectors()]


@pytest.mark.parametrize("files", [files for _, files in GOLDEN], ids=[name for name, _ in GOLDEN])
def test_each_golden_file_is_written_as_it_was_read(files: dict[str, bytes]) -> None:
    inputs = evidence.read_inputs(files)
    opened = evidence.read_seed(files, inputs)
    assert notice.write(inputs.notice).encode() == files["notice.txt"]
    assert seed.write(opened, inputs.notice, inputs.notice_hash).encode() == files["seed.txt"]
    assert tables.write(inputs.roll).encode() == files["roll.csv"]
    assert tables.write(inputs.units).encode() == files["units.csv"]
    assert rules.write(json.loads(files["rules.json"])).encode() == files["rules.json"]
    assert evidence.sums(files).encode() == files["SHA256SUMS"]
