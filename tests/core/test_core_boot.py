"""What a start finds: every phase, every level of the door, and what it is called."""

from __future__ import annotations

from collections.abc import Callable

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.messages import Level
from lockerd.core.replay import replay
from lockerd.core.state import HOUR_MS

Setup = Callable[[], tuple[Cabinet, str]]


def ordered() -> tuple[Cabinet, str]:
    c = Cabinet()
    return c, c.order()


def depositing() -> tuple[Cabinet, str]:
    c, ho = ordered()
    c.send(msg.StartDeposit(DEPOSITOR, ho))
    return c, ho


def resting() -> tuple[Cabinet, str]:
    """A deposit that was given a door whose strike must rest before its first pulse."""
    c = Cabinet(kit.site(1))
    ho = c.placed()
    c.send(msg.AbandonDeposit(DEPOSITOR, ho, "nothing placed"))
    c.send(msg.StartDeposit(DEPOSITOR, ho))
    return c, ho


def placing() -> tuple[Cabinet, str]:
    c, ho = depositing()
    c.door("A1", "open")
    return c, ho


def placed() -> tuple[Cabinet, str]:
    c = Cabinet()
    return c, c.placed()


def unconfirmed() -> tuple[Cabinet, str]:
    c, ho = placed()
    c.send(msg.LeaveDeposit(DEPOSITOR, ho))
    return c, ho


def collectable() -> tuple[Cabinet, str]:
    c = Cabinet()
    return c, c.collectable()


def releasing() -> tuple[Cabinet, str]:
    c, ho = collectable()
    c.offer(ho)
    return c, ho


def asking() -> tuple[Cabinet, str]:
    c = Cabinet()
    ho = c.collectable(profile="ask")
    c.offer(ho)
    return c, ho


def waiting() -> tuple[Cabinet, str]:
    """A release that was authorised while its strike rests: nothing was pulsed yet."""
    c, ho = placed()
    c.confirmed(ho)
    c.offer(ho)
    return c, ho


def undelivered() -> tuple[Cabinet, str]:
    """Codes that no channel had taken yet."""
    c, ho = placed()
    c.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    c.wait(kit.REST_MS)
    return c, ho


def stood_open() -> tuple[Cabinet, str]:
    """A release of a door that had been forced before."""
    c, ho = collectable()
    c.door("A1", "open")
    c.offer(ho)
    return c, ho


def unread() -> tuple[Cabinet, str]:
    """A release whose contact was lost after the pulse."""
    c, ho = releasing()
    c.door("A1", "unknown")
    return c, ho


def failed() -> tuple[Cabinet, str]:
    c, ho = releasing()
    c.run(20_000)
    return c, ho


def opened() -> tuple[Cabinet, str]:
    c, ho = releasing()
    c.door("A1", "open")
    return c, ho


def opened_then_unread() -> tuple[Cabinet, str]:
    c, ho = opened()
    c.door("A1", "unknown")
    return c, ho


def expired() -> tuple[Cabinet, str]:
    c = Cabinet()
    ho = c.collectable(hours=1)
    c.run(2 * HOUR_MS)
    return c, ho


def frozen() -> tuple[Cabinet, str]:
    c, ho = asking()
    c.cut()
    return c, ho


def trying() -> tuple[Cabinet, str]:
    c = Cabinet()
    c.send(msg.TestDoor(OPERATOR, "A1"))
    return c, "f" * 16


def tried_open() -> tuple[Cabinet, str]:
    c, ho = trying()
    c.door("A1", "open")
    return c, ho


def idle() -> tuple[Cabinet, str]:
    return Cabinet(), "f" * 16


def forced() -> tuple[Cabinet, str]:
    c, ho = idle()
    c.door("A1", "open")
    return c, ho


def lost() -> tuple[Cabinet, str]:
    c, ho = idle()
    c.door("A1", "unknown")
    return c, ho


def lost_and_full() -> tuple[Cabinet, str]:
    c, ho = collectable()
    c.door("A1", "unknown")
    return c, ho


FORCED, CLOSED, UNSURE, SURE = "door.forced", "door.closed", "door.uncertain", "door.certain"
UNDONE, FROZEN = "deposit.unconfirmed", "handover.frozen"
OPENED, UNSAID = "release.opened", "credential.undelivered"

# Per setup: what the boot entry is followed by, and the handover's phase then, for a door found
# closed, open and unreadable.
FOUND: list[tuple[Setup, list[tuple[list[str], str]]]] = [
    (ordered, [([], "ordered"), ([FORCED], "ordered"), ([UNSURE], "ordered")]),
    (
        depositing,
        [
            ([UNDONE], "unconfirmed"),
            (["deposit.opened", UNDONE], "unconfirmed"),
            ([UNDONE, UNSURE], "unconfirmed"),
        ],
    ),
    (
        resting,
        [
            ([UNDONE], "unconfirmed"),
            ([UNDONE, FORCED], "unconfirmed"),
            ([UNDONE, UNSURE], "unconfirmed"),
        ],
    ),
    (
        placing,
        [
            (["deposit.closed", UNDONE], "unconfirmed"),
            ([UNDONE], "unconfirmed"),
            ([UNDONE, UNSURE], "unconfirmed"),
        ],
    ),
    (
        placed,
        [
            ([UNDONE], "unconfirmed"),
            ([FORCED, UNDONE], "unconfirmed"),
            ([UNSURE, UNDONE], "unconfirmed"),
        ],
    ),
    (unconfirmed, [([], "unconfirmed"), ([FORCED], "unconfirmed"), ([UNSURE], "unconfirmed")]),
    (collectable, [([], "collectable"), ([FORCED], "collectable"), ([UNSURE], "collectable")]),
    (
        undelivered,
        [
            ([UNSAID], "collectable"),
            ([FORCED, UNSAID], "collectable"),
            ([UNSURE, UNSAID], "collectable"),
        ],
    ),
    (
        releasing,
        [
            (["release.interrupted"], "collectable"),
            ([OPENED], "open"),
            ([FROZEN, UNSURE], "frozen"),
        ],
    ),
    (
        asking,
        [
            (["release.interrupted", FROZEN], "frozen"),
            ([OPENED], "open"),
            ([FROZEN, UNSURE], "frozen"),
        ],
    ),
    (
        waiting,
        [
            (["release.interrupted"], "collectable"),
            ([FROZEN, FORCED], "frozen"),
            ([FROZEN, UNSURE], "frozen"),
        ],
    ),
    (
        stood_open,
        [([FROZEN, CLOSED], "frozen"), ([FROZEN], "frozen"), ([FROZEN, UNSURE], "frozen")],
    ),
    (
        unread,
        [(["release.interrupted", SURE], "collectable"), ([OPENED], "open"), ([FROZEN], "frozen")],
    ),
    (failed, [([], "collectable"), ([FORCED], "collectable"), ([UNSURE], "collectable")]),
    (opened, [(["handover.collected"], "gone"), ([], "open"), ([UNSURE], "open")]),
    (opened_then_unread, [(["handover.collected"], "gone"), ([SURE], "open"), ([], "open")]),
    (expired, [([], "expired"), ([FORCED], "expired"), ([UNSURE], "expired")]),
    (frozen, [([], "frozen"), ([FORCED], "frozen"), ([UNSURE], "frozen")]),
    (
        trying,
        [
            (["door.not_opened"], "gone"),
            (["door.opened"], "gone"),
            (["door.not_opened", UNSURE], "gone"),
        ],
    ),
    (tried_open, [([CLOSED], "gone"), ([], "gone"), ([UNSURE], "gone")]),
    (idle, [([], "gone"), ([FORCED], "gone"), ([UNSURE], "gone")]),
    (forced, [([CLOSED], "gone"), ([], "gone"), ([UNSURE], "gone")]),
    (lost, [([SURE], "gone"), ([SURE], "gone"), ([], "gone")]),
    (lost_and_full, [([SURE], "collectable"), ([FORCED], "collectable"), ([], "collectable")]),
]
LEVELS = (Level.CLOSED, Level.OPEN, Level.UNKNOWN)
CASES = [
    pytest.param(setup, level, *found[place], id=f"{setup.__name__}-{level}")
    for setup, found in FOUND
    for place, level in enumerate(LEVELS)
]


@pytest.mark.parametrize(("setup", "level", "names", "phase"), CASES)
def test_every_phase_and_level(setup: Setup, level: Level, names: list[str], phase: str) -> None:
    c, ho = setup()
    pulses = len(c.pulses)
    events = c.cut({"A1": level})
    assert ev.names(events) == ["log.boot", *names]
    assert c.phase(ho) == phase
    assert len(c.pulses) == pulses, "nothing is pulsed at boot"
    assert c.state.doors["A1"].level == level.value
    assert replay(c.log) == c.state


@pytest.mark.parametrize(("setup", "level", "names", "phase"), CASES)
def test_a_second_start_finds_nothing_new(
    setup: Setup, level: Level, names: list[str], phase: str
) -> None:
    c, ho = setup()
    c.cut({"A1": level})
    assert ev.names(c.cut()) == ["log.boot"]
    assert ev.names(c.start()) == ["log.boot"], "nor does a restart of the daemon alone"
    assert c.phase(ho) == phase


@pytest.mark.parametrize(("setup", "level", "names", "phase"), CASES)
def test_life_goes_on_after_it(setup: Setup, level: Level, names: list[str], phase: str) -> None:
    """From whatever was found there is a way to a serving, empty, closed compartment."""
    c, ho = setup()
    c.cut({"A1": level})
    c.run(HOUR_MS)
    if c.phase(ho) == "open":
        c.door("A1", "closed")
    c.door("A1", "closed")
    if c.phase(ho) == "ordered":
        c.send(msg.CancelHandover(DEPOSITOR, ho, "no longer"))
    for key in list(c.state.queue):
        if key in c.state.queue:
            rule = key.partition(":")[0]
            finding = "removed" if rule in ("unconfirmed", "frozen", "expired") else "noted"
            c.send(msg.Resolve(OPERATOR, key, "looked", finding))
    if c.phase(ho) == "collectable":
        c.offer(ho)
        c.door("A1", "open")
        c.door("A1", "closed")
    assert c.phase(ho) == "gone"
    assert c.state.queue == {}
    assert {one.lease for one in c.state.doors.values()} == {None}
    c.wait(kit.REST_MS)
    c.collected()


def test_the_boot_entry_carries_every_reading() -> None:
    c = Cabinet()
    boot = c.cut({"A1": Level.OPEN, "A2": Level.UNKNOWN})[0]
    assert isinstance(boot, ev.LogBoot)
    assert boot.doors == ("A1=open", "A2=unknown", "A3=closed")


def test_a_new_cabinet_takes_its_doors_as_they_are() -> None:
    c = Cabinet()
    assert [one.phase for one in c.state.doors.values()] == ["closed"] * 3
    c.site, c.levels = kit.site(5), {**c.levels, "A4": Level.OPEN, "A5": Level.UNKNOWN}
    assert ev.names(c.cut()) == ["log.boot"], "no alarm for a door never seen before"
    assert (c.state.doors["A4"].phase, c.state.doors["A5"].phase) == ("open", "unknown")
    assert ev.names(c.door("A5", "closed")) == ["door.certain"]


def test_forced_says_whether_somebody_watched() -> None:
    c = Cabinet()
    forced = c.cut({"A1": Level.OPEN})[1]
    assert isinstance(forced, ev.DoorForced)
    assert forced.unpowered
    assert c.state.queue["forced:A1"].detail == "unpowered"


def test_a_release_whose_compartment_left_the_config_is_frozen() -> None:
    c = Cabinet()
    ho = c.collectable(size="L")
    c.offer(ho)
    c.site = kit.site(2)
    del c.levels["A3"]
    assert ev.names(c.cut()) == ["log.boot", FROZEN, UNSURE]
    assert c.run(HOUR_MS) == []
    c.send(msg.Resolve(OPERATOR, f"frozen:{ho}", "taken out", "removed"))
    assert c.phase(ho) == "gone"


def test_a_session_ends_with_the_power() -> None:
    c = Cabinet()
    c.send(msg.StaffPinChecked("badge-1", True))
    assert c.state.signed_in == "1"
    events = c.cut()
    assert ev.names(events) == ["log.boot", "staff.signed_out"]
    assert isinstance(events[1], ev.StaffSignedOut)
    assert (events[1].reason, events[1].actor) == ("power", OPERATOR)
    assert c.state.signed_in is None


def test_stopping_in_order_is_told_from_a_cut() -> None:
    c = Cabinet()
    assert (c.state.stopped, c.state.boots) == (False, 1)
    assert ev.names(c.send(msg.Stopping("asked"))) == ["log.stopped"]
    assert (c.state.stopped, c.state.boots) == (True, 1)
    assert c.send(msg.Stopping("asked")) == []
    c.start()
    assert (c.state.stopped, c.state.boots) == (False, 2)


def test_out_of_service_survives_a_restart() -> None:
    c = Cabinet()
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    c.cut()
    assert (c.state.duty, c.state.retired_for) == ("retired", "smoke")
    assert "cabinet:cabinet" in c.state.queue


def test_a_late_closing_says_so() -> None:
    c, _ = opened()
    collected = c.cut({"A1": Level.CLOSED})[1]
    assert isinstance(collected, ev.HandoverCollected)
    assert collected.late
    c, _ = releasing()
    late = c.cut({"A1": Level.OPEN})[1]
    assert isinstance(late, ev.ReleaseOpened)
    assert late.late


def test_two_doors_in_the_air_at_once() -> None:
    c = Cabinet()
    one, two = c.collectable(), c.collectable(size="M")
    c.offer(one)
    c.offer(two)
    events = c.cut({"A1": Level.OPEN})
    assert ev.names(events) == ["log.boot", OPENED, "release.interrupted"]
    assert (c.phase(one), c.phase(two)) == ("open", "collectable")
