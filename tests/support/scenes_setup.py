"""Scenes of the installer's first hour and of the self-test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lockerd.core.state import Door, State
from support.facts import at, base_state, now_at
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage

WRONG = {
    "contact": "14/15",
    "silent": "14/",
    "strike": "15/15",
    "both": "15/14",
    "stuck": "/14",
    "dead": "/",
}
"""What the person said and what the contact said of locker 14."""


def _new(stage: Stage) -> State:
    """A cabinet in which nobody was ever enrolled."""
    state = base_state(stage.site)
    state.staff, state.mode, state.boots = {}, "device", 1
    state.vkey = "lockerd.example/rl-07/1+f2a4c6e8+AZ2Wl0pqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0"
    return state


def _done(stage: Stage) -> State:
    """Everything was compared, and one door answers to another name."""
    state = base_state(stage.site)
    names = [f"door:{one.unit}" for one in stage.site.compartments]
    state.setup = dict.fromkeys((*names, "ruler", "corners", "clock", "key"), True)
    state.setup["door:14"] = False
    state.lost = {"keypad": "gone"}
    return state


def setting_up(stage: Stage) -> None:
    """Every screen, before anybody was enrolled and in a session."""
    new, owned = _new(stage), stage.site.but(owner_key="0" * 64)

    def add(name: str, step: str, **changes: object) -> None:
        stage.add(name, at(step, **changes), new, site=owned)

    add("setup_new", "setup")
    open_doors = _new(stage)
    for unit in ("3", "7"):
        open_doors.doors[unit] = Door(unit, "open", "open")
    stage.add("setup_new_later", at("setup"), open_doors, Session(page=1), site=owned)
    stage.add("setup_session", at("setup", staff="1"), _done(stage))
    recorded = at("setup", staff="1", notice="Recorded.")
    stage.add("setup_recorded", recorded, _done(stage), Session(page=1))
    add("setup_ruler", "setup_ruler")
    stage.add(
        "setup_ruler_wrong", at("setup_ruler"), new, Session(texts={"bar": "420"}), site=owned
    )
    add("setup_corners", "setup_corners")
    add("setup_corners_last", "setup_corners", tried=("0", "1", "2", "3"))
    add("setup_door", "setup_door", unit="14")
    add("setup_door_asked", "setup_door", unit="14", finding="asked")
    for kind, found in WRONG.items():
        add(f"setup_door_{kind}", "setup_door", unit="14", finding="wrong", tried=(found,))
    add("setup_clock", "setup_clock")
    stage.add("setup_clock_unknown", at("setup_clock"), new, now=now_at(known=False), site=owned)
    add("setup_key", "setup_key")
