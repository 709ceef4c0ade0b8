"""Random lives of a journal, held against a model that is a few lists.

The model knows what was acknowledged, what was disclosed and erased, and which heads were given
away.  After every step the journal must hold exactly that; at the end it must verify in every form
with every head that somebody kept, and a judge who knows of one entry more must say so.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from journal_kit import again, moment, samples, started

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal import export as ex
from lockerd.journal import note, proof, witness
from lockerd.journal.errors import EventRefused
from lockerd.journal.salvage import salvage
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify

WITNESS = note.SigningKey("witness.example/w1", b"\2" * 32, note.COSIGNATURE)
START_S = 1_767_225_600
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Thousands of commits: what is tested is what they say, not that a disk keeps it."""


@dataclass
class Model:
    """What a journal is, without hashes, keys or disks.

    `named`: entry -> what it discloses; `erased`: digests whose erasure is an entry; `heads` and
    `receipts`: what others keep; `cosigned`: the size that the witness saw last.
    """

    events: list[ev.Event] = field(default_factory=list)
    named: dict[int, dict[str, str]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    heads: list[note.Checkpoint] = field(default_factory=list)
    receipts: dict[int, str] = field(default_factory=dict)
    cosigned: int = 0
    memory: str | None = None

    def add(self, event: ev.Event) -> None:
        shown = {n: v for n in event.DISCLOSED if (v := getattr(event, n)) is not None}
        if shown:
            self.named[len(self.events)] = shown
        self.events.append(event)


class JournalLife(RuleBasedStateMachine):
    """Steps that a device, its owner, a witness and a power cut take."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(tempfile.mkdtemp(prefix="journal-machine-", dir=MEMORY))
        self.model = Model()
        self.source = samples(1)
        self.numbers = itertools.count()
        self.store: Store

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        self.source = samples(seed)
        self.home = self.room / "home"
        self.store = started(self.home, seed)
        self.model.add(self.store.entry(0).event)

    def teardown(self) -> None:
        try:
            if hasattr(self, "store"):
                self.judge_all()
        finally:
            if hasattr(self, "store"):
                self.store.close()
            shutil.rmtree(self.room)

    # -- steps ------------------------------------------------------------------------------------

    @rule(count=st.integers(1, 6))
    def append(self, count: int) -> None:
        events = [next(self.source) for _ in range(count)]
        assert self.store.append(events, self.now()) == len(self.model.events)
        for event in events:
            self.model.add(event)

    @rule(size=st.integers(250, 300))
    @precondition(lambda self: len(self.model.events) < 600)
    def append_past_a_block(self, size: int) -> None:
        self.append(size)

    @rule(pick=st.integers(0, 10**6))
    @precondition(lambda self: self.model.named)
    def erase(self, pick: int) -> None:
        named = sorted(self.model.named)
        idx = named[pick % len(named)]
        digests = self.store.entry(idx).digests
        event = ev.PrivacyErased(subject=f"ho:{idx}", basis="asked", digests=digests)
        self.store.append([event], self.now())
        self.model.add(event)
        del self.model.named[idx]
        self.model.erased.update(digests)

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
            event = ev.AnchorCosigned(
                witness=WITNESS.name, size=row.size, time=time, digest=row.digest
            )
            self.store.offer(row)
            self.store.append([event], self.now())
            model.add(event)
        model.cosigned, model.memory = head.size, answer.keep

    @rule(pick=st.integers(0, 10**6))
    def keep_a_receipt(self, pick: int) -> None:
        idx = pick % self.store.size
        self.model.receipts[idx] = proof.receipt(self.store, idx, disclose=False)
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
        for idx, text in model.receipts.items():
            assert proof.check(text, store.vkey).event == bare(model.events[idx])
        verdict = verify(self.home, store.vkey, known=model.heads, witnesses=[WITNESS.key])
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
        return moment(len(self.model.events), hi=True)


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
