"""What every test shares.

Rules.  No example of a random test is timed: a loaded machine is not a failure.  Where a verdict is
decided (`CI`), the examples are the same ones every time; elsewhere they are new ones, and a
failure prints what replays it.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("anywhere", deadline=None, print_blob=True)
settings.register_profile("verdict", settings.get_profile("anywhere"), derandomize=True)
settings.load_profile("verdict" if os.environ.get("CI") else "anywhere")
