"""Files that travel: names, limits, half-written files, and the memory on a stick."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from journal_kit import filled, moment, samples
from witness_kit import Witness, asked, named, taken, visit, witness_key

from lockerd.journal import keys as ks
from lockerd.journal import note
from lockerd.journal import spool as sp
from lockerd.journal import witness as wt
from lockerd.journal.store import Store
from lockerd.ports import JournalError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path / "s", 20)


def grow(store: Store, count: int = 3) -> None:
    source = samples(store.size)
    store.append([next(source) for _ in range(count)], moment(store.size))


# -- reading --------------------------------------------------------------------------------------


def test_only_small_regular_files_are_read(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(b"x" * 10)
    assert sp.read_file(good, 10) == b"x" * 10
    with pytest.raises(wt.WitnessError, match="more than 9"):
        sp.read_file(good, 9)
    (tmp_path / "link").symlink_to(good)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "directory").mkdir()
    for name in ("link", "pipe", "directory", "absent"):
        with pytest.raises(wt.WitnessError):
            sp.read_file(tmp_path / name)


def test_a_huge_file_costs_no_more_than_the_limit(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(wt.WitnessError, match="right file"):
        sp.read_file(huge)


def test_a_file_is_whole_or_absent_and_durable(tmp_path: Path) -> None:
    order: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        real_fsync, real_rename = os.fsync, Path.rename

        def fsync(fd: int) -> None:
            order.append("sync " + Path(os.readlink(f"/proc/self/fd/{fd}")).name)
            real_fsync(fd)

        def rename(self: Path, target: Path) -> Path:
            order.append(f"{self.name} -> {target.name}")
            return real_rename(self, target)

        patch.setattr(os, "fsync", fsync)
        patch.setattr(Path, "rename", rename)
        sp.place(tmp_path / "a/b/file", b"data")
    assert order[-3:] == ["sync file.tmp", "file.tmp -> file", "sync b"]
    assert (tmp_path / "a/b/file").read_bytes() == b"data"
    assert stat.S_IMODE((tmp_path / "a/b/file").stat().st_mode) == 0o600


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ks, "write_secret", full)
    with pytest.raises(sp.SpoolFailed, match="free space"):
        sp.place(tmp_path / "x", b"")


# -- names ----------------------------------------------------------------------------------------


def test_names_say_log_size_and_witness(store: Store, tmp_path: Path) -> None:
    head, key = store.head(), witness_key().key
    name = sp.request_name(head, key)
    assert name == f"{sp.origin_mark(store.origin)}-20.{key.key_id.hex()}.add-checkpoint"
    answer = sp.answer_name(tmp_path / name, witness_key())
    assert answer == tmp_path / name.replace(".add-checkpoint", ".cosignatures")
    other = sp.answer_name(tmp_path / name, witness_key("w2.example", 8))
    assert other != answer and other.name.startswith(answer.name.removesuffix(".cosignatures"))
    placed = sp.Spool(tmp_path).put(answer.name, b"x")
    for one in (answer.name, other.name, placed.name):
        assert sp.size_in(one, store.origin) == 20
        assert sp.size_in(one, "lockerd.example/rl08/1") is None
    for one in ("", "x.cosignatures", name.replace("-20.", "-020."), name.replace("-20.", "-x.")):
        assert sp.size_in(one, store.origin) is None


# -- the spool ------------------------------------------------------------------------------------


def test_what_waits_is_listed_with_a_limit(tmp_path: Path) -> None:
    spool = sp.Spool(tmp_path)
    assert spool.answers() == []
    for n in range(sp.MAX_FILES + 9):
        spool.put(f"{n:03}{sp.ANSWER}", b"x")
    spool.put("later.cosignatures", b"y")
    (spool.incoming / "half.cosignatures.tmp").write_bytes(b"half")
    (spool.incoming / "notes.txt").write_bytes(b"by hand")
    assert len(spool.answers()) == sp.MAX_FILES
    assert all(one.name.endswith(sp.ANSWER) for one in spool.answers())
    for path in spool.answers():
        spool.refuse(path)
    for path in spool.answers():
        spool.refuse(path)
    assert spool.answers() == []
    assert len(list(spool.refused.iterdir())) == sp.MAX_FILES
    assert sorted(one.name for one in spool.incoming.iterdir()) == [
        "half.cosignatures.tmp",
        "notes.txt",
    ]


def test_the_same_answer_twice_is_one_file(tmp_path: Path) -> None:
    spool = sp.Spool(tmp_path)
    assert spool.put("a.cosignatures", b"x") == spool.put("a.cosignatures", b"x")
    assert spool.put("a.cosignatures", b"y") != spool.put("a.cosignatures", b"x")
    assert len(spool.answers()) == 2


def test_only_the_newest_requests_are_kept(store: Store, tmp_path: Path) -> None:
    spool, request = sp.Spool(tmp_path), wt.ask(store, 0)
    for n in range(sp.MAX_FILES + 5):
        path = spool.ask(f"{n:03}{sp.REQUEST}", request)
        os.utime(path, ns=(n, n))
    spool.ask(f"zzz{sp.REQUEST}", request)
    kept = sorted(one.name for one in spool.out.iterdir())
    assert len(kept) == sp.MAX_FILES and f"000{sp.REQUEST}" not in kept
    (spool.out / f"zzz{sp.REQUEST}").write_bytes(b"spoilt")
    assert list(spool.shown()) == [request.checkpoint] * (sp.MAX_FILES - 1)


def test_a_directory_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / sp.SPOOL).write_bytes(b"a file where a directory belongs")
    with pytest.raises(sp.SpoolFailed):
        sp.Spool(tmp_path).answers()


# -- the log takes what came ----------------------------------------------------------------------


def test_each_answer_is_taken_once(store: Store, tmp_path: Path) -> None:
    state, witness = tmp_path / "s", Witness(tmp_path / "w")
    witness.admit(store)
    visit(store, state, witness)
    (one,) = taken(store, state, witness)
    assert (one.verdict, one.size) == ("cosigned", 20)
    assert sp.Spool(state).answers() == []
    (row,) = store.newest_cosignatures()
    assert (row.size, row.time) == (20, witness.time)
    event = store.entry(20).event
    assert event.TYPE == "anchor.cosigned"
    assert (getattr(event, "digest", ""), getattr(event, "size", 0)) == (row.digest, 20)
    # A replay of the same answer says nothing new and leaves no trace.
    sp.Spool(state).put("again.cosignatures", witness.memory.recall(store.origin).encode())
    (one,) = taken(store, state, witness)
    assert one.verdict == "known" and store.size == 21


def test_an_older_cosignature_is_no_news(store: Store, tmp_path: Path) -> None:
    state, witness = tmp_path / "s", Witness(tmp_path / "w")
    witness.admit(store)
    visit(store, state, witness)
    old = witness.memory.recall(store.origin)
    assert old is not None
    assert [one.verdict for one in taken(store, state, witness)] == ["cosigned"]
    grow(store)
    visit(store, state, witness)
    assert [one.verdict for one in taken(store, state, witness)] == ["cosigned"]
    sp.Spool(state).put("old.cosignatures", old.encode())
    size = store.size
    assert [one.verdict for one in taken(store, state, witness)] == ["known"]
    assert store.size == size and store.newest_cosignatures()[0].size == 24


def test_bare_lines_find_their_head_by_name_or_by_request(store: Store, tmp_path: Path) -> None:
    state, witness = tmp_path / "s", Witness(tmp_path / "w")
    witness.admit(store)
    request = asked(store, witness)
    line = witness.answer(request.text.encode()).body.encode()
    grow(store)
    spool = sp.Spool(state)
    spool.put("renamed.cosignatures", line)
    assert [one.verdict for one in taken(store, state, witness)] == ["refused"]
    assert [one.name[:7] for one in spool.refused.iterdir()] == ["renamed"]
    spool.ask("kept.add-checkpoint", request)
    spool.put("renamed.cosignatures", line)
    assert [one.verdict for one in taken(store, state, witness)] == ["cosigned"]


def test_a_half_written_answer_is_set_apart_and_the_whole_one_taken(
    store: Store, tmp_path: Path
) -> None:
    state, witness = tmp_path / "s", Witness(tmp_path / "w")
    witness.admit(store)
    visit(store, state, witness)
    (path,) = sp.Spool(state).answers()
    whole = path.read_bytes()
    for cut in (0, 1, 20, len(whole) - 1):
        path.write_bytes(whole[:cut])
        (one,) = taken(store, state, witness)
        assert one.verdict == "refused" and one.text
        assert not path.exists()
    assert store.size == 20 and not store.newest_cosignatures()
    path.write_bytes(whole)
    assert [one.verdict for one in taken(store, state, witness)] == ["cosigned"]


def test_what_is_not_for_us_changes_nothing(store: Store, tmp_path: Path) -> None:
    state = tmp_path / "s"
    with named(tmp_path / "t", "lockerd.example/rl08") as other:
        witness, stranger = Witness(tmp_path / "w"), Witness(tmp_path / "x", "x.example", 7)
        for one in (witness, stranger):
            one.admit(store)
            one.admit(other)
        spool = sp.Spool(state)
        visit(store, state, stranger)
        witness.answer(asked(other, witness).text.encode())
        spool.put("other.cosignatures", (witness.memory.recall(other.origin) or "").encode())
        spool.put("huge.cosignatures", b"x" * (wt.MAX_BYTES + 1))
        spool.put("size.cosignatures", b"7\n")
        spool.put("more.cosignatures", b"700\n")
        found = {one.file.split(".")[0]: one for one in taken(store, state, witness)}
    verdicts = sorted(one.verdict for one in found.values())
    assert verdicts == ["claims", "claims", "foreign", "refused", "refused"]
    assert "--old 7" in found["size"].text and "proves it" in found["more"].text
    assert store.size == 20 and not store.newest_cosignatures()
    assert len(list(spool.refused.iterdir())) == 5


def test_a_witness_from_the_future_is_refused_where_time_is_known(
    store: Store, tmp_path: Path
) -> None:
    from lockerd.journal import anchors as an

    state, witness = tmp_path / "s", Witness(tmp_path / "w")
    witness.admit(store)
    witness.time += 10 * 86_400
    visit(store, state, witness)
    (path,) = sp.Spool(state).answers()
    data = path.read_bytes()
    anchors = an.Anchors(state, store, [witness.vkey])
    (one,) = anchors.take(moment(store.size, hi=True))
    assert one.verdict == "refused" and "ahead" in one.text
    # The twin: without an upper bound of our own, its word stands.
    path.write_bytes(data)
    (one,) = anchors.take(moment(store.size))
    assert one.verdict == "cosigned"


def test_several_witnesses_in_one_file(store: Store, tmp_path: Path) -> None:
    state = tmp_path / "s"
    one, two = Witness(tmp_path / "w"), Witness(tmp_path / "x", "w2.example", 7)
    lines = ""
    for witness in (one, two):
        witness.admit(store)
        lines += witness.answer(asked(store, witness).text.encode()).body
    sp.Spool(state).put("both.cosignatures", (wt.ask(store, 0).checkpoint + lines).encode())
    found = taken(store, state, one, two)
    assert [each.verdict for each in found] == ["cosigned", "cosigned"]
    assert len(store.newest_cosignatures()) == 2
    assert len(store.checkpoint().split("\u2014")) == 2, "the head moved on, unwitnessed"
    seen = note.parse_note(store.signed(note.Checkpoint(store.origin, 20, store.head().root)))
    assert len(seen.signatures) == 3


# -- the memory of a witness ----------------------------------------------------------------------


def test_a_memory_is_written_before_the_answer_leaves(store: Store, tmp_path: Path) -> None:
    """A cut after the memory and before the answer: asking again gives the head that was signed."""
    witness, state = Witness(tmp_path / "w"), tmp_path / "s"
    witness.admit(store)
    request = asked(store, witness)
    witness.answer(request.text.encode())  # the answer is lost on its way
    again = witness.answer(request.text.encode())
    assert again.status == 409 and again.file is not None
    sp.Spool(state).put("again.cosignatures", again.file.encode())
    assert [one.verdict for one in taken(store, state, witness)] == ["cosigned"]


def test_a_memory_that_cannot_be_written_signs_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Witness(tmp_path / "w")
    witness.admit(store)
    real = ks.write_secret

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ks, "write_secret", full)
    with pytest.raises(JournalError):
        witness.answer(asked(store, witness).text.encode())
    monkeypatch.setattr(ks, "write_secret", real)
    assert witness.memory.recall(store.origin) is None
    assert witness.answer(asked(store, witness).text.encode()).status == 200


def test_a_memory_is_used_by_one_process_at_a_time(store: Store, tmp_path: Path) -> None:
    witness = Witness(tmp_path / "w")
    witness.admit(store)
    with witness.memory.held(), pytest.raises(JournalError, match="wait"):
        witness.answer(asked(store, witness).text.encode())
    assert witness.answer(asked(store, witness).text.encode()).status == 200


def test_logs_are_admitted_once_and_by_their_own_keys(store: Store, tmp_path: Path) -> None:
    memory = sp.Memory(tmp_path / "w")
    key = note.parse_vkey(store.vkey)
    assert memory.logs() == {}
    assert memory.admit(key) and not memory.admit(key)
    assert memory.logs() == {store.origin: [key]}
    other = note.SigningKey(store.origin, b"k" * 32).key
    assert memory.admit(other)
    assert memory.logs() == {store.origin: [key, other]}
    with pytest.raises(wt.WitnessError, match="a log"):
        memory.admit(witness_key().key)
    logs = memory.dir / "logs"
    text = logs.read_text()
    logs.write_text(f"# two cabinets\n\n{text}")
    assert memory.logs() == {store.origin: [key, other]}
    for bad in ("log x\n", f"witness {key.vkey}\n", f"log {witness_key().key.vkey}\n", "\x00"):
        logs.write_text(text + bad)
        with pytest.raises(wt.WitnessError):
            memory.logs()


def test_a_memory_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sp, "MAX_LOGS", 2)
    memory = sp.Memory(tmp_path)
    keys = [note.SigningKey(f"lockerd.example/d{n}/1", bytes([n]) * 32).key for n in range(3)]
    assert memory.admit(keys[0]) and memory.admit(keys[1])
    with pytest.raises(wt.WitnessError, match="another witness"):
        memory.admit(keys[2])


def test_a_monitor_finds_the_checkpoint_under_its_hash(store: Store, tmp_path: Path) -> None:
    from hashlib import sha256

    witness = Witness(tmp_path / "w")
    witness.admit(store)
    witness.answer(asked(store, witness).text.encode())
    place = tmp_path / "w" / sha256(store.origin.encode()).hexdigest() / "checkpoint"
    keys = [note.parse_vkey(store.vkey), witness.signer.key]
    opened, proven = note.open_note(place.read_bytes(), keys)
    assert note.parse_checkpoint(opened.text) == store.head() and len(proven) == 2
    place.write_bytes(b"\xff")
    with pytest.raises(wt.WitnessError, match="damaged"):
        witness.memory.recall(store.origin)
