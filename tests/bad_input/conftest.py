"""One populated state directory for the tests of a process."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_kit import simulated


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state directory of a demonstration that was stopped in order."""
    state = tmp_path_factory.mktemp("populated") / "state"
    with simulated(state) as program:
        assert program.stop() == 0
    return state
