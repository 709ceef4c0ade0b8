"""The table of operations: name, arguments, meaning, and what runs.

Rules.  An operation keeps its name and meaning for ever; a new argument is optional.
docs/socket.md is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import ModuleType
from typing import Protocol

from lockerd.control.codec import INT_MAX
from lockerd.core.deposit import REACHES, TEXT_MAX
from lockerd.core.findings import FINDINGS
from lockerd.core.parts import PARTS
from lockerd.core.people import ROLES
from lockerd.core.seal import SEAL_MAX
from lockerd.core.site import SIZES
from lockerd.desk import (
    acts,
    adopt,
    clocks,
    emergency,
    hands,
    history,
    imports,
    life,
    lost,
    maintenance,
    people,
    privacy,
    reads,
    selftest,
)
from lockerd.desk import count as blind
from lockerd.desk.arguments import choice, count, flag, text
from lockerd.desk.op import (
    DONE,
    FACT,
    FROM,
    HANDOVER,
    LIVE,
    PAGE,
    REASON,
    STAFF,
    UNIT,
    UNTIL,
    Answer,
    Args,
    Op,
)


class Keeps(Protocol):
    """The desk's own operations: those that need what only it keeps."""

    def badge(self, args: Args) -> Answer: ...
    def screenshot(self, args: Args) -> Answer: ...
    def witness_take(self, args: Args) -> Answer: ...
    def screen(self, args: Args) -> Answer: ...


_READS = (
    Op("status", "read", (), "How the cabinet stands, door by door.", reads.status),
    Op(
        "handover.list",
        "read",
        (choice("phase", "a phase", LIVE, required=False), PAGE),
        "Handovers that are not finished, oldest first.",
        reads.handovers,
    ),
    Op("handover.show", "read", (HANDOVER,), "One unfinished handover in full.", reads.handover),
    Op(
        "handover.find",
        "read",
        (HANDOVER, PAGE),
        "Ids that begin so: of unfinished handovers, else of finished ones, a block a page.",
        reads.named,
    ),
    Op("queue.list", "read", (PAGE,), "What needs a person, most pressing first.", reads.queue),
    Op("staff.list", "read", (PAGE,), "Who may sign in.", reads.staff),
    Op("journal.head", "read", (), "The journal's size, key and signed head.", reads.head),
    Op(
        "witness.list",
        "read",
        (PAGE,),
        "Who cosigned how much of the journal; `vkey` is null for one that is not in the config.",
        reads.witnesses,
    ),
    Op(
        "journal.entries",
        "read",
        (
            count("last", "how many, counted from the end", required=False, low=1, high=10_000),
            text("type", "the beginning of a type", required=False, high=40),
            text("unit", "the name on a door", required=False, high=32),
            text("handover", "a reference or digits of an id", required=False, high=20),
            text("staff", "the number of who acted", required=False, high=6),
            FROM,
            UNTIL,
            count("only", "the index of the only entry that is meant", required=False),
            PAGE,
        ),
        "Lines of the journal that fit, in order, a block a page; a page may be empty.",
        reads.entries,
    ),
    Op(
        "receipt",
        "read",
        (count("entry", "an index"),),
        "The receipt of one entry as a `.tlog-proof`.",
        reads.receipt,
    ),
)

_ACTS = (
    Op(
        "handover.create",
        "act",
        (
            text("recipient", "the recipient's name", high=TEXT_MAX),
            text("item", "what it is", high=TEXT_MAX),
            text("profile", "a profile; the config's first", required=False, high=40),
            choice("size", "a size; the smallest", SIZES, required=False),
            text("reference", "your own reference", required=False, high=TEXT_MAX),
            text("with", "a live handover for the same recipient", required=False, high=20),
            choice("reach", "low: within reach from a wheelchair", REACHES, required=False),
            text("climate", "a climate of this cabinet", required=False, high=16),
            text("asset", "the thing's barcode or asset number", required=False, high=TEXT_MAX),
            text("seal", "the number that its seal will have", required=False, high=SEAL_MAX),
            text("exchange", "the handover of what is given for it", required=False, high=20),
            FACT,
            FROM,
            UNTIL,
        ),
        "Announce a handover; its window is the profile's unless given.",
        acts.order,
    ),
    Op(
        "handover.cancel",
        "act",
        (HANDOVER, REASON),
        "End a handover that nothing was deposited for.",
        acts.cancel,
    ),
    Op("queue.ack", "act", (text("key", "a key", high=80),), "Take an item on.", acts.acknowledge),
    Op(
        "queue.resolve",
        "act",
        (
            text("key", "a key of the queue", high=80),
            REASON,
            choice("finding", "what was found", FINDINGS, required=False),
        ),
        "Close a queue item.",
        acts.resolve,
    ),
    Op(
        "staff.enrol",
        "act",
        (
            STAFF,
            choice("role", "a role", ROLES),
            text("name", "the person's name", high=TEXT_MAX),
            text("pin", "six digits", high=acts.PIN_DIGITS),
        ),
        "Enrol a member of staff; `badge` is the text of the badge, answered once.",
        acts.enrol,
    ),
    Op("door.test", "act", (UNIT,), "Open the door of an empty compartment.", acts.test_door),
    Op("door.retire", "act", (UNIT, REASON), "Take a door out of service.", acts.retire_door),
    Op("door.restore", "act", (UNIT,), "Put a door back into service.", acts.restore_door),
    Op("cabinet.retire", "act", (REASON,), "Take the cabinet out.", acts.retire_cabinet),
    Op("cabinet.restore", "act", (), "Put the cabinet back into service.", acts.restore_cabinet),
)

_CABLE = choice("cable", "a cable", hands.CABLES)
_PART = choice("part", "a part of the cabinet", PARTS)
_SPAN = text("by", "how far: +90s, +30min, +2h, +1d", high=12)

_HANDS = (
    *(
        Op(f"sim.{verb}", "hands", (UNIT,), doc, partial(hands.at_door, verb))
        for verb, doc in zip(
            hands.DOORS,
            (
                "Push a door shut.",
                "Pull at a door; only an unlatched one moves.",
                "Break a latched door open.",
                "Jam a latch: no pulse frees it.",
                "Free a jammed latch.",
            ),
            strict=True,
        )
    ),
    Op("sim.cut", "hands", (UNIT, _CABLE), "Cut a cable.", partial(hands.at_cable, "cut")),
    Op("sim.mend", "hands", (UNIT, _CABLE), "Mend a cable.", partial(hands.at_cable, "mend")),
    Op("sim.scan", "hands", (text("text", "a code", high=128),), "Scan a code.", hands.scan),
    Op("sim.badge", "hands", (STAFF,), "Scan a staff badge.", hands.show_badge),
    Op("sim.key", "hands", (choice("key", "a key", hands.KEYS),), "Press a key.", hands.press),
    Op(
        "sim.headphones",
        "hands",
        (choice("plug", "in or out", ("in", "out")),),
        "Plug headphones in, or pull them out.",
        hands.headphones,
    ),
    Op(
        "sim.touch",
        "hands",
        (count("x", "pixels from the left", high=8192), count("y", "from the top", high=8192)),
        "Tap the screen.",
        hands.touch,
    ),
    Op(
        "sim.power",
        "hands",
        (choice("supply", "on or off", ("on", "off")),),
        "Cut or restore the supply.",
        hands.power,
    ),
    Op("sim.clock", "hands", (_SPAN,), "Move the wall clock.", hands.clock),
    Op("sim.break", "hands", (_PART,), "Break a part of the cabinet.", hands.break_part),
    Op("sim.restore", "hands", (_PART,), "Put in a part that works.", hands.mend_part),
    Op("sim.phone", "hands", (PAGE,), "Messages on the telephone, with codes.", hands.phone),
    Op("sim.state", "hands", (PAGE,), "How the doors stand in the hall.", hands.state),
)


def _badge(desk: Keeps, args: Args) -> Answer:
    return desk.badge(args)


def _screenshot(desk: Keeps, args: Args) -> Answer:
    return desk.screenshot(args)


def _screen(desk: Keeps, args: Args) -> Answer:
    return desk.screen(args)


def _witness_take(desk: Keeps, args: Args) -> Answer:
    return desk.witness_take(args)


_DESK = (
    Op(
        "witness.take",
        "desk",
        (),
        "Take the answers of witnesses that lie in `spool/in`; at most 64 files. `verdict` is "
        "`cosigned`, `known`, `contradicts` (the journal is closed and the next epoch begun), "
        "`claims` (a size that nothing proves), `foreign` or `refused`.",
        _witness_take,
    ),
    Op(
        "staff.badge",
        "desk",
        (STAFF,),
        "The badge of a demonstration member of staff.",
        _badge,
    ),
    Op(
        "screenshot",
        "desk",
        (
            flag("redact", "blank codes and names"),
            text("digest", "that of the first piece", required=False, high=64),
            count("after", "the `next` of the piece before", required=False, high=INT_MAX),
        ),
        "The screen as PNG, a piece of base64 at a time.",
        _screenshot,
    ),
    Op(
        "screen.trace",
        "desk",
        (flag("redact", "blank codes and names"),),
        "What the screen shows, as data, in the order of painting: what a test or a person who "
        "cannot see it needs.",
        _screen,
    ),
)

ROOMS: tuple[ModuleType, ...] = (
    *(history, blind, privacy, life, lost, imports, people, clocks, emergency, maintenance, adopt),
    selftest,
)
"""Rooms that bring their own operations: `OPS`, and in `GIVES` the keys of the answers."""

OPERATIONS: tuple[Op, ...] = (
    *_READS,
    *(one for room in ROOMS for one in room.OPS),
    *_ACTS,
    *_DESK,
    *_HANDS,
)
"""Every operation, in the order of the manual."""

BY_NAME: Mapping[str, Op] = {one.name: one for one in OPERATIONS}

_ENTRY = "index at clock error_ms type role actor unit ho handover cause fields"
_QUEUED = "key risk rule since age_s unit handover detail count owner entry"
_MEANT = "handover ho ordered live recipient item reference asset item_no exchange"
_LISTED = (
    "handover ho phase profile size unit opens closes reach climate recipient item reference asset "
    "seal"
)
_MORE = (
    "ordered ordered_at ordered_by deposited deposited_by codes_delivered wrong_pins pin_locked "
    "fact fact_locked flag queue"
)

GIVES: Mapping[str, str] = {
    "status": "name origin mode duty out_of_service fault running step signed_in lacking time "
    "clock error_ms boots entries epoch config handovers queue first doors acting_as",
    "handover.list": _LISTED,
    "handover.show": f"{_LISTED} {_MORE}",
    "handover.find": _MEANT,
    "queue.list": _QUEUED,
    "staff.list": "staff role name demonstration state uid enrolled",
    "journal.head": "origin epoch size vkey checkpoint time_zone",
    "witness.list": "witness vkey cosigned at behind",
    "witness.take": "rows fault origin",
    "journal.entries": _ENTRY,
    "receipt": "entry text",
    "handover.create": f"{DONE} handover ho profile size opens closes",
    "handover.cancel": f"{DONE} handover ho",
    "staff.enrol": f"{DONE} staff badge",
    "staff.badge": "staff badge",
    "screenshot": "digest data next",
    "screen.trace": "screen size widgets",
    "sim.phone": "sent handover ho recipient item unit opens closes pin qr",
    "sim.state": "unit open latched jammed strike_cable contact_cable energised pulses",
    **{name: keys for room in ROOMS for name, keys in room.GIVES.items()},
    **{one.name: DONE for one in _ACTS if one.name.startswith(("queue.", "door.", "cabinet."))},
}
"""The keys of each answer, of each row where the answer has `rows`; none where it is empty."""

PAGED: frozenset[str] = frozenset(
    one.name for one in OPERATIONS if PAGE in one.args and one.name != "screenshot"
)
"""The operations whose answer is `rows` and `next`."""
