"""Folding, durations across boots, and snapshots."""

from __future__ import annotations

import json
from dataclasses import asdict

import corekit as kit
import pytest
from corekit import Cabinet
from hazards import Hazard, SeedPick, drive

from lockerd.core import events as ev
from lockerd.core import expiry
from lockerd.core import messages as msg
from lockerd.core.fold import apply
from lockerd.core.now import Now
from lockerd.core.snapshot import dump, load
from lockerd.core.state import HOUR_MS, Stamp, State, Throttle, quiet
from lockerd.core.tables import ImpossibleHistory


def now(boot: str = "00000001", up: int = 1_000, lo: int = kit.NOON) -> Now:
    return Now(boot, up, lo, None, "floor")


# -- folding --------------------------------------------------------------------------------------


def test_entries_come_in_order_without_gaps() -> None:
    c = Cabinet()
    for idx in (len(c.log) - 1, len(c.log) + 1, 0, -1):
        with pytest.raises(ImpossibleHistory, match="entries are missing"):
            apply(c.state, ev.PartFailed(part="scanner", why="gone"), idx, c.now)
    assert c.state.size == len(c.log)


def test_the_proven_time_never_goes_back() -> None:
    c = Cabinet()
    lo = c.state.lo
    apply(c.state, ev.PartFailed(part="scanner", why="gone"), len(c.log), now(lo=lo - 5))
    assert c.state.lo == lo


def test_names_and_codes_are_nowhere_in_the_state() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.offer(ho)
    said = dump(c.state).decode() + repr(c.state)
    for secret in ("R. Person", "Papers", "Some Body", "123456789", "LK1SECRET"):
        assert secret not in said


def test_its_size_is_bounded_by_the_cabinet_and_not_by_its_history() -> None:
    c = Cabinet()
    sizes = []
    for _ in range(40):
        c.collected()
        sizes.append(len(dump(c.state)))
    assert max(sizes[5:]) - min(sizes[5:]) < 64
    assert (len(c.state.handovers), len(c.state.tombs), len(c.state.queue)) == (0, 1, 0)


def test_a_finished_handover_leaves_a_tombstone_only_when_it_was_collected() -> None:
    c = Cabinet()
    ho, unit = c.collected()
    tomb = c.state.tombs[unit]
    assert (tomb.ho, tomb.cred, tomb.idx) == (ho, f"c-{ho}", len(c.log) - 1)
    other = c.placed(size="M")
    c.send(msg.LeaveDeposit(kit.DEPOSITOR, other))
    c.send(msg.Resolve(kit.OPERATOR, f"unconfirmed:{other}", "taken out", "removed"))
    cancelled = c.order()
    c.send(msg.CancelHandover(kit.DEPOSITOR, cancelled, "no"))
    assert list(c.state.tombs) == [unit]
    assert c.state.by_cred(f"c-{ho}") is None
    assert c.state.tomb_of(f"c-{ho}") == tomb
    assert c.state.tomb_of("c-x") is None


# -- durations ------------------------------------------------------------------------------------


def test_time_since_within_a_boot_and_across_one() -> None:
    c = Cabinet()
    stamp = Stamp.of(c.now)
    c.wait(700)
    assert c.state.elapsed_ms(stamp, c.now) == 700
    assert c.state.due_up_ms(stamp, 1_000, c.now) == c.up_ms + 300
    c.cut(off_ms=HOUR_MS)
    assert c.state.elapsed_ms(stamp, c.now) == 0, "nobody knows how long it was off"
    c.wait(250)
    assert c.state.elapsed_ms(stamp, c.now) == 250
    assert c.state.due_up_ms(stamp, 1_000, c.now) == c.up_ms + 750


def test_before_its_boot_entry_a_new_boot_has_no_length() -> None:
    c = Cabinet()
    stamp = Stamp.of(c.now)
    assert c.state.elapsed_ms(stamp, now("00000009", up=99_000)) == 0


def test_a_restart_of_the_daemon_alone_does_not_stop_the_time() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.offer(ho)
    pulsed = c.state.doors["A1"].pulsed
    assert pulsed is not None
    c.wait(2_000)
    c.start()
    assert c.state.elapsed_ms(pulsed, c.now) == 2_000


@pytest.mark.parametrize(
    ("failures", "hours", "left"),
    [(12, 0, 12), (12, 0.9, 12), (12, 1, 6), (13, 1, 6), (1, 1, 0), (12, 400, 0), (12, -5, 12)],
)
def test_quiet_hours(failures: int, hours: float, left: int) -> None:
    throttle = Throttle(failures=failures, last=kit.NOON)
    assert quiet(throttle, now(lo=kit.NOON + round(hours * HOUR_MS))) == left


# -- snapshots ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_a_snapshot_gives_the_same_state_and_the_same_bytes(seed: int) -> None:
    print(f"seed {seed}")
    state = drive(seed, 80).c.state
    data = dump(state)
    assert load(data) == state
    assert dump(load(data)) == data
    whole = json.loads(json.dumps(asdict(state)))
    derived = {one for one in whole if one.startswith("_")}
    assert json.loads(data) == {name: whole[name] for name in whole.keys() - derived}
    assert derived == {"_first"}


def test_the_first_window_to_end_is_known_after_every_change() -> None:
    for seed in range(6):
        h = drive(seed, 1)
        pick = SeedPick(seed)
        for _ in range(60):
            h.act(pick.one(Hazard.ACTS), pick)
            live = h.c.state.handovers.values()
            ending = ("ordered", "collectable") if h.c.state.duty != "retired" else ("ordered",)
            closes = [one.closes for one in live if one.phase in ending]
            assert expiry.first(h.c.site, h.c.state) == min(closes, default=expiry.FAR)


def test_equal_states_give_equal_bytes_whatever_the_order_of_their_making() -> None:
    c = Cabinet()
    c.order()
    c.order()
    twin = load(dump(c.state))
    twin.handovers = dict(reversed(twin.handovers.items()))
    twin.doors = dict(reversed(twin.doors.items()))
    assert list(twin.handovers) != list(c.state.handovers)
    assert dump(twin) == dump(c.state)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b"3", b"{}", b'"state"', b"\xff",
        b'{"doors":[],"handovers":{},"tombs":{},"staff":{},"queue":{},"throttle":{"since":null}}',
    ],
)  # fmt: skip
def test_what_is_no_snapshot_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        load(data)


def test_a_snapshot_with_a_field_more_or_less_is_refused() -> None:
    c = Cabinet()
    c.collectable()
    raw = json.loads(dump(c.state))
    for path in ((), ("doors", "A1"), ("handovers", f"{1:016x}"), ("staff", "1")):
        for change in ("more", "less"):
            bent = json.loads(json.dumps(raw))
            at = bent
            for name in path:
                at = at[name]
            if change == "more":
                at["surplus"] = 1
            elif path:
                at.pop(next(iter(at)))
            else:
                at.pop("doors")
            with pytest.raises(ValueError, match="replay instead"):
                load(json.dumps(bent).encode())


def test_an_empty_state() -> None:
    assert load(dump(State())) == State()
