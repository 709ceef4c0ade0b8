"""What every test shares.

Rules.  No example of a random test is timed: a loaded machine is not a failure.  Where a verdict is
decided (`CI`), the examples are the same ones every time; elsewhere they are new ones, and a
failure prints what replays it.  A process that runs thousands of tests lets go of the files that
lost objects still hold: pyserial waits with select(), which knows file numbers up to 1,023 only.

Slow tests are not measured for coverage: they walk by the thousand what quick ones walk once, and
to be watched costs more than twice the time.  Several workers get whole files, those that take
longest first, so that none is left with a long one when the others have ended.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

MANY_FILES = 250
SLOW_S = 10.0
"""What a test marked `slow` takes where the mark does not say it."""
QUICK_S = 0.01

settings.register_profile("anywhere", deadline=None, print_blob=True)
settings.register_profile("verdict", settings.get_profile("anywhere"), derandomize=True)
settings.load_profile("verdict" if os.environ.get("CI") else "anywhere")


def pytest_configure(config: pytest.Config) -> None:
    """Files are handed out in the order in which they were collected."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow tests without coverage; in a worker, the files that take longest first."""
    spent: Counter[str] = Counter()
    for item in items:
        slow = item.get_closest_marker("slow")
        if slow is not None:
            item.add_marker(pytest.mark.no_cover)
        spent[_file(item)] += QUICK_S if slow is None else next(iter(slow.args), SLOW_S)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda one: (-spent[_file(one)], _file(one)))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.fixture(autouse=True, scope="module")
def files_let_go() -> Iterator[None]:
    """An appliance that a test runs freezes what is garbage by then, for ever."""
    yield
    if len(os.listdir("/proc/self/fd")) > _held[0] + MANY_FILES:
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # what is left is no garbage, and is not looked through again
        _held[0] = len(os.listdir("/proc/self/fd"))


_held = [0]
"""Files that were still open when all that was lost had been let go of."""
