"""Exports: the layout that others read, byte for byte, and nothing written over anything."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from journal_kit import NAME, large, started

from lockerd.journal import export as ex
from lockerd.journal import leaf as lf
from lockerd.journal import note, tlog
from lockerd.journal.errors import JournalReadOnly, NoSuchEntry
from lockerd.journal.store import Store
from lockerd.ports import JournalError


@pytest.mark.parametrize(
    ("n", "path"),
    [
        (0, "000"),
        (7, "007"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (1_000_000_000, "x001/x000/x000/000"),
    ],
)
def test_tile_numbers(n: int, path: str) -> None:
    assert ex.tile_number(n) == path
    assert ex.tile_path(1, n, 256) == f"tile/1/{path}"
    assert ex.tile_path("entries", n, 3) == f"tile/entries/{path}.p/3"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, [(0, 0, 1)]),
        (256, [(0, 0, 256), (1, 0, 1)]),
        (257, [(0, 0, 256), (0, 1, 1), (1, 0, 1)]),
        (65_536, None),
        (70_094, None),
    ],
)
def test_tiles_of_a_size(size: int, expected: list[tuple[int, int, int]] | None) -> None:
    found = list(ex.tiles(size))
    if expected is not None:
        assert found == expected
    for level in range(4):  # the partial width is floor(size / 256^level) mod 256
        rest = (size // 256**level) % 256
        partial = [one for one in found if one[0] == level and one[2] != 256]
        assert [one[2] for one in partial] == ([rest] if rest else [])
        assert len([one for one in found if one[0] == level and one[2] == 256]) == (
            size // 256 ** (level + 1)
        )


def test_an_export_says_the_log_in_every_form(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with large(tmp_path / "s", 600) as store:
        done = ex.export(store, tmp_path / "out", progress=lambda *now: seen.append(now))
        leaves = [leaf for _, leaf in store.leaves()]
        vkey, head = store.vkey, store.head()
        texts = [(idx, one) for idx in range(600) for one in store.disclosures(idx)]
    out = tmp_path / "out"
    assert done == 600 and seen == [(256, 600), (512, 600), (600, 600)]
    files = {str(one.relative_to(out)) for one in out.rglob("*") if one.is_file()}
    assert files == {
        "README", "vkey", "checkpoint", "entries.jsonl", "disclosures.jsonl",
        "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
        "tile/entries/000", "tile/entries/001", "tile/entries/002.p/88",
    }  # fmt: skip
    assert (out / "vkey").read_text() == vkey + "\n"
    opened, _ = note.open_note((out / "checkpoint").read_bytes(), [note.parse_vkey(vkey)])
    assert note.parse_checkpoint(opened.text) == head
    lines = [json.loads(one) for one in (out / "entries.jsonl").read_text().splitlines()]
    assert [one["index"] for one in lines] == list(range(600))
    assert [base64.b64decode(one["leaf"]) for one in lines] == leaves
    shown = [json.loads(one) for one in (out / "disclosures.jsonl").read_text().splitlines()]
    assert [(one["index"], one["disclosure"]) for one in shown] == texts
    assert all(one["digest"] == lf.digest_of(one["disclosure"]) for one in shown)
    assert f"{NAME}/1, 600 entries" in (out / "README").read_text()


def test_tiles_are_read_by_the_book(tmp_path: Path) -> None:
    """By the specification alone: hashes of bundles, and roots of full tiles one level up."""
    with large(tmp_path / "s", 600) as store:
        ex.export(store, tmp_path / "out")
        head = store.head()
    tile = tmp_path / "out/tile"
    hashes: list[bytes] = []
    for name in ("000", "001", "002.p/88"):
        bundle, at = (tile / "entries" / name).read_bytes(), 0
        own: list[bytes] = []
        while at < len(bundle):
            length = int.from_bytes(bundle[at : at + 2], "big")
            own.append(sha256(b"\0" + bundle[at + 2 : at + 2 + length]).digest())
            at += 2 + length
        assert b"".join(own) == (tile / "0" / name).read_bytes()
        hashes += own
    upper = (tile / "1/000.p/2").read_bytes()
    for n in range(2):
        row = hashes[n * 256 : n * 256 + 256]
        while len(row) > 1:
            row = [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
        assert row[0] == upper[n * 32 : n * 32 + 32]
    frontier = tlog.Frontier()
    for one in hashes:
        frontier.append(one)
    assert frontier.root() == head.root


def test_personal_data_can_stay_behind(tmp_path: Path) -> None:
    with large(tmp_path / "s", 60) as store:
        ex.export(store, tmp_path / "out", disclose=False)
    assert not (tmp_path / "out/disclosures.jsonl").exists()
    for file in (tmp_path / "out").rglob("*"):
        assert not file.is_file() or "Zoë".encode() not in file.read_bytes()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    with started(tmp_path / "s") as store:
        (tmp_path / "out").mkdir()
        ex.export(store, tmp_path / "out")  # an empty one is fine
        before = {one: one.stat().st_mtime_ns for one in (tmp_path / "out").rglob("*")}
        with pytest.raises(JournalError, match="not empty"):
            ex.export(store, tmp_path / "out")
        assert before == {one: one.stat().st_mtime_ns for one in (tmp_path / "out").rglob("*")}
        (tmp_path / "file").write_text("")
        with pytest.raises(JournalReadOnly, match="writable directory"):
            ex.export(store, tmp_path / "file")


def test_an_empty_journal_has_nothing_to_export(tmp_path: Path) -> None:
    from journal_kit import seeded

    with (
        Store.open(tmp_path / "s", name=NAME, random=seeded(1)) as store,
        pytest.raises(NoSuchEntry, match="empty"),
    ):
        ex.export(store, tmp_path / "out")


def test_an_export_beside_a_running_daemon(tmp_path: Path) -> None:
    with large(tmp_path / "s", 300) as store, Store.read(tmp_path / "s") as reader:
        assert ex.export(reader, tmp_path / "out") == store.size
