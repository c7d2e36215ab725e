"""`run --mirror`: the spare on a stick, and the drill of OPERATING.md with two folders instead of two computers."""

from pathlib import Path

from ceremonies import frozen
from commands import mingyao, values
from judges import VECTORS


def test_the_mirror_is_a_whole_folder_that_verifies(tmp_path: Path) -> None:
    folder, stick = frozen("small", tmp_path / "draw"), tmp_path / "stick"
    done = mingyao("run", folder, "--headless", "--auto", "--mirror", stick, *values("small", tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert mingyao("verify", stick / "draw", cwd=tmp_path).returncode == 0
    assert (stick / "draw" / "journal.jsonl").read_bytes() == (folder / "journal.jsonl").read_bytes()
    expected = (VECTORS / "golden" / "small" / "SHA256SUMS").read_bytes()
    assert (stick / "draw" / "SHA256SUMS").read_bytes() == expected


def test_no_secret_is_mirrored(tmp_path: Path) -> None:
    folder, stick = frozen("small", tmp_path / "draw"), tmp_path / "stick"
    (tmp_path / "draw.secret").mkdir()
    (tmp_path / "draw.secret" / "operator.txt").write_text("0" * 32 + "\n")
    mingyao("run", folder, "--headless", "--auto", "--mirror", stick, *values("small", tmp_path), cwd=tmp_path)
    assert [path.name for path in stick.iterdir()] == ["draw"]
