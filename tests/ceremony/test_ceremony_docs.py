"""docs/CEREMONY.md says what the program does, and every refusal has its words."""

import ast
import re
import runpy
import subprocess
from pathlib import Path

import pytest

import ceremonies
from kiosk import words
from kiosk.ceremony import diagram

REPOSITORY = Path(__file__).parent.parent.parent
DOCUMENT = (REPOSITORY / "docs" / "CEREMONY.md").read_text(encoding="utf-8")


def test_the_document_shows_the_transition_table() -> None:
    assert f"```mermaid\n{diagram.mermaid()}```\n\n{diagram.table()}" in DOCUMENT


def test_the_documents_shell_lines_judge_a_journal(tmp_path: Path) -> None:
    script = re.search(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    assert script is not None
    folder = ceremonies.frozen("choose", tmp_path / "choose")
    ceremonies.play(folder, ceremonies.given("choose"))

    def judged() -> int:
        return subprocess.run(["sh", "-c", script[1]], cwd=folder, capture_output=True, check=False).returncode

    assert judged() == 0
    journal = folder / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b'"die":3', b'"die":4', 1))
    assert judged() == 1
    lines = whole.splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:4] + lines[5:]))
    assert judged() == 1


def _texts_of_code() -> set[str]:
    """Every code of an error that these packages can raise."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in _sources()]
    strings = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    code = re.compile(r"(ceremony|journal)\.(?!jsonl)[a-z-]+")
    return {string for string in strings if isinstance(string, str) and code.fullmatch(string)}


def _sources() -> list[Path]:
    return [path for package in ("ceremony", "journal") for path in (REPOSITORY / "kiosk" / package).glob("*.py")]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_refusal_has_its_words_in_both_languages_and_nothing_else_has(language: str) -> None:
    codes, known = _texts_of_code(), words.texts(language)
    assert len(codes) > 40
    assert {code for code in codes if f"error.{code}" not in known} == set()
    used = {f"{kind}.{code}" for kind in ("error", "hint") for code in codes}
    assert {key for key in known if re.match(r"(error|hint)\.(ceremony|journal)\.", key)} - used == set()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_refusal_brings_the_values_that_its_words_name(language: str) -> None:
    known, looked_at = words.texts(language), 0
    for path in _sources():
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            code = str(call.args[0].value)
            sentence = known.get(f"error.{code}")
            names = {keyword.arg for keyword in call.keywords}
            if sentence is None or None in names or not ast.unparse(call.func).endswith("Error"):
                continue
            hint = known.get(f"hint.{code}", "")
            assert set(re.findall(r"{(\w+)}", sentence + hint)) <= names, f"{path}:{call.lineno}"
            looked_at += 1
    assert looked_at > 50


def test_the_diagram_in_the_document_is_printed_by_its_module(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(diagram.__file__, run_name="__main__")
    printed = capsys.readouterr().out
    assert printed in DOCUMENT
    assert printed.startswith("```mermaid\n")
