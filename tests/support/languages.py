"""Every screen in every language: what is too long for its place.

Rules.  A text overflows when it had to be cut; two texts collide when one lies on the other.  The
scenes are those that all tests of the screens walk.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from support.demo_site import PANEL_7, PANEL_10, PANEL_STANDING, demo_site
from support.scenes import scenes
from ui import words
from ui.lang import language
from ui.model import View
from ui.screens import build
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, PANEL_10_INCH, PANEL_TALL, Panel, Theme
from ui.widgets import Button, CabinetMap, Dialog, Row, Screen, Widget

PANELS = {
    "800x480": (PANEL_7_INCH, PANEL_7),
    "1280x800": (PANEL_10_INCH, PANEL_10),
    "720x1280": (PANEL_TALL, PANEL_STANDING),
}

CORE = Path(__file__).resolve().parents[2] / "lockerd" / "core"
AT_THE_KIOSK: dict[str, tuple[str, ...]] = {
    "adopt.py": ("open_unknown", "_unknown", "_looked"),
    "approval.py": ("check", "broken"),
    "credential.py": ("staff_offered",),
    "decide.py": ("_authority",),
    "deposit.py": (),
    "draft.py": ("reason",),
    "findings.py": (),
    "people.py": ("check_name", "check_new", "pin_made", "hand_over"),
}
"""Rooms of the core whose refusals a screen shows: these functions of them, or all."""

NEVER = {
    ("adopt.py", "phase"),
    ("adopt.py", "seal"),
    ("adopt.py", "unit"),
    ("approval.py", "document"),
    ("approval.py", "subject"),
    ("people.py", "role"),
    ("people.py", "second"),
}
"""Refusals that no button of the kiosk can bring about, or that open a screen of their own."""


def untold() -> list[str]:
    """What the core says at the kiosk, `x` for what is filled in, without words in `ui.words`."""
    return [said for said in (*_refusals(), *_notices()) if not words.found(said)[0]]


def _refusals() -> Iterator[str]:
    """The texts of refusals."""
    for name, functions in AT_THE_KIOSK.items():
        tree = ast.parse((CORE / name).read_text("utf-8"))
        for room in (one for one in tree.body if isinstance(one, ast.FunctionDef)):
            if functions and room.name not in functions:
                continue
            for node in ast.walk(room):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Declined":
                    why = node.args[0]
                    assert isinstance(why, ast.Constant)
                    if (name, why.value) not in NEVER:
                        yield _text(node.args[1])


def _notices() -> Iterator[str]:
    """The sentences of the visit itself."""
    for path in sorted((CORE / "visit").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {one.value for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        parts = {
            part for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr | ast.Constant) and node not in docs | parts:
                said = _text(node)
                if said.endswith(".") and len(said) > 2:
                    yield said


RAISED = {
    *("HandoverFrozen", "DepositUnconfirmed", "ReleaseFailed", "DoorRetired", "ReturnFailed"),
    *("MoveStopped", "DoorUncertain", "unproven", "_freeze", "failed", "gone", "stopped"),
}
"""What makes a matter of the queue in the core, with a reason."""


def unsaid() -> list[str]:
    """Reasons of the core, as they stand in its source, for which `ui.words` has no words."""
    found = set()
    for path in CORE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                given = (*node.args, *(one.value for one in node.keywords))
                if name in RAISED:
                    found |= {str(one.value) for one in given if isinstance(one, ast.Constant)}
    return sorted(said for said in found - {"True", "False"} if not words.knows(f"detail.{said}"))


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "x" for one in node.values)


@cache
def typesetter(panel: Panel, rtl: bool) -> Typesetter:
    return Typesetter(Theme(panel, rtl=rtl))


def view_in(code: str, size: str, name: str) -> View:
    """The view of a scene, spoken in a language."""
    return scenes_of(size)[name].but(language=code)


@cache
def scenes_of(size: str) -> dict[str, View]:
    return {name: one.view() for name, one in scenes(demo_site(PANELS[size][1])).items()}


def screen_in(code: str, size: str, name: str) -> Screen:
    """A scene's screen in a language."""
    type = typesetter(PANELS[size][0], language(code).rtl)
    return build(view_in(code, size, name), type).arrange(type)


def cut(screen: Screen) -> list[str]:
    """The texts that had to be cut."""
    return [str(one.trace()["text"]) for one in screen.flat() if one.trace().get("clipped")]


def _leaves(screen: Screen) -> list[Widget]:
    flat = list(screen.flat())
    start = max((place + 1 for place, one in enumerate(flat) if one.modal), default=0)
    return [
        one
        for one in flat[start:]
        if (one.text_shown() or one.action)
        and not isinstance(one, Dialog | CabinetMap)
        and one.kind != "door"
    ]


def collisions(screen: Screen) -> list[str]:
    """Texts that lie on one another."""
    shown, found = _leaves(screen), []
    for place, one in enumerate(shown):
        for other in shown[place + 1 :]:
            inside = one.rect.clip(other.rect) in (one.rect, other.rect)
            if inside and isinstance(one, Button | Row):
                continue  # words on a button, a chip in its row
            if one.rect.meets(other.rect):
                found.append(f"{one.text_shown()!r} on {other.text_shown()!r}")
    return found


def overflows(code: str) -> Iterator[str]:
    """What does not fit, on every screen and both panels: a line each, ending with the remedy."""
    for size in PANELS:
        for name in scenes_of(size):
            screen = screen_in(code, size, name)
            for text in cut(screen):
                yield f"{code} {size} {name}: {text!r} is cut; write it shorter"
            for text in collisions(screen):
                yield f"{code} {size} {name}: {text}; write it shorter"
