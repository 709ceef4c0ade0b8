"""Opening hours across daylight saving and holidays, against an oracle that walks the minutes.

The oracle asks the time zone database for every single minute what the clock on the wall shows, and
looks that up in the week's table; it knows nothing of offsets, spans or days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lockerd.config.times import offsets
from lockerd.core.calendar import DAYS_MAX, Calendar, after, before, is_open, next_opening

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
OFFICE = tuple([((480, 720), (780, 1080))] * 5 + [((540, 780),)] + [()])
ALWAYS = tuple([((0, 1440),)] * 7)
NIGHT = tuple([((0, 180), (1320, 1440))] * 7)

PLACES: dict[str, tuple[str, date]] = {
    "Berlin springs forward": ("Europe/Berlin", date(2027, 3, 28)),
    "Berlin falls back": ("Europe/Berlin", date(2027, 10, 31)),
    "New York springs forward": ("America/New_York", date(2027, 3, 14)),
    "New York falls back": ("America/New_York", date(2027, 11, 7)),
    "Lord Howe moves by half an hour": ("Australia/Lord_Howe", date(2027, 4, 4)),
    "Casablanca around Ramadan": ("Africa/Casablanca", date(2027, 2, 7)),
    "Kathmandu never": ("Asia/Kathmandu", date(2027, 3, 28)),
    "Auckland, far ahead": ("Pacific/Auckland", date(2027, 9, 26)),
    "UTC": ("UTC", date(2028, 2, 29)),
}


def unix_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def made(zone: str, week: tuple[tuple[tuple[int, int], ...], ...], *closed: date) -> Calendar:
    return Calendar(week, tuple(sorted(map(unix_day, closed))), offsets(zone))


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1_000)


def minutes(zone: str, around: date) -> list[tuple[int, datetime]]:
    """Every minute of five days: the instant, and what the wall shows."""
    start = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=2)
    made = (start + timedelta(minutes=one) for one in range(5 * 1440))
    return [(ms(at), at.astimezone(ZoneInfo(zone))) for at in made]


def shows_open(calendar: Calendar, wall: datetime) -> bool:
    """What a person at the door reads off the clock, the sign and the list of holidays."""
    minute = wall.hour * 60 + wall.minute
    shut = unix_day(wall.date()) in calendar.closed
    return not shut and any(a <= minute < b for a, b in calendar.week[wall.weekday()])


@pytest.mark.parametrize("week", [OFFICE, ALWAYS, NIGHT], ids=["office", "always", "night"])
@pytest.mark.parametrize("place", PLACES)
def test_it_is_open_when_the_sign_says_so(
    place: str, week: tuple[tuple[tuple[int, int], ...], ...]
) -> None:
    zone, day = PLACES[place]
    for closed in ((), (day,), (day + timedelta(days=1),)):
        calendar = made(zone, week, *closed)
        for at, wall in minutes(zone, day):
            assert is_open(calendar, at) == shows_open(calendar, wall), (place, wall)


@pytest.mark.parametrize("hours", [0, 1, 3, 9, 30])
@pytest.mark.parametrize("place", PLACES)
def test_open_time_is_counted_by_the_minutes_that_were_open(place: str, hours: int) -> None:
    """A code that lives for so many open hours, begun at four moments of the day."""
    zone, day = PLACES[place]
    calendar = made(zone, OFFICE, day)
    walked = minutes(zone, day - timedelta(days=1)) + minutes(zone, day + timedelta(days=4))
    opened = [at for at, wall in walked if shows_open(calendar, wall)]
    for first in walked[: 4 * 360 : 360]:
        rest = [at for at in opened if at >= first[0]]
        if len(rest) <= hours * 60:
            continue
        end = after(calendar, first[0], hours * HOUR_MS)
        lived = sum(1 for at in rest if at < end)
        assert lived == hours * 60
        if hours:
            assert end - MINUTE_MS in opened, "it ends with an open minute"
            back = before(calendar, end, hours * HOUR_MS)
            assert sum(1 for at in opened if back <= at < end) == hours * 60
        shown = next_opening(calendar, first[0])
        assert shown is not None and (shown == first[0]) == is_open(calendar, first[0])
        assert shown in {rest[0], first[0]}


def test_a_day_of_twenty_three_hours_and_one_of_twenty_five() -> None:
    calendar = made("Europe/Berlin", ALWAYS)
    for day, hours in ((date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 5, 1), 24)):
        spans = list(calendar.spans(unix_day(day)))
        assert sum(end - start for start, end in spans) == hours * HOUR_MS


def test_hours_that_daylight_saving_leaves_out_are_not_open() -> None:
    """From two to three there is no such time in that night."""
    calendar = made("Europe/Berlin", tuple([((120, 180),)] * 7))
    assert list(calendar.spans(unix_day(date(2027, 3, 28)))) == []
    assert len(list(calendar.spans(unix_day(date(2027, 3, 29))))) == 1


def test_a_site_that_never_opens_says_so() -> None:
    calendar = made("UTC", tuple([()] * 7))
    assert next_opening(calendar, 0) is None
    assert after(calendar, 5, 10) == 15, "time that never comes is counted as any other"
    assert before(calendar, 5, 10) == -5
    shut = made("UTC", OFFICE, *(date(2027, 1, 1) + timedelta(days=n) for n in range(DAYS_MAX)))
    assert next_opening(shut, ms(datetime(2027, 1, 2, tzinfo=UTC))) is None


def test_without_a_calendar_it_is_always_open() -> None:
    assert is_open(None, 5) and next_opening(None, 5) == 5
    assert after(None, 5, 10) == 15 and before(None, 15, 10) == 5
