"""Rectangles, splitting and joining: nothing lost, nothing twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.geometry import EMPTY, Rect, column, flip, grid, merge, row, split

lengths = st.integers(0, 2000)
rects = st.builds(
    Rect, st.integers(-50, 300), st.integers(-50, 300), st.integers(0, 200), st.integers(0, 200)
)
BOUNDS = Rect(0, 0, 256, 256)


@given(
    lengths, st.lists(st.sampled_from([1.0, 2.0, 0.5]), min_size=1, max_size=8), st.integers(0, 9)
)
def test_split_fills_the_line_exactly(length: int, parts: list[float], gap: int) -> None:
    cells = split(length, parts, gap)
    assert len(cells) == len(parts)
    assert all(size >= 0 for _, size in cells)
    if length >= gap * (len(parts) - 1):
        at, size = cells[-1]
        assert at + size == length


def test_split_takes_negative_parts_as_pixels() -> None:
    assert split(100, [-20, 1, 3], 10) == [(0, 20), (30, 15), (55, 45)]
    assert split(100, []) == []
    assert split(5, [-20, 1], 10) == [(0, 20), (30, 0)]


def test_rows_mirror_and_columns_do_not() -> None:
    area = Rect(10, 20, 100, 50)
    plain, mirrored = row(area, [1, 3], 20), row(area, [1, 3], 20, mirror=True)
    assert plain == [Rect(10, 20, 20, 50), Rect(50, 20, 60, 50)]
    assert mirrored == [Rect(90, 20, 20, 50), Rect(10, 20, 60, 50)]
    assert [flip(cell, area) for cell in mirrored] == plain
    assert column(area, [1, 1]) == [Rect(10, 20, 100, 25), Rect(10, 45, 100, 25)]
    assert grid(area, 2, 2)[1] == Rect(60, 20, 50, 25)
    assert grid(area, 2, 2, mirror=True)[0] == Rect(60, 20, 50, 25)


def test_cuts_leave_the_rest_and_never_a_negative_size() -> None:
    area = Rect(0, 0, 100, 50)
    assert area.cut_top(10, 5) == (Rect(0, 0, 100, 10), Rect(0, 15, 100, 35))
    assert area.cut_bottom(10, 5) == (Rect(0, 40, 100, 10), Rect(0, 0, 100, 35))
    assert area.cut_left(30, 5) == (Rect(0, 0, 30, 50), Rect(35, 0, 65, 50))
    assert area.cut_right(30, 5) == (Rect(70, 0, 30, 50), Rect(0, 0, 65, 50))
    for cut in (area.cut_top, area.cut_bottom, area.cut_left, area.cut_right):
        taken, rest = cut(999, 5)
        assert taken == area
        assert rest.empty
    assert area.inset(60).w == 0


@given(rects, rects)
def test_clip_and_union_agree_with_meeting(a: Rect, b: Rect) -> None:
    assert a.clip(b).empty == (not a.meets(b) or a.empty or b.empty)
    both = a.union(b)
    for rect in (a, b):
        if not rect.empty:
            assert rect.clip(both) == rect


@given(st.lists(rects, max_size=30))
def test_merged_rectangles_are_disjoint_and_cover_what_they_came_from(some: list[Rect]) -> None:
    merged = merge(some, BOUNDS)
    for i, rect in enumerate(merged):
        assert rect.clip(BOUNDS) == rect
        assert not any(rect.meets(other) for other in merged[i + 1 :])
    for rect in some:
        part = rect.clip(BOUNDS)
        assert part.empty or any(part.clip(whole) == part for whole in merged)


def test_too_many_rectangles_become_one() -> None:
    some = [Rect(4 * i, 4 * i, 2, 2) for i in range(20)]
    assert len(merge(some, BOUNDS, most=20)) == 20
    assert merge(some, BOUNDS, most=16) == [Rect(0, 0, 78, 78)]
    assert merge([EMPTY], BOUNDS) == []
