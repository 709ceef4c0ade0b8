"""Random lives of a journal, held against a model that is a few lists.

The model knows what was acknowledged, what was disclosed, held and erased, and which heads were
given away.  What happens is decided by the core, as in the house.  After every step the journal
must hold exactly that; at the end it must verify in every form with every head that somebody kept,
and a judge who knows of one entry more must say so.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from journal_kit import NAME, again, moment, seeded, verifier

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.decide import decide
from lockerd.core.draft import Declined
from lockerd.core.fold import apply
from lockerd.core.now import Now
from lockerd.core.replay import replay
from lockerd.core.state import State
from lockerd.journal import export as ex
from lockerd.journal import note, proof, witness
from lockerd.journal import restore as restoring
from lockerd.journal.copy import Copier, file_name
from lockerd.journal.errors import EventRefused
from lockerd.journal.recover import recover
from lockerd.journal.restore import Order, restore
from lockerd.journal.salvage import salvage
from lockerd.journal.snapshots import fold
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from support.demo_site import demo_site

SITE = demo_site()
PROFILE = SITE.profiles[0].name
CARRIED = ev.StaffCarried | ev.OrderCarried
OPERATOR, AUDITOR = ev.Actor("operator", "1"), ev.Actor("auditor", "5")
WITNESS = note.SigningKey("witness.example/w1", b"\2" * 32, note.COSIGNATURE)
START_S = 1_767_225_600
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Thousands of commits: what is tested is what they say, not that a disk keeps it."""


@dataclass
class Model:
    """What a journal is, without hashes, keys or disks.

    `named`: entry -> what it discloses; `erased`: digests whose erasure is an entry; `heads` and
    `receipts`: what others keep, the latter with the key of their epoch and what they say; `staff`,
    `live` and `over`: people and handovers by their entries; `held`: subjects that the law keeps;
    `cosigned`: the size that the witness saw last.
    """

    events: list[ev.Event] = field(default_factory=list)
    named: dict[int, dict[str, str]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    heads: list[note.Checkpoint] = field(default_factory=list)
    receipts: list[tuple[str, str, ev.Event]] = field(default_factory=list)
    staff: dict[str, int] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    cosigned: int = 0
    memory: str | None = None

    def add(self, event: ev.Event) -> None:
        shown = {n: v for n in event.DISCLOSED if (v := getattr(event, n)) is not None}
        if shown:
            self.named[len(self.events)] = shown
        if isinstance(event, ev.StaffEnrolled | ev.StaffCarried):
            self.staff[event.staff] = len(self.events)
        if isinstance(event, ev.HandoverOrdered | ev.OrderCarried) and event.ho is not None:
            self.live[event.ho] = len(self.events)
        if isinstance(event, ev.HandoverCancelled) and event.ho is not None:
            self.over[event.ho] = self.live.pop(event.ho)
        self.events.append(event)

    def may_erase(self, ho: str) -> bool:
        idx = self.over.get(ho)
        return idx in self.named and f"ho:{ho}" not in self.held

    def erase(self, ho: str, digests: Iterable[str]) -> None:
        del self.named[self.over[ho]]
        self.erased.update(digests)

    def carried(self, names: bool) -> list[dict[str, str]]:
        """What the next epoch discloses of those who are left, in its order."""
        lasting = [*sorted(self.staff.values()), *sorted(self.live.values())]
        return [self.named.get(idx, {}) if names else {} for idx in lasting]


class JournalLife(RuleBasedStateMachine):
    """Steps that a device, its owner, a witness and a power cut take."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(tempfile.mkdtemp(prefix="journal-machine-", dir=MEMORY))
        self.model = Model()
        self.numbers = itertools.count()
        self.store: Store

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        self.home = self.room / "home"
        self.store = Store.open(self.home, name=NAME, random=seeded(seed))
        self.state = State()
        store = self.store
        begun = msg.Started(store.origin, store.vkey, "simulation", "0.1.0", SITE.digest, 2)
        assert self.take(begun)
        self.boot()
        for number, role in (("1", "operator"), ("5", "auditor")):
            rows = (verifier(f"c{number}", "badge"), verifier(f"c{number}", "staff-pin"))
            asked = msg.EnrolStaff(ev.DEVICE, number, role, f"c{number}", rows, True, f"S. {role}")
            assert self.take(asked)

    def boot(self) -> None:
        doors = {one.unit: msg.Level.CLOSED for one in SITE.compartments}
        assert self.take(msg.Booted("0.1.0", SITE.digest, doors))

    def teardown(self) -> None:
        try:
            if hasattr(self, "store"):
                self.judge_all()
        finally:
            if hasattr(self, "store"):
                self.store.close()
            shutil.rmtree(self.room)

    # -- steps ------------------------------------------------------------------------------------

    def take(self, message: msg.Message) -> bool:
        """Decide, append, apply; whether it was allowed."""
        now = self.now()
        try:
            events = decide(SITE, self.state, message, now)
        except Declined:
            return False
        self.write(events, now)
        return True

    def write(self, events: Sequence[ev.Event], now: Now) -> None:
        assert self.store.append(events, now) == len(self.model.events)
        for event in events:
            apply(self.state, event, len(self.model.events), now)
            self.model.add(event)

    @rule(size=st.sampled_from("SML"), name=st.sampled_from(("Zoë", "A. Later", "J. O'Neil")))
    def append(self, size: str, name: str) -> None:
        number = f"{next(self.numbers):016x}"
        asked = msg.OrderHandover(
            OPERATOR, number, number, number, PROFILE, size, None, None, name, f"Parcel {number}"
        )
        assert self.take(asked)

    @rule(count=st.integers(2, 6))
    def group(self, count: int) -> None:
        """Several events in one transaction."""
        unit = SITE.compartments[0].unit
        turns = (ev.DoorRetired(OPERATOR, unit, reason="dust"), ev.DoorRestored(OPERATOR, unit))
        first = self.state.doors[unit].retired is not None if unit in self.state.doors else False
        self.write([turns[(first + n) % 2] for n in range(count)], self.now())

    @rule(size=st.integers(250, 300))
    @precondition(lambda self: len(self.model.events) < 600)
    def append_past_a_block(self, size: int) -> None:
        self.group(size)

    @rule(pick=st.integers(0, 10**6))
    @precondition(lambda self: self.model.live)
    def cancel(self, pick: int) -> None:
        hos = sorted(self.model.live)
        assert self.take(msg.CancelHandover(OPERATOR, hos[pick % len(hos)], "not needed"))

    @rule(pick=st.integers(0, 10**6), on=st.booleans())
    @precondition(lambda self: self.model.live or self.model.over)
    def hold(self, pick: int, on: bool) -> None:
        hos = sorted({**self.model.live, **self.model.over})
        subject = f"ho:{hos[pick % len(hos)]}"
        done = self.take(msg.HoldPrivate(AUDITOR, subject, "a court asked", on))
        assert done == ((subject in self.model.held) != on)
        (self.model.held.add if on else self.model.held.discard)(subject)

    @rule(pick=st.integers(0, 10**6))
    @precondition(lambda self: self.model.live or self.model.over)
    def erase(self, pick: int) -> None:
        """Whatever is asked for; only what is over, named and not held may go."""
        hos = sorted({**self.model.live, **self.model.over})
        ho = hos[pick % len(hos)]
        idx = {**self.model.live, **self.model.over}[ho]
        digests = self.store.entry(idx).digests if idx in self.model.named else ()
        allowed = self.model.may_erase(ho)
        assert self.take(msg.ErasePrivate(AUDITOR, f"ho:{ho}", "asked", digests)) == allowed
        if allowed:
            self.model.erase(ho, digests)

    @rule()
    def cosign(self) -> None:
        model, head = self.model, self.store.head()
        asked = witness.ask(self.store, model.cosigned).text.encode()
        keys = {self.store.origin: [note.parse_vkey(self.store.vkey)]}
        time = START_S + next(self.numbers)
        answer = witness.answer(asked, keys, lambda _: model.memory, WITNESS, time)
        assert answer.status == witness.OK and answer.keep is not None, answer
        own, shown = keys[self.store.origin][0], [self.store.checkpoint()]
        heard = witness.hear(answer.body.encode(), own, [WITNESS.key], shown)
        (word,) = heard.words
        assert word.head == head
        if model.cosigned < head.size:
            row = word.row
            self.store.offer(row)
            assert self.take(msg.RecordAnchor(WITNESS.name, row.size, time, row.digest))
        model.cosigned, model.memory = head.size, answer.keep

    @rule(pick=st.integers(0, 10**6))
    def keep_a_receipt(self, pick: int) -> None:
        idx = pick % self.store.size
        text = proof.receipt(self.store, idx, disclose=False)
        self.model.receipts.append((text, self.store.vkey, bare(self.model.events[idx])))
        self.model.heads.append(self.store.head())

    @rule()
    def fold(self) -> None:
        assert self.store.fold()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = again(self.home, next(self.numbers))

    @rule()
    def lose_power(self) -> None:
        """The disk as it is now goes on elsewhere; nothing was folded or closed."""
        after = self.room / f"home{next(self.numbers)}"
        shutil.copytree(self.home, after, ignore=shutil.ignore_patterns("*-shm"))
        self.store.close()
        shutil.rmtree(self.home)
        self.home = after
        self.store = again(self.home, next(self.numbers))

    @rule(disclose=st.booleans())
    def export(self, disclose: bool) -> None:
        out = self.room / f"out{next(self.numbers)}"
        assert ex.export(self.store, out, disclose=disclose) == len(self.model.events)
        verdict = verify(out, self.store.vkey, known=self.model.heads)
        assert verdict.good and verdict.size == len(self.model.events), verdict
        assert verdict.erased == (len(self.model.erased) if disclose else 0), verdict
        shutil.rmtree(out)

    @rule(kind=st.sampled_from(("card", "copy", "export", "salvaged")))
    @precondition(lambda self: self.store.epoch < 4)
    def restore(self, kind: str) -> None:
        """The card dies; another one begins the next epoch from what is left."""
        number, old = next(self.numbers), self.store.head()
        source = self.remains(kind, number)
        vkey = self.store.vkey
        self.store.close()
        found = recover(source, vkey)
        assert found.head == old and found.state == self.state
        home = self.room / f"home{number}"
        order = Order("1", "the card died", pepper=b"p" * 32)
        done = restore(found, home, order, self.now(), seeded(number), "0.1.0")
        shutil.rmtree(self.home)
        before, self.model, self.home = self.model, Model(receipts=self.model.receipts), home
        self.store = again(home, number)
        self.state = fold(self.store, home / "snapshots")
        events = [one.event for one in self.store.entries()]
        genesis = events[0]
        assert isinstance(genesis, ev.LogGenesis) and done.entries == len(events)
        assert (genesis.previous, genesis.previous_size) == (old.origin, old.size)
        came = [n for n, one in enumerate(events) if isinstance(one, CARRIED)]
        for event in events:
            self.model.add(event)
        shown = [dict(self.store.disclosed(idx)) for idx in came]
        self.model.named = {idx: names for idx, names in zip(came, shown, strict=True) if names}
        assert shown == before.carried(names=kind != "copy")
        assert [self.model.staff.keys(), self.model.live.keys()] == [
            before.staff.keys(),
            before.live.keys(),
        ]
        self.model.held = {one.subject for one in events if isinstance(one, ev.PrivacyHeld)}
        assert self.model.held == before.held
        self.boot()

    def remains(self, kind: str, number: int) -> Path:
        """What is left of the journal in one of the forms that can be restored from."""
        out = self.room / f"left{number}"
        if kind == "copy":
            out.mkdir()
            copier = Copier(out, self.home)
            assert copier.step(sync=True) == self.store.size
            copier.close()
            return out / file_name(self.store.origin)
        if kind == "export":
            ex.export(self.store, out, disclose=True)
        elif kind == "salvaged":
            assert salvage(self.home, out, self.store.vkey).complete
        else:
            self.store.fold()
            shutil.copytree(self.home, out)
        return out

    @rule()
    def refuse_a_second_beginning(self) -> None:
        event = self.model.events[0]
        with pytest.raises(EventRefused):
            self.store.append([event], self.now())

    # -- what must always hold --------------------------------------------------------------------

    @invariant()
    def it_holds_what_was_acknowledged(self) -> None:
        if not hasattr(self, "store"):
            return
        model = self.model
        assert self.store.size == len(model.events)
        last = len(model.events) - 1
        assert self.store.entry(last).event == bare(model.events[last])
        for idx in list(model.named)[-2:]:
            assert self.store.disclosed(idx) == model.named[idx]

    def judge_all(self) -> None:
        model, store = self.model, self.store
        assert [one.event for one in store.entries()] == [bare(one) for one in model.events]
        for idx in range(store.size):
            assert store.disclosed(idx) == model.named.get(idx, {}), idx
        for text, vkey, event in model.receipts:
            assert proof.check(text, vkey).event == event
        verdict = verify(
            self.home, store.vkey, known=model.heads, witnesses=[WITNESS.key], replay=replay
        )
        assert verdict.good and verdict.erased == len(model.erased), verdict
        assert verdict.witnessed == model.cosigned
        more = note.Checkpoint(store.origin, store.size + 1, b"\0" * 32)
        assert verify(self.home, store.vkey, known=[more]).kind is Kind.TRUNCATED
        vkey = store.vkey
        store.close()
        found = salvage(self.home, self.room / "salvaged", vkey)
        assert found.complete and found.verified == len(model.events), found
        assert verify(self.room / "salvaged", vkey, known=model.heads).good

    def now(self) -> Now:
        self.seconds = getattr(self, "seconds", 0) + 1
        return moment(self.seconds, hi=True)


def bare(event: ev.Event) -> ev.Event:
    """The event as its leaf alone tells it."""
    return event.but(**{name: None for name in event.DISCLOSED})


JournalLife.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=12,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestJournalLife = JournalLife.TestCase


def lived() -> JournalLife:
    """A short life, step by step: two orders, one withdrawn and held."""
    life = JournalLife()
    life.begin(seed=1)
    life.append("S", "Zoë")
    life.append("M", "A. Later")
    life.cancel(0)
    life.hold(0, True)
    return life


@pytest.mark.parametrize("lost", [ev.PrivacyHeld, ev.OrderCarried, ev.StaffCarried])
def test_a_restore_that_forgets_something_is_noticed(
    lost: type[ev.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the machine bites."""
    honest = restoring.carried

    def forgetful(*given: Any, **more: Any) -> tuple[ev.Event, ...]:
        return tuple(one for one in honest(*given, **more) if not isinstance(one, lost))

    life = lived()
    life.restore("card")
    life.teardown()
    life = lived()
    monkeypatch.setattr(restoring, "carried", forgetful)
    with pytest.raises(AssertionError):
        life.restore("card")
    shutil.rmtree(life.room)


def test_an_erasure_that_a_hold_should_stop_is_noticed() -> None:
    life = lived()
    life.erase(0)
    assert life.model.named[life.model.over["0" * 16]], "it is held"
    life.state.holds.clear()
    with pytest.raises(AssertionError):
        life.erase(0)
    life.store.close()
    shutil.rmtree(life.room)
