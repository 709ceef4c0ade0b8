"""The second copy: every line, every torn end, every medium that fails or lies."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_kit import NAME, again, filled, large, moment, samples, started

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.journal import contrary
from lockerd.journal import copy as room
from lockerd.journal.behind import FIRST_REST_MS, LAST_REST_MS, Behind
from lockerd.journal.copy import Copier, CopyDiffers, CopyFailed, Line, RolledBack, read_line
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.ports import JournalError


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    (tmp_path / "medium").mkdir()
    return tmp_path / "medium"


def copied(state: Path, medium: Path) -> bytes:
    """Bring the copy up to date; its bytes."""
    copier = Copier(medium, state)
    copier.step(sync=True)
    copier.close()
    return (medium / "rl07-1.copy").read_bytes()


def lines_of(store: Store) -> list[Line]:
    return [Line(idx, leaf, store.seal(idx)) for idx, leaf in store.leaves()]


# -- lines ----------------------------------------------------------------------------------------

LINES = st.builds(
    Line,
    st.integers(0, 2**53),
    st.binary(min_size=1, max_size=300).map(lambda leaf: leaf.replace(b"\n", b" ")),
    st.none() | st.binary(min_size=64, max_size=64),
)


@given(LINES)
def test_a_line_comes_back(line: Line) -> None:
    raw = room.entry_line(line)
    assert raw.endswith(b"\n") and raw.count(b"\n") == 1
    assert read_line(raw) == line


@given(LINES, st.data())
def test_no_bit_and_no_byte_of_a_line_is_spare(line: Line, data: st.DataObject) -> None:
    raw = room.entry_line(line)
    at = data.draw(st.integers(0, len(raw) - 1))
    flipped = bytearray(raw)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    assert read_line(bytes(flipped)) is None
    assert read_line(raw[:at]) is None and read_line(raw[at + 1 :]) is None


@given(st.integers(0, 2**53), st.data())
def test_a_mark_comes_back_and_has_no_spare_bit(count: int, data: st.DataObject) -> None:
    raw = room.mark_line(count)
    assert room.read_mark(raw) == count and read_line(raw) is None
    flipped = bytearray(raw)
    flipped[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert room.read_mark(bytes(flipped)) is None


@given(st.binary(max_size=200))
def test_anything_else_is_no_line(raw: bytes) -> None:
    assert read_line(raw) is None and room.read_mark(raw) is None
    assert room.read_header(raw) is None


def test_a_person_can_read_it(tmp_path: Path, medium: Path) -> None:
    with filled(tmp_path / "s", 12) as store:
        text = copied(tmp_path / "s", medium).decode()
        first, *rest, mark = text.splitlines()
        assert re.fullmatch(r"[0-9a-f]{8} synced 12", mark)
        assert re.fullmatch(rf"[0-9a-f]{{8}} lockerd-copy/v1 {re.escape(store.vkey)}", first)
        assert len(rest) == 12
        for idx, (line, raw) in enumerate(zip(lines_of(store), rest, strict=True)):
            form = r"[0-9a-f]{8} (\d+) (-|[A-Za-z0-9+/]{86}==) (\{.*\})"
            found = re.fullmatch(form, raw)
            assert found is not None and int(found[1]) == idx
            assert (found[2] == "-") == (line.seal is None) and found[3].encode() == line.leaf
    assert (medium / "rl07-1.copy").stat().st_mode & 0o777 == 0o600


def test_what_must_be_erasable_is_not_in_it(tmp_path: Path, medium: Path) -> None:
    """No name, no salt that hides one, no verifier row."""
    with filled(tmp_path / "s", 30) as store:
        cred = ev.Verifier("c1", "pin", "123", b"saltsaltsaltsalt", b"h" * 32, 2, b"m" * 32)
        store.append(
            [ev.CredentialMinted(ho="1", unit="A1", cred="c1", verifiers=(cred,))], moment(30)
        )
        texts = [text for _, text in store.all_disclosures(store.size)]
    data = copied(tmp_path / "s", medium)
    assert texts and all(one.encode() not in data for one in texts)
    assert "Zoë".encode() not in data and b"saltsalt" not in data and b"h" * 32 not in data


# -- behind the journal ---------------------------------------------------------------------------


def test_it_follows_every_commit_and_says_the_same(tmp_path: Path, medium: Path) -> None:
    with started(tmp_path / "s") as store:
        copier = Copier(medium, tmp_path / "s")
        source, pick = samples(3), random.Random(3)
        for _ in range(40):
            store.append([next(source) for _ in range(pick.randint(1, 9))], moment(store.size))
            assert copier.step(sync=False) == store.size
        copier.close()
        head, vkey = store.head(), store.vkey
    verdict = verify(medium / "rl07-1.copy", vkey, every_seal=True)
    assert (verdict.kind, verdict.size) == (Kind.VERIFIED_UNWITNESSED, head.size)
    assert verdict.warnings == ("disclosures were withheld: names cannot be checked",)
    assert verify(medium / "rl07-1.copy", vkey, known=[head]).good


def test_it_catches_up_after_an_absence(tmp_path: Path, medium: Path) -> None:
    large(tmp_path / "s", 700).close()
    copied(tmp_path / "s", medium)
    with again(tmp_path / "s") as store:
        source = samples(4)
        while store.size < 2_000:
            store.append([next(source) for _ in range(100)], moment(store.size))
        vkey, size = store.vkey, store.size
    before = (medium / "rl07-1.copy").stat().st_size
    data = copied(tmp_path / "s", medium)
    assert len(data) > before
    assert verify(medium / "rl07-1.copy", vkey).size == size


def test_what_is_up_to_date_is_not_written_again(tmp_path: Path, medium: Path) -> None:
    filled(tmp_path / "s", 40).close()
    assert copied(tmp_path / "s", medium) == copied(tmp_path / "s", medium)


def test_each_epoch_has_its_own_file() -> None:
    assert room.file_name(f"{NAME}/1") == "rl07-1.copy"
    assert room.file_name(f"{NAME}/12") == "rl07-12.copy"


@pytest.mark.parametrize("seed", range(20))
def test_a_torn_end_is_cut_off_and_written_again(tmp_path: Path, medium: Path, seed: int) -> None:
    """A power cut anywhere: lost bytes at the end, or noise after it."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    filled(tmp_path / "s", 40, most=8).close()
    whole = copied(tmp_path / "s", medium)
    torn = whole[: chance.randrange(len(whole))]
    if seed % 2:
        torn += chance.randbytes(chance.randrange(6_000))
    (medium / "rl07-1.copy").write_bytes(torn)
    if len(torn) < len(room.header_line("")) or not whole.startswith(torn[:200]):
        shorter = whole.index(b"\n") + 1
        (medium / "rl07-1.copy").write_bytes(torn if whole.startswith(torn) else whole[:shorter])
    assert copied(tmp_path / "s", medium) == whole


def test_every_cut_of_a_short_copy(tmp_path: Path, medium: Path) -> None:
    filled(tmp_path / "s", 4, most=3).close()
    whole = copied(tmp_path / "s", medium)
    for end in range(0, len(whole), 7):
        (medium / "rl07-1.copy").write_bytes(whole[:end])
        assert copied(tmp_path / "s", medium) == whole


def synced_in_steps(state: Path, medium: Path, store: Store, marks: int) -> list[int]:
    """Append and sync by turns, then append without a sync; the sizes that were synced."""
    copier = Copier(medium, state)
    sizes = []
    for step in range(marks):
        store.append([ev.LogStopped(reason="x" * 700)] * 3, moment(step))
        copier.step(sync=True)
        sizes.append(store.size)
    for step in range(12):
        store.append([ev.LogStopped(reason="y" * 700)] * 2, moment(step))
        copier.step(sync=False)
    copier.close()
    return sizes


def holds_all(file: Path, store: Store) -> bool:
    raws = file.read_bytes().splitlines(keepends=True)[1:]
    found = [read_line(one) for one in raws if room.read_mark(one) is None]
    return found == lines_of(store)


@pytest.mark.parametrize("seed", range(30))
def test_sectors_lost_before_a_later_line_are_written_again(
    tmp_path: Path, medium: Path, seed: int
) -> None:
    """A cut takes any sectors that were not synced, and leaves the last line as it was."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    with started(tmp_path / "s") as store:
        synced_in_steps(tmp_path / "s", medium, store, 3)
        file = medium / "rl07-1.copy"
        data = bytearray(file.read_bytes())
        durable = data.index(b" synced 10\n") - 8  # everything before that mark was synced
        for at in range(-(-durable // 512) * 512, len(data), 512):
            if chance.random() < 0.2:
                width = len(data[at : at + 512])
                data[at : at + width] = bytes(width) if seed % 2 else chance.randbytes(width)
        file.write_bytes(data)
        copied(tmp_path / "s", medium)
        assert holds_all(file, store)
        assert verify(file, store.vkey).size == store.size


def test_without_the_marks_check_a_hole_would_stay(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: where a start trusts the last line, what was torn before it is never missed."""
    honest = room._tail

    def trusting(fd: int, start: int) -> object:
        found = honest(fd, start)
        assert found.last is not None
        size = os.fstat(fd).st_size
        return found._replace(entries=found.last.idx + 1, end=size, synced=size)

    with started(tmp_path / "s") as store:
        synced_in_steps(tmp_path / "s", medium, store, 3)
        file = medium / "rl07-1.copy"
        data = file.read_bytes()
        at = data.index(b" synced 10\n") + 3_000
        file.write_bytes(data[:at] + bytes(512) + data[at + 512 :])
        with monkeypatch.context() as patch:
            patch.setattr(room, "_tail", trusting)
            copied(tmp_path / "s", medium)
        assert not holds_all(file, store)
        copied(tmp_path / "s", medium)
        assert holds_all(file, store)


def test_a_start_reads_from_the_last_mark_on(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounded work, whatever the copy's length."""
    with large(tmp_path / "s", 5_000) as store:
        copied(tmp_path / "s", medium)
        length = (medium / "rl07-1.copy").stat().st_size
        store.append([ev.LogStopped(reason="x")], moment(1))
        copier = Copier(medium, tmp_path / "s")
        copier.step(sync=False)
        copier.close()
        read: list[int] = []
        honest = os.pread

        def counting(fd: int, count: int, at: int) -> bytes:
            read.append(at)
            return honest(fd, count, at)

        monkeypatch.setattr(os, "pread", counting)
        copied(tmp_path / "s", medium)
        assert length > 1_000_000
        assert read and all(at == 0 or at > length - 2 * room._CHUNK for at in read), read


def test_a_first_line_that_was_torn_is_written_again(tmp_path: Path, medium: Path) -> None:
    """Its length was on the disk, its sectors were not; there was nothing else."""
    filled(tmp_path / "s", 4).close()
    whole = copied(tmp_path / "s", medium)
    first = whole.index(b"\n") + 1
    for torn in (bytes(first), whole[:40] + bytes(first - 40), b"\xff" * 20):
        (medium / "rl07-1.copy").write_bytes(torn)
        assert copied(tmp_path / "s", medium) == whole


def test_the_last_seal_is_found_whatever_lies_behind_it(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines longer than what is read at once, and a long transaction without its end."""
    monkeypatch.setattr(room, "_CHUNK", 1_000)
    with started(tmp_path / "s") as store:
        store.append([ev.LogStopped(reason="x" * 5_000)], moment(1))
        store.append([ev.LogStopped(reason="y" * 900) for _ in range(30)], moment(2))
    whole = copied(tmp_path / "s", medium)
    last = whole.rstrip(b"\n").rfind(b"\n")
    (medium / "rl07-1.copy").write_bytes(whole[: last + 40])
    assert copied(tmp_path / "s", medium) == whole


# -- a journal that is not the copy's -------------------------------------------------------------


def parted(tmp_path: Path, medium: Path, there: int, here: int) -> bytes:
    """A copy that went on for `there` entries and an old image that did for `here`; the copy."""
    filled(tmp_path / "s", 20).close()
    shutil.copytree(tmp_path / "s", tmp_path / "old image")
    for state, count, unit in (("s", there, "A2"), ("old image", here, "A9")):
        with again(tmp_path / state) as store:
            for _ in range(count):
                store.append([ev.DepositStarted(ho="1", unit=unit)], moment(store.size))
        if state == "s":
            before = copied(tmp_path / "s", medium)
    return before


@pytest.mark.parametrize(("there", "here"), [(1, 0), (5, 0), (5, 1), (5, 5), (1, 9), (300, 2)])
def test_a_copy_proves_a_rollback_and_names_what_is_lost(
    tmp_path: Path, medium: Path, there: int, here: int
) -> None:
    """Whether the old image stood still, went on a little, or is the longer one by now."""
    before = parted(tmp_path, medium, there, here)
    with pytest.raises(RolledBack) as told:
        copied(tmp_path / "old image", medium)
    assert told.value.seen_size == 20 + there
    assert str(told.value) == (
        f"the second copy has {20 + there} entries that were signed here, of which 20 are here: "
        f"the record was put back; lost: {there} deposit.started; about compartments A2"
    )
    assert (medium / "rl07-1.copy").read_bytes() == before, "the proof is left as it is"


def test_a_short_text_names_a_great_loss(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contrary, "_KINDS_MAX", 3)
    filled(tmp_path / "s", 9).close()
    shutil.copytree(tmp_path / "s", tmp_path / "old image")
    with again(tmp_path / "s") as store:
        source = samples(5)
        store.append([next(source) for _ in range(1_000)], moment(9))
        for place in range(30):
            store.append([ev.DepositStarted(ho="1", unit=f"B{place}")], moment(1_009))
    copied(tmp_path / "s", medium)
    with pytest.raises(RolledBack) as told:
        copied(tmp_path / "old image", medium)
    assert len(str(told.value)) < 400
    assert ", others; about compartments" in str(told.value)
    assert str(told.value).endswith(" more")


@pytest.mark.parametrize("how", ["leaf", "seal", "hole"])
def test_a_copy_that_somebody_changed_proves_nothing(
    tmp_path: Path, medium: Path, how: str
) -> None:
    """The twin: without this log's own signature over it, a longer past ends no log."""
    parted(tmp_path, medium, 5, 1)
    file = medium / "rl07-1.copy"
    lines = file.read_bytes().splitlines(keepends=True)
    lost = [one for one in map(read_line, lines[21:26]) if one is not None]
    assert [one.idx for one in lost] == [20, 21, 22, 23, 24]
    if how == "hole":
        lines[21:25] = []
    elif how == "leaf":
        other = lost[0]._replace(leaf=lost[0].leaf.replace(b"A2", b"A3"))
        lines[21] = room.entry_line(other)
    else:
        lines[21:26] = [room.entry_line(one._replace(seal=bytes(64))) for one in lost]
    file.write_bytes(b"".join(lines))
    with pytest.raises(CopyDiffers, match=r"it has 25 entries, the journal 21: .* rolled back"):
        copied(tmp_path / "old image", medium)
    assert file.read_bytes() == b"".join(lines)


def test_what_is_whole_of_a_damaged_end_is_proof_enough(tmp_path: Path, medium: Path) -> None:
    parted(tmp_path, medium, 5, 1)
    file = medium / "rl07-1.copy"
    lines = file.read_bytes().splitlines(keepends=True)
    line = read_line(lines[23])
    assert line is not None and line.idx == 22
    lines[23] = room.entry_line(line._replace(leaf=line.leaf + b" "))
    file.write_bytes(b"".join(lines))
    with pytest.raises(RolledBack, match="has 21 entries that were signed here, of which 20"):
        copied(tmp_path / "old image", medium)


def test_damage_before_the_parting_hides_no_proof(tmp_path: Path, medium: Path) -> None:
    """What both share is the journal's to say."""
    parted(tmp_path, medium, 5, 1)
    file = medium / "rl07-1.copy"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[4] = b"00000000 rotten\n"
    file.write_bytes(b"".join(lines))
    with pytest.raises(RolledBack):
        copied(tmp_path / "old image", medium)


def test_where_they_part_is_found_in_a_long_copy(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By bisection, however far back the image is, and whatever the reader's step."""
    monkeypatch.setattr(contrary, "_NEAR_BYTES", 300)
    with large(tmp_path / "s", 400) as store:
        vkey = store.vkey
    sizes = []
    for number in range(4):
        shutil.copytree(tmp_path / "s", tmp_path / f"image {number}")
        with again(tmp_path / "s", 50 + number) as store:
            sizes.append(store.size)
            source = samples(number)
            store.append([next(source) for _ in range(150)], moment(store.size))
    copied(tmp_path / "s", medium)
    for number, size in enumerate(sizes):
        with pytest.raises(RolledBack, match=f"has 1000 entries .* of which {size} are here"):
            copied(tmp_path / f"image {number}", medium)
    assert verify(medium / "rl07-1.copy", vkey).size == 1_000


def test_a_copy_of_a_later_epoch_is_not_passed_by(tmp_path: Path, medium: Path) -> None:
    filled(tmp_path / "s", 5).close()
    copied(tmp_path / "s", medium)
    (medium / "rl07-2.copy").write_bytes(b"of an epoch that this card knows nothing of")
    (medium / "rl08-7.copy").write_bytes(b"another device's")
    with pytest.raises(CopyDiffers, match=r"rl07-2.copy lies beside .* put back to an epoch"):
        copied(tmp_path / "s", medium)
    (medium / "rl07-2.copy").unlink()
    copied(tmp_path / "s", medium)


def test_another_log_of_the_same_name(tmp_path: Path, medium: Path) -> None:
    filled(tmp_path / "s", 5, seed=1).close()
    filled(tmp_path / "t", 5, seed=2).close()
    copied(tmp_path / "s", medium)
    with pytest.raises(CopyDiffers, match="is of another log; keep it elsewhere"):
        copied(tmp_path / "t", medium)


def test_a_damaged_entry_is_not_passed_on(tmp_path: Path, medium: Path) -> None:
    import sqlite3

    filled(tmp_path / "s", 9).close()
    db = sqlite3.connect(tmp_path / "s" / "journal.db")
    db.execute("DROP TRIGGER entry_update")
    db.execute("UPDATE entry SET leaf=CAST(replace(leaf, 'a', 'b') AS BLOB) WHERE idx=4")
    db.commit()
    db.close()
    with pytest.raises(CopyFailed, match="entry 4 of the journal is damaged"):
        copied(tmp_path / "s", medium)


# -- media ----------------------------------------------------------------------------------------


def test_a_missing_directory_is_a_missing_medium(tmp_path: Path) -> None:
    filled(tmp_path / "s", 5).close()
    copier = Copier(tmp_path / "medium", tmp_path / "s")
    with pytest.raises(CopyFailed, match="is not there; put its medium back"):
        copier.step(sync=False)
    assert not (tmp_path / "medium").exists(), "it is never made here"
    (tmp_path / "medium").mkdir()
    assert copier.step(sync=True) == 5
    copier.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_taken_away_is_missed_when_idle(
    tmp_path: Path, medium: Path, replaced: bool
) -> None:
    """It could be written for ever, and nobody would find it."""
    filled(tmp_path / "s", 5).close()
    copier = Copier(medium, tmp_path / "s")
    copier.step(sync=True)
    (medium / "rl07-1.copy").rename(tmp_path / "elsewhere")
    if replaced:
        shutil.copy(tmp_path / "elsewhere", medium / "rl07-1.copy")
    copier.step(sync=False)
    with pytest.raises(CopyFailed, match="was replaced" if replaced else "No such file"):
        copier.step(sync=True)
    assert copier.step(sync=True) == 5, "and the next turn begins afresh"
    copier.close()
    assert (medium / "rl07-1.copy").read_bytes() == (tmp_path / "elsewhere").read_bytes()


def test_one_process_writes_it(tmp_path: Path, medium: Path) -> None:
    filled(tmp_path / "s", 5).close()
    first = Copier(medium, tmp_path / "s")
    first.step(sync=False)
    with pytest.raises(CopyFailed, match="another process writes"):
        copied(tmp_path / "s", medium)
    first.close()
    copied(tmp_path / "s", medium)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "free space there"), (errno.EIO, "replace the medium"), (errno.EROFS, "")],
)
def test_a_write_that_fails_half_way_leaves_a_copy_that_goes_on(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    filled(tmp_path / "s", 40).close()
    honest, left = os.write, [3_000]

    def failing(fd: int, data: bytes) -> int:
        if left[0] <= 0:
            raise OSError(number, os.strerror(number))
        done = honest(fd, bytes(data)[: min(left[0], 500)])
        left[0] -= done
        return done

    monkeypatch.setattr(os, "write", failing)
    copier = Copier(medium, tmp_path / "s")
    with pytest.raises(CopyFailed, match=f"the second copy: .*{words}"):
        copier.step(sync=False)
    monkeypatch.undo()
    assert copier.step(sync=True) == 40
    copier.close()
    with again(tmp_path / "s") as store:
        assert verify(medium / "rl07-1.copy", store.vkey).size == 40


def test_it_reaches_the_medium_when_idle_and_at_every_mebibyte(
    tmp_path: Path, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(tmp_path / "s") as store:
        copier = Copier(medium, tmp_path / "s")
        copier.step(sync=True)
        synced: list[int] = []
        monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_size))
        copier.step(sync=True)
        assert synced == [], "nothing is new"
        event = ev.LogStopped(reason="x" * 50_000)
        for step in range(45):
            before = len(synced)
            store.append([event], moment(step + 1))
            synced[before:] = []  # what the journal itself does
            copier.step(sync=False)
        assert len(synced) == 2
        copier.step(sync=True)
        size = (medium / "rl07-1.copy").stat().st_size
        assert len(synced) == 3 and synced[-1] == size - len(room.mark_line(46))
        copier.close()


# -- who runs it ----------------------------------------------------------------------------------


class Medium:
    """Steps in for a copier: fails while `fault` is set."""

    def __init__(self) -> None:
        self.fault: str | None = None
        self.steps: list[bool] = []
        self.closed = 0

    def step(self, sync: bool) -> int:
        self.steps.append(sync)
        if self.fault is not None:
            raise JournalError(self.fault)
        return 0

    def close(self) -> None:
        self.closed += 1


class Room:
    """A `Behind` with a clock that a test moves."""

    def __init__(self) -> None:
        self.medium, self.said, self.up_ms = Medium(), list[str | None](), 0
        self.behind = Behind(self.medium, self._hear, lambda: self.up_ms)  # type: ignore[arg-type]

    def _hear(self, message: msg.Message) -> None:
        assert isinstance(message, msg.CopyChanged)
        self.said.append(message.fault)

    def nudge(self, after_ms: int = 0) -> int:
        """Nudge a while later; how often the copier was asked so far."""
        self.up_ms += after_ms
        self.behind.nudge(False)
        return len(self.medium.steps)


def test_a_failure_is_said_once_and_so_is_its_end() -> None:
    r = Room()
    r.nudge()
    r.nudge(1)
    r.medium.fault = "gone; put it back"
    for _ in range(5):
        r.nudge(FIRST_REST_MS * 32)
    r.medium.fault = None
    r.nudge(LAST_REST_MS)
    assert r.said == [None, "gone; put it back", None]
    r.behind.stop(sync=True)
    assert r.medium.steps[-1] is True and r.medium.closed == 1


def test_it_rests_longer_after_each_failure() -> None:
    """A loose plug does not fill the journal: at most a few dozen lines a day."""
    r = Room()
    for minute in range(24 * 60):
        r.medium.fault = "gone" if minute % 2 else None
        r.nudge(60_000)
    assert len(r.said) <= 60
    assert r.medium.steps, "and it never gives up"
    r.medium.fault = None
    before = len(r.medium.steps)
    assert r.nudge(LAST_REST_MS) == before + 1


def test_nothing_is_asked_of_a_copy_that_rests() -> None:
    r = Room()
    r.medium.fault = "gone"
    asked = r.nudge()
    assert r.nudge(FIRST_REST_MS - 1) == asked
    assert r.nudge(1) == asked + 1
    assert r.nudge(2 * FIRST_REST_MS - 1) == asked + 1
    assert r.nudge(1) == asked + 2
    r.behind.stop(sync=False)
    assert r.medium.closed == 1 and len(r.medium.steps) == asked + 2
