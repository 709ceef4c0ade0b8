"""What words and views both speak of: the first picture has words and no view."""

from __future__ import annotations

from lockerd.core.record import Record

HIDDEN = "••••••"
"""What a redacted picture shows in place of a name."""


class Moment(Record):
    """A moment in words: `day` is a key of words (`today`) or a date, `time` is hh:mm."""

    day: str
    time: str
