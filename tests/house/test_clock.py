"""The board's clock: an interval that is never narrower than what is known, and never goes back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from lockerd.clock import (
    AHEAD_MAX_MS,
    BUILD_MS,
    DRIFT_PPM,
    STEP_MS,
    BoardClock,
    SimulatedClock,
    boot_id,
)
from lockerd.core.now import Now

ERROR_MS = 2_000
HOUR_MS = 3_600_000
TRUE_MS = BUILD_MS + 90 * 24 * HOUR_MS
"""The wall clock's time at `up_ms` 10,000 where it is right."""


@dataclass
class Board:
    """A machine: time since boot, a wall clock that may be wrong, a time service."""

    up_ms: int = 10_000
    wall_ms: int = TRUE_MS
    synced: bool = False
    boot: str = "0badcafe"
    log: list[Now] = field(default_factory=list)

    def clock(self, floor: Now | None = None, battery: bool = False) -> BoardClock:
        return BoardClock(
            floor,
            battery,
            ERROR_MS,
            self.boot,
            up=lambda: self.up_ms,
            wall=lambda: self.wall_ms,
            synced=lambda: self.synced,
        )

    def wait(self, for_ms: int) -> None:
        self.up_ms += for_ms
        self.wall_ms += for_ms


def floor(lo: int, up_ms: int = 5_000, boot: str = "00000000") -> Now:
    return Now(boot, up_ms, lo, None, "floor")


def test_a_board_that_knows_nothing_knows_the_build() -> None:
    """The twin of the next: a wall clock that nobody vouches for is worth nothing."""
    board = Board()
    clock = board.clock()
    assert clock.now() == Now(board.boot, 10_000, BUILD_MS, None, "floor")
    board.wait(HOUR_MS)
    lo = BUILD_MS + HOUR_MS - HOUR_MS * DRIFT_PPM // 1_000_000
    assert clock.now() == Now(board.boot, 10_000 + HOUR_MS, lo, None, "floor")


def test_a_synchronised_clock_bounds_both_sides() -> None:
    board = Board(synced=True)
    now = board.clock().now()
    assert (now.lo, now.hi, now.source) == (TRUE_MS - ERROR_MS, TRUE_MS + ERROR_MS, "synced")


@pytest.mark.parametrize(
    ("boot", "lo"),
    [("0badcafe", TRUE_MS + 5_000), ("00000000", TRUE_MS)],
    ids=["the same boot", "another boot"],
)
def test_the_last_entry_is_the_floor(boot: str, lo: int) -> None:
    """Within a boot the time since the entry counts; across one nobody knows how long it was."""
    board = Board(wall_ms=0)
    clock = board.clock(floor(TRUE_MS, boot=boot))
    assert clock.now().lo == lo
    board.wait(700)
    assert clock.now() == Now(board.boot, 10_700, lo + 700, None, "floor")


def test_after_the_time_service_the_interval_is_held_and_widens_with_drift() -> None:
    board = Board(synced=True)
    clock = board.clock()
    clock.now()
    board.synced = False
    board.wait(10 * HOUR_MS)
    now = clock.now()
    drift_ms = 10 * HOUR_MS * DRIFT_PPM // 1_000_000
    assert now.source == "held" and now.hi is not None
    middle = TRUE_MS + 10 * HOUR_MS
    assert now.hi == middle + ERROR_MS + drift_ms
    # What was proven at the synchronisation has gone on by what the slowest crystal makes of it.
    assert now.lo == middle - ERROR_MS - drift_ms


def test_a_wall_clock_that_is_stepped_while_held_changes_nothing() -> None:
    board = Board(synced=True)
    clock = board.clock()
    clock.now()
    board.synced = False
    board.wait(HOUR_MS)
    before = clock.now()
    for wrong in (0, TRUE_MS + 10_000 * HOUR_MS):
        board.wall_ms = wrong
        assert clock.now() == before


def test_a_battery_vouches_for_the_wall_clock() -> None:
    board = Board()
    clock = board.clock(floor(TRUE_MS - HOUR_MS), battery=True)
    clock.anchor(TRUE_MS)
    now = clock.now()
    assert (now.lo, now.hi, now.source) == (TRUE_MS - ERROR_MS, TRUE_MS + ERROR_MS, "battery")


def test_a_battery_runs_off_from_when_the_clock_was_last_right() -> None:
    board = Board()
    clock = board.clock(floor(TRUE_MS - HOUR_MS), battery=True)
    clock.anchor(TRUE_MS - 1_000 * HOUR_MS)
    run_off = 1_000 * HOUR_MS * DRIFT_PPM // 1_000_000
    assert clock.now().hi == TRUE_MS + ERROR_MS + run_off
    never_told = board.clock(floor(TRUE_MS - HOUR_MS), battery=True).now()
    assert never_told.hi is not None and never_told.hi > TRUE_MS + ERROR_MS + run_off
    fresh = board.clock(battery=True).now()
    assert fresh.hi == TRUE_MS + ERROR_MS, "whoever sets a device up looks at its clock"


@pytest.mark.parametrize(("ahead_ms", "source"), [(0, "battery"), (1, "floor")])
def test_a_battery_far_ahead_of_what_is_proven_is_broken(ahead_ms: int, source: str) -> None:
    """2099, believed once, would end every window for good."""
    board = Board()
    clock = board.clock(floor(TRUE_MS - AHEAD_MAX_MS - ahead_ms), battery=True)
    clock.anchor(TRUE_MS)
    assert clock.now().source == source


@pytest.mark.parametrize("battery", [False, True])
@pytest.mark.parametrize("synced", [False, True])
def test_a_clock_below_what_is_proven_is_not_believed(battery: bool, synced: bool) -> None:
    """A dead battery gives 1970; a time service gives what a forger likes."""
    proven = TRUE_MS + 24 * HOUR_MS
    board = Board(wall_ms=0, synced=synced)
    now = board.clock(floor(proven), battery=battery).now()
    assert now.lo >= proven and now.hi is None and now.source == "floor"


def test_a_clock_just_below_what_is_proven_is_cut_off_there() -> None:
    proven = TRUE_MS + 500
    board = Board(synced=True)
    now = board.clock(floor(proven)).now()
    assert (now.lo, now.hi) == (proven, TRUE_MS + ERROR_MS)


def test_a_raw_wall_clock_never_raises_the_floor() -> None:
    board = Board(wall_ms=TRUE_MS + 10_000 * HOUR_MS)
    clock = board.clock(floor(TRUE_MS))
    board.wait(1_000)
    assert clock.now() == Now(board.boot, 11_000, TRUE_MS + 1_000, None, "floor")


@pytest.mark.parametrize("by_ms", [STEP_MS + 1, -STEP_MS - 1, HOUR_MS])
def test_a_step_is_told_once(by_ms: int) -> None:
    board = Board()
    clock = board.clock()
    board.wait(5_000)
    assert clock.jump() is None
    board.wall_ms += by_ms
    assert clock.jump() == by_ms
    assert clock.jump() is None


@pytest.mark.parametrize("by_ms", [STEP_MS, -STEP_MS])
def test_a_small_correction_is_no_step(by_ms: int) -> None:
    board = Board()
    clock = board.clock()
    board.wall_ms += by_ms
    assert clock.jump() is None


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_the_proven_time_never_goes_back(seed: int) -> None:
    """Chance steps the wall clock, starts and ends the time service, and restarts the board."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    board = Board()
    last: Now | None = None
    clock = board.clock(battery=chance.random() < 0.5)
    for _ in range(200):
        board.wait(chance.choice([0, 1, 50, 10_000, HOUR_MS]))
        if chance.random() < 0.2:
            board.wall_ms = TRUE_MS + chance.randint(-1_000, 1_000) * HOUR_MS
        if chance.random() < 0.2:
            board.synced = not board.synced
        if chance.random() < 0.1:
            board.boot, board.up_ms = f"{chance.getrandbits(32):08x}", chance.randrange(60_000)
            clock = board.clock(last, battery=chance.random() < 0.5)
        now = clock.now()
        assert last is None or now.lo >= last.lo
        if last is not None and last.boot == now.boot:
            gone = now.up_ms - last.up_ms
            assert now.lo - last.lo >= gone - gone * DRIFT_PPM // 1_000_000 - 1, "so fast at least"
        assert now.hi is None or now.hi >= now.lo
        assert (now.hi is None) == (now.source == "floor")
        last = now


@pytest.mark.parametrize("seed", range(20))
def test_a_clock_that_is_right_whenever_it_is_believed_contains_the_truth(seed: int) -> None:
    """The wall clock may be anything while nobody vouches for it."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    board = Board(synced=True)
    true_ms, last = TRUE_MS, None
    clock = board.clock(battery=False)
    for _ in range(200):
        by_ms = chance.choice([1, 50, 10_000, HOUR_MS])
        board.up_ms += by_ms
        true_ms += by_ms
        board.synced = chance.random() < 0.5
        error_ms = chance.randint(-ERROR_MS, ERROR_MS)
        board.wall_ms = true_ms + error_ms if board.synced else chance.randrange(2 * TRUE_MS)
        if chance.random() < 0.1:
            off_ms = chance.randrange(HOUR_MS)
            true_ms += off_ms
            board.wall_ms += off_ms if board.synced else 0
            board.boot, board.up_ms = f"{chance.getrandbits(32):08x}", chance.randrange(60_000)
            clock = board.clock(last)
        now = last = clock.now()
        assert now.lo <= true_ms, (now, true_ms)
        assert now.hi is None or true_ms <= now.hi, (now, true_ms)


# -- the simulation's -------------------------------------------------------------------------


def test_a_simulated_clock_is_never_below_its_journal() -> None:
    clock = SimulatedClock(floor(TRUE_MS + HOUR_MS), "b", up=lambda: 7, wall=lambda: TRUE_MS)
    assert clock.now() == Now("b", 7, TRUE_MS + HOUR_MS, TRUE_MS + HOUR_MS, "sim")
    assert clock.jump() is None


def test_a_simulated_clock_moves_forward_only_and_says_so_once() -> None:
    clock = SimulatedClock(None, "b", up=lambda: 7, wall=lambda: TRUE_MS)
    clock.move(HOUR_MS)
    assert clock.now().lo == TRUE_MS + HOUR_MS and clock.jump() == HOUR_MS
    clock.move(-HOUR_MS)
    assert clock.now().lo == TRUE_MS + HOUR_MS and clock.jump() == -HOUR_MS
    assert clock.jump() is None and clock.up_ms() == 7
    clock.move(HOUR_MS)
    clock.move(2 * HOUR_MS)
    assert clock.jump() == 3 * HOUR_MS


def test_a_boot_has_a_name_of_eight_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKERD_BOOT_ID", "0BADCAFE-1234\n".lower())
    assert boot_id() == "0badcafe"
    monkeypatch.delenv("LOCKERD_BOOT_ID")
    assert len(boot_id()) == 8 and int(boot_id(), 16) >= 0


# -- what people say, and what others prove -------------------------------------------------------


def test_two_people_bound_the_time_until_the_board_starts_again() -> None:
    board = Board()
    clock = board.clock(floor(TRUE_MS - 24 * HOUR_MS))
    assert clock.now().hi is None
    clock.tell(TRUE_MS - 60_000, TRUE_MS + 120_000, board.up_ms)
    assert clock.now() == Now(board.boot, 10_000, TRUE_MS - 60_000, TRUE_MS + 120_000, "staff")
    board.wait(10 * HOUR_MS)
    drift_ms = 10 * HOUR_MS * DRIFT_PPM // 1_000_000
    now = clock.now()
    assert now.lo == TRUE_MS - 60_000 + 10 * HOUR_MS - drift_ms
    assert now.hi == TRUE_MS + 120_000 + 10 * HOUR_MS + drift_ms
    board.boot = "00c0ffee"
    assert board.clock(now).now().hi is None


def test_what_people_say_yields_to_a_time_service_and_to_what_is_proven() -> None:
    board = Board()
    clock = board.clock(floor(TRUE_MS))
    clock.tell(TRUE_MS - HOUR_MS, TRUE_MS - HOUR_MS + 180_000, board.up_ms)
    assert clock.now() == Now(board.boot, 10_000, TRUE_MS, None, "floor")
    clock.tell(TRUE_MS + HOUR_MS, TRUE_MS + HOUR_MS + 180_000, board.up_ms)
    assert clock.now().source == "staff"
    board.synced = True
    board.wall_ms = TRUE_MS + HOUR_MS
    assert clock.now().source == "synced"


def test_a_signed_time_raises_what_is_proven_and_nothing_lowers_it() -> None:
    board = Board()
    clock = board.clock(floor(TRUE_MS))
    clock.prove(TRUE_MS + HOUR_MS)
    assert clock.now().lo == TRUE_MS + HOUR_MS and clock.now().hi is None
    clock.prove(TRUE_MS - HOUR_MS)
    assert clock.now().lo == TRUE_MS + HOUR_MS
