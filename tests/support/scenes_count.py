"""The screens of a round of the blind count.

Theory of operation.  `support.scenes` calls this with its stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lockerd.core.messages import Level
from lockerd.core.state import Count, Door, State
from lockerd.core.visit import count
from support.facts import at, base_state

if TYPE_CHECKING:
    from support.scenes import Stage


def _round(stage: Stage, **changes: Any) -> State:
    """Five are done, and it is the turn of locker 6."""
    units = [one.unit for one in stage.site.compartments]
    state = base_state(stage.site)
    own = {"unit": "6", "turn": 1_990, **changes}
    state.count = Count(1_900, "1", units[5:], units[:4], units[4:5], **own)
    return state


def counting(stage: Stage) -> None:
    """An operator counts blind."""
    by: dict[str, Any] = {"staff": "1"}
    stage.add("count", at("count", **by))
    still = _round(stage, unit="", turn=-1)
    stage.add("count_stands", at("count", notice=count.STILL, **by), still)
    mine: dict[str, Any] = {**by, "unit": "6"}
    stage.add("count_door_opening", at("count_door", 300, **mine), _round(stage))
    seen = _round(stage, opened=True)
    stage.add("count_door_shut", at("count_door", **mine), seen)
    ajar = _round(stage, opened=True)
    ajar.doors["6"] = Door("6", "open", Level.OPEN.value)
    stage.add("count_door", at("count_door", **mine), ajar)
    warned = at("count_door", 190_000, warned=True, **mine)
    stage.add("count_door_warned", warned, ajar)
    told = _round(stage, opened=True, said=True)
    assert told.count is not None
    told.count.todo.remove("6")
    told.count.counted.append("6")
    told.doors["6"] = Door("6", "open", Level.OPEN.value)
    stage.add("count_door_said", at("count_door", **mine), told)
    for name, words in (
        ("agrees", ("24", "0", "0", "")),
        ("differs", ("21", "2", "0", "3 7 12")),
        ("early", ("4", "1", "19", "5")),
        ("skipped", ("12", "0", "0", " ".join(str(one) for one in range(1, 13)))),
    ):
        stage.add(f"count_{name}", at("count_done", words=words, **by))
