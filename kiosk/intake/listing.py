"""A sheet's rows as the roll or the units: only the columns that draw.yaml names, masked, judged cell by cell.

Every bad cell is told with its address. What was made plain, or is worth a look, is told once for each column, with
how many cells it concerns and the first of them.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kiosk.core import tables
from kiosk.core.tables import Table
from kiosk.intake import cells, privacy
from kiosk.intake.characters import UNSEEN, bad_characters
from kiosk.intake.problems import Place, Problems
from kiosk.intake.settings import HOUSEHOLD, UNIT, Column, Source
from kiosk.intake.sheets import Sheet
from kiosk.intake.yamltext import nearest

# What the screen shows at full size (the drawing scene's cards).
FULL_SIZE_NAME = 8
FULL_SIZE_NUMBER = 9

# A row with such a cell, in whatever column, sums others up: 合  计, 合计：, 总计 303 户, Grand total.
_TOTAL = re.compile(
    r"\s*(?:[合总總小共]\s*[计計]|总\s*数|總\s*數|(?:grand\s*|sub\s*-?\s*)?total|sum)\s*[:：]?\s*\d*\s*[户戶套人]?\s*",
    re.IGNORECASE,
)
# What stands in the first column below or between the households, and is none.
_NOT_A_NUMBER = ("合计", "总计", "小计", "共计", "备注", "说明", "注:", "制表", "填表", "审核", "total", "sum", "note")
_HEADING_ROWS = 30
_USUAL_SHARE = 0.95  # of the numbers, or else there is no usual form
_RARE = 2  # so many of a form are slips; more are a form of their own
_UNLIKE_NAMED = 5
_DIGIT, _LATIN, _LETTER = re.compile(r"\d"), re.compile("[A-Za-z]"), re.compile(r"[^\W\d_A]")


@dataclass
class Listing:
    """columns: the published ones; rows: their fields, in the sheet's order; numbers: the row of each in the sheet.

    names: the columns that hold names of people; where: each column's place in the sheet, from 0; told: the row in the
    sheet and the column of each cell that could not be read.
    """

    sheet: Sheet
    columns: tuple[str, ...]
    names: tuple[str, ...]
    where: dict[str, int]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    told: set[tuple[int, str]] = field(default_factory=set)

    def without(self, wrong: Collection[int]) -> "Listing":
        """The same without these rows."""
        kept = [n for n in range(len(self.rows)) if n not in wrong]
        return replace(self, rows=[self.rows[n] for n in kept], numbers=[self.numbers[n] for n in kept])

    def is_told(self, n: int, column: str) -> bool:
        """Whether the cell is a problem already, so that its field is only a stand-in."""
        return (self.numbers[n], column) in self.told

    def place(self, n: int, column: str) -> Place:
        return self.sheet.place(self.numbers[n], self.where[column])

    def fields(self, column: str) -> list[str]:
        index = self.columns.index(column)
        return [row[index] for row in self.rows]

    def table(self) -> Table:
        return Table(self.columns, sorted(self.rows))


def read(sheet: Sheet, source: Source, settings_file: str, problems: Problems) -> Listing | None:
    """With the columns that the sheet has; which it lacks is told. None where it has no column of the numbers."""
    headings = _Headings(sheet, source, settings_file, problems)
    where = {column.name: headings.find(column.heading, column.line) for column in source.columns}
    unique = {heading: headings.find(heading, line) for heading, line in source.unique}
    found = {name: index for name, index in where.items() if index is not None}
    key = source.columns[0].name if source.columns else ""
    if key not in (HOUSEHOLD, UNIT) or key not in found:
        return None
    names = tuple(column.name for column in source.columns if column.holds_names)
    listing = Listing(sheet, tuple(found), names, found)
    _Rows(listing, source, {heading: index for heading, index in unique.items() if index is not None}, problems).read()
    return listing


# What an eye takes for the same in a number that is read aloud and typed: letters of other scripts, O and 0, l and 1.
_ALIKE = str.maketrans("авеікмнорстухаᴏαβεικνορτυχοil", "abeikmhopctyxaoabeiknoptyxo11")


def _seen(number: str) -> str:
    """A number as it is seen: two that give the same are told apart by no one in the hall."""
    return unicodedata.normalize("NFKC", number).casefold().translate(_ALIKE).replace("o", "0").replace("i", "1")


def _form_and_length(number: str) -> str:
    """The kind of each sign: ZD2026-07 is AA0000-00."""
    return _LETTER.sub("字", _LATIN.sub("A", _DIGIT.sub("0", number)))


def _form(number: str) -> str:
    """Which kinds of signs follow each other, whatever how many: A0-0."""
    return re.sub(r"([0A字])\1+", r"\1", _form_and_length(number))


def bare(heading: str) -> str:
    """Headings are spread with spaces and broken over lines; none of that counts."""
    return "".join(unicodedata.normalize("NFKC", heading).split())


class _Headings:
    """Finds a column by what its heading says."""

    def __init__(self, sheet: Sheet, source: Source, settings_file: str, problems: Problems) -> None:
        self.sheet = sheet
        self.source = source
        self.settings_file = settings_file
        self.problems = problems
        self.known = self._row(source.header)
        self.wanted = {bare(column.heading) for column in source.columns}

    def _row(self, row: int) -> dict[str, list[int]]:
        """The columns of each heading. A heading that spans rows above this one counts as well."""
        known: dict[str, list[int]] = defaultdict(list)
        for column, raw in enumerate(self.sheet.rows.get(row, ())):
            if not isinstance(raw, str) and raw[0] == cells.MERGED:
                raw = self._above(row, column, raw[1])
            if heading := bare(cells.read(raw).text):
                known[heading].append(column)
        return known

    def _above(self, row: int, column: int, first: str) -> cells.Raw:
        for above in range(row - 1, 0, -1):
            if cells.address((above - 1, column)) == first:
                return self.sheet.cell(above, column)
        return ""

    def find(self, heading: str, line: int) -> int | None:
        columns = self.known.get(bare(heading), [])
        where = Place(self.settings_file, line=line)
        row = self.source.header
        if len(columns) > 1:
            named = ", ".join(cells.address((row - 1, column)) for column in columns)
            self.problems.error("heading.twice", where, got=heading, file=self.sheet.file, cells=named)
        if columns:
            return columns[0]
        if other := self._other_row(heading):
            self.problems.error("heading.row", where, got=heading, other=other, file=self.sheet.file, row=row)
        elif meant := nearest(bare(heading), list(self.known)):
            self.problems.error("heading.unknown", where, got=heading, expected=meant, file=self.sheet.file, row=row)
        else:
            self.problems.error("heading.none", where, got=heading, expected=", ".join(self.known),
                                file=self.sheet.file, row=row)  # fmt: skip
        return None

    def _other_row(self, heading: str) -> int | None:
        """The row that seems to name the columns, if it is not the one that draw.yaml says."""
        if len(self.wanted & set(self.known)) * 2 > len(self.wanted):
            return None
        rows = [row for row in sorted(self.sheet.rows)[:_HEADING_ROWS] if bare(heading) in self._row(row)]
        return next((row for row in rows if row != self.source.header), None)


@dataclass
class _Note:
    """Something worth saying of a column: in which row it is first, what stands there, and in how many rows it is."""

    row: int
    example: str
    count: int = 0


class _Rows:
    """Reads the rows below the headings into a listing."""

    def __init__(self, listing: Listing, source: Source, unique: dict[str, int], problems: Problems) -> None:
        self.listing = listing
        self.sheet = listing.sheet
        self.source = source
        self.unique = unique
        self.problems = problems
        self.notes: dict[tuple[str, str], _Note] = {}

    def read(self) -> None:
        listing, key = self.listing, self.source.columns[0]
        others = [column for column in self.source.columns[1:] if column.name in listing.where]
        wanted = [*listing.where.values(), *self.unique.values()]
        for number in sorted(self.sheet.rows):
            if number <= self.source.header:
                continue
            if all(cells.is_empty(self.sheet.cell(number, column)) for column in wanted) or self._is_total(number):
                continue
            first = self._field(number, key)
            if self._is_no_row(number, first, key):
                continue
            rest = [self._field(number, column) for column in others]
            listing.rows.append((first, *rest))
            listing.numbers.append(number)
        if not listing.rows:
            self.problems.error("sheet.no-rows", self.sheet.row_place(self.source.header))
        self._leave_out_notes()
        self._tell_bad_characters()
        self._tell_same_numbers()
        self._tell_unlike()
        for heading, column in self.unique.items():
            self._tell_clashes(heading, column)
        self._tell_notes()
        self._tell_long()

    def _is_total(self, number: int) -> bool:
        for column, raw in enumerate(self.sheet.rows[number]):
            written = raw[1] if not isinstance(raw, str) and raw[0] == cells.FORMULA else raw
            if isinstance(written, str) and _TOTAL.fullmatch(written):
                self.problems.error("row.total", self.sheet.place(number, column), got=written.strip())
                return True
        return False

    def _leave_out_notes(self) -> None:
        """What stands alone in its row, in no form that a number of a whole row has, is a footer and no row."""
        listing = self.listing
        alone = {n for n, row in enumerate(listing.rows) if row[0] and len(row) > 1 and not any(row[1:])}
        if not alone:
            return
        forms = {_form(row[0]) for n, row in enumerate(listing.rows) if n not in alone}
        notes = [n for n in sorted(alone) if forms and _form(listing.rows[n][0]) not in forms]
        for n in reversed(notes):
            self.problems.error("row.note", listing.place(n, listing.columns[0]), got=listing.rows[n][0])
            del listing.rows[n], listing.numbers[n]

    def _is_no_row(self, number: int, first: str, key: Column) -> bool:
        place = self.sheet.place(number, self.listing.where[key.name])
        if first and bare(first) == bare(key.heading):
            self.problems.error("row.heading", place, got=first)
        elif bare(first).lower().startswith(_NOT_A_NUMBER):
            self.problems.error("row.total", place, got=first)
        elif not first and cells.is_empty(self.sheet.cell(number, self.listing.where[key.name])):
            self.problems.error("row.no-number", place, expected=key.heading)
        else:
            return False
        return True

    def _field(self, number: int, column: Column) -> str:
        index = self.listing.where[column.name]
        is_number = column is self.source.columns[0]
        read = cells.read(self.sheet.cell(number, index), is_number)
        if read.code:
            self.problems.error(read.code, self.sheet.place(number, index), got=read.got)
            self.listing.told.add((number, column.name))
            return ""
        for note in read.notes if read.text or is_number else ("cell.empty",):
            self.notes.setdefault((column.name, note), _Note(number, read.text)).count += 1
        if not read.text:
            return ""
        place = self.sheet.place(number, index)
        if hidden := UNSEEN.search(read.text):
            self.problems.error("text.hidden-character", place, got=read.text, point=f"U+{ord(hidden[0]):04X}")
            return ""
        made = self._named(read.text, column, place) if column.name in self.listing.names else read.text
        code = _refusal(made)
        if code == privacy.MISTYPED and is_number:
            # A registration number may well be made of region, date and order: worth a look, once.
            self.notes.setdefault((column.name, "number.like-resident"), _Note(number, privacy.veiled(made))).count += 1
        elif code:
            got = privacy.veiled(made) if code.startswith("privacy.") else made
            self.problems.error(code, place, got=got)
        return made

    def _named(self, name: str, column: Column, place: Place) -> str:
        """The masked name; of a column that is not to be masked, the name if it is masked already."""
        masked = privacy.mask(name)
        if masked is None:
            self.problems.error("privacy.not-a-name", place, got=name)
            return ""
        if masked != name and not column.masked:
            self.problems.error("privacy.full-name", place, got=name, expected=masked)
            return ""
        return masked

    def _tell_bad_characters(self) -> None:
        bad = bad_characters(content for row in self.listing.rows for content in row)
        if not bad:
            return
        for n, row in enumerate(self.listing.rows):
            for column, content in zip(self.listing.columns, row, strict=True):
                for fault in (bad[character] for character in dict.fromkeys(content) if character in bad):
                    self.problems.error(fault.code, self.listing.place(n, column), got=content, point=fault.point)

    def _tell_same_numbers(self) -> None:
        key = self.listing.columns[0]
        first: dict[str, int] = {}
        alike: dict[str, int] = {}
        for n, (number, *_) in enumerate(self.listing.rows):
            if not number:
                continue
            if (before := first.setdefault(number, n)) != n:
                self.problems.error("number.twice", self.listing.place(n, key), got=number,
                                    first=self.listing.place(before, key).cell)  # fmt: skip
                continue
            look = _seen(number)
            if (before := alike.setdefault(look, n)) != n:
                self.problems.error("number.alike", self.listing.place(n, key), got=number,
                                    first=self.listing.place(before, key).cell,
                                    other=self.listing.rows[before][0])  # fmt: skip

    def _tell_unlike(self) -> None:
        """Numbers that are written as hardly another, where nearly all are alike: in their signs, or how many."""
        listing, key = self.listing, self.listing.columns[0]
        numbers = [(n, row[0]) for n, row in enumerate(listing.rows) if row[0]]
        for form in (_form_and_length, _form):
            forms = Counter(form(number) for _, number in numbers)
            usual, times = forms.most_common(1)[0] if forms else ("", 0)
            if times < len(numbers) * _USUAL_SHARE:
                continue
            rare = {each for each, held in forms.items() if held <= max(_RARE, len(numbers) // 1000) and each != usual}
            if unlike := [n for n, number in numbers if form(number) in rare]:
                other = next(number for _, number in numbers if form(number) == usual)
                self.problems.warning("number.unlike", listing.place(unlike[0], key), got=listing.rows[unlike[0]][0],
                                      named=", ".join(listing.place(n, key).cell for n in unlike[:_UNLIKE_NAMED]),
                                      count=len(unlike), usual=times, other=other)  # fmt: skip
            return

    def _tell_clashes(self, heading: str, column: int) -> None:
        """Two households with one identity number, say; what stands there is compared and not repeated."""
        first: dict[str, int] = {}
        empty = []
        for number in self.listing.numbers:
            place = self.sheet.place(number, column)
            read = cells.read(self.sheet.cell(number, column), is_number=True)
            if read.code:
                self.problems.error(read.code, place, got="…")
            elif not read.text:
                empty.append(place)
            else:
                look = unicodedata.normalize("NFKC", read.text).casefold()
                if (before := first.setdefault(look, number)) != number:
                    self.problems.error("unique.clash", place, expected=heading,
                                        first=self.sheet.place(before, column).cell)  # fmt: skip
        if empty:
            self.problems.warning("unique.empty", empty[0], got=str(len(empty)), expected=heading)

    def _tell_notes(self) -> None:
        for (column, note), seen in self.notes.items():
            place = self.sheet.place(seen.row, self.listing.where[column])
            if note == "cell.number":
                # Digits alone are as a clerk expects, unless others of this column have zeros in front.
                zeros = [content for content in self.listing.fields(column) if re.match("0.", content)]
                if column == self.listing.columns[0] and zeros:
                    self.problems.warning("number.lost-zeros", place, got=seen.example, other=zeros[0],
                                          count=seen.count)  # fmt: skip
            elif note != "cell.shown":
                self.problems.warning(note, place, got=seen.example, column=column, count=seen.count)

    def _tell_long(self) -> None:
        key, fields = self.listing.columns[0], self.listing.fields
        if key == HOUSEHOLD:
            self._tell_longer(key, "number.long", [len(number) for number in fields(key)], FULL_SIZE_NUMBER)
        for name in self.listing.names:
            self._tell_longer(name, "name.long", [_ems(content) for content in fields(name)], FULL_SIZE_NAME)

    def _tell_longer(self, column: str, code: str, lengths: Sequence[float], most: int) -> None:
        longer = [n for n, length in enumerate(lengths) if length > most]
        if longer:
            n = max(longer, key=lambda n: lengths[n])
            got = self.listing.fields(column)[n]
            self.problems.warning(code, self.listing.place(n, column), got=got, expected=str(most), count=len(longer))


@lru_cache(maxsize=4096)
def _refusal(made: str) -> str | None:
    return tables.field_problem(made) or privacy.identifies(made)


def _ems(name: str) -> float:
    """The width in characters of Chinese; a letter is about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6 for character in name)


def tell_recognisable(listing: Listing, file: Place, problems: Problems) -> None:
    """Who can be told from all others by what is published besides the number (FORMAT.md 10)."""
    published = listing.columns[1:]
    if not published or len(listing.rows) < 2:
        return
    for column in published:
        fields = listing.fields(column)
        if len(set(fields)) == len(fields):
            problems.warning("privacy.column-unique", file, got=column)
    alone = _alone(listing, published)
    if alone:
        fewest = min(published, key=lambda left_out: _alone(listing, [c for c in published if c != left_out]))
        left = _alone(listing, [column for column in published if column != fewest])
        problems.warning("privacy.recognisable", file, got=str(alone), total=len(listing.rows),
                         columns=", ".join(published), column=fewest, left=left)  # fmt: skip


def _alone(listing: Listing, columns: Sequence[str]) -> int:
    """How many rows have a combination of these fields that no other row has."""
    if not columns:
        return 0
    count = Counter(zip(*(listing.fields(column) for column in columns), strict=True))
    return sum(times == 1 for times in count.values())
