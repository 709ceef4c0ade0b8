"""The visit as a value, what a turn comes to, and what a room of it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.now import Now
from lockerd.core.site import Profile, Site
from lockerd.core.state import State

BADGE_PREFIX = "LKB"
CODE_PREFIX = "LK1"

_LOOKS = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's visit.  Times are ms since boot.

    `why`: the constant word of a refusal.  `pin`, `qr`: fresh codes while they are on the screen.
    `subject`, `pending`, `under`, `document`, `approver`: what a second person is asked to approve,
    the request that waits for it, the visit to which it returns, the document that was looked at,
    and who approved last.  `receipt`: index of the `handover.collected` entry on show.  `notice`:
    what a member of staff is told about the last thing they asked.  `batch`: the handovers
    deposited so far in one go, None where items are deposited one by one.  `order`: a handover
    that is described and not announced yet.  `cred`, `kind`: the code that this visit proved, and
    how: what else it opens needs no second proof.  `signed`: how the recipient signed for the item
    on show.  `patience`: how many times as long as others this person is waited for.
    """

    step: str = "home"
    since: int = 0
    active: int = 0
    warned: bool = False
    patience: int = 1
    back: str = "home"
    staff: str | None = None
    badge: str | None = None
    ho: str | None = None
    unit: str | None = None
    why: str = ""
    attempt: int = 1
    reminded: int = 0
    tried: tuple[str, ...] = ()
    receipt: int | None = None
    signed: str = ""
    cred: str = ""
    kind: str = ""
    item: str | None = None
    finding: str = ""
    notice: str = ""
    batch: tuple[str, ...] | None = None
    waiting: msg.Scanned | None = None
    subject: str = ""
    pending: msg.Message | None = field(default=None, repr=False)
    order: msg.OrderHandover | None = field(default=None, repr=False)
    under: Visit | None = field(default=None, repr=False)
    document: str = ""
    approver: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    pin: str = field(default="", repr=False)
    qr: str = field(default="", repr=False)


class Turn(NamedTuple):
    """What one call came to."""

    visit: Visit
    messages: tuple[msg.Message, ...] = ()
    effects: tuple[ef.Effect, ...] = ()


class Here(NamedTuple):
    """What every room may look at: the cabinet, its state, the moment."""

    site: Site
    state: State
    now: Now

    def at(self, visit: Visit, step: str, **changes: Any) -> Visit:
        """A step entered now.  What is not named keeps nothing but the staff session, a batch begun
        in it, and the patience for this person."""
        up_ms = self.now.up_ms
        fresh = Visit(step=step, since=up_ms, active=up_ms, staff=visit.staff, batch=visit.batch)
        return replace(fresh, **{"patience": visit.patience, **changes})

    def profile(self, name: str) -> Profile:
        """The profile of this name; the config's first if it was removed."""
        every = self.site.profiles
        return next((one for one in every if one.name == name), every[0])

    def actor(self, visit: Visit) -> ev.Actor:
        """The member of staff of this visit."""
        return actor_of(self.state, visit)


def actor_of(state: State, visit: Visit) -> ev.Actor:
    """The member of staff of a visit."""
    known = state.staff.get(visit.staff or "")
    return ev.DEVICE if known is None else ev.Actor(known.role, known.staff)


def typed_badge(text: str) -> str:
    """The text of a badge as it was made, from what somebody typed who cannot show it.

    Spaces, hyphens, small letters, and O, I, L for the digits that they look like are forgiven.
    """
    plain = "".join(one for one in text.upper() if one.isalnum())
    return BADGE_PREFIX + plain.removeprefix(BADGE_PREFIX).translate(_LOOKS)


def refused(visit: Visit, *messages: msg.Message) -> Turn:
    """It means nothing here, and says so by a tone."""
    return Turn(visit, messages, (ef.Sound("refuse"),))


Pressing = Callable[[Here, Visit, msg.Pressed], Turn]
Scanning = Callable[[Here, Visit, msg.Scanned], Turn]
Typing = Callable[[Here, Visit, msg.CodeTyped], Turn]
Filling = Callable[[Here, Visit, msg.FormSent], Turn]
Hearing = Callable[[Here, Visit, ev.Event, msg.Message], Turn]
Answering = Callable[[Here, Visit, Any], Turn]
Declining = Callable[[Here, Visit, msg.Message, str, str], Turn | None]


class Room(NamedTuple):
    """One persona's steps at the kiosk, and what moves them.

    `pressed`, `heard`: for every step of the room.  `heard` gets each event of a decided
    message, in order, while the visit stands on one of the room's steps.  `scanned`, `typed`,
    `filled`: by step; where none is given a scan is refused by a tone and typing means nothing.
    `declined(here, visit, message, why, text)`: None where the room has no answer of its own;
    the text then becomes the notice of a staff session.  `answers`: what a message means that
    made no event, such as an answer of the vault.  `waits`: steps that ask for more time before
    they end; `quiet`: steps that simply go home; `busy`: steps that end by an answer,
    where presses mean nothing and a scan waits; `limits`: other limits by step, as (ms until
    the warning, ms from there to the end).  `left`: what it means that a step was left by time,
    or for a scanned code.
    `finish`: the action of "No, finish", by step.
    """

    steps: tuple[str, ...]
    actions: tuple[str, ...]
    pressed: Pressing
    heard: Hearing
    scanned: Mapping[str, Scanning] = {}
    typed: Mapping[str, Typing] = {}
    filled: Mapping[str, Filling] = {}
    declined: Declining | None = None
    answers: Mapping[type[msg.Message], Answering] = {}
    waits: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()
    limits: Mapping[str, Callable[[Site, Visit], tuple[int, int] | None]] = {}
    finish: Mapping[str, str] = {}
    left: Mapping[str, Callable[[Visit], msg.Message]] = {}
