"""Mingyao 明摇: verifies one draw from the seven files of its evidence folder.

    python -m kiosk.verifier FOLDER [--claimed HEX] [--notice HEX] [--after] [--entry HEX] [--json] [--lang zh|en]
    python verify.py FOLDER          (this file, copied alone onto any machine that has Python 3.9 or later)

It is one file, needs the standard library only and shares no code with the program that drew: it was written from
docs/FORMAT.md alone, and a number such as "4.1" in a comment, or in what it prints, is a section of that text.

How it works. `read_seven` reads the files; then the functions in CHECKS run in the order of section 8. Each takes the
case and either raises `RefutedError`, whose sentence names file, line and what stood there, or returns a sentence that
says what it found. What later checks need (promises of the notice, tables, stages) it leaves in the case.

Why it looks as it does:
- The text files are taken apart by patterns, a line at a time (`Lines`), rules.json too: the format fixes its bytes, so
  its layout is its grammar, and no JSON parser's idea of depth, repeated keys, NaN or large numbers can matter.
- Digits are `[0-9]`, lines end at LF and every match is a `fullmatch`: `\\d`, `str.splitlines` and `$` mean more.
- A table keeps its first column. Another column, when rules ask for it, becomes one number a row and a list of the
  different values: a filter judges each value once, and a million rows cost megabytes.
- The draw is a generator of the result's lines, each compared with the file as it comes.
- `--after` judges after.jsonl as well (section 11): its lines by one pattern for each kind of entry; then `Sequel`
  takes the entries one by one, and an undo is judged by a new one that takes all that would stand, from the first.
- SENTENCES holds the words, so that the checks read as what they do.

Exit status: 0 verified, 1 refuted (the last line is `refuted CHECK: why`), 2 unusable (`unusable: why`).
"""

from __future__ import annotations

import argparse
import array
import bisect
import datetime
import hashlib
import heapq
import io
import itertools
import json
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

SUMMED = ("notice.txt", "result.csv", "roll.csv", "rules.json", "seed.txt", "units.csv")
SEVEN = (*SUMMED, "SHA256SUMS")
AFTER = "after.jsonl"
LARGEST_FILE_BYTES = 512 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024

HEX64 = "[0-9a-f]{64}"
LABEL = "[a-z][a-z0-9-]{0,31}"
WHOLE = "(?:0|[1-9][0-9]{0,14})"
FROM_ONE = "[1-9][0-9]{0,14}"
LARGEST_WHOLE = 10**15 - 1
DAY = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"
TIME = f"(?P<day>{DAY})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)"
WHITE = "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

# 1.2, as it is written there; LF stands between the first two
BANNED_SPANS = (
    "00000-00009 0000B-0001F 0007F-0009F 000AD 0034F 0061C 0115F-01160 017B4-017B5 0180B-0180F 0200B-0200F "
    "02028-0202E 02060-0206F 03164 0FE00-0FE0F 0FEFF 0FFA0 0FFF0-0FFFF 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
BANNED = [range(int(span[:5], 16), int(span[-5:], 16) + 1) for span in BANNED_SPANS.split()]

# what is said, in English and in Chinese
SENTENCES = {
    # reading
    "no folder": ("there is no folder {folder}", "没有文件夹 {folder}"),
    "cannot read": ("cannot read {files} in {folder}; all seven files are needed",
                    "{folder} 中无法读取 {files}；七个文件缺一不可"),
    "no memory": ("this machine has too little memory for the folder", "内存不足，无法核验该文件夹"),
    "usage": ("{message}; usage: FOLDER [--claimed HEX] [--notice HEX] [--after] [--entry HEX] [--json] [--lang zh|en]",
              "命令写法不对（{message}）；"
              "用法：文件夹 [--claimed HEX] [--notice HEX] [--after] [--entry HEX] [--json] [--lang zh|en]"),
    "cannot read after": ("cannot read after.jsonl in {folder}: {trouble}",
                          "无法读取 {folder} 中的 after.jsonl：{trouble}"),
    # a line at a time
    "expected": ("{found} stands where {wanted} is expected", "此处应为 {wanted}，实际是 {found}"),
    "ends early": ("ends after line {last}, where {wanted} is expected", "在第 {last} 行之后结束，此处应有 {wanted}"),
    "ends late": ("{found} stands after what should be the last line", "最后一行之后还有 {found}"),
    "value length": ("{found} has {length} characters, and 1 to 80 are allowed",
                     "{found} 有 {length} 个字符，应为 1 至 80 个"),
    "value": ("{found} holds a | or has white space at an end", "{found} 含有 | 或首尾有空白"),
    # sums, claimed
    "sums": ("SHA256SUMS is what the six files give", "SHA256SUMS 与六个文件一致"),
    "not asked": ("no result hash was given", "没有给出结果指纹"),
    "claimed": ("the result hash begins with the {length} digits given", "结果指纹以所给的 {length} 位字符开头"),
    "claimed form": ("the result hash given, {given}, is not 32 to 64 hexadecimal digits",
                     "所给的结果指纹 {given} 不是 32 至 64 位字符（0–9、a–f）"),
    "claimed short": ("the {length} digits given, {given}, are {agree} the first {length} of the result hash; they "
                      "are too few to tell, give at least 32",
                      "所给的 {length} 位 {given} 与结果指纹的前 {length} 位{agree}；"
                      "位数不够，不足以判定，请至少给出 32 位"),
    "claimed other": ("the result hash given is {given}, and that of SHA256SUMS is {computed}",
                      "所给的结果指纹是 {given}，而 SHA256SUMS 的是 {computed}"),
    # text
    "text": ("the six files are clean UTF-8 text", "六个文件都是规范的 UTF-8 文本"),
    "empty": ("the file is empty", "这是空文件"),
    "not UTF-8": ("the bytes {found} are not UTF-8", "字节 {found} 不是 UTF-8"),
    "banned": ("{found} stands there, which is not allowed, like all control characters and what cannot be seen",
               "出现了不允许的字符 {found}（控制字符和不可见字符都不允许）"),
    "not NFC": ("{found} is not in Unicode NFC", "{found} 不是 Unicode NFC 形式"),
    "no LF": ("the last line does not end with LF", "最后一行没有以 LF 结尾"),
    # notice
    "notice": ("draw {draw}; it names the inputs that are here", "摇号编号 {draw}；所列输入文件与此一致"),
    "notice equal": ("draw {draw}; it names the inputs that are here, and has the notice hash given",
                     "摇号编号 {draw}；所列输入文件与此一致，公告指纹与所给的一致"),
    "no date": ("{found} is no date of the calendar", "{found} 不是历法上的日期"),
    "label twice": ("{label} has a commitment already", "{label} 已有一份承诺"),
    "ninth": ("this is the ninth commitment, and 8 are allowed", "这是第九份承诺，最多 8 份"),
    "few commitments": ("a ceremony needs at least 2 commitments, and this one has {has}",
                        "正式摇号至少要有 2 份承诺，这里只有 {has} 份"),
    "few people": ("in a ceremony at least 2 people contribute, and in this one {has}",
                   "正式摇号至少要有 2 人投掷，这里只有 {has} 人"),
    "few dice": ("a ceremony needs at least 12 dice in all, and this one has {has}",
                 "正式摇号至少共要投掷 12 枚骰子，这里只有 {has} 枚"),
    "other input": ("it names {input} with the SHA-256 {promised}, and the one here has {computed}",
                    "所列 {input} 的 SHA-256 是 {promised}，而这里的是 {computed}"),
    "notice form": ("the notice hash given, {given}, is not 64 hexadecimal digits",
                    "所给的公告指纹 {given} 不是 64 位字符（0–9、a–f）"),
    "notice short": ("give all 64 digits of the notice hash (--notice): these are {length}, and they are {agree} the "
                     "first {length} of that of notice.txt, which proves too little",
                     "请给出公告指纹的全部 64 位（--notice）：这里只有 {length} 位，"
                     "与 notice.txt 的前 {length} 位{agree}，不足以证明"),
    "notice other": ("the notice hash given is {given}, and that of notice.txt is {computed}",
                     "所给的公告指纹是 {given}，而 notice.txt 的是 {computed}"),
    # roll, units
    "roll": ("households: {rows}", "家庭：{rows} 户"),
    "units": ("units: {rows}", "房源：{rows} 套"),
    "column": ("column {place}, {column}, is not {form}, stands there twice, or is the 33rd",
               "第 {place} 列 {column} 不合 {form}、重复，或已是第 33 列"),
    "first column": ("the first column is {column}, and should be {wanted}", "第一列是 {column}，应为 {wanted}"),
    "fields": ("{row} has {has} fields, and the first line has {columns}",
               "{row} 有 {has} 个字段，首行有 {columns} 个"),
    "no id": ("the {column} is empty", "{column} 为空"),
    "long field": ("{field} in the column {column} has more than 64 characters",
                   "{column} 列的 {field} 超过 64 个字符"),
    "quoted field": ('{field} in the column {column} holds a " or a |', '{column} 列的 {field} 含有 " 或 |'),
    "formula": ("{field} in the column {column} begins like a spreadsheet's formula",
                "{column} 列的 {field} 以 = + - @ 开头，会被表格软件当作公式"),
    "white field": ("{field} in the column {column} has white space at an end", "{column} 列的 {field} 首尾有空白"),
    "order": ("{row} comes after {before}: it is listed twice, or the rows are not in the order of their UTF-8 bytes",
              "{row} 排在 {before} 之后：重复，或未按 UTF-8 字节升序"),
    "rows": ("there are {has} rows, and notice.txt says {promised}", "有 {has} 行，而 notice.txt 写的是 {promised}"),
    # rules
    "rules": ("stages: {has}", "批次：{has} 个"),
    "stages": ("there are {has} stages, and notice.txt says {promised}",
               "有 {has} 个批次，而 notice.txt 写的是 {promised}"),
    "backslash": ("a backslash stands in {found}", "{found} 中有反斜杠"),
    "id": ("the id {id} stands there twice, or is the 65th", "编号 {id} 重复，或已是第 65 个"),
    "no column": ("the table has no column {column}", "表中没有 {column} 列"),
    "filter order": ("the column {column} stands there twice, or not in the order of the table",
                     "{column} 列重复，或与表中次序不同"),
    "list": ("{found} stands in the list twice", "{found} 在列表中重复"),
    "after max": ("something follows max, the last key of a range", "max 是区间的最后一项，其后不应再有内容"),
    "range": ("a range needs whole numbers in the column {column}, and {id} has {found} there",
              "区间要求 {column} 列全是整数，而 {id} 的是 {found}"),
    "chances": ("the stage {stage} takes household {id}, whose chances are {found} and not 1 to 64",
                "批次 {stage} 包括家庭 {id}，其机会数是 {found}，应为 1 至 64"),
    "choose tier": ("the tier {tier} filters units, and in its stage households choose",
                    "档次 {tier} 限定了房源，而所在批次是自行选房"),
    "choose later": ("the stage {stage} takes unit {id}, which is for choosing in the stage {earlier}",
                     "批次 {stage} 包括房源 {id}，而它在批次 {earlier} 中供选房"),
    # seed, commitments, result
    "seed": ("people who contributed: {people}, secrets: {secrets}, public digits: {digits}",
             "投掷：{people} 人，密数：{secrets} 份，公开数字：{digits} 位"),
    "commitments": ("each secret opens its commitment", "每份密数都与其承诺相符"),
    "commitment": ("the secret of {label}, {secret}, gives {computed}, and the commitment in notice.txt is {promised}",
                   "{label} 的密数 {secret} 算得 {computed}，而 notice.txt 中的承诺是 {promised}"),
    "result": ("drawn again: the same, byte for byte; rows: {rows}", "重新摇号，结果逐字节相同；{rows} 行"),
    "other row": ("{found} stands there, and the draw gives {wanted}", "写的是 {found}，而重新摇号得到 {wanted}"),
    # after the draw
    "after text": ("after.jsonl is clean UTF-8 text", "after.jsonl 是规范的 UTF-8 文本"),
    "after nothing": ("nothing was recorded after the draw", "摇号之后没有记录"),
    "after form": ("each line is an entry", "每一行都是一条记录"),
    "no entry": ("{found} is no entry of a kind that there is", "{found} 不是任何一种记录"),
    "bad text": ("the {key} is no text of 1 to 2000 characters without white space at an end",
                 "{key} 应为 1 至 2000 个字符、首尾无空白的文本"),
    "bad name": ("the {key} {found} is no name of 1 to 80 characters without | or white space at an end",
                 "{key} {found} 应为 1 至 80 个字符、不含 |、首尾无空白"),
    "line feed": ("the {key} {found} holds a line feed", "{key} {found} 含有换行"),
    "after chain": ("entries: {has}, each on the one before, the first on the result hash",
                    "{has} 条记录环环相扣，第一条接在结果指纹之后"),
    "bad hash": ("the line gives the hash {computed}, and {found} stands there",
                 "此行的指纹应为 {computed}，写的是 {found}"),
    "bad previous": ("previous should be {computed}, and {found} stands there",
                     "previous 应为 {computed}，写的是 {found}"),
    "bad n": ("this is entry {wanted}, and {found} stands there", "这是第 {wanted} 条，写的是 {found}"),
    "entry not asked": ("no hash of an entry was given", "没有给出记录的指纹"),
    "entry found": ("entry {number} has the hash given", "第 {number} 条记录的指纹与所给的一致"),
    "entry form": ("the hash of an entry given, {given}, is not 32 to 64 hexadecimal digits",
                   "所给的记录指纹 {given} 不是 32 至 64 位字符（0–9、a–f）"),
    "entry lost": ("no entry has the hash given, {given}", "没有指纹为 {given} 的记录"),
    "after persons": ("two persons where two are needed", "须二人之处都有二人"),
    "same person": ("{name} is named as both persons", "两个人都写成了 {name}"),
    "closed by who answered": ("{name} has answered question {question}, and closes it",
                               "{name} 答复了问题 {question} 号，又自行销号"),
    "after step": ("each entry is right where it stands; households that have withdrawn: {gone}, "
                   "replacements that stand: {late}, questions not closed: {open}",
                   "每条记录在其位置都正确；已弃权 {gone} 户，有效递补 {late} 户，未销号问题 {open} 个"),
    "stranger": ("there is no household {household} in the roll", "名册中没有家庭 {household}"),
    "gone already": ("{household} has withdrawn already", "{household} 已经弃权"),
    "nothing to give": ("no place is free for which anybody is next", "没有可递补的空出房源"),
    "another is next": ("{key} should be {wanted}, and {found} stands there", "{key} 应为 {wanted}，写的是 {found}"),
    "no choosing": ("in the stage {stage} nobody has to choose", "批次 {stage} 没有待选房的家庭"),
    "not offered": ("{unit} is not offered in the stage {stage}", "批次 {stage} 不提供房源 {unit}"),
    "taken": ("{unit} is held by {household}", "房源 {unit} 由 {household} 选定"),
    "nothing to undo": ("there is no earlier entry {entry} that stands and can be undone",
                        "没有可以撤销的有效记录 {entry}"),
    "step": ("{why}", "{why}"),
    "rests on it": ("without entry {entry} the entry {other} would not be right: {why}",
                    "没有第 {entry} 条，第 {other} 条就不正确：{why}"),
    "no question": ("question {question} was not asked, or is closed", "问题 {question} 号未提出，或已销号"),
    "no answer": ("question {question} has no answer that stands", "问题 {question} 号没有有效的答复"),
    "held": ("{stage}, {place}: {household}, {unit} (entry {entry})",
             "{stage}，{place}：{household}，{unit}（第 {entry} 条）"),
    "entry not given": ("that nothing is missing at the end of after.jsonl (give the hash of an entry with --entry)",
                        "after.jsonl 末尾没有缺失（可用 --entry 给出某条记录的指纹）"),
    # the verdict
    "changed": ("since then   {0}", "摇号之后  {0}"),
    "holds": ("holds     ", "成立　　"),
    "fails": ("FAILS     ", "不成立　"),
    "skipped": ("not asked ", "未要求　"),
    "draw": ("draw         {0}", "摇号编号  {0}"),
    "draw unknown": ("draw         not known, as the notice was not checked", "摇号编号  不明：公告未及核验"),
    "title": ("title        {0}", "标题      {0}"),
    "rehearsal": ("REHEARSAL    this was a rehearsal; it allots nothing",
                  "演练      REHEARSAL：这是演练，不分配任何房源"),
    "notice hash": ("notice hash  {0}", "公告指纹  {0}"),
    "seed hash": ("seed         {0}", "种子      {0}"),
    "result hash": ("result hash  {0}", "结果指纹  {0}"),
    "not proved": ("not proved   {0}", "未证明    {0}"),
    "verified": ("draw {draw}, {title}", "摇号 {draw}，{title}"),
    "verified rehearsal": ("REHEARSAL {draw}, {title}", "演练（REHEARSAL）{draw}，{title}"),
    "notice not given": ("not compared with a notice published beforehand (give its hash with --notice)",
                         "未与事先公布的公告核对（可用 --notice 给出其指纹）"),
    "source": ("compare the digits with the source: {digits} ({source})",
               "请与公开来源核对这些数字：{digits}（{source}）"),
    "claimed not given": ("not compared with the result hash shown in the hall (compare the 16 groups, or give it "
                          "with --claimed)", "未与现场公布的结果指纹核对（请核对 16 组数字，或用 --claimed 给出）"),
}  # fmt: skip


class Words(NamedTuple):
    """One sentence in each language."""

    en: str
    zh: str


def words(code: str, *things: object, **values: object) -> Words:
    """A sentence with its values; one that is itself in both languages stands there in the sentence's own."""
    either: list[str] = []
    for number, sentence in enumerate(SENTENCES[code]):
        own = {name: value[number] if isinstance(value, Words) else value for name, value in values.items()}
        either.append(sentence.format(*things, **own))
    return Words(*either)


class RefutedError(Exception):
    """A check does not hold; the caller knows which."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.words = words(code, **values)


class RefutedInError(RefutedError):
    """The same, and the sentence begins with the file and, unless it is 0, the line."""

    def __init__(self, file: str, line: int, code: str, **values: object) -> None:
        super().__init__(code, **values)
        where = Words(f"{file}, line {line}: ", f"{file} 第 {line} 行：") if line else Words(f"{file}: ", f"{file}：")
        self.words = Words(where.en + self.words.en, where.zh + self.words.zh)


class UnusableError(Exception):
    """There is nothing to judge: a file is missing or cannot be read, or the command line makes no sense."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.words = words(code, **values)


def beginning(given: str, computed: str) -> dict[str, object]:
    """What is said of too few digits of a hash: how many they are, and whether they are its first."""
    same = computed.startswith(given.lower())
    return {"length": len(given), "agree": Words("the same as", "一致") if same else Words("not", "不一致")}


def shown(what: str | bytes) -> str:
    """What stands in a file, in quotation marks, on one line, with nothing that could deceive the eye."""
    text = what[:400].decode("utf-8", "backslashreplace") if isinstance(what, bytes) else what
    cut = text if len(text) <= 100 else text[:100] + "…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut) + '"'


class OneOf(NamedTuple):
    """A filter's condition: the field is one of these strings."""

    strings: frozenset[str]

    def takes(self, field: str) -> bool:
        return field in self.strings


class Between(NamedTuple):
    """A filter's condition: the field, which is a whole number, lies in the range."""

    low: int
    high: int

    def takes(self, field: str) -> bool:
        return self.low <= int(field) <= self.high


Filter = list[tuple[int, "OneOf | Between"]]  # the number of a column, and what its fields must be


class Tier(NamedTuple):
    id: str
    households: Filter
    units: Filter
    most: int


class Stage(NamedTuple):
    line: int
    id: str
    households: Filter
    units: Filter
    chances: int | None
    choose: bool
    alternates: int
    tiers: list[Tier]


class Promises(NamedTuple):
    """What notice.txt binds the draw to."""

    draw: str
    title: str
    mode: str
    inputs: dict[str, tuple[str, int]]
    commitments: dict[str, str]
    people: int
    dice: int
    digits: int
    source: str | None


class Table:
    """roll.csv or units.csv, once its check holds."""

    def __init__(self, data: bytes, columns: list[str], firsts: list[str]) -> None:
        self.data = data
        self.columns = columns
        self.firsts = firsts
        self.coded_columns: dict[int, tuple[array.array[int], list[str]]] = {}
        self.odd_rows: dict[int, int | None] = {}

    def coded(self, place: int) -> tuple[array.array[int], list[str]]:
        """A column as the number of its value for each row, and the different values."""
        if place not in self.coded_columns:
            numbers: dict[bytes, int] = {}
            rows = io.BytesIO(self.data)
            next(rows)
            codes = array.array("I", (numbers.setdefault(row[:-1].split(b",")[place], len(numbers)) for row in rows))
            self.coded_columns[place] = codes, [value.decode("utf-8") for value in numbers]
        return self.coded_columns[place]

    def odd_row(self, place: int) -> int | None:
        """The first row whose field in a column is not a whole number."""
        if place not in self.odd_rows:
            codes, values = self.coded(place)
            odd = next((code for code, value in enumerate(values) if not re.fullmatch(WHOLE, value)), None)
            self.odd_rows[place] = None if odd is None else codes.index(odd)
        return self.odd_rows[place]

    def taken(self, wanted: Filter, among: Iterable[int]) -> list[int]:
        """Those of the rows that pass a filter, in the order in which they came."""
        for place, condition in wanted:
            codes, values = self.coded(place)
            good = bytes(map(condition.takes, values))
            among = [row for row in among if good[codes[row]]]
        return list(among)


class Case:
    """The seven files, what the caller gave, and what the checks have found so far."""

    promises: Promises
    roll: Table
    units: Table
    stages: list[Stage]
    secrets: list[str]

    entries: list[Entry]

    def __init__(
        self,
        seven: dict[str, bytes],
        claimed: str | None,
        published: str | None,
        after: bytes | None = None,
        held: str | None = None,
    ) -> None:
        self.seven = seven
        self.after = after  # after.jsonl, if it is asked for
        self.held = held
        self.holders: list[list[str]] | None = None  # the csv of 11.9
        self.claimed = claimed
        self.published = published
        self.hashes = {name: hashlib.sha256(data).hexdigest() for name, data in seven.items()}
        self.facts: dict[str, str] = {}  # for the verdict, each from the moment that it was checked
        self.public_digits: Words | None = None


class Lines:
    """A text file whose lines are taken one after another; one that does not fit is refused by its number."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.start = 0
        self.number = 0

    def follows(self, text: bytes) -> bool:
        return self.data.startswith(text, self.start)

    def take(self, pattern: str, wanted: str, depth: int = 0) -> re.Match[str]:
        """The next line, which must fit the pattern, indented by twice the depth."""
        indent = "  " * depth
        if self.start == len(self.data):
            raise RefutedInError(self.name, 0, "ends early", last=self.number, wanted=shown(indent + wanted))
        row = self.next_row()
        found = re.fullmatch(f"{indent}(?:{pattern})", row)
        if found is None:
            self.refuse("expected", found=shown(row), wanted=shown(indent + wanted))
        return found

    def take_value(self, pattern: str, wanted: str, depth: int = 0) -> re.Match[str]:
        """A line whose last group is a value (1.3), or did not take part."""
        found = self.take(pattern, wanted, depth)
        value = found[found.re.groups]
        if value is not None:
            if not 1 <= len(value) <= 80:
                self.refuse("value length", found=shown(value), length=len(value))
            if "|" in value or value[0] in WHITE or value[-1] in WHITE:
                self.refuse("value", found=shown(value))
        return found

    def next_row(self) -> str:
        end = self.data.index(b"\n", self.start)
        row = self.data[self.start : end].decode("utf-8")
        self.start = end + 1
        self.number += 1
        return row

    def refuse(self, code: str, **values: object) -> NoReturn:
        raise RefutedInError(self.name, self.number, code, **values)

    def finish(self) -> None:
        if self.start < len(self.data):
            row = shown(self.next_row())
            self.refuse("ends late", found=row)


# ---------------------------------------------------------------------------------------------------- reading


def read_seven(folder: str) -> dict[str, bytes]:
    try:
        there = folder != "" and Path(folder).is_dir()
    except OSError:  # a name that no folder can have
        there = False
    if not there:
        raise UnusableError("no folder", folder=shown(folder))
    seven, troubles = {}, []
    for name in SEVEN:
        try:
            seven[name] = read_file(Path(folder, name))
        except OSError as trouble:
            troubles.append(f"{name} ({trouble.strerror})")
    if troubles:
        raise UnusableError("cannot read", files=", ".join(troubles), folder=shown(folder))
    return seven


def read_after(folder: str) -> bytes:
    """after.jsonl; where there is none, nothing happened after the draw. A link that leads nowhere is not none."""
    path = Path(folder, AFTER)
    if not os.path.lexists(path):
        return b""
    try:
        return read_file(path)
    except OSError as trouble:
        raise UnusableError("cannot read after", folder=shown(folder), trouble=trouble.strerror) from None


def read_file(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "not a plain file / 不是普通文件")
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise OSError(0, "larger than 512 MiB / 超过 512 MiB")
    return data


# ------------------------------------------------------------------------------------- the checks, in their order


def check_sums(case: Case) -> Words:
    """Section 7."""
    there, wanted = case.seven["SHA256SUMS"], [f"{case.hashes[name]}  {name}" for name in SUMMED]
    if not there:
        raise RefutedInError("SHA256SUMS", 0, "empty")
    if there != "".join(f"{line}\n" for line in wanted).encode():
        found = there.split(b"\n", 7)  # the last of them is what follows the last LF
        for number, line in enumerate(wanted, 1):
            if number == len(found):
                if not found[-1]:
                    raise RefutedInError("SHA256SUMS", 0, "ends early", last=number - 1, wanted=shown(line))
                if found[-1] == line.encode():
                    raise RefutedInError("SHA256SUMS", number, "no LF")
            row = found[number - 1]
            if row != line.encode():
                raise RefutedInError("SHA256SUMS", number, "expected", found=shown(row), wanted=shown(line))
        raise RefutedInError("SHA256SUMS", 7, "ends late", found=shown(found[6]))
    case.facts["result_hash"] = case.hashes["SHA256SUMS"]
    return words("sums")


def check_claimed(case: Case) -> Words | None:
    """Section 8."""
    given = case.claimed
    if given is None:
        return None
    if re.fullmatch("[0-9a-fA-F]{1,31}", given):
        raise RefutedError("claimed short", given=given, **beginning(given, case.hashes["SHA256SUMS"]))
    if not re.fullmatch("[0-9a-fA-F]{32,64}", given):
        raise RefutedError("claimed form", given=shown(given))
    if not case.hashes["SHA256SUMS"].startswith(given.lower()):
        raise RefutedError("claimed other", given=given.lower(), computed=case.hashes["SHA256SUMS"])
    return words("claimed", length=len(given))


def check_text(case: Case) -> Words:
    """Sections 1.1 and 1.2."""
    for name in SUMMED:
        examine_text(name, case.seven[name])
    return words("text")


def examine_text(name: str, data: bytes) -> None:
    """A block ends at an LF, which no composition reaches across, so each is judged alone."""
    if not data:
        raise RefutedInError(name, 0, "empty")
    innocent = {"\n"}
    for start, block in blocks(data):
        try:
            text = block.decode("utf-8")
        except UnicodeDecodeError as trouble:
            line = data.count(b"\n", 0, start + trouble.start) + 1
            bad = block[trouble.start : trouble.start + 4].hex(" ")
            raise RefutedInError(name, line, "not UTF-8", found=bad) from None
        letters = set(text)
        guilty = [char for char in letters - innocent if any(ord(char) in codes for codes in BANNED)]
        if guilty:
            char = min(guilty, key=text.index)
            line = data.count(b"\n", 0, start) + text.count("\n", 0, text.index(char)) + 1
            named = f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
            raise RefutedInError(name, line, "banned", found=named)
        innocent |= letters
        if not unicodedata.is_normalized("NFC", text):
            rows = text.split("\n")
            odd = next(n for n, row in enumerate(rows) if not unicodedata.is_normalized("NFC", row))
            line = data.count(b"\n", 0, start) + odd + 1
            raise RefutedInError(name, line, "not NFC", found=shown(ascii(rows[odd])[1:-1]))
    if not data.endswith(b"\n"):
        raise RefutedInError(name, data.count(b"\n") + 1, "no LF")


def blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The data in pieces of about a mebibyte that end where a line does, each with its offset."""
    start = 0
    while start < len(data):
        far = start + BLOCK_BYTES
        end = data.rfind(b"\n", start, far) + 1 or data.find(b"\n", far) + 1 or len(data)
        yield start, data[start:end]
        start = end


def check_notice(case: Case) -> Words:
    """Section 4 with 4.2, then the inputs' hashes, then the notice hash that the caller holds."""
    notice = case.promises = read_notice(Lines("notice.txt", case.seven["notice.txt"]))
    case.facts.update(draw=notice.draw, title=notice.title, mode=notice.mode)
    if notice.mode == "ceremony":
        for code, has, least in (
            ("few commitments", len(notice.commitments), 2),
            ("few people", notice.people, 2),
            ("few dice", notice.people * notice.dice, 12),
        ):
            if has < least:
                raise RefutedInError("notice.txt", 0, code, has=has)
    for name, (promised, _) in notice.inputs.items():
        if promised != case.hashes[name]:
            values = {"input": name, "promised": promised, "computed": case.hashes[name]}
            raise RefutedInError("notice.txt", 0, "other input", **values)
    case.facts["notice_hash"] = case.hashes["notice.txt"]
    given = case.published
    if given is None:
        return words("notice", draw=notice.draw)
    if not re.fullmatch("[0-9a-fA-F]{64}", given):
        raise RefutedError("notice form", given=shown(given))
    if given.lower() != case.hashes["notice.txt"]:
        raise RefutedError("notice other", given=given.lower(), computed=case.hashes["notice.txt"])
    return words("notice equal", draw=notice.draw)


def read_notice(lines: Lines) -> Promises:
    lines.take("mingyao notice v1", "mingyao notice v1")
    draw = lines.take("draw: ([a-z0-9][a-z0-9.-]{0,63})", "draw: [a-z0-9][a-z0-9.-]{0,63}")[1]
    title = lines.take_value("title: (.*)", "title: …")[1]
    mode = lines.take("mode: (ceremony|rehearsal)", "mode: ceremony | rehearsal")[1]
    opens = lines.take(f"opens: {TIME}", "opens: 20YY-MM-DDThh:mm:ss±hh:mm")
    if not is_day(opens["day"]):
        lines.refuse("no date", found=shown(opens[0]))
    inputs = {}
    for key, name in (("roll", "roll.csv"), ("units", "units.csv"), ("rules", "rules.json")):
        found = lines.take(f"{key}: ({HEX64}) ({FROM_ONE})", f"{key}: <sha256> <1…>")
        inputs[name] = found[1], int(found[2])
    commitments: dict[str, str] = {}
    while not commitments or lines.follows(b"commitment "):
        label, commitment = lines.take(f"commitment ({LABEL}): ({HEX64})", "commitment <label>: <sha256>").groups()
        if label in commitments:
            lines.refuse("label twice", label=label)
        if len(commitments) == 8:
            lines.refuse("ninth")
        commitments[label] = commitment
    thrown = lines.take(
        "contributions: (?:none|([1-9][0-9]?) of ([1-9][0-9]?) dice)", "contributions: none | <1-99> of <1-99> dice"
    )
    public = lines.take_value(
        "public: (?:none|([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8]) digits of (.*))", "public: none | <1-128> digits of …"
    )
    lines.finish()
    people, dice, digits = (int(number or 0) for number in (thrown[1], thrown[2], public[1]))
    return Promises(draw, title, mode, inputs, commitments, people, dice, digits, public[2])


def is_day(day: str) -> bool:
    try:
        return bool(datetime.date(*map(int, day.split("-"))))
    except ValueError:
        return False


def check_roll(case: Case) -> Words:
    case.roll = read_table("roll.csv", case.seven["roll.csv"], "household", case.promises.inputs["roll.csv"][1])
    return words("roll", rows=len(case.roll.firsts))


def check_units(case: Case) -> Words:
    case.units = read_table("units.csv", case.seven["units.csv"], "unit", case.promises.inputs["units.csv"][1])
    return words("units", rows=len(case.units.firsts))


def read_table(name: str, data: bytes, first: str, promised: int) -> Table:
    """Section 2: one pattern for a whole row; which of its fields is wrong is asked only when it does not match."""
    rows = io.BytesIO(data)
    columns = next(rows)[:-1].decode("utf-8").split(",", 32)
    form = "[a-z][a-z0-9_]{0,31}"
    for place, column in enumerate(columns):
        if place == 32 or column in columns[:place] or not re.fullmatch(form, column):
            raise RefutedInError(name, 1, "column", place=place + 1, column=shown(column), form=form)
    if columns[0] != first:
        raise RefutedInError(name, 1, "first column", column=columns[0], wanted=first)
    edge = f'[^,"|{WHITE}]'
    field = f'(?![=+@-]){edge}(?:[^,"|]{{0,62}}{edge})?'
    fits = re.compile(f"({field})(?:,(?:{field})?){{{len(columns) - 1}}}").fullmatch
    firsts: list[str] = []
    before = ""
    for number, raw in enumerate(rows, 2):
        found = fits(raw[:-1].decode("utf-8"))
        if found is None:
            raise explain_row(name, number, raw[:-1].decode("utf-8"), columns)
        if found[1] <= before:  # by code point, which is the order of the UTF-8 bytes
            raise RefutedInError(name, number, "order", row=shown(found[1]), before=shown(before))
        before = found[1]
        firsts.append(before)
    if len(firsts) != promised:
        raise RefutedInError(name, 0, "rows", has=len(firsts), promised=promised)
    return Table(data, columns, firsts)


def explain_row(name: str, number: int, row: str, columns: list[str]) -> RefutedError:
    """What is wrong with a row that does not fit the pattern."""
    has = row.count(",") + 1
    if has != len(columns):
        return RefutedInError(name, number, "fields", row=shown(row), has=has, columns=len(columns))
    fields = row.split(",")
    if not fields[0]:
        return RefutedInError(name, number, "no id", column=columns[0])
    faults = (
        (code, place)
        for place, field in enumerate(fields)
        for code, wrong in (
            ("long field", len(field) > 64),
            ("quoted field", '"' in field or "|" in field),
            ("formula", field.startswith(("=", "+", "-", "@"))),
            ("white field", field != field.strip(WHITE)),
        )
        if wrong
    )
    code, place = next(faults)
    return RefutedInError(name, number, code, field=shown(fields[place]), column=columns[place])


def check_rules(case: Case) -> Words:
    """Section 3: the file, then what the rules ask of the two tables (3.4, 3.5)."""
    lines = Lines("rules.json", case.seven["rules.json"])
    case.stages = list(read_stages(lines, case.roll, case.units))
    promised = case.promises.inputs["rules.json"][1]
    if len(case.stages) != promised:
        raise RefutedInError(lines.name, 0, "stages", has=len(case.stages), promised=promised)
    reserved: dict[int, str] = {}
    for stage in case.stages:
        if stage.chances is not None:
            codes, chances = case.roll.coded(stage.chances)
            right = [re.fullmatch("[1-9]|[1-5][0-9]|6[0-4]", value) is not None for value in chances]
            for row in case.roll.taken(stage.households, range(len(case.roll.firsts))):
                if not right[codes[row]]:
                    who, found = shown(case.roll.firsts[row]), shown(chances[codes[row]])
                    raise RefutedInError(lines.name, stage.line, "chances", stage=stage.id, id=who, found=found)
        if reserved or stage.choose:
            units = case.units.taken(stage.units, range(len(case.units.firsts)))
            for row in units:
                if row in reserved:
                    values = {"stage": stage.id, "id": shown(case.units.firsts[row]), "earlier": reserved[row]}
                    raise RefutedInError(lines.name, stage.line, "choose later", **values)
            if stage.choose:
                reserved.update(dict.fromkeys(units, stage.id))
    return words("rules", has=len(case.stages))


def read_stages(lines: Lines, roll: Table, units: Table) -> Iterator[Stage]:
    if b"\\" in lines.data:
        lines.refuse("backslash", found=shown(next(row for row in iter(lines.next_row, None) if "\\" in row)))
    lines.take(r"\{", "{")
    lines.take(r'"stages": \[', '"stages": [', 1)
    ids: set[str] = set()
    more = ","
    while more:
        lines.take(r"\{", "{", 2)
        line = lines.number
        name = read_id(lines, 3, ids)
        lines.take_value('"title": "([^"]*)",', '"title": "…",', 3)
        households = read_filter(lines, 3, "households", roll)
        flats = read_filter(lines, 3, "units", units)
        column = lines.take('"chances": (?:null|"([^"]*)"),', '"chances": null | "<column>",', 3)[1]
        chances = None if column is None else find_column(lines, column, roll)
        choose = lines.take('"assign": "(draw|choose)",', '"assign": "draw" | "choose",', 3)[1] == "choose"
        alternates = lines.take(f'"alternates": (?:"all"|({WHOLE})),', '"alternates": "all" | <0…>,', 3)[1]
        tiers = list(read_tiers(lines, choose, roll, units))
        yield Stage(line, name, households, flats, chances, choose, int(alternates or LARGEST_WHOLE), tiers)
        more = lines.take(r"\}(,?)", "} | },", 2)[1]
    lines.take(r"\]", "]", 1)
    lines.take(r"\}", "}")
    lines.finish()


def read_tiers(lines: Lines, choose: bool, roll: Table, units: Table) -> Iterator[Tier]:
    lines.take(r'"tiers": \[', '"tiers": [', 3)
    ids: set[str] = set()
    more = ","
    while more:
        lines.take(r"\{", "{", 4)
        name = read_id(lines, 5, ids)
        lines.take_value('"title": "([^"]*)",', '"title": "…",', 5)
        households = read_filter(lines, 5, "households", roll)
        flats = read_filter(lines, 5, "units", units)
        if flats and choose:
            lines.refuse("choose tier", tier=name)
        most = lines.take(f'"count": (?:"all"|({FROM_ONE}))', '"count": "all" | <1…>', 5)[1]
        yield Tier(name, households, flats, int(most or LARGEST_WHOLE))
        more = lines.take(r"\}(,?)", "} | },", 4)[1]
    lines.take(r"\]", "]", 3)


def read_id(lines: Lines, depth: int, ids: set[str]) -> str:
    """The id of a stage or a tier, different from those before it; there are at most 64 of them."""
    name = lines.take(f'"id": "({LABEL})",', f'"id": "{LABEL}",', depth)[1]
    if name in ids or len(ids) == 64:
        lines.refuse("id", id=name)
    ids.add(name)
    return name


def find_column(lines: Lines, column: str, table: Table) -> int:
    if column not in table.columns:
        lines.refuse("no column", column=shown(column))
    return table.columns.index(column)


def read_filter(lines: Lines, depth: int, key: str, table: Table) -> Filter:
    """Section 3.3."""
    if lines.take(rf'"{key}": \{{(\}},)?', f'"{key}": {{ | "{key}": {{}},', depth)[1]:
        return []
    wanted: Filter = []
    more = ","
    while more:
        found = lines.take(r'"([^"]*)": (?:"([^"]*)"(,?)|(\[)|\{)', '"<column>": "…" | [ | {', depth + 1)
        place = find_column(lines, found[1], table)
        if wanted and place <= wanted[-1][0]:
            lines.refuse("filter order", column=found[1])
        if found[2] is not None:
            wanted.append((place, OneOf(frozenset([found[2]]))))
            more = found[3]
        elif found[4]:
            wanted.append((place, read_list(lines, depth + 2)))
            more = lines.take(r"\](,?)", "] | ],", depth + 1)[1]
        else:
            wanted.append((place, read_range(lines, depth + 2, place, table)))
            more = lines.take(r"\}(,?)", "} | },", depth + 1)[1]
    lines.take(r"\},", "},", depth)
    return wanted


def read_list(lines: Lines, depth: int) -> OneOf:
    strings: set[str] = set()
    more = ","
    while more:
        string, more = lines.take('"([^"]*)"(,?)', '"…" | "…",', depth).groups()
        if string in strings:
            lines.refuse("list", found=shown(string))
        strings.add(string)
    return OneOf(frozenset(strings))


def read_range(lines: Lines, depth: int, place: int, table: Table) -> Between:
    row = table.odd_row(place)
    if row is not None:
        codes, values = table.coded(place)
        found = shown(values[codes[row]])
        lines.refuse("range", column=table.columns[place], id=shown(table.firsts[row]), found=found)
    bound, number, more = lines.take(f'"(min|max)": ({WHOLE})(,?)', '"min": <0…> | "max": <0…>', depth).groups()
    if not more:
        return Between(int(number), LARGEST_WHOLE) if bound == "min" else Between(0, int(number))
    if bound == "max":
        lines.refuse("after max")
    return Between(int(number), int(lines.take(f'"max": ({WHOLE})', '"max": <0…>', depth)[1]))


def check_seed(case: Case) -> Words:
    """Section 5, but for the secrets' opening."""
    notice, lines = case.promises, Lines("seed.txt", case.seven["seed.txt"])
    for exact in ("mingyao seed v1", f"draw: {notice.draw}", f"notice: {case.hashes['notice.txt']}"):
        lines.take(re.escape(exact), exact)
    for person in range(1, notice.people + 1):
        form = f"contribution {person}: [1-6]{{{notice.dice}}}"
        lines.take(form, form)
    case.secrets = [
        lines.take(f"reveal {label}: ([0-9a-f]{{32}})", f"reveal {label}: [0-9a-f]{{32}}")[1]
        for label in notice.commitments
    ]
    if notice.source is not None:
        digits = lines.take(f"public: ([0-9a-f]{{{notice.digits}}})", f"public: [0-9a-f]{{{notice.digits}}}")[1]
        case.public_digits = words("source", digits=digits, source=notice.source)
    lines.finish()
    case.facts["seed"] = case.hashes["seed.txt"]
    return words("seed", people=notice.people, secrets=len(case.secrets), digits=notice.digits)


def check_commitments(case: Case) -> Words:
    """Section 4.1."""
    draw, secrets = case.promises.draw, iter(case.secrets)
    for label, promised in case.promises.commitments.items():
        secret = next(secrets)
        computed = hashlib.sha256(f"commitment|{draw}|{label}|{secret}".encode()).hexdigest()
        if computed != promised:
            values = {"label": label, "secret": secret, "computed": computed, "promised": promised}
            raise RefutedInError("seed.txt", 0, "commitment", **values)
    return words("commitments")


def check_result(case: Case) -> Words:
    """Section 6, compared a line at a time."""
    lines = Lines("result.csv", case.seven["result.csv"])
    for row in draw_again(case):
        if lines.follows(row):
            lines.start += len(row)
            lines.number += 1
        elif lines.start == len(lines.data):
            raise RefutedInError(lines.name, 0, "ends early", last=lines.number, wanted=shown(row[:-1]))
        else:
            found = shown(lines.next_row())
            lines.refuse("other row", found=found, wanted=shown(row[:-1]))
    lines.finish()
    return words("result", rows=lines.number - 1)


def draw_again(case: Case) -> Iterator[bytes]:
    """Section 6: the lines of result.csv."""
    yield b"stage,tier,rank,household,ticket,outcome,unit\n"
    homeless = bytearray(b"\1" * len(case.roll.firsts))
    vacant = bytearray(b"\1" * len(case.units.firsts))
    for stage in case.stages:
        queue = case.roll.taken(stage.households, itertools.compress(range(len(homeless)), homeless))
        flats = case.units.taken(stage.units, itertools.compress(range(len(vacant)), vacant))
        tickets = household_tickets(case, stage, queue)
        queue.sort(key=tickets.__getitem__)
        flats.sort(key=unit_tickets(case, stage, flats).__getitem__)
        rank = 0
        for tier in stage.tiers:
            offered = case.units.taken(tier.units, flats)[: tier.most]
            candidates = iter(case.roll.taken(tier.households, queue) if offered else ())
            for flat in offered:
                row = next(candidates, None)
                if row is None:
                    break
                rank += 1
                homeless[row] = vacant[flat] = 0
                household, unit = case.roll.firsts[row], "" if stage.choose else case.units.firsts[flat]
                yield f"{stage.id},{tier.id},{rank},{household},{tickets[row].hex()},allotted,{unit}\n".encode()
            queue = [row for row in queue if homeless[row]]
            flats = [flat for flat in flats if vacant[flat]]
        for rank, row in enumerate(queue[: stage.alternates], 1):
            yield f"{stage.id},,{rank},{case.roll.firsts[row]},{tickets[row].hex()},alternate,\n".encode()


def household_tickets(case: Case, stage: Stage, rows: list[int]) -> dict[int, bytes]:
    """Section 6.2: for each household the smallest of its hashes."""
    start, names = f"{case.hashes['seed.txt']}|household|{stage.id}|", case.roll.firsts
    if stage.chances is None:
        return {row: hashlib.sha256(f"{start}{names[row]}|1".encode()).digest() for row in rows}
    codes, values = case.roll.coded(stage.chances)
    return {
        row: min(
            hashlib.sha256(f"{start}{names[row]}|{chance}".encode()).digest()
            for chance in range(1, int(values[codes[row]]) + 1)
        )
        for row in rows
    }


def unit_tickets(case: Case, stage: Stage, rows: list[int]) -> dict[int, bytes]:
    start, names = f"{case.hashes['seed.txt']}|unit|{stage.id}|", case.units.firsts
    return {row: hashlib.sha256(f"{start}{names[row]}".encode()).digest() for row in rows}


CHECKS: tuple[tuple[str, str, Callable[[Case], Words | None]], ...] = (
    ("sums", "7", check_sums),
    ("claimed", "8", check_claimed),
    ("text", "1", check_text),
    ("notice", "4", check_notice),
    ("roll", "2", check_roll),
    ("units", "2", check_units),
    ("rules", "3", check_rules),
    ("seed", "5", check_seed),
    ("commitments", "4.1", check_commitments),
    ("result", "6", check_result),
)


# ------------------------------------------------------------------------------------------ after the draw (section 11)

CHANNEL = "telephone|letter|web|message|visit|hall"

# 11.2: how many make an entry, and its own keys, each a number, a string of some kind, or one of a pattern
ENTRY_KINDS: dict[str, tuple[int, dict[str, str]]] = {
    "withdraw": (2, {"household": "string", "reason": "text"}),
    "replace": (2, {"stage": "string", "place": "number", "unit": "string", "tier": "string", "household": "string",
                    "rank": "number", "reason": "text?"}),
    "choose": (2, {"stage": "string", "rank": "number", "household": "string", "unit": "string", "reason": "text?"}),
    "undo": (2, {"entry": "number", "reason": "text"}),
    "ask": (1, {"question": "number", "channel": CHANNEL, "household": "string", "words": "text", "who": "name",
                "until": DAY}),
    "answer": (1, {"question": "number", "words": "text"}),
    "close": (1, {"question": "number"}),
}  # fmt: skip


def quoted(name: str, pattern: str = r'(?:[^"\\]|\\["\\n])*') -> str:
    return f'"(?P<{name}>{pattern})"'


def entry_pattern(kind: str) -> re.Pattern[str]:
    """A whole line of a kind, with a group for each value."""
    people, keys = ENTRY_KINDS[kind]
    values = []
    for key, form in keys.items():
        plain = form in ("string", "name", "text", "text?")
        value = f"(?P<{key}>{FROM_ONE})" if form == "number" else quoted(key) if plain else quoted(key, form)
        values.append(f',"{key}":{value}')
    names = ",".join(quoted(f"by{number}") for number in range(people))
    return re.compile(
        rf'(?P<body>\{{"n":(?P<n>{FROM_ONE}),"previous":"(?P<previous>{HEX64})","time":"{TIME}",'
        rf'"by":\[{names}\],"kind":"{kind}"{"".join(values)}),"hash":"(?P<hash>{HEX64})"\}}'
    )


ENTRY_PATTERNS = {kind: entry_pattern(kind) for kind in ENTRY_KINDS}


class Entry(NamedTuple):
    """A line of after.jsonl. body: the line up to its hash; of: what belongs to its kind, numbers in digits."""

    n: int
    previous: str
    by: list[str]
    kind: str
    of: dict[str, str]
    hash: str
    body: str


def check_after_text(case: Case) -> Words:
    """Section 11.1, the text."""
    assert case.after is not None
    if not case.after:
        return words("after nothing")
    examine_text(AFTER, case.after)
    return words("after text")


def check_after_form(case: Case) -> Words:
    """Section 11.2."""
    assert case.after is not None
    lines = Lines(AFTER, case.after)
    case.entries = []
    while lines.start < len(lines.data):
        case.entries.append(read_entry(lines))
    return words("after form")


def read_entry(lines: Lines) -> Entry:
    row = lines.next_row()
    matches = ((kind, pattern.fullmatch(row)) for kind, pattern in ENTRY_PATTERNS.items())
    kind, found = next((match for match in matches if match[1]), ("", None))
    if found is None:
        lines.refuse("no entry", found=shown(row))
    people, keys = ENTRY_KINDS[kind]
    by = [unescaped(found[f"by{number}"]) for number in range(people)]
    values = {key: unescaped(found[key]) for key in keys}
    for name in by:
        judge_string(lines, "by", name, "name")
    for key, value in values.items():
        judge_string(lines, key, value, keys[key])
    for day in (found["day"], values.get("until", found["day"])):
        if not is_day(day):
            lines.refuse("no date", found=shown(day))
    return Entry(int(found["n"]), found["previous"], by, kind, values, found["hash"], found["body"])


def unescaped(string: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], string)


def judge_string(lines: Lines, key: str, value: str, form: str) -> None:
    if form in ("string", "name") and "\n" in value:
        lines.refuse("line feed", key=key, found=shown(value))
    if form == "name" and not (1 <= len(value) <= 80 and "|" not in value and value == value.strip(WHITE)):
        lines.refuse("bad name", key=key, found=shown(value))
    if form in ("text", "text?") and (value or form == "text"):
        ends = WHITE + "\n"
        if not 1 <= len(value) <= 2000 or value[0] in ends or value[-1] in ends:
            lines.refuse("bad text", key=key)


def check_after_chain(case: Case) -> Words:
    """Section 11.1, the chain."""
    before = case.hashes["SHA256SUMS"]
    for wanted, entry in enumerate(case.entries, 1):
        computed = hashlib.sha256(f"{entry.body}}}".encode()).hexdigest()
        for code, right, found in (
            ("bad hash", computed, entry.hash),
            ("bad previous", before, entry.previous),
        ):
            if found != right:
                raise RefutedInError(AFTER, wanted, code, computed=right, found=found)
        if entry.n != wanted:
            raise RefutedInError(AFTER, wanted, "bad n", wanted=wanted, found=entry.n)
        before = computed
    return words("after chain", has=len(case.entries))


def check_after_entry(case: Case) -> Words | None:
    """Section 11.9: an entry that somebody holds the hash of."""
    if case.held is None:
        return None
    if not re.fullmatch("[0-9a-fA-F]{32,64}", case.held):
        raise RefutedError("entry form", given=shown(case.held))
    number = next((entry.n for entry in case.entries if entry.hash.startswith(case.held.lower())), None)
    if number is None:
        raise RefutedError("entry lost", given=case.held.lower())
    return words("entry found", number=number)


def check_after_persons(case: Case) -> Words:
    """Section 11.3."""
    answered: set[tuple[str, str]] = set()
    for entry in case.entries:
        first = entry.by[0]
        if entry.by[1:] == [first]:
            raise RefutedInError(AFTER, entry.n, "same person", name=shown(first))
        if entry.kind == "answer":
            answered.add((entry.of["question"], first))
        elif entry.kind == "close" and (entry.of["question"], first) in answered:
            values = {"name": shown(first), "question": entry.of["question"]}
            raise RefutedInError(AFTER, entry.n, "closed by who answered", **values)
    return words("after persons")


def check_after_step(case: Case) -> Words:
    """Sections 11.4 to 11.8."""
    ground = Ground(case)
    sequel = Sequel(ground)
    undone: set[int] = set()
    for entry in case.entries:
        try:
            if entry.kind == "undo":
                sequel = without(case.entries[: entry.n - 1], int(entry.of["entry"]), undone, ground)
            else:
                sequel.take(entry)
        except RefutedError as trouble:
            raise RefutedInError(AFTER, entry.n, "step", why=trouble.words) from None
    case.holders = list(sequel.holders())
    counts = {"gone": len(sequel.gone), "late": len(sequel.late), "open": sum(not q.closed for q in sequel.questions)}
    return words("after step", **counts)


def without(entries: list[Entry], number: int, undone: set[int], ground: Ground) -> Sequel:
    """Section 11.7: what all that stands leads to once this one does not; it is among the undone from now on."""
    target = entries[number - 1] if number <= len(entries) else None
    if target is None or number in undone or target.kind in ("undo", "ask"):
        raise RefutedError("nothing to undo", entry=number)
    undone.add(number)
    sequel = Sequel(ground)
    for entry in entries:
        if entry.kind != "undo" and entry.n not in undone:
            try:
                sequel.take(entry)
            except RefutedError as trouble:
                raise RefutedError("rests on it", entry=number, other=entry.n, why=trouble.words) from None
    return sequel


class Allotted:
    """An allotted row of result.csv; stage and tier as their numbers."""

    def __init__(self, number: int, stage: Stage, fields: list[str]) -> None:
        _, tier, rank, self.household, _, _, self.unit = fields
        self.stage, self.rank = number, int(rank)
        self.tier = [each.id for each in stage.tiers].index(tier)


class Ground:
    """What the draw left, and what the file fixes by the order of its lines alone."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rows = list(read_allotted(case))
        self.settled = {row.household for row in self.rows}
        self.households = frozenset(case.roll.firsts)
        top: dict[int, int] = {}
        for row in self.rows:
            top[row.stage] = max(row.rank, top.get(row.stage, 0))
        self.waiting: dict[tuple[int, int], list[str]] = {}
        self.offers: dict[int, set[str]] = {}
        # 11.5 and 11.8: the rank of each replacement and the number of each question count undone entries, too
        self.serial: dict[int, int] = {}
        numbers = {stage.id: number for number, stage in enumerate(case.stages)}
        asked = 0
        for entry in case.entries:
            if entry.kind == "replace" and entry.of["stage"] in numbers:
                number = numbers[entry.of["stage"]]
                top[number] = self.serial[entry.n] = top.get(number, 0) + 1
            elif entry.kind == "ask":
                asked += 1
                self.serial[entry.n] = asked

    def queue(self, stage: int, tier: int) -> list[str]:
        """Whom the stage and its tier take and the draw settled nowhere, by ticket."""
        if (stage, tier) not in self.waiting:
            roll, wanted = self.case.roll, self.case.stages[stage]
            rows = roll.taken(wanted.households + wanted.tiers[tier].households, range(len(roll.firsts)))
            rows = [row for row in rows if roll.firsts[row] not in self.settled]
            rows.sort(key=household_tickets(self.case, wanted, rows).__getitem__)
            self.waiting[stage, tier] = [roll.firsts[row] for row in rows]
        return self.waiting[stage, tier]

    def tiers(self, row: Allotted) -> Iterator[int]:
        """The tiers that are looked through for a place."""
        yield row.tier
        units = self.case.units
        for tier in range(row.tier + 1, len(self.case.stages[row.stage].tiers)):
            wanted = self.case.stages[row.stage].tiers[tier].units
            if not wanted or units.taken(wanted, [bisect.bisect_left(units.firsts, row.unit)]):
                yield tier

    def offer(self, stage: int) -> set[str]:
        """The units that a stage has to choose from."""
        if stage not in self.offers:
            units = self.case.units
            rows = units.taken(self.case.stages[stage].units, range(len(units.firsts)))
            self.offers[stage] = {units.firsts[row] for row in rows} - {row.unit for row in self.rows}
        return self.offers[stage]


def read_allotted(case: Case) -> Iterator[Allotted]:
    """The rows of result.csv, which has passed its check."""
    stages = {stage.id: number for number, stage in enumerate(case.stages)}
    for raw in io.BytesIO(case.seven["result.csv"]):
        fields = raw[:-1].decode("utf-8").split(",")
        if fields[5] == "allotted":
            number = stages[fields[0]]
            yield Allotted(number, case.stages[number], fields)


class Question:
    def __init__(self) -> None:
        self.answers = 0
        self.closed = False


class Sequel:
    """Where the entries that stand have led to."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.owners = [row.household for row in ground.rows]  # who has each place, or had it last
        self.ranks = [row.rank for row in ground.rows]  # the owner's own
        self.causes: list[int | None] = [None] * len(ground.rows)  # the entry that led to it
        self.gone: dict[str, int] = {}  # who withdrew, and by which entry
        self.late: dict[str, int] = {}  # who replaced somebody, and the place
        self.flats: dict[str, str] = {}  # who chose which flat
        self.takers: dict[str, str] = {}  # the same the other way round
        self.empty: set[int] = set()
        self.places = {row.household: place for place, row in enumerate(ground.rows)}
        self.turns: dict[int, list[tuple[int, str]]] = {}
        for row in ground.rows:
            if ground.case.stages[row.stage].choose:
                self.turns.setdefault(row.stage, []).append((row.rank, row.household))
        self.questions: list[Question] = []

    def take(self, entry: Entry) -> None:
        getattr(self, entry.kind)(entry)

    def withdraw(self, entry: Entry) -> None:
        household = entry.of["household"]
        if household not in self.ground.households:
            raise RefutedError("stranger", household=shown(household))
        if household in self.gone:
            raise RefutedError("gone already", household=household)
        self.gone[household] = entry.n
        self.takers.pop(self.flats.pop(household, ""), None)
        if household in self.places:
            self.empty.add(self.places[household])

    def replace(self, entry: Entry) -> None:
        following = next(filter(None, map(self.following, sorted(self.empty))), None)
        if following is None:
            raise RefutedError("nothing to give")
        place, tier, household = following
        row, stage = self.ground.rows[place], self.ground.case.stages[self.ground.rows[place].stage]
        must = {"stage": stage.id, "place": str(row.rank), "unit": row.unit, "tier": stage.tiers[tier].id,
                "household": household}  # fmt: skip
        compare(entry, must)
        rank = self.ground.serial[entry.n]
        compare(entry, {"rank": str(rank)})
        self.empty.remove(place)
        self.late[household] = self.places[household] = place
        self.owners[place], self.ranks[place], self.causes[place] = household, rank, entry.n
        if stage.choose:
            heapq.heappush(self.turns[row.stage], (rank, household))

    def following(self, place: int) -> tuple[int, int, str] | None:
        """Who is next for a free place, and by which tier (11.5)."""
        row = self.ground.rows[place]
        for tier in self.ground.tiers(row):
            for household in self.ground.queue(row.stage, tier):
                if household not in self.gone and household not in self.late:
                    return place, tier, household
        return None

    def choose(self, entry: Entry) -> None:
        named = entry.of["stage"]
        stage = next((n for n, each in enumerate(self.ground.case.stages) if each.id == named and each.choose), -1)
        turns = self.turns.get(stage, [])
        while turns and turns[0][1] in self.gone:
            heapq.heappop(turns)
        if not turns:
            raise RefutedError("no choosing", stage=shown(named))
        rank, household = turns[0]
        compare(entry, {"rank": str(rank), "household": household})
        unit = entry.of["unit"]
        if unit not in self.ground.offer(stage):
            raise RefutedError("not offered", unit=shown(unit), stage=named)
        if unit in self.takers:
            raise RefutedError("taken", unit=unit, household=self.takers[unit])
        heapq.heappop(turns)
        self.flats[household], self.takers[unit] = unit, household
        self.causes[self.places[household]] = entry.n

    def ask(self, entry: Entry) -> None:
        compare(entry, {"question": str(self.ground.serial[entry.n])})
        household = entry.of["household"]
        if household and household not in self.ground.households:
            raise RefutedError("stranger", household=shown(household))
        self.questions.append(Question())

    def answer(self, entry: Entry) -> None:
        self.question(entry).answers += 1

    def close(self, entry: Entry) -> None:
        question = self.question(entry)
        if not question.answers:
            raise RefutedError("no answer", question=entry.of["question"])
        question.closed = True

    def question(self, entry: Entry) -> Question:
        number = int(entry.of["question"])
        if number > len(self.questions) or self.questions[number - 1].closed:
            raise RefutedError("no question", question=number)
        return self.questions[number - 1]

    def holders(self) -> Iterator[list[str]]:
        """The csv of 11.9, without its header."""
        for place, row in enumerate(self.ground.rows):
            stage, owner = self.ground.case.stages[row.stage], self.owners[place]
            if place in self.empty:
                yield [stage.id, str(row.rank), "", "", row.unit, str(self.gone[owner])]
            else:
                unit = self.flats.get(owner, "") if stage.choose else row.unit
                yield [stage.id, str(row.rank), str(self.ranks[place]), owner, unit, str(self.causes[place] or "")]


def compare(entry: Entry, must: dict[str, str]) -> None:
    for key, wanted in must.items():
        if entry.of[key] != wanted:
            raise RefutedError("another is next", key=key, wanted=shown(wanted), found=shown(entry.of[key]))


AFTER_CHECKS: tuple[tuple[str, str, Callable[[Case], Words | None]], ...] = (
    ("after-text", "11.1", check_after_text),
    ("after-form", "11.2", check_after_form),
    ("after-chain", "11.1", check_after_chain),
    ("after-entry", "11.9", check_after_entry),
    ("after-persons", "11.3", check_after_persons),
    ("after-step", "11.4", check_after_step),
)


# ---------------------------------------------------------------------------------------------------- the verdict


class Outcome(NamedTuple):
    check: str
    section: str
    state: str  # holds, fails or skipped
    words: Words


def examine(case: Case) -> Iterator[Outcome]:
    """The checks in their order, up to the first that fails."""
    for name, section, check in (*CHECKS, *(AFTER_CHECKS if case.after is not None else ())):
        try:
            found = check(case)
        except RefutedError as trouble:
            yield Outcome(name, section, "fails", trouble.words)
            return
        nothing = words("entry not asked" if name == "after-entry" else "not asked")
        yield Outcome(name, section, "skipped" if found is None else "holds", found or nothing)


def not_proved(case: Case) -> Iterator[Words]:
    if case.published is None:
        yield words("notice not given")
    if case.public_digits is not None:
        yield case.public_digits
    if case.claimed is None:
        yield words("claimed not given")
    if case.after is not None and case.held is None:
        yield words("entry not given")


class Report:
    """What is said, in one language: lines for people, or one JSON object."""

    def __init__(self, language: str, as_json: bool) -> None:
        self.language = Words._fields.index(language)
        self.as_json = as_json
        self.checks: list[dict[str, str]] = []

    def say(self, code: str, *things: str) -> None:
        print(words(code, *things)[self.language])

    def outcome(self, step: Outcome) -> Outcome:
        """Says it, and gives it on."""
        what = step.words[self.language]
        self.checks.append({"check": step.check, "section": step.section, "state": step.state, "what": what})
        if not self.as_json:
            print(f"{words(step.state)[self.language]}{step.check:<13} FORMAT {step.section:<4} {what}", flush=True)
        return step

    def verdict(self, case: Case, last: Outcome) -> int:
        """The end of a case that was examined."""
        facts, refuted, rehearsal = case.facts, last.state == "fails", case.facts.get("mode") == "rehearsal"
        why = last.words[self.language] if refuted else None
        rest = [sentence[self.language] for sentence in not_proved(case)]
        if self.as_json:
            holders = {} if case.after is None else {"holders": case.holders}
            verdict, check = ("refuted", last.check) if refuted else ("verified", None)
            self.dump(verdict, check, why, {**facts}, rest, **holders)
            return int(refuted)
        if "draw" in facts:
            self.say("draw", facts["draw"])
            self.say("title", facts["title"])
        else:
            self.say("draw unknown")
        if rehearsal:
            self.say("rehearsal")
        if "notice_hash" in facts:
            self.say("notice hash", facts["notice_hash"])
        if "seed" in facts:
            self.say("seed hash", facts["seed"])
        if "result_hash" in facts:
            self.say("result hash", " ".join(re.findall("....", facts["result_hash"])))
        for row in case.holders or ():
            if row[-1]:
                stage, place, _, household, unit, entry = row
                held = words(
                    "held", stage=stage, place=place, household=household or "–", unit=unit or "–", entry=entry
                )
                self.say("changed", held[self.language])
        for sentence in rest:
            self.say("not proved", sentence)
        of_what = words("verified rehearsal" if rehearsal else "verified", **facts) if not refuted else None
        print(f"verified: {of_what[self.language]}" if of_what else f"refuted {last.check}: {why}")
        return int(refuted)

    def unusable(self, why: Words) -> int:
        if self.as_json:
            self.dump("unusable", None, why[self.language], {}, [])
        else:
            print(f"unusable: {why[self.language]}")
        return 2

    def dump(
        self,
        verdict: str,
        check: str | None,
        why: str | None,
        facts: dict[str, str],
        rest: list[str],
        **more: object,
    ) -> None:
        whole: dict[str, object] = {"verdict": verdict, "check": check, "why": why}
        for fact in ("draw", "title", "mode", "seed", "notice_hash", "result_hash"):
            whole[fact] = facts.get(fact)
        print(json.dumps({**whole, "checks": self.checks, "does_not_prove": rest, **more}, indent=2))


class Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UnusableError("usage", message=message)


def options() -> Options:
    parser = Options(
        description="Verifies one draw from the seven files of its evidence folder. 由七个文件核验一次摇号。",
        epilog="Ends with 0 verified, 1 refuted, 2 unusable. 退出码：0 核验通过，1 被推翻，2 无法核验。",
        allow_abbrev=False,
    )
    parser.add_argument("folder", metavar="FOLDER", help="the evidence folder 证据文件夹")
    parser.add_argument("--claimed", metavar="HEX", help="the result hash seen, 32 to 64 digits 所见的结果指纹")
    parser.add_argument(
        "--notice", metavar="HEX", help="the notice hash published beforehand, all 64 digits 事先公布的公告指纹"
    )
    parser.add_argument("--after", action="store_true", help="after.jsonl, too 并核验摇号后的记录")
    parser.add_argument("--entry", metavar="HEX", help="the hash of an entry of it, 32 to 64 digits 所持某条记录的指纹")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines 输出一个 JSON 对象")
    parser.add_argument("--lang", choices=Words._fields, help="the language of the sentences 语言")
    return parser


def language_of_surroundings() -> str:
    """Chinese where the environment asks for it and the output can carry it."""
    named = (os.environ.get(key, "") for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wished = next(filter(None, named), "")
    try:
        "核验".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return "en"
    return "zh" if wished.lower().startswith("zh") else "en"


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # no title fails on a terminal that lacks its letters
    report = Report(language_of_surroundings(), "--json" in arguments)
    try:
        given = options().parse_args(arguments)
        report = Report(given.lang or language_of_surroundings(), given.json)
        if given.entry is not None and not given.after:
            raise UnusableError("usage", message="--entry needs --after")
        seven = read_seven(given.folder)
        if given.notice is not None and re.fullmatch("[0-9a-fA-F]{1,63}", given.notice):
            promised = hashlib.sha256(seven["notice.txt"]).hexdigest()
            raise UnusableError("notice short", **beginning(given.notice, promised))
        case = Case(seven, given.claimed, given.notice, read_after(given.folder) if given.after else None, given.entry)
        steps = [report.outcome(step) for step in examine(case)]
        return report.verdict(case, steps[-1])
    except UnusableError as trouble:
        return report.unusable(trouble.words)
    except MemoryError:
        return report.unusable(words("no memory"))


def run() -> int:
    """As a program of its own: one that is stopped, or whose reader leaves, ends without a traceback."""
    try:
        status = main()
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("unusable: stopped before the verdict / 核验中断，没有结论")
    except OSError:  # nobody reads what is printed, or it cannot be written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 2


if __name__ == "__main__":
    sys.exit(run())
