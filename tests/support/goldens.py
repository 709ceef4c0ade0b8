"""What each screen of the kiosk says and offers, and where, kept as JSON to be compared.

    PYTHONPATH=.:tests python -m support.goldens      stores what the screens are now

Rules.  Only what can be read or pressed is kept, of the 7 inch panel; keys and doors of the map are
left out, since they are the toolkit's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.scenes import Scene, scenes
from ui.screens import build
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, Theme

FILE = Path(__file__).resolve().parents[1] / "ui" / "golden" / "screens.json"
LEFT_OUT = frozenset({"door", "key"})
KEPT = ("kind", "rect", "text", "action", "enabled")


def golden(scene: Scene, type: Typesetter) -> dict[str, Any]:
    """One screen as data."""
    screen = build(scene.view(), type).arrange(type)
    traces = [one.trace() for one in screen.flat() if one.kind not in LEFT_OUT]
    kept = [{key: one[key] for key in KEPT} for one in traces if one["text"] or one["action"]]
    return {"screen": screen.name, "widgets": kept}


def stored() -> dict[str, Any]:
    """The screens as they were stored."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def store() -> None:
    """Write all screens, one widget a line, so that a difference can be read."""
    type = Typesetter(Theme(PANEL_7_INCH))
    parts = []
    for name, scene in sorted(scenes().items()):
        made = golden(scene, type)
        lines = [json.dumps(one, ensure_ascii=False) for one in made["widgets"]]
        body = ",\n   ".join(lines)
        parts.append(f' "{name}": {{"screen": "{made["screen"]}", "widgets": [\n   {body}]}}')
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    store()
