"""Thirty deposits, at most fifteen seconds at the kiosk each."""

from __future__ import annotations

from pathlib import Path

from support.clerk_batch import batch

EACH_MS = 15_000


def test_thirty_deposits(tmp_path: Path) -> None:
    took = batch(tmp_path, 30)
    assert len(took) == 30
    assert max(took) <= EACH_MS, took


def test_a_slow_hand_is_seen_in_the_figure(tmp_path: Path) -> None:
    """The control: the figure is measured, not assumed."""
    assert min(batch(tmp_path, 1, place_ms=EACH_MS)) > EACH_MS
