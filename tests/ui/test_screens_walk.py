"""No button leads nowhere: every action of every screen changes something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lockerd.core.messages import Activity
from lockerd.core.visit import intend
from support.facts import now_at
from support.scenes import Scene, scenes
from ui.screens import build
from ui.session import press
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, Theme

SCENES = scenes()
IDS = ("a" * 16, "b" * 16, "c" * 16)
TYPE = Typesetter(Theme(PANEL_7_INCH))


def actions(scene: Scene) -> list[str]:
    """What a finger can press on the screen of a scene, each once."""
    flat = list(build(scene.view(), TYPE).arrange(TYPE).flat())
    start = max((place for place, one in enumerate(flat) if one.modal), default=0)
    return sorted({one.action for one in flat[start:] if one.action and one.enabled})


def idle(scene: Scene, action: str) -> bool:
    """What rightly does nothing now: erase with nothing typed, a tenth digit, a first blank, an
    answer that was just asked for, the size that is chosen."""
    digits, texts = scene.session.digits, scene.session.texts
    typed = digits or texts.get(scene.session.question, "") or texts.get("reason", "")
    full = len(digits) == getattr(scene.view(), "length", 0)
    asked = action == "done" and scene.session.error
    session = scene.session
    chosen = action in (
        f"choose:{texts.get(session.question)}",
        f"theme:{session.theme}",
        f"text-size:{session.text_size}",
    )
    blank = action in ("erase", "char: ") and not typed
    blank = blank or action == "ink"  # the pad itself keeps what a finger draws
    return bool(blank or asked or chosen or (action.startswith("digit:") and full))


def leads_somewhere(scene: Scene, action: str) -> bool:
    done = press(scene.session, scene.view(), action, scene.visit.active, lambda: IDS)
    if done.session != scene.session:
        return True
    if done.intent is None or isinstance(done.intent, Activity):
        return False
    turn = intend(scene.site, scene.state, scene.visit, done.intent, now_at(50))
    same = replace(turn.visit, active=scene.visit.active)
    return bool(turn.messages or turn.effects or same != scene.visit)


CASES = [(name, action) for name, scene in SCENES.items() for action in actions(scene)]


@pytest.mark.parametrize(("name", "action"), CASES)
def test_an_action_leads_somewhere(name: str, action: str) -> None:
    scene = SCENES[name]
    assert idle(scene, action) or leads_somewhere(scene, action)


def test_an_action_that_the_step_does_not_take_is_found() -> None:
    """The twin: a button that the visit ignores fails the walk."""
    assert not leads_somewhere(SCENES["deposit_confirm"], "home")
    assert not leads_somewhere(SCENES["home"], "reopen")


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_person_can_leave_or_is_only_waiting(name: str) -> None:
    """A screen without a way on is one that goes on by itself, with a door, or with the owner."""
    by_itself = {
        "starting", "cannot_start", "cannot_start_called",
        "journal_broken", "checking", "opening", "opening_retry", "deposit_opening",
        "deposit_open", "deposit_minting", "batch_finding", "approve_checking",
        "fact_checking", "deposit_knowing",
        "claim_checking", "recovery_checking", "stick_writing",
        "rest", "rest_attention", "rest_keypad_only", "rest_moved",
        "seal_checking", "deposit_sealing", "deposit_naming",
        "founder_making", "pin_making", "again_opening", "again_open",
        "fetch_opening", "fetch_opening_retry", "fetch_open", "lost_wait",
    }  # fmt: skip
    assert bool(actions(SCENES[name])) is not (name in by_itself)
