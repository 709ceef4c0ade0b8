"""decide -> append -> apply -> act, for one message at a time.

Theory of operation.  `handle` takes one message.  An intent goes to the visit, which may turn it
into messages; any other message is decided against the state.  Its events are rehearsed through the
tables, made durable by the journal, folded into the state, and only then acted upon.  Follow-up
messages are handled in the same call, in order.

Rules.  Nothing is acted upon that is not on disk.  When the journal fails, the engine latches: from
then on it decides nothing, acts on nothing, and says why until a restart.  `fault` is that reason.
A pulse that the cabinet refused becomes a message like any other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lockerd.core import messages as msg
from lockerd.core import policy, visit
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.effects import Effect, effects_of
from lockerd.core.events import Event
from lockerd.core.fold import apply, rehearse
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.ports import Clock, Journal, JournalError

FOLLOW_UPS_MAX = 32
"""More follow-ups than this to one message means that the visit feeds on itself: a bug."""

ROOM_NEEDED = (msg.CodeChecked, msg.StartDeposit, msg.ReopenDeposit, msg.ConfirmDeposit)
"""Messages that begin something whose record must still fit on the disk when it ends."""


class Outcome(NamedTuple):
    """What the first message of a call came to."""

    events: tuple[Event, ...] = ()
    declined: Declined | None = None


class Engine:
    """The state, the visit and the rule that joins them to the world."""

    def __init__(
        self,
        site: Site,
        state: State,
        journal: Journal,
        clock: Clock,
        act: Callable[[Effect], None],
        follow: Callable[[Sequence[Event]], None] = lambda events: None,
        room: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`act` carries an effect out.  `follow` hears of durable events.  `room` says what is
        wrong with the disk, None when a whole release still fits on it."""
        self.site = site
        self.state = state
        self.visit = visit.Visit()
        self.fault: str | None = None
        self._journal = journal
        self._clock = clock
        self._act = act
        self._follow = follow
        self._room = room

    def handle(self, message: msg.Message) -> Outcome:
        """Take one message to its end; what it came to."""
        first: Outcome | None = None
        pending = deque([message])
        for _ in range(FOLLOW_UPS_MAX):
            if not pending:
                break
            outcome, more = self._one(pending.popleft())
            first = first or outcome
            pending.extend(more)
        assert not pending, f"follow-ups to {type(message).__name__} do not end"
        assert first is not None
        return first

    def tick(self) -> None:
        """Take every deadline that has come."""
        now = self._clock.now()
        due = policy.next_due(self.site, self.state, now)
        if due is not None and due <= now.up_ms and self.fault is None:
            self.handle(msg.Tick())
        turn = visit.tick(self.site, self.state, self.visit, now)
        self.visit = turn.visit
        self._act_all(turn.effects)
        for one in turn.messages:
            self.handle(one)

    def next_due(self) -> int | None:
        """When `tick` has something to do, in ms since boot; None for never."""
        now = self._clock.now()
        moments = [visit.next_due(self.site, self.visit)]
        if self.fault is None:
            moments.append(policy.next_due(self.site, self.state, now))
        return min((one for one in moments if one is not None), default=None)

    def _one(self, message: msg.Message) -> tuple[Outcome, Sequence[msg.Message]]:
        now = self._clock.now()
        if self._too_late(message):
            return Outcome(), ()
        if isinstance(message, msg.Intent):
            turn = visit.intend(self.site, self.state, self.visit, message, now)
            outcome = Outcome()
        else:
            outcome = self._decide(message, now)
            turn = visit.hear(
                self.site,
                self.state,
                self.visit,
                message,
                outcome.events,
                outcome.declined,
                now,
            )
        self.visit = turn.visit
        self._act_all(turn.effects)
        return outcome, turn.messages

    def _too_late(self, message: msg.Message) -> bool:
        """A code that was proven after its bearer had gone home opens nothing behind their back."""
        if isinstance(message, msg.ApprovalChecked):
            return message.proven and self.visit.step != "approve_checking"
        if isinstance(message, msg.FactChecked):
            return message.proven and self.visit.step != "fact_checking"
        answer = isinstance(message, msg.CodeChecked | msg.StaffPinChecked) and message.proven
        return answer and self.visit.step != "checking"

    def _decide(self, message: msg.Message, now: Now) -> Outcome:
        if self.fault is not None:
            return Outcome(declined=Declined("service", self.fault))
        try:
            if isinstance(message, ROOM_NEEDED) and (lacking := self._room()) is not None:
                raise Declined("service", lacking)
            events = tuple(decide(self.site, self.state, message, now))
            if not events:
                return Outcome()
            rehearse(self.state, events)
            first = self._journal.append(events, now)
        except Declined as why:
            return Outcome(declined=why)
        except JournalError as broken:
            self.fault = str(broken)
            return Outcome(declined=Declined("service", self.fault))
        for place, event in enumerate(events):
            apply(self.state, event, first + place, now)
        self._follow(events)
        self._act_all(effects_of(events, first))
        return Outcome(events)

    def _act_all(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            self._act(effect)
