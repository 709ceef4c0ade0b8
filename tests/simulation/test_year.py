"""Nothing grows but the journal, however many handovers there were and whatever went wrong.

Runs 1,000 handovers; `LOCKERD_HANDOVERS=20000` asks for more.  Prints its seed and its marks.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lockerd import config
from lockerd.core import fold
from support.year import grown, year

HANDOVERS = int(os.environ.get("LOCKERD_HANDOVERS", "1000"))
SEED = 7
SITE = config.read(Path(__file__).parents[2] / "config" / "demo.toml")


@pytest.mark.slow
def test_nothing_grows_but_the_journal(tmp_path: Path) -> None:
    found = year(SITE, tmp_path, HANDOVERS, SEED)
    print(f"seed {SEED}, {found.report.days:.0f} days", *found.marks, sep="\n")
    assert found.report.handovers == HANDOVERS
    assert found.report.days >= HANDOVERS / 20
    assert len(found.marks) == 10
    assert grown(found) == []


def test_what_grows_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a line of the state that outlives each handover."""
    honest = fold._bury

    def hoards(state: Any, known: Any, idx: int, now: Any) -> None:
        honest(state, known, idx, now)
        state.holds[known.ho] = "kept for nothing"

    monkeypatch.setattr(fold, "_bury", hoards)
    said = grown(year(SITE, tmp_path, 120, SEED))
    assert any(one.startswith("state:") for one in said), said
