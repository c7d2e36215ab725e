"""What the office's own spreadsheet says of the households on a paper: for the office alone, never for the folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Private:
    """columns: their headings; fields: of each household that a paper names, one for each column."""

    columns: Sequence[str] = ()
    fields: Mapping[str, Sequence[str]] | None = None

    def of(self, household: str) -> Sequence[str]:
        return self.fields[household] if self.fields is not None else ()


NOTHING = Private()
