"""The draw itself: values in, values out. No clock, no disk, no randomness, standard library only.

text -> tables, rules, notice, seed -> allot -> evidence. The format that all of it holds is docs/FORMAT.md; numbers
such as 2.4 in docstrings are its sections.
"""
