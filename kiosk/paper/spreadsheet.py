"""Rows as csv and as xlsx, for an office's own spreadsheet program.

No field of the evidence begins like a formula (FORMAT.md 2.3), but one of the office's own may (`+86 …`). In the xlsx
every cell is said to be text, so that `000123` keeps its zeros and nothing is a formula. In a csv a spreadsheet program
guesses: it is for programs, and for those who import it as text; what begins like a formula gets an apostrophe before
it there. The same rows give the same bytes.
"""

import csv as csv_files
import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

Row = Sequence[str]

# A spreadsheet program of Chinese takes those of full width for the same.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

_ROOT = "http://schemas.openxmlformats.org"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_ROOT}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_ROOT}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_ROOT}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_ROOT}/spreadsheetml/2006/main" '
    f'xmlns:r="{_ROOT}/officeDocument/2006/relationships"><sheets>'
    '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_ROOT}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_ROOT}/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_ROOT}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
    "</Relationships>",
    # Style 1 is text ("@", number format 49).
    "xl/styles.xml": f'<styleSheet xmlns="{_ROOT}/spreadsheetml/2006/main">'
    '<fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def csv(rows: Iterable[Row]) -> bytes:
    """With the BOM by which a spreadsheet program knows UTF-8."""
    file = io.StringIO(newline="")
    writer = csv_files.writer(file, lineterminator="\r\n")
    writer.writerows([f"'{field}" if field.startswith(_FORMULA) else field for field in row] for row in rows)
    return f"\ufeff{file.getvalue()}".encode()


def xlsx(rows: Iterable[Row]) -> bytes:
    sheet = (
        f'<worksheet xmlns="{_ROOT}/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
        + "".join(_row(row) for row in rows)
        + "</sheetData></worksheet>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            # Of its own date, as otherwise each minute gives other bytes.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _XML + content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _row(row: Row) -> str:
    return f"<row>{''.join(map(_cell, row))}</row>"


def _cell(field: str) -> str:
    return f'<c s="1" t="inlineStr"><is><t>{escape(field)}</t></is></c>' if field else '<c s="1"/>'
