"""The site of the house's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from lockerd import config
from lockerd.core.site import Site

DEMO = Path(__file__).parents[2] / "config" / "demo.toml"


@pytest.fixture(scope="session")
def site() -> Site:
    """The demonstration cabinet."""
    return config.read(DEMO)
