"""What happened to a handover, at the kiosk: words for every entry, and honest evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lockerd.core.events import CATALOGUE
from support.facts import FakeLook, names, past
from support.scenes import scenes
from ui import model
from ui.recall import Recall
from ui.view.history import LINES, WHAT, evidence_of, what_of
from ui.view.sight import PastLine
from ui.words import knows


def test_every_entry_has_words_and_an_evidence_with_words() -> None:
    assert set(WHAT) <= set(CATALOGUE)
    for kind in CATALOGUE:
        what = what_of(kind)
        assert knows(f"lines.{what}"), kind
        for role in ("device", "recipient", "operator"):
            assert knows(f"evidence.{evidence_of(what, role)}"), kind


@pytest.mark.parametrize(
    ("kind", "role", "evidence"),
    [
        ("pulse.ordered", "recipient", "commanded"),
        ("release.opened", "recipient", "opened"),
        ("release.not_opened", "device", "cabinet"),
        ("handover.collected", "recipient", "closed"),
        ("handover.collected_manually", "operator", "person"),
        ("release.authorised", "recipient", "code"),
        ("deposit.confirmed", "depositor", "person"),
        ("handover.expired", "device", "cabinet"),
    ],
)
def test_a_command_is_no_opening_and_a_word_no_contact(kind: str, role: str, evidence: str) -> None:
    assert evidence_of(what_of(kind), role) == evidence


def test_eight_lines_the_newest_first_and_no_name() -> None:
    view = scenes()["queue_lines"].view()
    assert isinstance(view, model.QueueLines)
    assert [one.idx for one in view.rows] == [one.idx for one in past()][:LINES]
    known = {value for one in names().values() for value in one.values()}
    assert not [one for one in view.rows if one.number in known or one.who in known]
    assert [one.number for one in view.rows][1:3] == ["", ""], "a recipient has no number here"


def test_a_line_that_was_closed_meanwhile_shows_nothing() -> None:
    scene = scenes()["queue_lines"]
    gone = replace(scene, visit=replace(scene.visit, item="forced:1")).view()
    assert isinstance(gone, model.QueueLines) and gone.rows == ()


def test_the_journal_is_read_once_for_a_step() -> None:
    class Counting(FakeLook):
        reads = 0

        def lines(self, ho: str, most: int) -> tuple[PastLine, ...]:
            self.reads += 1
            return past()[:most]

    look, kept = Counting(), Recall()
    kept.look = look
    assert kept.lines("a", 8) == kept.lines("a", 8) and look.reads == 1
    kept.forget()
    kept.lines("a", 8)
    assert look.reads == 2
