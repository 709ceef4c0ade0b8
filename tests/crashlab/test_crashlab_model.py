"""The laboratory's own instruments: the reader of records, and the disk that loses power."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from lab_disk import SECTOR, Disk
from lab_record import read_image, write_image
from lab_trace import (
    ROOT,
    Kernel,
    Kind,
    Link,
    Mark,
    Node,
    Op,
    Rename,
    Sync,
    TraceError,
    Truncate,
    Unlink,
    Write,
    calls,
)

DRAWS = 400


def quoted(text: str) -> str:
    return '"' + "".join(f"\\x{one:02x}" for one in text.encode()) + '"'


def traced(*lines: str) -> list[Op]:
    kernel = Kernel("/r", "/marks", frozenset(("toy",)))
    kernel.load({"d": Node(0o700, None), "d/old": Node(0o600, b"12345")})
    return list(kernel.traced(calls(f"77 {one}" for one in lines)))


def opened(path: str, flags: str, fd: int = 3) -> str:
    return f"openat(AT_FDCWD, {quoted(path)}, {flags}|O_CLOEXEC, 0600) = {fd}"


# -- the record -----------------------------------------------------------------------------------


def test_a_file_is_made_filled_synced_and_renamed() -> None:
    assert traced(
        opened("/r/d/new", "O_WRONLY|O_CREAT|O_EXCL"),
        f"write(3, {quoted('ab')}, 2) = 2",
        f"write(3, {quoted('cde')}, 3) = 2",
        "fsync(3) = 0",
        "close(3) = 0",
        f"rename({quoted('/r/d/new')}, {quoted('/r/d/old')}) = 0",
        opened("/r/d", "O_RDONLY|O_DIRECTORY"),
        "fsync(3) = 0",
        f"unlink({quoted('/r/d/old')}) = 0",
    ) == [
        Link(1, "new", 3),
        Write(3, 0, b"ab"),
        Write(3, 2, b"cd"),  # the kernel took only two
        Sync(3),
        Rename(1, "new", 1, "old", 3),
        Sync(1),
        Unlink(1, "old", 3),
    ]


def test_positions_follow_appends_seeks_and_truncations() -> None:
    assert traced(
        opened("/r/d/old", "O_WRONLY|O_APPEND"),
        f"write(3, {quoted('x')}, 1) = 1",
        opened("/r/d/old", "O_RDWR", 4),
        f"pwrite64(4, {quoted('y')}, 1, 40) = 1",
        "ftruncate(4, 7) = 0",
        "ftruncate(4, 7) = 0",
        opened("/r/d/old", "O_WRONLY|O_TRUNC", 5),
        "lseek(5, 9, SEEK_SET) = 9",
        f"write(5, {quoted('z')}, 1) = 1",
    ) == [
        Write(2, 5, b"x"),
        Write(2, 40, b"y"),
        Truncate(2, 7),
        Truncate(2, 0),
        Write(2, 9, b"z"),
    ]


def test_marks_stand_between_the_operations() -> None:
    assert traced(
        opened("/marks", "O_WRONLY|O_CREAT|O_APPEND"),
        "dup(3) = 9",
        f"mkdir({quoted('/r/e')}, 0700) = 0",
        f"write(9, {quoted('{}') + ''}, 3) = 3",
    ) == [Link(ROOT, "e", 3), Mark("{}")]


def test_a_file_may_have_two_names_and_move_between_directories() -> None:
    old, draft, second = quoted("/r/d/old"), quoted("/r/e/draft"), quoted("/r/e/b")
    assert traced(
        f"mkdir({quoted('/r/e')}, 0700) = 0",
        f"linkat(AT_FDCWD, {old}, AT_FDCWD, {draft}, 0) = 0",
        f"rename({old}, {draft}) = 0",  # two names of one file: nothing happens
        f"rename({draft}, {second}) = 0",
        f"rename({old}, {quoted('/r/e/a')}) = 0",
    ) == [
        Link(ROOT, "e", 3),
        Link(3, "draft", 2),
        Rename(3, "draft", 3, "b", 2),
        Rename(1, "old", 3, "a", 2),
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"unlink({quoted('/r/d/none')}) = -1 ENOENT (No such file or directory)",
        "fdatasync(3) = ?",
        f"unlink({quoted('/elsewhere')}) = 0",
        "writev(1, [{iov_base=..., iov_len=1}], 1) = 1",
        "+++ exited with 0 +++",
        f"rename({quoted('/r/toy.new')}, {quoted('/r/toy.json')}) = 0",
        opened("/r/d/journal.db-shm", "O_RDWR|O_CREAT", 4),
    ],
)
def test_what_changes_nothing_is_passed_over(line: str) -> None:
    assert traced(opened("/r/d/old", "O_RDWR"), line) == []


@pytest.mark.parametrize(
    "line",
    [
        "writev(3, [{iov_base=..., iov_len=1}], 1) = 1",
        "fallocate(3, 0, 0, 4096) = 0",
        "sync() = 0",
        f"truncate({quoted('/r/d/old')}, 0) = 0",
        f"linkat(AT_FDCWD, {quoted('/r/d/old')}, AT_FDCWD, {quoted('/b')}, 0) = 0",
        "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0) = 0x7f0000000000",
        f"pwrite64(3, {quoted('x')}..., 9000, 0) = 9000",
        f"rename({quoted('/r/d/old')}, {quoted('/up')}) = 0",
        f"chmod({quoted('/r/d/old')}, 0644) = 0",
        f"rmdir({quoted('/r/d')}) = 0",
        opened("/r/d/unheard-of", "O_RDONLY"),
        "fdatasync(3 <unfinished ...>",
        "clone3({flags=CLONE_VM}, 88) = 78",
    ],
)
def test_what_is_not_modelled_stops_the_laboratory(line: str) -> None:
    with pytest.raises(TraceError):
        traced(opened("/r/d/old", "O_RDWR"), line)


# -- the disk -------------------------------------------------------------------------------------

KINDS = {0: Kind(True, 0o700), 1: Kind(True, 0o700), 2: Kind(False, 0o600), 3: Kind(False, 0o600)}
BEGIN = {"d": Node(0o700, None), "d/old": Node(0o600, b"o" * 700)}


def disk_after(*ops: Op) -> Disk:
    disk = Disk(KINDS)
    disk.load(BEGIN)
    for one in ops:
        disk.apply(one)
    return disk


def outcomes(disk: Disk, draws: int = DRAWS) -> list[dict[str, Node]]:
    made = []
    for draw in range(draws):
        rng = random.Random(f"model:{draw}")
        made.append(disk.image(disk.cut(draw, rng), rng))
    return made


def contents(disk: Disk, path: str) -> set[bytes | None]:
    return {image[path].data if path in image else None for image in outcomes(disk)}


def test_the_first_two_outcomes_are_everything_lost_and_nothing_lost() -> None:
    disk = disk_after(Write(2, 0, b"new"), Unlink(1, "old", 2))
    lost, kept = outcomes(disk, 2)
    assert lost == BEGIN
    assert kept == {"d": BEGIN["d"]}


def test_what_was_synced_is_never_lost() -> None:
    data = b"n" * 3_000
    disk = disk_after(Write(2, 0, data), Sync(2), Link(1, "b", 3), Write(3, 0, data), Sync(1))
    assert contents(disk, "d/old") == {data}
    assert None not in contents(disk, "d/b")  # its name was synced, its content was not
    assert len(contents(disk, "d/b")) > 5


def test_a_synced_file_whose_name_was_not_synced_may_be_gone() -> None:
    disk = disk_after(Link(1, "b", 3), Write(3, 0, b"x"), Sync(3))
    assert contents(disk, "d/b") == {None, b"x"}


def test_writes_are_torn_at_sectors_only() -> None:
    old, data = b"o" * 2_100, b"n" * 1_700
    disk = disk_after(Write(2, 0, old), Sync(2), Write(2, 100, data))
    new = old[:100] + data + old[1_800:]
    seen = contents(disk, "d/old")
    for found in seen:
        assert found is not None
        for start in range(0, len(old), SECTOR):
            sector = slice(start, start + SECTOR)
            assert found[sector] in (old[sector], new[sector])
    assert len(seen) > 8


def test_a_rename_happened_or_not_and_both_are_tried() -> None:
    ops = (Link(1, "b", 3), Write(3, 0, b"x"), Sync(3), Sync(1), Rename(1, "b", 1, "old", 3))
    names = {tuple(sorted(image)) for image in outcomes(disk_after(*ops))}
    assert names == {("d", "d/b", "d/old"), ("d", "d/old")}
    assert contents(disk_after(*ops), "d/old") == {b"o" * 700, b"x"}
    assert contents(disk_after(*ops, Sync(1)), "d/old") == {b"x"}


def test_a_move_between_directories_is_whole_and_certain_when_both_are_synced() -> None:
    ops = Rename(1, "old", ROOT, "moved", 2), Sync(ROOT)
    moved, stayed = {"d", "moved"}, {"d", "d/old"}
    assert {frozenset(one) for one in outcomes(disk_after(*ops))} == {
        frozenset(moved),
        frozenset(stayed),
    }
    assert all(set(one) == moved for one in outcomes(disk_after(*ops, Sync(1))))


def test_two_names_of_a_file_stay_one_file(tmp_path: Path) -> None:
    image = outcomes(disk_after(Link(1, "twin", 2)), 2)[1]
    assert image["d/twin"] == Node(0o600, b"o" * 700, "d/old")
    write_image(tmp_path / "r", image)
    assert read_image(tmp_path / "r") == image
    again = Disk(KINDS)
    again.load(image)
    again.apply(Write(2, 0, b"new"))
    kept = outcomes(again, 2)[1]
    assert kept["d/twin"].data == kept["d/old"].data == b"new" + b"o" * 697


def test_a_lost_middle_reads_as_zeros_or_as_something_old() -> None:
    disk = disk_after(Write(2, 1_024, b"a" * SECTOR), Write(2, 2_048, b"b" * SECTOR))
    middles = {
        found[1_024:1_536]
        for found in contents(disk, "d/old")
        if found is not None and found[2_048:] == b"b" * SECTOR
    }
    assert bytes(SECTOR) in middles and b"a" * SECTOR in middles and len(middles) > 2


def test_a_lost_truncation_leaves_the_tail() -> None:
    disk = disk_after(Truncate(2, 10), Write(2, 10, b"new"))
    assert {len(one or b"") for one in contents(disk, "d/old")} >= {700, 10, 13}


def test_equal_keys_are_equal_trees() -> None:
    disk = disk_after(Write(2, 0, b"1" * 600), Link(1, "b", 3), Write(3, 0, b"2"), Truncate(2, 3))
    trees: dict[int, list[dict[str, Node]]] = {}
    for draw in range(DRAWS):
        rng = random.Random(f"model:{draw}")
        cut = disk.cut(draw, rng)
        if not cut.stale:
            trees.setdefault(disk.key(cut), []).append(disk.image(cut, rng))
    assert all(one == same[0] for same in trees.values() for one in same)
    assert len(trees) > 10


def test_nobody_relies_on_a_careless_file() -> None:
    def busy(names: Sequence[str]) -> Disk:
        disk = Disk(KINDS, frozenset(names))
        disk.load(BEGIN)
        disk.apply(Write(2, 0, b"1" * 600))
        return disk

    assert (busy(()).bits(), busy(("old",)).bits()) == (2, 0)


def test_an_unlinked_file_is_forgotten_once_that_is_durable() -> None:
    disk = disk_after(Write(2, 0, b"n"), Unlink(1, "old", 2), Sync(1))
    assert disk.bits() == 0 and contents(disk, "d/old") == {None}


def test_a_tree_is_written_and_read_back(tmp_path: Path) -> None:
    write_image(tmp_path / "r", BEGIN)
    write_image(tmp_path / "r", BEGIN)
    assert read_image(tmp_path / "r") == BEGIN
