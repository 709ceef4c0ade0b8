"""What the world does: doors, cables, the supply, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lockerd.simulation.story.reading import span_ms

if TYPE_CHECKING:
    from lockerd.simulation.story.player import Player


def push(player: Player, words: Sequence[str]) -> None:
    """push UNIT"""
    player.stage.world.push(words[0])
    player.stage.run_for(1_000)


def pull(player: Player, words: Sequence[str]) -> None:
    """pull UNIT"""
    player.stage.world.pull(words[0])
    player.stage.run_for(1_000)


def force(player: Player, words: Sequence[str]) -> None:
    """force UNIT: break it open, or use the mechanical key"""
    player.stage.world.force(words[0])
    player.stage.run_for(1_000)


def jam(player: Player, words: Sequence[str]) -> None:
    """jam UNIT"""
    player.stage.world.jam(words[0])


def unjam(player: Player, words: Sequence[str]) -> None:
    """unjam UNIT"""
    player.stage.world.unjam(words[0])


def cut(player: Player, words: Sequence[str]) -> None:
    """cut UNIT strike|contact"""
    player.stage.world.cut(*words)
    player.stage.run_for(1_000)


def mend(player: Player, words: Sequence[str]) -> None:
    """mend UNIT strike|contact"""
    player.stage.world.mend(*words)
    player.stage.run_for(1_000)


def power(player: Player, words: Sequence[str]) -> None:
    """power on|off"""
    player.stage.world.power(words[0] == "on")
    player.stage.run_for(100)


def clock(player: Player, words: Sequence[str]) -> None:
    """clock SPAN|lost|found: move the wall clock; take away, or give, what vouches for it"""
    if words[0] in ("lost", "found"):
        player.stage.vouch(words[0] == "found")
    else:
        player.stage.world.clock(span_ms(words[0]))


def printer(player: Player, words: Sequence[str]) -> None:
    """printer empty|ready: take the roll out, put one in"""
    out = words[0] == "empty"
    player.stage.world.tray.fault = "the printer has no paper; put a new roll in" if out else None


VERBS: Mapping[str, Callable[[Player, Sequence[str]], None]] = {
    "push": push,
    "pull": pull,
    "force": force,
    "jam": jam,
    "unjam": unjam,
    "cut": cut,
    "mend": mend,
    "power": power,
    "clock": clock,
    "printer": printer,
}
