"""The blind count: entries of its own, and what follows where they differ from the record."""

from __future__ import annotations

import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet, same_again

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined


def entered(c: Cabinet, **seen: str) -> list[str]:
    return ev.names(c.send(msg.EnterCount(OPERATOR, tuple(seen.items()))))


def test_what_agrees_changes_nothing_else() -> None:
    c = Cabinet()
    ho = c.collectable()
    queue = dict(c.state.queue)
    assert entered(c, A1="item", A2="empty", A3="empty") == ["count.entered"] * 3
    assert (c.phase(ho), c.state.queue) == ("collectable", queue)
    same_again(c)


def test_an_item_that_is_not_there_is_held_until_somebody_settles_it() -> None:
    c = Cabinet()
    ho = c.collectable()
    assert entered(c, A1="empty") == ["count.entered", "handover.frozen"]
    assert c.phase(ho) == "frozen" and f"frozen:{ho}" in c.state.queue
    assert ev.names(c.offer(ho)) == ["code.turned_away"]
    c.send(msg.Resolve(OPERATOR, f"frozen:{ho}", "stolen", "missing"))
    assert c.phase(ho) == "gone"
    same_again(c)


def test_something_unknown_takes_its_compartment_out_until_it_was_cleared() -> None:
    c = Cabinet()
    assert entered(c, A2="item") == ["count.entered", "door.retired"]
    assert "count:A2" in c.state.queue and c.state.doors["A2"].retired
    assert entered(c, A2="item") == ["count.entered"], "it is out already"
    assert c.state.queue["count:A2"].count == 2
    c.send(msg.RestoreDoor(OPERATOR, "A2"))
    assert "count:A2" not in c.state.queue
    same_again(c)


def test_what_waits_for_a_person_anyway_is_only_written_down() -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    assert c.phase(ho) == "unconfirmed"
    assert entered(c, A1="empty") == ["count.entered"]
    assert c.phase(ho) == "unconfirmed"


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ((), "units"),
        ((("A1", "item"), ("A1", "empty")), "units"),
        ((("Z9", "item"),), "unit"),
        ((("A1", "keys"),), "seen"),
        ((("A2", "empty"), ("A1", "item")), "in-use"),
    ],
)
def test_what_is_not_counted(seen: tuple[tuple[str, str], ...], why: str) -> None:
    c = Cabinet()
    c.offer(c.collectable())
    size = len(c.log)
    with pytest.raises(Declined) as declined:
        c.send(msg.EnterCount(OPERATOR, seen))
    assert (declined.value.why, len(c.log)) == (why, size)
