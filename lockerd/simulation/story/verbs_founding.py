"""What an owner, a first operator and whoever holds recovery cards do: verbs of founding.

Rules.  The owner's key of a story is a seed in the story itself; its public half stands in the
config that the story names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lockerd.core import messages as msg
from lockerd.core.claim import answer_of, parse_challenge
from lockerd.simulation.story.reading import BadStory

if TYPE_CHECKING:
    from lockerd.simulation.story.player import Player

_SHOWN = ("badge", "one", "two", "three")


def claim(player: Player, words: Sequence[str]) -> None:
    """claim LABEL SEED: read the claim off the screen and sign it; kept as `$LABEL.answer`"""
    from lockerd.journal.note import SigningKey

    label, seed = words
    shown = parse_challenge(player.stage.house.gate.challenge.text)
    signature = SigningKey("owner", bytes.fromhex(seed)).sign(shown.message)
    player.found[label, "answer"] = answer_of(signature)


def answer(player: Player, words: Sequence[str]) -> None:
    """answer SEED: sign the claim that is on the screen and scan the answer"""
    claim(player, ["answer", words[0]])
    player.hands.scan(player.found["answer", "answer"])


def photograph(player: Player, words: Sequence[str]) -> None:
    """photograph LABEL: keep badge and cards, kept as `$LABEL.badge .one .two .three`"""
    visit = player.stage.house.engine.visit
    if visit.step != "founder_badge":
        raise BadStory("no badge is on the screen; enrol the first operator to see one")
    for name, text in zip(_SHOWN, visit.secrets, strict=True):
        player.found[words[0], name] = text
    for _ in _SHOWN:
        player.hands.press("next")


def pin(player: Player, words: Sequence[str]) -> None:
    """pin DIGITS...: type PINs and OK on whatever asks for them"""
    for digits in words:
        player.stage.do(msg.CodeTyped(digits), 400)


VERBS: Mapping[str, Callable[[Player, Sequence[str]], None]] = {
    "claim": claim,
    "answer": answer,
    "photograph": photograph,
    "pin": pin,
}
