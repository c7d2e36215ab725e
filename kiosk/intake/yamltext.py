"""YAML as the office writes it: every scalar a string with its line, judged later by what its key wants.

So `yes`, `000123` and `12:30` are text, never true, 83 or 750. PyYAML's composer gives the nodes; before it recurses
into them, the events are counted, so that a file of aliases within aliases, or of ten thousand brackets, is refused
by a sentence.
"""

import difflib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kiosk.core import text
from kiosk.intake.decoding import UndecodableError, decode
from kiosk.intake.problems import Place, Problems

FILE_BYTES = 256 * 1024
DEPTH = 16
ALIASES = 64
NODES = 20_000

_YES = ("yes", "true", "on", "是", "y")
_NO = ("no", "false", "off", "否", "n")


@dataclass(frozen=True)
class Scalar:
    text: str
    line: int


@dataclass(frozen=True)
class Items:
    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True)
class Block:
    """entries: each key's value; lines: the line on which each key stands."""

    entries: dict[str, "Node"]
    lines: dict[str, int]
    line: int


Node = Scalar | Items | Block


def read(path: Path, problems: Problems) -> Block | None:
    """The file's content; None, and a problem, where it is not a block of keys."""
    where = Place(path.name)
    try:
        if not path.is_file():
            problems.error("file.missing", where, got=str(path))
            return None
        if path.stat().st_size > FILE_BYTES:
            problems.error("yaml.large", where, most=FILE_BYTES // 1024)
            return None
        content, guessed = decode(path.read_bytes())
    except OSError as error:
        problems.error("file.unreadable", where, reason=error.strerror or "")
        return None
    except UndecodableError as error:
        problems.error("file.encoding", Place(path.name, line=error.line))
        return None
    if guessed:
        problems.warning("file.guessed", where)
    return parse(content, path.name, problems)


def parse(content: str, file: str, problems: Problems) -> Block | None:
    try:
        if too_much := _too_much(content):
            problems.error(too_much, Place(file))
            return None
        root = yaml.compose(content, Loader=yaml.BaseLoader)
    except yaml.reader.ReaderError as error:
        # PyYAML counts characters here; it refuses most of what FORMAT.md 1.2 calls hidden.
        line = content.count("\n", 0, error.position) + 1
        problems.error("text.hidden-character", Place(file, line=line), point=f"U+{_ordinal(error.character):04X}")
        return None
    except yaml.MarkedYAMLError as error:
        _tell_syntax(error, content, file, problems)
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.error("yaml.not-a-block", Place(file, line=1))
        return None
    maker = _Maker(file, problems)
    block = maker.node(root)
    if maker.count > NODES:
        problems.error("yaml.deep", Place(file))
        return None
    assert isinstance(block, Block)
    return block


def _too_much(content: str) -> str | None:
    depth = aliases = 0
    for event in yaml.parse(content, Loader=yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > DEPTH:
            return "yaml.deep"
        if aliases > ALIASES:
            return "yaml.aliases"
    return None


def _ordinal(character: object) -> int:
    return ord(character) if isinstance(character, str) else int(str(character))


def _tell_syntax(error: yaml.MarkedYAMLError, content: str, file: str, problems: Problems) -> None:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    # What breaks a file is nearly always on the line itself, or on the one before, where a value did not end.
    lines = content.split("\n")
    near = "\n".join(lines[max(0, line - 2) : line])
    full_width = any(sign in near for sign in "：，【】“”")
    code = "yaml.tab" if "\t" in near else "yaml.full-width" if full_width else "yaml.syntax"
    got = lines[line - 1].strip() if line <= len(lines) else ""
    problems.error(code, Place(file, line=line), got=got, reason=error.problem or "")


class _Maker:
    """Turns PyYAML's nodes into ours, counting them: aliases make a small file a large tree."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.count = 0

    def node(self, node: yaml.Node, depth: int = 0) -> Node:
        self.count += 1
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return Scalar(unicodedata.normalize("NFC", node.value), line)
        # An alias to what it stands in has no end; the depth stops it, and the count tells.
        if depth > DEPTH or self.count > NODES:
            self.count = NODES + 1
            return Scalar("", line)
        if isinstance(node, yaml.SequenceNode):
            return Items(tuple(self.node(item, depth + 1) for item in node.value), line)
        block = Block({}, {}, line)
        for key, value in node.value:
            key_line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.problems.error("yaml.key", Place(self.file, line=key_line))
            elif key.value in block.entries:
                self.problems.error("yaml.repeats", Place(self.file, line=key_line), got=key.value,
                                    first=block.lines[key.value])  # fmt: skip
            else:
                block.entries[key.value] = self.node(value, depth + 1)
                block.lines[key.value] = key_line
        return block


def nearest(got: str, known: Sequence[str]) -> str:
    """The known word that this one was probably meant to be, or ""."""
    return next(iter(difflib.get_close_matches(got, known, 1, 0.5)), "")


class Keys:
    """A block whose keys are known: what is unknown, missing or of another form is told, and read as its default."""

    def __init__(self, block: Block, known: Sequence[str], file: str, problems: Problems) -> None:
        self.block = block
        self.file = file
        self.problems = problems
        for key in block.entries:
            if key not in known:
                meant = nearest(key, known)
                code = "yaml.unknown-key" if meant else "yaml.no-such-key"
                problems.error(code, self.place(key), got=key, expected=meant or ", ".join(known))

    def place(self, key: str = "") -> Place:
        """The line of the key, or of the block where it has no such key."""
        return Place(self.file, line=self.block.lines.get(key, self.block.line))

    def has(self, key: str) -> bool:
        """Whether anything is written there: `key:` alone is as good as left out."""
        node = self.block.entries.get(key)
        return node is not None and not (isinstance(node, Scalar) and not node.text)

    def node(self, key: str, required: bool = True) -> Node | None:
        if self.has(key):
            return self.block.entries[key]
        if required:
            self.problems.error("yaml.missing-key", self.place(key), expected=key)
        return None

    def text(self, key: str, default: str | None = None) -> str:
        """A text as it is written; required where there is no default, and then "" if it is not there."""
        node = self.node(key, required=default is None)
        if isinstance(node, Scalar):
            return node.text
        if node is not None:
            self.problems.error("yaml.not-text", self.place(key), got=key)
        return default or ""

    def judged(self, key: str, code: str, expected: str, is_right: Callable[[str], bool],
               default: str | None = None) -> str:  # fmt: skip
        """A text that must be right; it is given back even where it is not, as the error is told already."""
        value = self.text(key, default)
        if self.has(key) and isinstance(self.block.entries[key], Scalar) and not is_right(value):
            self.problems.error(code, self.place(key), got=value, expected=expected)
        return value

    def value(self, key: str, default: str | None = None) -> str:
        """A title, or another value of FORMAT.md 1.3."""
        expected = f"1–{text.VALUE_CHARACTERS}"
        return self.judged(key, "settings.value", expected, text.is_value, default)

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self.judged(key, "settings.choice", " | ".join(choices), choices.__contains__, default)
        return value if value in choices else (default if default is not None else choices[0])

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        written = self.judged(key, "settings.whole", f"{least}–{most}", lambda got: _within(got, least, most),
                              None if default is None else str(default))  # fmt: skip
        return int(written) if _within(written, least, most) else (least if default is None else default)

    def decimal(self, key: str, least: float, most: float, default: float) -> float:
        written = self.judged(key, "settings.number", f"{least:g}–{most:g}",
                              lambda got: _decimal(got, least, most) is not None, str(default))  # fmt: skip
        read = _decimal(written, least, most)
        return default if read is None else read

    def flag(self, key: str, default: bool) -> bool:
        written = self.judged(key, "settings.flag", "yes | no", lambda got: got.lower() in _YES + _NO,
                              "yes" if default else "no")  # fmt: skip
        return written.lower() in _YES if written.lower() in _YES + _NO else default

    def keys(self, key: str, known: Sequence[str], required: bool = True) -> "Keys | None":
        block = self.open_block(key, required)
        return None if block is None else Keys(block, known, self.file, self.problems)

    def open_block(self, key: str, required: bool = True) -> Block | None:
        """A block whose keys are the office's own, such as columns."""
        node = self.node(key, required)
        if node is not None and not isinstance(node, Block):
            self.problems.error("yaml.not-keys", self.place(key), got=key)
            return None
        return node

    def texts(self, key: str) -> tuple[tuple[str, int], ...]:
        """A list of texts, each with its line; a text alone is a list of one; none if it is left out."""
        node = self.node(key, required=False)
        items = node.items if isinstance(node, Items) else () if node is None else (node,)
        for item in items:
            if not isinstance(item, Scalar):
                self.problems.error("yaml.not-list", Place(self.file, line=item.line), got=key)
        return tuple((item.text, item.line) for item in items if isinstance(item, Scalar))

    def blocks(self, key: str, required: bool) -> tuple[Block, ...]:
        """A list of blocks, such as stages."""
        node = self.node(key, required)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.problems.error("yaml.not-list", self.place(key), got=key)
            return ()
        for item in node.items:
            if not isinstance(item, Block):
                self.problems.error("yaml.not-keys", Place(self.file, line=item.line), got=key)
        return tuple(item for item in node.items if isinstance(item, Block))


def _within(written: str, least: int, most: int) -> bool:
    number = text.whole_number(written)
    return number is not None and least <= number <= most


def _decimal(written: str, least: float, most: float) -> float | None:
    whole, _, part = written.partition(".")
    if text.whole_number(whole) is None or not (part or "0").isdecimal() or not written.isascii():
        return None
    return float(written) if least <= float(written) <= most else None
