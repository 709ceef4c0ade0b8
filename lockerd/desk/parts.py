"""What the desk needs of the rest, as Protocols; the composition roots' own classes fit.

Rules.  A `Shelf` is enough to answer readings.  A `House` runs.  `Hands` exist in a simulation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lockerd.core.events import Verifier
from lockerd.core.messages import Message, Minted
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import State
from lockerd.core.visit import Visit
from lockerd.engine import Outcome
from lockerd.gate import Gate
from lockerd.journal.reader import Reader
from lockerd.ports import Clock, World


class Shelf(Protocol):
    """What readings are answered from."""

    @property
    def site(self) -> Site:
        """The cabinet."""

    @property
    def state(self) -> State:
        """The folded state."""

    @property
    def journal(self) -> Reader:
        """The record."""

    @property
    def now(self) -> Now:
        """The present; without a daemon, the time of the last entry."""

    @property
    def fault(self) -> str | None:
        """Why the journal takes no more entries, if so."""

    @property
    def step(self) -> str:
        """The step of the kiosk; empty without a daemon."""


class Taken(Protocol):
    """What one line of a witness's answer came to."""

    @property
    def file(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def witness(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...


class Running(Protocol):
    """The engine of a running cabinet, as far as it may be looked at."""

    @property
    def state(self) -> State: ...
    @property
    def visit(self) -> Visit: ...
    @property
    def fault(self) -> str | None: ...


class Badges(Protocol):
    """Makes staff badges and codes."""

    def mint(self, ho: str) -> Minted:
        """Fresh codes for a handover.  Raises VaultFull."""

    def telephone_key(self, cred: str) -> bytes:
        """What the holder of this badge answers challenges with."""

    def fact_row(self, ho: str, digits: str) -> Verifier:
        """A verifier of what both know about a handover."""

    def item_no(self, asset: str) -> str:
        """The number of the thing with this asset number."""

    def badge(self, pin: str) -> tuple[str, str, tuple[Verifier, ...]]:
        """A badge and its PIN: `(credential, badge text, verifier rows)`."""


class House(Protocol):
    """A running cabinet."""

    @property
    def site(self) -> Site: ...
    @property
    def engine(self) -> Running: ...
    @property
    def journal(self) -> Reader: ...
    @property
    def vault(self) -> Badges: ...
    @property
    def gate(self) -> Gate: ...
    @property
    def clock(self) -> Clock: ...

    @property
    def answers_fault(self) -> str | None: ...

    def send(self, message: Message) -> Outcome:
        """Handle a message to its end."""

    def take_answers(self) -> Sequence[Taken]:
        """Take the answers of witnesses that came in."""


class DoorState(Protocol):
    """How one simulated door stands."""

    @property
    def unit(self) -> str: ...
    @property
    def latched(self) -> bool: ...
    @property
    def angle_deg(self) -> int: ...
    @property
    def jammed(self) -> bool: ...
    @property
    def strike_cable(self) -> bool: ...
    @property
    def contact_cable(self) -> bool: ...
    @property
    def energised(self) -> bool: ...
    @property
    def pulses(self) -> int: ...


class Physical(Protocol):
    """The simulated thing in the hall."""

    def state(self) -> Mapping[str, DoorState]:
        """Every door as it stands now."""


class PhoneMessage(Protocol):
    """One message on the simulated telephone.  Times in Unix ms."""

    @property
    def ho(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def opens(self) -> int: ...
    @property
    def closes(self) -> int: ...
    @property
    def sent(self) -> int: ...
    @property
    def pin(self) -> str: ...
    @property
    def qr(self) -> str: ...


class Phone(Protocol):
    """The simulated telephone."""

    @property
    def messages(self) -> Sequence[PhoneMessage]: ...

    def forget(self, ho: str) -> None:
        """Delete every message about a handover."""


class Badge(Protocol):
    """What a demonstration member of staff carries."""

    @property
    def text(self) -> str: ...


class Hands(World, Protocol):
    """A person's hands at a simulated cabinet, and what they can see."""

    @property
    def site(self) -> Site: ...
    @property
    def physics(self) -> Physical: ...
    @property
    def phone(self) -> Phone: ...
    @property
    def badges(self) -> Mapping[str, Badge]: ...
