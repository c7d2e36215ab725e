"""The one family of errors.

An error carries a code and the values that belong to it, never a sentence: `kiosk.words` turns both into one in
the reader's language (`error.<code>`) and adds what to do next (`hint.<code>`). Which class it is says whose
matter it is:

- InputError: a file or a value that somebody gave is not what it must be.
- ProtocolError: the step is not allowed now, or what was given does not fit (wrong dice, a secret that does not open).
- JournalError: the record of the ceremony on the disk is not whole, or cannot be written.
- VerificationError: a folder does not hold what it claims; `check` is the check of FORMAT.md 8 that refused it.
- DeviceError: a printer, display, network or sound device failed; the ceremony goes on.
"""


class MingyaoError(Exception):
    """code: words.py knows it as `error.<code>`; values: what the sentence names (file, line, what stood there)."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.values.items())])


class InputError(MingyaoError):
    pass


class ProtocolError(MingyaoError):
    pass


class JournalError(MingyaoError):
    pass


class DeviceError(MingyaoError):
    pass


class VerificationError(MingyaoError):
    """The folder is refuted by `check`, a name of FORMAT.md 8."""

    def __init__(self, check: str, code: str, **values: object) -> None:
        super().__init__(code, **values)
        self.check = check
