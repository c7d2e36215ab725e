"""The verifier is a work of its own: no six lines of it are those of the program, nor of their shape.

Whoever copies a mistake verifies it. The shape of a line is what stands there when each name, text and number counts
as any other.
"""

import io
import keyword
import tokenize
from collections.abc import Iterator
from pathlib import Path

import kiosk

KIOSK = Path(kiosk.__file__).parent
LINES = 6
AS_ANY_OTHER = {tokenize.STRING: "text", tokenize.NUMBER: "1"}
NOTHING = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def shapes(source: str) -> list[tuple[int, str]]:
    """Of each line on which something stands: its number and its shape."""
    lines: dict[int, list[str]] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in NOTHING:
            continue
        is_name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
        lines.setdefault(token.start[0], []).append("name" if is_name else AS_ANY_OTHER.get(token.type, token.string))
    return [(number, " ".join(parts)) for number, parts in sorted(lines.items())]


def windows(source: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    found = shapes(source)
    for start in range(len(found) - LINES + 1):
        yield found[start][0], tuple(shape for _, shape in found[start : start + LINES])


def test_no_six_lines_of_the_verifier_have_the_shape_of_the_programs() -> None:
    own = {shape: number for number, shape in windows((KIOSK / "verifier" / "__main__.py").read_text("utf-8"))}
    shared = [
        f"{file.parent.name}/{file.name}:{number} and line {own[shape]} of the verifier"
        for folder in ("core", "after")
        for file in sorted((KIOSK / folder).glob("*.py"))
        for number, shape in windows(file.read_text("utf-8"))
        if shape in own
    ]
    assert shared == []


def test_six_lines_with_other_names_would_be_found() -> None:
    lines = ["def rank(row: int) -> int:", "  place = row + 1", "  for tier in order(place):", "    if tier > 2:",
             "      place += tier", "  return place"]  # fmt: skip
    one = "\n".join(lines)
    other = one.replace("rank", "weight").replace("place", "sum").replace("tier", "part").replace("2", "77")
    assert one != other
    assert [shape for _, shape in windows(one)] == [shape for _, shape in windows(other)] != []
