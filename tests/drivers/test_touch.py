"""The touch panel's device: held open, thrown away, missed when it goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drivers.source import BACKOFF_MS
from drivers.touch import TouchWatch
from lockerd.core.messages import PartChanged


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A device node whose reports come through a pipe, as a kernel's would."""
    path = tmp_path / "event0"
    os.mkfifo(path)
    return path


def test_what_it_reports_is_thrown_away_and_its_end_is_a_fact(node: Path) -> None:
    touch = TouchWatch(str(node))
    assert touch.fileno() is None
    assert touch.turn(0) == [PartChanged("touch", True)]
    finger = os.open(node, os.O_WRONLY | os.O_NONBLOCK)
    os.write(finger, bytes(24 * 300))
    assert touch.read_ready(10) == []
    assert touch.read_ready(10) == []
    assert touch.read_ready(10) == [], "woken for nothing"
    os.close(finger)
    assert touch.read_ready(20) == [PartChanged("touch", False, "gone")]
    assert touch.fileno() is None
    assert touch.problem is not None and "check its cable" in touch.problem
    assert touch.turn(20 + BACKOFF_MS[0]) == [PartChanged("touch", True)]
    touch.close()


def test_a_node_that_is_missing_is_tried_again(tmp_path: Path, node: Path) -> None:
    path = tmp_path / "by-path"
    touch = TouchWatch(str(path))
    assert touch.turn(0) == [PartChanged("touch", False, "gone")]
    assert touch.turn(10) == [], "not before its time"
    path.symlink_to(node)
    assert touch.turn(BACKOFF_MS[0]) == [PartChanged("touch", True)]
    touch.close()
    touch.close()
