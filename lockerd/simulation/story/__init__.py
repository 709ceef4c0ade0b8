"""Stories: a journey written down, played in virtual time through the daemon's own code.

Theory of operation.  A story is TOML: `title`, optional `seed`, `begins` and `config`, and a list
of `[[step]]` with `at`, `do`, `expect_events`, `expect_screen`, `expect_says`.  `at` is `+90s`
after the step before, or a time of day `14:00` on the story's day, or absent.  `do` is one verb
with its words, as a shell would split them, or a list of such lines.  `$ada.pin`, `$ada.qr`,
`$ada.unit`, `$ada.ho` are known once a handover is labelled `ada`.  After the step, `expect_events`
must be the types of exactly the events since the step before (`...` stands for any number of
others), `expect_says` all that was spoken since then, line by line in the same way, and
`expect_screen` the kiosk's step, followed where useful by words that must stand on the screen.

Rules.  Every verb is a person's act or the world's; a story cannot reach behind the cabinet.  A
story that does not come true raises `Untrue` with the step's number and both sides.
"""

from __future__ import annotations

from lockerd.simulation.story.player import VERBS, Player, play
from lockerd.simulation.story.reading import (
    BadStory,
    Played,
    Step,
    Story,
    Untrue,
    read,
    span_ms,
)

__all__ = [
    "VERBS",
    "BadStory",
    "Played",
    "Player",
    "Step",
    "Story",
    "Untrue",
    "play",
    "read",
    "span_ms",
]
