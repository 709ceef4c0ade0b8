"""What the world does: doors, cables, the supply, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lockerd.simulation.story.reading import BadStory, span_ms

if TYPE_CHECKING:
    from lockerd.simulation.story.player import Player


STRIKE_MS = 600
"""From one key to the next: a steady hand that knows no hurry."""


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


def headphones(player: Player, words: Sequence[str]) -> None:
    """headphones in|out: plug them into the panel, or pull them out"""
    player.stage.world.headphones(words[0] == "in")
    player.stage.run_for(STRIKE_MS)


def break_part(player: Player, words: Sequence[str]) -> None:
    """break PART: scanner, keypad, touch, screen or speech"""
    player.stage.world.break_part(words[0])
    player.stage.run_for(100)


def restore(player: Player, words: Sequence[str]) -> None:
    """restore PART: put in one that works"""
    player.stage.world.mend_part(words[0])
    player.stage.run_for(100)


def keys(player: Player, words: Sequence[str]) -> None:
    """keys KEY…: press keys of the keypad; digits may stand together"""
    for word in words:
        for key in word if word.isdigit() else (word,):
            player.stage.world.key(key)
            player.stage.run_for(STRIKE_MS)
    player.stage.run_for(400)


def stick(player: Player, words: Sequence[str]) -> None:
    """stick in|out|full|read-only|broken: put one in or pull it out; one that takes nothing more,
    that is protected, or that goes while it is written"""
    one = player.stage.world.stick
    if words[0] == "out":
        one.pull()
        return
    one.put_in()
    one.room = 0 if words[0] == "full" else None
    one.read_only = words[0] == "read-only"
    one.pull_after = 1 if words[0] == "broken" else None


def tap(player: Player, words: Sequence[str]) -> None:
    """tap ACTION…: a finger on the button that does this, wherever it stands on the screen"""
    world = player.stage.world
    for action in words:
        place = world.place_of(action)
        if place is None:
            raise BadStory(f"no button does {action!r} here; look at the screen of this step")
        world.touch(*place)
        player.stage.run_for(400)


def digits(player: Player, words: Sequence[str]) -> None:
    """digits DIGITS: a finger on the keys of the screen"""
    tap(player, [f"digit:{one}" for one in words[0]])


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
    "stick": stick,
    "break": break_part,
    "restore": restore,
    "keys": keys,
    "tap": tap,
    "digits": digits,
    "headphones": headphones,
}
