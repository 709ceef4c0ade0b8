"""Lies about lost codes, for the judge: the cabinet, the entry, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg

HO = f"{1:016x}"
CHALLENGE = "7QK2M9X4"


def cabinet() -> Cabinet:
    c = Cabinet()
    assert c.collectable() == HO
    return c


def lost() -> Cabinet:
    c = cabinet()
    c.send(msg.LoseCode())
    return c


def asked() -> Cabinet:
    c = lost()
    c.send(msg.AskByTelephone(ticket(c), CHALLENGE))
    return c


def late() -> Cabinet:
    c = asked()
    c.run(5 * 60_000 + 1)
    return c


def ticket(c: Cabinet) -> str:
    """The only ticket; one that nobody has where there is none."""
    return next(iter(c.state.tickets), "0")


def cause(c: Cabinet) -> ev.Cause:
    known = c.state.tickets.get(ticket(c))
    return ev.Cause(1, 0 if known is None else max(0, known.asked_at))


def challenged(c: Cabinet, **changes: Any) -> ev.TelephoneAsked:
    known = c.state.tickets.get(ticket(c))
    entry = ev.Cause(1, 0 if known is None else known.entry)
    values: dict[str, Any] = {"cause": entry, "ticket": ticket(c), "challenge": CHALLENGE}
    return ev.TelephoneAsked(**{**values, **changes})


def refused(c: Cabinet, **changes: Any) -> ev.TelephoneRefused:
    return ev.TelephoneRefused(**{"cause": cause(c), "ticket": ticket(c), **changes})


def proven(c: Cabinet, **changes: Any) -> ev.TelephoneProven:
    values: dict[str, Any] = {
        "actor": OPERATOR, "unit": "A1", "ho": HO, "cause": cause(c), "ticket": ticket(c)
    }  # fmt: skip
    return ev.TelephoneProven(**{**values, **changes})


def reissued(c: Cabinet, given: str) -> ev.CredentialReissued:
    return ev.CredentialReissued(
        actor=OPERATOR, unit="A1", ho=HO, cred="c-new", old=f"c-{HO}", reason="lost", ticket=given
    )


Lie = tuple[Callable[[], Cabinet], Callable[[Cabinet], ev.Event], str]

FORGED: list[Lie] = [
    (cabinet, lambda c: ev.CodeLost(ticket="1"), "another entry's"),
    (
        cabinet,
        lambda c: ev.CodeLost(actor=DEPOSITOR, ticket=str(c.state.size)),
        "somebody is named",
    ),
    (cabinet, challenged, "no such ticket"),
    (lost, lambda c: challenged(c, challenge=""), "asks nothing"),
    (lost, lambda c: challenged(c, cause=None), "another ticket"),
    (cabinet, refused, "no such ticket"),
    (lost, refused, "no challenge could be answered"),
    (late, refused, "no challenge could be answered"),
    (asked, lambda c: refused(c, cause=None), "another challenge"),
    (asked, lambda c: proven(c, actor=DEPOSITOR), "not for a depositor"),
    (late, proven, "no challenge could be answered"),
    (asked, lambda c: proven(c, cause=None), "another challenge"),
    (asked, lambda c: proven(c, ho="9" * 16, unit=None), "no such handover"),
    (cabinet, lambda c: ev.TelephoneKeyGiven(actor=DEPOSITOR), "not for a depositor"),
    (cabinet, lambda c: reissued(c, "7"), "no such ticket"),
]
