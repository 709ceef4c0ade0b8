"""Every screen on every panel, in every language and text size, as digests of its trace.

    PYTHONPATH=.:tests python -m support.matrix      stores what the screens are now

Theory of operation.  A trace says of each widget what it is, where it lies and what it reads; what
colours do is left to the audit and the pictures.  Of each trace the first 32 bits of its SHA-256
are kept, one line for a case, in the order of `scenes`: enough to say which screens changed.

Rules.  After a wanted change the digests are stored again, and the screens that are named looked at
(`scripts/gallery`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from support.audit import Case, measured, walk
from ui.widgets import Screen

FILE = Path(__file__).resolve().parents[1] / "ui" / "golden" / "matrix.json"
CHARS = 8


def digest(screen: Screen) -> str:
    """Of one screen that is arranged."""
    trace = json.dumps(screen.trace(), sort_keys=True, ensure_ascii=False)
    return sha256(trace.encode()).hexdigest()[:CHARS]


def stored(case: Case) -> Mapping[str, str]:
    """The digests of a case by scene, as they were stored."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    line = kept["cases"][case.name]
    parts = [line[at : at + CHARS] for at in range(0, len(line), CHARS)]
    return dict(zip(kept["scenes"], parts, strict=True))


def changed(case: Case, now: Mapping[str, str]) -> list[str]:
    """Scenes that are not as they were stored, new ones and those that are gone."""
    was = stored(case)
    return sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))


def store() -> None:
    """Write the digests of all cases."""
    names: list[str] = []
    lines = []
    for case in measured():
        seen: dict[str, Screen] = {}
        for _ in walk(case, seen):
            pass
        names = sorted(seen)
        line = "".join(digest(seen[name]) for name in names)
        lines.append(f'  "{case.name}": "{line}"')
    scenes = json.dumps(names)
    cases = ",\n".join(lines)
    text = f'{{\n "scenes": {scenes},\n "cases": {{\n{cases}\n }}\n}}\n'
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    store()
