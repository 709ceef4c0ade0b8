"""Scenes of papers that leave on a stick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lockerd.core.stick import REASONS
from support.facts import at, base_state, matters, now_at, with_queue
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage


def sticking(stage: Stage) -> None:
    """Every step, and every way in which it ends; and letters of other scripts for the form."""
    here = stage.site.but(stick_dir="/media/stick")
    stage.add("menu_stick", at("staff_menu", staff="1"), session=Session(page=1), site=here)
    stage.add("stick", at("stick", staff="1"))
    stage.add("stick_case", at("stick_case", staff="1"))
    typed = Session(texts={"case": "RL07-4K2M"}, question="case", shift=False)
    stage.add("stick_case_typed", at("stick_case", staff="1"), session=typed)
    notice = "This names no handover. Type the reference on its slip or receipt."
    stage.add("stick_case_unknown", at("stick_case", staff="1", notice=notice), session=typed)
    stage.add("stick_writing", at("stick_writing", staff="1"))
    stage.add("stick_done", at("stick_done", staff="1", item="rl-07-week-2041"))
    for why in sorted(REASONS):
        stage.add(f"stick_failed_{why}", at("stick_failed", staff="1", why=why))


def resting(stage: Stage) -> None:
    """Nobody has been here for ten minutes, or for eleven."""
    site = stage.site
    stage.add("rest", at("home", 600_000))
    stage.add("rest_moved", at("home", 600_000), now=now_at(60_000))
    stage.add("rest_attention", at("home", 600_000), with_queue(base_state(site), matters()[8]))
    stage.add("rest_keypad_only", at("home", 600_000), site=site.but(driver="gpio"))


def spelling(stage: Stage) -> None:
    """The pages of the keyboard."""
    visit = at("deposit_new", staff="2")
    for page in ("accents", "more"):
        typed = Session(texts={"recipient": "J"}, shift=False, accents=page)
        stage.add(f"form_{page}", visit, session=typed)
