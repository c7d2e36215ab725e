"""Bytes of a text file from an office: UTF-8, with or without BOM, or else GB18030, which is guessed and so said."""


class UndecodableError(Exception):
    """Neither UTF-8 nor GB18030; `line` is where UTF-8 ends to be right."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def decode(data: bytes) -> tuple[str, bool]:
    """The text with LF line ends, and whether its encoding was guessed."""
    try:
        return _lines(data.decode("utf-8-sig")), False
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    # UTF-16 decodes as GB18030 nonsense; its byte order mark or its NULs give it away.
    if b"\0" in data:
        raise UndecodableError(line)
    try:
        return _lines(data.decode("gb18030")), True
    except UnicodeDecodeError as error:
        raise UndecodableError(line) from error


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
