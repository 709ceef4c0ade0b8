"""The steps of papers on a stick, each reached by what a person does."""

from __future__ import annotations

from collections.abc import Callable

from corekit import OPERATOR, Cabinet

from lockerd.core import messages as msg


def stick() -> Cabinet:
    c = Cabinet()
    c.sign_in(OPERATOR)
    c.press("export")
    return c


def stick_case() -> Cabinet:
    c = stick()
    c.press("write", "case")
    return c


def stick_writing() -> Cabinet:
    c = stick()
    c.press("write", "week")
    return c


def stick_done() -> Cabinet:
    c = stick_writing()
    known = c.state.export
    assert known is not None
    c.act(msg.PapersWritten(known.entry, "rl-07-week-9", 3, 900, "ab" * 32))
    return c


def stick_failed() -> Cabinet:
    c = stick_writing()
    known = c.state.export
    assert known is not None
    c.act(msg.PapersFailed(known.entry, "full"))
    return c


REACH: dict[str, Callable[[], Cabinet]] = {
    "stick": stick,
    "stick_case": stick_case,
    "stick_writing": stick_writing,
    "stick_done": stick_done,
    "stick_failed": stick_failed,
}
