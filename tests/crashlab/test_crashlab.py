"""Power is cut in 20,000 ways; every promise holds in each of them."""

from __future__ import annotations

import os
import random

import pytest
from lab_story import MODES
from lab_work import run

STATES = 20_000


@pytest.mark.slow(100)
def test_no_cut_breaks_a_promise() -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    result = run(MODES[0], seed, STATES, os.cpu_count() or 1, False, print)
    assert not result.failures, f"run.py --seed {seed} --only ...: {result.failures}"
    assert result.states >= STATES
    assert result.nested >= STATES // 10


@pytest.mark.slow
def test_no_cut_leaves_a_hole_in_the_second_copy() -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    result = run(MODES[0], seed, 1_500, os.cpu_count() or 1, False, print, ["copied"])
    assert not result.failures, f"run.py --story copied --seed {seed} --only ...: {result.failures}"
