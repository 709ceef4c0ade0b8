"""The level filter: bounces are one change, a crackling contact says nothing, nothing is lost."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from drivers.debounce import CALM_MS, CHANGES_MAX, UNSETTLED_MS, WINDOW_MS, DoorFilter
from lockerd.core.messages import DoorMoved, Level

OPEN, CLOSED, UNKNOWN = Level.OPEN, Level.CLOSED, Level.UNKNOWN
STABLE_MS = 60


def a_filter(level: Level = CLOSED) -> DoorFilter:
    return DoorFilter("01", level, STABLE_MS)


def drain(door: DoorFilter, until_ms: int) -> list[DoorMoved]:
    """Turn the filter whenever it wants to be turned, up to `until_ms`."""
    moved = []
    while (due_ms := door.due_ms()) is not None and due_ms <= until_ms:
        moved += door.turn(due_ms)
    return moved


def test_a_steady_door_has_nothing_to_say() -> None:
    door = a_filter()
    assert door.due_ms() is None
    door.edge(CLOSED, 100)
    assert door.due_ms() is None
    assert door.turn(10_000) == []


def test_a_clean_edge_is_told_when_it_is_stable() -> None:
    door = a_filter()
    door.edge(OPEN, 1_000)
    assert door.due_ms() == 1_060
    assert door.turn(1_059) == []
    assert door.turn(1_060) == [DoorMoved("01", OPEN, 1_000, 1_000, 1)]
    assert door.level is OPEN
    assert door.due_ms() is None


def test_bounces_are_one_change_with_their_count_and_times() -> None:
    door = a_filter()
    for up_ms, level in [(1_000, OPEN), (1_003, CLOSED), (1_004, OPEN), (1_009, CLOSED)]:
        door.edge(level, up_ms)
    door.edge(OPEN, 1_011)
    assert drain(door, 2_000) == [DoorMoved("01", OPEN, 1_000, 1_011, 5)]


def test_a_vibration_that_comes_back_is_not_told() -> None:
    door = a_filter()
    door.edge(OPEN, 1_000)
    door.edge(CLOSED, 1_010)
    assert drain(door, 5_000) == []
    door.edge(OPEN, 6_000)
    assert drain(door, 7_000) == [DoorMoved("01", OPEN, 6_000, 6_000, 1)]


def test_a_late_turn_loses_no_opening() -> None:
    door = a_filter()
    door.edge(OPEN, 1_000)
    door.edge(CLOSED, 1_500)
    assert door.turn(9_000) == [
        DoorMoved("01", OPEN, 1_000, 1_000, 1),
        DoorMoved("01", CLOSED, 1_500, 1_500, 1),
    ]


def change(door: DoorFilter, times: int, start_ms: int, gap_ms: int) -> list[DoorMoved]:
    """Open and close the door cleanly."""
    moved = []
    for index in range(times):
        up_ms = start_ms + index * gap_ms
        door.edge(OPEN if door.raw is CLOSED else CLOSED, up_ms)
        moved += drain(door, up_ms + gap_ms - 1)
    return moved


def test_seven_changes_in_a_minute_are_unknown_once() -> None:
    door = a_filter()
    moved = change(door, 20, 1_000, 500)
    assert [one.level for one in moved] == [OPEN, CLOSED] * 3 + [UNKNOWN]
    assert door.level is UNKNOWN


def test_twin_six_changes_in_a_minute_are_believed() -> None:
    moved = change(a_filter(), CHANGES_MAX, 1_000, 500)
    assert [one.level for one in moved] == [OPEN, CLOSED] * 3


def test_seven_changes_in_more_than_a_minute_are_believed() -> None:
    gap_ms = WINDOW_MS // CHANGES_MAX + 1
    moved = change(a_filter(), 30, 1_000, gap_ms)
    assert UNKNOWN not in [one.level for one in moved]


def test_an_unstable_contact_is_certain_again_when_it_was_steady() -> None:
    door = a_filter()
    change(door, 8, 0, 500)
    last_ms = 7 * 500
    assert door.turn(last_ms + CALM_MS - 1) == []
    assert door.turn(last_ms + CALM_MS) == [DoorMoved("01", CLOSED, last_ms, last_ms, 1)]
    assert door.level is CLOSED
    assert [one.level for one in change(door, 2, 20_000, 500)] == [OPEN, CLOSED]


def test_an_unstable_contact_that_goes_on_stays_unknown() -> None:
    door = a_filter()
    moved = change(door, 40, 0, 500)
    assert len(moved) == CHANGES_MAX + 1


def test_a_contact_that_never_settles_is_unknown() -> None:
    door = a_filter()
    moved = []
    for up_ms in range(0, 10_000, 20):
        moved += drain(door, up_ms)
        door.edge(OPEN if door.raw is CLOSED else CLOSED, up_ms)
    assert [one.level for one in moved] == [UNKNOWN]
    assert moved[0].last_ms <= UNSETTLED_MS
    assert moved[0].flips > 50


def test_seven_vibrations_in_a_minute_are_unknown() -> None:
    door = a_filter()
    moved = []
    for index in range(7):
        door.edge(OPEN, 1_000 * index)
        door.edge(CLOSED, 1_000 * index + 5)
        moved += drain(door, 1_000 * index + 999)
    assert [one.level for one in moved] == [UNKNOWN]


def test_a_line_that_cannot_be_read_is_unknown_until_it_is_steady() -> None:
    door = a_filter(OPEN)
    door.doubt(1_000)
    door.doubt(2_000)
    assert [one.level for one in drain(door, 2_000)] == [UNKNOWN]
    assert drain(door, 2_000 + CALM_MS) == [DoorMoved("01", OPEN, 2_000, 2_000, 1)]


edges = st.lists(st.tuples(st.integers(0, 3_000), st.sampled_from([OPEN, CLOSED])), max_size=80)


@given(edges)
def test_what_is_told_is_true_bounded_and_in_order(edges: list[tuple[int, Level]]) -> None:
    door = a_filter()
    now_ms, moved, last = 0, [], CLOSED
    for gap_ms, level in edges:
        now_ms += gap_ms
        moved += drain(door, now_ms)
        door.edge(level, now_ms)
        last = level
    moved += drain(door, now_ms + CALM_MS + UNSETTLED_MS)
    assert door.level is last, "the last word is not the level of the line"
    told = [CLOSED, *(one.level for one in moved)]
    assert all(a is not b for a, b in itertools.pairwise(told) if UNKNOWN not in (a, b))
    assert all(one.first_ms <= one.last_ms for one in moved)
    assert all(a.last_ms <= b.first_ms for a, b in itertools.pairwise(moved))
    for one in moved:
        minute = [m for m in moved if one.last_ms <= m.last_ms < one.last_ms + WINDOW_MS]
        assert len(minute) <= 2 * (CHANGES_MAX + 2)
    assert door.due_ms() is None


@given(edges, st.integers(0, 500))
def test_turning_late_tells_the_same_as_turning_in_time(
    edges: list[tuple[int, Level]], late_ms: int
) -> None:
    in_time, late = a_filter(), a_filter()
    moved_in_time, moved_late, now_ms = [], [], 0
    for gap_ms, level in edges:
        now_ms += gap_ms
        moved_in_time += drain(in_time, now_ms)
        in_time.edge(level, now_ms)
        late.edge(level, now_ms)
    moved_in_time += drain(in_time, now_ms + 2 * CALM_MS)
    moved_late += late.turn(now_ms + 2 * CALM_MS + late_ms)
    levels = [one.level for one in moved_in_time]
    if UNKNOWN not in levels:
        assert moved_late == moved_in_time
