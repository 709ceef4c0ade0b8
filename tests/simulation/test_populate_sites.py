"""A site that was begun with four questions can be simulated, whatever was answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockerd.config import check_text
from lockerd.config.begin import COLLECTS, Answers, begin, usual
from lockerd.core.site import Site
from lockerd.journal.reader import Reader
from lockerd.simulation.populate import populate
from lockerd.simulation.stage import BEGIN_MS


def begun(collects: str, doors: int) -> Site:
    given = Answers(
        collects=collects,
        **usual(collects),
        name="Quay",
        device="q-1",
        help_phone="020 7946 0188",
        time_zone="Europe/London",
        doors=doors,
    )
    site, complaints = check_text(begin(given), "site.toml")
    assert site is not None and complaints == []
    return site


def types(state_dir: Path) -> list[str]:
    journal = Reader.read(state_dir)
    try:
        return [journal.entry(at).event.TYPE for at in range(journal.size)]
    finally:
        journal.close()


@pytest.mark.parametrize("collects", COLLECTS.answers)
def test_a_large_one_begins_with_days_or_with_announcements(collects: str, tmp_path: Path) -> None:
    populate(begun(collects, 12), tmp_path, BEGIN_MS, seed=7)
    seen = types(tmp_path)
    alone = collects != "official"
    assert ("handover.collected" in seen) == alone
    assert seen.count("handover.ordered") >= 3


def test_a_small_one_begins_with_what_fits(tmp_path: Path) -> None:
    populate(begun("client", 1), tmp_path, BEGIN_MS, seed=7)
    seen = types(tmp_path)
    assert seen.count("handover.ordered") == 2 and "deposit.started" not in seen
