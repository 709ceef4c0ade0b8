"""Salvage: every row on an intact page comes up, nothing forged is vouched for, nothing is touched.

The journal that is damaged is made once: about 2,000 pages.  What a page holds is told by looking
for the entries' own numbers in the file, without the code under test.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_kit import again, filled, large, moment, started

from lockerd.core import events as ev
from lockerd.journal import haul as hauling
from lockerd.journal import tlog
from lockerd.journal.errors import JournalDamaged, JournalReadOnly
from lockerd.journal.haul import Haul, gather
from lockerd.journal.pages import PAGE_SIZE, Pages
from lockerd.journal.reader import DATABASE, Reader
from lockerd.journal.salvage import Report, salvage
from lockerd.journal.source import Kind
from lockerd.journal.verify import Verdict, verify
from lockerd.ports import JournalError

ENTRIES = 20_000
COUNTS = (1, 5, 50, 500)
SEEDS = 25


class Wreck(NamedTuple):
    """The journal before it was damaged: its bytes, its key, the page that each entry stands on."""

    data: bytes
    vkey: str
    page_of: dict[int, int]
    leaves: dict[int, bytes]

    @property
    def pages(self) -> int:
        return len(self.data) // PAGE_SIZE


@pytest.fixture(scope="module")
def wreck(tmp_path_factory: pytest.TempPathFactory) -> Wreck:
    directory = tmp_path_factory.mktemp("whole")
    with large(directory, ENTRIES) as store:
        vkey, leaves = store.vkey, dict(store.leaves())
    data = (directory / DATABASE).read_bytes()
    found: dict[int, list[int]] = defaultdict(list)
    for hit in re.finditer(rb'"seq":(\d+),', data):
        found[int(hit[1])].append(hit.start() // PAGE_SIZE)
    assert all(len(pages) == 1 for pages in found.values()) and len(found) == ENTRIES
    return Wreck(data, vkey, {idx: pages[0] for idx, pages in found.items()}, leaves)


def damaged(wreck: Wreck, directory: Path, count: int, chance: random.Random) -> set[int]:
    """Write the journal with `count` pages overwritten; their numbers from 0."""
    gone = set(chance.sample(range(wreck.pages), count))
    data = bytearray(wreck.data)
    for page in gone:
        what = chance.choice(["noise", "zeros", "ones"])
        bad = {"noise": chance.randbytes(PAGE_SIZE), "zeros": bytes(PAGE_SIZE)}
        at = page * PAGE_SIZE
        data[at : at + PAGE_SIZE] = bad.get(what, b"\xff" * PAGE_SIZE)
    (directory / DATABASE).write_bytes(data)
    return gone


def gathered(file: Path) -> Haul:
    pages = Pages(file)
    try:
        return gather(pages)
    finally:
        pages.close()


def wrong(wreck: Wreck, gone: set[int], haul: Haul) -> set[int]:
    """Entries that should have come up and did not, or the other way round."""
    wanted = {idx for idx, page in wreck.page_of.items() if page not in gone}
    return wanted ^ haul.places.keys()


@pytest.mark.slow
@pytest.mark.parametrize("count", COUNTS)
def test_every_row_on_an_intact_page_comes_up(wreck: Wreck, count: int, tmp_path: Path) -> None:
    """But for one that was changed without its hash; and the damaged file stays as it is."""
    for seed in range(SEEDS):
        print(f"count {count} seed {seed}")
        chance = random.Random(f"{count} {seed}")
        gone = damaged(wreck, tmp_path, count, chance)
        idx = forgeable(wreck, chance.randrange(ENTRIES - 100), gone)
        put(wreck, tmp_path / DATABASE, idx, consistent=False)
        before = stats(tmp_path)
        assert wrong(wreck, gone, gathered(tmp_path / DATABASE)) == {idx}
        assert stats(tmp_path) == before


def test_a_page_that_is_passed_over_is_noticed(
    wreck: Wreck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a scanner that gives up after the first bad page."""
    gone = damaged(wreck, tmp_path, 5, random.Random(1))
    honest = hauling._look

    def hasty(haul: Haul, page: int, place: object, roots: object) -> None:
        if page <= min(gone):
            honest(haul, page, place, roots)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(hauling, "_look", hasty)
    assert wrong(wreck, gone, gathered(tmp_path / DATABASE))


def stats(directory: Path) -> list[tuple[str, int, int, bytes]]:
    files = sorted(one for one in directory.iterdir() if one.is_file())
    return [(f.name, f.stat().st_size, f.stat().st_mtime_ns, f.read_bytes()) for f in files]


def salvaged(source: Path, out: Path, vkey: str | None) -> tuple[Report, Verdict]:
    """Salvage, with proof that the damaged files were left as they were; and the verdict."""
    directory = source if source.is_dir() else source.parent
    before = stats(directory)
    report = salvage(source, out, vkey)
    assert stats(directory) == before
    return report, verify(out, vkey)


@pytest.mark.parametrize("count", COUNTS)
def test_the_verdict_names_the_first_missing_entry(
    wreck: Wreck, count: int, tmp_path: Path
) -> None:
    print(f"seed {count}")
    (tmp_path / "state").mkdir()
    gone = damaged(wreck, tmp_path / "state", count, random.Random(count))
    lost = sorted(idx for idx, page in wreck.page_of.items() if page in gone)
    report, verdict = salvaged(tmp_path / "state", tmp_path / "out", wreck.vkey)
    assert report.entries == ENTRIES - len(lost)
    first = lost[0] if lost else ENTRIES
    assert report.whole == first
    assert (verdict.kind, verdict.first_bad) == (Kind.INCOMPLETE, first)
    assert report.verified <= first and verdict.size == report.verified
    for start, stop in report.proven:
        assert start >= report.verified
        assert all(wreck.page_of[idx] not in gone for idx in range(start, stop))
    lines = (tmp_path / "out" / "entries.jsonl").read_text().splitlines()
    assert [json.loads(one)["index"] for one in lines] == [
        idx for idx, page in sorted(wreck.page_of.items()) if page not in gone
    ]


def test_what_lies_behind_a_gap_is_proven_by_a_later_seal(wreck: Wreck, tmp_path: Path) -> None:
    """One page is lost; its blocks' stored hashes bridge the gap for all whole blocks behind it."""
    (tmp_path / "state").mkdir()
    page = wreck.page_of[9_000]
    lost = sorted(idx for idx, one in wreck.page_of.items() if one == page)
    data = bytearray(wreck.data)
    data[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = bytes(PAGE_SIZE)
    (tmp_path / "state" / DATABASE).write_bytes(data)
    report, verdict = salvaged(tmp_path / "state", tmp_path / "out", wreck.vkey)
    assert report.gaps == ((lost[0], lost[-1] + 1),) and report.tail_whole
    behind = (lost[-1] // 256 + 1) * 256
    before = (report.verified, lost[0] // 256 * 256)
    assert report.proven == (before, (behind, ENTRIES)), "what the gap cut from its seal is, too"
    assert (verdict.kind, verdict.first_bad) == (Kind.INCOMPLETE, lost[0])


def test_nothing_was_lost_after_all(wreck: Wreck, tmp_path: Path) -> None:
    """Only pages that no tree leads to any more, so to say: the verdict is a whole one."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / DATABASE).write_bytes(wreck.data)
    report, verdict = salvaged(tmp_path / "state", tmp_path / "out", wreck.vkey)
    assert report.complete and report.verified == ENTRIES
    assert verdict.kind is Kind.VERIFIED_UNWITNESSED and verdict.size == ENTRIES


def test_an_end_that_cannot_be_read_is_said(wreck: Wreck, tmp_path: Path) -> None:
    """The last page of entries is gone: what is left looks whole, and is not called so."""
    (tmp_path / "state").mkdir()
    page = wreck.page_of[ENTRIES - 1]
    first = min(idx for idx, one in wreck.page_of.items() if one == page)
    data = bytearray(wreck.data)
    data[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = bytes(PAGE_SIZE)
    (tmp_path / "state" / DATABASE).write_bytes(data)
    report, verdict = salvaged(tmp_path / "state", tmp_path / "out", wreck.vkey)
    assert not report.gaps and not report.tail_whole and not report.complete
    assert (verdict.kind, verdict.first_bad) == (Kind.INCOMPLETE, first)


# -- forgeries ------------------------------------------------------------------------------------


def forgeable(wreck: Wreck, start: int, gone: Collection[int] = ()) -> int:
    """The next entry whose letters can be changed, on a page that is not `gone`."""
    return next(
        idx
        for idx in range(start, ENTRIES)
        if b'"role":"d' in wreck.leaves[idx] and wreck.page_of[idx] not in gone
    )


def put(wreck: Wreck, file: Path, idx: int, consistent: bool) -> None:
    """Change a letter of an entry in a file; with the hash that fits it if `consistent`."""
    data, leaf = file.read_bytes(), wreck.leaves[idx]
    other = leaf.replace(b'"role":"d', b'"role":"b')
    assert other != leaf and data.count(leaf) == 1
    data = data.replace(leaf, other)
    if consistent:
        data = data.replace(tlog.leaf_hash(leaf), tlog.leaf_hash(other))
    file.write_bytes(data)


def forge(wreck: Wreck, file: Path, idx: int, consistent: bool) -> None:
    """The whole file with one entry changed."""
    file.write_bytes(wreck.data)
    put(wreck, file, idx, consistent)


@pytest.mark.slow
@pytest.mark.parametrize("count", COUNTS)
def test_no_forged_row_is_accepted_from_a_damaged_file(
    wreck: Wreck, count: int, tmp_path: Path
) -> None:
    """Its hash fits, so it comes up: but not as one that the device has sealed."""
    for seed in range(SEEDS):
        print(f"count {count} seed {seed}")
        chance, room = random.Random(f"forged {count} {seed}"), tmp_path / str(seed)
        (room / "state").mkdir(parents=True)
        gone = damaged(wreck, room / "state", count, chance)
        idx = forgeable(wreck, chance.randrange(ENTRIES - 100), gone)
        put(wreck, room / "state" / DATABASE, idx, consistent=True)
        before = stats(room / "state")
        report = salvage(room / "state", room / "out", wreck.vkey)
        assert stats(room / "state") == before
        assert report.verified <= idx
        assert not any(start <= idx < stop for start, stop in report.proven)
        shutil.rmtree(room)


def test_a_changed_row_is_not_taken(wreck: Wreck, tmp_path: Path) -> None:
    idx = forgeable(wreck, 7_000)
    forge(wreck, tmp_path / DATABASE, idx, consistent=False)
    assert wrong(wreck, set(), gathered(tmp_path / DATABASE)) == {idx}


@pytest.mark.parametrize("start", [3, 7_000, ENTRIES - 40])
def test_a_forged_row_is_never_vouched_for(wreck: Wreck, start: int, tmp_path: Path) -> None:
    """Leaf and hash agree, so it comes up; the seals say that it is not one of ours."""
    (tmp_path / "state").mkdir()
    idx = forgeable(wreck, start)
    forge(wreck, tmp_path / "state" / DATABASE, idx, consistent=True)
    report, verdict = salvaged(tmp_path / "state", tmp_path / "out", wreck.vkey)
    assert report.whole == ENTRIES and report.verified <= idx and report.proven == ()
    assert verdict.kind is Kind.INVALID
    assert verdict.first_bad is not None and verdict.first_bad <= idx


def test_a_forged_row_behind_a_gap_is_not_proven(wreck: Wreck, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    idx = forgeable(wreck, 15_000)
    file, page = tmp_path / "state" / DATABASE, wreck.page_of[9_000]
    forge(wreck, file, idx, consistent=True)
    data = bytearray(file.read_bytes())
    data[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = bytes(PAGE_SIZE)
    file.write_bytes(data)
    report, _ = salvaged(tmp_path / "state", tmp_path / "out", wreck.vkey)
    assert report.proven, "what lies before the forgery still is"
    assert all(not start <= idx < stop for start, stop in report.proven)
    assert max(stop for _, stop in report.proven) <= idx


def test_another_devices_key_vouches_for_nothing(wreck: Wreck, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / DATABASE).write_bytes(wreck.data)
    with started(tmp_path / "other", seed=5) as other:
        report, verdict = salvaged(tmp_path / "state", tmp_path / "out", other.vkey)
    assert (report.verified, report.proven) == (0, ())
    assert verdict.kind is Kind.INVALID


# -- the log beside it, overflow, erasure ---------------------------------------------------------


def unfolded(tmp_path: Path, size: int = 300) -> tuple[Path, str]:
    """A state directory as a power cut leaves it: most of the journal is in the log."""
    with filled(tmp_path / "alive", 40) as store:
        store.fold()
    store = again(tmp_path / "alive")
    for step in range(40, size):
        actor = ev.Actor("operator", str(step))
        store.append([ev.AttentionAcknowledged(actor=actor, key=f"k{step}")], moment(step))
    shutil.copytree(tmp_path / "alive", tmp_path / "state")
    vkey = store.vkey
    store.close()
    return tmp_path / "state", vkey


def test_what_is_in_the_log_alone_comes_up(tmp_path: Path) -> None:
    state, vkey = unfolded(tmp_path)
    assert (state / f"{DATABASE}-wal").stat().st_size > 500_000
    report, verdict = salvaged(state, tmp_path / "out", vkey)
    assert report.complete and report.entries == 300
    assert verdict.kind is Kind.VERIFIED_UNWITNESSED


@pytest.mark.parametrize(("name", "count"), [(DATABASE, PAGE_SIZE), (f"{DATABASE}-wal", 32)])
def test_headers_are_not_needed(tmp_path: Path, name: str, count: int) -> None:
    state, vkey = unfolded(tmp_path)
    with (state / name).open("r+b") as file:
        file.write(bytes(count))
    report, _ = salvaged(state, tmp_path / "out", vkey)
    assert report.entries == 300 and report.verified == 300


def test_the_log_helps_alone(tmp_path: Path) -> None:
    """Its pages hold the last of what was folded too, and all that was not."""
    state, vkey = unfolded(tmp_path)
    (state / DATABASE).write_bytes(b"")
    report, verdict = salvaged(state, tmp_path / "out", vkey)
    assert report.gaps[0][0] == 0 and report.gaps[0][1] <= 40
    assert report.proven == ((256, 300),), "the stored hash of the first block is in the log"
    assert (verdict.kind, verdict.first_bad) == (Kind.INCOMPLETE, 0)


def test_a_damaged_frame_costs_what_it_alone_holds(tmp_path: Path) -> None:
    """SQLite itself would drop the rest of the log behind it."""
    state, vkey = unfolded(tmp_path)
    log = state / f"{DATABASE}-wal"
    data = bytearray(log.read_bytes())
    step = 24 + PAGE_SIZE
    frames = (len(data) - 32) // step
    middle = 32 + frames // 2 * step
    data[middle + 24 : middle + step] = bytes(PAGE_SIZE)
    log.write_bytes(data)
    with Reader.read(shutil.copytree(state, tmp_path / "opened")) as reader:
        assert reader.size < 250, "SQLite stops at the damage"
    report, _ = salvaged(state, tmp_path / "out", vkey)
    assert report.entries >= 299 and report.verified == 300


def test_frames_of_an_earlier_log_are_nobodys(tmp_path: Path) -> None:
    state, vkey = unfolded(tmp_path)
    log = state / f"{DATABASE}-wal"
    data = bytearray(log.read_bytes())
    step = 24 + PAGE_SIZE
    for at in range(32, len(data), step):
        data[at + 8] ^= 0xFF  # another salt
    log.write_bytes(data)
    report, _ = salvaged(state, tmp_path / "out", vkey)
    assert report.entries == 40


def stuffed(tmp_path: Path) -> tuple[Path, str, dict[int, int]]:
    """A journal whose entries are of 1 to 60 kB; and how many bytes each has."""
    sizes: dict[int, int] = {}
    with started(tmp_path / "state") as store:
        for step, size in enumerate([900, 3_900, 4_100, 9_000, 60_000, 4_061, 30], 1):
            store.append([ev.LogStopped(reason="x" * size)], moment(step))
            sizes[step] = len(store.leaf(step))
        return tmp_path / "state", store.vkey, sizes


def test_long_entries_are_read_along_their_chain(tmp_path: Path) -> None:
    state, vkey, sizes = stuffed(tmp_path)
    report, verdict = salvaged(state, tmp_path / "out", vkey)
    assert report.entries == len(sizes) + 1 and report.complete
    assert verdict.kind is Kind.VERIFIED_UNWITNESSED


def test_a_lost_overflow_page_costs_one_entry(tmp_path: Path) -> None:
    state, vkey, _ = stuffed(tmp_path)
    data = bytearray((state / DATABASE).read_bytes())
    full = bytes(PAGE_SIZE - 4).replace(b"\0", b"x")
    page = next(
        n for n in range(len(data) // PAGE_SIZE)
        if data[n * PAGE_SIZE + 4 : (n + 1) * PAGE_SIZE] == full
    )  # fmt: skip
    data[page * PAGE_SIZE + 9] ^= 1
    (state / DATABASE).write_bytes(data)
    report, verdict = salvaged(state, tmp_path / "out", vkey)
    assert len(report.gaps) == 1 and report.entries == 7
    assert verdict.first_bad == report.gaps[0][0]


def test_what_was_erased_stays_so(tmp_path: Path) -> None:
    """The disclosure still stands in the database file, under the newer page in the log."""
    with filled(tmp_path / "alive", 30) as store:
        store.fold()
    store = again(tmp_path / "alive")
    digests = [one for one in store.entry(1).digests]
    assert digests and store.disclosures(1)
    gone = ev.PrivacyErased(subject="ho:1", basis="asked", digests=tuple(digests))
    store.append([gone], moment(30))
    shutil.copytree(tmp_path / "alive", tmp_path / "state")
    vkey = store.vkey
    store.close()
    text = (tmp_path / "state" / DATABASE).read_bytes()
    assert digests[0].encode() in text.replace(store_leaf(tmp_path, 1), b""), "it is still there"
    report, _ = salvaged(tmp_path / "state", tmp_path / "out", vkey)
    assert report.disclosures > 0
    assert digests[0] not in (tmp_path / "out" / "disclosures.jsonl").read_text()
    # The log is lost, and with it the newer page; the entry that erased is gone too: as it was.
    (tmp_path / "state" / f"{DATABASE}-wal").unlink()
    salvage(tmp_path / "state", tmp_path / "out2", vkey)
    assert digests[0] in (tmp_path / "out2" / "disclosures.jsonl").read_text()


def store_leaf(tmp_path: Path, idx: int) -> bytes:
    with Reader.read(tmp_path / "state") as reader:
        return reader.leaf(idx)


# -- what cannot be done --------------------------------------------------------------------------


def test_nothing_is_written_over(tmp_path: Path) -> None:
    filled(tmp_path / "state", 5).close()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("")
    with pytest.raises(JournalError, match="not empty"):
        salvage(tmp_path / "state", tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalReadOnly, match="writable directory"):
        salvage(tmp_path / "state", tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"not a database", bytes(3 * PAGE_SIZE)])
def test_a_file_without_an_entry_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(JournalDamaged, match="not one whole entry; use the second copy"):
        salvage(tmp_path / "x.db", tmp_path / "out")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="No such file"):
        salvage(tmp_path / "x.db", tmp_path / "out")


def test_a_sector_that_cannot_be_read_is_a_page_without_content(
    wreck: Wreck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / DATABASE).write_bytes(wreck.data)
    bad = wreck.page_of[9_000]
    honest = os.pread

    def failing(fd: int, count: int, at: int) -> bytes:
        if at <= bad * PAGE_SIZE < at + count:
            raise OSError(5, "Input/output error")
        return honest(fd, count, at)

    monkeypatch.setattr(os, "pread", failing)
    found = gathered(tmp_path / DATABASE)
    assert wrong(wreck, {bad}, found) == set()
    assert found.pages.unreadable == 1


def test_without_a_key_the_databases_own_is_used_and_said(tmp_path: Path) -> None:
    with filled(tmp_path / "state", 20) as store:
        vkey = store.vkey
    report, _ = salvaged(tmp_path / "state", tmp_path / "out", None)
    assert (report.vkey, report.trusted, report.verified) == (vkey, False, 20)
    assert verify(tmp_path / "out", vkey).kind is Kind.VERIFIED_UNWITNESSED


Bend = Callable[[bytearray, random.Random], None]


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(400):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def shift(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randrange(1, 600)]


def shuffle(data: bytearray, chance: random.Random) -> None:
    for _ in range(8):
        one, two = (chance.randrange(len(data) // PAGE_SIZE) * PAGE_SIZE for _ in range(2))
        page = data[one : one + PAGE_SIZE]
        data[one : one + PAGE_SIZE] = data[two : two + PAGE_SIZE]
        data[two : two + PAGE_SIZE] = page


@pytest.mark.parametrize("bend", [flip, shift, shuffle])
def test_whatever_the_bytes_are_rows_come_up_or_not(tmp_path: Path, bend: Bend) -> None:
    """Headers, pointers and logs too; what comes up is what was there, or nothing does."""
    state, vkey = unfolded(tmp_path)
    with Reader.read(shutil.copytree(state, tmp_path / "opened")) as reader:
        leaves = dict(reader.leaves())
    for seed in range(12):
        print(f"seed {seed}")
        chance = random.Random(seed)
        copy = tmp_path / f"bent{seed}"
        shutil.copytree(state, copy)
        for name in (DATABASE, f"{DATABASE}-wal"):
            data = bytearray((copy / name).read_bytes())
            bend(data, chance)
            (copy / name).write_bytes(data)
        try:
            report, verdict = salvaged(copy, tmp_path / f"out{seed}", vkey)
        except JournalDamaged:
            continue
        for line in (tmp_path / f"out{seed}" / "entries.jsonl").read_text().splitlines():
            row = json.loads(line)
            if row["index"] < report.verified:
                assert leaves[row["index"]] == b64decode(row["leaf"])
        assert verdict.kind in (Kind.INCOMPLETE, Kind.VERIFIED_UNWITNESSED)


@given(st.binary(max_size=2 * PAGE_SIZE), st.sampled_from([2, 5, 10, 13]))
@settings(max_examples=60)
def test_a_page_of_anything_is_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.db"
    page = (bytes([kind]) + data).ljust(PAGE_SIZE, b"\x81")
    path.write_bytes(bytes(PAGE_SIZE) + page)
    assert gathered(path).places == {}
