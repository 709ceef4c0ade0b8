"""The end of an epoch and the beginning of the next: on disk, cut anywhere, and in a cabinet."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from journal_kit import NAME, again, filled, genesis, moment, seeded
from witness_kit import witness_key

from lockerd.core import events as ev
from lockerd.core.replay import replay
from lockerd.journal import certificate as cert
from lockerd.journal import epochs, note
from lockerd.journal import keys as ks
from lockerd.journal.errors import JournalBusy, JournalDamaged, JournalFrozen, KeyLost
from lockerd.journal.reader import Reader
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.ports import JournalError


def frozen(directory: Path, size: int = 20) -> Path:
    """A state directory whose log was closed."""
    with filled(directory, size) as store:
        store.append([ev.LogFrozen(reason="rolled back")], moment(store.size))
    (directory / "vkey").write_text("old\n")
    (directory / "snapshots").mkdir()
    (directory / "snapshots/12.json").write_text("{}")
    (directory / "spool/in").mkdir(parents=True)
    (directory / "spool/in/x.cosignatures").write_text("evidence")
    (directory / "patrol.json").write_text("{}")
    return directory


def opened(directory: Path, seed: int = 5) -> Store:
    return epochs.open_journal(directory, NAME, seeded(seed))


def test_a_closed_log_is_put_aside_whole(tmp_path: Path) -> None:
    state = frozen(tmp_path / "s")
    old_key = (state / "keys/log.key").read_bytes()
    pepper = (state / "keys/pepper").read_bytes()
    with Reader.read(state) as reader:
        head, vkey = reader.checkpoint(), reader.vkey
    with opened(state) as store:
        assert (store.origin, store.epoch, store.size) == (f"{NAME}/2", 2, 0)
        assert store.prev == head and not store.frozen
        assert store.pepper == pepper
        store.append([genesis(store)], moment(99))
    past = state / "epochs/1"
    assert verify(past, vkey).kind is Kind.VERIFIED_UNWITNESSED
    assert verify(state).good
    assert (past / "vkey").read_text() == f"{vkey}\n"
    assert (past / "snapshots/12.json").exists() and not (state / "snapshots").exists()
    assert (past / "spool/in/x.cosignatures").exists() and not (state / "spool").exists()
    assert (past / "patrol.json").exists() and not (state / "patrol.json").exists()
    assert not (past / "keys").exists(), "the old key was to be destroyed"
    assert old_key not in [one.read_bytes() for one in (state / "keys").iterdir()]
    assert sorted(one.name for one in (state / "keys").iterdir()) == ["log.key", "pepper"]
    with again(state) as store:
        assert (store.epoch, store.size) == (2, 1)


def test_an_open_log_is_not_left(tmp_path: Path) -> None:
    filled(tmp_path / "s", 5).close()
    with pytest.raises(JournalError, match="not closed"):
        epochs.next_epoch(tmp_path / "s", NAME, seeded(1))
    with opened(tmp_path / "s") as store:
        assert (store.epoch, store.size) == (1, 5)
    assert not (tmp_path / "s/epochs").exists()


def test_a_closed_log_takes_nothing_more(tmp_path: Path) -> None:
    state = frozen(tmp_path / "s")
    with again(state) as store, pytest.raises(JournalFrozen):
        store.append([ev.DoorClosed(unit="A1")], moment(99))


def test_epochs_follow_each_other(tmp_path: Path) -> None:
    state = frozen(tmp_path / "s")
    for epoch in (2, 3, 4):
        with opened(state, epoch) as store:
            assert (store.epoch, store.origin) == (epoch, f"{NAME}/{epoch}")
            head = note.parse_checkpoint(note.parse_note(store.prev or "").text)
            assert head.origin == f"{NAME}/{epoch - 1}"
            store.append([genesis(store)], moment(100 * epoch))
            store.append([ev.LogFrozen(reason="again")], moment(100 * epoch + 1))
    assert sorted(one.name for one in (state / "epochs").iterdir()) == ["1", "2", "3"]
    for past in (state / "epochs").iterdir():
        assert verify(past, (past / "vkey").read_text()).good


# -- cut anywhere ---------------------------------------------------------------------------------


class Cut(BaseException):
    """The supply failed here."""


STEPS: tuple[tuple[Any, str], ...] = (
    (os, "open"),
    (os, "fsync"),
    (os, "link"),
    (Path, "rename"),
    (Path, "unlink"),
    (Path, "mkdir"),
    (sqlite3, "connect"),
)
"""Every call that changes the disk or waits for it."""


class Supply:
    """Fails before the call number `at`; counts calls."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int | None) -> None:
        self.calls = 0
        self._at = at
        for owner, name in STEPS:
            patch.setattr(owner, name, self._wrapped(getattr(owner, name)))

    def _wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if self.calls == self._at:
                raise Cut
            self.calls += 1
            return call(*args, **kwargs)

        return counted


def test_a_cut_anywhere_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    original = frozen(tmp_path / "original")
    with Reader.read(original) as reader:
        head, leaves = reader.checkpoint(), [leaf for _, leaf in reader.leaves()]
    shutil.copytree(original, tmp_path / "whole")
    with pytest.MonkeyPatch.context() as patch:
        supply = Supply(patch, None)
        epochs.next_epoch(tmp_path / "whole", NAME, seeded(2))
        total = supply.calls
    assert total > 25
    seen = {"old": 0, "new": 0}
    for at in range(total):
        state = tmp_path / f"cut{at}"
        shutil.copytree(original, state)
        with pytest.MonkeyPatch.context() as patch:
            Supply(patch, at)
            with pytest.raises(Cut):
                epochs.next_epoch(state, NAME, seeded(2))
        with Reader.read(state) as reader:
            seen["old" if reader.epoch == 1 else "new"] += 1
            assert reader.epoch == 2 or reader.checkpoint() == head
        # What is not under a name of its own must be taken aside, so that it cannot be replayed.
        with opened(state, 3) as store:
            assert (store.epoch, store.size, store.prev) == (2, 0, head)
            store.append([genesis(store)], moment(99))
        with Reader.read(state / "epochs/1") as reader:
            assert [leaf for _, leaf in reader.leaves()] == leaves
        with again(state) as store:
            assert store.size == 1
        assert (state / "epochs/1/spool/in/x.cosignatures").exists()
        assert not list(state.rglob("*.new*")) and not list(state.rglob("*.tmp"))
    assert min(seen.values()) > 1, seen


def test_a_write_ahead_log_that_is_left_is_folded_first(tmp_path: Path) -> None:
    """A state directory as a power cut leaves it: the last entries are in the log alone."""
    live = frozen(tmp_path / "live", 30)
    with again(live) as store:
        assert store.frozen
        db = sqlite3.connect(live / "journal.db")
        assert db.execute("SELECT count(*) FROM entry").fetchone() == (31,)
        shutil.copytree(live, tmp_path / "cut")
        db.close()
    with opened(tmp_path / "cut") as store:
        assert store.epoch == 2
    with Reader.read(tmp_path / "cut/epochs/1") as reader:
        assert reader.size == 31 and reader.frozen


def test_somebody_who_reads_is_waited_for(tmp_path: Path) -> None:
    state = frozen(tmp_path / "s")
    with again(state), Reader.read(state) as reader:
        pass
    keep = again(state)
    keep._held.close()
    reader = Reader.read(state)
    assert reader.size == 21
    keep._db.close()
    with pytest.raises(JournalBusy, match="end that program"):
        opened(state)
    with Reader.read(state) as still:
        assert still.epoch == 1
    reader.close()
    with opened(state) as store:
        assert store.epoch == 2


def test_without_hard_links_a_copy_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    state = frozen(tmp_path / "s")
    with Reader.read(state) as reader:
        head = reader.checkpoint()
    with opened(state) as store:
        assert store.prev == head
    assert verify(state / "epochs/1").good
    assert (state / "epochs/1/journal.db").stat().st_nlink == 1


def test_a_full_disk_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = frozen(tmp_path / "s")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(ks, "write_secret", full)
        with pytest.raises(JournalError, match="free space"):
            opened(state)
    with Reader.read(state) as reader:
        assert reader.epoch == 1
    with opened(state) as store:
        assert store.epoch == 2


# -- keys -----------------------------------------------------------------------------------------


class Element:
    """A secure element: it keeps the log's key and signs inside; the pepper stays a file."""

    def __init__(self) -> None:
        self.keys: dict[str, note.SigningKey] = {}
        self.signed = 0
        self.broken = False
        self._next: note.SigningKey | None = None

    def prepare(self, directory: Path, origin: str, random: Callable[[int], bytes]) -> ks.Keys:
        ks.make_dir(directory / ks.KEYS)
        pepper = directory / ks.KEYS / ks.PEPPER
        if not pepper.exists():
            ks.write_secret(pepper, random(ks.PEPPER_BYTES))
        self._next = note.SigningKey(origin, bytes([len(self.keys) + 1]) * 32)
        self.keys[self._next.vkey] = self._next
        return ks.Keys(Signs(self, self._next), ks.load_pepper(directory))

    def settle(self, directory: Path) -> None:
        assert self._next is not None
        self.keys = {self._next.vkey: self._next}

    def load(self, directory: Path, vkey: str) -> ks.Keys:
        if vkey not in self.keys:
            raise KeyLost("the secure element has no such key; restore the cabinet's own element")
        return ks.Keys(Signs(self, self.keys[vkey]), ks.load_pepper(directory))


class Signs:
    """One key of the element."""

    def __init__(self, element: Element, key: note.SigningKey) -> None:
        self._element, self._key = element, key
        self.name, self.vkey = key.name, key.vkey

    def sign(self, message: bytes) -> bytes:
        if self._element.broken:
            raise JournalError("the secure element does not answer; check its cable")
        self._element.signed += 1
        return self._key.sign(message)


def test_a_secure_element_can_seal_the_log(tmp_path: Path) -> None:
    state, element = tmp_path / "s", Element()

    def again_with_it() -> Store:
        return epochs.open_journal(state, NAME, seeded(1), element)

    with again_with_it() as store:
        store.append([genesis(store)], moment())
        store.append([ev.DoorClosed(unit="A1")], moment(1))
        element.broken = True
        with pytest.raises(JournalError, match="cable"):
            store.append([ev.DoorClosed(unit="A2")], moment(2))
        assert store.size == 2, "what could not be sealed was written"
        element.broken = False
        store.append([ev.LogFrozen(reason="x")], moment(3))
    assert element.signed == 3
    assert not (state / "keys/log.key").exists()
    assert verify(state, next(iter(element.keys))).good
    with again_with_it() as store:
        assert store.epoch == 2
        store.append([genesis(store)], moment(9))
    assert len(element.keys) == 1 and verify(state, next(iter(element.keys))).good
    with pytest.raises(KeyLost):
        Store.open(state, name=NAME, random=seeded(1), keyring=Element())


# -- what is taken over ---------------------------------------------------------------------------


def lived(directory: Path, why: str = "rolled back") -> Path:
    """A closed log of a small life that replays: staff, an order, a deposit."""
    state = directory
    with Store.open(state, name=NAME, random=seeded(1)) as store:
        now = iter(range(1, 99))
        actor = ev.Actor("depositor", "2")
        row = ev.Verifier("c2", "badge", "s", b"", b"h" * 32, 0, b"m" * 32)

        def say(*events: ev.Event) -> None:
            store.append(list(events), moment(next(now)))

        def ordered(ho: str, recipient: str) -> ev.Event:
            return ev.HandoverOrdered(
                actor=actor,
                ho=ho,
                profile="documents",
                size="S",
                opens=1,
                closes=2,
                recipient_no="1",
                item_no="2",
                recipient=recipient,
                item="Passport",
            )

        say(genesis(store))
        say(ev.LogBoot(software="1", rules=1, config="", doors=("A1=closed", "A2=closed")))
        say(ev.StaffEnrolled(staff="2", role="depositor", cred="c2", name="Ann", verifiers=(row,)))
        say(ordered("aaaa", "Zoë"))
        say(ordered("bbbb", "Max"))
        say(ev.DepositStarted(actor=actor, unit="A1", ho="aaaa"))
        say(ev.PulseOrdered(unit="A1", ho="aaaa", purpose="deposit", pulse_ms=500, attempt=1,
                            cause=ev.Cause(1, 5)))  # fmt: skip
        say(ev.DepositOpened(unit="A1", ho="aaaa", cause=ev.Cause(1, 5)))
        say(ev.LogFrozen(reason=why, witness="w1.example", seen_size=99))
    return state


def started(state: Path, owner: str = "") -> tuple[Store, epochs.Heritage]:
    """The next epoch with its genesis."""
    store = opened(state)
    past = epochs.heritage(state, store, ["A1", "A2"], owner)
    assert past is not None
    said = past.said()
    carried = said.pop("carried")
    first = genesis(store).but(**said)
    store.append([first, *carried], moment(200))
    return store, past


def test_what_stands_is_taken_over_and_replays_alone(tmp_path: Path) -> None:
    state = lived(tmp_path / "s")
    store, past = started(state)
    with store:
        kinds = [entry.event.TYPE for entry in store.entries()]
        assert kinds == [
            "log.genesis",
            "staff.carried",
            "deposit.carried",
            "order.carried",
            "door.retired",
        ]
        first = store.entry(0).event
        assert isinstance(first, ev.LogGenesis)
        assert (first.previous, first.previous_size) == (f"{NAME}/1", 9)
        assert first.why == "rolled back" and first.certificate is None
        assert len(first.recovered or "") == 64
        state_now = replay(store.entries())
        assert state_now.epoch == 2
        assert state_now.handovers["aaaa"].phase == "frozen"
        assert state_now.handovers["aaaa"].cred is None
        assert state_now.handovers["bbbb"].phase == "ordered"
        assert {"epoch:cabinet", "frozen:aaaa"} <= set(state_now.queue)
        assert store.disclosed(2)["recipient"] == "Zoë" and store.disclosed(1) == {"name": "Ann"}
        assert [one.verifier.cred for one in store.verifiers()] == ["c2"]
        assert past.last == moment(9) and past.mode == "simulation"
        # Once it has begun there is nothing more to take over.
        assert epochs.heritage(state, store, ["A1"]) is None
    assert verify(state, replay=replay).good


def test_a_first_epoch_takes_nothing_over(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as store:
        assert epochs.heritage(tmp_path / "s", store, ["A1"]) is None


def test_a_past_that_is_another_one_is_refused(tmp_path: Path) -> None:
    state = lived(tmp_path / "s")
    with opened(state) as store:
        with filled(tmp_path / "other", 4):
            pass
        shutil.copy(tmp_path / "other/journal.db", state / "epochs/1/journal.db")
        with pytest.raises(JournalDamaged, match="put back"):
            epochs.heritage(state, store, ["A1"])
        (state / "epochs/1/journal.db").unlink()
        with pytest.raises(JournalError):
            epochs.heritage(state, store, ["A1"])


OWNER = note.SigningKey("owner.lockerd.example", b"o" * 32)


def certificates(vkey: str) -> Iterator[tuple[str, bool]]:
    """Certificates, and whether the next genesis may name them."""
    yield cert.make(vkey, 0, OWNER), True
    yield cert.make(vkey, 0, note.SigningKey("thief.example", b"t" * 32)), False
    other = note.SigningKey(f"{NAME}/1", b"x" * 32)
    yield cert.make(other.vkey, 0, OWNER), False
    yield "spoilt", False
    yield witness_key().key.vkey, False


@pytest.mark.parametrize("number", range(5))
def test_the_old_certificate_is_named_where_it_holds(tmp_path: Path, number: int) -> None:
    state = lived(tmp_path / "s")
    with Reader.read(state) as reader:
        text, holds = list(certificates(reader.vkey))[number]
    cert.install(state, text)
    store, past = started(state, OWNER.vkey)
    store.close()
    assert past.certificate == (cert.digest(text) if holds else None)
    assert past.why.endswith("does not hold") != holds
    assert cert.read(state) is None and cert.read(state / "epochs/1") == text


def test_what_was_begun_too_often_needs_a_person(tmp_path: Path) -> None:
    state = frozen(tmp_path / "s")
    past = state / "epochs/1"
    past.mkdir(parents=True)
    (past / "spool").mkdir()
    with opened(state) as store:
        assert store.epoch == 2
    assert (past / "spool.1/in/x.cosignatures").exists(), "nothing that was put aside is lost"
    again_frozen = frozen(tmp_path / "t")
    for number in range(10):
        (again_frozen / "epochs/1" / ("spool" if not number else f"spool.{number}")).mkdir(
            parents=True
        )
    with pytest.raises(JournalError, match="aside"):
        opened(again_frozen)


def test_a_head_that_is_none_is_refused(tmp_path: Path) -> None:
    state = lived(tmp_path / "s")
    opened(state).close()
    db = sqlite3.connect(state / "journal.db", isolation_level=None)
    db.execute("DROP TRIGGER log_update")
    db.execute("UPDATE log SET prev='spoilt'")
    db.close()
    with again(state) as store, pytest.raises(JournalDamaged, match="not named"):
        epochs.heritage(state, store, ["A1"])


def test_an_anchor_needs_its_line_at_hand(tmp_path: Path) -> None:
    from lockerd.journal.errors import EventRefused
    from lockerd.journal.reader import Cosignature

    with filled(tmp_path / "s", 5) as store:
        row = Cosignature(5, store.head().root, "w+1", 7, "line\n")
        event = ev.AnchorCosigned(witness="w", size=5, time=7, digest=row.digest)
        with pytest.raises(EventRefused, match="offer it"):
            store.append([event], moment(9))
        store.offer(row._replace(line="other\n"))
        with pytest.raises(EventRefused, match="offer it"):
            store.append([event], moment(9))
        assert store.size == 5 and not store.newest_cosignatures()
        store.offer(row)
        store.append([event], moment(9))
        assert store.newest_cosignatures() == [row]


def test_a_genesis_may_bring_many(tmp_path: Path) -> None:
    from lockerd.journal import store as st
    from lockerd.journal.errors import EventRefused

    people = [ev.StaffCarried(staff=f"{n}", role="depositor", cred="") for n in range(3_000)]
    with opened(tmp_path / "s") as store:
        store.append([genesis(store), *people], moment())
        assert store.size == 3_001
        with pytest.raises(EventRefused, match=f"{st.MAX_EVENTS}"):
            store.append(people, moment(1))
    assert verify(tmp_path / "s").good
