"""An operator at the queue: a line, what is done about it, and why."""

from __future__ import annotations

from dataclasses import replace

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.visit.staff import signs_out
from lockerd.core.visit.value import Here, Room, Turn, Visit


def pressed(here: Here, visit: Visit, intent: msg.Pressed) -> Turn:
    """A button of the queue."""
    actor = here.actor(visit)
    match visit.step, intent.action:
        case "queue", "sign-out" | "home":
            return signs_out(visit)
        case "queue", "item" if intent.arg in here.state.queue:
            return Turn(here.at(visit, "queue_item", item=intent.arg))
        case "queue_item", "acknowledge" if visit.item is not None:
            return Turn(visit, (msg.Acknowledge(actor, visit.item),))
        case "queue_item", "orders" if visit.item is not None:
            return Turn(here.at(visit, "orders", item=visit.item))
        case "queue_item", "history" if visit.item is not None:
            return Turn(here.at(visit, "queue_lines", item=visit.item))
        case "queue_lines", "back":
            return Turn(here.at(visit, "queue_item", item=visit.item))
        case "queue_item", "resolve":
            return Turn(here.at(visit, "queue_reason", item=visit.item, finding=intent.arg))
        case "queue_reason", "back":
            return Turn(here.at(visit, "queue_item", item=visit.item))
        case "queue_item", "back":
            return Turn(here.at(visit, "queue"))
        case "queue", "back":
            return Turn(here.at(visit, "staff_menu"))
        case _:
            return Turn(visit)


def reasoned(here: Here, visit: Visit, intent: msg.FormSent) -> Turn:
    """Why the line can be closed."""
    if visit.item is None:
        return Turn(visit)
    reason = intent.fields.get("reason", "")
    return Turn(visit, (msg.Resolve(here.actor(visit), visit.item, reason, visit.finding),))


def heard(here: Here, visit: Visit, event: ev.Event, message: msg.Message) -> Turn:
    """The line was taken on, or closed."""
    match event:
        case ev.AttentionResolved() if visit.step == "queue_reason":
            return Turn(here.at(visit, "queue", notice="Recorded."))
        case ev.AttentionAcknowledged() if visit.step == "queue_item":
            return Turn(replace(visit, notice="You have taken this on."))
        case _:
            return Turn(visit)


_STEPS = ("queue", "queue_item", "queue_lines", "queue_reason")

ROOM = Room(
    steps=_STEPS,
    actions=("item", "acknowledge", "history", "resolve"),
    pressed=pressed,
    heard=heard,
    filled={"queue_reason": reasoned},
    waits=frozenset(_STEPS),
    finish={
        "queue": "sign-out",
        "queue_item": "back",
        "queue_lines": "back",
        "queue_reason": "back",
    },
)
