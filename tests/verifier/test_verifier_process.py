"""The verifier as people run it: a process of its own, also from a copy of its one file, in any surroundings."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from judges import VERIFIER, broken_vectors, golden_vectors, write_folder

GOLDEN = {name: (files, hashes) for name, files, hashes in golden_vectors()}
SMALL, HASHES = GOLDEN["small"]
BROKEN = {expected.judgement.check: files for _, files, expected in broken_vectors()}
ROOT = VERIFIER.parents[2]
ALONE = ("-I", "-S")  # no environment variables, no site-packages, nothing from the current folder

Finished = subprocess.CompletedProcess[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "evidence"
    there.mkdir()
    write_folder(SMALL, there)
    return there


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(VERIFIER, tmp_path / "verify.py"))


def run(*words: object, env: dict[str, str] | None = None, cwd: Path | None = None) -> Finished:
    """A Python with these words; what it prints is read as UTF-8, whatever it thinks that it prints."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", **(env or {})},
        cwd=cwd or ROOT,
    )


def last_line(done: Finished) -> str:
    assert done.stderr == ""
    assert done.stdout.endswith("\n")
    return done.stdout[:-1].rsplit("\n", 1)[-1]


# ------------------------------------------------------------------------------------------------- alone


@pytest.mark.parametrize("name", GOLDEN)
def test_a_copy_of_the_file_alone_verifies_a_golden_folder(name: str, copy: Path, folder: Path) -> None:
    files, hashes = GOLDEN[name]
    write_folder(files, folder)
    done = run(*ALONE, copy, folder, "--notice", hashes.notice, "--claimed", hashes.result, cwd=copy.parent)
    assert done.returncode == 0
    assert last_line(done).startswith("verified: ")
    assert hashes.seed in done.stdout
    assert " ".join(hashes.result[place : place + 4] for place in range(0, 64, 4)) in done.stdout


@pytest.mark.parametrize("check", [check for check in BROKEN if check not in (None, "claimed")])
def test_a_copy_of_the_file_alone_names_the_check_that_fails_on_its_last_line(
    check: str, copy: Path, folder: Path
) -> None:
    write_folder(BROKEN[check], folder)
    done = run(*ALONE, copy, folder, cwd=copy.parent)
    assert done.returncode == 1
    assert last_line(done).startswith(f"refuted {check}: ")
    assert len(last_line(done)) > len(f"refuted {check}: ") + 20


def test_a_missing_file_is_unusable(copy: Path, folder: Path) -> None:
    (folder / "units.csv").unlink()
    (folder / "SHA256SUMS").unlink()
    done = run(*ALONE, copy, folder, cwd=copy.parent)
    assert done.returncode == 2
    assert last_line(done).startswith("unusable: ")
    assert "units.csv" in last_line(done)
    assert "SHA256SUMS" in last_line(done)
    assert "roll.csv" not in last_line(done)


def test_it_runs_as_a_module_of_the_installed_program(folder: Path) -> None:
    done = run("-m", "kiosk.verifier", folder, "--claimed", HASHES.result[:32])
    assert (done.returncode, last_line(done)) == (0, "verified: draw small, 小样 · 两个阶段")
    done = run("-m", "kiosk.verifier", folder, "--claimed", "f" * 32)
    assert done.returncode == 1
    assert last_line(done).startswith("refuted claimed: ")


def test_it_needs_the_standard_library_alone_and_a_python_as_old_as_3_9() -> None:
    tree = ast.parse(VERIFIER.read_text("utf-8"), feature_version=(3, 9))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add((node.module or "").split(".")[0])
    assert names <= sys.stdlib_module_names


def test_it_opens_the_seven_files_and_nothing_else_of_the_folder(copy: Path, folder: Path) -> None:
    for other in ("journal.jsonl", "void.txt", "after.jsonl", "office.json", "receipt.txt", "index.html"):
        (folder / other).write_bytes(b"\xff")
    listen = (
        "import sys, runpy\n"
        "sys.addaudithook(lambda event, what: event in ('open', 'os.listdir', 'os.scandir')"
        " and print(event, what[0], file=sys.stderr))\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    done = run("-I", "-c", listen, copy, folder)
    assert done.returncode == 0
    touched = [line for line in done.stderr.split("\n") if str(folder) in line]
    assert sorted(touched) == sorted(f"open {folder / name}" for name in SMALL)


# ------------------------------------------------------------------------------------------ what is printed


def test_each_check_has_a_line_with_the_section_that_it_holds(folder: Path) -> None:
    lines = run("-m", "kiosk.verifier", folder).stdout.split("\n")
    sections = {"sums": "7", "claimed": "8", "text": "1", "notice": "4", "roll": "2", "units": "2", "rules": "3"}
    sections |= {"seed": "5", "commitments": "4.1", "result": "6"}
    for line, (check, section) in zip(lines, sections.items(), strict=False):
        mark, name, _, number, *words = line.replace("not asked", "not-asked").split()
        assert (name, number) == (check, section)
        assert mark == ("not-asked" if check == "claimed" else "holds")
        assert words


def test_the_verdict_tells_of_which_draw_and_what_it_does_not_prove(folder: Path) -> None:
    said = run("-m", "kiosk.verifier", folder).stdout
    for part in ("small", "小样 · 两个阶段", HASHES.seed, HASHES.notice):
        assert part in said
    assert "not compared with a notice published beforehand" in said
    assert "compare the digits with the source: 03081117212905" in said
    assert "REHEARSAL" not in said
    given = ("--notice", HASHES.notice, "--claimed", HASHES.result)
    assert "not compared" not in run("-m", "kiosk.verifier", folder, *given).stdout


def test_a_rehearsal_is_called_one_in_both_languages(folder: Path) -> None:
    write_folder(GOLDEN["minimal"][0], folder)
    for language in ("en", "zh"):
        done = run("-m", "kiosk.verifier", folder, "--lang", language)
        assert "REHEARSAL" in last_line(done)
        assert done.stdout.count("REHEARSAL") == 2


def test_json_is_one_object_with_everything_that_the_lines_say(folder: Path) -> None:
    said = json.loads(run("-m", "kiosk.verifier", folder, "--json").stdout)
    assert list(said) == [
        *("verdict", "check", "why", "draw", "title", "mode"),
        *("seed", "notice_hash", "result_hash", "checks", "does_not_prove"),
    ]
    assert (said["verdict"], said["check"], said["why"]) == ("verified", None, None)
    assert (said["draw"], said["title"], said["mode"]) == ("small", "小样 · 两个阶段", "ceremony")
    write_folder(BROKEN["roll"], folder)
    done = run("-m", "kiosk.verifier", folder, "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"], said["check"]) == (1, "refuted", "roll")
    assert said["why"].startswith("roll.csv, line ")
    (folder / "roll.csv").unlink()
    done = run("-m", "kiosk.verifier", folder, "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (2, "unusable")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("a", "b"),
        ("{folder}", "--claimed"),
        ("{folder}", "--claim", "0" * 32),
        ("{folder}", "--lang", "fr"),
        ("{folder}", "--no-such-option"),
        ("{folder}/nowhere",),
        ("{folder}/notice.txt",),
        ("",),
        ("x" * 5000,),
        ("\udcff",),
        ("a\nb",),
    ],
)
@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_a_command_that_makes_no_sense_is_unusable_in_one_sentence(
    words: tuple[str, ...], language: str, folder: Path
) -> None:
    given = [word.replace("{folder}", str(folder)) for word in words]
    done = run("-m", "kiosk.verifier", *given, env={"LC_ALL": language})
    assert done.returncode == 2
    assert last_line(done).startswith("unusable: ")
    done = run("-m", "kiosk.verifier", *given, "--json", env={"LC_ALL": language})
    assert done.returncode == 2
    assert json.loads(done.stdout)["verdict"] == "unusable"


def test_help_tells_the_options_and_the_exit_codes() -> None:
    done = run("-m", "kiosk.verifier", "--help")
    assert done.returncode == 0
    for part in ("FOLDER", "--claimed", "--notice", "--json", "--lang", "0 verified, 1 refuted, 2 unusable"):
        assert part in done.stdout


# ------------------------------------------------------------------------------------------ any surroundings


@pytest.mark.parametrize("check", ["verified", *(check for check in BROKEN if check not in (None, "claimed"))])
def test_every_hash_seed_and_time_zone_prints_the_same_bytes(check: str, folder: Path) -> None:
    write_folder(BROKEN.get(check, SMALL), folder)
    said = {
        run("-m", "kiosk.verifier", folder, env={"PYTHONHASHSEED": seed, "TZ": zone}).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Shanghai"), ("4294967295", "America/St_Johns"))
    }
    assert len(said) == 1


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
        {"LC_ALL": "C", "LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "zh_CN.GBK", "PYTHONIOENCODING": "ascii:replace"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii:strict"},
    ],
)
def test_an_output_that_cannot_carry_chinese_gets_english_and_escapes(env: dict[str, str], folder: Path) -> None:
    done = run("-m", "kiosk.verifier", folder, env=env)
    assert done.returncode == 0
    assert last_line(done).startswith(r"verified: draw small, \u5c0f")
    write_folder(BROKEN["result"], folder)
    done = run("-m", "kiosk.verifier", folder, env=env)
    assert done.returncode == 1
    assert last_line(done).startswith("refuted result: ")


@pytest.mark.parametrize(
    ("env", "words", "chinese"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, (), True),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW.UTF-8"}, (), True),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, (), False),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, (), False),
        ({"LC_ALL": "zh_CN.UTF-8"}, ("--lang", "en"), False),
        ({"LC_ALL": "C.UTF-8"}, ("--lang", "zh"), True),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, (), False),
    ],
)
def test_the_language_is_the_one_asked_for_or_that_of_the_surroundings(
    env: dict[str, str], words: tuple[str, ...], chinese: bool, folder: Path
) -> None:
    done = run("-m", "kiosk.verifier", folder, *words, env=env)
    assert ("请与公开来源核对" in done.stdout) == chinese
    assert ("compare the digits with the source" in done.stdout) != chinese
    assert last_line(done).startswith("verified: ")
    write_folder(BROKEN["roll"], folder)
    done = run("-m", "kiosk.verifier", folder, *words, env=env)
    assert last_line(done).startswith("refuted roll: roll.csv " if chinese else "refuted roll: roll.csv, line ")


def test_a_reader_who_leaves_a_full_disk_and_a_closed_output_give_no_traceback(folder: Path) -> None:
    line = '"$0" -m kiosk.verifier "$1"'
    for how in (f"{line} | true", f"{line} >/dev/full", f"{line} >&-"):
        done = subprocess.run(
            ["/bin/sh", "-c", how, sys.executable, str(folder)], capture_output=True, encoding="utf-8", cwd=ROOT
        )
        assert done.stderr == "", how
