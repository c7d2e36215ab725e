"""The details of the sheets of an xls file: [MS-CFB], the container, and [MS-XLS], the records in it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.intake.workbook.details import Details, RefusedError, Room, is_padded

_END_OF_CHAIN = 0xFFFFFFFA  # this and above are marks, not sectors
_BOUND_SHEET, _FORMAT, _XF, _FILE_PASS = 0x0085, 0x041E, 0x00E0, 0x002F
_ROW, _NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _BOOL_ERROR, _END = 0x0208, 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205, 0x000A


def details(data: bytes) -> dict[str, Details]:
    """Of every sheet: calamine loads them all, wanted or not."""
    try:
        return _details(_stream(data))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise RefusedError("sheet.damaged") from error


def _stream(data: bytes) -> bytes:
    """The stream named Workbook: a chain of sectors (small streams: of mini sectors inside another stream)."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    directory, mini_cutoff, mini_fat = struct.unpack_from("<I4xII", data, 48)
    if shift not in (9, 12) or mini_shift != 6:
        raise RefusedError("sheet.damaged")
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    fat_sectors = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        block = struct.unpack(f"<{size // 4}I", sector(more))
        fat_sectors += block[:-1]
        more = block[-1]
    fat = [
        entry
        for number in fat_sectors
        if number < _END_OF_CHAIN
        for entry in struct.unpack(f"<{size // 4}I", sector(number))
    ]

    def chain(number: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table) + 1):
            if number >= _END_OF_CHAIN:
                return
            yield number
            number = table[number]
        raise RefusedError("sheet.damaged")  # the chain runs in a circle

    def read(first: int) -> bytes:
        return b"".join(sector(number) for number in chain(first, fat))

    entries = read(directory)
    root = entries[:128]
    for at in range(0, len(entries) - 127, 128):
        entry = entries[at : at + 128]
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le")
        if name == "EncryptedPackage":
            raise RefusedError("sheet.password")  # an xlsx with a password lies in such a container
        if name.lower() not in ("workbook", "book"):
            continue
        first, length = struct.unpack_from("<II", entry, 116)
        if length >= mini_cutoff:
            return read(first)[:length]
        small = read(struct.unpack_from("<I", root, 116)[0])
        table = list(struct.unpack(f"<{len(read(mini_fat)) // 4}I", read(mini_fat)))
        return b"".join(small[n << 6 : (n + 1) << 6] for n in chain(first, table))[:length]
    raise RefusedError("sheet.kind")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from this position to the end of their part."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _END:
            return
        at += 4 + length


@dataclass
class _Workbook:
    sheets: dict[str, int] = field(default_factory=dict)  # positions by name
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)


def _details(stream: bytes) -> dict[str, Details]:
    book = _Workbook()
    for kind, body in _records(stream, 0):
        if kind == _FILE_PASS:
            raise RefusedError("sheet.password")
        if kind == _BOUND_SHEET:
            book.sheets[_string(body, 7, body[6])] = struct.unpack_from("<I", body)[0]
        elif kind == _FORMAT and len(body) > 5:
            book.formats[struct.unpack_from("<H", body)[0]] = _string(body, 4, struct.unpack_from("<H", body, 2)[0])
        elif kind == _XF:
            book.styles.append(struct.unpack_from("<H", body, 2)[0])
    # The styles of an xls from before 1997 are laid out otherwise; then no format is known, as if none padded.
    padding = {n: book.formats[id] for n, id in enumerate(book.styles) if is_padded(book.formats.get(id, ""))}
    return {name: _sheet(stream, position, padding) for name, position in book.sheets.items()}


def _sheet(stream: bytes, start: int, padding: dict[int, str]) -> Details:
    details, room = Details(), Room()
    for kind, body in _records(stream, start):
        if kind == _ROW:
            row, options = struct.unpack_from("<H10xH", body)
            if options & 0x20:
                details.hidden_rows.append(row)
        elif kind in (_NUMBER, _RK, _FORMULA, _BOOL_ERROR):
            row, column, style = struct.unpack_from("<HHH", body)
            room.take(row, column)
            _cell(details, (row, column), kind, body)
            if style in padding:
                details.formats[row, column] = padding[style]
        elif kind == _MULTIPLE_RK:
            row, column = struct.unpack_from("<HH", body)
            for n, at in enumerate(range(4, len(body) - 7, 6)):
                if (style := struct.unpack_from("<H", body, at)[0]) in padding:
                    details.formats[row, column + n] = padding[style]
    return details


def _cell(details: Details, cell: tuple[int, int], kind: int, body: bytes) -> None:
    if kind == _FORMULA:
        details.formulas.add(cell)
        # The last value: FF FF at its end says that it is no number, and its first byte, what else.
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            details.errors.add(cell)
    elif kind == _BOOL_ERROR and body[7]:
        details.errors.add(cell)


def _string(body: bytes, flags_at: int, length: int) -> str:
    """A string of which the length is known: a byte of flags, then its characters in one byte or two."""
    start = flags_at + 1
    if body[flags_at] & 1:
        return body[start : start + 2 * length].decode("utf-16-le")
    return body[start : start + length].decode("latin-1")
