"""The laboratory's twins: what is known to lose entries loses them here, or it proves nothing."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from lab_record import STORIES, Recording, record
from lab_story import MODES
from lab_trace import Mark, Op
from lab_work import a_room, again, record_stories, run

STATES = 20_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        ("wal-normal", {"lost"}),
        ("delete-full", {"lost"}),
        ("names-unsynced", {"lost", "refused", "key"}),
        ("copy-trusted", {"copy"}),
    ],
)
def test_a_journal_that_is_known_to_lose_entries_loses_them(mode: str, kinds: set[str]) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    result = run(mode, seed, STATES, os.cpu_count() or 1, True, print)
    assert result.failures, f"{mode} survived {result.states} states, seed {seed}"
    assert set(result.kinds) <= kinds
    name, what = result.failures[0]
    once_more = again(mode, seed, name, None)
    assert [one for one, _ in once_more.failures] == [name], what


def shape(op: Op) -> tuple[object, ...]:
    """An operation without what SQLite draws at random."""
    if isinstance(op, Mark):
        return ("mark", op.what["mark"])
    return (type(op).__name__, *(
        len(value) if isinstance(value, bytes) else value
        for value in (getattr(op, name) for name in op.__slots__)
    ))  # fmt: skip


def test_a_seed_gives_the_same_record_again() -> None:
    def once() -> Recording:
        with a_room() as room:
            return record_stories(room, MODES[0], 12, ["first"])[0]

    one, two = once(), once()
    assert [shape(op) for op in one.ops] == [shape(op) for op in two.ops]
    assert one.histories[1].leaves == two.histories[1].leaves


def test_a_record_leaves_its_room_as_it_says(tmp_path: Path) -> None:
    """Recording compares the model with the disk after every phase, killed ones included."""
    made = record("killed", STORIES["killed"], tmp_path, MODES[0], 13)
    kinds = {shape(op)[0] for op in made.ops}
    assert {"Write", "Truncate", "Link", "Unlink", "Sync", "mark"} <= kinds
    assert made.floors[-1].size == len(made.histories[1].leaves)
