"""The second copy's troubles: said once, kept in the queue, ended by their end."""

from __future__ import annotations

from corekit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump

GONE = msg.CopyChanged("its medium is gone; put it back")
BACK = msg.CopyChanged(None)


def test_a_trouble_is_said_once_also_across_starts() -> None:
    c = Cabinet()
    assert ev.names(c.send(GONE)) == ["copy.lost"]
    assert c.send(GONE) == []
    c.cut()
    assert c.send(GONE) == []
    assert c.state.queue["copy:cabinet"].detail == GONE.fault
    assert ev.names(c.send(msg.CopyChanged("it is full; make room"))) == ["copy.lost"]
    assert (c.state.queue["copy:cabinet"].count, c.state.duty) == (2, "serving")
    assert dump(replay(c.log)) == dump(c.state)


def test_its_end_is_said_only_where_there_was_one() -> None:
    c = Cabinet()
    assert c.send(BACK) == []
    c.send(GONE)
    assert ev.names(c.send(BACK)) == ["copy.back"]
    assert "copy:cabinet" not in c.state.queue
    assert c.send(BACK) == []


def test_what_an_operator_closed_is_said_again_when_it_comes_again() -> None:
    c = Cabinet()
    c.send(GONE)
    c.send(msg.Resolve(OPERATOR, "copy:cabinet", "a new stick is ordered"))
    assert ev.names(c.send(GONE)) == ["copy.lost"]
