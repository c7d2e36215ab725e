"""YAML as the office writes it: every scalar is text, and whatever is wrong has its line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.notice import Dice, Public
from kiosk.intake import settings, yamltext
from kiosk.intake.problems import Problem, Problems, report
from kiosk.intake.yamltext import Block, Items, Node, Scalar
from kiosk.shipped import CONFIG
from offices import DRAW


def parse(content: str) -> tuple[Block | None, tuple[Problem, ...]]:
    problems = Problems()
    return yamltext.parse(content, "draw.yaml", problems), problems.sorted()


def refused(content: str) -> tuple[str, int]:
    block, problems = parse(content)
    assert block is None
    return problems[0].code, problems[0].where.line


def test_every_scalar_is_text_with_its_line() -> None:
    block, problems = parse("a: yes\nb: 000123\nc: 12:30\nd: null\ne: [1_0, 0x1F, ~]\n? f\n: 2021-12-13\n")
    assert problems == ()
    assert block is not None and block.entries == {
        "a": Scalar("yes", 1), "b": Scalar("000123", 2), "c": Scalar("12:30", 3), "d": Scalar("null", 4),
        "e": Items((Scalar("1_0", 5), Scalar("0x1F", 5), Scalar("~", 5)), 5), "f": Scalar("2021-12-13", 7),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("a: 1\n\tb: 2\n", "yaml.tab", 2),
        ("a: 1\nb：2\nc: 3\n", "yaml.full-width", 3),
        ("a: 1\nb: [1，2\nc: 3\n", "yaml.full-width", 3),
        ("a: 1\nb: [1\n", "yaml.syntax", 3),
        ("a: 1\n---\nb: 2\n", "yaml.syntax", 2),
        ("a: &x 1\nb: *y\n", "yaml.syntax", 2),
        ("- a\n- b\n", "yaml.not-a-block", 1),
        ("", "yaml.not-a-block", 1),
        ("a: 1\nb: \u0007\n", "text.hidden-character", 2),
        ("a: " + "[" * 30 + "]" * 30, "yaml.deep", 0),
        ("a: " + "[" * 100_000, "yaml.deep", 0),
        ("a: &a [x]\nb: [" + "*a," * 70 + "]\n", "yaml.aliases", 0),
        ("a: &a [*a]\n", "yaml.deep", 0),
        ("a: &a {b: *a}\n", "yaml.deep", 0),
    ],
)  # fmt: skip
def test_what_is_no_yaml_or_too_much_of_it_is_told_with_its_line(content: str, code: str, line: int) -> None:
    assert refused(content) == (code, line)


def test_aliases_within_aliases_are_refused_before_they_fill_the_memory() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 8)]
    assert refused("l0: &l0 [x, y]\n" + "\n".join(levels) + "\n")[0] == "yaml.deep"


def test_a_key_that_stands_there_twice_is_told_with_both_lines() -> None:
    _, problems = parse("a: 1\nb: 2\na: 3\n")
    assert [(problem.code, problem.where.line, problem.values["first"]) for problem in problems] == [
        ("yaml.repeats", 3, 1)
    ]


def test_a_file_too_large_or_in_another_encoding_is_told(tmp_path: Path) -> None:
    problems = Problems()
    (tmp_path / "large.yaml").write_text("# " + "x" * yamltext.FILE_BYTES + "\na: 1\n")
    (tmp_path / "gb.yaml").write_bytes("a: 陈小红\n".encode("gb18030"))
    (tmp_path / "bad.yaml").write_bytes(b"a: 1\nb: \xff\xfe\n")
    assert yamltext.read(tmp_path / "large.yaml", problems) is None
    assert yamltext.read(tmp_path / "bad.yaml", problems) is None
    assert yamltext.read(tmp_path, problems) is None
    gb = yamltext.read(tmp_path / "gb.yaml", problems)
    assert gb is not None and gb.entries["a"] == Scalar("陈小红", 1)
    assert [(problem.code, problem.where.line) for problem in problems.sorted()] == [
        ("file.encoding", 2), ("yaml.large", 0), ("file.missing", 0), ("file.guessed", 0),
    ]  # fmt: skip


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return {key: _plain(inner) for key, inner in node.entries.items()}


WORD = st.text("abc 012:,-[]{}'\"#&*?|一陈\n", max_size=8)
TREES = st.recursive(WORD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3))


@given(st.dictionaries(WORD, TREES, max_size=4))
def test_whatever_yaml_can_write_is_read_as_the_same_text(tree: dict[str, object]) -> None:
    block, problems = parse(yaml.safe_dump(tree, allow_unicode=True))
    assert problems == () and block is not None
    assert _plain(block) == tree


@given(st.text("ab:-[]{},*&!|>'\"% \t\n：，\\?@`#一\u200b", max_size=60))
def test_any_text_is_read_or_told_and_never_a_traceback(content: str) -> None:
    block, problems = parse(content)
    assert (block is None) == any(problem.code not in ("yaml.repeats", "yaml.key") for problem in problems)
    assert len(report(problems, "zh-CN")) == len(report(problems, "en")) == len(problems)


LINES = DRAW.split("\n")
CHANGED_LINES = st.lists(
    st.tuples(
        st.integers(0, len(LINES) - 1),
        st.sampled_from(["", "x: 1", "  - a", "    {", "]", "draw: [1]", "stages: 5", "people: none", "\u200b"])
        | st.sampled_from(LINES)
        | WORD,
    ),
    min_size=1,
    max_size=4,
)


@given(CHANGED_LINES)
def test_a_draw_yaml_with_wrong_lines_is_read_or_told_and_never_a_traceback(changes: list[tuple[int, str]]) -> None:
    lines = list(LINES)
    for at, line in changes:
        lines[at] = line
    problems = Problems()
    block = yamltext.parse("\n".join(lines), "draw.yaml", problems)
    if block is not None:
        keys = yamltext.Keys(block, tuple(block.entries), "draw.yaml", problems)
        settings._Reader(Path("draw.yaml"), keys, problems).settings(None)
    assert len(report(problems.sorted(), "en")) == len(problems.sorted())


def test_the_shipped_draw_yaml_documents_itself_and_has_no_error() -> None:
    problems = Problems()
    read = settings.read(CONFIG / "draw.yaml", problems)
    assert problems.sorted() == ()
    assert read is not None
    assert [column.name for column in read.roll.columns] == ["household", "name", "people", "category", "years"]
    assert read.roll.unique[0][0] == "身份证号"
    assert read.people.contributors == ("1号代表", "2号代表", "3号代表")
    assert read.after is not None
    assert read.after.appointments() == 3 * (18 + 36 + 18)
    assert [stage.alternates for stage in read.stages] == [50, "all"]


def test_dice_and_public_source_may_be_written_as_the_notice_writes_them(tmp_path: Path) -> None:
    blocks = DRAW.replace("public: none", "public: {digits: 14, source: 双色球}")
    lines = blocks.replace("{people: 3, dice: 6}", "3 of 6 dice")
    lines = lines.replace("{digits: 14, source: 双色球}", "14 digits of 双色球")
    problems = Problems()
    for name, content in (("blocks.yaml", blocks), ("lines.yaml", lines)):
        (tmp_path / name).write_text(content, encoding="utf-8")
        read = settings.read(tmp_path / name, problems)
        assert read is not None
        assert (read.dice, read.public) == (Dice(3, 6), Public(14, "双色球"))
    assert problems.sorted() == ()
    (tmp_path / "wrong.yaml").write_text(lines.replace("14 digits", "129 digits"), encoding="utf-8")
    settings.read(tmp_path / "wrong.yaml", problems)
    assert [problem.code for problem in problems.sorted()] == ["yaml.not-keys"]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("{2021-13-01: [09:00-12:00]}", "after.date"),
        ("{2021-12-13: [12:00-09:00]}", "after.hours"),
        ("{2021-12-13: [9-12]}", "after.hours"),
        ("{2021-12-13: [09:00-12:00, 11:00-13:00]}", "after.overlap"),
        ("{2021-12-13: {a: b}}", "yaml.not-list"),
        ("[2021-12-13]", "yaml.not-keys"),
    ],
)  # fmt: skip
def test_appointments_at_an_impossible_time_are_told(tmp_path: Path, days: str, code: str) -> None:
    (tmp_path / "draw.yaml").write_text(f"{DRAW}after: {{place: 大厅, minutes: 10, days: {days}}}\n", encoding="utf-8")
    problems = Problems()
    settings.read(tmp_path / "draw.yaml", problems)
    assert [problem.code for problem in problems.sorted()] == [code]


def test_hours_to_midnight_count_and_what_is_shorter_than_one_appointment_does_not(tmp_path: Path) -> None:
    days = "{2021-12-14: [20:00-24:00], 2021-12-13: [08:00-08:09]}"
    (tmp_path / "draw.yaml").write_text(
        f"{DRAW}after: {{place: 大厅, minutes: 10, counters: 2, days: {days}}}\n", encoding="utf-8"
    )
    problems = Problems()
    read = settings.read(tmp_path / "draw.yaml", problems)
    assert read is not None and read.after is not None and problems.sorted() == ()
    assert read.after.appointments() == 48
    assert [day.date for day in read.after.days] == ["2021-12-13", "2021-12-14"]
