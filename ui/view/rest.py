"""The view of a kiosk that nobody stands at.

Theory of operation.  After `REST_MS` without a touch, a key or a scan the idle screen gives way to
a dark one with few words on it, in another place and another of the site's languages every minute,
so that nothing burns into the panel.  A touch brings the idle screen back and presses nothing; a
scan or a digit is taken as ever.

Rules.  It comes with the next minute of the clock that is on the screen, and moves with it, so that
it wakes nobody more often.  It is not shown while the screen has something to say that should be
read from afar: a door that stands open, a part that does not work.
"""

from __future__ import annotations

from typing import Final

from ui import model
from ui.lamp import last_done
from ui.view import recipient
from ui.view.sight import MINUTE_MS, Sight

REST_MS: Final = 300_000


def resting(sight: Sight, home: model.Home) -> model.Rest | None:
    """What stands on the glass instead of `home`; None while somebody may be there."""
    if home.barred or home.display or home.urgent or sight.session.guided:
        return None
    quiet_ms = sight.now.up_ms - last_done(sight.state, sight.visit, sight.session)
    known = sight.now.hi is not None  # then the clock on the screen wakes the kiosk every minute
    if quiet_ms < REST_MS:
        if not known:
            sight.stale_in(REST_MS - quiet_ms)
        return None
    minute = (sight.now.lo if known else sight.now.up_ms) // MINUTE_MS
    if not known:
        sight.stale_in(MINUTE_MS - sight.now.up_ms % MINUTE_MS)
    languages = sight.site.languages
    spoken = languages[minute % len(languages)]
    fields = {**recipient.common(sight), "theme": "dark", "language": spoken}
    return model.Rest(**fields, scan=home.scan, attention=home.attention, turn=minute % TURNS)


TURNS: Final = 77
"""Places that the words have been to before they come back to the first."""
