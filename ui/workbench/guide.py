"""The guided first minute: three short tours that follow what really happens.

Theory of operation.  A `Guide` is which tour was chosen and what was seen on the way (`marks`).
`observe` takes one look at the bench and returns the next guide; `pages.page` says in words where
the tour stands.  Both are pure.  A step counts as done only when the cabinet or the hall shows it,
in whatever way it was done; a person who does something else is told where they are.

Marks of a release: `asked` (it began), `failed` (it ended without an opening), `dark` (the power
went while it ran), `opened` (the door was seen to open), `closed` (the collection was recorded),
`gone` (the handover ended in another way).  Marks of a deposit: `sent` (its message arrived),
`left` (the session ended before that).

Rules.  The guide touches nothing by itself, with one exception that was asked for: `cuts_power`
says when the power is to be cut in the middle of a release.
"""

from __future__ import annotations

from typing import Final, Literal

from lockerd.core.record import Record
from ui.workbench.model import Bench, Sms

Path = Literal["", "collect", "deposit", "break"]
Trouble = Literal["", "jam", "cable", "power"]

PATHS: Final[tuple[Path, ...]] = ("collect", "deposit", "break")
TROUBLES: Final[tuple[Trouble, ...]] = ("jam", "cable", "power")
DEPOSITED: Final = 5
"""How far a deposit is when everything is done."""

RELEASE_STEPS: Final = frozenset({"opening", "open", "not_opened", "receipt"})
"""Steps of the kiosk that are about one recipient's handover."""

STAFF_AT: Final = {
    "staff_pin": 1,
    "staff_menu": 2,
    "deposit_pick": 2,
    "deposit_new": 2,
    "deposit_opening": 3,
    "deposit_open": 3,
    "deposit_confirm": 4,
    "deposit_minting": 4,
    "deposit_done": 4,
}
"""Which step of the deposit tour each step of the kiosk belongs to."""


class Guide(Record):
    """`ho`, `unit`: what the tour is about.  `at`: how far a deposit came.

    `known`: handovers whose messages were there when the tour began.
    """

    path: Path = ""
    trouble: Trouble = ""
    ho: str = ""
    unit: str = ""
    at: int = 0
    marks: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


def begin(path: Path, bench: Bench, ho: str = "") -> Guide:
    """Start a tour; about the handover `ho` if its message can be used now."""
    known = frozenset(one.ho for one in bench.messages)
    return observe(about(Guide(path, known=known), bench, ho), bench)


def about(guide: Guide, bench: Bench, ho: str) -> Guide:
    """The same tour about another message, if that can be used and nothing was begun."""
    sms = bench.message(ho)
    if guide.marks or guide.trouble or guide.path not in ("collect", "break"):
        return guide
    return guide.but(ho=ho, unit=sms.unit) if sms is not None and sms.status == "ready" else guide


def over(guide: Guide) -> bool:
    """Whether the tour has come to an end."""
    return bool(guide.marks & {"closed", "gone", "sent"})


def with_trouble(guide: Guide, trouble: Trouble, bench: Bench) -> Guide:
    """Choose what is broken on the tour `break`; everything seen so far is forgotten."""
    return observe(guide.but(trouble=trouble, marks=frozenset()), bench)


def observe(guide: Guide, bench: Bench) -> Guide:
    """Take one look."""
    if guide.path == "deposit":
        return _observe_deposit(guide, bench)
    if guide.path:
        return _observe_release(_aimed(guide, bench), bench)
    return guide


def cuts_power(guide: Guide, bench: Bench) -> bool:
    """Whether the power is to be cut now: a release runs, and that is what was asked for."""
    return (
        guide.trouble == "power"
        and bench.powered
        and "dark" not in guide.marks
        and bench.phases.get(guide.ho) == "releasing"
    )


def target(bench: Bench) -> Sms | None:
    """The message to collect with: your newest ready one, else anybody's."""
    ready = [one for one in bench.messages if one.status == "ready"]
    return next((one for one in ready if one.yours), ready[0] if ready else None)


def _aimed(guide: Guide, bench: Bench) -> Guide:
    """At the handover that is being collected; while there is none, at the best message."""
    doing = bench.kiosk.ho if bench.kiosk.step in RELEASE_STEPS else ""
    other = bench.message(doing) if doing not in ("", guide.ho) else None
    if other is not None and not guide.trouble and _serves(guide.path, other):
        return guide.but(ho=doing, unit=other.unit, marks=frozenset())
    now = bench.message(guide.ho)
    if guide.marks or not bench.powered or (now is not None and now.status == "ready"):
        return guide
    best = target(bench)
    if best is None:
        return guide.but(ho="", unit="")
    return guide.but(ho=best.ho, unit=best.unit)


def _serves(path: Path, sms: Sms) -> bool:
    """Whether a tour can be about it: what was collected is gone, and nothing can go wrong."""
    return path == "collect" or sms.status == "ready"


def _observe_release(guide: Guide, bench: Bench) -> Guide:
    if not guide.ho:
        return guide
    marks, phase = set(guide.marks), bench.phases.get(guide.ho)
    if not bench.powered:
        if "asked" in marks and "opened" not in marks:
            marks.add("dark")
    elif bench.ended.get(guide.ho) == "collected":
        marks |= {"asked", "opened", "closed"}
    elif phase is None:
        marks.add("gone")
    elif phase == "releasing":
        marks.add("asked")
    elif phase == "open":
        marks |= {"asked", "opened"}
    elif "asked" in marks and "opened" not in marks:
        marks.add("failed")
    return guide.but(marks=frozenset(marks))


def _observe_deposit(guide: Guide, bench: Bench) -> Guide:
    kiosk = bench.kiosk
    if "sent" in guide.marks:
        return guide
    if guide.ho and guide.ho not in guide.known and bench.message(guide.ho) is not None:
        return guide.but(at=DEPOSITED, marks=guide.marks | {"sent"})
    if kiosk.step.startswith("deposit_") and kiosk.ho:
        guide = guide.but(ho=kiosk.ho, unit=kiosk.unit or guide.unit)
    if kiosk.step == "checking":
        return guide
    at = STAFF_AT.get(kiosk.step, 2 if kiosk.staff else 0)
    marks = guide.marks - {"left"}
    if at == 0 and (guide.at > 1 or "left" in guide.marks):
        marks |= {"left"}
    return guide.but(at=at, marks=marks)
