"""A measured figure and its budget; the machine it was measured on.

Rules.  A figure is a median unless its name says otherwise.  A budget is a ceiling; None for a
figure that only explains another.  Byte code is cached, as it is on a device that was started once.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent


class Figure(NamedTuple):
    """One line of the table."""

    name: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def ok(self) -> bool:
        """Whether it is within its budget."""
        return self.budget is None or self.value <= self.budget


def median(values: Sequence[float]) -> float:
    """The middle."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


def cached() -> dict[str, str]:
    """The environment of a program that may keep its byte code."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def p99(values: Sequence[float]) -> float:
    """What 99 of 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, round(0.99 * len(values)))]


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lockerd-bench-") as made:
        yield Path(made)
