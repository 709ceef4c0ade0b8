"""The installer's first hour: what was compared with the world, and the self-test of every part.

Theory of operation.  A cabinet begins unclaimed and empty.  Whoever installs it compares what the
config says with what is there: the panel's size with a bank card, the touch at its corners, each
door with its name, the clock, the cabinet's key.  What came of it is an event; a config that was
changed makes all of it open again.  `checks` grades every part from what is known, and says why.

Rules.  Without anybody enrolled the device itself is the actor, and may open doors: nothing can lie
in them.  From the first member of staff on it takes an operator, or a technician in a session, and
an empty compartment, as any test does.  A self-test changes nothing; it is written down so that an
auditor sees in what state the cabinet went into service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import service
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.founding import unclaimed
from lockerd.core.judge import Question, by, demand
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.parts import DOUBT
from lockerd.core.people import operators
from lockerd.core.record import Record
from lockerd.core.site import Site
from lockerd.core.state import State

WHATS = ("ruler", "corners", "door", "clock", "key")
"""What is compared with the world."""

FOUND_MAX = 24
GRADES = ("green", "amber", "red")
DOUBTFUL = frozenset({"unproven", "none", "one", "unclaimed", "open", "out", "unchecked", DOUBT})
"""Reasons that are amber: it works, or will, and a person should see to it."""


class Check(Record):
    """How one part is.  `why` is a constant word, empty for green.  `units`: which doors."""

    part: str
    why: str = ""
    units: tuple[str, ...] = ()

    @property
    def grade(self) -> str:
        """`green`, `amber` or `red`."""
        if not self.why:
            return "green"
        return "amber" if self.why in DOUBTFUL else "red"


def nobody(state: State) -> bool:
    """Whether nobody was ever enrolled: the installer stands there alone."""
    return not state.staff


# -- the self-test --------------------------------------------------------------------------------


def checks(site: Site, state: State, now: Now) -> tuple[Check, ...]:
    """Every part of the cabinet and how it is, from what is known now."""
    return (
        Check("cabinet", "" if state.duty == "serving" and not state.closed else "retired"),
        _doors(site, state),
        _strikes(site, state),
        *(Check(one, state.lost.get(one, "")) for one in fitted(site)),
        _compared(state, "ruler"),
        _compared(state, "corners"),
        _clock(state, now),
        Check("copy", _copy(site, state)),
        _compared(state, "key"),
        Check("people", _people(site, state)),
    )


def fitted(site: Site) -> tuple[str, ...]:
    """The parts that this config has."""
    simulated = site.driver == "sim"
    found = {
        "screen": True,
        "touch": True,
        "scanner": simulated or site.scanner.kind != "none",
        "keypad": simulated or site.keypad.kind == "evdev",
        "speech": site.speech.kind != "none",
    }
    return tuple(part for part, there in found.items() if there)


def _doors(site: Site, state: State) -> Check:
    """What the contacts say."""
    known = [(one.unit, state.doors.get(one.unit)) for one in site.compartments]
    silent = tuple(u for u, one in known if one is None or one.level == Level.UNKNOWN.value)
    if silent:
        return Check("doors", "unknown", silent)
    for why, units in (
        ("open", (u for u, one in known if one is not None and one.level == Level.OPEN.value)),
        ("out", (u for u, one in known if one is not None and one.retired is not None)),
    ):
        found = tuple(units)
        if found:
            return Check("doors", why, found)
    return Check("doors")


def _strikes(site: Site, state: State) -> Check:
    """Whether each door was seen to answer to its own name, and none has failed since."""
    units = [one.unit for one in site.compartments]
    rules = ("strike", "not_opened")
    failed = tuple(u for u in units if any(f"{rule}:{u}" in state.queue for rule in rules))
    wrong = tuple(u for u in units if state.setup.get(f"door:{u}") is False)
    unseen = tuple(u for u in units if f"door:{u}" not in state.setup)
    for why, found in (("failed", failed), ("wrong", wrong), ("unchecked", unseen)):
        if found:
            return Check("strikes", why, found)
    return Check("strikes")


def _compared(state: State, what: str) -> Check:
    known = state.setup.get(what)
    return Check(what, "unchecked" if known is None else "" if known else "wrong")


def _clock(state: State, now: Now) -> Check:
    if state.setup.get("clock") is False:
        return Check("clock", "wrong")
    return Check("clock", "unproven" if now.hi is None else "")


def _copy(site: Site, state: State) -> str:
    if not site.copy_dir:
        return "none"
    return "failed" if "copy:cabinet" in state.queue else ""


def _people(site: Site, state: State) -> str:
    if unclaimed(site, state):
        return "unclaimed"
    return "one" if len(list(operators(state))) < 2 else ""


# -- deciding -------------------------------------------------------------------------------------


def _alone(draft: Draft, actor: ev.Actor) -> None:
    """The device acts for an installer only while nobody is enrolled."""
    if actor.role == "device" and not nobody(draft.state):
        raise Declined("enrolled", "somebody is enrolled here; sign in first")


def walk(draft: Draft, message: msg.WalkDoor) -> None:
    """Open one door."""
    _alone(draft, message.actor)
    service.test_door(draft, msg.TestDoor(message.actor, message.unit))


def record(draft: Draft, message: msg.RecordCheck) -> None:
    """Write down what a comparison came to."""
    _alone(draft, message.actor)
    if message.what not in WHATS or (message.what == "door") != (message.unit is not None):
        raise Declined("what", f"say what was compared: {', '.join(WHATS)}")
    if message.unit is not None and not draft.site.has(message.unit):
        raise Declined("unit", f"no compartment {message.unit!r}; the config lists them")
    plain = message.found.isascii() and message.found.isprintable()
    if len(message.found) > FOUND_MAX or not plain:
        raise Declined("found", f"say what was found in at most {FOUND_MAX} plain characters")
    draft.add(
        ev.SetupChecked(
            actor=message.actor,
            unit=message.unit,
            what=message.what,
            right=message.right,
            found=message.found,
        )
    )


def selftest(draft: Draft, message: msg.RunSelftest) -> None:
    """Write down how every part is."""
    _alone(draft, message.actor)
    found = checks(draft.site, draft.state, draft.now)
    count = {grade: sum(one.grade == grade for one in found) for grade in GRADES}
    draft.add(
        ev.SelftestDone(
            actor=message.actor,
            green=count["green"],
            amber=count["amber"],
            red=count["red"],
            findings=tuple(f"{one.part}:{one.why}" for one in found if one.why),
        )
    )


# -- what the events change -----------------------------------------------------------------------


def _checked(state: State, event: ev.SetupChecked, idx: int, now: Now) -> None:
    state.setup[event.what if event.unit is None else f"door:{event.unit}"] = event.right


def _booted(state: State, event: ev.LogBoot, idx: int, now: Now) -> None:
    """What was compared was compared with another config."""
    if event.config != state.config:
        state.setup.clear()


# -- what an auditor asks -------------------------------------------------------------------------


def _could(state: State, event: Any) -> None:
    by(event, "device", "operator", "technician")
    demand(event.actor.role != "device" or nobody(state), event, "somebody was enrolled")


def _was_checked(state: State, event: Any, idx: int, now: Now) -> None:
    _could(state, event)
    demand(event.what in WHATS, event, "nothing that is compared")
    demand((event.what == "door") == (event.unit is not None), event, "a door, or none")
    demand(len(event.found) <= FOUND_MAX, event, "too much was found")


def _was_tested(state: State, event: Any, idx: int, now: Now) -> None:
    _could(state, event)
    demand(min(event.green, event.amber, event.red) >= 0, event, "fewer than none")
    demand(event.amber + event.red == len(event.findings), event, "not what was counted")


_STAFF = frozenset({"device", "operator", "technician"})

HANDLES: Handles = {
    msg.WalkDoor: walk,
    msg.RecordCheck: record,
    msg.RunSelftest: selftest,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = dict.fromkeys(
    (msg.WalkDoor, msg.RecordCheck, msg.RunSelftest), _STAFF
)
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.SetupChecked: _checked,
    ev.LogBoot: _booted,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.SetupChecked: _was_checked,
    ev.SelftestDone: _was_tested,
}
