"""Scenes of somebody who lost a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lockerd.core.state import Stamp, Ticket
from support.facts import BOOT, CODE, OWN, PIN, UP, at, base_state, handover
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage

TICKET = "41872"


def lost(stage: Stage) -> None:
    """Every step of a lost code."""
    state = base_state(stage.site)
    state.tickets[TICKET] = Ticket(41_872, "7QK2M9X4", Stamp(BOOT, UP - 20_000), 41_873, 1)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1", delivered=True)
    stage.add("lost", at("lost", item=TICKET), state)
    over = "This challenge has ended. Ask for another one."
    stage.add("lost_over", at("lost", item=TICKET, notice=over), state)
    full = "too many codes are reported lost; call the number on the screen"
    stage.add("lost_none", at("lost", notice=full), state)
    stage.add("lost_wait", at("lost_wait", item=TICKET), state)
    stage.add("lost_answer", at("lost_answer", item=TICKET), state)
    typed = Session(digits="41790")
    stage.add("lost_answer_typed", at("lost_answer", item=TICKET), state, typed)
    wrong = "This does not fit. Check it and try again."
    stage.add("lost_answer_wrong", at("lost_answer", item=TICKET, notice=wrong), state)
    done = {"ho": OWN, "unit": "14"}
    stage.add("lost_done", at("lost_done", pin=PIN, qr=CODE, **done), state)
    stage.add("lost_done_qr", at("lost_done", qr=CODE, **done), state)
    stage.add("lost_done_sent", at("lost_done", **done), state)
    late = base_state(stage.site)
    late.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1")
    stage.add("lost_done_waiting", at("lost_done", **done), late)
