"""Parts that fail and return: what is kept of it, and what is said once."""

from __future__ import annotations

import pytest
from corekit import OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import parts, snapshot


def failed(c: Cabinet, part: str, why: str = "gone") -> list[str]:
    return ev.names(c.send(msg.PartChanged(part, False, why)))


def back(c: Cabinet, part: str) -> list[str]:
    return ev.names(c.send(msg.PartChanged(part, True)))


@pytest.mark.parametrize("part", parts.PARTS)
def test_a_part_that_fails_is_known_until_it_works(part: str) -> None:
    c = Cabinet()
    assert parts.working(c.state, part)
    assert failed(c, part) == ["part.failed"]
    assert not parts.working(c.state, part)
    assert f"part:{part}" in c.state.queue
    assert back(c, part) == ["part.back"]
    assert parts.working(c.state, part)
    assert f"part:{part}" not in c.state.queue


def test_it_is_said_once() -> None:
    c = Cabinet()
    assert back(c, "scanner") == [], "it was never gone"
    assert failed(c, "scanner") == ["part.failed"]
    assert failed(c, "scanner") == []
    assert failed(c, "scanner", "failed") == ["part.failed"], "another reason is news"
    assert c.state.queue["part:scanner"].count == 2
    c.cut()
    assert failed(c, "scanner", "failed") == [], "not again at every start"
    assert c.state.lost == {"scanner": "failed"}


def test_a_word_of_an_operator_does_not_mend_it() -> None:
    c = Cabinet()
    failed(c, "scanner")
    c.send(msg.Resolve(OPERATOR, "part:scanner", "ordered a new one"))
    assert "part:scanner" not in c.state.queue
    assert not parts.working(c.state, "scanner")
    assert back(c, "scanner") == ["part.back"]


def test_a_doubt_is_no_failure() -> None:
    c = Cabinet()
    assert failed(c, "touch", "silent") == ["part.failed"]
    assert parts.working(c.state, "touch")
    assert list(c.state.queue) == ["unused:touch"]
    assert failed(c, "touch", "gone") == ["part.failed"]
    assert list(c.state.queue) == ["part:touch"], "what was doubted is known now"
    assert not parts.working(c.state, "touch")


def test_a_snapshot_keeps_it() -> None:
    c = Cabinet()
    failed(c, "keypad")
    assert snapshot.load(snapshot.dump(c.state)).lost == {"keypad": "gone"}


def test_a_word_that_is_none_is_a_bug() -> None:
    c = Cabinet()
    with pytest.raises(AssertionError):
        failed(c, "door")
    with pytest.raises(AssertionError):
        failed(c, "scanner", "because it rained")
