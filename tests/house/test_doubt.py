"""When a touchscreen that nobody touches is strange."""

from __future__ import annotations

from lockerd.doubt import DAY_MS, PEOPLE, Doubt


def typed(doubt: Doubt, up_ms: int) -> bool:
    """A code of nine digits and OK; whether it was said at the end."""
    said = [doubt.key(key, up_ms) for key in (*"123456789", "ok")]
    return any(said)


def test_people_who_never_touch_are_strange_after_a_day() -> None:
    doubt = Doubt(0)
    said = [typed(doubt, one * DAY_MS // PEOPLE) for one in range(PEOPLE + 1)]
    assert said == [False] * PEOPLE + [True]
    assert not typed(doubt, 2 * DAY_MS), "it is said once"


def test_one_touch_ends_it() -> None:
    doubt = Doubt(0)
    for one in range(3 * PEOPLE):
        up_ms = one * DAY_MS // PEOPLE
        if one % (PEOPLE - 1) == 0:
            doubt.touched(up_ms)
        assert not typed(doubt, up_ms)


def test_it_comes_again_after_another_day() -> None:
    doubt = Doubt(0)
    assert [typed(doubt, DAY_MS) for _ in range(PEOPLE)][-1]
    doubt.touched(DAY_MS)
    assert not any(typed(doubt, 2 * DAY_MS - 1) for _ in range(PEOPLE))
    assert typed(doubt, 2 * DAY_MS)


def test_few_people_in_many_days_are_not() -> None:
    doubt = Doubt(0)
    assert not any(typed(doubt, one * DAY_MS) for one in range(1, PEOPLE))


def test_many_people_in_an_hour_are_not() -> None:
    doubt = Doubt(0)
    assert not any(typed(doubt, one * 1_000) for one in range(1_000))
