"""Times as people write them, and the two nights a year on which they do not know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockerd.control.codec import RequestError
from lockerd.desk.moments import parse, shown, span_ms, zone

LONDON = "Europe/London"
NOW = 1_795_420_800_000  # 2026-11-23 08:00 UTC


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("now", NOW),
        ("+2h", NOW + 7_200_000),
        ("-30min", NOW - 1_800_000),
        ("+3d", NOW + 3 * 86_400_000),
        ("+90s", NOW + 90_000),
        ("2026-11-21T14:00", utc(2026, 11, 21, 14)),
        ("2026-11-21 14:00:30", utc(2026, 11, 21, 14, 0, 30)),
        ("2026-07-21T14:00", utc(2026, 7, 21, 13)),
        ("2026-07-21", utc(2026, 7, 20, 23)),
        ("2026-07-21T14:00Z", utc(2026, 7, 21, 14)),
        ("2026-07-21T14:00+05:30", utc(2026, 7, 21, 8, 30)),
        ("2026-10-25T01:30+01:00", utc(2026, 10, 25, 0, 30)),
        ("2026-10-25T01:30+00:00", utc(2026, 10, 25, 1, 30)),
        ("2026-10-25T00:59:59", utc(2026, 10, 24, 23, 59, 59)),
        ("2026-10-25T02:00", utc(2026, 10, 25, 2)),
        ("2026-03-29T00:59:59", utc(2026, 3, 29, 0, 59, 59)),
        ("2026-03-29T02:00", utc(2026, 3, 29, 1)),
    ],
)
def test_a_time_is_understood(text: str, ms: int) -> None:
    assert parse(text, NOW, LONDON) == ms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a time"),
        ("tomorrow", "not a time"),
        ("2026", "not a time"),
        ("2026-11-21T14", "not a time"),
        ("2026-11-21T14:00:00.5", "not a time"),
        ("2026-11-21T14:00+1", "not a time"),
        ("21/11/2026", "not a time"),
        ("+2", "not a time"),
        ("2h", "not a time"),
        ("+2m", "not a time"),
        ("+999999h", "not a time"),
        ("\u0661-01-01", "not a time"),
        ("2026-02-30", "no such date"),
        ("2026-11-21T24:30", "no such date"),
        ("2026-11-21T14:60", "no such date"),
        ("1999-01-01", "2000 to 2199"),
        ("2200-01-01", "2000 to 2199"),
        ("2026-03-29T01:30", "skip"),
        ("2026-10-25T01:30", "twice"),
    ],
)
def test_what_is_no_time_is_refused(text: str, words: str) -> None:
    with pytest.raises(RequestError, match=words) as caught:
        parse(text, NOW, LONDON)
    assert caught.value.code == "usage"


def test_an_ambiguous_time_names_both_offsets() -> None:
    with pytest.raises(RequestError, match=r"\+01:00 or \+00:00"):
        parse("2026-10-25T01:30", NOW, LONDON)


def test_a_span_is_signed() -> None:
    assert span_ms("+1d") == 86_400_000 == -span_ms("-1d")
    with pytest.raises(RequestError, match=r"\+90s"):
        span_ms("1 day")


def test_an_unknown_zone_is_named_with_its_remedy() -> None:
    with pytest.raises(RequestError, match="tzdata") as caught:
        zone("Europe/Nowhere")
    assert caught.value.code == "failed"


def test_times_are_shown_at_the_site() -> None:
    assert shown(utc(2026, 7, 21, 13), LONDON) == "2026-07-21T14:00:00+01:00"
    assert shown(utc(2026, 11, 21, 14) + 999, LONDON) == "2026-11-21T14:00:00+00:00"
    assert shown(2**53, "UTC").startswith("9999")


@given(st.integers(min_value=946_684_800, max_value=7_258_118_399))
def test_what_is_shown_can_be_written(second: int) -> None:
    assert parse(shown(second * 1000, LONDON), 0, LONDON) == second * 1000
