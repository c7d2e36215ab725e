"""The ceremony as a state machine (being built)."""

from enum import Enum


class Phase(Enum):
    OPENING = "opening"
    COMPARE = "compare"
    CONTRIBUTIONS = "contributions"
    REVEALS = "reveals"
    PUBLIC = "public"
    SEALED = "sealed"
    DRAWING = "drawing"
    DONE = "done"
    VOID = "void"
