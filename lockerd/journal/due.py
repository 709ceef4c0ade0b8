"""Whose names are kept longer than their profile says: finished handovers, by when they ended.

Theory of operation.  A profile may say for how many days names are kept after the end.  A handover
has ended when an entry ends it; it is due once the whole time since then is proven.

Rules.  In doubt a name is kept: where nothing bounded the clock when a handover ended, the next
entry that was bounded says how late that can have been; without one it is not due.  What is held
by law is not this module's: whoever asks for an erasure is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lockerd.core import events as ev
from lockerd.journal.casefile import is_final
from lockerd.journal.erase import journals
from lockerd.journal.reader import Reader

DAY_MS = 86_400_000


def due(state_dir: Path, before: Mapping[str, int]) -> tuple[str, ...]:
    """The ids of the handovers that are due, in the order of their ends.

    `before`: profile -> Unix ms; what ended earlier is due.  A profile that is not in it keeps its
    names.  Raises JournalError.
    """
    profiles: dict[str, str] = {}
    found: dict[str, None] = {}
    for path in journals(state_dir):
        with Reader.read(path) as journal:
            ended: list[tuple[str, int]] = []  # nothing has said yet how late that can have been
            for idx, leaf in journal.leaves():
                if not ended and b'"ho":"' not in leaf:
                    continue
                entry = journal.entry(idx)
                event, latest = entry.event, entry.now.hi
                ho = event.ho
                if ho is not None and isinstance(event, ev.HandoverOrdered | ev.OrderCarried):
                    profiles[ho] = event.profile
                if ho is not None and is_final(event):
                    limit = before.get(profiles.get(ho, ""))
                    if limit is not None:
                        ended.append((ho, limit))
                if latest is not None:
                    found.update((one, None) for one, limit in ended if latest < limit)
                    ended.clear()
    return tuple(found)
