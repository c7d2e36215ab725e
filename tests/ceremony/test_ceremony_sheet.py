"""The overlay's second page: by its number, there and back, and gone with the overlay."""

import ceremonies
from kiosk.ceremony import desk
from kiosk.ceremony.desk import MENU, Key, press

SHEET = Key("", str(MENU.index("sheet") + 1))


def test_the_overlays_second_page_is_turned_by_its_number_and_leaves_with_the_overlay() -> None:
    state = ceremonies.opened("small")
    overlay, _ = press(state, desk.begin(state), Key("overlay"), 1)
    assert not overlay.sheet
    turned, request = press(state, overlay, SHEET, 2)
    assert (turned.overlay, turned.sheet, request) == (True, True, None)
    back, _ = press(state, turned, SHEET, 3)
    assert (back.overlay, back.sheet) == (True, False)
    closed, _ = press(state, turned, Key("overlay"), 4)
    again, _ = press(state, closed, Key("overlay"), 5)
    assert (closed.overlay, again.overlay, again.sheet) == (False, True, False)
