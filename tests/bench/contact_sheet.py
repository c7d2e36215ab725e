"""A sheet of every scene, and of frames of each movement, to be looked at: `python tests/bench/contact_sheet.py DIR`.

Scenes in both languages at 1920×1080, and twelve frames of each movement, evenly from its beginning to its rest.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

import pygame  # noqa: E402

from kiosk.ceremony.view import View  # noqa: E402
from kiosk.screen import scenes  # noqa: E402
from screen import ceremony_samples as ceremony  # noqa: E402
from screen import samples  # noqa: E402

SIZE, SMALL, ACROSS, FRAMES = (1920, 1080), (480, 270), 4, 12


def frame(view: View, seconds: float) -> pygame.Surface:
    surface = pygame.Surface(SIZE, depth=32)
    scenes.render(surface, view, seconds)
    return pygame.transform.smoothscale(surface, SMALL)


def sheet(pictures: list[pygame.Surface], file: Path) -> None:
    rows = -(-len(pictures) // ACROSS)
    whole = pygame.Surface((ACROSS * (SMALL[0] + 4), rows * (SMALL[1] + 4)))
    for number, picture in enumerate(pictures):
        whole.blit(picture, (number % ACROSS * (SMALL[0] + 4), number // ACROSS * (SMALL[1] + 4)))
    pygame.image.save(whole, str(file))
    print(file)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    views = {**ceremony.scenes(), **samples.drawings(), **ceremony.layers(), **ceremony.operators()}
    for language in samples.LANGUAGES:
        shown = [replace(view, language=language) for view in views.values()]
        sheet([frame(view, scenes.settles(view)) for view in shown], folder / f"scenes-{language}.png")
    for name, view in views.items():
        if lasts_s := scenes.settles(view):
            moments = [lasts_s * number / (FRAMES - 1) for number in range(FRAMES)]
            sheet([frame(view, seconds) for seconds in moments], folder / f"moves-{name}.png")


if __name__ == "__main__":
    main()
