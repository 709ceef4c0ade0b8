"""Every screen of the kiosk as pictures, in every language and theme, with a page to look at them.

    ./scripts/gallery [DIRECTORY]

Rules.  Pictures come from the scenes that the tests walk, so nothing is shown that is not tested.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

from support.languages import PANELS, scenes_of
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.lang import LANGUAGES, language
from ui.screens import build
from ui.theme import PALETTES, Theme

STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; background: #d9dedd; color: #0c1a20 }
nav { position: sticky; top: 0; padding: .6rem 0; background: #d9dedd }
nav label { margin-right: 1rem }
h2 { font-size: 15px; margin: 1.4rem 0 .4rem }
.row { display: flex; flex-wrap: wrap; gap: 1rem }
figure { margin: 0 }
figcaption { font-size: 13px; color: #465761 }
img { display: block; border-radius: 6px; box-shadow: 0 1px 6px #0004; height: 300px }
"""
SCRIPT = """
const boxes = document.querySelectorAll('nav input');
const show = () => boxes.forEach(box => document.querySelectorAll('.' + box.value)
  .forEach(one => one.hidden = !box.checked));
boxes.forEach(box => box.addEventListener('change', show));
show();
"""
VARIANTS: tuple[tuple[str, str, str, str, bool], ...] = (
    *((f"in-{one.code}", "800x480", one.code, "light", False) for one in LANGUAGES),
    *((one, "800x480", "en", one, False) for one in PALETTES if one != "light"),
    ("large", "800x480", "en", "light", True),
    ("ten-inch", "1280x800", "en", "light", False),
    ("standing", "720x1280", "en", "light", False),
    ("standing-large", "720x1280", "en", "light", True),
    ("standing-in-ar", "720x1280", "ar", "light", False),
)
"""(name, panel, language, palette, large text) of each picture of a screen."""


def picture(into: Path, scene: str, variant: tuple[str, str, str, str, bool]) -> str:
    """Paint one picture; what stands for it on the page."""
    name, size, code, palette, large = variant
    theme = Theme(PANELS[size][0], PALETTES[palette], large=large, rtl=language(code).rtl)
    backend = Headless(theme.size)
    frame = Frame(backend, theme)
    frame.show(build(scenes_of(size)[scene].but(language=code), frame.type))
    file = f"{scene}_{name}.png"
    backend.screenshot(into / file)
    words = html.escape(f"{scene.replace('_', ' ')}, {name}")
    image = f'<img src="{file}" alt="{words}" loading="lazy">'
    return f'<figure class="{name}">{image}<figcaption>{name}</figcaption></figure>'


def main(into: Path) -> None:
    """Paint everything into a directory and write its `index.html`."""
    into.mkdir(parents=True, exist_ok=True)
    boxes = ""
    for name, *_ in VARIANTS:
        on = " checked" if name in ("in-en", "dark", "large", "standing") else ""
        boxes += f'<label><input type="checkbox" value="{name}"{on}> {name}</label>'
    parts = [f"<nav>{boxes}</nav>"]
    for scene in scenes_of("800x480"):
        figures = "".join(picture(into, scene, one) for one in VARIANTS)
        title = html.escape(scene.replace("_", " "))
        parts.append(f'<h2 id="{scene}">{title}</h2><div class="row">{figures}</div>')
    page = f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{STYLE}</style>"
    body = "\n".join([*parts, f"<script>{SCRIPT}</script>"])
    (into / "index.html").write_text(page + body, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
