"""What happens after the draw (FORMAT.md 11): decisions, questions and answers, in `after.jsonl`.

- chain: one entry as one line of the file; encode, chain, decode. Pure.
- replace: who holds which flat, who is next and why each before was passed over. Pure.
- ledger: questions, their answers and what is overdue. Pure.
- noted: questions that the ceremony's journal says were raised in the hall.
- book: all entries in their order; judges each by the two before it stands. Pure.
- store: the file on the disk; one writer at a time, on the disk before it is said.
- office: what one types: makes an entry of it, and refuses what the book would refuse.
- live: what the hall sees while households choose.
- told: all of it as lines in the reader's language.
"""
