"""Scenes of a cabinet some of whose parts do not work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lockerd.core.attention import Item
from lockerd.core.state import State
from support.facts import AT, MINUTE, at, base_state, with_queue

if TYPE_CHECKING:
    from support.scenes import Stage

HOMES = {
    "scanner": ("scanner",),
    "keypad": ("keypad",),
    "touch": ("touch",),
    "but_scanner": ("keypad", "touch"),
    "but_keypad": ("scanner", "touch"),
    "but_touch": ("scanner", "keypad"),
    "all": ("scanner", "keypad", "touch"),
}
"""What does not work on each idle screen."""


def _lost(stage: Stage, *parts: str) -> State:
    made = (Item(f"part:{one}", "part", AT - 2 * MINUTE, 1_845, detail="gone") for one in parts)
    return with_queue(base_state(stage.site), *made)


def parts_lost(stage: Stage) -> None:
    """The idle screen without some of the ways to give a code, and what the operator sees."""
    for name, parts in HOMES.items():
        stage.add(f"home_without_{name}", at("home"), _lost(stage, *parts))
    one = stage.site.but(languages=stage.site.languages[:1])
    stage.add("home_without_scanner_tall", at("home"), _lost(stage, "scanner"), site=one)
    unused = Item("unused:touch", "unused", AT - 2 * MINUTE, 1_845, detail="silent")
    state = with_queue(base_state(stage.site), unused)
    by = at("queue_item", staff="1", item="unused:touch")
    stage.add("queue_item_unused", by, state)
    broken = at("queue_item", staff="1", item="part:screen")
    stage.add("queue_item_screen", broken, _lost(stage, "screen"))
