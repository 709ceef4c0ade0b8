"""A cut anywhere in the write-ahead log leaves a prefix of whole transactions that goes on."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from journal_kit import again, moment, samples, started

from lockerd.core import events as ev
from lockerd.journal import leaf as lf
from lockerd.journal.verify import verify

SEEDS = (1, 2, 3)


def written(directory: Path, seed: int) -> tuple[list[int], list[lf.Leaf]]:
    """A journal whose writer was killed: sizes at which it acknowledged, and what it wrote."""
    pick, source = random.Random(seed), samples(seed)
    store = started(directory / "live", seed)
    if seed % 2:
        assert store.fold()
    sizes = [store.size]
    while len(sizes) < 30:
        store.append([next(source) for _ in range(pick.randint(1, 4))], moment(store.size))
        sizes.append(store.size)
    shutil.copytree(directory / "live", directory / "killed")
    entries = list(store.entries())
    store.close()
    return sizes, entries


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cut_leaves_whole_transactions(tmp_path: Path, seed: int) -> None:
    print("seed", seed)
    sizes, entries = written(tmp_path, seed)
    pick = random.Random(seed)
    wal = (tmp_path / "killed/journal.db-wal").read_bytes()
    assert len(wal) > 29 * 4096
    seen: list[int] = []
    for cut in sorted({len(wal), *(pick.randrange(len(wal)) for _ in range(50))}):
        copy = tmp_path / f"cut{cut}"
        shutil.copytree(tmp_path / "killed", copy)
        (copy / "journal.db-shm").unlink()
        tail = pick.choice([b"", pick.randbytes(pick.randrange(9000)), bytes(5000)])
        whole = cut == len(wal)
        (copy / "journal.db-wal").write_bytes(wal[:cut] + (b"" if whole else tail))
        with again(copy) as store:
            assert store.size in (0, *sizes), (cut, store.size)
            assert list(store.entries()) == entries[: store.size]
            seen.append(store.size)
            if store.size:
                assert verify(copy, store.vkey).good
                store.append([ev.DoorClosed(unit="A1")], moment(999))
                assert verify(copy, store.vkey).good
        shutil.rmtree(copy)
    assert seen == sorted(seen)
    assert seen[-1] == sizes[-1]  # everything acknowledged is there when nothing was cut
    assert len(set(seen)) > 10
