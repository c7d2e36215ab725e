"""Reads one spreadsheet in a process of its own: `python -m kiosk.intake.workbook FILE [SHEET]`.

A spreadsheet is a program's data, compressed, and made by anybody: it may want a terabyte, or break the reader. So
the reader has limits of memory and time of its own, and what it does not survive is a sentence and not the end of
`mingyao`. It writes JSON lines: one about the sheet, one for each row that holds something, and `"end"`.

calamine gives the values. What it does not tell - errors, formulas, hidden rows, numbers that a format shows with
zeros in front, and in ods what is merged - `xlsx`, `ods` and `xls` find (`details.Details`).
"""
