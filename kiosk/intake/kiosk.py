"""`kiosk.yaml`: the settings of one machine, none of which can change a draw (`config/kiosk.yaml` documents them)."""

import re
from dataclasses import dataclass
from pathlib import Path

from kiosk.core.errors import InputError
from kiosk.intake.problems import Place, Problems
from kiosk.intake.yamltext import Keys
from kiosk.intake.yamltext import read as read_yaml
from kiosk.words import LANGUAGES

SEALING, END = "sealing", "end"
_MOMENTS = (SEALING, END)
_PAPERS = ("certificate", "list", "alternates", "slips")

_KEYS = ("language", "screen", "ceremony", "hall", "printer")
_SIZE = re.compile(r"([1-9][0-9]{2,4})[x×]([1-9][0-9]{2,4})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_PUBLIC = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
_QUEUE = re.compile(r"[^\s/#?\"'\\-][^\s/#?\"'\\]{0,126}")


@dataclass(frozen=True)
class ScreenSettings:
    """display: its name or number, "" for the last; size: None for the display's own; operator: of the operator's
    display the name or number, "yes" for any other than the hall's, "no" for none."""

    display: str = ""
    size: tuple[int, int] | None = None
    windowed: bool = False
    sounds: bool = True
    operator: str = "yes"
    motion: bool = True


@dataclass(frozen=True)
class CeremonySettings:
    """end: when it should be over, HH:MM, "" if nobody says."""

    group_size: int = 10
    pace_s: float = 1.2
    end: str = ""


@dataclass(frozen=True)
class HallSettings:
    """public: the https host where the draw is published, "" if there is none."""

    serve: bool = False
    host: str = "0.0.0.0"
    port: int = 8080
    public: str = ""


@dataclass(frozen=True)
class PrinterSettings:
    """queue: "" for no printer; poster: the moments at which it is printed; end: what is printed at the end."""

    queue: str = ""
    poster: tuple[str, ...] = (SEALING,)
    end: tuple[str, ...] = ("certificate", "list")


@dataclass(frozen=True)
class KioskSettings:
    language: str = LANGUAGES[0]
    screen: ScreenSettings = ScreenSettings()
    ceremony: CeremonySettings = CeremonySettings()
    hall: HallSettings = HallSettings()
    printer: PrinterSettings = PrinterSettings()


def read(path: Path | None) -> KioskSettings:
    """The machine's settings; all of them have defaults. InputError names everything in the file that is wrong."""
    if path is None:
        return KioskSettings()
    problems = Problems()
    settings = judge(path, problems)
    if problems.errors:
        told = [
            f"{problem.where.line or 1}: {problem.got}" + (f" → {problem.expected}" if problem.expected else "")
            for problem in problems.sorted()
            if problem.severity == "error"
        ]
        raise InputError("kiosk.settings", file=path.name, problems="; ".join(told))
    return settings


def judge(path: Path, problems: Problems) -> KioskSettings:
    block = read_yaml(path, problems)
    if block is None:
        return KioskSettings()
    keys = Keys(block, _KEYS, path.name, problems)
    return KioskSettings(
        language=keys.choice("language", LANGUAGES, default=LANGUAGES[0]),
        screen=_screen(keys),
        ceremony=_ceremony(keys),
        hall=_hall(keys),
        printer=_printer(keys),
    )


def _screen(keys: Keys) -> ScreenSettings:
    inner = keys.keys("screen", ("display", "size", "windowed", "sounds", "operator", "motion"), required=False)
    if inner is None:
        return ScreenSettings()
    size = inner.judged("size", "settings.size", "1920x1080", lambda got: _SIZE.fullmatch(got) is not None, "")
    found = _SIZE.fullmatch(size)
    return ScreenSettings(
        display=inner.text("display", ""),
        size=(int(found[1]), int(found[2])) if found else None,
        windowed=inner.flag("windowed", ScreenSettings.windowed),
        sounds=inner.flag("sounds", ScreenSettings.sounds),
        operator=inner.text("operator", ScreenSettings.operator),
        motion=inner.flag("motion", ScreenSettings.motion),
    )


def _ceremony(keys: Keys) -> CeremonySettings:
    inner = keys.keys("ceremony", ("group", "pace", "end"), required=False)
    if inner is None:
        return CeremonySettings()
    return CeremonySettings(
        group_size=inner.whole("group", 1, 10, default=CeremonySettings.group_size),
        pace_s=inner.decimal("pace", 0.4, 5.0, default=CeremonySettings.pace_s),
        end=inner.judged("end", "settings.time", "10:30", lambda got: _TIME.fullmatch(got) is not None, ""),
    )


def _hall(keys: Keys) -> HallSettings:
    inner = keys.keys("hall", ("serve", "host", "port", "public"), required=False)
    if inner is None:
        return HallSettings()
    return HallSettings(
        serve=inner.flag("serve", HallSettings.serve),
        host=inner.text("host", HallSettings.host),
        port=inner.whole("port", 1, 65535, default=HallSettings.port),
        public=inner.judged("public", "settings.public", "https://www.example.cn",
                            lambda got: _PUBLIC.fullmatch(got) is not None, ""),
    )  # fmt: skip


def _printer(keys: Keys) -> PrinterSettings:
    inner = keys.keys("printer", ("queue", "poster", "end"), required=False)
    if inner is None:
        return PrinterSettings()
    poster = _some(inner, "poster", _MOMENTS, PrinterSettings.poster)
    end = _some(inner, "end", _PAPERS, PrinterSettings.end)
    queue = inner.judged("queue", "settings.queue", "Office-A4", lambda got: _QUEUE.fullmatch(got) is not None, "")
    return PrinterSettings(queue, poster, end)


def _some(keys: Keys, name: str, choices: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    """Any of the choices, or `never` for none of them."""
    if not keys.has(name):
        return default
    for got, line in keys.texts(name):
        if got not in (*choices, "never"):
            expected = " | ".join((*choices, "never"))
            keys.problems.error("settings.choice", Place(keys.file, line=line), got=got, expected=expected)
    return tuple(got for got, _ in keys.texts(name) if got != "never")
