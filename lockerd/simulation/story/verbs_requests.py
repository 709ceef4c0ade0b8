"""What people ask by `lockerctl`: the verbs of an office.

Rules.  A request goes through the desk's own table, with the named member of staff as its actor;
what is declined must be expected.  What is answered is kept as `$LABEL.key` after `as=LABEL`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lockerd.control.codec import Request, RequestError
from lockerd.control.server import Peer
from lockerd.core.events import Actor
from lockerd.desk import Desk
from lockerd.desk.table import BY_NAME
from lockerd.simulation.story.reading import BadStory, Untrue

if TYPE_CHECKING:
    from lockerd.simulation.story.player import Player

SETTLE_MS = 400


def ctl(player: Player, words: Sequence[str]) -> None:
    """ctl STAFF OPERATION [KEY=VALUE...] [as=LABEL]: ask as this member of staff"""
    staff, op, args, label = _asked(words)
    try:
        answer = _answer(player, staff, op, args)
    except RequestError as declined:
        raise Untrue(f"{op} was declined ({declined.why or declined.code}): {declined}") from None
    _keep(player, label, answer)
    player.stage.run_for(SETTLE_MS)


def ctl_no(player: Player, words: Sequence[str]) -> None:
    """ctl-no WHY STAFF OPERATION [KEY=VALUE...]: ask, and be declined with this word"""
    why, *rest = words
    staff, op, args, _ = _asked(rest)
    try:
        _answer(player, staff, op, args)
    except RequestError as declined:
        if why in (declined.why, declined.code):
            return
        raise Untrue(
            f"{op} was declined with {declined.why or declined.code!r}, not {why!r}: {declined}"
        ) from None
    raise Untrue(f"{op} was done; it should have been declined with {why!r}")


def keep(player: Player, words: Sequence[str]) -> None:
    """keep LABEL FIELD VALUE: write it down, as `$LABEL.field`"""
    label, field, value = words
    player.found[label, field] = value


def _asked(words: Sequence[str]) -> tuple[str, str, dict[str, Any], str]:
    if len(words) < 2 or words[1] not in BY_NAME:
        raise BadStory(f"no operation in {' '.join(words)!r}; docs/socket.md lists them")
    staff, op, *given = words
    pairs = dict(one.split("=", 1) for one in given)
    label = pairs.pop("as", "")
    declared = {one.name: one for one in BY_NAME[op].args}
    args: dict[str, Any] = {}
    for key, value in pairs.items():
        kind = declared[key].kind if key in declared else "text"
        args[key] = int(value) if kind == "count" else value == "true" if kind == "flag" else value
    return staff, op, args, label


def _answer(player: Player, staff: str, op: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
    house = player.stage.house
    known = house.engine.state.staff.get(staff)
    actor = None if known is None else Actor(known.role, known.staff)
    desk = Desk(lambda: house, player.stage.random, lambda uid: actor)
    return desk.answer(Request(1, op, dict(args)), Peer(0, 0, 0))


def _keep(player: Player, label: str, answer: Mapping[str, Any]) -> None:
    """What was answered, for later words of the story."""
    if not label:
        return
    if isinstance(answer.get("ho"), str):
        player.labels[label] = answer["ho"]
    for key, value in answer.items():
        if isinstance(value, str | int):
            player.found[label, key] = str(value)


VERBS: Mapping[str, Callable[[Player, Sequence[str]], None]] = {
    "ctl": ctl,
    "keep": keep,
    "ctl-no": ctl_no,
}
