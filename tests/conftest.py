"""What every test shares.

Rules.  No example of a random test is timed: a loaded machine is not a failure.  Where a verdict is
decided (`CI`), the examples are the same ones every time; elsewhere they are new ones, and a
failure prints what replays it.  A process that runs thousands of tests lets go of the files that
lost objects still hold: pyserial waits with select(), which knows file numbers up to 1,023 only.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

MANY_FILES = 400

settings.register_profile("anywhere", deadline=None, print_blob=True)
settings.register_profile("verdict", settings.get_profile("anywhere"), derandomize=True)
settings.load_profile("verdict" if os.environ.get("CI") else "anywhere")


@pytest.fixture(autouse=True, scope="module")
def files_let_go() -> Iterator[None]:
    """An appliance that a test runs freezes what is garbage by then, for ever."""
    yield
    if len(os.listdir("/proc/self/fd")) > MANY_FILES:
        gc.unfreeze()
        gc.collect()
