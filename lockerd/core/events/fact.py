"""Something that both know: asked after the code, kept as a verifier and never as itself."""

from __future__ import annotations

from lockerd.core.events.base import Event, fact_of

__all__ = ["FactLocked", "FactProven", "FactRefused"]


class FactProven(Event):
    """The recipient knew what both know.  The cause is the request that waits for it."""

    TYPE = "fact.proven"


class FactRefused(Event):
    """An answer was not proven; the code must be shown again before the next one."""

    TYPE = "fact.refused"


class FactLocked(Event):
    """Five wrong answers: only a member of staff who looks at a document helps now."""

    TYPE = "fact.locked"

    @property
    def forget(self) -> tuple[str, ...]:
        return (fact_of(self.ho),)
