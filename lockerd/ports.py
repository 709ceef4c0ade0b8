"""The seams between the pure core and the world, as Protocols.

Theory of operation.  The loop and the engine know only these; a driver, a journal, a simulated
cabinet or a test's recorder fit when they have the methods.  Composition roots choose.

Rules.  A port's method returns at once: what takes time answers later with a message posted to the
loop.  A port raises only errors derived from `PortError`, whose text ends with the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from lockerd.core.delivery import Letter
from lockerd.core.effects import Deliver, Effect, Remind, Tell
from lockerd.core.events import Event
from lockerd.core.messages import Level, Message
from lockerd.core.now import Now

Post = Callable[[Message], None]
"""Hand a fact to the loop; the only thing that an edge thread may do with the daemon."""


class PortError(Exception):
    """Something outside failed; the text says what, and ends with the remedy."""


class PulseRefused(PortError):
    """A pulse was refused and nothing was energised.

    `ready_in_ms`: when the same request can succeed; None when waiting does not help.
    """

    def __init__(self, text: str, ready_in_ms: int | None = None) -> None:
        super().__init__(text)
        self.ready_in_ms = ready_in_ms


class JournalError(PortError):
    """The journal could not be opened, read or appended to."""


class Cancel(Protocol):
    """A scheduled call that can be withdrawn."""

    def cancel(self) -> None:
        """Withdraw it; harmless when it already ran."""


class Timers(Protocol):
    """Deadlines on the loop's own thread."""

    def after(self, delay_ms: int, call: Callable[[], None]) -> Cancel:
        """Run `call` on the loop in `delay_ms`."""


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> Now:
        """The interval that contains the present."""

    def up_ms(self) -> int:
        """Milliseconds since boot, sleep included (CLOCK_BOOTTIME)."""


class Clockwork(Clock, Protocol):
    """A clock that also reports when it was stepped."""

    def jump(self) -> int | None:
        """By how many ms the wall clock was stepped since the last call; None if it was not."""

    def tell(self, lo: int, hi: int, at_up_ms: int) -> None:
        """Two people said that at `at_up_ms` of this boot it was between `lo` and `hi`."""

    def anchor(self, at: int) -> None:
        """The wall clock was last vouched for at `at` (Unix ms)."""

    def prove(self, at: int) -> None:
        """A signature that counts says that it is `at` (Unix ms) or later."""


class Entry(Protocol):
    """One stored line, decoded."""

    @property
    def idx(self) -> int: ...
    @property
    def event(self) -> Event: ...
    @property
    def now(self) -> Now: ...


class Journal(Protocol):
    """The signed, append-only record."""

    @property
    def epoch(self) -> int:
        """The number of this epoch."""

    @property
    def size(self) -> int:
        """How many entries there are; the index of the next one."""

    def append(self, events: Sequence[Event], now: Now) -> int:
        """Make events durable in one transaction with one fsync; the first one's index.

        Raises JournalError when they may not be on disk: the caller must not act.
        """

    def entries(self, start: int = 0) -> Iterable[Entry]:
        """Stored lines from `start` on, in order, from leaves alone."""

    def disclosed(self, idx: int) -> Mapping[str, str]:
        """The disclosures of one entry that were not erased, by field name."""


class Cabinet(Protocol):
    """Doors and strikes."""

    def start(self, post: Post) -> Mapping[str, Level]:
        """Drive every strike off, read every door once, then report changes through `post`."""

    def pulse(self, unit: str, pulse_ms: int) -> None:
        """Energise one strike once; ends below the loop; answered by `PulseEnded`.

        Raises PulseRefused when it is certain that nothing was energised.
        """

    def stop(self) -> None:
        """Drive everything off and let go; idempotent."""


class Screen(Protocol):
    """Where a person looks."""

    def show(self, view: Any) -> None:
        """Paint what changed since the last call."""


class Vault(Protocol):
    """Codes: made, compared, forgotten.  The answers come back as messages."""

    def submit(self, effect: Effect) -> None:
        """Take a check or a Mint; it answers with a message."""

    def follow(self, events: Sequence[Event]) -> None:
        """Keep the rows in memory equal to the table after events became durable."""


class Courier(Protocol):
    """Takes fresh codes to their recipient."""

    def deliver(self, effect: Deliver) -> Sequence[str]:
        """Hand a Deliver out; the channels that took it."""

    def tell(self, effect: Remind | Tell) -> None:
        """Remind a recipient, or tell a contact that nobody came."""


class Printer(Protocol):
    """Puts a recipient's codes on paper."""

    def put(self, letter: Letter, done: Callable[[str | None], None]) -> None:
        """Take a slip; `done(None)` when it is out, else `done(why)`, from any thread."""


class Speaker(Protocol):
    """What a person at the cabinet hears: tones, and speech."""

    def sound(self, tone: str) -> None:
        """Play one of the tones of `effects.Sound`; silent where there is no speaker."""

    def speak(self, lines: Sequence[tuple[str, str]], level: int) -> None:
        """Say lines of (language, text) instead of what is being said.

        `level`: the volume, in steps of 6 dB from 0.
        """

    def hush(self) -> None:
        """Say nothing more; harmless when nothing is said."""


class World(Protocol):
    """The hands of a person at a simulated cabinet: the workbench, the CLI and stories share it."""

    def push(self, unit: str) -> None:
        """Push a door shut."""

    def pull(self, unit: str) -> None:
        """Pull a door open (only an unlatched one moves; a latched one is forced by `force`)."""

    def force(self, unit: str) -> None:
        """Break a latched door open, or use the mechanical key."""

    def jam(self, unit: str) -> None:
        """Jam the latch: a pulse does not free it until `unjam`."""

    def unjam(self, unit: str) -> None:
        """Free the latch."""

    def cut(self, unit: str, cable: str) -> None:
        """Cut a cable: `strike` or `contact`."""

    def mend(self, unit: str, cable: str) -> None:
        """Mend a cable that was cut."""

    def scan(self, text: str) -> None:
        """Show a symbol to the scanner."""

    def badge(self, staff: str) -> None:
        """Show a member of staff's badge to the scanner."""

    def key(self, key: str) -> None:
        """Press a key of the panel: a digit, `erase`, `ok`, `cancel`, `speech` and so on."""

    def headphones(self, plugged: bool) -> None:
        """Plug headphones into the panel, or pull them out."""

    def touch(self, x: int, y: int) -> None:
        """Tap the screen at a pixel."""

    def power(self, on: bool) -> None:
        """Cut or restore the supply."""

    def clock(self, by_ms: int) -> None:
        """Move the wall clock."""

    def break_part(self, part: str) -> None:
        """Break one of `lockerd.core.parts.PARTS`: it does nothing more until `mend_part`."""

    def mend_part(self, part: str) -> None:
        """Put in one that works."""
