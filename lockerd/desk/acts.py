"""Acts: a request becomes one message, with the member of staff behind the socket as its actor.

Rules.  What is not possible is declined by the core, not here.  The answer names the entries that
became durable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from lockerd.control.codec import RequestError
from lockerd.core import fact
from lockerd.core import messages as msg
from lockerd.core.deposit import ANY
from lockerd.core.events import Actor, HandoverOrdered, Verifier
from lockerd.core.site import SIZES, Site
from lockerd.desk import find, moments
from lockerd.desk.parts import House, Shelf
from lockerd.desk.staging import Staging

Args = Mapping[str, Any]

PIN_DIGITS = 6


def _nothing_kept(ho: str) -> None:
    """A device keeps nothing about a handover beside its journal."""


class Bench(NamedTuple):
    """What an act works with.

    `random(n)`: n unpredictable bytes.  `forget(ho)`: what a simulation keeps beside the journal.
    `staged`: a list of handovers on its way in.
    """

    house: House
    shelf: Shelf
    actor: Actor
    random: Callable[[int], bytes]
    forget: Callable[[str], None] = _nothing_kept
    staged: Staging | None = None

    def id(self) -> str:
        """A fresh id: 16 hex digits."""
        return self.random(8).hex()


def sent(bench: Bench, message: msg.Message) -> dict[str, Any]:
    """Send a message; the entries it made.  Raises RequestError when it was declined."""
    return entries(bench.house, message)


def entries(house: House, message: msg.Message) -> dict[str, Any]:
    """The same for a request that has nobody behind it."""
    first = house.engine.state.size
    outcome = house.send(message)
    if outcome.declined is not None:
        text = str(outcome.declined)
        if outcome.declined.subject:
            text += "; while you are signed in there it asks for them, and then does this"
        raise RequestError("declined", text, why=outcome.declined.why)
    kinds = [one.TYPE for one in outcome.events]
    return {"entry": first if kinds else None, "events": kinds}


def ordered(bench: Bench, args: Args, ids: tuple[str, str, str]) -> msg.OrderHandover:
    """The message of an announcement.  `ids`: for the handover, its recipient and its item."""
    site, now_ms = bench.shelf.site, bench.shelf.now.lo
    opens, closes = (
        None if args[name] is None else moments.parse(args[name], now_ms, site.time_zone)
        for name in ("from", "until")
    )
    ho, recipient_no, item_no = ids
    asset, exchange = args["asset"] or "", args["exchange"]
    if asset.strip():
        item_no = bench.house.vault.item_no(asset)
    profile = args["profile"] or _first_profile(site)
    return msg.OrderHandover(
        actor=bench.actor,
        ho=ho,
        recipient_no=_same(bench, args["with"], recipient_no),
        item_no=item_no,
        profile=profile,
        size=args["size"] or _smallest(site),
        opens=opens,
        closes=closes,
        recipient=args["recipient"],
        item=args["item"],
        reference=args["reference"] or "",
        reach=args["reach"] or ANY,
        climate=args["climate"] or "",
        asset=asset,
        seal=args["seal"] or "",
        fact=fact_rows(bench, profile, ho, args["fact"], needed=True),
        exchange="" if exchange is None else find.any_id(bench.shelf, exchange),
    )


def fact_rows(
    bench: Bench, name: str, ho: str, digits: str | None, *, needed: bool
) -> tuple[Verifier, ...]:
    """The verifier of what both know, where the profile asks for it.  Raises RequestError."""
    profile = next((one for one in bench.shelf.site.profiles if one.name == name), None)
    asked = profile is not None and profile.second_factor == "fact"
    if digits is None:
        if asked and needed:
            raise RequestError("usage", "this profile asks for a fact that both know; give fact")
        return ()
    if profile is None or not asked:
        raise RequestError("usage", "this profile asks for no fact; leave fact out")
    if not fact.well_formed(profile.fact, digits):
        many = fact.DIGITS[profile.fact]
        raise RequestError("usage", f"a {profile.fact} has {many} digits; give them alone")
    return (bench.house.vault.fact_row(ho, digits),)


def order(bench: Bench, args: Args) -> dict[str, Any]:
    """Announce a handover."""
    site, ho = bench.shelf.site, bench.id()
    done = sent(bench, ordered(bench, args, (ho, bench.id(), bench.id())))
    event = bench.shelf.journal.entry(done["entry"]).event
    assert isinstance(event, HandoverOrdered)
    return {
        **done,
        "handover": find.short_of(bench.shelf, ho),
        "ho": ho,
        "profile": event.profile,
        "size": event.size,
        "opens": moments.shown(event.opens, site.time_zone),
        "closes": moments.shown(event.closes, site.time_zone),
    }


def _same(bench: Bench, other: str | None, fresh: str) -> str:
    """The pseudonym of a recipient: a fresh one, or that of another handover of theirs."""
    return fresh if other is None else find.live(bench.shelf, other).recipient_no


def _first_profile(site: Site) -> str:
    return site.profiles[0].name if site.profiles else ""


def _smallest(site: Site) -> str:
    return min((one.size for one in site.compartments), key=SIZES.index, default="")


def cancel(bench: Bench, args: Args) -> dict[str, Any]:
    """End a handover that nothing was deposited for."""
    known = find.live(bench.shelf, args["handover"])
    done = sent(bench, msg.CancelHandover(bench.actor, known.ho, args["reason"]))
    return {**done, "handover": find.short_of(bench.shelf, known.ho), "ho": known.ho}


def acknowledge(bench: Bench, args: Args) -> dict[str, Any]:
    """Take a queue item on."""
    return sent(bench, msg.Acknowledge(bench.actor, args["key"]))


def resolve(bench: Bench, args: Args) -> dict[str, Any]:
    """Close a queue item."""
    finding = args["finding"] or "noted"
    return sent(bench, msg.Resolve(bench.actor, args["key"], args["reason"], finding))


def enrol(bench: Bench, args: Args) -> dict[str, Any]:
    """Enrol a member of staff; the badge is answered once and kept nowhere."""
    check_pin(args["pin"])
    cred, badge, verifiers = bench.house.vault.badge(args["pin"])
    done = sent(
        bench,
        msg.EnrolStaff(
            actor=bench.actor,
            staff=args["staff"],
            role=args["role"],
            cred=cred,
            verifiers=verifiers,
            demonstration=bench.shelf.state.mode == "simulation",
            name=args["name"],
        ),
    )
    return {**done, "staff": args["staff"], "badge": badge}


def check_pin(pin: str) -> None:
    """Refuse a staff PIN that is not six digits, or that is guessed first.  Raises RequestError."""
    digits = [int(one) for one in pin if one in "0123456789"]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    if len(digits) != PIN_DIGITS or len(pin) != PIN_DIGITS:
        raise RequestError("usage", f"a staff PIN has {PIN_DIGITS} digits; choose another")
    if len(steps) == 1:
        raise RequestError("usage", "this PIN is guessed first (a run or a repeat); choose another")


def test_door(bench: Bench, args: Args) -> dict[str, Any]:
    """Open the door of an empty compartment."""
    return sent(bench, msg.TestDoor(bench.actor, args["unit"]))


def retire_door(bench: Bench, args: Args) -> dict[str, Any]:
    """Take a compartment out of service."""
    return sent(bench, msg.RetireDoor(bench.actor, args["unit"], args["reason"]))


def restore_door(bench: Bench, args: Args) -> dict[str, Any]:
    """Put a compartment back."""
    return sent(bench, msg.RestoreDoor(bench.actor, args["unit"]))


def retire_cabinet(bench: Bench, args: Args) -> dict[str, Any]:
    """Take the cabinet out of service."""
    return sent(bench, msg.RetireCabinet(bench.actor, args["reason"]))


def restore_cabinet(bench: Bench, args: Args) -> dict[str, Any]:
    """Put the cabinet back."""
    return sent(bench, msg.RestoreCabinet(bench.actor))
