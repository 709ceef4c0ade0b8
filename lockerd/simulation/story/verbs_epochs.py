"""A card that dies: the verbs that keep a copy of the record and put in a new card.

Rules.  The copy and the old card lie beside the state directory while a story plays, and are gone
afterwards; what the new card was made from is kept in it, as `lockerctl journal restore` does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd import __version__
from lockerd.core.now import Now
from lockerd.journal.export import export
from lockerd.journal.keep import keep
from lockerd.journal.reader import Reader
from lockerd.journal.recover import recover
from lockerd.journal.restore import Order, restore
from lockerd.simulation.story.reading import BadStory

if TYPE_CHECKING:
    from lockerd.simulation.story.player import Player

SETTLE_MS = 100
UP_MS = 90_000


def _beside(player: Player, what: str) -> Path:
    state_dir = player.stage.world.state_dir
    return state_dir.with_name(f"{state_dir.name}-{what}")


def keep_copy(player: Player, words: Sequence[str]) -> None:
    """keep-copy: export the record, as it is now, to another medium"""
    copy = _beside(player, "copy")
    shutil.rmtree(copy, ignore_errors=True)
    export(player.stage.house.journal, copy)


def new_card(player: Player, words: Sequence[str]) -> None:
    """new-card [forget]: the card dies; restore a new one from the copy, or from the old card;
    `forget`: and keep nothing of the old record beside it"""
    world = player.stage.world
    if world.house is not None:
        raise BadStory("the card is changed while the power is off; write: power off")
    state_dir, old, copy = world.state_dir, _beside(player, "old"), _beside(player, "copy")
    state_dir.rename(old)
    state_dir.mkdir()
    try:
        source = copy if copy.exists() else old
        with Reader.read(old) as journal:
            vkey = journal.vkey
        found = recover(source, vkey)
        order = Order(by="1", reason="the card died")
        lo = max(found.last.lo, player.stage.time.wall_ms)
        now = Now("00000abc", UP_MS, lo, None, "floor")
        restore(found, state_dir, order, now, player.stage.random, __version__)
        if "forget" not in words:
            keep(source, found, vkey, state_dir)
    finally:
        shutil.rmtree(old)
        shutil.rmtree(copy, ignore_errors=True)
    player.stage.run_for(SETTLE_MS)


VERBS: Mapping[str, Callable[[Player, Sequence[str]], None]] = {
    "keep-copy": keep_copy,
    "new-card": new_card,
}
