"""Opening hours and what follows a window's end: whether they fit together, and as values.

Theory of operation.  The core has no time zone database: here the site's offsets from UTC are
looked up once, from 2026 for forty years, and become a table of a hundred rows or none.  A holiday
is a local date, or two with `..` between them.

Rules.  Only what a profile uses is asked for.  Lists are texts with spaces, as for languages.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from lockerd.config.complaint import Sheet, visible
from lockerd.config.rows import Row, Rows
from lockerd.config.tables import WEEK
from lockerd.core.calendar import Calendar
from lockerd.core.site import Notified

YEARS = range(2026, 2067)
CLOSED_MAX = 2_000
"""Days that a calendar may close: more than five years of them."""

LISTS = ("reminders_h", "escalate_h", "escalate_to", "reassign_to")
_EPOCH = date(1970, 1, 1)


def check_times(rows: Rows, sheet: Sheet) -> None:
    """Add a complaint for every two things about time that do not fit together."""
    calendar = rows["calendar"][0]
    _check_days(calendar, sheet)
    keys = {str(row.path[1]) for row in rows["notify"]}
    for row in rows["profile"]:
        _check_hours(row, calendar, sheet)
        _check_reminders(row, sheet)
        _check_expiry(row, keys, sheet)


def _check_days(row: Row, sheet: Sheet) -> None:
    for name in WEEK:
        spans = _spans(row.text(name))
        ends = [-1, *(one for span in spans for one in span)]
        if any(after <= before for before, after in pairwise(ends)):
            what, remedy = "has hours that end before they begin or overlap", "write them in order"
            sheet.add("E-CFG-068", (*row.path, name), row.label, name, what, remedy)
    try:
        many = len(_closed(row.text("closed"))) > CLOSED_MAX
        what, remedy = f"closes more than {CLOSED_MAX} days", "leave out the years that are over"
    except ValueError:
        many, what = True, "names a day that no year has, or a span that ends before it begins"
        remedy = "write dates such as 2026-12-25, and spans such as 2026-12-24..2027-01-01"
    if many:
        sheet.add("E-CFG-068", (*row.path, "closed"), row.label, "closed", what, remedy)


def _check_hours(row: Row, calendar: Row, sheet: Sheet) -> None:
    if row.value("open_hours") is not True:
        return
    if calendar.wrong & set(WEEK) or any(calendar.text(name) for name in WEEK):
        return
    what, remedy = "needs opening hours, and there are none", "add [calendar] with monday to sunday"
    sheet.add("E-CFG-060", (*row.path, "open_hours"), row.label, "open_hours", what, remedy)


def _check_reminders(row: Row, sheet: Sheet) -> None:
    for name, down in (("reminders_h", True), ("escalate_h", False)):
        hours = _hours(row.text(name))
        if hours != sorted(set(hours), reverse=down):
            order = "largest first" if down else "smallest first"
            what, remedy = "is not in order", f"write each hour once, the {order}"
            sheet.add("E-CFG-069", (*row.path, name), row.label, name, what, remedy)
    hours, window = _hours(row.text("reminders_h")), row.whole("window_h")
    if hours and window is not None and max(hours) >= window:
        what = f"has a reminder {max(hours)} h before the end of a window of {window} h"
        remedy = "write hours that are less than window_h"
        sheet.add("W-CFG-111", (*row.path, "reminders_h"), row.label, "reminders_h", what, remedy)


def _check_expiry(row: Row, keys: set[str], sheet: Sheet) -> None:
    chosen = row.text("at_expiry")
    needed = {"escalate": ("escalate_h", "escalate_to"), "reassign": ("reassign_to",)}
    for choice, names in needed.items():
        for name in names:
            at = (*row.path, name)
            if chosen == choice and not row.text(name) and name not in row.wrong:
                what, remedy = f'is missing beside at_expiry = "{choice}"', f"add {name}"
                sheet.add("E-CFG-060", row.path, row.label, name, what, remedy)
            elif chosen and chosen != choice and row.text(name):
                what = f'means nothing beside at_expiry = "{chosen}"'
                remedy = f'remove it, or write at_expiry = "{choice}"'
                sheet.add("E-CFG-061", at, row.label, name, what, remedy)
    for name in ("escalate_to", "reassign_to"):
        for one in row.text(name).split():
            if one not in keys:
                what = f"names {visible(one)}, whom no [notify.NAME] describes"
                remedy = f"add [notify.{visible(one)}] with a title"
                sheet.add("E-CFG-069", (*row.path, name), row.label, name, what, remedy)


# -- values


def _spans(text: str) -> list[tuple[int, int]]:
    """`08:00-12:00 13:00-18:00` in minutes of the day."""
    found = []
    for span in text.split():
        ends = [int(one[:2]) * 60 + int(one[3:]) for one in span.split("-")]
        found.append((ends[0], ends[1]))
    return found


def _hours(text: str) -> list[int]:
    return [int(one) for one in text.split()]


def _closed(text: str) -> list[int]:
    """Local days since 1970-01-01; ValueError for what is no date."""
    days: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("..")
        start = (date.fromisoformat(first) - _EPOCH).days
        end = (date.fromisoformat(last or first) - _EPOCH).days
        if end < start:
            raise ValueError(part)
        if end - start > CLOSED_MAX:
            end = start + CLOSED_MAX + 1
        days.update(range(start, end + 1))
    return sorted(days)


def profile_values(row: Row) -> dict[str, Any]:
    """The lists of a profile as tuples."""
    hours = {name: tuple(_hours(row.text(name))) for name in LISTS[:2]}
    keys = {name: tuple(row.text(name).split()) for name in LISTS[2:]}
    return {**hours, **keys}


def notify_of(rows: Rows) -> tuple[Notified, ...]:
    """Everybody who can be told."""
    told = rows["notify"]
    return tuple(Notified(str(r.path[1]), r.text("title"), r.text("telephone")) for r in told)


def calendar_of(rows: Rows) -> Calendar | None:
    """The site's opening hours; None where no day has any."""
    row = rows["calendar"][0]
    week = tuple(tuple(_spans(row.text(name))) for name in WEEK)
    if not any(week):
        return None
    closed = tuple(_closed(row.text("closed")))
    return Calendar(week, closed, offsets(rows["site"][0].text("time_zone")))


def offsets(zone: str) -> tuple[tuple[int, int], ...]:
    """From when which offset from UTC holds, in ms; UTC alone where the zone is not known here."""
    import zoneinfo

    try:
        known = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return ((-(2**62), 0),)

    def at(moment: datetime) -> int:
        gap = moment.astimezone(known).utcoffset()
        return 0 if gap is None else int(gap.total_seconds() * 1000)

    moment = datetime(YEARS.start, 1, 1, tzinfo=UTC)
    found = [(-(2**62), at(moment))]
    end, week = datetime(YEARS.stop, 1, 1, tzinfo=UTC), timedelta(days=7)
    while moment < end:
        later = moment + week
        if at(later) != found[-1][1]:
            low, high = moment, later
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if at(middle) == found[-1][1] else (low, middle)
            changed = high.replace(microsecond=0)
            found.append((int(changed.timestamp() * 1000), at(changed)))
        moment = later
    return tuple(found)
