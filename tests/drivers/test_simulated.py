"""The line driver over a mock board over the physics, in virtual time."""

from __future__ import annotations

import gc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import CoolingDown, PulseRefused
from drivers.lease import PULSE_MS_MAX, SUPPLY_GAP_MS
from drivers.mockboard import STATES_MAX
from drivers.physics import LOG_MAX, SPRING_MS, WITHDRAW_MS, NoSuchPart
from drivers.power import PowerLost
from drivers.simulated import SimulatedCabinet
from lockerd.core.messages import DoorMoved, Level, PulseEnded
from support.cabinets import Hall, a_site

OPEN, CLOSED, UNKNOWN = Level.OPEN, Level.CLOSED, Level.UNKNOWN
UNITS = ("01", "02", "03")


def test_every_door_is_read_before_anything_happens() -> None:
    hall = Hall()
    assert hall.levels == {"01": CLOSED, "02": CLOSED, "03": CLOSED}
    assert hall.posted == []
    assert list(hall.physics.log) == []


@pytest.mark.parametrize("active_high", [True, False])
@pytest.mark.parametrize("closed_high", [True, False])
def test_a_pulse_opens_and_a_push_closes(active_high: bool, closed_high: bool) -> None:
    hall = Hall(a_site(active_high=active_high, closed_high=closed_high))
    assert set(hall.levels.values()) == {CLOSED}
    hall.cabinet.pulse("01", 500)
    assert hall.physics.state()["01"].energised
    hall.time.advance(2_000)
    assert hall.moves() == [OPEN]
    assert hall.faults() == [None]
    assert hall.physics.state()["01"].is_open
    assert not hall.physics.state()["01"].energised
    hall.physics.push("01")
    hall.time.advance(2_000)
    assert hall.moves() == [OPEN, CLOSED]
    assert hall.physics.state()["01"].latched
    assert hall.happened() == [
        *("pulse", "unlatched", "opened", "pulse ended"),
        *("pushed", "closed", "latched"),
    ]


@given(st.integers(0, 2**32))
def test_the_door_opens_in_its_time_on_every_seed(seed: int) -> None:
    hall = Hall(seed=seed)
    began_ms = hall.time.up_ms()
    hall.cabinet.pulse("01", 500)
    hall.time.advance(2_000)
    moved = [m for m in hall.posted if isinstance(m, DoorMoved)]
    assert len(moved) == 1
    took_ms = moved[0].first_ms - began_ms
    assert WITHDRAW_MS[0] + SPRING_MS[0] <= took_ms <= WITHDRAW_MS[1] + SPRING_MS[1]
    assert moved[0].flips in (1, 3, 5)


def test_contacts_do_bounce_and_the_same_seed_bounces_the_same() -> None:
    flips = []
    for seed in range(20):
        histories = []
        for _ in range(2):
            hall = Hall(seed=seed)
            hall.cabinet.pulse("01", 500)
            hall.time.advance(2_000)
            histories.append((list(hall.physics.log), list(hall.posted)))
        assert histories[0] == histories[1]
        flips += [m.flips for m in hall.posted if isinstance(m, DoorMoved)]
    assert max(flips) > 1


def test_a_short_pulse_does_not_free_the_latch() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", WITHDRAW_MS[0] - 1)
    hall.time.advance(2_000)
    assert hall.moves() == []
    assert hall.happened() == ["pulse", "pulse ended"]


def test_a_jammed_latch_stays_and_an_unjammed_one_opens() -> None:
    hall = Hall()
    hall.physics.jam("01")
    hall.cabinet.pulse("01", 500)
    hall.time.advance(6_000)
    assert hall.moves() == []
    assert hall.faults() == [None]
    hall.physics.unjam("01")
    hall.cabinet.pulse("01", 500)
    hall.time.advance(6_000)
    assert hall.moves() == [OPEN]
    assert hall.physics.counts["01", "pulse"] == 2


def test_a_cut_strike_cable_energises_nothing() -> None:
    hall = Hall()
    hall.physics.cut("01", "strike")
    hall.cabinet.pulse("01", 500)
    assert not hall.physics.state()["01"].energised
    hall.time.advance(6_000)
    assert hall.moves() == []
    hall.physics.mend("01", "strike")
    hall.cabinet.pulse("01", 500)
    hall.time.advance(6_000)
    assert hall.moves() == [OPEN]


@pytest.mark.parametrize("closed_high", [True, False])
def test_a_cut_contact_cable_reads_open(closed_high: bool) -> None:
    hall = Hall(a_site(closed_high=closed_high))
    hall.physics.cut("02", "contact")
    hall.time.advance(1_000)
    assert hall.moves("02") == [OPEN]
    assert not hall.physics.state()["02"].is_open
    hall.physics.mend("02", "contact")
    hall.time.advance(1_000)
    assert hall.moves("02") == [OPEN, CLOSED]


def test_a_forced_door_is_seen_without_a_pulse() -> None:
    hall = Hall()
    hall.physics.force("03")
    hall.time.advance(1_000)
    assert hall.moves("03") == [OPEN]
    assert hall.physics.counts["03", "pulse"] == 0


def test_a_latched_door_cannot_be_pulled() -> None:
    hall = Hall()
    hall.physics.pull("01")
    hall.time.advance(1_000)
    assert hall.moves() == []
    assert hall.happened() == ["held"]


def test_an_ajar_door_is_pulled_wide_without_another_edge() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", 500)
    hall.time.advance(1_000)
    ajar = hall.physics.state()["01"].angle_deg
    hall.physics.pull("01")
    hall.time.advance(1_000)
    assert hall.physics.state()["01"].angle_deg > ajar
    assert hall.moves() == [OPEN]


def test_a_door_that_is_pushed_while_its_coil_is_on_springs_again() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", PULSE_MS_MAX)
    hall.time.advance(300)
    hall.physics.push("01")
    hall.time.advance(500)
    assert hall.physics.state()["01"].is_open
    hall.time.advance(5_000)
    assert hall.moves()[-1] == OPEN
    hall.physics.push("01")
    hall.time.advance(1_000)
    assert hall.physics.state()["01"].latched


def test_a_door_that_is_held_shut_latches_without_opening() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", WITHDRAW_MS[1] + 1)
    hall.time.advance(WITHDRAW_MS[1] + 1)
    if not hall.physics.state()["01"].is_open:
        hall.physics.push("01")
    hall.time.advance(2_000)
    assert hall.physics.state()["01"].latched
    assert hall.moves() == []


@pytest.mark.parametrize("flips", [200, 201])
def test_a_loose_contact_is_unknown_once_and_certain_when_it_is_quiet(flips: int) -> None:
    hall = Hall()
    hall.physics.flutter("01", flips, gap_ms=20)
    hall.time.advance(6_000)
    assert hall.moves() == [UNKNOWN]
    hall.time.advance(20_000)
    assert hall.moves() == [UNKNOWN, CLOSED]
    assert hall.time.pending == 0


def test_twin_a_quiet_contact_says_nothing() -> None:
    hall = Hall()
    hall.time.advance(60_000)
    assert hall.posted == []
    assert hall.time.pending == 0


def test_a_power_cut_in_mid_pulse_ends_it_at_once() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", 500)
    hall.time.advance(20)
    hall.physics.power(False)
    assert not hall.physics.state()["01"].energised
    assert hall.happened() == ["pulse", "pulse ended"]
    hall.time.advance(10_000)
    assert hall.posted == [], "the dead posted a fact"
    assert hall.physics.state()["01"].latched
    assert hall.switch_on()["01"] is CLOSED


def test_a_power_cut_after_the_bolt_came_back_leaves_an_open_door() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", 500)
    hall.time.advance(WITHDRAW_MS[1])
    hall.physics.power(False)
    hall.time.advance(10_000)
    assert hall.physics.state()["01"].is_open
    assert hall.posted == []
    assert hall.switch_on() == {"01": OPEN, "02": CLOSED, "03": CLOSED}


def test_without_power_every_call_raises_and_nothing_swallows_it() -> None:
    hall = Hall()
    hall.physics.power(False)
    dead = hall.cabinet
    for call in (
        lambda: dead.pulse("01", 500),
        lambda: dead.start(hall.posted.append),
        dead.stop,
        lambda: SimulatedCabinet(hall.physics).start(hall.posted.append),
    ):
        with pytest.raises(PowerLost):
            call()
    assert not issubclass(PowerLost, Exception)
    hall.switch_on()
    with pytest.raises(PowerLost):
        dead.pulse("01", 500)
    hall.cabinet.pulse("01", 500)


def test_the_supply_that_breaks_down_under_the_coil_is_a_power_cut() -> None:
    hall = Hall()

    def break_down(unit: str) -> None:
        if hall.physics.counts[unit, "pulse"]:
            hall.physics.power(False)

    hall.physics.observers.append(break_down)
    with pytest.raises(PowerLost):
        hall.cabinet.pulse("01", 500)
    hall.time.advance(5_000)
    assert hall.physics.state()["01"].latched
    assert hall.posted == []


def test_one_session_ends_with_the_power_for_all_its_parts() -> None:
    hall = Hall()
    session = hall.physics.session
    session.check()
    hall.cabinet.stop()
    hall.physics.power(False)
    with pytest.raises(PowerLost):
        session.check()
    hall.physics.power(True)
    hall.physics.session.check()
    assert hall.physics.session is not session


@pytest.mark.parametrize("active_high", [True, False])
def test_a_killed_process_leaves_no_coil_on_when_the_kernel_lets_go(active_high: bool) -> None:
    hall = Hall(a_site(active_high=active_high))
    hall.cabinet.pulse("01", 500)
    hall.physics.kill()
    assert not hall.physics.state()["01"].energised
    with pytest.raises(PowerLost):
        hall.cabinet.pulse("02", 500)
    hall.switch_on()
    hall.cabinet.pulse("02", 500)


@pytest.mark.parametrize("active_high", [True, False])
def test_twin_a_kernel_that_keeps_lines_burns_the_coil_until_the_next_start(
    active_high: bool,
) -> None:
    hall = Hall(a_site(active_high=active_high))
    hall.cabinet.pulse("01", 500)
    hall.physics.kill(lines_persist=True)
    hall.time.advance(60_000)
    assert hall.physics.state()["01"].energised, "nothing ended the pulse: the guard level is 1"
    assert hall.switch_on()["01"] is OPEN
    assert not hall.physics.state()["01"].energised, "starting drives every strike off"


def test_jams_and_cuts_survive_the_power() -> None:
    hall = Hall()
    hall.physics.jam("01")
    hall.physics.cut("02", "contact")
    hall.physics.power(False)
    assert hall.switch_on() == {"01": CLOSED, "02": OPEN, "03": CLOSED}
    assert hall.physics.state()["01"].jammed


def test_stop_drives_off_and_may_be_called_twice() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", 500)
    hall.cabinet.stop()
    assert not hall.physics.state()["01"].energised
    assert hall.faults() == ["the cabinet stopped during the pulse"]
    hall.cabinet.stop()
    with pytest.raises(PulseRefused):
        hall.cabinet.pulse("01", 500)
    hall.physics.force("02")
    hall.time.advance(20_000)
    assert hall.moves("02") == []


def test_parts_that_do_not_exist_are_named() -> None:
    physics = Hall().physics
    with pytest.raises(NoSuchPart, match="name one of 01, 02, 03"):
        physics.push("99")
    with pytest.raises(NoSuchPart, match="name strike or contact"):
        physics.cut("01", "power")


def test_observers_hear_of_every_happening() -> None:
    hall = Hall()
    heard: list[str] = []
    hall.physics.observers.append(heard.append)
    hall.cabinet.pulse("02", 500)
    hall.time.advance(1_000)
    assert heard == ["02"] * 4
    hall.physics.power(False)
    assert heard[-1] == ""


def test_a_whole_demonstration_cabinet_starts() -> None:
    hall = Hall(a_site(23))
    assert len(hall.levels) == 23
    assert set(hall.levels.values()) == {CLOSED}


hands = st.lists(
    st.tuples(
        st.sampled_from(["pulse", "push", "pull", "force", "jam", "unjam", "cut", "mend", "power"]),
        st.sampled_from(UNITS),
        st.integers(0, 3_000),
    ),
    max_size=30,
)


def act(hall: Hall, what: str, unit: str) -> None:
    """One act of a person or of the software; a refused pulse is an answer too."""
    if what == "pulse":
        try:
            hall.cabinet.pulse(unit, 500)
        except PulseRefused:
            return
    elif what in ("cut", "mend"):
        getattr(hall.physics, what)(unit, "strike")
    elif what == "power":
        hall.physics.power(False)
        hall.switch_on()
    else:
        getattr(hall.physics, what)(unit)


@given(st.integers(0, 2**32), hands)
def test_whatever_hands_do_the_coils_keep_their_rules(
    seed: int, hands: list[tuple[str, str, int]]
) -> None:
    hall = Hall(seed=seed)
    for what, unit, wait_ms in hands:
        act(hall, what, unit)
        hall.time.advance(wait_ms)
    hall.time.advance(60_000)
    edges = [h for h in hall.physics.log if h.what in ("pulse", "pulse ended")]
    for on, off in pairwise(edges):
        assert on.what != off.what, "two coils at once"
        if on.what == "pulse":
            assert on.unit == off.unit
            assert off.up_ms - on.up_ms <= 500
    assert not edges or edges[-1].what == "pulse ended"
    for unit, state in hall.physics.state().items():
        told = hall.moves(unit)
        if (
            told
            and told[-1] is not UNKNOWN
            and "power on" not in [h.what for h in hall.physics.log]
        ):
            assert (told[-1] is OPEN) == state.is_open


def test_the_rules_of_the_lease_hold_through_the_driver() -> None:
    hall = Hall()
    hall.cabinet.pulse("01", 500)
    with pytest.raises(PulseRefused):
        hall.cabinet.pulse("02", 500)
    hall.time.advance(500 + SUPPLY_GAP_MS)
    with pytest.raises(CoolingDown):
        hall.cabinet.pulse("01", 500)
    hall.cabinet.pulse("02", 500)


def test_memory_does_not_grow_with_use() -> None:
    hall = Hall()
    for _ in range(2_000):
        hall.cabinet.pulse("01", 500)
        hall.time.advance(2_000)
        hall.physics.push("01")
        hall.time.advance(20_000)
    assert len(hall.physics.log) == LOG_MAX
    assert sum(isinstance(m, PulseEnded) for m in hall.posted) == 2_000
    pins = hall.cabinet._factory.pins.values()
    assert max(len(pin.states) for pin in pins) <= STATES_MAX
    assert hall.time.pending == 0


def test_power_cycles_leave_nothing_behind() -> None:
    hall = Hall()

    def cycle() -> int:
        for _ in range(20):
            hall.physics.power(False)
            hall.switch_on()
        gc.collect()
        return len(gc.get_objects())

    cycle()
    assert abs(cycle() - cycle()) < 50
