"""Where the QR code leads.

Most phones in a hall scan with an app that soon leaves a Wi-Fi without internet. So the public https host of
`kiosk.yaml` comes first in the code when there is one, and the hall's own server second, with a code of its own for
the Wi-Fi; paper is the third way.

Before the sealing a draw has no result hash, and the code leads to the root of the host; afterwards to
`R/<first 32 digits>/` (FORMAT.md 9), which says itself what was drawn.
"""

import re
import socket

from kiosk import qr
from kiosk.core.errors import DeviceError, InputError

DIGITS = 32

# An address of a block that documents use (RFC 5737): nobody has it, so it lies behind the default route.
_ELSEWHERE = ("203.0.113.1", 9)
_PUBLIC = re.compile(
    r"https://(?=.{1,253}(?:[:/]|$))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
    r"(?::[1-9][0-9]{0,4})?(?:/[A-Za-z0-9._~-]+)*/?",
    re.IGNORECASE,
)
_WIFI_SPECIAL = re.compile(r'([\\;,:"])')


def folder(kind: str, hash: str) -> str:
    """The published folder of a hash, from the host's root: `R/…/` of a result, `N/…/` of a notice."""
    return f"{kind}/{hash[:DIGITS].upper()}/"


def code(base: str, result_hash: str | None) -> str:
    """What the QR code holds. base: the public host or the hall's address; result_hash: None before the sealing."""
    return qr.scannable(base.rstrip("/") + "/" + (folder("R", result_hash) if result_hash else ""))


def public(host: str) -> str:
    """The public host of `kiosk.yaml`, judged; a folder on it may follow the name (`https://www.example.cn/zfbz`)."""
    if not _PUBLIC.fullmatch(host):
        raise InputError("hall.public", got=host)
    return host.rstrip("/")


def hall(port: int) -> str:
    """The hall's address: that of the interface which has the default route.

    Connecting a UDP socket sends no packet; the system only chooses the interface it would take.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError as error:
            raise DeviceError("hall.no-network", reason=error.strerror or str(error)) from error
        host = probe.getsockname()[0]
    return base(host, port)


def base(host: str, port: int) -> str:
    return f"http://{host}" if port == 80 else f"http://{host}:{port}"


def wifi(name: str, password: str) -> str:
    """What the Wi-Fi's own code holds; every phone's camera knows this form. No password: an open network."""
    quoted = [_WIFI_SPECIAL.sub(r"\\\1", value) for value in (name, password)]
    return f"WIFI:T:WPA;S:{quoted[0]};P:{quoted[1]};;" if password else f"WIFI:S:{quoted[0]};;"
