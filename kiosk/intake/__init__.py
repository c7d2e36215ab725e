"""From the office's files to a frozen draw.

draw.yaml (`settings`) -> spreadsheets (`sheets`, which starts `workbook` as a process of its own) -> cells as text
(`cells`), masked and judged (`privacy`, `listing`) -> rules and outlook (`rulebook`) -> `freeze`, which writes the
folder. Nothing on the way raises for what the office wrote: every problem is collected (`problems`), so that all of
them are told at once.
"""
