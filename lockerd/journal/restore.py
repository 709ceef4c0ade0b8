"""The next epoch on a new card, from what is left of the last one.

Theory of operation.  `recover` says what the source comes to.  `restore` then makes a whole state
directory: fresh secrets, and a log under the next number whose genesis names the old head, the
digest of the recovered state and who ordered it, followed by what the new epoch takes over
(`core.epoch`).  The log is made as a draft, judged in its turn, and renamed into its place last.

Rules.  The old log is never continued: its key is gone or may be in other hands, and nobody knows
what it said after the source ends.  So no code of a recipient lives on, what lies in a compartment
is for a person to find out, and compartments that were said to be empty serve again only when
somebody looked.  Only an empty directory is restored into.  A cut before the last rename leaves a
key without a journal, which no daemon begins a fresh log over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lockerd.core.epoch import NOT_SEEN, carried
from lockerd.core.events import Actor, Event, LogGenesis, Verifier
from lockerd.core.now import Now
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump, load
from lockerd.core.state import RULES
from lockerd.journal import begin, note, schema
from lockerd.journal import keys as ks
from lockerd.journal import leaf as lf
from lockerd.journal.errors import JournalBusy, JournalDamaged, explain_os
from lockerd.journal.export import VKEY
from lockerd.journal.reader import DATABASE, connect
from lockerd.journal.recover import NotRestorable, Recovered
from lockerd.journal.store import Store
from lockerd.journal.verify import verify

MAY = ("operator", "technician", "installer")
"""Whose word opens the next epoch."""

REASON_MAX = 200
BADGE_KINDS = frozenset({"badge", "staff-pin"})
_ORDINARY = frozenset({"lost+found", ks.LOCK})


class Badge(NamedTuple):
    """A fresh badge for the person who restores: its credential and verifier rows."""

    cred: str
    rows: tuple[Verifier, ...]


class Order(NamedTuple):
    """Who restores and why.  `looked`: every compartment said to be empty was opened, and was.

    `pepper`: the old device's, 32 bytes, or the one that `badge` was made with; None for a fresh
    one.  `verifiers`: rows that count under it.
    """

    by: str
    reason: str
    looked: bool = False
    pepper: bytes | None = None
    verifiers: Sequence[Verifier] = ()
    badge: Badge | None = None


class Restored(NamedTuple):
    """The new log.  `placed`: handovers to be looked at; `shut`: compartments to be looked into."""

    origin: str
    vkey: str
    entries: int
    ordered: int
    placed: int
    shut: int
    staff: int
    badges: int


def restore(
    found: Recovered, state_dir: Path, order: Order, now: Now, random: lf.Random, software: str
) -> Restored:
    """Make a state directory that a daemon starts on: the next epoch of a recovered log.

    `now`: not before `found.last`.  Raises NotRestorable (nothing was written) and JournalErrors.
    """
    _allow(found, order)
    events = _events(found, order, software)
    name, _, number = found.head.origin.rpartition("/")
    state_dir = state_dir.absolute()
    try:
        with ks.hold(state_dir):
            _reserve(state_dir, order.pepper)
            epoch = int(number) + 1
            draft = begin.prepare(state_dir, name, epoch, random, found.signed, ks.FILES)
            ks.FILES.settle(state_dir)
        vkey = _fill(state_dir, draft, events, now, random)
        with ks.hold(state_dir):
            _judge(draft, vkey)
            ks.write_secret(state_dir / VKEY, f"{vkey}\n".encode("ascii"))
            draft.rename(state_dir / DATABASE)
            ks.sync_dir(state_dir)
    except OSError as error:
        raise explain_os(error, state_dir) from None
    kinds = [one.TYPE for one in events]
    return Restored(
        origin=f"{name}/{epoch}",
        vkey=vkey,
        entries=len(events),
        ordered=kinds.count("order.carried"),
        placed=kinds.count("deposit.carried"),
        shut=kinds.count("door.retired"),
        staff=kinds.count("staff.carried"),
        badges=sum(bool(one.put) for one in events),
    )


def _allow(found: Recovered, order: Order) -> None:
    """Raises NotRestorable unless this person may, and says why."""
    staff = found.state.staff
    if not (order.by.isascii() and order.by.isdigit()) or len(order.by) > 6:
        raise NotRestorable("a staff number has 1 to 6 digits; give your own with --by")
    if not order.reason.strip() or len(order.reason) > REASON_MAX or not order.reason.isprintable():
        raise NotRestorable(
            f"a reason of 1 to {REASON_MAX} printable characters is needed; give one"
        )
    known = staff.get(order.by)
    if any(one.role in MAY for one in staff.values()) and (known is None or known.role not in MAY):
        raise NotRestorable(
            f"staff {order.by} is no {' or '.join(MAY)} of this record; ask one who is"
        )
    if order.badge is not None and known is None:
        raise NotRestorable(f"staff {order.by} is not in this record; enrol them after the start")


def _events(found: Recovered, order: Order, software: str) -> list[Event]:
    """The genesis and everything that it takes over."""
    state, head, old = load(dump(found.state)), found.head, found.genesis
    who = state.staff.get(order.by)
    rows = list(_whole(order.verifiers))
    if order.badge is not None and who is not None:
        rows = [one for one in rows if one.cred != who.cred] + list(order.badge.rows)
        who.cred = order.badge.cred
    looked = "; every empty compartment was looked into" if order.looked else ""
    genesis = LogGenesis(
        actor=Actor(who.role if who is not None else "installer", order.by),
        origin="",
        vkey="",
        mode=old.mode,
        software=software,
        config=state.config,
        rules=RULES,
        kdf_n=old.kdf_n,
        previous=head.origin,
        previous_size=head.size,
        previous_root=note.b64(head.root),
        recovered=sha256(dump(found.state)).hexdigest(),
        why=f"restored by staff {order.by}: {order.reason}; what followed entry {head.size - 1} "
        f"is not known{looked}",
    )
    doubtful = {} if order.looked else dict.fromkeys(state.doors, NOT_SEEN)
    return [genesis, *carried(state, found.names, verifiers=rows, doubtful=doubtful)]


def _whole(rows: Iterable[Verifier]) -> Iterable[Verifier]:
    """Badges of which both rows are there: with one of them nobody signs in."""
    kinds: dict[str, set[str]] = {}
    every = list(rows)
    for one in every:
        kinds.setdefault(one.cred, set()).add(one.kind)
    return (one for one in every if kinds[one.cred] >= BADGE_KINDS)


def _reserve(state_dir: Path, pepper: bytes | None) -> None:
    """Take an empty directory, so that from here on no daemon begins a first epoch in it."""
    if any(one.name not in _ORDINARY for one in state_dir.iterdir()):
        raise NotRestorable(f"{state_dir} is not empty; give --state an empty directory")
    keys = state_dir / ks.KEYS
    ks.make_dir(keys)
    ks.write_secret(keys / ks.LOG_KEY, b"a restore began and did not end\n")
    if pepper is not None:
        ks.write_secret(keys / ks.PEPPER, pepper)


def _fill(state_dir: Path, draft: Path, events: list[Event], now: Now, random: lf.Random) -> str:
    """Write the genesis and all that it brings into the draft; the new verifier key."""
    db = connect(draft, "mode=rw", schema.WRITING)
    try:
        origin, vkey = db.execute("SELECT origin, vkey FROM log WHERE id=1").fetchone()
        keys = ks.FILES.load(state_dir, vkey)
        store = Store(db, draft, keys, ks.hold(state_dir), random)
    except BaseException:
        db.close()
        raise
    with store:
        genesis = events[0].but(origin=origin, vkey=vkey)
        store.append([genesis, *events[1:]], now)
    for suffix in ("-wal", "-shm"):
        if draft.with_name(draft.name + suffix).exists():
            raise JournalBusy(f"another program reads {draft.name}; end that program")
    begin.sync_file(draft)
    return str(vkey)


def _judge(draft: Path, vkey: str) -> None:
    """The new log stands on its own, or it is not given out."""
    verdict = verify(draft, vkey, replay=replay)
    if not verdict.good:
        raise JournalDamaged(f"the new log does not verify: {verdict.what}; try another medium")
