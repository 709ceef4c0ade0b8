"""What every journal line has, and how a kind of line declares itself.

See the package for the rules.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from lockerd.core.record import NamedRecord, Record

__all__ = ["DEVICE", "Actor", "Cause", "Event", "EventError", "Verifier", "fact_of"]


class EventError(ValueError):
    """A leaf's fields do not make an event of this release."""


class Cause(NamedTuple):
    """The entry that authorised this one: `[epoch, index]`."""

    epoch: int
    idx: int


class Actor(NamedTuple):
    """Who acted: a role, and a number (staff) or a pseudonym (recipient), never a name."""

    role: str
    id: str = ""


DEVICE = Actor("device")


def fact_of(ho: str | None) -> str:
    """The credential under which the verifier of what both know about a handover is kept."""
    return f"fact-{ho}"


class Verifier(Record):
    """One row of the erasable verifier table: what a code is checked against.

    `kind`: `pin`, `qr`, `fact`, `badge`, `staff-pin` or `card-1` to `card-3`.  `selector`: the
    public part by which the row is found.  `salt`, `hash`: scrypt with cost `n` (2^k), or a keyed
    hash where `n` is 0.  `mac` binds the row to `cred` with the pepper, which is kept outside the
    database.
    """

    cred: str
    kind: str
    selector: str
    salt: bytes
    hash: bytes
    n: int
    mac: bytes

    def __repr__(self) -> str:
        return f"Verifier(cred={self.cred!r}, kind={self.kind!r})"


class Event(NamedRecord):
    """What every line has: who, which compartment, which handover, and the entry that caused it."""

    TYPE: ClassVar[str] = ""
    DISCLOSED: ClassVar[tuple[str, ...]] = ()
    ATTACHED: ClassVar[tuple[str, ...]] = ()

    actor: Actor = DEVICE
    unit: str | None = None
    ho: str | None = None
    cause: Cause | None = None

    def __init_subclass__(cls) -> None:
        """What is disclosed is a name or the like: no repr shows it."""
        super().__init_subclass__()
        cls.HIDDEN |= frozenset(cls.DISCLOSED)

    def _values(self) -> tuple[object, ...]:
        """Two events are equal when their leaves are: what is attached does not count."""
        return tuple(getattr(self, one) for one in self.FIELDS if one not in self.ATTACHED)

    @property
    def put(self) -> tuple[Verifier, ...]:
        """Verifier rows that begin to exist with this event."""
        return ()

    @property
    def drop(self) -> tuple[str, ...]:
        """Credentials whose verifier rows, tombstones included, end with this event."""
        return ()

    @property
    def forget(self) -> tuple[str, ...]:
        """Names of facts (`fact_of`) whose verifier rows end with this event."""
        return ()

    @property
    def drop_pin(self) -> tuple[str, ...]:
        """Credentials whose PIN row alone ends with this event."""
        return ()

    @property
    def spend(self) -> tuple[str, ...]:
        """Credentials that become tombstones: proven from now on only to be told the truth."""
        return ()

    @property
    def revive(self) -> tuple[str, ...]:
        """Credentials whose opening is taken back: they work again."""
        return ()

    @property
    def erase(self) -> tuple[str, ...]:
        """Digests whose disclosures are deleted with this event."""
        return ()
