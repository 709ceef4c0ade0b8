"""Windows are compared with the whole interval; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockerd.core.now import Now, Side, side_of

START, END = 1_000, 2_000


def now(lo: int, hi: int | None) -> Now:
    return Now("00000001", 5, lo, hi, "sim")


@pytest.mark.parametrize(
    ("lo", "hi", "side"),
    [
        (0, 999, Side.EARLY),
        (0, 1_000, Side.UNSURE),
        (999, 999, Side.EARLY),
        (999, 1_000, Side.UNSURE),
        (1_000, 1_000, Side.INSIDE),
        (1_000, 1_999, Side.INSIDE),
        (1_999, 1_999, Side.INSIDE),
        (1_999, 2_000, Side.UNSURE),
        (2_000, 2_000, Side.LATE),
        (2_000, None, Side.LATE),
        (1_999, None, Side.UNSURE),
        (1_000, None, Side.UNSURE),
        (0, None, Side.UNSURE),
        (0, 5_000, Side.UNSURE),
    ],
)
def test_edges_of_a_half_open_window(lo: int, hi: int | None, side: Side) -> None:
    assert side_of(now(lo, hi), START, END) is side


@given(
    lo=st.integers(0, 3_000),
    width=st.none() | st.integers(0, 3_000),
    start=st.integers(0, 3_000),
    length=st.integers(1, 3_000),
)
def test_the_answer_is_that_of_every_moment_in_the_interval(
    lo: int, width: int | None, start: int, length: int
) -> None:
    end = start + length
    # An interval that is open above reaches beyond every window's end.
    hi = max(lo, end) if width is None else lo + width
    corners = {lo, hi, *(one for one in (start - 1, start, end - 1, end) if lo <= one <= hi)}
    sides = {
        Side.EARLY if one < start else Side.LATE if one >= end else Side.INSIDE for one in corners
    }
    wanted = sides.pop() if len(sides) == 1 else Side.UNSURE
    assert side_of(now(lo, None if width is None else hi), start, end) is wanted


@given(lo=st.integers(0, 3_000), hi=st.none() | st.integers(0, 3_000), narrower=st.integers(0, 500))
def test_knowing_more_never_turns_one_certain_answer_into_another(
    lo: int, hi: int | None, narrower: int
) -> None:
    if hi is not None and hi < lo + narrower:
        return
    before = side_of(now(lo, hi), START, END)
    after = side_of(now(lo + narrower, hi), START, END)
    assert before in (Side.UNSURE, after)


def test_what_a_person_is_shown() -> None:
    assert now(5, 9).best == 5
    assert now(5, 9).error_ms == 4
    assert now(5, None).error_ms is None
