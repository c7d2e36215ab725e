"""xlsx and ods are zip archives of XML: the limits on both, before anything is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from kiosk.intake.workbook.details import RefusedError

ENTRIES = 2000
UNPACKED_BYTES = 64 * 1024 * 1024
# Real sheets reach 60 or so; small files may be more, and cannot be large.
RATIO = 200
_RATIO_FROM_BYTES = 4 * 1024 * 1024
XML_DEPTH = 100

# What an archive, its compression or its XML can be wrong in.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, EOFError, NotImplementedError, OSError, ValueError,
)  # fmt: skip

Begin = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


def open_package(data: bytes) -> zipfile.ZipFile:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = package.infolist()
    except _DAMAGED as error:
        raise RefusedError("sheet.damaged") from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or unpacked > UNPACKED_BYTES:
        raise RefusedError("sheet.large", got=f"{unpacked // 2**20}", most=UNPACKED_BYTES // 2**20)
    if unpacked > _RATIO_FROM_BYTES and unpacked > RATIO * max(1, packed):
        raise RefusedError("sheet.bomb", got=unpacked // max(1, packed), most=RATIO)
    for entry in entries:
        if entry.flag_bits & 1:
            raise RefusedError("sheet.password")
        _no_programs(entry.filename)
    return package


def _no_programs(name: str) -> None:
    if name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")):
        raise RefusedError("sheet.macros")
    if "/externalLinks/" in name:
        raise RefusedError("sheet.links")
    if name.endswith("workbook.bin"):
        raise RefusedError("sheet.kind")


def walk(package: zipfile.ZipFile, name: str, begin: Begin, end: End | None = None,
         characters: Characters | None = None) -> None:  # fmt: skip
    """Calls for each element of an XML file of the archive; names come without their namespace."""
    depth = 0

    def local(name: str) -> str:
        return name.rpartition(":")[2]

    def on_begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > XML_DEPTH:
            raise RefusedError("sheet.deep")
        begin(local(name), attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(local(name))

    def on_doctype(*_: object) -> None:
        raise RefusedError("sheet.damaged")

    parser = expat.ParserCreate()
    parser.StartElementHandler = on_begin
    parser.EndElementHandler = on_end
    parser.StartDoctypeDeclHandler = on_doctype
    if characters:
        parser.buffer_text = True
        parser.CharacterDataHandler = characters
    try:
        with package.open(name) as file:
            parser.ParseFile(file)
    except _DAMAGED as error:
        raise RefusedError("sheet.damaged") from error
