"""Every screen of the kiosk as pictures, on both panels, with a page to look at them.

    ./scripts/gallery [DIRECTORY]

Rules.  Pictures come from the scenes that the tests walk, so nothing is shown that is not tested.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

from support.demo_site import PANEL_7, PANEL_10, demo_site
from support.scenes import scenes
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.screens import build
from ui.theme import PANEL_7_INCH, PANEL_10_INCH, Theme

STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; background: #d9dedd; color: #0c1a20 }
section { display: inline-block; margin: 0 1.5rem 2rem 0; vertical-align: top }
h2 { font-size: 15px; margin: 0 0 .4rem }
img { display: block; border-radius: 6px; box-shadow: 0 1px 6px #0004; height: 320px }
"""


def main(into: Path) -> None:
    """Paint everything into a directory and write its `index.html`."""
    into.mkdir(parents=True, exist_ok=True)
    parts: list[str] = []
    for panel, screen, title in (
        (PANEL_7_INCH, PANEL_7, "7 inch, 800 x 480"),
        (PANEL_10_INCH, PANEL_10, "10 inch, 1280 x 800"),
    ):
        theme = Theme(panel)
        parts.append(f"<h1>{title}</h1>")
        for name, scene in scenes(demo_site(screen)).items():
            backend = Headless(theme.size)
            frame = Frame(backend, theme)
            frame.show(build(scene.view(), frame.type))
            file = f"{name}_{panel.width_px}x{panel.height_px}.png"
            backend.screenshot(into / file)
            words = html.escape(name.replace("_", " "))
            parts.append(f'<section><h2>{words}</h2><img src="{file}" alt="{words}"></section>')
    page = f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{STYLE}</style>"
    (into / "index.html").write_text(page + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
