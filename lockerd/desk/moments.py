"""Times as people write and read them, in the site's time zone.

Theory of operation.  `2026-11-21T14:00` is local time at the site; an offset (`+01:00`, `Z`) says
otherwise; `+2h` counts from now.  Everything that is answered is RFC 3339 with the site's offset.

Rules.  A local time that a change of the clocks skips or repeats is refused, not guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from lockerd.control.codec import RequestError

_SPAN = re.compile(r"([+-])([0-9]{1,5})(s|min|h|d)", re.ASCII)
_UNIT_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 2000, 2199

HOW = "write 2026-11-21T14:00 (local time), 2026-11-21T14:00+01:00, 2026-11-21 or +2h"


@lru_cache(maxsize=4)
def zone(name: str) -> tzinfo:
    """The time zone.  Raises RequestError when this machine does not know it."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise RequestError(
            "failed", f"this machine does not know the time zone {name}; install tzdata"
        ) from None


def shown(ms: int, zone_name: str) -> str:
    """Unix ms as RFC 3339 to the second, with the site's offset."""
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
        return moment.astimezone(zone(zone_name)).isoformat(timespec="seconds")
    except OverflowError:
        return "9999-12-31T23:59:59+00:00"


def parse(text: str, now_ms: int, zone_name: str) -> int:
    """Unix ms from what a person wrote.  Raises RequestError."""
    span = _SPAN.fullmatch(text)
    if text == "now":
        return now_ms
    if span is not None:
        return now_ms + span_ms(text)
    if _DATE.fullmatch(text) is None:
        raise RequestError("usage", f"this is not a time; {HOW}")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RequestError("usage", f"there is no such date or time; {HOW}") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise RequestError("usage", f"years go from {FIRST_YEAR} to {LAST_YEAR}; correct the year")
    if moment.tzinfo is None:
        moment = _local(moment, zone(zone_name))
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def span_ms(text: str) -> int:
    """`+2h`, `-30min`, `+1d`, `+90s` in ms.  Raises RequestError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise RequestError("usage", "this is not a time span; write +90s, +30min, +2h or +1d")
    size_ms = int(found[2]) * _UNIT_MS[found[3]]
    return -size_ms if found[1] == "-" else size_ms


def _local(moment: datetime, local: tzinfo) -> datetime:
    """A wall time of the site; refused when there is none such, or two."""
    first, second = (moment.replace(tzinfo=local, fold=fold) for fold in (0, 1))
    exists = first.astimezone(UTC).astimezone(local).replace(tzinfo=None) == moment
    if not exists:
        raise RequestError("usage", "the clocks skip this time that day; write another, or UTC: Z")
    if first.utcoffset() != second.utcoffset():
        offsets = " or ".join(one.isoformat()[-6:] for one in (first, second))
        raise RequestError("usage", f"this time comes twice that day; add its offset: {offsets}")
    return first
