"""Versions of the daemon with one rule broken each, for tests that must fail.

Theory of operation.  A twin changes a life before it starts; what it returns is called once the
house has started.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from lockerd import house as house_module
from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.effects import effects_of
from lockerd.core.now import Now
from lockerd.engine import Engine, Outcome
from lockerd.house import House


class Wire(Protocol):
    """What a twin needs of the socket to the test."""

    def act(self, *words: str) -> None:
        """One act of a port."""


class Life(Protocol):
    """What a twin needs of a life."""

    @property
    def wire(self) -> Wire: ...
    @property
    def house(self) -> House: ...


class ActFirst(Engine):
    """Acts on its decision before the decision is on disk."""

    def _decide(self, message: msg.Message, now: Now) -> Outcome:
        if self.fault is None:
            try:
                events = decide(self.site, self.state, message, now)
            except Declined:
                events = []
            self._act_all(effects_of(events, self.state.size))
        act, self._act = self._act, lambda effect: None
        try:
            return super()._decide(message, now)
        finally:
            self._act = act


def _act_first(life: Life) -> None:
    cast(Any, house_module).Engine = ActFirst


def _answer_first(life: Life) -> None:
    """Tells a person that a code is wrong before the attempt is counted."""

    class AnswerFirst(Engine):
        def _decide(self, message: msg.Message, now: Now) -> Outcome:
            if isinstance(message, msg.CodeChecked) and not message.proven:
                life.wire.act("screen", "refused", "unproven")
            return super()._decide(message, now)

    cast(Any, house_module).Engine = AnswerFirst


def _no_sync(life: Life) -> Callable[[], None]:
    """Leaves it to the kernel when an entry reaches the disk."""

    def after_start() -> None:
        life.house.journal._db.execute("PRAGMA synchronous=OFF")

    return after_start


def _send_again(life: Life) -> Callable[[], None]:
    """Repeats at a start the pulse whose outcome nobody saw."""
    entries: list[str] = []

    def seen(events: Sequence[Any]) -> None:
        entries.extend(one.unit for one in events if one.TYPE == "release.interrupted")

    life.house.on_events = seen

    def after_start() -> None:
        for unit in entries:
            life.wire.act("pulse", unit, "500")

    return after_start


TWINS: Mapping[str, Callable[[Life], Callable[[], None] | None]] = {
    "act first": _act_first,
    "answer first": _answer_first,
    "no sync": _no_sync,
    "send again": _send_again,
}
