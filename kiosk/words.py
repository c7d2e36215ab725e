"""The words of the interface: `assets/text/<language>.yaml`, and an error's code and values made a sentence.

Keys are dotted (`opening.title`); a text holds `{names}` for the values that it is given. Both languages have the same
keys, and a test holds that the program uses each of them.
"""

from functools import cache
from typing import Any

import yaml

from kiosk.core.errors import MingyaoError
from kiosk.shipped import ASSETS

LANGUAGES = ("zh-CN", "en")

_STOPS = tuple(".。!！?？…:：")
_CLOSING = "”’』」)）"


@cache
def texts(language: str) -> dict[str, str]:
    """Every text of a language by its dotted key."""
    content = yaml.load((ASSETS / "text" / f"{language}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return dict(_flat(content, ""))


def _flat(content: Any, prefix: str) -> list[tuple[str, str]]:
    if isinstance(content, dict):
        return [pair for key, inner in content.items() for pair in _flat(inner, f"{prefix}.{key}" if prefix else key)]
    return [(prefix, str(content))]


def say(language: str, key: str, **values: object) -> str:
    """The text of a key with its values put in. KeyError where there is no such text: a mistake in the program."""
    return texts(language)[key].format_map({name: str(value) for name, value in values.items()})


def label_name(language: str, label: str) -> str:
    """Whose secret it is, in words: those of the usual labels; any other label stands as the notice has it."""
    return texts(language).get(f"screen.label.{label}", label)


def label_beside(language: str, label: str) -> str:
    """The same, and the label behind it where that is another word: on paper it is compared with the notice."""
    name = label_name(language, label)
    return label if name.casefold() == label else f"{name} {label}"


def grouped(digits: str) -> list[str]:
    """Digits as people compare them: in groups of four."""
    return [digits[at : at + 4] for at in range(0, len(digits), 4)]


def in_rows(hash: str) -> list[str]:
    """16 groups of 4 in four rows, as every hash is shown to be compared."""
    groups = grouped(hash)
    return [" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)]


def explain(language: str, error: MingyaoError) -> str:
    """An error as a sentence, and a hint of what to do next where there is one."""
    known, values = texts(language), dict(error.values)
    if "said" in values:  # which of the things that somebody typed
        values["said"] = known[f"after.said.{values['said']}"]
    sentence = say(language, f"error.{error.code}", **values)
    hint = f"hint.{error.code}"
    return joined(language, sentence, say(language, hint, **values)) if hint in known else sentence


def joined(language: str, *sentences: str) -> str:
    """Sentences after each other: a Chinese full stop has its space in itself, and one that ends with a value (the
    system's own words, say) may have no stop."""
    stop, space = ("。", "") if language == "zh-CN" else (".", " ")
    ended = [each if each.rstrip(_CLOSING).endswith(_STOPS) else each + stop for each in sentences[:-1]]
    return space.join([*ended, sentences[-1]])
